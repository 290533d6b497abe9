"""What `shapecheck lint` costs, side by side with a bare Python that only parses.

    python benchmarks/bench_lint.py [NOTEBOOKS]

1. NOTEBOOKS (500) notebooks with outputs in one process against `json.loads` and `ast.parse` of
   the same cells; and with two processes.
2. One file cold: the command against a Python that imports argparse, ast and json and parses it.
3. ruff and nbqa + pyflakes on the same notebooks, where they are installed.

Times are processor seconds of the process (other programs on the machine disturb them less); the
least of several runs in turn, so that a slow minute falls on both sides.
"""
from __future__ import annotations

import ast
import gc
import importlib.util
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
import warnings
from pathlib import Path
from typing import Callable, List, Tuple

ROOT = Path(__file__).parents[1]
#: what the console script runs
LINT = "from shapecheck.cli.main import main; raise SystemExit(main())"
sys.path.insert(0, str(ROOT))

HEAD = """\
import numpy as np
import pandas as pd
import matplotlib.pyplot as plt
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers
# %%
%matplotlib inline
print(tf.__version__)
# %%
np.random.seed({n})
tf.random.set_seed({n})
"""
IMAGES = """\
(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.astype('float32') / 255.
x_test = x_test / 255.
# %%
fig, axes = plt.subplots(2, 5, figsize=(10, 4))
for i, ax in enumerate(axes.flat):
    ax.imshow(x_train[i], cmap='gray')
    ax.set_title(y_train[i])
# %%
x_train = x_train[..., np.newaxis]
x_test = np.expand_dims(x_test, -1)
x_train.shape
"""
TABLE = """\
df = pd.read_csv('data_{n}.csv')
df = df.dropna().reset_index(drop=True)
df.head()
# %%
from sklearn.model_selection import train_test_split
from sklearn.preprocessing import StandardScaler
X = df.drop(columns=['target']).values
y = df['target'].values
x_train, x_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state={n})
scaler = StandardScaler()
x_train = scaler.fit_transform(x_train)
x_test = scaler.transform(x_test)
# %%
df.describe()
# %%
df.corr()['target'].sort_values()
"""
SEQUENTIAL = """\
def build_model(units=64, rate=0.{n}):
    model = keras.Sequential()
    model.add(layers.Flatten())
    model.add(layers.Dense(units, activation='relu'))
    model.add(layers.Dropout(rate))
    model.add(layers.Dense(10, activation='softmax'))
    model.compile(optimizer='adam', loss='sparse_categorical_crossentropy',
                  metrics=['accuracy'])
    return model

model = build_model()
"""
FUNCTIONAL = """\
inputs = keras.Input(shape=(28, 28, 1))
x = layers.Conv2D(32, 3, activation='relu')(inputs)
x = layers.MaxPooling2D()(x)
x = layers.Conv2D(64, 3, activation='relu')(x)
x = layers.GlobalAveragePooling2D()(x)
outputs = layers.Dense(10, activation='softmax')(x)
model = keras.Model(inputs, outputs)
model.compile('adam', 'sparse_categorical_crossentropy')
# %%
model.summary()
"""
REST = """\
callbacks = [keras.callbacks.EarlyStopping(patience={n}, restore_best_weights=True)]
history = model.fit(x_train, y_train, epochs=20, batch_size=64, validation_split=0.1,
                    callbacks=callbacks)
# %%
pd.DataFrame(history.history).plot(figsize=(8, 5))
plt.grid(True)
plt.show()
# %%
model.evaluate(x_test, y_test)
# %%
pred = model.predict(x_test)
classes = np.argmax(pred, axis=1)
print((classes == y_test).mean())
# %%
wrong = [i for i in range(len(classes)) if classes[i] != y_test[i]]
len(wrong)
# %%
one = model.predict(x_test[{n}:{n} + 1])
one.shape
# %%
model.save('model_{n}.keras')
"""
HELPER = """\
def helper_{i}(a, b=2):
    rows = [a * j + b for j in range(10)]
    return dict(rows=rows, mean=sum(rows) / len(rows))

result_{i} = helper_{i}({i})
"""


def notebook(number: int) -> str:
    """One of many notebooks: code, some text, and the outputs that notebooks keep."""
    chance = random.Random(number)
    parts = [HEAD, chance.choice([IMAGES, TABLE]), chance.choice([SEQUENTIAL, FUNCTIONAL]), REST]
    sources = [source for part in parts for source in part.strip().split("\n# %%\n")]
    sources += [HELPER.replace("{i}", str(i)) for i in range(chance.randrange(8))]
    cells = []
    for index, source in enumerate(sources):
        cells.append({"cell_type": "markdown", "metadata": {}, "source": [
            f"## Step {index}\n", "What we do here, and why, in a sentence or two of prose.\n"]})
        text = source.replace("{n}", str(number % 9 + 1))
        cells.append({"cell_type": "code", "execution_count": index + 1, "metadata": {},
                      "source": text.splitlines(True), "outputs": outputs(chance, source)})
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {
        "kernelspec": {"name": "python3", "language": "python"}}, "cells": cells}, indent=1)


