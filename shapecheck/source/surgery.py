"""Edits of a file's bytes: what is not edited stays as it is, byte for byte."""
from __future__ import annotations

import codecs
import json
import re
from typing import Dict, Iterable, List, NamedTuple, Optional, Sequence, Tuple

from shapecheck.facts.finding import Edit, Location
from shapecheck.source.documents import Document, encoding_of
from shapecheck.source.notebook_text import NotebookText, index_of, line_starts

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"),
         (codecs.BOM_UTF32_BE, "utf-32-be"), (codecs.BOM_UTF16_LE, "utf-16-le"),
         (codecs.BOM_UTF16_BE, "utf-16-be"))
_CHARACTERS = re.compile(r"\r\n|.", re.DOTALL)


class CannotEdit(ValueError):
    """Why an edit cannot be made, in words for a note."""


class Change(NamedTuple):
    """`start:end` of a cell's source becomes `new`: the least that must change."""

    start: int
    end: int
    new: str


def changes_of(edits: Iterable[Edit], document: Document) -> Dict[Optional[int], List[Change]]:
    """The edits as changes of each cell's source, in order.

    Raises CannotEdit where the file has something else at the place, and where two overlap.
    """
    sources = {cell.index: cell.source for cell in document.cells}
    found: Dict[Optional[int], List[Change]] = {}
    for edit in edits:
        source = sources.get(edit.location.cell)
        if source is None:
            raise CannotEdit("its cell is not there")
        change = _change(edit, source)
        if change is not None:
            found.setdefault(edit.location.cell, []).append(change)
    for changes in found.values():
        changes.sort()
        for before, after in zip(changes, changes[1:]):
            if overlap(before, after):
                raise CannotEdit("two changes overlap")
    return found


def overlap(one: Change, other: Change) -> bool:
    """Do they change the same text, or put something in at the same place?"""
    first, second = sorted((one, other))
    return second.start < first.end or second.start == first.start


def _change(edit: Edit, source: str) -> Optional[Change]:
    start, end = _span(edit.location, source)
    have = _CHARACTERS.findall(source[start:end])
    if [_plain(char) for char in have] != list(edit.old):
        raise CannotEdit("the text there is not what was expected")
    new = list(edit.new)
    left = _common(have, new)
    right = _common(have[left:][::-1], new[left:][::-1])
    middle = "".join(new[left:len(new) - right])
    start += len("".join(have[:left]))
    end -= len("".join(have[len(have) - right:]))
    if start == end and not middle:
        return None
    return Change(start, end, middle.replace("\n", _line_end(source, start)))


def _span(where: Location, source: str) -> Tuple[int, int]:
    starts = line_starts(source)
    found = [None if line is None or column is None else index_of(source, starts, line, column)
             for line, column in ((where.line, where.column), (where.end_line, where.end_column))]
    if found[0] is None or found[1] is None or found[1] < found[0]:
        raise CannotEdit("its place is not there")
    return found[0], found[1]


def _plain(character: str) -> str:
    return "\n" if character in ("\r\n", "\r") else character


def _common(have: Sequence[str], new: Sequence[str]) -> int:
    """How many characters two texts begin with alike, whatever their line ends."""
    count = 0
    for one, other in zip(have, new):
        if _plain(one) != other:
            break
        count += 1
    return count


def _line_end(source: str, position: int) -> str:
    """As the line of the place ends, or the one before it."""
    found = re.search(r"\r\n|\r|\n", source[position:]) or re.search(r"\r\n|\r|\n", source)
    return found.group() if found else "\n"


def changed(source: str, changes: Iterable[Change]) -> str:
    for start, end, new in sorted(changes, reverse=True):
        source = source[:start] + new + source[end:]
    return source


def moved(position: int, changes: Iterable[Change]) -> Tuple[int, int]:
    """(first, last) place that a place of the source may have after the changes: what is put in
    exactly there may stand before it or behind it."""
    first = last = position
    for start, end, new in changes:
        grown = len(new) - (end - start)
        if end < position or start < end == position:
            first, last = first + grown, last + grown
        elif start == end == position:
            last += grown
        elif start < position:  # within it
            first, last = first - (position - start), last + max(0, start + len(new) - position)
    return first, last


def edited_bytes(data: bytes, document: Document,
                 changes: Dict[Optional[int], List[Change]]) -> bytes:
    """The file with the changes made. Raises CannotEdit where its text cannot be written back."""
    encoding: str
    if document.kind == "ipynb":
        notebook = NotebookText(data)
        text, encoding = notebook.text, notebook.encoding
        every = in_notebook(notebook, changes)
    else:
        encoding = encoding_of(data)
        text = data.decode(encoding)
        every = changes.get(None, [])
    bom, codec = _without_bom(data, encoding)
    try:
        if bom + text.encode(codec) != data:
            raise CannotEdit(f"{encoding} cannot write it as it was")
        return bom + changed(text, every).encode(codec)
    except UnicodeEncodeError:
        raise CannotEdit(f"{encoding} has no such characters") from None


def _without_bom(data: bytes, encoding: str) -> Tuple[bytes, str]:
    for bom, codec in _BOMS:
        if data.startswith(bom) and encoding.replace("-sig", "")[:6] == codec[:6]:
            return bom, codec
    return b"", encoding


# -- notebooks ---------------------------------------------------------------------------------


def in_notebook(notebook: NotebookText, changes: Dict[Optional[int], List[Change]],
                ) -> List[Change]:
    """Changes of the cells' sources as changes of the JSON text around them."""
    return [change for cell, own in changes.items() if cell is not None
            for change in _in_cell(notebook, cell, own)]


def _in_cell(notebook: NotebookText, cell: int, changes: List[Change]) -> List[Change]:
    found = []
    for start, end, new in changes:
        first, last = notebook.character(cell, start), notebook.character(cell, end)
        if end > start:  # the end of a line is in its own literal, not in the next
            before = notebook.character(cell, end - 1)
            if before is not None:
                last = before + len(notebook.written(before))
        if first is None or last is None:
            raise CannotEdit("its place is not there")
        found.append(Change(first, last, _written(notebook, cell, new, last)))
    return found


def _written(notebook: NotebookText, cell: int, new: str, end: int) -> str:
    """The text as it stands in a JSON string: escaped as the cell's own text is; each line a
    string of its own where the cell's are. end: of what it replaces."""
    literals = notebook.literals(cell)
    own = "".join(notebook.text[start:stop] for start, stop in literals)
    escaped = own.isascii() and re.search(r"\\u(?!00[01])", own) is not None
    text = json.dumps(new, ensure_ascii=escaped)[1:-1]
    text = re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half.group()):04x}", text)
    if len(literals) < 2:
        return text
    between = '"' + notebook.text[literals[0][1]:literals[1][0]] + '"'
    more = not notebook.text.startswith('"', end)  # something of the line stands behind it

    def ended(escape: "re.Match[str]") -> str:
        ends = escape.group() == "\\n" and (more or escape.end() < len(text))
        return escape.group() + (between if ends else "")

    return re.sub(r"\\.", ended, text)
