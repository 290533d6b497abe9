"""The cause, proved: each candidate is a re-run with just that changed, and the layer is found."""
from __future__ import annotations

from typing import Any, Dict, List, Optional

import numpy as np

from shapecheck.consistency import blame, state, trials
from shapecheck.consistency.batches import Batches
from shapecheck.consistency.noise import distance, same_bits
from shapecheck.consistency.runner import NoRows
from shapecheck.facts.comparison import Comparison, Proof
from shapecheck.facts.errors import UserError
from shapecheck.observe.activations import Activation, activations, passed_through
from shapecheck.observe.layers import to_tensors

#: layers that draw random numbers, and that use statistics of the batch
RANDOM = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "GaussianNoise",
          "GaussianDropout", "AlphaDropout")
STATISTICS = ("BatchNormalization", "SyncBatchNormalization")


def not_repeatable(check: Any, inputs: Any, index: List[int]) -> Comparison:
    """The same batch gave another result: state that calls leave behind, or random numbers."""
    gap = check.spread
    stateful = _state_explains(check, inputs, index)
    if stateful is not None:
        return check._inconsistent("SHP307", stateful, gap,
                                   fix="reset the states between rows: model.reset_states(), or "
                                       "stateful=False", proofs=tuple(check_proofs(check, gap)))
    found = _blame(check, inputs, inputs, blame.row_of(0, len(index)),
                   blame.row_of(0, len(index)), 0.0)
    proofs: List[Proof] = []
    again = _training_off(check, inputs, index)
    if again is not None and again <= gap * 1e-3:
        proofs.append(Proof("training=False", gap, again))
    else:
        proofs += _without(check, found, inputs, inputs, 0, 0, len(index), gap)
    class_name = _class_at(found)
    detail = "random numbers are drawn at inference"
    if class_name in RANDOM:
        detail = f"{class_name} is active at inference"
    fix = "call it with training=False" if proofs and proofs[0].changed == "training=False" else (
        "take training=True out of the model, or give its random layers a fixed seed")
    return check._inconsistent("SHP301", detail, gap, fix=fix, layer=found.layer,
                               profile=found.profile, proofs=tuple(proofs))


def check_proofs(check: Any, gap: float) -> List[Proof]:
    return [Proof("the states put back before each call", gap, 0.0)]


def _state_explains(check: Any, inputs: Any, index: List[int]) -> Optional[str]:
    """A variable other than a seed changes in a call, and putting it back brings the bits back."""
    before = [(v, a) for v, a in state.values(check.model) if not state.is_seed(v)]
    with check.counted_as_extra():
        first = check._run(inputs, len(index))
    changed = [v for v, a in before
               if np.asarray(v.numpy() if hasattr(v, "numpy") else v).tobytes() != a.tobytes()]
    if not changed:
        return None
    state.put_back(before)
    with check.counted_as_extra():
        second = check._run(inputs, len(index))
    _gap, _row, equal = trials.compare_rows(first, second, index)
    if not equal:
        return None
    names = sorted({str(getattr(v, "path", None) or getattr(v, "name", "")) for v in changed})
    return f"each call changes {', '.join(names[:3])}, and the next one starts from it"


def _training_off(check: Any, inputs: Any, index: List[int]) -> Optional[float]:
    """Spread of two eager calls with training=False; None where the model does not take it."""
    try:
        with check.counted_as_extra():
            first = check.runner.rows(inputs, len(index), "call", training=False)
            second = check.runner.rows(inputs, len(index), "call", training=False)
    except NoRows:
        raise
    except Exception:
        return None
    return trials.compare_rows(first, second, index)[0]


def row_mixing(check: Any, index: List[int]) -> Comparison:
    """A row's result changed with its neighbours, or with its place in the batch."""
    last = check.trials[-1]
    inputs = check.batches.take(index)
    if last.name == "neighbours":
        other, stay = trials.neighbours(check.batches, index, check.seed)
        slot = stay[[index[s] for s in stay].index(last.row)] if last.row is not None else stay[0]
        left, right = blame.row_of(slot, len(index)), blame.row_of(slot, len(index))
    else:
        order = index[1:] + index[:1]
        other = check.batches.take(order)
        slot = index.index(last.row) if last.row is not None else 0
        left = blame.row_of(slot, len(index))
        right = blame.row_of((slot - 1) % len(index), len(index))
    found = _blame(check, inputs, other, left, right, 0.0)
    class_name = _class_at(found)
    detail = "a row's result depends on the other rows of its batch"
    fix = "keep axis 0 out of every reduction, sort and reshape"
    if class_name in STATISTICS:
        detail = f"{class_name} uses the statistics of the batch (training mode)"
        fix = "call it with training=False, and take training=True out of the model"
    elif last.name == "order":
        detail = "a row's result depends on its place in the batch"
        fix = "undo sorting and gathering along axis 0 before returning"
    places = (slot, slot if last.name == "neighbours" else (slot - 1) % len(index))
    proofs = [Proof("the same neighbours again", last.difference, check.spread)]
    proofs += _without(check, found, inputs, other, *places, len(index), last.difference)
    return check._inconsistent("SHP302", detail, last.difference, fix=fix, layer=found.layer,
                               profile=found.profile, proofs=tuple(proofs))


