"""`lint --show-shapes` and `shapecheck.infer_shapes`: what every name holds, by its place."""
from __future__ import annotations

import ast
import json
import pickle
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Dict, List

import pytest

import shapecheck
from shapecheck.source.tolerant import parse_around
from shapecheck.source.trees import Broken
from tests.lint.conftest import cell, notebook

MNIST = """\
from tensorflow import keras
(x_train, y_train), test = keras.datasets.mnist.load_data()
model = keras.Sequential()
model.add(keras.layers.Flatten())
model.add(keras.layers.Dense(10))
model.fit(x_train, y_train)
epochs, name = 5, 'mnist'
"""


def texts(source: Any, **options: Any) -> Dict[str, str]:
    """name -> what its last binding holds"""
    return {one.name: str(one.form) for one in shapecheck.infer_shapes(source, **options)}


def test_the_screen(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "train.ipynb").write_bytes(notebook(*MNIST.split("model =", 1)[:1],
                                                    "model =" + MNIST.split("model =", 1)[1],
                                                    "for row in x_train:\n    first = row[0]"))
    result = lint("train.ipynb", "--show-shapes")
    assert result.status == 0
    assert result.out == """\
train.ipynb:cell 0:2  x_train  (60000, 28, 28) uint8 ndarray                 \
from keras.datasets.mnist.load_data()
train.ipynb:cell 0:2  y_train  (60000,) uint8 ndarray                        \
from keras.datasets.mnist.load_data()
train.ipynb:cell 0:2  test     tuple: (10000, 28, 28) uint8 ndarray, (10000,) uint8 ndarray  \
from keras.datasets.mnist.load_data()

train.ipynb:cell 1:1  model   Sequential: (None, 28, 28) -> (None, 10)  from keras.Sequential()
train.ipynb:cell 1:5  epochs  int 5

train.ipynb:cell 2:1  row    (28, 28) uint8 ndarray  each of x_train
train.ipynb:cell 2:2  first  (28,) uint8 ndarray     from row[0]

7 shapes known in 1 file; 1 not (-v lists them)
"""
    verbose = lint("train.ipynb", "--show-shapes", "-v", "-q").out
    assert "cell 1:5  name    str 'mnist'\n" in verbose
    assert "known in" not in verbose


def test_json_and_other_formats(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("import numpy as np\nx = np.zeros((3, n))\n")
    told = json.loads(lint("a.py", "--show-shapes", "--format", "json").out)
    [one] = told["files"][0]["shapes"]
    assert (one["name"], one["shape"], one["dtype"]) == ("x", [3, None], "float64")
    assert one["location"] == {"path": "a.py", "cell": None, "line": 2, "column": 1,
                               "end_line": 2, "end_column": 2}
    assert lint("a.py", "--show-shapes", "--format", "html").status == 2


def test_what_cannot_be_read_is_one_line(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "b.ipynb").write_text("{")
    (tmp_path / "half.py").write_text("x = [\ny = 3\n")
    result = lint("b.ipynb", "half.py", "none.py", "--show-shapes")
    assert result.status == 2
    assert result.out.startswith("half.py:2  y  int 3\n")
    assert "note: half.py:1: does not parse" in result.err
    assert "b.ipynb: not a notebook" in result.err
    assert "none.py: no such file" in result.err


PROGRAMS = ["""\
import numpy as np
a = np.zeros((4, 5), dtype="int32")
b, c = a.T, a[:, None]
rows = [r for r in a]
d = {"x": a, "y": np.ones(3)}
e = np.concatenate([a, a], axis=1).sum(axis=0)
for f in a:
    g = f * 2.0
def h(p, q=None):
    t = p @ p.T
    return t
u = h(b)
b = b.reshape(-1)
w = np.stack(rows)
""", """\
import numpy as np
import pandas as pd
df = pd.DataFrame({"a": np.arange(10), "b": np.arange(10) * 0.5})
df["c"] = df["a"] + df["b"]
s = df["a"]
v = df[["a", "c"]].values
k = v[:3]
if len(k) > 2:
    z = k[0]
else:
    z = k
first, *rest = v.shape
while first < 0:
    first = first + 1
"""]


class Bound(Dict[str, Any]):
    """The names of a program that runs: (shape, dtype, length) of each when it was bound last."""

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, value)
        self.told = {**getattr(self, "told", {}), name: (
            getattr(value, "shape", None), str(getattr(value, "dtype", None)),
            len(value) if isinstance(value, (list, tuple, dict)) else None)}


