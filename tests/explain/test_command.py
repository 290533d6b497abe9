"""`shapecheck explain` and `shapecheck rule` as they are typed."""
from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

import shapecheck
from shapecheck.cli.main import main
from shapecheck.facts.errors import UserError

ERROR = """Traceback (most recent call last):
  File "/home/me/train.py", line 11, in <module>
    model.fit(x_train, y_train, epochs=5)
ValueError: Shapes (None, 1) and (None, 10) are incompatible
"""
PROGRAM = """import numpy as np
from tensorflow import keras

x_train = np.random.rand(1000, 28, 28)
y_train = np.random.randint(0, 10, 1000)
model = keras.Sequential([
    keras.layers.Flatten(input_shape=(28, 28)),
    keras.layers.Dense(10, activation="softmax"),
])
model.compile(optimizer="adam", loss="categorical_crossentropy")
model.fit(x_train, y_train, epochs=5)
"""
UNKNOWN = """from data import load, build
x_train, y_train = load()
model = build()

history = model.fit(
    x_train, y_train,
    epochs=5)
"""


@pytest.fixture
def typed(tmp_path, monkeypatch, capsys):
    """Types a command in a folder with error.txt and train.py; (status, out, err)."""
    (tmp_path / "error.txt").write_text(ERROR)
    (tmp_path / "train.py").write_text(PROGRAM)
    (tmp_path / "unknown.py").write_text(UNKNOWN)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments, stdin=b""):
        if isinstance(stdin, str):
            stdin = stdin.encode()
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(
            buffer=io.BytesIO(stdin), isatty=lambda: False))
        status = main(list(arguments))
        out, err = capsys.readouterr()
        return status, out, err

    return run


def test_a_file(typed):
    status, out, err = typed("explain", "error.txt")
    assert (status, err) == (0, "")
    assert out.startswith("SHP402 label-encoding\n")
    assert "your line  /home/me/train.py:11: model.fit(x_train, y_train, epochs=5)" in out
    assert out.index("sparse_categorical_crossentropy") < out.index("to_categorical")
    assert out.endswith("more: shapecheck rule SHP402\n")


@pytest.mark.parametrize("arguments", [(), ("-",)])
def test_standard_input(typed, arguments):
    status, out, _err = typed("explain", *arguments, stdin=ERROR)
    assert status == 0
    assert "SHP402" in out


def test_the_message_itself(typed):
    status, out, _err = typed("explain", "Shapes (None, 1) and (None, 10) are incompatible")
    assert status == 0 and "SHP402" in out
    status, _out, err = typed("explain", "some words (that are) no error.txt")
    assert status == 2 and "no such file" in err


def test_text_and_json(typed):
    status, out, _err = typed("explain", "error.txt", "--format", "text")
    assert status == 0 and "SHP402 label-encoding" in out
    status, out, _err = typed("explain", "error.txt", "--format", "json")
    report = shapecheck.Report.from_json(out)
    assert report == shapecheck.Report.from_json(shapecheck.explain(ERROR).to_json())
    (finding,) = json.loads(out)["findings"]
    assert finding["location"]["path"] == "/home/me/train.py"
    assert finding["location"]["line"] == 11
    kinds = [evidence["kind"] for evidence in finding["evidence"]]
    assert kinds[:2] == ["message", "line"]
    assert kinds.count("remedy") >= 2


def test_quietly(typed):
    _status, out, _err = typed("explain", "error.txt", "-q")
    assert len(out.splitlines()) == 4
    status, out, _err = typed("explain", "-q", stdin="KeyError: 'a'")
    assert status == 1
    assert "I don't know this one" in out and "no findings" not in out


def test_what_it_does_not_know(typed):
    status, out, err = typed("explain", stdin=(
        'Traceback (most recent call last):\n  File "train.py", line 7, in <module>\n'
        "    print(history['val_acc'])\nKeyError: 'val_acc'\n"))
    assert (status, err) == (1, "")
    assert out.startswith("I don't know this one: KeyError: 'val_acc'. It is no shape error")
    assert "your line: train.py:7: print(history['val_acc'])" in out


def test_what_is_no_error(typed):
    status, out, _err = typed("explain", stdin="Epoch 1/10\n100/100 - 1s - loss: 0.3\n")
    assert status == 1
    assert "shows no error" in out


