"""A right call after a wrong one: what a relaxed trace makes of it is not the model's fault."""
from __future__ import annotations

import os

import numpy as np

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import tf_keras as keras

import shapecheck


def test_a_forgotten_rank_is_not_blamed_on_the_model() -> None:
    a, b = keras.Input((8,), dtype="int32"), keras.Input((8,), dtype="int32")
    embed = keras.layers.Embedding(9, 3)
    both = keras.layers.Concatenate()([embed(a), keras.layers.Embedding(9, 3)(b)])
    model = keras.Model([a, b], both)
    d = np.ones((2, 5, 8), "int32")
    with shapecheck.watch(model, tell="never") as seen:
        model.predict([d[0][0], d[1][0]], verbose=0)
        out = model.predict([d[0][0:1], d[1][0:1]], verbose=0)
    codes = [f.code for f in seen.findings]
    assert codes[0] == "SHP101"
    if out.shape[0] != 1:  # tf_keras 2.21
        assert codes == ["SHP101", "SHP202"]
        assert "make_predict_function(force=True)" in seen.findings[1].message
        model.make_predict_function(force=True)
        assert model.predict([d[0][0:1], d[1][0:1]], verbose=0).shape == (1, 8, 6)


def test_a_fix_over_several_lines_is_one_line_on_the_screen() -> None:
    inputs = keras.Input((4,))
    model = keras.Model(inputs, keras.layers.Dense(2)(inputs))
    x = np.ones((3, 4), "float32")
    with shapecheck.watch(model, tell="never") as seen:
        try:
            model.predict(x[0],
                          verbose=0)
        except ValueError:
            pass
    finding, = seen.findings
    assert finding.message.split("\n")[2] == "fix: model.predict(x[0:1], verbose=0)"
    assert "\n" in str(finding.fix)
