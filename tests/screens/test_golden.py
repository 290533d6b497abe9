"""Screens as a person sees them, at 80 and 120 columns: golden texts beside this file.

`make screens` renews them; then read the diff as the user would. Versions, random numbers and
times are replaced, since they differ between machines.
"""
from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Callable, List

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

GOLDEN = Path(__file__).parent / "golden"
RENEW = os.environ.get("SHAPECHECK_RENEW") == "1"

_VOLATILE = ((re.compile(r"\b\d+\.\d+\.\d+\b"), "X.Y.Z"),  # versions
             (re.compile(r"(?m)^tensorflow X\.Y\.Z.*$"), "tensorflow X.Y.Z, ..."),  # as imported
             (re.compile(r"[+-]\d\.\d{4}"), "#.####"),  # numbers of a random model
             (re.compile(r"\d\.\de[+-]\d\d"), "#.#e-##"),
             (re.compile(r"(?m)#*\|#* *$"), "|"),  # bars of a layer profile
             (re.compile(r'(wrong "CLS":)(\s+)\d\.\d\d'), r"\1\2#.##"))


def compare(name: str, text: str) -> None:
    for pattern, replacement in _VOLATILE:
        text = pattern.sub(replacement, text)
    assert "\x1b" not in text and "internal error" not in text
    path = GOLDEN / f"{name}.txt"
    if RENEW:
        path.write_text(text, encoding="utf-8")
    assert path.exists(), f"no golden screen {name}: make screens"
    assert text == path.read_text(encoding="utf-8"), "differs from the golden screen: make screens"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """model.keras (Keras 3, two inputs), image.keras, x.npz, image.npy in the current folder."""
    import keras

    from tests.cli.conftest import two_inputs

    folder = tmp_path_factory.mktemp("screens")
    keras.utils.clear_session()
    two_inputs(keras).save(folder / "model.keras")
    pixels = keras.Input((28, 28, 1), name="pixels")
    hidden = keras.layers.Flatten(name="flat")(keras.layers.Conv2D(4, 3, name="conv")(pixels))
    keras.Model(pixels, keras.layers.Dense(10, name="digits")(hidden), name="digits").save(
        folder / "image.keras")
    x = np.random.RandomState(0).randint(1, 100, (12, 16)).astype("int32")
    np.savez(folder / "x.npz", input_ids=x, attention_mask=np.ones_like(x))
    np.save(folder / "image.npy", np.zeros((28, 28), "float32"))
    (folder / "checked.py").write_text(CHECKED, encoding="utf-8")
    return folder


#: whole numbers, so that no sum is rounded on any machine
CHECKED = """
import keras, numpy as np, tensorflow as tf
class Centred(keras.layers.Layer):
    def call(self, z):
        return z - tf.reduce_max(z, 0, keepdims=True)
def model(mixed):
    x = keras.Input((6,), name="numbers")
    hidden = keras.layers.Dense(4, kernel_initializer="ones", name="first")(x)
    hidden = Centred(name="centred")(hidden) if mixed else hidden
    return keras.Model(x, keras.layers.Dense(2, kernel_initializer="ones", name="last")(hidden),
                       name="whole")
good, mixed = model(False), model(True)
x = np.random.RandomState(0).randint(1, 90, (12, 6)).astype("float32")
"""
CHECKS = {"consistent": "checked.py:good", "inconsistent": "checked.py:mixed"}

COMMANDS = {
    "model_alone": ["model.keras"],
    "right_call": ["model.keras", "--inputs", "x.npz", "--output", "states[:, 0]"],
    "rank_1": ["model.keras", "--inputs", "x.npz", "--as", "[0]"],
    "wrong_axis": ["model.keras", "--inputs", "x.npz", "--as", "[0][:, None]"],
    "layers": ["model.keras", "--inputs", "x.npz", "--layers"],
    "one_image": ["image.keras", "--inputs", "image.npy"],
}


@pytest.fixture
def show(files: Path, monkeypatch: pytest.MonkeyPatch, capfd: Any) -> Callable[..., str]:
    def run(width: int, arguments: List[str], command: str = "model-inputs") -> str:
        from shapecheck.cli.main import main

        monkeypatch.chdir(files)
        monkeypatch.setenv("COLUMNS", str(width))
        main([command, *arguments])
        out, err = capfd.readouterr()
        return out + err

    return run


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", COMMANDS)
def test_screen(show: Callable[..., str], name: str, width: int) -> None:
    text = show(width, COMMANDS[name])
    assert max(map(len, text.splitlines())) <= width
    compare(f"{name}_{width}", text)


@pytest.mark.parametrize("width", [80, 120])
@pytest.mark.parametrize("name", CHECKS)
def test_a_consistency_check(show: Callable[..., str], name: str, width: int) -> None:
    text = show(width, [CHECKS[name], "--inputs", "checked.py:x"], "consistency")
    assert max(map(len, text.splitlines())) <= width
    compare(f"{name}_{width}", text)


def test_plain_text_is_not_wrapped(show: Callable[..., str]) -> None:
    compare("rank_1_text", show(80, [*COMMANDS["rank_1"], "--format", "text"]))


@pytest.mark.parametrize("width", [80, 120])
def test_the_founding_question(show: Callable[..., str], width: int) -> None:
    compare(f"demo_{width}", show(width, []))
