"""Who only reads files and notebooks waits for no framework: seen from a fresh process."""
from __future__ import annotations

import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path
from typing import List

import pytest

import shapecheck

ROOT = Path(__file__).parents[2]
HEAVY = ["tensorflow", "keras", "tf_keras", "transformers", "numpy", "pandas", "h5py", "pyarrow",
         "rich", "executing", "IPython"]
PROBE = """
import importlib, json, sys
for name in sys.argv[2:]:
    importlib.import_module(name)
print(json.dumps([name for name in json.loads(sys.argv[1]) if name in sys.modules]))
"""


def brought_by(*modules: str, heavy: List[str] = HEAVY) -> List[str]:
    """What of `heavy` is in sys.modules of a fresh process that has imported `modules`."""
    done = subprocess.run([sys.executable, "-c", PROBE, json.dumps(heavy), *modules],
                          capture_output=True, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def modules_of(package: str) -> List[str]:
    folder = ROOT / "shapecheck" / package
    found = pkgutil.walk_packages([str(folder)], f"shapecheck.{package}.")
    return [f"shapecheck.{package}", *(module.name for module in found)]


@pytest.mark.parametrize("package", ["facts", "source", "rules", "read"])
def test_plain_packages_bring_nothing_heavy(package):
    assert brought_by(*modules_of(package)) == []


def test_shapecheck_itself_is_lazy():
    assert brought_by("shapecheck", heavy=[*HEAVY, "shapecheck.api", "shapecheck.facts"]) == []


def test_the_command_starts_without_anything_heavy():
    assert brought_by("shapecheck.cli.main") == []


@pytest.mark.parametrize("heavy", ["numpy", "rich"])
def test_a_heavy_import_would_be_noticed(tmp_path, monkeypatch, heavy):
    (tmp_path / "planted.py").write_text(f"import {heavy}\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert heavy in brought_by("planted")


def test_every_module_is_looked_at():
    assert "shapecheck.facts.shape" in modules_of("facts")
    assert set(modules_of("rules")) >= {f"shapecheck.rules.{p.stem}" for p in rule_files()}


# --- names

def rule_files() -> List[Path]:
    return sorted((ROOT / "shapecheck" / "rules").glob("shp*.py"))


def test_no_submodule_has_the_name_of_a_public_function():
    """`import shapecheck.watch` would replace the function `shapecheck.watch` by a module."""
    public = set(shapecheck.__all__)
    assert {"watch", "check_inputs"} <= public
    assert not public & {module.name for module in pkgutil.iter_modules(shapecheck.__path__)}


def test_there_are_rules():
    assert rule_files()


@pytest.mark.parametrize("path", rule_files(), ids=lambda path: path.stem)
def test_a_file_in_rules_is_named_for_its_code_and_slug(path):
    text = path.read_text(encoding="utf-8")
    code = re.search(r'code="(SHP\d{3})"', text)
    slug = re.search(r'slug="([a-z0-9-]+)"', text)
    assert code
    assert slug
    assert path.stem == f"{code.group(1).lower()}_{slug.group(1).replace('-', '_')}"
    assert text.startswith(f'"""{code.group(1)}: ')


# --- the command

@pytest.mark.parametrize("command", [[sys.executable, "-m", "shapecheck"],
                                     [str(Path(sys.executable).with_name("shapecheck"))]],
                         ids=["python -m shapecheck", "shapecheck"])
def test_the_command_says_its_version(command):
    from importlib.metadata import version

    done = subprocess.run([*command, "--version"], capture_output=True, text=True, cwd=ROOT.parent)
    assert done.returncode == 0, done.stderr
    assert version("shapecheck-keras") in done.stdout


def test_the_version_stands_in_one_place_or_agrees():
    from importlib.metadata import version

    assert shapecheck.__version__ == version("shapecheck-keras")
