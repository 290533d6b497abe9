"""Output shapes of layers, from a model's configuration, where they are certain.

A layer that is not in the tables, or that was configured in a way they do not cover, has an
unknown shape: nothing is guessed. Dimensions: int, or None for "any"; the batch axis is 0.
"""
from __future__ import annotations

from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

from shapecheck.facts.shape import Dim

Config = Dict[str, Any]


class Known(NamedTuple):
    """What is known of one tensor; None where nothing is."""

    shape: Optional[Tuple[Dim, ...]] = None
    dtype: Optional[str] = None


def dtype_of(value: Any) -> Optional[str]:
    """NumPy's name for a dtype or a policy of a configuration ("mixed_float16" -> "float16")."""
    if isinstance(value, dict):
        inner = value.get("config")
        value = inner.get("name") if isinstance(inner, dict) else None
    if not isinstance(value, str):
        return None
    return value[len("mixed_"):] if value.startswith("mixed_") else value


def _same(config: Config, ins: Sequence[Known]) -> Known:
    return ins[0]


def _last(key: str) -> Callable[[Config, Sequence[Known]], Known]:
    def rule(config: Config, ins: Sequence[Known]) -> Known:
        shape = ins[0].shape
        return Known(None if not shape else (*shape[:-1], _size(config, key)))
    return rule


def _append(key: str) -> Callable[[Config, Sequence[Known]], Known]:
    def rule(config: Config, ins: Sequence[Known]) -> Known:
        shape = ins[0].shape
        return Known(None if not shape else (*shape, _size(config, key)))
    return rule


def _size(config: Config, key: str) -> int:
    value = config[key]
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError(key)
    return value


def _flatten(config: Config, ins: Sequence[Known]) -> Known:
    shape = ins[0].shape
    if not shape:
        return Known()
    size: Dim = 1
    for dim in shape[1:]:
        size = None if size is None or not isinstance(dim, int) else int(size) * dim
    return Known((shape[0], size))


def _global_pool(rank: int) -> Callable[[Config, Sequence[Known]], Known]:
    def rule(config: Config, ins: Sequence[Known]) -> Known:
        shape = ins[0].shape
        if not shape or len(shape) != rank:
            return Known()
        first = config.get("data_format") == "channels_first"
        channels = shape[1] if first else shape[-1]
        if not config.get("keepdims"):
            return Known((shape[0], channels))
        ones = (1,) * (rank - 2)
        return Known((shape[0], channels, *ones) if first else (shape[0], *ones, channels))
    return rule


def _recurrent(config: Config, ins: Sequence[Known]) -> Known:
    shape = ins[0].shape
    if not shape or len(shape) != 3 or config.get("return_state") or config.get("time_major"):
        return Known()
    units = _size(config, "units")
    return Known((shape[0], shape[1], units) if config.get("return_sequences")
                 else (shape[0], units))


def _reshape(config: Config, ins: Sequence[Known]) -> Known:
    target = config.get("target_shape")
    if not isinstance(target, list) or not all(isinstance(d, int) for d in target):
        return Known()
    return Known((None, *(None if d == -1 else d for d in target)))


def _repeat(config: Config, ins: Sequence[Known]) -> Known:
    shape = ins[0].shape
    return Known() if not shape or len(shape) != 2 else Known(
        (shape[0], _size(config, "n"), shape[1]))


def _concatenate(config: Config, ins: Sequence[Known]) -> Known:
    shapes = [known.shape for known in ins]
    if len(shapes) < 2 or not all(shapes) or len({len(s or ()) for s in shapes}) != 1:
        return Known()
    first = shapes[0] or ()
    axis = config.get("axis", -1)
    if not isinstance(axis, int) or not -len(first) <= axis < len(first):
        return Known()
    axis %= len(first)
    total: Dim = 0
    for shape in shapes:
        dim = (shape or ())[axis]
        total = None if total is None or not isinstance(dim, int) else int(total) + dim
    if axis == 0:
        return Known()
    return Known((*first[:axis], total, *first[axis + 1:]), ins[0].dtype)


