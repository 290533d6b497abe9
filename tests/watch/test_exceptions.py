"""The user's exceptions come through with type, arguments and traceback."""
from __future__ import annotations

import sys
import traceback

import numpy as np
import pytest

import shapecheck
from tests.watch.kerases import X, build

pytestmark = pytest.mark.legacy

BAD = np.zeros((3, 7), "float32")


@pytest.fixture(scope="module")
def model(keras):
    return build(keras, "single")


USES = {
    "predict": lambda m: m.predict(BAD, verbose=0),
    "call": lambda m: m(BAD),
    "fit": lambda m: m.fit(BAD, BAD, verbose=0),
    "on_batch": lambda m: m.predict_on_batch(BAD),
    "unknown argument": lambda m: m.predict(X, no_such_argument=1),
    "no argument": lambda m: m.predict(),
}


def _caught(use, model, watched):
    try:
        if watched:
            with shapecheck.watch(tell="never"):
                use(model)
        else:
            use(model)
    except Exception as error:
        return error
    raise AssertionError("it should have raised")


def _lines(error):
    return [(f.filename, f.lineno, f.name) for f in traceback.extract_tb(error.__traceback__)[1:]]


@pytest.mark.parametrize("use", USES)
def test_type_args_and_frames_are_as_without(model, use):
    model.predict_function = model.train_function = None  # trace both times
    plain = _caught(USES[use], model, False)
    model.predict_function = model.train_function = None
    watched = _caught(USES[use], model, True)
    assert type(watched) is type(plain)
    assert _numberless(watched.args) == _numberless(plain.args)
    assert _lines(watched) == _lines(plain)
    assert (watched.__cause__ is None) == (plain.__cause__ is None)
    assert (watched.__context__ is None) == (plain.__context__ is None)
    assert watched.__suppress_context__ == plain.__suppress_context__


def _numberless(args):
    """Texts without what differs from one run to the next: names of generated files, counters."""
    import re

    return [re.sub(r"__autograph_generated_file\w+|0x[0-9a-f]+|\d+", "N", str(a)) for a in args]


def test_an_error_of_tensorflows_own_lists_the_same_frames(keras):
    """"defined at (most recent call last)" is text made of Python frames."""
    import tensorflow as tf

    def failing():
        a = keras.Input((), dtype="int32")
        table = tf.constant([[1.0], [2.0]])

        class Look(keras.layers.Layer):
            def call(self, inputs):
                with tf.control_dependencies([tf.debugging.assert_less(inputs, 2)]):
                    return tf.gather(table, inputs)

        return keras.Model(a, Look()(a))

    def caught(watched):
        model = failing()
        return _caught(lambda m: m.predict(np.array([5, 1], "int32"), verbose=0), model, watched)

    plain, watched = caught(False), caught(True)
    assert type(watched) is type(plain)
    assert len(str(watched).split("\n")) == len(str(plain).split("\n"))
    assert "<embedded" not in str(watched)


def test_a_chained_exception_is_cleaned_too(model):
    def mine():
        try:
            model(BAD)
        except Exception as error:
            raise RuntimeError("mine") from error

    with pytest.raises(RuntimeError) as info, shapecheck.watch(tell="never"):
        mine()
    frames = traceback.extract_tb(info.value.__cause__.__traceback__)
    assert not [f for f in frames if ("shapecheck" in f.filename and "observe" in f.filename)
                or "<embedded" in f.filename]


def test_the_note_says_what_happened(model):
    with pytest.raises(Exception) as info, shapecheck.watch(tell="never") as seen:
        model.predict(BAD, verbose=0)
    assert [f.code for f in seen.findings] == ["SHP107"]
    assert seen.calls[0].raised == type(info.value).__name__
    if sys.version_info >= (3, 11):
        (note,) = info.value.__notes__
        assert "SHP107" in note


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_leaving_by_force_is_no_fault(keras, error):
    class Leave(keras.callbacks.Callback):
        def on_predict_end(self, logs=None):
            raise error

    model = build(keras, "single")
    with pytest.raises(error), shapecheck.watch(tell="never") as seen:
        model.predict(X, verbose=0, callbacks=[Leave()])
    assert seen.fault is None
    assert seen.calls[0].raised == error.__name__
    with shapecheck.watch(tell="never") as seen:
        model(X)
    assert len(seen.calls) == 1
