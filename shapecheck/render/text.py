"""Plain text: findings as three lines, for standard error and logs."""
from __future__ import annotations

from typing import Iterable

from shapecheck.facts import Finding, clean


def findings_text(findings: Iterable[Finding]) -> str:
    """`path:line: CODE what`, then why and fix, indented."""
    lines = []
    for finding in findings:
        lines.append(f"{clean(finding.location)}: {finding.code} {finding.slug}: {finding.headline}")
        for line in finding.message.split("\n")[1:]:
            lines.append(f"    {line}")
    return "".join(line + "\n" for line in lines)