def _merge(config: Config, ins: Sequence[Known]) -> Known:
    shapes = {known.shape for known in ins}
    return Known(ins[0].shape) if len(ins) > 1 and len(shapes) == 1 else Known()


_SAME = ("Dropout", "SpatialDropout1D", "SpatialDropout2D", "GaussianNoise", "GaussianDropout",
         "AlphaDropout", "Activation", "ReLU", "LeakyReLU", "PReLU", "ELU", "Softmax",
         "BatchNormalization", "LayerNormalization", "UnitNormalization", "GroupNormalization",
         "ActivityRegularization", "Masking", "Identity", "Rescaling", "Normalization")
_RULES: Dict[str, Callable[[Config, Sequence[Known]], Known]] = {
    **dict.fromkeys(_SAME, _same),
    "Dense": _last("units"), "Embedding": _append("output_dim"), "Flatten": _flatten,
    "GlobalAveragePooling1D": _global_pool(3), "GlobalMaxPooling1D": _global_pool(3),
    "GlobalAveragePooling2D": _global_pool(4), "GlobalMaxPooling2D": _global_pool(4),
    "LSTM": _recurrent, "GRU": _recurrent, "SimpleRNN": _recurrent, "Reshape": _reshape,
    "RepeatVector": _repeat, "Concatenate": _concatenate, "Add": _merge, "Average": _merge,
    "Maximum": _merge, "Minimum": _merge,
}
_KERAS = ("keras", "tf_keras")


def _rule_of(layer: Config) -> Optional[Callable[[Config, Sequence[Known]], Known]]:
    module, registered = layer.get("module"), layer.get("registered_name")
    if isinstance(module, str) and module.split(".")[0] not in _KERAS:
        return None
    if isinstance(module, str) and ".ops" in module:  # Keras 3 operations share layers' names
        return None
    if isinstance(registered, str) and registered not in ("", layer.get("class_name")):
        return None
    return _RULES.get(str(layer.get("class_name")))


def _apply(layer: Config, ins: Sequence[Known]) -> Optional[Known]:
    rule, config = _rule_of(layer), layer.get("config")
    if rule is None or not ins or not isinstance(config, dict):
        return None
    try:
        known = rule(config, ins)
    except (KeyError, ValueError, TypeError):
        return None
    return known._replace(dtype=known.dtype or dtype_of(config.get("dtype")))


class Shapes:
    """Shapes of tensors in one graph of layers; `of` answers None where they are not certain."""

    def __init__(self, layers: Sequence[Any]) -> None:
        self._layers = {}
        for layer in layers:
            if isinstance(layer, dict) and isinstance(layer.get("config"), dict):
                name = layer.get("name") or layer["config"].get("name")
                self._layers[str(name)] = layer
        self._memo: Dict[Tuple[str, int], Optional[Known]] = {}
        self._list = [layer for layer in layers if isinstance(layer, dict)]

    def chain(self, start: Optional[Known]) -> Optional[Known]:
        """The output of a Sequential whose input is `start`."""
        known = start or Known()
        for layer in self._list:
            if layer.get("class_name") in ("InputLayer", "Input"):
                continue
            known = _of_model(layer, known) or _apply(layer, [known]) or Known()
        return known

    def of(self, name: str, node: int, tensor: int) -> Optional[Known]:
        """What is known of tensor `tensor` of node `node` of the layer, following the graph."""
        if tensor != 0:
            return None
        self._in_order()
        return self._of(name, node, 0)

    def _in_order(self) -> None:
        """Files list layers from the inputs on: so taken, no chain is deep, however long."""
        if self._memo:
            return
        for name, layer in self._layers.items():
            nodes = layer.get("inbound_nodes")
            for node in range(len(nodes) if isinstance(nodes, list) else 1):
                self._of(name, node, 0)

    def _of(self, name: str, node: int, depth: int) -> Optional[Known]:
        key = (name, node)
        if key not in self._memo:
            self._memo[key] = None  # also ends a cycle
            self._memo[key] = self._compute(name, node, depth)
        return self._memo[key]

    def _compute(self, name: str, node: int, depth: int) -> Optional[Known]:
        layer = self._layers.get(name)
        if layer is None or depth > 300:
            return None
        config = layer["config"]
        if layer.get("class_name") == "InputLayer":
            shape = config.get("batch_shape") or config.get("batch_input_shape")
            return Known(tuple(shape) if isinstance(shape, list) else None,
                         dtype_of(config.get("dtype")))
        nodes = layer.get("inbound_nodes")
        if not isinstance(nodes, list) or not nodes:
            return None
        # a model inside counts its own node 0, so that its first call here is node 1 (Keras 2)
        index = node if node < len(nodes) else node - 1 if node == len(nodes) else -1
        if not 0 <= index < len(nodes):
            return None
        ins = [found if known is None else known for known, found in
               ((self._of(n, i, depth + 1) if t == 0 else None, recorded)
                for n, i, t, recorded in _sources(nodes[index]))]
        if len(ins) == 1:
            inner = _of_model(layer, ins[0])
            if inner is not None:
                return inner
        return _apply(layer, ins)


