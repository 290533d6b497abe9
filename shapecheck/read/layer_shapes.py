"""Output shapes of Keras' layers, where they are certain: one table for model files and source.

A layer that is not in the table, or that is set in a way it does not cover, has an unknown shape:
nothing is guessed. Dimensions: int, a name, or None for "any"; the batch axis is 0. What is said
holds in Keras 2 and in Keras 3; tests/read/test_layer_shapes.py holds it against both.
"""
from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple, Union

from shapecheck.facts.records import dataclass
from shapecheck.facts.shape import Dim

Config = Dict[str, Any]
_Shape = Tuple[Dim, ...]
Rank = Union[int, Tuple[str, int], None]


@dataclass(frozen=True)
class Known:
    """What is known of one tensor; None where nothing is."""

    shape: Optional[Tuple[Dim, ...]] = None
    dtype: Optional[str] = None


class Unsure:
    """A setting that was passed and whose value is not known."""

    def __repr__(self) -> str:
        return "UNSURE"


UNSURE = Unsure()


class Misfit(Exception):
    """The inputs are proved not to fit the layer: it raises when it is called.

    kind: "rank", "negative", "sizes", "reshape". text: one plain sentence of ours.
    wanted: for "rank", the rank it takes, or ("min", n); got: the rank it gets.
    axis, size, kernel: for "negative", where nothing is left of what.
    """

    def __init__(self, kind: str, text: str, wanted: Rank = None, got: Optional[int] = None,
                 axis: Optional[int] = None, size: Optional[int] = None,
                 kernel: Optional[int] = None) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.wanted = wanted
        self.got = got
        self.axis = axis
        self.size = size
        self.kernel = kernel


#: `Misfit.text` where only Keras 3 refuses: Keras 2 takes more axes in front for more rows
EXTRA_AXES = "more axes than a convolution has"


def dtype_of(value: Any) -> Optional[str]:
    """NumPy's name for a dtype or a policy of a configuration ("mixed_float16" -> "float16")."""
    if isinstance(value, dict):
        inner = value.get("config")
        value = inner.get("name") if isinstance(inner, dict) else None
    if not isinstance(value, str):
        return None
    return value[len("mixed_"):] if value.startswith("mixed_") else value


def of_keras(layer: Config) -> bool:
    """Is what a model file writes of a layer one of Keras' own, and no function of Keras 3?"""
    module, registered = layer.get("module"), layer.get("registered_name")
    if isinstance(module, str):
        # operations of Keras 3 share layers' names
        if module.split(".")[0] not in ("keras", "tf_keras") or ".ops" in module:
            return False
    return not isinstance(registered, str) or registered in ("", layer.get("class_name"))


class _Open(Dict[str, Any]):
    """Settings of a call with `**more`: what is not written may have been passed all the same."""

    def get(self, key: str, default: Any = None) -> Any:
        return dict.get(self, key, UNSURE)


def input_rank(name: str, config: Config) -> Rank:
    """The rank, with the batch axis, that a layer takes: an int, ("min", n), or None for any."""
    if name == "Permute":
        dims = config.get("dims")
        return len(dims) + 1 if isinstance(dims, (list, tuple)) else None
    if name in ("Bidirectional", "SpectralNormalization"):
        inner = _inner(config)
        return None if inner is None else input_rank(*inner)
    return _RANKS.get(name)


def knows(name: str) -> bool:
    """Is there an entry for the layer?"""
    return name in _OUTPUTS


def output(name: str, config: Config, inputs: Sequence[Known]) -> List[Known]:
    """The outputs of a layer for these inputs, with the batch axis; [Known()] where not certain.

    Raises Misfit where an input is proved not to fit.
    """
    rule = _OUTPUTS.get(name)
    if rule is None or not inputs:
        return [Known()]
    if "*" in config:
        config = _Open(config)
    shape = inputs[0].shape
    if shape is None:
        if name != "Reshape":
            return [Known()]
    else:
        wanted = input_rank(name, config)
        if wanted is not None:
            _check_rank(name, len(shape), wanted)
    made = rule(name, config, inputs)
    if isinstance(made, list):
        return made
    if made.dtype is None:
        given = config.get("dtype")
        if name in _CARRY and not _is_float(inputs[0].dtype):
            return [Known(made.shape, inputs[0].dtype)]
        if given is not None:
            return [Known(made.shape, dtype_of(given))]
    return [made]