@pytest.mark.parametrize("program", PROGRAMS)
def test_what_is_told_is_so(program: str) -> None:
    """The last binding of each name at module level, held against the program as it runs."""
    real = Bound()
    exec(compile(program, "program", "exec"), {}, real)
    last = {one.name: one for one in shapecheck.infer_shapes(program)
            if one.kind not in ("parameter", "comprehension") and one.name in real.told}
    told = 0
    for name, one in last.items():
        (shape, dtype, length), form = real.told[name], one.form
        if shape is not None and form.shape is not None:
            assert len(shape) == len(form.shape)
            assert all(a is None or isinstance(a, str) or a == b
                       for a, b in zip(form.shape, shape)), one
            assert form.dtype in (None, dtype)
            told += 1
        elif length is not None and form.length is not None:
            assert form.length == length
            told += 1
    assert told >= 5


def test_every_way_of_binding_a_name() -> None:
    found = texts("""\
import numpy as np
class Net:
    def __init__(self, size):
        self.w = np.zeros((size, 2))
    def run(self, x, *, scale=1.0):
        return x @ self.w
y = Net(4).run(np.ones((3, 4)))
with np.errstate() as state, open("f") as f:
    inside = np.ones(7)
(a, b), *rest = (np.zeros(1), np.zeros(2)), np.zeros(3)
size = (count := len(inside)) + 0
if flag:
    x = np.zeros((2, 3))
else:
    x = np.zeros((2, 5), 'float32')
joined = x
n: int = 3
y += 1
parts = {}
parts['a'] = x
together = [v[0] for v in (a, b)]
for i in range(10):
    pass
""")
    assert found["self.w"] == "(4, 2) float64 ndarray"
    assert found["x"] == "(2, 5) float32 ndarray"
    assert found["joined"] == "(2, ?) ndarray"  # what both ways have in common
    assert found["scale"] == "float 1.0"
    assert found["y"] == "(3, 2) float64 ndarray"
    assert found["inside"] == "(7,) float64 ndarray"
    assert (found["a"], found["b"]) == ("(1,) float64 ndarray", "(2,) float64 ndarray")
    assert found["rest"] == "list: (3,) float64 ndarray"
    assert found["count"] == found["size"] == "int 7"
    assert found["n"] == "int 3"
    assert found["parts['a']"] == "(2, ?) ndarray"
    assert found["f"] == "?"


def test_a_function_called_in_two_ways_is_told_as_what_they_have_in_common() -> None:
    source = ("import numpy as np\ndef f(x):\n    y = x.T\n    return y\n"
              "f(np.ones((2, 3)))\nf(np.ones((2, 4)))\n")
    found = texts(source)
    assert found["x"] == "(2, ?) float64 ndarray"
    assert found["y"] == "(?, 2) float64 ndarray"
    shrinking = "import numpy as np\ndef f(x):\n    f(x[1:])\nf(np.ones(9))\n"
    assert texts(shrinking)["x"] == "?"  # a call that is not followed may pass anything


def test_models_made_in_a_branch_and_in_functions() -> None:
    found = texts("""\
from tensorflow import keras
def build(units):
    net = keras.Sequential([keras.Input((4,))])
    net.add(keras.layers.Dense(units))
    return net
def main():
    model = build(3)
    model.compile('adam', 'mse')
if __name__ == '__main__':
    main()
if flag:
    other = build(5)
""")
    assert found["model"] == "Sequential: (None, 4) -> (None, 3)"
    assert found["other"] == "Sequential: (None, 4) -> (None, 5)"
    assert found["net"] == "Sequential"  # of 3 and of 5 units
    branches = ("from tensorflow import keras\nm = keras.Sequential([keras.Input((4,))])\n"
                "if flag:\n    m.add(keras.layers.Dense(3))\nelse:\n"
                "    m.add(keras.layers.Dense(5))\n")
    assert texts(branches)["m"] == "Sequential"


