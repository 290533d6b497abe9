"""A call in the user's source: which expression stands for which argument."""
from __future__ import annotations

import ast
from typing import Any, Dict, Optional, Sequence, Tuple

from shapecheck.facts.records import dataclass
from shapecheck.source.expression import Span, parse, segment, span_of

Path = Tuple[Any, ...]  # list indices and dict keys, from the argument down


@dataclass(frozen=True)
class Piece:
    """Source text of an argument or of an item in it; span is None where it has no own place."""

    text: str
    span: Optional[Span]
    kind: str = "other"  # "list", "dict", "other": how the argument is written


class CallText:
    """The source text of one call, taken apart.

    Raises ValueError where the text is no call.
    """

    def __init__(self, text: str) -> None:
        node = parse(text)
        if not isinstance(node, ast.Call):
            raise ValueError("not a call")
        self.text = text
        self._node = node

    @property
    def receiver(self) -> str:
        """`model` in `model.predict(x)` and in `model(x)`."""
        func = self._node.func
        if isinstance(func, ast.Attribute):
            return segment(self.text, func.value)
        return segment(self.text, func)

    @property
    def callee(self) -> str:
        return segment(self.text, self._node.func)

    def argument(self, position: Optional[int], names: Sequence[str]) -> Optional[Piece]:
        """The argument at `position`, or by one of `names`; None where it is not spelled out."""
        node = self._argument_node(position, names)
        return None if node is None else self._piece(node)

    def item(self, position: Optional[int], names: Sequence[str], path: Path) -> Optional[Piece]:
        """The expression for the item at `path` inside the argument.

        Descends into list, tuple and dict displays; below a name it is written as an index
        (`batch[0]`, span None).
        """
        node = self._argument_node(position, names)
        if node is None:
            return None
        remaining = list(path)
        while remaining:
            child = _descend(node, remaining[0])
            if child is None:
                text = segment(self.text, node) + "".join(f"[{key!r}]" for key in remaining)
                return Piece(text, None)
            node = child
            remaining.pop(0)
        return self._piece(node)

    def unpacked(self) -> Optional[Piece]:
        """The expression behind `**` in `model(**batch)`, None where there is none."""
        for keyword in self._node.keywords:
            if keyword.arg is None:
                return self._piece(keyword.value)
        return None

    def _argument_node(self, position: Optional[int],
                       names: Sequence[str]) -> Optional[ast.expr]:
        arguments = self._node.args
        if any(isinstance(a, ast.Starred) for a in arguments):
            return None
        if position is not None and position < len(arguments):
            return arguments[position]
        by_name: Dict[str, ast.expr] = {k.arg: k.value for k in self._node.keywords if k.arg}
        for name in names:
            if name in by_name:
                return by_name[name]
        return None

    def _piece(self, node: ast.expr) -> Piece:
        kind = ("list" if isinstance(node, (ast.List, ast.Tuple))
                else "dict" if isinstance(node, ast.Dict) else "other")
        return Piece(segment(self.text, node), span_of(self.text, node), kind)


def _descend(node: ast.expr, key: Any) -> Optional[ast.expr]:
    if isinstance(node, (ast.List, ast.Tuple)) and isinstance(key, int):
        if any(isinstance(e, ast.Starred) for e in node.elts) or key >= len(node.elts):
            return None
        return node.elts[key]
    if isinstance(node, ast.Dict):
        for name, value in zip(node.keys, node.values):
            if isinstance(name, ast.Constant) and name.value == key:
                return value
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "dict":
        for keyword in node.keywords:
            if keyword.arg == key:
                return keyword.value
    return None
