"""Crashes become lessons: the user's own exception, unchanged, with a note of three lines.

Each error here is really caused, on each Keras of the environment. Before Python 3.11 exceptions
carry no notes: the same is told by the finding.
"""
from __future__ import annotations

import itertools
import linecache
import re
import sys
import traceback
from typing import Any, Dict, NamedTuple, Optional, Tuple

import pytest

import shapecheck

pytestmark = pytest.mark.legacy

SETUP = '''
import numpy as np
import tensorflow as tf
L = keras.layers
rng = np.random.RandomState(0)
table = rng.rand(40, 4).astype("float32")
images = rng.rand(40, 8, 8, 3).astype("float32")
series = rng.rand(40, 10, 3).astype("float32")
ids = rng.randint(1, 100, (40, 16)).astype("int32")
codes = np.arange(40) % 3
one_hot = np.eye(3)[codes].astype("float32")

def net(*layers, loss="mse", **kwargs):
    made = keras.Sequential(list(layers))
    made.compile(loss=loss, **kwargs)
    return made

table_in = keras.Input((4,), name="table")
dense = keras.Model(table_in, L.Dense(3)(table_in))
dense.compile(loss="mse")
ids_in = keras.Input((16,), dtype="int32", name="ids")
text = keras.Model(ids_in, L.Dense(4)(L.Flatten()(L.Embedding(100, 8, name="words")(ids_in))))
text.compile(loss="mse")
a_in, b_in = keras.Input((4,), name="a"), keras.Input((4,), name="b")
pair = keras.Model([a_in, b_in], L.Dense(1)(L.Concatenate()([a_in, b_in])))
pair.compile(loss="mse")

class Residual(L.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.inner = L.Dense(5)
    def call(self, x):
        return x + self.inner(x)

class Times(L.Layer):
    def build(self, shape):
        self.w = self.add_weight(shape=(5, 2), name="w")
    def call(self, x):
        return tf.matmul(x, self.w)

class Cut(L.Layer):
    def call(self, x):
        return tf.reshape(x, (-1, 7))

class Own(keras.Model):
    def __init__(self, function):
        super().__init__()
        self.function = function
    def call(self, x):
        return self.function(x)

class Stepping(keras.Model):
    def train_step(self, data):
        x, y = data
        return {"loss": tf.reduce_mean((self(x, training=True) - y) ** 2)}

def softmax(units, loss, *before, **kwargs):
    layers = before or (keras.Input((4,)),)
    return net(*layers, L.Dense(units, activation="softmax"), loss=loss, **kwargs)

ragged = np.empty(3, dtype=object)
ragged[:] = [[1, 2], [3], [4, 5, 6]]
memory_in = keras.Input(batch_shape=(5, 10, 3), name="memory")
'''

CCE, SCCE = "'categorical_crossentropy'", "'sparse_categorical_crossentropy'"


class Case(NamedTuple):
    """code: what raises. rule: of the note. says: pieces of its first line. only: generations
    that raise; nothing is raised on the others.

    source: pieces of what the source says of it, which stands for the exception's own words where
    there are no notes (before Python 3.11).
    """

    code: str
    rule: str
    says: Tuple[str, ...]
    setup: str = ""
    only: Tuple[str, ...] = ("keras", "tf_keras", "tf.keras")
    source: Tuple[str, ...] = ()


KERAS2 = ("tf_keras", "tf.keras")
KERAS3 = ("keras",)

