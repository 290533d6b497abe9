"""Real models, saved by the real Kerases of this environment."""
from __future__ import annotations

import os
from pathlib import Path
from typing import Callable

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from tests.files.kerases import MODELS, generations, keras_of  # noqa: E402


@pytest.fixture(params=generations())
def generation(request) -> str:
    return request.param


@pytest.fixture
def keras(generation):
    return keras_of(generation)


@pytest.fixture(scope="session")
def saved(tmp_path_factory) -> Callable[[str, str, str], str]:
    """saved(generation, model, ending) -> the path of a file that this Keras wrote."""
    folder = tmp_path_factory.mktemp("models")

    def save(generation: str, name: str, ending: str) -> str:
        path = folder / f"{generation}_{name}.{ending}"
        if not path.exists():
            MODELS[name](keras_of(generation)).save(str(path))
        return str(path)

    return save


@pytest.fixture
def write(tmp_path) -> Callable[[str, str], str]:
    """write("data.csv", "a,b") -> path."""

    def to(name: str, text: str) -> str:
        path = Path(tmp_path, name)
        path.write_text(text)
        return str(path)

    return to
