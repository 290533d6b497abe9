"""`shapecheck lint --fix` and `--diff`: what is mended, what is not, and what stays as it was."""
from __future__ import annotations

import errno
import io
import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shapecheck.linting.one_file import lint_file
from shapecheck.linting.selection import Selection
from shapecheck.source import replacing
from tests.lint.conftest import BAD, GOOD, cell, notebook

#: with a fix that may not be what was meant
SOFTMAX = BAD + 'last = keras.layers.Dense(1, activation="softmax")(keras.Input((4,)))\n'


def test_a_script_is_mended(lint: Any, tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(BAD)
    assert lint("--fix") == (0, "Fixed 1 finding in 1 file\nNo findings in 1 file\n", "")
    assert path.read_text() == GOOD
    assert lint("--fix") == (0, "No findings in 1 file\n", "")
    assert path.read_text() == GOOD


def test_what_is_left_is_told(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(SOFTMAX)
    shown = lint()
    assert "[*] 1 fixable with --fix (1 more with --unsafe-fixes)" in shown.out
    result = lint("--fix")
    assert result.status == 1 and result.codes == ["SHP405"]
    assert result.out.splitlines()[1:] == [
        "Fixed 1 finding in 1 file", "1 fixable with --fix --unsafe-fixes",
        "Found 1 finding in 1 of 1 file"]
    assert "[*]" in lint("--unsafe-fixes").out
    assert lint("--fix", "--unsafe-fixes").status == 0
    assert "sigmoid" in (tmp_path / "train.py").read_text()


def test_a_notebook_keeps_every_other_byte(lint: Any, tmp_path: Path) -> None:
    first, second = BAD.split("\n\n")
    data = json.dumps({"nbformat_minor": 5, "metadata": {"b": 1.50, "a": "\u00e9"}, "cells": [
        cell(first), {**cell(second.splitlines(keepends=True)), "outputs": [
            {"output_type": "stream", "name": "stdout", "text": "x[0]\n"}]}], "nbformat": 4},
        indent=3).replace("\n", "\r\n").encode() + b"\r\n \r\n"
    path = tmp_path / "train.ipynb"
    path.write_bytes(data)
    assert lint("--fix").status == 0
    assert path.read_bytes() == data.replace(b"model.predict(x[0])", b"model.predict(x[0:1])")


@pytest.mark.parametrize(("before", "after"), [
    ("model.predict(x[0])", "model.predict(x[0:1])"),
    ("y = 'é日本\U0001f600'; model.predict(x[0])", "y = 'é日本\U0001f600'; model.predict(x[0:1])"),
    ("if x.size:\n\tmodel.predict(\\\n\t\tx[0])", "if x.size:\n\tmodel.predict(\\\n\t\tx[0:1])"),
    ("model.predict(  # one\n    x[0],  # row\n)", "model.predict(  # one\n    x[0:1],  # row\n)"),
    ("run = [lambda: model.predict(x[0])]\nrun[0]()",
     "run = [lambda: model.predict(x[0:1])]\nrun[0]()"),
    ("@print\ndef f():\n    return model.predict(x[0])\n\nf()",
     "@print\ndef f():\n    return model.predict(x[0:1])\n\nf()"),
    ("model.predict(x[0]); model.predict(x[1])", "model.predict(x[0:1]); model.predict(x[1:2])"),
    ("model.predict(x[0] )\x0c\nmodel.predict( x[1])",
     "model.predict(x[0:1] )\x0c\nmodel.predict( x[1:2])"),
    ("model.predict(x=x[-1])", "model.predict(x=x[-1:])"),
    ("row = x[0]\nmodel.predict(row)", "row = x[0]\nmodel.predict(row[None, :])"),
    ("model.predict(list(x[0]))", "model.predict(np.array([list(x[0])]))"),
    ("y = np.zeros((12, 3))\nmodel.compile(loss='mse')\nmodel.fit(x[0], y[0])",
     "y = np.zeros((12, 3))\nmodel.compile(loss='mse')\nmodel.fit(x[0:1], y[0:1])"),
    ("m = keras.Sequential([keras.layers.LSTM(4, input_shape=(5, 2)), keras.layers.LSTM(\n  4)])",
     ("m = keras.Sequential([keras.layers.LSTM(4, input_shape=(5, 2), return_sequences=True), "
      "keras.layers.LSTM(\n  4)])")),
    ("i = keras.Input(shape=(784))", "i = keras.Input(shape=(784,))"),
    ("i = keras.Input(\n    shape=784,\n)", "i = keras.Input(\n    shape=(784,),\n)"),
    ("np.zeros(12) - keras.Sequential([keras.Input((16,)), keras.layers.Dense(1)]).predict(x)",
     ("np.zeros(12) - keras.Sequential([keras.Input((16,)), keras.layers.Dense(1)]).predict(x)"
      "[:, 0]")),
])
def test_the_least_is_changed(before: str, after: str) -> None:
    start = BAD.replace("model.predict(x[0])\n", "")
    for ends in ("\n", "\r\n", "\r"):
        for last in ("", "\n"):
            old = (start + before + last).replace("\n", ends).encode()
            new = (start + after + last).replace("\n", ends).encode()
            assert fixed("a.py", old) == new
    data = notebook(start, before.splitlines(keepends=True), after)
    assert fixed("a.ipynb", data) == notebook(start, after.splitlines(keepends=True), after)


def fixed(path: str, data: bytes, unsafe: bool = False) -> bytes:
    from shapecheck.linting.fixing import fix

    def lint(new: bytes) -> Any:
        return lint_file(path, Selection(), new)

    outcome = lint(data)
    assert outcome.findings
    done = fix(path, data, outcome, lint, unsafe)
    assert not done.left
    assert not done.outcome.findings
    assert fix(path, done.after, done.outcome, lint, unsafe).after == done.after
    return done.after


@pytest.mark.parametrize(("encoding", "start"), [
    ("utf-8", ""), ("utf-8-sig", ""), ("latin-1", "# -*- coding: latin-1 -*-\n"),
    ("cp1252", "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\n")])
def test_the_encoding_of_a_script_stays(encoding: str, start: str) -> None:
    text = start + "# café\n" + BAD.rstrip() + "  # é"
    assert fixed("a.py", text.encode(encoding)) == text.replace(
        "predict(x[0]", "predict(x[0:1]").encode(encoding)


@pytest.mark.parametrize("imported", ["import numpy as np", "import numpy", "import numpy as onp"])
def test_numpy_is_called_what_the_file_calls_it(imported: str) -> None:
    name = imported.split()[-1]
    text = BAD.replace("import numpy as np", imported).replace("np.", f"{name}.").replace(
        "x[0]", "list(x[0])")
    assert fixed("a.py", text.encode()).decode().endswith(
        f"model.predict({name}.array([list(x[0])]))\n")


@pytest.mark.parametrize("lost", [
    "from tensorflow import keras\nimport tensorflow as tf\nx = tf.zeros((12, 16))\n",
    ("from tensorflow import keras\nimport jax.numpy as np\nimport tensorflow as tf\n"
     "x = tf.zeros((12, 16))\n"),
    "import numpy as np\nfrom tensorflow import keras\nx = np.zeros((12, 16))\nnp = 3\n",
    ("from tensorflow import keras\nimport tensorflow as tf\nx = tf.zeros((12, 16))\n"
     "def later():\n    import numpy as np\n")])
def test_a_fix_that_needs_an_import_is_not_made(lint: Any, tmp_path: Path, lost: str) -> None:
    text = lost + BAD[BAD.index("model ="):].replace("x = np.zeros((12, 16))\n", "").replace(
        "x[0]", "[0.0] * 16")
    (tmp_path / "train.py").write_text(text)
    result = lint("--fix")
    assert result.codes and (tmp_path / "train.py").read_text() == text
    assert "(needs import numpy as np)" in result.out and "[*]" not in result.out


@pytest.mark.parametrize(("code", "safe"), [
    ("for i in range(3):\n    model.predict(x[i])", True),
    ("for i, _y in enumerate(x):\n    model.predict(x[i])", True),
    ("out = [model.predict(x[i]) for i in range(2, 8, 2)]", True),
    ("i = 3\nmodel.predict(x[i])", True),
    ("for i in (0, 5):\n    model.predict(x[i])", True),
    ("i = -1\nmodel.predict(x[i])", False),
    ("for i in range(n, 8):\n    model.predict(x[i])", False),
    ("for i in (0, -1):\n    model.predict(x[i])", False),
    ("for i in (0, 1):\n    i -= 1\n    model.predict(x[i])", False),
    ("def f(i):\n    model.predict(x[i])\n\nf(0)", False),
])
def test_a_slice_is_safe_where_its_index_counts_up(code: str, safe: bool) -> None:
    """`x[-1:-1 + 1]` is empty."""
    text = BAD.replace("model.predict(x[0])", code)
    (finding,) = lint_file("a.py", Selection(), text.encode()).findings
    assert finding.fix is not None and "x[i:i+1]" in str(finding.fix)
    assert finding.fixable(unsafe=True) and finding.fixable() is safe


def test_standard_input_goes_to_standard_output(lint: Any, monkeypatch: Any) -> None:
    for text, status, said in ((SOFTMAX, 1, "SHP405"), (BAD, 0, "Fixed 1"), (GOOD, 0, "No find"),
                               ("x = (", 0, "No findings")):
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        result = lint("--fix", "-")
        assert result.status == status and said in result.err
        assert result.out == text.replace("predict(x[0])", "predict(x[0:1])")


def test_a_diff_can_be_applied_and_writes_nothing(lint: Any, tmp_path: Path) -> None:
    files = {"a.py": BAD.encode(), "crlf.py": BAD.replace("\n", "\r\n").encode(),
             "short.py": BAD.rstrip().encode(), "good.py": GOOD.encode(),
             "old.py": ("# coding: latin-1\n# é\n" + BAD).encode("latin-1")}
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    result = subprocess.run(
        [sys.executable, "-m", "shapecheck", "lint", "--diff"], cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}, capture_output=True,
        check=False)
    assert result.returncode == 1 and result.stderr == b"Would fix 4 findings in 4 files\n"
    assert {name: (tmp_path / name).read_bytes() for name in files} == files
    subprocess.run(["patch", "-p0", "--binary", "-s"], input=result.stdout, cwd=tmp_path,
                   check=True)
    assert lint("--diff") == (0, "", "Nothing to fix\n")
    assert (tmp_path / "crlf.py").read_bytes() == GOOD.replace("\n", "\r\n").encode()
    assert (tmp_path / "short.py").read_bytes() == GOOD.rstrip().encode()


def test_a_diff_of_a_notebook_is_of_its_cells(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "n.ipynb").write_bytes(notebook(*BAD.split("\n\n")))
    result = lint("n.ipynb", "--diff")
    assert result.out.splitlines()[:3] == [
        "--- n.ipynb:cell 1", "+++ n.ipynb:cell 1", "@@ -1,3 +1,3 @@"]
    assert "-model.predict(x[0])\n" in result.out and "+model.predict(x[0:1])\n" in result.out
    assert lint("n.ipynb", "--diff", "--fix").status == 1
    assert (tmp_path / "n.ipynb").read_bytes() == notebook(*BAD.split("\n\n"))


def test_a_diff_does_not_drive_a_terminal() -> None:
    from shapecheck.render.diff import diff

    text = BAD.replace("x[0])", "x[0])  # \x1b[31m\u202e")
    before, after = text.encode(), text.replace("x[0]", "x[0:1]").encode()
    assert b"\x1b" in diff("a.py", before, after)
    shown = diff("\x1b.py", before, after, terminal=True).decode()
    assert "\x1b" not in shown and "\u202e" not in shown and "\\x1b[31m" in shown


def test_diff_has_no_other_form(lint: Any) -> None:
    result = lint("--diff", "--format", "json")
    assert result.status == 2 and result.err == (
        "shapecheck: --diff is a form of its own: leave --format out\n")


# -- writing ---------------------------------------------------------------------------------


def test_a_read_only_file_stays(lint: Any, tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(BAD)
    path.chmod(0o444)
    result = lint("--fix")
    assert result.status == 2
    assert result.err == "shapecheck: train.py: not fixed: the file is read-only\n"
    assert result.codes == ["SHP101"] and path.read_text() == BAD


@pytest.mark.parametrize(("error", "where"), [
    (errno.ENOSPC, "fsync"), (errno.EACCES, "mkstemp"), (errno.EIO, "replace")])
def test_what_cannot_be_written_stays(lint: Any, tmp_path: Path, monkeypatch: Any, error: int,
                                      where: str) -> None:
    (tmp_path / "train.py").write_text(BAD)

    def fail(*_args: Any, **_more: Any) -> None:
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(replacing.tempfile if where == "mkstemp" else replacing.os, where, fail)
    result = lint("--fix")
    assert result.status == 2 and result.err.startswith("shapecheck: train.py: not fixed: ")
    assert len(result.err.splitlines()) == 1
    monkeypatch.undo()
    assert (tmp_path / "train.py").read_text() == BAD
    assert [path.name for path in tmp_path.iterdir()] == ["train.py"]


def test_a_file_that_changes_meanwhile_is_left_to_the_other(lint: Any, tmp_path: Path,
                                                            monkeypatch: Any) -> None:
    path = tmp_path / "train.py"
    path.write_text(BAD)
    other = BAD + "# saved by the editor\n"
    real = os.fsync

    def saved(handle: int) -> None:
        real(handle)
        path.write_text(other)

    monkeypatch.setattr(replacing.os, "fsync", saved)
    result = lint("--fix")
    assert result.status == 2 and "it was changed while it was read" in result.err
    assert path.read_text() == other


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_kill_in_between_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(BAD)
    child = os.fork()
    if not child:
        replacing.os.replace = lambda *_names: os._exit(9)  # type: ignore[assignment]
        try:
            replacing.replace_file(str(path), BAD.encode(), GOOD.encode())
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert path.read_text() == BAD


def test_a_link_stays_a_link_and_the_mode_stays(lint: Any, tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "train.py"
    real.write_text(BAD)
    real.chmod(0o750)
    link.symlink_to("real.txt")
    assert lint("train.py", "--fix").status == 0
    assert link.is_symlink() and real.read_text() == GOOD
    assert stat.S_IMODE(real.stat().st_mode) == 0o750


def test_many_files_in_many_processes(lint: Any, tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"a{number}.py").write_text(BAD if number % 2 else GOOD)
    assert "Fixed 20 findings in 20 files" in lint("--fix", "--jobs", "2").out
    assert all(path.read_text() == GOOD for path in tmp_path.iterdir())


# -- proofs ----------------------------------------------------------------------------------


def test_a_fix_that_does_not_hold_is_dropped_and_named(lint: Any, tmp_path: Path,
                                                       monkeypatch: Any) -> None:
    """Rules that offer nonsense: text that is not there, code that does not parse, a fix that
    mends nothing, one that makes another finding."""
    from shapecheck.facts.records import replace
    from shapecheck.linting import one_file

    text = BAD.replace("model.predict(x[0])\n", "")
    text += "model.predict(x[0])\nmodel.predict(x[1])\nmodel.predict(x[2])\n"
    real = one_file._fitted
    for old, new, why in (("y[0]", "x[0:1]", "the text there is not what was expected"),
                          ("x[1]", "x[", "it would not parse"),
                          ("x[1]", "x[3]", "the finding would still be there"),
                          ("x[1]", "x[:, :7]", "it would make a SHP107")):
        def wrong(finding: Any, document: Any, old: str = old, new: str = new) -> Any:
            finding = real(finding, document)
            if finding.fix is None or "x[1]" not in finding.fix.edits[0].old:
                return finding
            edit = replace(finding.fix.edits[0], old=old, new=new)
            return replace(finding, fix=replace(finding.fix, edits=(edit,)))

        monkeypatch.setattr(one_file, "_fitted", wrong)
        (tmp_path / "train.py").write_text(text)
        result = lint("--fix")
        assert f"note: train.py:7:1: SHP101 is not fixed: {why}" in result.out
        assert "Fixed 2 findings" in result.out and result.status == 1
        assert (tmp_path / "train.py").read_text() == text.replace("x[0]", "x[0:1]").replace(
            "x[2]", "x[2:3]")


def test_edits_are_in_the_json(lint: Any, tmp_path: Path) -> None:
    from shapecheck.facts.report import Report

    (tmp_path / "train.py").write_text(BAD)
    result = lint("--format", "json")
    (edit,) = json.loads(result.out)["findings"][0]["fix"]["edits"]
    assert edit["old"] == "x[0]" and edit["new"] == "x[0:1]"
    assert (edit["location"]["line"], edit["location"]["column"],
            edit["location"]["end_column"]) == (6, 15, 19)
    assert Report.from_json(result.out).to_json() == result.out.rstrip("\n")


def test_show_shapes_mends_nothing(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(BAD)
    for option in ("--fix", "--diff"):
        result = lint("--show-shapes", option)
        assert result.status == 2 and result.err == (
            "shapecheck: --show-shapes mends nothing: leave --fix and --diff out\n")
    assert (tmp_path / "train.py").read_text() == BAD


def test_fixes_that_meet_are_made_one_after_the_other() -> None:
    """Both change the inner call: a model's output is an input of the other."""
    text = BAD.replace("model.predict(x[0])", (
        "number = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])\n"
        "y = np.zeros(12) - number.predict(model.predict(x[0]))\n"))
    after = fixed("a.py", text.replace("np.zeros(12)", "np.zeros((1, 1))").encode()).decode()
    assert "np.zeros((1, 1)) - number.predict(model.predict(x[0:1]))" in after
    both = text.replace("x[0]", "x[0:12]").replace("number.predict(", "number.predict(row[0] + ")
    assert "[:, 0]" in fixed("a.py", both.replace("row[0] + ", "").encode()).decode()
