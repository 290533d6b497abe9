"""Models with one planted bug each, and healthy ones: small, seeded, on any Keras."""
from __future__ import annotations

from typing import Any, Callable, Dict, NamedTuple, Optional, Tuple

import numpy as np
import tensorflow as tf

Model = Any


class Planted(NamedTuple):
    """make: (keras) -> (model, inputs). cause: the code due. layer: the end of its path, or None.

    only: "keras2" / "keras3" where the other generation does not have the bug.
    """

    make: Callable[[Any], Tuple[Model, Any]]
    cause: str
    layer: Optional[str] = None
    only: str = ""
    output: Optional[str] = None
    call: str = "predict"


def table(rows: int = 20, width: int = 32, seed: int = 0) -> np.ndarray:
    return np.random.RandomState(seed).randn(rows, width).astype("float32")


def padded_ids(rows: int = 12, width: int = 10, seed: int = 0) -> np.ndarray:
    """Ids in 1..99, rows of 3 to `width` tokens, zeros behind."""
    rng = np.random.RandomState(seed)
    ids = np.zeros((rows, width), "int32")
    for row in range(rows):
        length = width if row == 1 else rng.randint(3, width)
        ids[row, :length] = rng.randint(1, 100, length)
    return ids


def lam(keras: Any, function: Callable[[Any], Any], name: str) -> Any:
    class Planted(keras.layers.Layer):  # type: ignore[misc,name-defined]
        def call(self, z: Any) -> Any:
            return function(z)

    return Planted(name=name)


def mlp(keras: Any, bug: Any = None, width: int = 32, scale: float = 1.0) -> Model:
    """32 -> tanh 64 -> tanh 64 -> [bug] -> tanh 64 -> 4."""
    layers = keras.layers
    inputs = keras.Input((width,))
    start = keras.initializers.RandomNormal(stddev=scale / 8, seed=1)
    hidden = inputs
    for number in range(3):
        hidden = layers.Dense(64, activation="tanh", kernel_initializer=start,
                              name=f"dense_{number}")(hidden)
        if number == 1 and bug is not None:
            hidden = bug(hidden)
    return keras.Model(inputs, layers.Dense(4, name="out", kernel_initializer=start)(hidden))


def in_mlp(function: Callable[[Any], Any]) -> Callable[[Any], Tuple[Model, Any]]:
    return lambda keras: (mlp(keras, lam(keras, function, "planted")), table())


def cnn(keras: Any, bug: Any = None) -> Tuple[Model, Any]:
    layers = keras.layers
    inputs = keras.Input((12, 12, 3))
    hidden = layers.Conv2D(8, 3, activation="relu", name="conv_1")(inputs)
    hidden = bug(hidden) if bug is not None else layers.BatchNormalization(name="norm")(hidden)
    hidden = layers.Conv2D(8, 3, activation="relu", name="conv_2")(hidden)
    hidden = layers.GlobalAveragePooling2D(name="pool")(hidden)
    images = np.random.RandomState(0).rand(20, 12, 12, 3).astype("float32")
    return keras.Model(inputs, layers.Dense(5, name="out")(hidden)), images


def rnn(keras: Any, bug: Any = None, masked: bool = False) -> Tuple[Model, Any]:
    layers = keras.layers
    inputs = keras.Input((None, 6))
    hidden = layers.Masking(name="masking")(inputs) if masked else inputs
    hidden = layers.LSTM(8, return_sequences=True, name="lstm_1")(hidden)
    if bug is not None:
        hidden = bug(hidden)
    steps = np.random.RandomState(0).randn(12, 9, 6).astype("float32")
    if masked:
        steps[3, 5:] = steps[7, 3:] = 0
    return keras.Model(inputs, layers.LSTM(5, name="lstm_2")(hidden)), steps


def text(keras: Any, mask_zero: bool, pool: Any) -> Tuple[Model, Any]:
    """Embedding and pooling over any width, zeros behind short rows."""
    layers = keras.layers
    inputs = keras.Input((None,), dtype="int32", name="tokens")
    hidden = layers.Embedding(100, 16, mask_zero=mask_zero, name="embedding")(inputs)
    return keras.Model(inputs, layers.Dense(4, name="out")(pool(hidden))), padded_ids()


