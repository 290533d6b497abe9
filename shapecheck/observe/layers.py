"""Layer by layer: the shapes in and out of one real, eager forward pass.

`call` is wrapped on each layer instance for the time of the pass and taken off again before
this returns; nothing is traced. Works for Functional, Sequential, subclassed and Hugging Face
models of both generations (facts, "How to instrument").
"""
from __future__ import annotations

import functools
from typing import Any, List, Optional, Tuple

from shapecheck.facts import LayerRow, clean
from shapecheck.observe.models import require
from shapecheck.observe.snapshot import leaves, to_array

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
    spy = _Spy()
    with_self = [model] + adapter.layers(model)
    try:
        for layer in with_self:
            spy.wrap(layer)
        result = LayerPass()
        try:
            model(inputs, training=False)
        except Exception as error:
            result.error = error
            result.stopped_in = spy.deepest
    finally:
        spy.undo()
    result.rows = tuple(spy.rows_in_order())
    return result


class _Spy:
    def __init__(self) -> None:
        self._wrapped: List[Any] = []
        self._stack: List[str] = []
        self._started: List[List[Any]] = []  # path, class, depth, inputs, outputs
        self.deepest = ""

    def wrap(self, layer: Any) -> None:
        if "call" in vars(layer) or any(layer is w for w in self._wrapped):
            return
        original = layer.call

        @functools.wraps(original)
        def spying(*args: Any, **kwargs: Any) -> Any:
            self._stack.append(clean(getattr(layer, "name", type(layer).__name__)))
            path = "/".join(self._stack)
            tensors = leaves([args, {k: v for k, v in kwargs.items() if k != "training"}])
            entry: List[Any] = [path, type(layer).__name__, len(self._stack) - 1, tensors, ()]
            self._started.append(entry)
            try:
                result = original(*args, **kwargs)
                entry[4] = leaves(result, ordered=True)
                return result
            except Exception:
                if not self.deepest:
                    self.deepest = path
                raise
            finally:
                self._stack.pop()

        # Straight into the instance's dict: Keras' __setattr__ would track it.
        vars(layer)["call"] = spying
        self._wrapped.append(layer)

    def undo(self) -> None:
        for layer in self._wrapped:
            vars(layer).pop("call", None)
        self._wrapped.clear()

    def rows_in_order(self) -> List[LayerRow]:
        """Parents before children, in the order in which layers were entered."""
        return [LayerRow(path, name, depth, tuple(to_array(x) for x in given),
                         tuple(to_array(x) for x in gave))
                for path, name, depth, given, gave in self._started]


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
