"""What changed between two runs."""
from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

from shapecheck.facts.call import Call
from shapecheck.facts.finding import Finding
from shapecheck.facts.records import dataclass

SCHEMA = 1


@dataclass(frozen=True)
class Change:
    """One thing of a call that is not as it was.

    what: "declared", "passed", "received", "returned", "labels", "raised", "times", "inputs".
    name: of the input or output, "" where it is the call. was, now: shape, dtype and container as
    a person reads them.
    """

    what: str
    name: str
    was: str
    now: str

    def to_dict(self) -> Dict[str, str]:
        return {"what": self.what, "name": self.name, "was": self.was, "now": self.now}


@dataclass(frozen=True)
class Step:
    """One call of both runs, or of one of them: the other is None then."""

    before: Optional[Call]
    after: Optional[Call]
    changes: Tuple[Change, ...] = ()

    @property
    def differs(self) -> bool:
        return bool(self.changes) or self.before is None or self.after is None

    def to_dict(self) -> Dict[str, Any]:
        return {"before": _place(self.before), "after": _place(self.after),
                "changes": [change.to_dict() for change in self.changes]}


@dataclass(frozen=True)
class Difference:
    """All of it, in the order of the runs. versions: (package, was, now) of those that differ;
    new, gone: findings of one run only. notes: what could not be read of a record."""

    steps: Tuple[Step, ...] = ()
    versions: Tuple[Tuple[str, str, str], ...] = ()
    new: Tuple[Finding, ...] = ()
    gone: Tuple[Finding, ...] = ()
    notes: Tuple[str, ...] = ()

    @property
    def differing(self) -> Tuple[Step, ...]:
        return tuple(step for step in self.steps if step.differs)

    def __bool__(self) -> bool:
        """Is anything different but the versions?"""
        return bool(self.differing or self.new or self.gone)

    def to_dict(self) -> Dict[str, Any]:
        return {
            "schema": SCHEMA,
            "versions": {name: {"was": was, "now": now} for name, was, now in self.versions},
            "calls": [step.to_dict() for step in self.differing],
            "same_calls": len(self.steps) - len(self.differing),
            "findings": {"new": [f.to_dict() for f in self.new],
                         "gone": [f.to_dict() for f in self.gone]},
            "notes": list(self.notes),
        }


def _place(call: Optional[Call]) -> Optional[Dict[str, Any]]:
    if call is None:
        return None
    return {"method": call.method, "model": call.model.name, "path": call.location.path,
            "line": call.location.line, "cell": call.location.cell, "count": call.count}
