"""SHP609: an operation of one's own gets arrays that do not fit."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Elementwise, Finding, Message
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP609", slug="operation-sizes",
    summary="an operation gets arrays whose sizes do not fit",
    explanation=(
        "Axes that meet in +, -, * or a comparison are equally long, or one of them is 1; a matrix "
        "product needs as many columns as rows; what is joined differs on one axis only. Inside a "
        "layer of one's own, a residual of another width than its branch is the common case."),
    advice="give both one shape: a Dense of the same width in the residual branch, a slice, a "
           "transpose",
    versions={"all": "raises: incompatible shapes, dimensions must be equal, operands could not be "
                     "broadcast together"},
    bad=[
        Bad("dense.predict(table) - table"),
        Bad("np.mean(dense.predict(table) == table)"),
    ],
    good=[
        Good("dense.predict(table) - table[:, :3]"),
        Good("dense.predict(table) - table[:, :1]"),
        Good("dense.predict(table) - table[0, :3]"),
    ],
)


@rule.check
def check(meeting: Elementwise) -> Iterator[Finding]:
    if meeting.result.shape is not None or not meeting.produced:
        return
    yield rule.finding(
        meeting,
        what=Message.of("{left} is {a} and {right} is {b}: they do not fit",
                        left=meeting.left_expression, a=meeting.left,
                        right=meeting.right_expression, b=meeting.right),
        why=Message.of("axes that meet are equally long, or one of them is 1"))
