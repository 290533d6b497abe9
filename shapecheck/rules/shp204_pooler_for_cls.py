"""SHP204: pooler_output is not the CLS vector."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Finding, Indexing, Message
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP204", slug="pooler-for-cls", stage="output", severity="warning",
    summary="pooler_output is not the CLS vector",
    explanation=(
        "pooler_output is the CLS vector sent through one more dense layer and a tanh, trained "
        "for the next-sentence task. The CLS vector itself is the first token of the last "
        "layer: last_hidden_state[:, 0]."),
    advice="`out.last_hidden_state[:, 0]`",
    versions={"all": "silent: both are (rows, hidden)"},
    bad=[Bad("pooler_output"), Bad("out[1]")],
    good=[Good("out[0][:, 0]")],
    watcher_blind="what a result is called is the reader's",
)


@rule.check
def check(indexing: Indexing) -> Iterator[Finding]:
    if indexing.keys != ("pooler_output",):
        return
    yield rule.finding(
        indexing,
        what=Message.of("{name} is pooler_output, {shape}, not the CLS vector",
                        name=indexing.expression, shape=indexing.result),
        why=Message.of("the pooler sends the CLS vector through a dense layer and a tanh"))
