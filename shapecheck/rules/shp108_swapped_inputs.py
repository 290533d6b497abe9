"""SHP108: inputs in another order than declared."""
from __future__ import annotations

import re
from typing import Iterator, Optional

from shapecheck.facts import Argument, Call, Finding, Message, Truth
from shapecheck.facts.roles import role_of
from shapecheck.rules.mending import edited, misfits, outcome
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
    versions={"all": "silent where the shapes agree; Keras refuses others"},
    bad=[
        Bad("attention_mask, input_ids = data_x[1], data_x[0]\n"
            "pair.predict([attention_mask, input_ids])"),
        Bad("wide, slim = keras.Input((8,)), keras.Input((3,))\n"
            "two = keras.Model([wide, slim], L.Dense(1)(L.Concatenate()([wide, slim])))\n"
            "a, b = rng.rand(12, 8), rng.rand(12, 3)\n"
            "two.predict([b, a])",
            "wide, slim = keras.Input((8,)), keras.Input((3,))\n"
            "two = keras.Model([wide, slim], L.Dense(1)(L.Concatenate()([wide, slim])))\n"
            "a, b = rng.rand(12, 8), rng.rand(12, 3)\n"
            "two.predict([a, b])"),
    ],
    good=[
        Good("attention_mask, input_ids = data_x[1], data_x[0]\n"
             "pair.predict([input_ids, attention_mask])"),
        Good("a, b = data_x[0], data_x[1]\npair.predict([a, b])"),
    ],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    if len(call.inputs) < 2:
        return
    if call.container_kind == "list":
        found = _by_shapes(call) or _by_names(call)
        if found is not None:
            yield found
            return
    yield from _by_values(call)


def _by_shapes(call: Call) -> Optional[Finding]:
    """Two that do not fit where they are, and each fits where the other is."""
    apart = list(misfits(call))
    if len(apart) != 2:
        return None
    (one, its), (other, others) = apart
    if not (_sizes_known(one) and _sizes_known(other)
            and its.tolerates(other.passed) is not Truth.NO
            and others.tolerates(one.passed) is not Truth.NO):
        return None
    return rule.finding(
        call,
        what=Message.of("{a} is {x} and goes into {one}, which declares {its}; {b} is {y} and goes "
                        "into {other}, which declares {others}", a=one.expression, x=one.passed,
                        one=its.name, its=its, b=other.expression, y=other.passed,
                        other=others.name, others=others),
        why=Message.of("a list is taken by position: the model's inputs are {order}{after}",
                       after=outcome(call, "each goes in where the other belongs"),
                       order=", ".join(a.declared.name for a in call.inputs
                                       if a.declared is not None)),
        fix=edited(call, [(one.span, other.expression), (other.span, one.expression)], safe=False)
        if call.source and one.span is not None and other.span is not None else None,
        inputs=call.inputs)


def _sizes_known(arg: Argument) -> bool:
    return arg.passed.shape is not None and len(arg.passed.shape) > 1 and all(
        isinstance(size, int) for size in arg.passed.shape[1:])


def _by_names(call: Call) -> Optional[Finding]:
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
        return rule.finding(
            call,
            what=Message.of("{expr} goes into the input {name}", expr=arg.expression,
                            name=arg.declared.name),
            why=Message.of("a list is taken by position: the model's inputs are {order}{after}",
                           after=outcome(call, "each goes in where the other belongs"),
                           order=", ".join(a.declared.name for a in call.inputs
                                           if a.declared is not None)),
            inputs=call.inputs)
    return None


def _by_values(call: Call) -> Iterator[Finding]:
    """Ids where the mask should be and a mask of zeros and ones where the ids should be."""
    by_role = {a.role: a for a in call.inputs}
    ids, mask = by_role.get("input_ids"), by_role.get("attention_mask")
    if ids is None or mask is None:
        return
    low, high = ids.passed.values, mask.passed.values
    if low.high != 1 or not low.whole or not high.whole or (high.high or 0) <= 1:
        return
    yield rule.finding(
        call,
        what=Message.of("{expr} goes into the input {name}, and holds numbers up to {high}",
                        expr=mask.expression, name=mask.name,
                        high=Message.of(str(int(high.high or 0)))),
        why=Message.of("a mask is 0 or 1; {ids}, which goes into {name}, is nothing else{after}",
                       ids=ids.expression, name=ids.name, after=outcome(
                           call, "each goes in where the other belongs")), inputs=[ids, mask])


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