def attention(keras: Any, uses_mask: bool) -> Tuple[Model, Any]:
    """Ids and a mask; attention that uses the mask, or not."""
    layers = keras.layers

    class Attend(layers.Layer):  # type: ignore[misc,name-defined]
        def call(self, parts: Any) -> Any:
            states, mask = parts
            scores = tf.matmul(states, states, transpose_b=True)
            if uses_mask:
                scores += (1.0 - tf.cast(mask[:, None, :], scores.dtype)) * -1e9
            mixed = tf.matmul(tf.nn.softmax(scores), states)
            return mixed[:, 0]

    ids = keras.Input((10,), dtype="int32", name="input_ids")
    mask = keras.Input((10,), dtype="int32", name="attention_mask")
    states = layers.Embedding(100, 16, name="embedding")(ids)
    out = layers.Dense(4, name="out")(Attend(name="attend")([states, mask]))
    data = padded_ids()
    return keras.Model([ids, mask], out), [data, (data != 0).astype("int32")]


def subclassed(keras: Any, kind: str) -> Tuple[Model, Any]:
    layers = keras.layers

    class Net(keras.Model):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.first = layers.Dense(32, activation="tanh", name="first")
            self.drop = layers.Dropout(0.4, name="drop")
            self.norm = layers.BatchNormalization(name="norm")
            self.last = layers.Dense(3, name="last")

        def call(self, x: Any, training: Any = None) -> Any:
            hidden = self.first(x)
            if kind == "dropout":
                hidden = self.drop(hidden, training=True)
            if kind == "batchnorm":
                hidden = self.norm(hidden, training=True)
            if kind == "norm of the batch":
                hidden = hidden / (1e-3 + tf.norm(hidden))
            if kind == "random":
                hidden = hidden + tf.random.normal(tf.shape(hidden))
            return self.last(hidden)

    return Net(), table()


def multi(keras: Any, bug: bool) -> Tuple[Model, Any]:
    """Two inputs in a dict, two outputs."""
    layers = keras.layers
    left, right = keras.Input((8,), name="left"), keras.Input((6,), name="right")
    a = layers.Dense(16, activation="relu", name="dense_left")(left)
    if bug:
        a = lam(keras, lambda z: z - tf.reduce_mean(z, 0, keepdims=True), "planted")(a)
    both = layers.Concatenate(name="both")([a, layers.Dense(16, name="dense_right")(right)])
    outputs = {"one": layers.Dense(2, name="one")(both), "two": layers.Dense(3, name="two")(both)}
    return (keras.Model({"left": left, "right": right}, outputs),
            {"left": table(9, 8), "right": table(9, 6, 1)})


def counter(keras: Any) -> Tuple[Model, Any]:
    class Counter(keras.layers.Layer):  # type: ignore[misc,name-defined]
        def build(self, shape: Any) -> None:
            self.calls = self.add_weight(name="calls", shape=(), initializer="zeros",
                                         trainable=False)

        def call(self, z: Any) -> Any:
            self.calls.assign_add(1.0)
            return z * self.calls

    inputs = keras.Input((32,))
    return keras.Model(inputs, Counter(name="planted")(inputs)), table()


def no_rows(keras: Any) -> Tuple[Model, Any]:
    inputs = keras.Input((32,))
    hidden = keras.layers.Dense(4)(inputs)
    return keras.Model(inputs, lam(keras, lambda z: z[0], "planted")(hidden)), table()


def squeezed(keras: Any) -> Tuple[Model, Any]:
    class Squeezing(keras.Model):  # type: ignore[misc,name-defined]
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(4)

        def call(self, x: Any, training: Any = None) -> Any:
            return tf.squeeze(self.dense(x))

    return Squeezing(), table()


def wrong_axis(keras: Any) -> Tuple[Model, Any]:
    model, x = attention(keras, True)
    return model, [part[0][:, None] for part in x]


def _mean(z: Any) -> Any:
    return tf.reduce_mean(z, 0, keepdims=True)


def _layer(keras: Any, name: str, **options: Any) -> Any:
    return getattr(keras.layers, name)(name="planted", **options)


