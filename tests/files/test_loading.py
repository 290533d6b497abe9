"""Every kind of MODEL becomes something with `predict`; every bad one is told in one line."""
from __future__ import annotations

import json
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from shapecheck.facts.errors import MissingExtra, UserError
from shapecheck.observe.intake import loading
from shapecheck.observe.intake.loading import load_model
from tests.files.kerases import EXTENSIONS, keras_of, version

pytestmark = pytest.mark.legacy

KERAS2 = "tf_keras" if version("tf_keras") else "tensorflow.keras"


@pytest.mark.parametrize("ending", EXTENSIONS)
@pytest.mark.parametrize("name", ["single", "list", "dict", "sequential"])
def test_a_file_is_loaded_by_the_keras_that_wrote_it(saved, generation, name, ending):
    path = saved(generation, name, ending)
    before = Path(path).read_bytes()
    loaded = load_model(path)
    assert isinstance(loaded.model, keras_of(generation).Model)
    assert (loaded.kind, loaded.expression, loaded.origin) == ("keras", "model", path)
    assert Path(path).read_bytes() == before


@pytest.mark.parametrize("ending", EXTENSIONS)
def test_the_loaded_model_predicts(saved, generation, ending):
    model = load_model(saved(generation, "list", ending)).model
    ids = np.ones((3, 256), "int32")
    assert model.predict([ids, ids], verbose=0).shape == (3, 3)


def archive(path, keras_version):
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("config.json", json.dumps({"class_name": "Sequential", "module": "keras",
                                                "config": {"layers": []}}))
        out.writestr("metadata.json", json.dumps({"keras_version": keras_version}))
    return str(path)


@pytest.mark.parametrize(("written", "installed", "said"), [
    ("3.15.1", {"tf_keras": "2.21.0", "tensorflow": "2.21.0"},
     "written by Keras 3.15.1; installed: tf_keras 2.21.0; pip install 'keras>=3'"),
    ("2.21.0", {"keras": "3.15.1", "tensorflow": "2.21.0"},
     "written by tf_keras 2.21.0; installed: keras 3.15.1; pip install tf-keras"),
    ("2.15.0", {"keras": "3.15.1", "tensorflow": "2.21.0"},
     "written by Keras 2.15.0; installed: keras 3.15.1; pip install tf-keras"),
    ("3.15.1", {"keras": "2.15.0", "tensorflow": "2.15.0"},
     "written by Keras 3.15.1; installed: keras 2.15.0; pip install 'keras>=3'"),
    ("3.15.1", {"keras": "2.6.0", "tensorflow": "2.6.5"},
     "the .keras format begins with Keras 2.12, installed: keras 2.6.0"),
])
def test_a_file_of_the_other_generation(tmp_path, monkeypatch, written, installed, said):
    monkeypatch.setattr(loading, "_version", installed.get)
    with pytest.raises(UserError) as caught:
        load_model(archive(tmp_path / "m.keras", written))
    assert said in str(caught.value)


@pytest.mark.skipif("keras" in EXTENSIONS, reason="this TensorFlow knows the .keras format")
def test_old_tensorflow_has_no_keras_format(tmp_path):
    with pytest.raises(UserError, match="begins with Keras 2.12, installed: keras 2"):
        load_model(archive(tmp_path / "m.keras", "3.15.1"))


@pytest.mark.skipif("keras" not in EXTENSIONS, reason="both generations are needed")
def test_an_old_h5_is_read_by_keras_3_where_only_that_is_there(saved, monkeypatch):
    real = loading._version
    monkeypatch.setattr(loading, "_version", lambda n: None if n == "tf_keras" else real(n))
    loaded = load_model(saved("keras2", "list", "h5"))
    assert type(loaded.model).__module__.startswith("keras.src")
    assert "written by tf_keras" in loaded.notes[0]


def test_without_tensorflow_the_extra_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(loading, "_version", {}.get)
    monkeypatch.setattr(loading, "_importable", lambda name: False)
    with pytest.raises(MissingExtra, match=r"needs tensorflow.*pip install"):
        load_model(archive(tmp_path / "m.keras", "3.15.1"))


