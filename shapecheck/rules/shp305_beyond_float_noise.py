"""SHP305: alone and in a batch differ beyond rounding, and no cause was proved."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Finding
from shapecheck.facts.comparison import Comparison
from shapecheck.rules.proving import found
from shapecheck.rules.rule import Bad, Good, Rule

# Results that never repeat bit by bit (as sums over threads do not), so that no exact test holds.
_SETUP = """
import tensorflow as tf
class Counting(L.Layer):
    def call(self, z):
        alone = tf.cast(tf.equal(tf.shape(z)[0], 1), z.dtype)
        return z * (1.0 + 1e-4 * alone + 1e-7 * tf.random.uniform(tf.shape(z)))
c_in = keras.Input((4,))
counting = keras.Model(c_in, L.Dense(3)(Counting()(c_in)))
"""

rule = Rule(
    code="SHP305", slug="beyond-float-noise", stage="output",
    summary="alone and in a batch differ beyond rounding, and no cause was proved",
    explanation=(
        "The difference is larger than what rounding does in this model, measured on its "
        "own weights, and the exact tests (repeat, other neighbours, other order, "
        "padding) found nothing, or cannot tell because the model never repeats bit by "
        "bit. Something depends on the number of rows."),
    advice="look at the first layer that differs",
    versions={
        "all": "silent",
    },
    bad=[
        Bad('report = shapecheck.check_consistency(counting, table)', setup=_SETUP),
    ],
    good=[
        Good('report = shapecheck.check_consistency(gray, grays[..., None])'),
    ],
    reader_blind="needs the model to run",
)


@rule.check
def check(comparison: Comparison) -> Iterator[Finding]:
    yield from found(rule, comparison)
