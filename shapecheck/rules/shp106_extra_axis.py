"""SHP106: the array has more axes than declared."""
from __future__ import annotations

from typing import Iterator, Optional

from shapecheck.facts import Argument, Call, Finding, Message, Truth, must_equal
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
from shapecheck.source.expression import atom, drop_leading_axis

rule = Rule(
    code="SHP106", slug="extra-axis",
    summary="the array has more axes than declared",
    explanation=(
        "Often a batch was wrapped once more (`x[None]`), or inputs were stacked into one array. "
        "Where Keras does not compare ranks, a layer that works on the last axis, such as Dense, "
        "takes the extra axis along, and the output has it too."),
    advice="pass rows of the declared rank: drop the extra axis, or reshape to (rows, ...)",
    versions={
        "keras<2.7": "a Functional raises; a Sequential with Input, and a generator, go on where "
                     "no layer objects, and TF logs one warning when it traces",
        "keras>=2.7,<3": "a model with Input raises on a first call; silent after a good one and "
                         "from generators, where no layer objects",
        "keras>=3": "a model with Input raises; after a good call it raises \"as_list() is not "
                    "defined\"",
    },
    bad=[
        Bad("model.predict(x[None])", "model.predict(x)"),
        Bad("dense.predict(np.expand_dims(table, 0))", "dense.predict(table)"),
        Bad("dense.predict(np.zeros((2, 7, 4), 'float32'))"),
        Bad("batch = table[np.newaxis]\ndense.predict(batch)",
            "batch = table[np.newaxis]\ndense.predict(batch[0])"),
    ],
    good=[
        Good("dense.predict(table[..., None])  # a trailing 1 is squeezed, on purpose"),
        Good("gray.predict(grays[..., None])"),
        Good("model.predict(x)"),
    ],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    args = [arg for arg, spec in misfits(call)
            if (arg.passed.rank or 0) > (spec.rank or 0)
            and spec.source in ("Input", "signature")]
    if not args:
        return
    arg = args[0]
    extra = (arg.passed.rank or 0) - (arg.declared.rank or 0)  # type: ignore[union-attr]
    text = f"its layers take the axis along{returns(call, ', and it returns')}"
    mended = {a.name: _without_axis(a) for a in args}
    complete = all(new is not None for new in mended.values()) and not call.pipeline \
        and all(a in args or not _deeper(a) for a in call.inputs)
    yield rule.finding(
        call,
        what=Message.of("{spoken}: {extra} too many; {declares}", spoken=spoken(args),
                        extra=Message.of("one axis" if extra == 1 else f"{extra} axes"),
                        declares=declares(args)),
        why=Message.of("{cause}; {after}", cause=_cause(arg),
                       after=what_follows(call, text, ahead=REFUSED_OR_NOT)),
        fix=rewritten(call, {k: v for k, v in mended.items() if v is not None})
        if complete else None,
        inputs=args)


def _deeper(arg: Argument) -> bool:
    """More axes than declared, though it may be meant: a mask from tokens to tokens."""
    return arg.declared is not None and (arg.passed.rank or 0) > (arg.declared.rank or 0)


def _cause(arg: Argument) -> Message:
    assert arg.declared is not None and arg.passed.shape is not None
    inside = arg.passed.with_shape(arg.passed.shape[1:])
    if must_equal(arg.passed.shape[0], 1) and arg.declared.tolerates(inside) is Truth.YES:
        return Message.of("axis 0 is 1, and what is in it is a batch: wrapped once too often")
    return Message.of(f"rank {arg.passed.rank} where rank {arg.declared.rank} is declared")


def _without_axis(arg: Argument) -> Optional[str]:
    """The expression without its leading axis, where that gives the declared shape."""
    shape = arg.passed.shape
    if shape is None or arg.declared is None or not must_equal(shape[0], 1):
        return None
    if arg.declared.tolerates(arg.passed.with_shape(shape[1:])) is Truth.NO:
        return None
    return drop_leading_axis(arg.expression) or f"{atom(arg.expression)}[0]"
