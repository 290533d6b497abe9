"""SHP405: softmax over an axis of size 1 is 1.0, whatever comes in."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Definition, Finding, Message, must_equal
from shapecheck.rules.mending import edited
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP405", slug="softmax-over-one-unit",
    summary="softmax over one unit is always 1.0",
    explanation=(
        "Softmax makes the values along the last axis sum to one. Where that axis holds a single "
        "value, it is 1.0 for every row, and no training can change it."),
    advice="one unit: activation=\"sigmoid\"; softmax: one unit for each class",
    versions={"keras<3": "silent: the accuracy stays where it began",
              "keras>=3": "one warning when the layer is called"},
    bad=[
        Bad('out = L.Dense(1, activation="softmax")(L.Flatten()(pixels_in))',
            'L.Dense(1, activation="sigmoid")'),
        Bad('classifier = keras.Sequential([keras.Input((4,)), L.Dense(8), L.Dense(1), '
            'L.Softmax()])'),
    ],
    good=[
        Good('out = L.Dense(2, activation="softmax")(L.Flatten()(pixels_in))'),
        Good('out = L.Dense(1, activation="sigmoid")(L.Flatten()(pixels_in))'),
    ],
)


@rule.check
def check(definition: Definition) -> Iterator[Finding]:
    softmax = definition.class_name == "Softmax" or definition.setting("activation") == "softmax"
    output = definition.output
    if definition.problem or not softmax or output is None or not output.shape:
        return
    if not must_equal(output.shape[-1], 1) or len(output.shape) < 2:
        return
    if definition.setting("axis", -1) not in (-1, len(output.shape) - 1):
        return
    fix = None
    for quote in "\"'":
        written = f"{quote}softmax{quote}"
        if definition.source.count(written) == 1 and "units" not in definition.source:
            start = definition.source.index(written)
            fix = edited(definition, [((start, start + len(written)), f"{quote}sigmoid{quote}")],
                         safe=False, where=definition.written_at)
    yield rule.finding(
        definition,
        what=Message.of("{source}: softmax over one unit, {shape}, is always 1.0",
                        source=_short(definition.source), shape=output),
        why=Message.of("softmax makes the last axis sum to one, and there is one value on it"),
        fix=fix)


def _short(text: str) -> str:
    return " ".join(text.split())
