"""A model file never runs code of its own, unless the user says so."""
from __future__ import annotations

import base64
import json
import marshal
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest

from shapecheck.facts.errors import UserError
from shapecheck.observe.intake.loading import load_model
from shapecheck.read.model_files import describe_file, scan_unsafe
from tests.files.kerases import EXTENSIONS, MODELS, generations, keras_of

pytestmark = pytest.mark.legacy

CANARY = "SHAPECHECK_TEST_CANARY"


def payload(x):
    import os

    open(os.environ["SHAPECHECK_TEST_CANARY"], "w").close()
    return x


@pytest.fixture
def canary(tmp_path, monkeypatch) -> Path:
    """A file that appears if the payload runs."""
    path = tmp_path / "canary"
    monkeypatch.setenv(CANARY, str(path))
    return path


def with_lambda(generation, path, canary):
    keras = keras_of(generation)
    x = keras.Input((4,))
    function = eval("lambda x: __import__('builtins').open(__import__('os').environ"
                    "['SHAPECHECK_TEST_CANARY'], 'w').close() or x")
    model = keras.Model(x, keras.layers.Lambda(function, output_shape=(4,))(x))
    model.save(path)
    model(np.ones((1, 4), "float32"))
    assert canary.exists()  # the payload works
    canary.unlink()
    return path


@pytest.mark.parametrize("ending", EXTENSIONS)
def test_a_payload_in_a_lambda_never_runs(tmp_path, generation, canary, ending):
    path = with_lambda(generation, str(tmp_path / f"m.{ending}"), canary)
    before = Path(path).read_bytes()
    assert any("Lambda layer 'lambda" in item for item in scan_unsafe(path))
    assert describe_file(path).inputs[0].shape == (None, 4)
    with pytest.raises(UserError) as caught:
        load_model(path)
    assert "Lambda layer" in str(caught.value)
    assert "--unsafe runs it" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not canary.exists()
    assert Path(path).read_bytes() == before


@pytest.mark.parametrize("ending", EXTENSIONS)
def test_unsafe_does_what_it_says(tmp_path, generation, canary, ending):
    path = with_lambda(generation, str(tmp_path / f"m.{ending}"), canary)
    load_model(path, unsafe=True).model(np.ones((1, 4), "float32"))
    assert canary.exists()


@pytest.mark.parametrize("ending", EXTENSIONS)
@pytest.mark.parametrize("name", list(MODELS))
def test_plain_models_are_not_suspected(saved, generation, name, ending):
    assert scan_unsafe(saved(generation, name, ending)) == []


def test_many_plain_layers_are_not_suspected(tmp_path, keras, generation):
    layers = keras.layers
    x = keras.Input((8, 8, 3))
    y = layers.Conv2D(4, 3, activation="relu", kernel_regularizer="l2",
                      kernel_constraint="max_norm")(x)
    y = layers.BatchNormalization()(layers.MaxPooling2D()(y))
    y = layers.LeakyReLU()(layers.Dropout(0.1)(y))
    y = layers.TimeDistributed(layers.Dense(3))(layers.Reshape((9, 4))(y))
    y = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(y)
    y = layers.MultiHeadAttention(2, 3)(y, y)
    y = layers.LayerNormalization()(y + 1) * 2
    model = keras.Model(x, layers.Dense(2, activation="softmax")(layers.Flatten()(y)))
    model.compile("adam", "categorical_crossentropy", metrics=["accuracy"])
    for ending in EXTENSIONS:
        path = str(tmp_path / f"m.{ending}")
        model.save(path)
        assert scan_unsafe(path) == []


def handmade(tmp_path, layer, names=(), **top):
    config = {"module": "keras", "class_name": "Sequential", "registered_name": None,
              "config": {"name": "s", "layers": [layer]}, **top}
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
        archive.writestr("metadata.json", '{"keras_version": "3.15.1"}')
        for name in names:
            archive.writestr(name, "x")
    return str(path)


CODE = base64.b64encode(marshal.dumps(payload.__code__)).decode()


