"""SHP607: branches of different sizes meet in a layer that merges them."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Definition, Finding, Message
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP607", slug="merge-sizes",
    summary="branches of different sizes meet in a merging layer",
    explanation=(
        "Add, Multiply, Average and the like take branches of one shape; Concatenate takes "
        "branches that differ on its own axis only. An odd size halved and doubled again is one "
        "smaller, and a convolution with stride or without padding shrinks its branch."),
    advice="padding=\"same\", a crop, a 1x1 convolution, or inputs whose sizes halve evenly",
    versions={"all": "raises when the layer is called: inputs with matching shapes"},
    bad=[
        Bad("both = L.Add()([L.Dense(4)(table_in), L.Dense(5)(table_in)])"),
        Bad("both = L.Concatenate()([steps_in, L.ZeroPadding1D(1)(steps_in)])"),
    ],
    good=[
        Good("both = L.Add()([L.Dense(4)(table_in), L.Dense(4)(table_in)])"),
        Good("both = L.Concatenate()([L.Dense(4)(table_in), L.Dense(5)(table_in)])"),
        Good("both = L.Concatenate(axis=1)([steps_in, L.ZeroPadding1D(1)(steps_in)])"),
    ],
)


@rule.check
def check(definition: Definition) -> Iterator[Finding]:
    if definition.problem != "sizes" or len(definition.inputs) < 2:
        return
    yield rule.finding(
        definition,
        what=Message.of("{source} gets {first} and {second}: {detail}",
                        source=" ".join(definition.source.split()), first=definition.inputs[0],
                        second=definition.inputs[1], detail=Message.of(definition.detail)),
        why=Message.of("the branches have to be equally large there"))
