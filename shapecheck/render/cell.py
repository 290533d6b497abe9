"""What is told under a notebook's cell: a small table of the calls, and what is wrong."""
from __future__ import annotations

from typing import List

from shapecheck.facts import Message, Report
from shapecheck.render.blocks import Block, Gap, Grid, finding_blocks

_ROWS = 8


def cell_blocks(report: Report) -> List[Block]:
    """declared / passed / received / returned of each input of the calls, then the findings."""
    rows = []
    for call in report.calls:
        outputs = [Message.of("{shape}", shape=output.array) for output in call.returned]
        if call.raised is not None:
            outputs = [Message.of("raised {error}", error=call.raised)]
        for number, arg in enumerate(call.inputs):
            rows.append((
                Message.of("{expr}", expr=arg.expression or arg.name),
                Message.of("{spec}", spec="any" if arg.declared is None else arg.declared),
                Message.of("{shape}", shape=arg.passed),
                Message.of("{shape}", shape="" if arg.received is None else arg.received),
                outputs[number] if number < len(outputs) else Message.of("")))
    blocks: List[Block] = []
    if rows:
        blocks += [Grid(("", "declared", "passed", "received", "returned"), tuple(rows[:_ROWS])),
                   Gap()]
    return blocks + list(finding_blocks(report.findings))
