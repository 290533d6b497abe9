"""What the interpreter knows after a program: shapes by name."""
from __future__ import annotations

import json
from typing import Any, List

import pytest

from shapecheck.read.reader import read
from shapecheck.read.values import Arr, Const, Value
from shapecheck.rules import judge
from shapecheck.source.documents import read_document

pytestmark = pytest.mark.legacy

MODEL = "m = keras.Sequential([L.Dense(1, input_shape=(4,))])"
START = "import numpy as np\nfrom tensorflow import keras\nL = keras.layers\n"


def names(code: str) -> Any:
    document = read_document("program.py", (START + code).encode())
    assert document.cells[0].error is None
    return read(document).module.names


def shape(code: str, name: str = "x") -> Any:
    value: Value = names(code).get(name)
    return value.shape if isinstance(value, Arr) else value


def codes(code: str) -> List[str]:
    document = read_document("program.py", (START + code).encode())
    return [f.code for f in judge(read(document).facts)]


@pytest.mark.parametrize(("code", "expected"), [
    ("x = np.zeros((3, 4))[0]", (4,)),
    ("n = 5\nx = np.zeros((n, n * 2))", (5, 10)),
    ("a, x = np.zeros(3), np.zeros((2, 2))", (2, 2)),
    ("def make(n):\n    return np.zeros((n, 4))\nx = make(7)", (7, 4)),
    ("def make(n, k=3):\n    return np.zeros((n, k))\nx = make(n=7)", (7, 3)),
    ("make = lambda n: np.zeros((n, 4))\nx = make(2)", (2, 4)),
    ("class C:\n    def __init__(self, n):\n        self.x = np.zeros((n, 1))\nx = C(4).x", (4, 1)),
    (("class A:\n    size = 3\nclass B(A):\n    def get(self):\n"
      "        return np.zeros(self.size)\n"
     "x = B().get()"), (3,)),
    ("x = np.zeros((3, 4))\nif unknown():\n    x = x[:, :2]", (3, None)),
    ("x = np.zeros((3, 4))\nif unknown():\n    x = x[0]", None),
    ("x = np.zeros((3, 4))\nif x.ndim == 2:\n    x = x[None]", (1, 3, 4)),
    ("x = np.zeros((3, 4))\nif x.ndim == 3:\n    x = x[None]", (3, 4)),
    ("x = np.zeros((3, 4))\nfor _ in unknown():\n    x = x[:-1]", (None, 4)),
    ("rows = []\nfor i in range(5):\n    rows.append(np.zeros(3))\nx = np.array(rows)", (5, 3)),
    ("rows = []\nfor i in unknown():\n    rows.append(np.zeros(3))\nx = np.array(rows)", (None, 3)),
    ("rows = [np.zeros(2)]\nfor i in unknown():\n    rows.append(np.zeros(3))\nx = np.array(rows)",
     (None, None)),
    ("x = np.array([np.zeros(3) for _ in range(4)])", (4, 3)),
    ("x = np.array([row * 2 for row in np.zeros((6, 3))])", (6, 3)),
    ("n = 3\nx = np.zeros([n * i + 1 - n for i in range(1, 5)])", (1, 4, 7, 10)),
    ("x = np.zeros([i * unknown for i in range(3)])", (None, None, None)),
    ("x = np.zeros([(1 << 39) * i // 2 for i in range(3)])", (0, 1 << 38, 1 << 39)),
    ("d = {'a': np.zeros((2, 5))}\nx = d['a']", (2, 5)),
    ("x = np.zeros((4, 2)) if unknown() else np.zeros((4, 2))", (4, 2)),
    ("try:\n    x = np.zeros((4, 2))\nexcept OSError:\n    x = np.zeros((4, 3))", (4, None)),
    ("with open('f') as f:\n    x = np.zeros((4, 2))", (4, 2)),
    ("def g():\n    global x\n    x = np.zeros(3)\ng()", (3,)),
    ("x, y = unknown()", None),
    ("x = np.zeros((2, 3)) + np.zeros((4, 2, 1))", (4, 2, 3)),
    ("a = b = np.zeros((2, 3))\nx = a @ b.T", (2, 2)),
    ("(x := np.zeros((2, 3)))", (2, 3)),
    ("data = [np.zeros((5, 2)), np.zeros((5,))]\nx, y = data", (5, 2)),
    ("first, *rest = [np.zeros(1), np.zeros(2), np.zeros(3)]\nx = rest[1]", (3,)),
    ("def f(*args, **kw):\n    return args[1]\nx = f(1, np.zeros(9), a=2)", (9,)),
    ("def f(n):\n    return f(n)\nx = f(3)", None),
    ("x = y = z = np.zeros((1, 2))\ndel y", (1, 2)),
])
def test_shapes_flow(code, expected):
    found = shape(code)
    assert (found if isinstance(found, tuple) else None) == expected


