"""`callbacks=[shapecheck.ShapeCheck()]`."""
from __future__ import annotations

import gc
import io
from typing import Any

import numpy as np
import pytest

import shapecheck

pytestmark = pytest.mark.legacy


@pytest.fixture(params=["keras", "tf_keras"])
def keras(request: pytest.FixtureRequest) -> Any:
    return pytest.importorskip(request.param)


def compiled(keras: Any) -> Any:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(
        2, kernel_initializer="ones")])
    model.compile("sgd", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


X = np.random.default_rng(0).random((40, 4)).astype("float32")
ONE_HOT = np.eye(2, dtype="float32")[np.arange(40) % 2]


def test_what_is_wrong_with_the_labels_is_told(keras: Any) -> None:
    stream = io.StringIO()
    check = shapecheck.ShapeCheck(stream)
    try:
        compiled(keras).fit(X, ONE_HOT, verbose=0, callbacks=[check])
    except Exception:
        pass  # what each Keras makes of it is not our question
    assert "SHP402" in stream.getvalue()
    assert [finding.code for finding in check.findings] == ["SHP402"]
    check.close()


def test_training_is_what_it_was_and_told_once(keras: Any) -> None:
    stream = io.StringIO()
    plain = compiled(keras).fit(X, np.arange(40) % 2, epochs=2, verbose=0, shuffle=False)
    with shapecheck.ShapeCheck(stream) as check:
        watched = compiled(keras).fit(X, np.arange(40) % 2, epochs=2, verbose=0, shuffle=False,
                                      callbacks=[check])
        assert sum(call.count for call in check.report().calls) == 1
    assert watched.history == plain.history
    assert stream.getvalue() == ""


def test_the_watch_ends_with_the_callback(keras: Any) -> None:
    from shapecheck.observe import hooks

    model = compiled(keras)
    model.fit(X, np.arange(40) % 2, verbose=0, callbacks=[shapecheck.ShapeCheck()])
    before = keras.Model.predict
    del model
    gc.collect()
    assert hooks._observers == ()
    assert keras.Model.predict is before or not hooks._installed
