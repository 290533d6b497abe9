"""SHP108: inputs in another order than declared."""
from __future__ import annotations

import re
from typing import Iterator, Optional

from shapecheck.facts import Argument, Call, Finding, Message
from shapecheck.facts.roles import role_of
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP108", slug="swapped-inputs", stage="pipeline",
    summary="inputs in another order than declared",
    explanation=(
        "A list is taken by position, in the order of the model's inputs: ids where the mask "
        "should be go in without an error where the shapes agree. A text model of transformers "
        "takes (input_ids, attention_mask, token_type_ids): the second item of a list is the "
        "mask, not the segments."),
    advice="pass a dict, or keywords, by the names of the inputs",
    versions={"all": "silent where the shapes agree"},
    bad=[
        Bad("attention_mask, input_ids = data_x[1], data_x[0]\n"
            "pair.predict([attention_mask, input_ids])"),
    ],
    good=[
        Good("attention_mask, input_ids = data_x[1], data_x[0]\n"
             "pair.predict([input_ids, attention_mask])"),
        Good("a, b = data_x[0], data_x[1]\npair.predict([a, b])"),
    ],
    watcher_blind="names prove it, not shapes; the values will be looked at with SHP117",
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    if call.container_kind != "list" or len(call.inputs) < 2 or call.finished:
        return
    names = {_bare(a.declared.name): a for a in call.inputs if a.declared is not None}
    for arg in call.inputs:
        said = _said(arg)
        if arg.declared is None or said is None:
            continue
        own = _bare(arg.declared.name)
        own_role = arg.declared.role or role_of(arg.declared.name)
        other = said != own and said in names
        other_role = role_of(said)
        if other_role is not None and own_role is not None:
            other = other_role != own_role
        if not other or not (said in names or (other_role is not None and own_role is not None)):
            continue
        yield rule.finding(
            call,
            what=Message.of("{expr} goes into the input {name}", expr=arg.expression,
                            name=arg.declared.name),
            why=Message.of("a list is taken by position: the model's inputs are {order}",
                           order=", ".join(a.declared.name for a in call.inputs
                                           if a.declared is not None)),
            inputs=call.inputs)
        return


def _said(arg: Argument) -> Optional[str]:
    """The name by which the user calls it: `enc["attention_mask"]`, `test_mask`."""
    if arg.said:
        return _bare(arg.said)
    text = arg.expression.strip()
    key = re.search(r"\[['\"](\w+)['\"]\]$", text)
    if key:
        return _bare(key.group(1))
    name = re.fullmatch(r"(?:\w+\.)*(\w+)(?:\[[^\[\]]*:[^\[\]]*\])?", text)
    return _bare(name.group(1)) if name else None


def _bare(name: str) -> str:
    return re.sub(r"(_?(input|inputs|in|data|array|train|test|val))+$", "", name.lower())
