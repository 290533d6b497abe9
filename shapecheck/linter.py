"""From paths to findings: each file is read and judged for itself, many of them in parallel.

What one file says depends on its bytes, the modules beside it and the selection, on nothing else.
"""
from __future__ import annotations

import collections
import itertools
import os
from typing import (
    TYPE_CHECKING,
    Any,
    Callable,
    Deque,
    Dict,
    Iterable,
    Iterator,
    List,
    Optional,
    Sequence,
    Tuple,
    Union,
)

from shapecheck.facts.errors import UserError
from shapecheck.source.discovery import reason

if TYPE_CHECKING:
    from shapecheck.baseline import Baseline
    from shapecheck.facts import Finding
    from shapecheck.source.cache import Cache
    from shapecheck.source.configuration import Configuration
    from shapecheck.source.documents import Document

#: a cell that does not parse: the tool's own code, made here, since no fact says so
UNREADABLE_CELL = ("SHP901", "unreadable-cell")
#: a comment, tag or metadata that silences nothing: told on request
UNUSED_SUPPRESSION = ("SHP902", "unused-suppression")
_TOOLS = dict([UNREADABLE_CELL, UNUSED_SUPPRESSION])
#: from so many bytes on, a second process is worth its start
PARALLEL_BYTES = 2 << 20
PARALLEL_FILES = 48
#: fewer files than these are read faster than a cache
FEW = 16
_CHUNK = 16
#: chunks that are read before they are asked for, for each process
_AHEAD = 3
#: folders and selections that are remembered at once
_REMEMBERED = 5000

#: patterns as in .gitignore, and the codes that are not told of what they hit
PerFile = Sequence[Tuple[str, Sequence[str]]]


class Selection:
    """Which codes are told: the longest prefix that fits decides, on a tie `ignore`.

    never: what is not told of this file whatever is selected. unused: is SHP902 asked for?
    likened: are the likenesses of the findings, for a baseline?
    """

    __slots__ = ("chosen", "ignored", "never", "unused", "likened")

    def __init__(self, select: Optional[Sequence[str]] = None, ignore: Sequence[str] = (),
                 extend: Sequence[str] = (), never: Sequence[str] = (),
                 unused: bool = False, likened: bool = False) -> None:
        self.likened = likened
        self.never = tuple(_prefixes(never))
        self.unused = unused
        self.chosen = tuple(_prefixes(("ALL",) if select is None else select)
                            + _prefixes(extend))
        self.ignored = tuple(_prefixes(ignore))

    def takes(self, code: str) -> bool:
        if self.never and code.startswith(self.never):
            return False
        chosen = max((len(p) for p in self.chosen if code.startswith(p)), default=-1)
        ignored = max((len(p) for p in self.ignored if code.startswith(p)), default=-1)
        return chosen > ignored

    def asked(self) -> str:
        """The same for two selections that tell the same."""
        return repr([getattr(self, name) for name in self.__slots__])


def _prefixes(codes: Sequence[str]) -> List[str]:
    return ["" if code.upper() == "ALL" else code.upper() for code in codes]


def check_codes(codes: Iterable[str], where: Union[str, Callable[[str], str]]) -> None:
    """Raises UserError for a prefix that no code begins with; `where` says where it stands."""
    asked = [code for code in codes if code.upper() != "ALL"]
    if not asked or all(_begins(code, own_codes()) for code in asked):
        return
    from shapecheck.rules import catalogue  # with those that others have installed

    known = [*(rule.code for rule in catalogue()), *_TOOLS]
    for code in asked:
        if not _begins(code, known):
            from shapecheck.facts.message import clean
            from shapecheck.source.configuration import nearest

            place = where if isinstance(where, str) else where(code)
            raise UserError(f"{place}: no code begins with {clean(repr(code), 40)}"
                            f"{nearest(code.upper(), known)}; codes are SHP101 ..., a family is "
                            "SHP1, all are ALL")


