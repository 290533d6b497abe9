"""SHP602: a layer gets another rank than it takes."""
from __future__ import annotations

import re
from typing import Iterator, Optional

from shapecheck.facts import Definition, Finding, Message
from shapecheck.facts.program import RECURRENT, SAME_SHAPE
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP602", slug="rank-of-first-layer",
    summary="a layer gets another rank than it takes",
    explanation=(
        "Recurrent layers and Conv1D take (rows, steps, features), Conv2D (rows, height, width, "
        "channels). `input_shape` leaves the rows out: (steps, features), (height, width, "
        "channels)."),
    advice="declare all axes but the rows: (steps, features), (height, width, channels)",
    versions={"all": "raises when the layer is called: expected ndim=3, found ndim=2"},
    bad=[
        Bad("lstm = keras.Sequential([keras.Input((10,)), L.LSTM(4)])"),
        Bad("conv = L.Conv2D(4, 3)(steps_in)"),
        Bad("conv = keras.Sequential([keras.Input((28, 28)), L.Conv2D(4, 3), L.Flatten()])"),
        Bad("conv = L.Conv1D(4, 3)(L.Flatten()(steps_in))"),
    ],
    good=[
        Good("lstm = keras.Sequential([keras.Input((10, 1)), L.LSTM(4)])"),
        Good("conv = L.Conv2D(4, 3)(L.Reshape((10, 3, 1))(steps_in))"),
        Good("wide = L.Dense(4)(steps_in)"),
    ],
)

_AXES = {"LSTM": "(steps, features)", "GRU": "(steps, features)",
         "SimpleRNN": "(steps, features)", "Bidirectional": "(steps, features)",
         "Conv1D": "(steps, channels)", "Conv2D": "(height, width, channels)",
         "Conv3D": "(depth, height, width, channels)", "ConvLSTM2D":
         "(steps, height, width, channels)", "MaxPooling2D": "(height, width, channels)",
         "MaxPooling1D": "(steps, channels)"}


@rule.check
def check(definition: Definition) -> Iterator[Finding]:
    if definition.problem != "rank" or with_batch(definition) or collapsed(definition):
        return
    if definition.detail.startswith("more axes"):
        return  # Keras 2 takes them for more rows, on purpose or not
    shape = definition.inputs[0] if definition.inputs else None
    yield rule.finding(
        definition,
        what=Message.of("{source} gets {shape}: rank {rank}, and it takes rank {wanted}",
                        source=" ".join(definition.source.split()), shape=shape,
                        rank=Message.of(str(shape.rank if shape else "?")),
                        wanted=Message.of(definition.wanted)),
        why=Message.of("axis 0 counts rows and is not declared; {axes}", axes=_axes(definition)),
        advice=_advice(definition))


def with_batch(definition: Definition) -> bool:
    """The declared shape has the rows in it: SHP601."""
    shape = definition.inputs[0].shape if definition.inputs else None
    if not definition.first or definition.declared is None or shape is None:
        return False
    declared = definition.declared
    if definition.wanted != str(len(shape) - 1):
        return False
    if not isinstance(declared[0], int) or re.search(r"\.shape(\[0\]|$)",
                                                     definition.declared_source):
        return True
    # (32, 64, 64, 3): rows of square images
    return len(declared) == 4 and declared[1] == declared[2] and declared[3] in (1, 3, 4)


def collapsed(definition: Definition) -> bool:
    """The recurrent layer before it returned its last step only: SHP404."""
    shape = definition.inputs[0].shape if definition.inputs else None
    return maker(definition) in RECURRENT and shape is not None and len(shape) == 2 \
        and definition.wanted in ("3", "at least 3")


def maker(definition: Definition) -> str:
    """The class of the layer that gave the input its rank; "" where there is none."""
    return next((name for name in definition.before if name not in SAME_SHAPE), "")


def _axes(definition: Definition) -> Message:
    axes = _AXES.get(definition.class_name)
    return Message.of(f"the other axes are {axes}" if axes else "all other axes are")


def _advice(definition: Definition) -> Optional[Message]:
    axes = _AXES.get(definition.class_name)
    if definition.first and axes:
        return Message.of(f"fix: declare {axes}, and give the data that shape")
    if axes:
        return Message.of("fix: bring it to that rank: Reshape, or the layer before it")
    return None