CASES: Dict[str, Case] = {
    # inputs against what is declared
    "a row": Case("text.predict(ids[0])", "SHP101", ("ids[0] is (16,)", "(None, 16)")),
    "a row in a call": Case("text(ids[0])", "SHP101", ("ids[0] is (16,)", "(None, 16)")),
    "an image": Case("m.predict(images[0])", "SHP102", ("images[0] is (8, 8, 3)",),
                     "m = net(keras.Input((8, 8, 3)), L.Conv2D(4, 3))"),
    "width": Case("dense.predict(table[:, :3])", "SHP107",
                  ("table[:, :3] is (40, 3)", "table declares (None, 4)")),
    "width in fit": Case("dense.fit(table[:, :3], one_hot, verbose=0)", "SHP107",
                         ("table[:, :3] is (40, 3)", "table declares (None, 4)")),
    "width on batch": Case("dense.train_on_batch(table[:, :3], one_hot)", "SHP107",
                           ("table[:, :3] is (40, 3)",)),
    "width after a good call": Case("text.predict(ids[:, :9])", "SHP107",
                                    ("ids[:, :9] is (40, 9)",), "text.predict(ids)"),
    "rank after a good call": Case("m.predict(series[..., 0])", "SHP107",
                                   ("series[..., 0] is (40, 10)", "(None, 10, 3)"),
                                   "i = keras.Input((10, 3))\nm = keras.Model(i, L.LSTM(4)(i))\n"
                                   "m.predict(series)"),
    "undeclared width": Case("m.predict(table[:, :3])", "SHP107",
                             ("table[:, :3] is (40, 3)", "(None, 4)"),
                             "m = net(L.Dense(3))\nm.predict(table)"),
    "channels": Case("m.predict(images[..., :1])", "SHP107", ("(40, 8, 8, 1)", "3"),
                     "m = net(L.Conv2D(4, 3))\nm.predict(images)"),
    "behind a flatten": Case("m(images[:, :4])", "SHP107",
                             ("images[:, :4] is (40, 4, 8, 3)", "layer last takes 192"),
                             "m = net(L.Flatten(), L.Dense(2, name='last'))\nm(images)"),
    "recurrent rank": Case("m.predict(table)", "SHP602", ("table is (40, 4)", "takes rank 3"),
                           "m = net(L.LSTM(4))"),
    "an unbatched dataset": Case("text.predict(data)", "SHP501", ("(16,)", "(None, 16)"),
                                 "data = tf.data.Dataset.from_tensor_slices(ids)"),
    # how many inputs
    "one for two": Case("pair.predict(table)", "SHP120",
                        ("takes 2 inputs (a, b)", "got table (40, 4)")),
    "three for two": Case("pair([table, table, table])", "SHP120", ("takes 2 inputs (a, b)",)),
    "a key less": Case("pair.predict({'a': table})", "SHP120", ("nothing for b",)),
    "None in a list": Case("pair([table, None])", "SHP120", ("takes 2 inputs (a, b)",)),
    "None": Case("dense.predict(None)", "SHP120", ("None was passed",)),
    "a list for a dict": Case("m.predict([table[:, :2], table])", "SHP108",
                              ("takes a dict of", "alpha", "got a list"),
                              "za, zb = keras.Input((4,), name='zed'), "
                              "keras.Input((2,), name='alpha')\n"
                              "m = keras.Model({'zed': za, 'alpha': zb}, "
                              "L.Dense(1)(L.Concatenate()([za, zb])))", only=KERAS3),
    "rows in a list": Case("dense.predict([table[0], table[1]])", "SHP119",
                           ("is a list of rows", "(2, 4)")),
    "objects": Case("text.predict(ragged)", "SHP121", ("ragged is (3,) of objects",)),
    "objects in a call": Case("text(ragged)", "SHP121", ("ragged is (3,) of objects",)),
    "lists of other lengths": Case("text.predict([[1, 2, 3], [4, 5]])", "SHP121",
                                   ("different lengths",)),
    "labels of objects": Case("dense.fit(table[:3], ragged, verbose=0)", "SHP121",
                              ("ragged is (3,) of objects",)),
    # rows
    "cardinality": Case("dense.fit(table, one_hot[:7], verbose=0)", "SHP110",
                        ("table is (40, 4)", "one_hot[:7] is (7, 3)")),
    "cardinality in a dict": Case("pair.predict({'a': table, 'b': table[:5]})", "SHP110",
                                  ("table[:5] is (5, 4)",)),
    "cardinality of weights": Case(
        "dense.fit(table, one_hot, sample_weight=np.ones(5), verbose=0)", "SHP110",
        ("np.ones(5) is (5,)",)),
    "validation rows": Case(
        "dense.fit(table, one_hot, validation_data=(table, one_hot[:5]), verbose=0)", "SHP110",
        ("one_hot[:5] is (5, 3)", "40 rows and 5 rows")),
    "stateful": Case("m.predict(series[:3])", "SHP503", ("series[:3] is (3, 10, 3)", "5"),
                     "m = keras.Model(memory_in, L.LSTM(4, stateful=True)(memory_in))"),
    "stateful call": Case("m(series[:3])", "SHP503", ("series[:3] is (3, 10, 3)", "5"),
                          "m = keras.Model(memory_in, L.LSTM(4, stateful=True)(memory_in))"),
    # labels
    "codes for one-hot": Case("m.fit(table, codes, verbose=0)", "SHP402",
                              ("codes is (40,)", "(40, 3)"), f"m = softmax(3, {CCE})"),
    "codes in evaluate": Case("m.evaluate(table, codes, verbose=0)", "SHP402",
                              ("codes is (40,)",), f"m = softmax(3, {CCE})"),
    "one-hot for codes": Case("m.fit(table, one_hot, verbose=0)", "SHP402",
                              ("one_hot is (40, 3)",), f"m = softmax(3, {SCCE})"),
    "one-hot on batch": Case("m.train_on_batch(table, one_hot)", "SHP402",
                             ("one_hot is (40, 3)",), f"m = softmax(3, {SCCE})"),
    "units": Case("m.fit(table, one_hot, verbose=0)", "SHP403", ("one_hot is (40, 3)", "5"),
                  f"m = softmax(5, {CCE})"),
    "units of mse": Case("m.fit(table, one_hot, verbose=0)", "SHP403",
                         ("one_hot is (40, 3)", "5"),
                         "m = net(keras.Input((4,)), L.Dense(5))"),
    "binary": Case("m.fit(table, one_hot, verbose=0)", "SHP403", ("one_hot is (40, 3)", "1"),
                   "m = net(keras.Input((4,)), L.Dense(1, activation='sigmoid'), "
                   "loss='binary_crossentropy')"),
    "binary, two units": Case("m.fit(table, codes % 2, verbose=0)", "SHP403",
                              ("codes % 2 is (40,)", "2"),
                              "m = net(keras.Input((4,)), L.Dense(2, activation='sigmoid'), "
                              "loss='binary_crossentropy')"),
    "a label too large": Case("m.fit(table, codes + 1, verbose=0)", "SHP403",
                              ("codes + 1 is (40,)", "3"), f"m = softmax(3, {SCCE})"),
    "no flatten": Case("m.fit(images, codes, verbose=0)", "SHP406",
                       ("returns (40, 6, 6, 3)", "codes is (40,)"),
                       f"m = softmax(3, {SCCE}, keras.Input((8, 8, 3)), L.Conv2D(4, 3))"),
    "a label a step": Case("m.fit(series, series, verbose=0)", "SHP404",
                           ("series is (40, 10, 3)", "3)"),
                           "m = net(keras.Input((10, 3)), L.LSTM(4), L.Dense(3))"),
    "a metric": Case("m.fit(table, codes, verbose=0)", "SHP402", ("codes is (40,)",),
                     f"m = softmax(3, {SCCE}, metrics=[keras.metrics.Precision()])"),
    "a train_step": Case("m.fit(table, table, verbose=0)", "SHP403",
                         ("table is (40, 4)", "3)"),
                         "m = Stepping(table_in, L.Dense(3)(table_in))\nm.compile()"),
    "a train_step, eager": Case("m.fit(table, table, verbose=0)", "SHP403",
                                ("table is (40, 4)", "3)"),
                                "m = Stepping(table_in, L.Dense(3)(table_in))\n"
                                "m.compile(run_eagerly=True)"),
    # inside the model
    "an id": Case("text.predict(ids + 100)", "SHP111", ("ids + 100 is (40, 16)", "100 rows")),
    "a negative id": Case("text.predict(ids - 50)", "SHP114", ("ids - 50",), only=KERAS2),
    "a residual": Case("m.predict(table)", "SHP609",
                       ("table is (40, 4)", "layer residual", "4) and", "5)"),
                       "m = net(Residual(name='residual'))"),
    "a residual in a call": Case("m(table)", "SHP609",
                                 ("table is (40, 4)", "layer residual", "(40, 4) and (40, 5)"),
                                 "m = net(Residual(name='residual'))"),
    "a matrix product": Case("m.predict(table)", "SHP609",
                             ("table is (40, 4)", "layer times", "(5, 2)"),
                             "m = net(Times(name='times'))"),
    "a reshape": Case("m.predict(table)", "SHP606", ("table is (40, 4)", "layer cut", "7"),
                      "m = net(Cut(name='cut'))"),
    "a Reshape layer": Case("m(table)", "SHP606", ("table is (40, 4)", "layer grid"),
                            "m = net(L.Reshape((3, 5), name='grid'))"),
    "a join": Case("m(series)", "SHP609",
                   ("series is (40, 10, 3)", "(40, 10, 3) and (40, 5, 3)"),
                   "m = Own(lambda x: tf.concat([x, x[:, :5]], axis=-1))"),
    "a kernel": Case("m.predict(images[:, :3, :3])", "SHP605",
                     ("images[:, :3, :3] is (40, 3, 3, 3)",), "m = net(L.Conv2D(4, 5))"),
    "a transpose": Case("m(table)", "SHP609", ("table is (40, 4)", "rank 2"),
                        "m = Own(lambda x: tf.transpose(x, (0, 2, 1)))"),
    "einsum": Case("m(series)", "SHP609", ("series is (40, 10, 3)", "einsum"),
                   "m = Own(lambda x: tf.einsum('bij,bjk->bik', x, x))"),
    # no call of a model: definitions, functions, NumPy
    "a definition": Case("keras.Sequential([keras.Input((10,)), L.LSTM(4)])", "SHP602",
                         ("takes rank 3 and got rank 2",), source=("rank 2", "it takes rank 3")),
    "a kernel, defined": Case("keras.Sequential([keras.Input((4, 1)), L.Conv1D(8, 5)])",
                              "SHP605", ("nothing is left",)),
    "a cropping, defined": Case("L.Cropping1D(3)(keras.Input((4, 2)))", "SHP605",
                                ("(None, 4, 2) is cropped by (3, 3)",),
                                only=("keras", "tf_keras")),
    "a merge": Case("L.Add()([keras.Input((4,)), keras.Input((5,))])", "SHP607",
                    ("(4,) and (5,)",), source=("(?, 4) and (?, 5)",)),
    "a Concatenate": Case("L.Concatenate(axis=1)([keras.Input((4, 2)), keras.Input((5, 3))])",
                          "SHP607", ("(None, 4, 2) and (None, 5, 3)",),
                          source=("(?, 4, 2) and (?, 5, 3)",)),
    "a Reshape, defined": Case("L.Reshape((10, 4))(keras.Input((10, 3)))", "SHP606",
                               ("(10, 3)", "(10, 4)"), source=("(?, 10, 3)", "(10, 4)")),
    "weights": Case("dense.set_weights([np.zeros((4, 2)), np.zeros(3)])", "SHP608",
                    ("(4, 3)", "(4, 2)")),
    "a loss function": Case("keras.losses.categorical_crossentropy(table, dense(table))",
                            "SHP403", ("(40, 4)", "(40, 3)")),
    "NumPy": Case("dense.predict(table) - table", "SHP609", ("(40, 3) and (40, 4)",),
                  source=("is (40, 3)", "is (40, 4)")),
    "NumPy rows": Case("np.asarray([[1, 2, 3], [4, 5]], 'float32')", "SHP121",
                       ("different lengths",)),
}

