"""What one file says, for programs that look at many."""
from __future__ import annotations

from typing import Any, Dict, Tuple

from shapecheck.facts.finding import Finding
from shapecheck.facts.records import dataclass

SCHEMA = 1


@dataclass(frozen=True)
class Checked:
    """The findings of one file. notes: what was not looked at. problem: one line, why nothing of
    it was read; "" where it was. Plain data: it can be sent to another process."""

    path: str
    findings: Tuple[Finding, ...] = ()
    notes: Tuple[str, ...] = ()
    problem: str = ""

    def to_dict(self) -> Dict[str, Any]:
        return {"schema": SCHEMA, "path": self.path,
                "findings": [finding.to_dict() for finding in self.findings],
                "notes": list(self.notes), "problem": self.problem or None}

    def to_json(self) -> str:
        """One line."""
        import json

        return json.dumps(self.to_dict(), ensure_ascii=True)


__all__ = ["Checked"]
