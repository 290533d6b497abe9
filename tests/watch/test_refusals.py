"""What the layers of a model that declares nothing will refuse, asked before it is called."""
from __future__ import annotations

import os
from typing import Any, List, Tuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest

import shapecheck

pytestmark = pytest.mark.legacy

SERIES = np.zeros((12, 10, 3), "float32")
IMAGES = np.zeros((12, 8, 8, 3), "float32")
IDS = np.ones((12, 10), "int32")


def bare(keras: Any, kind: str) -> Tuple[Any, Any]:
    """(a Sequential without `Input`, built by data, rows that it takes)"""
    L = keras.layers
    layers, rows = {
        "series": ([L.LSTM(5), L.Dense(1)], SERIES),
        "images": ([L.Conv2D(4, 3), L.GlobalAveragePooling2D(), L.Dense(1)], IMAGES),
        "flat": ([L.Flatten(), L.Dense(1)], IMAGES),
        "words": ([L.Embedding(100, 8), L.GlobalAveragePooling1D(), L.Dense(1)], IDS),
    }[kind]
    model = keras.Sequential(layers)
    model(rows[:7])
    return model, rows


def asked(model: Any, rows: Any) -> List[str]:
    return [f.code for f in shapecheck.check_inputs(model, rows).findings]


@pytest.mark.parametrize(("kind", "change"), [
    ("series", lambda x: x.reshape(12, -1)), ("series", lambda x: x[None]),
    ("images", lambda x: x.reshape(12, -1)), ("images", lambda x: x[..., 0]),
    ("flat", lambda x: x[..., :2]), ("words", lambda x: x[None]),
])
def test_it_raises_and_is_foreseen(keras: Any, kind: str, change: Any) -> None:
    model, rows = bare(keras, kind)
    found = asked(model, change(rows))
    assert len(found) == 1
    with shapecheck.watch(tell="never") as seen:
        try:
            model.predict(change(rows), verbose=0)
        except Exception:
            assert {f.code for f in seen.findings} <= {*found, "SHP107"}
        else:  # tf_keras looks anything up in an embedding
            assert kind == "words"


@pytest.mark.parametrize(("kind", "change"), [
    ("series", lambda x: x), ("series", lambda x: x[:3, :4]), ("series", lambda x: x[..., None]),
    ("images", lambda x: x[:, :5]), ("words", lambda x: x[:, :4]), ("flat", lambda x: x[:1]),
])
def test_what_goes_through_is_left_alone(keras: Any, kind: str, change: Any) -> None:
    model, rows = bare(keras, kind)
    if change(rows).ndim > rows.ndim and keras.__version__.startswith("2.6"):
        pytest.skip("TF 2.6 takes no trailing axis of 1 here; that is not foreseen")
    model.predict(change(rows), verbose=0)
    assert asked(model, change(rows)) == []


def test_a_layer_of_ones_own_is_not_asked(keras: Any) -> None:
    called = []

    class Folding(keras.layers.Layer):  # type: ignore[misc, name-defined]
        def call(self, rows: Any) -> Any:
            called.append(rows.shape)
            return rows * 2

        def compute_output_shape(self, shape: Any) -> Any:
            called.append(shape)
            return shape

    model = keras.Sequential([Folding(), keras.layers.LSTM(5)])
    model.build((None, 10, 3))
    del called[:]
    asked(model, SERIES.reshape(12, -1))
    assert not called


@pytest.mark.parametrize("names", [("text", "num"), ("num", "text")])
def test_a_list_for_a_dict(keras: Any, names: Tuple[str, str]) -> None:
    """Keras 3 takes it only where the dict is in alphabetical order."""
    inputs = {name: keras.Input((4,), name=name) for name in names}
    model = keras.Model(inputs, keras.layers.Add()(list(inputs.values())))
    rows = [np.zeros((6, 4), "float32")] * 2
    try:
        model.predict(rows, verbose=0)
    except ValueError:
        assert asked(model, rows) == ["SHP108"]
    else:
        assert asked(model, rows) == []
