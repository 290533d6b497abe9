"""SHP603: `shape=784` is a number where a tuple is meant."""
from __future__ import annotations

from typing import Iterator, Tuple

from shapecheck.facts import Definition, Finding, Fix, Message
from shapecheck.rules.mending import edited
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP603", slug="shape-not-a-tuple",
    summary="a shape is a tuple: `(784,)`, not `784` and not `(784)`",
    explanation=(
        "Brackets alone make no tuple in Python: `(784)` is the number 784; the comma makes it. "
        "Keras 3 raises for a number, Keras 2 takes it for `(784,)` in some places."),
    advice="write the comma: `(784,)`",
    versions={"keras<3": "Input(shape=784) goes on; input_shape=784 raises for most layers",
              "keras>=3": "raises TypeError or ValueError"},
    bad=[
        Bad("flat_in = keras.Input(shape=784)", "keras.Input(shape=(784,))"),
        Bad("flat_in = keras.Input(shape=(784))", "keras.Input(shape=(784,))"),
        Bad("first = L.Dense(4, input_shape=(784))", "L.Dense(4, input_shape=(784,))"),
    ],
    good=[
        Good("flat_in = keras.Input(shape=(784,))"),
        Good("flat_in = keras.Input(shape=[784])"),
        Good("first = L.Dense(4, input_shape=(784,))"),
    ],
)


@rule.check
def check(definition: Definition) -> Iterator[Finding]:
    if definition.problem != "not a tuple" or definition.declared is None:
        return
    written = definition.declared_source.strip() or str(definition.declared[0])
    number = written
    while number.startswith("(") and number.endswith(")"):
        number = number[1:-1].strip()
    fix = None
    brackets = f"=({written})"
    if definition.source.count(brackets) == 1:
        start = definition.source.index(brackets) + 1
        fix = _mended(definition, (start, start + len(written) + 2), f"({written},)")
    elif definition.source.count(written) == 1:
        start = definition.source.index(written)
        fix = _mended(definition, (start, start + len(written)), f"({number},)")
    yield rule.finding(
        definition,
        what=Message.of("{written} is a number, not a shape", written=written),
        why=Message.of("brackets alone make no tuple, the comma does: Keras 3 raises, Keras 2 "
                       "takes the number"), fix=fix)


def _mended(definition: Definition, span: Tuple[int, int], new: str) -> Fix:
    return edited(definition, [(span, new)], where=definition.written_at)
