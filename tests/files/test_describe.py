"""What a model file declares, read without loading it, against the loaded model."""
from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from shapecheck.facts.errors import MissingExtra, UserError
from shapecheck.read.model_files import describe_file
from tests.files.kerases import EXTENSIONS, MODELS, keras_of

pytestmark = pytest.mark.legacy

TWO = [("ids", (None, 256), "int32"), ("mask", (None, 256), "int32")]
INPUTS = {
    "list": ("list", TWO), "dict": ("dict", TWO), "unsorted": ("dict", TWO[::-1]),
    "nested": ("nested", TWO),
    "recurrent": ("single", [("tokens", (None, None), "int32")]),
}
#: inputs that nobody named have another name in every Keras
SHAPES = {"single": (None, 4), "sequential": (None, 5), "built": (None, 7),
          "nested_model": (None, 4), "two_outputs": (None, 4), "fixed_batch": (None, 4)}
OUTPUTS = {
    "single": [(None, 2)], "list": [(None, 3)], "dict": [(None, 3)], "unsorted": [(None, 3)],
    "nested": [(None, 3)], "sequential": [(None, 1)], "built": [(None, 1)],
    "nested_model": [(None, 5)], "two_outputs": [(None, 2), (None, 1)],
    "fixed_batch": [(None, 2)], "recurrent": [(None, None, 6), (None, 5)],
}
USAGE = {
    "single": "model.predict(x[0:1])", "list": "model.predict([ids[0:1], mask[0:1]])",
    "dict": 'model.predict({"ids": ids[0:1], "mask": mask[0:1]})',
    "unsorted": 'model.predict({"mask": mask[0:1], "ids": ids[0:1]})',
    "nested": "model.predict([ids[0:1], [mask[0:1]]])",
    "recurrent": "model.predict(tokens[0:1])",
}


@pytest.mark.parametrize("ending", EXTENSIONS)
@pytest.mark.parametrize("name", list(INPUTS))
def test_named_inputs(saved, generation, name, ending):
    found = describe_file(saved(generation, name, ending))
    structure, inputs = INPUTS[name]
    assert found.structure == structure
    assert [(s.name, tuple(s.shape), s.dtype) for s in found.inputs] == inputs
    assert {s.source for s in found.inputs} == {"config"}


@pytest.mark.parametrize("ending", EXTENSIONS)
@pytest.mark.parametrize("name", list(SHAPES))
def test_one_input(saved, generation, name, ending):
    found = describe_file(saved(generation, name, ending))
    (spec,) = found.inputs
    assert (tuple(spec.shape), spec.dtype, found.structure) == (SHAPES[name], "float32", "single")


@pytest.mark.parametrize("ending", EXTENSIONS)
@pytest.mark.parametrize("name", list(MODELS))
def test_outputs_are_those_of_the_loaded_model(saved, generation, name, ending):
    path = saved(generation, name, ending)
    found = describe_file(path)
    assert [tuple(s.shape) for s in found.outputs] == OUTPUTS[name]
    model = keras_of(generation).models.load_model(path, compile=False)
    real = [tuple(tensor.shape)[1:] for tensor in model.outputs]
    assert [tuple(s.shape)[1:] for s in found.outputs] == real
    assert [s.dtype for s in found.outputs] == ["float32"] * len(real)


@pytest.mark.parametrize("ending", EXTENSIONS)
@pytest.mark.parametrize("name", list(USAGE))
def test_the_shown_calls_work(saved, generation, name, ending):
    import numpy as np

    path = saved(generation, name, ending)
    found = describe_file(path)
    assert found.usage[0] == USAGE[name]
    model = keras_of(generation).models.load_model(path, compile=False)
    data = {n: np.ones((3, 256), "int32") for n in ("ids", "mask", "tokens")}
    data["x"] = np.ones((3, 4), "float32")
    for call, rows in zip(found.usage, (1, 3)):
        result = eval(call, {"model": model, **data})
        first = result[0] if isinstance(result, list) else result
        first = next(iter(first.values())) if isinstance(first, dict) else first
        assert len(first) == rows


@pytest.mark.parametrize("ending", EXTENSIONS)
def test_a_fixed_batch_is_told(saved, generation, ending):
    found = describe_file(saved(generation, "fixed_batch", ending))
    assert any("batch size of 8" in note for note in found.notes)


