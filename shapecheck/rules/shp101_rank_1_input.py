"""SHP101: one row was passed without its batch axis."""
from __future__ import annotations

from typing import Iterator, Optional

from shapecheck.facts import Argument, Call, Finding, Message
from shapecheck.rules.mending import (
    before_2_7,
    declares,
    kept,
    misfits,
    returns,
    rewritten,
    row_fits,
    severity,
    spoken,
    unit,
    what_follows,
)
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
                     "it traces, for a model with Input only; a direct call passes rank 1 on, "
                     "and a layer that needs two axes raises",
        "keras>=2.7,<3": "the model lets it through, and a layer that needs two axes raises; "
                         "silent where there is none, and after a good call",
        "keras>=3": "a model with Input raises and names the first chunk, (32,), not what was "
                    "passed; after a good call it raises \"as_list() is not defined\"",
    },
    bad=[
        Bad("model.predict(x[0])", "model.predict(x[0:1])"),
        Bad("pair.predict([data_x[0][0], data_x[1][0]])",
            "pair.predict([data_x[0][0:1], data_x[1][0:1]])"),
        Bad("row = x[3]\nmodel.predict(row)", "row = x[3]\nmodel.predict(row[None, :])"),
        Bad("model.predict_on_batch(x[-1])", "model.predict_on_batch(x[-1:])"),
        Bad("dense.predict(table[0])", "dense.predict(table[0:1])"),
        Bad("free.predict(x[0])", "free.predict(x[0:1])"),
        Bad("model.fit(x[0], y[0])", "model.fit(x[0:1], y[0:1])"),
        Bad("pair.predict({'input_ids': x[0], 'attention_mask': np.ones_like(x)[0]})",
            "pair.predict({'input_ids': x[0:1], 'attention_mask': np.ones_like(x)[0][None, :]})"),
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
    fits = all(a.declared is not None and row_fits(a.declared, a.passed) for a in args)
    yield rule.finding(
        call,
        what=Message.of("{spoken}: one row without its batch axis; {declares}",
                        spoken=spoken(args), declares=declares(args)),
        why=Message.of("axis 0 counts rows; {after}", after=_after(call, args[0])),
        fix=rewritten(call, {a.name: kept(a) for a in args}, each="{}[None, :]",
                      labels=True)
        if fits and not call.pipeline else None,
        advice=_advice(call, args[0], fits),
        inputs=args, severity=severity(args))


def _advice(call: Call, arg: Argument, fits: bool) -> Optional[Message]:
    declared = arg.declared.shape if arg.declared is not None else None
    if not fits and declared is not None:
        return Message.of("fix: one row is (1, {width}): pad or truncate it, then `row[None, :]`",
                          width=Message.of(str(declared[1])))
    return Message.of("fix: yield batches, `row[None, :]`") if call.pipeline else None


def _after(call: Call, arg: Argument) -> Message:
    n, one = arg.passed.rows, unit(call, arg)
    many = f"{n} rows of one {one} each" if n is not None else f"rows of one {one} each"
    if not call.model.generation and not call.model.tf_version and not call.finished:
        return Message.of(f"most versions raise; TF <= 2.6 makes it "
                          f"({'?' if n is None else n}, 1), {many}")
    expanded = f"it makes it ({'?' if n is None else n}, 1), {many}"
    if call.method == "__call__" or not before_2_7(call):
        silent = f"its layers get rank 1, none objects{returns(call, ', and it returns')}"
        ahead = "the model lets rank 1 through; a layer that needs two axes may raise"
    else:
        silent, ahead = f"{expanded}{returns(call, ', and returns')}", expanded
    old = "" if call.method == "__call__" or before_2_7(call) or call.pipeline else (
        f"TF <= 2.6 makes it ({n}, 1) without an error, {many}")
    return what_follows(call, silent, ahead=ahead, elsewhere=old)
