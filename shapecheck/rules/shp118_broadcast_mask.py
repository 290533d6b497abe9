"""SHP118: a mask of size 1 on an axis is broadcast over it."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Finding, Message, must_differ, must_equal
from shapecheck.rules.mending import returns, what_follows
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP118", slug="broadcast-mask", stage="pipeline",
    summary="a mask of size 1 on an axis is broadcast over it",
    explanation=(
        "attention_mask has one value for each token, (rows, tokens), like input_ids. (rows, 1) "
        "or (1, tokens) is broadcast inside the attention: one value then stands for a whole row, "
        "or one row's mask for all."),
    advice="give it the shape of input_ids",
    versions={"all": "silent inside attention; a layer that joins it to the ids raises"},
    bad=[
        Bad("pair.predict([x, np.ones((12, 1), 'int32')])"),
    ],
    good=[
        Good("pair.predict([x, np.ones((12, 16), 'int32')])"),
        Good("pair.predict([x[:1], np.ones((1, 16), 'int32')])"),
    ],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    ids = next((a for a in call.inputs if a.role == "input_ids"), None)
    if ids is None or ids.passed.shape is None or len(ids.passed.shape) != 2:
        return
    rows, tokens = ids.passed.shape
    for arg in call.inputs:
        shape = arg.passed.shape
        if arg.role != "attention_mask" or shape is None or len(shape) != 2:
            continue
        many = must_differ(tokens, 1) or isinstance(tokens, str)  # a name: texts of some length
        narrow = must_equal(shape[1], 1) and many and must_equal(shape[0], rows)
        single = must_equal(shape[0], 1) and must_differ(rows, 1) and must_equal(shape[1], tokens)
        if not narrow and not single:
            continue
        yield rule.finding(
            call,
            what=Message.of("{expr} is {shape} next to {ids}, {ids_shape}", expr=arg.expression,
                            shape=arg.passed, ids=ids.expression, ids_shape=ids.passed),
            why=Message.of("a mask has the shape of the ids; {after}", after=what_follows(
                call, "inside the attention one value stands for "
                + ("every token of a row" if narrow else "all rows") + returns(call))),
            inputs=[arg])
