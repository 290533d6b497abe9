"""The same model in double precision: rounding shrinks there by 2^-29, a bug does not.

float32 noise falls from 2^-24 to 2^-53 of the values; the ratio of the differences is 1.9e-9
for rounding and about 1 for a bug (facts: numerics, 1.4). The threshold 2^-14 is the middle of
the gap.
"""
from __future__ import annotations

import contextlib
import sys
from typing import Any, Dict, Iterator, List, Optional

import numpy as np

from shapecheck.observe import keras2, transformers
from shapecheck.observe.models import generation_of

THRESHOLD = 2.0 ** -14


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
    twin = type(model).from_config(config)
    if not twin.weights and model.weights:
        shape = getattr(model, "_build_input_shape", None)
        if shape is None:
            shapes = getattr(model, "_build_shapes_dict", None) or {}
            shape = next(iter(shapes.values()), None)
        if shape is not None:
            twin.build(shape)
    return twin


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
            return module
    del adapter
    return next(iter(keras2.modules()), None)


@contextlib.contextmanager
def _double(keras: Any) -> Iterator[None]:
    """float64 policy and floatx, for the time of building."""
    policies = getattr(keras, "mixed_precision", None)
    dtype_policy = getattr(keras, "config", None)
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
    if isinstance(inputs, list):
        return [in_double(v) for v in inputs]
    array = np.asarray(inputs)
    return array.astype("float64") if array.dtype.kind == "f" else array
