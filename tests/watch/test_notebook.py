"""In a real notebook, run by a real kernel: the cell, the line in it, the expressions."""
from __future__ import annotations

import pytest

nbformat = pytest.importorskip("nbformat")
NotebookClient = pytest.importorskip("nbclient").NotebookClient

CELLS = [
    """import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np, tf_keras as keras, shapecheck
a = keras.Input((4,), name="table")
model = keras.Model(a, keras.layers.Dense(1)(a))
data = np.random.rand(3, 4).astype("float32")""",
    """watching = shapecheck.watch()
seen = watching.__enter__()""",
    """# a comment first
out = model.predict(data,
                    verbose=0)""",
    """for row in data:
    try:
        model.predict(row, verbose=0)
    except Exception as error:
        pass""",
    """watching.__exit__(None, None, None)
first, second = seen.calls[:2]
print(first.location, first.location.end_line, first.location.execution_count, first.source)
print(second.location, second.inputs[0].expression, seen.findings[0].fix)
print(seen.total, seen.fault, len(seen.findings))""",
]


@pytest.fixture(scope="module")
def outputs():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    NotebookClient(notebook, timeout=300).execute()
    return ["".join(o.get("text", "") for o in cell.outputs) for cell in notebook.cells]


def test_cell_line_and_expression(outputs):
    first, second, last = outputs[-1].splitlines()[-3:] if outputs[-1].count("\n") == 3 else (
        [line for line in outputs[-1].splitlines() if line][-3:])
    assert "In [3]:2:7 3 3" in outputs[-1]
    assert "model.predict(data," in outputs[-1]
    assert second == "In [4]:3:9 row model.predict(row[None, :], verbose=0)"
    assert last == "4 None 1"
    assert first


def test_findings_are_told_in_the_cell_that_ends_the_watch(outputs):
    assert "SHP101" in outputs[-1]
    assert "In [4]:3" in outputs[-1]
    assert "SHP101" not in "".join(outputs[:-1])
