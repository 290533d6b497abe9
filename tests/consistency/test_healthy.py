"""A sample of `benchmarks/bench_healthy.py`: no healthy model is called inconsistent."""
from __future__ import annotations

import pytest

import shapecheck
from tests.consistency.healthy import KINDS, draw
from tests.consistency.kerases import generations, load

pytestmark = pytest.mark.legacy

SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("generation", generations())
def test_a_healthy_model_is_consistent(generation: str, seed: int) -> None:
    case = draw(load(generation), seed)
    found = shapecheck.check_consistency(case.model, case.inputs, call=case.mode).consistency
    assert found is not None
    words = (case.kind, case.policy, case.mode, found.cause, found.cause_detail, found.trials)
    assert found.verdict in ("bit-identical", "float noise"), words
    assert found.forwards <= 60


def test_the_sample_has_most_kinds() -> None:
    keras = load(generations()[0])
    assert len({draw(keras, seed).kind for seed in SEEDS}) >= len(KINDS) - 3
