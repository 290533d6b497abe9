"""From paths to findings: each file is read and judged for itself, many of them in parallel.

What one file says depends on its bytes, the modules beside it and the selection, on nothing else.
"""
from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, Iterator, List, Optional, Sequence

from shapecheck.facts.errors import UserError
from shapecheck.source.discovery import reason

if TYPE_CHECKING:
    from shapecheck.facts import Finding

#: a cell that does not parse: the tool's own code, made here, since no fact says so
UNREADABLE_CELL = ("SHP901", "unreadable-cell")
#: from so many bytes on, a second process is worth its start
PARALLEL_BYTES = 2 << 20
PARALLEL_FILES = 48
_CHUNK = 16


class Selection:
    """Which codes are told: the longest prefix that fits decides, on a tie `ignore`."""

    __slots__ = ("chosen", "ignored")

    def __init__(self, select: Optional[Sequence[str]] = None, ignore: Sequence[str] = (),
                 extend: Sequence[str] = ()) -> None:
        self.chosen = tuple(_prefixes(("ALL",) if select is None else select)
                            + _prefixes(extend))
        self.ignored = tuple(_prefixes(ignore))

    def takes(self, code: str) -> bool:
        chosen = max((len(p) for p in self.chosen if code.startswith(p)), default=-1)
        ignored = max((len(p) for p in self.ignored if code.startswith(p)), default=-1)
        return chosen > ignored


def _prefixes(codes: Sequence[str]) -> List[str]:
    return ["" if code.upper() == "ALL" else code.upper() for code in codes]


def check_codes(codes: Iterable[str], where: str) -> None:
    """Raises UserError for a prefix that no code begins with."""
    asked = [code for code in codes if code.upper() != "ALL"]
    if not asked or all(_begins(code, own_codes()) for code in asked):
        return
    from shapecheck.rules import catalogue  # with those that others have installed

    known = [*(rule.code for rule in catalogue()), UNREADABLE_CELL[0]]
    for code in asked:
        if not _begins(code, known):
            from shapecheck.facts.message import clean
            from shapecheck.source.configuration import nearest

            raise UserError(f"{where}: no code begins with {clean(repr(code), 40)}"
                            f"{nearest(code.upper(), known)}; codes are SHP101 ..., a family is "
                            "SHP1, all are ALL")


def _begins(prefix: str, codes: Iterable[str]) -> bool:
    return bool(prefix.strip()) and any(code.startswith(prefix.upper()) for code in codes)


def own_codes() -> List[str]:
    """The codes of our own rules, by the names of their files: without importing any."""
    from shapecheck.rules import names

    return [*(name.partition("_")[0].upper() for name in names()), UNREADABLE_CELL[0]]


class Outcome:
    """What one file says. problem: one line, why it could not be looked at. internal: the fault
    is ours; `details` is then the traceback. relevant: it was more than glanced at."""

    __slots__ = ("path", "findings", "notes", "problem", "internal", "details", "relevant")

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: List["Finding"] = []
        self.notes: List[str] = []
        self.problem = ""
        self.internal = False
        self.details = ""
        self.relevant = False


class Total:
    """What all files say, sorted by path and place."""

    __slots__ = ("findings", "notes", "problems", "internal", "files", "details")

    def __init__(self) -> None:
        self.findings: List["Finding"] = []
        self.notes: List[str] = []
        self.problems: List[str] = []
        self.internal = False
        self.files = 0
        self.details: List[str] = []

    def add(self, outcome: Outcome) -> None:
        self.files += not outcome.problem
        self.findings += outcome.findings
        self.notes += outcome.notes
        if outcome.problem:
            self.problems.append(outcome.problem)
        if outcome.details:
            self.details.append(outcome.details)
        self.internal = self.internal or outcome.internal

    @property
    def unread(self) -> int:
        """How much could not be looked at."""
        return len(self.problems)

    def sort(self) -> None:
        self.findings.sort(key=_place)


def _place(finding: "Finding") -> Any:
    where = finding.location
    return (where.path or "", -1 if where.cell is None else where.cell, where.line or 0,
            where.column or 0, finding.code)


# -- one file ---------------------------------------------------------------------------------


