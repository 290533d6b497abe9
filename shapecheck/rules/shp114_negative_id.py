"""SHP114: ids below zero."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Finding, Message
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP114", slug="negative-id",
    summary="ids below zero go into an embedding",
    explanation=(
        "An embedding looks rows up by number: there is no row -1. Padding with -1 or labels of "
        "-100 among the ids raise on a CPU, and give zeros on a GPU."),
    advice="pad with 0 and mask it: `pad_sequences(..., value=0)`, `mask_zero=True`",
    versions={"all": "raises on a CPU; a GPU returns zeros for such ids"},
    bad=[Bad("model.predict(rng.randint(-1, 100, (12, 16)))")],
    good=[Good("model.predict(rng.randint(1, 100, (12, 16)))")],
    watcher_blind="values are not looked at yet",
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    for arg in call.inputs:
        low = arg.passed.values.low
        if arg.vocabulary is None or low is None or not arg.passed.values.whole or low >= 0:
            continue
        yield rule.finding(
            call,
            what=Message.of("{expr} holds ids down to {low}", expr=arg.expression,
                            low=Message.of(str(int(low)))),
            why=Message.of("an embedding has rows 0 to input_dim - 1"), inputs=[arg])
