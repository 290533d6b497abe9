"""The user's text never leaves its line and never drives a terminal."""
from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shapecheck.facts import Array, Message, clean
from shapecheck.facts.message import Part

CATEGORIES = sorted({unicodedata.category(chr(c)) for c in range(0x110000)})
any_text = st.text(st.characters(categories=CATEGORIES))
BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"


@given(any_text)
@example("\x1b[2J\x1b]8;;http://x\x07")
@example("a\r\nb\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029c")
@example("\x9b31m")
@example(BIDI + "\ufeff\u200b\u00ad\U000e0041\ud800")
def test_nothing_clean_can_move_the_cursor_or_hide(text):
    shown = clean(text)
    assert len(shown.splitlines()) <= 1
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") for c in shown)
    assert not set(shown) & set(BIDI)
    shown.encode("utf-8")


@given(any_text)
def test_cleaning_twice_is_cleaning_once(text):
    assert clean(clean(text), limit=10_000) == clean(text)


@given(st.text(st.characters(categories=["L", "N", "P", "S", "Zs", "M"]), max_size=400))
def test_ordinary_text_stays_as_it_is(text):
    assert clean(text) == text


def test_what_was_hidden_is_shown_as_python_would_write_it():
    assert clean("a\x1b[1m\u202eb\n\U000e0041") == r"a\x1b[1m\u202eb\x0a\U000e0041"


def test_long_text_is_cut_and_says_so():
    assert clean("x" * 401) == "x" * 400 + "..."
    assert clean("x" * 400) == "x" * 400
    assert clean("abcdef", limit=3) == "abc..."


def test_a_message_knows_whose_words_are_whose():
    message = Message.of("{expr} is {shape} {{not}}", expr="data_x[0][0]", shape=Array.of((256,)))
    assert str(message) == "data_x[0][0] is (256,) {not}"


@given(any_text)
def test_the_users_text_is_never_taken_for_ours(text):
    message = Message.of("a {x} b", x=text)
    assert [p.text for p in message.parts if p.kind == "ours"] == ["a ", " b"]
    assert str(message) == f"a {clean(text)} b"


def test_braces_in_the_users_text_are_not_filled_in():
    assert str(Message.of("{x}", x="{y} {0} {x.__class__}")) == "{y} {0} {x.__class__}"


def test_a_message_inside_a_message_keeps_its_parts():
    inner = Message.of("{x} rows", x=3)
    assert Message.of("has {inner}", inner=inner).parts == (
        Part("ours", "has "), Part("shape", "3"), Part("ours", " rows"))


def test_a_value_that_was_forgotten_is_an_error_of_ours():
    with pytest.raises(KeyError):
        Message.of("{expr} is {shape}", expr="x")


@given(st.text("ab {}", max_size=12))
@example("{a}{b}: {{a}} }}{{")
@example("{{{a}}}")
def test_templates_read_as_format_reads_them(template):
    try:
        expected = template.format(a="x", b="y")
    except (ValueError, KeyError, IndexError):
        return
    if set(re.findall(r"(?<!\{)(?:\{\{)*\{(\w*)\}", template)) <= {"a", "b"}:
        assert str(Message.of(template, a="x", b="y")) == expected
