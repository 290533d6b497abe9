"""SHP102: one sample of rank 2 or more was passed without its batch axis."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Finding, Message
from shapecheck.rules.mending import (
    REFUSED_OR_NOT,
    declares,
    kept,
    misfits,
    returns,
    rewritten,
    row_fits,
    severity,
    spoken,
    what_follows,
)
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP102", slug="missing-batch-axis",
    summary="one sample was passed without its batch axis",
    explanation=(
        "The sample itself has the declared shape, so axis 0, which should count samples, is "
        "missing: the height of an image or the steps of a sequence stand in its place."),
    advice="slice instead of indexing: `images[0:1]`, or add the axis: `image[None, ...]`",
    versions={
        "keras<2.7": "a Functional raises; a Sequential with Input goes on where no layer "
                     "objects, and TF logs one warning when it traces",
        "keras>=2.7,<3": "a model with Input raises on a first call; silent after a good one "
                         "where no layer objects",
        "keras>=3": "a model with Input raises; after a good call it raises \"as_list() is not "
                    "defined\"",
    },
    bad=[
        Bad("image.predict(images[0])", "image.predict(images[0:1])"),
        Bad("recurrent.predict(series[2])", "recurrent.predict(series[2:3])"),
        Bad("picture = images[0]\nimage.predict(picture)",
            "picture = images[0]\nimage.predict(picture[None, ...])"),
        Bad("gray.predict(grays[0])", "gray.predict(grays[0:1])"),
    ],
    good=[
        Good("image.predict(images[0:1])"),
        Good("gray.predict(grays)"),
        Good("gray.predict(grays[0:1])"),
        Good("recurrent.predict(series[:1])"),
    ],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    args = [arg for arg, spec in misfits(call)
            if (spec.rank or 0) > 2 and (arg.passed.rank or 0) < (spec.rank or 0)
            and arg.passed.container != "Series" and row_fits(spec, arg.passed)]
    if not args:
        return
    text = f"it takes {args[0].passed.rows} for the number of samples"
    yield rule.finding(
        call,
        what=Message.of("{spoken}: one sample without its batch axis; {declares}",
                        spoken=spoken(args), declares=declares(args)),
        why=Message.of("axis 0 counts samples; {after}", after=what_follows(
            call, text + returns(call), ahead=REFUSED_OR_NOT)),
        fix=None if call.pipeline else rewritten(
            call, {a.name: kept(a) for a in args}, each="{}[None, ...]",
            labels=True),
        advice=Message.of("fix: yield batches, `sample[None, ...]`") if call.pipeline else None,
        inputs=args, severity=severity(args))
