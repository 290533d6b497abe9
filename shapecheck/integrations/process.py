"""The watch of a whole process: from before the program begins until all of it has ended.

Nothing but the standard library is imported before the program imports a Keras. What was seen is
told once, by the process that the run began with, after the program's own `atexit` functions.
Processes that it starts leave what they saw in a folder: those that are forked have this session in
them, others find the folder's name in their environment (`cli/startup`).
"""
from __future__ import annotations

import atexit
import os
import signal
import sys
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional

from shapecheck.integrations.streams import flush, say

if TYPE_CHECKING:
    from shapecheck.facts.report import Report

#: names the folder in which the processes of one run leave what they saw
FOLDER = "SHAPECHECK_RUN"
#: the imports that a watch begins with
_KERASES = ("keras", "tf_keras", "tensorflow")
_LARGEST = 64 << 20  # bytes of a child's report that are read


class Process:
    """deliver: is given the report of all processes, and says whether a status of 0 becomes 1.

    folder: where processes leave what they saw. owner: the process that tells. record: a file that
    has been begun, in which all of them write their calls.
    """

    def __init__(self, deliver: "Callable[[Report], bool]", folder: str, owner: int,
                 record: Optional[str] = None) -> None:
        self._deliver = deliver
        self._folder = folder
        self._owner = owner
        self._record = record
        self._seen: Any = None
        self._done = False
        self._exit = os._exit
        self._hooks = (sys.excepthook, None)
        self.status: Any = 0  # as the program gave it, where that is known
        self.interrupted = False

    def begin(self) -> "Process":
        os.environ[FOLDER] = self._folder
        atexit.register(self.finish)  # before all of the program's, so after them
        os._exit = self._leave  # type: ignore[assignment]
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forked)
        if any(name in sys.modules for name in _KERASES):
            self._enter()
        else:
            sys.meta_path.insert(0, _Doorbell(self._enter))
        return self

    def _enter(self) -> None:
        """A Keras is about to be imported."""
        if self._seen is None and not self._done:
            from shapecheck.api import watch
            from shapecheck.record import Writer

            self._seen = watch(tell="never", record=None if self._record is None else Writer(
                self._record, fresh=False))
            self._seen.__enter__()

    def report(self) -> "Report":
        """What this process has seen so far."""
        if self._seen is not None:
            return self._seen.report()  # type: ignore[no-any-return]
        from shapecheck.facts.report import Report

        return Report()

    def ended_by(self, error: BaseException) -> None:
        """An exception ends the program: it gets its note, and loses our frames. What still runs
        stays watched."""
        if self._seen is not None:
            self._seen.__exit__(type(error), error, error.__traceback__)
            self._seen.__enter__()

    # -- the end -----------------------------------------------------------------------------

    def finish(self) -> None:
        """Once in each process. Never raises."""
        if self._done:
            return
        self._done = True
        fails = False
        try:
            if self._seen is not None:
                self._seen.__exit__(None, None, None)
            if os.getpid() == self._owner:
                fails = self._deliver(merged([self.report(), *self._left()]))
                self._tidy()
            elif self._seen is not None:
                self._leave_report()
        except BaseException as fault:  # the program has ended as it would have without us
            say(f"shapecheck: internal error: {type(fault).__name__}: {fault}")
        if self.interrupted:
            flush()
            signal.signal(signal.SIGINT, signal.SIG_DFL)  # as the interpreter ends itself
            os.kill(os.getpid(), signal.SIGINT)
        if fails and self.status in (0, None):
            flush()
            self._exit(1)

    def _leave(self, status: int) -> None:
        """`os._exit`: no `atexit` function will run."""
        try:
            self.status = status
            self.finish()
        except BaseException:
            pass
        self._exit(status)

    # -- children ----------------------------------------------------------------------------

    def _forked(self) -> None:
        """In the child of a fork: what the parent saw is the parent's to tell."""
        try:
            self._done = self.interrupted = False
            if self._seen is not None:
                self._seen.forked()
                self._seen = None
                self._enter()
        except BaseException as fault:
            say(f"shapecheck: internal error: {type(fault).__name__}: {fault}")

    def _leave_report(self) -> None:
        report = self.report()
        if (not report.calls and not report.findings) or not os.path.isdir(self._folder):
            return
        path = os.path.join(self._folder, f"{os.getpid()}.json")
        with open(path + ".part", "w", encoding="utf-8") as file:
            file.write(report.to_json(indent=None))
        os.replace(path + ".part", path)

    def _left(self) -> "List[Report]":
        """What the other processes saw, those that have ended."""
        from shapecheck.facts.report import Report

        found = []
        for name in sorted(os.listdir(self._folder)):
            if not name.endswith(".json") or not name[:-5].isdigit():
                continue
            try:
                with open(os.path.join(self._folder, name), encoding="utf-8") as file:
                    found.append(Report.from_json(file.read(_LARGEST)))
            except (OSError, ValueError):
                continue
        return found

    def _tidy(self) -> None:
        try:
            for name in os.listdir(self._folder):
                os.unlink(os.path.join(self._folder, name))
            os.rmdir(self._folder)
        except OSError:  # a child that is still at work, a folder that is gone
            pass


class _Doorbell:
    """On `sys.meta_path` until the first Keras is asked for; the others find it."""

    def __init__(self, ring: Callable[[], None]) -> None:
        self._ring: Optional[Callable[[], None]] = ring

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> Any:
        if fullname not in _KERASES or self._ring is None:
            return None
        ring, self._ring = self._ring, None
        if self in sys.meta_path:
            sys.meta_path.remove(self)
        try:
            ring()
        except Exception as fault:  # the import goes on
            say(f"shapecheck: internal error: {type(fault).__name__}: {fault}")
        # The import system passes over what has just come in front of it: the watch's own finder.
        for finder in list(sys.meta_path):
            spec = finder.find_spec(fullname, path, target) \
                if finder is not self and hasattr(finder, "find_spec") else None
            if spec is not None:
                return spec
        return None


def merged(reports: "List[Report]") -> "Report":
    """One report of several processes: each call and each finding once, the counts added."""
    from shapecheck.facts.records import replace

    first = reports[0]
    calls: Dict[Any, Any] = {}
    findings: Dict[Any, Any] = {}
    notes: Dict[str, None] = {}
    for report in reports:
        for call in report.calls:
            key = (call.location, call.method, call.raised,
                   tuple((str(arg.passed), str(arg.received)) for arg in call.inputs),
                   tuple(str(output.array) for output in call.returned))
            known = calls.get(key)
            calls[key] = call if known is None else replace(known, count=known.count + call.count)
        for finding in report.findings:
            findings.setdefault((finding.code, finding.location, finding.headline), finding)
        notes.update(dict.fromkeys(report.notes))
    environment = next((report.environment for report in reports
                        if any(version for _name, version in report.environment.versions)),
                       first.environment)
    return replace(first, calls=tuple(calls.values()), findings=tuple(findings.values()),
                   notes=tuple(notes), environment=environment)
