"""`last_hidden_state[:, 0]`, `out[0][0]`: an output selected by name and index, never `eval`ed."""
from __future__ import annotations

import ast
from typing import Any, List, Tuple

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.facts.records import dataclass
from shapecheck.source.expression import segment

Keys = Tuple[Any, ...]

_ALLOWED = "a name, .name, [\"name\"], [0], [:, 0], [..., 1:3]"


@dataclass(frozen=True)
class Step:
    """One index or attribute; `text` is the expression up to and with it."""

    keys: Keys  # one str for an attribute or a string key
    text: str


@dataclass(frozen=True)
class Selection:
    """root name and the steps from it."""

    root: str
    steps: Tuple[Step, ...]
    text: str


def parse_selection(text: str) -> Selection:
    """Take an output expression apart. A bare `[:, 0]` is read as `out[:, 0]`.

    Raises UserError for anything but names, attributes and constant indices.
    """
    written = text.strip()
    if written.startswith("["):
        written = "out" + written
    if len(written) > 1000:
        raise UserError("the output expression is longer than 1000 characters")
    try:
        node: ast.expr = ast.parse(f"({written}\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as exc:
        raise UserError(f"{clean(text)!r} is not an output expression; allowed: {_ALLOWED}"
                        ) from exc
    steps: List[Step] = []
    while not isinstance(node, ast.Name):
        here = segment(written, node)
        if isinstance(node, ast.Attribute):
            steps.append(Step((node.attr,), here))
            node = node.value
        elif isinstance(node, ast.Subscript):
            steps.append(Step(_keys(node, text), here))
            node = node.value
        else:
            raise UserError(f"{clean(text)!r}: an output is selected by {_ALLOWED}")
    return Selection(node.id, tuple(reversed(steps)), written)


def _keys(node: ast.Subscript, text: str) -> Keys:
    inner: Any = node.slice
    if isinstance(inner, getattr(ast, "Index", ())) and hasattr(inner, "value"):
        inner = inner.value  # Python 3.8 trees
    items = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    return tuple(_key(item, text) for item in items)


def _key(node: ast.expr, text: str) -> Any:
    if isinstance(node, ast.Slice):
        return slice(*(_bound(part, text) for part in (node.lower, node.upper, node.step)))
    try:
        value = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError) as exc:
        raise UserError(f"{clean(text)!r}: an index is a number, a slice, None or ..., "
                        "or a name in quotes") from exc
    if isinstance(value, bool) or not (value is None or value is Ellipsis
                                       or isinstance(value, (int, str))):
        raise UserError(f"{clean(text)!r}: {clean(repr(value))} is no index; allowed: {_ALLOWED}")
    return value


def _bound(node: Any, text: str) -> Any:
    value = None if node is None else _key(node, text)
    if value is not None and not isinstance(value, int):
        raise UserError(f"{clean(text)!r}: slices take whole numbers")
    return value
