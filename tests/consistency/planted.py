"""Models with one bug each, over many kinds of model, for both Kerases and TF 2.6.

A bug says what must be found: the cause, and the layer where one layer is to blame (the end of
its path; None where raw operations of the model itself, or the output expression, are).
"""
from __future__ import annotations

from typing import Any, Callable, Dict, List, NamedTuple, Optional, Tuple

import numpy as np
import tensorflow as tf

Build = Callable[[Any], Tuple[Any, Any]]
ANY = "any"  # the layer is not checked: several may be named with right


class Bug(NamedTuple):
    name: str
    kind: str
    build: Build
    cause: str
    layer: Optional[str] = ANY
    mode: str = "predict"
    output: Optional[str] = None


BUGS: List[Bug] = []


def bug(kind: str, cause: str, layer: Optional[str] = ANY, mode: str = "predict",
        output: Optional[str] = None) -> Callable[[Build], Build]:
    def add(build: Build) -> Build:
        BUGS.append(Bug(build.__name__, kind, build, cause, layer, mode, output))
        return build
    return add


def table(rows: int = 20, *shape: int, seed: int = 0) -> np.ndarray:
    return np.random.RandomState(seed).randn(rows, *(shape or (12,))).astype("float32")


def padded_ids(rows: int = 12, width: int = 10, left: bool = False,
               seed: int = 0) -> Tuple[np.ndarray, np.ndarray]:
    """(ids, mask), lengths from 3 to the whole width."""
    rng = np.random.RandomState(seed)
    lengths = rng.randint(3, width, rows)
    lengths[rows // 2] = width
    mask = np.arange(width) < lengths[:, None]
    if left:
        mask = mask[:, ::-1]
    return (rng.randint(1, 100, (rows, width)) * mask).astype("int32"), mask.astype("int32")


def op(keras: Any, function: Callable[..., Any], name: str = "bug") -> Any:
    """A layer that runs raw TensorFlow."""
    class Op(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return function(x)

    return Op(name=name)


def mlp(keras: Any, part: Any, end: bool = False) -> Any:
    dense = keras.layers.Dense
    x = keras.Input((12,))
    hidden = dense(24, activation="tanh", name="first")(x)
    hidden = dense(24, activation="tanh", name="second")(hidden)
    if end:
        return keras.Model(x, part(dense(4, name="last")(hidden)))
    return keras.Model(x, dense(4, name="last")(part(hidden)))


def subclassed(keras: Any, body: Callable[..., Any], **layers: Any) -> Any:
    """A model whose call is body(self, x, training)."""
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.first = keras.layers.Dense(24, activation="tanh")
            self.last = keras.layers.Dense(4)
            for name, layer in layers.items():
                setattr(self, name, layer)

        def call(self, x: Any, training: Any = None) -> Any:
            return body(self, x, training)

    return Own()


def image_net(keras: Any, part: Any) -> Any:
    layers = keras.layers
    x = keras.Input((10, 10, 3))
    hidden = layers.Conv2D(8, 3, activation="relu", name="conv1")(x)
    hidden = layers.Conv2D(8, 3, activation="relu", name="conv2")(part(hidden))
    return keras.Model(x, layers.Dense(5)(layers.GlobalAveragePooling2D(name="pool")(hidden)))


def recurrent(keras: Any, part: Any) -> Any:
    layers = keras.layers
    x = keras.Input((7, 5))
    hidden = layers.GRU(12, return_sequences=True, name="gru1")(x)
    return keras.Model(x, layers.Dense(3)(layers.GRU(9, name="gru2")(part(hidden))))


def texts(keras: Any, part: Callable[[Any], Any], mask_zero: bool = True,
          width: Optional[int] = None) -> Any:
    """ids -> embedding -> part: (rows, units)."""
    x = keras.Input((width,), dtype="int32", name="ids")
    hidden = keras.layers.Embedding(100, 16, mask_zero=mask_zero, name="words")(x)
    return keras.Model(x, keras.layers.Dense(4, name="last")(part(hidden)))


def attention_layer(keras: Any, use_mask: bool = True, name: str = "attention",
                    axis: int = -1) -> Any:
    class Attention(keras.layers.Layer):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.query = keras.layers.Dense(16, name="query")
            self.key = keras.layers.Dense(16, name="key")

        def call(self, x: Any, mask: Any = None) -> Any:
            scores = tf.matmul(self.query(x), self.key(x), transpose_b=True)
            if use_mask and mask is not None:
                scores -= 1e4 * (1.0 - tf.cast(mask, scores.dtype))[:, None, :]  # fits float16
            return tf.matmul(tf.nn.softmax(scores, axis), x)

    return Attention(name=name)


def masked_mean(x: Any, mask: Any) -> Any:
    weights = tf.cast(mask, x.dtype)[:, :, None]
    return tf.reduce_sum(x * weights, 1) / tf.reduce_sum(weights, 1)


def encoder(keras: Any, pooled: Callable[[Any, Any], Any], use_mask: bool = True,
            positions: bool = False, width: Optional[int] = 10) -> Any:
    """ids and mask -> embedding -> attention -> pooled(states, mask)."""
    layers = keras.layers

    class Encoder(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.words = layers.Embedding(100, 16)
            self.places = layers.Embedding(64, 16)
            self.attention = attention_layer(keras, use_mask)
            self.last = layers.Dense(4)

        def call(self, inputs: Any, training: Any = None) -> Any:
            ids, mask = inputs["input_ids"], inputs["attention_mask"]
            states = self.words(ids)
            if positions:
                states = states + self.places(tf.range(tf.shape(ids)[1]))[None]
            return self.last(pooled(self.attention(states, mask=mask), mask))

    return Encoder()


def texts_and_mask(**options: Any) -> Dict[str, np.ndarray]:
    ids, mask = padded_ids(**options)
    rng = np.random.RandomState(3)
    ids = np.where(mask == 1, ids, rng.randint(1, 100, ids.shape)).astype("int32")
    return {"input_ids": ids, "attention_mask": mask}


# -- MLP: row mixing -------------------------------------------------------------------------


def _row_mixing(name: str, function: Callable[..., Any]) -> None:
    def build(keras: Any) -> Tuple[Any, Any]:
        return mlp(keras, op(keras, function)), table()

    build.__name__ = name
    bug("mlp", "SHP302", "bug")(build)


_MIXERS: Dict[str, Callable[..., Any]] = {
    "mean_over_rows": lambda z: z - tf.reduce_mean(z, 0, keepdims=True),
    "max_over_rows": lambda z: z / (1.0 + tf.reduce_max(tf.abs(z), 0, keepdims=True)),
    "softmax_over_rows": lambda z: tf.nn.softmax(z, 0),
    "l2norm_over_rows": lambda z: tf.math.l2_normalize(z, 0),
    "norm_of_the_whole_batch": lambda z: z / tf.norm(z),
    "int8_scale_of_the_batch": lambda z: tf.round(
        z / tf.reduce_max(tf.abs(z)) * 127.0) / 127.0,
    "sorted_and_never_unsorted": lambda z: tf.gather(z, tf.argsort(z[:, 0])),
    "scattered_by_rank": lambda z: tf.scatter_nd(
        tf.argsort(z[:, 1])[:, None], z, tf.shape(z)),
    "reshape_swaps_rows": lambda z: tf.reshape(tf.transpose(z), tf.shape(z)),
    "cumulative_sum_over_rows": lambda z: tf.cumsum(z, 0),
    "first_row_for_all": lambda z: z[0] + 0.0 * z,
    "last_row_added": lambda z: z + z[-1:],
    "rolled_by_two": lambda z: tf.roll(z, 2, 0),
    "reversed_rows": lambda z: z[::-1],
    "weak_mixing": lambda z: z + 1e-6 * tf.reduce_mean(z, 0, keepdims=True),
    "weak_rolled_mixing": lambda z: z + 1e-6 * tf.roll(z, 3, 0),
    "row_number_added": lambda z: z + 0.1 * tf.cast(tf.range(tf.shape(z)[0]), z.dtype)[:, None],
    "row_number_of_the_first_row": lambda z: z * (1.0 + 0.3 * tf.cast(
        tf.range(tf.shape(z)[0])[:, None] == 0, z.dtype)),
    "divided_by_the_number_of_rows": lambda z: z / tf.cast(tf.shape(z)[0], z.dtype),
    "one_row_is_special": lambda z: z * (1.0 + 0.1 * tf.cast(tf.shape(z)[0] == 1, z.dtype)),
    "ranked_among_rows": lambda z: z * tf.cast(
        tf.argsort(tf.argsort(z[:, 0])), z.dtype)[:, None],
    "attention_over_rows": lambda z: tf.matmul(
        tf.nn.softmax(tf.matmul(z, z, transpose_b=True)), z),
    "nearest_row_added": lambda z: z + tf.gather(z, tf.argmax(
        tf.matmul(z, z, transpose_b=True) - 1e9 * tf.eye(tf.shape(z)[0]), 1)),
}
for _name, _function in _MIXERS.items():
    _row_mixing(_name, _function)


@bug("mlp", "SHP302", "bug")
def two_rows_only(keras: Any) -> Tuple[Any, Any]:
    return mlp(keras, op(keras, _MIXERS["mean_over_rows"])), table(2)


@bug("mlp", "SHP302", "bug")
def three_rows_only(keras: Any) -> Tuple[Any, Any]:
    return mlp(keras, op(keras, _MIXERS["l2norm_over_rows"])), table(3)


@bug("mlp", "SHP302", "bug")
def one_row_only(keras: Any) -> Tuple[Any, Any]:
    return mlp(keras, op(keras, _MIXERS["softmax_over_rows"])), table(1)


@bug("mlp", "SHP302", "bug", mode="function")
def mixing_in_a_function(keras: Any) -> Tuple[Any, Any]:
    return mlp(keras, op(keras, _MIXERS["max_over_rows"])), table()


@bug("mlp", "SHP302", "bug", mode="xla")
def mixing_under_xla(keras: Any) -> Tuple[Any, Any]:
    return mlp(keras, op(keras, _MIXERS["mean_over_rows"])), table()


@bug("mlp", "SHP302", "norm", mode="call")
def batch_norm_in_an_mlp(keras: Any) -> Tuple[Any, Any]:
    norm = keras.layers.BatchNormalization(name="norm")
    return mlp(keras, lambda h: norm(h, training=True)), table()


# -- MLP: random numbers, states, shapes -----------------------------------------------------


@bug("mlp", "SHP301", "drop", mode="call")
def dropout_baked_in(keras: Any) -> Tuple[Any, Any]:
    drop = keras.layers.Dropout(0.4, name="drop")
    return mlp(keras, lambda h: drop(h, training=True)), table()


@bug("mlp", "SHP301", "noise", mode="call")
def gaussian_noise_baked_in(keras: Any) -> Tuple[Any, Any]:
    noise = keras.layers.GaussianNoise(0.2, name="noise")
    return mlp(keras, lambda h: noise(h, training=True)), table()


@bug("mlp", "SHP301", "bug")
def sampling(keras: Any) -> Tuple[Any, Any]:
    return mlp(keras, op(keras, lambda z: z + 0.1 * tf.random.normal(tf.shape(z)))), table()


@bug("mlp", "SHP301", "bug", mode="call")
def sampling_in_an_eager_call(keras: Any) -> Tuple[Any, Any]:
    return mlp(keras, op(keras, lambda z: z + 0.1 * tf.random.normal(tf.shape(z)))), table()


@bug("mlp", "SHP301", "bug")
def tiny_noise(keras: Any) -> Tuple[Any, Any]:
    return mlp(keras, op(keras, lambda z: z + 1e-3 * tf.random.normal(tf.shape(z)))), table()


@bug("mlp", "SHP301", "bug")
def dropout_with_an_op_seed(keras: Any) -> Tuple[Any, Any]:
    return mlp(keras, op(keras, lambda z: tf.nn.dropout(z, 0.5, seed=3))), table()


@bug("mlp", "SHP301", "bug")
def the_same_draw_in_every_call(keras: Any) -> Tuple[Any, Any]:
    return mlp(keras, op(keras, lambda z: z + 0.1 * tf.random.stateless_normal(
        tf.shape(z), seed=[1, 2]))), table()


@bug("mlp", "SHP301", "bug")
def shuffled_rows(keras: Any) -> Tuple[Any, Any]:
    return mlp(keras, op(keras, tf.random.shuffle)), table()


@bug("mlp", "SHP301", "bug")
def categorical_sample(keras: Any) -> Tuple[Any, Any]:
    return mlp(keras, op(keras, lambda z: tf.one_hot(
        tf.random.categorical(z, 1)[:, 0], 24) * z)), table()


@bug("mlp", "SHP301", "bug")
def own_generator(keras: Any) -> Tuple[Any, Any]:
    generator = tf.random.Generator.from_seed(1)
    return mlp(keras, op(keras, lambda z: z + generator.normal(tf.shape(z)))), table()


@bug("subclassed", "SHP301", None, mode="call")
def numpy_noise(keras: Any) -> Tuple[Any, Any]:
    def body(s: Any, x: Any, _training: Any) -> Any:
        hidden = s.first(x)
        if tf.executing_eagerly() and hasattr(hidden, "numpy"):
            hidden = hidden + np.random.randn(*hidden.shape).astype("float32")
        return s.last(hidden)

    return subclassed(keras, body), table()


@bug("mlp", "SHP304", "bug")
def first_row_only(keras: Any) -> Tuple[Any, Any]:
    return mlp(keras, op(keras, lambda z: z[0]), end=True), table()


@bug("mlp", "SHP304", "bug")
def argmax_over_rows(keras: Any) -> Tuple[Any, Any]:
    return mlp(keras, op(keras, lambda z: tf.argmax(z, 0)), end=True), table()


@bug("subclassed", "SHP304", None)
def squeeze_without_axis(keras: Any) -> Tuple[Any, Any]:
    return subclassed(keras, lambda s, x, t: tf.squeeze(s.last(s.first(x)))), table()


@bug("mlp", "SHP304", "bug")
def scalar_output(keras: Any) -> Tuple[Any, Any]:
    return mlp(keras, op(keras, tf.reduce_mean), end=True), table()


@bug("mlp", "SHP304", "bug")
def transposed_output(keras: Any) -> Tuple[Any, Any]:
    return mlp(keras, op(keras, tf.transpose), end=True), table()


@bug("mlp", "SHP304", None)
def one_row_for_a_table(keras: Any) -> Tuple[Any, Any]:
    return mlp(keras, lambda h: h), table()[0]


# -- CNN -------------------------------------------------------------------------------------


@bug("cnn", "SHP302", "norm", mode="call")
def batch_norm_in_training(keras: Any) -> Tuple[Any, Any]:
    norm = keras.layers.BatchNormalization(name="norm")
    return image_net(keras, lambda h: norm(h, training=True)), table(12, 10, 10, 3)


@bug("cnn", "SHP302", "bug")
def contrast_of_the_batch(keras: Any) -> Tuple[Any, Any]:
    return image_net(keras, op(keras, lambda z: (z - tf.reduce_mean(z)) / (
        1e-3 + tf.math.reduce_std(z)))), table(12, 10, 10, 3)


@bug("cnn", "SHP301", "drop", mode="call")
def spatial_dropout(keras: Any) -> Tuple[Any, Any]:
    drop = keras.layers.SpatialDropout2D(0.5, name="drop")
    return image_net(keras, lambda h: drop(h, training=True)), table(12, 10, 10, 3)


@bug("cnn", "SHP302", "bug")
def rows_folded_wrongly(keras: Any) -> Tuple[Any, Any]:
    """Channels first for a moment: the reshape back takes rows for channels."""
    def fold(z: Any) -> Any:
        return tf.reshape(tf.transpose(z, (3, 0, 1, 2)), tf.shape(z))

    return image_net(keras, op(keras, fold)), table(12, 10, 10, 3)


# -- RNN -------------------------------------------------------------------------------------


@bug("rnn", "SHP307", "memory")
def stateful_lstm(keras: Any) -> Tuple[Any, Any]:
    lstm = keras.layers.LSTM(6, stateful=True, name="memory")
    model = keras.Sequential([keras.layers.InputLayer(batch_shape=(4, 5, 3)) if
                              keras.__version__ >= "3" else
                              keras.layers.InputLayer(batch_input_shape=(4, 5, 3)),
                              lstm, keras.layers.Dense(2)])
    return model, table(8, 5, 3)


@bug("rnn", "SHP302", "norm", mode="call")
def batch_norm_between_grus(keras: Any) -> Tuple[Any, Any]:
    norm = keras.layers.BatchNormalization(name="norm")
    return recurrent(keras, lambda h: norm(h, training=True)), table(12, 7, 5)


@bug("rnn", "SHP302", "bug")
def time_and_rows_swapped(keras: Any) -> Tuple[Any, Any]:
    def swap(z: Any) -> Any:
        return tf.reshape(tf.transpose(z, (1, 0, 2)), tf.shape(z))

    return recurrent(keras, op(keras, swap)), table(12, 7, 5)


@bug("rnn", "SHP303", "gru")
def gru_without_mask(keras: Any) -> Tuple[Any, Any]:
    return texts(keras, keras.layers.GRU(8, name="gru"), mask_zero=False), padded_ids()[0]


@bug("rnn", "SHP304", "bug")
def time_first_output(keras: Any) -> Tuple[Any, Any]:
    x = keras.Input((7, 5))
    states = keras.layers.GRU(6, return_sequences=True)(x)
    return keras.Model(x, op(keras, lambda z: tf.transpose(z, (1, 0, 2)))(states)), table(9, 7, 5)


# -- embedding and pooling -------------------------------------------------------------------


@bug("pooling", "SHP303", "mean")
def mean_without_mask(keras: Any) -> Tuple[Any, Any]:
    pool = keras.layers.GlobalAveragePooling1D(name="mean")
    return texts(keras, pool, mask_zero=False), padded_ids()[0]


@bug("pooling", "SHP303", "bug")
def mean_loses_the_mask(keras: Any) -> Tuple[Any, Any]:
    return texts(keras, op(keras, lambda z: tf.reduce_mean(z, 1))), padded_ids()[0]


@bug("pooling", "SHP303", "max")
def max_ignores_the_mask(keras: Any) -> Tuple[Any, Any]:
    return texts(keras, keras.layers.GlobalMaxPooling1D(name="max")), padded_ids()[0]


@bug("pooling", "SHP303", "conv")
def convolution_loses_the_mask(keras: Any) -> Tuple[Any, Any]:
    conv = keras.layers.Conv1D(8, 3, padding="same", name="conv", bias_initializer="ones")
    pool = keras.layers.GlobalMaxPooling1D(name="max")
    return texts(keras, lambda h: pool(conv(h))), padded_ids()[0]


@bug("pooling", "SHP303", "bug")
def last_position_is_padding(keras: Any) -> Tuple[Any, Any]:
    return texts(keras, op(keras, lambda z: z[:, -1])), padded_ids()[0]


@bug("pooling", "SHP303", "bug")
def positions_counted_from_the_left_padding(keras: Any) -> Tuple[Any, Any]:
    def placed(z: Any) -> Any:
        places = tf.cast(tf.range(tf.shape(z)[1]), z.dtype)[None, :, None]
        return tf.reduce_sum(tf.cast(tf.reduce_any(z != 0, 2, keepdims=True), z.dtype)
                             * tf.sin(z + places), 1)

    x = keras.Input((None, 6))
    model = keras.Model(x, keras.layers.Dense(3)(op(keras, placed)(x)))
    data = table(12, 9, 6) * (padded_ids(12, 9, left=True)[1][:, :, None])
    return model, data.astype("float32")


# -- attention and encoders ------------------------------------------------------------------


@bug("attention", "SHP303", "attention")
def attention_without_mask(keras: Any) -> Tuple[Any, Any]:
    return encoder(keras, masked_mean, use_mask=False), texts_and_mask()


@bug("attention", "SHP303", None)
def masked_mean_forgotten(keras: Any) -> Tuple[Any, Any]:
    return encoder(keras, lambda states, mask: tf.reduce_mean(states, 1)), texts_and_mask()


@bug("attention", "SHP303")
def left_padding_with_absolute_positions(keras: Any) -> Tuple[Any, Any]:
    return encoder(keras, masked_mean, positions=True), texts_and_mask(left=True)


@bug("attention", "SHP302", "attention")
def softmax_over_rows_in_attention(keras: Any) -> Tuple[Any, Any]:
    return texts(keras, lambda h: keras.layers.GlobalAveragePooling1D(name="mean")(
        attention_layer(keras, axis=0)(h)), mask_zero=False,
        width=8), np.random.RandomState(0).randint(1, 100, (12, 8)).astype("int32")


@bug("attention", "SHP301", "drop")
def dropout_on_scores(keras: Any) -> Tuple[Any, Any]:
    class Block(keras.layers.Layer):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.drop = keras.layers.Dropout(0.3, name="drop")

        def call(self, x: Any) -> Any:
            scores = self.drop(tf.nn.softmax(tf.matmul(x, x, transpose_b=True)), training=True)
            return tf.matmul(scores, x)

    return texts(keras, lambda h: keras.layers.GlobalAveragePooling1D()(Block(name="block")(h)),
                 mask_zero=False, width=8), np.random.RandomState(0).randint(1, 100, (12, 8))


# -- several inputs, several outputs ---------------------------------------------------------


@bug("multi-input", "SHP302", "bug")
def one_of_two_inputs_is_mixed(keras: Any) -> Tuple[Any, Any]:
    dense = keras.layers.Dense
    a, b = keras.Input((6,), name="left"), keras.Input((4,), name="right")
    mixed = op(keras, lambda z: z - tf.reduce_max(z, 0, keepdims=True))(dense(8)(b))
    joined = keras.layers.Concatenate()([dense(8)(a), mixed])
    return keras.Model({"left": a, "right": b}, dense(3)(joined)), {
        "left": table(16, 6), "right": table(16, 4, seed=1)}


@bug("multi-input", "SHP303", None)
def the_second_mask_is_ignored(keras: Any) -> Tuple[Any, Any]:
    class Pair(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.words = keras.layers.Embedding(100, 16)
            self.last = keras.layers.Dense(4)

        def call(self, inputs: Any, training: Any = None) -> Any:
            title = masked_mean(self.words(inputs["title_ids"]), inputs["title_mask"])
            body = tf.reduce_mean(self.words(inputs["body_ids"]), 1)
            return self.last(tf.concat([title, body], 1))

    title, body = texts_and_mask(width=6), texts_and_mask(width=6, seed=5)
    return Pair(), {"title_ids": title["input_ids"], "title_mask": title["attention_mask"],
                    "body_ids": body["input_ids"], "body_mask": body["attention_mask"]}


@bug("multi-output", "SHP302", "bug")
def one_of_two_outputs_is_mixed(keras: Any) -> Tuple[Any, Any]:
    x = keras.Input((12,))
    hidden = keras.layers.Dense(16, activation="relu", name="shared")(x)
    mixed = op(keras, lambda z: tf.nn.softmax(z, 0))(keras.layers.Dense(3, name="b")(hidden))
    return keras.Model(x, [keras.layers.Dense(2, name="a")(hidden), mixed]), table()


@bug("multi-output", "SHP301", "bug")
def one_of_two_outputs_is_random(keras: Any) -> Tuple[Any, Any]:
    x = keras.Input((12,))
    hidden = keras.layers.Dense(16, activation="relu", name="shared")(x)
    noisy = op(keras, lambda z: z + tf.random.uniform(tf.shape(z)))(hidden)
    return keras.Model(x, {"a": keras.layers.Dense(2, name="a")(hidden), "noisy": noisy}), table()


@bug("multi-output", "SHP304", None, output="out[1][0]")
def the_expression_takes_a_row(keras: Any) -> Tuple[Any, Any]:
    x = keras.Input((7, 5))
    states = keras.layers.GRU(6, return_sequences=True, name="states")(x)
    return keras.Model(x, [keras.layers.GRU(4, name="last")(states), states]), table(9, 7, 5)


# -- state that Keras does not know of --------------------------------------------------------


def numpy_part(keras: Any, function: Callable[[np.ndarray], np.ndarray]) -> Any:
    """A layer that leaves TensorFlow."""
    class Part(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            out = tf.numpy_function(function, [x], tf.float32)
            out.set_shape(x.shape)
            return out

        def compute_output_shape(self, shape: Any) -> Any:
            return shape

    x = keras.Input((12,))
    return keras.Model(x, keras.layers.Dense(2, name="last")(Part(name="bug")(x)))


@bug("mlp", "SHP307", "bug")
def counted_in_a_dict(keras: Any) -> Tuple[Any, Any]:
    kept = {"calls": 0}

    def count(a: np.ndarray) -> np.ndarray:
        kept["calls"] += 1
        return (a * kept["calls"]).astype("float32")

    return numpy_part(keras, count), table()


@bug("mlp", "SHP307", "bug")
def counted_in_a_closure(keras: Any) -> Tuple[Any, Any]:
    calls = 0

    def count(a: np.ndarray) -> np.ndarray:
        nonlocal calls
        calls += 1
        return (a * calls).astype("float32")

    return numpy_part(keras, count), table()


@bug("mlp", "SHP307", "bug")
def counted_by_an_object(keras: Any) -> Tuple[Any, Any]:
    class Counter:
        calls = 0

        def __call__(self, a: np.ndarray) -> np.ndarray:
            self.calls += 1
            return (a * self.calls).astype("float32")

    counter = Counter()
    return numpy_part(keras, lambda a: counter(a)), table()


@bug("mlp", "SHP301", "bug")
def numpy_generator_of_its_own(keras: Any) -> Tuple[Any, Any]:
    generator = np.random.RandomState(5)
    return numpy_part(keras, lambda a: (a + generator.randn(*a.shape)).astype("float32")), table()


@bug("subclassed", "SHP307", None, mode="call")
def nested_dict_of_state(keras: Any) -> Tuple[Any, Any]:
    def body(s: Any, x: Any, _training: Any) -> Any:
        s.kept["stats"]["calls"] += 1
        return s.last(s.first(x)) * float(s.kept["stats"]["calls"])

    return subclassed(keras, body, kept={"stats": {"calls": 0}}), table()


@bug("subclassed", "SHP307", None, mode="call")
def state_that_settles(keras: Any) -> Tuple[Any, Any]:
    """The same start gives nearly the same again, but no random number is drawn."""
    def body(s: Any, x: Any, _training: Any) -> Any:
        out = s.last(s.first(x))
        if hasattr(out, "numpy"):
            out = out + 0.1 * s.kept["last"]
            s.kept["last"] = float(tf.reduce_mean(out))
        return out

    return subclassed(keras, body, kept={"last": 0.0}), table()


# -- subclassed ------------------------------------------------------------------------------


@bug("subclassed", "SHP301", "drop")
def dropout_always_on(keras: Any) -> Tuple[Any, Any]:
    return subclassed(keras, lambda s, x, t: s.last(s.drop(s.first(x), training=True)),
                      drop=keras.layers.Dropout(0.3, name="drop")), table()


@bug("subclassed", "SHP302", "norm")
def batch_norm_always_training(keras: Any) -> Tuple[Any, Any]:
    return subclassed(keras, lambda s, x, t: s.last(s.norm(s.first(x), training=True)),
                      norm=keras.layers.BatchNormalization(name="norm")), table()


@bug("subclassed", "SHP302", None)
def raw_ops_mix(keras: Any) -> Tuple[Any, Any]:
    def body(s: Any, x: Any, _training: Any) -> Any:
        hidden = s.first(x)
        return s.last(hidden / (1e-3 + tf.norm(hidden)))

    return subclassed(keras, body), table()


@bug("subclassed", "SHP307")
def counter(keras: Any) -> Tuple[Any, Any]:
    def body(s: Any, x: Any, _training: Any) -> Any:
        s.count.assign_add(1.0)
        return s.last(s.first(x)) * s.count

    return subclassed(keras, body, count=tf.Variable(0.0, trainable=False)), table()


@bug("subclassed", "SHP307", mode="call")
def python_counter(keras: Any) -> Tuple[Any, Any]:
    def body(s: Any, x: Any, _training: Any) -> Any:
        s.calls += 1
        return s.last(s.first(x)) * float(s.calls)

    return subclassed(keras, body, calls=0), table()


@bug("subclassed", "SHP307", mode="call")
def last_result_remembered(keras: Any) -> Tuple[Any, Any]:
    def body(s: Any, x: Any, _training: Any) -> Any:
        hidden = s.first(x)
        mixed = hidden if s.before is None else hidden + 0.5 * tf.reduce_mean(s.before)
        if hasattr(hidden, "numpy"):  # Keras 3 builds with symbols first
            s.before = hidden
        return s.last(mixed)

    return subclassed(keras, body, before=None), table()


@bug("subclassed", "SHP307", "moving")
def moving_statistics_updated_at_inference(keras: Any) -> Tuple[Any, Any]:
    class Moving(keras.layers.Layer):
        def build(self, shape: Any) -> None:
            self.mean = self.add_weight(name="mean", shape=(shape[-1],), initializer="zeros",
                                        trainable=False)
            super().build(shape)

        def call(self, x: Any) -> Any:
            out = x - self.mean
            self.mean.assign(0.9 * self.mean + 0.1 * tf.reduce_mean(x, 0))
            return out

    return subclassed(keras, lambda s, x, t: s.last(s.moving(s.first(x))),
                      moving=Moving(name="moving")), table()


GLOBAL = tf.Variable(1.0)


@bug("subclassed", "SHP307")
def global_variable(keras: Any) -> Tuple[Any, Any]:
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.last = keras.layers.Dense(8), keras.layers.Dense(2)

        def call(self, x: Any) -> Any:
            GLOBAL.assign(GLOBAL * 1.5)
            return self.last(self.first(x)) * GLOBAL

    return Own(), table()


@bug("subclassed", "SHP306", None)
def eager_calls_take_another_path(keras: Any) -> Tuple[Any, Any]:
    def body(s: Any, x: Any, _training: Any) -> Any:
        hidden = s.first(x)
        return s.last(2.0 * hidden if tf.executing_eagerly() else hidden)

    return subclassed(keras, body), table()


@bug("subclassed", "SHP306", "drop")
def training_unless_told_otherwise(keras: Any) -> Tuple[Any, Any]:
    class Own(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.last = keras.layers.Dense(8), keras.layers.Dense(2)
            self.drop = keras.layers.Dropout(0.5, name="drop")

        def call(self, x: Any, training: bool = True) -> Any:
            return self.last(self.drop(self.first(x), training=training))

    return Own(), table()


@bug("subclassed", "SHP302", "inner/norm")
def nested_model(keras: Any) -> Tuple[Any, Any]:
    class Inner(keras.layers.Layer):
        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.up = keras.layers.Dense(16, name="up")
            self.norm = keras.layers.BatchNormalization(name="norm")

        def call(self, x: Any) -> Any:
            return self.norm(self.up(x), training=True)

    return subclassed(keras, lambda s, x, t: s.last(s.inner(s.first(x))),
                      inner=Inner(name="inner")), table()


@bug("subclassed", "SHP304", None)
def squeeze_then_centre(keras: Any) -> Tuple[Any, Any]:
    """One row loses its axis, so that axis 1 is another one; the reshape hides it again."""
    def body(s: Any, x: Any, _training: Any) -> Any:
        flat = tf.squeeze(x)
        centred = flat - tf.reduce_mean(flat, 1, keepdims=True)
        return s.last(tf.reshape(centred, (-1, 35)))

    return subclassed(keras, body), table(12, 7, 5)
