"""Each planted bug is called inconsistent, with its cause proved and its layer named."""
from __future__ import annotations

from typing import Any, List, Tuple

import pytest

import shapecheck
from tests.consistency.kerases import generations, load, seed
from tests.consistency.planted import ANY, BUGS, Bug

pytestmark = pytest.mark.legacy


def _cases() -> List[Tuple[str, Bug]]:
    """Every bug on the newest Keras of the environment, every fourth on the other.

    All of them run on Keras 2 in the environment of TF 2.6.5.
    """
    found = []
    for i, generation in enumerate(generations()):
        found += [(generation, bug) for bug in BUGS[::1 if i == 0 else 4]]
    return found


@pytest.mark.parametrize(("generation", "bug"), _cases(), ids=lambda v: v if isinstance(v, str)
                         else v.name)
def test_a_planted_bug_is_found(generation: str, bug: Bug) -> None:
    seed()
    model, inputs = bug.build(load(generation))
    report = shapecheck.check_consistency(model, inputs, bug.output, call=bug.mode)
    found = report.consistency
    assert found is not None
    assert found.verdict == "inconsistent", found.trials
    assert found.cause == bug.cause, found.cause_detail
    assert found.cause_detail
    assert found.fix
    if bug.layer is None:
        assert found.layer in (None, model.name)
    elif bug.layer != ANY:
        assert found.layer is not None
        assert found.layer.split("/")[-1] == bug.layer.split("/")[-1]
        assert found.layer.endswith(bug.layer)
    assert found.proofs, found.cause_detail
    assert any(p.cures or p.after <= 1e-5 for p in found.proofs), found.proofs
    assert found.forwards <= 60


def test_there_are_enough_bugs_of_enough_kinds() -> None:
    assert len(BUGS) >= 25
    assert len({bug.kind for bug in BUGS}) >= 8
    assert {bug.cause for bug in BUGS} >= {"SHP301", "SHP302", "SHP303", "SHP304", "SHP306",
                                           "SHP307"}


def test_the_names_say_what_is_planted() -> None:
    names: List[Any] = [bug.name for bug in BUGS]
    assert len(set(names)) == len(names)
