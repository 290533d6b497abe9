"""The same model in finer arithmetic: rounding shrinks there with the unit roundoff, a bug not.

float32 noise falls from 2^-24 to 2^-53 of the values, so the ratio of the two differences is
1.9e-9 for rounding and about 1 for a bug (facts: numerics, 1.4); the limit is the middle of
that gap on a log scale. Under mixed_float16 and mixed_bfloat16 the variables are float32
already: there the model itself computes in float32 for the time of the test.
"""
from __future__ import annotations

import contextlib
import sys
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional

import numpy as np

from shapecheck.consistency import state
from shapecheck.consistency.noise import UNIT_ROUNDOFF
from shapecheck.consistency.runner import tensors
from shapecheck.observe import keras2, transformers
from shapecheck.observe.activations import activations
from shapecheck.observe.models import generation_of


class Twin(NamedTuple):
    """limit: a ratio of the differences (here / in the model) below it is rounding."""

    model: Any
    dtype: str
    limit: float
    whole: bool = False  # its results are the compared arrays themselves


class DoubledGraph:
    """What the model computes, traced once and rewritten to double precision.

    Weights are constants in it, so nothing of the model is touched; any model that can be
    traced has one, also a subclassed one without a config. Raises where it cannot be built.
    """

    def __init__(self, outputs: Callable[[Any], List[Any]], spec: Any) -> None:
        import tensorflow as tf
        from tensorflow.python.framework import convert_to_constants

        traced = tf.function(outputs, input_signature=[spec]).get_concrete_function()
        frozen = convert_to_constants.convert_variables_to_constants_v2(
            traced, lower_control_flow=False)
        graph = _doubled(tf, frozen.graph.as_graph_def())
        wrapped = tf.compat.v1.wrap_function(
            lambda: tf.graph_util.import_graph_def(graph, name=""), [])
        self._call = wrapped.prune([wrapped.graph.as_graph_element(t.name)
                                    for t in frozen.inputs],
                                   [wrapped.graph.as_graph_element(t.name)
                                    for t in frozen.outputs])

    def __call__(self, inputs: Any, **_options: Any) -> Any:
        import tensorflow as tf

        return list(self._call(*tf.nest.flatten(inputs)))

    def predict(self, inputs: Any, **_options: Any) -> Any:
        return self(tensors(inputs))


_DOUBLE = "_in_double"


def _doubled(tf: Any, graph: Any) -> Any:
    """The graph with float64 for float32, constants and functions included."""
    single, double = tf.float32.as_datatype_enum, tf.float64.as_datatype_enum
    nodes = list(graph.node)
    own = {f.signature.name for f in graph.library.function}
    for function in graph.library.function:
        nodes += list(function.node_def)
        function.signature.name += _DOUBLE  # the single ones are known by their names
        for argument in (*function.signature.input_arg, *function.signature.output_arg):
            if argument.type == single:
                argument.type = double
    for node in nodes:
        if node.op in own:
            node.op += _DOUBLE
        for attribute in node.attr.values():
            calls = ((attribute.func,) if attribute.HasField("func") else ()) + tuple(
                attribute.list.func)
            for called in calls:
                if called.name in own:
                    called.name += _DOUBLE
            kind = attribute.WhichOneof("value")
            if kind == "type" and attribute.type == single:
                attribute.type = double
            elif kind == "list":
                for i, entry in enumerate(attribute.list.type):
                    if entry == single:
                        attribute.list.type[i] = double
            elif kind == "tensor" and attribute.tensor.dtype == single:
                attribute.tensor.CopyFrom(tf.make_tensor_proto(
                    tf.make_ndarray(attribute.tensor).astype("float64")))
        if any(a.WhichOneof("value") == "type" and tf.as_dtype(a.type).name in (
                "float16", "bfloat16") for a in node.attr.values() if a.type):
            raise TypeError("an operation in 16 bits")
    return graph


@contextlib.contextmanager
def finer(model: Any, dtype: str) -> Iterator[Optional[Twin]]:
    """A twin that computes finer than `dtype`, None where there is none.

    Policies are as before when the block is left, whatever happened in it.
    """
    limit = {d: (UNIT_ROUNDOFF[d] / UNIT_ROUNDOFF[dtype]) ** 0.5 for d in ("float32", "float64")}
    mixed = _mixed_layers(model)
    if mixed:
        with _in_single(model, mixed):
            yield Twin(model, "float32", limit["float32"])
        return
    twin = double_twin(model) if dtype != "float64" else None
    yield None if twin is None else Twin(twin, "float64", limit["float64"])


def _mixed_layers(model: Any) -> List[Any]:
    """Layers that compute in 16 bits on float32 variables."""
    return [layer for layer in state.layers_of(model)
            if str(getattr(layer, "compute_dtype", "")) in ("float16", "bfloat16")
            and str(getattr(layer, "variable_dtype", "")) == "float32"]


@contextlib.contextmanager
def _in_single(model: Any, layers: List[Any]) -> Iterator[None]:
    """The layers compute in float32; no variable is touched."""
    adapter = generation_of(model)
    keras = None if adapter is None else _keras_of(model, adapter)
    policy = _policy(keras, "float32")
    names = ("_dtype_policy", "_compute_dtype_object")
    kept = [(layer, {n: vars(layer)[n] for n in names if n in vars(layer)}) for layer in layers]
    try:
        for layer, attributes in kept:
            for name in attributes:
                vars(layer)[name] = policy if name == "_dtype_policy" else _float32()
        with state.fresh_traces(model):
            yield
    finally:
        for layer, attributes in kept:
            vars(layer).update(attributes)


