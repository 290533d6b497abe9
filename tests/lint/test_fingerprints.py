"""The same finding is the same after edits elsewhere, on each machine; two are two."""
from __future__ import annotations

import json
from pathlib import Path
from typing import Any, List

import pytest
from hypothesis import given
from hypothesis import strategies as st

import shapecheck
from shapecheck.facts import Finding, Location, Message
from shapecheck.source.documents import read_document
from shapecheck.source.fingerprints import fingerprints, normalised
from tests.lint.conftest import BAD, cell, notebook

CALL = "model.predict(x[0])"


def marks(path: Path, data: Any, **more: Any) -> List[str]:
    """The fingerprints of what lint finds in a file with this content."""
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    found = [finding.fingerprint for finding in shapecheck.lint(path, **more).findings]
    assert found and all(len(mark) == 32 for mark in found)
    return found


@pytest.mark.parametrize("edited", [
    "# a line\n\n\n" + BAD, BAD + "print(x.shape)\n", BAD.replace("\n", "\r\n"),
    BAD.replace(CALL, "model.predict( x [ 0 ] )  # noqa: F401"),
    BAD.replace(CALL, "model.predict(\n    x[0],\n)"),
    BAD.replace(CALL, "model.predict(x[0]); print(1)"),
    BAD.replace(CALL, "if True:\n\tmodel.predict(x[0])"),
    BAD.replace("np.zeros((12, 16))", "np.zeros(\n    (12, 16),\n)"),
    BAD.replace(CALL, "def main():\n    model.predict(x[0])\n\nmain()"),
    BAD.replace(CALL, "try:\n    pass\nfinally:\n    " + CALL),
    BAD.replace("import numpy", "日本 = '\u00e9'; import numpy")])
def test_edits_elsewhere_leave_it(tmp_path: Path, edited: str) -> None:
    path = tmp_path / "train.py"
    assert marks(path, edited) == marks(path, BAD)


def test_cells_added_and_moved_leave_it(tmp_path: Path) -> None:
    path = tmp_path / "train.ipynb"
    first, second = BAD.split("\n\n")
    alone = marks(path, notebook(first, second))
    markdown = {"cell_type": "markdown", "metadata": {}, "source": "# words"}
    rest, call = second.rsplit("\n", 2)[:2]
    for moved in (notebook(markdown, "a = 1", first, second), notebook(first, rest, "b = 2", call),
                  notebook(first, cell([line + "\n" for line in second.splitlines()], count=7)),
                  notebook(first, "%%time\n" + second), notebook(first, second + "%time 1\n"),
                  json.dumps(json.loads(notebook(first, second)), indent=4, sort_keys=True)):
        assert marks(path, moved) == alone


@pytest.mark.parametrize("edited", [
    BAD.replace(CALL, "model.predict(x[1])"), BAD.replace(CALL, "y = model.predict(x[0])")])
def test_another_statement_is_another_finding(tmp_path: Path, edited: str) -> None:
    path = tmp_path / "train.py"
    assert marks(path, edited) != marks(path, BAD)
    assert marks(tmp_path / "other.py", BAD) != marks(path, BAD)


def test_equal_findings_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    one, two = marks(path, BAD + CALL + "\n")
    assert one != two and [one] == marks(path, BAD)
    assert marks(path, BAD + "y = 1\n" * 3 + CALL + "\n") == [one, two]
    in_one_line = marks(path, BAD.replace(CALL, f"a = {CALL}, model.predict(x[1]), {CALL}"))
    assert len(set(in_one_line)) == 3


def test_the_order_of_the_findings_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(BAD + CALL + "\n")
    found = shapecheck.lint(path).findings
    assert fingerprints(found[::-1], read_document) == [f.fingerprint for f in found[::-1]]


def test_where_the_project_stands_does_not_count(tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    for name in ("one", "two/deep"):
        folder = tmp_path / name / "src"
        folder.mkdir(parents=True)
        (folder.parent / ".git").mkdir()
        seen.append(marks(folder / "train.py", BAD))
        monkeypatch.chdir(folder)
        seen.append(marks(Path("train.py"), BAD))
        monkeypatch.chdir(folder.parent)
        seen.append(marks(Path("src/train.py"), BAD))
        seen.append(marks(Path("src/../src/train.py"), BAD))
    assert all(mark == seen[0] for mark in seen)
    assert marks(folder.parent / "train.py", BAD) != seen[0]


@pytest.mark.parametrize(("marker", "same"), [("pyproject.toml", True), ("nothing", False)])
def test_without_a_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, marker: str,
                              same: bool) -> None:
    """The folder of the pyproject.toml, else the one that lint runs in."""
    (tmp_path / marker).touch()
    (tmp_path / "src").mkdir()
    monkeypatch.chdir(tmp_path)
    above = marks(Path("src/train.py"), BAD)
    monkeypatch.chdir("src")
    assert (marks(Path("train.py"), BAD) == above) is same


def test_json_and_the_function_say_the_same(lint: Any, tmp_path: Path) -> None:
    found = marks(tmp_path / "train.py", BAD)
    data = json.loads(lint("train.py", "--format", "json").out)
    assert [f["fingerprint"] for f in data["findings"]] == found


def test_a_cell_that_does_not_parse(tmp_path: Path) -> None:
    """What the parser says of it, and where, is another thing in each Python."""
    path = tmp_path / "half.ipynb"
    first = marks(path, notebook("import keras", "model.fit(\n\nx = 1"))
    assert first == marks(path, notebook("import keras", "# new", "model.fit(\n\n\nx = = 1"))
    assert first != marks(path, notebook("import keras", "model.predict(\n\nx = 1"))


def test_a_file_that_is_gone_still_has_one() -> None:
    def finding(path: Any, what: str) -> Finding:
        return Finding("SHP101", "rank-1-input", "error", Message.of(what), Message.of("why"),
                       Message.of("fix"), location=Location(path, None, 3, 1, 3, 9))

    gone = [finding("a.py", "x"), finding("a.py", "y"), finding(None, "x")]
    one, two, without = fingerprints(gone, lambda path: None)
    assert one != two and len(one) == 32 and without == ""


def test_the_recipe_is_fixed(tmp_path: Path) -> None:
    """A baseline of last year is still right. Another number in VERSION for another recipe."""
    (tmp_path / ".git").mkdir()
    assert marks(tmp_path / "train.py", BAD) == ["ed6330708bfce815f084cd6ceb4dfa05"]


@pytest.mark.parametrize(("one", "other"), [
    ("f(a, b)", "f( a,\n  b,\n)"), ("f('x')", 'f("x")'), ("[1, 2]", "[\n1,\n2,  # two\n]"),
    ('f("""x""")', "f('x')"), ("a + \\\n b", "a+b"), ("Rb'x'", 'rB"x"')])
def test_layout_is_left_out(one: str, other: str) -> None:
    assert normalised(one) == normalised(other)


@pytest.mark.parametrize(("one", "other"), [
    ("f('a b')", "f('ab')"), ("not x", "notx"), ("x[0]", "x[1]"), ("f('#')", "f('')"),
    ("f('x')", "f(x)"), ("f(b'x')", "f('x')")])
def test_the_code_is_not(one: str, other: str) -> None:
    assert normalised(one) != normalised(other)


@given(st.text(alphabet="ab '\"\\#\n\t,()[]{}0é\ud800\0"))
def test_any_text_has_a_normal_form(text: str) -> None:
    once = normalised(text)
    assert isinstance(once, str) and normalised("  " + text) == once