@pytest.mark.parametrize("arguments", [
    ("explain",), ("explain", "no such file.txt"), ("explain", "."),
    ("explain", "error.txt", "--source", "nothing.py"),
    ("explain", "error.txt", "--source", "."),
])
def test_bad_input(typed, arguments):
    status, out, err = typed(*arguments)
    assert (status, out) == (2, "")
    assert err.startswith("shapecheck: ") and err.count("\n") == 1


def test_an_empty_file(typed, tmp_path):
    (tmp_path / "empty.txt").write_text(" \n\n")
    status, _out, err = typed("explain", "empty.txt")
    assert status == 2 and "empty" in err


# -- beside the source ---------------------------------------------------------------------------


def test_beside_the_source_lint_proves_it(typed):
    _status, out, _err = typed("explain", "error.txt", "--source", "train.py")
    assert "y_train is (1000,)" in out
    assert "your line  train.py:11:1" in out
    line, marks = re.search(r"\n( +model\.fit.*)\n( +\^+)\n", out).groups()
    assert line[marks.index("^"):marks.rindex("^") + 1] == "y_train"


def test_beside_a_source_that_says_nothing_the_line_is_underlined(typed):
    report = shapecheck.explain(ERROR.replace("11", "5").replace(
        "    model.fit(x_train, y_train, epochs=5)", "    history = model.fit("),
        source="unknown.py")
    (finding,) = report.findings
    assert (finding.location.path, finding.location.line) == ("unknown.py", 5)
    codes = [str(e.text) for e in finding.evidence if e.kind == "code"]
    assert ("history = model.fit(x_train, keras.utils.to_categorical(y_train, 10), epochs=5)"
            in codes)


def test_a_line_that_is_not_in_the_source_is_said(typed):
    report = shapecheck.explain(ERROR.replace("model.fit", "other.fit"), source="unknown.py")
    assert report.findings[0].code == "SHP402"
    assert "was not found in unknown.py" in report.notes[0]


def notebook(path: Path, *cells: str, trace: str = "") -> None:
    def cell(number, source):
        outputs = [{"output_type": "error", "ename": "ValueError", "evalue": "",
                    "traceback": trace.split("\n")}] if trace and number == len(cells) else []
        return {"cell_type": "code", "metadata": {}, "execution_count": number + 3,
                "outputs": outputs, "source": source.splitlines(True)}

    path.write_text(json.dumps({
        "nbformat": 4, "nbformat_minor": 5, "metadata": {},
        "cells": [{"cell_type": "markdown", "metadata": {}, "source": ["# Title"]},
                  *(cell(i, text) for i, text in enumerate(cells, 1))]}))


TRACE = """----> 2 pred = model.predict(x[0])

ValueError: Input 0 of layer "sequential" is incompatible with the layer: expected shape=(None, \
224, 224, 3), found shape=(32, 224, 3)"""


def test_beside_a_notebook(tmp_path):
    path = tmp_path / "a.ipynb"
    notebook(path, "from mine import model, x", "# one\npred = model.predict(x[0])")
    text = "Cell In[5], line 2\n" + TRACE
    (finding,) = shapecheck.explain(text, source=path).findings
    assert finding.code == "SHP102"
    assert (finding.location.cell, finding.location.line) == (2, 2)
    assert finding.fix.code == "pred = model.predict(x[0:1])"


def test_the_same_line_in_two_cells_is_told_apart_by_its_prompt(tmp_path):
    path = tmp_path / "a.ipynb"
    notebook(path, "pred = model.predict(x[0])", "pred = model.predict(x[0])")
    (finding,) = shapecheck.explain("Cell In[5], line 1\n" + TRACE.replace("2 pred", "1 pred"),
                                    source=path).findings
    assert finding.location.cell == 2


def test_a_notebook_that_keeps_its_error(typed, tmp_path):
    notebook(tmp_path / "kept.ipynb", "from mine import model, x",
             "# one\npred = model.predict(x[0])", trace="Cell In[5], line 2\n" + TRACE)
    status, out, _err = typed("explain", "kept.ipynb")
    assert status == 0
    assert "kept.ipynb:cell 2:2:1" in out and "pred = model.predict(x[0:1])" in out
    notebook(tmp_path / "none.ipynb", "x = 1")
    status, _out, err = typed("explain", "none.ipynb")
    assert status == 2 and "keeps no error" in err


