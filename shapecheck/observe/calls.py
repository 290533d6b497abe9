"""From a recorded call to facts."""
from __future__ import annotations

import dataclasses
from types import FrameType
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple

from shapecheck.facts import Argument, Array, Call, Output, ValueFacts
from shapecheck.facts.roles import role_of
from shapecheck.observe import feeds, snapshot
from shapecheck.observe.anatomy import losses_of
from shapecheck.observe.callsite import Site, locate
from shapecheck.observe.models import Declaration
from shapecheck.observe.placing import (
    Placed,
    by_parameter,
    does_not_fit,
    place,
    sorted_out,
)
from shapecheck.observe.snapshot import Leaf, facts_of, to_array
from shapecheck.observe.spelling import Speller
from shapecheck.observe.targets import with_labels
from shapecheck.observe.values import ids_facts, marks_padding

#: where a host method takes its arguments: name -> (position, keyword names)
PARAMETERS: Dict[str, Dict[str, Tuple[Optional[int], Tuple[str, ...]]]] = {
    "predict": {"x": (0, ("x",)), "batch_size": (1, ("batch_size",))},
    "fit": {"x": (0, ("x",)), "y": (1, ("y",)), "batch_size": (2, ("batch_size",)),
            "sample_weight": (10, ("sample_weight",)),
            "validation_data": (7, ("validation_data",))},
    "evaluate": {"x": (0, ("x",)), "y": (1, ("y",)), "batch_size": (2, ("batch_size",)),
                 "sample_weight": (4, ("sample_weight",))},
    "predict_on_batch": {"x": (0, ("x",))},
    "train_on_batch": {"x": (0, ("x",)), "y": (1, ("y",)),
                       "sample_weight": (2, ("sample_weight",))},
    "test_on_batch": {"x": (0, ("x",)), "y": (1, ("y",)),
                      "sample_weight": (2, ("sample_weight",))},
    "__call__": {"x": (0, ("inputs", "x", "input_ids"))},
}

#: methods that compare labels with outputs
TRAIN = ("fit", "evaluate", "train_on_batch", "test_on_batch")
#: inputs whose values say whether they are what the model takes
_LOOKED_AT = ("input_ids", "attention_mask", "token_type_ids")


def pick(method: str, name: str, args: Sequence[Any], kwargs: Dict[str, Any]) -> Any:
    """The value of one parameter of a host method, None where it was not given."""
    where = PARAMETERS[method].get(name)
    if where is None:
        return None
    position, names = where
    if position is not None and position < len(args):
        return args[position]
    for keyword in names:
        if keyword in kwargs:
            return kwargs[keyword]
    return None


def gather(model: Any, declaration: Declaration, method: str, value: Any, seen: Tuple[Leaf, ...],
           targets: Any, weights: Sequence[Leaf], pipeline: str, batch_size: Optional[int],
           frame: FrameType, own: Optional[Tuple[str, ...]]) -> Call:
    """The facts of a host call that begins in `frame`.

    targets: the labels as passed, None where there are none. own: names of the keyword arguments
    where each input is an argument of its own; `value` is then a dict of them, the positional
    ones by their number.
    """
    user, site = locate(frame, model)
    parameters = None if own is None else declaration.parameters or own
    speller = Speller(site, PARAMETERS[method]["x"], user, parameters)
    given = Given(value, seen, pipeline)
    labels: Sequence[Leaf] = () if targets is None else snapshot.leaves(targets)
    if pipeline == "Dataset":
        seen, labels = feeds.parts(snapshot.element_leaves(value))
    if own is not None:
        seen = by_parameter(seen, declaration)
    text, span, container = speller.container() if own is None else ("", None, "arguments")
    seen, placed, kind = sorted_out(seen, declaration) if own is None else (
        seen, place(seen, declaration), "")
    container = kind or container
    called = site.text.receiver if site.text else ""
    if site.text and method != "__call__" and called == site.text.callee:
        called = ""  # `p = model.predict; p(x)`
    call = Call(
        model=dataclasses.replace(declaration.info, expression=called), method=method,
        inputs=arguments(placed, declaration, method, speller, given, pipeline),
        labels=_labels("sample_weight", weights, None, site, method, user),
        location=site.location, source=site.text.text if site.text else "",
        container_expression=text, container_span=span, container_kind=container,
        pipeline=pipeline, batch_size=batch_size, takes=declaration.takes,
        replicas=_replicas(model) if method != "__call__" else 1,
        in_graph=any(map(snapshot.is_graph_tensor, seen)), finished=False,
        losses=losses_of(model, [o.name for o in declaration.outputs] or ["output"])
        if method in TRAIN else (),
        positions=declaration.anatomy.positions, fixed_batch=declaration.anatomy.fixed_batch,
        through=declaration.anatomy.through)
    return with_labels(call, labels, _labels("y", labels, targets, site, method, user),
                       declaration)


