"""What the formats for CI share: names, real lines and texts of the files in a report."""
from __future__ import annotations

import os
from bisect import bisect_right
from pathlib import PurePath
from typing import Callable, Dict, List, Optional, Sequence, Tuple

from shapecheck.facts import Finding, Location, clean
from shapecheck.facts.errors import UserError
from shapecheck.facts.finding import Edit
from shapecheck.source.documents import Document, read_document
from shapecheck.source.notebook_text import NotebookText, line_starts
from shapecheck.source.project import inside
from shapecheck.source.surgery import CannotEdit, changes_of, in_notebook

#: characters of a message and of a name; more is no message
LONGEST = 4000
Load = Callable[[str], Optional[bytes]]  # the bytes of a file; None where it is gone


class Files:
    """The files of one report as they are on disk.

    In a notebook, lines and columns are those of the .ipynb file itself. base: the folder that
    names start at, the top of the repository.
    """

    __slots__ = ("load", "base", "_path", "_document", "_text", "_starts", "_notebook")

    def __init__(self, load: Load, base: str) -> None:
        self.load = load
        self.base = base
        self._path: Optional[str] = None  # one at a time: findings come file by file
        self._document: Optional[Document] = None
        self._text = ""
        self._starts: Sequence[int] = ()  # of its lines; of none where it cannot be read
        self._notebook: Optional[NotebookText] = None

    def name(self, path: str) -> str:
        """From the base, with `/`; of a file outside of it the absolute path."""
        if path == "-":
            return path
        below = self._below(path)
        return os.path.abspath(path).replace(os.sep, "/") if below is None else below

    def uri(self, path: str) -> Tuple[str, bool]:
        """Percent-encoded; is it relative to the base?"""
        below = path if path == "-" else self._below(path)
        if below is None:
            return file_uri(PurePath(os.path.abspath(path))), False
        from urllib.parse import quote

        return quote(os.fsencode(below)), path != "-"

    def _below(self, path: str) -> Optional[str]:
        """As it is called, else where it really is: `/tmp` of macOS is a link."""
        return inside(path, self.base) or inside(os.path.realpath(path),
                                                 os.path.realpath(self.base))

    def place(self, where: Location) -> Optional[Location]:
        """The same place in the file, with a known end; None where the file has no such line."""
        if where.path is None or where.line is None:
            return None
        self._open(where.path)
        start = self._in_file(where.cell, where.line, where.column or 1)
        if start is None:
            return None
        end = None
        if where.end_line is not None and where.end_column is not None:
            end = self._in_file(where.cell, where.end_line, where.end_column)
        return Location(where.path, None, *start, *(start if end is None or end < start else end))

    def text(self, place: Location) -> str:
        """What stands in the file at a place of `place()`."""
        self._open(place.path or "")
        return self._text[self._offset(place.line, place.column):
                          self._offset(place.end_line, place.end_column)]

    def before(self, path: str, line: int, column: int) -> str:
        """The beginning of a line of the file, up to a column of it."""
        self._open(path)
        return self._text[self._offset(line, 1):self._offset(line, column)]

    def source(self, where: Location) -> str:
        """The user's source at a place: what a notebook's JSON stands for."""
        if self._notebook is None or where.cell is None or where.path is None:
            place = self.place(where)
            return "" if place is None else self.text(place)
        self._open(where.path)
        source = self._notebook.source(where.cell)
        starts = line_starts(source)
        first, last = where.line or 1, where.end_line or where.line or 1
        if last > len(starts):
            return ""
        return source[starts[first - 1] + (where.column or 1) - 1:
                      starts[last - 1] + (where.end_column or 1) - 1]

    def changes(self, path: str, edits: Sequence[Edit]) -> List[Tuple[Location, str]]:
        """The edits as places in the file, and what is to stand there; none where one does not
        fit."""
        self._open(path)
        if self._document is None:
            return []
        try:
            changes = changes_of(edits, self._document)
            found = changes.get(None, []) if self._notebook is None else in_notebook(
                self._notebook, changes)
        except CannotEdit:
            return []
        return [(Location(path, None, *self._place_of(start), *self._place_of(end)), new)
                for start, end, new in sorted(found)]

    def _place_of(self, offset: int) -> Tuple[int, int]:
        row = bisect_right(self._starts, offset)
        return row, offset - self._starts[row - 1] + 1

    def _open(self, path: str) -> None:
        if path == self._path:
            return
        self._path, self._document, self._notebook = path, None, None
        self._text, self._starts = "", ()
        data = self.load(path)
        if data is None:
            return
        try:
            document = read_document(path, data)
            if document.kind == "ipynb":
                self._notebook = NotebookText(data)
        except (UserError, ValueError):  # changed in between: no place is known
            return
        self._document = document
        self._text = document.cells[0].source if self._notebook is None else self._notebook.text
        self._starts = line_starts(self._text)

    def _in_file(self, cell: Optional[int], line: int, column: int) -> Optional[Tuple[int, int]]:
        if self._notebook is not None:
            return None if cell is None else self._notebook.place(cell, line, column)
        if cell is not None or line > len(self._starts):
            return None
        return line, column

    def _offset(self, line: Optional[int], column: Optional[int]) -> int:
        return self._starts[(line or 1) - 1] + (column or 1) - 1


def file_uri(path: PurePath) -> str:
    """`file:///C:/a%20b` of an absolute path."""
    return path.as_uri()


class Run:
    """One run of lint: its findings with their fingerprints, and what else there is to say.

    read: the files that could be looked at. problems: one line each, what could not be. about:
    which file such a line, or a note, is about. quiet: without notes.
    """

    __slots__ = ("findings", "files", "read", "problems", "notes", "about", "seconds")

    def __init__(self, findings: Sequence[Finding], files: Files, read: Sequence[str] = (),
                 problems: Sequence[str] = (), notes: Sequence[str] = (),
                 about: Optional[Dict[str, str]] = None, seconds: float = 0.0) -> None:
        self.findings = findings
        self.files = files
        self.read = read
        self.problems = problems
        self.notes = notes
        self.about = about or {}
        self.seconds = seconds

    def path_of(self, line: str) -> Optional[str]:
        """The file that a problem or a note is about, where it is about one."""
        return self.about.get(line)


def in_cell(where: Location) -> str:
    """`cell 7, line 3: `, "" in a script: the lines of the formats are those of the .ipynb."""
    if where.cell is None:
        return ""
    return f"cell {where.cell}" + ("" if where.line is None else f", line {where.line}") + ": "


def named(text: str) -> str:
    """The user's text for one line that is never cut."""
    return clean(text, LONGEST)


__all__ = ["Files", "Run", "file_uri", "in_cell", "named"]
