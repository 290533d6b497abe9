"""The lines around watched calls: read with what the run showed, and judged by the same rules.

The watcher does not see what a program does with a result; the reader does, and has the recorded
shapes as evidence.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, List, Tuple

from shapecheck.facts import Call
from shapecheck.facts.records import replace

if TYPE_CHECKING:
    from shapecheck.facts import Finding
    from shapecheck.facts.evidence import Ran


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
