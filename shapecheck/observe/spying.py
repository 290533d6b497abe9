"""`call` wrapped on every layer instance for the time of one eager forward pass."""
from __future__ import annotations

import contextlib
import functools
from typing import Any, Callable, Iterator, List, Tuple

from shapecheck.facts import clean

#: path, layer, positional and keyword arguments, result
Finished = Callable[[int, Any, Any], None]
Entered = Callable[[str, Any, Tuple[Any, ...], Any], int]


@contextlib.contextmanager
def spied(layers: List[Any], entered: Entered, finished: Finished) -> Iterator[List[str]]:
    """Within the block `entered(path, layer, args, kwargs) -> ticket` is told before and
    `finished(ticket, layer, result)` after each layer's `call`; yields the stack of names.

    Nothing is traced and nothing stays: the wrappers go into the instances' own dicts (Keras'
    `__setattr__` would track them) and are taken out again, whatever happens.
    """
    stack: List[str] = []
    wrapped: List[Any] = []
    try:
        for layer in layers:
            if "call" not in vars(layer) and not any(layer is w for w in wrapped):
                vars(layer)["call"] = _spying(layer, layer.call, stack, entered, finished)
                wrapped.append(layer)
        yield stack
    finally:
        for layer in wrapped:
            vars(layer).pop("call", None)


def _spying(layer: Any, original: Any, stack: List[str], entered: Entered,
            finished: Finished) -> Callable[..., Any]:
    @functools.wraps(original)
    def call(*args: Any, **kwargs: Any) -> Any:
        stack.append(clean(getattr(layer, "name", type(layer).__name__)))
        try:
            ticket = entered("/".join(stack), layer, args, kwargs)
            result = original(*args, **kwargs)
            finished(ticket, layer, result)
            return result
        finally:
            stack.pop()

    return call
