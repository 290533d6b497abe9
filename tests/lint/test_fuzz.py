"""Whatever the bytes: no crash, no hang, no traceback, and every line of text harmless."""
from __future__ import annotations

import ast
import copy
import json
import time
import unicodedata
from typing import Any, List

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shapecheck.linting.one_file import lint_file
from shapecheck.linting.selection import Selection
from shapecheck.render.concise import concise
from shapecheck.render.full import full, split_lines, underlined
from shapecheck.source.documents import Unreadable, read_document
from shapecheck.source.magics import without_magics
from tests.lint.conftest import BAD, GOOD, notebook

settings.register_profile("fuzz", max_examples=150, deadline=None,
                          suppress_health_check=list(HealthCheck))
FUZZ = settings.get_profile("fuzz")
EVERYTHING = Selection()
SECONDS = 10.0


def harmless(line: str) -> bool:
    """Nothing in it drives a terminal: spaces of any width are all that is not printable."""
    return all(char.isprintable() or unicodedata.category(char) == "Zs" for char in line)


def survives(path: str, data: bytes) -> Any:
    """Linted and rendered; what goes wrong is one clean line, never our own fault."""
    begun = time.monotonic()
    outcome = lint_file(path, EVERYTHING, b"#keras\n" + data if path.endswith(".py") else data)
    assert not outcome.internal, outcome.details
    for line in [outcome.problem, *outcome.notes]:
        assert harmless(line) and "Traceback" not in line
    shown = concise(outcome.findings) + full(outcome.findings, lambda where: split_lines(
        data.decode("utf-8", "replace")))
    assert all(harmless(line) for line in shown.split("\n"))
    assert time.monotonic() - begun < SECONDS
    return outcome


@FUZZ
@given(st.binary(max_size=400))
def test_bytes(data: bytes) -> None:
    survives("a.py", data)
    survives("a.ipynb", data + b"keras")


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
                    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
                        st.sampled_from(["cells", "source", "cell_type", "outputs", "metadata",
                                         "worksheets", "input", "language", "kernelspec",
                                         "execution_count", "language_info", "name", "data",
                                         "text/plain", "output_type", "text", "traceback"]),
                        inner, max_size=5), max_leaves=25)


@FUZZ
@given(JSON)
def test_json(value: Any) -> None:
    survives("a.ipynb", json.dumps({"cells": value, "x": "keras"}).encode())
    survives("a.ipynb", json.dumps({"worksheets": [value], "x": "keras"}).encode())
    survives("a.ipynb", json.dumps(["keras", value]).encode())


OUTPUT = {"output_type": "execute_result", "execution_count": 2, "metadata": {},
          "data": {"text/plain": ["(12, 16)"]}}
SAMPLE = json.loads(notebook(*BAD.split("\n\n"), {
    "cell_type": "code", "metadata": {}, "source": ["x.shape"], "outputs": [OUTPUT],
    "execution_count": 2}))


def parts(value: Any) -> List[Any]:
    """Every (container, key) in a JSON value."""
    found = []
    pairs = list(value.items()) if isinstance(value, dict) else list(enumerate(value)) \
        if isinstance(value, list) else []
    for key, inner in pairs:
        found.append((value, key))
        found += parts(inner)
    return found


@FUZZ
@given(st.data())
def test_notebooks_with_any_part_replaced(data: Any) -> None:
    changed = copy.deepcopy(SAMPLE)
    for _ in range(data.draw(st.integers(1, 3))):
        places = parts(changed)
        holder, key = data.draw(st.sampled_from(places))
        holder[key] = data.draw(JSON)
        if not parts(changed):
            break
    survives("a.ipynb", json.dumps(changed).encode() + b" ")


@FUZZ
@given(st.data())
def test_notebooks_cut_and_spliced(data: Any) -> None:
    raw = json.dumps(SAMPLE).encode()
    start = data.draw(st.integers(0, len(raw)))
    end = data.draw(st.integers(start, min(len(raw), start + 30)))
    survives("a.ipynb", raw[:start] + data.draw(st.binary(max_size=6)) + raw[end:])


