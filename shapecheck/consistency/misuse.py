"""Inputs whose shape is wrong to begin with: no row of theirs is a row."""
from __future__ import annotations

from typing import Optional, Sequence

from shapecheck.facts import Call, Finding
from shapecheck.facts.comparison import Comparison

#: rank and axis mistakes: axis 0 of what was passed does not count rows
_NOT_ROWS = ("SHP101", "SHP102", "SHP103", "SHP104", "SHP106")


def misused(call: Call, findings: Sequence[Finding], output: Optional[str],
            mode: str) -> Optional[Comparison]:
    """The comparison that need not be run, where a finding shows that axis 0 is not the rows."""
    finding = next((f for f in findings if f.code in _NOT_ROWS), None)
    if finding is None:
        return None
    fix = "" if finding.fix is None else f"pass {finding.fix.code}"
    return Comparison(model=call.model, output=output or "output", mode=mode,
                      verdict="inconsistent", difference=float("inf"), cause="SHP304",
                      cause_detail=f"{finding.headline} ({finding.code})", fix=fix,
                      location=call.location,
                      untested=("everything else: first pass rows",))
