"""What a model's graph says of its inputs and outputs, read without calling anything."""
from __future__ import annotations

from types import MappingProxyType
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from shapecheck.facts import Spec
from shapecheck.facts.losses import canonical
from shapecheck.observe import transformers

_DEEP = 8  # models in models
_LONG = 2000  # layers one after the other


class Anatomy(NamedTuple):
    """vocabularies: rows of the embedding that takes an input first, by the input's name.

    positions: tokens a row that a text model takes at most. padding: the id that fills rows, of
    a text model that does not make its mask of it. fixed_batch: rows in each batch, where layers
    keep a state a row. through: class names of the layers that the only output came through.
    made_for: the shape of a row that a Sequential without `Input` was built with; its outputs'
    sizes hold for such rows.
    """

    vocabularies: Mapping[str, int] = MappingProxyType({})
    positions: Optional[int] = None
    padding: Optional[int] = None
    fixed_batch: Optional[int] = None
    through: Tuple[str, ...] = ()
    made_for: Optional[Tuple[Any, ...]] = None


def anatomy(model: Any, adapter: Any, specs: Sequence[Spec]) -> Anatomy:
    """Of a Keras or Hugging Face model; what cannot be read is left out."""
    try:
        if transformers.owns(model):
            return Anatomy(transformers.vocabularies(model), transformers.positions(model),
                           transformers.padding(model))
        tables = _vocabularies(model, adapter)
        places = _places(model, specs)
        named = {name: tables[i] for name, i in places.items() if i in tables}
        if not specs and 0 in tables:  # a Sequential without `Input` whose first layer is one
            named = {"input": tables[0]}
        outputs = _tensors(model, "outputs")
        through = _through(outputs[0], adapter) if len(outputs) == 1 else []
        made_for = None
        if adapter.kind(model) == "sequential" and not any(s.source == "Input" for s in specs):
            made_for = next((tuple(t.shape)[1:] for t in _tensors(model, "inputs")), None)
        return Anatomy(named, None, None, _fixed_batch(model, adapter), tuple(through), made_for)
    except Exception:  # a fact that cannot be had is not a fault
        return Anatomy()


def losses_of(model: Any, names: Sequence[str]) -> Tuple[str, ...]:
    """Keras' name of the loss of each output, "" where there is none or it is the user's own."""
    try:
        loss = getattr(model, "loss", None)
    except Exception:
        return ("",) * len(names)
    if isinstance(loss, dict):
        return tuple(_loss_name(loss.get(name)) for name in names)
    if isinstance(loss, (list, tuple)):
        found = [_loss_name(item) for item in loss]
        return tuple(found) if len(found) == len(names) else ("",) * len(names)
    return (_loss_name(loss),) * len(names)


def _loss_name(loss: Any) -> str:
    if isinstance(loss, str):
        return canonical(loss)
    if loss is None or not _is_kerases(loss):
        return ""
    wrapped = getattr(loss, "fn", None)
    if type(loss).__name__ == "LossFunctionWrapper":
        return _loss_name(wrapped)
    return canonical(getattr(loss, "__name__", None) or type(loss).__name__)


def _is_kerases(loss: Any) -> bool:
    home = getattr(loss, "__module__", "") or ""
    return home.split(".")[0] in ("keras", "tf_keras") or home.startswith("tensorflow.python.keras")


def _tensors(model: Any, name: str) -> List[Any]:
    try:
        return list(getattr(model, name, None) or ())
    except Exception:  # not built, or built by data only
        return []


def _bases(layer: Any) -> Tuple[str, ...]:
    return tuple(c.__name__ for c in type(layer).__mro__)


def _layers(model: Any) -> List[Any]:
    return [x for x in model.layers if type(x).__name__ != "InputLayer"]


def _vocabularies(model: Any, adapter: Any, depth: int = 0) -> Dict[int, int]:
    """The place of an input -> rows of the embedding that looks its values up."""
    if depth > _DEEP or not hasattr(model, "layers"):
        return {}
    layers = _layers(model)
    if adapter.kind(model) == "sequential":
        rows = _rows(layers[0], 0, adapter, depth) if layers else None
        return {} if rows is None else {0: rows}
    found: Dict[int, int] = {}
    places = {id(tensor): i for i, tensor in enumerate(_tensors(model, "inputs"))}
    for layer in layers:
        for tensors in adapter.applied(layer):
            for place, tensor in enumerate(tensors):
                at = places.get(id(tensor))
                rows = None if at is None else _rows(layer, place, adapter, depth)
                if at is not None and rows is not None:
                    found[at] = min(rows, found.get(at, rows))
    return found


def _places(model: Any, specs: Sequence[Spec]) -> Dict[str, int]:
    """The place of each input, by its name, among `model.inputs`: a dict is in the order of its
    keys there, not in its own."""
    nested = getattr(model, "_inputs_struct", getattr(model, "_nested_inputs", None))
    if isinstance(nested, dict):
        order = {id(tensor): i for i, tensor in enumerate(_tensors(model, "inputs"))}
        return {str(name): order[id(t)] for name, t in nested.items() if id(t) in order}
    return {spec.name: i for i, spec in enumerate(specs)}


def _rows(layer: Any, place: int, adapter: Any, depth: int) -> Optional[int]:
    """Rows of the embedding that takes the layer's input number `place`."""
    if "Embedding" in _bases(layer):
        rows = getattr(layer, "input_dim", None)
        return rows if place == 0 and isinstance(rows, int) else None
    if "Model" in _bases(layer) and adapter.kind(layer) != "subclassed":
        return _vocabularies(layer, adapter, depth + 1).get(place)
    return None


def _through(tensor: Any, adapter: Any, depth: int = 0) -> List[str]:
    """The layers between an input and the tensor, the input's first; "?" where they branch."""
    found: List[str] = []
    for _ in range(_LONG):
        layer, tensors = adapter.maker(tensor)
        if layer is None or type(layer).__name__ == "InputLayer":
            return found[::-1]
        inner = _tensors(layer, "outputs") if "Model" in _bases(layer) else []
        if len(inner) == 1 and depth < _DEEP:
            found += _through(inner[0], adapter, depth + 1)[::-1]
        else:
            found.append("?" if "Model" in _bases(layer) else type(layer).__name__)
        if len(tensors) != 1:
            return ["?", *found[::-1]] if tensors else found[::-1]
        tensor = tensors[0]
    return ["?", *found[::-1]]


def _fixed_batch(model: Any, adapter: Any) -> Optional[int]:
    """Keras checks a declared batch size nowhere; a layer that keeps a state for each row does."""
    declared = [t.shape[0] for t in _tensors(model, "inputs") if len(t.shape)]
    if not any(getattr(layer, "stateful", False) is True and (
            hasattr(layer, "reset_states") or hasattr(layer, "reset_state"))
            for layer in adapter.layers(model)):
        return None
    return next((d for d in declared if isinstance(d, int)), None)
