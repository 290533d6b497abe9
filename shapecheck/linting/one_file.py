"""One file, read and judged for itself.

What it says depends on its bytes, the modules beside it and the selection, on nothing else.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Optional

from shapecheck.facts.errors import UserError
from shapecheck.linting.outcome import Outcome
from shapecheck.linting.selection import (
    UNREADABLE_CELL,
    UNUSED_SUPPRESSION,
    Selection,
    hint_at,
)
from shapecheck.source.discovery import reason

if TYPE_CHECKING:
    from shapecheck.facts import Finding
    from shapecheck.source.documents import Document


def lint_file(path: str, selection: Selection, data: Optional[bytes] = None,
              keyed: bool = False, alone: bool = False) -> Outcome:
    """Read and judge one file. Never raises; nothing of it is executed.

    keyed: with what it depends on, so that a cache can keep the outcome. alone: modules beside it
    are not followed, so that it depends on its bytes and the selection only.
    """
    import gc

    outcome = Outcome(path)
    collects = gc.isenabled()
    gc.disable()  # a file's trees are large and short-lived: looking through them is a sixth
    try:
        _lint(outcome, selection, data, keyed, alone)
    except UserError as error:
        outcome.problem = str(error)
    except OSError as error:
        outcome.problem = f"{named(path)}: {reason(error)}"
    except Exception as error:  # also MemoryError: of this file only
        _failed(outcome, error)
    finally:
        if collects:
            gc.enable()
    return outcome


def _failed(outcome: Outcome, error: Exception) -> None:
    import traceback

    from shapecheck.facts.message import clean

    outcome.findings, outcome.internal = [], True
    outcome.problem = (f"{clean(outcome.path)}: internal error: {type(error).__name__}: "
                       f"{clean(error, 200)} (--traceback shows where; please report it)")
    outcome.details = traceback.format_exc()


def named(path: str) -> str:
    from shapecheck.facts.message import clean

    return clean(path)


def _lint(outcome: Outcome, selection: Selection, data: Optional[bytes], keyed: bool,
          alone: bool) -> None:
    from shapecheck.source.documents import load, mentions, read_document

    data = load(outcome.path) if data is None else data
    if keyed:
        from shapecheck.source.cache import digest_of

        outcome.digest = digest_of(data)
    # a notebook that was cut off is no notebook, whatever it mentions
    whole = not outcome.path.endswith(".ipynb") or data.rstrip().endswith(b"}")
    if whole and not mentions(data):
        if selection.unused:
            _needless(outcome, selection, data)
        return
    outcome.relevant = True
    _judge(outcome, read_document(outcome.path, data), selection, keyed, alone)


def lint_document(document: "Document", selection: Selection) -> Outcome:
    """`lint_file` for a document that was read already. Raises what went wrong."""
    outcome = Outcome(document.path)
    _judge(outcome, document, selection, False, False)
    return outcome


def _judge(outcome: Outcome, document: "Document", selection: Selection, keyed: bool,
           alone: bool) -> None:
    from shapecheck.source.documents import marked

    outcome.notes += document.notes
    findings = [_unreadable(document, cell) for cell in document.cells if cell.error is not None]
    notes: List[str] = []
    if any(cell.tree is not None for cell in document.cells):
        from shapecheck.read.reader import read

        reading = read(document, alone=alone)
        notes = reading.notes
        if keyed:
            from shapecheck.source.cache import digest_of

            outcome.beside = {name: None if found is None else digest_of(found)
                              for name, found in reading.beside.items()}
        if reading.facts:
            from shapecheck.rules import judge

            findings += _distinct(judge(reading.facts))
        reading.forget()
    outcome.notes += notes
    outcome.complete = not notes and all(cell.error is None for cell in document.cells)
    # before selecting: what silences a code that is not told is needed, too
    if marked(document, bool(findings) or selection.unused):
        findings = _silenced(outcome, document, findings, selection)
    _tell(outcome, document, findings, selection)


def _tell(outcome: Outcome, document: Any, findings: "List[Finding]", selection: Selection) -> None:
    outcome.findings = [_fitted(finding, document) for finding in findings
                        if selection.takes(finding.code)]
    if selection.likened and outcome.findings:
        from shapecheck.source.fingerprints import likenesses

        outcome.likenesses = likenesses(outcome.findings, document)


def _silenced(outcome: Outcome, document: Any, findings: "List[Finding]", selection: Selection,
              ) -> "List[Finding]":
    """What the file's own comments, tags and metadata leave of them."""
    from shapecheck.source.suppressions import Suppressions

    suppressions = Suppressions(document, hint_at)
    left, quiet = suppressions.silence(findings)
    outcome.quiet = sum(selection.takes(finding.code) for finding in quiet)
    outcome.notes += [f"{place}: {problem}" for place, problem in suppressions.problems]
    if selection.unused and outcome.complete:
        left += suppressions.unused(*UNUSED_SUPPRESSION)
    return left


def _needless(outcome: Outcome, selection: Selection, data: bytes) -> None:
    """A file without a trace of Keras, in which any suppression of ours is unused."""
    from shapecheck.source.documents import marked, read_document

    small = data.lower()
    if b"noqa" not in small and b"shapecheck" not in small:
        return
    try:
        document = read_document(outcome.path, data)
    except UserError:  # nobody's question without Keras
        return
    if marked(document):
        outcome.complete = all(cell.error is None for cell in document.cells)
        _tell(outcome, document, _silenced(outcome, document, [], selection), selection)


def _fitted(finding: "Finding", document: Any) -> "Finding":
    """Its fix in the names that the file has for things, and as safe as they are."""
    if finding.fix is None or not any("np." in edit.new or "+1" in edit.new
                                      for edit in finding.fix.edits):
        return finding
    from shapecheck.source.names import fitted

    return fitted(finding, document)


def _distinct(findings: "List[Finding]") -> "List[Finding]":
    """One finding for one thing: a function called twice says it twice, and what a saved
    traceback shows is said already where the source proves it on the same line."""
    kept: "List[Finding]" = []
    places, lines = set(), set()
    for finding in sorted(findings, key=_saved):
        where = finding.location
        line = (where.cell, where.line)
        place = (finding.code, *line, where.column)
        if place in places or (_saved(finding) and line in lines):
            continue
        places.add(place)
        lines.add(line)
        kept.append(finding)
    return kept


def _saved(finding: "Finding") -> bool:
    return any(evidence.kind == "saved output" for evidence in finding.evidence)


def _unreadable(document: Any, cell: Any) -> "Finding":
    from shapecheck.facts import Evidence, Finding, Location, Message

    line, column, message = cell.error
    what = "this cell" if cell.index is not None else "this file"
    code, slug = UNREADABLE_CELL
    return Finding(
        code, slug, "info",
        Message.of("{what} does not parse: {error}", what=Message.of(what), error=message),
        Message.of("it is left out; everything else is read" if cell.index is not None
                   else "nothing in it is checked"),
        Message.of("fix: mend the syntax, or leave the file out with --exclude"),
        location=Location(document.path, cell.index, line, column, line, column),
        evidence=(Evidence("parser", Message.of("{error}", error=message)),))