@pytest.mark.skipif("keras" not in EXTENSIONS, reason="no .keras format here")
def test_a_subclassed_model_declares_nothing(tmp_path, keras):
    import numpy as np

    class Own(keras.Model):
        def __init__(self, **kwargs):
            super().__init__(**kwargs)
            self.dense = keras.layers.Dense(2)

        def call(self, x):
            return self.dense(x)

        def get_config(self):
            return {}

    model = Own()
    model(np.zeros((2, 7), "float32"))
    path = str(tmp_path / "own.keras")
    model.save(path)
    found = describe_file(path)
    assert (found.kind, found.inputs, found.usage) == ("subclassed", (), ())
    assert any("declares no inputs" in n and "(2, 7)" in n for n in found.notes)


@pytest.mark.skipif("keras" not in EXTENSIONS, reason="no .keras format here")
def test_a_sequential_without_input_declares_nothing(tmp_path, keras):
    path = str(tmp_path / "open.keras")
    keras.Sequential([keras.layers.Dense(3)]).save(path)
    found = describe_file(path)
    assert (found.kind, found.inputs) == ("sequential", ())
    assert any("without Input declares nothing" in note for note in found.notes)


@pytest.mark.skipif("keras" not in EXTENSIONS, reason="no .keras format here")
def test_an_operation_at_the_end_has_an_unknown_shape(tmp_path, keras):
    x = keras.Input((4,))
    path = str(tmp_path / "op.keras")
    keras.Model(x, keras.layers.Dense(2)(x) * 2).save(path)
    assert [s.shape for s in describe_file(path).outputs] == [None]


PROBE = """
import json, sys
from shapecheck.read.model_files import describe_file
found = describe_file(sys.argv[1])
if len(sys.argv) > 2:
    import numpy
print(json.dumps([[s.name for s in found.inputs],
                  [n for n in ("tensorflow", "keras", "tf_keras", "numpy", "h5py", "rich",
                               "transformers") if n in sys.modules]]))
"""


def fresh(*args):
    done = subprocess.run([sys.executable, "-c", PROBE, *args], capture_output=True, text=True,
                          check=True, cwd=str(Path(__file__).parents[2]))
    return json.loads(done.stdout)


@pytest.mark.skipif("keras" not in EXTENSIONS, reason="no .keras format here")
def test_keras_archive_is_read_without_any_framework(saved, generation):
    assert fresh(saved(generation, "list", "keras")) == [["ids", "mask"], []]


def test_hugging_face_folder_is_read_without_any_framework(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "bert", "architectures": ["BertModel"]}')
    assert fresh(str(tmp_path)) == [["input_ids", "attention_mask", "token_type_ids"], []]


def test_hdf5_is_read_in_a_process_of_its_own(saved, generation):
    names, loaded = fresh(saved(generation, "list", "h5"))
    assert names == ["ids", "mask"]
    assert set(loaded) == set()  # neither h5py nor numpy


def test_an_import_would_be_noticed(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "bert"}')
    assert fresh(str(tmp_path), "numpy")[1] == ["numpy"]


def test_without_h5py_the_extra_is_named(saved, generation, monkeypatch):
    path = saved(generation, "single", "h5")
    monkeypatch.setitem(sys.modules, "h5py", None)
    with pytest.raises(MissingExtra, match="h5py.*pip install"):
        describe_file(path)


def test_what_must_be_loaded_gives_nothing(tmp_path):
    (tmp_path / "saved_model.pb").write_bytes(b"")
    assert describe_file(str(tmp_path)) is None
    assert describe_file("model.py:build") is None


# -- bad files ---------------------------------------------------------------------------------


def archive(path, **entries):
    with zipfile.ZipFile(path, "w") as out:
        for name, text in entries.items():
            out.writestr(name.replace("__", "."), text)
    return str(path)


GOOD = {"class_name": "Functional", "config": {"name": "m", "input_layers": [["a", 0, 0]],
        "output_layers": [["a", 0, 0]], "layers": [
            {"class_name": "InputLayer", "name": "a",
             "config": {"batch_shape": [None, 4], "dtype": "float32", "name": "a"}}]}}


def test_the_handmade_archive_is_good(tmp_path):
    (spec,) = describe_file(archive(tmp_path / "m.keras", config__json=json.dumps(GOOD))).inputs
    assert spec.shape == (None, 4)


