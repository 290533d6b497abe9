"""Runs rows through the model the way the user does, and counts them."""
from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence

import numpy as np

from shapecheck.consistency.noise import Rows
from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.observe.layers import to_tensors
from shapecheck.observe.snapshot import leaves

MODES = ("predict", "call", "function", "xla")


class NoRows(Exception):
    """The output has no axis of rows, or another number of them: SHP304."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text


class Runner:
    """One model in one call mode.

    select: takes the model's result to what is compared (arrays with rows on axis 0). mode:
    "predict" (model.predict), "call" (eager), "function" (tf.function), "xla". `forwards`
    counts rows.
    """

    def __init__(self, model: Any, mode: str, select: Callable[[Any], List[Any]]) -> None:
        if mode not in MODES:
            raise UserError(f"call mode {clean(mode)!r}: expected one of {', '.join(MODES)}")
        self.model = model
        self.mode = mode
        self._select = select
        self._functions: Dict[str, Any] = {}
        self.forwards = 0

    def outputs(self, inputs: Any, count: int, mode: Optional[str] = None, **options: Any) -> Rows:
        """The compared outputs as NumPy arrays, rows on axis 0 not yet checked."""
        self.forwards += count
        mode = mode or self.mode
        result = self._call(inputs, count, mode, options)
        return [_numpy(x) for x in self._select(result)]

    def rows(self, inputs: Any, count: int, mode: Optional[str] = None,
             **options: Any) -> List[Rows]:
        """The result of each row: a list with one array per output. Raises NoRows."""
        arrays = self.outputs(inputs, count, mode, **options)
        for array in arrays:
            if array.ndim == 0 or array.shape[0] != count:
                raise NoRows(f"{count} rows in, output of shape {array.shape}: axis 0 does not "
                             "count rows")
        return [[array[i] for array in arrays] for i in range(count)]

    def _call(self, inputs: Any, count: int, mode: str, options: Dict[str, Any]) -> Any:
        if mode == "predict" and not options:
            return self.model.predict(inputs, batch_size=count, verbose=0)
        tensors = to_tensors(inputs)
        if mode in ("call", "predict"):
            return self.model(tensors, **({"training": False} if mode == "predict" else {}),
                              **options) if _takes_options(self.model) else self.model(tensors)
        return self._function(mode)(tensors)

    def _function(self, mode: str) -> Any:
        if mode not in self._functions:
            import tensorflow as tf

            options = {"jit_compile": True} if mode == "xla" else {"reduce_retracing": True}
            try:
                self._functions[mode] = tf.function(lambda x: self.model(x), **options)
            except TypeError:  # TF 2.6 has neither name
                legacy = {"experimental_relax_shapes": True} if mode != "xla" else {
                    "experimental_compile": True}
                self._functions[mode] = tf.function(lambda x: self.model(x), **legacy)
        return self._functions[mode]


def _takes_options(model: Any) -> bool:
    return hasattr(model, "layers")


def _numpy(value: Any) -> np.ndarray:
    return np.asarray(value.numpy() if hasattr(value, "numpy") else value)


def all_arrays(result: Any) -> List[Any]:
    """Every array of a result, in its own order."""
    found = []
    for leaf in leaves(result, ordered=True):
        value = result
        for key in leaf[0]:
            value = value[key]
        found.append(value)
    return found


__all__: Sequence[str] = ["MODES", "NoRows", "Runner", "all_arrays"]
