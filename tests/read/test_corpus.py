"""The development corpus: every bug is found on its line, no healthy neighbour is flagged.

tests/corpus/<code>_<name>/ holds bad*.py|ipynb and good*.py|ipynb. In a bad file a trailing
comment marks the line where the finding is due:

    # expect: SHP101   here
    # or: SHP403       just as well here (one of the two is enough)
    # also: SHP101     the same mistake once more: may be reported, need not

tests/corpus/not_yet.txt names the bad files that are not found yet. They must be silent, and a
file that begins to be found must leave the list.
"""

import json
import re
from collections import defaultdict
from pathlib import Path

import pytest

import shapecheck

CORPUS = Path(__file__).parent.parent / "corpus"
FILES = sorted(p for p in CORPUS.glob("*/*") if p.suffix in (".py", ".ipynb"))
NOT_YET = frozenset((CORPUS / "not_yet.txt").read_text("utf-8").split())
MARK = re.compile(r"# (expect|or|also): (SHP\d{3})\s*$")


def name(path):
    return path.relative_to(CORPUS).as_posix()


def sources(path):
    """(cell or None, source) of a file."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return [(None, text)]
    cells = json.loads(text)["cells"]
    return [(i, "".join(c["source"])) for i, c in enumerate(cells) if c["cell_type"] == "code"]


def marks(path):
    """{"expect" | "or" | "also": {(cell, line, code)}}"""
    found = defaultdict(set)
    for cell, source in sources(path):
        for number, line in enumerate(source.splitlines(), 1):
            mark = MARK.search(line)
            if mark:
                found[mark[1]].add((cell, number, mark[2]))
    return found


def findings(path):
    report = shapecheck.lint([str(path)])
    return {
        (f.location.cell, f.location.line, f.code): f.message
        for f in report.findings
        if not f.code.startswith("SHP9")
    }


def missing(marked, found):
    """The expected places with no finding, neither there nor at an `or` of the same code."""
    elsewhere = {code for cell, line, code in marked["or"] if (cell, line, code) in found}
    return sorted(place for place in marked["expect"] - set(found) if place[2] not in elsewhere)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_corpus(path):
    marked, found = marks(path), findings(path)
    wrong = set(found) - marked["expect"] - marked["or"] - marked["also"]
    assert not wrong, [(place, found[place]) for place in sorted(wrong, key=str)]
    if name(path) in NOT_YET:
        assert not found, f"{name(path)} is found now: take it off tests/corpus/not_yet.txt"
    else:
        assert not missing(marked, found)


def test_not_yet_names_bad_files_of_the_corpus():
    assert {name(p) for p in FILES if p.name.startswith("bad")} >= NOT_YET


@pytest.mark.parametrize("path", FILES, ids=name)
def test_marks(path):
    """Bad files expect the one code of their folder, good ones nothing."""
    codes = {code for places in marks(path).values() for _, _, code in places}
    folder = path.parent.name.split("_")[0]
    if path.name.startswith("bad"):
        assert codes == {folder.upper()}
        assert marks(path)["expect"]
    else:
        assert path.name.startswith("good")
        assert not codes