def padding_leak(check: Any, index: List[int]) -> Comparison:
    """What stands under the padding, or how much of it there is, changes a row."""
    last = check.trials[-1]
    padding = check.padding
    row = last.row if last.row is not None else index[0]
    proofs: List[Proof] = []
    detail, fix = "padding changes the result", "mask the padding"
    cured = _with_mask(check, index, row)
    if cured is not None:
        proofs.append(Proof("attention_mask passed", last.difference, cured))
        if proofs[-1].cures:
            detail = f"padding leaks into row {row}: no attention_mask was passed"
            name = check.batches.names[padding.ids]
            fix = f"pass attention_mask=({name} != {padding.pad_id})"
    elif last.name == "trimmed" and padding.left and padding.source == "mask":
        shifted = _with_positions(check, row)
        detail = f"rows are padded on the left, so the positions of row {row} are shifted"
        fix = "pad on the right, or pass position_ids counted from the mask"
        if shifted is not None:
            proofs.append(Proof("position_ids counted from the mask", last.difference, shifted))
    elif padding.source == "mask":
        detail = f"padding leaks into row {row}: the mask is ignored or lost on the way"
        fix = "use the mask in every layer that mixes positions (attention, mean, pooling)"
    else:
        detail = f"padding leaks into row {row}: nothing masks it"
        fix = "mask the padding: mask_zero=True and layers that use the mask, or a mask input"
    found = _padding_blame(check, index, row, last.name)
    return check._inconsistent("SHP303", detail, last.difference, fix=fix, layer=found.layer,
                               profile=found.profile, proofs=tuple(proofs))


def _with_mask(check: Any, index: List[int], row: int) -> Optional[float]:
    """The trimmed test again with a mask; None where there is one, or the model takes none."""
    padding, batches = check.padding, check.batches
    names = {s.name for s in check.declaration.specs}
    if padding.source != "zeros" or "attention_mask" not in names:
        return None
    if batches.position("attention_mask") is not None:
        return None
    masked: Optional[Batches] = batches.with_input("attention_mask",
                                                   padding.real.astype("int32"))
    if masked is None:
        return None
    with check.counted_as_extra():
        alone = check.runner.rows(trials.trimmed(masked, padding, row), 1)[0]
        together = check.runner.rows(masked.take(index), len(index))[index.index(row)]
    return distance(*trials.common_prefix(alone, together))


def _with_positions(check: Any, row: int) -> Optional[float]:
    padding, batches = check.padding, check.batches
    if "position_ids" not in check.declaration.parameters:
        return None
    positions = np.maximum(np.cumsum(padding.real, axis=1) - 1, 0).astype("int32")
    placed = batches.with_input("position_ids", positions)
    if placed is None:
        return None
    with check.counted_as_extra():
        alone = check.runner.rows(trials.trimmed(placed, padding, row), 1)[0]
        padded = check.runner.rows(placed.take([row]), 1)[0]
    if any(x.ndim >= 2 and x.shape[0] == padding.real.shape[1] for x in padded):
        padded = trials.real_part(padded, padding.real[row])
    return distance(*trials.common_prefix(alone, padded))


def beyond_noise(check: Any, index: List[int], gap: float) -> Comparison:
    """Alone and in a batch differ beyond rounding, and no exact test failed."""
    mode = _call_modes(check, index)
    if mode is not None:
        return mode
    worst = max(range(len(check.rows)), key=lambda i: distance(check.single[i], check.batch[i]))
    row = check.rows[worst]
    mixed = _among_itself(check, index, row)
    if mixed is not None:
        return mixed
    tolerance = max(1e-5 if check.dtype != "float64" else 1e-12, 8.0 * (check.noise or 0.0))
    found = _blame(check, check.batches.take([row]), check.batches.take(index),
                   blame.row_of(0, 1), blame.row_of(index.index(row), len(index)), tolerance)
    passed = [t.name for t in check.trials if t.passed]
    detail = ("alone and in a batch differ beyond rounding; ruled out: "
              + ", ".join(_RULED_OUT[name] for name in passed if name in _RULED_OUT))
    return check._inconsistent("SHP305", detail, gap, layer=found.layer, profile=found.profile,
                               fix="look at the first layer that differs")


