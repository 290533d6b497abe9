"""GitLab's Code Quality report: a list of issues, shown in merge requests."""
from __future__ import annotations

from typing import Any, Dict, Optional

from shapecheck.facts import Finding
from shapecheck.render.concise import told
from shapecheck.render.files import Run, in_cell, named

_SEVERITIES = {"error": "critical", "warning": "major", "info": "info"}


def gitlab(run: Run) -> str:
    import json

    issues = [_finding(finding, run) for finding in run.findings]
    issues += [_about(run, line, "could-not-be-read", "blocker") for line in run.problems]
    issues += [_about(run, line, "note", "info") for line in run.notes]
    return json.dumps(issues, indent=2) + "\n"


def _finding(finding: Finding, run: Run) -> Dict[str, Any]:
    where = finding.location
    place = run.files.place(where)
    lines = {"begin": 1} if place is None else {"begin": place.line, "end": place.end_line}
    return _issue(f"{finding.code} {in_cell(where)}{told(finding)}",
                  f"{finding.code} {finding.slug}", finding.fingerprint,
                  _SEVERITIES[finding.severity], run, where.path, lines)


def _about(run: Run, line: str, check: str, severity: str) -> Dict[str, Any]:
    import hashlib

    mark = hashlib.sha256(f"{check}\0{line}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
    return _issue(line, check, mark, severity, run, run.path_of(line), {"begin": 1})


def _issue(description: str, check: str, fingerprint: str, severity: str, run: Run,
           path: Optional[str], lines: Any) -> Dict[str, Any]:
    return {"description": named(description), "check_name": check, "fingerprint": fingerprint,
            "severity": severity, "location": {
                "path": "." if path is None else named(run.files.name(path)), "lines": lines}}


__all__ = ["gitlab"]