def _float32() -> Any:
    import tensorflow as tf

    return tf.float32


def _policy(keras: Any, name: str) -> Any:
    made = getattr(keras, "DTypePolicy", None)
    if made is not None:
        return made(name)
    return keras.mixed_precision.Policy(name)


def double_twin(model: Any) -> Optional[Any]:
    """A copy of the model that computes in float64, with the same weights; None where there is
    no way to build one (a subclassed model without a config).

    The global policy and floatx are as before when this returns.
    """
    adapter = generation_of(model)
    if adapter is None:
        return None
    keras = _keras_of(model, adapter)
    if keras is None:
        return None
    with _double(keras):
        try:
            twin = _build(model, adapter)
            return twin if twin is not None and _copy_weights(model, twin) else None
        except Exception:  # whatever cannot be rebuilt is "no twin", and the verdict says so
            return None


def coarse_inside(twin: Any, inputs: Any) -> bool:
    """A layer of the twin gives floats coarser than double: it tells nothing then."""
    try:
        records = activations(twin, tensors(inputs))
    except Exception:
        return True
    return any(str(a.dtype) in ("float16", "bfloat16", "float32") and a.size > 1
               for record in records for a in record.outputs)


def _build(model: Any, adapter: Any) -> Optional[Any]:
    if transformers.owns(model):
        twin = type(model)(model.config)
        if hasattr(twin, "build_in_name_scope"):
            twin.build_in_name_scope()
        else:
            twin(twin.dummy_inputs)
        return twin
    if adapter.kind(model) == "subclassed" and not _has_own_config(model):
        return None
    config = _in_double(model.get_config())
    # Layers of the user's own are not registered: their classes are right here.
    own = {type(layer).__name__: type(layer) for layer in adapter.layers(model)
           if owner(type(layer)) is None}
    twin = type(model).from_config(config, **({"custom_objects": own} if own else {}))
    if not twin.weights and model.weights:
        shape = getattr(model, "_build_input_shape", None)
        if shape is None:
            shapes = getattr(model, "_build_shapes_dict", None) or {}
            shape = next(iter(shapes.values()), None)
        if shape is not None:
            twin.build(shape)
    return twin


def owner(cls: type) -> Optional[str]:
    """The library that defines a class, None where it is the user's."""
    package = cls.__module__.split(".")[0]
    return package if package in ("keras", "tf_keras", "keras_hub", "tensorflow",
                                  "transformers") else None


def _has_own_config(model: Any) -> bool:
    return any("get_config" in vars(cls) and "keras" not in cls.__module__.split(".")[0]
               for cls in type(model).__mro__)


_FLOATS = ("float32", "float16", "bfloat16", "mixed_float16", "mixed_bfloat16")


def _in_double(config: Any, key: str = "") -> Any:
    """The config with every floating dtype and policy made float64."""
    if isinstance(config, dict):
        return {k: _in_double(v, k) for k, v in config.items()}
    if isinstance(config, (list, tuple)):
        return type(config)(_in_double(v, key) for v in config)
    if isinstance(config, str) and config in _FLOATS and key in ("dtype", "name", "dtype_policy"):
        return "float64"
    return config


def _copy_weights(model: Any, twin: Any) -> bool:
    source: List[np.ndarray] = [np.asarray(w) for w in model.get_weights()]
    target = twin.get_weights()
    if [w.shape for w in source] != [w.shape for w in target]:
        return False
    twin.set_weights([w.astype(t.dtype) if t.dtype.kind == "f" else w
                      for w, t in zip(source, target)])
    return True


def _keras_of(model: Any, adapter: Any) -> Optional[Any]:
    for name in ("keras", "tf_keras"):
        module = sys.modules.get(name)
        if module is not None and isinstance(model, getattr(module, "Model", ())):
            known = hasattr(module, "config") or hasattr(
                getattr(module, "mixed_precision", None), "set_global_policy")
            return module if known else sys.modules["tensorflow"].keras  # Keras 2.6
    del adapter
    return next(iter(keras2.modules()), None)


@contextlib.contextmanager
def _double(keras: Any) -> Iterator[None]:
    """float64 policy and floatx, for the time of building."""
    policies: Any = getattr(keras, "mixed_precision", None)
    dtype_policy: Any = getattr(keras, "config", None)
    backend: Any = dtype_policy if hasattr(dtype_policy, "set_floatx") else keras.backend
    kept: Dict[str, Any] = {"floatx": backend.floatx()}
    has_policy = policies is not None and hasattr(policies, "set_global_policy")
    if has_policy:
        kept["policy"] = (policies.global_policy() if hasattr(policies, "global_policy")
                          else policies.dtype_policy())
    elif hasattr(dtype_policy, "set_dtype_policy"):
        kept["policy"] = dtype_policy.dtype_policy()
    try:
        backend.set_floatx("float64")
        if has_policy:
            policies.set_global_policy("float64")
        elif "policy" in kept:
            dtype_policy.set_dtype_policy("float64")
        yield
    finally:
        backend.set_floatx(kept["floatx"])
        if has_policy:
            policies.set_global_policy(kept["policy"])
        elif "policy" in kept:
            dtype_policy.set_dtype_policy(kept["policy"])


def in_double(inputs: Any) -> Any:
    """The inputs with floating arrays as float64."""
    if isinstance(inputs, dict):
        return {k: in_double(v) for k, v in inputs.items()}
    if isinstance(inputs, (list, tuple)):
        return [in_double(v) for v in inputs]
    array = np.asarray(inputs)
    return array.astype("float64") if array.dtype.kind == "f" else array
