"""Memory is bounded, and nothing of the user's is kept alive."""
from __future__ import annotations

import gc
import sys
import tracemalloc
import weakref

import numpy as np
import pytest

import shapecheck
from shapecheck.observe import hooks, recorder
from tests.watch.kerases import X, build

pytestmark = pytest.mark.legacy


@pytest.fixture
def cheap(keras, monkeypatch):
    """A model whose predict_on_batch costs nothing, to call it a million times."""
    model = build(keras, "single")
    result = np.zeros((2, 1), "float32")
    monkeypatch.setattr(keras.Model, "predict_on_batch", lambda self, x: result)
    return model


def _grown(work):
    gc.collect()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        work()
        gc.collect()
        return tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()


def test_a_million_calls_take_no_memory(keras, cheap):
    x = X[:2]
    with shapecheck.watch(tell="never") as seen:
        for _ in range(2 * recorder.KEPT_CALLS):  # until all that is kept is full
            cheap.predict_on_batch(x)
        before = sys.getallocatedblocks()
        calls = 10 ** 5 if keras.__name__.startswith("tf_keras") else 10 ** 6  # once is enough
        for _ in range(calls):
            cheap.predict_on_batch(x)
        gc.collect()
        assert sys.getallocatedblocks() - before < 1000
        assert seen.total == calls + 2 * recorder.KEPT_CALLS
        assert len(seen.calls) == recorder.KEPT_CALLS
    assert seen.fault is None


def test_as_many_different_shapes_as_you_like(cheap, monkeypatch):
    monkeypatch.setattr(recorder, "KEPT_KINDS", 100)  # limits that can be reached in a test
    monkeypatch.setattr(recorder, "KEPT_CALLS", 100)
    with shapecheck.watch(tell="never") as seen:
        def calls(start):
            for n in range(start, start + 300):
                cheap.predict_on_batch(np.broadcast_to(np.float32(0), (n + 1, 9)))
        calls(0)
        assert _grown(lambda: calls(10 ** 4)) < 1 << 20
    assert seen.total == 600
    assert len(seen._recorder.kinds) <= 100
    told = [f.code for f in seen.findings]  # one place, one rule: a few of them are enough
    assert max(told.count(code) for code in set(told)) <= 16
    assert set(told) <= {"SHP107", "SHP105"}  # as many rows as the model takes features: 105
    assert "not listed" in " ".join(seen.report().notes)


def test_as_many_different_results_as_you_like(keras, monkeypatch):
    model = build(keras, "single")
    sizes = iter(range(10 ** 6))
    monkeypatch.setattr(keras.Model, "predict_on_batch",
                        lambda self, x: np.zeros((next(sizes), 1), "float32"))
    with shapecheck.watch(tell="never") as seen:
        for _ in range(1000):
            model.predict_on_batch(X)
    (kind,) = seen._recorder._kinds.values()
    assert len(kind.variants) <= 64
    assert seen.total == 1000


def test_no_array_and_no_model_is_kept(keras):
    import tensorflow as tf

    with shapecheck.watch() as seen:
        model = build(keras, "single")
        big = np.zeros((70, 4), "float32")
        small = X[:3].copy()
        kept = [weakref.ref(big), weakref.ref(small), weakref.ref(model)]
        tensor = tf.constant(small)
        kept.append(weakref.ref(tensor))
        for data in (big, small):
            result = model.predict(data, verbose=0)
            kept.append(weakref.ref(result))
        answer = model(tensor)
        kept.append(weakref.ref(answer))
        try:
            model.predict(small[0], verbose=0)
        except Exception:
            pass
        del model, big, small, tensor, data, result, answer
        keras.backend.clear_session()
        gc.collect()
        alive = [ref() for ref in kept if ref() is not None]
        assert not alive
        assert len(seen.calls) == 5
    assert seen.fault is None


def test_a_users_key_is_not_kept(keras):
    class Key:
        """Something that can be a key, and be dead."""

    class Any(keras.Model):
        def call(self, inputs):
            return X

    key = Key()
    gone = weakref.ref(key)
    recording = recorder.Recorder()
    model = Any()
    hooks.add(recording)
    try:
        try:
            model({key: X})
        except Exception:
            pass
        del key, model
        keras.backend.clear_session()
        gc.collect()
        assert gone() is None
    finally:
        hooks.remove(recording)
    assert recording.fault is None


def test_no_warning_of_ours(keras, monkeypatch, recwarn):
    """Infinite results, of the same row alone and in a batch."""
    model = build(keras, "single")
    monkeypatch.setattr(keras.Model, "predict_on_batch",
                        lambda self, x: np.full((len(x), 3), np.inf, "float32"))
    with shapecheck.watch(tell="never") as seen:
        model.predict_on_batch(X[:1])
        model.predict_on_batch(X)
    assert seen.fault is None
    assert not [w for w in recwarn if "shapecheck" in w.filename]


def test_the_users_locals_stay_as_they_are(keras):
    """Looking up `rows` must not leave a copy of the frame's names behind, nor empty the user's."""
    model = build(keras, "undeclared")
    rows = [X[:2], X[:3]]

    def without_locals():
        held = np.zeros((3, 3))
        gone = weakref.ref(held)
        model(rows[0])
        del held
        return gone() is None

    def with_locals():
        names = locals()
        model(rows[1])
        return "names" in locals() and "rows" in names

    with shapecheck.watch(tell="never") as seen:
        assert without_locals()
        assert with_locals()
    assert [c.inputs[0].indexed for c in seen.calls] == ["list", "list"]
