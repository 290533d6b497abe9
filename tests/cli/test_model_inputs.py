"""The main job from the command line, on real models of both generations."""
from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from shapecheck.facts import Report


def test_a_file_alone_shows_inputs_outputs_and_a_right_call(command: Any, saved: Path) -> None:
    result = command("model-inputs", saved)
    assert result.status == 0
    assert "model.predict([input_ids[0:1], attention_mask[0:1]])" in result.out
    assert "(None, 16)" in result.out and "int32" in result.out


def test_the_right_call_of_the_screen_runs(command: Any, saved: Path, data: Path) -> None:
    result = command("model-inputs", saved, "--inputs", data / "x.npz", "--as", "[0:1]")
    assert result.status == 0
    assert "no findings" in result.out and "cls (1, 4)" in result.out


def test_one_row_of_each_input_is_flagged_and_mended_at_once(command: Any, saved: Path,
                                                             data: Path) -> None:
    result = command("model-inputs", saved, "--inputs", data / "data_x.npy",
                     "--as", "[data_x[0][0], data_x[1][0]]")
    assert result.status == 1
    assert "SHP101" in result.out
    assert "fix: model.predict([data_x[0][0:1], data_x[1][0:1]])" in result.out


def test_the_silent_twin_shows_what_came_back(command: Any, saved: Path, data: Path) -> None:
    result = command("model-inputs", saved, "--inputs", data / "data_x.npy",
                     "--as", "[data_x[0][0][:, None], data_x[1][0][:, None]]")
    assert "SHP103" in result.out
    assert "[data_x[0][0][None, :], data_x[1][0][None, :]]" in result.out


def test_layers_show_a_tree_with_the_changed_axis(command: Any, saved: Path,
                                                  data: Path) -> None:
    out = command("model-inputs", saved, "--inputs", data / "x.npz", "--layers").out
    lines = {line.split()[0]: line for line in out.splitlines() if line.strip()}
    assert "(12, 16, 8*)" in lines["tokens"]
    assert lines["conv"].index("conv") > lines["inner"].index("inner")  # nested, so indented
    assert "(12, 14*, 8*)" in lines["conv"]


def test_output_selects_and_lists_what_exists(command: Any, saved: Path, data: Path) -> None:
    x = data / "x.npz"
    result = command("model-inputs", saved, "--inputs", x, "--output", "cls[0]")
    assert result.status == 0 and "cls[0] is (4,)" in result.out
    result = command("model-inputs", saved, "--inputs", x, "--output", "logits")
    assert result.status == 2 and "cls (12, 4)" in result.err
    result = command("model-inputs", saved, "--inputs", x, "--output", "cls[0][9]")
    assert result.status == 2 and "cls[0][9]" in result.err


def test_json_is_the_report(command: Any, saved: Path, data: Path) -> None:
    result = command("model-inputs", saved, "--inputs", data / "x.npz", "--as", "[0]",
                     "--format", "json")
    report = Report.from_json(result.out)
    assert [f.code for f in report.findings] == ["SHP101"]
    assert json.loads(result.out)["schema"] == 1
    assert report.calls[0].inputs[0].passed.shape == (16,)
    assert result.status == 1


@pytest.mark.parametrize("limit, status", [("error", 1), ("warning", 1), ("never", 0)])
def test_fail_on_decides_the_status(command: Any, saved: Path, data: Path, limit: str,
                                    status: int) -> None:
    assert command("model-inputs", saved, "--inputs", data / "x.npz", "--as", "[0]",
                   "--fail-on", limit).status == status


