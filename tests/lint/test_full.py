"""The part of a line that is underlined, as a terminal shows it."""
from __future__ import annotations

from typing import Any

import pytest

from shapecheck.facts import Finding, Fix, Location, Message
from shapecheck.facts.finding import within
from shapecheck.facts.records import replace
from shapecheck.render.full import full, underlined


def part(text: str, wanted: str) -> str:
    """The line of marks."""
    start = text.index(wanted)
    return underlined(text, start, start + len(wanted))[1]


@pytest.mark.parametrize(("text", "wanted", "marks"), [
    ("model.predict(x[0])", "x[0]", " " * 14 + "^^^^"),
    ("\tf(x)", "x", " " * 6 + "^"), ("a\tf(x)", "f(x)", " " * 4 + "^" * 4),
    ("日本 = f(x)", "x", " " * 9 + "^"), ("日本 = 1", "日本", "^^^^"),
    ("e\u0301 = x", "x", " " * 4 + "^"), ("e\u0301 = x", "e\u0301", "^"),
    ("a\x1bb = x", "x", " " * 9 + "^"), ("a\u200bb = x", "x", " " * 11 + "^")])
def test_marks_stand_below_the_part(text: str, wanted: str, marks: str) -> None:
    assert part(text, wanted) == marks


def test_nothing_drives_the_terminal() -> None:
    drawn, _marks = underlined("x = '\x1b[31m\u202e\x07'", 0, 1)
    assert not any(char in drawn for char in "\x1b\u202e\x07")


@pytest.mark.parametrize("at", [0, 300, 4990])
def test_a_long_line_is_cut_around_the_part(at: int) -> None:
    text = "a" * at + "XYZ" + "b" * (5000 - at)
    drawn, marks = underlined(text, at, at + 3)
    assert len(drawn) < 200
    assert drawn[marks.index("^"):marks.index("^") + 3] == "XYZ"
    assert marks.count("^") == 3


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 2), (99, 120), (-3, -1), (5, 5)])
def test_odd_places_are_marked_somewhere(start: int, end: int) -> None:
    assert underlined("abcde", start, end)[1].count("^") >= 1
    assert underlined("", start, end)[1] == "^"


def finding(**where: Any) -> Finding:
    return Finding("SHP101", "rank-1-input", "error", Message.of("what"), Message.of("why"),
                   Message.of("fix: it"), location=Location("a.py", **where))


def test_several_lines_are_underlined() -> None:
    lines = ["y = model.predict(", "    x[0],", "  )"]
    text = full([finding(line=1, column=5, end_line=3, end_column=4)], lambda where: lines)
    assert text.splitlines()[1:8] == [
        "    |", "  1 | y = model.predict(", "    |     ^^^^^^^^^^^^^^", "  2 |     x[0],",
        "    |     ^^^^^", "  3 |   )", "    |   ^"]


def test_a_place_without_its_line_is_still_told() -> None:
    for where in ({}, {"line": 9, "column": 3}, {"line": 1}):
        assert "what" in full([finding(**where)], lambda location: ["x"])
        assert "what" in full([finding(**where)], lambda location: ())


def test_the_argument_is_underlined_where_it_is_about_one() -> None:
    lines = ["h = net.fit(", "    x,", "    y,", ")"]
    whole = Location("a.py", None, 1, 5, 4, 2)
    source = "\n".join(lines)[4:]
    start = source.index("y")
    told = replace(finding(), location=whole, part=within(whole, source, (start, start + 1)))
    assert full([told], lambda where: lines).splitlines()[1:6] == [
        "    |", "  1 | h = net.fit(", "    | ...", "  3 |     y,", "    |     ^"]


def test_a_fix_of_several_lines_is_shown_on_several_lines() -> None:
    lines = ["if x:", "    h = net.fit(", "        x[0],", "    )"]
    told = replace(finding(line=2, column=9, end_line=4, end_column=6), fix=Fix(
        "net.fit(\n        x[0:1],\n    )", "one row"))
    assert full([told], lambda where: lines).splitlines()[-5:] == [
        "  fix:", "    net.fit(", "        x[0:1],", "    )", "    (one row)"]
