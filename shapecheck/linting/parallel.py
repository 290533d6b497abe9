"""Files in processes of their own; one that dies takes one file with it."""
from __future__ import annotations

import collections
import itertools
from typing import TYPE_CHECKING, Any, Callable, Deque, Iterable, Iterator, List, Optional, Sequence

from shapecheck.linting.many_files import CHUNK
from shapecheck.linting.one_file import lint_file, named
from shapecheck.linting.outcome import Outcome
from shapecheck.linting.remembered import keep, known_outcome
from shapecheck.linting.selection import Selection

if TYPE_CHECKING:
    from shapecheck.source.cache import Cache

#: chunks that are read before they are asked for, for each process
_AHEAD = 3


def lint_in_parallel(paths: Iterator[str], selection: Callable[[str], Selection], count: int,
              cache: "Optional[Cache]") -> Iterator[Outcome]:
    """Chunks of files in processes of their own, a few chunks ahead of what is taken."""
    pool = _Pool(count)
    ahead: Deque[Any] = collections.deque()
    try:
        while True:
            chunk = [(path, selection(path)) for path in itertools.islice(paths, CHUNK)]
            if chunk:
                known = [None if cache is None else known_outcome(path, asked, cache)[0]
                         for path, asked in chunk]
                rest = [pair for pair, outcome in zip(chunk, known) if outcome is None]
                ahead.append((known, pool.submit(rest, cache is not None) if rest else None))
            while ahead and (not chunk or len(ahead) > _AHEAD * count or ahead[0][1] is None):
                known, work = ahead.popleft()
                made = iter(() if work is None else pool.result(work))
                for outcome in known:
                    if outcome is None:
                        outcome = next(made)
                        keep(outcome, selection(outcome.path), cache)
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
                outcome.problem = (f"{named(path)}: internal error: the process that read it "
                                   "ended")
                yield outcome