FRAGMENTS = st.sampled_from([
    "model", "x", "keras", "layers", "np", ".", "(", ")", "[", "]", "{", "}", ",", "=", ":", "\n",
    "\n    ", "\n\t", " ", "0", "1", "-1", "16", "None",
    "def f", "class A", "return ", "for ", " in ",
    "if ", "else", "while ", "lambda ", "*", "**", "@", "%", "!", "?", "%%time\n", "'", '"', '"""',
    "#", "\\", "\\\n", "\r\n", "\x0c", "\x00", "é", "日", "\u202e", "\ud800", "predict", "fit",
    "Dense", "Sequential", "reshape", "shape", "import ", "from ", " as ", "with ", "try", "except",
    "yield ", "await ", "async ", "global ", "del ", ":=", "...", "np.zeros((3, 4))",
    "model.predict(x[0])"])
SOURCE = st.lists(FRAGMENTS, max_size=40).map("".join)


@FUZZ
@given(SOURCE)
def test_source(source: str) -> None:
    survives("a.py", (BAD + source).encode("utf-8", "surrogatepass"))
    survives("a.ipynb", notebook(GOOD, source, BAD))


@FUZZ
@given(st.data())
def test_programs_with_any_line_changed(data: Any) -> None:
    lines = BAD.split("\n")
    for _ in range(data.draw(st.integers(1, 3))):
        lines[data.draw(st.integers(0, len(lines) - 1))] = data.draw(SOURCE)
    survives("a.py", "\n".join(lines).encode("utf-8", "surrogatepass"))


@FUZZ
@given(SOURCE)
def test_magics_keep_lines_and_leave_python_alone(source: str) -> None:
    made = without_magics(source)
    assert made.count("\n") == source.count("\n")
    assert without_magics(made).count("\n") == source.count("\n")
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    assert made == source


@FUZZ
@given(st.text(max_size=300), st.integers(-5, 400), st.integers(-5, 400))
def test_any_part_can_be_underlined(text: str, start: int, end: int) -> None:
    drawn, marks = underlined(text, start, end)
    assert harmless(drawn) and set(marks) <= {" ", "^"} and "^" in marks


@pytest.mark.parametrize("source", [
    "(" * 5000, "[" * 100 + "]" * 100, "x = " + "[" * 90 + "1" + "]" * 90, "a." * 20000 + "b",
    "x = " + "+".join(["1"] * 20000), "-" * 50000 + "1", "if a:\n" + " if b:\n" * 3000,
    "x" + "(1)" * 3000, "x" + "[0]" * 3000, "lambda: " * 3000 + "1", "not " * 9000 + "x",
    "x = [" + "0, " * 300000 + "]", "y = '" + "a" * 1000000 + "'", " " * 1000000 + "%",
    "%" + " " * 1000000, "a = " * 5000 + "1", "def f():\n" + "    x = f()\n" * 2000 + "f()\n",
    "while True:\n    x = np.concatenate([x, x])\n", "for i in range(10**9):\n    x = x[0:1]\n",
    "x = 10 ** 10 ** 10\n", "x = 'a' * 10 ** 12\ny = np.zeros(x)\n", "x = 1 << 10 ** 9\n",
    "x = list(range(10 ** 12))\n", "x = [[]] * 10 ** 9\n",
    "def f(n):\n    return f(n - 1) + f(n - 2)\nf(100)\n",
    "x = np.zeros((2,) * 100000)\nfor i in range(1000):\n    x = x.T\n",
    "".join(f"x{n} = np.zeros(({n}, 16))\nmodel.predict(x{n})\n" for n in range(5000)),
    "".join(f"if a{n}:\n    b = {n}\n" for n in range(3000)) + "model.predict(b)\n"])
def test_work_is_bounded(source: str) -> None:
    survives("a.py", (BAD + source).encode())
    survives("a.ipynb", notebook(BAD, source))


@pytest.mark.parametrize("data", [b"\xff", b"{", b"\x00" * 10, b"# coding: undefined\nkeras"])
@pytest.mark.parametrize("path", ["a.py", "a.ipynb", "-"])
def test_unreadable_is_the_only_error_of_documents(path: str, data: bytes) -> None:
    try:
        read_document(path, data)
    except Unreadable as error:
        said = str(error)
    else:
        said = ""
    assert harmless(said)
