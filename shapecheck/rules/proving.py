"""Shared by the consistency rules: the finding of a comparison whose cause was proved."""
from __future__ import annotations

from typing import Iterator, List

from shapecheck.facts import Evidence, Finding, Message
from shapecheck.facts.comparison import Comparison
from shapecheck.rules.rule import Rule


def found(rule: Rule, comparison: Comparison) -> Iterator[Finding]:
    """One finding where this rule's code is the proved cause; the proofs are its evidence."""
    if comparison.cause != rule.code:
        return
    where = "" if comparison.layer is None else "; first seen in layer "
    why = Message.of("{detail}{where}{layer}", detail=comparison.cause_detail,
                     where=Message.of(where), layer=comparison.layer or "")
    advice = Message.of("fix: {fix}", fix=comparison.fix) if comparison.fix else None
    yield rule.finding(comparison, what=_what(comparison), why=why, advice=advice,
                       evidence=list(_evidence(comparison)))


def _what(comparison: Comparison) -> Message:
    rows = len(comparison.rows)
    figure = ("" if comparison.difference == float("inf")
              else f": largest relative difference {comparison.difference:.1e}")
    return Message.of("{output} is inconsistent over {rows}{figure}", output=comparison.output,
                      rows=Message.of(f"{rows} rows" if rows != 1 else "1 row"),
                      figure=Message.of(figure))


def _evidence(comparison: Comparison) -> Iterator[Evidence]:
    for trial in comparison.trials:
        row = "" if trial.row is None else f" (row {trial.row})"
        figure = f", {trial.difference:.1e}" if trial.difference else ""
        yield Evidence("trial", Message.of("{text}{rest}", text=trial.text,
                                           rest=Message.of(figure + row)))
    for proof in comparison.proofs:
        yield Evidence("proof", Message.of(
            "{changed}{rest}", changed=proof.changed,
            rest=Message.of(f": {proof.before:.1e} becomes {proof.after:.1e}")))


__all__: List[str] = ["found"]