def _replicas(model: Any) -> int:
    """How many replicas of a distribution strategy each batch is shared out to."""
    try:
        return int(model.distribute_strategy.num_replicas_in_sync)
    except Exception:  # another backend, no strategy
        return 1


def held_out(model: Any, declaration: Declaration, call: Call, value: Any,
             frame: FrameType) -> Optional[Call]:
    """The facts of `fit(..., validation_data=value)`: an `evaluate` of them after an epoch.

    None where it is a generator or a Sequence, whose batches are not looked at.
    """
    user, site = locate(frame, model)
    pipeline = snapshot.pipeline_kind(value)
    if pipeline == "Dataset":
        seen, labels = feeds.parts(snapshot.element_leaves(value))
        inputs, targets, inside = value, None, False
    elif not pipeline and isinstance(value, (tuple, list)) and len(value) > 1:
        inputs, targets, inside = value[0], value[1], True
        seen, labels = snapshot.leaves(inputs), snapshot.leaves(targets)
    else:
        return None
    given = Given(inputs, seen, pipeline)
    seen, placed, kind = sorted_out(seen, declaration)
    parameter = PARAMETERS["fit"]["validation_data"]
    speller = Speller(site, parameter, user, prefix=(0,) if inside else ())
    text, span, _indexed = speller.item(())
    name = text or "validation_data"
    held = dataclasses.replace(
        call, method="evaluate", labels=(), container_expression=text, container_span=span,
        container_kind=kind or "other", pipeline=pipeline, batch_size=None, finished=False,
        predicted=(), losses=losses_of(model, [o.name for o in declaration.outputs]),
        inputs=arguments(placed, declaration, "evaluate", speller, given, pipeline))
    spelled = Speller(site if inside else Site(call.location), parameter, user, prefix=(1,))
    called = "" if inside else f"the labels of {name}"
    return with_labels(held, labels, _labels("y", labels, targets, site, "fit", user, called,
                                             spelled), declaration)


class Given:
    """What the user passed, while facts are made of it; values are not looked at before asked."""

    def __init__(self, value: Any = None, leaves: Sequence[Leaf] = (), pipeline: str = "",
                 whole: bool = False, ranges: Optional[Mapping[int, ValueFacts]] = None) -> None:
        known = not pipeline and value is not None
        self._items = [snapshot.follow(value, leaf[0]) for leaf in leaves] if known else []
        self.facts: Mapping[int, ValueFacts] = facts_of(value, leaves) if known else ranges or {}
        self.whole = whole

    def item(self, index: int) -> Any:
        return self._items[index] if index < len(self._items) else None

    def ids(self, index: int, padding: Optional[int] = None) -> ValueFacts:
        return ids_facts(self.item(index), self.facts.get(index, ValueFacts()), padding,
                         self.whole)


def looks_at_values(declaration: Declaration) -> bool:
    """Does the model read ids or masks, whose range says whether they are what it takes?"""
    return bool(declaration.anatomy.vocabularies) or declaration.info.kind == "subclassed" or any(
        spec.role in _LOOKED_AT for spec in declaration.specs)


def rebatched(call: Call, batches: Sequence[feeds.Batch], declaration: Declaration,
              ranges: Sequence[Mapping[int, ValueFacts]] = ()) -> Call:
    """The call of a generator or Sequence, with one of the different batches that it yielded.

    ranges: of each batch, the values of its inputs as far as they were looked at.

    The first one that does not fit what is declared, or whose inputs, or inputs and labels, have
    different numbers of rows; where there is none, the first.
    """
    fed = [(place(inputs, declaration), labels) for inputs, labels in batches]
    chosen = next((i for i, f in enumerate(fed) if does_not_fit(f[0])), next(
        (i for i, (inputs, labels) in enumerate(batches) if not feeds.as_many(inputs, labels)), 0))
    placed, labels = fed[chosen]
    site = Site(call.location)
    given = Given(ranges=ranges[chosen] if ranges else None)
    inputs = arguments(placed, declaration, call.method, Speller(site, (0, ("x",))), given,
                       call.pipeline)
    name = call.container_expression
    call = dataclasses.replace(call, inputs=tuple(
        dataclasses.replace(a, expression=name or a.name) for a in inputs))
    return with_labels(call, labels, _labels("y", labels, None, site, call.method, None,
                                             f"the labels of {name}" if name else ""), declaration)


def refused(call: Call, declaration: Declaration) -> Call:
    """A call that raised: what the model's own check refuses, no layer received."""
    return dataclasses.replace(call, inputs=tuple(
        dataclasses.replace(a, received=None, how="rejected")
        if declaration.refuses(a.declared, a.passed) and not _unchecked(call, a) else a
        for a in call.inputs))


