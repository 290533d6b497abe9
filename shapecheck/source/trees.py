"""Walking through syntax trees: `ast.walk` asks each leaf for children that it cannot have."""
from __future__ import annotations

import ast
from typing import Dict, Iterable, Iterator, List, Tuple

#: fields that hold text, operators and contexts, but no code
_NO_CODE = frozenset(("arg", "attr", "ctx", "id", "kind", "level", "module", "op", "ops",
                      "simple", "type_comment", "type_ignores"))
_fields: Dict[type, Tuple[str, ...]] = {ast.Constant: (), ast.Name: ()}


def children(node: ast.AST) -> List[ast.AST]:
    """The parts of a node that are code: no operators, no contexts."""
    kind = type(node)
    names = _fields.get(kind)
    if names is None:
        names = _fields[kind] = tuple(n for n in kind._fields if n not in _NO_CODE)
    found: List[ast.AST] = []
    for name in names:
        part = getattr(node, name, None)
        if type(part) is list:
            found += [item for item in part if isinstance(item, ast.AST)]
        elif isinstance(part, ast.AST):
            found.append(part)
    return found


def walk(nodes: Iterable[ast.AST], limit: int = 1 << 60) -> Iterator[ast.AST]:
    """The nodes and everything below them, at most `limit`, in no order to rely on."""
    stack = list(nodes)
    while stack and limit:
        limit -= 1
        node = stack.pop()
        yield node
        if type(node) not in _LEAVES:
            stack += children(node)


_LEAVES = frozenset((ast.Constant, ast.Name))


class Broken(ast.stmt):
    """Lines that do not parse, in the place of the statements that they were to be."""

    _fields = ()

    def __init__(self, text: str, line: int) -> None:
        super().__init__()
        self.text = text
        self.lineno, self.col_offset = line, 0
        self.end_lineno, self.end_col_offset = line + text.count("\n"), 0
