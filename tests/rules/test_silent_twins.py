"""Wrong calls that Keras lets pass: today's Keras raises for `x[0]`, and not for its twins.

Each is flagged with its own code, once, however it is called.
"""
from __future__ import annotations

from importlib.util import find_spec
from typing import NamedTuple

import pytest

import shapecheck
from shapecheck.observe.models import generation_of
from tests.rules.correct_calls import COMMON, IDS, PAIR, TABLE
from tests.rules.runner import GENERATIONS, Program, applies, keras_of

pytestmark = pytest.mark.legacy


class Twin(NamedTuple):
    code: str  # what the user wrote
    rule: str
    silent: str = "all"  # condition under which Keras says nothing; elsewhere it may raise
    fix: str = ""  # "" where there is none to paste


WORDS = IDS + '''
import pandas as pd
frame = pd.DataFrame(x)
row, column = x[0], x[0][:, None]
batch = {"words": x[0]}
slices = tf.data.Dataset.from_tensor_slices
after_good = net(w_in, L.Dense(4)(L.LSTM(4)(L.Embedding(100, 8)(w_in))))
pooled = net(w_in, L.GlobalAveragePooling1D()(L.Embedding(100, 8)(w_in)))
stacked = keras.Sequential([keras.Input((16,), dtype="int32"), L.Embedding(100, 8),
                            L.GlobalAveragePooling1D(), L.Dense(4)])
stacked.compile("sgd", "mse")
y16, y12 = rng.rand(16, 4).astype("float32"), rng.rand(12, 4).astype("float32")
'''