def _among_itself(check: Any, index: List[int], row: int) -> Optional[Comparison]:
    """The row in a batch of itself only: bits that change with the company prove mixing."""
    slot = index.index(row)
    alone_in_batch = [row] * len(index)
    inputs, other = check.batches.take(index), check.batches.take(alone_in_batch)
    with check.counted_as_extra():
        result = check.runner.rows(other, len(index))[slot]
    gap, _row, equal = trials.compare_rows([check.batch[slot]], [result], [row])
    if equal or gap <= check._tolerance():
        return None
    single = check.single[check.rows.index(row)]
    check._told("company", False, "the row among copies of itself: differs", gap, row)
    left = blame.row_of(slot, len(index))
    found = _blame(check, inputs, other, left, left, 0.0)
    proofs = [Proof("the row among copies of itself, against the row alone",
                    distance(single, check.batch[slot]), distance(single, result))]
    proofs += _without(check, found, inputs, other, slot, slot, len(index), gap)
    return check._inconsistent(
        "SHP302", "a row's result depends on the other rows of its batch", gap,
        fix="keep axis 0 out of every reduction, sort and reshape", layer=found.layer,
        profile=found.profile, proofs=tuple(proofs))


_RULED_OUT: Dict[str, str] = {
    "repeat": "random numbers", "neighbours": "the content of the other rows",
    "order": "the order of the rows", "padding": "the content under the padding",
    "trimmed": "the amount of padding"}


def _call_modes(check: Any, index: List[int]) -> Optional[Comparison]:
    """The same row in another call mode agrees with its batch there: the mode is the cause."""
    if check.runner.mode == "call":
        return None
    try:
        with check.counted_as_extra():
            batch = check.runner.rows(check.batches.take(index), len(index), "call")
            alone = [check.runner.rows(check.batches.take([r]), 1, "call")[0]
                     for r in check.rows]
    except Exception:
        return None
    inside, _row, _equal = trials.compare_rows(alone, batch, check.rows)
    here, _row, _equal = trials.compare_rows(check.batch[:len(check.rows)],
                                             batch[:len(check.rows)], check.rows)
    limit = 32.0 * max(check.noise or 0.0, check.unit)
    if inside <= limit < here:
        return check._inconsistent(
            "SHP306", f"{check.runner.mode} and a direct call disagree on the same batch", here,
            fix="compare model(x) with predict on one batch", layer=None)
    return None


# -- layers ----------------------------------------------------------------------------------


def _blame(check: Any, left_inputs: Any, right_inputs: Any, left: blame.Pick, right: blame.Pick,
           tolerance: float) -> blame.Blame:
    passes = _passes(check, left_inputs, right_inputs)
    if passes is None:
        return blame.Blame()
    return blame.first_difference(passes[0], passes[1], left, right, tolerance)


def _passes(check: Any, *inputs: Any) -> Optional[List[List[Activation]]]:
    options: Dict[str, Any] = {"training": False} if check.runner.mode == "predict" else {}
    found = []
    try:
        for one in inputs:
            found.append(activations(check.model, to_tensors(one), **options))
            check.extra += len(check.rows)
    except UserError:  # a SavedModel has no layers to look at
        return None
    except Exception:
        return None
    return found


def _padding_blame(check: Any, index: List[int], row: int, trial: str) -> blame.Blame:
    padding = check.padding
    slot = index.index(row)
    width = padding.real.shape[1]
    real = padding.real[row]
    count = len(index)

    def inside(array: np.ndarray) -> Optional[np.ndarray]:
        picked = blame.row_of(slot, count)(array)
        return None if picked is None else _at_real(picked, real, width)

    inputs = check.batches.take(index)
    if trial == "padding":
        other = trials.padded_with_other_content(check.batches, padding, index)
        return _blame(check, inputs, other, inside, inside, check._tolerance())
    alone = blame.row_of(0, 1)
    tolerance = max(1e-4, 8.0 * (check.noise or 0.0))
    return _blame(check, inputs, trials.trimmed(check.batches, padding, row), inside, alone,
                  tolerance)


def _at_real(array: np.ndarray, real: np.ndarray, width: int) -> np.ndarray:
    """The array at real positions on every axis that counts them."""
    for axis, size in enumerate(array.shape):
        if size == width:
            array = np.compress(real, array, axis=axis)
    return array


def _class_at(found: blame.Blame) -> str:
    return "" if found.culprit is None else type(found.culprit).__name__


def _without(check: Any, found: blame.Blame, left: Any, right: Any, pick_left: int,
             pick_right: int, count: int, before: float) -> List[Proof]:
    """Both batches again, eagerly, with the blamed layer passing its input through."""
    layer = found.culprit
    if layer is None or layer is check.model:
        return []
    try:
        with check.counted_as_extra(), passed_through(layer):
            one = check.runner.rows(left, count, "call")[pick_left]
            other = check.runner.rows(right, count, "call")[pick_right]
    except Exception:  # the layer changes the shape, so the model cannot do without it
        return []
    after = 0.0 if all(map(same_bits, one, other)) else distance(one, other)
    return [Proof(f"layer {found.layer} passed through", before, after)]
