"""SHP406: image axes reach the output because nothing flattens them."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Finding, Message, must_differ
from shapecheck.facts.program import RECURRENT
from shapecheck.rules.mending import outcome
from shapecheck.rules.rule import Bad, Good, Rule

_NET = ("net = keras.Sequential([keras.Input((8, 8, 3)), L.Conv2D(4, 3), {}L.Dense(2, "
        "activation='softmax')])\nnet.compile(loss='sparse_categorical_crossentropy')\n"
        "net.fit(images, np.zeros(12, 'int32'))")

rule = Rule(
    code="SHP406", slug="missing-flatten", stage="output",
    summary="image axes reach the output because nothing flattens them",
    explanation=(
        "Dense works on the last axis and keeps all others: on (rows, height, width, channels) it "
        "returns (rows, height, width, units). Labels are one a row, so the loss raises, or "
        "broadcasts them over every pixel."),
    advice="L.Flatten() or a global pooling before the first Dense",
    versions={"all": "the model is built without a word; the loss raises, or broadcasts"},
    bad=[
        Bad(_NET.format("")),
        Bad("flat = keras.Sequential([keras.Input((8, 8)), L.Dense(16), L.Dense(10)])\n"
            "flat.compile(loss='mse')\nflat.fit(grays, np.zeros((12, 1)))"),
    ],
    good=[
        Good(_NET.format("L.Flatten(), ")),
        Good(_NET.format("L.GlobalAveragePooling2D(), ")),
    ],
)

#: layers whose results stay apart by steps on purpose
_BY_STEP = (*RECURRENT, "TimeDistributed", "MultiHeadAttention", "ConvLSTM2D")


@rule.check
def check(call: Call) -> Iterator[Finding]:
    for output, label in zip(call.predicted, call.labels):
        shape, wanted = output.array.shape, label.passed.shape
        if shape is None or wanted is None or len(shape) < 3 or len(wanted) not in (1, 2):
            continue
        names = call.through
        if not names or names[-1] not in ("Dense", "Activation", "Softmax") \
                or "?" in names or "Lambda" in names:
            continue
        if any(name in _BY_STEP for name in names):
            continue
        if len(shape) == 3 and len(wanted) == 2 and not must_differ(wanted[1], shape[1]) \
                and not label.passed.values.one_hot:
            continue
        yield rule.finding(
            call,
            what=Message.of("the model returns {shape} for each batch; {labels} is {wanted}, one "
                            "label a row", shape=output.array, labels=label.expression,
                            wanted=label.passed),
            why=Message.of("Dense works on the last axis and keeps the others; nothing between "
                           "the input and the output flattens them{after}",
                           after=outcome(call, "the loss broadcasts")))
