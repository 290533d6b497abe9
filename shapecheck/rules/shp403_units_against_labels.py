"""SHP403: the last layer has another number of units than the labels have columns or classes."""
from __future__ import annotations

from typing import Iterator, Optional, Tuple

from shapecheck.facts import Array, Call, Finding, Message, must_differ, must_equal
from shapecheck.facts.losses import COMPARING
from shapecheck.rules.mending import outcome
from shapecheck.rules.rule import Bad, Good, Rule

_NET = ("net = keras.Sequential([keras.Input((4,)), L.Dense({})])\nnet.compile(loss='{}')\n"
        "net.fit(table, {})")
_CODES = "np.array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])"
_ONE_HOT = f"keras.utils.to_categorical({_CODES}, 10)"

rule = Rule(
    code="SHP403", slug="units-against-labels", stage="output",
    summary="the last layer's units do not fit the labels",
    explanation=(
        "One-hot labels need one unit for each class, regression targets one for each column, "
        "whole numbers 0..k-1 need k units. A loss like mean squared error broadcasts a single "
        "unit or a single column against many, and trains without an error."),
    advice="give the last layer one unit for each class (or each column of the labels)",
    versions={"all": "cross-entropy raises; mse and mae broadcast (N, 1) against (N, k) silently"},
    bad=[
        Bad(_NET.format(5, "categorical_crossentropy", _ONE_HOT)),
        Bad(_NET.format(1, "mse", "np.zeros((12, 3))")),
        Bad(_NET.format(9, "sparse_categorical_crossentropy", _CODES)),
        Bad(_NET.format(3, "mae", "np.zeros((12, 1))")),
    ],
    good=[
        Good(_NET.format(10, "categorical_crossentropy", _ONE_HOT)),
        Good(_NET.format(3, "mse", "np.zeros((12, 3))")),
        Good(_NET.format(11, "sparse_categorical_crossentropy", _CODES)),
        Good(_NET.format(1, "mse", "np.zeros(12)")),
    ],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    for output, label, loss in zip(call.predicted, call.labels, call.losses):
        shape, seen = output.array.shape, label.passed.shape
        if not shape or len(shape) < 2:
            continue
        units = shape[-1]
        wanted: Tuple[object, ...] = seen or ()
        if seen is None and loss == "sparse_categorical_crossentropy":
            wanted = tuple(shape[:-1])  # too large a class is too large in any shape
        if not wanted:
            continue
        axis = _other_axis(shape, wanted) if loss in COMPARING else None
        if axis is not None:
            yield rule.finding(
                call, at=label,
                what=Message.of("{labels} is {shape}, and the model returns {output}",
                                labels=label.expression, shape=label.passed,
                                output=output.array),
                why=Message.of(f"axis {axis}: {wanted[axis]} against {shape[axis]}; the loss is "
                               f"{loss} and compares value by value{{after}}",
                               after=outcome(call, "it broadcasts")),
                advice=Message.of(f"fix: make axis {axis} of the output as long as the labels: "
                                  "padding, strides, pooling and upsampling decide it"))
            continue
        if loss in COMPARING:
            told = _columns(shape, wanted, loss)
        elif loss == "sparse_categorical_crossentropy":
            told = _classes(units, label.passed, shape, wanted)
        else:
            continue
        if told is None and units == 1 and label.passed.values.one_hot \
                and loss != "sparse_categorical_crossentropy" and len(wanted) == 2:
            told = ", one-hot rows", "one unit for each class"
        if told is None and loss == "binary_crossentropy":
            told = _binary(units, label.passed, wanted)
        if told is None:
            continue
        have, need = told
        yield rule.finding(
            call, at=label,
            what=Message.of("{labels}{shape}{have}; the last layer has {units} unit{s}",
                            labels=label.expression, shape=Message.of(
                                " is {shape}", shape=label.passed) if label.passed.shape
                            else Message.of(""), have=Message.of(have),
                            units=Message.of(str(units)), s=Message.of(
                                "" if units == 1 else "s")),
            why=Message.of("the model returns {output} and the loss is {loss}{after}",
                           output=output.array, loss=Message.of(loss),
                           after=outcome(call, "the loss broadcasts")),
            advice=Message.of(f"fix: {need}"))


def _other_axis(shape: Tuple[object, ...], wanted: Tuple[object, ...]) -> Optional[int]:
    """An axis between the rows and the units that is proved to be of another size."""
    if len(shape) != len(wanted):
        return None
    pairs = list(enumerate(zip(shape, wanted)))[1:-1]
    return next((i for i, (a, b) in pairs if isinstance(a, int) and isinstance(b, int)
                 and a != b and 1 not in (a, b)), None)


def _columns(shape: Tuple[object, ...], wanted: Tuple[object, ...],
             loss: str) -> Optional[Tuple[str, str]]:
    units, columns = shape[-1], wanted[-1]
    if len(shape) == 2 and len(wanted) == 1 and isinstance(units, int) and units > 1 \
            and loss != "categorical_crossentropy":
        need = f"1 unit in the last layer, or labels with {units} columns"
        return ", one number a row", need
    if len(shape) != len(wanted):
        return None
    if not must_differ(units, columns):  # type: ignore[arg-type]
        return None
    if must_equal(columns, 1):  # type: ignore[arg-type]
        if loss == "categorical_crossentropy":
            return None  # SHP402
        return "", f"1 unit in the last layer, or labels with {units} columns"
    return "", f"{columns} units in the last layer"


def _classes(units: object, labels: Array, shape: Tuple[object, ...],
             wanted: Tuple[object, ...]) -> Optional[Tuple[str, str]]:
    if len(wanted) not in (len(shape), len(shape) - 1):
        return None
    if len(wanted) == len(shape) and not must_equal(wanted[-1], 1):  # type: ignore[arg-type]
        return None
    high = labels.values.high
    if isinstance(units, int) and high is not None and labels.values.whole and high >= units:
        return f", classes up to {int(high)}", f"{int(high) + 1} units in the last layer"
    return None


def _binary(units: object, labels: Array,
            wanted: Tuple[object, ...]) -> Optional[Tuple[str, str]]:
    high = labels.values.high
    if units == 1 and labels.values.whole and high is not None and high >= 2 and \
            (labels.values.classes or 0) > 2:
        return f", whole numbers up to {int(high)}", (
            f"{int(high) + 1} units with softmax and sparse_categorical_crossentropy")
    return None
