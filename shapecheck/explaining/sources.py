"""A pasted error beside its source: where the line stands, and what the reader proves of it."""
from __future__ import annotations

import ast
from typing import Any, List, Optional, Tuple

from shapecheck.explaining.understood import Understood
from shapecheck.facts import Evidence, Finding, Location, Message
from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.facts.records import replace
from shapecheck.linting.one_file import lint_file
from shapecheck.linting.selection import Selection
from shapecheck.source.discovery import reason
from shapecheck.source.documents import Document, read_document
from shapecheck.source.frames import HOST, Frame, user_call


class Beside:
    """The file that a text is of. said: the same, with the whole statement from the file."""

    def __init__(self, path: str, said: Understood) -> None:
        self.path = path
        self.document = _document(path)
        self.where = _located(self.document, said)
        self.said = said if self.where is None else _completed(said, self.document, self.where)

    def of(self, finding: Finding) -> Tuple[Finding, List[str]]:
        """The finding at its line of the file, and the reader's own where that explains it."""
        proved = _proved(self.path, finding, self.where)
        if proved is not None:
            return _joined(proved, finding), []
        if self.where is None:
            return finding, [f"the line of the error was not found in {clean(self.path)}"]
        return replace(finding, location=self.where), []


def _completed(said: Understood, document: Document, where: Location) -> Understood:
    """A traceback shows one line of a statement; the file has all of it."""
    cell = next(cell for cell in document.cells if cell.index == where.cell)
    statement = _statement(cell, where.line or 0)
    if statement is None or said.own is None:
        return said
    own = said.own._replace(source=statement, complete=True)
    same = said.host is not None and said.host.at == said.own.at
    call = user_call(own)
    if call is None or (said.call is not None and said.call.complete):
        return said
    host = own if same or call.method in HOST else said.host
    return said._replace(own=own, host=host, call=call)


def _statement(cell: Any, line: int) -> Optional[str]:
    """The text of the smallest statement on that line."""
    if cell.tree is None:
        return None
    found = [node for node in ast.walk(cell.tree) if isinstance(node, ast.stmt)
             and node.lineno <= line <= (node.end_lineno or node.lineno)
             and not hasattr(node, "body")]
    if not found:
        return None
    node = max(found, key=lambda each: each.lineno)
    return ast.get_source_segment(cell.code, node)


def _document(path: str) -> Document:
    try:
        return read_document(path)
    except OSError as error:
        raise UserError(f"--source {clean(path)}: {reason(error)}") from None


def _located(document: Document, said: Understood) -> Optional[Location]:
    """Where the user's line stands, by its text and its number."""
    for frame in (said.own, said.host):
        if frame is not None:
            where = _line_of(document, frame)
            if where is not None:
                return where
    return None


def _line_of(document: Document, frame: Frame) -> Optional[Location]:
    first = frame.source.split("\n")[0].strip()
    places: List[Tuple[Any, int, str]] = []
    for cell in document.cells:
        for number, text in enumerate(cell.source.split("\n"), 1):
            if first and text.strip() == first:
                places.append((cell, number, text))
    if not places and not first and frame.line is not None:
        for cell in document.cells:
            lines = cell.source.split("\n")
            if cell.index is None or cell.execution_count == frame.prompt is not None:
                if frame.line <= len(lines):
                    places.append((cell, frame.line, lines[frame.line - 1]))
    if not places:
        return None

    def distance(each: Tuple[Any, int, str]) -> Tuple[bool, int]:
        cell, number, _text = each
        other = frame.prompt is not None and cell.execution_count != frame.prompt
        return other, abs(number - (frame.line or number))

    cell, number, text = min(places, key=distance)
    indent = len(text) - len(text.lstrip())
    return Location(document.path, cell.index, number, indent + 1, number, len(text.rstrip()) + 1)


def _proved(path: str, finding: Finding, where: Optional[Location]) -> Optional[Finding]:
    """What `lint` says of that line, or of the one line of the file with the same mistake."""
    outcome = lint_file(path, Selection())
    told = [each for each in outcome.findings if each.severity != "info" and not any(
        evidence.kind == "saved output" for evidence in each.evidence)]
    here = [each for each in told if where is not None and _covers(each.location, where)]
    same = [each for each in here if each.code == finding.code]
    if same or here:
        return (same or here)[0]
    alike = [each for each in told if each.code == finding.code]
    return alike[0] if len(alike) == 1 else None


def _covers(one: Location, line: Location) -> bool:
    if one.cell != line.cell or one.line is None or line.line is None:
        return False
    return one.line <= line.line <= (one.end_line or one.line)


def _joined(proved: Finding, finding: Finding) -> Finding:
    """The reader's finding, which knows the shapes, with what the message says and leaves to do."""
    said = [e for e in finding.evidence if e.kind in ("message", "line", "reading")]
    todo = [e for e in finding.evidence if e.kind in ("remedy", "code")]
    if proved.fix is not None:
        code = " ".join(proved.fix.code.split())
        first = [Evidence("remedy", Message.of("lint proves it from the source")),
                 Evidence("code", Message.of("{code}", code=code))]
        twin = finding.fix is not None or proved.code != finding.code
        todo = first + ([] if proved.code != finding.code else todo[2:] if twin else todo)
    elif proved.code != finding.code:
        advice = str(proved.advice).partition("fix: ")[2] or str(proved.advice)
        todo = [Evidence("remedy", Message.of("{advice}", advice=advice))]
    return replace(proved, evidence=(*said, *proved.evidence, *todo))


__all__ = ["Beside"]
