"""Two runs, call by call: which one differs first, and in what."""
from __future__ import annotations

import difflib
from typing import Any, Iterator, List, Optional, Sequence, Tuple

from shapecheck.facts import Argument, Array, Call, Finding, Report
from shapecheck.facts.difference import Change, Difference, Step

_ABSENT = "not there"


def difference(before: Report, after: Report, counts: bool = True) -> Difference:
    """What is not the same in `after`. counts: how often a call was made is compared, too.

    Calls are matched in their order by method, by what the user calls the model and by the number
    of inputs, not by their lines: code may have moved.
    """
    return Difference(tuple(_steps(before.calls, after.calls, counts)),
                      tuple(_versions(before, after)),
                      _missing(after.findings, before.findings),
                      _missing(before.findings, after.findings),
                      (*before.notes, *after.notes))


def _steps(before: Sequence[Call], after: Sequence[Call], counts: bool) -> Iterator[Step]:
    # all that is the same first, so that the same call is never held against another one
    exact = difflib.SequenceMatcher(None, [_whole(c) for c in before], [_whole(c) for c in after],
                                    autojunk=False)
    for tag, a, a_end, b, b_end in exact.get_opcodes():
        if tag == "equal":
            for x, y in zip(before[a:a_end], after[b:b_end]):
                yield Step(x, y, tuple(_changes(x, y, counts)))
        else:
            yield from _alike(before[a:a_end], after[b:b_end], counts)


def _alike(before: Sequence[Call], after: Sequence[Call], counts: bool) -> Iterator[Step]:
    matcher = difflib.SequenceMatcher(None, [_kind(c) for c in before], [_kind(c) for c in after],
                                      autojunk=False)
    for tag, a, a_end, b, b_end in matcher.get_opcodes():
        if tag == "equal":
            for x, y in zip(before[a:a_end], after[b:b_end]):
                yield Step(x, y, tuple(_changes(x, y, counts)))
        else:
            paired = min(a_end - a, b_end - b) if tag == "replace" else 0
            for x, y in zip(before[a:a + paired], after[b:b + paired]):
                if x.method == y.method:
                    yield Step(x, y, tuple(_changes(x, y, counts)))
                else:
                    yield Step(x, None)
                    yield Step(None, y)
            for x in before[a + paired:a_end]:
                yield Step(x, None)
            for y in after[b + paired:b_end]:
                yield Step(None, y)


def _kind(call: Call) -> Any:
    return call.method, call.model.expression or call.model.kind, len(call.inputs)


def _whole(call: Call) -> Any:
    return (_kind(call), call.raised,
            tuple((told(a.passed), str(a.declared), told(a.received)) for a in call.inputs),
            tuple(told(a.passed) for a in call.labels),
            tuple(told(output.array) for output in call.returned))


def _changes(before: Call, after: Call, counts: bool) -> Iterator[Change]:
    if len(before.inputs) != len(after.inputs):
        yield Change("inputs", "", str(len(before.inputs)), str(len(after.inputs)))
    for x, y in zip(before.inputs, after.inputs):
        yield from _of_input(x, y)
    for x, y in zip(before.labels, after.labels):
        if told(x.passed) != told(y.passed):
            yield Change("labels", y.name, told(x.passed), told(y.passed))
    if before.raised != after.raised:
        yield Change("raised", "", before.raised or "nothing", after.raised or "nothing")
    elif len(before.returned) != len(after.returned):
        yield Change("returned", "", f"{len(before.returned)} outputs",
                     f"{len(after.returned)} outputs")
    for number, (old, new) in enumerate(zip(before.returned, after.returned)):
        if told(old.array) != told(new.array):
            name = new.name if len(after.returned) > 1 else ""
            yield Change("returned", name or (str(number) if number else ""), told(old.array),
                         told(new.array))
    if counts and before.count != after.count:
        yield Change("times", "", str(before.count), str(after.count))


def _of_input(before: Argument, after: Argument) -> Iterator[Change]:
    name = after.name if after.name == before.name else f"{before.name} (now {after.name})"
    if str(before.declared) != str(after.declared) or _dtype(before) != _dtype(after):
        yield Change("declared", name, _declared(before), _declared(after))
    if told(before.passed) != told(after.passed):
        yield Change("passed", name, told(before.passed), told(after.passed))
    if before.received is not None and after.received is not None and \
            told(before.received) != told(after.received):
        yield Change("received", name, told(before.received), told(after.received))


def _dtype(arg: Argument) -> Optional[str]:
    return None if arg.declared is None else arg.declared.dtype


def _declared(arg: Argument) -> str:
    if arg.declared is None:
        return _ABSENT
    return f"{arg.declared} {arg.declared.dtype or ''}".strip()


def told(array: Optional[Array]) -> str:
    """`(None, 256) int32 Series`: the container where it is no plain array."""
    if array is None:
        return _ABSENT
    container = array.container if array.container not in ("ndarray", "Tensor", "") else ""
    return " ".join(part for part in (str(array), array.dtype or "", container) if part)


def _versions(before: Report, after: Report) -> Iterator[Tuple[str, str, str]]:
    was = {"python": before.environment.python, **dict(before.environment.versions)}
    now = {"python": after.environment.python, **dict(after.environment.versions)}
    for name in dict.fromkeys([*was, *now]):
        if (was.get(name) or "") != (now.get(name) or ""):
            yield name, was.get(name) or _ABSENT, now.get(name) or _ABSENT


def _missing(findings: Sequence[Finding], others: Sequence[Finding]) -> Tuple[Finding, ...]:
    """Findings that the others have not, wherever they stand: code may have moved."""
    known: List[Tuple[str, str]] = [(f.code, f.headline) for f in others]
    return tuple(f for f in findings if (f.code, f.headline) not in known)
