"""`# noqa`, `# shapecheck: ignore`, tags, metadata and per-file ignores: what is silent, and what
is not."""
from __future__ import annotations

import json
import shutil
import warnings
from pathlib import Path
from typing import Any, Dict, List, Tuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import shapecheck
from shapecheck.source.comments import comments
from tests.lint.conftest import BAD, GOOD, cell, notebook

CORPUS = Path(__file__).parents[1] / "corpus"
TOP, CALL = BAD.rsplit("\n", 2)[0] + "\n", "model.predict(x[0])"


def program(*calls: str) -> str:
    return TOP + "".join(call + "\n" for call in calls)


def lines_of(out: str) -> List[int]:
    return [int(line.split(":")[1]) for line in out.splitlines() if ": SHP" in line]


# -- in a statement ------------------------------------------------------------------------------


@pytest.mark.parametrize("comment", [
    "# noqa", "#noqa", "# NOQA", "# noqa because", "# noqa: SHP101", "#noqa:SHP101",
    "# noqa : shp101", "# noqa: SHP1", "# noqa: SHP", "# noqa: E501, SHP101", "# noqa: E501 SHP1",
    "# noqa: SHP101 since it is so", "# noqa SHP101", "# type: ignore # noqa: SHP101",
    "# noqa: E501  # noqa: SHP101", "# noqa: SHP101.",
    "# shapecheck: ignore", "# shapecheck: ignore since it is so", "#shapecheck:ignore",
    "# shapecheck: ignore[SHP101]", "# shapecheck: ignore[SHP101] a reason [of mine]",
    "# Shapecheck: Ignore [ shp101 ]", "# shapecheck: ignore[SHP4, SHP1]",
    "# shapecheck: ignore[rank-1-input]", "# shapecheck: ignore[rank_1_input]",
    "# shapecheck: ignore[SHP4,rank-1-input] both", "# shapecheck: ignore[ALL]",
    "# shapecheck: ignore SHP101", "# shapecheck: ignore=SHP101", "# a word # shapecheck: ignore"])
def test_what_silences(lint: Any, tmp_path: Path, comment: str) -> None:
    (tmp_path / "train.py").write_text(program(f"{CALL}  {comment}", "model.predict(x[1])"))
    result = lint()
    assert lines_of(result.out) == [7] and "note" not in result.out
    assert result.out.endswith("Found 1 finding in 1 of 1 file; 1 silenced\n")
    assert lint("--ignore", "SHP1").out == "No findings in 1 file\n"


@pytest.mark.parametrize("comment", [
    "# noqa: E501", "# noqa: E501, F401", "# noqa: S101", "# noqa: SHP4", "# noqa:", "# noqa: no",
    "# noqa: unused-import", "# noqa-file", "# noqable", "# flake8: noqa", "# ruff: noqa",
    "# a noqa", "# shapecheck: ignore[SHP4]", "# shapecheck: ignore[cls-slice]",
    "# shapecheck is right", "# shapecheck: a note", "# shapechecks: ignore", "# ignore[SHP101]",
    "# shapecheck: ignore SHP4", "# type: ignore", "# shapecheck: ignored"])
def test_what_does_not(lint: Any, tmp_path: Path, comment: str) -> None:
    (tmp_path / "train.py").write_text(program(f"{CALL}  {comment}"))
    result = lint()
    assert lines_of(result.out) == [6]
    assert result.out.endswith("Found 1 finding in 1 of 1 file\n"), "nor is there a note"


@pytest.mark.parametrize(("comment", "said"), [
    ("# noqa: SHP777", "there is no code 'SHP777' (did you mean "),
    ("# noqa: SHP1O1", "there is no code 'SHP1O1' (did you mean SHP101?)"),
    ("# noqa: SPH101", "there is no code 'SPH101' (did you mean SHP101?)"),
    ("# noqa: SHP101a", "there is no code 'SHP101a' (did you mean SHP101?)"),
    ("# shapecheck: ignore[E501]", "there is no code 'E501'"),
    ("# shapecheck: ignore[rank-input]", "no code 'rank-input' (did you mean rank-1-input?)"),
    ("# shapecheck: ignore[SHP101", "the bracket is not closed"),
    ("# shapecheck: ignore[]", "no code is named in the brackets"),
    ("# shapecheck: ignroe[SHP101]", "no word ignroe (did you mean ignore?)"),
    ("# shapecheck: disable=SHP101", "no word disable (did you mean ignore?)"),
    ("# shapecheck: skip-file", "skip-file must stand on a line of its own"),
    ("# shapecheck: ignore-cell[SHP1]", "must stand on a line of its own")])
