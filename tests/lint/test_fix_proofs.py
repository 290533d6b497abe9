"""What is not edited stays, byte for byte: over generated notebooks and scripts, and the corpus.

What a mended file must be is made here in its own way: the same file, written with the mended
expression in the place of the wrong one.
"""
from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, List, Tuple

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from shapecheck.linting.fixing import Fixed, fix
from shapecheck.linting.one_file import lint_file
from shapecheck.linting.selection import Selection
from shapecheck.source.documents import read_document
from tests.source.test_notebook_text import ENCODINGS, Pairs, dumped

CORPUS = Path(__file__).parents[1] / "corpus"
START = ("import numpy as np\nfrom tensorflow import keras\n\nmodel = keras.Sequential("
         "[keras.Input((16,)), keras.layers.Dense(3)])\nx = np.zeros((12, 16))\n")
#: (wrong, mended)
ROWS = [("x[0]", "x[0:1]"), ("x[ -1 ]", "x[ -1: ]"), ("x[\t3]", "x[\t3:4]"),
        ("x[5, :]", "x[5:6, :]")]
SPACE = st.sampled_from(["", " ", "\t", "\n  ", " # é \\ \"\n", "\n\n\t", "  # \U0001f600'\n\x0c"])
BETWEEN = st.sampled_from([
    "\n", "\n\n", "\n# ein Käse\n", "\ns = 'x[0] \\u00e9 \u2028 日本'\n", "\nif x.size:\n\tpass\n",
    "\n%time y = 1\n", "\n!ls x[0]\n", "\n'''\nx[0]\n'''\n", "\ny = [\\\n1]\n", " \n\x0c\n"])
FIXES = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))


def fixed(path: str, data: bytes, unsafe: bool = False) -> Fixed:
    def lint(new: bytes) -> Any:
        return lint_file(path, Selection(), new)

    return fix(path, data, lint(data), lint, unsafe)


@st.composite
def programs(draw: Any) -> Tuple[List[str], List[str]]:
    """A program with mistakes and the same mended, as pieces that belong together one by one."""
    wrong, mended = [START], [START]
    for _ in range(draw(st.integers(1, 3))):
        between = draw(BETWEEN)
        row, good = draw(st.sampled_from(ROWS))
        before, after = f"model.predict({draw(SPACE)}", f"{draw(SPACE)})"
        indent = draw(st.sampled_from(["", "", "if x.size:\n\t", "é = "]))
        wrong += [between, indent + before, row, after]
        mended += [between, indent + before, good, after]
    end = draw(st.sampled_from(["", "\n"]))
    return [*wrong, end], [*mended, end]


@FIXES
@given(programs(), st.sampled_from(["\n", "\r\n", "\r", "mixed"]),
       st.sampled_from(["utf-8", "utf-8-sig"]))
def test_a_script(program: Any, ends: str, encoding: str) -> None:
    def written(pieces: List[str]) -> bytes:
        text = "".join(pieces)
        if ends == "mixed":
            kinds = iter(["\r\n", "\n", "\n", "\r\n", "\n"] * text.count("\n"))
            return re.sub("\n", lambda _: next(kinds), text).encode(encoding)
        return text.replace("\n", ends).encode(encoding)

    wrong, mended = program
    assume(ends != "\r" or not any("\n%" in piece or "\n!" in piece for piece in wrong))
    done = fixed("a.py", written(wrong))
    assert done.left == []
    assert done.after == written(mended)
    assert not done.outcome.findings
    assert fixed("a.py", done.after).after == done.after


