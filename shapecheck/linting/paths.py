"""From paths to findings: search, read, judge; each folder by its own configuration."""
from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING, Any, Callable, Dict, Iterable, Iterator, Optional, Sequence, Tuple

from shapecheck.linting.many_files import lint_files
from shapecheck.linting.one_file import lint_file
from shapecheck.linting.outcome import Mend, Outcome, Total
from shapecheck.linting.selection import PerFile, Selection, check_codes

if TYPE_CHECKING:
    from shapecheck.linting.baseline import Baseline
    from shapecheck.source.cache import Cache
    from shapecheck.source.configuration import Configuration

#: fewer files than these are read faster than a cache
FEW = 16
#: folders and selections that are remembered at once
_REMEMBERED = 5000


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
