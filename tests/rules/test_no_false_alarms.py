"""Right code is left alone: more than 200 different calls, not one finding."""
from __future__ import annotations

import functools

import pytest

from shapecheck.observe.models import generation_of
from tests.rules.correct_calls import COMMON, GROUPS
from tests.rules.runner import GENERATIONS, Program, applies, keras_of

pytestmark = pytest.mark.legacy


@functools.cache
def program(generation: str, number: int) -> Program:
    return Program(generation, COMMON + GROUPS[number].setup)


def cases(generation: str):
    """(group, condition, code) of all that this environment can run."""
    version = keras_of(generation).__version__
    for number, group in enumerate(GROUPS):
        for condition, code in group.each():
            if applies(group.only, generation, version) and applies(condition, generation, version):
                yield number, code


ALL = [pytest.param(generation, number, code, id=f"{generation}-{GROUPS[number].name}: {code}")
       for generation in GENERATIONS for number, code in cases(generation)]


@pytest.mark.parametrize(("generation", "number", "code"), ALL)
def test_right_code_is_left_alone(generation, number, code):
    mine = program(generation, number)
    for model in mine.models():  # each call as the first one: Keras' own tracing has its faults
        generation_of(model).reset_traces(model)
    outcome = mine.run(code)
    if outcome.error is not None:
        raise outcome.error
    assert outcome.calls, "no host call was seen"
    assert [f.message for f in outcome.findings] == []


@pytest.mark.parametrize("generation", GENERATIONS)
def test_there_are_at_least_200_different_ones(generation):
    assert len(set(cases(generation))) >= 200


def test_a_false_alarm_would_be_seen():
    number = next(i for i, g in enumerate(GROUPS) if g.name == "ids")
    outcome = program(GENERATIONS[0], number).run("words.predict(x[0][:, None])")
    assert outcome.codes == ["SHP103"]
