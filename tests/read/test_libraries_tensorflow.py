"""The tables of TensorFlow, tf.data and Keras' data, held against the real ones."""
from __future__ import annotations

from typing import Any, Iterator, List

import pytest
import tensorflow as tf

from shapecheck.read.values import UNKNOWN, Arr, Dataset, Mapping, Seq, Value
from tests.read.truth import executed, interpreted

SETUP = """
import numpy as np
import tensorflow as tf
import keras
from tensorflow.keras import backend as K
X = np.zeros((6, 4), "float32"); I = np.zeros((6,), "int64"); M = np.zeros((5, 8, 9, 3), "uint8")
t = tf.constant(X); ti = tf.constant(I)
d = tf.data.Dataset.from_tensor_slices((X, I))
"""
EXPRESSIONS = """
tf.reduce_sum(t, 1, True)
tf.reduce_mean(t, axis=1, keepdims=True)
tf.reduce_max(t)
tf.argmin(t)
tf.argmax(t)
tf.argmax(t, 1, output_type=tf.int32)
tf.argmax(t, -1)
tf.where(t > 0)
tf.where(t > 0, t, 0.0)
tf.range(0, limit=10)
tf.range(10)
tf.range(2, 10, 3)
tf.eye(2, num_columns=3)
tf.unstack(t, 4, 1)
tf.unstack(t)
tf.gather(t, [0, 1])
tf.gather(t, [0, 1], None, 1)
tf.gather(t, [0, 1], axis=1)
tf.one_hot(ti, 3, dtype=tf.int32)
tf.one_hot(ti, 3)
tf.argsort(ti)
tf.constant([X, X])
tf.constant([[1, 2], [3, 4]])
tf.constant(1.5)
tf.nn.softmax([1.0, 2.0])
tf.nn.softmax(t)
tf.image.per_image_standardization(M)
tf.image.resize(M, (4, 4))
tf.image.resize(M, (4, 4), preserve_aspect_ratio=True)
tf.image.resize(M, (4, 4), method="nearest")
tf.nn.dropout(rate=0.5, x=t)
tf.shape(t) * 2
tf.shape(t)[0]
tf.concat([t, t], 1)
tf.concat([t, t], axis=0)
tf.stack([t, t], axis=1)
tf.expand_dims(t, 0)
tf.expand_dims(t, axis=-1)
tf.squeeze(t[:1], 0)
tf.squeeze(t[:1])
tf.transpose(t)
tf.transpose(M, [0, 3, 1, 2])
tf.reshape(t, [-1, 2])
tf.reshape(t, (4, 6))
tf.matmul(t, t, transpose_b=True)
tf.matmul(t, tf.transpose(t))
tf.tile(t, [2, 1])
tf.norm(t, axis=1)
tf.zeros((3, 4))
tf.ones([3])
tf.fill([2, 3], 1.0)
tf.random.normal([3, 4])
tf.random.uniform((3,), 0, 5, tf.int32)
tf.cast(t, tf.int32)
tf.cast(t > 0, "float32")
tf.image.rgb_to_grayscale(M)
tf.split(t, 2)
tf.split(t, 2, axis=1)
tf.convert_to_tensor(X)
tf.Variable(X)
t[0]
t[:, None]
t[..., 0]
t + 1
t - tf.ones((4,))
t.numpy()
t.shape[0]
keras.ops.sum(t, 1, True)
keras.ops.max(t, 1, True)
keras.ops.argmax(ti)
keras.ops.concatenate([t, t], axis=1)
keras.ops.reshape(t, (3, 8))
keras.ops.expand_dims(t, 1)
K.concatenate([t, t])
K.expand_dims(t)
K.argmax(t)
K.sum(t, 1, True)
K.mean(t, axis=-1)
K.constant([1, 2])
keras.utils.to_categorical(I, 3)
keras.utils.to_categorical(np.zeros((6, 1), int), 3)
keras.utils.to_categorical(np.zeros((6, 2, 1), int), 3)
keras.utils.to_categorical([0, 1, 2])
keras.utils.to_categorical([0, 2, 2])
keras.utils.pad_sequences([[1], [2, 3]], 5)
keras.utils.pad_sequences([[1], [2, 3]])
keras.utils.pad_sequences([[1], [2, 3]], maxlen=None)
keras.utils.normalize(X)
""".strip().split("\n")
DATASETS = """
d.batch(2)
d.batch(4)
d.batch(4, drop_remainder=True)
d.batch(6)
d.map(lambda x, y: (tf.expand_dims(x, 0), y))
d.map(lambda x, y: x)
d.map(lambda x, y: {"a": x, "b": y}).batch(3)
d.batch(2).unbatch()
d.enumerate()
d.take(3).batch(2)
d.batch(2).concatenate(d.batch(3))
tf.data.Dataset.zip((d, d.take(5))).batch(3)
tf.data.Dataset.from_tensor_slices([X, X])
tf.data.Dataset.from_tensor_slices({"a": X, "b": I}).batch(3)
tf.data.Dataset.from_tensors((X, I))
tf.data.Dataset.range(5).batch(5)
tf.data.Dataset.from_generator(lambda: iter([(X, 1)]), (tf.float32, tf.int32), ([6, 4], []))
tf.data.Dataset.from_generator(lambda: iter([(X, 1)]), (tf.float32, tf.int32), \
(tf.TensorShape([6, 4]), tf.TensorShape(None)))
tf.data.Dataset.from_generator(lambda: iter([(X, 1)]), output_signature=(\
tf.TensorSpec((6, 4), tf.float32), tf.TensorSpec((), tf.int32)))
keras.utils.timeseries_dataset_from_array(X, I, 3, batch_size=2)
keras.utils.timeseries_dataset_from_array(X, None, 3, batch_size=None)
d.padded_batch(2)
d.shuffle(10).repeat().batch(4).prefetch(1)
d.filter(lambda x, y: y == 0).batch(4)
""".strip().split("\n")
#: how often nothing is known: more would be a table that has come loose
SILENT = 16


