"""Healthy models of many kinds, drawn from a seed: none may be called inconsistent."""
from __future__ import annotations

import contextlib
from typing import Any, Callable, Dict, Iterator, NamedTuple, Tuple

import numpy as np
import tensorflow as tf

from tests.consistency.planted import attention_layer, masked_mean, op, padded_ids, subclassed

POLICIES = ("float32", "float32", "float32", "mixed_float16", "mixed_bfloat16", "float64")
MODES = ("predict", "predict", "call", "function", "xla")


class Case(NamedTuple):
    kind: str
    policy: str
    mode: str
    model: Any
    inputs: Any


@contextlib.contextmanager
def policy(keras: Any, name: str) -> Iterator[None]:
    policies = getattr(keras, "mixed_precision", None)
    put = (policies.set_global_policy if hasattr(policies, "set_global_policy")
           else keras.config.set_dtype_policy)
    put(name)
    try:
        yield
    finally:
        put("float32")


def draw(keras: Any, seed: int) -> Case:
    """The case of this seed. Its policy was set while it was built, and is float32 again."""
    rng = np.random.RandomState(seed)
    tf.random.set_seed(seed)
    kind = str(rng.choice(sorted(KINDS)))
    name, mode = str(rng.choice(POLICIES)), str(rng.choice(MODES))
    if name == "mixed_bfloat16" and tf.__version__.startswith("2.6."):
        name = "mixed_float16"  # TF 2.6 has few kernels for the other on a CPU
    if mode == "xla" and kind not in ("mlp", "deep", "regression", "subclassed", "two_outputs"):
        mode = "function"  # XLA compiles each shape anew, in seconds
    with policy(keras, name):
        model, inputs = KINDS[kind](keras, rng)
    return Case(kind, name, mode, model, inputs)


def _rows(rng: Any) -> int:
    return int(rng.choice([1, 2, 3, 8, 20, 40]))


def _weights(keras: Any, rng: Any) -> Any:
    """From well- to ill-conditioned."""
    return keras.initializers.RandomNormal(stddev=float(rng.choice([0.05, 0.2, 0.5, 1.5])),
                                           seed=int(rng.randint(1 << 30)))


def _dense(keras: Any, rng: Any, x: Any, depth: int) -> Any:
    layers, start = keras.layers, _weights(keras, rng)
    activation = str(rng.choice(["tanh", "relu", "sigmoid", "linear"]))
    for _ in range(depth):
        x = layers.Dense(int(rng.choice([16, 64, 200])), activation=activation,
                         kernel_initializer=start)(x)
        extra = rng.randint(5)
        x = (layers.LayerNormalization()(x) if extra == 0 else
             layers.BatchNormalization()(x) if extra == 1 else
             layers.Dropout(0.5)(x) if extra == 2 else x)
    return x


def _mlp(keras: Any, rng: Any) -> Tuple[Any, Any]:
    x = keras.Input((48,))
    last = keras.layers.Dense(5, activation=str(rng.choice(["softmax", "linear"])))
    return keras.Model(x, last(_dense(keras, rng, x, 3))), _table(rng, 48)


def _deep(keras: Any, rng: Any) -> Tuple[Any, Any]:
    x = keras.Input((48,))
    return keras.Model(x, keras.layers.Dense(5)(_dense(keras, rng, x, 12))), _table(rng, 48)


def _table(rng: Any, width: int) -> np.ndarray:
    scale = float(rng.choice([1.0, 1.0, 100.0, 1e-3]))
    return (scale * rng.randn(_rows(rng), width)).astype("float32")


def _regression(keras: Any, rng: Any) -> Tuple[Any, Any]:
    """One number a row, near zero in some rows by cancellation."""
    x = keras.Input((48,))
    return keras.Model(x, keras.layers.Dense(1)(_dense(keras, rng, x, 2))), _table(rng, 48)


def _classes(keras: Any, rng: Any) -> Tuple[Any, Any]:
    """The class itself, an integer."""
    x = keras.Input((48,))
    scores = keras.layers.Dense(7)(_dense(keras, rng, x, 2))
    return keras.Model(x, op(keras, lambda z: tf.argmax(z, 1))(scores)), _table(rng, 48)


def _rectified(keras: Any, rng: Any) -> Tuple[Any, Any]:
    """Some rows are all zeros."""
    x = keras.Input((48,))
    hidden = _dense(keras, rng, x, 2)
    return keras.Model(x, keras.layers.Dense(2, activation="relu")(hidden)), _table(rng, 48)


def _cnn(keras: Any, rng: Any) -> Tuple[Any, Any]:
    layers, start = keras.layers, _weights(keras, rng)
    x = keras.Input((12, 12, 3))
    hidden = layers.Conv2D(16, 3, kernel_initializer=start)(x)
    hidden = layers.Activation("relu")(layers.BatchNormalization()(hidden))
    hidden = layers.MaxPooling2D()(layers.Conv2D(16, 3, kernel_initializer=start)(hidden))
    hidden = layers.Flatten()(hidden) if rng.rand() < 0.5 else (
        layers.GlobalAveragePooling2D()(hidden))
    return (keras.Model(x, layers.Dense(5)(layers.Dropout(0.3)(hidden))),
            rng.rand(_rows(rng), 12, 12, 3).astype("float32"))


