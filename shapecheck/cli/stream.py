"""`shapecheck lint --files-from`, `--format jsonl`: files told as they come, none of them kept."""
from __future__ import annotations

import os
import sys
from typing import Any, Iterator, Optional

from shapecheck.cli.output import Screen
from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean

#: bytes of one name; more means that the names end otherwise
LONGEST = 1 << 16
_BLOCK = 1 << 16
STREAMED = (None, "concise", "jsonl")


def streamed(options: Any) -> Optional[Screen]:
    """The screen; None where the format needs all findings together: then `options.paths` are the
    names."""
    if options.null and options.files_from is None:
        raise UserError("--null says how the names of --files-from end: give that, too")
    if options.files_from is not None:
        if options.paths:
            raise UserError("--files-from names the files: no PATH beside it")
        together = options.format not in STREAMED or (
            options.output_file and options.format is None)
        if together or options.fix or options.diff:
            options.paths = list(names(options.files_from, options.null))
            return None
    if options.fix or options.diff:
        raise UserError("--format jsonl tells what is found: it does not go with --fix or --diff")
    if "-" in options.paths:
        raise UserError("--format jsonl does not read a file from standard input: use json")
    return _Stream(options).screen()


class _Stream:
    """Goes through the files once, while its parts are written."""

    def __init__(self, options: Any) -> None:
        from shapecheck.linting.outcome import Total
        from shapecheck.linting.paths import configured

        self.options = options
        self.total = Total()  # of counts; findings and problems are told and forgotten
        self.told = 0
        self.places = 0
        self.infos = 0
        self.unread = 0
        paths = options.paths or ["."]
        self.configuration = configured(paths)
        if options.fail_on is None:
            options.fail_on = self.configuration.fail_on
        if options.update_baseline or options.prune_baseline or options.baseline or (
                options.baseline is None and self.configuration.baseline):
            raise UserError("a baseline needs all findings together: not with --files-from or "
                            "--format jsonl (--no-baseline)")

    def screen(self) -> Screen:
        from shapecheck.facts import Report

        form = self.options.format or "concise"
        self.made = Screen(Report(), texts={form: lambda: self._parts(form)},
                           sources=[self.options.files_from or ""])
        return self.made

    def _parts(self, form: str) -> Iterator[str]:
        from shapecheck.linting.outcome import place_of
        from shapecheck.render.concise import concise

        for outcome in self._outcomes():
            self._count(outcome)
            if form == "jsonl":
                yield _checked(outcome).to_json() + "\n"
            else:
                yield concise(sorted(outcome.findings, key=place_of)) + ("" if self.options.quiet
                              else "".join(f"note: {clean(note)}\n" for note in outcome.notes))
            if outcome.problem and form != "jsonl":
                self._tell(outcome.problem)
        if form == "concise" and not self.options.quiet:
            yield self._summary()

    def _outcomes(self) -> Iterator[Any]:
        from shapecheck.cli.lint import _cache, _codes, _per_file
        from shapecheck.linting.paths import files, lint_names
        from shapecheck.source.configuration import Configurations

        options = self.options
        if options.files_from is not None:
            found = names(options.files_from, options.null)
        else:
            found = files(options.paths or ["."], self.total, Configurations(), options.exclude,
                          options.force_exclude)
        yield from lint_names(
            found, select=_codes(options.select), ignore=_codes(options.ignore),
            extend_select=_codes(options.extend_select),
            per_file_ignores=_per_file(options.per_file_ignores),
            report_unused=options.report_unused, exclude=options.exclude,
            force_exclude=options.force_exclude, jobs=options.jobs,
            cache=_cache(True, options, self.configuration))
        for problem in self.total.problems:  # of the search
            self.unread += 1
            self._tell(problem)
        self._judge()

    def _count(self, outcome: Any) -> None:
        from shapecheck.facts import Report
        from shapecheck.facts.finding import SEVERITIES

        self.total.files += not outcome.problem
        self.total.quiet += outcome.quiet
        self.unread += bool(outcome.problem)
        told = [finding for finding in outcome.findings if finding.severity != "info"]
        self.told += len(told)
        self.places += bool(told)
        self.infos += len(outcome.findings) - len(told)
        self.total.internal = self.total.internal or outcome.internal
        if outcome.findings:
            worst = max(outcome.findings, key=lambda f: SEVERITIES.index(f.severity))
            before = self.made.report.worst()
            if before is None or SEVERITIES.index(worst.severity) > SEVERITIES.index(before):
                self.made.report = Report((worst,))
        self._judge()

    def _judge(self) -> None:
        self.made.broken = self.total.internal or bool(
            self.unread and not self.made.report.findings)

    def _tell(self, problem: str) -> None:
        sys.stderr.write(f"shapecheck: {problem}\n")

    def _summary(self) -> str:
        from shapecheck.render.concise import summed

        return summed(self.told, self.places, self.infos, self.total.files, self.unread,
                      self.total.quiet)


def _checked(outcome: Any) -> Any:
    from shapecheck.cli.lint import Sources
    from shapecheck.facts.checked import Checked
    from shapecheck.linting.outcome import place_of
    from shapecheck.source.fingerprints import fingerprinted

    findings = sorted(outcome.findings, key=place_of)
    if findings:
        findings = fingerprinted(findings, Sources().document)
    return Checked(outcome.path, tuple(findings), tuple(outcome.notes), outcome.problem)


def names(source: str, null: bool) -> Iterator[str]:
    """The names in a file, or on standard input, as they are needed. Raises UserError."""
    from contextlib import nullcontext

    end, rest = b"\0" if null else b"\n", b""
    try:
        with nullcontext(sys.stdin.buffer) if source == "-" else open(source, "rb") as stream:
            while True:
                # what is there, without waiting for more
                block: bytes = stream.read1(_BLOCK)  # type: ignore[union-attr]
                *whole, rest = (rest + block).split(end) if block else (rest, b"")
                for name in whole:
                    name = name if null else name.rstrip(b"\r")
                    if name:
                        yield os.fsdecode(name)
                if not block:
                    return
                if len(rest) > LONGEST:
                    raise UserError(
                        f"--files-from {clean(source)}: a name of more than {LONGEST >> 10} KiB: "
                        "do the names end with a null byte (--null)?")
    except OSError as error:
        from shapecheck.source.discovery import reason

        raise UserError(f"--files-from {clean(source)}: {reason(error)}") from error


__all__ = ["names", "streamed"]
