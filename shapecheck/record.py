"""A run on disk: each different call as it was made, readable at any moment and after a kill.

JSON lines. The first says what it is; then come `environment`, `call`s in their order, `count`s
(how often a call was made, of calls made more than once) and `finding`s. Each line is written at
once and whole, so that several processes can write to one file, and a line that was cut off
costs that line only.
"""
from __future__ import annotations

import json
import os
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

from shapecheck.facts import Call, Finding, Report, clean
from shapecheck.facts.call import Environment
from shapecheck.facts.errors import UserError
from shapecheck.facts.records import replace

SCHEMA = 1
LARGEST = 64 << 20  # bytes of a record: of what is written, and of what is read
_HEAD = "shapecheck record"


class Writer:
    """Appends to the file. Raises UserError where it cannot be opened; later never: `fault` says
    why nothing more is written."""

    def __init__(self, path: str, program: str = "", fresh: bool = True) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | (os.O_TRUNC if fresh else 0)
        try:
            self._file = os.open(path, flags, 0o644)
        except OSError as error:
            raise UserError(f"cannot write {clean(path)}: {error.strerror or error}") from None
        self._room = LARGEST
        self.fault: Optional[str] = None
        if fresh:
            self._line({_HEAD: SCHEMA, "program": program})

    def environment(self, environment: Environment) -> None:
        self._line({"process": os.getpid(), "environment": environment.to_dict()})

    def call(self, call: Call) -> None:
        self._line({"process": os.getpid(), "call": call.to_dict()})

    def settle(self, report: Report) -> None:
        """How often each call was made so far, and what was wrong. More may follow."""
        for call in report.calls:
            if call.count > 1:
                self._line({"process": os.getpid(), "count": call.count, "of": _key(call)})
        for finding in report.findings:
            self._line({"process": os.getpid(), "finding": finding.to_dict()})
        self._line({"process": os.getpid(), "end": True})

    def __del__(self) -> None:
        file = getattr(self, "_file", None)
        if file is not None:
            os.close(file)

    def _line(self, content: Dict[str, Any]) -> None:
        if self.fault is not None:
            return
        data = json.dumps(content).encode() + b"\n"
        self._room -= len(data)
        if self._room < 0:
            self.fault = f"the record is full: {LARGEST >> 20} MiB"
            return
        try:
            os.write(self._file, data)  # whole: the file was opened to append
        except OSError as error:
            self.fault = f"the record cannot be written: {error.strerror or error}"


def _key(call: Call) -> List[str]:
    """What tells a call from others of the same record."""
    return [call.method, str(call.location), str(call.raised),
            *(str(arg.passed) for arg in call.inputs),
            *(str(output.array) for output in call.returned)]


class Recorded(NamedTuple):
    """A run as its record has it. whole: it ended, no line is missing."""

    report: Report
    program: str
    whole: bool


def read_record(path: str) -> Recorded:
    """The record at `path`, or the report of any command in JSON.

    Raises UserError for what is neither, and for one of another version.
    """
    text = _text(path)
    first = text.split("\n", 1)[0]
    head = _parsed(first)
    if head is None or _HEAD not in head:
        return Recorded(_report(path, text), "", True)
    if head[_HEAD] != SCHEMA:
        raise UserError(f"{clean(path)}: a record of version {clean(head[_HEAD], 20)}, expected "
                        f"{SCHEMA}: record it again with this shapecheck, or read it with that one")
    return _record(path, text, str(head.get("program", "")))


def _text(path: str) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read(LARGEST + (1 << 20))
    except OSError as error:
        raise UserError(f"{clean(path)}: {error.strerror or error}; expected a record (--record) "
                        "or a report in JSON") from None
    return data.decode("utf-8", "replace")


def _parsed(line: str) -> Optional[Dict[str, Any]]:
    try:
        content = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None


def _report(path: str, text: str) -> Report:
    try:
        return Report.from_json(text)
    except (ValueError, RecursionError) as error:
        raise UserError(f"{clean(path)}: neither a record (shapecheck run --record FILE) nor a "
                        f"report in JSON: {clean(error, 120)}") from None


def _record(path: str, text: str, program: str) -> Recorded:
    calls: List[Tuple[int, Call]] = []
    counts: Dict[Any, int] = {}
    findings: Dict[Any, Finding] = {}
    environment = Environment()
    begun, ended, lost = set(), set(), 0
    for line in text.split("\n")[1:]:
        if not line:
            continue
        content = _parsed(line)
        try:
            if content is None:
                raise ValueError
            process = content["process"]
            begun.add(process)
            if "call" in content:
                calls.append((process, Call.from_dict(content["call"])))
            elif "count" in content:
                key = (*content["of"], process)
                counts[key] = int(content["count"])  # the last one holds
            elif "finding" in content:
                finding = Finding.from_dict(content["finding"])
                findings.setdefault(finding.key(), finding)
            elif "environment" in content:
                versions = dict(content["environment"])
                environment = Environment(versions.pop("python", ""), tuple(versions.items()))
            elif "end" in content:
                ended.add(process)
        except (AttributeError, KeyError, TypeError, ValueError):
            lost += 1
    notes = _notes(path, lost, len(begun - ended))
    merged = _once(calls, counts)
    return Recorded(Report(tuple(findings.values()), merged, environment, notes=notes), program,
                    not notes)


def _once(calls: List[Tuple[int, Call]], counts: Dict[Any, int]) -> Tuple[Call, ...]:
    """Each different call once: several processes may have made the same."""
    found: Dict[Any, Call] = {}
    for process, call in calls:
        key = tuple(_key(call))
        known = found.get(key)
        times = counts.get((*key, process), 1)
        found[key] = replace(call, count=times + (0 if known is None else known.count))
    return tuple(found.values())


def _notes(path: str, lost: int, running: int) -> Tuple[str, ...]:
    notes = []
    if lost:
        notes.append(f"{clean(path)}: {lost} line{'s' * (lost != 1)} could not be read: it was cut "
                     "off or changed")
    if running:
        notes.append(f"{clean(path)}: the run did not end (killed, or still running): how often "
                     "calls were made is not known")
    return tuple(notes)
