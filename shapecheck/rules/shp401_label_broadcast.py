"""SHP401: (N,) against (N, 1) becomes (N, N)."""
from __future__ import annotations

from typing import Iterator, Sequence

from shapecheck.facts import Call, Elementwise, Finding, Message, must_equal
from shapecheck.facts.losses import COMPARING
from shapecheck.facts.shape import Dim
from shapecheck.rules.mending import edited, outcome
from shapecheck.rules.rule import Bad, Good, Rule
from shapecheck.source.expression import atom

_SETUP = ("number = keras.Sequential([keras.Input((4,)), L.Dense(1)])\n"
          "prices = rng.rand(12).astype('float32')\n")

rule = Rule(
    code="SHP401", slug="label-broadcast",
    summary="(N,) against (N, 1) becomes (N, N)",
    explanation=(
        "A model with one unit returns (N, 1); labels are often (N,). Subtracted, compared or "
        "given to a loss function they broadcast: each prediction meets every label, N x N "
        "values, and the mean over them looks like a loss or an accuracy. `compile` and `fit` "
        "align the two; code of one's own must do it itself."),
    advice="give both one shape: `predictions[:, 0]` or `labels[:, None]`",
    versions={"all": "silent"},
    bad=[
        Bad("prices - number.predict(table)", "prices - number.predict(table)[:, 0]",
            setup=_SETUP),
        Bad("np.mean(number.predict(table) == prices)", "number.predict(table)[:, 0] == prices",
            setup=_SETUP),
        Bad("keras.losses.mean_squared_error(prices, number(table))",
            "keras.losses.mean_squared_error(prices, number(table)[:, 0])", setup=_SETUP),
        Bad("dense.compile(loss='mse')\ndense.fit(table, table[:, None, :3], verbose=0)",
            "dense.compile(loss='mse')\ndense.fit(table, table[:, None, :3][:, 0], verbose=0)"),
    ],
    good=[
        Good("error = prices[:, None] - number.predict(table)", setup=_SETUP),
        Good("error = prices - number.predict(table).ravel()", setup=_SETUP),
        Good("spread = prices[:, None] - prices  # all pairs, on purpose", setup=_SETUP),
        Good("dense.fit(table, table[:, :3], verbose=0)"),
        Good("number.compile(loss='mse')\nnumber.fit(table, prices[:, None, None], verbose=0)",
             setup=_SETUP),
        Good("scaled = table / table.sum(axis=1)[:, None]", setup=_SETUP),
    ],
)


@rule.check
def check(meeting: Elementwise) -> Iterator[Finding]:
    left, right, result = meeting.left.shape, meeting.right.shape, meeting.result.shape
    if left is None or right is None or result is None or not meeting.produced:
        return  # all pairs of one's own arrays may be meant: a model's output makes it a mistake
    row, column = (left, right) if len(left) == 1 else (right, left)
    if not must_equal(column[1], 1) or must_equal(row[0], 1) or not must_equal(row[0], column[0]):
        return
    if (meeting.produced == "left") != (len(left) == 2):
        return
    name = meeting.left_expression if len(left) == 2 else meeting.right_expression
    fix = None
    if meeting.source.count(name) == 1:
        start = meeting.source.index(name)
        fix = edited(meeting, [((start, start + len(name)), f"{atom(name)}[:, 0]")])
    yield rule.finding(
        meeting,
        what=Message.of("{left} is {a} and {right} is {b}: together {result}",
                        left=meeting.left_expression, a=meeting.left,
                        right=meeting.right_expression, b=meeting.right, result=meeting.result),
        why=Message.of("every row meets every other: broadcasting, not row by row"),
        fix=fix)


@rule.check
def calls(call: Call) -> Iterator[Finding]:
    """Labels with an axis of one more, or less, than the output: a loss of Keras drops a trailing
    1 and nothing else."""
    for output, label, loss in zip(call.predicted, call.labels, call.losses):
        made, given = output.array.shape, label.passed.shape
        if made is None or given is None or loss not in COMPARING:
            continue
        if not _one_axis_more(given, made) and not _one_axis_more(made, given):
            continue
        together = ("?" if made[0] is None else made[0],) * 2 + tuple(max(made, given, key=len)[2:])
        fix = None
        if len(given) > len(made) and call.source and label.span:
            fix = edited(call, [(label.span, f"{atom(label.expression)}[:, 0]")])
        yield rule.finding(
            call,
            what=Message.of("{labels} is {given} and the model returns {made}: together {all}",
                            labels=label.expression, given=label.passed, made=output.array,
                            all=f"({', '.join(map(str, together))})"),
            why=Message.of("every row meets every other: the loss broadcasts{after}",
                           after=outcome(call, "the mean over them looks like a loss")),
            fix=fix, at=label)


def _one_axis_more(longer: Sequence[Dim], shorter: Sequence[Dim]) -> bool:
    """(N, 1, k) beside (N, k), with k over 1."""
    return len(longer) == len(shorter) + 1 and len(shorter) > 1 and must_equal(longer[1], 1) \
        and not must_equal(shorter[0], 1) and not must_equal(longer[0], 1) \
        and isinstance(longer[-1], int) and longer[-1] > 1 \
        and all(map(must_equal, longer[2:], shorter[1:])) \
        and (must_equal(longer[0], shorter[0]) or None in (longer[0], shorter[0]))
