"""Layer by layer: the shapes in and out of one real, eager forward pass.

Works for Functional, Sequential, subclassed and Hugging Face
models of both generations (facts, "How to instrument").
"""
from __future__ import annotations

import dataclasses
from typing import Any, List, Optional, Tuple

from shapecheck.facts import LayerRow
from shapecheck.observe.models import require
from shapecheck.observe.snapshot import leaves, to_array
from shapecheck.observe.spying import spied

MAX_ROWS = 32  # of the user's batch: shapes do not need more


class LayerPass:
    """Rows of the table; `error` and `stopped_in` where the model raised on the way."""

    def __init__(self) -> None:
        self.rows: Tuple[LayerRow, ...] = ()
        self.error: Optional[BaseException] = None
        self.stopped_in: str = ""


def layer_pass(model: Any, inputs: Any) -> LayerPass:
    """Call `model(inputs, training=False)` once and tell what each layer saw and gave.

    inputs: what `call` takes: tensors or arrays, at most `MAX_ROWS` rows are used. An exception
    of the model's is kept in `.error`; the rows up to it are there.
    """
    adapter = require(model)
    started: List[LayerRow] = []  # parents before children
    result = LayerPass()

    def entered(path: str, layer: Any, args: Any, kwargs: Any) -> int:
        given = leaves([args, {k: v for k, v in kwargs.items() if k != "training"}])
        started.append(LayerRow(path, type(layer).__name__, path.count("/"),
                                tuple(map(to_array, given)), ()))
        return len(started) - 1

    def finished(ticket: int, _layer: Any, value: Any) -> None:
        gave = tuple(map(to_array, leaves(value, ordered=True)))
        started[ticket] = dataclasses.replace(started[ticket], outputs=gave)

    try:
        with spied([model, *adapter.layers(model)], entered, finished):
            model(inputs, training=False)
    except Exception as error:
        result.error = error
        unfinished = [row.path for row in started if not row.outputs]
        result.stopped_in = max(unfinished, key=lambda path: path.count("/"), default="")
    result.rows = tuple(started)
    return result


def first_rows(inputs: Any, limit: int = MAX_ROWS) -> Any:
    """The structure with every array cut to its first `limit` rows."""
    if isinstance(inputs, dict):
        return {k: first_rows(v, limit) for k, v in inputs.items()}
    if isinstance(inputs, (list, tuple)) and any(hasattr(v, "shape") for v in inputs):
        return [first_rows(v, limit) for v in inputs]
    shape = getattr(inputs, "shape", None)
    if shape is None or len(shape) == 0:
        return inputs
    return inputs.iloc[:limit] if hasattr(inputs, "iloc") else inputs[:limit]


def to_tensors(inputs: Any) -> Any:
    """The structure with arrays, frames and lists of numbers as eager tensors."""
    import tensorflow as tf

    if isinstance(inputs, dict):
        return {k: to_tensors(v) for k, v in inputs.items()}
    if isinstance(inputs, (list, tuple)) and any(hasattr(v, "shape") for v in inputs):
        return [to_tensors(v) for v in inputs]
    return tf.convert_to_tensor(inputs.to_numpy() if hasattr(inputs, "to_numpy") else inputs)
