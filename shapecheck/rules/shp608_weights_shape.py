"""SHP608: weights of another shape than the layer they are for."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Definition, Finding, Message
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP608", slug="weights-shape",
    summary="weights of another shape than the layer they are for",
    explanation=(
        "The shape of a weight follows from the layer: (inputs, units) for a Dense. Weights of a "
        "file fit the very architecture that they were saved from. The weights of "
        "Embedding(input_dim, output_dim) are (input_dim, output_dim). A matrix of "
        "vectors that were trained before has as many columns as those vectors, and one row more "
        "than the vocabulary has words where row 0 is kept for padding."),
    advice="Embedding(*matrix.shape, weights=[matrix]), and build the matrix with input_dim rows",
    versions={"all": "raises: layer weight shape not compatible with provided weight shape"},
    bad=[
        Bad("words = L.Embedding(5, 8, weights=[np.zeros((6, 8))])(keras.Input((3,)))"),
        Bad("vectors = np.zeros((6, 50))\n"
            "words = L.Embedding(6, 100, weights=[vectors])(keras.Input((3,)))"),
    ],
    good=[
        Good("words = L.Embedding(6, 8, weights=[np.zeros((6, 8))])(keras.Input((3,)))"),
    ],
)


@rule.check
def check(definition: Definition) -> Iterator[Finding]:
    if definition.problem != "weights" or not definition.inputs:
        return
    yield rule.finding(
        definition,
        what=Message.of("{source}: the matrix is {shape}, and the layer is {wanted}",
                        source=" ".join(definition.source.split()), shape=definition.inputs[0],
                        wanted=Message.of(definition.wanted)),
        why=Message.of("the weights of an Embedding are (input_dim, output_dim)"))