@pytest.mark.parametrize("code", [
    "x = 0\nfor _ in unknown():\n    x += 1", "x = 0\nwhile unknown():\n    x += 1",
    "x = 0\nif unknown():\n    x = 1",
])
def test_what_may_differ_is_unknown(code):
    assert not isinstance(names(code)["x"], Const)


@pytest.mark.parametrize("code", [
    # a model in a branch, in a loop, in a function, in a class
    "m = keras.Sequential([L.Dense(1, input_shape=(4,))])\nm.predict(np.zeros((3, 4))[0])",
    ("def build(n):\n    m = keras.Sequential()\n    m.add(L.Dense(8, input_dim=n))\n    return m\n"
    "m = build(4)\nm.predict(np.zeros((3, 4))[0])"),
    ("m = keras.Sequential()\nm.add(keras.Input((4,)))\nfor units in [8, 4]:\n"
    "    m.add(L.Dense(units))\nfor row in np.zeros((3, 4)):\n    m.predict(row)"),
    ("class App:\n    def __init__(self):\n        i = keras.Input((4,))\n"
    "        self.model = keras.Model(i, L.Dense(2)(i))\n    def run(self, data):\n"
    "        return self.model.predict(data[0])\nApp().run(np.zeros((3, 4)))"),
    ("def main():\n    m = keras.Sequential([L.Dense(1, input_shape=(4,))])\n"
    "    m.predict(np.zeros(4))\nif __name__ == '__main__':\n    main()"),
    ("def never_called():\n    m = keras.Sequential([L.Dense(1, input_shape=(4,))])\n"
    "    m.predict(np.zeros(4))"),
    ("m = keras.Sequential([L.Dense(1, input_shape=(4,))])\n"
    "out = [m.predict(row) for row in np.zeros((3, 4))]"),
])
def test_one_row_is_found_wherever_it_is(code):
    assert codes(code) == ["SHP101"]


@pytest.mark.parametrize("code", [
    # what was passed is not known, or the program expects the error
    "m = keras.Sequential([L.Dense(1, input_shape=(4,))])\nm.predict(unknown())",
    ("m = keras.Sequential([L.Dense(1, input_shape=(4,))])\nx = np.zeros((3, 4))\n"
    "x = unknown(x)\nm.predict(x[0])"),
    ("m = keras.Sequential([L.Dense(1, input_shape=(4,))])\ntry:\n    m.predict(np.zeros(4))\n"
    "except ValueError as error:\n    print(error)"),
    ("import pytest\nm = keras.Sequential([L.Dense(1, input_shape=(4,))])\n"
    "with pytest.raises(ValueError):\n    m.predict(np.zeros(4))"),
    ("m = keras.Sequential()\nif unknown():\n    m.add(L.Dense(1, input_shape=(4,)))\nelse:\n"
    "    m.add(L.Dense(1, input_shape=(3,)))\nm.predict(np.zeros(4))"),
    "m = keras.Sequential([L.Dense(1, input_shape=(4,))])\ntweak(m)\nm.predict(np.zeros((2, 3)))",
    "m = unknown()\nm.predict(np.zeros(4))",
    "'''\nm = keras.Sequential([L.Dense(1, input_shape=(4,))])\nm.predict(np.zeros(4))\n'''",
])
def test_unknown_means_silence(code):
    assert codes(code) == []


LONG = START + f"{MODEL}\nm.predict(np.zeros(4))\n"


@pytest.mark.parametrize("rest", [
    "x = 1\n" * 70_000,
    ("for a in range(40):\n  for b in range(40):\n    for c in range(40):\n      d = []\n"
    "      d.append(np.zeros(3))\n      d.append(np.zeros(3))\n"),
])
def test_work_is_bounded_and_says_so(rest):
    reading = read(read_document("program.py", (LONG + rest).encode()))
    assert [f.code for f in judge(reading.facts)] == ["SHP101"]  # what was found stays
    assert len(reading.notes) == 1
    assert "not analysed further" in reading.notes[0]


def test_functions_that_call_each_other_end():
    many = "".join(f"def f{i}(n):\n    return f{i + 1}(n) + f{i + 1}(n + 1)\n" for i in range(40))
    assert codes(f"{many}f0(1)\ndef g(n):\n    return g(n + 1)\ng(0)\n{MODEL}\n"
                 "m.predict(np.zeros(4))") == ["SHP101"]


