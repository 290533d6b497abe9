"""What a whole program did with its models: a row for each different call, changes, findings."""
from __future__ import annotations

import os
from typing import Dict, List, Tuple

from shapecheck.facts import Call, Location, Message, Report
from shapecheck.render.blocks import Block, Gap, Grid, Line, clean_run, finding_blocks, line
from shapecheck.render.history import history, traces

ROWS = 40  # calls listed; the rest is counted


def program_blocks(report: Report, name: str) -> List[Block]:
    """The screen of `shapecheck run`. name: of the program, as it was given."""
    total = sum(call.count for call in report.calls)
    models: Dict[str, None] = dict.fromkeys(call.model.name for call in report.calls)
    result: List[Block] = []
    if not total:
        result.append(line("shapecheck: {name} called no Keras model", name=name, style="dim"))
        return result + (_findings(report) if report.findings else []) + _notes(report)
    words = (f"{total} call{'s' * (total != 1)} of "
             f"{'a model' if len(models) == 1 else f'{len(models)} models'}, "
             f"{len(report.findings) or 'no'} finding{'s' * (len(report.findings) != 1)}")
    result += [Gap(), line("shapecheck: {name}: " + words, name=name, style="title"), Gap()]
    result.append(_calls(report))
    if len(report.calls) > ROWS:
        result.append(line(f"and {len(report.calls) - ROWS} more (--calls shows all)", indent=2,
                           style="dim"))
    changes = history(report.calls) + traces(report.calls)
    if changes:
        result += [Gap(), *(Line(change, 2) for change in changes)]
    result += _findings(report) + _notes(report)
    versions = ", ".join(f"{name} {version}" for name, version in report.environment.versions
                         if name not in ("numpy", "pandas"))
    return result + ([Gap(), line("{versions}", style="dim", versions=versions)]
                     if versions else [])


def _findings(report: Report) -> List[Block]:
    return [Gap(), *finding_blocks(report.findings, clean_run(report))]


def _notes(report: Report) -> List[Block]:
    return [Gap(), *(line("note: {note}", style="dim", note=note) for note in report.notes)] \
        if report.notes else []


def _calls(report: Report) -> Grid:
    shown = report.calls[:ROWS]
    marked = {_line(f.location) for f in report.findings
              if f.severity != "info"}
    several = len({call.model.name for call in shown}) > 1
    head = ("", "call", *(("model",) if several else ()), "times", "declared", "passed",
            "returned")
    rows: List[Tuple[Message, ...]] = []
    for call in shown:
        wrong = _line(call.location) in marked or call.raised
        where = Message.of("{place}", place=_place(call))
        cells = [Message.of(">" if wrong else " "),
                 Message.of("{method} {where}", method=_method(call), where=where)]
        if several:
            cells.append(Message.of("{name}", name=call.model.name))
        cells += [Message.of(str(call.count)),
                  _joined(["?" if a.declared is None else a.declared for a in call.inputs]),
                  _joined([a.passed for a in call.inputs]), _returned(call)]
        rows.append(tuple(cells))
    return Grid(head, tuple(rows))


def _line(place: Location) -> Tuple[object, ...]:
    return place.path, place.cell, place.execution_count, place.line


def _place(call: Call) -> str:
    place = call.location
    if place.path is None and place.execution_count is None:
        return ""
    name = str(place) if place.path is None or place.execution_count is not None else \
        f"{os.path.basename(place.path)}:{place.line}"
    return name if place.cell is None else f"cell {place.cell}:{place.line}"


def _method(call: Call) -> str:
    name = call.model.expression or "model"
    return name if call.method == "__call__" else f"{name}.{call.method}"


def _joined(shapes: List[object]) -> Message:
    """Up to three shapes; equal ones once, with their number."""
    texts: Dict[str, int] = {}
    for shape in shapes:
        texts[str(shape)] = texts.get(str(shape), 0) + 1
    parts = [text if times == 1 else f"{times} x {text}" for text, times in texts.items()]
    more = f" and {len(parts) - 3} more" if len(parts) > 3 else ""
    return Message.of("{shapes}", shapes=Message.of("{text}", text=", ".join(parts[:3]) + more))


def _returned(call: Call) -> Message:
    if call.raised is not None:
        return Message.of("raised {error}", error=call.raised)
    return _joined([output.array for output in call.returned])


__all__ = ["program_blocks"]
