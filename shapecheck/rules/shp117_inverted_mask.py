"""SHP117: the mask marks the padding instead of the tokens."""
from __future__ import annotations

import re
from typing import Iterator, Optional

from shapecheck.facts import Argument, Call, Finding, Message
from shapecheck.rules.mending import returns, what_follows
from shapecheck.rules.rule import Bad, Good, Rule

_SETUP = "ids = np.where(np.arange(16) < 10, x, 0).astype('int32')\n"

rule = Rule(
    code="SHP117", slug="inverted-mask",
    summary="the mask marks the padding instead of the tokens",
    explanation=(
        "attention_mask is 1 for real tokens and 0 for padding. `ids == 0` is the opposite: true "
        "where nothing stands."),
    advice="`input_ids != 0`",
    versions={"all": "silent"},
    bad=[
        Bad("mask = (ids == 0).astype('int32')\npair.predict([ids, mask])", setup=_SETUP),
        Bad("pair.predict([ids, ids == 0])", setup=_SETUP),
        Bad("pair.predict([x, x == 0])"),
    ],
    good=[
        Good("mask = (ids != 0).astype('int32')\npair.predict([ids, mask])", setup=_SETUP),
        Good("mask = 1 - (ids == 0).astype('int32')\npair.predict([ids, mask])", setup=_SETUP),
    ],
)

_PADDING = (r"^\(*[\w.\[\]'\"]+\s*==\s*(0|[\w.]*pad\w*)\)*(\.astype\([^()]*\))?$|"
            r"^(tf|np|K)\.(math\.)?equal\([\w.\[\]'\"]+,\s*(0|[\w.]*pad\w*)\)$")


@rule.check
def check(call: Call) -> Iterator[Finding]:
    for arg in call.inputs:
        if arg.role != "attention_mask":
            continue
        text = written_as_padding(arg)
        if text is None and not arg.marks_padding:
            continue
        yield rule.finding(
            call,
            what=Message.of("{text} marks the padding; attention_mask marks the tokens",
                            text=text or arg.expression),
            why=Message.of("1 is for real tokens, 0 for padding; {after}", after=what_follows(
                call, "the padding is read and the tokens are hidden" + returns(call))),
            inputs=[arg])


def written_as_padding(arg: Argument) -> Optional[str]:
    """The user's text of a mask that is true where the ids are padding, None where it is none."""
    written = re.match(r"^\w+ from (.*), (?:cell \d+, )?line \d+$", arg.origin)
    texts = [arg.expression] if not arg.expression.isidentifier() else []
    if written is not None and arg.expression.isidentifier():
        texts.append(written.group(1))
    return texts[-1] if any(re.match(_PADDING, text.strip()) for text in texts) else None
