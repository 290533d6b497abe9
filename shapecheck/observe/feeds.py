"""Batches that a generator or a Sequence feeds, seen as they pass: nothing is drawn twice."""
from __future__ import annotations

import math
import threading
import types
import weakref
from typing import Any, Dict, Iterator, List, Optional, Tuple

from shapecheck.facts import ValueFacts
from shapecheck.observe import snapshot
from shapecheck.observe.snapshot import Leaf
from shapecheck.observe.values import range_of

_KEPT_SHAPES = 16  # different batches looked at of one pipeline in one call
_LOOKED_AT = 1 << 20  # bytes of one pipeline in one call whose values are looked at


#: the leaves of its inputs and of its labels
Batch = Tuple[Tuple[Leaf, ...], Tuple[Leaf, ...]]


class Feed:
    """What one pipeline yielded during one host call: its different batches, but for their rows.

    looks: the model reads ids or masks, so that the range of its inputs says something.
    """

    def __init__(self, looks: bool = False) -> None:
        self._seen: Dict[Any, Batch] = {}
        self._ranges: Dict[Any, Dict[int, ValueFacts]] = {}
        self._rows: Dict[int, int] = {}
        self._left = _LOOKED_AT if looks else 0
        self._sequence: Optional["_Hook"] = None

    def saw(self, batch: Any) -> None:
        """May be called from any thread; what cannot be read is passed on all the same."""
        try:
            inputs, labels = _parts_of(batch)
            leaves = snapshot.leaves(inputs)
            targets = snapshot.leaves(labels)
            self._count(leaves)
            likeness = as_many(leaves, targets), tuple(
                (path, kind, None if shape is None else shape[1:], dtype)
                for path, kind, shape, dtype in leaves)
            if likeness not in self._seen and len(self._seen) < _KEPT_SHAPES:
                self._seen[likeness] = (leaves, targets)
            if self._left > 0 and likeness in self._seen:
                self._look(likeness, leaves, inputs)
        except Exception:
            pass

    def _count(self, leaves: Tuple[Leaf, ...]) -> None:
        rows = leaves[0][2][0] if leaves and leaves[0][2] else None
        if rows is not None and (rows in self._rows or len(self._rows) < _KEPT_SHAPES):
            self._rows[rows] = self._rows.get(rows, 0) + 1

    def rows(self) -> Tuple[Tuple[int, int], ...]:
        """(rows, how many batches had them), in order of appearance."""
        return tuple(self._rows.items())

    def _look(self, likeness: Any, leaves: Tuple[Leaf, ...], inputs: Any) -> None:
        known = self._ranges.setdefault(likeness, {})
        for i, leaf in enumerate(leaves):
            self._left -= 8 * math.prod(leaf[2] or ())  # type: ignore[arg-type]
            if self._left >= 0:
                known[i] = range_of(snapshot.follow(inputs, leaf[0]), known.get(i))

    def ranges(self) -> Tuple[Dict[int, ValueFacts], ...]:
        """Of each different batch, in the order of `close`: what is known of its inputs' values,
        by the position of the leaf."""
        return tuple(self._ranges.get(likeness, {}) for likeness in self._seen)

    def follow(self, sequence: Any) -> None:
        with _lock:
            self._sequence = _hooks.setdefault(type(sequence), _Hook(type(sequence)))
            self._sequence.add(sequence, self)

    def close(self) -> Tuple[Batch, ...]:
        """The leaves of each different batch, in order of arrival."""
        if self._sequence is not None:
            self._sequence.drop(self)
            self._sequence = None
        return tuple(self._seen.values())


def as_many(inputs: Tuple[Leaf, ...], labels: Tuple[Leaf, ...]) -> bool:
    """Have the first input and the first label as many rows, as far as both have any?"""
    rows = [leaves[0][2][0] for leaves in (inputs, labels) if leaves and leaves[0][2]]
    return len(set(rows)) < 2


def _parts_of(batch: Any) -> Tuple[Any, Any]:
    """(inputs, labels): a tuple is (inputs, labels, weights); anything else is inputs."""
    if isinstance(batch, tuple) and batch:
        return batch[0], batch[1] if len(batch) > 1 else None
    return batch, None


def parts(leaves: Tuple[Leaf, ...]) -> Batch:
    """The inputs and labels of one dataset element: an `(x, y)` tuple, or inputs alone."""
    if leaves and all(leaf[0] and isinstance(leaf[0][0], int) for leaf in leaves):
        inputs, labels = (tuple((leaf[0][1:],) + leaf[1:] for leaf in leaves if leaf[0][0] == i)
                          for i in (0, 1))
        return inputs, labels
    return leaves, ()


def observe(value: Any, pipeline: str, args: Any, kwargs: Any,
            iterators: bool, looks: bool = False) -> Tuple[Optional[Feed], Any, Any]:
    """A `Feed` on the pipeline, and the arguments to go on with.

    A generator is replaced by one that passes its items on (other iterators too where this
    Keras takes them: `iterators`); a Sequence's class is hooked for the time of the call. A
    dataset needs neither: its `element_spec` says it all. looks: as of `Feed`.
    """
    feed = Feed(looks)
    if pipeline == "Sequence":
        feed.follow(value)
    elif pipeline == "generator" and (isinstance(value, types.GeneratorType)
                                      or (iterators and hasattr(value, "__iter__"))):
        passed_on = _pass_on(value, feed)
        args = tuple(passed_on if a is value else a for a in args)
        kwargs = {k: passed_on if v is value else v for k, v in kwargs.items()}
    else:
        return None, args, kwargs
    return feed, args, kwargs


def _pass_on(iterator: Any, feed: Feed) -> Iterator[Any]:
    for item in iterator:
        feed.saw(item)
        box = [item]
        del item  # while we wait, the batch is the user's and Keras' alone
        yield box.pop()


class _Hook:
    """`__getitem__` of one Sequence class, wrapped as long as one of its feeds is open.

    Several calls may run on one class at once, in several threads or one in the other.
    """

    def __init__(self, cls: Any) -> None:
        self._cls = cls
        self._feeds: List[Tuple[Any, Feed]] = []
        self._had: Any = None
        self._ours: Any = None

    def add(self, sequence: Any, feed: Feed) -> None:
        with _lock:
            self._feeds = self._feeds + [(weakref.ref(sequence), feed)]
            if self._ours is None:
                self._install()

    def drop(self, feed: Feed) -> None:
        with _lock:
            self._feeds = [pair for pair in self._feeds if pair[1] is not feed]
            if not self._feeds:
                self._uninstall()
                _hooks.pop(self._cls, None)

    def _install(self) -> None:
        original = self._cls.__getitem__
        hook = self

        def __getitem__(self: Any, index: Any) -> Any:
            batch = original(self, index)
            for sequence, feed in hook._feeds:
                if sequence() is self:
                    feed.saw(batch)
            return batch

        self._had = vars(self._cls).get("__getitem__", _MISSING)
        self._ours = __getitem__
        self._cls.__getitem__ = __getitem__

    def _uninstall(self) -> None:
        ours, self._ours = self._ours, None
        if vars(self._cls).get("__getitem__") is not ours:
            return
        if self._had is _MISSING:
            del self._cls.__getitem__
        else:
            self._cls.__getitem__ = self._had


_MISSING = object()
_lock = threading.RLock()
_hooks: Dict[type, _Hook] = {}


def forked() -> None:
    """In the child of a fork: a lock that another thread held would be held for ever."""
    global _lock
    _lock = threading.RLock()
