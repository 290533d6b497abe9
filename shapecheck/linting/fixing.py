"""`shapecheck lint --fix`: a file's fixes made, each proved by reading the file again.

A fix is kept where the file parses as before, its finding is gone and no other has come.
"""
from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from shapecheck.facts import Finding
from shapecheck.facts.errors import UserError
from shapecheck.linting.outcome import Outcome
from shapecheck.render.concise import counted
from shapecheck.source.documents import Document, load, read_document
from shapecheck.source.notebook_text import index_of, line_starts
from shapecheck.source.replacing import NotWritten, replace_file
from shapecheck.source.surgery import (
    CannotEdit,
    Change,
    changed,
    changes_of,
    edited_bytes,
    moved,
    overlap,
)

#: fixes that overlap are made one after the other; none of ours needs more
ROUNDS = 10
Lint = Callable[[bytes], Outcome]
_Changes = Dict[Optional[int], List[Change]]


class Fixer:
    """What `--fix` and `--diff` do with each file that was looked at.

    write: into the files; else they stay as they are. stdin: what was read there; it is never
    written. `changed` are the files that are other than before, `problems` those that could not
    be written.
    """

    def __init__(self, unsafe: bool = False, write: bool = True) -> None:
        self.unsafe = unsafe
        self.write = write
        self.changed: List[Fixed] = []
        self.problems: List[str] = []
        self.notes: List[str] = []

    def __call__(self, outcome: Outcome, lint: Lint, stdin: Optional[bytes] = None) -> Outcome:
        """What is to be said of the file now."""
        if outcome.problem or not any(
                finding.fixable(self.unsafe) for finding in outcome.findings):
            return outcome
        try:
            data = load(outcome.path) if stdin is None else stdin
        except (UserError, OSError):  # it has gone in between
            return outcome
        outcome = lint(data)  # of these bytes: the file may have changed in between
        fixed = fix(outcome.path, data, outcome, lint, self.unsafe)
        self.notes += [f"{finding.location}: {finding.code} is not fixed: {why}"
                       for finding, why in fixed.left]
        if fixed.after == data:
            return outcome
        if self.write and stdin is None:
            try:
                replace_file(outcome.path, data, fixed.after)
            except NotWritten as error:
                self.problems.append(str(error))
                return outcome
            fixed.before = fixed.after = b""  # there may be many files
        fixed.piped = stdin is not None
        self.changed.append(fixed)
        return fixed.outcome if self.write else outcome

    def said(self, what: str) -> str:
        """`Fixed 3 findings in 2 files`, a line; "" where nothing was."""
        if not self.changed:
            return ""
        count = sum(len(fixed.done) for fixed in self.changed)
        return f"{what} {counted(count, 'finding')} in {counted(len(self.changed), 'file')}\n"


class Fixed:
    """A file before and after. outcome: what is still to be said of it. done: what was mended.
    left: those whose fix did not hold, and why, in our words. piped: it came from standard
    input."""

    __slots__ = ("path", "before", "after", "outcome", "done", "left", "piped")

    def __init__(self, path: str, data: bytes, outcome: Outcome) -> None:
        self.path = path
        self.before = self.after = data
        self.outcome = outcome
        self.piped = False
        self.done: List[Finding] = []
        self.left: List[Tuple[Finding, str]] = []


def fix(path: str, data: bytes, outcome: Outcome, lint: Lint, unsafe: bool = False) -> Fixed:
    """The bytes of a file with the fixes of `outcome`, which is what `lint` says of them."""
    fixed = Fixed(path, data, outcome)
    for _round in range(ROUNDS):
        step = _Round(fixed, lint, unsafe)
        if not step.run():
            break
    return fixed


