"""`--baseline`: what is known stays quiet, what is new does not, and the file is safe."""
from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any, List

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import shapecheck
from shapecheck.facts.errors import UserError
from tests.lint.conftest import BAD, GOOD, notebook

TOP = BAD.rsplit("\n", 2)[0] + "\n"
FILE = "shapecheck-baseline.json"
WITH = ("--baseline", FILE)


def program(*rows: int) -> str:
    return TOP + "".join(f"model.predict(x[{row}])\n" for row in rows)


def made(lint: Any, *arguments: Any) -> Any:
    result = lint(*arguments, *WITH, "--update-baseline")
    assert result.status == 0 and result.err == "" and result.codes == []
    return result


def told(result: Any) -> List[str]:
    return [line.split(": SHP")[0] for line in result.out.splitlines() if ": SHP" in line]


# -- what is known and what is new ---------------------------------------------------------------


def test_the_known_is_quiet_and_the_new_is_told(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(program(0, 1))
    result = made(lint)
    assert result.out == (f"note: {FILE}: 2 entries, 2 new, 0 removed\n"
                          "No findings in 1 file; 2 in the baseline\n")
    assert lint(*WITH) == (0, "No findings in 1 file; 2 in the baseline\n", "")
    (tmp_path / "train.py").write_text(program(0, 1, 2))
    result = lint(*WITH)
    assert result.status == 1 and told(result) == ["train.py:8:1"]
    assert result.out.endswith("\nFound 1 finding in 1 of 1 file; 2 in the baseline\n")


def test_it_can_be_read_by_people_and_merged(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "b.py").write_text(program(1, 0))
    (tmp_path / "sub dir").mkdir()
    (tmp_path / "sub dir/a\u0301.ipynb").write_bytes(notebook(TOP, "model.predict(x[0])"))
    made(lint)
    text = (tmp_path / FILE).read_text("utf-8")
    assert str(tmp_path) not in text and "\\\\" not in text and text.endswith("]}\n")
    lines = text.splitlines()
    assert len(lines) == 5 and lines[0].startswith('{"shapecheck-baseline": 1,')
    entries = json.loads(text)["findings"]
    assert [entry["path"] for entry in entries] == ["b.py", "b.py", "sub dir/á.ipynb"]
    assert [entry["what"].split()[0] for entry in entries] == ["x[0]", "x[1]", "x[0]"]
    assert all(line.rstrip(",") == json.dumps(json.loads(line.rstrip(",")), ensure_ascii=False)
               for line in lines[1:-1])
    before = (tmp_path / FILE).stat().st_mtime_ns
    made(lint)
    assert (tmp_path / FILE).stat().st_mtime_ns == before, "nothing to write, nothing written"


def test_an_edited_statement_is_new(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(program(0))
    made(lint)
    (tmp_path / "train.py").write_text(TOP + "y = model.predict(x[0], verbose=0)\n")
    result = lint(*WITH)
    assert told(result) == ["train.py:6:5"]
    assert f"note: 1 entry of {FILE} is no longer found; --prune-baseline removes it" in result.out


@pytest.mark.parametrize("text", [
    "# a comment\n\n" + program(0), program(0).replace("(x[0])", "( x[ 0 ] )  # why"),
    TOP + "if True:\n    model.predict(\n        x[0],\n    )\n",
    TOP + "def f():\n    model.predict(x[0])\nf()\n"])
def test_moved_code_is_known(lint: Any, tmp_path: Path, text: str) -> None:
    (tmp_path / "train.py").write_text(program(0))
    made(lint)
    (tmp_path / "train.py").write_text(text)
    assert lint(*WITH) == (0, "No findings in 1 file; 1 in the baseline\n", "")


def test_cells_may_be_added_and_exchanged(lint: Any, tmp_path: Path) -> None:
    path = tmp_path / "train.ipynb"
    path.write_bytes(notebook(TOP, "model.predict(x[0])", "model.predict(x[1])"))
    made(lint)
    path.write_bytes(notebook("import os", TOP, "1 + 1", "model.predict(x[1])",
                              "model.predict(x[2])\nmodel.predict(x[0])"))
    assert told(lint(*WITH)) == ["train.ipynb:cell 4:1:1"]


def test_a_file_may_be_renamed_and_code_moved_to_another(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(program(0, 1))
    (tmp_path / "b.py").write_text(program(2))
    made(lint)
    (tmp_path / "a.py").rename(tmp_path / "c.py")
    assert lint(*WITH) == (0, "No findings in 2 files; 3 in the baseline\n", "")
    assert lint("c.py", *WITH).status == 0
    (tmp_path / "c.py").write_text(program(0))
    (tmp_path / "b.py").write_text(program(2, 1))
    assert lint(*WITH) == (0, "No findings in 2 files; 3 in the baseline\n", "")
    made(lint)
    assert {entry["path"] for entry in json.loads((tmp_path / FILE).read_text())["findings"]} == {
        "b.py", "c.py"}


def test_a_copy_is_new(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(program(0))
    made(lint)
    (tmp_path / "b.py").write_text(program(0))
    assert told(lint(*WITH)) == ["b.py:6:1"]
    assert told(lint("b.py", *WITH)) == ["b.py:6:1"], "a.py has it still, though it was not read"
    (tmp_path / "a.py").write_text(program(0, 0))
    assert told(lint("a.py", *WITH)) == ["a.py:7:1"]


ROWS = st.lists(st.integers(0, 3), max_size=5)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(ROWS, st.lists(st.lists(st.integers(0, 3), max_size=3), max_size=3))
def test_as_many_are_told_as_there_are_more(tmp_path_factory: Any, before: List[int],
                                            after: List[List[int]]) -> None:
    folder = tmp_path_factory.mktemp("known")
    path, file = folder / "train.ipynb", folder / FILE
    from shapecheck.linting.baseline import Baseline, load
    from shapecheck.linting.paths import lint_paths

    def run(baseline: Baseline) -> Any:
        total = lint_paths([str(folder)], baseline=baseline)
        return total, baseline.settled(update=not file.exists())

    path.write_bytes(notebook(program(*before)))
    run(Baseline(str(file)))
    path.write_bytes(notebook(TOP, *["\n".join(f"model.predict(x[{row}])" for row in rows)
                                     for rows in after]))
    old, new = Counter(before), Counter(row for rows in after for row in rows)
    total, notes = run(load(str(file)))
    assert len(total.findings) == sum((new - old).values())
    assert total.known == sum((new & old).values())
    stale = sum((old - new).values())
    assert notes == [] if not stale else notes[0].split()[0] == str(stale)


# -- which entries are removed -------------------------------------------------------------------


def paths_in(folder: Path) -> List[str]:
    return [entry["path"] for entry in json.loads((folder / FILE).read_text())["findings"]]


def three(lint: Any, folder: Path) -> None:
    for name in ("a.py", "b.py", "sub/c.py"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(BAD)
    made(lint)
    (folder / "a.py").write_text(GOOD)
    (folder / "b.py").write_text(GOOD)


def test_only_what_was_looked_at_is_pruned(lint: Any, tmp_path: Path) -> None:
    three(lint, tmp_path)
    assert "1 entry of" in lint("a.py", *WITH).out
    assert f"2 entries of {FILE} are no longer found; --prune-baseline removes them" in lint(
        *WITH).out
    result = lint("a.py", *WITH, "--prune-baseline")
    assert f"note: {FILE}: 2 entries, 0 new, 1 removed\n" in result.out
    assert paths_in(tmp_path) == ["b.py", "sub/c.py"]
    lint("sub", *WITH, "--prune-baseline")
    assert paths_in(tmp_path) == ["b.py", "sub/c.py"]
    lint("--exclude", "b.py", *WITH, "--prune-baseline")
    assert paths_in(tmp_path) == ["b.py", "sub/c.py"]
    lint(*WITH, "--prune-baseline")
    assert paths_in(tmp_path) == ["sub/c.py"]


def test_files_that_are_gone_are_pruned_where_they_were_searched(lint: Any,
                                                                 tmp_path: Path) -> None:
    three(lint, tmp_path)
    (tmp_path / "sub/c.py").unlink()
    lint("a.py", *WITH, "--prune-baseline")
    assert paths_in(tmp_path) == ["b.py", "sub/c.py"]
    lint("sub", *WITH, "--prune-baseline")
    assert paths_in(tmp_path) == ["b.py"]


@pytest.mark.parametrize("arguments", [["--select", "SHP4"], ["--ignore", "SHP101"],
                                       ["--per-file-ignores", "*:SHP1"]])
def test_what_is_not_selected_is_neither_gone_nor_removed(lint: Any, tmp_path: Path,
                                                          arguments: List[str]) -> None:
    three(lint, tmp_path)
    (tmp_path / "sub/c.py").unlink()
    for change in ([], ["--prune-baseline"], ["--update-baseline"]):
        result = lint(*arguments, *WITH, *change)
        assert result.status == 0 and "no longer" not in result.out
        assert paths_in(tmp_path) == ["a.py", "b.py", "sub/c.py"]


@pytest.mark.parametrize(("name", "text"), [
    ("train.ipynb", notebook("model.fit(", program(1)).decode()),
    ("train.ipynb", '{"cells": [keras')])
def test_what_could_not_be_read_is_not_removed(lint: Any, tmp_path: Path, name: str,
                                               text: str) -> None:
    (tmp_path / name).write_bytes(notebook("1", program(0)))
    made(lint)
    (tmp_path / name).write_text(text)
    for change in ([], ["--prune-baseline"]):
        result = lint(*WITH, *change)
        assert "no longer" not in result.out
        assert paths_in(tmp_path) == ["train.ipynb"]


def test_prune_says_what_is_new_update_takes_it(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(program(0))
    made(lint)
    (tmp_path / "a.py").write_text(program(1))
    result = lint(*WITH, "--prune-baseline")
    assert (result.status, told(result), paths_in(tmp_path)) == (1, ["a.py:6:1"], [])
    assert made(lint).out.startswith(f"note: {FILE}: 1 entry, 1 new, 0 removed\n")
    assert paths_in(tmp_path) == ["a.py"]


def test_what_is_silenced_needs_no_entry(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(program(0, 1).replace("x[1])", "x[1])  # noqa"))
    assert made(lint).out.endswith("No findings in 1 file; 1 silenced; 1 in the baseline\n")
    assert paths_in(tmp_path) == ["a.py"]


# -- where it comes from -------------------------------------------------------------------------


def test_pyproject_names_it(lint: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative to the pyproject.toml, from wherever the command runs."""
    (tmp_path / "src").mkdir()
    (tmp_path / "src/a.py").write_text(BAD)
    (tmp_path / "pyproject.toml").write_text('[tool.shapecheck]\nbaseline = "known.json"\n')
    result = lint()
    assert result.status == 2 and "known.json: no such file; --update-baseline" in result.err
    assert lint("--no-baseline").codes == ["SHP101"]
    assert lint("--update-baseline").status == 0
    assert lint().status == 0 and lint("--no-baseline").status == 1
    monkeypatch.chdir(tmp_path / "src")
    assert lint("a.py").status == 0
    assert shapecheck.lint("a.py").findings == ()
    assert [f.code for f in shapecheck.lint("a.py", baseline="").findings] == ["SHP101"]
    assert lint("--no-baseline", "--update-baseline").status == 2


def test_from_python(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(program(0))
    made(lint)
    (tmp_path / "a.py").write_text(program(1))
    report = shapecheck.lint(tmp_path, baseline=tmp_path / FILE)
    assert [f.location.line for f in report.findings] == [6]
    assert "no longer found" in report.notes[0]
    with pytest.raises(UserError, match="no such file"):
        shapecheck.lint(tmp_path, baseline="nowhere.json")


def test_standard_input(lint: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stdin(text: str) -> None:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8"))

    (tmp_path / "a.py").write_text(program(0))
    made(lint)
    stdin(program(0, 1))
    assert told(lint("-", "--stdin-filename", "a.py", *WITH)) == ["a.py:7:1"]
    stdin(program(0))
    result = lint("-", *WITH, "--update-baseline")
    assert result.status == 2 and "--stdin-filename" in result.err


def test_processes_say_the_same(lint: Any, tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"f{number:02}.py").write_text(program(number % 3))
    made(lint, "--jobs", "2")
    assert len(paths_in(tmp_path)) == 40
    for number in range(0, 40, 2):
        (tmp_path / f"f{number:02}.py").write_text(program(number % 3, 7))
    serial, parallel = lint("--jobs", "1", *WITH), lint("--jobs", "2", *WITH)
    assert serial == parallel and len(serial.codes) == 20
    assert "; 40 in the baseline" in serial.out


def test_what_is_kept_between_runs_says_the_same(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(program(0, 1).replace("x[1])", "x[1])  # noqa: SHP101, SHP4"))
    (tmp_path / "b.ipynb").write_bytes(notebook(program(0), "model.fit("))
    made(lint, "--cache-dir", "kept")
    (tmp_path / "a.py").write_text(program(0, 2, 1).replace("x[1])", "x[1])  # noqa: SHP101, SHP4"))
    for more in ((), ("--report-unused",), WITH, (*WITH, "--report-unused"),
                 (*WITH, "--per-file-ignores", "a.py:SHP1")):
        plain = lint("--no-cache", *more)
        assert lint("--cache-dir", "kept", *more) == plain
        assert lint("--cache-dir", "kept", *more) == plain


def test_other_formats_do_not_list_the_known(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(program(0))
    made(lint)
    (tmp_path / "a.py").write_text(program(0, 1))
    data = json.loads(lint(*WITH, "--format", "json").out)
    assert [f["location"]["line"] for f in data["findings"]] == [7]
    assert lint(*WITH, "--output-file", FILE).status == 2
    assert paths_in(tmp_path) == ["a.py"]


def test_fixes_and_the_baseline(lint: Any, tmp_path: Path) -> None:
    """What is known is mended, too; a look at what would be mended changes nothing."""
    (tmp_path / "a.py").write_text(program(0))
    made(lint)
    for change in ("--update-baseline", "--prune-baseline"):
        result = lint(*WITH, "--diff", change)
        assert result.status == 2 and "--diff writes nothing" in result.err
    assert "+model.predict(x[0:1])" in lint(*WITH, "--diff").out
    assert "no longer found" not in lint(*WITH, "--diff").out
    assert paths_in(tmp_path) == ["a.py"]
    result = lint(*WITH, "--fix", "--prune-baseline")
    assert result.status == 0 and "0 entries, 0 new, 1 removed" in result.out
    assert (tmp_path / "a.py").read_text() == program(0).replace("x[0]", "x[0:1]")


# -- a file that is none -------------------------------------------------------------------------

ENTRY = '{"path": "a.py", "code": "SHP101", "likeness": "x", "what": "y"}'


@pytest.mark.parametrize(("text", "said"), [
    ("", "not a baseline: it is empty"), ("\n", "it is empty"),
    ('{"shapecheck-baseline": 1, "findings": [\n' + ENTRY + "\n" + ENTRY + "\n]}",
     f"{FILE}:3: broken JSON: "),
    ('{"shapecheck-baseline": 1, "findings": [\n', f"{FILE}:2: broken JSON: "),
    ('{"shapecheck-baseline": 1, "findings": [\n<<<<<<< HEAD\n' + ENTRY + "\n=======\n>>>>>>> x",
     f"{FILE}:2: a merge conflict"),
    ('{"shapecheck-baseline": 2, "findings": []}', "of version 2, and this shapecheck reads 1"),
    ('{"shapecheck-baseline": "1", "findings": []}', "of version '1'"),
    ('{"shapecheck-baseline": "\\u001b[31m"}', "of version '\\x1b[31m'"),
    ('{"shapecheck-baseline": 1}', '"findings" is no list'),
    ('{"shapecheck-baseline": 1, "findings": {}}', '"findings" is no list'),
    ('{"shapecheck-baseline": 1, "findings": [3]}', "finding 1 is no JSON object"),
    ('{"shapecheck-baseline": 1, "findings": [' + ENTRY + ', {"path": 3}]}',
     'finding 2: "path" is no text'),
    ('{"shapecheck-baseline": 1, "findings": [' + ENTRY.replace("a.py", "\\u0000") + "]}",
     'finding 1: "path" has a null character'),
    ("[]", "not a baseline"), ("3", "not a baseline"), ("{}", "not a baseline"),
    ('{"schema": 1, "findings": []}', "not a baseline, but a report in JSON"),
    ('{"results": {}}', "not a baseline"), ("[" * 100_000, "not a baseline: nested too deeply"),
    ("import keras\n", f"{FILE}:1: broken JSON"), ("9" * 5000, "not a baseline"),
    (b"\xff\xfe\x00", "not text in UTF-8")])
def test_a_wrong_baseline_is_one_line_and_not_touched(lint: Any, tmp_path: Path, text: Any,
                                                      said: str) -> None:
    data = text if isinstance(text, bytes) else text.encode()
    (tmp_path / FILE).write_bytes(data)
    (tmp_path / "a.py").write_text(BAD)
    for change in ([], ["--update-baseline"], ["--prune-baseline"]):
        result = lint(*WITH, *change)
        assert (result.status, result.out) == (2, "")
        assert said in result.err and len(result.err.splitlines()) == 1
        assert "\x1b" not in result.err
        assert (tmp_path / FILE).read_bytes() == data


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, 400), st.integers(0, 60), st.binary(max_size=6))
def test_a_damaged_baseline_is_read_or_refused(tmp_path_factory: Any, start: int, length: int,
                                               put: bytes) -> None:
    """Never an internal error, never an entry lost in silence: what is refused is not touched."""
    from shapecheck.linting.baseline import load

    file = tmp_path_factory.mktemp("damaged") / FILE
    whole = ('{"shapecheck-baseline": 1, "findings": [\n' + ENTRY + ",\n" + ENTRY + ",\n" + ENTRY
             + "\n]}\n").encode()
    data = whole[:start] + put + whole[start + length:]
    file.write_bytes(data)
    refused, read = "", -1
    try:
        read = len(load(str(file)).entries)
    except UserError as error:
        refused = str(error)
    if refused:
        assert "\n" not in refused and FILE in refused
    else:
        assert read == len(json.loads(data.decode("utf-8-sig"))["findings"])
    assert file.read_bytes() == data


def test_no_file_no_folder_a_folder(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(BAD)
    for arguments, said in (
            (["--baseline", "no.json"], "baseline no.json: no such file; --update-baseline makes"),
            (["--baseline", "no.json", "--prune-baseline"], "no such file"),
            (["--baseline", "no/no.json", "--update-baseline"], "there is no folder"),
            (["--baseline", ".", "--update-baseline"], "baseline .: "),
            (["--baseline", "a\0.json"], "null"),
            (["--update-baseline"], "which baseline?"), (["--prune-baseline"], "which baseline?")):
        result = lint(*arguments)
        assert (result.status, result.out) == (2, ""), arguments
        assert said in result.err and len(result.err.splitlines()) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.py"]


def test_a_read_only_file_is_respected(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(program(0))
    made(lint)
    (tmp_path / "a.py").write_text(program(1))
    (tmp_path / FILE).chmod(0o444)
    before = (tmp_path / FILE).read_bytes()
    result = lint(*WITH, "--update-baseline")
    assert (result.status, result.out) == (2, "")
    assert result.err == f"shapecheck: cannot write {FILE}: it is read-only\n"
    assert (tmp_path / FILE).read_bytes() == before
    assert told(lint(*WITH)) == ["a.py:6:1"], "reading it is all right"


def test_a_failing_disk_leaves_the_old_file(lint: Any, tmp_path: Path,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.py").write_text(program(0))
    made(lint)
    (tmp_path / "a.py").write_text(program(1))
    before = (tmp_path / FILE).read_bytes()

    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    result = lint(*WITH, "--update-baseline")
    assert result.err == f"shapecheck: cannot write {FILE}: No space left on device\n"
    assert (tmp_path / FILE).read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.py", FILE]


def test_a_link_mode_and_line_ends_are_kept(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(program(0))
    made(lint)
    real = tmp_path / "real.json"
    (tmp_path / FILE).rename(real)
    real.write_bytes(real.read_bytes().replace(b"\n", b"\r\n"))
    real.chmod(0o600)
    (tmp_path / FILE).symlink_to(real)
    (tmp_path / "a.py").write_text(program(1))
    made(lint)
    data = real.read_bytes()
    assert (tmp_path / FILE).is_symlink() and b"x[1]" in data
    assert data.count(b"\r\n") == data.count(b"\n") == 3
    assert real.stat().st_mode & 0o777 == 0o600


def test_names_that_are_no_text(lint: Any, tmp_path: Path) -> None:
    odd = tmp_path / "odd\udcff\x1b[31m\n.py"
    try:
        odd.write_text(BAD)
    except (OSError, ValueError):
        pytest.skip("not a name here")
    made(lint)
    assert len((tmp_path / FILE).read_text("utf-8").splitlines()) == 3
    assert lint(*WITH).status == 0


# -- end to end: three commits ---------------------------------------------------------------------


def command(folder: Path, *arguments: str) -> "subprocess.CompletedProcess[str]":
    root = str(Path(__file__).parents[2])
    return subprocess.run([sys.executable, "-m", "shapecheck", "lint", *arguments], cwd=folder,
                          capture_output=True, text=True, env={**os.environ, "PYTHONPATH": root})


def test_across_three_commits(tmp_path: Path) -> None:
    """A team adopts it, refactors, and then makes a new mistake."""
    def git(*arguments: str) -> None:
        subprocess.run(["git", "-c", "user.name=t", "-c", "user.email=t@example.com", *arguments],
                       cwd=tmp_path, check=True, capture_output=True)

    path = tmp_path / "notebooks/train.ipynb"
    path.parent.mkdir()
    git("init", "-q")
    (tmp_path / "pyproject.toml").write_text(f'[tool.shapecheck]\nbaseline = "{FILE}"\n')
    path.write_bytes(notebook(TOP, "model.predict(x[0])", "model.predict(x[1])"))
    assert command(tmp_path, "--update-baseline").returncode == 0
    assert command(tmp_path).returncode == 0
    git("add", "-A")
    git("commit", "-q", "-m", "the baseline")

    path.write_bytes(notebook("# Training", TOP, "x.mean()", "model.predict(x[1])",
                              "for _ in range(3):\n    model.predict(x[0])"))
    done = command(tmp_path)
    assert (done.returncode, done.stdout) == (0, "No findings in 1 file; 2 in the baseline\n")
    git("commit", "-qam", "moved, and a cell more")

    path.write_bytes(notebook("# Training", TOP, "x.mean()", "model.predict(x[2])",
                              "for _ in range(3):\n    model.predict(x[0])"))
    done = command(tmp_path, "notebooks/train.ipynb")
    lines = done.stdout.splitlines()
    assert done.returncode == 1
    assert lines[0].startswith("notebooks/train.ipynb:cell 3:1:1: SHP101 [*] x[2] is (16,)")
    assert lines[1:] == [
        f"note: 1 entry of {FILE} is no longer found; --prune-baseline removes it",
        "[*] 1 fixable with --fix", "Found 1 finding in 1 of 1 file; 1 in the baseline"]
    git("commit", "-qam", "a new mistake")
    clone = tmp_path / "elsewhere"
    git("clone", "-q", ".", str(clone))
    assert command(clone).stdout.splitlines()[-1] == lines[-1], "the same on another machine"
