"""Where the strings of a notebook's cells stand in the text of its file.

`json` tells what a file holds, not where. Values that nobody asks for are passed over by `json`'s
own scanner; only the way down to a cell's source is walked here.
"""
from __future__ import annotations

import json
import re
from bisect import bisect_right
from functools import lru_cache
from itertools import accumulate
from typing import Dict, List, Optional, Sequence, Tuple

Span = Tuple[int, int]

#: (text, start) -> (value, end); as `raw_decode`, which makes a ValueError of StopIteration
_scan = json.JSONDecoder().raw_decode
_space = re.compile(r"[ \t\n\r]*").match
_line_ends = re.compile(r"\r\n|\r|\n")
#: one character of a JSON string that takes more than one in the file; half of a surrogate pair
#: alone is one of its own
_escapes = re.compile(r"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
                      r"|u[0-9a-fA-F]{4}|.)", re.DOTALL)


class NotebookText:
    """The text of a notebook's file, by cell, line and column.

    Cells are counted from 0 over all cells, as `Location.cell`; lines and columns (characters)
    from 1, in a cell as Python's tokenizer counts them. `text` is the file decoded, without its
    BOM. Raises ValueError for bytes that are no notebook.
    """

    def __init__(self, data: bytes) -> None:
        self.encoding = json.detect_encoding(data)
        self.text = data.decode(self.encoding)
        self._literals: Dict[int, List[Span]] = {}
        self._ends: Dict[int, List[int]] = {}
        self._sources: Dict[int, str] = {}
        self._cell_lines: Dict[int, Sequence[int]] = {}
        self._file_lines: Sequence[int] = ()
        try:
            self._cells = self._find_cells()
        except RecursionError:
            raise ValueError("not a notebook") from None

    # -- the way down ---------------------------------------------------------------------------

    def _find_cells(self) -> List[int]:
        """Where each cell begins."""
        start = self._skip(0)
        if not self.text.startswith("{", start):
            raise ValueError("not a notebook")
        root = self._members(start)
        if not self.text.startswith("null", root.get("cells", 0)) and "cells" in root:
            return self._items(root["cells"])
        cells: List[int] = []
        for sheet in self._items(root.get("worksheets")):  # nbformat 3
            cells += self._items(self._members(sheet).get("cells"))
        return cells

    def _skip(self, position: int) -> int:
        found = _space(self.text, position)
        assert found is not None  # it matches nothing as well
        return found.end()

    def _members(self, start: Optional[int]) -> Dict[str, int]:
        """Key -> where its value begins, for the object at `start`; of two with one key the last,
        as `json` has it."""
        found: Dict[str, int] = {}
        text = self.text
        if start is None or not text.startswith("{", start):
            return found
        position = self._skip(start + 1)
        while not text.startswith("}", position):
            key, position = _scan(text, position)
            position = self._skip(self._skip(position) + 1)  # behind the colon
            found[key] = position
            position = self._skip(_scan(text, position)[1])
            if text.startswith(",", position):
                position = self._skip(position + 1)
        return found

    def _items(self, start: Optional[int]) -> List[int]:
        """Where each item of the list at `start` begins; none where it is no list."""
        return [begin for begin, _end in self._item_spans(start)]

    def _item_spans(self, start: Optional[int]) -> List[Span]:
        found: List[Span] = []
        text = self.text
        if start is None or not text.startswith("[", start):
            return found
        position = self._skip(start + 1)
        while not text.startswith("]", position):
            _value, end = _scan(text, position)
            found.append((position, end))
            position = self._skip(end)
            if text.startswith(",", position):
                position = self._skip(position + 1)
        return found

    # -- cells ----------------------------------------------------------------------------------

    def literals(self, cell: int) -> List[Span]:
        """(start, end) in `text` of the string literals, with their quotes, which joined are the
        cell's source: one for each line, or one for all. Empty where there is no such cell."""
        if cell not in self._literals:
            self._literals[cell] = self._find_literals(cell)
        return self._literals[cell]

    def _find_literals(self, cell: int) -> List[Span]:
        if not 0 <= cell < len(self._cells):
            return []
        members = self._members(self._cells[cell])
        start = members.get("source", members.get("input"))
        if start is None:
            return []
        spans = ([(start, _scan(self.text, start)[1])] if self.text.startswith('"', start)
                 else self._item_spans(start))
        return spans if all(self.text.startswith('"', begin) for begin, _ in spans) else []

    def decoded(self, literal: Span) -> str:
        value = _scan(self.text, literal[0])[0]
        return value if isinstance(value, str) else ""

    def source(self, cell: int) -> str:
        if cell not in self._sources:
            parts = list(map(self.decoded, self.literals(cell)))
            self._ends[cell] = list(accumulate(map(len, parts)))
            self._sources[cell] = "".join(parts)
        return self._sources[cell]

    def character(self, cell: int, index: int) -> Optional[int]:
        """Where the cell's character number `index` (from 0) stands in `text`; behind the last
        one is the quote that ends its literal. None where the cell is shorter."""
        length = len(self.source(cell))
        literals, ends = self.literals(cell), self._ends[cell]
        if not literals or not 0 <= index <= length:
            return None
        # what begins a line stands in the line's own literal, not at the end of the one before
        number = min(bisect_right(ends, index), len(literals) - 1)
        return self._in_literal(literals[number], index - (ends[number - 1] if number else 0))

    def _in_literal(self, literal: Span, index: int) -> int:
        position, end = literal[0] + 1, literal[1] - 1
        for escape in _escapes.finditer(self.text, position, end):
            plain = escape.start() - position
            if index <= plain:
                break
            index -= plain + 1
            position = escape.end()
        return position + index

    def written(self, position: int) -> str:
        """What stands for the character at a place in a literal: itself, or an escape."""
        escape = _escapes.match(self.text, position)
        return escape.group() if escape else self.text[position]

    def offset(self, cell: int, line: int, column: int = 1) -> Optional[int]:
        """Where the cell's line and column stand in `text`; None where there is no such line.

        A column behind the end of the line is the end of the line.
        """
        if cell not in self._cell_lines:
            self._cell_lines[cell] = line_starts(self.source(cell))
        index = index_of(self.source(cell), self._cell_lines[cell], line, column)
        return None if index is None else self.character(cell, index)

    def place(self, cell: int, line: int, column: int = 1) -> Optional[Tuple[int, int]]:
        """(line, column) in the file, from 1, of the cell's line and column."""
        offset = self.offset(cell, line, column)
        if offset is None:
            return None
        if not self._file_lines:
            self._file_lines = line_starts(self.text)
        row = bisect_right(self._file_lines, offset)
        return row, offset - self._file_lines[row - 1] + 1


@lru_cache(maxsize=16)  # each place in a text asks for them
def line_starts(text: str) -> Sequence[int]:
    """Where each line begins: as Python's tokenizer counts them, not splitlines()."""
    return (0, *(end.end() for end in _line_ends.finditer(text)))


def index_of(text: str, starts: Sequence[int], line: int, column: int) -> Optional[int]:
    """The character (from 0) at a line and column (from 1) of `text`; at most the line's end."""
    if not 1 <= line <= len(starts) or column < 1:
        return None
    end = starts[line] if line < len(starts) else len(text)
    while end > starts[line - 1] and text[end - 1] in "\r\n":
        end -= 1
    return min(starts[line - 1] + column - 1, end)
