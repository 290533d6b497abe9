"""SHP117: the mask marks the padding instead of the tokens."""
from __future__ import annotations

import re
from typing import Iterator

from shapecheck.facts import Call, Finding, Message
from shapecheck.rules.mending import returns, what_follows
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP117", slug="inverted-mask",
    summary="the mask marks the padding instead of the tokens",
    explanation=(
        "attention_mask is 1 for real tokens and 0 for padding. `ids == 0` is the opposite: true "
        "where nothing stands."),
    advice="`input_ids != 0`",
    versions={"all": "silent"},
    bad=[
        Bad("mask = (x == 0).astype('int32')\npair.predict([x, mask])", reader_only=True),
        Bad("pair.predict([x, x == 0])"),
    ],
    good=[
        Good("mask = (x != 0).astype('int32')\npair.predict([x, mask])"),
        Good("mask = 1 - (x == 0).astype('int32')\npair.predict([x, mask])"),
    ],
)

_PADDING = (r"^\(*[\w.\[\]'\"]+\s*==\s*(0|[\w.]*pad\w*)\)*(\.astype\([^()]*\))?$|"
            r"^(tf|np|K)\.(math\.)?equal\([\w.\[\]'\"]+,\s*(0|[\w.]*pad\w*)\)$")


@rule.check
def check(call: Call) -> Iterator[Finding]:
    for arg in call.inputs:
        if arg.role != "attention_mask":
            continue
        written = re.match(r"^\w+ from (.*), (?:cell \d+, )?line \d+$", arg.origin)
        texts = [arg.expression] if not arg.expression.isidentifier() else []
        if written is not None and arg.expression.isidentifier():
            texts.append(written.group(1))
        if not any(re.match(_PADDING, text.strip()) for text in texts):
            continue
        yield rule.finding(
            call,
            what=Message.of("{text} marks the padding; attention_mask marks the tokens",
                            text=texts[-1]),
            why=Message.of("1 is for real tokens, 0 for padding; {after}", after=what_follows(
                call, "the padding is read and the tokens are hidden" + returns(call))),
            inputs=[arg])
