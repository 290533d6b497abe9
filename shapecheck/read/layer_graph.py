"""Shapes of the tensors of a saved model, from its configuration: layers follow the graph."""
from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

from shapecheck.facts.records import replace
from shapecheck.facts.shape import Dim
from shapecheck.read.layer_shapes import Known, Misfit, dtype_of, of_keras, output

Config = Dict[str, Any]


def _apply(layer: Config, ins: Sequence[Known]) -> Optional[Known]:
    config = layer.get("config")
    if not ins or not isinstance(config, dict) or not of_keras(layer):
        return None
    try:
        known = output(str(layer.get("class_name")), config, ins)[0]
    except (Misfit, ArithmeticError, AttributeError, LookupError, RecursionError, TypeError,
            ValueError):
        return None
    return replace(known, shape=possible(known.shape),
                   dtype=known.dtype or dtype_of(config.get("dtype")))


def possible(shape: Any) -> Optional[Tuple[Dim, ...]]:
    """The shape, a list or tuple; None where no tensor can have it (TensorFlow: 254 axes)."""
    if not isinstance(shape, (list, tuple)) or len(shape) > 254:
        return None
    if any(isinstance(dim, int) and abs(dim) >= 1 << 63 for dim in shape):
        return None
    return tuple(shape)


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
            return Known(possible(shape), dtype_of(config.get("dtype")))
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
                      Known(possible(shape), config.get("dtype"))))
    elif isinstance(value, (list, tuple)) and depth < 20:
        for item in value:
            _keras3_sources(item, found, depth + 1)