def lint_file(path: str, selection: Selection, data: Optional[bytes] = None) -> Outcome:
    """Read and judge one file. Never raises; nothing of it is executed."""
    import gc

    outcome = Outcome(path)
    collects = gc.isenabled()
    gc.disable()  # a file's trees are large and short-lived: looking through them is a sixth
    try:
        _lint(outcome, selection, data)
    except UserError as error:
        outcome.problem = str(error)
    except OSError as error:
        outcome.problem = f"{_named(path)}: {reason(error)}"
    except Exception as error:  # also MemoryError: of this file only
        _failed(outcome, error)
    finally:
        if collects:
            gc.enable()
    return outcome


def _failed(outcome: Outcome, error: Exception) -> None:
    import traceback

    from shapecheck.facts.message import clean

    outcome.findings, outcome.internal = [], True
    outcome.problem = (f"{clean(outcome.path)}: internal error: {type(error).__name__}: "
                       f"{clean(error, 200)} (--traceback shows where; please report it)")
    outcome.details = traceback.format_exc()


def _named(path: str) -> str:
    from shapecheck.facts.message import clean

    return clean(path)


def _lint(outcome: Outcome, selection: Selection, data: Optional[bytes]) -> None:
    from shapecheck.source.documents import load, mentions, read_document

    data = load(outcome.path) if data is None else data
    # a notebook that was cut off is no notebook, whatever it mentions
    whole = not outcome.path.endswith(".ipynb") or data.rstrip().endswith(b"}")
    if whole and not mentions(data):
        return
    outcome.relevant = True
    document = read_document(outcome.path, data)
    outcome.notes += document.notes
    for cell in document.cells:
        if cell.error is not None and selection.takes(UNREADABLE_CELL[0]):
            outcome.findings.append(_unreadable(document, cell))
    if not any(cell.tree is not None for cell in document.cells):
        return
    from shapecheck.read.reader import read

    reading = read(document)
    outcome.notes += reading.notes
    if reading.facts:
        from shapecheck.rules import judge

        outcome.findings += [finding for finding in _distinct(judge(reading.facts))
                             if selection.takes(finding.code)]
    reading.forget()


def _distinct(findings: "List[Finding]") -> "List[Finding]":
    """One finding for one thing: a function called twice says it twice, and what a saved
    traceback shows is said already where the source proves it on the same line."""
    kept: "List[Finding]" = []
    places, lines = set(), set()
    for finding in sorted(findings, key=_saved):
        where = finding.location
        line = (where.cell, where.line)
        place = (finding.code, *line, where.column)
        if place in places or (_saved(finding) and line in lines):
            continue
        places.add(place)
        lines.add(line)
        kept.append(finding)
    return kept


def _saved(finding: "Finding") -> bool:
    return any(evidence.kind == "saved output" for evidence in finding.evidence)


def _unreadable(document: Any, cell: Any) -> "Finding":
    from shapecheck.facts import Evidence, Finding, Location, Message

    line, column, message = cell.error
    what = "this cell" if cell.index is not None else "this file"
    code, slug = UNREADABLE_CELL
    return Finding(
        code, slug, "info",
        Message.of("{what} does not parse: {error}", what=Message.of(what), error=message),
        Message.of("it is left out; everything else is read" if cell.index is not None
                   else "nothing in it is checked"),
        Message.of("fix: mend the syntax, or leave the file out with --exclude"),
        location=Location(document.path, cell.index, line, column, line, column),
        evidence=(Evidence("parser", Message.of("{error}", error=message)),))


# -- many files -------------------------------------------------------------------------------