def test_pipelines_are_told_by_what_one_step_yields() -> None:
    found = texts("import numpy as np\nimport tensorflow as tf\nx = np.ones((4, 3), 'float32')\n"
                  "pair = tf.data.Dataset.from_tensor_slices((x, x)).batch(2)\n"
                  "named = tf.data.Dataset.from_tensor_slices({'a': x})\n")
    assert found["pair"] == "Dataset of (2, 3) float32 Tensor, (2, 3) float32 Tensor"
    assert found["named"] == "Dataset: 'a' (3,) float32 Tensor"


def test_saved_outputs_are_told_where_the_source_says_nothing() -> None:
    output = {"output_type": "execute_result", "execution_count": 1, "metadata": {},
              "data": {"text/plain": ["(150, 5)"]}}
    source = cell("import pandas as pd\ndf = pd.read_csv('iris.csv')\ndf.shape", [output], 1)
    assert texts(notebook(source))["df"] == "(N, 5) DataFrame"


def test_places() -> None:
    shapes = shapecheck.infer_shapes({"cells": [
        {"cell_type": "markdown", "source": "text"},
        {"cell_type": "code", "source": ["import numpy as np\n", "ä = 'ö'; x = np.ones((3, 4))\n"]},
        {"cell_type": "code", "source": "y = x.T.sum(axis=0)"}]})
    at = shapes.at(2, 10, cell=1)
    assert at is not None and (at.name, at.form.shape) == ("x", (3, 4))
    assert [str(shapes.at(1, c, cell=2)) for c in (1, 5, 7, 9)] == [
        "y: (3,) float64 ndarray", "x: (3, 4) float64 ndarray", "x.T: (4, 3) float64 ndarray",
        "x.T.sum(axis=0): (3,) float64 ndarray"]
    assert shapes.at(1, 2, cell=2) is None
    assert shapes.at(1, 1) is None
    again = pickle.loads(pickle.dumps(shapes))
    assert str(again.at(1, 7, cell=2)) == "x.T: (4, 3) float64 ndarray"
    assert json.loads(shapes.to_json())["shapes"][-1]["text"] == "(3,) float64 ndarray"


BROKEN = """\
import numpy as np
x = np.zeros((3, 4))
m = np.ones((2, 2))
y = x.reshape(
def f(a,
      b=2):
    c = a.T
    d = c +
    for i in range(3):
        e = (i
        g = a[0]
    return d
z = f(x)
m = foo(
text = \"\"\"
k = (
\"\"\"
w = x.T
v = m
"""


def test_a_syntax_error_hides_its_own_lines() -> None:
    found = texts(BROKEN)
    assert found["w"] == "(4, 3) float64 ndarray"
    assert found["c"] == "(4, 3) float64 ndarray"  # beside broken lines of the same function
    assert found["g"] == "(4,) float64 ndarray"
    assert found["z"] == "?"  # made of what the broken line binds
    assert found["v"] == "?"  # `m` was bound anew there
    assert "text" in found
    notes = shapecheck.infer_shapes(BROKEN, path="a.py").notes
    assert notes == tuple(f"a.py:{line}: does not parse" for line in (4, 8, 10, 14))


@pytest.mark.parametrize("line", ["def", "x = (", "y = '", 'z = \"\"\"', "for", "import", "if a:",
                                  "class A(", "return (", "@", "\x00", "try:", "else:", "  x = 3",
                                  "%matplotlib inline", "del x[", "f(x for x in", "\ud83d = 3"])