def test_output_file_is_written_whole_and_never_over_an_input(command: Any, saved: Path,
                                                              data: Path, tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    result = command("model-inputs", saved, "--output-file", target)
    assert result.out == "" and json.loads(target.read_text())["model"]["name"] == "two_inputs"
    assert [p.name for p in tmp_path.iterdir()] == ["report.json"]
    before = (data / "x.npz").read_bytes()
    result = command("model-inputs", saved, "--inputs", data / "x.npz",
                     "--output-file", data / "x.npz")
    assert result.status == 2 and "is one of the inputs" in result.err
    assert (data / "x.npz").read_bytes() == before


def test_no_escape_sequence_where_there_is_no_terminal(command: Any, saved: Path,
                                                       data: Path) -> None:
    result = command("model-inputs", saved, "--inputs", data / "x.npz", "--as", "[0]")
    assert "\x1b" not in result.out
    coloured = command("model-inputs", saved, "--color", "always")
    assert "\x1b[" in coloured.out


@pytest.mark.parametrize("arguments, words", [
    (["--as", "x[0]"], "no MODEL given"),
    (["MODEL", "--layers"], "--layers needs data"),
    (["MODEL", "--output", "cls"], "--output needs data"),
    (["MODEL", "--inputs", "DATA", "--text", "a"], "use one of them"),
    (["nothing.keras"], "no such file"),
])
def test_usage_errors_are_one_line(command: Any, saved: Path, data: Path, arguments: Any,
                                   words: str) -> None:
    names = {"MODEL": str(saved), "DATA": str(data / "x.npz")}
    result = command("model-inputs", *(names.get(a, a) for a in arguments))
    assert result.status == 2 and result.out == ""
    assert words in result.err and len(result.err.splitlines()) == 1
    assert "Traceback" not in result.err


def test_traceback_on_request(command: Any) -> None:
    assert "Traceback" in command("model-inputs", "nothing.keras", "--traceback").err


def test_a_hostile_layer_name_does_not_reach_the_terminal(command: Any, tmp_path: Path) -> None:
    import tf_keras

    name = "x\x1b[31m[bold]red[/bold]\n\u202eevil"
    inputs = tf_keras.Input((4,), name="table")
    model = tf_keras.Model(inputs, tf_keras.layers.Dense(2)(inputs))
    model.save(tmp_path / "m.h5")
    import h5py

    with h5py.File(tmp_path / "m.h5", "r+") as file:
        config = json.loads(file.attrs["model_config"])
        text = json.dumps(config).replace('"table"', json.dumps(name))
        file.attrs["model_config"] = text
    result = command("model-inputs", tmp_path / "m.h5")
    assert result.status == 0
    assert "[bold]red[/bold]" in result.out  # shown, not obeyed
    assert not any(c in result.out for c in ("\x1b", "\u202e"))


def test_without_data_tensorflow_is_not_imported(saved: Path) -> None:
    code = ("import sys; from shapecheck.cli.main import main; "
            f"main(['model-inputs', {str(saved)!r}]); "
            "print([m for m in ('tensorflow', 'keras', 'numpy') if m in sys.modules])")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")
    twin = code.replace("from shapecheck", "import numpy; from shapecheck")
    done = subprocess.run([sys.executable, "-c", twin], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("['numpy']")


def test_a_model_that_calls_the_wrong_way_in_its_own_file(command: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import keras, numpy as np\n"
        "inputs = keras.Input((4,))\n"
        "model = keras.Model(inputs, keras.layers.Dense(2)(inputs))\n"
        "rows = np.ones((5, 4), 'float32')\n"
        "def broken():\n    raise RuntimeError('no data today')\n")
    result = command("model-inputs", f"{tmp_path}/mine.py:model",
                     "--inputs", f"{tmp_path}/mine.py:rows", "--as", "rows[0]")
    assert result.status == 1 and "fix: model.predict(rows[0:1])" in result.out
    result = command("model-inputs", f"{tmp_path}/mine.py:model",
                     "--inputs", f"{tmp_path}/mine.py:broken")
    assert result.status == 2 and "no data today" in result.err
    assert len(result.err.splitlines()) == 1


def test_a_savedmodel_is_not_run_on_shapes_that_abort_python(command: Any,
                                                             tmp_path: Path) -> None:
    import numpy as np
    import tf_keras

    inputs = tf_keras.Input((8, 8, 1), name="image")
    hidden = tf_keras.layers.Conv2D(2, 3)(inputs)
    tf_keras.Model(inputs, tf_keras.layers.GlobalAveragePooling2D()(hidden)).save(tmp_path / "m")
    np.save(tmp_path / "one.npy", np.zeros((8, 8, 1), "float32"))
    result = command("model-inputs", tmp_path / "m", "--inputs", tmp_path / "one.npy")
    assert result.status == 1 and "SHP102" in result.out and "not run" in result.out


def test_a_call_that_raised_is_never_called_clean(command: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import keras, numpy as np\n"
        "inputs = keras.Input((4,))\n"
        "model = keras.Model(inputs, keras.layers.Dense(2)(inputs))\n"
        "rows = np.zeros((5, 4), 'datetime64[D]')\n")
    result = command("model-inputs", f"{tmp_path}/mine.py:model", "--inputs",
                     f"{tmp_path}/mine.py:rows")
    assert result.status == 1
    assert "no findings" not in result.out and "raised" in result.out
    assert command("model-inputs", f"{tmp_path}/mine.py:model", "--inputs",
                   f"{tmp_path}/mine.py:rows", "--fail-on", "never").status == 0


def test_a_deep_chain_of_layers_can_be_read(command: Any, tmp_path: Path) -> None:
    import keras

    inputs = hidden = keras.Input((4,))
    for _ in range(400):
        hidden = keras.layers.Dense(4)(hidden)
    keras.Model(inputs, hidden).save(tmp_path / "deep.keras")
    result = command("model-inputs", tmp_path / "deep.keras")
    assert result.status == 0 and result.out.count("(None, 4)") == 2


def test_a_recurrent_cell_is_one_line_of_the_layers(command: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import keras, numpy as np\n"
        "inputs = keras.Input((20, 3))\n"
        "cell = keras.layers.LSTMCell(4, name='cell')\n"
        "model = keras.Model(inputs, keras.layers.RNN(cell, unroll=True)(inputs))\n"
        "rows = np.zeros((5, 20, 3), 'float32')\n")
    out = command("model-inputs", f"{tmp_path}/mine.py:model", "--inputs",
                  f"{tmp_path}/mine.py:rows", "--layers").out
    assert out.count("cell  x") == 1


def test_a_model_of_two_hundred_layers_is_read_at_a_glance(command: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import keras, numpy as np\n"
        "L = keras.layers\n"
        "inputs = keras.Input((4,))\n"
        "made = L.Dense(8, name='first')(inputs)\n"
        "for _ in range(66):\n"
        "    made = L.ReLU()(L.BatchNormalization()(L.Dense(8)(made)))\n"
        "model = keras.Model(inputs, L.Dense(1, name='last')(made))\n"
        "rows = np.zeros((5, 4), 'float32')\n")
    out = command("model-inputs", f"{tmp_path}/mine.py:model", "--inputs",
                  f"{tmp_path}/mine.py:rows", "--layers").out
    assert "... these 3 layers, 65 times more, to re_lu_65" in out
    assert "first" in out and "last" in out
    assert len(out.splitlines()) < 40


def test_the_wrong_one_of_twenty_inputs_is_marked(command: Any, tmp_path: Path) -> None:
    (tmp_path / "mine.py").write_text(
        "import keras, numpy as np\n"
        "inputs = [keras.Input((4,), name=f'part{i}') for i in range(20)]\n"
        "model = keras.Model(inputs, keras.layers.Add()(inputs))\n"
        "rows = {f'part{i}': np.zeros((5, 3 if i == 13 else 4), 'float32') for i in range(20)}\n")
    for options in ((), ("--format", "text")):
        out = command("model-inputs", f"{tmp_path}/mine.py:model", "--inputs",
                      f"{tmp_path}/mine.py:rows", *options).out
        marked = [line.split()[1] for line in out.splitlines() if line.lstrip().startswith("> ")]
        assert marked == ["part13"]


def test_a_crash_is_a_lesson_here_too(command: Any, tmp_path: Path) -> None:
    """What no shape at the door explains, the message of the exception does."""
    (tmp_path / "mine.py").write_text(
        "import keras, numpy as np\n"
        "class Own(keras.Model):\n"
        "    def call(self, rows):\n"
        "        return keras.ops.matmul(rows, keras.ops.ones((4, 2)))\n"
        "model = Own()\n"
        "rows = np.zeros((5, 3), 'float32')\n")
    out = command("model-inputs", f"{tmp_path}/mine.py:model", "--inputs",
                  f"{tmp_path}/mine.py:rows").out
    assert "SHP609" in out and "no rule explains" not in out


def test_a_reader_that_stops_reading_is_no_error(saved: Path) -> None:
    code = f"{sys.executable} -m shapecheck model-inputs {saved} | head -1; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", code], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == ""


KINDS = """
import keras, numpy as np, scipy.sparse, tensorflow as tf
names = [f"sensor_{i:02d}" for i in range(20)]
def many():
    x = [keras.Input((4 + i % 3,), name=name) for i, name in enumerate(names)]
    return keras.Model(x, keras.layers.Concatenate()(x), name="many")
right = {name: np.ones((8, 4 + i % 3), "float32") for i, name in enumerate(names)}
row, typo, narrow = dict(right), dict(right), dict(right)
row["sensor_13"] = right["sensor_13"][0]
narrow["sensor_13"] = right["sensor_13"][:, :3]
typo["sensor_l3"] = typo.pop("sensor_13")
short = list(right.values())[:19]
swapped = list(right.values())
swapped[3], swapped[4] = swapped[4], swapped[3]
def bag():
    x = keras.Input((6,), name="bag")
    return keras.Model(x, keras.layers.Dense(2)(x), name="bag_model")
sparse = scipy.sparse.csr_matrix(np.eye(6, dtype="float32")[:4])
sparse_narrow = scipy.sparse.csr_matrix(np.eye(5, dtype="float32")[:4])
sparse_nan = scipy.sparse.csr_matrix(np.array([[0, 0, 1, 0, 0, np.nan]], "float32"))
def tree():
    a, b = keras.Input((4,), name="left"), keras.Input((5,), name="right")
    c = keras.Input((3, 2), name="shape")
    flat = keras.layers.Concatenate()([a, b, keras.layers.Flatten()(c)])
    return keras.Model({"pair": [a, b], "extra": {"shape": c}}, keras.layers.Dense(1)(flat))
pair = [np.ones((8, 4), "float32"), np.ones((8, 5), "float32")]
tree_right = {"pair": pair, "extra": {"shape": np.ones((8, 3, 2), "float32")}}
tree_row = {"pair": [pair[0], pair[1][0]], "extra": tree_right["extra"]}
def text():
    x = keras.Input((), dtype="string", name="review")
    hashed = keras.layers.Hashing(9)(x)
    return keras.Model(x, hashed, name="text")
words = np.array(["good", "bad", "so so"], dtype=object)
ragged = tf.ragged.constant([[[1., 2.], [3., 4.]], [[5., 6.]]], ragged_rank=1)
mixed = np.array(["good", [1, 2], "so so"], dtype=object)
"""


@pytest.fixture(scope="module")
def kinds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """kinds.py: models of many, sparse, nested and text inputs, and data for them."""
    path = tmp_path_factory.mktemp("kinds") / "kinds.py"
    path.write_text(KINDS, encoding="utf-8")
    return path


@pytest.mark.parametrize("model, data", [("many", "right"), ("bag", "sparse"),
                                         ("tree", "tree_right"), ("text", "words")])
def test_inputs_of_every_kind_are_taken(command: Any, kinds: Path, model: str, data: str) -> None:
    shown = command("model-inputs", f"{kinds}:{model}", "--inputs", f"{kinds}:{data}")
    assert shown.status == 0 and "no findings" in shown.out and not shown.err, shown


def test_a_sparse_matrix_is_judged_like_an_array(command: Any, kinds: Path) -> None:
    shown = command("model-inputs", f"{kinds}:bag", "--inputs", f"{kinds}:sparse_narrow")
    assert shown.status == 1 and "SHP107" in shown.out and "(4, 5) float32 csr_matrix" in shown.out
    shown = command("model-inputs", f"{kinds}:bag", "--inputs", f"{kinds}:sparse_nan")
    assert shown.status == 0 and "holds NaN, first at [0, 5]" in shown.out


def test_a_structure_is_handed_over_as_it_is(command: Any, kinds: Path) -> None:
    shown = command("model-inputs", f"{kinds}:tree", "--inputs", f"{kinds}:tree_row")
    assert shown.status == 1 and "predict(tree_row)" in shown.out
    assert 'tree_row[\'pair\'][1] is (5,): one row' in shown.out
    shown = command("model-inputs", f"{kinds}:tree", "--inputs", f"{kinds}:tree_right", "--layers")
    assert shown.status == 0 and "Concatenate" in shown.out and "raised" not in shown.out


def test_objects_that_are_no_texts_are_refused(command: Any, kinds: Path) -> None:
    shown = command("model-inputs", f"{kinds}:text", "--inputs", f"{kinds}:mixed")
    assert shown.status == 2 and "object array" in shown.err
    shown = command("model-inputs", f"{kinds}:bag", "--inputs", f"{kinds}:words")
    assert shown.status == 2 and "holds text, the input wants float32" in shown.err


def test_a_name_that_fits_no_input_is_told(command: Any, kinds: Path) -> None:
    shown = command("model-inputs", f"{kinds}:many", "--inputs", f"{kinds}:typo")
    assert "sensor_l3 is the name of no input: taken for sensor_13" in shown.out


def test_what_is_wrong_with_twenty_inputs_fits_one_line(command: Any, kinds: Path) -> None:
    shown = command("model-inputs", f"{kinds}:many", "--inputs", f"{kinds}:short")
    assert shown.status == 2
    assert "19 arrays (short[0], short[1], ..., short[18]) for 20 inputs (" in shown.err
    assert "(sensor_00, sensor_01, ..., sensor_19)" in shown.err


def test_the_input_that_lacks_its_array_is_named(kinds: Path) -> None:
    import shapecheck

    held = runpy.run_path(str(kinds))
    [finding] = shapecheck.check_inputs(held["many"](), held["typo"]).findings
    what, _why, advice = finding.message.split("\n")
    assert finding.code == "SHP120" and "nothing for sensor_13; " in what
    assert "sensor_l3'] is no input" in what and len(what) < 320
    assert advice == "fix: pass an array for sensor_13"


def test_a_ragged_tensor_is_no_array_of_objects(command: Any, kinds: Path) -> None:
    shown = command("model-inputs", f"{kinds}:bag", "--inputs", f"{kinds}:ragged")
    assert shown.status == 1 and "SHP106" in shown.out and "of objects" not in shown.out


def test_what_the_model_refused_was_not_received(command: Any, kinds: Path) -> None:
    shown = command("model-inputs", f"{kinds}:many", "--inputs", f"{kinds}:narrow")
    wrong = next(line for line in shown.out.splitlines() if "(8, 3)" in line)
    assert "rejected" in wrong and "sensor_13" in wrong
