"""`pytest --shapecheck`, on test suites that are run for real."""
from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any, Callable, List
from xml.etree import ElementTree

import pytest

from .conftest import Ran, call

SUITE = """\
import numpy as np
import pytest
import tf_keras as keras

x, y = np.zeros((3, 16), "float32"), np.zeros(3)

@pytest.fixture(scope="module")
def model():
    return keras.Sequential([keras.Input((16,)), keras.layers.Dense(1)])

def test_right(model):
    assert model.predict(x, verbose=0).shape == (3, 1)

def test_wrong(model):
    assert (y - model.predict(x, verbose=0)).sum() == 0

@pytest.mark.shapecheck(ignore=["label-broadcast", "SHP9"])
def test_wanted(model):
    assert (y - model.predict(x, verbose=0)).sum() == 0

def test_that_it_raises(model):
    with pytest.raises(Exception):
        model.predict(x[0], verbose=0)

def test_raises(model):
    model.predict(x[0], verbose=0)

def test_fixture(model, shapecheck_watch):
    model.predict(x, verbose=0)
    assert shapecheck_watch.total == 1
"""


PYTEST = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]


def plugin() -> List[str]:
    """An installation registers the plugin by itself, and then it may not be named again."""
    from importlib import metadata

    points: Any = metadata.entry_points()
    chosen = points.select(group="pytest11") if hasattr(points, "select") else points.get(
        "pytest11", ())
    known = any(point.name == "shapecheck" for point in chosen)
    return [] if known else ["-p", "shapecheck.integrations.pytest_plugin"]


@pytest.fixture
def suite(tmp_path: Path) -> Callable[..., Ran]:
    (tmp_path / "test_suite.py").write_text(SUITE)
    (tmp_path / "pytest.ini").write_text("[pytest]\n")

    def run(*options: str) -> Ran:
        return call([*PYTEST, *plugin(), *options], tmp_path)

    return run


def failed(ran: Ran) -> Any:
    return sorted(set(re.findall(r"FAILED test_suite.py::(\w+)", ran.out)))


def test_without_the_option_nothing_is_watched(suite: Callable[..., Ran]) -> None:
    ran = suite()
    assert failed(ran) == ["test_raises"]
    assert "SHP101" not in ran.out


def test_a_test_with_a_finding_fails(suite: Callable[..., Ran], tmp_path: Path) -> None:
    ran = suite("--shapecheck", "--junitxml", "out.xml")
    assert failed(ran) == ["test_raises", "test_wrong"]
    assert "SHP401 label-broadcast" in ran.out and "[:, 0]" in ran.out
    assert "HOOK" not in ran.out and "<embedded shapecheck" not in ran.out
    tree = ElementTree.parse(tmp_path / "out.xml")
    told = {case.get("name"): [p.get("value", "") for p in case.iter("property")]
            for case in tree.iter("testcase")}
    assert told["test_wrong"][0].startswith("SHP401 label-broadcast ")
    assert told["test_raises"][0].startswith("SHP101 rank-1-input ")
    assert not told["test_right"] and not told["test_wanted"]


def test_warn(suite: Callable[..., Ran]) -> None:
    ran = suite("--shapecheck=warn")
    assert failed(ran) == ["test_raises"]
    assert "ShapeWarning" in ran.out and "SHP401" in ran.out


def test_wrong_settings(suite: Callable[..., Ran], tmp_path: Path) -> None:
    (tmp_path / "pytest.ini").write_text("[pytest]\nshapecheck = always\n")
    ran = suite()
    assert ran.status == 4 and "expected fail or warn" in ran.err + ran.out


def test_the_plugin_imports_nothing_of_ours_until_asked(tmp_path: Path) -> None:
    (tmp_path / "test_one.py").write_text(
        "import sys\ndef test_light():\n"
        "    assert not [m for m in sys.modules if m.startswith(('shapecheck.api', 'tensorflow',"
        " 'keras'))]\n")
    ran = call([*PYTEST, *plugin()], tmp_path)
    assert ran.status == 0, ran.out
