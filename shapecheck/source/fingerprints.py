"""What makes a finding the same one after the file has been edited elsewhere.

A fingerprint is made of the code, the path within the project, the text of the finding's own
statement without its layout, and a counter where a file says the same thing twice. Lines, cells,
indentation, comments, the machine and the version of Python have no part in it.
"""
from __future__ import annotations

import ast
import bisect
import re
from typing import TYPE_CHECKING, Callable, Dict, List, Optional, Sequence, Tuple

from shapecheck.source.project import Projects

if TYPE_CHECKING:
    from shapecheck.facts import Finding, Location
    from shapecheck.source.documents import Cell, Document

#: a change of the recipe makes all findings new: then it gets another number
VERSION = 1
_LONGEST = 20_000  # characters of a statement that count
_TOKENS = r'''(\s+|\\\r?\n|\#[^\r\n]*)
|([A-Za-z]{0,2}(?:"""(?:[^\\]|\\.)*?"""|\'\'\'(?:[^\\]|\\.)*?\'\'\'
                 |"(?:[^"\\\n]|\\.)*"|\'(?:[^'\\\n]|\\.)*\'))
|(\w+)|(.)'''

Read = Callable[[str], "Optional[Document]"]  # a file; None where it cannot be read any more


def fingerprints(findings: "Sequence[Finding]", read: Read) -> List[str]:
    """One for each finding, in their order, 32 hexadecimal digits; "" for one without a file.

    Equal ones of a file are counted in the order of their places, so give all that it has.
    """
    projects, texts = Projects(), None
    made = [""] * len(findings)
    seen: Dict[str, int] = {}
    for index in sorted(range(len(findings)), key=lambda index: _place(findings[index])):
        finding = findings[index]
        path = finding.location.path
        if path is None:
            continue
        if texts is None or texts.path != path:  # one file at a time
            texts, seen = _Texts(path, projects.name(path), read(path)), {}
        base = texts.base(finding)
        seen[base] = seen.get(base, 0) + 1
        made[index] = _digest(base, str(seen[base]))
    return made


def fingerprinted(findings: "Sequence[Finding]", read: Read) -> "List[Finding]":
    """The same findings, each with its fingerprint."""
    from shapecheck.facts.records import replace

    return [replace(finding, fingerprint=mark)
            for finding, mark in zip(findings, fingerprints(findings, read))]


def likenesses(findings: "Sequence[Finding]", document: "Document") -> List[str]:
    """What findings share that say the same of equal code, wherever it stands: as a fingerprint,
    but without the path and the counter."""
    texts = _Texts("", "", document)
    return [texts.base(finding) for finding in findings]


def _place(finding: "Finding") -> Tuple[str, int, int, int]:
    where = finding.location
    return (where.path or "", -1 if where.cell is None else where.cell, where.line or 0,
            where.column or 0)


def _digest(*parts: str) -> str:
    import hashlib

    text = "\0".join((str(VERSION), *parts))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


class _Texts:
    """The statements of one file; `name` is its path within the project."""

    __slots__ = ("path", "name", "cells", "_levels")

    def __init__(self, path: str, name: str, document: "Optional[Document]") -> None:
        self.path = path
        self.name = name
        self.cells: Dict[Optional[int], Cell] = (
            {} if document is None else {cell.index: cell for cell in document.cells})
        self._levels: _Levels = {}

    def base(self, finding: "Finding") -> str:
        """What two findings share that say the same of equal code."""
        cell = self.cells.get(finding.location.cell)
        if cell is None or finding.location.line is None:
            return _digest(finding.code, self.name, "", finding.headline)
        if cell.tree is None:  # where it breaks, and why, differs between versions of Python
            first = next((line for line in cell.lines if line.strip()), "")
            return _digest(finding.code, self.name, normalised(first) if cell.index is not None
                           else "")
        statement, expression = _own_text(cell, finding.location, self._levels)
        return _digest(finding.code, self.name, normalised(statement), normalised(expression))


