"""Keras 3. The same functions in the same order as `keras2`."""
from __future__ import annotations

import sys
from typing import Any, Iterator, List, Optional, Tuple

from shapecheck.facts import Array, Spec
from shapecheck.facts.roles import role_of
from shapecheck.facts.shape import rank_adjusted

GENERATION = "keras3"
#: packages that may hold one
MODULE_NAMES = ("keras",)
#: kinds of model that compare the sizes of their inputs with what is declared
CHECKED = ("functional",)
#: a generator feeds batches, other iterators are refused
ITERATORS = False
#: a Sequential that data built takes no other rank
RANK_STAYS = True
HOST_METHODS = ("predict", "fit", "evaluate", "predict_on_batch", "train_on_batch",
                "test_on_batch", "__call__")
#: methods whose data goes through an adapter that expands a pandas Series
_ADAPTED = ("predict", "fit", "evaluate")


def modules() -> Iterator[Any]:
    """The `keras` package, where it is imported and is Keras 3."""
    module = sys.modules.get("keras")
    if module is not None and hasattr(module, "Model") and str(
            getattr(module, "__version__", "2")).split(".")[0] not in ("2",):
        yield module


def model_classes() -> List[type]:
    return [m.Model for m in modules()]


def compiled_loss(model_class: type) -> Optional[type]:
    """The class of what `compile` makes of the losses, None where it is not found."""
    for cls in model_class.__mro__:
        found = getattr(sys.modules.get(cls.__module__), "CompileLoss", None)
        if isinstance(found, type):
            return found
    return None


def owns(model: Any) -> bool:
    return any(isinstance(model, c) for c in model_classes())


def version(model: Any) -> str:
    return next((str(m.__version__) for m in modules()), "")


def kind(model: Any) -> str:
    names = {c.__name__ for c in type(model).__mro__}
    if "Sequential" in names:
        return "sequential"
    functional = "Functional" in names and getattr(model, "_inputs_struct", None) is not None
    return "functional" if functional else "subclassed"


def declared(model: Any) -> Tuple[Tuple[Spec, ...], str]:
    """Specs in the order in which inputs are passed, and the structure they are passed in."""
    if getattr(model, "preprocessor", None) is not None:
        return (), "single"  # a keras-hub task takes raw text or images and makes its own inputs
    model_kind = kind(model)
    if model_kind == "sequential":
        return _of_sequential(model), "single"
    if model_kind == "subclassed":
        return _as_built(model), "single"
    return _flat_specs(model._inputs_struct)


def _flat_specs(nested: Any) -> Tuple[Tuple[Spec, ...], str]:
    if isinstance(nested, dict):
        if all(hasattr(t, "shape") for t in nested.values()):
            return tuple(_spec(nested[name], str(name)) for name in nested), "dict"
        return tuple(_spec(t) for t in _flatten(nested)), "nested"
    if isinstance(nested, (list, tuple)):
        plain = all(hasattr(t, "shape") for t in nested)
        return tuple(_spec(t) for t in _flatten(nested)), "list" if plain else "nested"
    return (_spec(nested),), "single"


def _flatten(nested: Any) -> List[Any]:
    if isinstance(nested, dict):
        return [t for key in sorted(nested) for t in _flatten(nested[key])]
    if isinstance(nested, (list, tuple)):
        return [t for item in nested for t in _flatten(item)]
    return [nested]


def _spec(tensor: Any, name: Optional[str] = None) -> Spec:
    history = getattr(tensor, "_keras_history", None)
    layer = getattr(history, "operation", None)
    own = name or getattr(tensor, "name", None) or getattr(layer, "name", None) or "input"
    shape = tuple(tensor.shape)
    return Spec.of(own, (None,) + shape[1:] if shape else shape, str(tensor.dtype),
                   role=role_of(own), optional=bool(getattr(layer, "optional", False)))


def _of_sequential(model: Any) -> Tuple[Spec, ...]:
    inner = getattr(model, "_functional", None)
    first: Any = model._layers[0] if model._layers else None
    explicit = type(first).__name__ == "InputLayer"
    if explicit and first.batch_shape and first.batch_shape[0] is None and not _of_data(first):
        return (Spec.of(first.name, first.batch_shape, str(first.dtype),
                        role=role_of(first.name)),)
    # Built by its first call: the InputLayer holds that call's whole shape, rows included.
    layers = model.layers
    if explicit or inner is not None or (layers and layers[0].built):
        return _of_first_layer(layers)
    return ()