def lint_files(paths: Iterable[str], selection: Callable[[str], Selection], jobs: int = 1,
               ) -> Iterator[Outcome]:
    """The outcome of each file, in the order of `paths`.

    jobs: processes; 0 is one a core where there are files enough, else this one alone.
    """
    if jobs == 1:
        for path in paths:
            yield lint_file(path, selection(path))
        return
    every = list(paths)
    count = min(jobs or _cores(), -(-len(every) // _CHUNK))
    if count <= 1 or (not jobs and not _many(every)):
        yield from lint_files(every, selection)
        return
    yield from _parallel(every, selection, count)


def _cores() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS, Windows
        return os.cpu_count() or 1


def _many(paths: Sequence[str]) -> bool:
    if len(paths) < PARALLEL_FILES:
        return False
    total = 0
    for path in paths:
        try:
            total += os.stat(path).st_size
        except (OSError, ValueError):
            continue
        if total > PARALLEL_BYTES:
            return True
    return False


def _parallel(paths: List[str], selection: Callable[[str], Selection], count: int,
              ) -> Iterator[Outcome]:
    import concurrent.futures
    from concurrent.futures.process import BrokenProcessPool

    chunks = [[(path, selection(path)) for path in paths[start:start + _CHUNK]]
              for start in range(0, len(paths), _CHUNK)]
    with concurrent.futures.ProcessPoolExecutor(count) as pool:
        try:
            waiting = [pool.submit(_lint_chunk, chunk) for chunk in chunks]
            for chunk, future in zip(chunks, waiting):
                try:
                    yield from future.result()
                except BrokenProcessPool:  # killed, or out of memory: one by one, to find which
                    yield from _one_by_one(chunk)
        except BaseException:
            for future in waiting:
                future.cancel()
            raise


def _lint_chunk(chunk: Sequence[Any]) -> List[Outcome]:
    return [lint_file(path, selection) for path, selection in chunk]


def _one_by_one(chunk: Sequence[Any]) -> Iterator[Outcome]:
    """Each file in a process of its own, since one of them ended its process."""
    import concurrent.futures
    from concurrent.futures.process import BrokenProcessPool

    for path, selection in chunk:
        with concurrent.futures.ProcessPoolExecutor(1) as pool:
            try:
                yield pool.submit(lint_file, path, selection).result()
            except BrokenProcessPool:
                outcome = Outcome(path)
                outcome.internal = True
                outcome.problem = (f"{_named(path)}: internal error: the process that read it "
                                   "ended")
                yield outcome


# -- everything together ----------------------------------------------------------------------


def lint_paths(paths: Sequence[str], *, select: Optional[Sequence[str]] = None,
               ignore: Optional[Sequence[str]] = None,
               extend_select: Optional[Sequence[str]] = None, exclude: Sequence[str] = (),
               force_exclude: bool = False, jobs: int = 1, stdin: Optional[bytes] = None,
               stdin_filename: str = "-") -> Total:
    """Search, read and judge. What is given here replaces the same setting of pyproject.toml.

    A path "-" is `stdin`. Raises UserError for wrong codes and a broken configuration.
    """
    from shapecheck.source.configuration import Configurations, excluded, exclusions
    from shapecheck.source.discovery import Search, discover

    for option, codes in (("--select", select), ("--ignore", ignore),
                          ("--extend-select", extend_select)):
        check_codes(codes or (), option)
    total, configurations = Total(), Configurations()
    selections: Dict[str, Selection] = {}
    own = exclusions(list(exclude))

    def out(path: str, is_folder: bool) -> bool:
        if own and excluded(path, is_folder, os.getcwd(), own):
            return True
        return configurations.near(os.path.dirname(path)).excludes(path, is_folder)

    def selection(path: str) -> Selection:
        near = configurations.near(os.path.dirname(path))
        if near.path not in selections:
            for key, codes in (("select", near.select), ("ignore", near.ignore),
                               ("extend-select", near.extend_select)):
                check_codes(codes or (), f"{_named(near.path)}: [tool.shapecheck] {key}")
            selections[near.path] = Selection(
                near.select if select is None else select,
                (near.ignore or ()) if ignore is None else ignore,
                (near.extend_select or ()) if extend_select is None else extend_select)
        return selections[near.path]

    if "-" in paths:
        total.add(lint_file(stdin_filename, selection(stdin_filename), stdin or b""))
    search = Search(total.problems.append, total.notes.append, out,
                    lambda folder: configurations.near(folder).left_out, force_exclude)
    found = discover([path for path in paths if path != "-"], search)
    for outcome in lint_files(found, selection, jobs):
        total.add(outcome)
    total.sort()
    return total


def fail_on(paths: Sequence[str]) -> Optional[str]:
    """What the configuration of the first path says of the exit status."""
    from shapecheck.source.configuration import Configurations

    first = paths[0] if paths and paths[0] != "-" else os.curdir
    folder = first if os.path.isdir(first) else os.path.dirname(first)
    return Configurations().near(folder).fail_on


__all__ = ["Outcome", "Selection", "Total", "lint_file", "lint_files", "lint_paths"]