@pytest.mark.parametrize(("layer", "said"), [
    ({"class_name": "Lambda", "config": {"name": "l", "function": [CODE, None, None]}},
     "Lambda layer 'l'"),
    ({"class_name": "Custom>Lambda", "config": {"name": "l"}}, "Lambda layer 'l'"),
    ({"class_name": "Dense", "module": "keras.layers", "config": {
        "activation": {"class_name": "__lambda__", "config": {"code": CODE}}}}, "Lambda code"),
    ({"class_name": "TFSMLayer", "module": "keras.layers", "config": {"name": "t"}}, "TFSMLayer"),
    ({"class_name": "TorchModuleWrapper", "module": "keras.layers", "config": {}}, "TorchModule"),
    ({"class_name": "run", "module": "os", "config": {}}, "module os (run)"),
    ({"class_name": "Popen", "module": "subprocess", "config": {}}, "module subprocess"),
    ({"class_name": "X", "module": "keras_evil.layers", "config": {}}, "module keras_evil.layers"),
    ({"class_name": "X", "module": "keras.layers_evil", "config": {}}, "module keras.layers_evil"),
    ({"class_name": "function", "module": "keras.utils", "config": "get_file"}, "keras.utils"),
    ({"class_name": "get_file", "module": "keras.src.utils", "config": {}}, "keras.src.utils"),
    ({"class_name": "function", "module": "keras.config",
      "config": "enable_unsafe_deserialization"}, "keras.config"),
    ({"class_name": "function", "module": "keras.models", "config": "load_model"}, "keras.models"),
    ({"class_name": "function", "module": "transformers", "config": "pipeline"}, "transformers"),
    ({"class_name": "Own", "module": None, "registered_name": "pkg>Own", "config": {}},
     "custom class pkg>Own"),
    ({"class_name": "pkg>Own", "config": {}}, "custom class pkg>Own"),
    ({"class_name": "StringLookup", "module": "keras.layers",
      "config": {"name": "v", "vocabulary": "/etc/passwd"}}, "reads the file '/etc/passwd'"),
    ({"class_name": "TFOpLambda", "config": {"function": "io.write_file"}}, "tf.io.write_file"),
    ({"class_name": "TFOpLambda", "config": {"function": "compat.v1.py_func"}}, None),
    ({"class_name": "TFOpLambda", "config": {"function": "py_function"}}, "tf.py_function"),
    ({"class_name": "TFOpLambda", "config": {"function": "raw_ops.WriteFile"}}, "tf.raw_ops"),
])
def test_what_is_found(tmp_path, layer, said):
    found = scan_unsafe(handmade(tmp_path, layer))
    if said is not None:
        assert any(said in item for item in found), found


@pytest.mark.parametrize("layer", [
    {"class_name": "Dense", "module": "keras.layers", "registered_name": None,
     "config": {"activation": {"module": "keras.activations", "class_name": "function",
                               "config": "relu", "registered_name": "relu"}}},
    {"class_name": "BertBackbone", "module": "keras_hub.src.models.bert.bert_backbone",
     "registered_name": "keras_hub>BertBackbone", "config": {}},
    {"class_name": "TFOpLambda", "module": None, "registered_name": "TFOpLambda",
     "config": {"function": "__operators__.add"}},
    {"class_name": "TFOpLambda", "config": {"function": "compat.v1.transpose"}},
    {"class_name": "Multiply", "module": "keras.src.ops.numpy", "registered_name": "Multiply",
     "config": {}},
    {"class_name": "StringLookup", "module": "keras.layers", "config": {"vocabulary": ["a"]}},
])
def test_what_is_plain(tmp_path, layer):
    assert scan_unsafe(handmade(tmp_path, layer)) == []


def test_a_payload_deep_inside_is_found(tmp_path):
    layer = {"class_name": "Lambda", "config": {"name": "deep"}}
    for _ in range(30):
        layer = {"class_name": "TimeDistributed", "config": {"layer": layer}}
    assert scan_unsafe(handmade(tmp_path, layer)) == ["Lambda layer 'deep'"]


def test_what_is_compiled_with_is_never_read(tmp_path):
    layer = {"class_name": "Dense", "module": "keras.layers", "config": {}}
    own = {"loss": {"class_name": "function", "module": "__main__", "config": "my_loss"}}
    assert scan_unsafe(handmade(tmp_path, layer, compile_config=own)) == []


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "C:\\evil", "..\\evil"])
def test_entries_outside_the_archive(tmp_path, name):
    layer = {"class_name": "Dense", "module": "keras.layers", "config": {}}
    (found,) = scan_unsafe(handmade(tmp_path, layer, names=[name]))
    assert found.startswith("archive entry outside the archive")


def test_names_are_made_harmless(tmp_path):
    (found,) = scan_unsafe(handmade(tmp_path, {"class_name": "Lambda",
                                               "config": {"name": "\x1b[31m\n"}}))
    assert found.isprintable()


def test_a_saved_model_that_writes_files(tmp_path):
    import tensorflow as tf

    class Writer(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec((None, 2), tf.float32)])
        def serve(self, x):
            tf.io.write_file(os.environ[CANARY], "x")
            return x

    module = Writer()
    os.environ[CANARY] = str(tmp_path / "canary")
    tf.saved_model.save(module, str(tmp_path / "m"), signatures=module.serve)
    assert scan_unsafe(str(tmp_path / "m")) == ["operation WriteFile"]
    with pytest.raises(UserError, match="WriteFile.*--unsafe"):
        load_model(str(tmp_path / "m"))
    assert not (tmp_path / "canary").exists()


def test_custom_classes_are_told_how_to_go_on(tmp_path):
    path = handmade(tmp_path, {"class_name": "Own", "module": None, "registered_name": "pkg>Own",
                               "config": {}})
    with pytest.raises(UserError, match=r"pkg>Own, whose code is not in the file; give FILE.py"):
        load_model(path)


assert generations()
