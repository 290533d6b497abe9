"""SHP114: ids below zero."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Finding, Message
from shapecheck.rules.mending import returns, what_follows
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP114", slug="negative-id",
    summary="ids below zero go into an embedding",
    explanation=(
        "An embedding looks rows up by number: there is no row -1. Padding with -1 or labels of "
        "-100 among the ids raise in Keras 2 on a CPU, and give zeros on a GPU. Keras 3 counts "
        "from the end, as NumPy does: -1 is the last row, and nothing is said."),
    advice="pad with 0 and mask it: `pad_sequences(..., value=0)`, `mask_zero=True`",
    versions={"keras<3": "raises on a CPU; a GPU returns zeros for such ids",
              "keras>=3": "silent: -1 is the last row of the table"},
    bad=[Bad("model.predict(rng.randint(-50, 100, (12, 16)))")],
    good=[Good("model.predict(rng.randint(1, 100, (12, 16)))")],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    for arg in call.inputs:
        low = arg.passed.values.low
        if arg.vocabulary is None or low is None or not arg.passed.values.whole or low >= 0:
            continue
        yield rule.finding(
            call,
            what=Message.of("{expr} is {shape} with ids down to {low}", expr=arg.expression,
                            shape=arg.passed, low=Message.of(str(int(low)))),
            why=Message.of("an embedding has rows 0 to input_dim - 1; {after}", after=what_follows(
                call, "-1 is taken for its last row" + returns(call),
                ahead="Keras 2 raises, Keras 3 takes its last row for -1")), inputs=[arg])
