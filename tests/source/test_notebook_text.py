"""Where the characters of a cell stand in the file, held against what `json` itself reads."""
from __future__ import annotations

import json
import re
from typing import Any, List, Optional

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shapecheck.source.documents import read_document
from shapecheck.source.notebook_text import NotebookText, line_starts

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-32-be")
CHARACTERS = st.sampled_from(
    list("ab[]x0 \t\"\\/'#{}\n\n") + ["\r\n", "\r", "é", "\u2028", "😀", "\x0c", "\x85", "\x00",
                                     "\ud83d", "\ude00", "\\u0041", "\\n"])
SOURCES = st.lists(CHARACTERS, max_size=20).map("".join)


@st.composite
def _lines(draw: Any, source: str) -> Any:
    """As a list of lines, as one string, or cut anywhere, as some tools write it."""
    form = draw(st.sampled_from(["lines", "one", "cut"]))
    if form == "one":
        return source
    if form == "lines":
        return source.splitlines(keepends=True)
    cuts = sorted(draw(st.lists(st.integers(0, len(source)), max_size=3)))
    edges = [0, *cuts, len(source)]
    return [source[a:b] for a, b in zip(edges, edges[1:])]


@st.composite
def _cells(draw: Any) -> Any:
    """A cell, its keys in any order and now and then twice, as pairs."""
    source = draw(SOURCES)
    pairs = [("cell_type", draw(st.sampled_from(["code", "code", "markdown"]))),
             (draw(st.sampled_from(["source", "source", "input"])), draw(_lines(source))),
             ("outputs", [{"text": ["[", "\"}", draw(SOURCES)]}]), ("metadata", {}),
             ("execution_count", draw(st.none() | st.integers(0, 9)))]
    if draw(st.booleans()):
        pairs.append(("source", draw(_lines(draw(SOURCES)))))
    return Pairs(draw(st.permutations(pairs)))


class Pairs:
    """An object whose keys may stand twice: no dict can hold it."""

    def __init__(self, pairs: Any) -> None:
        self.pairs = list(pairs)


def dumped(value: Any, indent: Optional[int], escaped: bool, depth: int = 0) -> str:
    """As `json.dumps` would write it, with `Pairs` for objects."""
    new = "" if indent is None else "\n" + " " * indent * (depth + 1)
    end = "" if indent is None else "\n" + " " * indent * depth
    if isinstance(value, Pairs):
        items = [json.dumps(key) + ": " + dumped(item, indent, escaped, depth + 1)
                 for key, item in value.pairs]
    elif isinstance(value, list):
        items = [dumped(item, indent, escaped, depth + 1) for item in value]
    else:
        return json.dumps(value, ensure_ascii=escaped)
    left, right = "[]" if isinstance(value, list) else "{}"
    return left + (("," + (new or " ")).join(["", *items])[1:] + end if items else "") + right


@st.composite
def notebooks(draw: Any) -> bytes:
    cells = draw(st.lists(_cells(), max_size=3))
    if draw(st.booleans()):
        pairs = [("cells", cells), ("metadata", Pairs([])), ("nbformat", 4),
                 ("nbformat_minor", draw(st.integers(0, 5)))]
        if draw(st.booleans()):
            pairs.append(("cells", draw(st.lists(_cells(), max_size=2))))
    else:
        half = draw(st.integers(0, len(cells)))
        pairs = [("nbformat", 3), ("worksheets", [Pairs([("cells", part)]) for part in
                                                  (cells[:half], cells[half:])])]
        if draw(st.booleans()):
            pairs.append(("cells", None))
    escaped = draw(st.booleans())
    text = dumped(Pairs(draw(st.permutations(pairs))),
                   draw(st.sampled_from([None, 0, 1, 2])), escaped)
    text = re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half.group()):04x}", text)
    text = text.replace("\n", draw(st.sampled_from(["\n", "\r\n"])))
    text = draw(st.sampled_from(["", "\n", " "])) + text + draw(st.sampled_from(["", "\n", "\r\n"]))
    return text.encode(draw(st.sampled_from(ENCODINGS)))


