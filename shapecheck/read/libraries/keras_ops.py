"""keras.ops and keras.backend: NumPy's functions on tensors."""
from __future__ import annotations

from typing import Dict

from shapecheck.read.libraries.tensorflow_ import (
    ELEMENTWISE,
    MADE,
    MADE_OF_SHAPE,
    RANGE,
    RESHAPING,
    SHAPE,
    TWO,
    via,
)
from shapecheck.read.values import Function

FUNCTIONS: Dict[str, Function] = {}
_REDUCED = ("mean", "sum", "max", "min", "prod", "std", "var", "any", "all")
_SHAPED = ("concatenate", "stack", "expand_dims", "squeeze", "transpose", "reshape", "repeat",
           "tile", "matmul", "dot", "abs", "absolute", "exp", "log", "sqrt", "square",
           "sin", "cos", "tanh",
           "sign", "maximum", "minimum", "add", "subtract", "multiply", "divide", "power", "equal",
           "not_equal", "greater", "greater_equal", "less", "less_equal", "logical_and",
           "logical_or", "logical_not", "isnan", "floor", "ceil", "round", "ravel", "vstack",
           "hstack", "broadcast_to")
FUNCTIONS["keras.ops.arange"] = RANGE
FUNCTIONS["keras.ops.shape"] = SHAPE
for _name in _REDUCED:
    FUNCTIONS["keras.ops." + _name] = via("numpy." + _name)
for _name in _SHAPED:
    FUNCTIONS["keras.ops." + _name] = via("numpy." + _name, None, None, TWO)
for _name in ("zeros", "ones"):
    FUNCTIONS["keras.ops." + _name] = MADE_OF_SHAPE
for _name in ("argmax", "argmin"):
    FUNCTIONS["keras.ops." + _name] = via("numpy." + _name, "int32", None, ("", "axis"))
for _name in ("relu", "sigmoid", "softmax", "gelu", "softplus", "elu", "log_softmax", "silu",
              "stop_gradient", "cast", "convert_to_tensor", "identity"):
    FUNCTIONS["keras.ops." + _name] = ELEMENTWISE["cast" if _name == "cast" else "identity"]
for _name in ("mean", "sum", "max", "min", "prod", "std", "var", "any", "all"):
    FUNCTIONS["keras.backend." + _name] = via("numpy." + _name)
for _name in ("abs", "square", "sqrt", "exp", "log", "expand_dims", "squeeze", "reshape", "equal",
              "maximum", "minimum", "round", "zeros_like", "ones_like"):
    FUNCTIONS["keras.backend." + _name] = via(
        "numpy." + _name, None, -1 if _name == "expand_dims" else None, ("", "axis") if _name in (
            "expand_dims", "squeeze") else TWO)
for _name, _numpy in (("pow", "power"), ("clip", "clip")):
    FUNCTIONS["keras.backend." + _name] = via("numpy." + _numpy, None, None, ("", "", ""))
FUNCTIONS["keras.backend.concatenate"] = via("numpy.concatenate", None, -1, ("", "axis"))
FUNCTIONS["keras.backend.stack"] = via("numpy.stack", None, 0, ("", "axis"))
FUNCTIONS["keras.backend.cast"] = ELEMENTWISE["cast"]
for _name, _entry in (*MADE.items(), *RESHAPING.items()):
    FUNCTIONS.setdefault("keras.backend." + _name, _entry)
