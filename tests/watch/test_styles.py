"""Findings as text, JSON lines, log records or warnings; standard output is the user's."""
from __future__ import annotations

import io
import json
import logging
import warnings
from typing import Any

import numpy as np
import pytest

import shapecheck

pytestmark = pytest.mark.legacy


@pytest.fixture(scope="module")
def model() -> Any:
    keras = pytest.importorskip("tensorflow").keras
    ids = keras.Input((16,), dtype="int32")
    return keras.Model(ids, keras.layers.GlobalAveragePooling1D()(
        keras.layers.Embedding(10, 4)(ids)))


X = np.zeros((3, 16), "int32")


def watched(model: Any, **options: Any) -> None:
    with shapecheck.watch(model, **options):
        try:
            model.predict(X[0], verbose=0)
        except Exception:
            pass


def test_json_lines(model: Any, capsys: Any) -> None:
    stream = io.StringIO()
    watched(model, style="json", stream=stream)
    line, = stream.getvalue().splitlines()
    assert json.loads(line)["code"] == "SHP101"
    assert capsys.readouterr().out == ""


def test_log_records(model: Any, caplog: Any, capsys: Any) -> None:
    with caplog.at_level(logging.INFO, logger="shapecheck"):
        watched(model, style="logging")
    record, = [r for r in caplog.records if r.name == "shapecheck"]
    assert record.levelno == logging.ERROR and record.finding.code == "SHP101"
    assert "x[0:1]" in record.getMessage().lower() and "\n" not in record.getMessage()
    assert "SHP101" not in capsys.readouterr().out


def test_warnings_at_the_users_line(model: Any) -> None:
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        watched(model, style="warnings")
    warning, = [w for w in seen if issubclass(w.category, shapecheck.ShapeWarning)]
    assert warning.filename == __file__ and "SHP101 rank-1-input" in str(warning.message)


def test_a_filter_that_raises_does_not_break_the_run(model: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", shapecheck.ShapeWarning)
        with shapecheck.watch(model, style="warnings", tell="now") as seen:
            try:
                model.predict(X[0], verbose=0)
            except shapecheck.ShapeWarning:
                pytest.fail("the user's call raised our warning")
            except Exception:
                pass
    assert seen.fault is None and len(seen.findings) == 1


def test_an_unknown_style() -> None:
    with pytest.raises(ValueError, match="expected one of text, json, logging, warnings"):
        shapecheck.watch(style="loud")