def outputs(chance: random.Random, source: str) -> List[object]:
    if "plt" in source:
        picture = "".join(chance.choices("ABCDEFGHabcdefgh0123+/", k=40_000))
        return [{"output_type": "display_data", "metadata": {},
                 "data": {"image/png": picture, "text/plain": ["<Figure size 720x288>"]}}]
    if "fit(" in source:
        return [{"output_type": "stream", "name": "stdout", "text": [
            f"Epoch {n}/20\n844/844 [====] - 3s - loss: 0.{n} - accuracy: 0.9{n}\n"
            for n in range(20)]}]
    if "head" in source or "describe" in source:
        table = [" ".join(f"{chance.random():.6f}" for _ in range(8)) + "\n" for _ in range(8)]
        return [{"output_type": "execute_result", "execution_count": 1, "metadata": {},
                 "data": {"text/plain": table, "text/html": [f"<td>{row}</td>" for row in table]}}]
    return []


def bare(files: List[str]) -> int:
    """The least that any reader does: read, `json.loads`, `ast.parse` of each code cell."""
    from shapecheck.source.magics import without_magics

    cells = 0
    for path in files:
        with open(path, "rb") as file:
            content = json.loads(file.read())
        for cell in content["cells"]:
            if cell["cell_type"] == "code":
                source = "".join(cell["source"])
                ast.parse(without_magics(source) if "%" in source else source)
                cells += 1
    return cells


def linted(files: List[str]) -> int:
    from shapecheck.linting.many_files import lint_files
    from shapecheck.linting.selection import Selection

    selection = Selection()
    outcomes = list(lint_files(files, lambda path: selection))
    assert not any(outcome.problem for outcome in outcomes)
    return sum(len(outcome.findings) for outcome in outcomes)


def least(functions: List[Callable[[], object]], rounds: int) -> List[float]:
    """Processor seconds of each, the least of so many rounds in turn."""
    best = [float("inf")] * len(functions)
    for _ in range(rounds):
        for number, function in enumerate(functions):
            gc.collect()
            begun = time.process_time()
            function()
            best[number] = min(best[number], time.process_time() - begun)
    return best


def cold(commands: List[List[str]], rounds: int = 15) -> List[Tuple[float, float]]:
    """(processor, wall) seconds of each command, the least of so many rounds in turn."""
    best = [(float("inf"), float("inf"))] * len(commands)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # bytecode is there, as once installed
    with tempfile.TemporaryDirectory() as cache:
        environment["PYTHONPYCACHEPREFIX"] = cache
        for _ in range(rounds):
            for number, command in enumerate(commands):
                before, begun = used(), time.perf_counter()
                done = subprocess.run(command, env=environment, capture_output=True)
                wall = time.perf_counter() - begun
                assert done.returncode in (0, 1), done.stderr
                best[number] = (min(best[number][0], used() - before), min(best[number][1], wall))
    return best


def used() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def many(folder: Path, count: int) -> None:
    files = []
    for number in range(count):
        path = folder / f"n{number:04}.ipynb"
        path.write_text(notebook(number))
        files.append(str(path))
    size = sum(os.path.getsize(path) for path in files)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        linted(files[:5])  # imports
        plain, ours = least([lambda: bare(files), lambda: linted(files)], 3)
    print(f"{count} notebooks, {size / 1e6:.0f} MB, {bare(files)} cells, one process:")
    print(f"  json.loads + ast.parse   {plain:6.2f} s")
    print(f"  shapecheck lint          {ours:6.2f} s   {ours / plain:.2f} x (promised: 2.0)")
    command = [sys.executable, "-c", LINT, "lint", "--quiet", str(folder)]
    rows = {"--jobs 1": [*command, "--jobs", "1"], "--jobs 2": [*command, "--jobs", "2"]}
    if importlib.util.find_spec("ruff") is not None:
        rows["ruff check"] = [sys.executable, "-m", "ruff", "check", "--no-cache", "--isolated",
                              "--quiet", str(folder)]
    if importlib.util.find_spec("nbqa") and importlib.util.find_spec("pyflakes"):
        rows["nbqa pyflakes"] = [sys.executable, "-m", "nbqa", "pyflakes", str(folder)]
    print("  the command, processor (wall) seconds:")
    for (name, _command), (cpu, wall) in zip(rows.items(), cold(list(rows.values()), 2)):
        print(f"    {name:22} {cpu:6.2f} ({wall:.2f})")


def one(folder: Path) -> None:
    """Scripts of three kinds: with a finding, without one, and without a trace of Keras."""
    from tests.lint.conftest import BAD

    healthy = (ROOT / "tests/corpus/healthy_multi_input/good.py").read_text()
    print("one file cold, processor (wall) milliseconds:")
    for name, text in (("a finding", BAD), ("115 healthy lines", healthy),
                       ("no trace of Keras", "import numpy as np\nprint(np.zeros(3))\n")):
        path = folder / "one.py"
        path.write_text(text)
        parse = f"import argparse, ast, json; ast.parse(open({str(path)!r}).read())"
        (plain, plain_wall), (ours, ours_wall) = cold([
            [sys.executable, "-c", parse],
            [sys.executable, "-c", LINT, "lint", str(path)]])
        print(f"  {name:18} bare {plain * 1e3:5.1f} ({plain_wall * 1e3:5.1f})   lint "
              f"{ours * 1e3:5.1f} ({ours_wall * 1e3:5.1f})   {ours / plain:.2f} x "
              f"({ours_wall / plain_wall:.2f} x; promised: 2.0)")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        one(Path(place))
    with tempfile.TemporaryDirectory() as place:
        many(Path(place), int(sys.argv[1]) if len(sys.argv) > 1 else 500)