def _of_data(layer: Any) -> bool:
    """The InputLayer was made by Keras when `fit` or `evaluate` built the model: it declares
    nothing, other sizes go through. `Sequential.build` passes a batch_shape and a dtype only."""
    made = getattr(getattr(layer, "_auto_config", None), "config", None)
    return isinstance(made, dict) and made.get("shape") is None and made.get("sparse") is None \
        and made.get("batch_shape") is not None


def _of_first_layer(layers: List[Any]) -> Tuple[Spec, ...]:
    """A Sequential without Input: what its first layer, once built, insists on."""
    spec = getattr(layers[0], "input_spec", None) if layers and layers[0].built else None
    axes = dict(getattr(spec, "axes", None) or {})
    rank = getattr(spec, "ndim", None) or getattr(spec, "min_ndim", None)
    if not axes or not rank:
        return ()
    shape: List[Optional[int]] = [None] * rank
    for axis, size in axes.items():
        shape[axis] = int(size)
    return (Spec.of("input", shape, source="layer"),)


def _as_built(model: Any) -> Tuple[Spec, ...]:
    """A subclassed model declares nothing; the shape that it was built with is all there is.

    It is no constraint: source "built" says so to the rules.
    """
    shapes = getattr(model, "_build_shapes_dict", None) or {}
    if len(shapes) != 1:
        return ()
    dims = next(iter(shapes.values()))
    if not isinstance(dims, tuple) or len(dims) < 2:
        return ()
    if not all(d is None or isinstance(d, int) for d in dims):
        return ()
    return (Spec.of("input", (None,) + tuple(dims[1:]), source="built"),)


def outputs(model: Any) -> Tuple[Spec, ...]:
    nested = getattr(model, "_outputs_struct", None)
    if nested is None:
        inner = getattr(model, "_functional", None)
        nested = getattr(inner, "_outputs_struct", None)
    if nested is None:
        return ()
    keys = sorted(nested) if isinstance(nested, dict) else []
    named = keys or list(getattr(model, "output_names", ()))
    return tuple(Spec.of(named[i] if i < len(named) else f"output_{i}", tuple(t.shape),
                         str(t.dtype)) for i, t in enumerate(_flatten(nested)))


def received(model_kind: str, spec: Optional[Spec], passed: Array, method: str,
             keras_version: str) -> Tuple[Optional[Array], str]:
    """What the layers see of `passed`, and how it came about (see `facts.Argument.how`).

    A pandas Series is expanded by the array adapters (`PandasSeriesSliceable`), not by the
    `*_on_batch` methods. A Functional then squeezes or expands one trailing 1 and rejects any
    other rank (`_adjust_input_rank`). Measured on Keras 3.15.1 and 3.3.3.
    """
    shape = passed.shape
    if shape is None:
        return None, "unknown"
    if passed.container == "list":  # "Unrecognized data type", in every method
        return None, "rejected"
    new: Tuple[Any, ...] = tuple(shape)
    if len(new) == 1 and passed.container == "Series" and method in _ADAPTED:
        new = new + (1,)
    if model_kind in ("functional", "sequential") and spec is not None and spec.shape is not None \
            and spec.source == "Input":
        adjusted = rank_adjusted(spec.shape, new)
        if adjusted is None:
            return None, "rejected"
        new = adjusted
    how = ("unchanged" if len(new) == len(shape)
           else "expanded" if len(new) > len(shape) else "squeezed")
    return passed.with_shape(new), how


def layers(model: Any) -> List[Any]:
    """Every layer in the model, nested ones included, without the model itself."""
    return [x for x in model._flatten_layers(include_self=False)
            if type(x).__name__ != "InputLayer"]


def reset_traces(model: Any) -> None:
    """Forget traced functions, so that the next call is checked as a first one is (facts, 8)."""
    for name in ("predict_function", "train_function", "test_function"):
        if hasattr(model, name):
            setattr(model, name, None)


def applied(layer: Any) -> Iterator[List[Any]]:
    """The tensors of each application of the layer while models were built."""
    for node in list(getattr(layer, "_inbound_nodes", ())):
        yield list(getattr(node, "input_tensors", ()))


def maker(tensor: Any) -> Tuple[Any, List[Any]]:
    """The layer that made a symbolic tensor, and of which tensors; (None, []) where not known."""
    history: Any = getattr(tensor, "_keras_history", None)
    layer = getattr(history, "operation", None)
    if layer is None:
        return None, []
    return layer, list(layer._inbound_nodes[history.node_index].input_tensors)
