"""Keras 2: `tf_keras`, the `keras` package before 3, and `tensorflow.python.keras` before that.

The same functions in the same order as `keras3`; no other file branches on a generation.
"""
from __future__ import annotations

import sys
from typing import Any, Iterator, List, Optional, Tuple

from shapecheck.facts import Array, Spec
from shapecheck.facts.roles import role_of
from shapecheck.facts.shape import rank_adjusted

GENERATION = "keras2"
#: packages that may hold one
MODULE_NAMES = ("tf_keras", "keras", "tensorflow.python.keras")
#: kinds of model that compare the sizes of their inputs with what is declared
CHECKED = ("functional", "sequential")
#: any iterator feeds batches, not a generator only
ITERATORS = True
#: a Sequential that data built takes no other rank
RANK_STAYS = False
#: methods that a person calls; `__call__` is the model itself
HOST_METHODS = ("predict", "fit", "evaluate", "predict_on_batch", "train_on_batch",
                "test_on_batch", "__call__")


def modules() -> Iterator[Any]:
    """The Keras 2 packages that the program has imported."""
    for name in MODULE_NAMES:
        module = sys.modules.get(name)
        if module is not None and _model_class(module) is not None and not _is_keras3(module):
            yield module


def _is_keras3(module: Any) -> bool:
    return str(getattr(module, "__version__", "2")).split(".")[0] not in ("2",)


def _model_class(module: Any) -> Optional[type]:
    model = getattr(module, "Model", None)
    if model is None:
        training = sys.modules.get(module.__name__ + ".engine.training")
        model = getattr(training, "Model", None)
    return model if isinstance(model, type) else None


def model_classes() -> List[type]:
    """The `Model` class of each Keras 2 in the process."""
    return [c for c in (_model_class(m) for m in modules()) if c is not None]


def compiled_loss(model_class: type) -> Optional[type]:
    """The class of what `compile` makes of the losses, None where it is not found."""
    for cls in model_class.__mro__:
        module = getattr(sys.modules.get(cls.__module__), "compile_utils", None)
        found = getattr(module, "LossesContainer", None)
        if isinstance(found, type):
            return found
    return None


def owns(model: Any) -> bool:
    return any(isinstance(model, c) for c in model_classes())


def version(model: Any) -> str:
    for module in modules():
        model_class = _model_class(module)
        if model_class is not None and isinstance(model, model_class):
            found = getattr(module, "__version__", None)
            return str(found) if found else _tf_version()
    return ""


def _tf_version() -> str:
    return str(getattr(sys.modules.get("tensorflow"), "__version__", "2.6"))


def kind(model: Any) -> str:
    names = {c.__name__ for c in type(model).__mro__}
    if "Sequential" in names:
        return "sequential"
    return "functional" if getattr(model, "_is_graph_network", False) else "subclassed"


def declared(model: Any) -> Tuple[Tuple[Spec, ...], str]:
    """Specs in the order in which inputs are passed, and the structure they are passed in."""
    model_kind = kind(model)
    if model_kind == "sequential" and not getattr(model, "_has_explicit_input_shape", False):
        return _of_first_layer(model), "single"
    if model_kind == "subclassed":
        return _as_built(model), "single"
    nested = getattr(model, "_nested_inputs", None)
    if nested is None:
        return (), "single"
    return _flat_specs(nested)


def _flat_specs(nested: Any) -> Tuple[Tuple[Spec, ...], str]:
    if isinstance(nested, dict):
        if all(hasattr(t, "shape") for t in nested.values()):
            return tuple(_spec(nested[name], str(name)) for name in nested), "dict"
        return tuple(_spec(t) for t in _flatten(nested)), "nested"
    if isinstance(nested, (list, tuple)):
        flat = _flatten(nested)
        plain = all(hasattr(t, "shape") for t in nested)
        return tuple(_spec(t) for t in flat), "list" if plain else "nested"
    return (_spec(nested),), "single"


def _flatten(nested: Any) -> List[Any]:
    if isinstance(nested, dict):
        return [t for key in sorted(nested) for t in _flatten(nested[key])]
    if isinstance(nested, (list, tuple)):
        return [t for item in nested for t in _flatten(item)]
    return [nested]


def _spec(tensor: Any, name: Optional[str] = None) -> Spec:
    history = getattr(tensor, "_keras_history", None)
    layer = getattr(history, "layer", None)
    own = name or getattr(layer, "name", None) or str(getattr(tensor, "name", "input"))
    shape = _dims(tensor.shape)
    if shape:
        shape = (None,) + shape[1:]
    return Spec.of(own, shape, _dtype(tensor), role=role_of(own),
                   optional=bool(getattr(layer, "optional", False)))


