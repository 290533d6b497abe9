"""The lines around a watched call: read at the end, with what the run showed, and judged."""
from __future__ import annotations

import io
import linecache

import numpy as np
import pytest

import shapecheck
from shapecheck.observe import witness
from tests.watch.kerases import X, build, generations

pytestmark = pytest.mark.legacy


@pytest.fixture(scope="module")
def model(keras):
    return build(keras, "single")


@pytest.fixture(scope="module")
def labels(tmp_path_factory):
    """A file of labels, (12,): what is in it no reader knows."""
    path = tmp_path_factory.mktemp("labels") / "y.npy"
    np.save(path, np.arange(12.0))
    return str(path)


def run(code, **names):
    """Code as a notebook runs it: a cell, known to linecache."""
    name = f"<cell {len(linecache.cache)}>"
    linecache.cache[name] = (len(code), None, code.splitlines(True), name)
    names.update(shapecheck=shapecheck, np=np, x=X)
    exec(compile(code, name, "exec"), names)
    seen = names["seen"]
    found = [(f.code, f.location.line, str(f.fix)) for f in seen.findings]
    assert seen.fault is None, seen.fault
    return found


NOTEBOOK = """
y_true = np.load(path)
with shapecheck.watch(model, tell="never") as seen:
    print(np.mean((y_true{} - model.predict(x, verbose=0)) ** 2))
"""


def test_labels_of_a_file_against_predictions(model, labels):
    assert run(NOTEBOOK.format(""), model=model, path=labels) == [
        ("SHP401", 4, "y_true - model.predict(x, verbose=0)[:, 0]")]


def test_labels_of_the_same_shape(model, labels):
    assert run(NOTEBOOK.format("[:, None]"), model=model, path=labels) == []


def test_the_shapes_are_the_real_ones_and_told_once(model, labels):
    stream = io.StringIO()
    code = NOTEBOOK.format("").replace('tell="never"', "stream=stream")
    run(code, model=model, path=labels, stream=stream)
    assert stream.getvalue().count("SHP401") == 1
    assert "y_true is (12,) and model.predict(x, verbose=0) is (12, 1)" in stream.getvalue()


def test_in_a_function_and_behind_the_call(model, labels):
    code = """
def score(model, y):
    with shapecheck.watch(model, tell="never") as seen:
        predictions = model(x)
    error = y - predictions
    return seen
seen = score(model, np.load(path))
"""
    assert run(code, model=model, path=labels) == [("SHP401", 5, "y - predictions[:, 0]")]


def test_a_watched_call_in_a_function_of_another_cell(model):
    code = "def mistake(y):\n    return y - model.predict(x, verbose=0)\n"
    names = {"model": model, "x": X}
    linecache.cache["<earlier>"] = (len(code), None, code.splitlines(True), "<earlier>")
    exec(compile(code, "<earlier>", "exec"), names)
    assert run("with shapecheck.watch(tell='never') as seen:\n    mistake(np.ones(12))\n",
               mistake=names["mistake"]) == [("SHP401", 2, "y - model.predict(x, verbose=0)[:, 0]")]


def test_the_way_that_was_not_taken(model):
    code = """
def score(y, flat):
    predictions = model.predict(x, verbose=0)
    return y - predictions[:, 0] if flat else y - predictions
with shapecheck.watch(tell="never") as seen:
    score(np.ones(12), True)
"""
    assert run(code, model=model) == []


def test_a_custom_step_under_tf_function(keras, model):
    code = """
import tensorflow as tf
@tf.function
def step(x, y):
    out = model(x)
    return tf.reduce_mean((y{} - out) ** 2)
with shapecheck.watch(tell="never") as seen:
    step(tf.constant(x), tf.ones(12))
"""
    assert [c for c, *_ in run(code.format(""), model=model)] == ["SHP401"]
    assert run(code.format("[:, None]"), model=model) == []


def test_what_raises_while_it_is_built(keras):
    code = """
def build(shape):
    return keras.Sequential([keras.Input(shape), keras.layers.{}])
seen = shapecheck.watch(tell="never")
try:
    with seen:
        build((28, 28))
except ValueError:
    pass
"""
    assert [f[:2] for f in run(code.format("Conv2D(4, 3)"), keras=keras)] == [("SHP602", 3)]
    assert run(code.format("Conv1D(4, 3)"), keras=keras) == []


