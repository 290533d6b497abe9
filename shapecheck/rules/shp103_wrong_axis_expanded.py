"""SHP103: the axis was added at the wrong end: (N, 1) instead of (1, N)."""
from __future__ import annotations

from typing import Iterator, Sequence

from shapecheck.facts import Argument, Call, Finding, Message, Spec, must_differ, must_equal
from shapecheck.rules.mending import declares, returns, rewritten, spoken, unit, what_follows
from shapecheck.rules.rule import Bad, Good, Rule
from shapecheck.source.expression import TURNED, batch_axis_first, slices_axis_1

rule = Rule(
    code="SHP103", slug="wrong-axis-expanded",
    summary="the batch axis was added at the wrong end: N rows of one token",
    explanation=(
        "A row of N values needs its batch axis in front: (1, N). `x[:, None]`, "
        "`expand_dims(x, -1)` and `reshape(-1, 1)` add it at the end: (N, 1) is N rows of one "
        "value. Keras lets a trailing 1 through in every version, because it may squeeze it: "
        "the declared width is then not compared at all."),
    advice="put the new axis first: `x[None, :]`, `np.expand_dims(x, 0)`, `x.reshape(1, -1)`",
    versions={
        "keras<2.8": "silent, but for one warning of TF's when it traces; a layer that needs the "
                     "width raises",
        "keras>=2.15": "silent in every call form; a layer that needs the width raises",
    },
    bad=[
        Bad("model.predict(x[0][:, None])", "model.predict(x[0][None, :])"),
        Bad("row = x[0]\nmodel.predict(np.expand_dims(row, -1))",
            "row = x[0]\nmodel.predict(np.expand_dims(row, 0))"),
        Bad("model(x[0].reshape(-1, 1))", "model(x[0].reshape(1, -1))"),
        Bad("pair.predict([data_x[0][0][:, None], data_x[1][0][:, None]])",
            "pair.predict([data_x[0][0][None, :], data_x[1][0][None, :]])"),
        Bad("column = x[0][:, None]\nstacked.predict(column)",
            "column = x[0][:, None]\nstacked.predict(column.T)"),
        Bad("column = tf.constant(x[0][:, None])\nmodel(column)",
            "column = tf.constant(x[0][:, None])\nmodel(column[:, 0][None, :])",
            setup="import tensorflow as tf\n"),
    ],
    good=[
        Good("model.predict(x[0][None, :])"),
        Good("narrow.predict(table[:, 0][:, None])  # (None, 1) is what it declares"),
        Good("free.predict(x[:, :1])  # any width is declared"),
    ],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    args = [arg for arg in call.inputs if _one_wide(arg, bool(call.pipeline))]
    if not args or _rows_are_rows(call, args):
        return
    specs = [arg.declared for arg in args if arg.declared is not None]
    unsure = all(spec.shape is not None and spec.shape[1] is None for spec in specs)
    if unsure and _one_token_is_meant(call, args):
        return
    one = unit(call, args[0])
    rows = f"{args[0].passed.rows} rows of one {one}" if args[0].passed.rows is not None else (
        f"rows of one {one}")
    changed = {a.name: batch_axis_first(a.expression, _transposes(a), a.passed.container)
               for a in args}
    each = {TURNED.get(a.passed.container, "") for a in args}
    mended = {name: new for name, new in changed.items() if new is not None}
    complete = len(mended) == len(args) and not call.pipeline
    after = what_follows(
        call, f"it takes this for {rows} each{returns(call)}",
        ahead=f"the model takes this for {rows} each; a layer that needs the width raises")
    yield rule.finding(
        call,
        what=Message.of("{spoken}{batch}: {rows}; {declares}", spoken=spoken(args),
                        batch=Message.of(" a batch" if call.pipeline else ""),
                        rows=Message.of(rows), declares=declares(args)),
        why=Message.of("{checked}; {after}", checked=Message.of(_checked(unsure, specs)),
                       after=after),
        fix=rewritten(call, mended, each=each.pop() if len(each) == 1 else "",
                      safe=not unsure) if complete else None,
        inputs=args, severity="warning" if unsure else "error")


def _one_token_is_meant(call: Call, args: Sequence[Argument]) -> bool:
    """Any width is declared, and the call itself says that it wants one token a row."""
    remembered = any(a.role is None and a.declared is None for a in call.inputs)  # past_key_values
    first_tokens = any(a.role == "input_ids" and a.passed.values.rows_differ is False for a in args)
    return remembered or first_tokens or any(slices_axis_1(a.expression) for a in args)


def _checked(unsure: bool, specs: Sequence[Spec]) -> str:
    if unsure:
        return "any number of tokens a row is declared, one as well"
    if all(spec.source == "Input" for spec in specs):
        return "Keras does not compare a trailing axis of 1 with the declared width"
    return "axis 0 counts rows"


def _one_wide(arg: Argument, pipeline: bool) -> bool:
    spec, shape = arg.declared, arg.passed.shape
    if spec is None or spec.shape is None or shape is None:
        return False
    if len(shape) != 2 or len(spec.shape) != 2 or spec.source == "built":
        return False
    if not must_equal(shape[1], 1):
        return False
    if not must_differ(shape[0], 1) and not (pipeline and shape[0] is None):
        return False
    if must_differ(spec.shape[1], 1):
        return True
    # Any width is declared, and one token a row is possible: say it of the models that read
    # whole texts only.
    return spec.shape[1] is None and spec.role in _TEXTS


_TEXTS = ("input_ids", "attention_mask", "token_type_ids")


def _rows_are_rows(call: Call, narrow: Sequence[Argument]) -> bool:
    """Another input of the call has as many rows and a width: the narrow one lacks columns."""
    names = {arg.name for arg in narrow}
    return any(arg.name not in names and arg.passed.rank == 2
               and must_equal(arg.passed.rows, narrow[0].passed.rows)
               and arg.role in (narrow[0].role, *_TEXTS)
               and must_differ((arg.passed.shape or (None, None))[1], 1) for arg in call.inputs)


def _transposes(arg: Argument) -> bool:
    assert arg.declared is not None and arg.declared.shape is not None
    width = arg.declared.shape[1]
    return width is None or must_equal(width, arg.passed.rows)