def looked_at_again(call: Call, value: Any, labels: Any, declaration: Declaration) -> Call:
    """A call that raised, with what is in all of its values: another call of its kind, or a part
    of the array that was not looked at, may be to blame."""
    if value is None or call.pipeline or call.container_kind in ("stacked", "rows"):
        return call
    leaves = snapshot.leaves(value)
    own = call.container_kind == "arguments"
    placed = place(by_parameter(leaves, declaration) if own else leaves, declaration)
    if len(placed) != len(call.inputs):
        return call
    items = [snapshot.follow(value, leaves[p.index][0]) for p in placed]
    targets = [snapshot.follow(labels, leaf[0]) for leaf in snapshot.leaves(labels)]
    return dataclasses.replace(
        call, inputs=_with_values(call.inputs, items),
        labels=_with_values(call.labels, targets) + call.labels[len(targets):])


def with_ids(call: Call, value: Any) -> Call:
    """The only input of a call, found to be ids as the call ran, with what is in them."""
    if value is None or len(call.inputs) != 1 or not call.inputs[0].vocabulary \
            or call.inputs[0].passed.values.low is not None:
        return call
    leaves = snapshot.leaves(value)
    return call if len(leaves) != 1 else dataclasses.replace(call, inputs=_with_values(
        call.inputs, [snapshot.follow(value, leaves[0][0])], whole=False))


def _with_values(arguments: Sequence[Argument], items: Sequence[Any],
                 whole: bool = True) -> Tuple[Argument, ...]:
    return tuple(
        a if a.passed.values.whole is None and not a.vocabulary
        else dataclasses.replace(a, passed=dataclasses.replace(
            a.passed, values=ids_facts(item, a.passed.values, whole=whole)))
        for a, item in zip(arguments, items))


def _unchecked(call: Call, arg: Argument) -> bool:
    return call.method == "__call__" and arg.passed.container in ("DataFrame", "Series")


def labels_of(value: Any, site: Site, frame: Optional[FrameType]) -> Tuple[Argument, ...]:
    """The labels that `fit` is given."""
    return _labels("y", snapshot.leaves(value), value, site, "fit", frame)


def _labels(name: str, leaves: Sequence[Leaf], value: Any, site: Site, method: str,
            frame: Optional[FrameType], called: str = "",
            spelled: Optional[Speller] = None) -> Tuple[Argument, ...]:
    """value: as passed; None where it is not to be looked at. called: what to call them where the
    source does not say it."""
    speller = spelled or Speller(site, PARAMETERS[method].get(name, (None, (name,))), frame)
    given = Given(value, leaves)
    found = []
    for i, leaf in enumerate(leaves):
        text, span, indexed = speller.item(leaf[0])
        values = None if value is None else given.ids(i)
        found.append(Argument(name, to_array(leaf, values), expression=text or called or name,
                              span=span, indexed=indexed))
    return tuple(found)


def arguments(placed: Sequence[Placed], declaration: Declaration, method: str,
              spelled: Speller, given: Given, pipeline: str) -> Tuple[Argument, ...]:
    """`Argument` facts; what was given is looked at where a rule needs its values."""
    result = []
    anatomy = declaration.anatomy
    roles = [p.spec.role if p.spec is not None else role_of(p.name) for p in placed]
    ids = next((p for p, role in zip(placed, roles) if role == "input_ids"), None)
    for item, role in zip(placed, roles):
        rows = anatomy.vocabularies.get(item.name)
        values = given.facts.get(item.index)
        marks = None
        if role in _LOOKED_AT or rows is not None:
            padding = anatomy.padding if role == "input_ids" and "attention_mask" not in roles \
                else None
            values = given.ids(item.index, padding)
        if role == "attention_mask" and ids is not None:
            marks = marks_padding(given.item(item.index), given.item(ids.index))
        passed = to_array(item.leaf, values)
        through = passed if not pipeline else Array(
            passed.shape, passed.dtype, pipeline, passed.values)
        received, how = declaration.received(item.spec, through, method)
        text, span, indexed = spelled.item(item.leaf[0])
        result.append(Argument(item.name, through, item.spec, received, how, text or item.name,
                               span, role, indexed, vocabulary=rows, marks_padding=marks))
    return tuple(result)


def _path_of(keys: Sequence[Any]) -> str:
    """`q.r`, `states[0]`: where an output stands in nested ones."""
    first, *rest = keys
    start = first if isinstance(first, str) else f"output[{first}]"
    return start + "".join(f".{key}" if isinstance(key, str) else f"[{key}]" for key in rest)


def returned(leaves: Sequence[Leaf], declaration: Declaration,
             values: Dict[int, Any]) -> Tuple[Output, ...]:
    """`Output` facts, named by key, by the model's output names, or by position."""
    specs = declaration.outputs
    by_name = {s.name: s for s in specs}
    result = []
    for i, leaf in enumerate(leaves):
        keys = [str(p) for p in leaf[0] if isinstance(p, str)]
        spec = by_name.get(keys[-1]) if keys else specs[i] if len(specs) == len(leaves) else None
        name = _path_of(leaf[0]) if keys else spec.name if spec else (
            "output" if len(leaves) == 1 else f"output[{i}]")
        rows = spec is not None and bool(spec.shape) and spec.shape[0] is None  # type: ignore
        result.append(Output(name, to_array(leaf, values.get(i)), rows))
    return tuple(result)
