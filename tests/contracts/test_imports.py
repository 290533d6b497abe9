"""The architecture: imports point down only. Each check has a twin that shows it can fail."""
from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def lint_imports(root: Path) -> "subprocess.CompletedProcess[str]":
    """import-linter on the package in `root`, not on the installed one."""
    code = ("import sys; sys.path.insert(0, '')\n"
            "from importlinter.cli import lint_imports_command as lint\n"
            "lint(['--no-cache'])")
    return subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)


def test_the_import_contract_holds():
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def package_copy(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    shutil.copytree(ROOT / "shapecheck", tmp_path / "shapecheck",
                    ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


PLANTED = {
    "facts-to-source": ("facts/planted.py", "import shapecheck.source"),
    "source-to-rules": ("source/planted.py", "from shapecheck import rules"),
    "between-siblings": ("rules/planted.py", "from shapecheck.read import planted"),
    "inside-a-function": ("render/planted.py", "def f():\n    import shapecheck.api"),
    "tensorflow-in-a-rule": ("rules/planted.py", "import tensorflow as tf"),
    "keras-in-api": ("api.py", "import keras"),
    "rich-in-observe": ("observe/planted.py", "import rich.console"),
    "numpy-in-facts": ("facts/planted.py", "import numpy"),
}


def run_with(package_copy: Path, module: str, text: str) -> "subprocess.CompletedProcess[str]":
    planted = package_copy / "shapecheck" / module
    planted.parent.mkdir(exist_ok=True)
    with planted.open("a") as file:
        file.write("\n" + text + "\n")
    return lint_imports(package_copy)


@pytest.mark.parametrize(("module", "text"), list(PLANTED.values()), ids=list(PLANTED))
def test_a_planted_bad_import_is_found(package_copy, module, text):
    (package_copy / "shapecheck" / "read" / "planted.py").touch()
    done = run_with(package_copy, module, text)
    importer = "shapecheck." + module.split("/")[0].removesuffix(".py")
    assert done.returncode == 1, done.stdout + done.stderr
    assert f"{importer} is not allowed to import" in " ".join(done.stdout.split())


def test_a_package_without_a_layer_is_found(package_copy):
    done = run_with(package_copy, "newcomer/__init__.py", "")
    assert done.returncode == 1
    assert "newcomer" in done.stdout
