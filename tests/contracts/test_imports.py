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
    code = "import sys; sys.path.insert(0, ''); from importlinter.cli import lint_imports_command; " \
           "lint_imports_command(['--no-cache'])"
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


@pytest.mark.parametrize(("module", "line", "complaint"), [
    ("facts/planted.py", "import shapecheck.source", "shapecheck.facts is not allowed to import"),
    ("source/planted.py", "from shapecheck import rules", "shapecheck.source is not allowed"),
    ("rules/planted.py", "from shapecheck.read import planted", "shapecheck.rules is not allowed"),
    ("render/planted.py", "def f():\n    import shapecheck.api", "shapecheck.render is not allowed"),
    ("rules/planted.py", "import tensorflow as tf", "shapecheck.rules is not allowed to import tens"),
    ("api.py", "import keras", "shapecheck.api is not allowed to import keras"),
    ("observe/planted.py", "import rich.console", "shapecheck.observe is not allowed to import rich"),
    ("facts/planted.py", "import numpy", "shapecheck.facts is not allowed to import numpy"),
    ("newcomer/__init__.py", "", "newcomer"),
], ids=["facts-to-source", "source-to-rules", "between-siblings", "inside-a-function",
        "tensorflow-in-a-rule", "keras-in-api", "rich-in-observe", "numpy-in-facts",
        "package-without-a-layer"])
def test_a_planted_bad_import_is_found(package_copy, module, line, complaint):
    planted = package_copy / "shapecheck" / module
    planted.parent.mkdir(exist_ok=True)
    with planted.open("a") as file:
        file.write(line + "\n")
    (package_copy / "shapecheck" / "read" / "planted.py").touch()
    done = lint_imports(package_copy)
    assert done.returncode == 1, done.stdout + done.stderr
    assert complaint in " ".join(done.stdout.split())
