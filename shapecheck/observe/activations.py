"""The values in and out of every layer of one eager forward pass, for chosen rows."""
from __future__ import annotations

import contextlib
from typing import Any, Iterator, List, NamedTuple, Tuple

import numpy as np

from shapecheck.observe.models import require
from shapecheck.observe.snapshot import leaves
from shapecheck.observe.spying import spied


class Activation(NamedTuple):
    """One layer call: arrays as NumPy, whole. inputs: positional first, then keywords."""

    path: str
    class_name: str
    inputs: Tuple[np.ndarray, ...]
    outputs: Tuple[np.ndarray, ...]
    layer: Any = None


def activations(model: Any, inputs: Any, **options: Any) -> List[Activation]:
    """All layer calls of `model(inputs, **options)`, in the order in which they complete.

    Children complete before their parents. Raises what the model raises.
    """
    started: List[Tuple[str, str, Tuple[np.ndarray, ...]]] = []
    done: List[Activation] = []

    def entered(path: str, layer: Any, args: Any, kwargs: Any) -> int:
        tensors = {k: v for k, v in kwargs.items() if not isinstance(v, (bool, str))}
        started.append((path, type(layer).__name__, _arrays([list(args), tensors])))
        return len(started) - 1

    def finished(ticket: int, layer: Any, value: Any) -> None:
        done.append(Activation(*started[ticket], _arrays(value), layer))

    with spied([model, *require(model).layers(model)], entered, finished):
        model(inputs, **options)
    return done


@contextlib.contextmanager
def passed_through(layer: Any) -> Iterator[None]:
    """Within the block, eager calls of the layer return their first argument unchanged."""
    vars(layer)["call"] = lambda inputs, *args, **kwargs: inputs
    try:
        yield
    finally:
        vars(layer).pop("call", None)


def _arrays(value: Any) -> Tuple[np.ndarray, ...]:
    found = []
    for leaf in leaves(value, ordered=True):
        item = value
        for key in leaf[0]:
            item = item[key]
        try:
            found.append(np.asarray(item.numpy() if hasattr(item, "numpy") else item))
        except (TypeError, ValueError, NotImplementedError):  # symbolic inside a tf.function
            continue
    return tuple(found)
