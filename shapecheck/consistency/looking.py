"""Controlled re-runs that look inside: layer by layer, without a layer, without random numbers."""
from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Tuple

import numpy as np

from shapecheck.consistency import blame, state
from shapecheck.consistency.blame import Blame, Pick
from shapecheck.consistency.noise import Rows, same_bits
from shapecheck.consistency.run import Run
from shapecheck.consistency.runner import tensors
from shapecheck.facts.comparison import Proof
from shapecheck.observe.activations import (
    Activation,
    activations,
    graph_activations,
    passed_through,
)
from shapecheck.observe.operations import squeezed_rows, without_draws

Passes = Tuple[List[Activation], List[Activation]]

#: layers that draw random numbers, and that use statistics of the batch
RANDOM = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise",
          "GaussianDropout", "AlphaDropout")
STATISTICS = ("BatchNormalization", "SyncBatchNormalization")


def look(run: Run, left: Any, right: Any, pick_left: Pick, pick_right: Pick,
         tolerance: float) -> Blame:
    """The first layer that differs between two batches: eagerly, else as `predict` traces it."""
    nothing = Blame()
    for graph in (False, True):
        if graph and run.mode == "call":
            break
        passes = both(run, left, right, graph)
        if passes is None:
            continue
        found = blame.first_difference(*passes, pick_left, pick_right, tolerance)
        if found.layer is not None:
            return found
        nothing = found if not nothing.profile else nothing
    return nothing


def both(run: Run, left: Any, right: Any, graph: bool = False) -> Optional[Passes]:
    """Two passes from the same state; None for a model without layers, or one that raises."""
    kept = state.take(run.model)
    found = []
    for inputs in (left, right):
        records = records_of(run, inputs, graph)
        kept_seeds_apart(kept)
        if records is None:
            return None
        found.append(records)
    return found[0], found[1]


def kept_seeds_apart(kept: state.State) -> None:
    """Put back what a call changed, but no seed: two passes of dropout are to differ."""
    kept.apart_from_seeds().put_back()


def records_of(run: Run, inputs: Any, graph: bool = False,
               options: Optional[Dict[str, Any]] = None) -> Optional[List[Activation]]:
    """All layer calls of one pass, in the user's training mode unless options say another."""
    run.extra += _count(inputs)
    observe = graph_activations if graph else activations
    try:
        chosen = options_of(run) if options is None else options
        records: List[Activation] = _with_options(
            lambda **o: observe(run.model, tensors(inputs), **o), chosen)
    except Exception:
        return None
    return records


def options_of(run: Run) -> Dict[str, Any]:
    """How `model(x)` is called so that it does what the user's mode does."""
    return {"training": False} if run.mode == "predict" else {}


def eager(run: Run, inputs: Any, count: int) -> List[Rows]:
    """`model(x)` in the user's training mode."""
    rows: List[Rows] = _with_options(
        lambda **o: run.run_extra(inputs, count, "call", **o), options_of(run))
    return rows


def _with_options(call: Callable[..., Any], options: Dict[str, Any]) -> Any:
    try:
        return call(**options)
    except TypeError:  # TF 2.6: a model whose `call` takes no `training`
        if not options:
            raise
        return call()


def _count(inputs: Any) -> int:
    while isinstance(inputs, (dict, list)) and inputs:
        inputs = next(iter(inputs.values())) if isinstance(inputs, dict) else inputs[0]
    return int(inputs.shape[0])


def class_at(found: Blame) -> str:
    return "" if found.culprit is None else type(found.culprit).__name__


def without_layer(run: Run, found: Blame, left: Any, right: Any, slot_left: int, slot_right: int,
                  count: int, before: float) -> List[Proof]:
    """Both batches again, eagerly, with the blamed layer passing its input through."""
    layer = found.culprit
    if layer is None or layer is run.model:
        return []
    try:
        with passed_through(layer):
            one = eager(run, left, count)[slot_left]
            other = eager(run, right, count)[slot_right]
    except Exception:  # the layer changes the shape, so the model cannot do without it
        return []
    after = 0.0 if all(map(same_bits, one, other)) else run.distance(one, other)
    proof = Proof(f"layer {found.layer} passed through", before, after)
    return [proof] if proof.cures else []


def training_off(run: Run, left: Any, right: Any, slot_left: int, slot_right: int, count: int,
                 before: float) -> List[Proof]:
    """Both batches again with training=False; nothing where that is no cure."""
    try:
        one = run.run_extra(left, count, "call", training=False)[slot_left]
        other = run.run_extra(right, count, "call", training=False)[slot_right]
    except Exception:  # a model without that argument
        return []
    proof = Proof("training=False", before,
                  0.0 if all(map(same_bits, one, other)) else run.distance(one, other))
    return [proof] if proof.cures else []


def squeezes_rows(run: Run, inputs: Any) -> bool:
    """A squeeze takes axis 0 away from something of one row, in an eager call."""
    run.extra += 1
    with squeezed_rows() as seen:
        try:
            _with_options(lambda **o: run.model(tensors(inputs), **o), options_of(run))
        except Exception:  # it may well raise, after the squeeze
            pass
    return bool(seen)


def draws_fixed(run: Run, left: Any, right: Any, slot_left: int, slot_right: int, count: int,
                before: float) -> Tuple[List[Proof], List[str]]:
    """Both batches again with every random number one constant; (proof, the ops' names).

    Where random ops sit in functions traced before, or there are none, the list is empty.
    """
    options = options_of(run)
    try:
        call, names = without_draws(lambda x: _with_options(
            lambda **o: run.model(x, **o), options))
        results = []
        for inputs, slot in ((left, slot_left), (right, slot_right)):
            run.extra += count
            arrays = [np.asarray(a) for a in run.runner.select(call(tensors(inputs)))]
            results.append([a[slot] for a in arrays])
    except Exception:
        return [], []
    one, other = results
    proof = Proof("every random number one constant", before,
                  0.0 if all(map(same_bits, one, other)) else run.distance(one, other))
    return ([proof] if names and proof.cures else []), sorted(set(names))
