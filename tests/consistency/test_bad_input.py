"""Inputs and models that cannot be checked, or only in part: clear words, never a wrong verdict."""
from __future__ import annotations

from typing import Any, Callable

import numpy as np
import pytest
import tensorflow as tf

import shapecheck
from shapecheck.facts.comparison import Comparison
from shapecheck.facts.errors import UserError
from tests.consistency.kerases import generations, load, seed
from tests.consistency.planted import (
    mlp,
    op,
    padded_ids,
    subclassed,
    table,
    texts,
)

pytestmark = pytest.mark.legacy


@pytest.fixture(params=generations())
def keras(request: pytest.FixtureRequest) -> Any:
    seed()
    return load(request.param)


def check(model: Any, inputs: Any, output: Any = None, **options: Any) -> Comparison:
    found = shapecheck.check_consistency(model, inputs, output, **options).consistency
    assert found is not None
    return found


def plain(keras: Any) -> Any:
    return mlp(keras, lambda h: h)


def is_consistent(found: Comparison) -> bool:
    return found.verdict in ("bit-identical", "float noise")


# -- what is refused -------------------------------------------------------------------------


@pytest.mark.parametrize(("inputs", "words"), [
    ([[1.0] * 12, [1.0] * 11], "different lengths"),
    (np.zeros((4, 0), "float32"), "zero width"),
    (np.zeros((0, 12), "float32"), "zero rows"),
    (np.float32(3.0), "single number"),
    (tf.data.Dataset.from_tensor_slices(table()).batch(4), "take one batch"),
], ids=["ragged", "no width", "no rows", "number", "dataset"])
def test_inputs_that_are_no_rows(keras: Any, inputs: Any, words: str) -> None:
    with pytest.raises(UserError, match=words):
        check(plain(keras), inputs)


def test_inputs_of_different_numbers_of_rows(keras: Any) -> None:
    a, b = keras.Input((6,)), keras.Input((4,))
    model = keras.Model([a, b], keras.layers.Dense(2)(keras.layers.Concatenate()([a, b])))
    with pytest.raises(UserError, match="different numbers of rows"):
        check(model, [table(9, 6), table(8, 4)])


@pytest.mark.parametrize("output", ["hidden", "out['a']", "out[7]", "out[:, 99]"])
def test_an_output_that_does_not_exist(keras: Any, output: str) -> None:
    x = keras.Input((12,))
    model = keras.Model(x, [keras.layers.Dense(2, name="a")(x), keras.layers.Dense(3, name="b")(x)])
    with pytest.raises(UserError) as caught:
        check(model, table(), output)
    assert "out[0]" in str(caught.value)
    assert "out[1]" in str(caught.value)


def test_a_model_that_raises(keras: Any) -> None:
    with pytest.raises(UserError, match="nothing could be checked"):
        check(plain(keras), table(20, 11))


def test_a_call_mode_that_does_not_exist(keras: Any) -> None:
    with pytest.raises(UserError, match="predict, call, function, xla"):
        check(plain(keras), table(), call="jit")


# -- what can be checked in part -------------------------------------------------------------


def test_one_row(keras: Any) -> None:
    found = check(plain(keras), table(1))
    assert is_consistent(found)
    assert found.rows == (0,)
    assert any("one row was given" in text for text in found.untested)


def test_rows_that_are_all_the_same(keras: Any) -> None:
    """Nothing else stands beside a row: floats are made, ids cannot be."""
    assert is_consistent(check(plain(keras), np.ones((6, 12), "float32")))
    model = texts(keras, keras.layers.GlobalAveragePooling1D(), mask_zero=False)
    found = check(model, np.full((6, 8), 7, "int32"))
    assert any("all rows hold the same values" in text for text in found.untested)


def test_never_the_first_row_alone(keras: Any) -> None:
    assert len(check(plain(keras), table(), rows=1).rows) == 2


def test_a_declared_batch_size(keras: Any) -> None:
    x = keras.Input(batch_shape=(8, 12)) if keras.__version__ >= "3" else keras.Input(
        (12,), batch_size=8)
    dense = keras.layers.Dense(3)
    model = keras.Model(x, op(keras, lambda z: tf.reshape(z, (8, 3)))(dense(x)))
    found = check(model, table(20))
    assert is_consistent(found)
    assert any("batches of 8 rows only" in text for text in found.untested)
    mixed = keras.Model(x, op(keras, lambda z: tf.reshape(z, (8, 3)) - tf.reduce_mean(z, 0))(
        dense(x)))
    assert check(mixed, table(20)).cause == "SHP302"


def test_a_batch_size_that_nobody_declared(keras: Any) -> None:
    model = subclassed(keras, lambda s, x, t: s.last(tf.reshape(s.first(x), (6, 24))))
    found = check(model, table(6))
    assert is_consistent(found)
    assert any("batches of 6 rows only" in text for text in found.untested)
    mixed = subclassed(keras, lambda s, x, t: s.last(
        tf.nn.softmax(tf.reshape(s.first(x), (6, 24)), 0)))
    assert check(mixed, table(6)).cause == "SHP302"


