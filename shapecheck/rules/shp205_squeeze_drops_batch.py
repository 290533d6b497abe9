"""SHP205: a squeeze took the axis of the only row."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Finding, Message, Reduction
from shapecheck.rules.mending import declares, misfits, spoken
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP205", slug="squeeze-drops-batch", stage="pipeline",
    summary="a squeeze took the axis of the only row",
    explanation=(
        "squeeze without an axis drops every axis of size 1, the batch axis too where there is "
        "one row. What comes out has another rank for one row than for many."),
    advice="name the axis: `np.squeeze(x, axis=-1)`",
    versions={"all": "squeeze is silent; what follows raises or takes another axis for the rows"},
    bad=[
        Bad("batch = table[:1]\ndense.predict(batch.squeeze())"),
        Bad("batch = np.squeeze(series[:1])\nrecurrent.predict(batch)"),
    ],
    good=[
        Good("batch = table[:, None]\ndense.predict(batch.squeeze())"),
        Good("batch = table[:1, None]\ndense.predict(batch.squeeze(axis=1))"),
    ],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    args = [arg for arg, _spec in misfits(call) if arg.squeezed]
    if not args:
        return
    yield rule.finding(
        call,
        what=Message.of("{spoken}: the squeeze took the axis of the only row; {declares}",
                        spoken=spoken(args), declares=declares(args)),
        why=Message.of("without an axis, squeeze drops every axis of size 1"), inputs=args)


@rule.check
def reductions(reduction: Reduction) -> Iterator[Finding]:
    rank, axis = reduction.argument.rank, reduction.axis
    if not reduction.squeezed or rank is None or axis is None or -rank <= axis < rank:
        return
    yield rule.finding(
        reduction,
        what=Message.of("{source}: {name} is {shape}, and has no axis " + str(axis),
                        source=" ".join(reduction.source.split()),
                        name=reduction.argument_expression, shape=reduction.argument),
        why=Message.of("without an axis, squeeze drops every axis of size 1, that of the only row "
                       "too"))
