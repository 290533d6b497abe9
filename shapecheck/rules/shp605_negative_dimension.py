"""SHP605: a kernel or pool is larger than what is left of the image."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Definition, Finding, Message
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP605", slug="negative-dimension",
    summary="a kernel or pool is larger than what is left",
    explanation=(
        "Each convolution without padding takes kernel - 1 off an axis, each pooling divides it. "
        "Where less is left than the next window needs, no output remains. Often the axes stand "
        "in another order than the layer thinks: channels first, or an axis is missing; or a "
        "setting of Keras 1 is read as strides."),
    advice="padding=\"same\", smaller windows, fewer of them, or larger inputs",
    versions={"all": "raises when the model is built"},
    bad=[
        Bad("small = L.Conv2D(8, 5)(L.MaxPooling2D(4)(pixels_in))"),
        Bad("tiny = keras.Sequential([keras.Input((4, 1)), L.Conv1D(8, 5)])"),
    ],
    good=[
        Good("small = L.Conv2D(8, 2)(L.MaxPooling2D(4)(pixels_in))"),
        Good('small = L.Conv2D(8, 5, padding="same")(L.MaxPooling2D(4)(pixels_in))'),
    ],
)


@rule.check
def check(definition: Definition) -> Iterator[Finding]:
    if definition.problem != "negative":
        return
    shape = definition.inputs[0] if definition.inputs else None
    yield rule.finding(
        definition,
        what=Message.of("{source} gets {shape}: nothing is left",
                        source=" ".join(definition.source.split()), shape=shape),
        why=Message.of("{detail}", detail=Message.of(definition.detail.replace("{", "(")
                                                     .replace("}", ")"))))
