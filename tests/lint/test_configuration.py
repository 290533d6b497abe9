"""`[tool.shapecheck]` in the nearest pyproject.toml."""
from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.lint.conftest import BAD


def configure(folder: Path, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "pyproject.toml").write_text(text)


@pytest.mark.parametrize(("table", "status"), [
    ("", 1), ('select = ["SHP2"]', 0), ('select = ["SHP1"]', 1), ('ignore = ["SHP101"]', 0),
    ('select = []\nextend-select = ["SHP101"]', 1), ('fail-on = "never"', 0),
    ('exclude = ["train.py"]', 0), ('extend-exclude = ["*.py"]', 0)])
def test_each_key(lint: Any, tmp_path: Path, table: str, status: int) -> None:
    (tmp_path / "train.py").write_text(BAD)
    configure(tmp_path, f"[tool.shapecheck]\n{table}\n")
    assert lint().status == status


def test_the_command_line_wins(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(BAD)
    configure(tmp_path, '[tool.shapecheck]\nignore = ["SHP101"]\nfail-on = "never"\n')
    assert lint("--ignore", "SHP2").codes == ["SHP101"]
    assert lint("--ignore", "SHP2", "--fail-on", "error").status == 1


def test_the_nearest_table_counts(lint: Any, tmp_path: Path) -> None:
    configure(tmp_path, '[tool.shapecheck]\nignore = ["ALL"]\n')
    configure(tmp_path / "inner", '[tool.other]\nx = 1\n')
    configure(tmp_path / "own", "[tool.shapecheck]\n")
    for folder in (".", "inner", "own"):
        (tmp_path / folder / "train.py").write_text(BAD)
    result = lint()
    assert result.out.startswith("own/train.py:6") and len(result.codes) == 1
    assert lint("inner").status == 0


def test_exclude_replaces_what_is_left_out(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "build").mkdir()
    (tmp_path / "build/train.py").write_text(BAD)
    assert lint().codes == []
    configure(tmp_path, '[tool.shapecheck]\nexclude = ["old"]\n')
    assert lint().codes == ["SHP101"]


@pytest.mark.parametrize(("text", "said"), [
    ('[tool.shapecheck]\nselct = ["SHP1"]', "no key selct (did you mean select?)"),
    ('[tool.shapecheck]\nselect = "SHP1"', "select: a list of strings"),
    ('[tool.shapecheck]\nselect = [1]', "select: a list of strings"),
    ('[tool.shapecheck]\nselect = ["SHP999"]', "select: no code begins with 'SHP999'"),
    ('[tool.shapecheck]\nfail-on = "always"', "fail-on: expected one of error, warning, never"),
    ('[tool.shapecheck]\nfail-on = ["error"]', "fail-on: expected one of"),
    ('[tool.shapecheck]\nselect = [', "not valid TOML"),
    ('[tool]\nshapecheck = 3', "a table was expected")])
def test_a_wrong_configuration_is_one_line(lint: Any, tmp_path: Path, text: str,
                                           said: str) -> None:
    (tmp_path / "train.py").write_text(BAD)
    configure(tmp_path, text)
    result = lint()
    assert (result.status, result.out) == (2, "")
    assert said in result.err and "pyproject.toml" in result.err
    assert len(result.err.splitlines()) == 1


@pytest.mark.parametrize(("text", "line", "said"), [
    ('[tool.shapecheck]\n\nselct = []', 3, "[tool.shapecheck] has no key selct (did you mean sel"),
    ('[tool.shapecheck]\nignore = []\nselect = "SHP1"', 3, "select: a list of strings"),
    ('[tool.shapecheck]\n# select = 1\nignore = ["#"] # select = 2\nselect = 3', 4,
     "select: a list"),
    ('[tool.a]\nselect = 1\n[tool.shapecheck]\n"select" = 1', 4, "select: a list of strings"),
    ('[tool.shapecheck]\nignore = [\n  "SHP1",  # SHP777\n  "SHP777",\n]', 4,
     "ignore: no code begins with 'SHP777' (did you mean "),
    ('[tool]\nx = 1\nshapecheck.fail-on = "no"', 3, "fail-on: expected one of"),
    ('[tool]\nshapecheck = { fail-on = 3 }', 2, "fail-on: expected one of"),
    ('[tool.shapecheck]\nreport-unused = "yes"', 2, "report-unused: expected true or false"),
    ('[tool.shapecheck]\nbaseline = []', 2, "baseline: the name of a file was expected"),
    ('[tool.shapecheck]\nbaseline = ""', 2, "baseline: the name of a file was expected"),
    ('[tool.shapecheck]\nper-file-ignores = ["SHP1"]', 2, "per-file-ignores: a table of lists"),
    ('[tool.shapecheck.per-file-ignores]\n"a/*" = ["SHP1"]\n"b/*" = "SHP1"', 3,
     "per-file-ignores 'b/*': a table of lists was expected"),
    ('[tool.shapecheck.per-file-ignores]\n"a/*" = ["SHP1"]\n"b/*" = ["SHP1",\n "SHP8"]', 4,
     "per-file-ignores 'b/*': no code begins with 'SHP8' (did you mean"),
    ('[tool.shapecheck]\nper-file-ignores = { "a/*" = [\n"SHPX"] }', 3,
     "no code begins with 'SHPX'"),
    ('[tool.shapecheck.per-file-ignores]\n"" = ["SHP1"]', 2, "per-file-ignores ''"),
    ('[tool.shapecheck.nonsense]\nx = 1', 1, "has no key nonsense"),
    ('[[tool.shapecheck]]\nselect = []', 1, "a table was expected"),
    ('[tool.shapecheck]\nselect = ["SHP1"', 2, "not valid TOML"),
    ('[tool.shapecheck]\nignore = []\nignore = []', 3, "not valid TOML")])
def test_the_key_and_its_line_are_named(lint: Any, tmp_path: Path, text: str, line: int,
                                        said: str) -> None:
    (tmp_path / "train.py").write_text(BAD)
    configure(tmp_path, text)
    result = lint()
    assert (result.status, result.out) == (2, "")
    assert said in result.err and len(result.err.splitlines()) == 1
    assert f"pyproject.toml:{line}: " in result.err


def test_user_text_in_a_message_is_cleaned(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(BAD)
    configure(tmp_path, '[tool.shapecheck]\n"a\\u001b[31m" = 1')
    assert "\x1b" not in lint().err
    configure(tmp_path, '[tool.shapecheck]\nselect = ["\\u001b[31m"]')
    assert "\x1b" not in lint().err


def test_somebody_elses_broken_file_is_not_our_question(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(BAD)
    configure(tmp_path, "dependencies = [shapecheck")
    assert lint().status == 1
