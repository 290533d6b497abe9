"""Linting a file with findings brings nothing heavy, and executes nothing of what it reads."""
from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import List

from tests.lint.conftest import BAD, GOOD, notebook

HEAVY = ["tensorflow", "keras", "tf_keras", "transformers", "numpy", "pandas", "h5py", "rich",
         "executing", "IPython", "nbformat", "jsonschema", "tomli", "libcst", "parso", "yaml",
         "dataclasses", "inspect", "importlib.metadata"]
PROBE = """
import json, sys
from shapecheck.cli.main import main
status = main(["lint", *sys.argv[2:]])
print(json.dumps([status, [name for name in json.loads(sys.argv[1]) if name in sys.modules]]))
"""


def brought(*paths: Path, probe: str = PROBE) -> List[object]:
    # without site-packages, whose start-up files may import anything
    root = str(Path(__file__).parents[2])
    done = subprocess.run(
        [sys.executable, "-S", "-c", f"import sys; sys.path.append({root!r})\n{probe}",
         json.dumps(HEAVY), *map(str, paths)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return list(json.loads(done.stdout.splitlines()[-1]))


def test_nothing_heavy_is_imported(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(BAD)
    (tmp_path / "train.ipynb").write_bytes(notebook(BAD))
    assert brought(tmp_path / "train.py", tmp_path / "train.ipynb") == [1, []]


def test_what_silences_is_only_imported_where_something_may(tmp_path: Path) -> None:
    probe = PROBE.replace("json.loads(sys.argv[1])", repr([
        "tokenize", "difflib", "shapecheck.linting.baseline", "shapecheck.source.comments",
        "shapecheck.source.suppressions", "shapecheck.source.fingerprints"]))
    (tmp_path / "train.py").write_text(BAD)
    (tmp_path / "good.py").write_text(GOOD + "import os  # noqa: F401\n")
    assert brought(tmp_path / "train.py", tmp_path / "good.py", probe=probe) == [1, []]
    (tmp_path / "train.py").write_text(BAD + "import os  # noqa: F401\n")
    assert brought(tmp_path / "train.py", probe=probe) == [1, [
        "shapecheck.source.comments", "shapecheck.source.suppressions"]]


def test_what_is_imported_would_be_noticed(tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(BAD)
    probe = PROBE.replace("status = main", "import dataclasses; status = main")
    assert brought(tmp_path / "train.py", probe=probe) == [1, ["dataclasses", "inspect"]]


def test_nothing_of_a_file_is_executed(tmp_path: Path) -> None:
    """Neither the file nor the module beside it that it imports."""
    trap = f"open({str(tmp_path / 'trap')!r}, 'w').write('sprung')\n"
    (tmp_path / "beside.py").write_text(trap + "def rows():\n    return 3\n")
    (tmp_path / "train.py").write_text("import beside\n" + trap + BAD)
    assert brought(tmp_path / "train.py")[0] == 1
    assert not (tmp_path / "trap").exists()