class _Round:
    """All fixes of what one reading of the file has found."""

    def __init__(self, fixed: Fixed, lint: Lint, unsafe: bool) -> None:
        self.fixed = fixed
        self.lint = lint
        self.document = read_document(fixed.path, fixed.after)
        self.candidates = [finding for finding in fixed.outcome.findings
                           if finding.fixable(unsafe)]
        self.best: Optional[Tuple[bytes, Outcome]] = None
        fixed.left = []

    def run(self) -> bool:
        """Is there anything left for another round?"""
        if not self.candidates:
            return False
        done = self._accept([], self._apart(self.candidates))
        if self.best is not None:
            self.fixed.after, self.fixed.outcome = self.best
            self.fixed.done += done
        return self.best is not None

    def _apart(self, findings: Sequence[Finding]) -> List[Finding]:
        """Those whose edits do not overlap; the others wait for the next round."""
        chosen: List[Finding] = []
        taken: Dict[Optional[int], List[Change]] = {}
        for finding in findings:
            try:
                changes = self._changes([finding])
            except CannotEdit as error:
                self.fixed.left.append((finding, str(error)))
                continue
            if not any(overlap(old, new) for cell, own in changes.items() for new in own
                       for old in taken.get(cell, ())):
                chosen.append(finding)
                for cell, own in changes.items():
                    taken.setdefault(cell, []).extend(own)
        return chosen

    def _changes(self, findings: Sequence[Finding]) -> _Changes:
        return changes_of([edit for finding in findings if finding.fix is not None
                           for edit in finding.fix.edits], self.document)

    def _accept(self, done: List[Finding], more: List[Finding]) -> List[Finding]:
        """`done` and as many of `more` as hold together."""
        if not more:
            return done
        try:
            self.best = self._tried([*done, *more])
            return [*done, *more]
        except CannotEdit as error:
            if len(more) == 1:
                self.fixed.left.append((more[0], str(error)))
                return done
        half = len(more) // 2
        return self._accept(self._accept(done, more[:half]), more[half:])

    def _tried(self, findings: List[Finding]) -> Tuple[bytes, Outcome]:
        """The file with the fixes of these. Raises CannotEdit where it is not better for it."""
        changes = self._changes(findings)
        data = edited_bytes(self.fixed.after, self.document, changes)
        self._parses(data, changes)
        outcome = self.lint(data)
        if outcome.problem:
            raise CannotEdit("the file could not be read any more")
        gone = {_key(finding) for finding in findings}
        left = [finding for finding in self.fixed.outcome.findings if _key(finding) not in gone]
        mended = [self._moved(finding, changes) for finding in findings]
        others = [self._moved(finding, changes) for finding in left]
        after = _Places(read_document(self.fixed.path, data))
        for finding in outcome.findings:
            if finding.location.cell in changes and _kept(finding):
                continue  # an output of before the change: only a new run takes it away
            place = after.of(finding)
            if any(_at(place, old) for old in mended):
                raise CannotEdit("the finding would still be there")
            if not any(_at(place, old) for old in others):
                raise CannotEdit(f"it would make a {finding.code}")
        return data, outcome

    def _parses(self, data: bytes, changes: _Changes) -> None:
        try:
            cells = read_document(self.fixed.path, data).cells
        except UserError:
            raise CannotEdit("the file could not be read any more") from None
        for old, new in zip(self.document.cells, cells):
            if new.source != changed(old.source, changes.get(old.index, ())):
                raise CannotEdit("the text would not be what it should be")
            if (old.tree is None) != (new.tree is None):
                raise CannotEdit("it would not parse")
        if len(cells) != len(self.document.cells):
            raise CannotEdit("the cells would not be the same")

    def _moved(self, finding: Finding, changes: _Changes) -> "_Place":
        code, cell, first, _last = _Places(self.document).of(finding)
        if first is None:
            return code, cell, None, None
        return (code, cell, *moved(first, changes.get(cell, ())))


#: (code, cell, first, last): which finding, and between which characters of the cell it begins
_Place = Tuple[str, Optional[int], Optional[int], Optional[int]]


class _Places:
    def __init__(self, document: Document) -> None:
        self.sources = {cell.index: cell.source for cell in document.cells}

    def of(self, finding: Finding) -> _Place:
        where = finding.location
        source = self.sources.get(where.cell)
        at = None
        if source is not None and where.line is not None:
            at = index_of(source, line_starts(source), where.line, where.column or 1)
        return finding.code, where.cell, at, at


def _at(place: _Place, old: _Place) -> bool:
    if place[:2] != old[:2] or place[2] is None or old[2] is None or old[3] is None:
        return place == old
    return old[2] <= place[2] <= old[3]


def _kept(finding: Finding) -> bool:
    return any(evidence.kind == "saved output" for evidence in finding.evidence)


def _key(finding: Finding) -> Tuple[Any, ...]:
    where = finding.location
    return finding.code, where.cell, where.line, where.column, str(finding.fix)
