"""The same row passed alone and in a batch, as in the question: compared for free, and shown."""
from __future__ import annotations

import os
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import shapecheck


@pytest.fixture(params=["keras", "tf_keras"])
def keras(request: pytest.FixtureRequest) -> Any:
    return __import__(request.param)


@pytest.fixture
def x() -> np.ndarray:
    return np.random.RandomState(0).rand(5, 4).astype("float32")


def dense(keras: Any) -> Any:
    inputs = keras.Input((4,))
    return keras.Model(inputs, keras.layers.Dense(3)(inputs))


def test_a_row_alone_and_in_the_batch_agree(keras: Any, x: np.ndarray) -> None:
    model = dense(keras)
    with shapecheck.watch(model, tell="never") as seen:
        model.predict(x[2:3], verbose=0)
        model.predict(x, verbose=0)
    pair, = seen.same_rows
    assert pair.rows == 5 and pair.difference < 1e-6
    assert any("the same row went in alone" in note for note in seen.report().notes)
    assert not seen.findings


def test_rows_of_a_loop_are_found_in_the_batch(keras: Any, x: np.ndarray) -> None:
    model = dense(keras)
    with shapecheck.watch(model, tell="never") as seen:
        for i in range(5):
            model.predict(x[i:i + 1], verbose=0)
        model.predict(x, verbose=0)
    assert len(seen.same_rows) == 5


def test_a_row_that_depends_on_its_neighbours_is_told_apart(keras: Any, x: np.ndarray) -> None:
    import tensorflow as tf

    class Mix(keras.layers.Layer):  # type: ignore[misc,name-defined]
        def call(self, z: Any) -> Any:
            return z - tf.reduce_mean(z, axis=0, keepdims=True)

    inputs = keras.Input((4,))
    model = keras.Model(inputs, Mix()(inputs))
    with shapecheck.watch(model, tell="never") as seen:
        model(x)
        model(x[:1])
    assert seen.same_rows[0].difference > 0.1


def test_other_rows_are_no_pair(keras: Any, x: np.ndarray) -> None:
    model = dense(keras)
    with shapecheck.watch(model, tell="never") as seen:
        model.predict(x[:1] + 1, verbose=0)
        model.predict(x, verbose=0)
        dense(keras).predict(x[:1], verbose=0)  # another model
    assert not seen.same_rows
