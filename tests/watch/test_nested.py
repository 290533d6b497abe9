"""Inputs and outputs in dicts of lists of dicts: each has the name of its place."""
from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import shapecheck
from shapecheck.render.text import text_of

keras = pytest.importorskip("keras")
if int(keras.__version__.split(".")[0]) < 3:
    pytest.skip("Keras 3 takes nested structures", allow_module_level=True)

X = {"text": {"ids": np.zeros((5, 16), "int32"), "mask": np.zeros((5, 16), "int32")},
     "num": [np.zeros((5, 3), "float32")]}


@pytest.fixture(scope="module")
def model() -> Any:
    ids = keras.Input((16,), name="ids", dtype="int32")
    mask = keras.Input((16,), name="mask", dtype="int32")
    number = keras.Input((3,), name="number")
    table = keras.layers.Embedding(10, 4)
    pooled = keras.layers.GlobalAveragePooling1D()(
        keras.layers.Concatenate()([table(ids), table(mask)]))
    return keras.Model(
        {"text": {"ids": ids, "mask": mask}, "num": [number]},
        {"deep": {"pooled": pooled, "two": keras.layers.Dense(2)(pooled)},
         "flat": keras.layers.Dense(1)(pooled), "many": [keras.layers.Dense(5)(number), pooled]})


def test_outputs_are_named_by_their_place(model: Any) -> None:
    with shapecheck.watch(tell="never") as seen:
        model.predict(X, verbose=0)
        model(X)
    for call in seen.calls:
        assert [(output.name, str(output.array)) for output in call.returned] == [
            ("deep.pooled", "(5, 8)"), ("deep.two", "(5, 2)"), ("flat", "(5, 1)"),
            ("many[0]", "(5, 5)"), ("many[1]", "(5, 8)")]
        assert {arg.name: str(arg.passed) for arg in call.inputs} == {
            "ids": "(5, 16)", "mask": "(5, 16)", "number": "(5, 3)"}
    assert not seen.findings


def test_the_fix_reaches_every_leaf(model: Any) -> None:
    row = keras.tree.map_structure(lambda value: value[0], X)
    with pytest.raises((ValueError, AttributeError)), shapecheck.watch(tell="never") as seen:
        model.predict(row, verbose=0)
    finding, = seen.findings
    assert finding.code == "SHP101" and finding.fix is not None
    assert "keras.tree.map_structure(lambda v: v[None, :], row)" in finding.fix.code
    right = eval(finding.fix.code, {"keras": keras, "model": model, "row": row})
    assert right["flat"].shape == (1, 1)


def test_a_call_that_was_only_looked_at_is_not_called_refused(model: Any) -> None:
    report = shapecheck.check_inputs(model, X)
    assert not report.findings
    text = text_of(report)
    assert "not run" in text and "no findings" in text and "no rule explains" not in text
