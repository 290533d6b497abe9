"""SHP504: reshape where transpose is meant."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Finding, Message, Reshaping, must_differ, must_equal
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP504", slug="reshape-as-transpose",
    summary="reshape where transpose is meant",
    explanation=(
        "reshape keeps the values in the order in which they lie in memory and cuts them "
        "differently; transpose moves the axes. From (N, 3, 32, 32) to (N, 32, 32, 3) by reshape "
        "every pixel gets three values that never belonged together."),
    advice="`x.transpose(0, 2, 3, 1)`, `np.moveaxis(x, 1, -1)`",
    versions={"all": "silent: the sizes are right, the values are not"},
    bad=[
        Bad("first = np.moveaxis(images, -1, 1)\nlast = first.reshape(12, 8, 8, 3)"),
        Bad("first = np.zeros((12, 3, 8, 8))\nlast = np.reshape(first, (-1, 8, 8, 3))"),
    ],
    good=[
        Good("first = np.moveaxis(images, -1, 1)\nlast = first.transpose(0, 2, 3, 1)"),
        Good("flat = images.reshape(12, -1)\nagain = flat.reshape(12, 8, 8, 3)"),
        Good("first = np.zeros((12, 1, 8, 8))\nlast = first.reshape(12, 8, 8, 1)"),
    ],
)


@rule.check
def check(reshaping: Reshaping) -> Iterator[Finding]:
    before, after = reshaping.before.shape, reshaping.after.shape
    if before is None or after is None or len(before) != len(after) or len(before) < 3:
        return
    if not all(isinstance(d, int) for d in (*before[1:], *after[1:])):
        return
    if must_differ(before[0], after[0]) or tuple(before) == tuple(after):
        return
    first_last = (*before[2:], before[1])
    last_first = (before[-1], *before[1:-1])
    moved = tuple(after[1:])
    if moved not in (tuple(first_last), tuple(last_first)) or moved == tuple(before[1:]):
        return
    channel = before[1] if moved == tuple(first_last) else before[-1]
    if must_equal(channel, 1) or all(d == 1 for d in moved if d != channel):
        return  # an axis of one value may stand anywhere
    how = "np.moveaxis({}, 1, -1)" if moved == tuple(first_last) else "np.moveaxis({}, -1, 1)"
    yield rule.finding(
        reshaping,
        what=Message.of("{source}: {before} becomes {after} by cutting, not by moving axes",
                        source=" ".join(reshaping.source.split()), before=reshaping.before,
                        after=reshaping.after),
        why=Message.of("reshape keeps the order of the values: pixels and channels are mixed up"),
        advice=Message.of("fix: {code}", code=how.format(reshaping.expression)))
