"""May a fix use `np` here? What a fix writes must mean something where it is written."""
from __future__ import annotations

import ast
from typing import Any, Dict, Iterator, List, Optional, Set, Tuple

from shapecheck.facts.finding import Edit, Finding, Fix, Location
from shapecheck.facts.records import replace
from shapecheck.source.expression import parse, replace_spans, span_of

#: the names that our fixes use, and what is meant
_MEANT = {"np": "numpy"}


def fitted(finding: Finding, document: Any) -> Finding:
    """The finding with its fix in the names of the file: `numpy.array` where that is how NumPy is
    imported. Without edits, and with a note, where it is not imported at all."""
    fix = finding.fix
    if fix is None or not fix.edits:
        return finding
    wanted = {name for edit in fix.edits for name in _free(edit.new) - _free(edit.old)}
    if not wanted:
        return finding
    made = _in_their_names(fix, sorted(wanted), document)
    return finding if made == fix else replace(finding, fix=made, advice=made.line())


def _in_their_names(fix: Fix, wanted: List[str], document: Any) -> Fix:
    for name in wanted:
        module = _MEANT.get(name)
        theirs = None if module is None else _imported(module, name, fix.edits, document)
        if theirs is None:
            note = f"needs import {module} as {name}" if module else f"needs {name}"
            return replace(fix, edits=(), note="; ".join(filter(None, (fix.note, note))))
        if theirs != name:
            fix = replace(fix, code=_renamed(fix.code, name, theirs), edits=tuple(
                replace(edit, new=_renamed(edit.new, name, theirs)) for edit in fix.edits))
    return fix


def _free(text: str) -> Set[str]:
    """The names that an expression takes from outside."""
    tree = parse(text)
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)] if tree else []
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)}
    return {node.id for node in names} - bound


def _renamed(text: str, old: str, new: str) -> str:
    tree = parse(text)
    if tree is None:
        return text
    return replace_spans(text, [(span_of(text, node), new) for node in ast.walk(tree)
                                if isinstance(node, ast.Name) and node.id == old])


def _imported(module: str, name: str, edits: Tuple[Edit, ...], document: Any) -> Optional[str]:
    """What the module is called at the places of the edits, `name` first; None where it has no
    name there that is surely its own."""
    bound: Dict[str, Set[Optional[str]]] = {}
    first: Dict[str, Tuple[int, int]] = {}
    for cell in document.cells:
        if cell.tree is None:
            continue
        for node in ast.walk(cell.tree):
            for what, origin in _bindings(node):
                bound.setdefault(what, set()).add(origin)
        for node in _at_module_level(cell.tree.body):
            for what, origin in _bindings(node):
                if origin is not None:
                    first.setdefault(what, (_order(cell.index), node.lineno))
    fit = [what for what, origins in bound.items() if origins == {module}
           and what in first and all(first[what] < _place(edit.location) for edit in edits)]
    return name if name in fit else next(iter(sorted(fit)), None)


def _order(cell: Optional[int]) -> int:
    return -1 if cell is None else cell


def _place(where: Location) -> Tuple[int, int]:
    return _order(where.cell), where.line or 0


def _bindings(node: ast.AST) -> Iterator[Tuple[str, Optional[str]]]:
    """(name, the module that it stands for) of what a node binds."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            first = alias.name.partition(".")[0]
            yield alias.asname or first, alias.name if alias.asname else first
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, None
    elif isinstance(node, ast.Name):
        if not isinstance(node.ctx, ast.Load):
            yield node.id, None
    elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield node.name, None
    elif isinstance(node, ast.arg):
        yield node.arg, None
    elif isinstance(node, ast.ExceptHandler) and node.name:
        yield node.name, None


def _at_module_level(body: List[Any]) -> Iterator[Any]:
    for node in body:
        yield node
        if isinstance(node, (ast.If, ast.With, ast.For, ast.While, ast.Try)):
            for field in ("body", "orelse", "finalbody"):
                yield from _at_module_level(getattr(node, field, []))