#: raised, and shapes have nothing to do with it
OTHERS: Dict[str, str] = {
    "a keyword": "dense.predict(table, no_such=1)",
    "no argument": "dense.predict()",
    "not compiled": "keras.Model(table_in, L.Dense(3)(table_in)).fit(table, one_hot)",
    "an activation": "L.Dense(3, activation='nonsense')",
    "a layer of one's own": "Own(lambda x: 1 / 0)(table)",
    "no attribute": "Own(lambda x: x.nothing)(table)",
    "types": "Own(lambda x: x + tf.constant([1], 'int64'))(table)",
    "not a number": "Own(lambda x: tf.debugging.check_numerics(x, 'bad'))(table * np.nan)",
    "a key": "{}['shape']",
    "a file": "keras.models.load_model('/no/such/file.h5')",
    "a word": "int('shape')",
}

_numbers = itertools.count()


@pytest.fixture(scope="module")
def names(keras) -> Dict[str, Any]:
    quiet = getattr(keras.utils, "disable_interactive_logging", None)
    if quiet is not None:
        quiet()
    space: Dict[str, Any] = {"keras": keras, "__name__": "program"}
    exec(SETUP, space)
    return space


def generation(keras: Any) -> str:
    return ("keras" if keras.__version__.startswith("3") else
            "tf_keras" if keras.__name__ == "tf_keras" else "tf.keras")


