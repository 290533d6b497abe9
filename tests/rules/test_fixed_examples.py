"""What `lint --fix --unsafe-fixes` makes of each bad example, run for real: it runs right."""
from __future__ import annotations

from typing import Any, List, Tuple

import pytest

from shapecheck.facts import Indexing
from shapecheck.rules import catalogue
from shapecheck.rules.bench import SETUP
from shapecheck.rules.rule import Bad, Rule
from tests.read.test_examples import _OUTPUTS
from tests.rules.runner import GENERATIONS, applies, keras_of
from tests.rules.test_examples import run_example

pytestmark = pytest.mark.legacy


def mended(rule: Rule, example: Bad) -> Tuple[str, List[Any]]:
    """The example's code as --fix leaves it, and which findings were mended."""
    from shapecheck.linting.fixing import fix
    from shapecheck.linting.one_file import lint_file
    from shapecheck.linting.selection import Selection

    def lint(data: bytes) -> Any:
        return lint_file("example.py", Selection(), data)

    before = "import keras\nimport numpy as np\n" + (
        f"{_OUTPUTS}\ncls = " if rule.checks[0][0] is Indexing else f"{SETUP}\n{example.setup}\n")
    data = (before + example.code).encode()
    done = fix("example.py", data, lint(data), lint, unsafe=True)
    assert done.left == []
    text = done.after.decode()
    assert text.startswith(before)
    return text[len(before):], done.done


EXAMPLES = [pytest.param(rule, example, id=f"{rule.code}-{number}")
            for rule in catalogue() if not rule.reader_blind
            for number, example in enumerate(rule.bad) if example.fixed]


@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_the_fix_is_what_the_rule_says(rule: Rule, example: Bad) -> None:
    code, done = mended(rule, example)
    assert [finding.code for finding in done] == [rule.code]
    fix = done[0].fix
    assert fix is not None and fix.code in code
    assert example.fixed in code


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_what_is_mended_runs_right(rule: Rule, example: Bad, generation: str) -> None:
    if not applies(example.only, generation, keras_of(generation).__version__):
        pytest.skip(f"shows itself on {example.only} only")
    if "from_pretrained" in example.setup:
        pytest.skip("needs weights from a hub")
    code, _done = mended(rule, example)
    outcome = run_example(rule, generation, code, example.setup)
    assert [finding.message for finding in outcome.findings] == []
    assert outcome.error is None
