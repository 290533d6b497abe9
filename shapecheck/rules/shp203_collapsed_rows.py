"""SHP203: different rows went in, the same output came out for all."""
from __future__ import annotations

from typing import Iterator, Optional, Sequence, Set

from shapecheck.facts import Argument, Call, Evidence, Finding, Message, Output
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
        "output does not depend on the row: a mean over axis 0 was broadcast back, the row that "
        "is looked at is always the first, the mask hides everything, or a layer in between has "
        "died. Rows of constants (all zeros, all ones) prove nothing and are not reported."),
    advice="look for a reduction over axis 0, an index into axis 0, or a mask that hides all",
    versions={"all": "silent"},
    bad=[
        Bad("deaf.predict(table)", setup=_DEAF.format(
            body="tf.zeros_like(z) + tf.reduce_mean(z, axis=0, keepdims=True)")),
        Bad("deaf.predict(table)", setup=_DEAF.format(body="tf.zeros_like(z) + z[0]")),
        Bad("deaf.predict(table, batch_size=4)  # the same within each batch",
            setup=_DEAF.format(body="tf.zeros_like(z) + z[0]")),
    ],
    good=[
        Good("deaf.predict(table)", setup=_DEAF.format(body="z")),
        Good("deaf.predict(np.repeat(table[:1], 5, 0))  # the rows passed are the same",
             setup=_DEAF.format(body="z * 2")),
        Good("deaf.predict(table)  # all zeros: constant, which proves nothing",
             setup=_DEAF.format(body="tf.nn.relu(-z)")),
    ],
    reader_blind="needs the values that came back",
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    outputs = [o for o in call.returned if _is_collapsed(call, o)]
    if not outputs or len(outputs) < len(call.returned):
        return
    runs = {o.array.values.rows_repeat for o in outputs}
    args = [a for a in _declared(call.inputs) if _differs(a, runs)]
    if not args:
        return
    output, whole = outputs[0], all(o.array.values.rows_same for o in outputs)
    within = Message.of("" if whole else f" within each batch of {_batch(call)}")
    yield rule.finding(
        call,
        what=Message.of("the rows of {expr} differ, and every row of output {name} {shape} is "
                        "the same{within}", expr=args[0].expression, name=output.name,
                        shape=output.array, within=within),
        why=Message.of("bit-identical: the output does not depend on the row"),
        evidence=[Evidence("returned", Message.of("{name} is {shape}, all rows equal{within}",
                                                  name=o.name, shape=o.array, within=within))
                  for o in outputs])


def _batch(call: Call) -> int:
    return call.batch_size or 32


def _is_collapsed(call: Call, output: Output) -> bool:
    """All rows are the same, or all of each batch: what mixes rows sees one batch at a time.

    Whole numbers are classes and counts, which are the same for many rows by right.
    """
    values = output.array.values
    if (output.array.rank or 0) < 2 or "float" not in (output.array.dtype or ""):
        return False
    return bool(values.rows_same) or bool(
        call.method == "predict" and values.row_is_telling
        and values.rows_repeat == _batch(call))


def _declared(inputs: Sequence[Argument]) -> Sequence[Argument]:
    """What the model reads: a dict may hold more."""
    return [a for a in inputs if a.declared is not None] or inputs


def _differs(arg: Argument, runs: Set[Optional[int]]) -> bool:
    """Rows of it differ, and not just from one batch to the next."""
    values = arg.passed.values
    if not values.rows_differ:
        return False
    repeat = values.rows_repeat
    return repeat is None or any(run is not None and repeat % run for run in runs)