TWINS = {
    "(N, 1) for one row of N": (WORDS, [
        Twin("words.predict(column)", "SHP103", fix="words.predict(column.T)"),
        Twin("words.predict(x=column, verbose=0)", "SHP103",
             fix="words.predict(x=column.T, verbose=0)"),
        Twin("words.predict_on_batch(column)", "SHP103", fix="words.predict_on_batch(column.T)"),
        Twin("words(column)", "SHP103", fix="words(column.T)"),
        Twin("words(tf.constant(column))", "SHP103",
             fix="words(tf.constant(column)[:, 0][None, :])"),  # a tensor has no .T
        Twin("words(row[:, tf.newaxis], training=False)", "SHP103",
             fix="words(row[tf.newaxis, :], training=False)"),
        Twin("words(tf.expand_dims(row, -1))", "SHP103", fix="words(tf.expand_dims(row, 0))"),
        Twin("words.predict([column])", "SHP103", fix="words.predict([column.T])"),
        Twin("words.predict({'words': column})", "SHP103",
             fix="words.predict({'words': column.T})"),
        Twin("words.fit(column, y16, verbose=0)", "SHP103",
             fix="words.fit(column.T, y16, verbose=0)"),
        Twin("words.evaluate(column, y16, verbose=0)", "SHP103",
             fix="words.evaluate(column.T, y16, verbose=0)"),
        Twin("words.train_on_batch(column, y16)", "SHP103",
             fix="words.train_on_batch(column.T, y16)"),
        Twin("words.test_on_batch(column, y16)", "SHP103",
             fix="words.test_on_batch(column.T, y16)"),
        Twin("words.predict(x[0].reshape(-1, 1))", "SHP103",
             fix="words.predict(x[0].reshape(1, -1))"),
        Twin("words.predict(frame.iloc[0].to_numpy()[:, None])", "SHP103",
             fix="words.predict(frame.iloc[0].to_numpy()[None, :])"),
        Twin("words.predict(np.expand_dims(x[0], axis=1))", "SHP103",
             fix="words.predict(np.expand_dims(x[0], axis=0))"),
        Twin("words.predict(slices(column).batch(4))", "SHP103"),
        Twin("words.predict(((column[i:i + 4],) for i in range(0, 16, 4)), steps=4)", "SHP103"),
        Twin("words.predict(Batches(column))", "SHP103"),
        Twin("stacked.predict(column)", "SHP103", fix="stacked.predict(column.T)"),
        Twin("after_good.predict(x)\nafter_good.predict(column)", "SHP103",
             fix="after_good.predict(column.T)"),
    ]),
    "a pandas Series": (WORDS + TABLE + PAIR + '''
import pandas as pd
frame, numbers = pd.DataFrame(x), pd.DataFrame(t, columns=list("abcd"))
i = 2
''', [
        Twin("words.predict(frame.iloc[0])", "SHP104", fix="words.predict(frame.iloc[0:1])"),
        Twin("words.predict(frame.iloc[i])", "SHP104", fix="words.predict(frame.iloc[i:i+1])"),
        Twin("words.predict(frame.loc[3])", "SHP104", fix="words.predict(frame.loc[[3]])"),
        Twin("words.predict([frame.iloc[0]])", "SHP104", fix="words.predict([frame.iloc[0:1]])"),
        Twin("words.predict({'words': frame.iloc[0]})", "SHP104",
             fix="words.predict({'words': frame.iloc[0:1]})"),
        Twin("words.predict(frame[3])", "SHP104"),
        Twin("words.predict(pd.Series(x[0]))", "SHP104",
             fix="words.predict(pd.Series(x[0]).to_numpy()[None, :])"),
        Twin("pair.predict([frame.iloc[0], pd.Series(mask[0])])", "SHP104",
             fix="pair.predict([frame.iloc[0:1], pd.Series(mask[0]).to_numpy()[None, :]])"),
        Twin("dense.predict(numbers.iloc[0])", "SHP104", "keras<2",
             fix="dense.predict(numbers.iloc[0:1])"),
        Twin("dense.predict(numbers['a'])", "SHP104", "keras<2"),
        Twin("dense.predict_on_batch(numbers.iloc[0])", "SHP104", "keras<2",
             fix="dense.predict_on_batch(numbers.iloc[0:1])"),
    ]),
    "width and rank after a good call": (WORDS + TABLE, [
        Twin("words.predict(x)\nwords.predict(x[:, :10])", "SHP107", "keras>=2.7"),
        Twin("words.predict(x)\nwords.predict(x[0])", "SHP101", "keras<2.7",
             fix="words.predict(x[0:1])"),
        Twin("pooled.predict(x)\npooled.predict(x[0])", "SHP101", "keras<3",
             fix="pooled.predict(x[0:1])"),
        Twin("after_good.predict(x)\nafter_good.predict(x[:, :10])", "SHP107", "keras>=2.7"),
        Twin("words.predict(x)\nwords.predict(x.T)", "SHP105", "keras>=2.7",
             fix="words.predict(x)"),
        Twin("words.predict(x)\nwords.predict(x[:, :20][:3, :9])", "SHP107", "keras>=2.7"),
        Twin("dense.predict(t)\ndense.predict(t[0])", "SHP101", "keras<2",
             fix="dense.predict(t[0:1])"),
        Twin("words.fit(x, y12, verbose=0)\nwords.fit(x[:, :9], y12, verbose=0)", "SHP107",
             "keras<2"),
    ]),
    "a Sequential with Input never checks the width on Keras 3": (WORDS, [
        Twin("stacked.predict(x[:, :10])", "SHP107", "keras3"),
        Twin("stacked(x[:, :10])", "SHP107", "keras3"),
        Twin("stacked.predict(x.T)", "SHP105", "keras3", fix="stacked.predict(x)"),
        Twin("stacked.fit(x[:, :10], y12, verbose=0)", "SHP107", "keras3"),
        Twin("stacked.predict(np.hstack([x, x]))", "SHP107", "keras3"),
    ]),
    "pipelines": (WORDS + TABLE, [
        Twin("words.predict(((x[:4, :9],) for _ in range(2)), steps=2)", "SHP107", "keras2"),
        Twin("words.predict(Batches(x[:, :9]))", "SHP107", "keras2"),
        Twin("words.fit(Batches(x[:, :9], y12), verbose=0)", "SHP107", "keras2"),
        Twin("words.predict(((r,) for r in x), steps=2)", "SHP101", "keras<2.7"),
        Twin("stacked.predict(Batches(x[:, :9]))", "SHP107"),
        Twin("words.predict(slices(x[:, :9]).batch(4))", "SHP107", "keras<2"),
        Twin("words.predict(slices(x))", "SHP501", "keras<2.7",
             fix="words.predict(slices(x).batch(32))"),
        Twin("words.predict(slices(x), batch_size=4)", "SHP501", "keras<2.7",
             fix="words.predict(slices(x).batch(32), batch_size=4)"),
        Twin("words.fit(slices((x, y12)), verbose=0)", "SHP501", "keras<2",
             fix="words.fit(slices((x, y12)).batch(32), verbose=0)"),
        Twin("words.predict(slices({'words': x}))", "SHP501", "keras<2.7",
             fix="words.predict(slices({'words': x}).batch(32))"),
        Twin("dense.predict(slices(t).shuffle(12).prefetch(1))", "SHP501", "keras<2",
             fix="dense.predict(slices(t).shuffle(12).prefetch(1).batch(32))"),
    ]),
    "transposed, and lists of rows": (WORDS + TABLE, [
        Twin("words.predict(x.T)", "SHP105", "keras<2", fix="words.predict(x)"),
        Twin("dense.predict(t.T)", "SHP105", "keras<2", fix="dense.predict(t)"),
        Twin("stacked.predict(x.T)", "SHP105", "keras3", fix="stacked.predict(x)"),
        Twin("words.predict(x[0].tolist())", "SHP101", "keras<2.7",
             fix="words.predict(np.array([x[0].tolist()]))"),
    ]),
    "models that declare nothing, after their first call": ('''
class Reader(keras.Model):
    def __init__(self):
        super().__init__()
        self.embed, self.pool, self.head = (
            L.Embedding(100, 8), L.GlobalAveragePooling1D(), L.Dense(4))
    def call(self, ids):
        return self.head(self.pool(self.embed(ids)))
class Frames(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = L.Dense(2)
    def call(self, z):
        return self.dense(z)
reader, frames = Reader(), Frames()
bare = keras.Sequential([L.Dense(3)])
conv = keras.Sequential([L.Conv1D(2, 3), L.GlobalAveragePooling1D()])
x = rng.randint(1, 100, (12, 16)).astype("int32")
t = rng.rand(12, 4).astype("float32")
series = rng.rand(12, 10, 3).astype("float32")
reader(x); frames(series); bare(t); conv(series)
''', [
        Twin("reader.predict(x[0])", "SHP101", "keras<2.7", fix="reader.predict(x[0:1])"),
        Twin("reader(x[0])", "SHP101", "keras<2", fix="reader(x[0:1])"),
        Twin("frames(series[0])", "SHP102", fix="frames(series[0:1])"),
        Twin("frames.predict(series[2])", "SHP102", "all", fix="frames.predict(series[2:3])"),
        Twin("bare.predict(t[0])", "SHP101", "keras<2", fix="bare.predict(t[0:1])"),
        Twin("bare(t[0])", "SHP101", "keras<2", fix="bare(t[0:1])"),
        Twin("bare.predict(t[:, :3])", "SHP107", "keras<2"),
        Twin("conv(series[0])", "SHP102", "keras<2", fix="conv(series[0:1])"),
        Twin("conv.predict(series[0])", "SHP102", "keras<2", fix="conv.predict(series[0:1])"),
    ]),
    "more axes than declared": (TABLE + """
plain = keras.Sequential([keras.Input((4,)), L.Dense(3)])
""", [
        Twin("dense.predict(t[None])", "SHP106", "keras<2", fix="dense.predict(t)"),
        Twin("dense.predict(t.reshape(3, 4, 4))", "SHP106", "keras<2"),
        Twin("dense(t[None])", "SHP106", "keras<2", fix="dense(t)"),
        Twin("dense.predict((t + 1)[None])", "SHP106", "keras<2", fix="dense.predict((t + 1))"),
        Twin("dense.predict(np.stack([t + 1]))", "SHP106", "keras<2",
             fix="dense.predict(np.stack([t + 1])[0])"),
        Twin("dense.predict(rng.rand(2, 7, 1))", "SHP106", "keras<2"),
        Twin("dense.predict(Batches(t.reshape(3, 4, 4)))", "SHP106", "keras2"),
        Twin("dense.predict(t)\ndense.predict(t.reshape(3, 4, 4))", "SHP106", "keras<2"),
        Twin("plain.predict(t[None])", "SHP106", "keras<2.7", fix="plain.predict(t)"),
        Twin("plain(t[None])", "SHP106", "keras<2.7", fix="plain(t)"),
    ]),
    "rows that do not belong together": (PAIR + TABLE, [
        Twin("pair.predict([ids, mask[:5]])", "SHP110", "keras<2"),
        Twin("pair.predict({'input_ids': ids, 'attention_mask': mask[:5]})", "SHP110", "keras<2"),
        Twin("pair.fit([ids, mask], y[:5], verbose=0)", "SHP110", "keras<2"),
        Twin("pair.evaluate([ids[:3], mask], y, verbose=0)", "SHP110", "keras<2"),
        Twin("dense.fit(t, y[:7], verbose=0)", "SHP110", "keras<2"),
        Twin("dense.fit(t, y, sample_weight=np.ones(7), verbose=0)", "SHP110", "keras<2"),
        Twin("dense.train_on_batch(t, y[:7])", "SHP110", "keras<2"),
        Twin("pair([ids, mask[:5]])", "SHP110", "keras<2"),
    ]),
    "rows that come back": ('''
t_in = keras.Input((4,))
def layer(function):
    class Own(L.Layer):
        def call(self, z):
            return function(z)
    return Own()
def made(*functions, shape=None):
    outputs = [layer(f)(t_in) for f in functions]
    return keras.Model(t_in, outputs if len(outputs) > 1 else outputs[0])
first = made(lambda z: z[0])
total = made(lambda z: tf.reduce_sum(z))
mean = made(lambda z: tf.reduce_mean(z, axis=0, keepdims=True))
fold = made(lambda z: tf.reshape(z, (-1, 2)))
two = made(lambda z: z, lambda z: tf.reduce_mean(z, axis=0, keepdims=True))
keyed = keras.Model(t_in, {"ok": layer(lambda z: z)(t_in), "odd": layer(lambda z: z[:1])(t_in)})
leak = made(lambda z: z * 0 + z[0])
average = made(lambda z: z * 0 + tf.reduce_mean(z, axis=0, keepdims=True))
leaks = made(lambda z: z * 0 + z[0], lambda z: z * 0 + 2 * z[0])
named = keras.Model(t_in, {"a": layer(lambda z: z * 0 + z[0])(t_in)})
hidden = keras.Sequential([keras.Input((4,)), layer(lambda z: z * 0 + z[0]), L.Dense(5)])
t = rng.rand(40, 4).astype("float32")
''', [
        Twin("first.predict(t)", "SHP202"),
        Twin("first.predict(t, batch_size=7)", "SHP202"),
        Twin("total.predict(t)", "SHP202"),
        Twin("total.predict(t, batch_size=10)", "SHP202"),
        Twin("mean.predict(t, batch_size=10)", "SHP202"),
        Twin("mean.predict(t)", "SHP202"),
        Twin("fold.predict(t)", "SHP202"),
        Twin("two.predict(t, batch_size=10)", "SHP202"),
        Twin("keyed.predict(t, batch_size=10)", "SHP202"),
        Twin("mean.predict_on_batch(t)", "SHP202"),
        Twin("leak.predict(t[:30])", "SHP203"),
        Twin("leak.predict(t)  # two batches, each with one answer", "SHP203"),
        Twin("leak.predict(t, batch_size=10)", "SHP203"),
        Twin("leak.predict(t, batch_size=7)", "SHP203"),
        Twin("leak.predict_on_batch(t)", "SHP203"),
        Twin("leak(t)", "SHP203"),
        Twin("average.predict(t)", "SHP203"),
        Twin("average.predict(t, batch_size=10)", "SHP203"),
        Twin("leaks.predict(t)", "SHP203"),
        Twin("named.predict(t)", "SHP203"),
        Twin("hidden.predict(t)", "SHP203"),
        Twin("hidden(t[:3])", "SHP203"),
    ]),
}

