"""What a model with a `call` of its own makes of its inputs meets its labels: seen as it trains."""
from __future__ import annotations

import os
import re
import traceback
from typing import Any, Callable, List, Sequence, Tuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest
import tensorflow as tf

import shapecheck

pytestmark = pytest.mark.legacy

RNG = np.random.RandomState(0)
TABLE = RNG.rand(12, 4).astype("float32")
SERIES = RNG.rand(12, 10, 3).astype("float32")
QUIET = {"fit": {"verbose": 0}, "evaluate": {"verbose": 0}}
METHODS = ("fit", "evaluate", "train_on_batch", "test_on_batch")

#: not in a file: nothing but the run can say what the model makes of its rows
_SOURCE = '''
class Stack(keras.Model):
    def __init__(self, layers):
        super().__init__()
        self.stack = layers
    def call(self, rows, training=False):
        for layer in self.stack:
            rows = layer(rows)
        return rows
'''


def stack(keras: Any, layers: Sequence[Any], loss: Any = "mse", **options: Any) -> Any:
    names = {"keras": keras}
    exec(_SOURCE, names)
    model = names["Stack"](layers)
    model.compile("sgd", loss, **options)
    return model


def watched(*calls: Callable[[], Any]) -> Any:
    with shapecheck.watch(tell="never") as seen:
        for call in calls:
            try:
                call()
            except Exception:  # its own
                pass
    assert seen.fault is None, repr(seen.fault)
    return seen


def codes(*calls: Callable[[], Any]) -> List[str]:
    return [f.code for f in watched(*calls).findings]


@pytest.mark.parametrize("method", METHODS)
def test_units_and_labels_of_a_model_that_declares_nothing(keras: Any, method: str) -> None:
    L = keras.layers
    quiet = QUIET.get(method, {})
    model = stack(keras, [L.Dense(5), L.Dense(3)])
    seen = watched(lambda: getattr(model, method)(TABLE, TABLE[:, :1], **quiet))
    assert [f.code for f in seen.findings] == ["SHP403"]
    assert str(seen.calls[0].predicted[0].array) == "(12, 3)"
    assert seen.calls[0].through == ("Dense", "Dense")
    model = stack(keras, [L.Dense(5), L.Dense(3)])
    assert codes(lambda: getattr(model, method)(TABLE, TABLE[:, :3], **quiet)) == []


@pytest.mark.parametrize(("labels", "told"), [
    ((12, 1), ["SHP404"]), ((12,), ["SHP404"]), ((12, 10, 1), []), ((12, 10), [])])
def test_all_steps_against_one_label_a_row(keras: Any, labels: Any, told: List[str]) -> None:
    L = keras.layers
    steps = [L.LSTM(5, return_sequences=True), L.Dropout(0.1), L.Dense(1)]
    assert codes(lambda: stack(keras, steps).fit(SERIES, np.ones(labels), verbose=0)) == told


def test_the_other_cross_entropy(keras: Any) -> None:
    head = [keras.layers.Dense(3, activation="softmax")]
    model = stack(keras, head, "categorical_crossentropy")
    assert codes(lambda: model.fit(TABLE, np.arange(12) % 3, verbose=0)) == ["SHP402"]


def test_an_operation_between_the_layers_is_no_layer(keras: Any) -> None:
    """Steps that the model's own `call` adds up are not those of the recurrent layer."""
    names = {"keras": keras, "tf": tf}
    exec(_SOURCE.replace("return rows", "return tf.reduce_sum(rows, -1, keepdims=True)[:, :1, 0]"),
         names)
    model = names["Stack"]([keras.layers.LSTM(5, return_sequences=True)])
    model.compile("sgd", "mse")
    seen = watched(lambda: model.fit(SERIES, np.ones((12, 1)), verbose=0))
    assert not seen.findings
    assert seen.calls[0].through == ("?",)


def test_eagerly(keras: Any) -> None:
    model = stack(keras, [keras.layers.Dense(3)], run_eagerly=True)
    assert codes(lambda: model.fit(TABLE, TABLE[:, :1], verbose=0)) == ["SHP403"]


def test_the_validation_data(keras: Any) -> None:
    def fit(held: Any) -> Any:
        model = stack(keras, [keras.layers.Dense(3)])
        return lambda: model.fit(TABLE, TABLE[:, :3], validation_data=(TABLE, held), verbose=0)

    assert codes(fit(TABLE[:, :1])) == ["SHP403"]
    assert codes(fit(TABLE[:, 1:])) == []


def test_of_a_pipeline(keras: Any) -> None:
    def batches(labels: Any) -> Any:
        for start in (0, 4, 8):
            yield TABLE[start:start + 4], labels[start:start + 4]

    def fit(feed: Any) -> Any:
        return lambda: stack(keras, [keras.layers.Dense(3)]).fit(feed, verbose=0)

    slices = tf.data.Dataset.from_tensor_slices
    for labels, told in ((TABLE[:, :1], ["SHP403"]), (TABLE[:, :3], [])):
        assert codes(fit(batches(labels))) == told
        assert codes(fit(slices((TABLE, labels)).batch(4))) == told


