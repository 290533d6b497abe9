"""The command in this process, in a folder of its own."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, Dict, List, NamedTuple

import pytest

BAD = """\
import numpy as np
from tensorflow import keras

model = keras.Sequential([keras.Input((16,)), keras.layers.Dense(3)])
x = np.zeros((12, 16))
model.predict(x[0])
"""
GOOD = BAD.replace("x[0]", "x[0:1]")


class Result(NamedTuple):
    status: int
    out: str
    err: str

    @property
    def codes(self) -> List[str]:
        return [line.split(": ")[1].split()[0] for line in self.out.splitlines()
                if ": SHP" in line]


@pytest.fixture(autouse=True)
def home(tmp_path_factory: Any, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the cache is, for these tests."""
    place: Path = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("XDG_CACHE_HOME", str(place))
    monkeypatch.delenv("SHAPECHECK_CACHE_DIR", raising=False)
    return place


@pytest.fixture
def lint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> Callable[..., Result]:
    """`shapecheck lint ARGUMENTS` in `tmp_path`."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: Any) -> Result:
        from shapecheck.cli.main import main

        capsys.readouterr()
        status = main(["lint", *map(str, arguments)])
        out, err = capsys.readouterr()
        assert "Traceback" not in out + err
        return Result(status, out, err)

    return run


def cell(source: Any, outputs: Any = (), count: Any = None) -> Dict[str, Any]:
    return {"cell_type": "code", "metadata": {}, "source": source, "outputs": list(outputs),
            "execution_count": count}


def notebook(*cells: Any, **more: Any) -> bytes:
    """A notebook of code cells (a str) or of cells as they are (a dict)."""
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
        c if isinstance(c, dict) else cell(c) for c in cells], **more}).encode()
