"""The lines around watched calls: read with what the run showed, and judged by the same rules.

The watcher does not see what a program does with a result; the reader does, and has the recorded
shapes as evidence.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, List, Sequence, Tuple

from shapecheck.facts import Call
from shapecheck.facts.evidence import Moment, Ran
from shapecheck.facts.records import replace

if TYPE_CHECKING:
    from shapecheck.facts import Finding, Location


def look_around(ran: "Ran") -> "Tuple[List[Finding], List[Tuple[Call, Call]]]":
    """What is wrong in the code that ran, besides what its calls show by themselves; and the
    calls of which the source says more: (as recorded, with that added)."""
    from shapecheck.read.reader import read
    from shapecheck.rules import judge
    from shapecheck.source.documents import Cell, Document

    cell = Cell(None, ran.text, [], None)
    if cell.tree is None:
        return [], []
    reading = read(Document(ran.path, "py", [cell], []), ran.moments)
    calls = [fact for fact in reading.facts if isinstance(fact, Call)]
    found = judge([fact for fact in reading.facts if not isinstance(fact, Call)])
    reading.forget()
    recorded = {moment.call.location: moment.call for moment in ran.moments if moment.call}
    return ([_in_cell(finding, ran) for finding in found],
            [(recorded[call.location], call) for call in calls])


def look_around_cells(rans: "Sequence[Ran]") -> "Tuple[List[Finding], List[Tuple[Call, Call]]]":
    """The same for the cells of a notebook in the order in which they ran: what one binds, the
    next ones use."""
    starts: List[int] = []
    moments: List[Moment] = []
    text = ""
    for ran in rans:
        line = text.count("\n")
        starts.append(line)
        text += ran.text if ran.text.endswith("\n") else ran.text + "\n"
        moments += [replace(moment, line=moment.line + line, end_line=None if moment.end_line is
                            None else moment.end_line + line) for moment in ran.moments]
    found, calls = look_around(Ran("", text, tuple(moments)))
    return [_back(finding, rans, starts) for finding in found], calls


def _back(finding: "Finding", rans: "Sequence[Ran]", starts: Sequence[int]) -> "Finding":
    """The finding in the cell in which it stands."""
    line = finding.location.line or 1
    index = max(i for i, start in enumerate(starts) if start < line)
    start = starts[index]

    def back(where: "Location") -> "Location":
        return replace(where, path=rans[index].path, line=line - start, end_line=None if
                       where.end_line is None else where.end_line - start,
                       execution_count=rans[index].execution_count)

    part = finding.part
    return replace(finding, location=back(finding.location), part=None if part is None else
                   replace(back(part), line=(part.line or line) - start))


def _in_cell(finding: "Finding", ran: "Ran") -> "Finding":
    return replace(finding, location=replace(finding.location,
                                             execution_count=ran.execution_count))


def same_place(one: "Finding", other: "Finding") -> bool:
    """Do two findings of one code speak of the same lines?"""
    a, b = one.location, other.location
    if one.code != other.code or a.path != b.path or a.execution_count != b.execution_count \
            or a.line is None or b.line is None:
        return False
    return a.line <= (b.end_line or b.line) and b.line <= (a.end_line or a.line)
