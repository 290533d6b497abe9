"""The values in and out of every layer of one forward pass."""
from __future__ import annotations

import contextlib
from typing import Any, Dict, Iterator, List, NamedTuple, Tuple

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
    return [Activation(path, name, given, gave, layer)
            for path, name, given, gave, layer in _recorded(model, inputs, options, _numpy)]


def graph_activations(model: Any, inputs: Any, **options: Any) -> List[Activation]:
    """The same of a traced call: what `predict` and a tf.function compute.

    Layer calls inside a loop or branch of the graph are left out.
    """
    import tensorflow as tf

    records: List[Any] = []

    def forward(x: Any) -> List[Any]:
        graph = tf.compat.v1.get_default_graph()
        found = _recorded(model, x, options,
                          lambda t: t if getattr(t, "graph", None) is graph else None)
        records[:] = [(path, name, len(given), len(gave), layer)
                      for path, name, given, gave, layer in found]
        return [t for _path, _name, given, gave, _layer in found for t in (*given, *gave)]

    values = [np.asarray(v) for v in tf.function(forward)(inputs)]
    done = []
    for path, name, given, gave, layer in records:
        done.append(Activation(path, name, tuple(values[:given]),
                               tuple(values[given:given + gave]), layer))
        del values[:given + gave]
    return done


def _recorded(model: Any, inputs: Any, options: Dict[str, Any], keep: Any) -> List[Any]:
    """[path, class name, kept input tensors, kept output tensors, layer] of each layer call.

    keep: takes a tensor to what is kept of it, None to drop it. It must copy what may change.
    """
    started: List[Tuple[str, str, Tuple[Any, ...]]] = []
    done: List[Any] = []

    def kept(value: Any) -> Tuple[Any, ...]:
        found = (keep(tensor) for tensor in _tensors(value))
        return tuple(t for t in found if t is not None)

    def entered(path: str, layer: Any, args: Any, kwargs: Any) -> int:
        tensors = {k: v for k, v in kwargs.items() if not isinstance(v, (bool, str))}
        started.append((path, type(layer).__name__, kept([list(args), tensors])))
        return len(started) - 1

    def finished(ticket: int, layer: Any, value: Any) -> None:
        done.append((*started[ticket], kept(value), layer))

    with spied([model, *require(model).layers(model), *_operations(model)], entered, finished):
        model(inputs, **options)
    return done


def _operations(model: Any) -> List[Any]:
    """Operations of a Keras 3 Functional that are no layers: `keras.ops` on its tensors."""
    found = []
    for part in [model, *require(model).layers(model)]:
        for operation in getattr(part, "operations", None) or ():
            if not hasattr(operation, "weights") and hasattr(operation, "call"):
                found.append(operation)
    return found


@contextlib.contextmanager
def passed_through(layer: Any) -> Iterator[None]:
    """Within the block, eager calls of the layer return their first argument unchanged."""
    vars(layer)["call"] = lambda inputs, *args, **kwargs: inputs
    try:
        yield
    finally:
        vars(layer).pop("call", None)


def _tensors(value: Any) -> Iterator[Any]:
    for leaf in leaves(value, ordered=True):
        item = value
        for key in leaf[0]:
            item = item[key]
        yield item


def _numpy(tensor: Any) -> Any:
    try:
        return np.asarray(tensor.numpy() if hasattr(tensor, "numpy") else tensor)
    except (TypeError, ValueError, NotImplementedError):  # symbolic inside a tf.function
        return None


