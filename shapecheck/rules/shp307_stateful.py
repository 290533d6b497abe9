"""SHP307: the result depends on earlier calls."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Finding
from shapecheck.facts.comparison import Comparison
from shapecheck.rules.proving import found
from shapecheck.rules.rule import Bad, Good, Rule

_SETUP = """
class Counter(L.Layer):
    def build(self, shape):
        self.calls = self.add_weight(name="calls", shape=(), initializer="zeros", trainable=False)
    def call(self, z):
        self.calls.assign_add(1.0)
        return z * self.calls
n_in = keras.Input((4,))
counter = keras.Model(n_in, Counter()(n_in))
"""

rule = Rule(
    code="SHP307", slug="stateful", stage="output",
    summary="the result depends on earlier calls",
    explanation=(
        "A call leaves something behind (the states of a stateful RNN, a counter, moving "
        "statistics), and the next call starts from it. The same row has another result "
        "each time, in a fixed order."),
    advice="reset the states between independent rows, or build the layer with stateful=False",
    versions={
        "all": "silent",
    },
    bad=[
        Bad('report = shapecheck.check_consistency(counter, table)', setup=_SETUP),
    ],
    good=[
        Good('report = shapecheck.check_consistency(narrow, table[:, :1])'),
    ],
    reader_blind="needs the model to run",
)


@rule.check
def check(comparison: Comparison) -> Iterator[Finding]:
    yield from found(rule, comparison)
