"""SHP503: a stateful model gets another number of rows than its fixed batch."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Finding, Message
from shapecheck.rules.mending import outcome
from shapecheck.rules.rule import Bad, Good, Rule

_SETUP = ("memory = keras.Sequential([keras.Input(batch_shape=(5, 10, 3)), "
          "L.LSTM(4, stateful=True), L.Dense(1)])\nmemory.compile(loss='mse')\n"
          "steps = rng.rand(50, 10, 3)\n")

rule = Rule(
    code="SHP503", slug="fixed-batch", stage="output",
    summary="the model takes batches of one size only",
    explanation=(
        "A stateful layer keeps a state for each row of its fixed batch; `tf.reshape(x, "
        "(BATCH, ...))` inside a model fixes the number of rows too. Any other number, the last "
        "partial batch included, does not fit."),
    advice="batch_size of the model everywhere, and a number of rows that it divides",
    versions={"keras<2.7": "raises",
              "keras>=2.7,<3": "raises, or returns as many rows as the batch has",
              "keras>=3": "raises"},
    bad=[
        Bad("memory.predict(steps[:1])", setup=_SETUP),
        Bad("memory.predict(steps[:48], batch_size=5)", setup=_SETUP),
    ],
    good=[
        Good("memory.predict(steps, batch_size=5)", setup=_SETUP),
        Good("memory.predict(steps[:5])", setup=_SETUP),
    ],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    fixed, rows = call.fixed_batch, call.rows
    if fixed is None or call.pipeline or not isinstance(rows, int):
        return
    if call.finished and not call.raised and all(o.array.rows == rows for o in call.returned):
        return
    if call.batch_size == 0 or call.method not in ("predict", "fit", "evaluate"):
        return
    size = min(call.batch_size or 32, rows)
    if size == fixed and rows % fixed == 0:
        return
    left = f"batches of {size}" if size != fixed else f"a last batch of {rows % fixed}"
    yield rule.finding(
        call,
        what=Message.of(f"{{expr}} is {{shape}}: {left}; the model takes batches of {fixed}",
                        shape=call.inputs[0].passed,
                        expr=call.container_expression or call.inputs[0].expression),
        why=Message.of("a stateful layer, or a size written into the axis of the rows, fixes how "
                       "many rows a batch has{after}", after=outcome(
                           call, "it returns as many rows as its batch has")))
