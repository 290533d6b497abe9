"""What a rule says of versions is replayed on the installed ones, statement by statement."""
from __future__ import annotations

import contextlib
import logging
from typing import Iterator, List, NamedTuple

import pytest

from shapecheck.facts.comparison import Comparison
from shapecheck.observe.models import generation_of
from shapecheck.rules import catalogue
from tests.rules.correct_calls import COMMON
from tests.rules.runner import GENERATIONS, Program, applies, keras_of
from tests.rules.test_examples import reads

pytestmark = pytest.mark.legacy

SETUP = COMMON + '''
import pandas as pd
def pool(inputs):
    return L.GlobalAveragePooling1D()(L.Embedding(100, 8)(inputs))
w_in = keras.Input((16,), dtype="int32", name="words")
words, lone = net(w_in, pool(w_in)), net(w_in, L.Embedding(100, 8)(w_in))
flat = net(w_in, L.Dense(4)(L.Flatten()(L.Embedding(100, 8)(w_in))))
stacked = keras.Sequential([keras.Input((16,), dtype="int32"), L.Embedding(100, 8),
                            L.GlobalAveragePooling1D()])
t_in = keras.Input((4,))
dense = net(t_in, L.Dense(3)(t_in))
plain = keras.Sequential([keras.Input((4,)), L.Dense(3)])
s_in = keras.Input((10, 3))
steps = net(s_in, L.Dense(2)(s_in))
frames = keras.Sequential([keras.Input((10, 3)), L.Dense(2)])
p_in = keras.Input((8, 8, 3))
image = net(p_in, L.GlobalAveragePooling2D()(L.Conv2D(2, 3)(p_in)))
a_in, b_in = keras.Input((4,), name="a"), keras.Input((4,), name="b")
two = net([a_in, b_in], L.Dense(2)(L.Concatenate()([a_in, b_in])))
x = rng.randint(1, 100, (12, 16)).astype("int32")
t = rng.rand(12, 4).astype("float32")
series = rng.rand(12, 10, 3).astype("float32")
pictures = rng.rand(12, 8, 8, 3).astype("float32")
y, column, y16 = rng.rand(12, 8), x[0][:, None], rng.rand(16, 8)
memory = keras.Sequential([keras.Input(batch_shape=(5, 10, 3)), L.LSTM(4, stateful=True)])
codes = np.arange(12) % 3
lists = np.array([[1, 2], [3], [4, 5, 6]], dtype=object)
def made(item, *layers, loss="mse"):
    model = keras.Sequential([keras.Input(item), *layers])
    model.compile(loss=loss)
    return model
frame, numbers = pd.DataFrame(x), pd.DataFrame(t)
slices = tf.data.Dataset.from_tensor_slices
'''


class Claim(NamedTuple):
    code: str
    condition: str
    words: str  # of the rule's `versions[condition]`
    shown: str  # what shows it
    by: str  # "silent", "raises" (ValueError or the name given), "warns" (silent, and TF logs it)
    shape: tuple = ()  # what comes back


