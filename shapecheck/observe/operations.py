"""Single operations seen or replaced, by TensorFlow's own op callbacks."""
from __future__ import annotations

import contextlib
import re
from typing import Any, Callable, Iterator, List, Optional, Tuple

_RANDOM = re.compile("Random|Multinomial|TruncatedNormal|Poisson|Binomial|StatefulUniform"
                     "|StatefulStandardNormal|CandidateSampler|StatelessShuffle")


def without_draws(call: Callable[[Any], Any]) -> Tuple[Callable[[Any], Any], List[str]]:
    """(`call` as a traced function in which each random op gives one constant, their names).

    The names are there after the first call. A shuffle gives its input back. Ops inside
    functions that were traced before are out of reach. Nothing of the model is altered: the
    ops are replaced while this one graph is built, by TensorFlow's own op callbacks.
    """
    import tensorflow as tf
    from tensorflow.python.framework import op_callbacks

    names: List[str] = []

    def replaced(op_type: Any, inputs: Any, attrs: Any, outputs: Any, op_name: Any = None,
                 graph: Any = None) -> Optional[List[Any]]:
        del attrs, op_name
        name = op_type.decode() if isinstance(op_type, bytes) else str(op_type)
        if graph is None or not _RANDOM.search(name) or "GetKeyCounter" in name:
            return None
        names.append(name)
        if "Shuffle" in name:
            return [tf.identity(inputs[0])]
        return [tf.zeros_like(o) if o.dtype.is_integer else tf.fill(
            tf.shape(o), tf.constant(0.25, o.dtype)) for o in outputs]

    def traced(x: Any) -> Any:
        op_callbacks.add_op_callback(replaced)
        try:
            return call(x)
        finally:
            op_callbacks.remove_op_callback(replaced)

    return tf.function(traced), names


@contextlib.contextmanager
def squeezed_rows() -> Iterator[List[str]]:
    """Names of the squeezes, in eager calls within the block, that take axis 0 away."""
    from tensorflow.python.framework import op_callbacks

    seen: List[str] = []

    def watching(op_type: Any, inputs: Any, attrs: Any, outputs: Any, op_name: Any = None,
                 graph: Any = None) -> None:
        del op_name
        name = op_type.decode() if isinstance(op_type, bytes) else str(op_type)
        if name != "Squeeze" or graph is not None:
            return
        given = tuple(inputs[0].shape)
        axes = dict(zip(attrs[::2], attrs[1::2])).get("squeeze_dims") if attrs else None
        if given[:1] == (1,) and len(outputs[0].shape) < len(given) and (
                not axes or 0 in axes or -len(given) in axes):
            seen.append(name)

    op_callbacks.add_op_callback(watching)
    try:
        yield seen
    finally:
        op_callbacks.remove_op_callback(watching)
