"""What people install, and what stands in the repository."""
from __future__ import annotations

import re
import subprocess
import tarfile
import zipfile
from pathlib import Path
from typing import List

import pytest

ROOT = Path(__file__).parents[2]


def package_files() -> List[str]:
    return [path.relative_to(ROOT).as_posix() for path in (ROOT / "shapecheck").rglob("*")
            if path.is_file() and path.suffix != ".pyc"]


def test_the_wheel_holds_the_package_and_nothing_else(built):
    names = zipfile.ZipFile(built[1]).namelist()
    inside = [name for name in names if not name.startswith("shapecheck_keras-")]
    # beside it the one line that Python runs at its start; it does nothing unless it is asked
    moved = "shapecheck_startup.pth"
    expected = [moved if name.endswith(moved) else name for name in package_files()]
    assert sorted(inside) == sorted(expected)
    assert "shapecheck/py.typed" in inside
    assert any(name.startswith("shapecheck/examples/") for name in inside)


def test_the_sdist_holds_no_tests_and_no_ci(built):
    with tarfile.open(built[0]) as archive:
        names = {name.split("/", 1)[1] for name in archive.getnames() if "/" in name}
    assert set(package_files()) <= names
    assert {"LICENSE", "README.md", "CHANGELOG.md", "pyproject.toml"} <= names
    assert not [name for name in names if name.startswith(("tests", ".ci", "benchmarks"))]


def test_the_metadata_is_light(built):
    with zipfile.ZipFile(built[1]) as wheel:
        (name,) = (n for n in wheel.namelist() if n.endswith(".dist-info/METADATA"))
        metadata = wheel.read(name).decode()
        (name,) = (n for n in wheel.namelist() if n.endswith("entry_points.txt"))
        assert "shapecheck = shapecheck.cli.main:main" in wheel.read(name).decode()
    base = [line.split(":")[1].strip() for line in metadata.splitlines()
            if line.startswith("Requires-Dist:") and "extra ==" not in line]
    assert {re.split(r"[^\w-]", line)[0] for line in base} == {"rich", "executing", "tomli"}
    (toml,) = (line for line in base if line.startswith("tomli"))  # later ones have tomllib
    assert re.search(r"python_version < ['\"]3\.11['\"]", toml)
    assert "Requires-Python: >=3.9" in metadata
    assert "License-Expression: Apache-2.0" in metadata


# --- hygiene

#: written so that this file does not match itself
_MACHINE = re.compile(
    r"(?<![\w.])/(?:wor[k]|roo[t]|far[m]|opt/pyp[i])/|--(?:extra-)?index-ur[l]|--find-link[s]"
    r"|(?:pypi\.or[g]|pythonhosted\.or[g]|npmjs\.or[g])")


def machine_paths(text: str) -> List[str]:
    return [line for line in text.splitlines() if _MACHINE.search(line)]


def tracked_files() -> List[str]:
    # CI may run as another user than the owner of the checkout
    done = subprocess.run(["git", "-c", "safe.directory=*", "ls-files", "-z"], cwd=ROOT,
                          capture_output=True, text=True, check=True)
    return [name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_no_path_of_this_machine_and_no_registry_host_is_tracked():
    found = {}
    for name in tracked_files():
        lines = machine_paths((ROOT / name).read_text(encoding="utf-8", errors="replace"))
        if lines:
            found[name] = lines
    assert not found


@pytest.mark.parametrize("text", [
    "cd /wor" + "k/main", 'open("/roo' + 't/x")', "pip install --index-ur" + "l http://x",
    "https://pypi.or" + "g/simple"])
def test_such_a_path_or_host_would_be_found(text):
    assert machine_paths("fine\n" + text) == [text]


@pytest.mark.parametrize("text", ["docs/work/x", "a/root/b", "the /workers", "https://x.io/work/"])
def test_ordinary_words_are_no_machine_paths(text):
    assert machine_paths(text) == []


def test_no_large_file_is_tracked():
    large = [name for name in tracked_files() if (ROOT / name).stat().st_size > 800_000]
    assert not large


def test_tracked_files_were_looked_at():
    assert "pyproject.toml" in tracked_files()

