"""From a recorded call to facts: which tensor went into which input."""
from __future__ import annotations

import dataclasses
from types import FrameType
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from shapecheck.facts import Argument, Array, Call, Output, Spec, Truth, ValueFacts
from shapecheck.facts.roles import role_of
from shapecheck.observe import feeds, snapshot
from shapecheck.observe.anatomy import losses_of
from shapecheck.observe.callsite import Site, indexed_kind, locate
from shapecheck.observe.models import Declaration
from shapecheck.observe.snapshot import Leaf, facts_of, to_array
from shapecheck.observe.values import ids_facts, marks_padding
from shapecheck.source.calls import Piece

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
_TRAIN = ("fit", "evaluate", "train_on_batch", "test_on_batch")
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


class Placed:
    """One leaf with the input it belongs to. index: its place among the leaves passed."""

    def __init__(self, index: int, leaf: Leaf, name: str, spec: Optional[Spec]) -> None:
        self.index = index
        self.leaf = leaf
        self.name = name
        self.spec = spec


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
        seen = _by_parameter(seen, declaration)
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
        if method in _TRAIN else (),
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


def with_labels(call: Call, leaves: Sequence[Leaf], labels: Tuple[Argument, ...],
                declaration: Declaration) -> Call:
    """`call` with its labels, and the outputs and losses that they are compared with.

    Where an input does not fit, or a label has no output of its own, nothing is compared.
    """
    call = dataclasses.replace(call, labels=labels + call.labels)
    outputs = declaration.outputs
    order = _outputs_of(leaves, [o.name for o in outputs])
    wrong = any(a.declared is not None and a.declared.tolerates(a.passed) is Truth.NO
                for a in call.inputs)
    if order is None or wrong or not labels or not _made_for(call, declaration):
        return call
    if any(label.passed.values.ragged for label in labels):  # their shape is not that of their rows
        return call
    predicted = [_predicted(outputs[i], call.rows) for i in order]
    losses = [call.losses[i] for i in order] if call.losses else []
    return dataclasses.replace(call, predicted=tuple(predicted), losses=tuple(losses))


def completed(call: Call, model: Any, declaration: Declaration) -> Call:
    """A call before which the model was not built: with what its only output is known to be now."""
    labels = [a for a in call.labels if a.name == "y"]
    if call.predicted or len(labels) != 1 or len(declaration.outputs) != 1 \
            or not _made_for(call, declaration):
        return call
    output = declaration.outputs[0]
    return dataclasses.replace(
        call, predicted=(_predicted(output, call.rows),), losses=losses_of(model, [output.name]),
        through=declaration.anatomy.through)


def _made_for(call: Call, declaration: Declaration) -> bool:
    """Do the sizes of the declared outputs hold for these inputs?"""
    made_for = declaration.anatomy.made_for
    return made_for is None or [tuple(a.passed.shape or ())[1:] for a in call.inputs] == [made_for]


def _outputs_of(leaves: Sequence[Leaf], names: Sequence[str]) -> Optional[List[int]]:
    """Which output each label belongs to, None where that is not certain."""
    keys = [leaf[0][0] if len(leaf[0]) == 1 else None for leaf in leaves]
    if all(key in names for key in keys):
        return [list(names).index(key) for key in keys]  # type: ignore[arg-type]
    if len(leaves) == len(names) and not any(isinstance(key, str) for key in keys):
        return list(range(len(names)))
    return None


def _predicted(spec: Spec, rows: Any) -> Output:
    shape = None if spec.shape is None else (rows, *spec.shape[1:])
    return Output(spec.name, Array.of(shape, spec.dtype), True)


class Given:
    """What the user passed, while facts are made of it; values are not looked at before asked."""

    def __init__(self, value: Any = None, leaves: Sequence[Leaf] = (), pipeline: str = "",
                 whole: bool = False) -> None:
        known = not pipeline and value is not None
        self._items = [snapshot.follow(value, leaf[0]) for leaf in leaves] if known else []
        self.facts: Mapping[int, ValueFacts] = facts_of(value, leaves) if known else {}
        self.whole = whole

    def item(self, index: int) -> Any:
        return self._items[index] if index < len(self._items) else None

    def ids(self, index: int, padding: Optional[int] = None) -> ValueFacts:
        return ids_facts(self.item(index), self.facts.get(index, ValueFacts()), padding,
                         self.whole)


def sorted_out(leaves: Tuple[Leaf, ...], declaration: Declaration) -> Tuple[
        Tuple[Leaf, ...], List[Placed], str]:
    """The leaves, each with its input, and what was made of the structure: "stacked" (one array
    of all inputs), "rows" (a list of the rows of one input) or ""."""
    specs = declaration.specs
    if _is_stack(leaves, declaration):
        return leaves, [Placed(0, leaves[0], spec.name, spec) for spec in specs], "stacked"
    if _are_rows(leaves, declaration):
        _path, _kind, shape, dtype = leaves[0]
        whole: Leaf = ((), snapshot.PythonData, (len(leaves), *(shape or ())), dtype)
        return (whole,), [Placed(0, whole, specs[0].name, specs[0])], "rows"
    return leaves, place(leaves, declaration), ""


