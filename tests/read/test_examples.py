"""Every rule's examples, read and not run: the same examples that the watcher is tested with.

A bad example is told by its own rule alone, and the fix that is offered is the mended code, on
which nothing is told; nothing is told on a good one.
"""
from __future__ import annotations

from typing import Any, List

import pytest

from shapecheck.facts import Finding, Indexing
from shapecheck.read.reader import read
from shapecheck.rules import catalogue, judge
from shapecheck.rules.bench import SETUP
from shapecheck.rules.rule import Good, Rule
from shapecheck.source.documents import read_document

pytestmark = pytest.mark.legacy

#: what the output examples index
_OUTPUTS = '''
from transformers import TFBertModel
bert = TFBertModel.from_pretrained("bert-base-uncased")
out = bert(np.ones((3, 5), "int32"))
last_hidden_state, pooler_output = out.last_hidden_state, out.pooler_output
'''


def findings(code: str) -> List[Finding]:
    document = read_document("example.py", code.encode())
    assert document.cells[0].error is None
    reading = read(document)
    assert reading.notes == []
    return judge(reading.facts)


def run(rule: Rule, code: str, setup: str) -> List[Finding]:
    start = "import keras\nimport numpy as np\n"
    if rule.checks[0][0] is Indexing:
        return findings(f"{start}{_OUTPUTS}\ncls = {code}\n")
    return findings(f"{start}{SETUP}\n{setup}\n{code}\n")


EXAMPLES = [pytest.param(rule, example, id=f"{rule.code}-{kind}-{number}")
            for rule in catalogue() for kind in ("bad", "good")
            for number, example in enumerate(getattr(rule, kind))]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_an_example_read(rule: Rule, example: Any) -> None:
    if rule.reader_blind:
        pytest.skip(f"the watcher's alone: {rule.reader_blind}")
    found = run(rule, example.code, example.setup)
    if isinstance(example, Good):
        assert [f.message for f in found] == []
        return
    assert [f.code for f in found] == [rule.code]
    if example.fixed:
        assert str(found[0].fix) == example.fixed.splitlines()[-1]
        assert [f.message for f in run(rule, example.fixed, example.setup)] == []


@pytest.mark.parametrize("rule", catalogue(), ids=lambda rule: rule.code)
def test_what_the_reader_tells_is_three_lines(rule: Rule) -> None:
    if rule.reader_blind:
        pytest.skip(f"the watcher's alone: {rule.reader_blind}")
    for example in rule.bad:
        for finding in run(rule, example.code, example.setup):
            what, why, fix = finding.message.split("\n")
            assert fix.startswith("fix: ")
            assert len(what) < 200
            for line in (what, why, fix):
                assert line == line.strip()
                assert not line.endswith((";", ",", ":", "."))
            assert finding.location.path == "example.py"
            assert finding.location.line is not None
