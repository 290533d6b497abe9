"""Models and data on disk, made once, and the command in this process."""
from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Callable, NamedTuple

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


class Result(NamedTuple):
    status: int
    out: str
    err: str


@pytest.fixture
def command(capfd: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Run `shapecheck ARGUMENTS` at 100 columns; gives status, stdout, stderr."""
    monkeypatch.setenv("COLUMNS", "100")

    def run(*arguments: object) -> Result:
        from shapecheck.cli.main import main

        status = main([str(a) for a in arguments])
        out, err = capfd.readouterr()
        return Result(status, out, err)

    return run


def two_inputs(keras: Any) -> Any:
    """Ids and masks of width 16 in a list; a dict of two outputs; a model nested inside."""
    layers = keras.layers
    ids = keras.Input((16,), dtype="int32", name="input_ids")
    mask = keras.Input((16,), dtype="int32", name="attention_mask")
    both = layers.Concatenate(name="both")([layers.Embedding(100, 8, name="tokens")(ids),
                                            layers.Embedding(2, 8, name="masks")(mask)])
    inner = keras.Sequential([keras.Input((16, 16)), layers.Conv1D(8, 3, name="conv"),
                              layers.GlobalAveragePooling1D(name="pool")], name="inner")
    return keras.Model([ids, mask], {"cls": layers.Dense(4, name="cls")(inner(both)),
                                     "states": both}, name="two_inputs")


@pytest.fixture(scope="session", params=["keras3", "keras2"])
def saved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`two_inputs` as a .keras file of each generation."""
    if request.param == "keras3":
        import keras
    else:
        import tf_keras as keras
    path = tmp_path_factory.mktemp(request.param) / "model.keras"
    two_inputs(keras).save(path)
    return path


@pytest.fixture(scope="session")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """x.npz with both inputs by name, data_x.npy with both in one array (2, 12, 16)."""
    folder = tmp_path_factory.mktemp("data")
    x = np.random.RandomState(0).randint(1, 100, (12, 16)).astype("int32")
    np.savez(folder / "x.npz", input_ids=x, attention_mask=np.ones_like(x))
    np.save(folder / "data_x.npy", np.stack([x, np.ones_like(x)]))
    return folder