@FIXES
@given(st.data(), st.lists(programs(), min_size=1, max_size=2))
def test_a_notebook(data: Any, program: Any) -> None:
    draw = data.draw
    form = draw(st.sampled_from(["lines", "one", "pieces"]))
    escaped, indent = draw(st.booleans()), draw(st.sampled_from([None, 0, 1, 2]))
    ends, newlines = draw(st.sampled_from(["\n", "\r\n"])), draw(st.sampled_from(["\n", "\r\n"]))
    old_format, order = draw(st.booleans()), draw(st.permutations(range(5)))
    encoding, last = draw(st.sampled_from(ENCODINGS)), draw(st.sampled_from(["", "\n", " \n\n"]))
    minor = draw(st.integers(0, 5))

    def source(pieces: List[str]) -> Any:
        pieces = [piece.replace("\n", ends) for piece in pieces]
        if form == "lines":
            return re.findall("[^\n]*\n|[^\n]+", "".join(pieces))
        return "".join(pieces) if form == "one" else pieces

    def written(which: int) -> bytes:
        cells = [Pairs([("cell_type", "markdown"), ("source", ["x[0]\n", "\ud83d"])])]
        for parts in program:
            pairs = [("cell_type", "code"), ("metadata", Pairs([("z", 1.0), ("a", "é")])),
                     ("outputs", [Pairs([("output_type", "stream"), ("text", ["x[0]"])])]),
                     ("execution_count", None),
                     ("input" if old_format else "source", source(parts[which]))]
            cells.append(Pairs([pairs[i] for i in order]))
        top = [("worksheets", [Pairs([("cells", cells)])]), ("nbformat", 3)] if old_format else [
            ("cells", cells), ("nbformat", 4), ("nbformat_minor", minor)]
        text = dumped(Pairs([*top, ("metadata", Pairs([]))]), indent, escaped)
        text = re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half.group()):04x}", text)
        return (text.replace("\n", newlines) + last).encode(encoding)

    done = fixed("a.ipynb", written(0))
    assert done.left == []
    assert done.after == written(1)
    assert not done.outcome.findings
    assert fixed("a.ipynb", done.after).after == done.after


@pytest.mark.parametrize(("piece", "escape"), [("\U0001f600", "\\ud83d\\ude00"), ("é", "\\u00E9"),
                                               ("/", "\\/"), ("\x7f", "\\u007F")])
def test_escapes_of_others_stay(piece: str, escape: str) -> None:
    """As other writers than Python's spell them."""
    text = json.dumps({"cells": [{"cell_type": "code", "metadata": {}, "outputs": [], "source":
                                  START + f"y = '{piece}'; model.predict(x[0])  # {piece}"}]})
    text = text.replace(json.dumps(piece)[1:-1], escape)
    assert fixed("a.ipynb", text.encode()).after.decode() == text.replace(
        "predict(x[0])", "predict(x[0:1])")


def programs_of_the_corpus() -> List[Path]:
    return sorted(path for path in CORPUS.rglob("*") if path.suffix in (".py", ".ipynb")
                  and path.parent != CORPUS)


def test_the_corpus() -> None:
    """Every fix that is offered holds, and changes the lines that it is about alone."""
    made = 0
    for path in programs_of_the_corpus():
        before = path.read_bytes()
        if not any(f.fixable(True) for f in lint_file(str(path), Selection(), before).findings):
            continue
        done = fixed(str(path), before, unsafe=True)
        assert done.left == [], path
        assert not any(finding.fixable(True) for finding in done.outcome.findings)
        assert fixed(str(path), done.after, unsafe=True).after == done.after
        lines, new = before.split(b"\n"), done.after.split(b"\n")
        assert len(lines) == len(new), path
        other = [number for number, pair in enumerate(zip(lines, new)) if pair[0] != pair[1]]
        assert 1 <= len(other) <= sum(len(f.fix.edits) for f in done.done if f.fix), path
        if path.suffix == ".ipynb":
            _same_but_for_sources(json.loads(before), json.loads(done.after))
        else:
            lines_of = {edit.location.line for f in done.done if f.fix for edit in f.fix.edits}
            assert {number + 1 for number in other} <= lines_of
        parsed = [cell.error for cell in read_document(str(path), done.after).cells]
        assert parsed == [cell.error for cell in read_document(str(path), before).cells]
        made += len(done.done)
    assert made >= 76


def _same_but_for_sources(before: Any, after: Any) -> None:
    for notebook in (before, after):
        for cell in notebook["cells"]:
            cell["source"] = None
    assert before == after