CLAIMS = [
    Claim("SHP101", "keras<2.7", "every host method makes (W,) into (W, 1)",
          "words.predict(x[0])", "warns", (16, 8)),
    Claim("SHP101", "keras<2.7", "every host method", "words.predict_on_batch(x[0])", "warns"),
    Claim("SHP101", "keras<2.7", "every host method", "words.fit(x[0], y16, verbose=0)", "warns"),
    Claim("SHP101", "keras<2.7", "for a model with Input", "stacked.predict(x[0])", "warns"),
    Claim("SHP101", "keras<2.7", "a direct call passes rank 1 on", "lone(x[0])", "silent", (16, 8)),
    Claim("SHP101", "keras<2.7", "a layer that needs two axes raises", "words(x[0])", "raises"),
    Claim("SHP101", "keras>=2.7,<3", "the model lets it through", "lone.predict(x[0])", "silent",
          (16, 8)),
    Claim("SHP101", "keras>=2.7,<3", "a layer that needs two axes raises", "words.predict(x[0])",
          "raises"),
    Claim("SHP101", "keras>=2.7,<3", "after a good call", "words.predict(x)\nwords.predict(x[0])",
          "silent", (16,)),
    Claim("SHP101", "keras>=3", "a model with Input raises", "lone.predict(x[0])", "raises (16,)"),
    Claim("SHP101", "keras>=3", "a model with Input raises", "stacked(x[0])", "raises (16,)"),
    Claim("SHP101", "keras>=3", "names the first chunk, (32,)",
          "lone.predict(np.resize(x, 40))", "raises (32,)"),
    Claim("SHP101", "keras>=3", "after a good call it raises",
          "words.predict(x)\nwords.predict(x[0])", "raises as_list() is not defined"),
    Claim("SHP102", "keras<2.7", "a Functional raises", "steps.predict(series[0])", "raises"),
    Claim("SHP102", "keras<2.7", "a Sequential with Input goes on", "frames.predict(series[0])",
          "warns", (10, 2)),
    Claim("SHP102", "keras>=2.7,<3", "a model with Input raises", "steps.predict(series[0])",
          "raises"),
    Claim("SHP102", "keras>=2.7,<3", "a model with Input raises", "frames.predict(series[0])",
          "raises"),
    Claim("SHP102", "keras>=2.7,<3", "silent after a good one",
          "steps.predict(series)\nsteps.predict(series[0])", "silent", (10, 2)),
    Claim("SHP102", "keras>=3", "a model with Input raises", "frames.predict(series[0])", "raises"),
    Claim("SHP102", "keras>=3", "a model with Input raises", "steps(series[0])", "raises"),
    Claim("SHP102", "keras>=3", "after a good call it raises",
          "steps.predict(series)\nsteps.predict(series[0])", "raises as_list() is not defined"),
    Claim("SHP103", "keras<2.8", "silent, but for one warning", "words.predict(column)", "warns",
          (16, 8)),
    Claim("SHP103", "keras<2.8", "needs the width raises", "flat.predict(column)", "raises"),
    Claim("SHP103", "keras>=2.15", "silent in every call form", "words.predict(column)", "silent",
          (16, 8)),
    Claim("SHP103", "keras>=2.15", "every call form", "words(column)", "silent", (16, 8)),
    Claim("SHP103", "keras>=2.15", "every call form", "words.fit(column, y16, verbose=0)",
          "silent"),
    Claim("SHP103", "keras>=2.15", "every call form", "words.predict_on_batch(column)", "silent"),
    Claim("SHP103", "keras>=2.15", "every call form", "stacked.predict(column)", "silent"),
    Claim("SHP103", "keras>=2.15", "needs the width raises", "flat.predict(column)", "raises"),
    Claim("SHP104", "keras<2.7", "(W,) becomes (W, 1)", "words.predict(frame.iloc[0])", "warns",
          (16, 8)),
    Claim("SHP104", "keras<2.7", "whatever the container", "words.predict(x[0])", "warns", (16, 8)),
    Claim("SHP104", "keras<2.7", "needs the width", "dense.predict(numbers.iloc[0])", "raises"),
    Claim("SHP104", "keras<2.7", "a direct call", "words(frame.iloc[0])", "raises AttributeError"),
    Claim("SHP104", "keras>=2.7,<3", "silent in every host method", "words.predict(frame.iloc[0])",
          "silent", (16, 8)),
    Claim("SHP104", "keras>=2.7,<3", "every host method", "words.predict_on_batch(frame.iloc[0])",
          "silent", (16, 8)),
    Claim("SHP104", "keras>=2.7,<3", "every host method",
          "words.fit(frame.iloc[0], y16, verbose=0)",
          "silent"),
    Claim("SHP104", "keras>=2.7,<3", "needs the width", "dense.predict(numbers.iloc[0])", "raises"),
    Claim("SHP104", "keras>=2.7,<3", "direct call, raise", "words(frame.iloc[0])",
          "raises AttributeError"),
    Claim("SHP104", "keras>=3", "silent in predict", "words.predict(frame.iloc[0])", "silent",
          (16, 8)),
    Claim("SHP104", "keras>=3", "fit", "words.fit(frame.iloc[0], y16, verbose=0)", "silent"),
    Claim("SHP104", "keras>=3", "evaluate", "words.evaluate(frame.iloc[0], y16, verbose=0)",
          "silent"),
    Claim("SHP104", "keras>=3", "*_on_batch", "words.predict_on_batch(frame.iloc[0])", "raises"),
    Claim("SHP104", "keras>=3", "needs the width", "dense.predict(numbers.iloc[0])", "raises"),
    Claim("SHP104", "keras>=3", "direct call raise", "words(frame.iloc[0])", "raises"),
    Claim("SHP105", "keras<2.7", "a Functional raises", "words.predict(x.T)", "raises"),
    Claim("SHP105", "keras>=2.7,<3", "raises on a first call", "words.predict(x.T)", "raises"),
    Claim("SHP105", "keras>=2.7,<3", "silent after a good one",
          "words.predict(x)\nwords.predict(x.T)", "silent", (16, 8)),
    Claim("SHP105", "keras>=3", "a Functional raises on a first call", "words.predict(x.T)",
          "raises"),
    Claim("SHP105", "keras>=3", "a Sequential never checks", "stacked.predict(x.T)", "silent",
          (16, 8)),
    Claim("SHP106", "keras<2.7", "a Functional raises", "dense.predict(t[None])", "raises"),
    Claim("SHP106", "keras<2.7", "a Sequential with Input", "plain.predict(t[None])", "warns",
          (1, 12, 3)),
    Claim("SHP106", "keras<2.7", "a generator",
          "dense.predict(((t[None],) for _ in range(2)), steps=2)", "warns", (2, 12, 3)),
    Claim("SHP106", "keras>=2.7,<3", "raises on a first call", "dense.predict(t[None])", "raises"),
    Claim("SHP106", "keras>=2.7,<3", "raises on a first call", "plain(t[None])", "raises"),
    Claim("SHP106", "keras>=2.7,<3", "silent after a good one",
          "dense.predict(t)\ndense.predict(t[None])", "silent", (1, 12, 3)),
    Claim("SHP106", "keras>=2.7,<3", "from generators",
          "dense.predict(((t[None],) for _ in range(2)), steps=2)", "silent", (2, 12, 3)),
    Claim("SHP106", "keras>=3", "a model with Input raises", "dense.predict(t[None])", "raises"),
    Claim("SHP106", "keras>=3", "a model with Input raises", "plain.predict(t[None])", "raises"),
    Claim("SHP106", "keras>=3", "after a good call it raises",
          "dense.predict(t)\ndense.predict(t[None])", "raises as_list() is not defined"),
    Claim("SHP107", "keras<2.7", "a Functional raises", "words.predict(x[:, :10])", "raises"),
    Claim("SHP107", "keras<2.7", "silent from generators",
          "words.predict(((x[:, :10],) for _ in range(2)), steps=2)", "silent", (24, 8)),
    Claim("SHP107", "keras<2.7", "a Sequential with Input goes on", "stacked.predict(x[:, :10])",
          "warns", (12, 8)),
    Claim("SHP107", "keras>=2.7,<3", "raises on a first call", "words.predict(x[:, :10])",
          "raises"),
    Claim("SHP107", "keras>=2.7,<3", "raises on a first call", "stacked.predict(x[:, :10])",
          "raises"),
    Claim("SHP107", "keras>=2.7,<3", "silent after a good one",
          "words.predict(x)\nwords.predict(x[:, :10])", "silent", (12, 8)),
    Claim("SHP107", "keras>=2.7,<3", "from generators", "words.predict(Batches(x[:, :10]))",
          "silent", (12, 8)),
    Claim("SHP107", "keras>=3", "a Functional raises on a first call", "words.predict(x[:, :10])",
          "raises"),
    Claim("SHP107", "keras>=3", "silent after a good one",
          "words.predict(x)\nwords.predict(x[:, :10])", "silent", (12, 8)),
    Claim("SHP107", "keras>=3", "a Sequential never checks", "stacked.predict(x[:, :10])", "silent",
          (12, 8)),
    Claim("SHP110", "keras<2.7", "predict", "two.predict([t, t[:5]])", "raises"),
    Claim("SHP110", "keras<2.7", "evaluate", "words.evaluate(x, y[:5], verbose=0)", "raises"),
    Claim("SHP110", "keras<2.7", "raise ValueError", "two.predict({'a': t, 'b': t[:5]})", "raises"),
    Claim("SHP110", "keras>=2.7", "predict", "two.predict([t, t[:5]])", "raises"),
    Claim("SHP110", "keras>=2.7", "fit", "words.fit(x, y[:5], verbose=0)", "raises"),
    Claim("SHP110", "keras>=2.7", "in a dict AttributeError", "two.predict({'a': t, 'b': t[:5]})",
          "raises AttributeError"),
    Claim("SHP111", "all", "raises on a CPU", "L.Embedding(5, 2)(np.array([1, 5]))",
          "raises InvalidArgumentError"),
    Claim("SHP205", "all", "what follows raises", "dense.predict(t[:1].squeeze())", "raises"),
    Claim("SHP404", "all", "another recurrent layer raises (expected ndim=3, found ndim=2)",
          "L.LSTM(4)(L.LSTM(8)(s_in))", "raises expected ndim=3, found ndim=2"),
    Claim("SHP405", "keras>=3", "one warning", 'L.Dense(1, activation="softmax")(t_in)',
          "silent"),  # Python's own, not one of TensorFlow's log
    Claim("SHP501", "keras<2.7", "each (W,) becomes (W, 1), N x W rows in all",
          "words.predict(slices(x))", "warns", (192, 8)),
    Claim("SHP501", "keras<2.7", "Functional raises for others", "image.predict(slices(pictures))",
          "raises"),
    Claim("SHP501", "keras>=2.7,<3", "raises", "image.predict(slices(pictures))", "raises"),
    Claim("SHP501", "keras>=2.7,<3", "where a layer needs two axes", "words.predict(slices(x))",
          "raises"),
    Claim("SHP501", "keras>=2.7,<3", "rows of rank 1 only where", "lone.predict(slices(x))",
          "silent", (192, 8)),
    Claim("SHP501", "keras>=3", "a model with Input raises", "lone.predict(slices(x))", "raises"),
    Claim("SHP501", "keras>=3", "a model with Input raises", "stacked.predict(slices(x))",
          "raises"),
    Claim("SHP601", "keras<3", "raises: found ndim one too high",
          "keras.Sequential([L.LSTM(4, input_shape=(None, 10, 3))])",
          "raises expected ndim=3, found ndim=4"),
    Claim("SHP601", "keras>=3", "when a layer takes a fixed rank",
          "keras.Sequential([L.Conv2D(4, 3, input_shape=(None, 8, 8, 3))])", "raises"),
    Claim("SHP602", "all", "expected ndim=3, found ndim=2", "L.LSTM(4)(t_in)",
          "raises expected ndim=3, found ndim=2"),
    Claim("SHP603", "keras<3", "Input(shape=784) goes on", "keras.Input(shape=784)", "silent"),
    Claim("SHP603", "keras<3", "input_shape=784 raises for most layers",
          "L.Dense(4, input_shape=784)", "raises TypeError"),
    Claim("SHP603", "keras>=3", "raises TypeError or ValueError", "keras.Input(shape=784)",
          "raises Error"),
    Claim("SHP604", "keras>=2.15,<3", "a Sequential raises", "import keras as three\n"
          "keras.Sequential([keras.Input((4,)), three.layers.Dense(1)])",
          "raises The added layer must be an instance of class Layer"),
    Claim("SHP604", "keras>=2.15,<3", "a layer of Keras 3 takes the tensor silently",
          "import keras as three\nthree.layers.Dense(1)(t_in)", "silent"),
    Claim("SHP604", "keras>=3", "KerasTensor is not allowed",
          "import tf_keras\ntf_keras.layers.Dense(1)(t_in)", "raises Error"),
    Claim("SHP604", "keras>=3", "only instances of Layer can be added",
          "import tf_keras\nkeras.Sequential([keras.Input((4,)), tf_keras.layers.Dense(1)])",
          "raises Only instances of `keras.Layer` can be added"),
    Claim("SHP605", "all", "raises when the model is built", "L.Conv2D(8, 9)(p_in)", "raises"),
    Claim("SHP606", "all", "raises when the layer is called", "L.Reshape((10, 4))(s_in)", "raises"),
    Claim("SHP607", "all", "raises when the layer is called",
          "L.Add()([L.Dense(4)(t_in), L.Dense(5)(t_in)])", "raises"),
    Claim("SHP608", "all", "layer weight shape not compatible with provided weight shape",
          "L.Embedding(5, 8, weights=[np.zeros((6, 8))])(keras.Input((3,)))",
          "raises not compatible with provided weight shape"),
    Claim("SHP109", "all", "the model expects several inputs and got one",
          "two.predict(np.stack([t, t]))", "raises"),
    Claim("SHP119", "keras<3", "fit and evaluate raise where the labels are an array",
          "dense.fit(t.tolist(), t[:, :3], verbose=0)", "raises"),
    Claim("SHP119", "keras<3", "fit and evaluate raise where the labels are an array",
          "dense.evaluate(t.tolist(), t[:, :3], verbose=0)", "raises"),
    Claim("SHP119", "keras>=3", "unrecognized data type", "dense.predict(t.tolist())",
          "raises Unrecognized data type"),
    Claim("SHP119", "keras>=3", "unrecognized data type", "dense.train_on_batch(t.tolist(), t)",
          "raises"),
    Claim("SHP502", "all", "ignored by predict", "words.predict(slices(x).batch(4), batch_size=6)",
          "silent", (12, 8)),
    Claim("SHP502", "all", "fit", "words.fit(slices((x, y)).batch(4), batch_size=6, verbose=0)",
          "silent"),
    Claim("SHP502", "all", "evaluate", "words.evaluate(Batches(x, y), batch_size=6, verbose=0)",
          "silent"),
    Claim("SHP609", "all", "operands could not be broadcast together", "dense.predict(t) - t",
          "raises operands could not be broadcast together"),
    Claim("SHP609", "all", "raises: incompatible shapes", "dense(t) - t",
          "raises InvalidArgumentError"),
    Claim("SHP120", "all", "raises: expects 2 input(s)", "two.predict([t])", "raises"),
    Claim("SHP120", "all", "other words for None", "two.predict([t, None])", "raises Error"),
    Claim("SHP121", "keras<3", "failed to convert", "words.predict(lists)",
          "raises Failed to convert a NumPy array"),
    Claim("SHP121", "keras>=3", "invalid dtype: object", "words.predict(lists)",
          "raises Invalid dtype: object"),
    Claim("SHP109", "all", "raises: the model expects several inputs",
          "two.predict(np.array([t, t]))", "raises"),
    Claim("SHP111", "all", "raises on a CPU", "words.predict(x + 80)",
          "raises InvalidArgumentError"),
    Claim("SHP114", "keras<3", "raises on a CPU", "words.predict(x - 5)",
          "raises InvalidArgumentError"),
    Claim("SHP114", "keras>=3", "silent: -1 is the last row", "words.predict(x - 5)", "silent",
          (12, 8)),
    Claim("SHP115", "all", "raises on a CPU",
          "import transformers\n"
          "bert = transformers.TFBertModel(transformers.BertConfig(\n"
          "    vocab_size=99, hidden_size=8, num_hidden_layers=1, num_attention_heads=2,\n"
          "    intermediate_size=8, max_position_embeddings=20))\n"
          "bert(np.ones((2, 30), 'int32'))", "raises InvalidArgumentError"),
    Claim("SHP402", "all", "raises",
          "made((4,), L.Dense(3, 'softmax'), loss='categorical_crossentropy').fit(t, codes)",
          "raises"),
    Claim("SHP402", "all", "raises",
          "made((4,), L.Dense(3, 'softmax'), loss='sparse_categorical_crossentropy').fit("
          "t, np.eye(3)[codes])", "raises Error"),
    Claim("SHP403", "all", "cross-entropy raises",
          "made((4,), L.Dense(5, 'softmax'), loss='categorical_crossentropy').fit("
          "t, np.eye(3)[codes])", "raises"),
    Claim("SHP403", "all", "mse and mae broadcast (N, 1) against (N, k) silently",
          "made((4,), L.Dense(1)).fit(t, t, verbose=0)", "silent"),
    Claim("SHP403", "all", "mse and mae broadcast (N, 1) against (N, k) silently",
          "made((4,), L.Dense(3), loss='mae').fit(t, t[:, :1], verbose=0)", "silent"),
    Claim("SHP404", "all", "broadcasts without a word",
          "made((10, 3), L.LSTM(4, return_sequences=True), L.Dense(1)).fit("
          "series, t[:, :1], verbose=0)", "silent"),
    Claim("SHP406", "all", "the loss raises",
          "made((8, 8, 3), L.Conv2D(2, 3), L.Dense(3, 'softmax'), "
          "loss='sparse_categorical_crossentropy').fit(pictures, codes)", "raises Error"),
    Claim("SHP406", "all", "or broadcasts",
          "made((10, 3), L.Dense(2), L.Dense(1)).fit(series, t[:, :1], verbose=0)",
          "silent"),
    Claim("SHP610", "keras<3",
          "raises: the last dimension of the inputs to a Dense layer should be defined",
          "L.Dense(3)(keras.Input((None,)))", "raises"),
    Claim("SHP610", "keras<3", "or: the channel dimension of the inputs should be defined",
          "L.Conv2D(4, 3)(keras.Input((8, 8, None)))", "raises"),
    Claim("SHP610", "keras>=3", "raises: shapes used to initialize variables must be fully-defined",
          "L.Dense(3)(keras.Input((None,)))", "raises"),
    Claim("SHP610", "keras>=3", "a convolution raises TypeError, 'NoneType' and 'int'",
          "L.Conv2D(4, 3)(keras.Input((8, 8, None)))", "raises TypeError"),
    Claim("SHP503", "keras<2.7", "raises", "memory.predict(series[:1])", "raises Error"),
    Claim("SHP503", "keras>=2.7,<3", "raises", "memory.predict(series[:7], batch_size=5)",
          "raises Error"),
    Claim("SHP503", "keras>=2.7,<3", "returns as many rows as the batch has",
          "memory.predict(series[:1])", "silent", (5, 4)),
    Claim("SHP503", "keras>=3", "raises", "memory.predict(series[:1])", "raises"),
]