def normalised(text: str) -> str:
    """Code without its layout: no space, comments, line breaks, last commas or kind of quotes."""
    tokens: List[str] = []
    for found in re.finditer(_TOKENS, text[:_LONGEST], re.VERBOSE | re.DOTALL):
        space, string, word, other = found.groups()
        if space:
            continue
        if string:
            quote = string.find("'") if string[-1] == "'" else string.find('"')
            prefix, body = string[:quote], string[quote:]
            width = 3 if body[:3] in ('"""', "'''") and len(body) >= 6 else 1
            word = f"{prefix.lower()}'{body[width:-width]}'"
        elif other and other in ")]}" and tokens[-1:] == [","]:
            tokens.pop()
        tokens.append(word or other)
    return " ".join(tokens)


def _own_text(cell: "Cell", where: "Location", levels: "_Levels") -> Tuple[str, str]:
    """The statement around a place (of a compound one its head), and what stands there."""
    lines = cell.lines
    line, column = where.line or 1, where.column or 1
    if line > len(lines):
        return "", ""
    at = (line, len(lines[line - 1][:column - 1].encode("utf-8", "surrogatepass")))
    node = _statement(cell.tree, at, levels)
    own = "" if node is None else _text(lines, *node)
    end = (where.end_line or line, where.end_column)
    expression = "" if end[1] is None or end[0] > len(lines) else _between(
        lines, line, column - 1, end[0], end[1] - 1)
    return own or lines[line - 1], expression


_Place = Tuple[int, int]
_Span = Tuple[_Place, _Place]
#: of a node: the statements directly below and where each begins, in their order. A file of
#: thousands of statements may have a finding in each.
_Levels = Dict[int, Tuple[List[ast.stmt], List[_Place]]]


def _statement(tree: "Optional[ast.AST]", at: _Place, levels: _Levels) -> Optional[_Span]:
    """(line, byte) where the innermost statement at `at` begins and ends; None outside all."""
    found: Optional[_Span] = None
    nodes, starts = _level(tree, levels)
    while nodes:
        index = bisect.bisect_right(starts, at) - 1
        if index < 0 or at > _end(nodes[index]):
            break
        around, start = nodes[index], starts[index]
        nodes, starts = _level(around, levels)
        found = (start, starts[0] if starts else _end(around))
    return found


def _level(node: "Optional[ast.AST]", levels: _Levels) -> Tuple[List[ast.stmt], List[_Place]]:
    known = levels.get(id(node))
    if known is None:
        nodes = _statements(node)
        known = levels[id(node)] = (nodes, [_start(each) for each in nodes])
    return known


def _statements(node: "Optional[ast.AST]") -> List[ast.stmt]:
    """Those directly below: in the body, and in the other branches."""
    below: List[ast.stmt] = []
    for name in ("body", "handlers", "orelse", "finalbody", "cases"):
        part = getattr(node, name, None)
        for each in part if isinstance(part, list) else ():
            below += [each] if isinstance(each, ast.stmt) else _statements(each)
    return below


def _start(node: ast.stmt) -> Tuple[int, int]:
    places = [(node.lineno, node.col_offset)]
    places += [(d.lineno, d.col_offset - 1) for d in getattr(node, "decorator_list", ())]
    return min(places)


def _end(node: ast.stmt) -> Tuple[int, int]:
    return (node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)


def _text(lines: Sequence[str], start: Tuple[int, int], end: Tuple[int, int]) -> str:
    def characters(place: Tuple[int, int]) -> int:
        line = lines[place[0] - 1].encode("utf-8", "surrogatepass")
        return len(line[:place[1]].decode("utf-8", "ignore"))

    if end[0] > len(lines):
        return ""
    return _between(lines, start[0], characters(start), end[0], characters(end))


def _between(lines: Sequence[str], line: int, start: int, last: int, end: int) -> str:
    if line == last:
        return lines[line - 1][start:end]
    return "\n".join([lines[line - 1][start:], *lines[line:last - 1], lines[last - 1][:end]])


__all__ = ["VERSION", "fingerprinted", "fingerprints", "likenesses", "normalised"]
