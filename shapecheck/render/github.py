"""Workflow commands of GitHub Actions: each finding at its line of the pull request."""
from __future__ import annotations

from typing import List, Optional

from shapecheck.facts import Finding, Location
from shapecheck.render.files import Run, in_cell, named

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def github(run: Run) -> str:
    """`::error file=train.ipynb,line=23,...,title=SHP101 rank-1-input::cell 7, line 3: ...`

    Nothing but such lines: what could not be read is one, too. In each, the text is ours up to
    the second `::`, and what follows it has no line break, so no text of the user's is a command.
    """
    lines = [_finding(finding, run) for finding in run.findings]
    lines += [_about(run, "error", "could not be read", line) for line in run.problems]
    lines += [_about(run, "notice", "note", line) for line in run.notes]
    return "".join(line + "\n" for line in lines)


def _finding(finding: Finding, run: Run) -> str:
    properties = []
    where = finding.location
    if where.path is not None:
        properties.append(f"file={_property(run.files.name(where.path))}")
        properties += _lines(run.files.place(where))
    properties.append(f"title={_property(f'{finding.code} {finding.slug}')}")
    message = in_cell(where) + "\n".join(line for line in finding.message.split("\n") if line)
    return _command(_COMMANDS[finding.severity], properties, message)


def _lines(place: Optional[Location]) -> List[str]:
    if place is None:
        return []
    properties = [f"line={place.line}", f"endLine={place.end_line}"]
    if place.line == place.end_line:  # GitHub takes columns within one line only
        properties += [f"col={place.column}", f"endColumn={place.end_column}"]
    return properties


def _about(run: Run, command: str, title: str, line: str) -> str:
    path = run.path_of(line)
    properties = [] if path is None else [f"file={_property(run.files.name(path))}"]
    return _command(command, [*properties, f"title={_property('shapecheck: ' + title)}"], line)


def _command(name: str, properties: List[str], message: str) -> str:
    text = "\n".join(named(line) for line in message.split("\n"))
    return f"::{name} {','.join(properties)}::{_data(text)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(named(text)).replace(":", "%3A").replace(",", "%2C")


__all__ = ["github"]
