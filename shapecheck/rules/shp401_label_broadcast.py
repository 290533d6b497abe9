"""SHP401: (N,) against (N, 1) becomes (N, N)."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Elementwise, Finding, Fix, Message, must_equal
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
    ],
    good=[
        Good("error = prices[:, None] - number.predict(table)", setup=_SETUP),
        Good("error = prices - number.predict(table).ravel()", setup=_SETUP),
        Good("spread = prices[:, None] - prices  # all pairs, on purpose", setup=_SETUP),
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
        fix = Fix(meeting.source.replace(name, f"{atom(name)}[:, 0]"))
    yield rule.finding(
        meeting,
        what=Message.of("{left} is {a} and {right} is {b}: together {result}",
                        left=meeting.left_expression, a=meeting.left,
                        right=meeting.right_expression, b=meeting.right, result=meeting.result),
        why=Message.of("every row meets every other: broadcasting, not row by row"),
        fix=fix)