ALL = [pytest.param(generation, setup, twin, id=f"{generation}-{twin.rule}: {twin.code}")
       for generation in GENERATIONS for setup, twins in TWINS.values() for twin in twins]

_programs = {}


def program(generation: str, setup: str) -> Program:
    """Built once; every example begins with models that were not traced yet."""
    key = (generation, setup)
    if key not in _programs:
        _programs[key] = Program(generation, COMMON + setup)
    for model in _programs[key].models():
        generation_of(model).reset_traces(model)
    return _programs[key]


@pytest.mark.parametrize(("generation", "setup", "twin"), ALL)
def test_a_wrong_call_is_flagged(generation, setup, twin):
    outcome = program(generation, setup).run(twin.code)
    assert outcome.codes == [twin.rule], [f.message for f in outcome.findings]
    fix = outcome.findings[0].fix
    assert ("" if fix is None else str(fix)) == twin.fix
    if applies(twin.silent, generation, keras_of(generation).__version__):
        assert outcome.error is None, "no longer silent: say so in the rule's `versions`"


# -- Hugging Face: Keras 2 models that declare (None, None) ---------------------------------

BERT = """
from transformers import BertConfig, TFBertModel
bert = TFBertModel(BertConfig(vocab_size=100, hidden_size=16, num_hidden_layers=1,
                              num_attention_heads=2, intermediate_size=16,
                              max_position_embeddings=32))
ids = rng.randint(1, 100, (3, 16)).astype("int32")
mask = np.ones_like(ids)
enc = {"input_ids": ids[0], "attention_mask": mask[0]}
column = ids[0][:, None]
bert(ids)
"""

