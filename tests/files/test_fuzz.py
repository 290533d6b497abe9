"""Whatever is in a file or in `--as`: an answer or a UserError of one line, nothing else."""
from __future__ import annotations

import io
import json
import os
import zipfile

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shapecheck.facts import Description, Spec
from shapecheck.facts.errors import UserError
from shapecheck.observe.intake.binding import bind
from shapecheck.observe.intake.bound import LoadedData
from shapecheck.observe.intake.data import load_data
from shapecheck.observe.intake.data_files import Item
from shapecheck.read.model_files import describe_file, scan_unsafe
from tests.files.kerases import generations

SETTINGS = settings(max_examples=300, deadline=None,
                    suppress_health_check=[HealthCheck.function_scoped_fixture])
ONE = [Spec.of("x", (None, 4), "float32")]
TWO = [Spec.of("ids", (None, 256), "int32"), Spec.of("mask", (None, 256), "int32")]

NAMES = st.sampled_from(["x", "ids", "np", "os", "__import__", "open", "x.T", "np.newaxis", "None",
                         "...", "0", "-1", "10**9", "True", "'ids'", "1.5", "b'a'"])
EXPRESSIONS = st.recursive(NAMES, lambda inner: st.one_of(
    st.builds("{}[{}]".format, inner, inner),
    st.builds("{}[{}:{}]".format, inner, inner, inner),
    st.builds("{}.{}({})".format, inner,
              st.sampled_from(["reshape", "squeeze", "T", "tofile", "__class__"]), inner),
    st.builds("np.{}({}, {})".format,
              st.sampled_from(["stack", "expand_dims", "asarray", "squeeze", "load", "array"]),
              inner, inner),
    st.builds("[{}, {}]".format, inner, inner), st.builds("({},)".format, inner),
    st.builds('{{"ids": {}, "mask": {}}}'.format, inner, inner), st.builds("-{}".format, inner),
    st.builds("{} + {}".format, inner, inner),
), max_leaves=12)


@pytest.mark.filterwarnings("ignore::SyntaxWarning")
@SETTINGS
@given(expression=st.one_of(EXPRESSIONS, st.text(max_size=40)))
def test_expressions(expression):
    one = LoadedData((Item("x", "x", np.zeros((5, 4), "float32"), "x.npy"),))
    two = LoadedData((Item("ids", "ids", np.zeros((3, 256), "int32"), "a.npy"),
                      Item("mask", "mask", np.zeros((3, 256), "int32"), "b.npy")))
    for data, specs, structure in ((one, ONE, "single"), (two, TWO, "list")):
        try:
            bind(data, specs, structure, expression)
        except UserError as exc:
            assert str(exc).isprintable()


def mutate(raw: bytes, edits) -> bytes:
    out = bytearray(raw)
    for position, value, cut in edits:
        if not out:
            break
        index = position % len(out)
        if cut:
            del out[index:index + value]
        else:
            out[index] = value
    return bytes(out)


EDITS = st.lists(st.tuples(st.integers(0, 1 << 30), st.integers(0, 255), st.booleans()),
                 min_size=1, max_size=6)


def looked_at(path):
    for look in (describe_file, scan_unsafe):
        try:
            assert isinstance(look(str(path)), (Description, list))
        except UserError as exc:
            assert str(exc).isprintable()


@pytest.mark.parametrize("ending", ["keras", "h5"])
@SETTINGS
@given(edits=EDITS)
def test_mutated_model_files(saved, tmp_path, ending, edits):
    with open(saved(generations()[0], "list", ending), "rb") as file:
        raw = file.read()
    path = tmp_path / f"m.{ending}"
    path.write_bytes(mutate(raw, edits))
    looked_at(path)


JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-3, 300), st.text(max_size=4),
              st.sampled_from(["Functional", "Sequential", "InputLayer", "Dense", "Lambda", "a"])),
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(st.sampled_from([
        "class_name", "config", "layers", "input_layers", "output_layers", "batch_shape", "name",
        "inbound_nodes", "module", "registered_name", "units", "dtype", "build_config", "args",
        "keras_history", "function"]), inner, max_size=6)), max_leaves=30)


@pytest.mark.parametrize("folder", [False, True])
@SETTINGS
@given(data=st.data())
def test_any_config(tmp_path, folder, data):
    config = data.draw(JSON)
    if folder:
        extra = data.draw(st.dictionaries(st.sampled_from([
            "model_type", "architectures", "hidden_size", "image_size", "id2label", "num_labels",
            "max_position_embeddings", "pad_token_id"]), JSON, max_size=5))
        known = data.draw(st.sampled_from(["bert", "vit", "t5", "roberta", ""]))
        (tmp_path / "config.json").write_text(json.dumps({"model_type": known, **extra}))
        looked_at(tmp_path)
        return
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("config.json", json.dumps(config))
    path = tmp_path / "m.keras"
    path.write_bytes(buffer.getvalue())
    looked_at(path)


LAYERS = st.lists(st.fixed_dictionaries({
    "class_name": st.sampled_from(["InputLayer", "Dense", "Flatten", "Concatenate", "Sequential"]),
    "name": st.sampled_from(["a", "b", "c"]),
    "config": JSON, "inbound_nodes": JSON}), max_size=4)


@SETTINGS
@given(layers=LAYERS, inputs=JSON, outputs=JSON)
def test_almost_a_config(tmp_path, layers, inputs, outputs):
    config = {"class_name": "Functional", "config": {
        "name": "m", "layers": layers, "input_layers": inputs, "output_layers": outputs}}
    with zipfile.ZipFile(tmp_path / "m.keras", "w") as archive:
        archive.writestr("config.json", json.dumps(config))
    looked_at(tmp_path / "m.keras")


def samples(folder):
    np.save(folder / "a.npy", np.ones((3, 4)))
    np.savez(folder / "a.npz", x=np.ones((3, 4)), y=np.ones(3))
    (folder / "a.csv").write_text("a,b\n1,2\n3,4\n")
    (folder / "a.json").write_text('{"x": [[1, 2, 3, 4]]}')
    (folder / "a.jsonl").write_text('{"x": [1, 2]}\n{"x": [3, 4]}\n')


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("ending", ["npy", "npz", "csv", "json", "jsonl"])
@settings(SETTINGS, max_examples=100)
@given(edits=EDITS)
def test_mutated_data_files(tmp_path, ending, edits):
    if not os.path.exists(tmp_path / "a.npy"):
        samples(tmp_path)
    path = tmp_path / f"m.{ending}"
    path.write_bytes(mutate((tmp_path / f"a.{ending}").read_bytes(), edits))
    try:
        bind(load_data([str(path)]), ONE, "single")
    except UserError as exc:
        assert str(exc).isprintable()
