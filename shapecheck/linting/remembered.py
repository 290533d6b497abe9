"""What is known of a file from the last time."""
from __future__ import annotations

from typing import TYPE_CHECKING, Any, List, Optional, Tuple

from shapecheck.linting.one_file import lint_file
from shapecheck.linting.outcome import Outcome
from shapecheck.linting.selection import Selection

if TYPE_CHECKING:
    from shapecheck.source.cache import Cache


def known_or_linted(path: str, selection: Selection, cache: "Cache") -> Outcome:
    outcome, data = known_outcome(path, selection, cache)
    if outcome is None:
        outcome = lint_file(path, selection, data, keyed=True)
        keep(outcome, selection, cache)
    return outcome


def known_outcome(path: str, selection: Selection, cache: "Cache",
                  ) -> "Tuple[Optional[Outcome], Optional[bytes]]":
    """The outcome of the last time, if nothing has changed; and what was read to know that."""
    asked = selection.asked()
    if not cache.asks_for(path, asked):
        return None, None
    try:
        with open(path, "rb") as file:
            data = file.read()
        found = cache.find(path, asked, data)
        if found is None:
            return None, data
        outcome = Outcome(path)
        if found:
            from shapecheck.facts.plain import from_plain

            (outcome.relevant, outcome.quiet, outcome.complete, notes, likenesses,
             findings) = found
            outcome.notes, outcome.likenesses = list(notes), list(likenesses)
            outcome.findings = list(from_plain(findings)) if findings else []
        return outcome, data
    except (OSError, ValueError, LookupError, TypeError, MemoryError):
        return None, None


def keep(outcome: Outcome, selection: Selection, cache: "Optional[Cache]") -> None:
    """For the next time, unless it could not be read."""
    if cache is None or outcome.problem or outcome.digest is None:
        return
    known: List[Any] = []
    if outcome.relevant or outcome.notes or outcome.findings or not outcome.complete:
        findings: List[Any] = []
        if outcome.findings:
            from shapecheck.facts.plain import to_plain

            try:
                findings = to_plain(outcome.findings)
            except TypeError:  # more than plain findings: never a reason to fail
                return
        known = [outcome.relevant, outcome.quiet, outcome.complete, outcome.notes,
                 outcome.likenesses, findings]
    cache.keep(outcome.path, selection.asked(), outcome.digest, outcome.beside, known)