def program(code: str) -> Any:
    """Compiled, and where the source can be found, as notebooks do it."""
    name = f"<program {next(_numbers)}>"
    linecache.cache[name] = (len(code), None, code.splitlines(True), name)
    return compile(code, name, "exec")


def caught(code: Any, space: Dict[str, Any], setup: str, seen: Any = None) -> Exception:
    """The exception that leaves the block."""
    exec(setup, space)
    for each in ("dense", "text", "pair"):  # as first calls
        if not setup.startswith(f"{each}.predict"):
            space[each].predict_function = space[each].train_function = None
    try:
        if seen is None:
            exec(code, space)
        else:
            with seen:
                exec(code, space)
    except Exception as error:
        return error
    raise AssertionError("it should have raised")


def note_of(error: Exception, seen: Any) -> Optional[str]:
    """What shapecheck added; before Python 3.11 what it tells at the end, put the same way."""
    if sys.version_info >= (3, 11):
        notes = [n for n in getattr(error, "__notes__", ()) if n.startswith("shapecheck")]
        assert len(notes) <= 1
        return notes[0] if notes else None
    if not seen.findings:
        return None
    last = seen.findings[-1]
    return f"shapecheck: {last.what}\n{last.code} {last.slug}: {last.why}\n{last.advice}"


