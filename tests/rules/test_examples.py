"""Every rule's examples, run for real, against the whole catalogue.

A bad example fires its own code and nothing else, once; what its fix says is the last line of
the mended code, which fires nothing; a good example fires nothing.
"""
from __future__ import annotations

import copy
import functools
from typing import Any, List

import pytest

from shapecheck.facts import Array, Call, Indexing, ModelInfo, Output
from shapecheck.facts.comparison import Comparison
from shapecheck.observe.models import generation_of
from shapecheck.observe.outputs import select
from shapecheck.rules import catalogue, judge
from shapecheck.rules.bench import SETUP
from shapecheck.rules.rule import Bad, Good, Rule
from tests.rules.runner import GENERATIONS, Outcome, Program, applies, keras_of

pytestmark = pytest.mark.legacy

#: what the output examples index: the results of a text model of 3 rows of 5 tokens
_OUTPUTS = '''
import numpy as np
out = [np.random.RandomState(0).rand(3, 5, 4), np.random.RandomState(1).rand(3, 4)]
'''


def reads(rule: Rule) -> type:
    """The kind of facts that the rule's check takes."""
    return rule.checks[0][0]


def run_example(rule: Rule, generation: str, code: str, setup: str) -> Outcome:
    if reads(rule) is Indexing:
        return _selected(generation, code)
    program = copy.copy(_bench(generation))
    program.names = dict(program.names)
    for model in program.models():  # as new: what was traced for one example is not for the next
        generation_of(model).reset_traces(model)
    return program.run(code, setup)


@functools.cache
def _bench(generation: str) -> Program:
    return Program(generation, SETUP)


def _selected(generation: str, code: str) -> Outcome:
    """`out[0][0]`: an output expression, as `--output` takes it (nothing is evaluated)."""
    program = Program(generation, _OUTPUTS)
    out = program.names["out"]
    model = ModelInfo("bert", "transformers", "keras2", text_encoder=True)
    call = Call(model, "predict", (), returned=(
        Output("last_hidden_state", Array.of(out[0].shape, "float32")),
        Output("pooler_output", Array.of(out[1].shape, "float32"))))
    result = {"last_hidden_state": out[0], "pooler_output": out[1]}
    if code.startswith("out["):
        result = out
    fact, _value = select(result, call, code.split("#")[0])
    return Outcome(tuple(judge([fact])), (call,), None)


def problems(rule: Rule, example: Any, generation: str) -> List[str]:
    """What is wrong with an example, empty where nothing is."""
    outcome = run_example(rule, generation, example.code, example.setup)
    if isinstance(example, Good):
        found = [f"a good example fires {f.code}: {f.message}" for f in outcome.findings]
        return found + ([f"it raises {outcome.error!r}"] if outcome.error else [])
    found = []
    if outcome.codes != [rule.code]:
        found.append(f"fires {outcome.codes}, not just {rule.code}")
    fix = outcome.findings[0].fix if outcome.findings else None
    if not example.fixed:
        return found + ([f"it has a fix, {fix}, and no `fixed`"] if fix else [])
    last = example.fixed.splitlines()[-1]
    if str(fix) != last:
        found.append(f"the fix is {fix}, the example says {last}")
    mended = run_example(rule, generation, example.fixed, example.setup)
    found += [f"the mended code fires {f.code}" for f in mended.findings]
    return found + ([f"the mended code raises {mended.error!r}"] if mended.error else [])


EXAMPLES = [pytest.param(rule, example, id=f"{rule.code}-{kind}-{number}")
            for rule in catalogue() for kind in ("bad", "good")
            for number, example in enumerate(getattr(rule, kind))]


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize(("rule", "example"), EXAMPLES)
def test_an_example_does_what_its_rule_says(rule, example, generation):
    if not applies(example.only, generation, keras_of(generation).__version__):
        pytest.skip(f"shows itself on {example.only} only")
    if "from_pretrained" in example.setup:
        pytest.skip("needs weights from a hub")  # tests/read reads it
    if rule.watcher_blind or getattr(example, "reader_only", False):
        assert blind_problems(rule, example, generation) == []
    else:
        assert problems(rule, example, generation) == []


def blind_problems(rule: Rule, example: Any, generation: str) -> List[str]:
    """Of a rule that says that the watcher cannot see its pitfall: it is run all the same.

    What an exception says (evidence "exception") the watcher has read, not seen.

    A good example must run and be silent; a bad one must not be told by the rule, else it is not
    blind; what is mended must be silent.
    """
    outcome = run_example(rule, generation, example.code, example.setup)
    if isinstance(example, Good):
        found = [f"a good example fires {f.code}: {f.message}" for f in outcome.findings]
        return found + ([f"it raises {outcome.error!r}"] if outcome.error else [])
    seen = [f.code for f in outcome.findings if all(e.kind != "exception" for e in f.evidence)]
    found = ["it is not blind: take watcher_blind away"] if rule.code in seen else []
    if example.fixed:
        mended = run_example(rule, generation, example.fixed, example.setup)
        found += [f"the mended code fires {f.code}" for f in mended.findings]
        found += [f"the mended code raises {mended.error!r}"] if mended.error else []
    return found


def _rule(code: str) -> Rule:
    return next(r for r in catalogue() if r.code == code)


@pytest.mark.parametrize(("code", "example", "expected"), [
    ("SHP101", Bad("model.predict(x[0:1])"), "fires []"),
    ("SHP101", Bad("model.predict(x[0][:, None])", "model.predict(x[0:1])"), "fires ['SHP103']"),
    ("SHP101", Bad("model.predict(x[0])"), "and no `fixed`"),
    ("SHP101", Bad("model.predict(x[0])", "model.predict(x[1:2])"), "the fix is"),
    ("SHP101", Bad("model.predict(x[0])", "model.predict(x[0])"), "the mended code fires SHP101"),
    ("SHP101", Good("model.predict(x[0])"), "a good example fires SHP101"),
    ("SHP101", Good("model.predict(nothing)"), "it raises NameError"),
    ("SHP201", Good("last_hidden_state[0]"), "a good example fires SHP201"),
])
def test_a_wrong_example_would_be_seen(code, example, expected):
    assert expected in "\n".join(problems(_rule(code), example, GENERATIONS[0]))


@pytest.mark.parametrize("rule", catalogue(), ids=lambda r: r.code)
def test_a_rule_has_examples_and_words(rule):
    if reads(rule) is not Comparison:  # not every verdict can be had from a small model
        assert rule.bad
        assert rule.good
    for text in (rule.summary, rule.explanation, rule.advice, *rule.versions.values()):
        assert text == text.strip()
        assert text
    assert len(rule.summary) < 90
    assert rule.slug == rule.slug.lower()
    assert " " not in rule.slug