def test_a_file_that_keras_refuses(tmp_path, generation):
    if "keras" not in EXTENSIONS:
        pytest.skip("no .keras format here")
    path = archive(tmp_path / "m.keras", "3.15.1" if generation == "keras3" else "2.21.0")
    with pytest.raises(UserError, match="cannot load it") as caught:
        load_model(path)
    assert caught.value.__cause__ is not None
    assert "\n" not in str(caught.value)


# -- SavedModel --------------------------------------------------------------------------------


@pytest.fixture
def saved_model(tmp_path, generation, keras):
    def build(structure):
        ids = keras.Input((6,), dtype="int32", name="ids")
        mask = keras.Input((6,), dtype="float32", name="mask")
        head = keras.layers.Dense(3, name="head")(keras.layers.Flatten()(
            keras.layers.Embedding(9, 2)(ids)))
        head = keras.layers.Concatenate()([head, mask])
        model = keras.Model(structure(ids, mask), head)
        path = str(tmp_path / "exported")
        if generation == "keras3":
            model.export(path, verbose=False)
        else:
            model.save(path, save_format="tf")
        return model, path

    return build


@pytest.mark.parametrize("structure", [lambda a, b: [a, b], lambda a, b: {"ids": a, "mask": b}])
def test_a_saved_model_answers_like_the_model(saved_model, structure):
    model, path = saved_model(structure)
    loaded = load_model(path)
    assert loaded.kind == "savedmodel"
    specs = {s.name: (tuple(s.shape), s.dtype) for s in loaded.model.inputs_spec()}
    assert specs == {"ids": ((None, 6), "int32"), "mask": ((None, 6), "float32")}
    assert [tuple(s.shape) for s in loaded.model.outputs_spec()] == [(None, 9)]
    ids, mask = np.arange(12).reshape(2, 6) % 9, np.ones((2, 6))
    wanted = model.predict({"ids": ids, "mask": mask}, verbose=0)
    order = [{"ids": ids, "mask": mask}[s.name] for s in loaded.model.inputs_spec()]
    for given in ({"ids": ids, "mask": mask}, order, tuple(order)):
        np.testing.assert_allclose(loaded.model.predict(given), wanted, rtol=1e-5)
    with pytest.raises(ValueError, match="the signature takes"):
        loaded.model.predict([ids])
    with pytest.raises(ValueError, match="no value for input"):
        loaded.model.predict({"ids": ids})


def test_one_input_of_a_saved_model(tmp_path):
    import tensorflow as tf

    class Twice(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None, 2), tf.float32, name="x")])
        def serve(self, x):
            return {"twice": x * 2, "once": x}

    module = Twice()
    tf.saved_model.save(module, str(tmp_path / "m"), signatures=module.serve)
    model = load_model(str(tmp_path / "m")).model
    x = np.ones((3, 2), "int64")
    for given in (x, [x], {"x": x}):
        assert sorted(model.predict(given)) == ["once", "twice"]
        assert model.predict(given)["twice"].dtype == "float32"
    assert model.usage() == (
        'loaded.signatures["serving_default"](x=tf.constant(x[0:1]))',)


def test_a_saved_model_without_a_signature(tmp_path):
    import tensorflow as tf

    tf.saved_model.save(tf.Module(), str(tmp_path / "m"))
    with pytest.raises(UserError, match="no signature to call"):
        load_model(str(tmp_path / "m"))


def test_a_saved_model_without_inputs(tmp_path):
    import tensorflow as tf

    class Nothing(tf.Module):
        @tf.function(input_signature=[])
        def serve(self):
            return {"y": tf.constant(1.0)}

    module = Nothing()
    tf.saved_model.save(module, str(tmp_path / "m"), signatures=module.serve)
    with pytest.raises(UserError, match="takes no inputs"):
        load_model(str(tmp_path / "m"))


