"""Nothing is traced more often because of the watch."""
from __future__ import annotations

import numpy as np
import pytest

import shapecheck
from tests.watch.kerases import X, Y

pytestmark = pytest.mark.legacy


def _counting(keras):
    traces = []

    class Counting(keras.layers.Layer):
        def call(self, inputs):
            traces.append(1)
            return inputs * 2

    a = keras.Input((4,))
    model = keras.Model(a, keras.layers.Dense(1)(Counting()(a)))
    model.compile(optimizer="sgd", loss="mse")
    return model, traces


USES = {
    "predict": lambda m: m.predict(X, batch_size=5, verbose=0),
    "fit": lambda m: m.fit(X, Y, verbose=0),
    "evaluate": lambda m: m.evaluate(X, Y, verbose=0),
    "on_batch": lambda m: (m.train_on_batch(X, Y), m.predict_on_batch(X), m.test_on_batch(X, Y)),
}


@pytest.mark.parametrize("use", USES)
def test_a_traced_function_stays_traced(keras, use):
    model, traces = _counting(keras)
    USES[use](model)
    USES[use](model)
    before = len(traces)
    with shapecheck.watch(tell="never"):
        USES[use](model)
    USES[use](model)
    with shapecheck.watch(model, tell="never"):
        USES[use](model)
    assert len(traces) == before


@pytest.mark.parametrize("use", USES)
def test_a_first_trace_in_the_watch_is_no_dearer(keras, use):
    plain, plain_traces = _counting(keras)
    for _ in range(3):
        USES[use](plain)
    model, traces = _counting(keras)
    with shapecheck.watch(tell="never"):
        USES[use](model)
    for _ in range(2):
        USES[use](model)
    assert len(traces) == len(plain_traces)


def test_a_tf_function_of_the_users_is_not_retraced(keras):
    import tensorflow as tf

    model, traces = _counting(keras)
    run = tf.function(lambda x: model(x))
    x = tf.constant(X)
    run(x)
    before = len(traces)
    with shapecheck.watch(tell="never") as seen:
        run(x)
    assert len(traces) == before
    assert seen.calls == ()  # traced before: nothing of it runs in Python
    with shapecheck.watch(tell="never") as seen:
        run(tf.constant(X[:3]))
    np.testing.assert_array_equal(len(traces), before + 1)
    assert len(seen.calls) == 1
