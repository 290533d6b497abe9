"""`received` is what the first layer of the model really sees, on each Keras.

A spy layer is the witness, in run_eagerly mode: every way of passing every shape to every
declaration. A cell where no layer saw anything (Keras refused) must not claim otherwise.
"""
from __future__ import annotations

import warnings

import numpy as np
import pandas as pd
import pytest

import shapecheck
from tests.watch.kerases import is_keras3

pytestmark = pytest.mark.legacy

ROWS = 6
DECLARED = [(4,), (1,), (4, 1), (4, 4)]
PASSED = [(), (1,), (4,), (5,), (4, 1), (4, 4), (1, 1)]
METHODS = ["predict", "predict_on_batch", "__call__", "fit", "evaluate", "train_on_batch"]
Y = np.zeros((ROWS, 1), "float32")


def _containers(array):
    import tensorflow as tf

    yield array
    yield tf.constant(array)
    yield [array]
    if array.shape in ((ROWS,), (ROWS, 4)):  # the slow ones
        yield array.tolist()
        yield tf.data.Dataset.from_tensor_slices(array).batch(4)
    if array.ndim == 1:
        yield pd.Series(array)
    if array.ndim == 2:
        yield pd.DataFrame(array)


class Witness:
    """What the spy layer saw: shapes, concrete ones only (Keras also builds symbolically)."""

    def __init__(self, keras):
        self.saw = saw = []

        class Spy(keras.layers.Layer):
            def call(self, inputs):
                saw.append(tuple(inputs.shape))
                return inputs[..., :1] * 0.0 if len(inputs.shape) > 1 else inputs * 0.0

        class Subclassed(keras.Model):
            def __init__(self):
                super().__init__()
                self.spy = Spy()

            def call(self, inputs):
                return self.spy(inputs)

        self.models = {
            "functional": lambda d: (lambda a: keras.Model(a, Spy()(a)))(keras.Input(d)),
            "sequential": lambda d: keras.Sequential([keras.Input(d), Spy()]),
            "undeclared": lambda d: keras.Sequential([Spy()]),
            "subclassed": lambda d: Subclassed(),
        }

    def take(self):
        seen = [shape for shape in self.saw if None not in shape]
        self.saw.clear()
        return seen


def _run(model, method, data):
    if method == "__call__":
        return model(data)
    if method in ("predict_on_batch", "predict"):
        return getattr(model, method)(data)
    if method == "train_on_batch":
        return model.train_on_batch(data, Y)
    return getattr(model, method)(data, Y, batch_size=4, verbose=0)


def _is_dataset(data):
    return hasattr(data, "element_spec")


def _wrong(model, witness, method, data):
    """What is wrong with the recorded `received`, "" where nothing is."""
    witness.take()
    with warnings.catch_warnings(), shapecheck.watch(tell="never") as seen:
        warnings.simplefilter("ignore")
        try:
            _run(model, method, data)
        except Exception:
            pass
    if seen.fault is not None:
        return f"fault {seen.fault!r}"
    (call,) = seen.calls
    (argument,) = call.inputs
    really = witness.take()
    received = argument.received
    if received is None:
        unknown_list = argument.passed.container == "list" and method == "__call__"
        return "" if not really or unknown_list else f"said {argument.how}, saw {really[0]}"
    if not really:
        return "" if _let_off(call) else f"said {received}, saw nothing ({call.raised})"
    tails = {shape[1:] for shape in really}
    return "" if tails == {tuple(received.shape[1:])} else f"said {received}, saw {really[0]}"


def _let_off(call):
    """It raised before the first layer for another reason than a shape: Keras 2 takes no list
    beside an array of labels, and no DataFrame where it must be adjusted in a direct call."""
    return call.raised is not None and call.inputs[0].passed.container in ("list", "DataFrame")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("kind", ["functional", "sequential", "undeclared", "subclassed"])
def test_received_is_what_the_first_layer_sees(keras, kind, method):
    witness = Witness(keras)
    declared = DECLARED if kind in ("functional", "sequential") else [(4,)]
    if method in ("fit", "evaluate", "train_on_batch"):  # one path with predict, and slow
        declared = declared[:1]
    wrong = []
    for dims in declared:
        model = None
        for row in PASSED:
            for data in _containers(np.zeros((ROWS, *row), "float32")):
                if _is_dataset(data) and method != "predict":
                    continue
                if isinstance(data, list) and hasattr(data[0], "shape") and (
                        kind not in ("functional",)):
                    continue
                if model is None or kind in ("undeclared", "subclassed"):
                    model = witness.models[kind](dims)
                    model.compile(loss="mse", optimizer="sgd", run_eagerly=True)
                told = _wrong(model, witness, method, data)
                if told:
                    wrong.append((dims, row, type(data).__name__, told))
    assert wrong == []


def test_after_a_good_call_the_width_is_not_checked(keras):
    """Traced with relaxed shapes, tf_keras and Keras 3 take any width: it was received."""
    layers = keras.layers
    a = keras.Input((4,), dtype="int32")
    model = keras.Model(a, layers.GlobalAveragePooling1D()(layers.Embedding(9, 2)(a)))
    model.predict(np.zeros((3, 4), "int32"), verbose=0)
    with shapecheck.watch(tell="never") as seen:
        try:
            model.predict(np.zeros((3, 7), "int32"), verbose=0)
        except ValueError:
            assert keras.__version__.startswith("2.6")
            assert seen.calls[0].inputs[0].received is None
        else:
            assert str(seen.calls[0].inputs[0].received) == "(3, 7)"
    assert [f.code for f in seen.findings] == ["SHP107"]


def test_a_sequential_of_keras_3_never_checks_the_width(keras):
    if not is_keras3(keras):
        pytest.skip("Keras 2 checks")
    model = keras.Sequential([keras.Input((4,)), keras.layers.Lambda(lambda z: z * 2)])
    with shapecheck.watch(tell="never") as seen:
        model.predict(np.zeros((3, 7), "float32"), verbose=0)
    assert str(seen.calls[0].inputs[0].received) == "(3, 7)"
    assert [f.code for f in seen.findings] == ["SHP107"]
