"""The Makefile on a machine that has less than this one."""
from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("docs", "shapecheck"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    (tmp_path / "tests").mkdir()
    return tmp_path


def make(checkout: Path, *arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    """make as a person runs it; inside `make test`, MAKEFLAGS would speak to it too."""
    inherited = {key: value for key, value in os.environ.items()
                 if not key.startswith(("MAKE", "MFLAGS", "VENV"))}
    return subprocess.run(["make", "--no-print-directory", *arguments], cwd=checkout, text=True,
                          capture_output=True, env={**inherited, **environment})


@pytest.fixture
def bare(tmp_path_factory) -> str:
    """A PATH with the tools of a shell and no Python at all."""
    folder = tmp_path_factory.mktemp("bin")
    for tool in ("awk", "bash", "echo", "grep", "make", "rm", "sed", "sh", "touch", "true"):
        found = shutil.which(tool)
        if found:
            (folder / tool).symlink_to(found)
    return str(folder)


def test_without_a_target_it_lists_them():
    done = make(ROOT)
    assert done.returncode == 0
    for target in ("demo", "test", "test-legacy", "test-hub", "lint", "bench", "matrix", "screens",
                   "check", "rule", "clean"):
        assert re.search(rf"^  make {target}\s+\w", done.stdout, re.MULTILINE), target


def test_without_a_python_39_the_legacy_tests_say_so_and_pass(checkout, bare):
    done = make(checkout, "test-legacy", PATH=bare, HOME=str(checkout), PYENV_ROOT="")
    assert done.returncode == 0, done.stderr
    assert "no Python 3.9 found" in done.stdout


def test_without_a_fitting_python_it_says_what_is_needed(checkout, bare):
    done = make(checkout, "demo", PATH=bare)
    assert done.returncode == 2
    assert "Python 3.10 to 3.13" in done.stderr
    assert not (checkout / ".venv").exists()


def program(path: Path, text: str) -> str:
    path.write_text("#!/bin/sh\n" + text + "\n")
    path.chmod(0o755)
    return str(path)


def test_a_python_that_does_not_run_is_passed_over(checkout):
    """As with a shim of pyenv's that is on PATH and fails; the next candidate is taken."""
    broken = program(checkout / "python-broken", "exit 127")
    program(checkout / "python3.12", f'exec "{sys.executable}" "$@"')
    path = f"{checkout}{os.pathsep}{os.environ['PATH']}"
    done = make(checkout, ".venv/bin/python", f"PYTHON={broken}", PATH=path)
    assert done.returncode == 0, done.stderr
    assert (checkout / ".venv" / "bin" / "python").exists()
    assert "up to date" in make(checkout, ".venv/bin/python", PATH=path).stdout


def test_a_new_rule_is_a_rule(checkout):
    done = make(checkout, "rule", "CODE=SHP998", "SLUG=try-this")
    assert done.returncode == 0, done.stderr
    code = ("from shapecheck.rules import catalogue; "
            "print([(r.code, r.slug) for r in catalogue() if r.code == 'SHP998'])")
    ran = subprocess.run([sys.executable, "-c", code], cwd=checkout, text=True,
                         capture_output=True, env={**os.environ, "PYTHONPATH": str(checkout)})
    assert ran.stdout.strip() == "[('SHP998', 'try-this')]", ran.stderr


@pytest.mark.parametrize("arguments", [
    (), ("CODE=SHP1",), ("CODE=../x",), ("CODE=SHP998", "SLUG=Not Good"), ("CODE=SHP101",)],
    ids=["no-code", "short-code", "path", "bad-slug", "taken"])
def test_a_rule_that_cannot_be_is_refused(checkout, arguments):
    before = sorted((checkout / "shapecheck" / "rules").iterdir())
    assert make(checkout, "rule", *arguments).returncode == 2
    assert sorted((checkout / "shapecheck" / "rules").iterdir()) == before
