"""Which calls are the user's: each is recorded once, those that Keras makes are not."""
from __future__ import annotations

import functools
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

import shapecheck
from tests.watch.kerases import X, Y, build, inputs, is_keras3

pytestmark = pytest.mark.legacy


@pytest.fixture(scope="module")
def model(keras):
    return build(keras, "single")


def _methods(seen):
    assert seen.fault is None
    return [c.method for c in seen.calls]


def test_all_host_methods(model):
    with shapecheck.watch(tell="never") as seen:
        model.predict(X, verbose=0)
        model.fit(X, Y, verbose=0, validation_data=(X, Y))
        model.evaluate(X, Y, verbose=0)
        model.predict_on_batch(X)
        model.train_on_batch(X, Y)
        model.test_on_batch(X, Y)
        model(X)
    assert _methods(seen) == ["predict", "fit", "evaluate", "predict_on_batch", "train_on_batch",
                              "test_on_batch", "__call__"]
    assert seen.total == 7
    assert [len(c.labels) for c in seen.calls] == [0, 1, 1, 0, 1, 1, 0]
    assert seen.findings == ()


def test_calls_of_a_callback_are_the_users(keras, model):
    class Look(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            self.model.predict(X[:3], verbose=0)
            self.model(X[:2])

    look = Look()
    with shapecheck.watch(tell="never") as seen:
        model.fit(X, Y, epochs=2, verbose=0, callbacks=[look])
    assert _methods(seen) == ["predict", "__call__"] * 2 + ["fit"]
    assert [str(c.inputs[0].passed) for c in seen.calls[:2]] == ["(3, 4)", "(2, 4)"]
    assert seen.calls[0].source == "self.model.predict(X[:3], verbose=0)"


def test_predict_in_a_callback_of_predict(keras, model):
    class Again(keras.callbacks.Callback):
        def on_predict_end(self, logs=None):
            if len(seen.calls) == 0:
                self.model.predict(X[:3], verbose=0)

    with shapecheck.watch(tell="never") as seen:
        model.predict(X, verbose=0, callbacks=[Again()])
    assert [str(c.inputs[0].passed) for c in seen.calls] == ["(3, 4)", "(12, 4)"]


def test_keras_own_callbacks_are_not(keras, model, tmp_path):
    with shapecheck.watch(tell="never") as seen:
        model.fit(X, Y, verbose=0, validation_split=0.25, callbacks=[
            keras.callbacks.EarlyStopping(), keras.callbacks.ReduceLROnPlateau()])
    assert _methods(seen) == ["fit"]


def test_a_model_inside_a_model_is_a_part_of_it(keras):
    inner = build(keras, "single")
    a = keras.Input((4,))
    functional = keras.Model(a, inner(inner(keras.layers.Dense(4)(a)) * np.ones((1, 4), "f")))

    class Outer(keras.Model):
        def call(self, inputs):
            return inner(inner(inputs) * inputs)

    outer = Outer()
    for watch in (shapecheck.watch(tell="never"), shapecheck.watch(inner, tell="never")):
        with watch as seen:
            outer(X)
            outer.predict(X, verbose=0)
            functional(X)
            functional.predict(X, verbose=0)
        expected = [] if watch._recorder._target else ["__call__", "predict"] * 2
        assert _methods(seen) == expected


@pytest.mark.parametrize("symbolic", ["functional", "layer", "subclassed"])
def test_building_with_it_is_no_call(keras, symbolic):
    with shapecheck.watch(tell="never") as seen:
        inner = build(keras, "single")
        made = len(seen.calls)

        class Holder(keras.layers.Layer):
            def call(self, inputs):
                return inner(inputs)

        class Outer(keras.Model):
            def call(self, inputs):
                return inner(inputs)

        a = keras.Input((4,))
        use = {"functional": inner, "layer": Holder(), "subclassed": Outer()}[symbolic]
        whole = keras.Model(a, use(a))
        assert len(seen.calls) == made
        whole.predict(X, verbose=0)
    assert len(seen.calls) == made + 1


@pytest.mark.parametrize("kind", ["single", "list", "dict", "subclassed"])
def test_inside_a_tf_function_of_the_users(keras, kind):
    import tensorflow as tf

    model, x = build(keras, kind), tf.nest.map_structure(tf.constant, inputs(kind))

    @tf.function
    def inside(data):
        if tf.reduce_sum(tf.nest.flatten(data)[0]) > 0:  # needs autograph
            return model(data)
        return model(data) * 2

    @tf.function(autograph=False)
    def plain(data):
        return model(data)

    with shapecheck.watch(tell="never") as seen:
        inside(x)
        plain(x)
        plain(x)  # traced already
        tf.function(model)(x)
    assert _methods(seen) == ["__call__"] * 4
    assert all(c.in_graph for c in seen.calls)
    assert [c.source for c in seen.calls] == ["model(data)"] * 3 + [""]
    lines = [c.location.line for c in seen.calls]
    start = inside.python_function.__code__.co_firstlineno
    assert lines[:2] == [start + 3, start + 4]
    assert all(c.location.path == __file__ for c in seen.calls)
    assert {str(a.passed) for c in seen.calls for a in c.inputs} == {"(12, 4)"}


def test_a_training_loop_of_the_users(keras):
    import tensorflow as tf

    model = build(keras, "subclassed")

    @tf.function
    def step(x, y):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        return tape.gradient(loss, model.trainable_variables)

    with shapecheck.watch(tell="never") as seen:
        for start in (0, 4, 8):
            step(tf.constant(X[start:start + 4]), tf.constant(Y[start:start + 4]))
    assert _methods(seen) == ["__call__"]
    assert seen.calls[0].source == "model(x, training=True)"


@pytest.mark.parametrize("how", ["run_eagerly", "jit_compile"])
def test_other_ways_to_run(keras, how):
    model = build(keras, "custom_step")
    if how == "jit_compile" and keras.__version__.startswith("2.6"):
        pytest.skip("TF 2.6 has no jit_compile in compile")
    model.compile(optimizer="sgd", loss="mse", **{how: True})
    expected = model.predict(X, verbose=0)
    with shapecheck.watch(tell="never") as seen:
        np.testing.assert_array_equal(model.predict(X, verbose=0), expected)
        model.fit(X, Y, verbose=0)
        model.evaluate(X, Y, verbose=0)
    assert _methods(seen) == ["predict", "fit", "evaluate"]


def test_an_override_counts_once(keras):
    class Mixin:
        def evaluate(self, *args, **kwargs):
            return super().evaluate(*args, **kwargs)

    class Mine(Mixin, keras.Model):
        def call(self, inputs):
            return inputs

        def predict(self, data, **kwargs):
            return super().predict(data, **kwargs)

        def __call__(self, *args, **kwargs):
            return super().__call__(*args, **kwargs)

    model = Mine()
    model.compile(loss="mse")
    with shapecheck.watch(tell="never") as seen:
        model.predict(X, verbose=0)
        model.evaluate(X, X, verbose=0)
        model(X)
        model.fit(X, X, validation_data=(X, X), verbose=0)
    assert _methods(seen) == ["predict", "evaluate", "__call__", "fit"]
    assert seen.calls[0].source == "model.predict(X, verbose=0)"
    assert seen.calls[1].source == "model.evaluate(X, X, verbose=0)"


def test_only_the_model_that_is_watched(keras, model):
    other = build(keras, "sequential")
    with shapecheck.watch(model, tell="never") as seen:
        other.predict(X, verbose=0)
        model.predict(X, verbose=0)
        other(X)
    assert _methods(seen) == ["predict"]


def test_called_by_somebody_elses_code(model):
    with shapecheck.watch(tell="never") as seen:
        list(map(model, [X, X]))
        functools.partial(model.predict, verbose=0)(X)
        with ThreadPoolExecutor(1) as pool:
            pool.submit(model.predict_on_batch, X).result()
        thread = threading.Thread(target=model, args=(X,))
        thread.start()
        thread.join()
    assert _methods(seen) == ["__call__", "__call__", "predict", "predict_on_batch", "__call__"]
    assert [c.location.path for c in seen.calls] == [__file__] * 3 + [None] * 2
    assert all(c.source == "" for c in seen.calls[3:])


def test_threads_are_counted_exactly(model):
    model.predict(X, verbose=0)
    with shapecheck.watch(tell="never") as seen, ThreadPoolExecutor(4) as pool:
        def work(number):
            for _ in range(25):
                model(X[:number + 1])
                model.predict_on_batch(X[:number + 1])
        for future in [pool.submit(work, n) for n in range(8)]:
            future.result()
    assert seen.total == len(seen.calls) == 8 * 50
    counts = {(c.method, c.rows): c.count for c in seen.report().calls}
    assert counts == {(m, n + 1): 25 for m in ("__call__", "predict_on_batch") for n in range(8)}
    assert seen.fault is None


def test_another_model_with_the_same_id_is_another_model(keras):
    with shapecheck.watch(tell="never") as seen:
        for width in (3, 4, 5, 6):
            a = keras.Input((width,), name=f"wide_{width}")
            model = keras.Model(a, keras.layers.Dense(1)(a))
            model(np.zeros((2, width), "float32"))
            del model, a
            keras.backend.clear_session()
    assert [str(c.inputs[0].declared) for c in seen.calls] == [
        f"(None, {w})" for w in (3, 4, 5, 6)]
    assert seen.findings == ()


def test_a_model_as_part_of_a_dataset(keras, model):
    import tensorflow as tf

    if is_keras3(keras):
        pytest.skip("the same code; one Keras is enough for the time it takes")
    with shapecheck.watch(tell="never") as seen:
        list(tf.data.Dataset.from_tensor_slices(X).batch(4).map(lambda x: model(x)))
    assert _methods(seen) == ["__call__"]
    assert str(seen.calls[0].inputs[0].passed) == "(?, 4)"
