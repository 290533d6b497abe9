"""SHP206: argmax over the rows instead of the classes."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Finding, Message, Reduction, must_differ, must_equal
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP206", slug="wrong-reduction-axis", stage="output",
    summary="argmax over the rows instead of the classes",
    explanation=(
        "Axis 0 of what a model returns counts rows, the last axis classes. argmax over axis 0 "
        "says which row is highest in each class; without an axis it counts through the "
        "flattened array. The class of each row is argmax over the last axis."),
    advice="reduce over the last axis: `argmax(axis=-1)`",
    versions={"all": "silent"},
    bad=[
        Bad("classes = np.argmax(dense.predict(table), axis=0)"),
        Bad("classes = dense.predict(table).argmax()"),
        Bad("probabilities = dense.predict(table)\nclasses = np.argmax(probabilities)"),
    ],
    good=[
        Good("classes = np.argmax(dense.predict(table), axis=1)"),
        Good("classes = np.argmax(dense.predict(table), axis=-1)"),
        Good("best = np.argmax(dense.predict(table[0:1]))"),
        Good("best = np.argmax(dense.predict(table)[0])"),
        Good("row = np.argmax(narrow.predict(table[:, 0])[:, 0])"),
    ],
)


@rule.check
def check(reduction: Reduction) -> Iterator[Finding]:
    shape = reduction.argument.shape
    if shape is None or len(shape) != 2 or reduction.outputs > 1 \
            or reduction.squeezed:
        return
    rows, classes = shape
    # N rows may be one row, on which argmax without an axis is right, and over axis 0 is not
    many = must_differ(rows, 1) or (isinstance(rows, str) and reduction.axis is not None)
    if not many or not must_differ(classes, 1) or must_equal(rows, 1):
        return
    if reduction.axis not in (0, -2, None):
        return
    across = "over all of it, rows and classes" if reduction.axis is None else \
        "over the rows, for each class"
    yield rule.finding(
        reduction,
        what=Message.of("{source}: {name} is {shape}, and this is " + across,
                        source=" ".join(reduction.source.split()),
                        name=reduction.argument_expression, shape=reduction.argument),
        why=Message.of("axis 0 counts rows, the last axis classes; the result is {result}",
                       result=reduction.result if reduction.result.rank else Message.of(
                           "one number")))