@pytest.mark.parametrize("where", range(8))
def test_a_broken_line_anywhere(line: str, where: int) -> None:
    """Nothing is lost that stands a statement away, and nothing ever raises."""
    lines = ["import numpy as np", "a = np.zeros((1, 2))", "b = a.T", "def f(p):", "    q = p.T",
             "    return q", "c = f(a)", "d = b.T"]
    lines.insert(where, line)
    source = "\n".join(lines)
    found = texts(source)
    try:
        ast.parse(source)
    except (SyntaxError, ValueError):
        if 0 < where < 4:
            assert found["d"] in ("(1, 2) float64 ndarray", "?")
        if where >= 3 and line not in ('z = \"\"\"', "  x = 3"):
            assert found["b"] == "(2, 1) float64 ndarray"


@pytest.mark.parametrize("lines", [["x = ("] * 3000, ["s = \"\"\"", *["y = 3"] * 3000],
                                   ["def f():", *["    x = (", "    y = 3"] * 1500]])
def test_many_broken_lines_take_no_time(lines: List[str]) -> None:
    begun = time.process_time()
    shapecheck.infer_shapes("\n".join(lines))
    assert time.process_time() - begun < 5  # it takes half a second


def test_what_broken_lines_do_makes_unknown() -> None:
    head = ("from tensorflow import keras\nimport numpy as np\n"
            "m = keras.Sequential([keras.Input((4,))])\nxs = [np.ones(3)]\nu = np.ones(4)\n")
    assert texts(head + "m.add(keras.layers.Dense(3)\nn = m")["n"] == "Sequential"
    assert texts(head + "xs.append(np.ones(4)\nn = xs")["n"] == "list"
    assert texts(head + "def f(s):\n    s.pop()\nf(xs\nn = xs")["n"] == "list"
    assert texts(head + "for u in (3\nn = u")["n"] == "?"
    assert texts(head + "with open(3 as u\nn = u")["n"] == "?"
    assert texts(head + "print 'u =', u\nn = u")["n"] == "(4,) float64 ndarray"
    assert texts(head + "print m.predict(u)\nn = m")["n"].startswith("Sequential: (None, 4)")


def test_broken_lines_of_a_cell() -> None:
    tree = parse_around("a = 1\n%time b = 2\nc = (\n!ls\nd = 4\n")
    assert [type(n) for n in tree.body if isinstance(n, Broken)] == [Broken] * 2
    found = texts(notebook("a = 1\n%time b = 2\nc = (\n!ls\nd = 4\n", "e = c"))
    assert (found["b"], found["d"], found["e"]) == ("int 2", "int 4", "?")


def test_no_notebook() -> None:
    from shapecheck.facts.errors import UserError

    for source in (b"{", {"cells": 3}, 3, None):
        with pytest.raises(UserError):
            shapecheck.infer_shapes(source, path="x.ipynb")  # type: ignore[arg-type]


def test_modules_beside_the_file_are_followed(tmp_path: Path) -> None:
    (tmp_path / "data.py").write_text("import numpy as np\n"
                                      "def load():\n    return np.ones((5, 6))\n")
    source = "from data import load\nx = load()\n"
    assert texts(source, path=tmp_path / "a.py") == {"x": "(5, 6) float64 ndarray"}
    assert texts(source) == {"x": "?"}


def test_nothing_heavy_is_imported() -> None:
    done = subprocess.run([sys.executable, "-c", """\
import sys, shapecheck
print(shapecheck.infer_shapes("x = 3").at(1, 1))
print([m for m in ("numpy", "rich", "tensorflow", "pandas") if m in sys.modules])
"""], capture_output=True, text=True)
    assert done.stdout == "x: int 3\n[]\n", done.stderr


def test_a_session_says_the_same_as_a_first_look() -> None:
    cells: List[str] = ["import numpy as np", "x = np.ones((3, 4))", "y = x.T", "y = x.T", "z = y"]
    session = shapecheck.Session()
    for number, text in ((1, "x = np.ones((3, 4"), (1, "x = np.ones((2, 2))"), (3, "y = x[0]"),
                         (2, "y = x[0]"), (0, ""), (0, "import numpy as np")):
        cells[number] = text
        source = {"cells": [{"cell_type": "code", "source": each} for each in cells]}
        assert session.shapes(source).to_dict() == shapecheck.infer_shapes(source).to_dict()
