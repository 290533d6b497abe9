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


#: operations that move or choose numbers: nothing is rounded in them
_EXACT = re.compile(
    "Abs|Arg|BatchToSpace|BroadcastTo|Case|Cast|Ceil|Concat|Const|DepthToSpace|Diag|Dynamic|Enter"
    "|ExpandDims|Exit|Fill|Floor|Function|Gather|Identity|If|Max|Min|Merge|Mirror|Neg|NextIter"
    "|OneHot|OnesLike|Pack|Pad|PartitionedCall|Placeholder|Range|ReadVariable|Relu|Reshape"
    "|Resource|Reverse|Rint|Roll|Round|ScatterNd|ScatterUpdate|Select|Shape|Sign|Slice|Snapshot"
    "|Sort|SpaceTo|Split|Squeeze|StopGradient|Switch|TensorArray|TensorList|Tile|TopK|Transpose"
    "|Unique|Unpack|VarHandle|Where|While|XlaVariadic|ZerosLike")


def rounded_anew(call: Callable[[Any], Any], unit: float) -> Callable[[Any, int], Any]:
    """(x, seed) -> call(x) in which the result of each operation that rounds is off by 2 x `unit`.

    Relative, signs at random: what another order of summing, or another kernel of the same
    operation, does to a model. Seed 0: nothing is off. Operations inside functions that were
    traced before stay as they are; nothing of the model is altered.
    """
    import tensorflow as tf
    from tensorflow.python.framework import op_callbacks

    def traced(x: Any, seed: Any) -> Any:
        count: List[int] = []
        inside: List[bool] = []  # our own operations are told of as well

        def off(output: Any) -> Any:
            if not output.dtype.is_floating:
                return output
            count.append(1)
            drawn = tf.random.stateless_uniform(tf.shape(output), [seed, len(count)])
            step = tf.where(drawn < 0.5, -2.0 * unit, 2.0 * unit)
            step = tf.where(seed == 0, tf.zeros_like(step), step)
            return output * tf.cast(1.0 + tf.cast(step, tf.float64), output.dtype)

        def moved(op_type: Any, inputs: Any, attrs: Any, outputs: Any, op_name: Any = None,
                  graph: Any = None) -> Optional[List[Any]]:
            del inputs, attrs, op_name
            name = op_type.decode() if isinstance(op_type, bytes) else str(op_type)
            if inside or graph is None or _EXACT.match(name) or not any(
                    o.dtype.is_floating for o in outputs):
                return None
            inside.append(True)
            try:
                return [off(o) for o in outputs]
            finally:
                inside.clear()

        op_callbacks.add_op_callback(moved)
        try:
            return call(x)
        finally:
            op_callbacks.remove_op_callback(moved)

    function = tf.function(traced)
    return lambda x, seed: function(x, tf.constant(seed, tf.int32))


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