def test_a_step_that_is_not_traced_again_is_known_from_the_call_before(keras: Any) -> None:
    model = stack(keras, [keras.layers.Dense(3)])
    data = tf.data.Dataset.from_tensor_slices((TABLE, TABLE[:, :1])).batch(4)
    seen = watched(lambda: model.fit(data, verbose=0), lambda: model.fit(data, verbose=0))
    assert [len(call.predicted) for call in seen.calls] == [1, 1]


def test_outputs_by_name(keras: Any) -> None:
    names = {"keras": keras}
    exec(_SOURCE.replace("return rows", "return {'b': rows, 'a': rows[:, :1]}"), names)

    def fit(labels: Any) -> Any:
        model = names["Stack"]([keras.layers.Dense(3)])
        model.compile("sgd", {"a": "mse", "b": "mae"})
        return lambda: model.fit(TABLE, labels, verbose=0)

    assert codes(fit({"a": TABLE[:, :1], "b": TABLE[:, :3]})) == []
    found = watched(fit({"a": TABLE[:, :3], "b": TABLE[:, :1]})).findings
    assert [f.code for f in found] == ["SHP403", "SHP403"]


@pytest.mark.parametrize("declares", [True, False])
def test_labels_that_the_step_changes_are_not_compared(keras: Any, declares: bool) -> None:
    """Codes become one-hot rows in a `train_step` of one's own: right, whatever the loss takes."""
    class Encoding(keras.Model):  # type: ignore[misc, name-defined]
        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.head = keras.layers.Dense(3, activation="softmax")

        def train_step(self, data: Any) -> Any:
            rows, labels = data[:2]
            return super().train_step((rows, tf.one_hot(tf.reshape(labels, [-1]), 3)))

    if declares:
        rows = keras.Input((4,))
        model = Encoding(rows, keras.layers.Dense(3, activation="softmax")(rows))
    else:
        Encoding.call = lambda self, rows: self.head(rows)
        model = Encoding()
    model.compile("sgd", "categorical_crossentropy")
    assert codes(lambda: model.fit(TABLE, np.arange(12) % 3, verbose=0)) == []


def test_what_keras_says_of_an_error_is_the_same(keras: Any) -> None:
    """No frame of ours between the step and the loss, or the model."""
    def said() -> Tuple[str, int]:
        model = stack(keras, [keras.layers.Dense(3, name="head")], "categorical_crossentropy")
        try:
            model.fit(TABLE, TABLE, verbose=0)
        except Exception as error:
            return re.sub(r"(_|object at 0x)\w+", "", str(error)), len(list(
                traceback.walk_tb(error.__traceback__)))
        raise AssertionError("it must raise")

    plain, depth = said()
    with shapecheck.watch(tell="never"):
        inside, inner_depth = said()
    assert inside == plain
    assert inner_depth <= depth + 1  # that of `fit`


def test_ids_of_a_model_that_declares_nothing(keras: Any) -> None:
    """The graph says that they go into the embedding first, and how many rows it has."""
    L = keras.layers
    ids = RNG.randint(1, 50, (12, 6)).astype("int32")

    def words() -> Any:
        return stack(keras, [L.Embedding(50, 4), L.GlobalAveragePooling1D(), L.Dense(1)])

    def batches(rows: Any) -> Any:
        for start in (0, 4, 8):
            yield rows[start:start + 4], TABLE[start:start + 4, :1]

    for rows, told in ((ids, []), (ids - 25, ["SHP114"])):
        assert codes(lambda rows=rows: words().fit(rows, TABLE[:, :1], verbose=0)) == told
        assert codes(lambda rows=rows: words().fit(batches(rows), verbose=0)) == told
    half = [L.Lambda(lambda rows: rows // 2 + 25), L.Embedding(50, 4), L.Flatten(), L.Dense(1)]
    assert codes(lambda: stack(keras, half).fit(ids - 25, TABLE[:, :1], verbose=0)) == []


def test_a_batch_with_other_numbers_of_rows_and_labels(keras: Any) -> None:
    def batches(short: int) -> Any:
        for start in (0, 4, 8):
            yield TABLE[start:start + 4], TABLE[start:start + 4 - (short if start == 8 else 0), :1]

    def model() -> Any:
        rows = keras.Input((4,))
        made = keras.Model(rows, keras.layers.Dense(1)(rows))
        made.compile("sgd", "mse")
        return made

    assert codes(lambda: model().fit(batches(0), verbose=0)) == []
    assert codes(lambda: model().fit(batches(3), verbose=0)) == ["SHP110"]
    assert codes(lambda: model().evaluate(batches(1), verbose=0)) == ["SHP110"]


def test_a_model_that_was_built_for_rows_of_other_sizes(keras: Any) -> None:
    """A Sequential that data built: its declared sizes are those of the first call."""
    L = keras.layers
    model = keras.Sequential([L.LSTM(5, return_sequences=True), L.Dense(1)])
    model.compile("sgd", "mse")
    for steps in (4, 7):
        model.predict(SERIES[:, :steps], verbose=0)
    assert codes(lambda: model.fit(SERIES, np.ones((12, 10, 1)), verbose=0)) == []
    for labels in (np.ones(12), np.ones((12, 1))):
        assert codes(lambda labels=labels: model.evaluate(SERIES, labels, verbose=0)) == ["SHP404"]
