"""What a tired person reads: what happened, why, what to paste. No more than is known."""
from __future__ import annotations

import re

import pytest

from shapecheck.facts import Call
from shapecheck.facts.comparison import Comparison
from shapecheck.rules import catalogue
from tests.rules.runner import GENERATIONS, applies, keras_of
from tests.rules.test_examples import reads, run_example

pytestmark = pytest.mark.legacy

EXAMPLES = [pytest.param(rule, bad, id=f"{rule.code}-{number}") for rule in catalogue()
            if reads(rule) is not Comparison and not rule.watcher_blind
            for number, bad in enumerate(rule.bad) if not bad.reader_only]


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize(("rule", "bad"), EXAMPLES)
def test_a_finding_is_three_lines(generation, rule, bad):
    if not applies(bad.only, generation, keras_of(generation).__version__):
        pytest.skip(f"shows itself on {bad.only} only")
    if "from_pretrained" in bad.setup:
        pytest.skip("needs weights from a hub")  # tests/watch/test_labels_and_values.py
    outcome = run_example(rule, generation, bad.code, bad.setup)
    message = outcome.findings[0].message
    what, why, fix = message.split("\n")
    assert fix.startswith("fix: ")
    assert len(what) < 160
    assert len(why) < 200
    for line in (what, why, fix):
        assert line == line.strip()
        assert not line.endswith((";", ",", ":", "."))
    assert not re.search(r"  |\bNone\b(?!,)|\(\)|[{}]|;;|: ?;", why), why  # gaps in our own words
    if reads(rule) is not Call or not outcome.calls or rule.code in (
            "SHP202", "SHP203", "SHP205"):
        return  # its words are of the model or of the code around, not of what the call does
    raised = " raises " in why
    assert raised == (outcome.error is not None)
    if not raised and outcome.calls[-1].returned and rule.code.startswith("SHP1"):
        assert f"returns {outcome.calls[-1].returned[0].array}" in why


def _message(generation: str, code: str, setup: str = "") -> str:
    rule = catalogue()[0]
    return run_example(rule, generation, code, setup).findings[0].message


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize(("code", "word"), [
    ("model(x[0][:, None])", "16 rows of one token"),  # an input named "ids"
    ("pair([data_x[0][0][:, None], data_x[1][0][:, None]])", "16 rows of one token"),  # roles
    ("stacked(x[0][:, None])", "16 rows of one value"),  # whole numbers, which may be anything
    ("dense(table[0][:, None])", "4 rows of one value"),
])
def test_tokens_are_said_of_texts_only(generation, code, word):
    assert word in _message(generation, code)


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_row_of_the_wrong_length_is_not_mended_by_an_axis(generation):
    message = _message(generation, "model.predict(x[0, :9])")
    assert message.startswith("x[0, :9] is (9,): one row without its batch axis")
    assert message.endswith("fix: one row is (1, 16): pad or truncate it, then `row[None, :]`")


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_column_of_a_table_is_not_mended_by_an_axis(generation):
    setup = "import pandas as pd\nframe = pd.DataFrame(table)\n"
    message = _message(generation, "dense.predict(frame[0])", setup)
    assert message.startswith("frame[0] is (12,), a pandas Series; table declares (None, 4)")
    assert "`df.iloc[0:1]` is one row" in message


@pytest.mark.parametrize("generation", GENERATIONS)
def test_what_a_subclassed_model_was_built_with_is_no_declaration(generation):
    setup = """
class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense = L.Dense(2)
    def call(self, z):
        return self.dense(z)
own = Own()
own(table)
"""
    outcome = run_example(catalogue()[0], generation, "own(table[0])", setup)
    (finding,) = outcome.findings
    assert finding.severity == "warning"
    assert "the model was built with (None, 4)" in finding.headline
    assert "declare" not in finding.headline


@pytest.mark.parametrize(("declared", "shape", "text"), [
    ((None,), (24, 1, 1), "x.reshape(-1)"), ((None, 6), (4, 2, 3), "x.reshape(-1, 6)")])
def test_a_reshape_is_spelled_as_one_would(declared, shape, text):
    from shapecheck.facts import Argument, Array, Spec
    from shapecheck.rules.shp107_width_mismatch import _reshape

    arg = Argument("x", Array.of(shape, "float32", "ndarray"), Spec.of("x", declared),
                   expression="x")
    assert _reshape(arg) == text
