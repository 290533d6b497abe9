"""After the watch nothing is left on the model, its classes or Keras; inside, models are whole."""
from __future__ import annotations

import gc
import io
import pickle
import weakref

import numpy as np
import pytest

import shapecheck
from tests.watch.kerases import MODELS, X, build, inputs, is_keras3

pytestmark = pytest.mark.legacy


def _state(model):
    """Every attribute of the model and of the classes it is made of."""
    return {cls: dict(vars(cls)) for cls in type(model).__mro__}, dict(vars(model))


def _assert_same(before, model):
    classes, own = _state(model)
    assert list(classes) == list(before[0])
    for cls, attributes in before[0].items():
        assert list(classes[cls]) == list(attributes), cls
        changed = [n for n, v in attributes.items() if classes[cls][n] is not v
                   and not n.startswith("_abc")]
        assert not changed, (cls, changed)
    assert set(own) == set(before[1])


@pytest.fixture(scope="module")
def built(keras):
    return {kind: build(keras, kind) for kind in MODELS}


@pytest.mark.parametrize("kind", MODELS)
def test_nothing_is_left(built, keras, kind):
    model = built[kind]
    model.predict(inputs(kind), verbose=0)
    before, keras_before = _state(model), dict(vars(keras.Model))
    with shapecheck.watch():
        model.predict(inputs(kind), verbose=0)
        model(inputs(kind))
        # The instance has nothing of ours even inside.
        assert set(vars(model)) == set(before[1])
    _assert_same(before, model)
    assert dict(vars(keras.Model)) == keras_before


def test_also_after_an_exception(built):
    model = built["single"]
    before = _state(model)

    def body(error):
        model.predict(X, verbose=0)
        raise error

    for error in (ValueError, KeyboardInterrupt, SystemExit, GeneratorExit):
        with pytest.raises(error), shapecheck.watch():
            body(error)
        _assert_same(before, model)


@pytest.mark.parametrize("inner_leaves_first", [True, False])
@pytest.mark.parametrize("same_model", [True, False])
def test_nested_watches(built, inner_leaves_first, same_model):
    model, other = built["single"], built["sequential"]
    before = _state(model)
    outer, inner = shapecheck.watch(model), shapecheck.watch(model if same_model else other)
    outer.__enter__()
    inner.__enter__()
    model.predict(X, verbose=0)
    other.predict(X, verbose=0)
    first, second = (inner, outer) if inner_leaves_first else (outer, inner)
    first.__exit__(None, None, None)
    model.predict(X, verbose=0)
    second.__exit__(None, None, None)
    _assert_same(before, model)
    model.predict(X, verbose=0)
    assert len(outer.calls) == (2 if inner_leaves_first else 1)
    alone = 0 if inner_leaves_first or not same_model else 1
    assert len(inner.calls) == 1 + alone


def test_a_wrapper_put_on_top_of_ours_stays(keras, built):
    original = vars(keras.Model).get("predict")
    model = built["single"]

    with shapecheck.watch() as seen:
        ours = keras.Model.predict

        def theirs(self, *args, **kwargs):
            return ours(self, *args, **kwargs)

        keras.Model.predict = theirs
        model.predict(X, verbose=0)
    try:
        assert keras.Model.predict is theirs
        assert len(seen.calls) == 1
        model.predict(X, verbose=0)
        assert len(seen.calls) == 1
        with shapecheck.watch() as again:
            model.predict(X, verbose=0)
        assert len(again.calls) == 1  # not once for each layer of wrapping
        assert keras.Model.predict is theirs
    finally:
        if original is None:
            del keras.Model.predict
        else:
            keras.Model.predict = original


def test_a_model_may_die_inside(keras):
    with shapecheck.watch() as seen:
        model = build(keras, "single")
        model(X)
        gone = weakref.ref(model)
        del model
        keras.backend.clear_session()
        gc.collect()
        assert gone() is None
    assert [c.method for c in seen.calls] == ["predict", "__call__"]


def test_a_watched_model_may_die_inside(keras):
    model = build(keras, "subclassed")
    gone = weakref.ref(model)
    with shapecheck.watch(model) as seen:
        model(X)
        del model
        keras.backend.clear_session()
        gc.collect()
        assert gone() is None
        build(keras, "single")(X)
    assert len(seen.calls) == 1


def _summary(model):
    lines = []
    model.summary(print_fn=lambda line, **_: lines.append(line))
    return "\n".join(lines)


@pytest.mark.parametrize("kind", ["single", "dict", "sequential"])
def test_saving_cloning_summary_and_pickling_inside(keras, built, kind, tmp_path):
    model = built[kind]
    expected = model.predict(inputs(kind), verbose=0)
    config, summary = model.get_config(), _summary(model)
    with shapecheck.watch():
        model.predict(inputs(kind), verbose=0)
        assert model.get_config() == config
        assert _summary(model) == summary
        clone = keras.models.clone_model(model)
        clone.set_weights(model.get_weights())
        np.testing.assert_array_equal(clone.predict(inputs(kind), verbose=0), expected)
        paths = [str(tmp_path / "m.h5")] + ([] if _is_old(keras) else [str(tmp_path / "m.keras")])
        for path in paths:
            model.save(path)
            again = keras.models.load_model(path, compile=False)
            np.testing.assert_array_equal(again.predict(inputs(kind), verbose=0), expected)
        if not _is_old(keras):  # Keras 2.6 models cannot be pickled at all
            again = pickle.loads(pickle.dumps(model))
            np.testing.assert_array_equal(again.predict(inputs(kind), verbose=0), expected)


def _is_old(keras):
    return keras.__version__.startswith("2.6")


@pytest.mark.parametrize("kind", ["single", "dict", "undeclared", "subclassed"])
def test_a_saved_model_written_inside_is_the_same(keras, built, kind, tmp_path):
    import tensorflow as tf

    model, path = built[kind], str(tmp_path / "folder")
    with shapecheck.watch() as seen:
        if is_keras3(keras):
            model.export(path, verbose=False)
        else:
            model.save(path, save_format="tf")
    assert seen.calls == ()  # Keras calls the model to write it, the user does not
    assert seen.fault is None
    loaded = tf.saved_model.load(path)
    signatures = loaded.signatures["serving_default"]
    given = {n: tf.constant(X) for n in signatures.structured_input_signature[1]}
    (result,) = signatures(**given).values()
    np.testing.assert_allclose(result.numpy(), model.predict(inputs(kind), verbose=0), atol=1e-6)


def test_a_loaded_saved_model_is_watched(keras, built, tmp_path):
    if is_keras3(keras):
        pytest.skip("Keras 3 loads no SavedModel as a model")
    path = str(tmp_path / "folder")
    built["single"].save(path, save_format="tf")
    loaded = keras.models.load_model(path)
    expected = loaded.predict(X, verbose=0)
    before = _state(loaded)
    with shapecheck.watch(stream=io.StringIO()) as seen:
        np.testing.assert_array_equal(loaded.predict(X, verbose=0), expected)
        loaded(X)
    _assert_same(before, loaded)
    assert [str(c.inputs[0].declared) for c in seen.calls] == ["(None, 4)"] * 2
    assert seen.findings == ()


def test_a_class_made_inside_is_clean_afterwards(keras):
    with shapecheck.watch() as seen:
        class Late(keras.Model):
            def call(self, inputs):
                return inputs * 2

            def predict(self, x, **kwargs):
                return super().predict(x, **kwargs)

        Late().predict(X, verbose=0)
    assert len(seen.calls) == 1
    assert not hasattr(Late.predict, "__wrapped__")
    assert Late().predict(X, verbose=0).shape == X.shape