def _begins(prefix: str, codes: Iterable[str]) -> bool:
    return bool(prefix.strip()) and any(code.startswith(prefix.upper()) for code in codes)


def own_codes() -> List[str]:
    """The codes of our own rules, by the names of their files: without importing any."""
    from shapecheck.rules import names

    return [*(name.partition("_")[0].upper() for name in names()), *_TOOLS]


def hint_at(word: str) -> Optional[str]:
    """None for a code, a family or a slug (in small letters); else the nearest, to be shown."""
    from shapecheck.rules import catalogue, names

    known = dict(_TOOLS)
    for name in names():
        code, _, slug = name.partition("_")
        known[code.upper()] = slug.replace("_", "-")
    if _names(word, known):
        return None
    known.update((rule.code, rule.slug) for rule in catalogue())
    if _names(word, known):
        return None
    import difflib

    digits = word.translate(str.maketrans("oil", "011"))  # SHP1O1
    if digits.upper() in known:
        return f" (did you mean {digits.upper()}?)"
    shown = {**{slug: slug for slug in known.values()}, **{code.lower(): code for code in known}}
    close = difflib.get_close_matches(word, list(shown), 1)
    return f" (did you mean {shown[close[0]]}?)" if close else ""


def _names(word: str, known: Dict[str, str]) -> bool:
    return word in known.values() or _begins(word, known)


class Outcome:
    """What one file says. problem: one line, why it could not be looked at. internal: the fault
    is ours; `details` is then the traceback. relevant: it was more than glanced at. quiet: how
    many findings the file itself silences. complete: all of it was looked at. likenesses: one for
    each finding, where a baseline wants them (`source/fingerprints.py`). digest, beside: of the
    bytes that were read, and of the modules beside the file, for a cache."""

    __slots__ = ("path", "findings", "notes", "problem", "internal", "details", "relevant",
                 "quiet", "complete", "likenesses", "digest", "beside")

    def __init__(self, path: str) -> None:
        self.path = path
        self.findings: List["Finding"] = []
        self.notes: List[str] = []
        self.problem = ""
        self.internal = False
        self.details = ""
        self.relevant = False
        self.quiet = 0
        self.complete = True
        self.likenesses: List[str] = []
        self.digest: Optional[str] = None
        self.beside: Dict[str, Optional[str]] = {}


#: see `lint_paths`
Mend = Callable[[Outcome, Callable[[bytes], Outcome], Optional[bytes]], Outcome]


class Total:
    """What all files say, sorted by path and place. read: the files that could be looked at.
    about: which file a note or a problem is about."""

    __slots__ = ("findings", "notes", "problems", "internal", "files", "details", "quiet",
                 "known", "read", "about")

    def __init__(self) -> None:
        self.findings: List["Finding"] = []
        self.notes: List[str] = []
        self.problems: List[str] = []
        self.internal = False
        self.files = 0
        self.details: List[str] = []
        self.quiet = 0
        self.known = 0
        self.read: List[str] = []
        self.about: Dict[str, str] = {}

    def add(self, outcome: Outcome) -> None:
        self.files += not outcome.problem
        if not outcome.problem:
            self.read.append(outcome.path)
        for line in (*outcome.notes, outcome.problem):
            if line:
                self.about[line] = outcome.path
        self.findings += outcome.findings
        self.quiet += outcome.quiet
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
        self.findings.sort(key=place_of)


def place_of(finding: "Finding") -> Any:
    where = finding.location
    return (where.path or "", -1 if where.cell is None else where.cell, where.line or 0,
            where.column or 0, finding.code)


# -- one file ---------------------------------------------------------------------------------


def lint_file(path: str, selection: Selection, data: Optional[bytes] = None,
              keyed: bool = False, alone: bool = False) -> Outcome:
    """Read and judge one file. Never raises; nothing of it is executed.

    keyed: with what it depends on, so that a cache can keep the outcome. alone: modules beside it
    are not followed, so that it depends on its bytes and the selection only.
    """
    import gc

    outcome = Outcome(path)
    collects = gc.isenabled()
    gc.disable()  # a file's trees are large and short-lived: looking through them is a sixth
    try:
        _lint(outcome, selection, data, keyed, alone)
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


