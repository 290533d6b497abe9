"""From a recorded call to facts: which tensor went into which input."""
from __future__ import annotations

from types import FrameType
from typing import Any, Dict, List, Optional, Sequence, Tuple

from shapecheck.facts import Argument, Array, Output, Spec
from shapecheck.facts.roles import role_of
from shapecheck.observe.callsite import Site, indexed_kind
from shapecheck.observe.models import Declaration
from shapecheck.observe.snapshot import Leaf, to_array
from shapecheck.source.calls import Piece

#: where a host method takes its arguments: name -> (position, keyword names)
PARAMETERS: Dict[str, Dict[str, Tuple[Optional[int], Tuple[str, ...]]]] = {
    "predict": {"x": (0, ("x",)), "batch_size": (1, ("batch_size",))},
    "fit": {"x": (0, ("x",)), "y": (1, ("y",)), "batch_size": (2, ("batch_size",)),
            "sample_weight": (None, ("sample_weight",))},
    "evaluate": {"x": (0, ("x",)), "y": (1, ("y",)), "batch_size": (2, ("batch_size",)),
                 "sample_weight": (None, ("sample_weight",))},
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
    """One leaf with the input it belongs to."""

    def __init__(self, leaf: Leaf, name: str, spec: Optional[Spec]) -> None:
        self.leaf = leaf
        self.name = name
        self.spec = spec


def place(leaves: Sequence[Leaf], declaration: Declaration) -> List[Placed]:
    """Each passed array with its declared input: by name, then by position.

    Arrays that fit no declared input keep a name made of their path and have no spec.
    """
    specs = declaration.specs
    by_name = {s.name: s for s in specs}
    keys = [leaf[0][0] if leaf[0] else None for leaf in leaves]
    if any(isinstance(k, str) for k in keys):
        if declaration.structure != "nested" and any(k in by_name for k in keys):
            return [_named(leaf, by_name) for leaf in leaves]
    if declaration.hugging_face:
        return _positional(leaves, declaration.parameters, by_name)
    if len(leaves) == len(specs):
        return [Placed(leaf, spec.name, spec) for leaf, spec in zip(leaves, specs)]
    return [Placed(leaf, path_name(leaf[0], i, len(leaves)), None)
            for i, leaf in enumerate(leaves)]


def _named(leaf: Leaf, by_name: Dict[str, Spec]) -> Placed:
    path = leaf[0]
    key = str(path[0]) if path else ""
    spec = by_name.get(key) if len(path) == 1 else None
    return Placed(leaf, key if spec else ".".join(map(str, path)), spec)


def _positional(leaves: Sequence[Leaf], parameters: Sequence[str],
                by_name: Dict[str, Spec]) -> List[Placed]:
    placed = []
    for leaf in leaves:
        path = leaf[0]
        key = path[0] if path else 0
        name = parameters[key] if isinstance(key, int) and key < len(parameters) else str(key)
        placed.append(Placed(leaf, name, by_name.get(name)))
    return placed


def path_name(path: Tuple[Any, ...], index: int, total: int) -> str:
    if path:
        return ".".join(str(p) for p in path)
    return "input" if total == 1 else f"input_{index}"


def arguments(placed: Sequence[Placed], declaration: Declaration, method: str,
              spelled: "Speller", values: Dict[int, Any], pipeline: str) -> Tuple[Argument, ...]:
    """`Argument` facts; `values` are value facts by position."""
    result = []
    for i, item in enumerate(placed):
        passed = to_array(item.leaf, values.get(i))
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
    result = []
    for i, leaf in enumerate(leaves):
        path = leaf[0]
        keys = [str(p) for p in path if isinstance(p, str)]
        spec = specs[i] if len(specs) == len(leaves) else None
        name = keys[-1] if keys else spec.name if spec else (
            "output" if len(leaves) == 1 else f"output[{i}]")
        rows = spec is not None and bool(spec.shape) and spec.shape[0] is None  # type: ignore
        result.append(Output(name, to_array(leaf, values.get(i)), rows))
    return tuple(result)
