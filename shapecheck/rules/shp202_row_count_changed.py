"""SHP202: the model returned another number of rows than it was given."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Evidence, Finding, Message, must_differ
from shapecheck.rules.rule import Bad, Good, Rule
from shapecheck.source.calls import CallText

_LAMBDA = """
class Odd(keras.layers.Layer):
    def call(self, z):
        return {body}
odd_in = keras.Input((4,))
odd = keras.Model(odd_in, Odd()(odd_in))
"""

rule = Rule(
    code="SHP202", slug="row-count-changed", stage="output", severity="warning",
    summary="rows returned differ from rows passed",
    explanation=(
        "predict joins what each batch returns along axis 0 and does not count: a model that "
        "takes `z[0]`, averages over axis 0 or folds another axis into the rows returns a "
        "number of rows that goes with the number of batches, and a test with one batch hides "
        "it. Row i of the result is then not the answer for row i."),
    advice="keep axis 0 in the model: reduce over axis=1 or -1, index with `z[:, 0]`",
    versions={"all": "silent"},
    bad=[
        Bad("odd.predict(table)", setup=_LAMBDA.format(body="z[0]")),
        Bad("odd.predict(table, batch_size=4)",
            setup="import tensorflow as tf\n" + _LAMBDA.format(
                body="tf.reduce_mean(z, axis=0, keepdims=True)")),
        Bad("odd.predict(table)",
            setup="import tensorflow as tf\n" + _LAMBDA.format(body="tf.reshape(z, (-1, 2))")),
    ],
    good=[
        Good("odd.predict(table)", setup=_LAMBDA.format(body="z[:, 0]")),
        Good("dense.predict(table, batch_size=5)  # the last batch is smaller"),
    ],
    reader_blind="the examples need a run; a class of one's own that is read is judged",
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    if call.pipeline or call.raised or call.method not in ("predict", "predict_on_batch"):
        return
    if call.fixed_batch is not None:  # SHP503
        return
    rows = call.rows
    returned = call.returned
    if not call.finished and call.model.kind in ("subclassed", "functional"):
        returned = call.predicted  # what its own code makes of these rows
    wrong = [o for o in returned if o.array.shape is not None and (
        o.array.rank == 0 or must_differ(o.array.rows, rows))]
    if not wrong or rows is None or _asked_for_part(call):
        return
    output = wrong[0]
    got = output.array.rows if output.array.rank else "one number"
    yield rule.finding(
        call,
        what=Message.of("{rows} rows went in and {got} came out: output {name} is {shape}",
                        rows=Message.of(str(rows)), got=Message.of(str(got)), name=output.name,
                        shape=output.array),
        why=Message.of("row i of the result is not the answer for row i; a layer that indexes, "
                       "reduces or folds axis 0 does that"),
        evidence=[Evidence("returned", Message.of("{name} is {shape}", name=o.name,
                                                  shape=o.array)) for o in wrong])


def _asked_for_part(call: Call) -> bool:
    """`predict(x, steps=2)`: the first batches only."""
    try:
        return CallText(call.source).argument(3, ("steps",)) is not None
    except ValueError:  # the source is not known: whole batches may have been asked for
        batch = call.batch_size or 32
        return isinstance(call.rows, int) and all(
            isinstance(o.array.rows, int) and o.array.rows < call.rows
            and o.array.rows % batch == 0 for o in call.returned)
