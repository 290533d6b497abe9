"""SHP306: predict and a direct call disagree on the same batch."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Finding
from shapecheck.facts.comparison import Comparison
from shapecheck.rules.proving import found
from shapecheck.rules.rule import Bad, Good, Rule

# In training mode unless it is told otherwise: predict tells it, a direct call does not.
_SETUP = """
class Halved(keras.Model):
    def __init__(self):
        super().__init__()
        self.last = L.Dense(3)
    def call(self, x, training=True):
        return 0.5 * self.last(x) if training else self.last(x)
halved = Halved()
"""

rule = Rule(
    code="SHP306", slug="call-modes-differ", stage="output",
    summary="predict and a direct call disagree on the same batch",
    explanation=(
        "predict runs a traced graph with training=False, `model(x)` runs eagerly with "
        "its own default. Python code that asked for a batch size, a mode or a random "
        "number while it was traced is frozen in the graph."),
    advice="compare model(x, training=False) with model.predict(x) on one batch",
    versions={
        "all": "silent",
    },
    bad=[
        Bad('report = shapecheck.check_consistency(halved, table)', setup=_SETUP),
    ],
    good=[
        Good('report = shapecheck.check_consistency(narrow, table[:, :1])'),
    ],
    reader_blind="needs the model to run",
)


@rule.check
def check(comparison: Comparison) -> Iterator[Finding]:
    yield from found(rule, comparison)
