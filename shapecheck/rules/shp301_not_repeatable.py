"""SHP301: the same batch gives another result each time."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Finding
from shapecheck.facts.comparison import Comparison
from shapecheck.rules.proving import found
from shapecheck.rules.rule import Bad, Good, Rule

_SETUP = """
class Dropping(keras.Model):
    def __init__(self):
        super().__init__()
        self.wide, self.drop, self.out = L.Dense(32), L.Dropout(0.5), L.Dense(3)
    def call(self, z):
        return self.out(self.drop(self.wide(z), training=True))
"""

rule = Rule(
    code="SHP301", slug="not-repeatable", stage="output",
    summary="the same batch gives another result each time",
    explanation=(
        "A layer draws random numbers at inference: dropout, noise or sampling in "
        "training mode. Every embedding then has an error of its own, and no comparison "
        "means anything before it is gone."),
    advice="call the model with training=False, and take training=True out of it",
    versions={
        "keras<3": "training=True given to a layer of a Functional stays, also in predict",
        "keras>=3": "predict's training=False overrides it in a Functional, "
                    "not in a subclassed model's call",
    },
    bad=[
        Bad('report = shapecheck.check_consistency(Dropping(), table)', setup=_SETUP),
    ],
    good=[
        Good('report = shapecheck.check_consistency(dense, table)'),
    ],
    reader_blind="needs the model to run",
)


@rule.check
def check(comparison: Comparison) -> Iterator[Finding]:
    yield from found(rule, comparison)
