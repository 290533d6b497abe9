"""SHP121: rows of different lengths, in an array of objects."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Finding, Message
from shapecheck.rules.mending import what_follows
from shapecheck.rules.rule import Bad, Good, Rule

_SETUP = ("rows = np.empty(3, dtype=object)\n"
          "rows[:] = [[5, 2, 9], [4, 8], [7, 1, 3, 6]]\n")

rule = Rule(
    code="SHP121", slug="ragged-rows", stage="pipeline",
    summary="rows of different lengths are no array",
    explanation=(
        "An array has one length for all rows. NumPy and pandas keep rows of different lengths as "
        "objects, one Python list or array each: a column of lists of token ids is one. Keras "
        "takes numbers only."),
    advice="bring the rows to one length: `keras.utils.pad_sequences(rows)`, or a RaggedTensor",
    versions={"keras<3": "raises: failed to convert a NumPy array to a Tensor (unsupported object "
                         "type)", "keras>=3": "raises: invalid dtype: object"},
    bad=[
        Bad("model.predict(rows)", setup=_SETUP),
        Bad("model(rows)", setup=_SETUP),
        Bad("dense.fit(table[:3], rows, verbose=0)", setup=_SETUP),
    ],
    good=[Good("model.predict(x)")],
    reader_blind="what the rows of an array of objects are, only a run can tell",
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    for arg in (*call.inputs, *call.labels):
        if not arg.passed.values.ragged or (call.finished and call.raised is None):
            continue
        after = what_follows(call, "", ahead="Keras raises")
        yield rule.finding(
            call,
            what=Message.of("{expr} is {shape} of objects: each row is an array or a list of its "
                            "own", expr=arg.expression, shape=arg.passed),
            why=Message.of("Keras takes numbers, with one length for all rows{after}",
                           after=Message.of("; {after}", after=after) if str(after) else
                           Message.of("")),
            inputs=[arg])
