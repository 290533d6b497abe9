"""Which files are looked at; `git` itself says what a .gitignore means."""
from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any, List

import pytest

from shapecheck.source.discovery import Search, discover, pattern_of
from tests.lint.conftest import BAD, notebook


def found(*paths: str, force: bool = False) -> List[str]:
    problems: List[str] = []
    search = Search(problems.append, problems.append, lambda path, folder: False, force=force)
    return [path.replace(os.sep, "/") for path in discover(paths, search)] + problems


def make(root: Path, *names: str) -> None:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(BAD)


def test_folders_are_searched_for_python_and_notebooks(tmp_path: Path,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "b.py", "a/c.ipynb", "a/d.py", "e.txt", "f.pyc", ".hidden/g.py", "h.py.bak")
    monkeypatch.chdir(tmp_path)
    assert found(".") == ["b.py", ".hidden/g.py", "a/c.ipynb", "a/d.py"]
    assert found("a", "a/d.py", "e.txt") == ["a/c.ipynb", "a/d.py", "e.txt"]


@pytest.mark.parametrize("folder", [
    ".git", ".venv", "venv", "node_modules", "__pycache__", ".ipynb_checkpoints", "build", "dist",
    ".tox", ".nox", "lib/site-packages", ".eggs", ".mypy_cache", "x/y/__pycache__"])
def test_nobodys_own_code_is_left_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                      folder: str) -> None:
    make(tmp_path, "a.py", f"{folder}/b.py")
    monkeypatch.chdir(tmp_path)
    assert found(".") == ["a.py"]
    assert found(folder) == [f"{folder}/b.py"], "named: read"


def test_an_environment_of_any_name_is_left_out(tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "env/lib/a.py", "env/pyvenv.cfg", "mine/b.py", "mine/conda-meta/x", "env2/c.py")
    monkeypatch.chdir(tmp_path)
    assert found(".") == ["env2/c.py"]


FILES = ["a.py", "b.py", "data/a.py", "data/raw/b.py", "data/keep/c.py", "x/data/d.py", "logs/e.py",
         "sub/logs/f.py", "sub/only.py", "sub/deep/only.py", "tmp1/a.py", "tmp2/b.py", "[x]/a.py",
         "sp ace.py", "#hash.py", "!bang.py", "long.name.py", "sub/out/a.ipynb"]
IGNORES = [
    "data/", "/data", "data/*\n!data/keep", "*.ipynb", "logs", "sub/logs/", "**/logs", "sub/**",
    "sub/**/only.py", "/only.py", "tmp[0-9]", "tmp[!1]", "tmp?", "*.py\n!a.py", "a.py\n!/a.py",
    "\\#hash.py", "\\!bang.py", "sp ace.py   ", "\\[x\\]", "**", "# a.py", "", "/", "*",
    "data/raw/b.py",
    "!a.py", "**/data/**", "x/**/d.py", "x/data", "l*.name.py", "sub/*/f.py", "[", "a[.]py",
    "sub/\n!sub/only.py", "*\n!*/\n!only.py", "data/**/b.py", "[a-b].py", "[^a].py",
    "tmp[[:digit:]]",
]


@pytest.mark.skipif(shutil.which("git") is None, reason="no git here")
@pytest.mark.parametrize("ignore", IGNORES)
@pytest.mark.parametrize("place", [".gitignore", ".git/info/exclude"])
def test_as_git_sees_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ignore: str,
                          place: str) -> None:
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q"], check=True)
    make(tmp_path, *FILES)
    (tmp_path / place).parent.mkdir(exist_ok=True)
    (tmp_path / place).write_text(ignore + "\n")
    git = subprocess.run(["git", "-c", "core.excludesFile=", "-c", "core.quotePath=false",
                          "ls-files", "-o", "--exclude-standard"], capture_output=True, text=True,
                         check=True).stdout
    expected = {line.strip('"') for line in git.splitlines() if line != ".gitignore"}
    assert set(found(".")) == expected


def test_nested_ignore_files_and_those_above(tmp_path: Path,
                                             monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "p/a.py", "p/b.py", "p/q/a.py", "p/q/b.py", "p/q/c.py")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".gitignore").write_text("a.py\n/p/q/c.py\n")
    (tmp_path / "p/q/.gitignore").write_text("!a.py\nb.py\n")
    monkeypatch.chdir(tmp_path)
    assert found(".") == ["p/b.py", "p/q/a.py"]
    monkeypatch.chdir(tmp_path / "p/q")
    assert found(".") == ["a.py"]
    assert found("b.py") == ["b.py"], "named: read"


def test_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lint: Any) -> None:
    make(tmp_path, "a/b.py")
    (tmp_path / "a/up").symlink_to(tmp_path)
    (tmp_path / "self.py").symlink_to("self.py")
    (tmp_path / "gone.py").symlink_to("nowhere.py")
    (tmp_path / "selfdir").symlink_to("selfdir")
    result = lint()
    assert result.status == 1 and result.codes == ["SHP101"]
    assert len(result.err.splitlines()) == 2
    assert "self.py: " in result.err and "gone.py: no such file" in result.err
    assert "a/up: a link to a folder above it: not followed" in result.out


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may read everything")
def test_no_permission(tmp_path: Path, lint: Any) -> None:
    make(tmp_path, "a.py", "b/c.py")
    (tmp_path / "a.py").chmod(0)
    (tmp_path / "b").chmod(0)
    try:
        result = lint()
    finally:
        (tmp_path / "b").chmod(0o755)
    assert result.status == 2
    assert result.err.count("no permission") == 2


def test_a_file_that_vanishes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lint: Any) -> None:
    make(tmp_path, "a.py", "b.py")
    from shapecheck.source import documents

    real = documents.load

    def load(path: str) -> bytes:
        if path == "a.py":
            os.unlink(path)
        return real(path)

    monkeypatch.setattr(documents, "load", load)
    result = lint()
    assert (result.status, result.codes) == (1, ["SHP101"])
    assert result.err == "shapecheck: a.py: no such file or folder\n"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_is_not_waited_for(tmp_path: Path, lint: Any) -> None:
    os.mkfifo(tmp_path / "pipe.py")
    assert lint().status == 0


def test_nothing_to_look_at_is_said(lint: Any, tmp_path: Path) -> None:
    result = lint()
    assert result.status == 0 and "no .py file or notebook" in result.out


def test_exclude(lint: Any, tmp_path: Path) -> None:
    make(tmp_path, "a.py", "old/b.py", "new/b.py")
    assert len(lint("--exclude", "old", "--exclude", "/a.py").codes) == 1
    assert len(lint("old/b.py", "--exclude", "old").codes) == 1
    assert lint("old/b.py", "--exclude", "old", "--force-exclude").codes == []


def test_odd_names(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "a\x1b[31m\nb.py").write_text(BAD)
    (tmp_path / "weiß 日.ipynb").write_bytes(notebook(BAD))
    result = lint()
    assert "\x1b" not in result.out and len(result.codes) == 2
    assert lint("a\0b").status == 2


def test_a_pattern_that_never_ends_is_no_pattern() -> None:
    assert pattern_of("a[b") is None
    assert pattern_of("a[z-a]b") is None
