"""The question's own code on TF 2.6.5: silent, (256, 1, H), and named."""
from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
pytestmark = pytest.mark.legacy

import tensorflow as tf

import shapecheck

EXAMPLE = Path(shapecheck.__file__).parent / "examples" / "cls_question.py"


@pytest.fixture(scope="module")
def question() -> Dict[str, Any]:
    program = runpy.run_path(str(EXAMPLE), run_name="cls_question")
    return {"model": program["build"](), "data_x": program["data"](), **program}


def test_this_is_old_tensorflow() -> None:
    assert tf.__version__.startswith("2.6.")


def test_one_row_becomes_256_rows_of_one_token(question: Dict[str, Any]) -> None:
    model, data_x = question["model"], question["data_x"]
    with shapecheck.watch(model, tell="never") as seen:
        out = model.predict([data_x[0][0], data_x[1][0]])
    assert out[0].shape == (256, 1, question["HIDDEN"])
    call, = seen.calls
    for arg in call.inputs:
        assert arg.declared.shape == (None, 256)
        assert arg.passed.shape == (256,)
        assert arg.received.shape == (256, 1)
    assert call.returned[0].array.shape == (256, 1, question["HIDDEN"])
    finding, = seen.findings
    assert finding.code == "SHP101"
    assert str(finding.fix) == "model.predict([data_x[0][0:1], data_x[1][0:1]])"
    assert "goes on without an error" in finding.message


def test_every_row_then_has_the_same_cls(question: Dict[str, Any]) -> None:
    wrong = [question["asked"](question["model"], question["data_x"][:, row:])[0][0, 0]
             for row in range(3)]
    assert (wrong[0] == wrong[1]).all() and (wrong[0] == wrong[2]).all()


def test_the_fix_agrees_with_the_batch(question: Dict[str, Any]) -> None:
    model, data_x = question["model"], question["data_x"]
    with shapecheck.watch(model, tell="never") as seen:
        one = model.predict([data_x[0][0:1], data_x[1][0:1]])
        batch = model.predict([data_x[0], data_x[1]])
    assert not seen.findings
    np.testing.assert_allclose(one[0][0, 0], batch[0][0, 0], atol=1e-4)


def test_the_demo_says_so() -> None:
    done = subprocess.run([sys.executable, "-m", "shapecheck", "model-inputs"],
                          capture_output=True, text=True, env={**os.environ, "COLUMNS": "100"})
    assert done.returncode == 0, done.stderr
    assert "makes (256,) into (256, 1) in silence" in done.stdout
    assert "SHP101" in done.stdout and "bert (256, 1, 64)" in done.stdout
