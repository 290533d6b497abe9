"""SHP107: the sizes differ from the declared ones, and no other rule says why."""
from __future__ import annotations

from typing import Iterator, Optional

from shapecheck.facts import Argument, Call, Finding, Message, must_differ
from shapecheck.rules.mending import (
    REFUSED_OR_NOT,
    declares,
    misfits,
    raised_for_shape,
    returns,
    rewritten,
    severity,
    spoken,
    what_follows,
)
from shapecheck.rules.rule import Bad, Good, Rule
from shapecheck.source.expression import atom

rule = Rule(
    code="SHP107", slug="width-mismatch", stage="input-rest",
    summary="a size differs from the declared one",
    explanation=(
        "The declared sizes are part of what the model learned. Keras does not always compare "
        "them: after a good call the traced function takes any width, generators hide the width, "
        "and a Sequential of Keras 3 never looks. Layers that pool over the width then return "
        "finite, wrong numbers."),
    advice="bring the data to the declared sizes: pad or truncate, reshape, or transpose",
    versions={
        "keras<2.7": "a Functional raises, but is silent from generators; a Sequential with Input "
                     "goes on where no layer objects, and TF logs one warning when it traces",
        "keras>=2.7,<3": "a model with Input raises on a first call; silent after a good one and "
                         "from generators, where no layer objects",
        "keras>=3": "a Functional raises on a first call and is silent after a good one where no "
                    "layer objects; a Sequential never checks the width",
    },
    bad=[
        Bad("model.predict(x[:, :10])"),
        Bad("stacked.predict(x[:, :10])"),
        Bad("model.predict(x)\nmodel.predict(x[:, :10])"),
        Bad("model.predict((x[:4, :9] for _ in range(2)), steps=2)"),
        Bad("flat = images.reshape(12, -1)\nimage.predict(flat)",
            "flat = images.reshape(12, -1)\nimage.predict(flat.reshape(-1, 8, 8, 3))"),
        Bad("dense(table[:, :3])"),
    ],
    good=[
        Good("free.predict(x[:, :10])  # any width is declared"),
        Good("model.predict(x[:5])"),
        Good("stacked.predict(x)"),
    ],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    args = [arg for arg, spec in misfits(call) if spec.source in _DECLARED
            or (spec.source == "layer" and spec.rank == arg.passed.rank)
            or raised_for_shape(call)]
    if not args:
        return
    reshaped = {a.name: _reshape(a) for a in args}
    complete = all(new is not None for new in reshaped.values()) and not call.pipeline
    text = f"no layer checks the size{returns(call, ', and it returns')}"
    yield rule.finding(
        call,
        what=Message.of("{spoken}{batch}; {declares}", spoken=spoken(args),
                        batch=Message.of(" a batch" if call.pipeline else ""),
                        declares=declares(args)),
        why=Message.of("{difference}; {after}", difference=_difference(args[0]),
                       after=what_follows(call, text, ahead=REFUSED_OR_NOT)),
        fix=rewritten(call, {k: v for k, v in reshaped.items() if v is not None},
                      safe=all(map(_flattens, args)))
        if complete else None,
        advice=_advice(args[0]), inputs=args, severity=severity(args))


_DECLARED = ("Input", "signature", "config")


def _difference(arg: Argument) -> Message:
    declared, shape = arg.declared.shape, arg.passed.shape  # type: ignore[union-attr]
    assert declared is not None and shape is not None
    axis = _first_axis(arg)
    if axis is None:
        return Message.of(f"rank {len(shape)} where rank {len(declared)} is declared")
    return Message.of(f"axis {axis} is {shape[axis]} where {declared[axis]} is declared")


def _advice(arg: Argument) -> Optional[Message]:
    axis = _first_axis(arg)
    if axis is None:
        return None
    wanted = arg.declared.shape[axis]  # type: ignore[union-attr,index]
    return Message.of(f"fix: bring axis {axis} to {wanted}: pad, truncate or transpose")


def _first_axis(arg: Argument) -> Optional[int]:
    """The first axis whose size is wrong; None where the ranks differ."""
    declared, shape = arg.declared.shape, arg.passed.shape  # type: ignore[union-attr]
    assert declared is not None and shape is not None
    if len(declared) != len(shape):
        return None
    return next(i for i in range(1, len(declared)) if must_differ(declared[i], shape[i]))


def _reshape(arg: Argument) -> Optional[str]:
    """`flat.reshape(-1, 28, 28, 1)`, where a row has as many values as declared."""
    declared, shape = arg.declared.shape, arg.passed.shape  # type: ignore[union-attr]
    assert declared is not None and shape is not None
    if len(declared) == len(shape):
        return None
    have, want = _product(shape[1:]), _product(declared[1:])
    if have is None or have != want or arg.passed.container not in ("ndarray", "memmap"):
        return None
    sizes = ", ".join(["-1", *map(str, declared[1:])])
    return f"{atom(arg.expression)}.reshape({sizes})"


def _flattens(arg: Argument) -> bool:
    """One row of values, or axes of 1 more or less: no other order of the values is possible."""
    declared, shape = arg.declared.shape, arg.passed.shape  # type: ignore[union-attr]
    assert declared is not None and shape is not None
    return len(declared) == 2 or ([d for d in declared[1:] if d != 1]
                                  == [d for d in shape[1:] if d != 1])


def _product(dims: object) -> Optional[int]:
    total = 1
    for dim in dims:  # type: ignore[attr-defined]
        if not isinstance(dim, int):
            return None
        total *= dim
    return total