def raw_cells(data: bytes) -> List[Any]:
    found = json.loads(data)
    cells = found.get("cells")
    if cells is None:
        cells = [cell for sheet in found["worksheets"] for cell in sheet["cells"]]
    return list(cells)


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(notebooks())
def test_every_character_stands_where_it_is_said_to_stand(data: bytes) -> None:
    text = NotebookText(data)
    assert text.text.encode(text.encoding) in (data, data[3:]) or "16" in text.encoding \
        or "32" in text.encoding
    for index, cell in enumerate(raw_cells(data)):
        source = cell.get("source", cell.get("input"))
        source = source if isinstance(source, str) else "".join(source)
        assert text.source(index) == source
        for number, character in enumerate(source):
            start = text.character(index, number)
            assert start is not None
            assert _first(text.text[start:]) == character
        end = text.character(index, len(source))
        assert (end is None) == (not text.literals(index))
        assert end is None or text.text[end] == '"'
        assert text.character(index, len(source) + 1) is None


def _first(text: str) -> str:
    """The first character of the rest of a JSON string."""
    for length in (12, 6, 2, 1):
        try:
            value = json.loads(f'"{text[:length]}"')
        except ValueError:
            continue
        if (len(value) == 1 and length > 1) or length == 1:
            return str(value)
    raise AssertionError(text[:12])


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(notebooks())
def test_lines_and_columns_are_those_that_documents_count(data: bytes) -> None:
    text = NotebookText(data)
    lines = re.split("\r\n|\r|\n", text.text)
    for cell in read_document("a.ipynb", data).cells:
        assert cell.index is not None
        for row, line in enumerate(re.split("\r\n|\r|\n", cell.source)):
            for column in range(len(line)):
                place = text.place(cell.index, row + 1, column + 1)
                assert place is not None
                assert _first(lines[place[0] - 1][place[1] - 1:]) == line[column]
        assert text.place(cell.index, row + 2) is None


def test_a_notebook_as_jupyter_writes_it() -> None:
    data = json.dumps({"cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# x"]},
        {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [],
         "source": ["a = 1\n", "\n", "\tb = \"é\"\n"]}]}, indent=1, ensure_ascii=False)
    text = NotebookText(data.encode())
    lines = data.split("\n")
    row = next(i for i, line in enumerate(lines) if "b =" in line) + 1
    assert text.place(1, 1, 1) == (row - 2, lines[row - 3].index("a") + 1)
    assert text.place(1, 3, 2) == (row, lines[row - 1].index("b") + 1)
    assert text.place(1, 3, 7) == (row, lines[row - 1].index("é") + 1)
    assert text.place(1, 3, 99) == (row, lines[row - 1].rindex("\\n") + 1)
    assert text.place(1, 5) is None
    assert text.place(2, 1) is None
    assert text.place(-1, 1) is None


@pytest.mark.parametrize("data", [b"", b"{", b'{"cells": [', b'{"cells": [{"source": "a}]}',
                                  b"[" * 100_000, b"\xff", b'{"cells"', b"[]",
                                  b"1"])
def test_what_is_no_notebook_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError):
        NotebookText(data)


@pytest.mark.parametrize("data", [b'{"cells": 3}', b'{"cells": [1, null]}',
                                  b'{"cells": [{"source": [1, "a"]}]}', b'{"worksheets": [1]}',
                                  b'{"cells": [{"source": null, "input": "a"}]}'])
def test_what_has_no_source_has_no_places(data: bytes) -> None:
    assert NotebookText(data).literals(0) == []
    assert NotebookText(data).place(0, 1) is None


def test_lines_are_not_those_of_splitlines() -> None:
    assert line_starts("a\x0cb\u2028c\r\nd\re\n") == (0, 7, 9, 11)
