"""Outputs and weights with the watch are bit for bit those without it."""
from __future__ import annotations

import numpy as np
import pytest

import shapecheck
from tests.watch.kerases import MODELS, X, Y, build, inputs, seed

pytestmark = pytest.mark.legacy

METHODS = {
    "predict": lambda m, x: m.predict(x, batch_size=5, verbose=0),
    "evaluate": lambda m, x: m.evaluate(x, Y, verbose=0),
    "predict_on_batch": lambda m, x: m.predict_on_batch(x),
    "test_on_batch": lambda m, x: m.test_on_batch(x, Y),
    "call": lambda m, x: np.asarray(m(x)),
}


@pytest.fixture(scope="module")
def built(keras):
    made = {}

    def get(kind):
        if kind not in made:
            made[kind] = build(keras, kind)
        return made[kind]

    return get


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", MODELS)
def test_results_are_bit_identical(built, kind, method):
    model, x = built(kind), inputs(kind)
    without = METHODS[method](model, x)
    with shapecheck.watch(tell="never") as seen:
        inside = METHODS[method](model, x)
    after = METHODS[method](model, x)
    assert type(inside) is type(without)
    np.testing.assert_array_equal(inside, without)
    np.testing.assert_array_equal(after, without)
    assert [c.method for c in seen.calls] == ["__call__" if method == "call" else method]
    assert seen.fault is None
    assert seen.findings == ()


@pytest.mark.parametrize("kind", ["single", "dict", "undeclared", "subclassed", "custom_step"])
def test_weights_after_a_seeded_fit_are_bit_identical(keras, kind):
    def trained(watched):
        model = build(keras, kind)
        seed()
        if watched:
            with shapecheck.watch(tell="never") as seen:
                history = model.fit(inputs(kind), Y, epochs=2, batch_size=5, verbose=0)
            assert [c.method for c in seen.calls] == ["fit"]
            assert seen.fault is None
        else:
            history = model.fit(inputs(kind), Y, epochs=2, batch_size=5, verbose=0)
        return model.get_weights(), history.history["loss"]

    (plain, plain_loss), (watched, watched_loss) = trained(False), trained(True)
    assert watched_loss == plain_loss
    for one, other in zip(plain, watched):
        np.testing.assert_array_equal(one, other)


def test_a_tf_function_gives_the_same(built):
    import tensorflow as tf

    model = built("single")

    @tf.function
    def run(x):
        return model(x)

    @tf.function
    def run_watched(x):
        return model(x)

    without = run(tf.constant(X)).numpy()
    with shapecheck.watch(tell="never") as seen:
        inside = run_watched(tf.constant(X)).numpy()
    np.testing.assert_array_equal(inside, without)
    assert len(seen.calls) == 1
    assert seen.calls[0].in_graph
