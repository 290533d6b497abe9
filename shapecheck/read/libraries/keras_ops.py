"""keras.ops and keras.backend: NumPy's functions on tensors."""
from __future__ import annotations

from typing import Dict

from shapecheck.read.libraries.tensorflow_ import ELEMENTWISE, MADE, RESHAPING, via
from shapecheck.read.values import Function

FUNCTIONS: Dict[str, Function] = {}
_NUMPY = (
    "mean sum max min prod std var any all argmax argmin argsort sort concatenate stack "
    "expand_dims squeeze transpose reshape repeat tile matmul dot where clip zeros ones full "
    "zeros_like ones_like full_like arange linspace eye abs absolute exp log sqrt square sin cos "
    "tanh sign maximum minimum add subtract multiply divide power equal not_equal greater "
    "greater_equal less less_equal logical_and logical_or logical_not isnan floor ceil round "
    "moveaxis swapaxes flip roll cumsum array ravel vstack hstack broadcast_to norm pad split"
).split()
for _name in _NUMPY:
    FUNCTIONS["keras.ops." + _name] = via("numpy." + _name)
for _name in ("relu", "sigmoid", "softmax", "gelu", "softplus", "elu", "log_softmax", "silu",
              "stop_gradient", "cast", "convert_to_tensor", "identity"):
    FUNCTIONS["keras.ops." + _name] = ELEMENTWISE["cast" if _name == "cast" else "identity"]
_BACKEND = {
    "mean": "numpy.mean", "sum": "numpy.sum", "max": "numpy.max", "min": "numpy.min",
    "abs": "numpy.abs", "square": "numpy.square", "sqrt": "numpy.sqrt", "exp": "numpy.exp",
    "log": "numpy.log", "expand_dims": "numpy.expand_dims", "squeeze": "numpy.squeeze",
    "reshape": "numpy.reshape", "argmax": "numpy.argmax", "clip": "numpy.clip",
    "concatenate": "numpy.concatenate", "stack": "numpy.stack", "equal": "numpy.equal",
    "maximum": "numpy.maximum", "minimum": "numpy.minimum", "pow": "numpy.power",
    "round": "numpy.round", "zeros_like": "numpy.zeros_like", "ones_like": "numpy.ones_like",
}
for _name, _numpy in _BACKEND.items():
    FUNCTIONS["keras.backend." + _name] = via(_numpy)
FUNCTIONS["keras.backend.cast"] = ELEMENTWISE["cast"]
for _name, _entry in (*MADE.items(), *RESHAPING.items()):
    FUNCTIONS.setdefault("keras.backend." + _name, _entry)
