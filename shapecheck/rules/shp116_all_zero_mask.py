"""SHP116: a mask of zeros hides every token."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Finding, Message
from shapecheck.rules.mending import outcome
from shapecheck.rules.rule import Bad, Good, Rule
from shapecheck.rules.shp117_inverted_mask import written_as_padding

rule = Rule(
    code="SHP116", slug="all-zero-mask",
    summary="a mask of zeros hides every token",
    explanation=(
        "attention_mask is 1 for real tokens and 0 for padding. All zeros say that nothing is "
        "real: attention then falls on everything alike, padding included."),
    advice="ones for real tokens: `np.ones_like(input_ids)`, or the tokenizer's own mask",
    versions={"all": "silent"},
    bad=[Bad("pair.predict([x, np.zeros_like(x)])")],
    good=[Good("pair.predict([x, np.ones_like(x)])")],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    for arg in call.inputs:
        if arg.role != "attention_mask" or arg.passed.values.high != 0 or written_as_padding(arg):
            continue
        yield rule.finding(
            call,
            what=Message.of("{expr} is all zeros: every token is hidden", expr=arg.expression),
            why=Message.of("attention_mask is 1 for real tokens, 0 for padding{after}",
                           after=outcome(call, "attention falls on everything alike")),
            inputs=[arg])
