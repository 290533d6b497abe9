"""May a fix use `np` here, or `x[i:i+1]`? What it writes must mean what it should, there."""
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
    imported. Without edits, and with a note, where it is not imported at all. `x[i:i+1]` is safe
    where `i` counts from 0: of -1 it would take nothing."""
    fix = finding.fix
    if fix is None or not fix.edits:
        return finding
    if fix.safe and any(not _counts_up(name, document) for edit in fix.edits
                        for name in _sliced(edit.new) - _sliced(edit.old)):
        finding = replace(finding, fix=replace(fix, safe=False))
        fix = finding.fix
        assert fix is not None
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


def _sliced(text: str) -> Set[str]:
    """The names `i` of each `i:i+1`."""
    tree = parse(text)
    return {ast.dump(node.lower) for node in ast.walk(tree)
            if isinstance(node, ast.Slice) and node.lower is not None
            and not isinstance(node.lower, (ast.Constant, ast.UnaryOp))} if tree else set()


def _counts_up(index: str, document: Any) -> bool:
    """Is a name bound by what is never negative, wherever it is bound? index: its `ast.dump`."""
    found = False
    for cell in document.cells:
        for node in ast.walk(cell.tree) if cell.tree is not None else ():
            targets, value = _bound_to(node)
            for name, first in targets:
                if ast.dump(ast.Name(name.id, ast.Load())) != index:
                    continue
                if value is None or not (_from_zero(value) if isinstance(node, _LOOPS) and first
                                         else _whole(value) and isinstance(node, ast.Assign)):
                    return False
                found = True
            if isinstance(node, (ast.arg, ast.AugAssign)) and index in _dumps_of(node):
                return False
    return found


_LOOPS = (ast.For, ast.AsyncFor, ast.comprehension)


def _bound_to(node: ast.AST) -> Tuple[List[Tuple[ast.Name, bool]], Optional[ast.expr]]:
    """(each name that is bound, is it the first one of what is unpacked), and the value."""
    if isinstance(node, _LOOPS):
        targets, value = [node.target], node.iter
    elif isinstance(node, ast.Assign):
        targets, value = node.targets, node.value
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)):
        targets, value = [node.target], None
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        targets = [item.optional_vars for item in node.items if item.optional_vars is not None]
        value = None
    else:
        return [], None
    names = []
    for target in targets:
        first = target.elts[0] if isinstance(target, (ast.Tuple, ast.List)) and target.elts \
            else target
        names += [(part, part is first) for part in ast.walk(target)
                  if isinstance(part, ast.Name)]
        if first is not target and isinstance(node, _LOOPS) and not _called(value, "enumerate"):
            value = None  # of other pairs nothing is known
    return names, value


def _dumps_of(node: Any) -> List[str]:
    name = node.arg if isinstance(node, ast.arg) else getattr(node.target, "id", "")
    return [ast.dump(ast.Name(name, ast.Load()))]


def _called(node: Optional[ast.expr], name: str) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name


def _from_zero(node: ast.expr) -> bool:
    """`range(n)`, `range(2, n)`, `enumerate(rows)`, `[0, 3]`"""
    if isinstance(node, (ast.List, ast.Tuple)):
        return all(map(_whole, node.elts))
    if not isinstance(node, ast.Call) or node.keywords:
        return False
    return (_called(node, "enumerate") and len(node.args) == 1) or (
        _called(node, "range") and (len(node.args) == 1 or (
            _whole(node.args[0]) and (len(node.args) == 2 or _whole(node.args[2])))))


def _whole(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int and node.value >= 0


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