PLANTED: Dict[str, Planted] = {
    "mean over the batch": Planted(in_mlp(lambda z: z - _mean(z)), "SHP302", "planted"),
    "a millionth of the mean": Planted(in_mlp(lambda z: z + 1e-5 * _mean(z)), "SHP302", "planted"),
    "max over the batch": Planted(in_mlp(lambda z: z - tf.reduce_max(z, 0, keepdims=True)),
                                  "SHP302", "planted"),
    "softmax over axis 0": Planted(in_mlp(lambda z: tf.nn.softmax(z, axis=0)), "SHP302",
                                   "planted"),
    "norm of the whole batch": Planted(in_mlp(lambda z: z / tf.norm(z)), "SHP302", "planted"),
    "scale of the whole batch": Planted(
        in_mlp(lambda z: tf.round(z / tf.reduce_max(tf.abs(z)) * 9) / 9), "SHP302", "planted"),
    "sorted, never unsorted": Planted(in_mlp(lambda z: tf.gather(z, tf.argsort(z[:, 0]))),
                                      "SHP302", "planted"),
    "reversed rows": Planted(in_mlp(lambda z: tf.reverse(z, [0])), "SHP302", "planted"),
    "rows rolled by one": Planted(in_mlp(lambda z: tf.roll(z, 1, 0)), "SHP302", "planted"),
    "sum of the rows before": Planted(in_mlp(lambda z: tf.cumsum(z, 0)), "SHP302", "planted"),
    "first row for all": Planted(in_mlp(lambda z: z[:1] + 0 * z), "SHP302", "planted"),
    "reshape mixes rows": Planted(
        in_mlp(lambda z: tf.reshape(tf.transpose(z), tf.shape(z))), "SHP302", "planted"),
    "place in the batch": Planted(
        in_mlp(lambda z: z + 0.1 * tf.cast(tf.range(tf.shape(z)[0]), z.dtype)[:, None]),
        "SHP302", "planted"),
    "number of rows": Planted(
        in_mlp(lambda z: z * (1 + 0.1 * tf.cast(tf.equal(tf.shape(z)[0], 1), z.dtype))), "SHP302",
        "planted"),
    "batch normalization, CNN": Planted(
        lambda keras: cnn(keras, lambda h: _layer(keras, "BatchNormalization")(h, training=True)),
        "SHP302", "planted", only="keras2"),
    "batch normalization, subclassed": Planted(lambda keras: subclassed(keras, "batchnorm"),
                                               "SHP302", "norm"),
    "norm of the batch, subclassed": Planted(
        lambda keras: subclassed(keras, "norm of the batch"), "SHP302"),
    "mean over the batch, RNN": Planted(
        lambda keras: rnn(keras, lam(keras, lambda z: z - _mean(z), "planted")), "SHP302",
        "planted"),
    "mean over the batch, one of two inputs": Planted(lambda keras: multi(keras, True), "SHP302",
                                                      "planted"),
    "dropout": Planted(
        lambda keras: (mlp(keras, lambda h: _layer(keras, "Dropout", rate=0.5)(h, training=True)),
                       table()), "SHP301", "planted", only="keras2"),
    "dropout, subclassed": Planted(lambda keras: subclassed(keras, "dropout"), "SHP301", "drop"),
    "random numbers, subclassed": Planted(lambda keras: subclassed(keras, "random"), "SHP301"),
    "random numbers in a layer": Planted(
        in_mlp(lambda z: z + 0.01 * tf.random.normal(tf.shape(z))), "SHP301", "planted"),
    "dropout in a CNN": Planted(
        lambda keras: cnn(keras, lam(keras, lambda z: tf.nn.dropout(z, 0.3), "planted")),
        "SHP301", "planted"),
    "counter": Planted(counter, "SHP307"),
    "no mask, average": Planted(
        lambda keras: text(keras, False, keras.layers.GlobalAveragePooling1D(name="pool")),
        "SHP303", "pool"),
    "mask lost in a mean": Planted(
        lambda keras: text(keras, True, lam(keras, lambda z: tf.reduce_mean(z, 1), "planted")),
        "SHP303", "planted"),
    "no mask, LSTM": Planted(
        lambda keras: text(keras, False, keras.layers.LSTM(8, name="lstm")), "SHP303", "lstm"),
    "mask ignored by attention": Planted(lambda keras: attention(keras, False), "SHP303",
                                         "attend"),
    "the output has no rows": Planted(no_rows, "SHP304"),
    "one row loses its axis": Planted(squeezed, "SHP304"),
    "one token a row": Planted(wrong_axis, "SHP304"),
}

HEALTHY: Dict[str, Callable[[Any], Tuple[Model, Any]]] = {
    "MLP": lambda keras: (mlp(keras), table()),
    "MLP, ill-conditioned": lambda keras: (mlp(keras, scale=8.0), table()),
    "MLP, one row": lambda keras: (mlp(keras), table(1)),
    "MLP, two rows": lambda keras: (mlp(keras), table(2)),
    "CNN": cnn,
    "RNN": rnn,
    "RNN with masking": lambda keras: rnn(keras, masked=True),
    "masked average": lambda keras: text(
        keras, True, keras.layers.GlobalAveragePooling1D(name="pool")),
    "masked LSTM": lambda keras: text(keras, True, keras.layers.LSTM(8, name="lstm")),
    "masked attention": lambda keras: attention(keras, True),
    "subclassed": lambda keras: subclassed(keras, "healthy"),
    "two inputs, two outputs": lambda keras: multi(keras, False),
}
