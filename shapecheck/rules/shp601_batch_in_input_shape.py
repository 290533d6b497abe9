"""SHP601: the declared shape has the rows in it."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Definition, Finding, Message, must_equal
from shapecheck.facts.records import replace
from shapecheck.rules.rule import Bad, Good, Rule
from shapecheck.rules.shp602_rank_of_first_layer import with_batch

rule = Rule(
    code="SHP601", slug="batch-in-input-shape", stage="pipeline",
    summary="the declared shape counts the rows too",
    explanation=(
        "`shape=` and `input_shape=` describe one row: Keras puts the batch axis in front by "
        "itself. `x_train.shape` or `(None, 784)` declares one axis too many."),
    advice="leave the rows out: `x_train.shape[1:]`, `(784,)`",
    versions={"keras<3": "raises: found ndim one too high; (None, 784) for a Dense is let through",
              "keras>=3": "raises when data come, or when a layer takes a fixed rank"},
    bad=[
        Bad("net = keras.Sequential([L.Conv2D(4, 3, input_shape=(None, 8, 8, 3)), L.Flatten()])"),
        Bad("net = keras.Sequential([L.Dense(4, input_shape=table.shape), L.Dense(3)])\n"
            "net.compile(loss='mse')\nnet.fit(table, np.zeros((12, 3)))"),
    ],
    good=[
        Good("net = keras.Sequential([L.Conv2D(4, 3, input_shape=(8, 8, 3)), L.Flatten()])"),
        Good("net = keras.Sequential([L.LSTM(4, input_shape=(None, 3)), L.Dense(3)])"),
        Good("net = keras.Sequential([L.Dense(4, input_shape=table.shape[1:]), L.Dense(3)])\n"
             "net.compile(loss='mse')\nnet.fit(table, np.zeros((12, 3)))"),
    ],
)


@rule.check
def definitions(definition: Definition) -> Iterator[Finding]:
    if definition.problem != "rank" or not with_batch(definition):
        return
    written = definition.declared_source or str(definition.declared)
    advice = None
    if written.endswith(".shape"):
        advice = Message.of("fix: {code}[1:]", code=written)
    yield rule.finding(
        definition,
        what=Message.of("{written} counts the rows too: {name} gets rank {rank}, and takes "
                        "{wanted}", written=written, name=definition.class_name,
                        rank=Message.of(str(definition.inputs[0].rank)),
                        wanted=Message.of(definition.wanted)),
        why=Message.of("Keras puts the batch axis in front by itself"), advice=advice)


@rule.check
def calls(call: Call) -> Iterator[Finding]:
    if call.method not in ("fit", "train_on_batch", "evaluate") or call.pipeline:
        return
    for arg in call.inputs:
        spec, passed = arg.declared, arg.passed.shape
        if spec is None or spec.shape is None or passed is None or len(passed) < 2:
            continue
        item = tuple(spec.shape)[1:]
        if len(item) != len(passed) or not all(map(must_equal, item[1:], passed[1:])):
            continue
        rows = call.labels[0].passed.rows if call.labels else None
        if not (must_equal(item[0], passed[0]) or (item[0] is None and _is_rows(passed[0], rows))):
            continue
        written = arg.declared_source
        if not written.endswith(".shape") and (call.finished or not written):
            continue  # it may be one row, with its labels
        found = rule.finding(
            call,
            what=Message.of("{written} counts the rows too: {name} then declares {spec}, and "
                            "{expr} is {passed}", written=written or str(item), name=arg.name,
                            spec=spec, expr=arg.expression, passed=arg.passed),
            why=Message.of("Keras puts the batch axis in front by itself"), inputs=[arg],
            advice=Message.of("fix: {code}[1:]", code=written) if written.endswith(".shape")
            else None)
        yield found if arg.declared_at is None else replace(found, location=arg.declared_at)
        return


def _is_rows(size: object, labels: object) -> bool:
    """As many as there are labels, so it is rows that axis 0 counts."""
    return must_equal(size, labels)  # type: ignore[arg-type]
