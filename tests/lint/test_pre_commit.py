"""The hook as a team gets it: a real `pre-commit run` against this repository."""
from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

import pytest

ROOT = Path(__file__).parents[2]
BAD = """\
import numpy as np
from tensorflow import keras

model = keras.Sequential([keras.Input((16,)), keras.layers.Dense(3)])
x = np.zeros((12, 16))
model.predict(x[0])
"""
CONFIG = """\
repos:
  - repo: {repo}
    rev: {rev}
    hooks:
      - id: shapecheck
"""

pytestmark = pytest.mark.slow

NO_NETWORK = ("Failed to establish a new connection", "Temporary failure in name resolution",
              "Network is unreachable", "Connection refused", "ConnectTimeoutError",
              "Read timed out", "ProxyError")


def run(command: List[str], cwd: Path, **more: Any) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, **more)


@pytest.fixture(scope="module")
def hook(tmp_path_factory: pytest.TempPathFactory) -> Dict[str, str]:
    """This working tree as a repository of its own, which a hook can be installed from."""
    if shutil.which("git") is None:
        pytest.skip("no git here")
    copy = tmp_path_factory.mktemp("hook") / "shapecheck"
    shutil.copytree(ROOT / "shapecheck", copy / "shapecheck",
                    ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, copy)
    return {"repo": str(copy), "rev": committed(copy), "home": str(copy.parent / "home")}


def committed(folder: Path) -> str:
    """Everything in `folder` as one commit; its name."""
    author = ["-c", "user.name=test", "-c", "user.email=test@example.com"]
    for command in (["init", "-q"], ["add", "-A"], [*author, "commit", "-q", "-m", "all"]):
        done = run(["git", *command], folder)
        assert done.returncode == 0, done.stderr
    return run(["git", "rev-parse", "HEAD"], folder).stdout.strip()


@pytest.fixture
def project(tmp_path: Path, hook: Dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("PYTHONPATH", raising=False)  # the hook's own copy is to be run
    for name in [n for n in os.environ if n.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PRE_COMMIT_HOME", hook["home"])
    (tmp_path / ".pre-commit-config.yaml").write_text(CONFIG.format(**hook))
    assert run(["git", "init", "-q"], tmp_path).returncode == 0
    return tmp_path


def pre_commit(project: Path) -> str:
    assert run(["git", "add", "-A"], project).returncode == 0
    done = run([sys.executable, "-m", "pre_commit", "run", "--all-files", "--color=never"],
               project, timeout=500)
    text = done.stdout + done.stderr
    # only where pip says that it has no network: a package of ours that does not build fails
    if any(words in text for words in NO_NETWORK):
        pytest.skip("the package index cannot be reached: the hook's environment is not made")
    return text


def test_the_hook_stops_a_bad_notebook_and_lets_a_good_one_pass(project: Path) -> None:
    def notebook(source: str) -> str:
        return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
            {"cell_type": "code", "id": "a", "metadata": {}, "outputs": [],
             "execution_count": None, "source": source.splitlines(True)}]})

    (project / "train.ipynb").write_text(notebook(BAD))
    (project / "train.py").write_text(BAD)
    (project / "words.txt").write_text(BAD)
    text = pre_commit(project)
    assert "Failed" in text, text
    assert "train.ipynb:cell 0:6:" in text and "train.py:6:" in text, text
    assert "SHP101" in text and "words.txt" not in text

    good = BAD.replace("x[0]", "x[0:1]")
    (project / "train.ipynb").write_text(notebook(good))
    (project / "train.py").write_text(good)
    text = pre_commit(project)
    assert "Passed" in text, text


def test_the_hook_with_a_baseline_stops_what_is_new(project: Path, hook: Dict[str, str]) -> None:
    config = project / ".pre-commit-config.yaml"
    config.write_text(config.read_text() + "        args: [--baseline, known.json]\n")
    (project / "old.py").write_text(BAD)
    environment = {**os.environ, "PYTHONPATH": hook["repo"]}
    done = run([sys.executable, "-m", "shapecheck", "lint", "--baseline", "known.json",
                "--update-baseline"], project, env=environment)
    assert done.returncode == 0, done.stderr
    text = pre_commit(project)
    assert "Passed" in text, text

    (project / "old.py").write_text("# moved\n\n" + BAD)
    (project / "new.py").write_text(BAD.replace("x[0]", "x[1]"))
    text = pre_commit(project)
    assert "Failed" in text and "new.py:6:1: SHP101" in text and "old.py" not in text, text


def test_the_hook_annotates_a_pull_request(project: Path) -> None:
    """With its arguments as in the docs, in a log as GitHub keeps it, up to the real line."""
    from tests.lint.conftest import notebook
    from tests.lint.test_formats import github_of

    config = project / ".pre-commit-config.yaml"
    config.write_text(config.read_text() + "        args: [--format, github]\n")
    (project / "src").mkdir()
    (project / "src" / "train.ipynb").write_text(
        json.dumps(json.loads(notebook("# one", *BAD.split("\n\n"))), indent=1))
    text = pre_commit(project)
    assert "Failed" in text, text
    log = [line for line in text.splitlines() if line.startswith("::")]
    (annotation,) = github_of("\n".join([*log, ""]))
    where = annotation.properties
    lines = (project / where["file"]).read_text().split("\n")
    assert where["file"] == "src/train.ipynb" and "model.predict(x[0])" in lines[
        int(where["line"]) - 1]
    assert annotation.command == "error" and annotation.message.startswith("cell 2, line 3: ")


def test_code_scanning_in_a_repository(project: Path) -> None:
    """Three commits: alerts are the same ones until they are mended, whatever moves."""
    from tests.lint.conftest import notebook
    from tests.lint.test_formats import sarif_of

    def alerts(*cells: str) -> Dict[str, int]:
        (project / "train.ipynb").write_text(json.dumps(json.loads(notebook(*cells)), indent=1))
        committed(project)
        run([sys.executable, "-m", "shapecheck", "lint", "--output-file", "out.sarif"], project,
            env={**os.environ, "PYTHONPATH": str(ROOT)})
        results = sarif_of((project / "out.sarif").read_text())["results"]
        return {r["partialFingerprints"]["shapecheck/v1"]:
                r["locations"][0]["physicalLocation"]["region"]["startLine"] for r in results}

    first, second = BAD.split("\n\n")
    before = alerts(first, second, "model.predict(x[1])")
    moved = alerts("# a new cell\n", first, "y = 1\n\n" + second, "# words", "model.predict(x[1])")
    mended = alerts(first, second.replace("x[0]", "x[0:1]"), "model.predict(x[1])")
    assert len(before) == 2 and set(moved) == set(before)
    assert all(moved[mark] > before[mark] for mark in before)
    assert len(mended) == 1 and set(mended) < set(before)


def test_it_installs_the_light_base_only(project: Path, hook: Dict[str, str]) -> None:
    (project / "empty.py").write_text("")
    pre_commit(project)
    packages = {path.name for path in Path(hook["home"]).glob(
        "repo*/py_env*/lib/python*/site-packages/*")}
    assert any(name.startswith("shapecheck_keras") for name in packages)
    assert not {"tensorflow", "keras", "tf_keras", "numpy", "transformers"} & packages
