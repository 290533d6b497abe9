"""`shapecheck lint`: shape pitfalls in notebooks and scripts, without running them."""
from __future__ import annotations

import os
import sys
from typing import Any, Dict, List, Optional, Sequence, Tuple

from shapecheck.cli.output import Screen
from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean

NAME = "lint"
HELP = "shape pitfalls in notebooks and .py files, found without running them"
FORMATS = ("concise", "full", "json", "jsonl", "sarif", "github", "gitlab", "junit", "text", "rich",
           "html")
DEFAULT_FORMAT = "concise"
#: what the options are where none is given (`cli/main` then spares argparse)
DEFAULTS: Dict[str, Any] = {
    "select": None, "ignore": None, "extend_select": None, "per_file_ignores": None,
    "report_unused": None, "baseline": None, "update_baseline": False, "prune_baseline": False,
    "exclude": [], "force_exclude": False, "show_shapes": False, "cache_dir": None,
    "no_cache": False, "files_from": None, "null": False,
    "stdin_filename": "-", "jobs": 0, "format": None, "output_file": None, "fail_on": None,
    "fix": False, "unsafe_fixes": False, "diff": False, "color": "auto",
    "quiet": False, "verbose": False, "traceback": False,
    "default_format": DEFAULT_FORMAT,
}
EXAMPLES = """\
examples:
  shapecheck lint                              the notebooks and .py files of this folder
  shapecheck lint train.ipynb --format full    with the source, the shapes and where they come from
  shapecheck lint src --select SHP1 --ignore SHP113
  shapecheck lint train.ipynb --show-shapes    what each assignment holds, cell by cell
  shapecheck lint train.ipynb --diff           what --fix would change; nothing is written
  git ls-files -z '*.ipynb' | shapecheck lint --files-from - -0 --format jsonl
  git show HEAD:train.py | shapecheck lint - --stdin-filename train.py

Folders are searched as git sees them (.gitignore); virtual environments and checkpoints are left
out. Exit status: 0 clean, 1 findings, 2 something went wrong.
"""


def add_arguments(parser: Any) -> None:
    parser.add_argument("paths", nargs="*", metavar="PATH",
                        help="files and folders (default: this folder); - reads standard input")
    parser.add_argument("--select", action="append", metavar="CODES",
                        help="only these codes or prefixes, with commas: SHP101,SHP4; ALL")
    parser.add_argument("--ignore", action="append", metavar="CODES", help="not these")
    parser.add_argument("--extend-select", action="append", metavar="CODES",
                        help="these as well as those selected")
    parser.add_argument("--per-file-ignores", action="append", metavar="PATTERN:CODES",
                        help="not these in files that the pattern hits: 'tests/*:SHP1,SHP403'")
    parser.add_argument("--report-unused", action="store_true", default=None,
                        help="tell comments that silence nothing (SHP902)")
    parser.add_argument("--baseline", metavar="FILE",
                        help="findings that stay quiet; new ones are told")
    parser.add_argument("--no-baseline", dest="baseline", action="store_const", const="",
                        help="not the one of pyproject.toml either")
    parser.add_argument("--update-baseline", action="store_true",
                        help="write the baseline: all that is found now is known")
    parser.add_argument("--prune-baseline", action="store_true",
                        help="take out of it what is no longer found in the files looked at")
    parser.add_argument("--exclude", action="append", metavar="PATTERN", default=[],
                        help="leave out, written as in .gitignore")
    parser.add_argument("--force-exclude", action="store_true",
                        help="leave excluded files out even where they are named (pre-commit)")
    parser.add_argument("--files-from", metavar="FILE",
                        help="the files to look at, a name a line; - reads the names from "
                        "standard input. Told as they come, whatever their number")
    parser.add_argument("-0", "--null", action="store_true",
                        help="the names end with a null byte (find -print0, git ls-files -z)")
    parser.add_argument("--stdin-filename", metavar="NAME", default="-",
                        help="what standard input is called; .ipynb makes it a notebook")
    parser.add_argument("--fix", action="store_true",
                        help="mend what is marked [*], in the files; of - to standard output")
    parser.add_argument("--unsafe-fixes", action="store_true",
                        help="also fixes that may not be what was meant")
    parser.add_argument("--diff", action="store_true",
                        help="show what --fix would change, and write nothing")
    parser.add_argument("--jobs", type=int, default=0, metavar="N",
                        help="processes (default: one a core where there are files enough)")
    parser.add_argument("--cache-dir", metavar="FOLDER",
                        help="where results are kept between runs (default: the user's cache "
                        "folder)")
    parser.add_argument("--no-cache", action="store_true", help="read every file anew")
    parser.add_argument("--show-shapes", action="store_true",
                        help="instead: the shape that each assignment gives its name, as far as "
                        "it is known (with -v the others, too); concise or json")


