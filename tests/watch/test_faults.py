"""A fault inside the watch costs the record, never the user's call; it is told once."""
from __future__ import annotations

import gc
import io
import weakref
from types import SimpleNamespace

import numpy as np
import pytest

import shapecheck
from shapecheck import api
from shapecheck.observe import (
    calls,
    callsite,
    feeds,
    hooks,
    keras2,
    keras3,
    placing,
    recorder,
    snapshot,
)
from tests.watch.kerases import X, Y, build, is_keras3

pytestmark = pytest.mark.legacy

PLACES = {
    "leaves": (snapshot, "leaves"),
    "value facts": (snapshot, "value_facts"),
    "facts of the values": (calls, "facts_of"),
    "pipeline": (snapshot, "pipeline_kind"),
    "declaration": (recorder, "Declaration"),
    "generation": (recorder, "generation_of"),
    "gather": (recorder, "gather"),
    "site": (callsite, "site_of"),
    "locate": (calls, "locate"),
    "source": (callsite, "_call_node"),
    "received": (None, "received"),
    "place": (placing, "place"),
    "arguments": (calls, "arguments"),
    "returned": (recorder, "returned"),
    "feed": (feeds, "observe"),
    "owner of a file": (hooks, "owner_of"),
    "frames above": (hooks, "_first_above"),
    "remember": (recorder.Recorder, "_remember"),
    "wants": (recorder.Recorder, "wants"),
    "weak references": (recorder, "weakref"),
    "judge": (shapecheck.api, "judge"),
    "listener, before": (api.watch, "started"),
    "listener, after": (api.watch, "finished"),
    "findings": (api.watch, "_add"),
}
#: faults here cost a detail (where, how spelled, which values), not the record
_DETAILS = ("source", "value facts", "frames above")


class Broken(Exception):
    pass


def _broken(*args, **kwargs):
    raise Broken("on purpose")


@pytest.fixture(scope="module")
def model(keras):
    return build(keras, "single")


def _generator():
    yield (X[:6],)
    yield (X[6:],)


@pytest.mark.parametrize("place", PLACES)
def test_the_call_is_unharmed_and_the_fault_told_once(keras, model, monkeypatch, place):
    owner, name = PLACES[place]
    owner = owner or (keras3 if is_keras3(keras) else keras2)
    expected = model.predict(X, verbose=0)
    stream = io.StringIO()
    with shapecheck.watch(stream=stream) as seen, monkeypatch.context() as patch:
        broken = SimpleNamespace(ref=_broken) if name == "weakref" else _broken
        patch.setattr(owner, name, broken)
        for _ in range(2):
            np.testing.assert_array_equal(model.predict(X, verbose=0), expected)
            np.testing.assert_array_equal(np.asarray(model(X)).shape, expected.shape)
            model.evaluate(X, Y, verbose=0)
            np.testing.assert_allclose(
                model.predict(_generator(), steps=2, verbose=0), expected, rtol=1e-6)
    told = stream.getvalue()
    if place not in _DETAILS:
        assert isinstance(seen.fault, Broken)
        assert told.count("internal error") == 1
        assert told.count("Broken: on purpose") == 1
        assert "your run was not affected" in seen.report().notes[0]
    assert told.count("\n") <= 1
    with shapecheck.watch(tell="never") as seen:  # and all is well again
        model.predict(X, verbose=0)
    assert seen.fault is None
    assert len(seen.calls) == 1


def test_a_fault_as_the_call_ends(model, monkeypatch):
    with shapecheck.watch(tell="never") as seen:
        monkeypatch.setattr(recorder.Recorder, "_end", _broken)
        assert model.predict(X, verbose=0).shape == (12, 1)
    assert isinstance(seen.fault, Broken)


def test_a_fault_while_an_exception_passes(model, monkeypatch):
    monkeypatch.setattr(recorder.Recorder, "_finish", _broken)
    with shapecheck.watch(tell="never") as seen, pytest.raises(Exception) as info:
        model(X[:, :3])
    assert isinstance(seen.fault, Broken)
    assert not isinstance(info.value, Broken)
    assert seen.fault.__context__ is None  # it does not hold on to the user's exception


def test_a_fault_in_one_watch_is_no_matter_for_another(model, monkeypatch):
    with shapecheck.watch(tell="never") as outer, shapecheck.watch(tell="never") as inner:
        inner._recorder._begin = _broken
        model.predict(X, verbose=0)
    assert isinstance(inner.fault, Broken)
    assert outer.fault is None
    assert len(outer.calls) == 1


def test_a_fault_keeps_no_data(model, monkeypatch):
    x = X.copy()
    gone = weakref.ref(x)
    with shapecheck.watch(tell="never") as seen:
        monkeypatch.setattr(recorder, "gather", _broken)
        model(x)
        del x
        gc.collect()
        assert isinstance(seen.fault, Broken)
        assert gone() is None


def test_its_traceback_is_told_on_demand(model, monkeypatch):
    stream = io.StringIO()
    monkeypatch.setenv("SHAPECHECK_DEBUG", "1")
    with shapecheck.watch(stream=stream):
        monkeypatch.setattr(recorder, "gather", _broken)
        model(X)
    assert "Traceback" in stream.getvalue()
    assert "recorder.py" in stream.getvalue()


def test_hooks_that_cannot_be_put_on(keras, model, monkeypatch):
    monkeypatch.setattr(hooks, "_install", _broken)
    with shapecheck.watch(tell="never") as seen:
        model.predict(X, verbose=0)
    assert isinstance(seen.fault, Broken)


def test_a_stream_that_is_closed(model):
    stream = io.StringIO()
    with shapecheck.watch(stream=stream, tell="now"):
        stream.close()
        model.predict(X[:, :1].repeat(4, 1), verbose=0)
