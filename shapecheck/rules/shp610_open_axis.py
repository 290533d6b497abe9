"""SHP610: a layer needs a size that the declared shape leaves open."""
from __future__ import annotations

import ast
from typing import Iterator, Optional

from shapecheck.facts import Definition, Finding, Message
from shapecheck.rules.rule import Bad, Good, Rule
from shapecheck.source.expression import parse, segment

rule = Rule(
    code="SHP610", slug="open-axis",
    summary="a layer needs a size that is left open (None)",
    explanation=(
        "A Dense layer has one weight for each value on its last axis, a convolution for each "
        "channel: these sizes have to be known when the layer is built. None in a declared shape "
        "means any size, which is right for the number of steps, or the height and width of an "
        "image, and not for the axis that a layer learns on. Flatten makes one axis of all of "
        "them, so one None is enough to leave it open. `x.shape[0]` is None as well while a model "
        "is built: `tf.shape(x)[0]` is the number of rows when it runs."),
    advice="write the size of the last axis; pool over open axes instead of Flatten",
    versions={
        "keras<3": "raises: the last dimension of the inputs to a Dense layer should be defined, "
                   "or: the channel dimension of the inputs should be defined",
        "keras>=3": "raises: shapes used to initialize variables must be fully-defined; a "
                    "convolution raises TypeError, 'NoneType' and 'int'",
    },
    bad=[
        Bad("wide = L.Dense(3)(keras.Input((None,)))"),
        Bad("wide = L.Dense(3)(keras.Input(shape=(10, None)))"),
        Bad("conv = L.Conv2D(4, 3)(keras.Input((8, 8, None)))"),
    ],
    good=[
        Good("wide = L.Dense(3)(keras.Input((None, 8)))"),
        Good("conv = L.Conv2D(4, 3)(keras.Input((None, None, 3)))"),
        Good("conv = L.Conv2D(4, 3, data_format='channels_first')(keras.Input((3, None, None)))"),
        Good("words = L.Embedding(100, 8)(keras.Input((None,)))"),
    ],
)

_LEARNING = ("Dense", "Conv1D", "Conv2D", "Conv3D")


@rule.check
def check(definition: Definition) -> Iterator[Finding]:
    if definition.class_name not in _LEARNING or definition.before[:1] != ("Input",) \
            or definition.setting("data_format") not in (None, "channels_last"):
        return
    declared = _open(definition.previous_source)
    if declared is None:
        return
    yield rule.finding(
        definition,
        what=Message.of("{source} gets {declared}: its last axis is open",
                        source=" ".join(definition.source.split()), declared=declared),
        why=Message.of("the layer has a weight for each value on that axis, so its size must be "
                       "known"))


def _open(source: str) -> Optional[str]:
    """The shape as it is written in `Input(...)`, where its last size is None for sure."""
    node = parse(source)
    if not isinstance(node, ast.Call):
        return None
    named = [k.value for k in node.keywords if k.arg == "shape"]
    shape = next(iter(named + node.args[:1]), None)
    if not isinstance(shape, (ast.Tuple, ast.List)) or not shape.elts:
        return None
    last = shape.elts[-1]
    if not isinstance(last, ast.Constant) or last.value is not None:
        return None
    return segment(source, shape)
