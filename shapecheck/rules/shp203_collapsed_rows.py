"""SHP203: different rows went in, the same output came out for all."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Evidence, Finding, Message
from shapecheck.rules.rule import Bad, Good, Rule

_DEAF = """
import tensorflow as tf
class Deaf(keras.layers.Layer):
    def call(self, z):
        return {body}
deaf_in = keras.Input((4,))
deaf = keras.Model(deaf_in, Deaf()(deaf_in))
"""

rule = Rule(
    code="SHP203", slug="collapsed-rows", stage="output", severity="warning",
    summary="different rows, the same output",
    explanation=(
        "The rows passed differ and every row of the output is the same, bit for bit. The "
        "output does not depend on the row: a mean over axis 0 was broadcast back, the mask "
        "hides everything, or the row that is looked at is always the first."),
    advice="look for a reduction over axis 0, an index into axis 0, or a mask that hides all",
    versions={"all": "silent"},
    bad=[
        Bad("deaf.predict(table)", setup=_DEAF.format(
            body="tf.zeros_like(z) + tf.reduce_mean(z, axis=0, keepdims=True)")),
        Bad("deaf.predict(table)", setup=_DEAF.format(body="tf.zeros_like(z) + z[0]")),
    ],
    good=[
        Good("deaf.predict(table)", setup=_DEAF.format(body="z")),
        Good("deaf.predict(np.repeat(table[:1], 5, 0))  # the rows passed are the same",
             setup=_DEAF.format(body="z * 2")),
        Good("deaf.predict(table)  # all zeros: constant, which proves nothing",
             setup=_DEAF.format(body="tf.nn.relu(-z)")),
    ],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    differ = [a for a in call.inputs if a.passed.values.rows_differ]
    same = [o for o in call.returned if o.array.values.rows_same and (o.array.rank or 0) >= 2]
    if not differ or not same or len(same) < len(call.returned):
        return
    output = same[0]
    yield rule.finding(
        call,
        what=Message.of("{expr} has {rows} different rows, and every row of {name} {shape} is "
                        "the same", expr=differ[0].expression,
                        rows=Message.of(str(differ[0].passed.rows)), name=output.name,
                        shape=output.array),
        why=Message.of("the output does not depend on the row: bit-identical for all of them"),
        evidence=[Evidence("returned", Message.of("{name} is {shape}, all rows equal",
                                                  name=o.name, shape=o.array)) for o in same])