@pytest.mark.parametrize("name", CASES)
def test_a_crash_is_explained(names, keras, name):
    case = CASES[name]
    seen = shapecheck.watch(tell="never")
    if generation(keras) not in case.only:
        with pytest.raises(AssertionError, match="it should have raised"):
            caught(program(case.code), names, case.setup, seen)
        assert seen.fault is None
        return
    error = caught(program(case.code), names, case.setup, seen)
    assert seen.fault is None
    note = note_of(error, seen)
    assert note is not None, f"no note: {type(error).__name__}: {error}"
    what, rule, fix = note.split("\n")
    assert what.startswith("shapecheck: ")
    for piece in case.says if sys.version_info >= (3, 11) or not case.source else case.source:
        assert piece in what
    assert rule.startswith(f"{case.rule} ")
    assert re.match(r"SHP\d{3} [a-z0-9-]+: \S", rule)
    assert fix.startswith("fix: ")
    assert len(what) < 300 and len(rule) < 300
    assert case.rule in [f.code for f in seen.findings]


@pytest.mark.parametrize("name", [name for name, case in CASES.items() if (
    " " not in name or "residual" in name) and len(case.only) == 3])
def test_the_exception_is_the_users_own(names, keras, name):
    case = CASES[name]
    code = program(case.code)
    plain = caught(code, names, case.setup)
    watched = caught(code, names, case.setup, shapecheck.watch(tell="never"))
    assert type(watched) is type(plain)
    assert _numberless(watched.args) == _numberless(plain.args)
    assert _numberless([str(watched)]) == _numberless([str(plain)])
    assert _frames(watched) == _frames(plain)
    assert (watched.__cause__ is None) == (plain.__cause__ is None)
    assert (watched.__context__ is None) == (plain.__context__ is None)


