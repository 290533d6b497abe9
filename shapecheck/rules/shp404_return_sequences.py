"""SHP404: return_sequences does not fit what follows."""
from __future__ import annotations

from typing import Iterator, Tuple

from shapecheck.facts import Array, Call, Definition, Finding, Message, must_differ
from shapecheck.facts.program import RECURRENT
from shapecheck.facts.shape import Dim
from shapecheck.rules.mending import edited, outcome
from shapecheck.rules.rule import Bad, Good, Rule
from shapecheck.rules.shp602_rank_of_first_layer import collapsed, maker

rule = Rule(
    code="SHP404", slug="return-sequences", stage="output",
    summary="return_sequences does not fit what follows",
    explanation=(
        "A recurrent layer returns its last step, (rows, units), or with return_sequences=True "
        "all of them, (rows, steps, units). A recurrent layer after it needs all steps; a label "
        "for each row needs the last one only. Where a loss broadcasts, each step is trained "
        "towards the label of the row, without an error."),
    advice="return_sequences=True in all recurrent layers but the last",
    versions={"all": "another recurrent layer raises (expected ndim=3, found ndim=2); mean squared "
                     "error against one label a row broadcasts without a word"},
    bad=[
        Bad("twice = keras.Sequential([keras.Input((10, 3)), L.LSTM(8), L.LSTM(4)])",
            "L.LSTM(8, return_sequences=True)"),
        Bad("last = keras.Sequential([keras.Input((10, 3)), L.LSTM(8), L.Dense(5)])\n"
            "last.compile(loss='sparse_categorical_crossentropy')\n"
            "last.fit(series, np.zeros((12, 10)))"),
        Bad("each = keras.Sequential([keras.Input((10, 3)), L.LSTM(8, return_sequences=True), "
            "L.Dense(1)])\neach.compile(loss='mse')\neach.fit(series, np.zeros((12, 1)))"),
        Bad("any_length = keras.Sequential([keras.Input((None, 3)), L.LSTM(8, "
            "return_sequences=True), L.Dense(1)])\nany_length.compile(loss='mse')\n"
            "any_length.fit(series, np.zeros((12, 1)))"),
    ],
    good=[
        Good("recurrent.fit(series, np.zeros((12, 2, 1)), verbose=0)",
             setup="recurrent.compile('sgd', 'mse')"),
        Good("twice = keras.Sequential([keras.Input((10, 3)), "
             "L.LSTM(8, return_sequences=True), L.LSTM(4)])"),
        Good("each = keras.Sequential([keras.Input((10, 3)), L.LSTM(8, return_sequences=True), "
             "L.Dense(1)])\neach.compile(loss='mse')\neach.fit(series, np.zeros((12, 10, 1)))"),
    ],
)

_STEPWISE = ("Dense", "Dropout", "Activation", "TimeDistributed", "BatchNormalization",
             "LayerNormalization", "LeakyReLU", "ReLU", "Softmax", "Reshape")


@rule.check
def definitions(definition: Definition) -> Iterator[Finding]:
    if definition.problem != "rank" or not collapsed(definition):
        return
    source = definition.previous_source
    fix = None
    if source.endswith(")") and "return_sequences" not in source and maker(definition) != \
            "Bidirectional":
        comma = "" if source.rstrip(")").rstrip().endswith(("(", ",")) else ", "
        end = len(source) - 1
        fix = edited(definition, [((end, end + 1), f"{comma}return_sequences=True)")],
                     source=source, where=definition.previous_at)
    yield rule.finding(
        definition,
        what=Message.of("{source} gets {shape}: the {before} before it returns its last step only",
                        source=" ".join(definition.source.split()), shape=definition.inputs[0],
                        before=maker(definition)),
        why=Message.of("a layer over steps takes (rows, steps, features)"), fix=fix)


@rule.check
def calls(call: Call) -> Iterator[Finding]:
    losses = call.losses or ("",) * len(call.predicted)
    for output, label, loss in zip(call.predicted, call.labels, losses):
        shape, wanted = output.array.shape, label.passed.shape
        if shape is None or wanted is None:
            continue
        if len(shape) == 2 and _per_step(loss, shape, label.passed) \
                and _maker(call) in RECURRENT:
            yield rule.finding(
                call,
                what=Message.of("the model returns {shape}, one result a row; {labels} is "
                                "{wanted}, one label a step", shape=output.array,
                                labels=label.expression, wanted=label.passed),
                why=Message.of("the last recurrent layer returns its last step only{after}",
                               after=outcome(call, "the loss broadcasts")),
                advice=Message.of("fix: return_sequences=True in the last recurrent layer"))
            continue
        if len(shape) != 3 or len(wanted) not in (1, 2):
            continue
        if len(wanted) == 2 and not must_differ(wanted[1], _steps(call, shape[1])) \
                and not label.passed.values.one_hot:
            continue  # one label a step, written without the last axis
        if _maker(call) not in RECURRENT:
            continue
        yield rule.finding(
            call,
            what=Message.of("the model returns {shape}, one result a step; {labels} is {wanted}, "
                            "one label a row", shape=output.array, labels=label.expression,
                            wanted=label.passed),
            why=Message.of("the last recurrent layer has return_sequences=True; the loss "
                           "compares every step with the label of the row{after}",
                           after=outcome(call, "it broadcasts")),
            advice=Message.of("fix: return_sequences=False in the last recurrent layer"))


def _steps(call: Call, declared: Dim) -> Dim:
    """How many steps come out: as many as go in, where any length is declared."""
    kept = all(name in (*RECURRENT, *_STEPWISE, "Embedding", "Masking") and name != "Reshape"
               for name in call.through)
    if declared is not None or not kept or not call.through or len(call.inputs) != 1:
        return declared
    given = call.inputs[0].received or call.inputs[0].passed
    wanted = 2 if "Embedding" in call.through else 3
    return given.shape[1] if given.shape is not None and len(given.shape) == wanted else None


def _maker(call: Call) -> str:
    """The layer that gave the output its rank."""
    return next((n for n in reversed(call.through) if n not in _STEPWISE), "")


def _per_step(loss: str, shape: Tuple[object, ...], labels: Array) -> bool:
    """Are there labels for each step, certainly?"""
    wanted = labels.shape or ()
    if loss == "sparse_categorical_crossentropy":
        return len(wanted) == 2 and isinstance(wanted[1], int) and wanted[1] > 1 \
            and wanted[1] != shape[-1] and not labels.values.one_hot
    if len(wanted) == 3 and wanted[2] == 1 and wanted[1] == shape[-1]:
        return False  # Keras takes a trailing 1 away: one label a row
    # (rows, 1, k) may be one label a row, one axis too many
    return bool(loss) and len(wanted) == 3 and isinstance(wanted[1], int) and wanted[1] > 1