def test_a_crash_is_told_once(keras):
    code = """
class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = keras.layers.Dense(2)
    def call(self, z):
        return self.dense(z)
own = Own()
own(x)
seen = shapecheck.watch(tell="never")
try:
    with seen:
        own(x[0])
except Exception as error:
    notes = getattr(error, "__notes__", ())
"""
    assert [f[:2] for f in run(code, keras=keras)] == [("SHP101", 13)]


def test_the_crash_has_the_lesson_of_the_source(keras):
    with pytest.raises(ValueError) as raised, shapecheck.watch(tell="never") as seen:
        keras.layers.Conv2D(4, 3)(keras.Input((28, 28)))
    assert [f.code for f in seen.findings] == ["SHP602"]
    notes = getattr(raised.value, "__notes__", None)
    assert notes is None or len(notes) == 1


def test_a_squeeze_is_told_instead_of_what_it_leads_to(model):
    code = """
with shapecheck.watch(tell="never") as seen:
    row = x[:1]{}
    try:
        model.predict(row, verbose=0)
    except Exception:
        pass
"""
    assert [f[0] for f in run(code.format(".squeeze()"), model=model)] == ["SHP205"]
    assert [f[0] for f in run(code.format("[0]"), model=model)] == ["SHP101"]


def test_before_the_end_nothing_is_read(model):
    with shapecheck.watch(tell="never") as seen:
        error = np.ones(12) - model.predict(X, verbose=0)
        assert seen.findings == ()
    assert [f.code for f in seen.findings] == ["SHP401"]
    assert error.shape == (12, 12)
    assert [f.code for f in seen.report().findings] == ["SHP401"]


def test_without_source_there_is_silence(model):
    names = {"model": model, "x": X, "y": np.ones(12)}
    with shapecheck.watch(tell="never") as seen:
        exec("y - model.predict(x, verbose=0)", names)
    assert seen.findings == ()
    assert seen.fault is None


def test_a_fault_of_the_reader_is_said_once_and_harms_nothing(model, monkeypatch, capsys):
    monkeypatch.setattr("shapecheck.around.look_around", None)
    with shapecheck.watch() as seen:
        model.predict(X, verbose=0)
    assert isinstance(seen.fault, TypeError)
    assert seen.total == 1
    assert capsys.readouterr().err.count("internal error") == 1


def test_a_huge_source_costs_no_more_than_the_budget(model):
    filler = "def unused(n=0):\n" + "    a = [b for b in range(9)]\n" * 2_000
    code = filler + NOTEBOOK.format("").replace("np.load(path)", "np.ones(12)")
    assert [f[0] for f in run(code, model=model)] == ["SHP401"]
    filler += "".join(f"unused({n})\n" for n in range(20))
    assert run(filler + code, model=model) == []  # beyond the budget
    assert run("# " + "x" * witness.LARGEST + "\n" + code, model=model) == []  # not read at all


def test_no_array_is_kept(model):
    import gc
    import weakref

    def program():
        y = np.ones((12, 1))
        with shapecheck.watch(tell="never") as seen:
            error = y - model.predict(X, verbose=0)
        return seen, weakref.ref(y), weakref.ref(error)

    seen, *arrays = program()
    assert seen.findings == ()
    gc.collect()
    assert [array() for array in arrays] == [None, None]


def test_names_are_looked_at_once_a_place(model, monkeypatch):
    looks = []
    original = witness.Witness._names
    monkeypatch.setattr(witness.Witness, "_names", lambda *a: looks.append(a[2]) or original(*a))
    with shapecheck.watch(tell="never") as seen:
        for rows in (3, 4, 5) * 4:
            model.predict_on_batch(X[:rows])
    assert seen.total == 12
    assert len(looks) == 3  # where the block begins and ends, and the call


OWN = """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.flat, self.last = keras.layers.Flatten(), keras.layers.Dense(UNITS)
    def call(self, inputs):
        return self.last(self.flat(inputs))
net = Net()
net.compile(loss="mse")
with shapecheck.watch(net, tell="never") as seen:
    net.fit(x, np.zeros((len(x), 3)), verbose=0)
"""


def test_the_labels_of_a_model_that_declares_nothing(keras):
    head = ("from tensorflow import keras\n" if generations() == ["tf.keras"] else
            f"import {keras.__name__} as keras\n")
    found = run(head + OWN.replace("UNITS", "1"))
    assert [(code, line) for code, line, _fix in found] == [("SHP403", 12)]
    assert run(head + OWN.replace("UNITS", "3")) == []