@pytest.fixture(scope="module")
def names() -> Any:
    found = executed(SETUP)
    assert found is not None
    return found


def claims(expression: str) -> Value:
    found = interpreted(f"{SETUP}r = {expression}\n").get("r", UNKNOWN)
    assert isinstance(found, Value)
    return found


def false(claim: Value, real: Any) -> Iterator[str]:
    """What is claimed and not so; "?" where nothing is claimed."""
    if isinstance(claim, Arr):
        if isinstance(real, (tuple, list, dict)):
            yield f"an array, and it is a {type(real).__name__}"
            return
        shape = tuple(real.shape)
        if claim.shape is None:
            yield "?"
        elif len(claim.shape) != len(shape) or any(
                isinstance(a, int) and a != b for a, b in zip(claim.shape, shape)):
            yield f"shape {claim.shape}, and it is {shape}"
        dtype = getattr(real.dtype, "name", str(real.dtype))
        if claim.dtype is not None and claim.dtype != dtype:
            yield f"dtype {claim.dtype}, and it is {dtype}"
    elif isinstance(claim, Seq) and claim.items is not None:
        count = int(real.shape[0]) if tf.is_tensor(real) else len(real)
        if count != len(claim.items):
            yield f"{len(claim.items)} items, and there are {count}"
        elif not tf.is_tensor(real):
            for one, other in zip(claim.items, real):
                yield from false(one, other)
    elif isinstance(claim, Mapping) and claim.items is not None:
        if not isinstance(real, dict) or set(real) != set(claim.items):
            yield "other keys"
            return
        for key, value in claim.items.items():
            yield from false(value, real[key])
    else:
        yield "?"


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_what_is_claimed_of_an_operation_is_so(names, expression):
    real = eval(expression, dict(names))
    if isinstance(real, int):
        return
    assert [f for f in false(claims(expression), real) if f != "?"] == []


@pytest.mark.parametrize("expression", DATASETS)
def test_what_is_claimed_of_every_element_is_so(names, expression):
    claim = claims(expression)
    assert isinstance(claim, Dataset)
    for _number, element in zip(range(9), eval(expression, dict(names))):
        assert [f for f in false(claim.element, element) if f != "?"] == []


def test_most_is_known(names):
    silent: List[str] = []
    for expression in EXPRESSIONS:
        real = eval(expression, dict(names))
        if not isinstance(real, int) and "?" in list(false(claims(expression), real)):
            silent.append(expression)
    assert len(silent) <= SILENT, silent


def test_a_false_claim_would_be_seen(names):
    real = eval("tf.expand_dims(t, 0)", dict(names))
    assert list(false(Arr((6, 4)), real)) == ["shape (6, 4), and it is (1, 6, 4)"]
    assert list(false(Arr((1, 6, 4), "int32"), real)) == ["dtype int32, and it is float32"]
    assert list(false(UNKNOWN, real)) == ["?"]