_programs = {}


def program(generation: str) -> Program:
    if generation not in _programs:
        _programs[generation] = Program(generation, SETUP)
    for model in _programs[generation].models():
        generation_of(model).reset_traces(model)
    return _programs[generation]


@contextlib.contextmanager
def tf_warnings() -> Iterator[List[str]]:
    """What the logger "tensorflow" says of incompatible shapes."""
    said: List[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: said.append(record.getMessage())
    logging.getLogger("tensorflow").addHandler(handler)
    try:
        yield said
    finally:
        logging.getLogger("tensorflow").removeHandler(handler)
        said[:] = [text for text in said if "incompatible shape" in text]


HERE = [(generation, claim) for generation in GENERATIONS for claim in CLAIMS
        if applies(claim.condition, generation, keras_of(generation).__version__)]


@pytest.mark.parametrize(("generation", "claim"), HERE,
                         ids=[f"{g}-{c.code} {c.words}: {c.shown}" for g, c in HERE])
def test_a_rule_says_the_truth_of_this_version(generation, claim):
    rule = next(r for r in catalogue() if r.code == claim.code)
    assert claim.words in rule.versions[claim.condition]
    with tf_warnings() as said:
        outcome = program(generation).run(claim.shown)
    assert outcome.codes == ([] if claim.shown == "words.predict(x)" else [
        "SHP101" if claim.words == "whatever the container" else claim.code])
    if claim.by.startswith("raises"):
        assert outcome.error is not None
        detail = claim.by[len("raises"):].strip() or "ValueError"
        assert detail in f"{type(outcome.error).__name__}: {outcome.error}"
        return
    assert outcome.error is None
    assert bool(said) == (claim.by == "warns")
    if claim.shape:
        assert tuple(outcome.calls[-1].returned[0].array.shape) == claim.shape


def test_what_every_rule_says_of_versions_is_replayed():
    claimed = {(c.code, c.condition) for c in CLAIMS}
    for rule in catalogue():
        if reads(rule) is Comparison or rule.watcher_blind:
            continue  # tests of consistency; of the reader
        for condition in rule.versions:
            said = rule.versions[condition]
            assert (rule.code, condition) in claimed or said.startswith("silent")
            applies(condition, "keras2", "2.6.0")  # it can be read


def test_a_false_statement_would_be_seen():
    generation = GENERATIONS[0]
    version = keras_of(generation).__version__
    wrong = next(c for g, c in HERE if g == generation and c.by == "silent")._replace(by="raises")
    assert applies(wrong.condition, generation, version)
    with pytest.raises(AssertionError):
        test_a_rule_says_the_truth_of_this_version(generation, wrong)
