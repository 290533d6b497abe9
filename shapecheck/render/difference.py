"""What changed between two runs, on a screen."""
from __future__ import annotations

import os
from typing import List

from shapecheck.facts import Call, Message
from shapecheck.facts.difference import Change, Difference, Step
from shapecheck.render.blocks import Block, Gap, Grid, Verdict, line

_SHOWN = 20


def difference_blocks(found: Difference, before: str, after: str) -> List[Block]:
    """before, after: the names of the two records."""
    style = "title" if found else "good"
    result: List[Block] = [line("{a} -> {b}: " + _summary(found), style=style, a=before, b=after)]
    steps = found.differing
    for number, step in enumerate(steps[:_SHOWN]):
        result += [Gap(), line(("first call that differs: " if number == 0 else "") + "{call}",
                               call=_call(step), style="bad" if number == 0 else "")]
        result += [line("{what}", 2, what=_change(change)) for change in step.changes]
        if step.before is None or step.after is None:
            only = step.before or step.after
            words = "only in {name}" + ": passed {shapes}" * bool(only and only.inputs)
            result.append(line(words, 2, name=before if step.after is None else after,
                               shapes=", ".join(str(a.passed) for a in only.inputs[:4])
                               if only else ""))
    if len(steps) > _SHOWN:
        result += [Gap(), line(f"and {len(steps) - _SHOWN} more calls that differ", style="dim")]
    for words, findings in (("new:", found.new), ("gone:", found.gone)):
        if findings:
            result += [Gap(), line(words, style="bad" if words == "new:" else "good")]
            result += [Verdict(finding) for finding in findings]
    if found.versions:
        rows = tuple(tuple(Message.of("{text}", text=text) for text in row)
                     for row in found.versions)
        result += [Gap(), Grid(("", "was", "now"), rows)]
    return result + ([Gap(), *(line("note: {note}", style="dim", note=note)
                               for note in found.notes)] if found.notes else [])


def _summary(found: Difference) -> str:
    if not found:
        words = f"{len(found.steps)} call{'s' * (len(found.steps) != 1)}, all the same"
        return words + (", under other versions" if found.versions else "")
    count = len(found.differing)
    parts = [f"{count} of {len(found.steps)} call{'s' * (len(found.steps) != 1)} differ"
             + "s" * (count == 1)]
    for number, word in ((len(found.new), "new"), (len(found.gone), "gone")):
        if number:
            parts.append(f"{number} finding{'s' * (number != 1)} {word}")
    return ", ".join(parts)


def _call(step: Step) -> Message:
    call = step.after or step.before
    assert call is not None
    name = call.model.expression or call.model.name
    method = "" if call.method == "__call__" else f".{call.method}"
    moved = step.before is not None and step.after is not None and \
        _place(step.before) != _place(step.after)
    return Message.of("{call} at {place}" + " (was {old})" * moved, call=name + method,
                      place=_place(call), old="" if step.before is None else _place(step.before))


def _place(call: Call) -> str:
    where = call.location
    if where.path is None:
        return "an unknown place" if where.execution_count is None else str(where)
    name = os.path.basename(where.path)
    return f"{name}:cell {where.cell}:{where.line}" if where.cell is not None \
        else f"{name}:{where.line}"


def _change(change: Change) -> Message:
    if change.what == "times":
        return Message.of("called {was} times, now {now}", was=change.was, now=change.now)
    if change.what == "raised":
        return Message.of("raised {was}, now {now}", was=change.was, now=change.now)
    name = "{name} " if change.name else ""
    verb = "was" if change.what in ("passed", "labels") else f"{change.what} was"
    return Message.of(f"{name}{verb} {{was}}, now {{now}}", name=change.name,
                      was=Message.of("{shape}", shape=change.was),
                      now=Message.of("{shape}", shape=change.now))
