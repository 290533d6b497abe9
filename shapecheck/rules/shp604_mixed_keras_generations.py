"""SHP604: layers of one Keras in a model of another."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Definition, Finding, Message
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP604", slug="mixed-keras-generations",
    summary="layers of one Keras in a model of another",
    explanation=(
        "keras (Keras 3), tf_keras (Keras 2) and tensorflow.python.keras (an old copy inside "
        "TensorFlow) are three libraries: their tensors, layers and models do not know each "
        "other. tf.keras is one of the first two, by TF_USE_LEGACY_KERAS."),
    advice="import everything from one of them",
    versions={"keras>=2.15,<3": "a Sequential raises; a layer of Keras 3 takes the tensor silently",
              "keras>=3": "raises: KerasTensor is not allowed, only instances of Layer can be "
                          "added"},
    bad=[
        Bad("import tf_keras\nmixed = keras.Sequential([keras.Input((4,)), "
            "tf_keras.layers.Dense(1)])", only="keras>=3"),
        Bad("import tf_keras\nmixed = tf_keras.layers.Dense(1)(table_in)", only="keras>=3"),
    ],
    good=[
        Good("import tf_keras\nold = tf_keras.Sequential([tf_keras.Input((4,)), "
             "tf_keras.layers.Dense(1)])", only="keras>=2.15"),  # where there is a tf_keras
    ],
)

_NAMES = {"keras": "keras", "tf_keras": "tf_keras", "tensorflow": "tf.keras",
          "tensorflow.python": "tensorflow.python.keras"}


@rule.check
def check(definition: Definition) -> Iterator[Finding]:
    if definition.problem != "generations":
        return
    own = definition.generations[0] if definition.generations else ""
    yield rule.finding(
        definition,
        what=Message.of("{source} is of {own}, and goes into a model of {other}",
                        source=" ".join(definition.source.split()) or definition.class_name,
                        own=Message.of(_NAMES.get(own, own)),
                        other=Message.of(_NAMES.get(definition.wanted, definition.wanted))),
        why=Message.of("they are two libraries: layers and tensors of one mean nothing to the "
                       "other"))