@pytest.mark.parametrize(("name", "content", "said"), [
    ("m.keras", b"", "no readable zip"),
    ("m.keras", b"PK\x03\x04 cut", "no readable zip"),
    ("m.keras", b"not a zip at all", "no readable zip"),
    ("m.h5", b"", "HDF5"),
    ("m.h5", b"\x89HDF\r\n\x1a\n cut", "HDF5"),
    ("m.pt", b"x", ".pt is not a model file"),
    ("m", b"x", "without an ending"),
    ("m.py", b"", "m.py:NAME"),
    ("config.json", b"{}", "give the Hugging Face folder"),
    ("saved_model.pb", b"", "give the folder"),
])
def test_a_file_that_is_no_model(tmp_path, name, content, said):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UserError) as caught:
        describe_file(str(path))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
    assert path.read_bytes() == content


@pytest.mark.parametrize(("config", "said"), [
    ("", "not valid JSON"), ("[1]", "not a JSON object"), ("{", "not valid JSON"),
    ('{"a": ' * 300 + "1" + "}" * 300, "nested too deep"),
    ('{"a":' * 100000 + "1" + "}" * 100000, "nested too deep"),
    (json.dumps({"class_name": "Functional", "config": {"layers": [], "input_layers": []}}),
     "no inputs"),
    (json.dumps({"class_name": "Functional", "config": {"layers": [],
                                                        "input_layers": [["gone", 0, 0]]}}),
     "'gone' is not among"),
    ("\ud800".encode("utf-8", "surrogatepass"), "not valid JSON"),
])
def test_a_config_that_is_none(tmp_path, config, said):
    with pytest.raises(UserError) as caught:
        describe_file(archive(tmp_path / "m.keras", config__json=config))
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_truncated_archive(saved, tmp_path):
    source = tmp_path / "whole.keras"
    archive(source, config__json=json.dumps(GOOD))
    cut = tmp_path / "cut.keras"
    cut.write_bytes(source.read_bytes()[:-30])
    with pytest.raises(UserError, match="truncated"):
        describe_file(str(cut))


def test_no_config_in_the_archive(tmp_path):
    with pytest.raises(UserError, match="without config.json"):
        describe_file(archive(tmp_path / "m.keras", other="x"))


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_configs_in_the_archive(tmp_path):
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("config.json", json.dumps(GOOD))
        out.writestr("config.json", json.dumps(GOOD))
    with pytest.raises(UserError, match="there twice"):
        describe_file(str(path))


def test_a_config_that_unpacks_without_end(tmp_path, monkeypatch):
    monkeypatch.setattr("shapecheck.source.model_file.MAX_CONFIG_BYTES", 1 << 20)
    path = tmp_path / "m.keras"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr("config.json", " " * (4 << 20))
    with pytest.raises(UserError, match="larger than 1 MiB"):
        describe_file(str(path))


def test_nothing_is_extracted(tmp_path):
    path = archive(tmp_path / "m.keras", **{"config__json": json.dumps(GOOD),
                                            "../escaped": "x", "/tmp/escaped_too": "x"})
    before = sorted(p.name for p in tmp_path.parent.iterdir())
    describe_file(path)
    assert sorted(p.name for p in tmp_path.parent.iterdir()) == before


def test_weights_without_a_model(tmp_path):
    h5py = pytest.importorskip("h5py")
    path = str(tmp_path / "w.h5")
    with h5py.File(path, "w") as file:
        file["kernel"] = [1.0]
    with pytest.raises(UserError, match="weights but no model"):
        describe_file(path)


@pytest.mark.parametrize("name", ["none.keras", "none.h5", "bert-base-uncased", "", "a\0b"])
def test_a_missing_file(name):
    with pytest.raises(UserError, match="no such file"):
        describe_file(name)


def test_a_folder_that_is_no_model(tmp_path):
    with pytest.raises(UserError, match=r"neither saved_model.pb nor config.json"):
        describe_file(str(tmp_path))


def test_an_unreadable_file(tmp_path, monkeypatch):
    path = archive(tmp_path / "m.keras", config__json=json.dumps(GOOD))

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("zipfile.ZipFile", refuse)
    with pytest.raises(UserError, match="cannot be read .Permission denied"):
        describe_file(path)