def _are_rows(leaves: Sequence[Leaf], declaration: Declaration) -> bool:
    """Several arrays in a list, each of the shape of a row of the only input."""
    specs = declaration.specs
    if len(specs) != 1 or declaration.structure != "single" or len(leaves) < 2 \
            or specs[0].rank is None or specs[0].source != "Input":
        return False
    shapes = {leaf[2] for leaf in leaves}
    return len(shapes) == 1 and all(len(leaf[0]) == 1 and isinstance(leaf[0][0], int)
                                    for leaf in leaves) \
        and len(shapes.pop() or ()) == specs[0].rank - 1


def _is_stack(leaves: Sequence[Leaf], declaration: Declaration) -> bool:
    """One array where the model takes several inputs, with as many entries on a new axis 0."""
    specs = declaration.specs
    if len(leaves) != 1 or leaves[0][0] or len(specs) < 2 or not leaves[0][2]:
        return False
    shape, first = leaves[0][2], specs[0]
    if any(s.rank != first.rank or s.rank is None for s in specs[:2]):
        return False
    counts = (2, 3) if declaration.hugging_face else (len(specs),)
    return len(shape) == (first.rank or 0) + 1 and shape[0] in counts


def rebatched(call: Call, batches: Sequence[feeds.Batch], declaration: Declaration) -> Call:
    """The call of a generator or Sequence, with one of the different batches that it yielded.

    The first one that does not fit what is declared, or whose inputs have different numbers of
    rows; where there is none, the first.
    """
    fed = [(place(inputs, declaration), labels) for inputs, labels in batches]
    placed, labels = next((f for f in fed if _does_not_fit(f[0])), fed[0])
    site = Site(call.location)
    inputs = arguments(placed, declaration, call.method, Speller(site, (0, ("x",))), Given(),
                       call.pipeline)
    name = call.container_expression
    call = dataclasses.replace(call, inputs=tuple(
        dataclasses.replace(a, expression=name or a.name) for a in inputs))
    return with_labels(call, labels, _labels("y", labels, None, site, call.method, None,
                                             f"the labels of {name}" if name else ""), declaration)


def _does_not_fit(batch: Sequence[Placed]) -> bool:
    if any(i.spec is not None and i.spec.tolerates(to_array(i.leaf)) is Truth.NO for i in batch):
        return True
    return len({i.leaf[2][0] for i in batch if i.spec is not None and i.leaf[2]}) > 1


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
    placed = place(_by_parameter(leaves, declaration) if own else leaves, declaration)
    if len(placed) != len(call.inputs):
        return call
    items = [snapshot.follow(value, leaves[p.index][0]) for p in placed]
    targets = [snapshot.follow(labels, leaf[0]) for leaf in snapshot.leaves(labels)]
    return dataclasses.replace(
        call, inputs=_with_values(call.inputs, items),
        labels=_with_values(call.labels, targets) + call.labels[len(targets):])


def _with_values(arguments: Sequence[Argument], items: Sequence[Any]) -> Tuple[Argument, ...]:
    return tuple(
        a if a.passed.values.whole is None and not a.vocabulary
        else dataclasses.replace(a, passed=dataclasses.replace(
            a.passed, values=ids_facts(item, a.passed.values, whole=True)))
        for a, item in zip(arguments, items))


def _by_parameter(leaves: Tuple[Leaf, ...], declaration: Declaration) -> Tuple[Leaf, ...]:
    """Positional arguments by the names of the model's own parameters, where it has any."""
    names = declaration.parameters
    return tuple(_with_parameter_name(leaf, names) for leaf in leaves) if names else leaves


def _unchecked(call: Call, arg: Argument) -> bool:
    return call.method == "__call__" and arg.passed.container in ("DataFrame", "Series")


def _with_parameter_name(leaf: Leaf, parameters: Sequence[str]) -> Leaf:
    path = leaf[0]
    if path and isinstance(path[0], int) and path[0] < len(parameters):
        return ((parameters[path[0]],) + path[1:],) + leaf[1:]
    return leaf


def labels_of(value: Any, site: Site, frame: Optional[FrameType]) -> Tuple[Argument, ...]:
    """The labels that `fit` is given."""
    return _labels("y", snapshot.leaves(value), value, site, "fit", frame)


def _labels(name: str, leaves: Sequence[Leaf], value: Any, site: Site, method: str,
            frame: Optional[FrameType], called: str = "",
            spelled: Optional["Speller"] = None) -> Tuple[Argument, ...]:
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