def _check_rank(name: str, rank: int, wanted: Rank) -> None:
    if isinstance(wanted, int):
        if rank == wanted:
            return
        extra = rank > wanted and name in ("Conv1D", "Conv2D", "Conv3D")
        raise Misfit("rank", EXTRA_AXES if extra else
                     f"rank {rank} where rank {wanted} is taken", wanted, rank)
    if wanted is not None and rank < wanted[1]:
        raise Misfit("rank", f"rank {rank} where rank {wanted[1]} is taken", wanted, rank)


def _is_float(dtype: Optional[str]) -> bool:
    return dtype is None or dtype.startswith(("float", "bfloat", "complex"))


# -- settings -----------------------------------------------------------------------------------


def _number(config: Config, key: str, default: Any = None) -> Optional[int]:
    value = config.get(key, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if value == int(value) else None


def _tuple_of(config: Config, key: str, rank: int, default: Any) -> Tuple[Optional[int], ...]:
    """A setting that is one number or one for each axis; None for those not known."""
    value = config.get(key, default)
    if value is None:
        value = default
    if isinstance(value, (list, tuple)):
        if len(value) != rank:
            return (value[0] if len(value) == 1 and isinstance(value[0], int) else None,) * rank
        return tuple(v if isinstance(v, int) and not isinstance(v, bool) else None for v in value)
    one = value if isinstance(value, int) and not isinstance(value, bool) else None
    return (one,) * rank


def _text(config: Config, key: str, default: str) -> Optional[str]:
    value = config.get(key, default)
    if value is None:
        return default
    return value.lower() if isinstance(value, str) else None


def _flag(config: Config, key: str) -> Optional[bool]:
    value = config.get(key, False)
    return bool(value) if value is None or isinstance(value, (bool, int)) else None


def _axes(config: Config, rank: int) -> Optional[Tuple[int, ...]]:
    """The spatial axes of a tensor; None where the data format is not known."""
    form = _text(config, "data_format", "channels_last")
    if form == "channels_last":
        return tuple(range(1, rank + 1))
    return tuple(range(2, rank + 2)) if form == "channels_first" else None


def _inner(config: Config) -> Optional[Tuple[str, Config]]:
    """Class and settings of the layer that a wrapper wraps."""
    inner = config.get("layer")
    if not isinstance(inner, dict) or not of_keras(inner):
        return None
    settings = inner.get("config")
    return (str(inner.get("class_name")), settings) if isinstance(settings, dict) else None


def _unknown(shape: Sequence[Dim]) -> Known:
    """As many axes, of sizes that are not known."""
    return Known((shape[0], *(None,) * (len(shape) - 1)))


def _placed(shape: Sequence[Dim], axes: Sequence[int], sizes: Sequence[Dim]) -> List[Dim]:
    out = list(shape)
    for axis, size in zip(axes, sizes):
        out[axis] = size
    return out


# -- layers of one input ------------------------------------------------------------------------


def _same(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    return Known(inputs[0].shape) if len(inputs) == 1 else Known()


def _dense(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    return Known((*shape[:-1], _number(config, "units")))


def _einsum(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape, equation = inputs[0].shape or (), config.get("equation")
    target = config.get("output_shape")
    if isinstance(target, int):
        target = (target,)
    if not isinstance(equation, str) or not isinstance(target, (list, tuple)) \
            or "." in equation or "->" not in equation:
        return Known()
    left, _, right = equation.replace(" ", "").partition("->")
    first = left.split(",")[0]
    if len(first) != len(shape) or len(right) != len(target) + 1 or right[:1] != first[:1]:
        return Known()
    sizes = dict(zip(first, shape))
    # None in output_shape: the size that the input has on this axis
    return Known((shape[0], *(d if isinstance(d, int) else sizes.get(label) if d is None else None
                              for label, d in zip(right[1:], target))))


def _embedding(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    return Known((*(inputs[0].shape or ()), _number(config, "output_dim")))


def _flat(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    if not shape:
        return Known()
    return Known((shape[0], _product(shape[1:])))


def _product(dims: Sequence[Dim]) -> Optional[int]:
    size = 1
    for dim in dims:
        if not isinstance(dim, int):
            return None
        size *= dim
    return size


def _reshaped(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    target, shape = config.get("target_shape"), inputs[0].shape
    if isinstance(target, int) and not isinstance(target, bool):
        target = (target,)
    if not isinstance(target, (list, tuple)):
        return Known()
    wanted = [d if isinstance(d, int) and not isinstance(d, bool) else None for d in target]
    batch = shape[0] if shape else None
    total = _product(shape[1:]) if shape else None
    if total is None or None in wanted or wanted.count(-1) > 1:
        return Known((batch, *(None if d == -1 else d for d in wanted)))
    known = _product([d for d in wanted if d != -1]) or 0
    if known != total if -1 not in wanted else not known or total % known:
        raise Misfit("reshape", f"{total} values a row do not make {tuple(target)}")
    return Known((batch, *(total // known if d == -1 else d for d in wanted)))


def _permuted(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape, dims = inputs[0].shape or (), config.get("dims")
    if not isinstance(dims, (list, tuple)):
        return Known()
    if not all(isinstance(d, int) and 1 <= d < len(shape) for d in dims):
        return _unknown(shape)
    return Known((shape[0], *(shape[d] for d in dims)))


def _repeated(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    return Known((shape[0], _number(config, "n"), shape[1]))


# -- convolutions, pooling, padding -------------------------------------------------------------


def _window(size: Dim, kernel: Optional[int], stride: Optional[int], padding: Optional[str],
            dilation: Optional[int], what: str, axis: int) -> Optional[int]:
    if not isinstance(size, int):
        return None
    steps = stride is not None and stride > 0
    if padding in ("same", "causal"):
        return -(-size // stride) if steps and stride is not None else None
    if padding != "valid" or kernel is None or dilation is None:
        return None
    reach = (kernel - 1) * dilation + 1
    if reach > size:
        raise Misfit("negative", f"{what} of {reach} over an axis of {size}", axis=axis, size=size,
                     kernel=reach)
    return (size - reach) // stride + 1 if steps and stride is not None else None


def _windows(config: Config, shape: Sequence[Dim], axes: Sequence[int]) -> List[Dim]:
    rank = len(axes)
    padding = _text(config, "padding", "valid")
    return [_window(shape[a], k, s, padding, d, "a kernel", a) for a, k, s, d in zip(
        axes, _tuple_of(config, "kernel_size", rank, None), _tuple_of(config, "strides", rank, 1),
        _tuple_of(config, "dilation_rate", rank, 1))]


def _convolution(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    axes = _axes(config, len(shape) - 2)
    if axes is None:
        return _unknown(shape)
    at = 1 if axes[0] == 2 else len(shape) - 1
    channels: Dim = _number(config, "filters")
    if name.startswith("Depthwise"):
        inside, times = shape[at], _number(config, "depth_multiplier", 1)
        channels = inside * times if isinstance(inside, int) and times is not None else None
    out = _placed(shape, axes, _windows(config, shape, axes))
    out[at] = channels
    return Known(tuple(out))


def _transposed(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    rank = len(shape) - 2
    axes = _axes(config, rank)
    if axes is None:
        return _unknown(shape)
    padding = _text(config, "padding", "valid")
    extra = config.get("output_padding")
    out = _placed(shape, axes, [
        _widened(shape[a], k, s, d, padding, None if extra is None else p, extra is None)
        for a, k, s, d, p in zip(
            axes, _tuple_of(config, "kernel_size", rank, None),
            _tuple_of(config, "strides", rank, 1), _tuple_of(config, "dilation_rate", rank, 1),
            _tuple_of(config, "output_padding", rank, None))])
    out[1 if axes[0] == 2 else len(shape) - 1] = _number(config, "filters")
    return Known(tuple(out))


def _widened(size: Dim, kernel: Optional[int], stride: Optional[int], dilation: Optional[int],
             padding: Optional[str], extra: Optional[int], automatic: bool) -> Optional[int]:
    """What a transposed convolution makes of one axis."""
    if not isinstance(size, int) or stride is None or padding not in ("same", "valid"):
        return None
    if automatic and padding == "same":
        return size * stride
    if kernel is None or dilation != 1:
        return None  # Keras 2 leaves the dilation out in places
    if automatic:
        return size * stride + max(kernel - stride, 0)
    if extra is None:
        return None
    return (size - 1) * stride + kernel - (2 * (kernel // 2) if padding == "same" else 0) + extra


def _pooling(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    rank = len(shape) - 2
    axes = _axes(config, rank)
    if axes is None:
        return _unknown(shape)
    pool = _tuple_of(config, "pool_size", rank, 2)
    strides = pool if config.get("strides") is None else _tuple_of(config, "strides", rank, None)
    padding = _text(config, "padding", "valid")
    return Known(tuple(_placed(shape, axes, [
        _window(shape[a], k, s, padding, 1, "a pool", a) for a, k, s in zip(axes, pool, strides)])))


def _global(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    axes, keep = _axes(config, len(shape) - 2), _flag(config, "keepdims")
    if keep is None:
        return Known()
    if axes is None:
        return _unknown(shape) if keep else Known((shape[0], None))
    if keep:
        return Known(tuple(_placed(shape, axes, (1,) * len(axes))))
    return Known((shape[0], shape[1 if axes[0] == 2 else -1]))


def _adaptive(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    rank = _spatial(name)
    axes = _axes(config, rank)
    if len(shape) != rank + 2:
        return Known()  # Keras 3 says nothing before it runs
    if axes is None:
        return _unknown(shape)
    return Known(tuple(_placed(shape, axes, _tuple_of(config, "output_size", rank, None))))


def _upsampled(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    rank = _spatial(name)
    if len(shape) != rank + 2:
        return Known()  # Keras 2 lets other ranks pass UpSampling3D
    axes = _axes(config, rank)
    if axes is None:
        return _unknown(shape)
    sizes: List[Dim] = []
    for axis, times in zip(axes, _tuple_of(config, "size", rank, 2)):
        size = shape[axis]
        sizes.append(size * times if isinstance(size, int) and times is not None else None)
    return Known(tuple(_placed(shape, axes, sizes)))


def _padded(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    rank = len(shape) - 2
    crops = name.startswith("Cropping")
    sides = _sides(config.get("cropping", 0 if rank == 2 else 1) if crops
                   else config.get("padding", 1), rank)
    axes = _axes(config, rank)
    if sides is None or axes is None:
        return _unknown(shape)
    sizes: List[Dim] = []
    for axis, (a, b) in zip(axes, sides):
        size = shape[axis]
        if not isinstance(size, int):
            sizes.append(None)
            continue
        new = size - a - b if crops else size + a + b
        # Keras 2 builds a layer that leaves nothing; TF 2.6 makes it nothing where less is left
        sizes.append(new if new > 0 else None)
    return Known(tuple(_placed(shape, axes, sizes)))


def _sides(value: Any, rank: int) -> Optional[List[Tuple[int, int]]]:
    """`1`, `(1, 2)`, `((1, 1), (2, 2))`: what is put to each side of each axis."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return [(value, value)] * rank
    if not isinstance(value, (list, tuple)):
        return None
    if rank == 1 and len(value) == 2 and all(isinstance(v, int) for v in value):
        return [(value[0], value[1])]
    if len(value) != rank:
        return None
    out = []
    for part in value:
        if isinstance(part, int):
            out.append((part, part))
        elif isinstance(part, (list, tuple)) and len(part) == 2 and all(
                isinstance(v, int) for v in part):
            out.append((part[0], part[1]))
        else:
            return None
    return out


# -- recurrent layers and wrappers --------------------------------------------------------------

_CELLS = {"LSTMCell": 2, "GRUCell": 1, "SimpleRNNCell": 1}


def _rnn(name: str, config: Config, inputs: Sequence[Known]) -> List[Known]:
    shape = inputs[0].shape or ()
    if _flag(config, "time_major") is not False or len(shape) != 3:
        return [Known()]
    if name != "RNN":
        return _steps(config, (shape[0], _number(config, "units")), shape[1],
                      2 if "LSTM" in name else 1)
    units, states = _of_cell(config.get("cell"))
    return [Known()] if states is None else _steps(config, (shape[0], units), shape[1], states)


def _of_cell(cell: Any) -> Tuple[Optional[int], Optional[int]]:
    """The units of a cell and how many states it has; states: None for cells not known."""
    if isinstance(cell, dict) and of_keras(cell) and isinstance(cell.get("config"), dict):
        if cell.get("class_name") == "StackedRNNCells":
            cells = cell["config"].get("cells")
            # the states of stacked cells are nested in ways of their own
            return (_of_cell(cells[-1])[0], 0) if isinstance(cells, (list, tuple)) and cells \
                else (None, None)
        states = _CELLS.get(str(cell.get("class_name")))
        if states is not None:
            return _number(cell["config"], "units"), states
    if isinstance(cell, (list, tuple)) and cell:
        return _of_cell(cell[-1])[0], 0
    return None, None


def _steps(config: Config, last: _Shape, steps: Dim, states: int) -> List[Known]:
    """All steps or the last one, and the states: what a recurrent layer returns."""
    every, also = _flag(config, "return_sequences"), _flag(config, "return_state")
    if also is None or (also and not states):
        return [Known()]
    first = Known() if every is None else Known((last[0], steps, *last[1:]) if every else last)
    return [first, *[Known(last)] * states] if also else [first]


def _conv_lstm(name: str, config: Config, inputs: Sequence[Known]) -> List[Known]:
    shape = inputs[0].shape or ()
    item = (shape[0], *shape[2:])
    axes = _axes(config, len(item) - 2)
    if axes is None:
        return [Known()]
    out = _placed(item, axes, _windows(config, item, axes))
    out[1 if axes[0] == 2 else len(item) - 1] = _number(config, "filters")
    return _steps(config, tuple(out), shape[1], 2)


def _bidirectional(name: str, config: Config, inputs: Sequence[Known]) -> List[Known]:
    inner = _inner(config)
    if inner is None or config.get("backward_layer") is not None:
        return [Known()]
    made = output(*inner, inputs)
    mode, shape = config.get("merge_mode", "concat"), made[0].shape
    states = made[1:] * 2
    if shape is None:
        return [Known()]
    if mode is None:
        return [made[0], made[0], *states]
    if mode == "concat":
        width = shape[-1]
        both = Known((*shape[:-1], width * 2 if isinstance(width, int) else None))
        return [both, *states]
    return [made[0], *states] if mode in ("sum", "mul", "ave") else [Known()]


_STRICT = ("Conv1D", "Conv2D", "LSTM", "GRU", "SimpleRNN")


def _distributed(name: str, config: Config, inputs: Sequence[Known]) -> List[Known]:
    inner, shape = _inner(config), inputs[0].shape or ()
    if inner is None:
        return [Known()]
    try:
        made = output(*inner, [Known((shape[0], *shape[2:]), inputs[0].dtype)])
    except Misfit as misfit:
        if misfit.kind != "rank" or misfit.text == EXTRA_AXES:
            raise
        wanted = misfit.wanted
        low = (wanted if isinstance(wanted, int) else wanted[1] if wanted else 0) + 1
        if inner[0] not in _STRICT or len(shape) > low:
            return [Known()]  # Keras 3 does not ask the layer within what rank it takes
        raise Misfit("rank", f"rank {len(shape)} where rank {low} is taken",
                     low if isinstance(wanted, int) else ("min", low), len(shape)) from None
    if len(made) != 1 or made[0].shape is None:
        return [Known()]
    return [Known((shape[0], shape[1], *made[0].shape[1:]))]


def _wrapped(name: str, config: Config, inputs: Sequence[Known]) -> List[Known]:
    inner = _inner(config)
    return [Known()] if inner is None else output(*inner, inputs)


# -- layers of several inputs -------------------------------------------------------------------


def _shapes(inputs: Sequence[Known]) -> Optional[List[_Shape]]:
    """The shapes of two inputs or more; None where one is not known or the ranks differ."""
    found = [known.shape for known in inputs if known.shape is not None]
    if len(found) < max(2, len(inputs)) or len({len(s) for s in found}) != 1:
        return None
    return found


def _merged(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shapes = _shapes(inputs)
    if shapes is None:
        return Known()
    shape: List[Dim] = list(shapes[0])
    for other in shapes[1:]:
        for i, (a, b) in enumerate(zip(shape, other)):
            if isinstance(a, int) and isinstance(b, int) and a != b and 1 not in (a, b):
                raise Misfit("sizes", f"{name} of sizes {a} and {b} on one axis")
            shape[i] = _broadcast(a, b)
    return Known(tuple(shape), _common_dtype(inputs))


def _broadcast(a: Dim, b: Dim) -> Dim:
    if a == b or b == 1:
        return a
    if a == 1:
        return b
    # of 5 and a size that is not known only 5 can come
    return a if isinstance(a, int) else b if isinstance(b, int) else None


def _common_dtype(inputs: Sequence[Known]) -> Optional[str]:
    first = inputs[0].dtype
    return first if not _is_float(first) and all(i.dtype == first for i in inputs) else None


def _joined(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shapes, axis = _shapes(inputs), config.get("axis", -1)
    if shapes is None or not isinstance(axis, int) or isinstance(axis, bool):
        return Known()
    rank = len(shapes[0])
    axis = axis + rank if axis < 0 else axis
    if not 0 < axis < rank:
        return Known()
    out = list(shapes[0])
    for shape in shapes[1:]:
        for i, (a, b) in enumerate(zip(out, shape)):
            if i == axis:
                out[i] = a + b if isinstance(a, int) and isinstance(b, int) else None
            elif isinstance(a, int) and isinstance(b, int) and a != b and i:
                raise Misfit("sizes", f"Concatenate on axis {axis} of sizes {a} and {b} on "
                             f"axis {i}")
            elif not isinstance(a, int) and (a is None or isinstance(b, int)):
                out[i] = b
    return Known(tuple(out), _common_dtype(inputs))


def _dot(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shapes, axes = _shapes(inputs), config.get("axes")
    if isinstance(axes, int):
        axes = (axes, axes)
    if shapes is None or len(shapes) != 2 or not isinstance(axes, (list, tuple)) \
            or len(axes) != 2 or not all(isinstance(a, int) for a in axes):
        return Known()
    (left, right), rank = shapes, len(shapes[0])
    if not all(-rank < a < rank and a for a in axes):
        return Known()
    a, b = (axis % rank for axis in axes)
    one, two = left[a], right[b]
    if isinstance(one, int) and isinstance(two, int) and one != two:
        raise Misfit("sizes", f"Dot of sizes {one} and {two}")
    rest = (*left[1:a], *left[a + 1:], *right[1:b], *right[b + 1:])
    return Known((left[0], *(rest or (1,))))


def _attention(name: str, config: Config, inputs: Sequence[Known]) -> List[Known]:
    """[query, value]: as long as the query, as wide as the value."""
    shapes = _shapes(inputs[:2])
    scores = _flag(config, "return_attention_scores")
    if shapes is None or scores is None:
        return [Known()]
    first = Known((*shapes[0][:-1], shapes[1][-1]))
    return [first, Known()] if scores else [first]


def _heads(name: str, config: Config, inputs: Sequence[Known]) -> List[Known]:
    shape, wanted = inputs[0].shape or (), config.get("output_shape")
    scores = _flag(config, "return_attention_scores")
    if scores is None:
        return [Known()]
    if wanted is None or name != "MultiHeadAttention":
        first = Known(shape)
    elif isinstance(wanted, int):
        first = Known((*shape[:-1], wanted))
    elif isinstance(wanted, (list, tuple)) and all(isinstance(d, int) for d in wanted):
        first = Known((*shape[:-1], *wanted))
    else:
        first = Known()
    return [first, Known()] if scores else [first]


# -- preprocessing ------------------------------------------------------------------------------


def _normalized(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    # given means and variances may have more axes than the input
    if len(inputs[0].shape or ()) < 2 or config.get("mean") is not None:
        return Known()
    return Known(inputs[0].shape)


def _resized(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    if len(shape) not in (3, 4) or _axes(config, 2) != (1, 2):
        return Known()
    return Known((*shape[:-3], _number(config, "height"), _number(config, "width"), shape[-1]))


def _stretched(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    """RandomHeight and RandomWidth of Keras 2."""
    shape = list(inputs[0].shape or ())
    if len(shape) not in (3, 4):
        return Known()
    shape[-3 if name == "RandomHeight" else -2] = None
    return Known(tuple(shape))


def _looked_up(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    if _text(config, "output_mode", "int") != "int" or _flag(config, "sparse") is not False:
        return Known()
    return Known(inputs[0].shape)


def _vectorized(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    mode = _text(config, "output_mode", "int")
    if len(shape) not in (1, 2) or (len(shape) == 2 and shape[1] != 1) or _flag(
            config, "ragged") is not False or _flag(config, "sparse") is not False:
        return Known()
    if mode == "int":
        return Known((shape[0], _number(config, "output_sequence_length")), "int64")
    if mode in ("multi_hot", "count", "tf_idf") and len(shape) == 1:
        full = _flag(config, "pad_to_max_tokens")
        return Known((shape[0], _number(config, "max_tokens") if full else None))
    return Known()


def _encoded(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    mode, tokens = _text(config, "output_mode", "multi_hot"), _number(config, "num_tokens")
    if _flag(config, "sparse") is not False or not 1 <= len(shape) <= 2:
        return Known()
    if mode in ("multi_hot", "count"):
        return Known((*shape[:-1], tokens)) if len(shape) == 2 else Known()
    if mode == "one_hot":
        if shape[-1] == 1 and len(shape) == 2:
            return Known((shape[0], tokens))
        return Known((shape[0], tokens)) if len(shape) == 1 else Known()
    return Known()


# -- the table ----------------------------------------------------------------------------------

_DIMENSIONS = (1, 2, 3)


def _spatial(name: str) -> int:
    return int(name[-2]) if name.endswith("D") else 0


_OUTPUTS: Dict[str, Callable[[str, Config, Sequence[Known]], Union[Known, List[Known]]]] = {
    **dict.fromkeys((
        "Activation", "ActivityRegularization", "AlphaDropout", "BatchNormalization", "Dropout",
        "ELU", "GaussianDropout", "GaussianNoise", "GroupNormalization", "Identity",
        "LayerNormalization", "LeakyReLU", "Masking", "PReLU", "RMSNormalization", "ReLU",
        "Rescaling", "Softmax", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D",
        "ThresholdedReLU", "UnitNormalization", "SyncBatchNormalization",
        "AutoContrast", "RandomBrightness", "RandomColorJitter", "RandomContrast",
        "RandomErasing", "RandomFlip", "RandomGaussianBlur", "RandomHue", "RandomPerspective",
        "RandomRotation", "RandomSaturation", "RandomSharpness", "RandomShear",
        "RandomTranslation", "RandomZoom", "Solarization"), _same),
    "Dense": _dense, "EinsumDense": _einsum, "Embedding": _embedding, "Flatten": _flat,
    "Reshape": _reshaped, "Permute": _permuted, "RepeatVector": _repeated,
    "Bidirectional": _bidirectional, "TimeDistributed": _distributed,
    "SpectralNormalization": _wrapped, "Concatenate": _joined, "Dot": _dot,
    **dict.fromkeys(("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"), _merged),
    "Attention": _attention, "AdditiveAttention": _attention, "MultiHeadAttention": _heads,
    "GroupQueryAttention": _heads, "GroupedQueryAttention": _heads,
    "Normalization": _normalized, "Resizing": _resized, "CenterCrop": _resized,
    "RandomCrop": _resized, "RandomHeight": _stretched, "RandomWidth": _stretched,
    "TextVectorization": _vectorized, "CategoryEncoding": _encoded,
    **dict.fromkeys(("StringLookup", "IntegerLookup", "Hashing", "Discretization"), _looked_up),
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN", "CuDNNLSTM", "CuDNNGRU", "RNN"), _rnn),
}
_RANKS: Dict[str, Rank] = {
    **dict.fromkeys(("LSTM", "GRU", "SimpleRNN", "CuDNNLSTM", "CuDNNGRU"), 3),
    "TimeDistributed": ("min", 3), "RepeatVector": 2, "Dense": ("min", 2),
}
for _n in _DIMENSIONS:
    for _names, _rule in (
            (("Conv", "SeparableConv", "DepthwiseConv", "LocallyConnected"), _convolution),
            (("MaxPooling", "AveragePooling"), _pooling),
            (("GlobalMaxPooling", "GlobalAveragePooling"), _global),
            (("ZeroPadding", "Cropping"), _padded), (("UpSampling",), _upsampled)):
        for _name in _names:
            _OUTPUTS[f"{_name}{_n}D"] = _rule
            _RANKS[f"{_name}{_n}D"] = _n + 2
    for _name in ("AdaptiveMaxPooling", "AdaptiveAveragePooling"):
        _OUTPUTS[f"{_name}{_n}D"] = _adaptive
    _OUTPUTS[f"Conv{_n}DTranspose"] = _transposed
    _OUTPUTS[f"ConvLSTM{_n}D"] = _conv_lstm
    _RANKS[f"Conv{_n}DTranspose"] = _RANKS[f"SpatialDropout{_n}D"] = _n + 2
    _RANKS[f"ConvLSTM{_n}D"] = _n + 3
del _RANKS["UpSampling3D"]  # Keras 2 takes what it is given
#: numbers that are no floats leave these as they came
_CARRY = frozenset(("Flatten", "Reshape", "Permute", "RepeatVector", "Identity", "ZeroPadding1D",
                    "ZeroPadding2D", "ZeroPadding3D", "Cropping1D", "Cropping2D", "Cropping3D"))
