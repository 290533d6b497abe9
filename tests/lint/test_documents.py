"""Files as cells of Python: every kind of notebook, every encoding, every magic."""
from __future__ import annotations

import ast
import codecs
import json
from typing import Any

import pytest

from shapecheck.source.documents import Unreadable, mentions, read_document
from shapecheck.source.magics import other_language, without_magics
from tests.lint.conftest import cell, notebook


def cells_of(data: bytes, path: str = "a.ipynb") -> Any:
    return read_document(path, data).cells


# -- notebooks -----------------------------------------------------------------------------------


def test_the_index_counts_all_cells() -> None:
    data = notebook({"cell_type": "markdown", "source": "# x"}, "a = 1", {"cell_type": "raw"},
                    cell(["b = 2\n", "c"], [{"output_type": "stream"}], 7))
    first, second = cells_of(data)
    assert (first.index, second.index) == (1, 3)
    assert second.source == "b = 2\nc" and second.execution_count == 7
    assert second.outputs == [{"output_type": "stream"}]
    assert isinstance(first.tree, ast.Module) and first.error is None


def test_nbformat_3_has_worksheets() -> None:
    sheet = {"cells": [{"cell_type": "heading", "source": "x"},
                       {"cell_type": "code", "input": ["a = 1"], "language": "python",
                        "prompt_number": 4, "outputs": []}]}
    found = cells_of(json.dumps({"nbformat": 3, "worksheets": [sheet, sheet]}).encode())
    assert [(c.index, c.source, c.execution_count) for c in found] == [
        (1, "a = 1", 4), (3, "a = 1", 4)]


@pytest.mark.parametrize("minor", range(6))
def test_nbformat_4(minor: int) -> None:
    assert len(cells_of(notebook("a = 1", nbformat_minor=minor))) == 1


@pytest.mark.parametrize("metadata", [
    {"language_info": {"name": "R"}}, {"kernelspec": {"language": "julia", "name": "julia-1.9"}}])
def test_another_language_is_a_note(metadata: Any) -> None:
    document = read_document("a.ipynb", notebook("x <- 1", metadata=metadata))
    assert document.cells == [] and len(document.notes) == 1


def test_a_syntax_error_hides_only_its_cell() -> None:
    good, bad, more = cells_of(notebook("a = 1", "x = 1\nmodel.fit(", "b = 2"))
    assert good.tree is not None and more.tree is not None
    assert bad.tree is None and bad.error[0] == 2


@pytest.mark.parametrize("data", [
    b"{", b"[]", b"3", b'"x"', b"null", b'{"cells": 3}', b'{"metadata": {}}', b"\xff\xfe",
    b"\x89PNG", b'{"cells": [' + b"[" * 100000, b'{"a": ' + b"9" * 5000 + b"}"])
def test_no_notebook_is_one_line(data: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        read_document("a\x1b.ipynb", data)
    assert "\n" not in str(caught.value) and "\x1b" not in str(caught.value)


@pytest.mark.parametrize("odd", [
    {"cell_type": "code"}, {"cell_type": "code", "source": None}, {"cell_type": "code",
     "source": [1, 2]}, {"cell_type": 3, "source": "x"}, {"source": "x"}, 3, None, [], "x",
    {"cell_type": "code", "source": "a", "outputs": {"x": 1}, "execution_count": "7"}])
def test_odd_cells_are_left_out_or_mended(odd: Any) -> None:
    data = json.dumps({"cells": [odd, cell("a = 1")], "metadata": None}).encode()
    found = cells_of(data)
    assert found[-1].index == 1 and found[-1].tree is not None
    assert found[0].outputs == [] and found[0].execution_count is None


def test_odd_worksheets() -> None:
    for sheets in ([{"cells": 3}, 4, {}], []):
        assert cells_of(json.dumps({"worksheets": sheets}).encode()) == []


def test_an_empty_notebook_is_a_note() -> None:
    assert read_document("a.ipynb", b" \n").notes


def test_of_duplicated_keys_the_last_counts() -> None:
    assert cells_of(b'{"cells": [], "cells": [{"cell_type": "code", "source": "a"}]}')


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "utf-8"])
def test_encodings_of_notebooks(encoding: str) -> None:
    data = notebook("naïve = '日本'").decode().encode(encoding)
    assert cells_of(data)[0].source == "naïve = '日本'"


def test_half_a_surrogate_pair_is_named() -> None:
    found = cells_of(notebook("a = 1\nb = '\ud83d'"))[0]
    assert found.tree is None and found.error[0] == 2 and "surrogate" in found.error[2]


# -- scripts ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("data", [
    codecs.BOM_UTF8 + b"x = 1", "x = 'ä'".encode("utf-16"), b"# coding: latin-1\nx = '\xe4'",
    b"#!/bin/python\n# -*- coding: cp1252 -*-\nx = '\x80'", b"x = 1\r\ny = 2\r\n", b"x = 1\ry = 2",
    b"\x0cx = 1", b"if x:\n\ty = 1\n", b"", b"# %%\nx = 1\n# %% [markdown]\n# text"])
