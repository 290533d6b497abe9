"""SHP101: one row was passed without its batch axis."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Finding, Message
from shapecheck.rules.mending import before_2_7, declares, kept, misfits, rewritten, spoken, \
    what_follows
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP101", slug="rank-1-input",
    summary="one row was passed without its batch axis",
    explanation=(
        "Axis 0 of everything that goes into a model counts rows. `x[0]` drops that axis: the "
        "values of one row stand where rows should, and a model that goes on takes each value "
        "for a row of its own. For token ids that is one sequence of one token per value."),
    advice="slice instead of indexing: `x[0:1]` keeps axis 0, `row[None, :]` adds it",
    versions={
        "keras<2.7": "silent: every host method makes (W,) into (W, 1); TF logs one warning when "
                     "it traces, for Functional models only",
        "keras>=2.7,<3": "a Functional lets it through, a later layer may raise; after a good "
                         "call even that check can be gone",
        "keras>=3": "a Functional or Sequential with Input raises; the message names the first "
                    "chunk, (32,), and not what was passed",
    },
    bad=[
        Bad("model.predict(x[0])", "model.predict(x[0:1])"),
        Bad("pair.predict([data_x[0][0], data_x[1][0]])",
            "pair.predict([data_x[0][0:1], data_x[1][0:1]])"),
        Bad("row = x[3]\nmodel.predict(row)", "row = x[3]\nmodel.predict(row[None, :])"),
        Bad("model.predict_on_batch(x[-1])", "model.predict_on_batch(x[-1:])"),
        Bad("dense.predict(table[0])", "dense.predict(table[0:1])"),
        Bad("free.predict(x[0])", "free.predict(x[0:1])"),
        Bad("pair.predict({'input_ids': x[0], 'attention_mask': np.ones_like(x)[0]})",
            "pair.predict({'input_ids': x[0:1], 'attention_mask': np.ones_like(x)[0:1]})"),
    ],
    good=[
        Good("model.predict(x[0:1])"),
        Good("model.predict(x[0][None])"),
        Good("narrow.predict(table[:, 0])  # (N,) where (None, 1) is declared: N rows of one"),
        Good("gray.predict(grays)  # (N, 8, 8) where (None, 8, 8, 1) is declared"),
    ],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    args = [arg for arg, spec in misfits(call)
            if arg.passed.rank == 1 and (spec.rank or 0) == 2
            and arg.passed.container != "Series"]  # SHP104: another cause, another fix
    if not args:
        return
    n = args[0].passed.rows
    unit = "one token" if args[0].role or "int" in (args[0].declared.dtype or "") else "one value"
    several = call.pipeline and f"each item that {args[0].expression} yields is one row; "
    old = "" if call.method == "__call__" or before_2_7(call) else (
        f"TF <= 2.6 makes it ({n}, 1) in silence, {n} rows of {unit} each")
    after = what_follows(call, _expanded(call, n, unit), old)
    yield rule.finding(
        call,
        what=Message.of("{spoken}: one row without its batch axis; {declares}",
                        spoken=spoken(args), declares=declares(args)),
        why=Message.of("{several}axis 0 counts rows; {after}",
                       several=Message.of("{text}", text=several) if several else Message(()),
                       after=after),
        fix=None if call.pipeline else rewritten(
            call, {a.name: kept(a) for a in args}, each="{}[None, :]"),
        advice=Message.of("fix: yield batches: a row needs its axis 0, `row[None, :]`")
        if call.pipeline else None,
        inputs=args)


def _expanded(call: Call, rows: object, unit: str) -> str:
    received = next((a.received for a in call.inputs if a.received is not None), None)
    as_rows = f"{rows} rows of {unit} each" if rows is not None else f"rows of {unit}"
    if not call.finished and call.method != "__call__":
        return f"TF <= 2.6 takes this for {as_rows}, ({rows}, 1); newer versions raise, or not"
    if received is not None and received.rank == 2:
        text = f"it takes this for {as_rows}, {received}"
    else:
        text = f"the model gets {received or 'rank 1'} and no layer objects"
    if call.returned and call.returned[0].array.shape is not None:
        text += f", and returns {call.returned[0].array}"
    return text
