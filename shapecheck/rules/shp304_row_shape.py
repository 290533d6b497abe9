"""SHP304: the output has no axis that counts the rows, or another shape alone than in a batch."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Finding
from shapecheck.facts.comparison import Comparison
from shapecheck.rules.proving import found
from shapecheck.rules.rule import Bad, Good, Rule

_SETUP = """
class Odd(L.Layer):
    def call(self, z):
        return z[0]
odd_in = keras.Input((4,))
odd = keras.Model(odd_in, Odd()(odd_in))
"""

rule = Rule(
    code="SHP304", slug="row-shape", stage="output",
    summary="the output has no axis that counts the rows, or another shape alone than in a batch",
    explanation=(
        "A row alone and a row in a batch can only be compared where axis 0 of the output "
        "counts rows. An index or a reduction took another axis for the rows, or a "
        "squeeze dropped it for one row."),
    advice="keep axis 0: select with `[:, 0]`, reduce over axis=-1, squeeze with an axis",
    versions={
        "all": "silent",
    },
    bad=[
        Bad('report = shapecheck.check_consistency(odd, table)', setup=_SETUP),
    ],
    good=[
        Good('report = shapecheck.check_consistency(recurrent, series)'),
    ],
    reader_blind="needs the model to run",
)


@rule.check
def check(comparison: Comparison) -> Iterator[Finding]:
    yield from found(rule, comparison)
