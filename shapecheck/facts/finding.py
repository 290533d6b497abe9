"""What a rule says."""
from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

from shapecheck.facts.message import Message
from shapecheck.facts.records import dataclass

SEVERITIES = ("info", "warning", "error")


@dataclass(frozen=True)
class Location:
    """A place in the user's code.

    cell: index among all cells of a notebook, from 0; None in a .py file and where only the
    kernel's execution count is known. Lines count from 1 within the cell or file, columns
    from 1; None where Python did not tell.
    """

    path: Optional[str] = None
    cell: Optional[int] = None
    line: Optional[int] = None
    column: Optional[int] = None
    end_line: Optional[int] = None
    end_column: Optional[int] = None
    execution_count: Optional[int] = None

    def __str__(self) -> str:
        where = self.path or "?"
        if where.lstrip().startswith("::"):  # at the start of a line of a log, a command of GitHub
            where = f"./{where}"
        if self.cell is not None:
            where += f":cell {self.cell}"
        elif self.execution_count is not None:
            where = f"In [{self.execution_count}]"
        for number in (self.line, self.column if self.line is not None else None):
            if number is not None:
                where += f":{number}"
        return where


def within(where: Location, source: str, span: Tuple[int, int]) -> Optional[Location]:
    """The place of `source[span]`, where `source` stands at `where`."""
    if where.line is None or where.column is None or not source:
        return None
    ends = []
    for offset in span:
        before = source[:offset]
        down = before.count("\n")
        ends.append((where.line + down, offset - before.rfind("\n") if down
                     else where.column + offset))
    (line, column), (end_line, end_column) = ends
    return Location(where.path, where.cell, line, column, end_line, end_column,
                    where.execution_count)


@dataclass(frozen=True)
class Evidence:
    """One fact that the finding rests on, and where it comes from ("passed", "declared", ...).

    at: the place in the user's code that says so, where it is known.
    """

    kind: str
    text: Message
    at: Optional[Location] = None


@dataclass(frozen=True)
class Edit:
    """`old`, which stands at `location`, becomes `new`; both with "\\n" for every line end."""

    location: Location
    old: str
    new: str

    @staticmethod
    def of(where: Location, source: str, span: Tuple[int, int], new: str) -> "Optional[Edit]":
        """A change of `source[span]`, where `source` stands at `where`; None where that is not
        known."""
        place = within(where, source, span)
        return None if place is None else Edit(place, source[span[0]:span[1]], new)


@dataclass(frozen=True)
class Fix:
    """Code to paste, in the user's names, and what it does.

    `code` holds the user's text: renderers clean it, `str(fix)` does not.
    `safe`: does exactly what the code was meant to do, whatever the data. edits: the same as
    changes of the file; none where the place of the code is not exactly known.
    """

    code: str
    note: str = ""
    safe: bool = True
    edits: Tuple[Edit, ...] = ()

    def line(self) -> Message:
        """`fix: model.predict(x[0:1])`: on one line, where the code stays what it is."""
        from shapecheck.facts.fix_line import shown

        return shown(self)

    def __str__(self) -> str:
        return self.code


@dataclass(frozen=True)
class Finding:
    """One pitfall, once.

    severity: "error", "warning" or "info". what / why: the first two lines that a person
    reads; `message` is the plain view of all three (what, why, fix). part: the argument within
    `location` that it is about, where there is one. fingerprint: the same for the same finding
    after edits elsewhere (`source/fingerprints.py`); "" where none was asked for.
    """

    code: str
    slug: str
    severity: str
    what: Message
    why: Message
    advice: Message
    fix: Optional[Fix] = None
    location: Location = Location()
    evidence: Tuple[Evidence, ...] = ()
    inputs: Tuple[str, ...] = ()
    versions: Tuple[Tuple[str, str], ...] = ()
    part: Optional[Location] = None
    fingerprint: str = ""

    @property
    def headline(self) -> str:
        return str(self.what)

    @property
    def message(self) -> str:
        return "\n".join((str(self.what), str(self.why), str(self.advice)))

    def fixable(self, unsafe: bool = False) -> bool:
        """Can `--fix` mend it? unsafe: fixes that may not be what was meant as well."""
        return self.fix is not None and bool(self.fix.edits) and (self.fix.safe or unsafe)

    def key(self) -> Tuple[Any, ...]:
        """Two findings with one key are told once."""
        where = self.location
        return (self.code, where.path, where.cell, where.execution_count, where.line,
                where.column, str(self.what))

    def to_dict(self) -> Dict[str, Any]:
        where = self.location
        return {
            "code": self.code, "slug": self.slug, "severity": self.severity,
            "message": self.message,
            "location": _place(where),
            "evidence": [{"kind": e.kind, "text": str(e.text)} for e in self.evidence],
            "fix": None if self.fix is None else {
                "code": self.fix.code, "note": self.fix.note, "safe": self.fix.safe,
                "edits": [{"location": _place(edit.location), "old": edit.old, "new": edit.new}
                          for edit in self.fix.edits]},
            "inputs": list(self.inputs),
            "versions": [{"versions": v, "behaviour": b} for v, b in self.versions],
            "fingerprint": self.fingerprint or None,
        }

    @staticmethod
    def from_dict(data: Dict[str, Any]) -> "Finding":
        what, why, advice = map(Message.read, (data["message"].split("\n") + ["", "", ""])[:3])
        fix = data.get("fix")
        return Finding(
            data["code"], data["slug"], data["severity"], what, why, advice,
            fix=None if fix is None else Fix(
                fix["code"], fix.get("note", ""), fix.get("safe", True),
                tuple(Edit(Location(**e["location"]), e["old"], e["new"])
                      for e in fix.get("edits", ()))),
            location=Location(**data["location"]),
            evidence=tuple(Evidence(e["kind"], Message.read(e["text"])) for e in data["evidence"]),
            inputs=tuple(data.get("inputs", ())),
            versions=tuple((v["versions"], v["behaviour"]) for v in data.get("versions", ())),
            fingerprint=data.get("fingerprint") or "",
        )


def _place(where: Location) -> Dict[str, Any]:
    return {"path": where.path, "cell": where.cell, "line": where.line, "column": where.column,
            "end_line": where.end_line, "end_column": where.end_column,
            "execution_count": where.execution_count}
