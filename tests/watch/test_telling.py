"""When and where findings are told: at the end or at once, each of them once."""
from __future__ import annotations

import io
import re
import subprocess
import sys

import numpy as np
import pytest

import shapecheck
from shapecheck.facts.errors import UserError
from tests.watch.kerases import X, build

pytestmark = pytest.mark.legacy


@pytest.fixture(scope="module")
def model(keras):
    return build(keras, "single")


def _wrong(model):
    try:
        model.predict(X[:, :3], verbose=0)
    except Exception:
        pass


def _codes(stream):
    return re.findall(r"SHP\d+", stream.getvalue())


def test_at_the_end_once(model):
    stream = io.StringIO()
    with shapecheck.watch(stream=stream) as seen:
        for _ in range(3):
            _wrong(model)
        assert stream.getvalue() == ""
        assert [f.code for f in seen.findings] == ["SHP107"]
    assert _codes(stream) == ["SHP107"]


def test_at_once_and_only_once(model):
    stream = io.StringIO()
    with shapecheck.watch(stream=stream, tell="now"):
        _wrong(model)
        assert _codes(stream) == ["SHP107"]
        _wrong(model)
    assert _codes(stream) == ["SHP107"]


def test_before_the_call_runs(keras):
    stream, told = io.StringIO(), []

    class Look(keras.callbacks.Callback):
        def on_predict_begin(self, logs=None):
            told.append(stream.getvalue())

    model = build(keras, "undeclared")
    with shapecheck.watch(stream=stream, tell="now"):
        try:
            model.predict(X[:, :3], verbose=0, callbacks=[Look()])
        except Exception:
            pass
    assert "SHP" in told[0]


def test_never(model, capsys):
    with shapecheck.watch(tell="never") as seen:
        _wrong(model)
    assert [f.code for f in seen.findings] == ["SHP107"]
    assert capsys.readouterr().err == ""


def test_to_standard_error_by_default(model, capsys):
    with shapecheck.watch():
        _wrong(model)
    captured = capsys.readouterr()
    assert captured.out == ""
    assert "SHP107" in captured.err


def test_a_clean_run_says_nothing(model, capsys):
    with shapecheck.watch():
        model.predict(X, verbose=0)
    assert capsys.readouterr() == ("", "")


def test_the_report_counts(model):
    with shapecheck.watch(tell="never") as seen:
        for rows in (3, 3, 5, 3):
            model.predict(X[:rows], verbose=0)
        for _ in range(2):
            _wrong(model)
        model(X)
    counts = [(c.method, c.rows, c.raised is not None, c.count) for c in seen.report().calls]
    assert counts[0] == ("predict", 3, False, 3)
    assert counts[1] == ("predict", 5, False, 1)
    assert counts[2][0] == "predict"
    assert counts[2][3] == 2
    assert counts[3] == ("__call__", 12, False, 1)
    assert sum(c.count for c in seen.report().calls) == seen.total == 7


def test_a_watch_may_be_used_again(model):
    stream = io.StringIO()
    watch = shapecheck.watch(model, stream=stream)
    for _ in range(2):
        with watch as seen:
            _wrong(model)
    assert seen.total == 2
    assert len(_codes(stream)) == 1
    with watch, pytest.raises(UserError):
        watch.__enter__()


def test_wrong_arguments():
    with pytest.raises(ValueError, match="tell"):
        shapecheck.watch(tell="loudly")
    with pytest.raises(UserError, match="Keras model"):
        shapecheck.watch(np.zeros(3))


ABORTS = """
import sys
import numpy as np, tf_keras as keras, shapecheck
a = keras.Input((8,), dtype="int32", name="ids")
z = keras.layers.Embedding(9, 4)(a)
model = keras.Model(a, keras.layers.GlobalAveragePooling1D()(keras.layers.Conv1D(2, 3)(z)))
model.predict(np.zeros((4, 8), "int32"), verbose=0)
with shapecheck.watch(tell="now"):
    model.predict(np.zeros(8, "int32"), verbose=0)
"""


def test_a_call_that_kills_python_was_told_of_before(keras):
    """Facts, 7: Embedding -> Conv1D, rank 1 after a good call, aborts in oneDNN."""
    if keras.__name__.split(".")[0] != "tf_keras":
        pytest.skip("only tf_keras")
    done = subprocess.run([sys.executable, "-c", ABORTS], capture_output=True, text=True,
                          timeout=300, check=False)
    assert done.returncode != 0
    assert "SHP101" in done.stderr