def test_a_model_for_two_rows_or_more(keras: Any) -> None:
    model = mlp(keras, op(keras, lambda z: z + 0.0 * z[1] if z.shape[0] != 1 else z[5]))
    found = check(model, table(), call="call")
    assert found.cause in ("SHP302", "SHP304")
    assert found.verdict == "inconsistent"


def test_a_row_alone_that_raises(keras: Any) -> None:
    model = subclassed(keras, lambda s, x, t: s.last(tf.squeeze(s.first(x))))
    found = check(model, table(), call="call")
    assert found.cause == "SHP304"
    assert "a row alone makes the model raise" in found.cause_detail
    assert "squeeze" in found.cause_detail
    assert found.proofs
    assert found.proofs[0].cures


def test_only_one_mode_works(keras: Any) -> None:
    def traced_only(s: Any, x: Any, _training: Any) -> Any:
        if not hasattr(x, "graph") and hasattr(x, "numpy") and s.armed:
            raise ValueError("not eagerly")
        return s.last(s.first(x))

    model = subclassed(keras, traced_only, armed=False)
    model(tf.zeros((2, 12)))
    model.armed = True
    found = check(model, table())
    assert is_consistent(found)
    if not tf.__version__.startswith("2.6."):
        assert any("raises ValueError" in text for text in found.untested)


# -- numbers that are none -------------------------------------------------------------------


def test_nan_and_inf_of_one_pattern(keras: Any) -> None:
    data = table()
    data[3] = np.nan
    data[5, 2] = np.inf
    assert is_consistent(check(plain(keras), data))


def test_nan_in_a_batch_of_one(keras: Any) -> None:
    """The variance of one row, divided by n - 1."""
    model = mlp(keras, op(keras, lambda z: z + tf.reduce_sum(z) * 0.0 / tf.cast(
        tf.shape(z)[0] - 1, z.dtype)))
    found = check(model, table())
    assert found.verdict == "inconsistent"
    assert found.cause == "SHP302"
    assert found.difference == float("inf")


def test_a_row_that_is_nearly_zero_by_cancellation(keras: Any) -> None:
    """Its own norm says nothing about its rounding: the usual row does."""
    def nearly(z: Any) -> Any:
        big = 1e3 * tf.reduce_sum(tf.tanh(z), 1, keepdims=True)
        return big - tf.stop_gradient(tf.round(big * 1e3) / 1e3)

    assert check(mlp(keras, op(keras, nearly), end=True), table(40), rows=20).verdict != (
        "inconsistent")


# -- all kinds of containers -----------------------------------------------------------------


@pytest.mark.parametrize("pack", [
    lambda x: x, lambda x: tf.constant(x), lambda x: x.tolist(),
    lambda x: x.astype("float64"), lambda x: np.asfortranarray(x)],
    ids=["array", "tensor", "list", "doubles", "columns"])
def test_containers(keras: Any, pack: Callable[[Any], Any]) -> None:
    assert is_consistent(check(plain(keras), pack(table()), call="function"))


def test_nested_inputs(keras: Any) -> None:
    a, b = keras.Input((6,), name="a"), keras.Input((4,), name="b")
    model = keras.Model([a, {"deep": b}], keras.layers.Dense(2)(
        keras.layers.Concatenate()([a, b])))
    assert is_consistent(check(model, [table(9, 6), {"deep": table(9, 4)}], call="call"))


def test_one_row_shared_by_all(keras: Any) -> None:
    """Position ids of one row beside a batch, as Hugging Face takes them."""
    def body(s: Any, x: Any, _training: Any) -> Any:
        return s.last(s.words(x["ids"])[:, 0] + s.words(x["places"])[:, 0])

    model = subclassed(keras, body, words=keras.layers.Embedding(100, 8))
    ids = np.random.RandomState(0).randint(1, 100, (9, 7)).astype("int32")
    found = check(model, {"ids": ids, "places": np.arange(7, dtype="int32")[None]}, call="call")
    assert is_consistent(found)


# -- random on purpose -----------------------------------------------------------------------


def test_monte_carlo_dropout(keras: Any) -> None:
    drop = keras.layers.Dropout(0.4, name="monte_carlo")
    found = check(mlp(keras, lambda h: drop(h, training=True)), table(), call="call")
    assert found.cause == "SHP301"
    assert found.slug == "not-repeatable"
    assert "not repeatable" in found.cause_detail
    assert found.layer == "monte_carlo"
    assert "on purpose" in found.fix


def test_the_default_check_costs_sixty_rows_at_most(keras: Any) -> None:
    ids, _mask = padded_ids(400)
    for model, inputs in ((plain(keras), table(1000)),
                          (texts(keras, keras.layers.GlobalAveragePooling1D()), ids)):
        found = check(model, inputs)
        assert is_consistent(found)
        assert found.forwards <= 60


@pytest.mark.parametrize("generation", generations())
def test_a_sequential_that_was_never_called(generation: str) -> None:
    """Keras 2 has no weights of it to show yet; they come with the first call."""
    layers = load(generation).layers
    model = load(generation).Sequential([layers.Conv1D(8, 3), layers.GlobalMaxPooling1D(),
                                         layers.Dense(3)])
    found = shapecheck.check_consistency(model, table(9, 20, 4)).consistency
    assert found is not None
    assert found.verdict in ("bit-identical", "float noise")
