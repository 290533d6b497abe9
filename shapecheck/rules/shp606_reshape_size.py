"""SHP606: a Reshape layer to more or fewer values than a row has."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Definition, Finding, Message
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP606", slug="reshape-size",
    summary="a Reshape to another number of values than a row has",
    explanation=(
        "Reshape cuts each row anew and keeps all of its values: the sizes of the target "
        "multiply to as many as come in. A decoder's Dense has to have height * width * channels "
        "units."),
    advice="let the sizes multiply to the values of a row, or write -1 for one of them",
    versions={"all": "raises when the layer is called: total size must be unchanged"},
    bad=[
        Bad("grid = L.Reshape((8, 8, 2))(L.Dense(7 * 7 * 2)(table_in))"),
        Bad("net = keras.Sequential([keras.Input((10, 3)), L.Reshape((10, 4))])"),
    ],
    good=[
        Good("grid = L.Reshape((7, 7, 2))(L.Dense(7 * 7 * 2)(table_in))"),
        Good("grid = L.Reshape((-1, 2))(L.Dense(7 * 7 * 2)(table_in))"),
    ],
)


@rule.check
def check(definition: Definition) -> Iterator[Finding]:
    if definition.problem != "reshape":
        return
    shape = definition.inputs[0] if definition.inputs else None
    yield rule.finding(
        definition,
        what=Message.of("{source} gets {shape}: {detail}",
                        source=" ".join(definition.source.split()), shape=shape,
                        detail=Message.of(definition.detail)),
        why=Message.of("the values of a row stay as many as they are"))
