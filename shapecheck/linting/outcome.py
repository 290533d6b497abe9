"""What files say: one, and all together."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional

if TYPE_CHECKING:
    from shapecheck.facts import Finding


class Outcome:
    """What one file says. problem: one line, why it could not be looked at. internal: the fault
    is ours; `details` is then the traceback. relevant: it was more than glanced at. quiet: how
    many findings the file itself silences. complete: all of it was looked at. likenesses: one for
    each finding, where a baseline wants them (`source/fingerprints.py`). digest, beside: of the
    bytes that were read, and of the modules beside the file, for a cache."""

    __slots__ = ("path", "findings", "notes", "problem", "internal", "details", "relevant",
                 "quiet", "complete", "likenesses", "digest", "beside")

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: List["Finding"] = []
        self.notes: List[str] = []
        self.problem = ""
        self.internal = False
        self.details = ""
        self.relevant = False
        self.quiet = 0
        self.complete = True
        self.likenesses: List[str] = []
        self.digest: Optional[str] = None
        self.beside: Dict[str, Optional[str]] = {}


#: see `lint_paths`
Mend = Callable[[Outcome, Callable[[bytes], Outcome], Optional[bytes]], Outcome]


class Total:
    """What all files say, sorted by path and place. read: the files that could be looked at.
    about: which file a note or a problem is about."""

    __slots__ = ("findings", "notes", "problems", "internal", "files", "details", "quiet",
                 "known", "read", "about")

    def __init__(self) -> None:
        self.findings: List["Finding"] = []
        self.notes: List[str] = []
        self.problems: List[str] = []
        self.internal = False
        self.files = 0
        self.details: List[str] = []
        self.quiet = 0
        self.known = 0
        self.read: List[str] = []
        self.about: Dict[str, str] = {}

    def add(self, outcome: Outcome) -> None:
        self.files += not outcome.problem
        if not outcome.problem:
            self.read.append(outcome.path)
        for line in (*outcome.notes, outcome.problem):
            if line:
                self.about[line] = outcome.path
        self.findings += outcome.findings
        self.quiet += outcome.quiet
        self.notes += outcome.notes
        if outcome.problem:
            self.problems.append(outcome.problem)
        if outcome.details:
            self.details.append(outcome.details)
        self.internal = self.internal or outcome.internal

    @property
    def unread(self) -> int:
        """How much could not be looked at."""
        return len(self.problems)

    def sort(self) -> None:
        self.findings.sort(key=place_of)


def place_of(finding: "Finding") -> Any:
    where = finding.location
    return (where.path or "", -1 if where.cell is None else where.cell, where.line or 0,
            where.column or 0, finding.code)