BERT_TWINS = [
    Twin("bert(ids[0])", "SHP101", "keras<2", fix="bert(ids[0:1])"),
    Twin("bert([ids[0], mask[0]])", "SHP101", "keras<2", fix="bert([ids[0:1], mask[0:1]])"),
    Twin("bert(ids[0], attention_mask=mask[0])", "SHP101", "keras<2",
         fix="bert(ids[0:1], attention_mask=mask[0:1])"),
    Twin("bert(input_ids=ids[0], attention_mask=mask[0])", "SHP101", "keras<2",
         fix="bert(input_ids=ids[0:1], attention_mask=mask[0:1])"),
    Twin("bert({'input_ids': ids[0], 'attention_mask': mask[0]})", "SHP101", "keras<2",
         fix="bert({'input_ids': ids[0:1], 'attention_mask': mask[0:1]})"),
    Twin("bert(enc)", "SHP101", "keras<2", fix="bert({k: v[None, :] for k, v in enc.items()})"),
    Twin("bert.predict(ids[0])", "SHP101", "keras<2.7", fix="bert.predict(ids[0:1])"),
    Twin("bert.predict(enc)", "SHP101", "keras<2.7",
         fix="bert.predict({k: v[None, :] for k, v in enc.items()})"),
    Twin("bert.predict([ids[0], mask[0]])", "SHP101", "keras<2.7",
         fix="bert.predict([ids[0:1], mask[0:1]])"),
    Twin("bert(column)", "SHP103", fix="bert(column.T)"),
    Twin("bert.predict(column)", "SHP103", fix="bert.predict(column.T)"),
    Twin("bert(ids[0][:, None], attention_mask=mask[0][:, None])", "SHP103", "keras>=2.7",
         fix="bert(ids[0][None, :], attention_mask=mask[0][None, :])"),
    Twin("bert({'input_ids': column, 'attention_mask': np.ones_like(column)})", "SHP103",
         fix="bert({'input_ids': column.T, 'attention_mask': np.ones_like(column).T})"),
    Twin("bert(ids, attention_mask=mask[:2])", "SHP110", "keras<2"),
]


