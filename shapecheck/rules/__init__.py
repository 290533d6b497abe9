"""The catalogue: one file a pitfall, found when it is first asked for.

A company adds its own through the entry-point group `shapecheck.rules` (each entry a `Rule`).
"""
from __future__ import annotations

import functools
import importlib
import os
from typing import Any, Callable, Dict, Iterable, Iterator, List, Sequence, Set, Tuple

from shapecheck.facts import Finding
from shapecheck.rules.rule import STAGES, Rule
from shapecheck.source.installed import RULES as ENTRY_POINTS
from shapecheck.source.installed import anyone_adds


@functools.cache
def catalogue(proofs: bool = True) -> Tuple[Rule, ...]:
    """All rules, ordered by code. Raises ValueError where two claim one code.

    proofs: also those that compare runs (SHP3), which have no say of any other fact.
    """
    rules: Dict[str, Rule] = {}
    for rule in list(_own(proofs)) + list(_installed()):
        if rule.code in rules:
            raise ValueError(f"two rules with the code {rule.code}")
        rules[rule.code] = rule
    return tuple(rules[code] for code in sorted(rules))


def _own(proofs: bool) -> Iterable[Rule]:
    for name in sorted(names()):
        if name.startswith("shp3") and not proofs:
            continue
        yield importlib.import_module(f"{__name__}.{name}").rule


def names() -> Set[str]:
    """The modules of our own rules, `shp101_rank_1_input`, none of them imported."""
    try:
        found = [name.partition(".")[0] for folder in __path__ for name in os.listdir(folder)
                 if name.endswith((".py", ".pyc"))]
    except OSError:  # in a zip file
        import pkgutil  # brings `inspect`, 5 ms

        found = [module.name for module in pkgutil.iter_modules(__path__)]
    return {name for name in found if name.startswith("shp")}


def _installed() -> Iterable[Rule]:
    if not anyone_adds(ENTRY_POINTS):
        return
    from importlib import metadata

    try:
        points: Any = metadata.entry_points()
        chosen = (points.select(group=ENTRY_POINTS) if hasattr(points, "select")
                  else points.get(ENTRY_POINTS, ()))
    except Exception:  # a broken installation elsewhere is not our user's problem
        return
    for point in chosen:
        yield point.load()


def judge(facts: Sequence[Any], rules: Iterable[Rule] = ()) -> List[Finding]:
    """What the rules say of the facts, each thing once.

    One cause, one finding: within a call, a finding of an earlier stage (`rule.STAGES`) for an
    input silences later ones for that input, and any input finding silences the output rules,
    which would only tell its symptoms.
    """
    chosen = tuple(rules)
    told: List[Finding] = []
    keys: Set[Any] = set()
    stages = {} if chosen else _stages
    for fact in facts:
        kind = type(fact)
        if kind not in stages:
            stages[kind] = _checks(kind, chosen or catalogue(kind.__name__ in _OF_PROOFS))
        for finding in _judge_one(fact, stages[kind]):
            if finding.key() not in keys:
                keys.add(finding.key())
                told.append(finding)
    return told


_OF_PROOFS = ("Comparison", "Failure")
_Checks = List[List[Callable[[Any], Iterator[Finding]]]]
#: of each kind of fact: which checks of the catalogue have a say, by stage
_stages: Dict[type, _Checks] = {}


def _checks(kind: type, rules: Sequence[Rule]) -> _Checks:
    return [[check for rule in rules if rule.stage == stage for check in rule.checks_of(kind)]
            for stage in STAGES]


def _judge_one(fact: Any, stages: _Checks) -> List[Finding]:
    found: List[Finding] = []
    explained: Set[str] = set()
    for stage, checks in zip(STAGES, stages):
        if stage == "output" and found:
            break
        new: List[Finding] = []
        for check in checks:
            new += check(fact)
        if not new:
            continue
        new = [f for f in new if not f.inputs or not explained.issuperset(f.inputs)]
        found.extend(new)
        for finding in new:
            explained.update(finding.inputs)
        if stage == "pipeline" and found:
            break
    return found


__all__ = ["ENTRY_POINTS", "Rule", "catalogue", "judge"]
