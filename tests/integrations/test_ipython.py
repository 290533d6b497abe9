"""`%load_ext shapecheck` in a real kernel, and notebooks run by `shapecheck run`."""
from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Dict, List

import pytest

nbformat = pytest.importorskip("nbformat")
pytest.importorskip("nbclient")

from shapecheck.facts.errors import UserError
from shapecheck.integrations.ipython import MIME
from shapecheck.integrations.notebooks import run_notebook

START = """import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, tf_keras as keras
model = keras.Sequential([keras.Input((4,), name="<b>table</b>"), keras.layers.Dense(1)])
x, y = np.zeros((12, 4), "float32"), np.zeros(12)"""
CELLS = [
    START,
    "out = model.predict(x, verbose=0)\nout.shape",
    "loss = ((y - out) ** 2).mean()\nprint(loss)",
    """for row in x[:2]:
    try:
        model.predict(row, verbose=0)
    except Exception:
        print('caught')""",
    "%%shapecheck --dry\nfirst = model.predict(x[3], verbose=0)",
    "%%shapecheck\nfirst = model.predict(x[3:4], verbose=0)\nprint(first.shape)",
    "%shapecheck off",
    "try:\n    model.predict(x[0], verbose=0)\nexcept Exception:\n    pass",
    "%shapecheck on",
    "%shapecheck nonsense",
    "%shapecheck report",
    "model.predict(x[5], verbose=0)",
    "print('never')",
]


def written(path: Path, cells: List[str], **metadata: Any) -> Path:
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# text")] + [
        nbformat.v4.new_code_cell(cell) for cell in cells], metadata=metadata)
    nbformat.write(notebook, str(path))
    return path


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Dict[str, Any]:
    folder = tmp_path_factory.mktemp("notebook")
    path = written(folder / "n.ipynb", CELLS)
    before = hashlib.sha256(path.read_bytes()).digest()
    done = run_notebook(str(path), save=str(folder / "out.ipynb"), timeout=200)
    assert hashlib.sha256(path.read_bytes()).digest() == before
    return {"done": done, "cells": nbformat.read(str(folder / "out.ipynb"), 4).cells[1:],
            "path": str(path)}


def told(cell: Any, kind: str = "text/plain") -> str:
    return "".join(output.data[kind] for output in cell.outputs
                   if MIME in output.get("data", {}))


def printed(cell: Any) -> str:
    return "".join(output.text for output in cell.outputs if output.output_type == "stream")


def test_findings_stand_under_their_cell_once(executed: Dict[str, Any]) -> None:
    cells = executed["cells"]
    assert not told(cells[1])
    assert cells[1].outputs[0].data["text/plain"] == "(12, 1)"
    assert "SHP401" in told(cells[2]) and "fix: y - out[:, 0]" in told(cells[2])
    assert told(cells[3]).count("SHP101") == 1 and "SHP401" not in told(cells[3])
    assert "In [4]:3" in told(cells[3])
    assert "declared" in told(cells[3]) and "(None, 4)" in told(cells[3])


def test_a_cell_is_checked_before_it_runs(executed: Dict[str, Any]) -> None:
    dry, run = executed["cells"][4:6]
    assert "SHP101" in told(dry) and "In [5]:2:9" in told(dry)
    assert "fix: model.predict(x[3:4], verbose=0)" in told(dry)
    assert not told(run) and "(1, 1)" in printed(run)


def test_switching(executed: Dict[str, Any]) -> None:
    cells = executed["cells"]
    assert "shapecheck is off" in printed(cells[6])
    assert not told(cells[7])
    assert "expected %shapecheck on | off" in printed(cells[9])
    assert "3 findings" not in told(cells[10]) and "2 findings" in told(cells[10])


def test_the_traceback_has_no_frame_of_ours(executed: Dict[str, Any]) -> None:
    error = next(o for o in executed["cells"][11].outputs if o.output_type == "error")
    text = "\n".join(error.traceback)
    assert "shapecheck, importlib" not in text
    assert "predict" in text


def test_names_of_theirs_are_text(executed: Dict[str, Any]) -> None:
    html = told(executed["cells"][3], "text/html")
    assert "<b>table" not in html and "<script" not in html


def test_the_report_of_all(executed: Dict[str, Any]) -> None:
    done = executed["done"]
    assert done.status == 1
    assert executed["cells"][12].outputs == []
    codes = [finding.code for finding in done.report.findings]
    assert codes == ["SHP401", "SHP101", "SHP101"]
    place = done.report.findings[0].location
    assert (place.path, place.cell, place.line) == (executed["path"], 3, 1)
    assert sum(call.count for call in done.report.calls) == 5


def test_a_cell_that_never_ends(tmp_path: Path, capsys: Any) -> None:
    path = written(tmp_path / "n.ipynb", ["while True: pass", "1"])
    assert run_notebook(str(path), timeout=3).status == 1
    assert "cell 1 took longer than 3 seconds" in capsys.readouterr().err


def test_no_such_kernel(tmp_path: Path) -> None:
    path = written(tmp_path / "n.ipynb", ["1"], kernelspec={
        "name": "of_nobody", "display_name": "x", "language": "python"})
    with pytest.raises(UserError, match="no kernel named of_nobody"):
        run_notebook(str(path))


def test_the_notebook_itself_is_never_written(tmp_path: Path) -> None:
    path = written(tmp_path / "n.ipynb", ["1"])
    with pytest.raises(UserError, match="is the notebook itself"):
        run_notebook(str(path), save=str(path))
    with pytest.raises(UserError, match="no folder"):
        run_notebook(str(path), save=str(tmp_path / "no" / "out.ipynb"))


def test_in_a_terminal_it_is_text(tmp_path: Path) -> None:
    """IPython without a notebook: words on standard error, magics and all."""
    from IPython.testing.globalipapp import start_ipython

    shell = start_ipython()
    if shell is None:
        from IPython import get_ipython

        shell = get_ipython()
    shell.run_line_magic("load_ext", "shapecheck")
    try:
        result = shell.run_cell("a = 1\nb = a + 1")
        assert result.success and shell.user_ns["b"] == 2
        shell.run_line_magic("shapecheck", "report")
    finally:
        shell.run_line_magic("unload_ext", "shapecheck")
    assert "shapecheck" not in shell.magics_manager.magics["line"]
