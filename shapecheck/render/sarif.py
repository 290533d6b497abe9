"""SARIF 2.1.0, for GitHub code scanning, Azure DevOps, VS Code and whatever else reads it."""
from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence

from shapecheck.facts import Finding, Fix, Location
from shapecheck.render.concise import told
from shapecheck.render.files import Run, file_uri, in_cell, named

_SCHEMA = ("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas"
           "/sarif-schema-2.1.0.json")
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_ROOT = "%SRCROOT%"
#: the key of our fingerprint; `primaryLocationLineHash` is GitHub's own, which it works out
_MARK = "shapecheck/v1"
_LONGEST_SNIPPET = 4000


def sarif(run: Run, version: str) -> str:
    import json

    return json.dumps(_log(run, version), indent=2) + "\n"


def _log(run: Run, version: str) -> Dict[str, Any]:
    rules = _rules(run.findings)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [{
        "tool": {"driver": {
            "name": "shapecheck", "fullName": f"shapecheck {version}", "version": version,
            "semanticVersion": version,
            "shortDescription": {"text": "shape pitfalls of Keras models, found without running "
                                         "them"},
            "rules": rules}},
        "automationDetails": {"id": "shapecheck/"},  # apart from what other tools upload
        "columnKind": "utf16CodeUnits",
        "newlineSequences": ["\r\n", "\n", "\r"],
        "originalUriBaseIds": {_ROOT: {"uri": _folder_uri(run.files.base)}},
        "invocations": [_invocation(run)],
        "results": [_result(finding, index[finding.code], run) for finding in run.findings],
    }]}


def _folder_uri(folder: str) -> str:
    import os
    from pathlib import PurePath

    return file_uri(PurePath(os.path.abspath(folder))).rstrip("/") + "/"


# -- rules -----------------------------------------------------------------------------------


def _rules(findings: Sequence[Finding]) -> List[Dict[str, Any]]:
    """Those that have results, by code."""
    from shapecheck.rules import catalogue

    known = {rule.code: rule for rule in catalogue()}
    first: Dict[str, Finding] = {}
    for finding in findings:
        first.setdefault(finding.code, finding)
    return [_rule(known[code]) if code in known else _own(first[code]) for code in sorted(first)]


def _rule(rule: Any) -> Dict[str, Any]:
    versions = [f"{condition}: {behaviour}" for condition, behaviour in rule.versions.items()]
    text = [rule.explanation, f"Fix: {rule.advice}", *versions]
    markdown = [rule.explanation, f"**Fix:** {rule.advice}",
                *(f"- **{condition}**: {behaviour}"
                  for condition, behaviour in rule.versions.items())]
    for bad in rule.bad[:1]:
        text += ["Wrong:", _indented(bad.code)] + (
            ["Right:", _indented(bad.fixed)] if bad.fixed else [])
        markdown += ["Wrong:", f"```python\n{bad.code}\n```"] + (
            ["Right:", f"```python\n{bad.fixed}\n```"] if bad.fixed else [])
    level = _LEVELS[rule.severity]
    return {
        "id": rule.code, "name": rule.slug,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": rule.explanation},
        "help": {"text": "\n".join(text), "markdown": "\n\n".join(markdown)},
        "defaultConfiguration": {"level": level},
        "properties": {"precision": "very-high", "tags": ["keras", "tensorflow", "shapes"],
                       "problem.severity": "recommendation" if level == "note" else level}}


def _indented(code: str) -> str:
    return "\n".join("    " + line for line in code.split("\n"))


def _own(finding: Finding) -> Dict[str, Any]:
    """A code of lint itself, such as SHP901."""
    words = finding.slug.replace("-", " ")
    level = _LEVELS[finding.severity]
    return {"id": finding.code, "name": finding.slug, "shortDescription": {"text": words},
            "fullDescription": {"text": words},
            "help": {"text": str(finding.advice) or words},
            "defaultConfiguration": {"level": level},
            "properties": {"tags": ["shapes"], "problem.severity":
                           "recommendation" if level == "note" else level}}


# -- results ---------------------------------------------------------------------------------


def _result(finding: Finding, index: int, run: Run) -> Dict[str, Any]:
    result: Dict[str, Any] = {
        "ruleId": finding.code, "ruleIndex": index, "level": _LEVELS[finding.severity],
        "message": {"text": _no_link(in_cell(finding.location) + told(finding))},
    }
    if finding.location.path is not None:
        result["locations"] = [_location(finding.location, run)]
    if finding.fingerprint:
        result["partialFingerprints"] = {_MARK: finding.fingerprint}
    result["relatedLocations"] = _related(finding, run)
    if finding.fix is not None and finding.location.path is not None:
        result["fixes"] = _fixes(finding.fix, finding.location.path, run)
    return {key: value for key, value in result.items() if value != []}