def run(options: Any) -> Screen:
    if options.show_shapes:
        if options.fix or options.diff:
            raise UserError("--show-shapes mends nothing: leave --fix and --diff out")
        from shapecheck.cli.shapes import shapes

        return shapes(options)
    if options.files_from is not None or options.null or options.format == "jsonl":
        from shapecheck.cli.stream import streamed

        screen = streamed(options)
        if screen is not None:
            return screen
    import time

    from shapecheck.linting.paths import configured, lint_paths

    began = time.perf_counter()
    if options.jobs < 0:
        raise UserError(f"--jobs {options.jobs}: expected 0 (as many as cores) or more")
    paths = options.paths or ([] if options.files_from is not None else ["."])
    configuration = configured(paths)
    baseline = _baseline(options, configuration)
    stdin = sys.stdin.buffer.read() if "-" in paths else None
    fixer = None
    if options.fix or options.diff:
        from shapecheck.cli.fixes import fixed, fixer_of

        fixer = fixer_of(options)
    total = lint_paths(
        paths, select=_codes(options.select), ignore=_codes(options.ignore),
        extend_select=_codes(options.extend_select),
        per_file_ignores=_per_file(options.per_file_ignores),
        report_unused=options.report_unused, exclude=options.exclude,
        force_exclude=options.force_exclude, jobs=options.jobs, stdin=stdin,
        stdin_filename=options.stdin_filename, baseline=baseline, mend=fixer,
        cache=lambda few: _cache(few, options, configuration))
    if baseline is not None:
        if not options.diff:  # of files as they would be
            total.notes += baseline.settled(options.update_baseline, options.prune_baseline)
        total.known = baseline.known
        if options.update_baseline:
            total.findings = []
    if options.fail_on is None:
        options.fail_on = configuration.fail_on
    if not total.files and not total.problems:
        total.notes.append("no .py file or notebook found here")
    seconds = time.perf_counter() - began
    if fixer is None:
        return _screen(total, options, stdin, seconds)
    return fixed(total, fixer, options, stdin,
                 lambda piped, done: _screen(total, options, piped, seconds, done))


def _baseline(options: Any, configuration: Any) -> Any:
    """The baseline of this run, None where there is none: then nothing of it is imported."""
    change = options.update_baseline or options.prune_baseline
    named = configuration.baseline if options.baseline is None else options.baseline
    if not named and not change:
        return None
    from shapecheck.linting.baseline import chosen

    if change and options.diff:
        raise UserError("--diff writes nothing: the baseline cannot be changed with it")
    if options.update_baseline and "-" in options.paths and options.stdin_filename == "-":
        raise UserError("--update-baseline: standard input needs a name: --stdin-filename")
    return chosen(options.baseline, configuration, change, new=options.update_baseline)


def _cache(few: bool, options: Any, configuration: Any) -> Any:
    """What is kept between runs; none for a few files, which are read as fast, unless asked for."""
    if options.no_cache or (few and not options.cache_dir):
        return None
    from shapecheck import __version__
    from shapecheck.source.cache import Cache, place
    from shapecheck.source.installed import RULES, anyone_adds

    folder = place(options.cache_dir, configuration.cache_dir)
    # what rules of others say may change with them, whenever they like
    return None if folder is None or anyone_adds(RULES) else Cache(folder, __version__)


