"""JUnit's XML: a test suite for each file, a failed test for each finding."""
from __future__ import annotations

from html import escape
from typing import Dict, Iterator, List, Optional, Sequence

from shapecheck.facts import Finding
from shapecheck.render.files import Run, in_cell, named

_PLAIN = "shapecheck"  # the one test of a file that is clean


class _Case:
    """One test. outcome: "failure", "error" or "skipped" with its lines; "" where it passed."""

    __slots__ = ("name", "outcome", "kind", "lines", "at")

    def __init__(self, name: str, outcome: str = "", kind: str = "", lines: Sequence[str] = (),
                 at: Optional[int] = None) -> None:
        self.name = name
        self.outcome = outcome
        self.kind = kind
        self.lines = lines
        self.at = at


def junit(run: Run) -> str:
    """Pure ASCII, so that any encoding of the stream is the one that it declares."""
    suites: Dict[str, List[_Case]] = {run.files.name(path): [] for path in run.read}
    for finding in run.findings:
        cases = suites.setdefault(run.files.name(finding.location.path or "-"), [])
        cases.append(_finding(finding, run, cases))
    for line in run.problems:
        path = run.path_of(line)
        suites.setdefault(_PLAIN if path is None else run.files.name(path), []).append(
            _Case("could be read", "error", "could-not-be-read", [line]))
    notes: Dict[str, List[str]] = {}
    for line in run.notes:
        path = run.path_of(line)
        name = _PLAIN if path is None else run.files.name(path)
        suites.setdefault(name, [])
        notes.setdefault(name, []).append(line)
    every = [case for name in suites for case in suites[name] or [_Case(_PLAIN)]]
    head = f'<testsuites name="shapecheck" {_counts(every)} time="{run.seconds:.3f}">'
    body = [line for name in sorted(suites)
            for line in _suite(name, suites[name] or [_Case(_PLAIN)], notes.get(name, []))]
    text = "\n".join(['<?xml version="1.0" encoding="UTF-8"?>', head, *body, "</testsuites>", ""])
    return text.encode("ascii", "xmlcharrefreplace").decode("ascii")


def _finding(finding: Finding, run: Run, before: Sequence[_Case]) -> _Case:
    """Its name has no line, so that it is the same test when the lines shift."""
    name = plain = f"{finding.code} {finding.headline}"
    names = {case.name for case in before}
    number = 1
    while name in names:
        number += 1
        name = f"{plain} ({number})"
    place = run.files.place(finding.location)
    first, *rest = [line for line in finding.message.split("\n") if line]
    # a cell that was left out is no failure, and has not passed either
    return _Case(name, "skipped" if finding.severity == "info" else "failure",
                 finding.code, [in_cell(finding.location) + first, *rest],
                 None if place is None else place.line)


def _suite(name: str, cases: Sequence[_Case], notes: Sequence[str]) -> Iterator[str]:
    yield f'  <testsuite name="{_text(name)}" {_counts(cases)} time="0">'
    for case in cases:
        at = "" if case.at is None else f' line="{case.at}"'
        head = (f'    <testcase classname="{_text(name)}" name="{_text(case.name)}" '
                f'file="{_text(name)}"{at} time="0"')
        if not case.outcome:
            yield head + "/>"
            continue
        yield head + ">"
        yield f"      {_outcome(case, name)}"
        yield "    </testcase>"
    if notes:
        yield f"    <system-out>{chr(10).join(map(_text, notes))}</system-out>"
    yield "  </testsuite>"


def _outcome(case: _Case, name: str) -> str:
    first = f'message="{_text(case.lines[0])}"'
    if case.outcome == "skipped":
        return f"<skipped {first}/>"
    lines = [_text(line) for line in case.lines]
    if case.at is not None:
        lines.append(f"{_text(name)}:{case.at}")
    return (f'<{case.outcome} type="{_text(case.kind)}" {first}>' + "\n".join(lines)
            + f"</{case.outcome}>")


def _counts(cases: Sequence[_Case]) -> str:
    def count(outcome: str) -> int:
        return sum(case.outcome == outcome for case in cases)

    return (f'tests="{len(cases)}" failures="{count("failure")}" errors="{count("error")}" '
            f'skipped="{count("skipped")}"')


def _text(text: str) -> str:
    """Without what XML 1.0 cannot hold: `named` spells control characters out."""
    return escape(named(text))


__all__ = ["junit"]