def _of_model(layer: Config, start: Known) -> Optional[Known]:
    """The output of a Sequential used as a layer."""
    config = layer.get("config")
    if layer.get("class_name") != "Sequential" or not isinstance(config, dict) \
            or not isinstance(config.get("layers"), list):
        return None
    return Shapes(config["layers"]).chain(start)


Source = Tuple[str, int, int, Known]


def _sources(node: Any) -> List[Source]:
    """The tensors that one call of a layer takes: (layer, node, tensor, what the file says)."""
    found: List[Source] = []
    if isinstance(node, dict):  # Keras 3: {"args": [...], "kwargs": {...}}
        _keras3_sources(node.get("args"), found, 0)
        return found
    if isinstance(node, list):  # Keras 2: [[name, node, tensor, kwargs], ...]
        if node and isinstance(node[0], str):
            node = [node]
        for item in node:
            if isinstance(item, list) and len(item) >= 3 and isinstance(item[0], str) \
                    and isinstance(item[1], int) and isinstance(item[2], int):
                found.append((item[0], item[1], item[2], Known()))
    return found


def _keras3_sources(value: Any, found: List[Source], depth: int) -> None:
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        config = value["config"]
        name, node, tensor = config["keras_history"][:3]
        shape = config.get("shape")
        found.append((str(name), int(node), int(tensor),
                      Known(tuple(shape) if isinstance(shape, list) else None,
                            config.get("dtype"))))
    elif isinstance(value, (list, tuple)) and depth < 20:
        for item in value:
            _keras3_sources(item, found, depth + 1)


# -- layers as source writes them ---------------------------------------------------------------


class Unsure:
    """A setting that was passed and whose value is not known."""

    def __repr__(self) -> str:
        return "UNSURE"


UNSURE = Unsure()
Rank = Union[int, Tuple[str, int], None]


class Misfit(Exception):
    """The inputs are proved not to fit the layer.

    kind: "rank", "negative", "sizes", "reshape". wanted: for "rank", the rank it takes, or
    ("min", n). text: one plain sentence of ours.
    """

    def __init__(self, kind: str, text: str, wanted: Rank = None) -> None:
        super().__init__(text)
        self.kind = kind
        self.text = text
        self.wanted = wanted


#: `Misfit.text` where only Keras 3 refuses
EXTRA_AXES = "more axes than a convolution has"
_CONVOLUTIONS = ("Conv1D", "Conv2D", "Conv3D", "SeparableConv1D", "SeparableConv2D")
_SPATIAL = {"1D": 1, "2D": 2, "3D": 3}
_RECURRENT = ("LSTM", "GRU", "SimpleRNN", "CuDNNLSTM", "CuDNNGRU", "RNN")
_ANY_RANK = frozenset(_SAME) | {
    "RandomFlip", "RandomRotation", "RandomZoom", "RandomTranslation", "RandomContrast",
    "RandomBrightness", "GaussianDropout", "SpectralNormalization", "RMSNormalization"}
