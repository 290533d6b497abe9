"""Runs rows through the model the way the user does, and counts them."""
from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np

from shapecheck.consistency.noise import Rows
from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.observe.models import generation_of
from shapecheck.observe.snapshot import leaves

MODES = ("predict", "call", "function", "xla")

Select = Callable[[Any], List[Any]]


class NoRows(Exception):
    """The output has no axis of rows, or another number of them: SHP304.

    count: rows passed. shapes: of the outputs.
    """

    def __init__(self, count: int, shapes: Sequence[Tuple[int, ...]]) -> None:
        self.count = count
        self.shapes = tuple(shapes)
        self.wrong = next(s for s in shapes if not s or s[0] != count)
        rows = "1 row" if count == 1 else f"{count} rows"
        self.text = f"{rows} in, output of shape {self.wrong}: axis 0 does not count rows"
        super().__init__(self.text)


class ModelError(Exception):
    """The model raised `error` on inputs of ours."""

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class Runner:
    """One model in one call mode.

    select: takes the model's result to what is compared (arrays with rows on axis 0). mode:
    "predict" (model.predict), "call" (eager), "function" (tf.function), "xla". free: sizes of
    axis 1 that may vary from call to call (padded widths). prepare: what is done to inputs
    first (a twin in double precision takes doubles). `forwards` counts rows.
    """

    def __init__(self, model: Any, mode: str, select: Select, free: Sequence[int] = (),
                 prepare: Optional[Callable[[Any], Any]] = None) -> None:
        if mode not in MODES:
            raise UserError(f"call mode {clean(mode)!r}: expected one of {', '.join(MODES)}")
        self.model = model
        self.mode = mode
        self.select = select
        self.free = tuple(free)
        self.prepare = prepare
        self.forwards = 0
        self._functions: Dict[str, Any] = {}

    def result(self, inputs: Any, count: int, mode: Optional[str] = None, **options: Any) -> Any:
        """What the model returns, whole. Raises ModelError."""
        self.forwards += count
        if self.prepare is not None:
            inputs = self.prepare(inputs)
        try:
            return self._call(inputs, count, mode or self.mode, options)
        except Exception as error:
            if options and isinstance(error, TypeError):  # may not take the option: asked there
                raise
            adapter = generation_of(self.model)
            if adapter is not None:  # `predict` is of no more use once it has raised
                adapter.reset_traces(self.model)
            raise ModelError(error) from error

    def outputs(self, inputs: Any, count: int, mode: Optional[str] = None, **options: Any) -> Rows:
        """The compared outputs as NumPy arrays, rows on axis 0 not yet checked."""
        return [_numpy(x) for x in self.select(self.result(inputs, count, mode, **options))]

    def rows(self, inputs: Any, count: int, mode: Optional[str] = None,
             **options: Any) -> List[Rows]:
        """The result of each row: a list with one array per output. Raises NoRows."""
        arrays = self.outputs(inputs, count, mode, **options)
        if any(a.ndim == 0 or a.shape[0] != count for a in arrays):
            raise NoRows(count, [a.shape for a in arrays])
        return [[array[i] for array in arrays] for i in range(count)]

    def _call(self, inputs: Any, count: int, mode: str, options: Dict[str, Any]) -> Any:
        if mode == "predict":
            return self.model.predict(inputs, batch_size=count, verbose=0)
        given = tensors(inputs)
        if mode == "call":
            return self.model(given, **options)
        return self._function(mode, given)(given)

    def _function(self, mode: str, sample: Any) -> Any:
        """One function for any number of rows: a trace for one static shape has other bits."""
        if mode not in self._functions:
            import tensorflow as tf

            signature = [tf.nest.map_structure(self.spec, sample)]
            self._functions[mode] = _compiled(tf, mode)(lambda x: self.model(x),
                                                        input_signature=signature)
        return self._functions[mode]

    def spec(self, tensor: Any) -> Any:
        """For any number of rows, and any size where sizes may vary."""
        import tensorflow as tf

        shape = [None, *tensor.shape[1:]]
        if len(shape) > 1 and shape[1] in self.free:
            shape[1] = None
        return tf.TensorSpec(shape, tensor.dtype)


def _compiled(tf: Any, mode: str) -> Callable[..., Any]:
    def build(function: Any, **options: Any) -> Any:
        if mode != "xla":
            return tf.function(function, **options)
        try:
            return tf.function(function, jit_compile=True, **options)
        except TypeError:  # before TF 2.5
            return tf.function(function, experimental_compile=True, **options)
    return build


def tensors(inputs: Any) -> Any:
    """The structure of arrays as one of eager tensors."""
    import tensorflow as tf

    if isinstance(inputs, dict):
        return {k: tensors(v) for k, v in inputs.items()}
    if isinstance(inputs, list):
        return [tensors(v) for v in inputs]
    return tf.convert_to_tensor(inputs)


def _numpy(value: Any) -> np.ndarray:
    array: np.ndarray = np.asarray(value.numpy() if hasattr(value, "numpy") else value)
    return array


def all_arrays(result: Any) -> List[Any]:
    """Every array of a result, in its own order."""
    found = []
    for leaf in leaves(result, ordered=True):
        value = result
        for key in leaf[0]:
            value = value[key]
        found.append(value)
    if not found and isinstance(result, (int, float)):  # Keras 2 gives one number as a float
        return [np.asarray(result)]
    return found
