"""SHP402: the labels have the form of the other cross-entropy."""
from __future__ import annotations

from typing import Iterator, Optional

from shapecheck.facts import Argument, Array, Call, Finding, Message, must_equal
from shapecheck.rules.mending import outcome
from shapecheck.rules.rule import Bad, Good, Rule

_NET = ("net = keras.Sequential([keras.Input((4,)), L.Dense(3, activation='softmax')])\n"
        "net.compile(loss='{}')\nnet.fit(table, {})")
_CODES = "np.arange(12) % 3"
_ONE_HOT = f"keras.utils.to_categorical({_CODES}, 3)"

rule = Rule(
    code="SHP402", slug="label-encoding", stage="output",
    summary="the labels have the form of the other cross-entropy",
    explanation=(
        "categorical_crossentropy takes one-hot rows, (N, classes); "
        "sparse_categorical_crossentropy takes one whole number a row, (N,) or (N, 1)."),
    advice="whole numbers: sparse_categorical_crossentropy; one-hot rows: "
           "categorical_crossentropy",
    versions={"all": "raises: shapes (None, 1) and (None, 10) are incompatible, or logits and "
                     "labels must have the same first dimension"},
    bad=[
        Bad(_NET.format("categorical_crossentropy", _CODES)),
        Bad(_NET.format("sparse_categorical_crossentropy", _ONE_HOT)),
    ],
    good=[
        Good(_NET.format("sparse_categorical_crossentropy", _CODES)),
        Good(_NET.format("categorical_crossentropy", _ONE_HOT)),
        Good(_NET.format("sparse_categorical_crossentropy", f"({_CODES})[:, None]")),
    ],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    for output, label, loss in zip(call.predicted, call.labels, call.losses):
        classes = output.array.shape[-1] if output.array.shape else None
        rank = output.array.rank
        if rank is None or not isinstance(classes, int) or classes < 2:
            continue
        form = _form(label.passed, rank, classes)
        if loss == "categorical_crossentropy" and form == "codes":
            yield _finding(call, label, output.array, loss, "one whole number a row",
                           "one-hot rows", "sparse_categorical_crossentropy",
                           "to_categorical(labels)")
        elif loss == "sparse_categorical_crossentropy" and form == "one-hot":
            yield _finding(call, label, output.array, loss, "one-hot rows",
                           "one whole number a row", "categorical_crossentropy",
                           "labels.argmax(-1)")


def _form(labels: Array, rank: int, classes: int) -> Optional[str]:
    """"codes": certainly one number a row; "one-hot": certainly one row of classes."""
    shape = labels.shape
    if shape is None:
        return None
    if labels.values.one_hot:
        return "one-hot" if len(shape) == rank else None
    if len(shape) == rank - 1 or (len(shape) == rank and must_equal(shape[-1], 1)):
        return "codes"
    if len(shape) == rank and (must_equal(shape[-1], classes) or labels.values.one_hot):
        # (N, steps) codes for (N, steps, classes) have another rank
        return "one-hot"
    return "one-hot" if _columns_of_classes(labels, rank, classes) else None


def _columns_of_classes(labels: Array, rank: int, classes: int) -> bool:
    """What an encoder makes of classes that are not counted: a column of 0 and 1 for each, but a
    single one for two of them, for which no model has three units."""
    values = labels.values
    return len(labels.shape or ()) == rank == 2 and classes > 2 and values.whole is True \
        and (values.low, values.high, values.classes) == (0, 1, None)


def _finding(call: Call, label: Argument, output: Array, loss: str, have: str, wanted: str,
             other: str, convert: str) -> Finding:
    return rule.finding(
        call,
        what=Message.of(f"{{labels}} is {{shape}}, {have}, for {{output}}; {loss} takes {wanted}",
                        labels=label.expression, shape=label.passed, output=output),
        why=Message.of("the form of the labels and the loss go together{after}", after=outcome(
            call, "the loss compares what does not belong together")),
        at=label,
        advice=Message.of(f"fix: loss=\"{other}\" (or {convert})"))
