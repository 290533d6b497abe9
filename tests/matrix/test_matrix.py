"""A sample of the matrix: calls of every kind, run for real on each Keras of this environment.

`make matrix` runs thousands; docs/versions.md shows what came of them.
"""
from __future__ import annotations

import functools
from collections import Counter
from typing import Tuple

import numpy as np
import pytest

from tests.matrix.cells import all_cells, sample
from tests.matrix.oracle import MEANT, OTHER, RAISES, RIGHT, WRONG, Result, run, same
from tests.matrix.table import as_dict, disagreements, summary, table
from tests.rules.runner import GENERATIONS

pytestmark = pytest.mark.legacy

CELLS = 120
#: of the cells that are wrong or raise, at least so many are told (percent)
TOLD = 85


@functools.cache
def results(generation: str) -> Tuple[Result, ...]:
    return tuple(run(sample(CELLS), generation))


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_call_that_gives_the_right_result_is_left_alone(generation):
    alarms = [r for r in results(generation)
              if r.verdict in (RIGHT, MEANT) and (r.watched or r.asked)]
    assert [(r.cell.name, r.watched, r.asked) for r in alarms] == []


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_call_that_does_not_is_told(generation):
    rows = [r for r in results(generation) if r.verdict in (WRONG, RAISES)]
    told = [r for r in rows if r.agrees]
    assert len(told) * 100 >= TOLD * len(rows), disagreements([as_dict(r, "") for r in rows])


@pytest.mark.parametrize("generation", GENERATIONS)
def test_the_sample_has_cells_of_every_verdict(generation):
    count = Counter(r.verdict for r in results(generation))
    assert min(count[RIGHT], count[WRONG], count[RAISES]) > CELLS // 20, count


def test_cells_are_many_and_each_is_another():
    names = [cell.name for cell in all_cells()]
    assert len(names) == len(set(names))
    assert len(names) > 10_000


def test_a_sample_is_the_same_each_time_and_another_for_another_seed():
    assert sample(50) == sample(50)
    assert sample(50) != sample(50, seed=1)
    assert len(sample(50)) == 50


def test_a_sample_has_each_mistake():
    assert {c.about for c in sample(300)} == {c.about for c in all_cells()}


@pytest.mark.parametrize(("out", "right", "equal"), [
    (np.ones((2, 3)), np.ones((2, 3)), True),
    (np.ones((2, 3)), np.ones((3, 2)), False),
    (np.ones((2, 3)), np.ones((1, 3)), False),
    ([np.ones(2), 1.0], [np.ones(2), 1.0], True),
    ([np.ones(2)], [np.ones(2), 1.0], False),
    ({"b": 1.0, "a": 2.0}, {"a": 2.0, "b": 1.0}, True),
    (1.0, 1.01, False),
    (float("nan"), 1.0, False),
])
def test_what_counts_as_the_same_result(out, right, equal):
    assert same(out, right) is equal


def test_the_table_counts_each_cell_once():
    cells = sample(6)
    rows = [as_dict(Result(cell, "keras2", verdict, said, None, ""), "Keras 9")
            for cell, verdict, said in zip(cells, (RIGHT, RIGHT, WRONG, RAISES, RAISES, OTHER),
                                           ((), ("SHP1",), ("SHP1",), (), ("SHP1",), ()))]
    assert summary(rows) == ("Keras 9: 5 cells (2 right, 0 right for "
                             "other rows, 1 wrong, 2 raise), 3 agree: 60.00 %\n")
    assert "**1 apart**" in table(rows)
    assert disagreements(rows).count("->") == 2
