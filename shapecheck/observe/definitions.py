"""The layers of a model that exists, as facts: what its source would have said."""
from __future__ import annotations

from typing import Any, List, Optional, Tuple

from shapecheck.facts import Array, Definition, Location, clean
from shapecheck.facts.program import EXACT
from shapecheck.observe.models import generation_of

_SETTINGS = ("units", "filters", "activation", "axis", "input_dim", "output_dim")
_MOST = 5000


def definitions_of(model: Any, location: Location) -> List[Definition]:
    """The layers of a Keras model, nested ones included; none where they cannot be read.

    location: of the call that is asked about. A layer is named as the model names it.
    """
    adapter = generation_of(model)
    if adapter is None:
        return []
    try:
        layers = adapter.layers(model)[:_MOST]
    except Exception:  # a model of one's own; facts that cannot be had are no fault
        return []
    found = (_definition(layer, adapter, location) for layer in layers)
    return [definition for definition in found if definition is not None]


def _definition(layer: Any, adapter: Any, location: Location) -> Optional[Definition]:
    try:
        config = tuple((name, _plain(getattr(layer, name))) for name in _SETTINGS
                       if hasattr(layer, name))
        inputs: List[Any] = next(iter(adapter.applied(layer)), [])
        output = _output(layer)
    except Exception:
        return None
    name = type(layer).__name__
    wanted = _half(inputs) if name == "Embedding" else ""
    return Definition(
        class_name=name, source=_spelled(name, layer, config), config=config,
        inputs=tuple(Array.of(tuple(t.shape)) for t in inputs), output=output, location=location,
        problem="half ids" if wanted else "", wanted=wanted)


def _plain(value: Any) -> Any:
    """A setting as it is written; of a function, its name."""
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    return getattr(value, "__name__", None)


def _output(layer: Any) -> Optional[Array]:
    output = getattr(layer, "output", None)
    shape = getattr(output, "shape", None)
    return None if shape is None else Array.of(tuple(shape))


def _half(inputs: List[Any]) -> str:
    """The dtype that ids come in where it cannot count that far."""
    dtypes = [str(getattr(t.dtype, "name", t.dtype)) for t in inputs]
    return next((d for d in dtypes if d in EXACT), "")


def _spelled(name: str, layer: Any, config: Tuple[Tuple[str, Any], ...]) -> str:
    settings = dict(config)
    first = next((str(settings[key]) for key in ("units", "filters", "input_dim")
                  if settings.get(key) is not None), "")
    activation = settings.get("activation")
    parts = [first, f'activation="{activation}"' if activation not in (None, "linear") else "",
             f'name="{clean(layer.name)}"']
    return f"{name}({', '.join(part for part in parts if part)})"