def test_a_damaged_saved_model(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"\xff\xff\xff")
    with pytest.raises(UserError, match="not a readable SavedModel"):
        load_model(str(tmp_path))


# -- the user's code ---------------------------------------------------------------------------

SOURCE = f"""
import importlib
keras = importlib.import_module("{KERAS2}")
print("the user's own print")
from helper import width
def build(width=width):
    x = keras.Input((width,))
    return keras.Model(x, keras.layers.Dense(2)(x))
def needs(width):
    return build(width)
def fails():
    raise KeyError("no \\x1b[31m such\\nthing")
class box:
    model = build()
class NoInput(keras.Model):
    def call(self):
        return 1
layer = keras.layers.Dense(2)
number = 3
model = build()
nothing = NoInput()
"""


@pytest.fixture
def code(tmp_path):
    (tmp_path / "helper.py").write_text("width = 4\n")
    path = tmp_path / "user_model.py"
    path.write_text(SOURCE)
    return str(path)


@pytest.mark.parametrize(("name", "expression"), [
    ("model", "model"), ("build", "model"), ("box.model", "box.model")])
def test_a_model_of_the_users_code(code, capsys, name, expression):
    before, path = Path(code).read_bytes(), list(sys.path)
    loaded = load_model(f"{code}:{name}")
    assert loaded.model.predict(np.ones((2, 4)), verbose=0).shape == (2, 2)
    assert (loaded.kind, loaded.expression) == ("code", expression)
    assert sys.path == path
    assert "own print" not in capsys.readouterr().out
    assert Path(code).read_bytes() == before
    assert not (Path(code).parent / "__pycache__").exists()


def test_a_file_named_twice_runs_once(tmp_path, capsys):
    path = tmp_path / "twice.py"
    path.write_text(SOURCE.replace("from helper import width", "width = 4"))
    assert load_model(f"{path}:model").model is load_model(f"{path}:model").model
    assert capsys.readouterr().err.count("own print") == 1


def test_a_model_of_a_module(code, monkeypatch):
    monkeypatch.syspath_prepend(str(Path(code).parent))
    assert load_model("user_model:build").model.predict(np.ones((2, 4)), verbose=0).shape == (2, 2)


@pytest.mark.parametrize(("name", "said"), [
    ("gone", "has no 'gone'"), ("box.gone", "has no 'box.gone'"),
    ("needs", "needs arguments (width)"),
    ("fails", r"raised KeyError"), ("layer", "(a layer, not a model)"),
    ("number", "builtins.int"), ("nothing", "the model has no inputs"),
])
def test_a_name_that_is_no_model(code, name, said):
    with pytest.raises(UserError) as caught:
        load_model(f"{code}:{name}")
    assert said in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(("source", "said"), [
    ("raise ValueError('first line\\nsecond')", "raised ValueError: first line while"),
    ("import no_such_thing_at_all", "raised ModuleNotFoundError: No module named"),
    ("def (", "raised SyntaxError"), ("import sys; sys.exit(3)", "raised SystemExit: 3"),
    ("raise KeyError()", "raised KeyError while"),
])
def test_a_file_that_raises(tmp_path, source, said):
    path = tmp_path / "bad.py"
    path.write_text(source)
    with pytest.raises(UserError) as caught:
        load_model(f"{path}:model")
    assert said in str(caught.value)
    assert caught.value.__cause__ is not None
    assert str(caught.value).isprintable()
    assert "_shapecheck_bad" not in sys.modules


def test_a_missing_file_or_module(tmp_path):
    with pytest.raises(UserError, match=r"gone.py: no such file"):
        load_model(f"{tmp_path}/gone.py:model")
    with pytest.raises(UserError, match=r"no module named 'no_such_module'"):
        load_model("no_such_module:model")


def test_ctrl_c_in_the_users_code_is_not_swallowed(tmp_path):
    path = tmp_path / "stop.py"
    path.write_text("raise KeyboardInterrupt")
    with pytest.raises(KeyboardInterrupt):
        load_model(f"{path}:model")