def _lint(outcome: Outcome, selection: Selection, data: Optional[bytes], keyed: bool,
          alone: bool) -> None:
    from shapecheck.source.documents import load, mentions, read_document

    data = load(outcome.path) if data is None else data
    if keyed:
        from shapecheck.source.cache import digest_of

        outcome.digest = digest_of(data)
    # a notebook that was cut off is no notebook, whatever it mentions
    whole = not outcome.path.endswith(".ipynb") or data.rstrip().endswith(b"}")
    if whole and not mentions(data):
        if selection.unused:
            _needless(outcome, selection, data)
        return
    outcome.relevant = True
    _judge(outcome, read_document(outcome.path, data), selection, keyed, alone)


def lint_document(document: "Document", selection: Selection) -> Outcome:
    """`lint_file` for a document that was read already. Raises what went wrong."""
    outcome = Outcome(document.path)
    _judge(outcome, document, selection, False, False)
    return outcome


def _judge(outcome: Outcome, document: "Document", selection: Selection, keyed: bool,
           alone: bool) -> None:
    from shapecheck.source.documents import marked

    outcome.notes += document.notes
    findings = [_unreadable(document, cell) for cell in document.cells if cell.error is not None]
    notes: List[str] = []
    if any(cell.tree is not None for cell in document.cells):
        from shapecheck.read.reader import read

        reading = read(document, alone=alone)
        notes = reading.notes
        if keyed:
            from shapecheck.source.cache import digest_of

            outcome.beside = {name: None if found is None else digest_of(found)
                              for name, found in reading.beside.items()}
        if reading.facts:
            from shapecheck.rules import judge

            findings += _distinct(judge(reading.facts))
        reading.forget()
    outcome.notes += notes
    outcome.complete = not notes and all(cell.error is None for cell in document.cells)
    # before selecting: what silences a code that is not told is needed, too
    if marked(document, bool(findings) or selection.unused):
        findings = _silenced(outcome, document, findings, selection)
    _tell(outcome, document, findings, selection)


def _tell(outcome: Outcome, document: Any, findings: "List[Finding]", selection: Selection) -> None:
    outcome.findings = [_fitted(finding, document) for finding in findings
                        if selection.takes(finding.code)]
    if selection.likened and outcome.findings:
        from shapecheck.source.fingerprints import likenesses

        outcome.likenesses = likenesses(outcome.findings, document)


def _silenced(outcome: Outcome, document: Any, findings: "List[Finding]", selection: Selection,
              ) -> "List[Finding]":
    """What the file's own comments, tags and metadata leave of them."""
    from shapecheck.source.suppressions import Suppressions

    suppressions = Suppressions(document, hint_at)
    left, quiet = suppressions.silence(findings)
    outcome.quiet = sum(selection.takes(finding.code) for finding in quiet)
    outcome.notes += [f"{place}: {problem}" for place, problem in suppressions.problems]
    if selection.unused and outcome.complete:
        left += suppressions.unused(*UNUSED_SUPPRESSION)
    return left


def _needless(outcome: Outcome, selection: Selection, data: bytes) -> None:
    """A file without a trace of Keras, in which any suppression of ours is unused."""
    from shapecheck.source.documents import marked, read_document

    small = data.lower()
    if b"noqa" not in small and b"shapecheck" not in small:
        return
    try:
        document = read_document(outcome.path, data)
    except UserError:  # nobody's question without Keras
        return
    if marked(document):
        outcome.complete = all(cell.error is None for cell in document.cells)
        _tell(outcome, document, _silenced(outcome, document, [], selection), selection)


