"""Files made to do harm: one line, exit status 2, in little memory and time, and nothing runs."""
from __future__ import annotations

import io
import json
import os
import pickle
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from shapecheck.facts.errors import UserError
from shapecheck.observe.intake.data import load_data
from shapecheck.read.model_files import describe_file, scan_unsafe
from shapecheck.source.bounds import UNSUSPECTED

pytestmark = pytest.mark.legacy

LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
from shapecheck.cli.main import main
sys.exit(main(sys.argv[1:]))
"""


def limited(path):
    """`shapecheck model-inputs PATH` in 1 GiB of memory and 20 s of CPU."""
    return subprocess.run([sys.executable, "-c", LIMITED, "model-inputs", str(path)],
                          capture_output=True, text=True, timeout=60,
                          cwd=str(Path(__file__).parents[2]))


def keras_file(path, config, method=zipfile.ZIP_DEFLATED, **entries):
    with zipfile.ZipFile(path, "w", method) as out:
        out.writestr("config.json", config if isinstance(config, (str, bytes))
                     else json.dumps(config))
        for name, content in entries.items():
            out.writestr(name.replace("__", "."), content)
    return path


def entry(shape, name="a"):
    return {"class_name": "InputLayer", "name": name, "module": "keras.layers",
            "config": {"batch_shape": shape, "dtype": "float32", "name": name}}


def chain(*layers):
    return {"class_name": "Sequential", "module": "keras",
            "config": {"name": "s", "layers": list(layers)}}


def layer(class_name, **config):
    return {"class_name": class_name, "module": "keras.layers",
            "config": {"name": class_name.lower(), **config}}


def one_line(done):
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("shapecheck: ")
    assert done.stderr.count("\n") == 1
    assert done.stderr[:-1].isprintable()
    assert "internal error" not in done.stderr
    return done.stderr


# -- configurations ----------------------------------------------------------------------------


@pytest.mark.parametrize(("config", "said"), [
    (b'{"a":[' + b"[]," * 21_000_000 + b"[]]}", "parts"),
    (b'{"a":[' + b"1," * 31_000_000 + b"1]}", "parts"),
    (b'{"a":' + b"1" * 5_000_000 + b"}", "a number of 5000000 digits"),
    (b'{"a":"' + b"x" * (70 << 20) + b'"}', "larger than 64 MiB"),
], ids=["lists", "numbers", "digits", "text"])
def test_a_configuration_that_grows_in_memory(tmp_path, config, said):
    assert said in one_line(limited(keras_file(tmp_path / "m.keras", config)))


GREAT = int("9" * 99)


@pytest.mark.parametrize("config", [
    chain(entry([None, GREAT, GREAT]), layer("Flatten")),
    chain(entry([None] + [GREAT] * 60), layer("Flatten")),
    chain(entry([None] + [3] * 1_000_000), layer("Flatten")),
    chain(entry([None, 4]), layer("RepeatVector", n=GREAT), layer("UpSampling1D", size=GREAT)),
], ids=["product", "long product", "axes", "repeated"])
def test_a_shape_that_no_tensor_has(tmp_path, config):
    done = limited(keras_file(tmp_path / "m.keras", config))
    assert (done.returncode, done.stderr) == (0, "")
    assert len(done.stdout) < 5000


@pytest.mark.parametrize("config", [
    chain(entry([None, 9, 9, 3]), layer("Conv2D", filters=3, kernel_size=[3, 3], strides=[0, 0],
                                        padding="valid", dilation_rate=[1, 1])),
    '{"class_name": "Sequential", "config": {"layers": [' + json.dumps(entry([None, 4]))
    + ', {"class_name": "Dense", "config": {"units": 1e999}}]}}',
], ids=["stride 0", "infinite"])
def test_numbers_that_make_no_shape(tmp_path, config):
    assert limited(keras_file(tmp_path / "m.keras", config)).returncode == 0


def test_a_hundred_thousand_inputs_of_one_name(tmp_path):
    names = [f"i{k}" for k in range(100_000)]
    config = {"class_name": "Functional", "config": {
        "name": "m", "input_layers": [[n, 0, 0] for n in names], "output_layers": [],
        "layers": [entry([None, 4], n) for n in names]}}
    assert len(describe_file(str(keras_file(tmp_path / "m.keras", config))).inputs) == 100_000


def test_names_and_versions_do_not_steer_the_terminal(tmp_path):
    name = "a\u202e\x1b[2J\r\n\x9b"
    config = {"class_name": "Functional" + name, "config": {
        "name": "m\u2066\x1b]0;x\x07\u200b", "input_layers": [[name, 0, 0]],
        "output_layers": [[name, 0, 0]], "layers": [entry([None, 4], name)]}}
    done = limited(keras_file(tmp_path / "m.keras", config, metadata__json=json.dumps(
        {"keras_version": "3.\x1b[31m\u202e9"})))
    assert done.returncode == 0
    assert all(line.isprintable() for line in done.stdout.split("\n"))


# -- what is no file ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["m.keras", "m.h5"])
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_model_that_never_ends(tmp_path, name, kind):
    path = tmp_path / name
    os.mkfifo(path) if kind == "pipe" else path.symlink_to("/dev/zero")
    assert "a pipe or a device, not a file" in one_line(limited(path))


@pytest.mark.parametrize("ending", ["npy", "npz", "csv", "json", "jsonl", "parquet"])
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_data_that_never_ends(tmp_path, ending, kind):
    path = tmp_path / f"x.{ending}"
    os.mkfifo(path) if kind == "pipe" else path.symlink_to("/dev/zero")
    with pytest.raises(UserError, match="a pipe or a device, not a file"):
        load_data([str(path)])


# -- archives ----------------------------------------------------------------------------------


def zeros(path, name, header=b""):
    """A zip of one entry that unpacks to a little more than what nothing is said of."""
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as out, out.open(
            name, "w", force_zip64=True) as stream:
        stream.write(header)
        block = bytes(1 << 24)
        for _ in range((UNSUSPECTED >> 24) + 1):
            stream.write(block)


def test_an_archive_that_unpacks_without_end(tmp_path):
    path = keras_file(tmp_path / "m.keras", chain(entry([None, 4])))
    zeros(path, "model.weights.h5")
    assert "this is a bomb or damaged" in one_line(limited(path))
    data = tmp_path / "x.npz"
    header = io.BytesIO()
    np.lib.format.write_array_header_1_0(header, {
        "descr": "<f4", "fortran_order": False, "shape": ((UNSUSPECTED + (1 << 24)) // 4,)})
    zeros(data, "x.npy", header.getvalue())
    with pytest.raises(UserError, match="this is a bomb or damaged"):
        load_data([str(data)])


def test_a_packing_that_takes_memory_of_its_own(tmp_path):
    path = keras_file(tmp_path / "m.keras", chain(entry([None, 4])), zipfile.ZIP_LZMA)
    with pytest.raises(UserError, match=r"packed by method 14"):
        describe_file(str(path))


def test_two_formats_in_one_file(tmp_path):
    """h5py reads the front, Keras 3 the zip at the end: the Lambda would not have been seen."""
    h5py = pytest.importorskip("h5py")
    path = tmp_path / "m.keras"
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(chain(entry([None, 4])))
    with zipfile.ZipFile(path, "a") as out:
        out.writestr("config.json", json.dumps(chain(layer("Lambda"))))
    for look in (describe_file, scan_unsafe):
        with pytest.raises(UserError, match="an HDF5 file and a zip archive in one"):
            look(str(path))


# -- weights -----------------------------------------------------------------------------------


def weights(h5py, path, kind):
    with h5py.File(path, "w") as file:
        file.attrs["model_config"] = json.dumps(chain(entry([None, 4])))
        inside = file.create_group("layers")
        inside["again"] = file["/"]  # a group that holds itself
        if kind == "link":
            inside["kernel"] = h5py.ExternalLink("/etc/passwd", "/x")
        elif kind == "external":
            inside.create_dataset("kernel", (9,), "u1", external=[("/etc/passwd", 0, 9)])
        elif kind == "virtual":
            layout = h5py.VirtualLayout((9,), "u1")
            layout[:] = h5py.VirtualSource("/elsewhere.h5", "x", (9,))
            inside.create_virtual_dataset("kernel", layout)
        elif kind == "bomb":
            inside.create_dataset("kernel", (1 << 20, 1 << 20), "f4", chunks=(64, 64),
                                  compression="gzip")
        else:
            inside.create_dataset("kernel", (9,), "f4")
    return path


@pytest.mark.parametrize("ending", ["h5", "keras", "deflated.keras"])
@pytest.mark.parametrize(("kind", "said"), [
    ("link", "link to another file '/etc/passwd'"),
    ("external", "weights in another file '/etc/passwd'"), ("virtual", "a virtual dataset"),
    ("bomb", "this is a bomb or damaged"), ("plain", None),
])
def test_weights_that_lead_out_of_the_file(tmp_path, ending, kind, said):
    h5py = pytest.importorskip("h5py")
    path = weights(h5py, tmp_path / "m.h5", kind)
    if ending != "h5":
        method = zipfile.ZIP_DEFLATED if ending.startswith("d") else zipfile.ZIP_STORED
        path = keras_file(tmp_path / f"m.{ending}", chain(entry([None, 4])), method,
                          **{"model.weights.h5": path.read_bytes()})
    if kind == "bomb":
        with pytest.raises(UserError, match=said):
            scan_unsafe(str(path))
    else:
        found = scan_unsafe(str(path))
        assert (not found) if said is None else any(said in item for item in found)


# -- SavedModels -------------------------------------------------------------------------------


@pytest.mark.parametrize("raw", [
    b"\x12\x09WriteFile", b"\x92\x00\x09WriteFile", b"\x12\x89\x00WriteFile",
    b"\x92\x80\x00\x89\x80\x80\x00WriteFile", b"\x12\x0fTextLineDataset",
    b"\x12\x10DatasetFromGraph", b"\x12\x07PrintV2..file:///tmp/x",
])
def test_an_operation_however_its_length_is_written(tmp_path, raw):
    (tmp_path / "saved_model.pb").write_bytes(b"\x0a\x01x" + raw + b"\x1a\x01y")
    assert len(scan_unsafe(str(tmp_path))) == 1
    (tmp_path / "saved_model.pb").write_bytes(b"\x0a\x0bMyWriteFile\x12\x08Identity")
    assert scan_unsafe(str(tmp_path)) == []


def test_the_text_form_is_not_trusted(tmp_path):
    (tmp_path / "saved_model.pbtxt").write_text(r'node { op: "\127riteFile" }')
    assert scan_unsafe(str(tmp_path)) == [
        "saved_model.pbtxt, a text form that is not searched"]


# -- arrays and tables -------------------------------------------------------------------------


def npy(header, body=b"", version=1):
    raw = header.encode("latin1")
    size = len(raw).to_bytes(2 if version == 1 else 4, "little")
    return b"\x93NUMPY" + bytes([version, 0]) + size + raw + body


def described(dtype, shape):
    return "{'descr': '%s', 'fortran_order': False, 'shape': %s, }\n" % (dtype, shape)


@pytest.mark.parametrize(("raw", "said"), [
    (npy(described("<f4", "(-5, 4)")), "damaged|has no rows"),
    (npy(described("<f4", "(9223372036854775807, 9223372036854775807, 0)")), "damaged|holds no"),
    (npy(described("|O", "(3,)"), pickle.dumps([1])), "object array"),
    (npy("__import__('os').system('touch CANARY')\n"), "damaged"),
    (npy("[" * 9000 + "\n"), "damaged|more memory"),
    (npy(described("<f4", "(3,)") + " " * 50_000), "a header of"),
    (npy(described("<f4", "(3,)") + " " * 5_000_000, version=2), "a header of"),
    (npy(described("<f4", "(1000000000000000, 0)")), "holds no bytes"),
    (npy(described("|V0", "(1000000000000,)")), "holds no bytes"),
], ids=["negative", "overflow", "object", "code", "deep", "long", "longer", "rows of nothing",
        "no bytes"])
@pytest.mark.parametrize("ending", ["npy", "npz"])
def test_headers_that_lie(tmp_path, monkeypatch, raw, said, ending):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / f"x.{ending}"
    if ending == "npy":
        path.write_bytes(raw)
    else:
        with zipfile.ZipFile(path, "w") as out:
            out.writestr("../../x.npy", raw)
    with pytest.raises(UserError, match=said) as caught:
        load_data([str(path)])
    assert str(caught.value).isprintable()
    assert os.listdir(tmp_path) == [path.name]


def test_a_table_of_very_many_columns(tmp_path):
    path = tmp_path / "x.csv"
    path.write_text("\n" + ",".join(map(str, range(200_000))) + "\n" + ",".join("1" * 200_000))
    (item,) = load_data([str(path)]).items  # pandas: minutes
    assert len(item.columns) == 200_000


def test_a_table_that_unpacks_without_end(tmp_path, monkeypatch):
    pytest.importorskip("pandas")
    pq = pytest.importorskip("pyarrow.parquet")
    import pyarrow

    monkeypatch.setattr("shapecheck.source.bounds.UNSUSPECTED", 1 << 20)
    path = tmp_path / "x.parquet"
    pq.write_table(pyarrow.table({"a": np.zeros(1_000_000, "int64")}), path)
    with pytest.raises(UserError, match="its columns unpack to 8 MiB"):
        load_data([str(path)])
