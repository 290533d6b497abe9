"""`%load_ext shapecheck`: each Keras model of the notebook is watched, and what is wrong is told
under the cell that did it, once.

    %shapecheck on | off       watch, or leave it
    %shapecheck report         every call so far, and every finding
    %shapecheck explain        the exception that was raised last
    %%shapecheck               first line of a cell: what the reader says of it before it runs
"""
from __future__ import annotations

import shlex
import sys
from typing import Any, Dict, List, Optional, Sequence

from shapecheck.api import without_our_frames
from shapecheck.facts import Call, Finding, Report, clean
from shapecheck.facts.errors import UserError
from shapecheck.facts.records import replace
from shapecheck.integrations.streams import say

#: what a display carries for programs: a report as JSON
MIME = "application/vnd.shapecheck.report+json"
_USAGE = "%shapecheck on | off | report | explain; %%shapecheck [--dry] before a cell"


class Extension:
    """One shell's watch. Between cells nothing is watched: what a cell did is judged with the
    lines around its calls, which takes the end of a watch."""

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._seen: Any = None
        self._told = 0
        self._on = False
        self._exc_info: Any = None

    def load(self) -> None:
        self._shell.events.register("pre_run_cell", self._before)
        self._shell.events.register("post_run_cell", self._after)
        self._shell.register_magic_function(self.line, "line", "shapecheck")
        self._shell.register_magic_function(self.cell, "cell", "shapecheck")
        self._exc_info = getattr(self._shell, "_get_exc_info", None)
        if self._exc_info is not None:  # what `showtraceback` asks
            self._shell._get_exc_info = self._without_our_frames
        self.switch(True)

    def unload(self) -> None:
        self.switch(False)
        vars(self._shell).pop("_get_exc_info", None)
        self._shell.events.unregister("pre_run_cell", self._before)
        self._shell.events.unregister("post_run_cell", self._after)
        for kind in ("line", "cell"):
            self._shell.magics_manager.magics[kind].pop("shapecheck", None)

    def _without_our_frames(self, given: Any = None) -> Any:
        """The exception as it would be without us."""
        found = self._exc_info(given)
        try:
            if found[1] is not None:
                without_our_frames(found[1])
        except Exception:  # then they are seen
            pass
        return found

    def switch(self, on: bool) -> None:
        if on and self._seen is None:
            from shapecheck.api import watch

            self._seen = watch(tell="never")
        if on and not self._on:
            self._seen.__enter__()  # the cell that says so is watched as well
        elif not on and self._on:
            self._leave(None)
        self._on = on

    def _leave(self, error: Optional[BaseException]) -> None:
        if self._seen.active:
            self._seen.__exit__(type(error) if error else None, error,
                                error.__traceback__ if error else None)

    # -- around each cell ----------------------------------------------------------------------

    def _before(self, info: Any = None) -> None:
        if self._on and not self._seen.active:
            self._seen.__enter__()
        if self._on and info is not None and info.store_history and _keras_is_here():
            self._seen.cell_begins(self._count() + 1, info.raw_cell, self._shell.user_ns)

    def _count(self) -> int:
        """The execution count of the cell that runs; before it begins, of the one before it."""
        return len(self._shell.user_ns.get("In", ())) - 1

    def _after(self, result: Any = None) -> None:
        """Never raises: IPython would print a traceback of ours under the user's cell."""
        if not self._on:
            return
        try:
            error = getattr(result, "error_in_exec", None) or getattr(
                result, "error_before_exec", None)
            if error is not None:
                self._seen.cell_raised(self._count())
            self._leave(error)
            findings = self._seen.findings
            new, self._told = findings[self._told:], len(findings)
            new = tuple(f for f in new if f.severity != "info")
            if new:
                self.show(_of_cell(self._seen.report(), new))
        except Exception as fault:
            say("shapecheck: internal error, your cell was not affected: "
                f"{type(fault).__name__}: {clean(fault)}")

    def show(self, report: Report) -> None:
        from shapecheck.render.cell import cell_blocks

        self._show(report, cell_blocks(report))

    def _show(self, report: Report, blocks: Any) -> None:
        from shapecheck.render.html import fragment
        from shapecheck.render.text import blocks_text

        self._display({"text/plain": blocks_text(blocks), "text/html": fragment(blocks),
                       MIME: report.to_dict()})

    def _display(self, data: Dict[str, Any]) -> None:
        from IPython.display import publish_display_data

        if type(self._shell).__name__ == "TerminalInteractiveShell":
            say(data["text/plain"].rstrip("\n"))
            return
        publish_display_data(data)  # type: ignore[no-untyped-call]

    # -- magics --------------------------------------------------------------------------------

    def line(self, words: str) -> None:
        """Watch the Keras models of this session: %shapecheck on | off | report | explain."""
        said = words.split()
        command = said[0] if said else "on"
        if command in ("on", "off") and len(said) <= 1:
            self.switch(command == "on")
            say(f"shapecheck is {command}")
        elif command == "report" and said[1:] in ([], ["--json"]):
            self._report(said[1:] == ["--json"])
        elif command == "explain" and len(said) == 1:
            self._explain()
        else:
            say(f"shapecheck: {clean(words, 60)}: expected {_USAGE}")

    def _report(self, only_json: bool) -> None:
        report = Report() if self._seen is None else self._seen.report()
        if only_json:
            self._display({"text/plain": "", MIME: report.to_dict()})
            return
        from shapecheck.render.program import program_blocks

        self._show(report, program_blocks(report, "this session"))

    def _explain(self) -> None:
        error = getattr(sys, "last_value", None)
        if error is None:
            say("shapecheck: no exception was raised in this session")
            return
        report = explained(error)
        if report is not None:
            from shapecheck.render.explained import explained_blocks

            self._show(report, explained_blocks(report))
        else:
            say("shapecheck: I don't know this one: "
                f"{type(error).__name__}: {clean(error, 200)}")

    def cell(self, words: str, text: str) -> None:
        """Check a cell before it runs; with --dry it does not run."""
        try:
            said = shlex.split(words)
        except ValueError:
            said = [words]
        if said not in ([], ["--dry"]):
            say(f"shapecheck: {clean(words, 60)}: expected {_USAGE}")
            return
        text = "\n" + text  # the line of the magic: the others keep their numbers
        findings = self._ahead(text)
        if findings:
            self.show(Report(tuple(findings)))
        elif said:
            say("shapecheck: no findings")
        if not said:
            self._shell.run_cell(text)

    def _ahead(self, text: str) -> List[Finding]:
        from shapecheck.ahead import look_ahead
        from shapecheck.observe.holding import names_held

        try:
            names = names_held(self._shell.user_ns, text)
            found = look_ahead(text, names, f"In [{self._count()}]")
        except Exception as fault:
            say(f"shapecheck: internal error: {type(fault).__name__}: {clean(fault)}")
            return []
        return [finding for finding in found if finding.severity != "info"]


def _keras_is_here() -> bool:
    return any(name in sys.modules for name in ("keras", "tf_keras", "tensorflow"))


def _of_cell(report: Report, findings: Sequence[Finding]) -> Report:
    """The findings of a cell and the calls that they are about."""
    places = {(f.location.path, f.location.line, f.location.execution_count) for f in findings}
    calls: List[Call] = [call for call in report.calls if (
        call.location.path, call.location.line, call.location.execution_count) in places]
    return replace(report, findings=tuple(findings), calls=tuple(calls), notes=())


_extensions: Dict[int, Extension] = {}


def load(shell: Any) -> None:
    if id(shell) not in _extensions:
        _extensions[id(shell)] = Extension(shell)
        _extensions[id(shell)].load()


def unload(shell: Any) -> None:
    extension = _extensions.pop(id(shell), None)
    if extension is None:
        raise UserError("shapecheck is not loaded here")
    extension.unload()


def explained(error: BaseException) -> Optional[Report]:
    """What a rule says of an exception; None where none does."""
    import traceback

    from shapecheck.api import explain

    report = explain("".join(traceback.format_exception(type(error), error, error.__traceback__)))
    return report if report.findings else None