@pytest.mark.skipif(find_spec("transformers") is None, reason="transformers is not installed")
@pytest.mark.parametrize("twin", BERT_TWINS, ids=lambda t: f"{t.rule}: {t.code}")
def test_a_wrong_call_of_bert_is_flagged(twin):
    outcome = program("keras2", BERT).run(twin.code)
    assert outcome.codes == [twin.rule], [f.message for f in outcome.findings]
    finding = outcome.findings[0]
    assert ("" if finding.fix is None else str(finding.fix)) == twin.fix
    if twin.rule == "SHP103":  # (None, None) is declared: one token a row is possible
        assert finding.severity == "warning"
        assert "16 rows of one token" in finding.headline
    if applies(twin.silent, "keras2", keras_of("keras2").__version__):
        assert outcome.error is None


# -- once each ---------------------------------------------------------------------------------

LOOPS = [
    "for i in range(3):\n    bare(x[i][:, None])",
    "for row in x:\n    bare(row[:, None])",
    "[bare(row[:, None]) for row in x[:3]]",
    "def ask(row):\n    return bare(row[:, None])\nfor row in x:\n    ask(row)",
    "for _ in range(2):\n    for row in x[:2]:\n        bare(row[:, None])",
]
NOTHING_FIXED = """
any_in = keras.Input((16,), dtype="int32", name="words")
bare = keras.Model(any_in, L.GlobalAveragePooling1D()(L.Embedding(100, 8)(any_in)))
x = rng.randint(1, 100, (12, 16)).astype("int32")
"""


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("code", LOOPS)
def test_a_wrong_call_in_a_loop_is_told_once(generation, code):
    assert program(generation, NOTHING_FIXED).run(code).codes == ["SHP103"]


