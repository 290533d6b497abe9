"""Numbers that saved outputs show: the largest id, the least, the classes there are."""
from __future__ import annotations

import json
from typing import Any, List, Sequence

import pytest

from shapecheck.read.reader import read
from shapecheck.rules import judge
from shapecheck.source.documents import read_document

pytestmark = pytest.mark.legacy

START = "import numpy as np\nfrom tensorflow import keras\nL = keras.layers\nx = np.load('x.npy')"
NET = "m = keras.Sequential([L.Embedding(100, 8), L.Flatten()])"


def codes(sources: Sequence[str], shown: str, printed: bool = False) -> List[str]:
    """Of a notebook whose second cell shows something."""
    output: Any = {"output_type": "stream", "name": "stdout", "text": shown} if printed else {
        "output_type": "execute_result", "data": {"text/plain": shown}}
    cells = [{"cell_type": "code", "source": s, "outputs": [output] if i == 1 else [],
              "metadata": {}, "execution_count": i + 1} for i, s in enumerate(sources)]
    document = read_document("n.ipynb", json.dumps(
        {"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode())
    return [f.code for f in judge(read(document).facts)]


@pytest.mark.parametrize(("asked", "shown", "expected"), [
    ("x.max()", "100", ["SHP111"]),
    ("x.max()", "np.int64(100)", ["SHP111"]),
    ("np.max(x)", "100", ["SHP111"]),
    ("x.max()", "99", []),
    ("x.max()", "100.5", []),
    ("x.min()", "-1", ["SHP114"]),
    ("np.unique(x)", "array([  0,   7, 100])", ["SHP111"]),
    ("np.unique(x)", "array([  0,   7, ..., 100])", []),
    ("x", "array([[-1,  3],\n       [ 4,  5]])", ["SHP114"]),
    ("x", "array([[-1.,  3.],\n       [ 4.,  5.]])", []),
    ("x.max(axis=1)", "100", []),
    ("x.max(), 1", "(100, 1)", []),
])
def test_what_a_cell_shows_of_an_array(asked, shown, expected):
    assert codes([START, asked, NET, "m.predict(x)"], shown) == expected


@pytest.mark.parametrize(("asked", "shown", "expected"), [
    ("print(x.max())", "100\n", ["SHP111"]),
    ("print('ids', x.min(), 'to', x.max())", "ids 0 to 100\n", ["SHP111"]),
    ("print(f'up to {x.max()}')", "up to 100\n", ["SHP111"]),
    ("print(np.unique(x))", "[  0   7 100]\n", ["SHP111"]),
    ("print(f'{x.max():.0f}')", "100\n", []),
    ("print(x.max())", "99.5\n", []),
])
def test_what_a_cell_prints_of_an_array(asked, shown, expected):
    assert codes([START, asked, NET, "m.predict(x)"], shown, printed=True) == expected


def test_an_array_that_was_changed_afterwards_has_other_numbers() -> None:
    assert codes([START, "x.max()", NET, "x = np.clip(x, 0, 99)", "m.predict(x)"], "100") == []
    assert codes([START, "x.max()", NET, "x[x > 99] = 0", "m.predict(x)"], "100") == []
    assert codes([START, "x.max()\nx = np.load('other.npy')\n", NET, "m.predict(x)"], "100") == []


def test_classes_that_were_shown_are_more_than_the_units() -> None:
    net = ("m = keras.Sequential([keras.Input((4,)), L.Dense({}, activation='softmax')])\n"
           "m.compile(loss='sparse_categorical_crossentropy')")
    fit = "m.fit(np.zeros((9, 4)), x)"
    assert codes([START, "np.unique(x)", net.format(3), fit], "array([1, 2, 3])") == ["SHP403"]
    assert codes([START, "np.unique(x)", net.format(4), fit], "array([1, 2, 3])") == []


def test_characters_of_a_text_have_numbers() -> None:
    code = START + "\n" + NET + "\nm.predict(np.array([[ord(c) for c in '{}']]))"
    for text, expected in (("aé", ["SHP111"]), ("AB", [])):
        document = read_document("program.py", code.format(text).encode())
        assert [f.code for f in judge(read(document).facts)] == expected