# -- the API and the start -----------------------------------------------------------------------


def test_bytes_and_no_text():
    assert shapecheck.explain(ERROR.encode()).findings[0].code == "SHP402"
    assert shapecheck.explain(ERROR.encode("utf-16")).findings[0].code == "SHP402"
    for nothing in ("", " \n ", b""):
        with pytest.raises(UserError):
            shapecheck.explain(nothing)


def test_it_stays_light():
    probe = ("import sys, shapecheck; shapecheck.explain('Shapes (None, 1) and (None, 10) are "
             "incompatible'); print([m for m in ('tensorflow', 'keras', 'numpy', 'rich') "
             "if m in sys.modules])")
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_on_a_terminal_it_says_what_to_do(typed, monkeypatch, capsys):
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(
        buffer=io.BytesIO(ERROR.encode()), isatty=lambda: True))
    assert main(["explain"]) == 0
    assert "Ctrl-D" in capsys.readouterr().err


def test_their_text_drives_no_terminal(typed):
    _status, out, _err = typed("explain", stdin=ERROR.replace("x_train", "x\x1b]0;t\x07\u202e"))
    assert "\x1b" not in out and "\u202e" not in out


# -- rule ----------------------------------------------------------------------------------------


def test_a_rule(typed):
    status, out, err = typed("rule", "SHP101")
    assert (status, err) == (0, "")
    for piece in ("SHP101 rank-1-input", "Keras before 2.7", "model.predict(x[0])",
                  "-> model.predict(x[0:1])", "good, though it looks alike", "12 texts of 16"):
        assert piece in out
    assert typed("rule", "rank-1-input")[1] == out
    assert typed("rule", "shp101")[1] == out
    assert typed("rule", "101")[1] == out


def test_all_rules_and_families(typed):
    from shapecheck.rules import catalogue

    _status, out, _err = typed("rule")
    assert all(rule.code in out and rule.slug in out for rule in catalogue())
    _status, out, _err = typed("rule", "SHP4")
    assert "SHP402" in out and "SHP101" not in out


def test_every_rule_has_a_page(typed):
    from shapecheck.rules import catalogue

    for rule in catalogue():
        for form in ("rich", "text", "markdown"):
            status, out, err = typed("rule", rule.code, "--format", form)
            assert (status, err) == (0, "")
            assert rule.slug in out
    _status, out, _err = typed("rule", "--format", "json")
    data = json.loads(out)
    own = ["SHP901", "SHP902"]  # what lint says of a file itself
    assert [rule["code"] for rule in data["rules"]] == [
        *(rule.code for rule in catalogue()), *own]
    for code in own:
        for form in ("rich", "text", "markdown"):
            status, out, err = typed("rule", code, "--format", form)
            assert (status, err) == (0, "") and "version" not in out


@pytest.mark.parametrize(("asked", "hint"), [("SHP999", "SHP"), ("label-encodng", "label-encoding"),
                                             ("nonsense", "")])
def test_a_rule_that_is_not_there(typed, asked, hint):
    status, out, err = typed("rule", asked)
    assert (status, out) == (2, "")
    assert asked in err and hint in err and err.count("\n") == 1


def test_the_names_are_those_of_the_bench():
    from shapecheck.rules.bench import NAMES, SETUP

    for name, what in NAMES.items():
        assert re.search(rf"(?m)^{name} = ", SETUP), name
        if name in ("x", "y", "data_x", "images", "grays", "series", "table"):
            assert re.match(r"\([\d, ]+\)", what)


# -- any text ------------------------------------------------------------------------------------


def test_a_huge_log_takes_no_time_and_its_error_is_found():
    line = "step 1000: loss 0.31, accuracy 0.91, a tensor of shape (32, 10)\n"
    text = line * (50_000_000 // len(line))
    start = time.monotonic()
    assert shapecheck.explain(text).findings == ()
    for log in (text + ERROR, ERROR + text, text[:10_000_000] + ERROR + text[:10_000_000]):
        assert shapecheck.explain(log).findings[0].code == "SHP402"
    assert time.monotonic() - start < 20