def test_scripts_that_can_be_read(data: bytes) -> None:
    found = cells_of(data, "a.py")
    assert len(found) == 1 and found[0].index is None and found[0].error is None


@pytest.mark.parametrize("data", [b"x = '\xe4'", b"# coding: nonsense\n", b"# coding: hex\nx"])
def test_scripts_in_an_unknown_encoding(data: bytes) -> None:
    with pytest.raises(Unreadable, match="UTF-8"):
        read_document("a.py", data)


@pytest.mark.parametrize("source", [
    "print 'x'", "exec 'x' in y", "x = 1\x00", "def f(:", "(" * 1000, "x" + "[0" * 5000,
    "-" * 20000 + "1", "lambda: " * 5000 + "1", "x = " + "9" * 5000])
def test_scripts_that_do_not_parse(source: str) -> None:
    found = cells_of(source.encode(), "a.py")[0]
    assert found.error is None or (found.tree is None and len(found.error) == 3
                                   and "\n" not in found.error[2])


def test_a_script_that_colab_saved_keeps_its_magics() -> None:
    found = cells_of(b"!pip install keras\nimport keras\n", "a.py")[0]
    assert found.tree is not None and found.code == "pass\nimport keras\n"


# -- magics ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("source", "code"), [
    ("%matplotlib inline\nx = 1", "pass\nx = 1"),
    ("!pip install a \\\n   b\nx = 1", "pass\n\nx = 1"),
    ("for a in b:\n    !ls {a}\n    %cd x", "for a in b:\n    pass\n    pass"),
    ("?model.fit", "pass"), ("model.fit?", "pass"), ("model.fit??  ", "pass"),
    ("np.*load*?", "pass"), ("%timeit?", "pass"), ("pip install keras", "pass"),
    ("files = !ls *.png", "files = __unknown__"), ("a, b = %magic", "a, b = __unknown__"),
    ("%time y = f(x)", "if 1: y = f(x)"), ("%timeit -n 10 -q f(x)", "if 1:            f(x)"),
    ("if a:\n    %time y = f(x)", "if a:\n    if 1: y = f(x)"), ("%time", "pass"),
    ("%%time\nx = 1", "\nx = 1"), ("\n%%capture out\n!ls\nx = 1", "\n\npass\nx = 1"),
    ("%a\r\nx = 1\r\n", "pass\nx = 1\r\n"),
])
def test_magics_are_taken_out(source: str, code: str) -> None:
    assert without_magics(source) == code
    ast.parse(code)


@pytest.mark.parametrize("source", [
    "s = '''\n%a\n!b\nc?\n'''", "print('%s'\n      % x)", "x = (a\n     != b)", "x = 'a\\\n%b'",
    "x = a \\\n  % b", "d = {\n  'a': 1,\n}", "assert x != 3", "x %= 3", "x = y % z",
    "# what?\nx = 1", "s = \"it's\"\nt = 'say \"'", 'f"{a["b"]}"', "x = 1  # !ls", "a['!'] = 2"])
def test_python_stays_as_it_is(source: str) -> None:
    assert without_magics(source) == source


@pytest.mark.parametrize(("source", "other"), [
    ("%%bash\nls", True), ("%%html\n<b>", True), ("%%writefile a.py\nx", True), ("%%R\nx", True),
    ("%%javascript\nx", True), ("%%", True), ("\n\n%%sh\nls", True), ("%%time\nx", False),
    ("%%timeit -n 1\nx", False), ("%%capture\nx", False), ("%time x", False), ("x = 1", False)])
def test_cells_in_other_languages(source: str, other: bool) -> None:
    assert other_language(source) is other
    assert bool(cells_of(notebook(source))) is not other


# -- the cheap look --------------------------------------------------------------------------------


@pytest.mark.parametrize("text", [
    "import tensorflow as tf", "from keras import layers", "Dense(3)", "y = m.predict(x)",
    "from transformers import TFAutoModel", "model.add(LSTM(4))", "net.fit(x, y)"])
def test_traces(text: str) -> None:
    assert mentions(text.encode()) and mentions(text.encode("utf-16"))


@pytest.mark.parametrize("text", ["", "import numpy as np", "print(dense)", "import torch"])
def test_no_traces(text: str) -> None:
    assert not mentions(text.encode())


def test_traces_are_found_behind_pictures_and_not_in_them() -> None:
    picture = {"output_type": "display_data", "data": {"image/png": "A" * 80_000 + "keras"}}
    plain = notebook(cell("import numpy", [picture]), "print(1)")
    traced = notebook(cell("import numpy", [picture]), "import keras")
    for data in (plain, traced):
        assert len(data) > 80_000
    lines = [json.dumps(json.loads(data), indent=1).encode() for data in (plain, traced)]
    assert [mentions(data) for data in lines] == [False, True]
    assert mentions(traced)  # all of it in one line