def place(leaves: Sequence[Leaf], declaration: Declaration) -> List[Placed]:
    """Each passed array with its declared input: by name, then by position; in declared order.

    Arrays that fit no declared input keep a name made of their path and have no spec.
    """
    specs = declaration.specs
    by_name = {s.name: s for s in specs}
    keys = [leaf[0][0] if leaf[0] else None for leaf in leaves]
    if any(isinstance(k, str) for k in keys):
        if declaration.structure != "nested" and any(k in by_name for k in keys):
            order = list(by_name)
            return sorted((_named(i, leaf, by_name) for i, leaf in enumerate(leaves)),
                          key=lambda p: order.index(p.name) if p.spec else len(order))
    if declaration.hugging_face:
        return _positional(leaves, declaration.parameters, by_name)
    if len(leaves) == len(specs):
        if declaration.structure == "dict":  # a list is taken in the order of the sorted names
            specs = tuple(sorted(specs, key=lambda s: s.name))
        return [Placed(i, leaf, spec.name, spec)
                for i, (leaf, spec) in enumerate(zip(leaves, specs))]
    return [Placed(i, leaf, path_name(leaf[0], i, len(leaves)), None)
            for i, leaf in enumerate(leaves)]


def _named(index: int, leaf: Leaf, by_name: Dict[str, Spec]) -> Placed:
    path = leaf[0]
    key = str(path[0]) if path else ""
    spec = by_name.get(key) if len(path) == 1 else None
    return Placed(index, leaf, key if spec else ".".join(map(str, path)), spec)


def _positional(leaves: Sequence[Leaf], parameters: Sequence[str],
                by_name: Dict[str, Spec]) -> List[Placed]:
    placed = []
    for i, leaf in enumerate(leaves):
        path = leaf[0]
        key = path[0] if path else 0
        name = parameters[key] if isinstance(key, int) and key < len(parameters) else str(key)
        placed.append(Placed(i, leaf, name, by_name.get(name)))
    return placed


def path_name(path: Tuple[Any, ...], index: int, total: int) -> str:
    if path:
        return ".".join(str(p) for p in path)
    return "input" if total == 1 else f"input_{index}"


def arguments(placed: Sequence[Placed], declaration: Declaration, method: str,
              spelled: "Speller", given: Given, pipeline: str) -> Tuple[Argument, ...]:
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
        through = passed if not pipeline else Array(passed.shape, passed.dtype, pipeline)
        received, how = declaration.received(item.spec, through, method)
        text, span, indexed = spelled.item(item.leaf[0])
        result.append(Argument(item.name, through, item.spec, received, how, text or item.name,
                               span, role, indexed, vocabulary=rows, marks_padding=marks))
    return tuple(result)


class Speller:
    """How the user wrote an argument and the items in it.

    parameters: names of the callable's own parameters, where each input is one of them
    (`bert(ids, attention_mask=mask)`); empty where one argument holds all inputs. prefix: where
    in the argument the inputs are (`validation_data=(x, y)`).
    """

    def __init__(self, site: Site, parameter: Tuple[Optional[int], Tuple[str, ...]],
                 frame: Optional[FrameType] = None,
                 parameters: Optional[Sequence[str]] = None,
                 prefix: Tuple[Any, ...] = ()) -> None:
        self._prefix = prefix
        self._text = site.text
        self._parameter = parameter
        self._frame = frame
        self._parameters = parameters

    def item(self, path: Tuple[Any, ...]) -> Tuple[str, Optional[Tuple[int, int]], str]:
        """(expression, span, indexed) for the item at `path`; ("", None, "") where not known."""
        if self._text is None:
            return "", None, ""
        piece = (self._text.item(*self._parameter, self._prefix + path)
                 if self._parameters is None
                 else self._own_parameter(path))
        if piece is None:
            return "", None, ""
        indexed = indexed_kind(piece.text, self._frame) if piece.span else "other"
        return piece.text, piece.span, indexed

    def _own_parameter(self, path: Tuple[Any, ...]) -> Optional[Piece]:
        assert self._text is not None and self._parameters is not None
        first, rest = path[0], path[1:]
        if isinstance(first, int):
            return self._text.item(first, (), rest)
        position = self._parameters.index(first) if first in self._parameters else None
        piece = self._text.item(position, (first,), rest)
        if piece is None:
            unpacked = self._text.unpacked()
            return Piece(f"{unpacked.text}[{first!r}]", None) if unpacked else None
        return piece

    def container(self) -> Tuple[str, Optional[Tuple[int, int]], str]:
        """(expression, span, "list" | "dict" | "other") of the whole argument."""
        if self._text is None:
            return "", None, ""
        piece = self._text.argument(*self._parameter)
        if piece is None:
            piece = self._text.unpacked()
            return (piece.text, piece.span, "unpacked") if piece else ("", None, "")
        return piece.text, piece.span, piece.kind


def returned(leaves: Sequence[Leaf], declaration: Declaration,
             values: Dict[int, Any]) -> Tuple[Output, ...]:
    """`Output` facts, named by key, by the model's output names, or by position."""
    specs = declaration.outputs
    by_name = {s.name: s for s in specs}
    result = []
    for i, leaf in enumerate(leaves):
        keys = [str(p) for p in leaf[0] if isinstance(p, str)]
        spec = by_name.get(keys[-1]) if keys else specs[i] if len(specs) == len(leaves) else None
        name = keys[-1] if keys else spec.name if spec else (
            "output" if len(leaves) == 1 else f"output[{i}]")
        rows = spec is not None and bool(spec.shape) and spec.shape[0] is None  # type: ignore
        result.append(Output(name, to_array(leaf, values.get(i)), rows))
    return tuple(result)