def test_what_cannot_be_meant_is_a_note(lint: Any, tmp_path: Path, comment: str,
                                        said: str) -> None:
    (tmp_path / "train.py").write_text(program(f"{CALL}  {comment}"))
    result = lint()
    assert (result.status, lines_of(result.out), result.err) == (1, [6], "")
    (note,) = [line for line in result.out.splitlines() if line.startswith("note: ")]
    assert note.startswith("note: train.py:6:22: ") and said in note


def test_a_wrong_code_beside_a_right_one(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(program(f"{CALL}  # shapecheck: ignore[nonsense, SHP101]"))
    result = lint()
    assert result.status == 0 and "no code 'nonsense'" in result.out


SEVERAL = """\
pair = [
    model.predict(x[0]),
    model.predict(
        x[1],
        verbose=0,
    ),
    model.predict(x[2]),
]
"""


@pytest.mark.parametrize(("line", "left"), [
    (1, []), (8, []), (2, [8, 12]), (3, [7, 12]), (4, [7, 12]), (6, [7, 12]), (7, [7, 8])])
def test_a_statement_of_several_lines(lint: Any, tmp_path: Path, line: int,
                                      left: List[int]) -> None:
    """At its first or last line the whole of it is meant, in between what stands there."""
    text = SEVERAL.splitlines()
    text[line - 1] += "  # noqa: SHP101"
    (tmp_path / "train.py").write_text(program(*text))
    assert lines_of(lint().out) == left


@pytest.mark.parametrize(("lines", "left"), [
    (["# shapecheck: ignore[SHP101] why", CALL, CALL], [8]),
    (["# shapecheck: ignore", "", "# and a word", CALL, CALL], [10]),
    (["# noqa: SHP101", CALL], [7]),
    ([CALL, "# shapecheck: ignore"], [6]),
    (["if True:", "    # shapecheck: ignore", f"    {CALL}", f"    {CALL}"], [9]),
    (["for row in model.predict(x[0]):  # noqa", f"    {CALL}"], [7]),
    (["def f():  # noqa", f"    {CALL}", "f()"], [7]),
    ([f"{CALL}; model.predict(x[1])  # noqa"], []),
    ([f"y = \\\n  {CALL}  # noqa"], []),
    ([f"y = ('''\n''', {CALL})  # noqa"], [])])
def test_which_statement_is_meant(lint: Any, tmp_path: Path, lines: List[str],
                                  left: List[int]) -> None:
    (tmp_path / "train.py").write_text(program(*lines))
    assert lines_of(lint().out) == left


def test_the_comment_survives_magics(lint: Any, tmp_path: Path) -> None:
    source = f"%matplotlib inline\n!pip install keras  # noqa\n%time {CALL}  # noqa: SHP101\n{CALL}"
    (tmp_path / "train.ipynb").write_bytes(notebook(TOP, source))
    assert lint().out.startswith("train.ipynb:cell 1:4:1: SHP101")
    assert len(lint().codes) == 1


def test_a_cell_that_does_not_parse(lint: Any, tmp_path: Path) -> None:
    """Strings are told from comments there, too."""
    (tmp_path / "a.ipynb").write_bytes(notebook(GOOD, "x = '# noqa'\nmodel.fit("))
    (tmp_path / "b.ipynb").write_bytes(notebook(GOOD, "x = 'it'\nmodel.fit(  # noqa"))
    (tmp_path / "c.ipynb").write_bytes(notebook(GOOD, "model.fit(", "# noqa"))
    result = lint()
    assert [line.split(":")[0] for line in result.out.splitlines() if "SHP901" in line] == [
        "a.ipynb", "c.ipynb"]


# -- what a string holds is no comment ----------------------------------------------------------

QUOTES = ["'", '"', "'''", '"""']
WORDS = ["# noqa", "# noqa: SHP101", "# shapecheck: ignore", "# shapecheck: ignore[SHP101]",
         "# shapecheck: skip-file", "\n# noqa\n", "\n# shapecheck: skip-file\n", "\n", "it", " "]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(QUOTES), st.sampled_from(["", "r", "f", "b", "Rb", "F"]),
       st.lists(st.sampled_from(WORDS), min_size=1, max_size=4), st.booleans())
