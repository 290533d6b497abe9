"""From a recorded call to facts: which tensor went into which input."""
from __future__ import annotations

import dataclasses
from types import FrameType
from typing import Any, Dict, List, Optional, Sequence, Tuple

from shapecheck.facts import Argument, Array, Call, Output, Spec, Truth
from shapecheck.facts.roles import role_of
from shapecheck.observe import feeds, snapshot
from shapecheck.observe.callsite import Site, indexed_kind, locate
from shapecheck.observe.models import Declaration
from shapecheck.observe.snapshot import Leaf, facts_of, to_array
from shapecheck.source.calls import Piece

#: where a host method takes its arguments: name -> (position, keyword names)
PARAMETERS: Dict[str, Dict[str, Tuple[Optional[int], Tuple[str, ...]]]] = {
    "predict": {"x": (0, ("x",)), "batch_size": (1, ("batch_size",))},
    "fit": {"x": (0, ("x",)), "y": (1, ("y",)), "batch_size": (2, ("batch_size",)),
            "sample_weight": (10, ("sample_weight",))},
    "evaluate": {"x": (0, ("x",)), "y": (1, ("y",)), "batch_size": (2, ("batch_size",)),
                 "sample_weight": (4, ("sample_weight",))},
    "predict_on_batch": {"x": (0, ("x",))},
    "train_on_batch": {"x": (0, ("x",)), "y": (1, ("y",)),
                       "sample_weight": (2, ("sample_weight",))},
    "test_on_batch": {"x": (0, ("x",)), "y": (1, ("y",)),
                      "sample_weight": (2, ("sample_weight",))},
    "__call__": {"x": (0, ("inputs", "x", "input_ids"))},
}


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


def gather(model: Any, declaration: Declaration, method: str, value: Any, seen: Sequence[Leaf],
           labels: Sequence[Leaf], weights: Sequence[Leaf], pipeline: str,
           batch_size: Optional[int], frame: FrameType,
           own: Optional[Tuple[str, ...]]) -> Call:
    """The facts of a host call that begins in `frame`.

    own: names of the keyword arguments where each input is an argument of its own; `value` is
    then a dict of them, the positional ones by their number.
    """
    user, site = locate(frame, model)
    parameters = None if own is None else declaration.parameters or own
    speller = Speller(site, PARAMETERS[method]["x"], user, parameters)
    values = {} if pipeline else facts_of(value, seen)
    if pipeline == "Dataset":
        seen = feeds.features(snapshot.element_leaves(value))
    if own is not None and declaration.parameters:
        seen = tuple(_with_parameter_name(leaf, declaration.parameters) for leaf in seen)
    text, span, container = speller.container() if own is None else ("", None, "arguments")
    called = site.text.receiver if site.text else ""
    if site.text and method != "__call__" and called == site.text.callee:
        called = ""  # `p = model.predict; p(x)`
    return Call(
        model=dataclasses.replace(declaration.info, expression=called), method=method,
        inputs=arguments(place(seen, declaration), declaration, method, speller, values, pipeline),
        labels=_labels("y", labels, site, method, user)
        + _labels("sample_weight", weights, site, method, user),
        location=site.location, source=site.text.text if site.text else "",
        container_expression=text, container_span=span, container_kind=container,
        pipeline=pipeline, batch_size=batch_size, takes=declaration.takes,
        replicas=_replicas(model) if method != "__call__" else 1,
        in_graph=any(map(snapshot.is_graph_tensor, seen)), finished=False)


def _replicas(model: Any) -> int:
    """How many replicas of a distribution strategy each batch is shared out to."""
    try:
        return int(model.distribute_strategy.num_replicas_in_sync)
    except Exception:  # another backend, no strategy
        return 1


def rebatched(call: Call, batches: Sequence[Sequence[Leaf]], declaration: Declaration) -> Call:
    """The call of a generator or Sequence, with one of the different batches that it yielded.

    The first one that does not fit what is declared; where all do, the first.
    """
    placed = next((p for p in (place(leaves, declaration) for leaves in batches)
                   if any(i.spec is not None and i.spec.tolerates(to_array(i.leaf)) is Truth.NO
                          for i in p)), None) or place(batches[0], declaration)
    inputs = arguments(placed, declaration, call.method,
                       Speller(Site(call.location), (0, ("x",))), {}, call.pipeline)
    return dataclasses.replace(call, inputs=tuple(
        dataclasses.replace(a, expression=call.container_expression or a.name) for a in inputs))


def refused(call: Call, declaration: Declaration) -> Tuple[Argument, ...]:
    """The inputs of a call that raised: what the model's own check refuses, no layer received."""
    return tuple(
        dataclasses.replace(a, received=None, how="rejected")
        if declaration.refuses(a.declared, a.passed) and not _unchecked(call, a) else a
        for a in call.inputs)


def _unchecked(call: Call, arg: Argument) -> bool:
    return call.method == "__call__" and arg.passed.container in ("DataFrame", "Series")


def _with_parameter_name(leaf: Leaf, parameters: Sequence[str]) -> Leaf:
    path = leaf[0]
    if path and isinstance(path[0], int) and path[0] < len(parameters):
        return ((parameters[path[0]],) + path[1:],) + leaf[1:]
    return leaf


def _labels(name: str, leaves: Sequence[Leaf], site: Site, method: str,
            frame: Optional[FrameType]) -> Tuple[Argument, ...]:
    speller = Speller(site, PARAMETERS[method].get(name, (None, (name,))), frame)
    found = []
    for leaf in leaves:
        text, span, indexed = speller.item(leaf[0])
        found.append(Argument(name, to_array(leaf), expression=text or name, span=span,
                              indexed=indexed))
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
              spelled: "Speller", values: Dict[int, Any], pipeline: str) -> Tuple[Argument, ...]:
    """`Argument` facts; `values` are value facts by the index of the leaf."""
    result = []
    for item in placed:
        passed = to_array(item.leaf, values.get(item.index))
        through = passed if not pipeline else Array(passed.shape, passed.dtype, pipeline)
        received, how = declaration.received(item.spec, through, method)
        text, span, indexed = spelled.item(item.leaf[0])
        role = item.spec.role if item.spec is not None else role_of(item.name)
        result.append(Argument(item.name, through, item.spec, received, how, text or item.name,
                               span, role, indexed))
    return tuple(result)


class Speller:
    """How the user wrote an argument and the items in it.

    parameters: names of the callable's own parameters, where each input is one of them
    (`bert(ids, attention_mask=mask)`); empty where one argument holds all inputs.
    """

    def __init__(self, site: Site, parameter: Tuple[Optional[int], Tuple[str, ...]],
                 frame: Optional[FrameType] = None,
                 parameters: Optional[Sequence[str]] = None) -> None:
        self._text = site.text
        self._parameter = parameter
        self._frame = frame
        self._parameters = parameters

    def item(self, path: Tuple[Any, ...]) -> Tuple[str, Optional[Tuple[int, int]], str]:
        """(expression, span, indexed) for the item at `path`; ("", None, "") where not known."""
        if self._text is None:
            return "", None, ""
        piece = (self._text.item(*self._parameter, path) if self._parameters is None
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