def _codes(given: Optional[Sequence[str]]) -> Optional[List[str]]:
    """`--select SHP1,SHP2 --select SHP3` as a list; None where it was not given."""
    if given is None:
        return None
    return [code.strip() for part in given for code in part.split(",") if code.strip()]


def _per_file(given: Optional[Sequence[str]]) -> Optional[List[Tuple[str, List[str]]]]:
    """`--per-file-ignores 'tests/*:SHP1,SHP2'` as (pattern, codes); None where not given."""
    if given is None:
        return None
    pairs = []
    for text in given:
        pattern, _, codes = text.rpartition(":")
        if not pattern.strip() or not codes.strip():
            raise UserError(f"--per-file-ignores {clean(repr(text), 80)}: expected PATTERN:CODES, "
                            "e.g. 'tests/*:SHP1,SHP403'")
        pairs.append((pattern, _codes([codes]) or []))
    return pairs


def _screen(total: Any, options: Any, stdin: Optional[bytes], seconds: float,
            done: str = "") -> Screen:
    from shapecheck.facts import Report

    cells = Sources(stdin, options.stdin_filename)
    more: Dict[str, Any] = {}
    if options.format != "concise" and (options.format or options.output_file):
        from shapecheck.cli.formats import texts

        more = texts(total, cells, options, seconds)

    findings = tuple(total.findings)
    report = Report(findings, notes=tuple(total.notes + total.problems))

    def concise() -> str:
        from shapecheck.render.concise import concise as render

        return render(findings, options.unsafe_fixes) + _end(total, options, done)

    def full() -> str:
        from shapecheck.render.full import full as render
        from shapecheck.render.full import source_lines

        text = render(findings, source_lines(cells.read), options.unsafe_fixes)
        return text + ("\n" if text and not options.quiet else "") + _end(total, options, done)

    return Screen(report, texts={"concise": concise, "full": full, **more}, problems=[
                      *_told_apart(total, options), *(total.details if options.traceback else ())],
                  broken=total.internal or bool(total.problems and not findings),
                  sources=[path for path in (*options.paths, options.baseline or "",
                                             options.files_from or "")
                           if os.path.isfile(path)])


def _told_apart(total: Any, options: Any) -> Sequence[str]:
    """What could not be read, for standard error: with annotations in the same log, these are
    annotations, too, and a log is searched for commands of an older kind within its lines."""
    in_log = options.format == "github" and options.output_file is None
    return () if in_log else total.problems


def _end(total: Any, options: Any, done: str) -> str:
    if options.quiet:
        return ""
    from shapecheck.render.concise import mendable, summary

    notes = "".join(f"note: {clean(note)}\n" for note in total.notes)
    return (notes + done + mendable(total.findings, options.unsafe_fixes)
            + summary(total.findings, total.files, total.unread, total.quiet, total.known))


class Sources:
    """Files with findings, read again where their text is needed."""

    def __init__(self, stdin: Optional[bytes] = None, name: str = "-") -> None:
        self.stdin = stdin
        self.stdin_filename = name if stdin is not None else None

    def data(self, path: str) -> Optional[bytes]:
        """None for one that is gone."""
        from shapecheck.source.documents import load

        if path == self.stdin_filename:
            return self.stdin
        try:
            return load(path)
        except (UserError, OSError):
            return None

    def document(self, path: str) -> Any:
        """None for one that was changed in between: the finding stands without its line."""
        from shapecheck.source.documents import read_document

        try:
            return read_document(path, self.stdin if path == self.stdin_filename else None)
        except (UserError, OSError):
            return None

    def read(self, path: str) -> Optional[Dict[Optional[int], str]]:
        document = self.document(path)
        return None if document is None else {
            cell.index: cell.source for cell in document.cells}