def test_strings_never_silence(tmp_path_factory: Any, quote: str, prefix: str, words: List[str],
                               before: bool) -> None:
    inside = "".join(words)
    if len(quote) == 1:
        inside = inside.replace("\n", " " if "r" in prefix.lower() else "\\n\\\n")
    string = f"{prefix}{quote}{inside}{quote}"
    source = program(f"y = ({string}, {CALL})" if before else f"y = ({CALL}, {string})")
    path = tmp_path_factory.mktemp("strings") / "train.py"
    path.write_text(source)
    report = shapecheck.lint(path)
    assert [finding.code for finding in report.findings] == ["SHP101"]
    assert report.notes == ()


PIECES = ["x", "=", "1", " ", "\n", "\n", "#", "# noqa", "'", '"', "'''", '"""', "\\", "\\\n", "(",
          ")", "[", "]", "    ", "\t", "\f", "def f():", "{", "}", "f'", "é", "\ud83d", "\0", ";"]


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_both_readers_see_the_same_comments(pieces: List[str]) -> None:
    """Where the source parses; elsewhere the second puts up with anything."""
    source = "".join(pieces)
    lines = source.split("\n")
    tolerant = [(c.line, c.column, c.text, c.first, c.last) for c in comments(lines, False)]
    assert all(text.startswith("#") for _, _, text, _, _ in tolerant)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source, "x", "exec", dont_inherit=True)
        except (SyntaxError, ValueError):
            return
    assert [(c.line, c.column, c.text, c.first, c.last) for c in comments(lines, True)] == tolerant


# -- the corpus: a comment at the end of the line silences that finding and no other -----------


def cells_of(path: Path) -> Dict[Any, str]:
    if path.suffix == ".py":
        return {None: path.read_text("utf-8")}
    every = json.loads(path.read_text("utf-8"))["cells"]
    return {index: "".join(each["source"]) for index, each in enumerate(every)
            if each["cell_type"] == "code"}


def with_comment(path: Path, where: Any, comment: str) -> str:
    lines = cells_of(path)[where.cell].split("\n")
    lines[where.line - 1] += comment
    if where.cell is None:
        return "\n".join(lines)
    data = json.loads(path.read_text("utf-8"))
    data["cells"][where.cell]["source"] = "\n".join(lines)
    return json.dumps(data)


def places(report: Any) -> List[Tuple[Any, ...]]:
    return sorted(((f.code, f.location.cell, f.location.line, f.location.column)
                   for f in report.findings), key=str)


BADS = sorted(p for p in CORPUS.glob("*/bad*") if p.suffix in (".py", ".ipynb"))