def _no_link(text: str) -> str:
    """`models[0](x)` would be a link in a message: its bracket is escaped."""
    return named(text).replace("](", "\\](")


def _location(where: Location, run: Run, message: str = "") -> Dict[str, Any]:
    made: Dict[str, Any] = {"physicalLocation": _physical(where, run)}
    if where.cell is not None:
        name = f"cell {where.cell}"
        made["logicalLocations"] = [{
            "name": name, "kind": "cell",
            "fullyQualifiedName": f"{named(run.files.name(where.path or ''))}:{name}"}]
    if message:
        made["message"] = {"text": _no_link(message)}
    return made


def _physical(where: Location, run: Run) -> Dict[str, Any]:
    made: Dict[str, Any] = {"artifactLocation": _artifact(where.path or "", run)}
    place = run.files.place(where)
    if place is not None:
        made["region"] = _region(place, where, run)
    elif where.line is not None:  # the file was changed in between; GitHub wants a line
        made["region"] = {"startLine": 1}
    return made


def _artifact(path: str, run: Run) -> Dict[str, Any]:
    uri, relative = run.files.uri(path)
    return {"uri": uri, "uriBaseId": _ROOT} if relative else {"uri": uri}


def _region(place: Location, where: Location, run: Run) -> Dict[str, Any]:
    """An empty place is told by its start: readers take an end there for a mistake."""
    region = _span(place, run)
    if (place.line, place.column) == (place.end_line, place.end_column):
        return {key: region[key] for key in ("startLine", "startColumn")}
    text = run.files.text(place)
    if len(text) <= _LONGEST_SNIPPET:
        snippet: Dict[str, Any] = {"text": _shown(text)}
        source = run.files.source(where)
        if source and source != text:  # JSON's quotes and line ends, and what they stand for
            snippet["rendered"] = {"text": _shown(source)}
        return {**region, "snippet": snippet}
    return region


def _span(place: Location, run: Run) -> Dict[str, Any]:
    return {"startLine": place.line, "startColumn": _units(place.line, place.column, place, run),
            "endLine": place.end_line,
            "endColumn": _units(place.end_line, place.end_column, place, run)}


def _units(line: Optional[int], column: Optional[int], place: Location, run: Run) -> int:
    """The column in UTF-16, where a character of the astral planes is two."""
    before = run.files.before(place.path or "", line or 1, column or 1)
    return (column or 1) + sum(char > "\uffff" for char in before)


def _shown(text: str) -> str:
    """Code of the user's with its line breaks and tabs, and no other control character."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join("\t".join(map(named, line.split("\t"))) for line in lines)


def _related(finding: Finding, run: Run) -> List[Dict[str, Any]]:
    """Where what it rests on stands: the argument, where it was made, what declared it."""
    places = [(finding.part, "this argument")]
    places += [(evidence.at, str(evidence.text)) for evidence in finding.evidence]
    made: List[Dict[str, Any]] = []
    seen = {finding.location}
    for where, message in places:
        if where is None or where.path is None or where in seen:
            continue
        seen.add(where)
        made.append({"id": len(made) + 1, **_location(where, run, message)})
    return made


def _fixes(fix: Fix, path: str, run: Run) -> List[Dict[str, Any]]:
    """What `--fix` would write, in a notebook as it stands in its JSON; none where that is not
    known."""
    changes = run.files.changes(path, fix.edits)
    if not changes:
        return []
    text = _no_link(str(fix.line())) + ("" if fix.safe else " (may not be what was meant)")
    return [{
        "description": {"text": text}, "properties": {"safe": fix.safe},
        "artifactChanges": [{
            "artifactLocation": _artifact(path, run),
            "replacements": [{"deletedRegion": _span(place, run),
                              "insertedContent": {"text": new}} for place, new in changes]}]}]


# -- the run ---------------------------------------------------------------------------------


def _invocation(run: Run) -> Dict[str, Any]:
    notifications = [_notification(line, "error", run) for line in run.problems]
    notifications += [_notification(line, "note", run) for line in run.notes]
    made: Dict[str, Any] = {"executionSuccessful": not run.problems}
    if notifications:
        made["toolExecutionNotifications"] = notifications
    return made


def _notification(line: str, level: str, run: Run) -> Dict[str, Any]:
    made: Dict[str, Any] = {"level": level, "message": {"text": _no_link(line)}}
    path = run.path_of(line)
    if path is not None:
        made["locations"] = [{"physicalLocation": {"artifactLocation": _artifact(path, run)}}]
    return made


__all__ = ["sarif"]