def _frames(error: Exception) -> Any:
    """The traceback below the line that runs the program."""
    found = [(f.filename, f.lineno, f.name) for f in traceback.extract_tb(error.__traceback__)]
    start = next(i for i, frame in enumerate(found) if frame[0].startswith("<program"))
    return [(re.sub(r"__autograph_generated_file\w+", "A", path), line, name)
            for path, line, name in found[start:]]


def _numberless(args: Any) -> Any:
    """Texts without what differs from one run to the next: names of generated files, counters."""
    return [re.sub(r"__autograph_generated_file\w+|/tmp/tmp\w+|0x[0-9a-f]+|line \d+|:\d+|_?\d+",
                   "N", str(a)) for a in args]


@pytest.mark.parametrize("name", OTHERS)
def test_what_is_not_about_shapes_gets_no_note(names, name):
    seen = shapecheck.watch(tell="never")
    error = caught(program(OTHERS[name]), names, "", seen)
    assert seen.fault is None
    assert note_of(error, seen) is None
    assert not getattr(error, "__notes__", ())


def test_what_the_user_raises_is_nobodys_message(names):
    """The words may be those of a framework: they are the user's."""
    seen = shapecheck.watch(tell="never")
    code = program("raise ValueError('Shapes (None, 1) and (None, 10) are incompatible')")
    error = caught(code, names, "", seen)
    assert note_of(error, seen) is None
    assert seen.findings == ()


def test_another_mistake_in_a_callback_is_not_blamed_on_the_input(names):
    """The call has a finding, and the exception is another one."""
    seen = shapecheck.watch(tell="never")
    code = program("""
class Boom(keras.callbacks.Callback):
    def on_predict_begin(self, logs=None):
        raise RuntimeError("mine")
dense.predict(table[:, :3], callbacks=[Boom()])
""")
    error = caught(code, names, "", seen)
    assert [f.code for f in seen.findings] == ["SHP107"]
    assert not getattr(error, "__notes__", ())


@pytest.mark.skipif(sys.version_info < (3, 11), reason="exceptions carry no notes before")
def test_watches_in_each_other_note_once(names):
    code = program("""
import shapecheck
with shapecheck.watch(tell="never"):
    dense.predict(table[:, :3])
""")
    error = caught(code, names, "", shapecheck.watch(tell="never"))
    assert len(error.__notes__) == 1


@pytest.mark.skipif(sys.version_info < (3, 11), reason="exceptions carry no notes before")
def test_each_exception_of_a_loop_has_its_note(names):
    exec(SETUP, names)
    notes = []
    with shapecheck.watch(tell="never"):
        for _ in range(3):
            try:
                names["dense"](names["table"][:, :3])
            except Exception as error:
                notes.append(error.__notes__)
    assert [len(each) for each in notes] == [1, 1, 1]


def test_a_note_is_told_at_the_end_of_the_block_too(names):
    import io

    stream = io.StringIO()
    error = caught(program(CASES["NumPy"].code), names, "", shapecheck.watch(stream=stream))
    assert type(error) is ValueError
    assert "SHP609" in stream.getvalue()