def _fitted(finding: "Finding", document: Any) -> "Finding":
    """Its fix in the names that the file has for things, and as safe as they are."""
    if finding.fix is None or not any("np." in edit.new or "+1" in edit.new
                                      for edit in finding.fix.edits):
        return finding
    from shapecheck.source.names import fitted

    return fitted(finding, document)


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
               cache: "Optional[Cache]" = None) -> Iterator[Outcome]:
    """The outcome of each file, in the order of `paths`, which is read as far as it is needed.

    jobs: processes; 0 is one a core where there are files enough, else this one alone.
    """
    waiting = iter(paths)
    if jobs != 1:
        first = list(itertools.islice(waiting, PARALLEL_FILES))
        waiting = itertools.chain(first, waiting)
        count = jobs or _cores()
        if len(first) < PARALLEL_FILES:
            count = min(count, -(-len(first) // _CHUNK))
        if count > 1 and (jobs or _many(first)):
            yield from _parallel(waiting, selection, count, cache)
            return
    for path in waiting:
        yield _known_or_linted(path, selection(path), cache)


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


def _parallel(paths: Iterator[str], selection: Callable[[str], Selection], count: int,
              cache: "Optional[Cache]") -> Iterator[Outcome]:
    """Chunks of files in processes of their own, a few chunks ahead of what is taken."""
    pool = _Pool(count)
    ahead: Deque[Any] = collections.deque()
    try:
        while True:
            chunk = [(path, selection(path)) for path in itertools.islice(paths, _CHUNK)]
            if chunk:
                known = [None if cache is None else _known(path, asked, cache)[0]
                         for path, asked in chunk]
                rest = [pair for pair, outcome in zip(chunk, known) if outcome is None]
                ahead.append((known, pool.submit(rest, cache is not None) if rest else None))
            while ahead and (not chunk or len(ahead) > _AHEAD * count or ahead[0][1] is None):
                known, work = ahead.popleft()
                made = iter(() if work is None else pool.result(work))
                for outcome in known:
                    if outcome is None:
                        outcome = next(made)
                        _keep(outcome, selection(outcome.path), cache)
                    yield outcome
            if not chunk:
                return
    finally:
        pool.stop()


class _Pool:
    """Processes that read files; when one of them dies, new ones go on."""

    def __init__(self, count: int) -> None:
        self.count = count
        self.running: Any = None

    def submit(self, pairs: Sequence[Any], keyed: bool) -> Any:
        from concurrent.futures.process import BrokenProcessPool, ProcessPoolExecutor

        if self.running is None:
            self.running = ProcessPoolExecutor(self.count)
        try:
            return self.running.submit(_lint_chunk, pairs, keyed), pairs, keyed
        except BrokenProcessPool:
            self.stop()
            return self.submit(pairs, keyed)

    def result(self, work: Any) -> Iterable[Outcome]:
        from concurrent.futures.process import BrokenProcessPool

        future, pairs, keyed = work
        try:
            return future.result()  # type: ignore[no-any-return]
        except BrokenProcessPool:  # killed, or out of memory: one by one, to find which
            return _one_by_one(pairs, keyed)

    def stop(self) -> None:
        if self.running is not None:
            self.running.shutdown(cancel_futures=True)
            self.running = None


def _lint_chunk(chunk: Sequence[Any], keyed: bool) -> List[Outcome]:
    return [lint_file(path, selection, keyed=keyed) for path, selection in chunk]


def _one_by_one(chunk: Sequence[Any], keyed: bool) -> Iterator[Outcome]:
    """Each file in a process of its own, since one of them ended its process."""
    import concurrent.futures
    from concurrent.futures.process import BrokenProcessPool

    for path, selection in chunk:
        with concurrent.futures.ProcessPoolExecutor(1) as pool:
            try:
                yield pool.submit(lint_file, path, selection, None, keyed).result()
            except BrokenProcessPool:
                outcome = Outcome(path)
                outcome.internal = True
                outcome.problem = (f"{_named(path)}: internal error: the process that read it "
                                   "ended")
                yield outcome


# -- what is known from the last time ------------------------------------------------------------


def _known_or_linted(path: str, selection: Selection, cache: "Optional[Cache]") -> Outcome:
    if cache is None:
        return lint_file(path, selection)
    outcome, data = _known(path, selection, cache)
    if outcome is None:
        outcome = lint_file(path, selection, data, keyed=True)
        _keep(outcome, selection, cache)
    return outcome


def _known(path: str, selection: Selection, cache: "Cache",
           ) -> "Tuple[Optional[Outcome], Optional[bytes]]":
    """The outcome of the last time, if nothing has changed; and what was read to know that."""
    asked = selection.asked()
    if not cache.asks_for(path, asked):
        return None, None
    try:
        with open(path, "rb") as file:
            data = file.read()
        found = cache.find(path, asked, data)
        if found is None:
            return None, data
        outcome = Outcome(path)
        if found:
            from shapecheck.facts.plain import from_plain

            (outcome.relevant, outcome.quiet, outcome.complete, notes, likenesses,
             findings) = found
            outcome.notes, outcome.likenesses = list(notes), list(likenesses)
            outcome.findings = list(from_plain(findings)) if findings else []
        return outcome, data
    except (OSError, ValueError, LookupError, TypeError, MemoryError):
        return None, None


def _keep(outcome: Outcome, selection: Selection, cache: "Optional[Cache]") -> None:
    if cache is None or outcome.problem or outcome.digest is None:
        return
    known: List[Any] = []
    if outcome.relevant or outcome.notes or outcome.findings or not outcome.complete:
        findings: List[Any] = []
        if outcome.findings:
            from shapecheck.facts.plain import to_plain

            try:
                findings = to_plain(outcome.findings)
            except TypeError:  # more than plain findings: never a reason to fail
                return
        known = [outcome.relevant, outcome.quiet, outcome.complete, outcome.notes,
                 outcome.likenesses, findings]
    cache.keep(outcome.path, selection.asked(), outcome.digest, outcome.beside, known)


# -- everything together ----------------------------------------------------------------------


def lint_paths(paths: Sequence[str], *, select: Optional[Sequence[str]] = None,
               ignore: Optional[Sequence[str]] = None,
               extend_select: Optional[Sequence[str]] = None,
               per_file_ignores: Optional[PerFile] = None, report_unused: Optional[bool] = None,
               exclude: Sequence[str] = (), force_exclude: bool = False, jobs: int = 1,
               stdin: Optional[bytes] = None, stdin_filename: str = "-",
               baseline: "Optional[Baseline]" = None,
               cache: "Optional[Callable[[bool], Optional[Cache]]]" = None,
               mend: Optional[Mend] = None) -> Total:
    """Search, read and judge. What is given here replaces the same setting of pyproject.toml.

    cache: makes the cache; it is told whether the files are only a few.
    mend: called with each outcome, a function that lints other bytes of that file, and the bytes
    themselves where they were given; it returns what is then to be said of the file.
    baseline: what it has is counted, not told; the one of pyproject.toml is the caller's to give.
    A path "-" is `stdin`. Raises UserError for wrong codes and a broken configuration.
    """
    from shapecheck.source.configuration import Configurations

    total, configurations = Total(), Configurations()
    selection = selections(configurations, select, ignore, extend_select, per_file_ignores,
                           report_unused, baseline is not None)

    def add(outcome: Outcome, data: Optional[bytes] = None) -> None:
        if mend is not None:
            path = outcome.path
            outcome = mend(outcome, lambda new: lint_file(path, selection(path), new), data)
        if baseline is not None:
            baseline.meet(outcome, selection(outcome.path).takes)
        total.add(outcome)

    if "-" in paths:
        add(lint_file(stdin_filename, selection(stdin_filename), stdin or b""), stdin or b"")
    found = files([path for path in paths if path != "-"], total, configurations, exclude,
                  force_exclude)
    first = list(itertools.islice(found, FEW))
    store = None if cache is None or not first else cache(len(first) < FEW)
    for outcome in lint_files(itertools.chain(first, found), selection, jobs, store):
        add(outcome)
    if store is not None:
        store.save()
    if baseline is not None:
        total.findings += baseline.settle(paths, lambda path, code: selection(path).takes(code))
        total.known = baseline.known
    total.sort()
    return total


def lint_names(names: Iterable[str], *, select: Optional[Sequence[str]] = None,
               ignore: Optional[Sequence[str]] = None,
               extend_select: Optional[Sequence[str]] = None,
               per_file_ignores: Optional[PerFile] = None, report_unused: Optional[bool] = None,
               exclude: Sequence[str] = (), force_exclude: bool = False, jobs: int = 1,
               cache: "Optional[Cache]" = None) -> Iterator[Outcome]:
    """The outcome of each of these files, as they come, in memory that does not grow with their
    number: nothing of one is kept once the next is asked for. Otherwise as `lint_paths`."""
    from shapecheck.source.configuration import Configurations

    configurations = Configurations()
    selection = selections(configurations, select, ignore, extend_select, per_file_ignores,
                           report_unused)
    out = _excluding(configurations, exclude)
    named = (name for name in names if not (force_exclude and out(name, False)))
    try:
        yield from lint_files(named, selection, jobs, cache)
    finally:
        if cache is not None:
            cache.save()


def selections(configurations: Any, select: Optional[Sequence[str]],
               ignore: Optional[Sequence[str]], extend_select: Optional[Sequence[str]],
               per_file_ignores: Optional[PerFile], report_unused: Optional[bool],
               likened: bool = False) -> Callable[[str], Selection]:
    """What is told of each file: what is given here replaces the same setting of pyproject.toml.
    Raises UserError for wrong codes."""
    from shapecheck.source.configuration import ignored_in

    for option, codes in (("--select", select), ("--ignore", ignore),
                          ("--extend-select", extend_select)):
        check_codes(codes or (), option)
    for _pattern, codes in per_file_ignores or ():
        check_codes(codes, "--per-file-ignores")
    known: Dict[Tuple[str, Tuple[str, ...]], Selection] = {}

    def selection(path: str) -> Selection:
        near = configurations.near(os.path.dirname(path))
        never = near.ignored_in(path) if per_file_ignores is None else \
            ignored_in(path, os.getcwd(), per_file_ignores)
        key = (near.path, never)
        if key not in known:
            if len(known) > _REMEMBERED:
                known.clear()
            near.check(check_codes)
            known[key] = Selection(
                near.select if select is None else select,
                (near.ignore or ()) if ignore is None else ignore,
                (near.extend_select or ()) if extend_select is None else extend_select,
                never, near.report_unused if report_unused is None else report_unused, likened)
        return known[key]

    return selection


def files(paths: Iterable[str], total: Total, configurations: Any, exclude: Sequence[str] = (),
          force_exclude: bool = False) -> Iterator[str]:
    """The files at the paths, folders searched; `total` gets what is to be said of the search."""
    from shapecheck.source.discovery import Search, discover

    return discover(paths, Search(total.problems.append, total.notes.append,
                                  _excluding(configurations, exclude),
                                  lambda folder: configurations.near(folder).left_out,
                                  force_exclude))


def _excluding(configurations: Any, exclude: Sequence[str]) -> Callable[[str, bool], bool]:
    """Is (path, is it a folder) left out?"""
    from shapecheck.source.configuration import excluded, exclusions

    own = exclusions(list(exclude))

    def out(path: str, is_folder: bool) -> bool:
        if own and excluded(path, is_folder, os.getcwd(), own):
            return True
        return bool(configurations.near(os.path.dirname(path)).excludes(path, is_folder))

    return out


def configured(paths: Sequence[str]) -> "Configuration":
    """The configuration of the first path: what it says of the run as a whole."""
    from shapecheck.source.configuration import Configurations

    first = paths[0] if paths and paths[0] != "-" else os.curdir
    folder = first if os.path.isdir(first) else os.path.dirname(first)
    return Configurations().near(folder)


__all__ = ["Outcome", "Selection", "Total", "configured", "lint_file", "lint_files",
           "lint_paths"]
