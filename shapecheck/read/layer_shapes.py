"""Output shapes of layers, from a model's configuration, where they are certain.

A layer that is not in the tables, or that was configured in a way they do not cover, has an
unknown shape: nothing is guessed. Dimensions: int, or None for "any"; the batch axis is 0.
"""
from __future__ import annotations

from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

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