def _rnn(keras: Any, rng: Any) -> Tuple[Any, Any]:
    layers = keras.layers
    x = keras.Input((None, 6))
    hidden = x
    masked = rng.rand() < 0.5
    if masked:
        hidden = layers.Masking()(hidden)
    cell = [layers.LSTM, layers.GRU, layers.SimpleRNN][rng.randint(3)]
    if rng.rand() < 0.5:
        hidden = cell(10, return_sequences=True)(hidden)
    hidden = cell(12)(hidden)
    rows = _rows(rng)
    data = rng.randn(rows, 7, 6).astype("float32")
    if masked:
        data *= padded_ids(rows, 7, seed=int(rng.randint(1000)))[1][:, :, None]
    return keras.Model(x, layers.Dense(3)(hidden)), data.astype("float32")


def _embedding(keras: Any, rng: Any) -> Tuple[Any, Any]:
    layers = keras.layers
    x = keras.Input((None,), dtype="int32", name="ids")
    hidden = layers.Embedding(100, 16, mask_zero=True)(x)
    pooled = layers.GlobalAveragePooling1D()(hidden) if rng.rand() < 0.5 else (
        layers.Bidirectional(layers.LSTM(6))(hidden))
    return keras.Model(x, layers.Dense(4)(pooled)), padded_ids(
        _rows(rng), 10, left=bool(rng.rand() < 0.3), seed=int(rng.randint(1000)))[0]


def _attention(keras: Any, rng: Any) -> Tuple[Any, Any]:
    """Masked attention over padded rows, in a subclassed model; per token or pooled."""
    pooled = rng.rand() < 0.6
    layers = keras.layers

    class Encoder(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.words = layers.Embedding(100, 16)
            self.places = layers.Embedding(64, 16)
            self.attention = attention_layer(keras)
            self.norm = layers.LayerNormalization()
            self.last = layers.Dense(4)

        def call(self, inputs: Any) -> Any:
            ids, mask = inputs["input_ids"], inputs["attention_mask"]
            states = self.words(ids) + self.places(tf.range(tf.shape(ids)[1]))[None]
            states = self.norm(states + self.attention(states, mask=mask))
            return self.last(masked_mean(states, mask) if pooled else states)

    rows = _rows(rng)
    ids, mask = padded_ids(rows, int(rng.choice([7, 10, 16])), seed=int(rng.randint(1000)))
    return Encoder(), {"input_ids": ids, "attention_mask": mask}


def _two_inputs(keras: Any, rng: Any) -> Tuple[Any, Any]:
    layers = keras.layers
    a, b = keras.Input((6,), name="left"), keras.Input((9,), name="right")
    joined = layers.Concatenate()([_dense(keras, rng, a, 1), _dense(keras, rng, b, 2)])
    rows = _rows(rng)
    left, right = (rng.randn(rows, n).astype("float32") for n in (6, 9))
    if rng.rand() < 0.5:
        return keras.Model([a, b], layers.Dense(3)(joined)), [left, right]
    return keras.Model({"left": a, "right": b}, layers.Dense(3)(joined)), {"left": left,
                                                                          "right": right}


def _two_outputs(keras: Any, rng: Any) -> Tuple[Any, Any]:
    layers = keras.layers
    x = keras.Input((20,))
    hidden = _dense(keras, rng, x, 2)
    return keras.Model(x, [layers.Dense(2, activation="softmax")(hidden),
                           layers.Dense(1)(hidden)]), _table(rng, 20)


def _subclassed(keras: Any, rng: Any) -> Tuple[Any, Any]:
    def body(s: Any, x: Any, training: Any) -> Any:
        hidden = s.drop(s.norm(s.first(x)), training=training)
        return s.last(hidden / (1e-3 + tf.norm(hidden, axis=-1, keepdims=True)))

    return subclassed(keras, body, norm=keras.layers.BatchNormalization(),
                      drop=keras.layers.Dropout(0.4)), _table(rng, 12)


def _residual(keras: Any, rng: Any) -> Tuple[Any, Any]:
    layers, start = keras.layers, _weights(keras, rng)
    x = keras.Input((32,))
    hidden = x
    for _ in range(8):
        inner = layers.Dense(32, activation="tanh", kernel_initializer=start)(hidden)
        hidden = layers.LayerNormalization()(layers.Add()([hidden, inner]))
    return keras.Model(x, layers.Dense(3)(hidden)), _table(rng, 32)


KINDS: Dict[str, Callable[[Any, Any], Tuple[Any, Any]]] = {
    "mlp": _mlp, "deep": _deep, "regression": _regression, "classes": _classes,
    "rectified": _rectified, "cnn": _cnn, "rnn": _rnn, "embedding": _embedding,
    "attention": _attention, "two_inputs": _two_inputs, "two_outputs": _two_outputs,
    "subclassed": _subclassed, "residual": _residual}