@pytest.mark.parametrize("generation", GENERATIONS)
def test_the_inputs_of_a_list_are_one_finding(generation):
    outcome = program(generation, PAIR).run("pair.predict([ids[0], mask[0]])")
    (finding,) = outcome.findings
    assert finding.inputs == ("input_ids", "attention_mask")
    assert finding.headline == ("ids[0] is (16,) and mask[0] is (16,): one row without its batch "
                                "axis; each input declares (None, 16)")
    assert str(finding.fix) == "pair.predict([ids[0:1], mask[0:1]])"


@pytest.mark.parametrize("generation", GENERATIONS)
def test_only_the_wrong_input_is_mended(generation):
    code = "pair.predict([ids[0:1], mask[0]],  # mask\n verbose=0)"
    outcome = program(generation, PAIR).run(code)
    (finding,) = outcome.findings
    # the line stands in a `with` block, four further in
    assert str(finding.fix) == "pair.predict([ids[0:1], mask[0:1]],  # mask\n     verbose=0)"


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_name_for_all_inputs_is_changed_only_where_all_are_wrong(generation):
    both, one = (program(generation, PAIR).run(
        f"batch = {{'input_ids': ids[0], 'attention_mask': {m}}}\npair.predict(batch)").findings
        for m in ("mask[0]", "mask[0:1]"))
    assert str(both[0].fix) == "pair.predict({k: v[None, :] for k, v in batch.items()})"
    assert one[0].fix is None
    assert one[0].message.endswith("`row[None, :]` adds it")


# -- what must not be run ----------------------------------------------------------------------

FATAL = IDS + """
conv = net(w_in, L.GlobalMaxPooling1D()(L.Conv1D(4, 3)(L.Embedding(100, 8)(w_in))))
conv.predict(x)
"""


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_call_that_kills_the_process_is_judged_without_running_it(generation):
    """Rank 1 after a good call on Embedding -> Conv1D: TF 2.21 aborts the process (facts, 7)."""
    names = program(generation, FATAL).names
    report = shapecheck.check_inputs(names["conv"], names["x"][0])
    (finding,) = report.findings
    assert finding.code == "SHP101"
    assert str(finding.fix) == """conv.predict(names["x"][0:1])""".replace("conv", 'names["conv"]')
    assert " raises ValueError here" not in finding.message


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize(("inputs", "rule"), [
    ("x[0]", "SHP101"), ("x[0][:, None]", "SHP103"), ("x[:, :9]", "SHP107"), ("x[None]", "SHP106"),
    ("pd.Series(x[0])", "SHP104"), ("slices(x)", "SHP501"), ("x.T", "SHP107"),
])
def test_check_inputs_speaks_of_what_would_happen(generation, inputs, rule):
    space = dict(program(generation, WORDS).names, check_inputs=shapecheck.check_inputs)
    report = eval(f"check_inputs(words, {inputs})", space)
    assert [f.code for f in report.findings] == [rule]
    message = report.findings[0].message
    for word in (" here", "goes on without an error", "returns", "None a", "  "):
        assert word not in message, message


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize("inputs", ["x", "x[0:1]", "x[..., None]", "[x]", "{'words': x}",
                                    "slices(x).batch(4)", "pd.DataFrame(x)", "tf.constant(x)"])
def test_check_inputs_leaves_right_inputs_alone(generation, inputs):
    space = dict(program(generation, WORDS).names, check_inputs=shapecheck.check_inputs)
    assert eval(f"check_inputs(words, {inputs})", space).findings == ()
