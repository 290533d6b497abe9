"""Batches that a generator or a Sequence feeds, seen as they pass: nothing is drawn twice."""
from __future__ import annotations

import threading
import types
from typing import Any, Dict, List, Optional, Tuple

from shapecheck.observe import snapshot

_lock = threading.RLock()


class Feed:
    """What one pipeline yielded during one host call: the leaves of its first batch."""

    def __init__(self) -> None:
        self.first: Optional[Tuple[Any, ...]] = None
        self._undo: List[Any] = []

    def saw(self, batch: Any) -> None:
        if self.first is None:
            self.first = snapshot.leaves(batch) if not isinstance(batch, tuple) else tuple(
                ((("#", i) + leaf[0]),) + leaf[1:]
                for i, item in enumerate(batch) for leaf in snapshot.leaves(item))

    def close(self, method: str) -> Tuple[Any, ...]:
        for undo in reversed(self._undo):
            undo()
        self._undo.clear()
        if self.first is None:
            return ()
        marked = [leaf for leaf in self.first if leaf[0][:1] == ("#",)]
        if not marked:
            return self.first
        return tuple((leaf[0][2:],) + leaf[1:] for leaf in marked if leaf[0][1] == 0)


def features(leaves: Tuple[Any, ...]) -> Tuple[Any, ...]:
    """The inputs of one dataset element: the first item where it is an `(x, y)` tuple."""
    if leaves and all(leaf[0] and isinstance(leaf[0][0], int) for leaf in leaves):
        return tuple((leaf[0][1:],) + leaf[1:] for leaf in leaves if leaf[0][0] == 0)
    return leaves


def observe(value: Any, pipeline: str, args: Any, kwargs: Any) -> Tuple[Optional[Feed], Any, Any]:
    """A `Feed` on the pipeline, and the arguments to go on with.

    A generator is replaced by one that passes its items on; a Sequence's class is hooked for
    the time of the call. A dataset needs neither: its `element_spec` says it all.
    """
    if pipeline == "generator" and isinstance(value, types.GeneratorType):
        feed = Feed()
        passed_on = _pass_on(value, feed)
        args = tuple(passed_on if a is value else a for a in args)
        kwargs = {k: passed_on if v is value else v for k, v in kwargs.items()}
        return feed, args, kwargs
    if pipeline == "Sequence":
        feed = Feed()
        _hook_getitem(value, feed)
        return feed, args, kwargs
    return None, args, kwargs


def _pass_on(generator: Any, feed: Feed) -> Any:
    for item in generator:
        try:
            feed.saw(item)
        except Exception:  # what we cannot read is passed on all the same
            pass
        yield item


def _hook_getitem(sequence: Any, feed: Feed) -> None:
    cls = type(sequence)
    had: Dict[str, Any] = dict(vars(cls))
    original = cls.__getitem__

    def hooked(self: Any, index: Any) -> Any:
        batch = original(self, index)
        if self is sequence:
            try:
                feed.saw(batch)
            except Exception:  # what we cannot read is passed on all the same
                pass
        return batch

    with _lock:
        cls.__getitem__ = hooked

    def undo() -> None:
        with _lock:
            if vars(cls).get("__getitem__") is hooked:
                if "__getitem__" in had:
                    cls.__getitem__ = had["__getitem__"]
                else:
                    del cls.__getitem__

    feed._undo.append(undo)