_MERGE = ("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum")


def _suffix(name: str) -> int:
    for ending, rank in _SPATIAL.items():
        if name.endswith((ending, ending + "Transpose")):
            return rank
    return 0


def input_rank(name: str, config: Config) -> Rank:
    """The rank, with the batch axis, that a layer takes: an int, ("min", n), or None for any."""
    if name in _RECURRENT:
        return 3
    if name.startswith("ConvLSTM") and _suffix(name):
        return _suffix(name) + 3
    if name.startswith(("Conv", "SeparableConv", "DepthwiseConv", "MaxPooling", "AveragePooling",
                        "GlobalMaxPooling", "GlobalAveragePooling", "UpSampling", "ZeroPadding",
                        "Cropping", "SpatialDropout")) and _suffix(name):
        return _suffix(name) + 2
    if name == "Bidirectional":
        inner = config.get("layer")
        if isinstance(inner, dict) and inner.get("class_name") in _RECURRENT:
            return 3
        return None
    if name == "TimeDistributed":
        return ("min", 3)
    if name == "RepeatVector":
        return 2
    if name == "Dense":
        return ("min", 2)
    return None


def knows(name: str) -> bool:
    """Is there an entry for the layer?"""
    return name in _OUTPUTS or name in _ANY_RANK or name in _MERGE


def output(name: str, config: Config, inputs: Sequence[Known]) -> List[Known]:
    """The outputs of a layer for these inputs, with the batch axis; [Known()] where not certain.

    Raises Misfit where an input is proved not to fit.
    """
    if not inputs:
        return [Known()]
    shape = inputs[0].shape
    wanted = input_rank(name, config)
    if shape is not None and wanted is not None:
        low = wanted if isinstance(wanted, int) else wanted[1]
        if (isinstance(wanted, int) and len(shape) != wanted) or len(shape) < low:
            # Keras 2 takes more axes in front of a convolution for more rows, Keras 3 refuses
            extra = name in _CONVOLUTIONS and len(shape) > low
            raise Misfit("rank", EXTRA_AXES if extra else
                         f"rank {len(shape)} where rank {low} is taken", wanted)
    if name in _ANY_RANK:
        return [inputs[0]]
    if name in _MERGE:
        return [_merged(name, inputs)]
    rule = _OUTPUTS.get(name)
    if rule is None:
        return [Known()]
    if name not in _WITHOUT_SHAPE and shape is None:
        return [Known()]
    made = rule(name, config, inputs)
    return made if isinstance(made, list) else [made]


def _merged(name: str, inputs: Sequence[Known]) -> Known:
    if len(inputs) < 2:
        return Known()
    shape: Optional[Tuple[Dim, ...]] = inputs[0].shape
    for other in inputs[1:]:
        if shape is None or other.shape is None:
            return Known()
        if len(shape) != len(other.shape):
            return Known()
        out: List[Dim] = []
        for a, b in zip(shape, other.shape):
            if isinstance(a, int) and isinstance(b, int) and a != b and 1 not in (a, b):
                raise Misfit("sizes", f"{name} of sizes {a} and {b} on one axis")
            out.append(a if a == b else (b if a == 1 else a if b == 1 or b is None else
                                         b if a is None else None))
        shape = tuple(out)
    return Known(shape, inputs[0].dtype)


def _number(config: Config, key: str, default: Any = None) -> Dim:
    value = config.get(key, default)
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return int(value) if value == int(value) else None


def _tuple_of(config: Config, key: str, rank: int, default: Any) -> Tuple[Dim, ...]:
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


