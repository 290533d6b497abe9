"""`shapecheck lint`: what is looked at, what is said, and the exit status."""
from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

import shapecheck
from shapecheck.facts.errors import UserError
from shapecheck.facts.report import Report
from tests.lint.conftest import BAD, GOOD, notebook


def test_one_line_a_finding_and_one_that_sums_up(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(GOOD)
    (tmp_path / "train.ipynb").write_bytes(notebook(*BAD.split("\n\n"), "model.predict(x[1])"))
    result = lint()
    lines = result.out.splitlines()
    assert result.status == 1 and result.err == ""
    assert lines[0].startswith("train.ipynb:cell 1:3:")
    assert ": SHP101 [*] x[0] is (16,): one row without its batch axis; " in lines[0]
    assert lines[0].endswith("(fix: model.predict(x[0:1]))")
    assert lines[1].startswith("train.ipynb:cell 2:1:")
    assert lines[2:] == ["[*] 2 fixable with --fix", "Found 2 findings in 1 of 2 files"]


def test_clean_code_is_clean(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "good.py").write_text(GOOD)
    assert lint() == (0, "No findings in 1 file\n", "")
    assert lint("good.py", "--quiet") == (0, "", "")


def test_full_shows_the_line_the_part_and_why(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(BAD)
    lines = lint("--format", "full").out.splitlines()
    assert lines[0].startswith("train.py:6:") and " SHP101 [*] rank-1-input: x[0] is" in lines[0]
    assert "  6 | model.predict(x[0])" in lines
    marks = lines[lines.index("  6 | model.predict(x[0])") + 1]
    assert set(marks) <= set(" |^") and "^^^^" in marks
    assert any("np.zeros((12, 16))" in line for line in lines), "where the shape comes from"
    assert "  fix: model.predict(x[0:1])" in lines


def test_json_is_schema_1_and_reads_back(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(BAD)
    (tmp_path / "note.ipynb").write_bytes(notebook("import keras", BAD))
    result = lint("--format", "json")
    data = json.loads(result.out)
    assert result.status == 1 and data["schema"] == 1
    places = [(f["location"]["path"], f["location"]["cell"], f["location"]["line"])
              for f in data["findings"]]
    assert places == [("note.ipynb", 1, 6), ("train.py", None, 6)]
    report = Report.from_json(result.out)
    assert [f.code for f in report.findings] == ["SHP101", "SHP101"]
    import jsonschema

    schema = json.loads((Path(__file__).parents[2] / "docs/report.schema.json").read_text())
    jsonschema.validate(data, schema)


@pytest.mark.parametrize("form", ["text", "rich", "html"])
def test_the_other_formats_work(lint: Any, tmp_path: Path, form: str) -> None:
    (tmp_path / "train.py").write_text(BAD)
    result = lint("--format", form)
    assert result.status == 1 and "SHP101" in result.out


def test_the_output_file(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(BAD)
    assert lint("--output-file", "report.json") == (1, "", "")
    assert json.loads((tmp_path / "report.json").read_text())["findings"]
    assert lint("--output-file", "report.txt").status == 1
    assert (tmp_path / "report.txt").read_text().startswith("train.py:6:")
    result = lint("train.py", "--output-file", "train.py")
    assert result.status == 2 and "one of the inputs" in result.err
    assert (tmp_path / "train.py").read_text() == BAD


# -- standard input -----------------------------------------------------------------------------


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))


@pytest.mark.parametrize(("data", "place"), [
    (BAD.encode(), "-:6:"), (notebook("import keras", BAD), "-:cell 1:6:")])
def test_standard_input(lint: Any, monkeypatch: pytest.MonkeyPatch, data: bytes,
                        place: str) -> None:
    stdin(monkeypatch, data)
    result = lint("-")
    assert result.status == 1 and result.out.startswith(place)


def test_standard_input_with_a_name(lint: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    stdin(monkeypatch, notebook(BAD))
    result = lint("-", "--stdin-filename", "train.ipynb", "--format", "full")
    assert result.out.startswith("train.ipynb:cell 0:6:")
    assert "model.predict(x[0])" in result.out


# -- codes ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("arguments", "status"), [
    (["--select", "SHP1"], 1), (["--select", "SHP2"], 0), (["--ignore", "SHP101"], 0),
    (["--ignore", "SHP1", "--select", "SHP101"], 1), (["--select", "SHP1,SHP2"], 1),
    (["--select", "ALL", "--ignore", "ALL"], 0), (["--select", "shp101"], 1),
    (["--select", "SHP2", "--extend-select", "SHP101"], 1),
    (["--fail-on", "never"], 0), (["--fail-on", "error"], 1)])
def test_selecting(lint: Any, tmp_path: Path, arguments: Any, status: int) -> None:
    (tmp_path / "train.py").write_text(BAD)
    assert lint("train.py", *arguments).status == status


@pytest.mark.parametrize("option", ["--select", "--ignore", "--extend-select"])
def test_an_unknown_code_is_an_error(lint: Any, option: str) -> None:
    result = lint(option, "SHP777")
    assert result.status == 2 and result.out == ""
    assert option in result.err and "SHP777" in result.err and "did you mean" in result.err
    assert len(result.err.splitlines()) == 1


def test_wrong_jobs(lint: Any) -> None:
    assert lint("--jobs", "-1").status == 2
    assert lint("--jobs", "many").status == 2


def test_jobs_give_the_same_report(lint: Any, tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"f{number:02}.py").write_text(BAD if number % 3 else GOOD)
    (tmp_path / "broken.ipynb").write_text("{keras")
    serial, parallel = lint("--jobs", "1"), lint("--jobs", "2")
    assert serial == parallel and serial.status == 1
    assert "Found 26 findings in 26 of 40 files; 1 could not be read" in serial.out


# -- what goes wrong ---------------------------------------------------------------------------


def test_what_cannot_be_read_is_named_and_the_rest_checked(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "broken.ipynb").write_text('{"cells": [keras')
    result = lint("nowhere.py", ".")
    assert result.status == 2, "nothing else was found"
    assert len(result.err.splitlines()) == 2
    assert result.out == "2 could not be read\n"
    assert "nowhere.py: no such file" in result.err and "broken.ipynb: not a notebook" in result.err
    (tmp_path / "train.py").write_text(BAD)
    result = lint(".")
    assert result.status == 1 and len(result.err.splitlines()) == 1
    assert json.loads(lint("--format", "json").out)["notes"]


def test_a_syntax_error_is_a_note(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "half.ipynb").write_bytes(notebook(GOOD, "model.fit("))
    result = lint()
    assert (result.status, result.codes) == (0, ["SHP901"])
    assert result.out.startswith("half.ipynb:cell 1:1:10: SHP901 this cell does not parse: ")
    assert result.out.endswith("\nNo findings in 1 file; 1 syntax error\n")
    assert lint("--ignore", "SHP9").codes == []
    (finding,) = shapecheck.lint("half.ipynb").findings
    assert (finding.severity, finding.slug) == ("info", "unreadable-cell")


def test_an_internal_error_is_never_clean(lint: Any, tmp_path: Path,
                                          monkeypatch: pytest.MonkeyPatch) -> None:
    from shapecheck.read import reader

    real = reader.read

    def failing(document: Any, **more: Any) -> Any:
        if "odd" in document.path:
            raise KeyError("planted\x1b[31m")
        return real(document, **more)

    monkeypatch.setattr(reader, "read", failing)
    (tmp_path / "odd.py").write_text(GOOD)
    (tmp_path / "train.py").write_text(BAD)
    result = lint()
    assert result.status == 2 and result.codes == ["SHP101"]
    assert result.err.startswith("shapecheck: odd.py: internal error: KeyError: ")
    assert "\x1b" not in result.err and len(result.err.splitlines()) == 1
    with pytest.raises(UserError, match="internal error"):
        shapecheck.lint("odd.py")


def test_a_process_that_dies_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two real processes, one of which is killed by what it reads."""
    import multiprocessing
    import os

    from shapecheck.linting.paths import lint_paths
    from shapecheck.read import reader

    if multiprocessing.get_start_method() != "fork":
        pytest.skip("the planted fault does not reach a spawned process")
    real = reader.read
    monkeypatch.setattr(reader, "read", lambda document, **more: os._exit(9)
                        if "odd" in document.path else real(document, **more))
    for number in range(20):
        (tmp_path / f"f{number:02}.py").write_text(BAD)
    (tmp_path / "odd.py").write_text(BAD)
    total = lint_paths([str(tmp_path)], jobs=2)
    assert total.internal and len(total.findings) == 20
    assert [p for p in total.problems if "odd.py: internal error: the process" in p]


# -- from Python -----------------------------------------------------------------------------


def test_the_function_returns_a_sorted_report(tmp_path: Path) -> None:
    for name in ("b.py", "a.py"):
        (tmp_path / name).write_text(BAD + "model.predict(x[1])\n")
    report = shapecheck.lint([tmp_path / "b.py", str(tmp_path)])
    assert [(Path(f.location.path or "").name, f.location.line) for f in report.findings] == [
        ("a.py", 6), ("a.py", 7), ("b.py", 6), ("b.py", 7)]
    assert shapecheck.lint(tmp_path, ignore=["SHP101"]).findings == ()
    with pytest.raises(UserError, match="no code begins"):
        shapecheck.lint(tmp_path, select=["nonsense"])
    with pytest.raises(UserError, match="no such file"):
        shapecheck.lint(tmp_path / "nowhere")


def test_help_names_every_command(capsys: Any) -> None:
    from shapecheck.cli.main import COMMANDS, main

    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    assert set(COMMANDS) >= {"lint", "model-inputs", "consistency"}
    assert all(command in out for command in COMMANDS)
    assert main(["nonsense"]) == 2
    assert "invalid choice" in capsys.readouterr().err


def test_without_options_argparse_would_say_the_same() -> None:
    from shapecheck.cli.main import COMMANDS, _plain
    from shapecheck.cli.parser import parser_for

    words = ["lint", "a.py", "b"]
    plain = _plain(words)
    assert plain is not None
    assert vars(plain) == vars(parser_for("lint", COMMANDS, "1").parse_args(words))
    assert _plain(["lint", "-q"]) is None and _plain(["consistency"]) is None
