"""SHP105: the axes stand in another order than declared."""
from __future__ import annotations

from typing import Iterator, Optional, Tuple

from shapecheck.facts import Argument, Call, Finding, Message, must_differ, must_equal
from shapecheck.rules.mending import (
    REFUSED_OR_NOT,
    declares,
    misfits,
    returns,
    rewritten,
    spoken,
    what_follows,
)
from shapecheck.rules.rule import Bad, Good, Rule
from shapecheck.source.expression import atom

rule = Rule(
    code="SHP105", slug="transposed-input",
    summary="the axes stand in another order than declared",
    explanation=(
        "The sizes are the declared ones, on other axes: a table with features in rows, or "
        "images with the channels first where the model takes them last. `reshape` would mix the "
        "values up; `transpose` moves the axes."),
    advice="transpose: `x.T`, `np.moveaxis(images, 1, -1)`",
    versions={
        "keras<2.7": "a Functional raises",
        "keras>=2.7,<3": "raises on a first call; silent after a good one where no layer objects",
        "keras>=3": "a Functional raises on a first call; a Sequential never checks the width",
    },
    bad=[
        Bad("dense.predict(table.T)", "dense.predict(table)"),
        Bad("columns = table.T\ndense.predict(columns)",
            "columns = table.T\ndense.predict(columns.T)"),
        Bad("columns = tf.constant(table.T)\ndense.predict(columns)",
            "columns = tf.constant(table.T)\ndense.predict(np.transpose(columns))",
            setup="import tensorflow as tf\n"),
        Bad("image.predict(np.moveaxis(images, -1, 1))",
            "image.predict(np.moveaxis(np.moveaxis(images, -1, 1), 1, -1))"),
    ],
    good=[
        Good("dense.predict(table)"),
        Good("image.predict(images)"),
    ],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    found = [(arg, moved) for arg, spec in misfits(call)
             for moved in [None if call.pipeline and spec.rank == 2 else _moved(arg)]
             if moved and spec.source in ("Input", "signature", "config",
                                                                     "layer")]
    if not found:
        return
    args = [arg for arg, _moved_to in found]
    fix = None if call.pipeline else rewritten(
        call, {a.name: text for a, text in found}, safe=False)  # only the sizes say so
    yield rule.finding(
        call,
        what=Message.of("{spoken}; {declares}: the same sizes on other axes", spoken=spoken(args),
                        declares=declares(args)),
        why=Message.of("axis 0 counts rows, and the order of the others is declared; {after}",
                       after=what_follows(call, f"no layer checks the order{returns(call)}",
                                          ahead=REFUSED_OR_NOT)),
        fix=fix, inputs=args)


def _moved(arg: Argument) -> Optional[str]:
    """The expression with its axes in the declared order; None where that is not what is wrong."""
    spec, shape = arg.declared, arg.passed.shape
    if spec is None or spec.shape is None or shape is None or len(shape) != len(spec.shape):
        return None
    wanted = tuple(spec.shape)
    if len(shape) == 2:
        # (features, rows). As many rows as the model takes features may be chance: then the
        # other axis is longer, or the expression says so itself.
        width, rows = wanted[1], shape[1]
        if not must_equal(shape[0], width) or must_equal(width, 1) or not must_differ(rows, 1):
            return None
        longer = isinstance(rows, int) and isinstance(width, int) and rows > width
        if not longer and not arg.expression.endswith((".T", ".transpose()")):
            return None
        if arg.expression.endswith(".T"):
            return arg.expression[:-2]
        if arg.passed.container in ("Tensor", "list"):  # they have no `.T`
            return f"np.transpose({arg.expression})"
        return f"{atom(arg.expression)}.T"
    return _channels(arg, shape, wanted)


def _channels(arg: Argument, shape: Tuple[object, ...],
              wanted: Tuple[object, ...]) -> Optional[str]:
    """Channels first where they are declared last, or the other way about."""
    last_first = (shape[0], *shape[2:], shape[1])
    first_last = (shape[0], shape[-1], *shape[1:-1])
    name = arg.expression
    for moved, text in ((last_first, f"np.moveaxis({name}, 1, -1)"),
                        (first_last, f"np.moveaxis({name}, -1, 1)")):
        if all(b is not None and must_equal(a, b)  # type: ignore[arg-type]
               for a, b in zip(moved[1:], wanted[1:])):
            return text
    return None
