"""Healthy models that lose digits inside, or sum up so much that weights do not show it.

Moving the weights of these shows less rounding than they have: a twin in double precision, and
every operation off by its rounding, do.
"""
from __future__ import annotations

from typing import Any, Callable, Dict, Tuple

import numpy as np
import pytest
import tensorflow as tf

import shapecheck
from shapecheck.consistency.runner import tensors
from shapecheck.consistency.twin import DoubledGraph
from shapecheck.observe.operations import rounded_anew
from tests.consistency.kerases import generations, load, seed
from tests.consistency.planted import table

pytestmark = pytest.mark.legacy


def own(keras: Any, body: Callable[..., Any], layer: Any = None) -> Any:
    """A subclassed model without a config: it cannot be rebuilt."""
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.layer = layer

        def call(self, x: Any) -> Any:
            return body(x, self.layer)

    return Own()


def _digits_lost(keras: Any) -> Tuple[Any, Any]:
    return own(keras, lambda x, _: tf.exp(x) - 1.0), np.random.RandomState(0).rand(
        9, 35).astype("float32") * 1e-3


def _logarithms(keras: Any) -> Tuple[Any, Any]:
    return own(keras, lambda x, _: tf.math.log(tf.nn.softmax(x)) - tf.nn.log_softmax(x) + 1e-4), (
        table(9, 33))


def _thousands_of_terms(keras: Any) -> Tuple[Any, Any]:
    return own(keras, lambda x, layer: layer(x), keras.layers.Dense(3)), np.abs(
        table(9, 30000)) + 1


def _iterated(keras: Any) -> Tuple[Any, Any]:
    def body(x: Any, layer: Any) -> Any:
        hidden = layer(x)
        for _ in range(25):
            hidden = 3.9 * hidden * (1.0 - hidden)
        return hidden

    return own(keras, body, keras.layers.Dense(8, activation="sigmoid")), table(9, 77)


EDGES: Dict[str, Callable[[Any], Tuple[Any, Any]]] = {
    "digits lost": _digits_lost, "logarithms": _logarithms,
    "thousands of terms": _thousands_of_terms, "iterated": _iterated}


@pytest.mark.parametrize("mode", ["predict", "call", "function", "xla"])
@pytest.mark.parametrize("name", EDGES)
@pytest.mark.parametrize("generation", generations())
def test_rounding_is_no_bug(generation: str, name: str, mode: str) -> None:
    seed()
    model, inputs = EDGES[name](load(generation))
    found = shapecheck.check_consistency(model, inputs, call=mode).consistency
    assert found is not None
    assert found.verdict in ("bit-identical", "float noise"), (found.cause_detail, found.trials)


def test_a_bug_beside_lost_digits_is_still_one() -> None:
    keras = load(generations()[0])
    model = own(keras, lambda x, _: (tf.exp(x) - 1.0) * (
        1.0 + 0.1 * tf.cast(tf.shape(x)[0] == 1, tf.float32)))
    found = shapecheck.check_consistency(model, _digits_lost(keras)[1]).consistency
    assert found is not None
    assert (found.verdict, found.cause) == ("inconsistent", "SHP302")


def test_the_graph_in_double_precision_is_the_model() -> None:
    """Dense layers, a recurrent loop and an embedding, against float64 by hand and by Keras."""
    keras = load(generations()[0])
    x = keras.Input((None,), dtype="int32")
    hidden = keras.layers.Embedding(50, 8)(x)
    hidden = keras.layers.SimpleRNN(6)(hidden)
    model = keras.Model(x, keras.layers.Dense(3)(hidden))
    ids = np.random.RandomState(0).randint(0, 50, (5, 7)).astype("int32")
    twin = DoubledGraph(lambda t: [model(t)], tf.TensorSpec([None, None], tf.int32))
    (out,) = twin(tensors(ids))
    words, kernel, recurrent, bias, last, shift = (w.astype("float64")
                                                   for w in model.get_weights())
    state = np.zeros((5, 6))
    for step in range(7):
        state = np.tanh(words[ids[:, step]] @ kernel + bias + state @ recurrent)
    assert out.dtype == tf.float64
    assert np.abs(np.asarray(out) - (state @ last + shift)).max() < 1e-13


def test_every_operation_is_off_by_its_rounding() -> None:
    x = tf.constant(np.random.RandomState(0).rand(1, 35).astype("float32") * 1e-3)
    call = rounded_anew(lambda x: tf.exp(x) - 1.0, 2.0 ** -24)
    exact, moved, chosen = call(x, 0), call(x, 1), rounded_anew(
        lambda x: tf.reverse(tf.reshape(x, (5, 7)), [0]), 2.0 ** -24)
    assert 1e-5 < float(tf.norm(exact - moved) / tf.norm(exact)) < 1e-3
    assert np.asarray(call(x, 0)).tobytes() == np.asarray(exact).tobytes()
    assert np.asarray(chosen(x, 1)).tobytes() == np.asarray(chosen(x, 0)).tobytes()
