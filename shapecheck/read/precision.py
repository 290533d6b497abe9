"""A global policy of half precision: what it does to the numbers that go into layers.

Measured on Keras 2.6, tf_keras 2.21 and Keras 3.15: a layer or model of the program's own gets
its floats in half precision, ids among them; layers of Keras inside a Functional model do not. A
Sequential without an Input takes over the precision of its first layer in Keras 3.
"""
from __future__ import annotations

from typing import List, Optional

from shapecheck.read.binding import Args
from shapecheck.read.objects import Instance, Layer, Model
from shapecheck.read.values import UNKNOWN, Arr, Const, Obj, Value

#: the functions that set it, in all places that they had
SETTERS = ("mixed_precision.set_global_policy", "mixed_precision.set_dtype_policy",
           "mixed_precision.experimental.set_policy", "config.set_dtype_policy")
POLICIES = ("mixed_precision.Policy", "mixed_precision.experimental.Policy",
            "mixed_precision.DTypePolicy", "DTypePolicy")
_HALF = {"mixed_float16": "float16", "float16": "float16", "mixed_bfloat16": "bfloat16",
         "bfloat16": "bfloat16"}


def policy(args: Args) -> Value:
    """`Policy("mixed_float16")`"""
    return Obj("keras.Policy", {"name": args.get(0, "name") or UNKNOWN})


def half(given: Optional[Value]) -> Optional[str]:
    """The dtype that layers compute in by a policy, where it is half precision."""
    name = given.attrs.get("name") if isinstance(given, Obj) else given
    return _HALF.get(name.value) if isinstance(name, Const) and isinstance(
        name.value, str) else None


def cast(owner: Instance, given: List[Value]) -> List[Value]:
    """The arguments of `call` as a layer or model of the program's own gets them."""
    dtype = owner.half
    if dtype is None or owner.cls.base not in ("keras.Layer", "keras.Model"):
        return given
    return [value.but(dtype=dtype) if isinstance(value, Arr) and value.dtype in (
        "float32", "float64") else value for value in given]


def takes_ids(model: Model) -> Optional[Layer]:
    """The embedding that a Sequential of Keras 3 without an Input begins with."""
    first = model.layers[0] if model.layers and model.known else None
    if model.kind != "sequential" or model.inputs or model.root == "tf_keras":
        return None
    if not isinstance(first, Layer) or first.cls != "Embedding" or first.declared is not None:
        return None
    plain = {"dtype", "*", "input_length"}.isdisjoint(first.config)
    return first if first.half is not None and plain else None
