"""A fix on one line: whole, or said to be cut, and still the code that it is."""
from __future__ import annotations

import ast

import pytest

from shapecheck.facts import Edit, Fix, Location
from shapecheck.facts.finding import within
from shapecheck.facts.fix_line import LONGEST


def line(code: str, *edits: Edit, note: str = "") -> str:
    return str(Fix(code, note, edits=edits).line())


def test_a_long_fix_is_shown_whole() -> None:
    code = f"model.predict([{', '.join(f'data[{i}][0:1]' for i in range(60))}])"
    assert len(code) > 400
    assert line(code) == f"fix: {code}"


def test_a_longer_one_is_said_to_be_cut() -> None:
    shown = line(f"f({'0, ' * 5000})")
    assert len(shown) < LONGEST and shown.endswith(" ... (cut: 15003 characters)")


@pytest.mark.parametrize("code", ["f(\n    x[0:1],\n    y,\n)", "f(x,\n\t[\n1])"])
def test_several_lines_become_one_that_says_the_same(code: str) -> None:
    shown = line(code, note="why")[len("fix: "):-len("  (why)")]
    assert "\n" not in shown
    assert ast.dump(ast.parse(shown)) == ast.dump(ast.parse(code))


@pytest.mark.parametrize("code", ["f(  # all\n  x[0:1])", "f('''a\n  b''', x[0:1])"])
def test_where_one_line_says_another_thing_the_change_is_shown(code: str) -> None:
    edit = Edit(Location("a.py", None, 2, 3, 2, 7), "x[0]", "x[0:1]")
    assert line(code, edit) == "fix: x[0] -> x[0:1]"
    assert line(code, edit, edit, note="why") == "fix: x[0] -> x[0:1], x[0] -> x[0:1]  (why)"
    assert line(code).endswith("  (of several lines)")


def test_nothing_drives_the_terminal() -> None:
    assert "\x1b" not in line("f('\x1b[31m\u202e')") + line("f(\x1b" + "x" * 5000 + ")")


def test_an_edit_is_where_its_text_is() -> None:
    source = "f(\n  x[0])"
    edit = Edit.of(Location("a.py", 2, 4, 9), source, (5, 9), "x[0:1]")
    assert edit == Edit(within(Location("a.py", 2, 4, 9), source, (5, 9)), "x[0]", "x[0:1]")
    assert (edit.location.line, edit.location.column, edit.location.end_column) == (5, 3, 7)
    assert Edit.of(Location("a.py", 2, 4), source, (5, 9), "") is None
