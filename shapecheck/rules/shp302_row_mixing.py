"""SHP302: a row's result depends on the other rows of its batch."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Finding
from shapecheck.facts.comparison import Comparison
from shapecheck.rules.proving import found
from shapecheck.rules.rule import Bad, Good, Rule

_SETUP = """
import tensorflow as tf
class Mix(L.Layer):
    def call(self, z):
        return z - tf.reduce_mean(z, axis=0, keepdims=True)
mix_in = keras.Input((4,))
mixing = keras.Model(mix_in, L.Dense(3)(Mix()(mix_in)))
"""

rule = Rule(
    code="SHP302", slug="row-mixing", stage="output",
    summary="a row's result depends on the other rows of its batch",
    explanation=(
        "Something works along axis 0: BatchNormalization in training mode, a mean, norm "
        "or softmax over the batch, a sort whose inverse is missing, a reshape that mixes "
        "rows. The same row then has another result in other company."),
    advice="keep axis 0 out of every reduction, sort and reshape; use training=False",
    versions={
        "all": "silent; a test with one batch, or with row 0 only, can hide it",
    },
    bad=[
        Bad('report = shapecheck.check_consistency(mixing, table)', setup=_SETUP),
    ],
    good=[
        Good('report = shapecheck.check_consistency(image, images)'),
    ],
    reader_blind="needs the model to run",
)


@rule.check
def check(comparison: Comparison) -> Iterator[Finding]:
    yield from found(rule, comparison)