@pytest.mark.parametrize("path", BADS, ids=lambda p: p.parent.name)
def test_every_finding_of_the_corpus_can_be_silenced(path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "case"
    shutil.copytree(path.parent, folder)
    copy = folder / path.name
    before = shapecheck.lint(copy)
    for finding in before.findings:
        place = finding.location
        for comment in (f"  # noqa: {finding.code}", f"  # shapecheck: ignore[{finding.slug}]"):
            copy.write_text(with_comment(path, place, comment), "utf-8")
            left = [key for key in places(before) if key[:3] != (finding.code, place.cell,
                                                                 place.line)]
            assert places(shapecheck.lint(copy)) == left
        copy.write_text(with_comment(path, place, "  # noqa: E501"), "utf-8")
        assert places(shapecheck.lint(copy)) == places(before)


# -- cells and files -----------------------------------------------------------------------------


def tagged(source: str, metadata: Any) -> Dict[str, Any]:
    return {**cell(source), "metadata": metadata}


@pytest.mark.parametrize("metadata", [
    {"tags": ["other", "shapecheck-skip"]}, {"shapecheck": {"skip": True}},
    {"shapecheck": {"ignore": ["SHP4", "SHP101"]}}, {"shapecheck": {"ignore": "SHP101, SHP4"}},
    {"shapecheck": {"ignore": ["rank-1-input"]}}, {"shapecheck": {"ignore": ["ALL"]}}])
def test_the_metadata_of_a_cell(lint: Any, tmp_path: Path, metadata: Any) -> None:
    """The cell is read all the same: what it binds is known in the next one."""
    (tmp_path / "train.ipynb").write_bytes(notebook(
        TOP, tagged(f"z = x[1]\n{CALL}", metadata), "model.predict(z)"))
    result = lint()
    assert [line.split(":")[1] for line in result.out.splitlines() if ": SHP" in line] == ["cell 2"]
    assert "1 silenced" in result.out


@pytest.mark.parametrize("metadata", [
    None, 3, [], "shapecheck-skip", {"tags": None}, {"tags": "shapecheck-skip"},
    {"tags": [["shapecheck-skip"], {}, None]}, {"tags": {"shapecheck-skip": 1}},
    {"shapecheck": None}, {"shapecheck": ["skip"]}, {"shapecheck": {"skip": "yes"}},
    {"shapecheck": {"skip": 1}}, {"shapecheck": {"ignore": 3}}, {"shapecheck": {"ignore": [1, []]}},
    {"shapecheck": {"ignore": {"SHP101": True}}}, {"shapecheck": {"ignore": []}},
    {"shapecheck": {"ignore": ""}}, {"shapecheck": {"skip": False}}])
def test_metadata_of_a_wrong_type_silences_nothing(lint: Any, tmp_path: Path,
                                                   metadata: Any) -> None:
    (tmp_path / "train.ipynb").write_bytes(
        notebook(TOP, tagged(CALL, metadata), metadata=metadata))
    result = lint()
    assert (result.status, result.codes, result.err) == (1, ["SHP101"], "")
    assert "note" not in result.out


KEYS = st.sampled_from(["tags", "shapecheck", "skip", "ignore", "x"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(
        ["shapecheck-skip", "SHP101", "rank-1-input", "ALL", "\ud83d", "\x1b[31m", ""]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))
COMMENTS = st.lists(st.sampled_from(
    ["#", "noqa", ":", "shapecheck", "ignore", "-file", "-cell", "skip", "[", "]", ",", " ",
     "SHP101", "SHPX", "all", "E501", "\x1b[31m", "\u2028", "é", "'", "\\"]), max_size=12)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(ANYTHING, ANYTHING, COMMENTS, COMMENTS)
def test_nothing_crashes_or_is_lost(tmp_path_factory: Any, own: Any, whole: Any,
                                    first: List[str], second: List[str]) -> None:
    """A finding is told or silenced, whatever stands there; notes stay on their line."""
    from shapecheck.linting.paths import lint_paths

    path = tmp_path_factory.mktemp("any") / "train.ipynb"
    path.write_bytes(notebook(TOP + f"#{''.join(first)}\n", tagged(
        f"{CALL}  #{''.join(second)}", own), metadata=whole))
    for wanted in (False, True):
        total = lint_paths([str(path)], report_unused=wanted)
        assert not total.problems
        told = [finding for finding in total.findings if finding.code != "SHP902"]
        assert len(told) + total.quiet == 1
        assert not any(char in str(f) for f in total.findings for char in "\x1b\u2028")


def test_an_unknown_code_in_metadata_is_a_note(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "train.ipynb").write_bytes(notebook(
        TOP, tagged(CALL, {"shapecheck": {"ignore": ["SHP10l"]}})))
    result = lint()
    assert result.codes == ["SHP101"]
    assert "note: train.ipynb:cell 1: there is no code 'SHP10l' (did you mean SHP101?)\n" \
        in result.out


@pytest.mark.parametrize("metadata", [
    {"shapecheck": {"skip": True}}, {"shapecheck": {"ignore": ["SHP1"]}}])
def test_the_metadata_of_a_notebook(lint: Any, tmp_path: Path, metadata: Any) -> None:
    (tmp_path / "train.ipynb").write_bytes(notebook(TOP, CALL, metadata=metadata))
    assert lint() == (0, "No findings in 1 file; 1 silenced\n", "")


@pytest.mark.parametrize(("comment", "left"), [
    ("# shapecheck: skip-cell", ["cell 2"]), ("# shapecheck: ignore-cell[SHP101]", ["cell 2"]),
    ("# shapecheck: ignore-cell[SHP4]", ["cell 1", "cell 2"]),
    ("# shapecheck: skip-file", []), ("# shapecheck: ignore-file[rank-1-input] why", []),
    ("# shapecheck: ignore-file[SHP4]", ["cell 1", "cell 2"])])
def test_a_comment_for_a_cell_or_the_notebook(lint: Any, tmp_path: Path, comment: str,
                                              left: List[str]) -> None:
    (tmp_path / "train.ipynb").write_bytes(notebook(TOP, f"{CALL}\n{comment}\n", CALL))
    result = lint()
    assert [line.split(":")[1] for line in result.out.splitlines() if ": SHP" in line] == left


@pytest.mark.parametrize(("text", "status"), [
    ("# shapecheck: skip-file\n" + BAD, 0), (BAD + "\n# shapecheck: skip-file", 0),
    ('"""A docstring."""\n# shapecheck: ignore-file[SHP101, SHP4] old\n' + BAD, 0),
    ("# shapecheck: ignore-file[SHP4]\n" + BAD, 1), ("# shapecheck: skip-cell\n" + BAD, 1)])
def test_a_comment_for_a_script(lint: Any, tmp_path: Path, text: str, status: int) -> None:
    (tmp_path / "train.py").write_text(text)
    result = lint()
    assert result.status == status
    assert ("there are no cells here" in result.out) == ("skip-cell" in text)


# -- encodings -----------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_other_encodings_and_line_ends(lint: Any, tmp_path: Path, encoding: str) -> None:
    text = program(CALL + "  # noqa", "model.predict(x[1])").replace("\n", "\r\n")
    (tmp_path / "train.py").write_bytes(text.encode(encoding))
    assert lines_of(lint().out) == [7]


# -- per-file ignores ----------------------------------------------------------------------------


@pytest.mark.parametrize(("pattern", "left"), [
    ("tests/*", 1), ("tests/", 1), ("tests/**", 1), ("*.py", 0), ("*_test.py", 1), ("train.py", 1),
    ("/train.py", 1), ("tests", 1), ("deep_*", 1), ("!tests/", 1), ("nowhere/", 2), ("src/*", 2)])
def test_per_file_ignores(lint: Any, tmp_path: Path, pattern: str, left: int) -> None:
    (tmp_path / "tests/inner").mkdir(parents=True)
    (tmp_path / "tests/inner/deep_test.py").write_text(BAD)
    (tmp_path / "train.py").write_text(BAD)
    assert len(lint("--per-file-ignores", f"{pattern}:SHP1").codes) == left
    assert len(lint("--per-file-ignores", f"{pattern}:SHP4").codes) == 2
    (tmp_path / "pyproject.toml").write_text(
        f"[tool.shapecheck.per-file-ignores]\n{json.dumps(pattern)} = ['SHP403', 'SHP101']\n")
    assert len(lint().codes) == left
    assert len(lint("--select", "SHP101").codes) == left, "whatever is selected"
    assert len(lint("--per-file-ignores", "x:SHP1").codes) == 2, "the command line replaces it"
    assert len(shapecheck.lint(tmp_path, per_file_ignores={"x": ["SHP1"]}).findings) == 2


def test_per_file_ignores_are_relative_to_their_file(lint: Any, tmp_path: Path,
                                                     monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "sub/tests").mkdir(parents=True)
    (tmp_path / "sub/tests/train.py").write_text(BAD)
    (tmp_path / "pyproject.toml").write_text(
        "[tool.shapecheck.per-file-ignores]\n'sub/tests/*' = ['ALL']\n")
    assert lint("sub").status == 0
    monkeypatch.chdir(tmp_path / "sub/tests")
    assert lint("train.py").status == 0


@pytest.mark.parametrize(("value", "said"), [
    ("tests/*", "expected PATTERN:CODES"), (":SHP1", "expected PATTERN:CODES"),
    ("tests/*:", "expected PATTERN:CODES"),
    ("tests/*:SHP777", "--per-file-ignores: no code begins with 'SHP777' (did you mean ")])
def test_wrong_per_file_ignores(lint: Any, value: str, said: str) -> None:
    result = lint("--per-file-ignores", value)
    assert (result.status, result.out) == (2, "")
    assert said in result.err and len(result.err.splitlines()) == 1


# -- what silences nothing -----------------------------------------------------------------------


def unused(lint: Any, *arguments: str) -> List[str]:
    return [line.partition("SHP902 [*] ")[2].partition(";")[0]
            for line in lint("--report-unused", *arguments).out.splitlines() if "SHP902" in line]


@pytest.mark.parametrize(("text", "told"), [
    (program("y = 1  # noqa: SHP101"), ["`# noqa: SHP101` silences nothing"]),
    (program("y = 1  # shapecheck: ignore why"), ["`# shapecheck: ignore why` silences nothing"]),
    (program(f"{CALL}  # noqa: SHP101, SHP4, E501"),
     ["SHP4 in `# noqa: SHP101, SHP4, E501` silences nothing"]),
    (program("y = 1  # noqa: SHP101, E501"), ["SHP101 in `# noqa: SHP101, E501` silences nothing"]),
    (program("y = 1  # noqa", "y = 2  # noqa: E501"), []),
    (program(f"{CALL}  # noqa: SHP101", f"{CALL}  # shapecheck: ignore"), []),
    (program("# shapecheck: skip-file", "y = 1"), ["`# shapecheck: skip-file` silences nothing"]),
    (program("y = 1  # noqa: SHP101, SHP902"), []),
    (program("# shapecheck: ignore-file[SHP902]", "y = 1  # noqa: SHP101"), []),
    ("x = 1  # noqa: SHP101\n", ["`# noqa: SHP101` silences nothing"]),
    ("x = '# noqa: SHP101'\n", []), ("x = (  # noqa: SHP101\n", [])])
def test_what_silences_nothing_is_told_on_request(lint: Any, tmp_path: Path, text: str,
                                                  told: List[str]) -> None:
    (tmp_path / "train.py").write_text(text)
    assert unused(lint) == told
    assert unused(lint, "--ignore", "SHP9") == []
    assert "SHP902" not in lint().out
    assert unused(lint, "--select", "SHP9") == told, "what is not told is needed all the same"


def test_unused_metadata_and_the_place(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "train.ipynb").write_bytes(notebook(
        TOP, tagged("y = 1", {"tags": ["shapecheck-skip"]}), "\ny = 1  # noqa: SHP101"))
    result = lint("--report-unused")
    assert result.status == 1
    assert result.out.startswith("train.ipynb:cell 1: SHP902 `tag shapecheck-skip` silences")
    assert "\ntrain.ipynb:cell 2:2:8: SHP902 " in result.out
    (tmp_path / "pyproject.toml").write_text("[tool.shapecheck]\nreport-unused = true\n")
    assert lint().codes == ["SHP902", "SHP902"]
    assert [f.severity for f in shapecheck.lint(tmp_path).findings] == ["warning"] * 2
    assert shapecheck.lint(tmp_path, report_unused=False).findings == ()


def test_where_something_was_not_read_nothing_is_called_unused(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "train.ipynb").write_bytes(notebook(TOP, "x = (", "model.predict(x)  # noqa: SHP1"))
    assert unused(lint) == []


@pytest.mark.parametrize(("before", "after"), [
    ("y = 1  # noqa: SHP101   ", "y = 1"), ("y = 1\t# noqa: SHP101, E501", "y = 1\t# noqa: E501"),
    ("y = 1  # noqa: E501,SHP101,F401 why", "y = 1  # noqa: E501,F401 why"),
    ("y = 1  # type: ignore  # noqa: SHP4 # else", "y = 1  # type: ignore  # else"),
    ("y = 1  # shapecheck: ignore[rank_1_input] not any more", "y = 1"),
    ("# shapecheck: ignore\ny = 1", "y = 1"), ("if 1:\n    # shapecheck: ignore\n    y = 1",
                                            "if 1:\n    y = 1"),
    ("y = 1\n# shapecheck: ignore-file[SHP5]", "y = 1\n"),
    (f"{CALL}  # shapecheck: ignore[SHP4, rank-1-input, SHP2] why",
     f"{CALL}  # shapecheck: ignore[rank-1-input] why"),
    (f"{CALL}  # noqa: SHP1 SHP4", f"{CALL}  # noqa: SHP1"),
    (f"{CALL}  # noqa: SHP4, SHP1 why", f"{CALL}  # noqa: SHP1 why")])
def test_what_silences_nothing_can_be_taken_out(lint: Any, tmp_path: Path, before: str,
                                                after: str) -> None:
    path = tmp_path / "train.py"
    path.write_text(TOP + before)
    assert "SHP902 [*]" in lint("--report-unused").out
    result = lint("--report-unused", "--fix")
    assert (result.status, result.codes) == (0, [])
    assert path.read_text() == TOP + after
    (tmp_path / "train.ipynb").write_bytes(notebook(TOP, before))
    assert lint("--report-unused", "--fix", "--format", "json").status == 0
    assert json.loads((tmp_path / "train.ipynb").read_text())["cells"][1]["source"] == after


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(["y = 1", CALL, "", "z = (1,", "if y:\n  pass"]),
                          COMMENTS), max_size=4))
