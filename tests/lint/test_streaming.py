"""`--files-from`, `--format jsonl`, `lint_bytes`: any number of files, in flat memory."""
from __future__ import annotations

import io
import json
import os
import pickle
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

import pytest

import shapecheck
from shapecheck.facts.errors import UserError
from shapecheck.facts.records import replace
from tests.lint.conftest import BAD, GOOD, notebook


@pytest.fixture
def given(lint: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`shapecheck lint ARGUMENTS` with standard input."""
    def run(names: bytes, *arguments: Any) -> Any:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(names)))
        return lint(*arguments)
    return run


def rows(out: str) -> List[Dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_names_a_line_each_in_their_order(given: Any, tmp_path: Path) -> None:
    for name in ("z.py", "a.py", "with space.py"):
        (tmp_path / name).write_text(BAD)
    (tmp_path / "ok.ipynb").write_bytes(notebook(GOOD))
    (tmp_path / "cut.ipynb").write_text("{")
    result = given(b"z.py\r\nnone.py\n\nok.ipynb\ncut.ipynb\nwith space.py\na.py", "--files-from",
                   "-")
    assert [line.split(":")[0] for line in result.out.splitlines()] == [
        "z.py", "with space.py", "a.py", "Found 3 findings in 3 of 4 files; 2 could not be read"]
    assert result.status == 1
    assert "none.py: no such file" in result.err
    assert "cut.ipynb: not a notebook" in result.err
    only = given(b"none.py\n", "--files-from", "-")
    assert only.status == 2
    assert only.out == "1 could not be read\n"


def test_names_of_every_kind(given: Any, tmp_path: Path) -> None:
    odd = [b"two\nlines.py", "日本.py".encode(), b"-.py", b" lead.py"]
    if os.name != "nt" and sys.platform != "darwin":
        odd.append(b"\xff\xfe.py")
    for name in odd:
        with open(os.path.join(os.fsencode(tmp_path), name), "w") as file:
            file.write(BAD)
    result = given(b"\0".join(odd), "--files-from", "-", "-0", "--format", "jsonl")
    assert [os.fsencode(row["path"]) for row in rows(result.out)] == odd
    assert all(row["findings"] and row["problem"] is None for row in rows(result.out))
    assert result.status == 1


def test_a_file_of_names_and_every_format(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    (tmp_path / "b.py").write_text(GOOD)
    (tmp_path / "names").write_text("b.py\na.py\n")
    for form in ("full", "json", "text", "sarif", "github", "gitlab", "junit", "html"):
        told, same = (re.sub(r'time="[\d.]+"', "", repr(lint(*files, "--format", form)))
                      for files in (("--files-from", "names"), ("b.py", "a.py")))
        assert told == same
    lint("--files-from", "names", "--format", "jsonl", "--output-file", "out.jsonl")
    assert [row["path"] for row in rows((tmp_path / "out.jsonl").read_text())] == ["b.py", "a.py"]
    assert lint("--files-from", "names", "--output-file", "names").status == 2


def test_names_of_files_to_mend_and_to_show(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    (tmp_path / "names").write_text("a.py\n")
    assert lint("--files-from", "names", "--show-shapes") == lint("a.py", "--show-shapes")
    assert lint("--files-from", "names", "--diff") == lint("a.py", "--diff")
    assert lint("a.py", "--format", "jsonl", "--fix").status == 2
    assert (tmp_path / "a.py").read_text() == BAD
    lint("--files-from", "names", "--fix")
    assert (tmp_path / "a.py").read_text() == GOOD


def test_jsonl_of_folders(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    (tmp_path / "b.py").write_text("x = (\nkeras")
    [bad, broken] = rows(lint(".", "--format", "jsonl").out)
    assert bad["findings"][0]["code"] == "SHP101"
    [same] = json.loads(lint("a.py", "--format", "json").out)["findings"]
    assert bad["findings"][0] == same  # also its fingerprint
    assert broken["findings"][0]["code"] == "SHP901"
    assert lint(".", "--format", "jsonl", "--fail-on", "never").status == 0
    assert lint("b.py", "--format", "jsonl").status == 0


def test_settings_count(given: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "b.py").write_text(BAD)
    names = b"a.py\nold/b.py\n"
    (tmp_path / "pyproject.toml").write_text('[tool.shapecheck]\nexclude = ["old"]\n'
                                             '[tool.shapecheck.per-file-ignores]\n'
                                             '"a.py" = ["SHP101"]\n')
    assert given(names, "--files-from", "-").out.startswith("old/b.py:6:1: SHP101")
    assert given(names, "--files-from", "-", "--force-exclude").out == "No findings in 1 file\n"
    assert given(names, "--files-from", "-", "--ignore", "SHP1").codes == []


@pytest.mark.parametrize("arguments, words", [
    (["-0"], "--null says how the names of --files-from end"),
    (["--files-from", "none"], "none: no such file"),
    (["--files-from", "names", "a.py"], "no PATH beside it"),
    (["-", "--format", "jsonl"], "does not read a file from standard input"),
    (["--files-from", "names", "--baseline", "b.json"], "a baseline needs all findings"),
    (["--files-from", "."], "directory"),
    (["--files-from", "long"], "a name of more than 64 KiB"),
])
def test_what_does_not_go_together(lint: Any, tmp_path: Path, arguments: List[str],
                                   words: str) -> None:
    (tmp_path / "names").write_text("a.py\n")
    (tmp_path / "long").write_text("a" * 200_000)
    result = lint(*arguments)
    assert result.status == 2
    assert words in result.err
    assert result.err.count("\n") == 1


def test_several_processes_keep_the_order(given: Any, tmp_path: Path) -> None:
    names = [f"{number}.ipynb" for number in range(150)]
    for number, name in enumerate(names):
        (tmp_path / name).write_bytes(notebook(BAD if number % 7 == 0 else GOOD))
    text = "\n".join(names).encode()
    one = given(text, "--files-from", "-", "--format", "jsonl", "--jobs", "1")
    two = given(text, "--files-from", "-", "--format", "jsonl", "--jobs", "2")
    assert one == two
    assert [row["path"] for row in rows(two.out)] == names


def test_names_are_not_read_far_ahead(tmp_path: Path) -> None:
    """A list without an end: what is told comes while it is still being read."""
    from shapecheck.linting.paths import lint_names

    (tmp_path / "a.py").write_text(GOOD)
    asked = 0

    def endless() -> Any:
        nonlocal asked
        while True:
            asked += 1
            yield str(tmp_path / "a.py")

    for jobs in (1, 2):
        told = lint_names(endless(), jobs=jobs)
        asked = 0
        for _ in range(100):
            assert next(told).problem == ""
        assert asked < 400
        told.close()  # type: ignore[attr-defined]


@pytest.mark.skipif(not hasattr(signal, "SIGPIPE"), reason="pipes as on Unix")
def test_a_reader_that_stops_reading(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(GOOD)
    (tmp_path / "names").write_text("a.py\n" * 50_000)
    run = subprocess.Popen([sys.executable, "-m", "shapecheck", "lint", "--files-from", "names",
                            "--format", "jsonl", "--jobs", "1"], cwd=tmp_path,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert run.stdout is not None and run.stderr is not None
    assert json.loads(run.stdout.readline())["path"] == "a.py"
    run.stdout.close()
    assert run.stderr.read() == b""
    assert run.wait(60) == 0


MEMORY = """\
import resource, sys
from shapecheck.cli.main import main
status = main(["lint", "--files-from", sys.argv[1], "--jobs", "1", "-q"])
print(status, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the unit is the kernel's")
def test_memory_does_not_grow_with_their_number(tmp_path: Path) -> None:
    for number in range(100):
        (tmp_path / f"{number}.py").write_text("import keras\n" if number % 10 else GOOD)
    peaks = []
    for count in (1_000, 20_000):
        # every name another one, and most of them missing
        (tmp_path / "names").write_text("".join(
            f"{number % 100}.py\n" if number % 4 else f"none/{number}.py\n"
            for number in range(count)))
        done = subprocess.run([sys.executable, "-c", MEMORY, "names"], cwd=tmp_path, text=True,
                              capture_output=True)
        status, peak = done.stdout.split()
        assert status == "2"
        assert done.stderr.count("no such file") == count // 4
        peaks.append(int(peak))
    assert peaks[1] < peaks[0] + 3_000, peaks  # KiB


# -- one file's bytes ---------------------------------------------------------------------------


def test_bytes_are_judged_like_the_file(tmp_path: Path) -> None:
    for name, data in (("a.py", BAD.encode()), ("b.ipynb", notebook(BAD, "x = (")),
                       ("c.ipynb", b"{"), ("d.py", b"\xff"), ("e.py", b"")):
        (tmp_path / name).write_bytes(data)
        told = shapecheck.lint_bytes(name, data)
        assert pickle.loads(pickle.dumps(told)) == told
        assert json.loads(told.to_json())["path"] == name
        if told.problem:
            assert not told.findings
            assert told.problem.startswith(name)
            continue
        whole = shapecheck.lint(tmp_path / name)
        assert [f.message for f in told.findings] == [f.message for f in whole.findings]
    assert [f.code for f in shapecheck.lint_bytes("b.ipynb", notebook(BAD, "x = (")).findings] == [
        "SHP101", "SHP901"]


def test_bytes_depend_on_nothing_else(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    source = BAD.replace("x = np.zeros((12, 16))", "from data import load\nx = load()").encode()
    before = shapecheck.lint_bytes("a.py", source)
    (tmp_path / "data.py").write_text("import numpy as np\ndef load():\n"
                                      "    return np.zeros((12, 16))\n")
    (tmp_path / "pyproject.toml").write_text("[tool.shapecheck]\nselect = 3\n")
    assert shapecheck.lint_bytes("a.py", source) == before
    assert not before.findings
    assert shapecheck.lint_bytes("a.py", BAD.encode(), ignore=["SHP101"]).findings == ()
    with pytest.raises(UserError, match="did you mean"):
        shapecheck.lint_bytes("a.py", b"", select=["SHP9001"])


# -- an editor ------------------------------------------------------------------------------------


def test_a_session_checks_as_lint_does(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    session = shapecheck.Session(path)
    cells = [GOOD, "model.predict(x[0])", "x.shape"]
    for text in (cells[1], "model.predict(x[0:1])", "model.predict(x[0])  # noqa: SHP101",
                 "model.predict(x[1])"):
        cells[1] = text
        path.write_bytes(notebook(*cells))
        assert list(session.check(path.read_bytes()).findings) == [
            replace(f, fingerprint="") for f in shapecheck.lint(path).findings]
    cells[1] = "model.predict(x[0])\nmodel.predict("
    codes = [f.code for f in session.check(notebook(*cells)).findings]
    assert codes == ["SHP101", "SHP901"]  # also beside the line that is being typed
    (tmp_path / "pyproject.toml").write_text('[tool.shapecheck]\nignore = ["SHP"]\n')
    assert session.check(notebook(*cells)).findings == ()
