"""Plain text: no colour, no wrapping, for logs, pipes and standard error."""
from __future__ import annotations

from typing import Iterable, List, Sequence

from shapecheck.facts import Finding, Report, clean
from shapecheck.render.blocks import Block, Gap, Grid, Line, Verdict, screen


def text_of(report: Report) -> str:
    """The whole report; ends with a line break."""
    return blocks_text(screen(report))


def blocks_text(blocks: Sequence[Block]) -> str:
    lines: List[str] = []
    for block in blocks:
        if isinstance(block, Gap):
            lines.append("")
        elif isinstance(block, Line):
            lines.append(" " * block.indent + str(block.text))
        elif isinstance(block, Grid):
            lines.extend(_grid(block))
        elif isinstance(block, Verdict):
            lines.extend(_finding(block.finding))
    return "".join(line.rstrip() + "\n" for line in lines)


def findings_text(findings: Iterable[Finding]) -> str:
    """`path:line: CODE what`, then why and fix, indented."""
    return "".join(line + "\n" for finding in findings for line in _finding(finding))


def findings_json(findings: Iterable[Finding]) -> str:
    """Each as a line of JSON."""
    import json

    return "".join(json.dumps(finding.to_dict()) + "\n" for finding in findings)


def _finding(finding: Finding) -> List[str]:
    where = f"{clean(finding.location)}: " if finding.location.path else ""
    what, *rest = finding.message.split("\n")
    return ([f"{where}{finding.code} {finding.slug}: {what}"]
            + [f"    {line}" for line in rest if line])


def _grid(grid: Grid) -> List[str]:
    table = [tuple(grid.head)] + [tuple(str(c) for c in row) for row in grid.rows]
    widths = [max(len(row[i]) for row in table) for i in range(len(grid.head))]
    return [" " * grid.indent + "  ".join(cell.ljust(width) for cell, width in zip(row, widths))
            for row in table]