def _dims(shape: Any) -> Optional[Tuple[Optional[int], ...]]:
    try:
        return tuple(None if d is None else int(d) for d in shape)
    except (TypeError, ValueError):
        return None


def _dtype(tensor: Any) -> Optional[str]:
    dtype = getattr(tensor, "dtype", None)
    return None if dtype is None else str(getattr(dtype, "name", dtype))


def _of_first_layer(model: Any) -> Tuple[Spec, ...]:
    """A Sequential without Input: what its first layer, once built, insists on."""
    layers = [x for x in model.layers if type(x).__name__ != "InputLayer"]
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
    built = getattr(model, "_build_input_shape", None)
    if built is None:  # Keras 2.6 keeps it here
        built = getattr(getattr(model, "_saved_model_inputs_spec", None), "shape", None)
    dims = _dims(built) if built is not None and not isinstance(built, (dict, list)) else None
    if dims is None or len(dims) < 2:
        return ()
    return (Spec.of("input", (None,) + tuple(dims[1:]), source="built"),)


def outputs(model: Any) -> Tuple[Spec, ...]:
    nested = getattr(model, "_nested_outputs", None)
    if nested is None or kind(model) == "subclassed":
        return ()
    names = list(getattr(model, "output_names", ()))
    flat = _flatten(nested)
    named = sorted(nested) if isinstance(nested, dict) else names
    return tuple(Spec.of(named[i] if i < len(named) else f"output_{i}", _dims(t.shape), _dtype(t))
                 for i, t in enumerate(flat))


def received(model_kind: str, spec: Optional[Spec], passed: Array, method: str,
             keras_version: str) -> Tuple[Optional[Array], str]:
    """What the layers see of `passed`, and how it came about (see `facts.Argument.how`).

    Keras < 2.7: `data_adapter.expand_1d` in every host method makes (N,) into (N, 1). Later
    only a pandas Series is expanded (`_process_tensorlike`). Then a Functional squeezes or
    expands one trailing 1 (`_conform_to_reference_input`) and checks no other rank. Measured
    on TF 2.6.5 and tf_keras 2.21.
    """
    shape = passed.shape
    if shape is None:
        return None, "unknown"
    if passed.container == "list" and method.endswith("_on_batch"):
        return None, "rejected"
    if method == "__call__":
        if passed.container == "list":  # each number becomes a tensor of its own
            return None, "unknown"
        if passed.container == "Series" or passed.container.endswith("DataFrame"):
            return passed, "unchanged"  # not made a tensor, so nothing is adjusted
    new: Tuple[Any, ...] = tuple(shape)
    if method != "__call__" and len(new) == 1:
        if _before_2_7(keras_version) or passed.container == "Series":
            new = new + (1,)
    if model_kind in ("functional", "sequential") and spec is not None and spec.shape is not None \
            and spec.source == "Input":
        adjusted = rank_adjusted(spec.shape, new)
        new = new if adjusted is None else adjusted
    how = ("unchanged" if len(new) == len(shape)
           else "expanded" if len(new) > len(shape) else "squeezed")
    return passed.with_shape(new), how


def _before_2_7(keras_version: str) -> bool:
    try:
        return tuple(int(p) for p in keras_version.split(".")[:2]) < (2, 7)
    except ValueError:
        return False


def layers(model: Any) -> List[Any]:
    """Every layer in the model, nested ones included, without the model itself."""
    return [x for x in model._flatten_layers(include_self=False)
            if type(x).__name__ != "InputLayer"]


def reset_traces(model: Any) -> None:
    """Forget traced functions, so that the next call is checked as a first one is (facts, 7)."""
    for name in ("predict_function", "train_function", "test_function"):
        if hasattr(model, name):
            setattr(model, name, None)


def applied(layer: Any) -> Iterator[List[Any]]:
    """The tensors of each application of the layer while models were built."""
    for node in list(getattr(layer, "_inbound_nodes", ())):
        yield list(getattr(node, "keras_inputs", ()))


def maker(tensor: Any) -> Tuple[Any, List[Any]]:
    """The layer that made a symbolic tensor, and of which tensors; (None, []) where not known."""
    history: Any = getattr(tensor, "_keras_history", None)
    layer = getattr(history, "layer", None)
    if layer is None:
        return None, []
    return layer, list(getattr(layer._inbound_nodes[history.node_index], "keras_inputs", ()))