def notebook(*sources: str, outputs: Any = ()) -> Any:
    cells = [{"cell_type": "code", "source": s, "outputs": [], "metadata": {},
              "execution_count": i + 1} for i, s in enumerate(sources)]
    for index, output in outputs:
        cells[index]["outputs"].append(output)
    return read_document("n.ipynb", json.dumps(
        {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode())


def found(document: Any) -> List[Any]:
    return [(f.code, f.location.cell, f.location.line) for f in judge(read(document).facts)]



def test_cells_share_their_names():
    assert found(notebook(START, MODEL, "x = np.zeros((3, 4))", "1\nm.predict(x[0])")) == [
        ("SHP101", 3, 2)]


def test_a_cell_that_does_not_parse_forgets_what_it_may_have_bound():
    assert found(notebook(START, MODEL, "x = np.zeros((3, 4))", "x = x[0] +", "m.predict(x[0])")) \
        == []
    assert found(notebook(START, MODEL, "x = np.zeros((3, 4))", "y = x[0] +", "m.predict(x[0])")) \
        == [("SHP101", 4, 1)]


def test_cells_are_followed_in_the_order_in_which_they_ran():
    document = notebook(START, "m.predict(x[0])", MODEL + "\nx = np.zeros((3, 4))")
    document.cells[1].execution_count, document.cells[2].execution_count = 3, 2
    assert found(document) == [("SHP101", 1, 1)]


SHOWN = {"output_type": "execute_result", "data": {"text/plain": "(3, 4)"}}


def test_a_shape_that_was_shown_is_known():
    sources = [START, MODEL, "x = np.load('x.npy')\nx.shape", "m.predict(x[0])"]
    assert found(notebook(*sources)) == []
    assert found(notebook(*sources, outputs=[(2, SHOWN)])) == [("SHP101", 3, 1)]


@pytest.mark.parametrize("source", [
    "x = np.load('x.npy')\nx.shape\nx = x[:, None]",  # it is not the last value
    "x.shape", "y = np.load('x.npy')\ny.shape",
])
def test_a_shape_of_something_else_is_not_believed(source):
    document = notebook(START, MODEL, source, "x = f(x)", "m.predict(x[0])", outputs=[(2, SHOWN)])
    assert found(document) == []


def test_a_printed_shape_is_found_again():
    printed = {"output_type": "stream", "name": "stdout", "text": "loading\nx: (3, 4) y: (3,)\n"}
    document = notebook(START, MODEL, "x, y = load()\nprint('x:', x.shape, 'y:', y.shape)",
                        "m.predict(x[0])", outputs=[(2, printed)])
    assert found(document) == [("SHP101", 3, 1)]


TRACEBACK = {
    "output_type": "error", "ename": "ValueError", "evalue": "...", "traceback": [
        "\x1b[0;31mValueError\x1b[0m  Traceback (most recent call last)",
        "Cell \x1b[0;32mIn[2], line 1\x1b[0m\n\x1b[0;32m----> 1\x1b[0m model.fit(x, y)\n",
        ('ValueError: Input 0 of layer "lstm" is incompatible with the layer: expected ndim=3, '
        "found ndim=2. Full shape received: (None, 10)")]}


def test_a_saved_traceback_is_told_at_the_line_that_it_shows():
    assert found(notebook("import keras", "model.fit(x, y)", outputs=[(1, TRACEBACK)])) == [
        ("SHP602", 1, 1)]


def test_a_saved_traceback_of_an_edited_cell_is_stale():
    assert found(notebook("import keras", "model.fit(x3, y)", outputs=[(1, TRACEBACK)])) == []


def test_a_model_called_on_an_element_of_unknown_rank_returns_an_unknown_rank():
    assert codes("import tensorflow as tf\ni = keras.Input((3,))\nprepare = keras.Model(i, i * 2)\n"
                 "m = keras.Sequential([L.Dense(1, input_shape=(3,))])\n"
                 "data = tf.data.Dataset.from_tensor_slices(unknown()).map(prepare).batch(8)\n"
                 "for x in data:\n    m(x)") == []


@pytest.mark.parametrize(("code", "expected"), [
    (("out = []\nfor i in range(len(data) - 5):\n    out.append(data[i:i + 5])\n"
     "x = np.array(out)"), (None, 5, 3)),
    (("out = []\nfor i in range(60, len(data)):\n    out.append(data[i - 60:i, 0])\n"
     "x = np.array(out)"), (None, 60)),
    (("out = []\nfor i in range(len(data)):\n    end = i + 4\n    if end > len(data) - 1:\n"
     "        break\n    out.append(data[end, 0])\nx = np.array(out)"), (None,)),
    ("x = np.array([data[i:i + 5] for i in range(195)])", (195, 5, 3)),
    # a step as long as the window: the last one may be shorter
    ("out = []\nfor i in range(0, len(data), 32):\n    x = data[i:i + 32]", (None, 3)),
    # numbers of other passes
    (("starts = []\nfor i in range(len(data)):\n    starts.append(i)\n"
     "x = data[starts[0]:starts[5]]"), (None, 3)),
])
def test_windows_by_the_number_of_a_loop(code: str, expected: Any) -> None:
    assert shape("data = np.random.rand(200, 3)\n" + code) == expected


@pytest.mark.parametrize(("code", "expected"), [
    ("data = np.loadtxt('a.csv')\nx, y = data[:, 0:8], data[:, 8]", (None, 8)),
    ("data = np.loadtxt('a.csv')\nx, y = data[:, 0:8], data[:, 6]", (None, None)),
    ("data = np.loadtxt('a.csv')\nx = data[2:5]", None),
])
def test_columns_that_other_columns_prove(code: str, expected: Any) -> None:
    assert shape(code) == expected


def test_windows_of_a_dataset() -> None:
    code = ("import tensorflow as tf\nd = tf.data.Dataset.from_tensor_slices(np.arange(50.0))\n"
            "d = d.window(6, shift=1, drop_remainder=True).flat_map(lambda w: w.batch(6))\n"
            "d = d.map(lambda w: (w[:-1], w[-1])).batch(4)\nx = next(iter(d))\n"
            "net = keras.Sequential([L.Dense(1, input_shape=(7,))])\n"
            "net.compile(loss='mse')\nnet.fit(d)\n")
    assert codes(code) == ["SHP107"]
    assert codes(code.replace("(7,)", "(5,)")) == []


def test_what_a_sequence_class_yields() -> None:
    code = ("class Batches(keras.utils.Sequence):\n    def __getitem__(self, i):\n"
            "        return np.zeros((8, 5)), np.zeros((8, 1))\n"
            "net = keras.Sequential([L.Dense(1, input_shape=(7,))])\n"
            "net.compile(loss='mse')\nnet.fit(Batches())\n")
    assert codes(code) == ["SHP107"]
    assert codes(code.replace("(7,)", "(5,)")) == []


def test_silence_after_a_model_that_cannot_be_built() -> None:
    assert codes("x = np.zeros((9, 8, 8, 1))\nnet = keras.Sequential()\n"
                 "net.add(L.Conv2D(4, 3, input_shape=x.shape))\nnet.add(L.Flatten())\n"
                 "net.compile(loss='mse')\nnet.fit(x, np.zeros(9))\n") == ["SHP601"]


def test_rows_of_a_dataset_for_a_model_that_declares_nothing() -> None:
    code = ("import tensorflow as tf\nd = tf.data.Dataset.from_tensor_slices((np.zeros((9, 4)), "
            "np.zeros(9)))\nnet = keras.Sequential([L.Dense(3), L.Dense(1)])\n"
            "net.compile(loss='mse')\nnet.fit(d)\n")
    assert codes(code) == ["SHP501"]
    assert codes(code.replace("fit(d)", "fit(d.batch(3))")) == []


@pytest.mark.parametrize(("shown", "expected"), [
    ("array([[1., 2., 3., 4.],\n       [5., 6., 7., 8.]])", [("SHP101", 3, 1)]),
    ("array([[0, 0, 0, 0],\n       ...,\n       [0, 0, 0, 0]], shape=(900, 4))",
     [("SHP101", 3, 1)]),
    ("<tf.Tensor: shape=(2, 4), dtype=float32, numpy=\narray([[...]])>", [("SHP101", 3, 1)]),
    ("array([[0, 0],\n       ...,\n       [0, 0]])", []),  # cut: nobody knows how much is left out
    ("<Figure size 720x288>", []),
])
def test_a_repr_that_was_shown_has_a_shape(shown, expected):
    document = notebook(START, MODEL, "x = load()\nx", "m.predict(x[0])", outputs=[
        (2, {"output_type": "execute_result", "data": {"text/plain": shown.splitlines(True)}})])
    assert found(document) == expected


def test_modules_beside_the_file_are_followed_and_keep_their_findings(tmp_path):
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "__init__.py").write_text("")
    (tmp_path / "parts" / "nets.py").write_text(
        f"{START}def build(n):\n    {MODEL.replace('4', 'n')}\n    return m\n"
        "def wrong():\n    return build(3).predict(np.zeros(3))\n")
    (tmp_path / "data.py").write_text("import numpy as np\nROWS = np.zeros((9, 6))\n")
    program = tmp_path / "train.py"
    program.write_text("from parts.nets import build, wrong\nimport data\nwrong()\n"
                       "build(6).predict(data.ROWS[0])\n")
    reading = read(read_document(str(program)))
    assert [(f.code, f.location.line) for f in judge(reading.facts)] == [("SHP101", 4)]


def test_a_circle_of_modules_ends(tmp_path):
    (tmp_path / "a.py").write_text("import b\nx = 1\n")
    (tmp_path / "b.py").write_text("import a\ny = 2\n")
    assert read(read_document(str(tmp_path / "a.py"))).notes == []


HALF = ("keras.mixed_precision.set_global_policy('mixed_float16')\n"
        "class Table(keras.Model):\n    def __init__(self, **kwargs):\n"
        "        super().__init__(**kwargs)\n        self.rows = L.Embedding(5000, 2)\n"
        "    def call(self, ids):\n        return self.rows(ids)\n"
        "m = Table()\nm.predict(np.empty((4, 3), 'float32'))\nm.predict(np.empty((4, 3)))\n")


@pytest.mark.parametrize(("old", "new", "expected"), [
    ("", "", ["SHP112"]),  # once, for all calls
    ("'mixed_float16'", "keras.mixed_precision.Policy('mixed_bfloat16')", ["SHP112"]),
    ("5000", "2000", []),
    ("Table()", "Table(dtype='float32')", []),
    ("'mixed_float16')", "'mixed_float16') if unknown() else 0", []),
    ("keras.mixed", "if unknown():\n    keras.mixed", []),
    ("keras.mixed", "def main():\n    keras.mixed", []),
    ("m = T", "keras.mixed_precision.set_global_policy('float32')\nm = T", []),
])
def test_a_policy_of_half_precision_rounds_what_own_models_get(old, new, expected):
    assert codes(HALF.replace(old, new, 1)) == expected


def test_softmax_over_one_unit_is_one_mistake() -> None:
    code = ("net = keras.Sequential([keras.Input((4,)), L.Dense(1{})])\n"
            "net.compile(loss='categorical_crossentropy')\n"
            "net.fit(np.zeros((9, 4)), keras.utils.to_categorical(np.arange(9)))\n")
    assert codes(code.format(", activation='softmax'")) == ["SHP405"]
    assert codes(code.format("")) == ["SHP403"]


FOLDS = ("import tensorflow as tf\ninp = keras.Input((10, 4))\n"
         "h = L.Dense(6)(tf.reshape(inp, (-1, 4)))\nback = tf.reshape(h, (-1, 10, 6))\n"
         "x = np.zeros((50, 10, 4))\n")


@pytest.mark.parametrize(("code", "expected"), [
    ("keras.Model(inp, L.Dense(2)(h)).predict(x)", ["SHP202"]),
    ("keras.Model(inp, [h, back]).predict(x)", ["SHP202"]),
    ("keras.Model(inp, L.Dense(2)(back)).predict(x)", []),  # folded and unfolded again
    ("keras.Model(inp, tf.reshape(inp, (tf.shape(inp)[0], -1))).predict(x)", []),
    ("keras.Model(inp, L.Lambda(lambda t: tf.reshape(t, (-1, 40)))(inp)).predict(x)", []),
    ("keras.Model(inp, L.Lambda(lambda t: tf.reshape(t, (-1, 20)))(inp)).predict(x)", ["SHP202"]),
    ("keras.Model(inp, keras.Model(inp, h)(inp)).predict(x)", []),  # not followed that far
])
def test_rows_that_a_reshape_in_a_model_makes(code, expected):
    assert codes(FOLDS + code) == expected


@pytest.mark.parametrize(("model", "expected"), [
    ("TFBertModel", ["SHP106"]), ("TFBertForMultipleChoice", []),  # rows, choices, tokens
])
def test_a_batch_of_a_tokenizer_in_a_batch(model, expected):
    assert codes(
        f"import tensorflow as tf\nfrom transformers import BertTokenizer, {model}\n"
        "tok = BertTokenizer.from_pretrained('bert-base-uncased')\n"
        f"bert = {model}.from_pretrained('bert-base-uncased')\n"
        "enc = tok(['a', 'b c'], return_tensors='tf', padding=True)\n"
        "bert({k: tf.expand_dims(v, 0) for k, v in enc.items()})\n") == expected