def _window(size: Dim, kernel: Dim, stride: Dim, padding: Optional[str], dilation: Dim,
            what: str) -> Dim:
    if not isinstance(size, int):
        return None
    if padding == "same":
        return -(-size // stride) if isinstance(stride, int) and stride > 0 else None
    if padding == "causal":
        return -(-size // stride) if isinstance(stride, int) and stride > 0 else None
    if padding != "valid" or not isinstance(kernel, int) or not isinstance(dilation, int):
        return None
    reach = (kernel - 1) * dilation + 1
    if reach > size:
        raise Misfit("negative", f"{what} of {reach} over an axis of {size}")
    if not isinstance(stride, int) or stride <= 0:
        return None
    return (size - reach) // stride + 1


def _axes(config: Config, rank: int) -> Optional[Tuple[int, ...]]:
    """The spatial axes of a tensor; None where the data format is not known."""
    form = _text(config, "data_format", "channels_last")
    if form == "channels_last":
        return tuple(range(1, rank + 1))
    return tuple(range(2, rank + 2)) if form == "channels_first" else None


def _placed(shape: Tuple[Dim, ...], axes: Tuple[int, ...], sizes: Sequence[Dim],
            channels: Optional[Dim], keep: bool = False) -> Known:
    out = list(shape)
    for axis, size in zip(axes, sizes):
        out[axis] = size
    if not keep:
        out[1 if axes[0] == 2 else len(shape) - 1] = channels
    return Known(tuple(out))


def _convolution(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    rank = len(shape) - 2
    axes = _axes(config, rank)
    channels: Dim = _number(config, "filters")
    if name.startswith("Depthwise"):
        inside = shape[-1] if axes == tuple(range(1, rank + 1)) else shape[1]
        times = _number(config, "depth_multiplier", 1)
        channels = inside * times if isinstance(inside, int) and isinstance(times, int) else None
    if axes is None or "*" in config:
        return Known((shape[0], *(None,) * (len(shape) - 1)))
    kernel = _tuple_of(config, "kernel_size", rank, None)
    strides = _tuple_of(config, "strides", rank, 1)
    dilation = _tuple_of(config, "dilation_rate", rank, 1)
    padding = _text(config, "padding", "valid")
    sizes = [_window(shape[a], k, s, padding, d, "a kernel") for a, k, s, d in
             zip(axes, kernel, strides, dilation)]
    return _placed(shape, axes, sizes, channels)


def _transposed(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    rank = len(shape) - 2
    axes = _axes(config, rank)
    if axes is None or "*" in config:
        return Known((shape[0], *(None,) * (len(shape) - 1)))
    kernel = _tuple_of(config, "kernel_size", rank, None)
    strides = _tuple_of(config, "strides", rank, 1)
    padding = _text(config, "padding", "valid")
    extra = config.get("output_padding")
    sizes: List[Dim] = []
    for axis, k, s in zip(axes, kernel, strides):
        size = shape[axis]
        if not isinstance(size, int) or not isinstance(s, int) or extra is not None or \
                config.get("dilation_rate", 1) not in (1, (1, 1), [1, 1]):
            sizes.append(None)
        elif padding == "same":
            sizes.append(size * s)
        elif padding == "valid" and isinstance(k, int):
            sizes.append(size * s + max(k - s, 0))
        else:
            sizes.append(None)
    return _placed(shape, axes, sizes, _number(config, "filters"))


def _pooling(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    rank = len(shape) - 2
    axes = _axes(config, rank)
    if axes is None or "*" in config:
        return Known((shape[0], *(None,) * (len(shape) - 1)))
    pool = _tuple_of(config, "pool_size", rank, 2)
    strides = pool if config.get("strides") is None else _tuple_of(config, "strides", rank, None)
    padding = _text(config, "padding", "valid")
    sizes = [_window(shape[a], k, s, padding, 1, "a pool") for a, k, s in
             zip(axes, pool, strides)]
    return _placed(shape, axes, sizes, None, keep=True)


def _global(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    if config.get("keepdims") not in (None, True, False) or _text(
            config, "data_format", "channels_last") is None:
        return Known()
    return _global_pool(_suffix(name) + 2)(config, inputs)


def _upsampling(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    rank = len(shape) - 2
    axes = _axes(config, rank) or ()
    times = _tuple_of(config, "size", rank, 2)
    sizes = [d * t if isinstance(d, int) and isinstance(t, int) else None
             for d, t in zip([shape[a] for a in axes], times)]
    return _placed(shape, axes, sizes, None, keep=True) if axes else Known()


def _sides(value: Any, rank: int) -> Optional[List[Tuple[int, int]]]:
    """`1`, `(1, 2)`, `((1, 1), (2, 2))`: what is put to each side of each axis."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return [(value, value)] * rank
    if isinstance(value, (list, tuple)):
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
    return None


def _padded(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    rank = len(shape) - 2
    crops = name.startswith("Cropping")
    key = "cropping" if crops else "padding"
    sides = _sides(config.get(key, 1), rank)
    axes = _axes(config, rank)
    if sides is None or axes is None:
        return Known((shape[0], *(None,) * (len(shape) - 1)))
    sign = -1 if crops else 1
    sizes: List[Dim] = []
    for axis, (a, b) in zip(axes, sides):
        size = shape[axis]
        sizes.append(size + sign * (a + b) if isinstance(size, int) else None)
        new = sizes[-1]
        if isinstance(new, int) and new < 0:
            raise Misfit("negative", f"cropping {a + b} off an axis of {size}")
        if new == 0:
            sizes[-1] = None  # Keras 2 builds it, Keras 3 does not
    return _placed(shape, axes, sizes, None, keep=True)


def _units_of(config: Config) -> Dim:
    if "units" in config:
        return _number(config, "units")
    cell = config.get("cell")
    if isinstance(cell, dict) and isinstance(cell.get("config"), dict):
        return _number(cell["config"], "units")
    return None


def _rnn(name: str, config: Config, inputs: Sequence[Known]) -> List[Known]:
    shape = inputs[0].shape or ()
    units = _units_of(config)
    sequences, states = config.get("return_sequences", False), config.get("return_state", False)
    if not isinstance(sequences, (bool, int)) or not isinstance(states, (bool, int)) or \
            config.get("time_major") or "*" in config:
        return [Known()]
    first = Known((shape[0], shape[1], units) if sequences else (shape[0], units))
    if not states:
        return [first]
    count = 2 if "LSTM" in name else 1 if name != "RNN" else 0
    if not count:
        return [Known()]
    return [first, *[Known((shape[0], units))] * count]


def _bidirectional(name: str, config: Config, inputs: Sequence[Known]) -> List[Known]:
    inner = config.get("layer")
    if not isinstance(inner, dict):
        return [Known()]
    made = output(inner["class_name"], inner["config"], inputs)
    shape = made[0].shape
    mode = config.get("merge_mode", "concat")
    if shape is None or len(made) != 1:
        return [Known()]
    if mode == "concat":
        last = shape[-1] * 2 if isinstance(shape[-1], int) else None
        return [Known((*shape[:-1], last))]
    if mode in ("sum", "mul", "ave"):
        return [Known(shape)]
    return [Known(shape), Known(shape)] if mode is None else [Known()]


def _distributed(name: str, config: Config, inputs: Sequence[Known]) -> List[Known]:
    inner, shape = config.get("layer"), inputs[0].shape or ()
    if not isinstance(inner, dict):
        return [Known()]
    item = (shape[0], *shape[2:])
    made = output(inner["class_name"], inner["config"], [Known(item, inputs[0].dtype)])
    if len(made) != 1 or made[0].shape is None:
        return [Known()]
    return [Known((shape[0], shape[1], *made[0].shape[1:]))]


def _dense(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    return Known((*shape[:-1], _number(config, "units")))


def _embedding(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    return Known((*shape, _number(config, "output_dim")))


def _flat(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    if len(shape) == 1:
        return Known((shape[0], 1))
    return _flatten(config, inputs)


def _reshaped(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    target, shape = config.get("target_shape"), inputs[0].shape
    if isinstance(target, int):
        target = (target,)
    if not isinstance(target, (list, tuple)):
        return Known()
    wanted: List[Dim] = [d if isinstance(d, int) and not isinstance(d, bool) else None
                         for d in target]
    total: Dim = None
    if shape is not None and all(isinstance(d, int) for d in shape[1:]):
        total = 1
        for dim in shape[1:]:
            total *= dim  # type: ignore[operator]
    known = 1
    for dim in wanted:
        if isinstance(dim, int) and dim != -1:
            known *= dim
    if None not in wanted and isinstance(total, int):
        if (-1 not in wanted and known != total) or (-1 in wanted and (
                known == 0 or total % known)):
            raise Misfit("reshape", f"{total} values a row do not make {tuple(target)}")
    hole = total // known if isinstance(total, int) and known and None not in wanted else None
    batch = None if shape is None else shape[0]
    return Known((batch, *(hole if d == -1 else d for d in wanted)))


def _permuted(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape, dims = inputs[0].shape or (), config.get("dims")
    if not isinstance(dims, (list, tuple)) or len(dims) != len(shape) - 1 or not all(
            isinstance(d, int) and 1 <= d < len(shape) for d in dims):
        return Known()
    return Known((shape[0], *(shape[d] for d in dims)))


def _repeated(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    return Known((shape[0], _number(config, "n"), shape[1]))


def _joined(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shapes = [known.shape for known in inputs]
    if len(shapes) < 2 or any(s is None for s in shapes):
        return Known()
    first = shapes[0] or ()
    if any(len(s or ()) != len(first) for s in shapes):
        return Known()
    axis = config.get("axis", -1)
    if not isinstance(axis, int) or isinstance(axis, bool) or not -len(first) <= axis < len(first):
        return Known()
    axis %= len(first)
    total: Dim = 0
    out = list(first)
    for shape in shapes:
        shape = shape or ()
        for i, dim in enumerate(shape):
            if i == axis or i == 0:
                continue
            if isinstance(dim, int) and isinstance(out[i], int) and dim != out[i]:
                raise Misfit("sizes", f"Concatenate on axis {axis} of sizes {out[i]} and {dim} on "
                             f"axis {i}")
            out[i] = out[i] if out[i] is not None else dim
        size = shape[axis]
        total = total + size if isinstance(total, int) and isinstance(size, int) else None
    out[axis] = total
    return Known(tuple(out), inputs[0].dtype)


def _attention(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    if config.get("output_shape") is not None:
        return Known()
    return Known(inputs[0].shape)


def _resized(name: str, config: Config, inputs: Sequence[Known]) -> Known:
    shape = inputs[0].shape or ()
    if len(shape) not in (3, 4) or _axes(config, 2) != (1, 2):
        return Known()
    sizes = (_number(config, "height"), _number(config, "width"))
    return Known((*shape[:-3], *sizes, shape[-1]))


_OUTPUTS: Dict[str, Callable[[str, Config, Sequence[Known]], Any]] = {
    "Dense": _dense, "Embedding": _embedding, "Flatten": _flat, "Reshape": _reshaped,
    "Permute": _permuted, "RepeatVector": _repeated, "Concatenate": _joined,
    "Bidirectional": _bidirectional, "TimeDistributed": _distributed,
    "MultiHeadAttention": _attention, "Attention": _attention, "AdditiveAttention": _attention,
    "Resizing": _resized, "CenterCrop": _resized, "RandomCrop": _resized,
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D", "SeparableConv1D", "SeparableConv2D",
                     "DepthwiseConv1D", "DepthwiseConv2D"), _convolution),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose", "Conv3DTranspose"), _transposed),
    **dict.fromkeys(("MaxPooling1D", "MaxPooling2D", "MaxPooling3D", "AveragePooling1D",
                     "AveragePooling2D", "AveragePooling3D"), _pooling),
    **dict.fromkeys(("GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalMaxPooling3D",
                     "GlobalAveragePooling1D", "GlobalAveragePooling2D",
                     "GlobalAveragePooling3D"), _global),
    **dict.fromkeys(("UpSampling1D", "UpSampling2D", "UpSampling3D"), _upsampling),
    **dict.fromkeys(("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D", "Cropping1D",
                     "Cropping2D", "Cropping3D"), _padded),
    **dict.fromkeys(_RECURRENT, _rnn),
}
_WITHOUT_SHAPE = ("Reshape",)
