"""SHP120: the model takes other inputs than were given."""
from __future__ import annotations

from typing import Iterator, List, Optional, Tuple

from shapecheck.facts import Argument, Call, Finding, Message, Spec
from shapecheck.rules.mending import what_follows
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP120", slug="input-count", stage="pipeline",
    summary="the model takes other inputs than were given",
    explanation=(
        "Each declared input takes one array: in a list as many as there are inputs, in a dict "
        "one for each name. None is not an array."),
    advice="one array for each input that the model declares",
    versions={"all": "raises: expects 2 input(s), but it received 1 input tensors; missing data "
                     "for input; other words for None"},
    bad=[
        Bad("pair.predict([data_x[0]])"),
        Bad("pair.predict(x)"),
        Bad("pair([data_x[0], data_x[1], data_x[1]])"),
        Bad("pair([x, None])"),
        Bad("pair.predict({'input_ids': x})"),
    ],
    good=[
        Good("pair.predict([data_x[0], data_x[1]])"),
        Good("pair.predict({'input_ids': x, 'attention_mask': np.ones_like(x)})"),
        Good("dense.predict([table])"),
    ],
    reader_blind="a name in the source may stand for any number of arrays",
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    specs, args = call.takes, call.inputs
    if call.pipeline or not specs or not args or (call.finished and call.raised is None):
        return
    named = any(a.declared is not None for a in args)
    missing = _missing(specs, args) if named else None
    if missing is None and (named or len(args) == len(specs) or _are_rows(specs, args)):
        return  # more keys than inputs are let through
    names = _names(specs)
    unknown = next((a.expression for a in args if named and a.declared is None), None)
    several = "s" if len(specs) > 1 else ""
    after = what_follows(call, "", ahead="Keras raises")
    yield rule.finding(
        call,
        what=Message.of("the model takes {count} input{s} ({names}), and got {got}{missing}",
                        count=Message.of(str(len(specs))), s=Message.of(several), names=names,
                        got=_got(args), missing=Message.of("") if missing is None else
                        Message.of(": nothing for {name}{unknown}", name=missing,
                                   unknown=Message.of("") if unknown is None else
                                   Message.of("; {expr} is no input", expr=unknown))),
        why=Message.of("each declared input takes one array{after}",
                       after=Message.of("; {after}", after=after) if str(after) else
                       Message.of("")),
        advice=Message.of("fix: pass {names}", names=names) if missing is None
        or len(specs) <= _SHOWN else Message.of("fix: pass an array for {name}", name=missing),
        inputs=args)


_SHOWN = 6  # names that are all told


def _names(specs: Tuple[Spec, ...]) -> str:
    names = [spec.name for spec in specs]
    return ", ".join(names if len(names) <= _SHOWN else [*names[:2], "...", names[-1]])


def _got(args: Tuple[Argument, ...]) -> Message:
    shown = [Message.of("{expr} {shape}", expr=a.expression, shape=a.passed) for a in args[:3]]
    parts = [part for i, message in enumerate(shown)
             for part in ((Message.of(", ").parts if i else ()) + message.parts)]
    if len(args) > 3:
        parts += Message.of(f" and {len(args) - 3} more").parts
    return Message(tuple(parts))


def _missing(specs: Tuple[Spec, ...], args: Tuple[Argument, ...]) -> Optional[str]:
    """The first declared input that a dict has no array for; None where nothing is missing."""
    names: List[str] = [a.name for a in args]
    return next((spec.name for spec in specs if spec.name not in names), None)


def _are_rows(specs: Tuple[Spec, ...], args: Tuple[Argument, ...]) -> bool:
    """Rows in a list, for a model with one input: SHP119."""
    if len(specs) > 1 or len(args) < 2 or specs[0].rank is None:
        return False
    return all(a.passed.rank is not None and a.passed.rank < specs[0].rank for a in args)
