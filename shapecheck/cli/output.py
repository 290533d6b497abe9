"""Where a report goes: the terminal, a pipe or a file."""
from __future__ import annotations

import os
import sys
from typing import IO, TYPE_CHECKING, Any, Callable, Iterator, Mapping, Optional, Sequence, Union

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean

if TYPE_CHECKING:
    from shapecheck.facts.report import Report
    from shapecheck.render.blocks import Block

#: formats that only lint has, in `Screen.texts`
OF_LINT = ("jsonl", "sarif", "github", "gitlab", "junit")


class Screen:
    """A report, and blocks where a command draws its own screen for it.

    demonstration: the findings are those of a built-in example. sources: files of the user's
    that were read, and that no report may overwrite. texts: formats of the command's own, whole
    or in parts as they come. problems: lines for standard error. broken: they make the exit
    status 2. raw: bytes that are written instead of a report; aside: text for standard error
    beside them. status: of the exit, if it is not the report's.
    """

    __slots__ = ("report", "blocks", "demonstration", "sources", "texts", "problems", "broken",
                 "raw", "aside", "status")

    def __init__(self, report: "Report", blocks: "Optional[Sequence[Block]]" = None,
                 demonstration: bool = False, sources: Sequence[str] = (),
                 texts: Optional[Mapping[str, Callable[[], Union[str, Iterator[str]]]]] = None,
                 problems: Sequence[str] = (), broken: bool = False,
                 raw: Optional[bytes] = None, aside: str = "",
                 status: Optional[int] = None) -> None:
        self.report = report
        self.blocks = blocks
        self.demonstration = demonstration
        self.sources = sources
        self.texts = texts or {}
        self.problems = problems
        self.broken = broken
        self.raw = raw
        self.aside = aside
        self.status = status


def write(screen: Screen, options: Any, stream: Optional[IO[str]] = None) -> None:
    """Render the screen as the options say. Raises UserError where the file cannot be written.

    stream: where it goes without `--output-file`, instead of standard output.
    """
    if options.output_file is None:
        if stream is None:
            _to_stdout(screen, options)
        else:
            _render(screen, options, stream, _format(options, None))
        return
    path = options.output_file
    for source in screen.sources:
        if os.path.exists(path) and os.path.exists(source) and os.path.samefile(path, source):
            raise UserError(f"--output-file {clean(path)} is one of the inputs: name another file")
    folder = os.path.dirname(os.path.abspath(path))
    import tempfile

    try:
        # A new file renamed into place: a full disk or a kill leaves the old one whole.
        handle, temporary = tempfile.mkstemp(dir=folder, prefix=".shapecheck-")
        try:
            with os.fdopen(handle, "w", encoding="utf-8",
                           errors="backslashreplace") as stream:
                if screen.raw is not None:
                    stream.buffer.write(screen.raw)
                else:
                    _render(screen, options, stream, _format(options, path))
            os.chmod(temporary, 0o644 if not os.path.exists(path) else os.stat(path).st_mode)
            os.replace(temporary, path)
        except BaseException:
            os.unlink(temporary)
            raise
    except OSError as exc:
        raise UserError(f"cannot write {clean(path)}: {exc.strerror or exc}") from exc


def _to_stdout(screen: Screen, options: Any) -> None:
    """A reader that stops reading (`| head`) is no error, a full disk is the user's to mend."""
    if hasattr(sys.stdout, "reconfigure"):  # cp1252 and ASCII have no 日, UTF-8 no half characters
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        if screen.raw is not None:
            sys.stdout.flush()
            sys.stdout.buffer.write(screen.raw)
        else:
            _render(screen, options, sys.stdout, _format(options, None))
        sys.stdout.flush()
    except (BrokenPipeError, SystemExit):  # rich turns the first into the second
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    except OSError as exc:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise UserError(f"cannot write to standard output: {exc.strerror or exc}") from exc


def _format(options: Any, path: Optional[str]) -> str:
    if options.format is not None:
        return str(options.format)
    if path is None:
        return str(options.default_format)
    ending = path.lower().rpartition(".")[2]
    return {"json": "json", "html": "html", "htm": "html", "svg": "svg", "sarif": "sarif"}.get(
        ending, "text" if options.default_format == "rich" else options.default_format)


def _render(screen: Screen, options: Any, stream: IO[str], form: str) -> None:
    if form in screen.texts:
        text = screen.texts[form]()
        for part in (text,) if isinstance(text, str) else text:
            stream.write(part)
            if text is not part:
                stream.flush()
        return
    if form == "json":
        stream.write(screen.report.to_json() + "\n")
        return
    if form in OF_LINT:
        raise UserError(f"{form} is a format for findings of `shapecheck lint`: use html, text or "
                        "json")
    if form == "svg":
        from shapecheck.render.svg import consistency_svg

        if screen.report.consistency is None:
            raise UserError("svg is the picture of a consistency check: use html, text or json")
        stream.write(consistency_svg(screen.report.consistency))
        return
    from shapecheck.render.blocks import clean_run, finding_blocks
    from shapecheck.render.blocks import screen as screen_of

    if options.quiet:
        blocks: Sequence[Block] = finding_blocks(screen.report.findings, clean_run(screen.report))
    else:
        blocks = screen.blocks if screen.blocks is not None else screen_of(screen.report)
    if form == "html":
        from shapecheck.render.html import page

        stream.write(page(blocks, screen.report))
        return
    if form == "text":
        from shapecheck.render.text import blocks_text

        stream.write(blocks_text(blocks))
        return
    from shapecheck.render.console import print_blocks

    color = options.color if options.output_file is None else "never"
    print_blocks(blocks, stream, color)