def test_taking_it_out_changes_nothing_else(tmp_path_factory: Any, lines: Any) -> None:
    import ast

    from shapecheck.linting.fixing import Fixer
    from shapecheck.linting.paths import lint_paths

    path = tmp_path_factory.mktemp("out") / "train.py"
    source = TOP + "".join(f"{code}  #{''.join(words)}\n" + ")\n" * code.endswith(",")
                           for code, words in lines)
    path.write_text(source, "utf-8")
    before = lint_paths([str(path)])
    lint_paths([str(path)], report_unused=True, select=["SHP902"], mend=Fixer())
    after = lint_paths([str(path)], report_unused=True)
    assert not [finding for finding in after.findings if finding.code == "SHP902"]
    assert [f.headline for f in after.findings] == [f.headline for f in before.findings]
    assert after.quiet == before.quiet
    assert ast.dump(ast.parse(path.read_text("utf-8"))) == ast.dump(ast.parse(source))


# -- everywhere else -----------------------------------------------------------------------------


def test_the_other_formats_do_not_list_them(lint: Any, tmp_path: Path) -> None:
    (tmp_path / "train.py").write_text(program(CALL + "  # noqa", "model.predict(x[1])"))
    assert [f["location"]["line"] for f in json.loads(lint("--format", "json").out)["findings"]
            ] == [7]
    assert len(shapecheck.lint(tmp_path).findings) == 1


def test_many_comments_take_little_time(tmp_path: Path) -> None:
    import time

    from shapecheck.linting.paths import lint_paths

    (tmp_path / "train.py").write_text(program(CALL) + "".join(
        f"y = {n}  # noqa: SHP{n}X, E{n}\n# shapecheck: ignore[word-{n}]\n" for n in range(10_000)))
    start = time.process_time()
    report = lint_paths([str(tmp_path)])
    assert time.process_time() - start < 10
    assert len(report.findings) == 1 and len(report.notes) == 20
    (tmp_path / "train.py").write_text("y = 1  # noqa: SHP101\n" * 10_000)
    assert len(lint_paths([str(tmp_path)], report_unused=True).findings) == 10_000
    assert time.process_time() - start < 20


def test_processes_say_the_same(lint: Any, tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"f{number:02}.py").write_text(
            program(CALL + "  # noqa" * (number % 2), "y = 1  # noqa: SHP401"))
    serial, parallel = lint("--jobs", "1", "--report-unused"), lint("--jobs", "2",
                                                                    "--report-unused")
    assert serial == parallel and "20 silenced" in serial.out
    assert len(serial.codes) == 60
