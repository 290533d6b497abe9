"""Plain `shapecheck` on PyPI has a package of the same name: ours says so and how to mend it."""
from __future__ import annotations

import os
import subprocess
import sys
import timeit
import venv
from pathlib import Path

import pytest

from shapecheck.cli.clash import other_shapecheck


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A site-packages folder with our package as it should be."""
    (tmp_path / "shapecheck").mkdir()
    (tmp_path / "shapecheck" / "__init__.py").touch()
    (tmp_path / "shapecheck_keras-0.1.0.dist-info").mkdir()
    return tmp_path


@pytest.mark.parametrize("name", [
    "shapecheck-0.0.2.dist-info", "shapecheck-0.0.2.egg-info", "shapecheck-0.1-py3.11.egg-info",
    "Shapecheck-1.0.0rc1.dist-info"])
def test_the_other_tool_is_named_with_the_way_out(site, name):
    (site / name).mkdir()
    message = other_shapecheck(str(site / "shapecheck"))
    assert "pip uninstall shapecheck; pip install --force-reinstall" in message
    assert len(message.splitlines()) == 1


@pytest.mark.parametrize("name", [
    "shapecheck_keras-0.0.2.dist-info", "shapecheck-keras-0.0.2.dist-info",
    "shapecheck-stubs-1.0.dist-info", "my_shapecheck-1.0.dist-info", "shapecheck", "shapechecker-1",
    "shapecheck-0.0.2.dist-info.bak"])
def test_other_names_are_no_clash(site, name):
    (site / name).mkdir(exist_ok=True)
    assert other_shapecheck(str(site / "shapecheck")) is None


def test_what_the_others_uninstall_took_away_is_noticed(site):
    (site / "shapecheck" / "__init__.py").unlink()
    assert "--force-reinstall" in other_shapecheck(str(site / "shapecheck"))


def test_a_folder_that_cannot_be_listed_is_no_clash(tmp_path):
    assert other_shapecheck(str(tmp_path / "gone" / "shapecheck")) is None


def test_it_costs_less_than_a_millisecond(site):
    for number in range(300):  # as many packages as a large environment has
        (site / f"package{number}-1.0.dist-info").mkdir()
    folder = str(site / "shapecheck")
    assert min(timeit.repeat(lambda: other_shapecheck(folder), number=10, repeat=5)) / 10 < 1e-3


# --- with the real thing

@pytest.fixture(scope="session")
def theirs(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("theirs")
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(out),
         "shapecheck==0.0.2"], capture_output=True, text=True)
    if done.returncode:
        pytest.skip("the other tool's wheel cannot be had: no package index can be reached")
    return next(out.glob("*.whl"))


class Environment:
    """A virtual environment; what our base install needs is borrowed from this one."""

    def __init__(self, folder: Path) -> None:
        venv.create(folder, symlinks=os.name != "nt")
        self.bin = folder / "bin"

    def pip(self, *arguments: str) -> None:
        done = subprocess.run(
            [sys.executable, "-m", "pip", "--python", str(self.bin / "python"), *arguments,
             "--quiet", "--disable-pip-version-check"], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def run(self, *command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run([str(self.bin / command[0]), *command[1:]], capture_output=True,
                              text=True, cwd=self.bin, stdin=subprocess.DEVNULL)


@pytest.mark.parametrize("ours_first", [True, False], ids=["ours-first", "theirs-first"])
@pytest.mark.parametrize("command", [("shapecheck", "--version"),
                                     ("python", "-m", "shapecheck", "--version")],
                         ids=["shapecheck", "python -m shapecheck"])
def test_with_the_other_tool_installed_the_command_says_so(tmp_path, built, theirs, ours_first,
                                                           command):
    environment = Environment(tmp_path)
    wheels = [str(built[1]), str(theirs)]
    for wheel in wheels if ours_first else reversed(wheels):
        environment.pip("install", "--no-deps", "--no-index", wheel)
    done = environment.run(*command)
    assert "pip uninstall shapecheck" in done.stderr
    assert "Traceback" not in done.stderr
    assert "0.1.0" in done.stdout


def test_the_way_out_that_it_names_works(tmp_path, built, theirs):
    environment = Environment(tmp_path)
    for wheel in (built[1], theirs):
        environment.pip("install", "--no-deps", "--no-index", str(wheel))
    environment.pip("uninstall", "--yes", "shapecheck")
    assert "--force-reinstall" in environment.run("shapecheck", "--version").stderr
    environment.pip("install", "--force-reinstall", "--no-deps", "--no-index", str(built[1]))
    done = environment.run("shapecheck", "--version")
    assert (done.returncode, done.stderr) == (0, "")
    done = environment.run("python", "-c", "import shapecheck; print(shapecheck.watch.__module__)")
    assert done.stdout.startswith("shapecheck")
