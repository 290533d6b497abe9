"""Files one after the other, or in processes where there are enough of them."""
from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING, Callable, Iterable, Iterator, Optional, Sequence

from shapecheck.linting.one_file import lint_file
from shapecheck.linting.outcome import Outcome
from shapecheck.linting.selection import Selection

if TYPE_CHECKING:
    from shapecheck.source.cache import Cache

#: from so many bytes on, a second process is worth its start
PARALLEL_BYTES = 2 << 20
PARALLEL_FILES = 48
CHUNK = 16


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
            count = min(count, -(-len(first) // CHUNK))
        if count > 1 and (jobs or _many(first)):
            from shapecheck.linting.parallel import lint_in_parallel

            yield from lint_in_parallel(waiting, selection, count, cache)
            return
    if cache is None:
        for path in waiting:
            yield lint_file(path, selection(path))
        return
    from shapecheck.linting.remembered import known_or_linted

    for path in waiting:
        yield known_or_linted(path, selection(path), cache)


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
