"""The arguments of one call of a library function, as the table entries read them."""
from __future__ import annotations

import ast
from typing import Any, Callable, Dict, List, Optional, Tuple

from shapecheck.read.values import (
    NONE,
    UNKNOWN,
    Arr,
    Const,
    Counted,
    Dim,
    Lib,
    Seq,
    Shape,
    Size,
    Value,
    dim_of,
    shape_of,
)

_Int = int  # the class below has a method of that name


class Args:
    """What was passed. `self.value` is the object of a method.

    open: there are `*args` or `**kwargs` that are not known, so an argument that is not seen may
    be there all the same: it is then UNKNOWN, never its default.
    """

    __slots__ = ("interpreter", "node", "positional", "named", "open", "value")

    def __init__(self, interpreter: Any, node: Optional[ast.Call], positional: List[Value],
                 named: Dict[str, Value], open_: bool = False, value: Value = UNKNOWN) -> None:
        self.interpreter = interpreter
        self.node = node
        self.positional = positional
        self.named = named
        self.open = open_
        self.value = value

    def get(self, position: Optional[_Int], name: str) -> Optional[Value]:
        """The argument; None where it was not passed."""
        if position is not None and position < len(self.positional):
            return self.positional[position]
        found = self.named.get(name)
        if found is not None:
            return found
        return UNKNOWN if self.open else None

    def has(self, position: Optional[_Int], name: str) -> bool:
        return self.get(position, name) is not None

    def arr(self, position: Optional[_Int], name: str) -> Arr:
        """The argument as an array (lists of numbers as well); of unknown shape if it is none."""
        return as_array(self.get(position, name))

    def int(self, position: Optional[_Int], name: str, default: Optional[_Int] = None,
            ) -> Optional[_Int]:
        """The whole number; the default where absent, None where not known."""
        value = self.get(position, name)
        if value is None:
            return default
        if isinstance(value, Const) and isinstance(value.value, (int, float)) \
                and not isinstance(value.value, bool) and value.value == int(value.value):
            return int(value.value)
        return None

    def const(self, position: Optional[_Int], name: str, default: Any = None) -> Any:
        """The constant; the default where absent, `UNKNOWN` where not known."""
        value = self.get(position, name)
        if value is None:
            return default
        return value.value if isinstance(value, Const) else UNKNOWN

    def dim(self, position: Optional[_Int], name: str) -> Dim:
        return dim_of(self.get(position, name))

    def shape(self, position: Optional[_Int], name: str) -> Shape:
        """The argument read as a shape: `(3, 4)`, `[3]`, `5`, `x.shape`."""
        return shape_of(self.get(position, name))

    def dtype(self, position: Optional[_Int], name: str,
              default: Optional[str] = None) -> Optional[str]:
        """NumPy's name of the dtype; the default where absent."""
        value = self.get(position, name)
        return default if value is None or value is NONE else dtype_name(value)

    def axis(self, position: Optional[_Int], name: str = "axis",
             default: Any = None) -> Any:
        """An int, a tuple of ints, None (`axis=None`), or `UNKNOWN`."""
        value = self.get(position, name)
        if value is None:
            return default
        if isinstance(value, Const):
            return value.value
        if isinstance(value, Seq) and value.items is not None:
            axes = tuple(dim_of(item) for item in value.items)
            return axes if all(isinstance(a, int) for a in axes) else UNKNOWN
        return UNKNOWN


_NAMES = {
    "float": "float64", "int": "int64", "bool": "bool", "str": "str", "object": "object",
    "double": "float64", "single": "float32", "half": "float16", "long": "int64",
    "float_": "float64", "int_": "int64", "bool_": "bool", "uint": "uint64",
}
_KNOWN = frozenset((
    "float16", "float32", "float64", "bfloat16", "int8", "int16", "int32", "int64", "uint8",
    "uint16", "uint32", "uint64", "bool", "string", "str", "object", "complex64", "complex128"))


def dtype_name(value: Value) -> Optional[str]:
    """"float32" for `np.float32`, `"float32"`, `tf.float32`, `float`; None where not known."""
    if isinstance(value, Const) and isinstance(value.value, str):
        name = value.value
    elif isinstance(value, Lib):
        name = value.path.rpartition(".")[2]
    else:
        return None
    name = _NAMES.get(name, name)
    return name if name in _KNOWN else None


def as_array(value: Optional[Value]) -> Arr:
    """The array that `np.asarray(value)` is."""
    if isinstance(value, Arr):
        return value
    if isinstance(value, (Const, Size, Counted)):
        return _scalar(value)
    if isinstance(value, Seq):
        return _of_sequence(value)
    return Arr(None)


def _scalar(value: Value) -> Arr:
    if isinstance(value, Const):
        kinds = {bool: "bool", int: "int64", float: "float64", str: "str", bytes: "str"}
        if type(value.value) in kinds:
            return Arr((), kinds[type(value.value)], "scalar")
        return Arr(None)
    return Arr((), "int64", "scalar")


def _of_sequence(value: Seq) -> Arr:
    if value.items is None:
        inner = as_array(value.element)
        if inner.shape is None or value.element is UNKNOWN:
            return Arr(None)
        return Arr((value.length, *inner.shape), inner.dtype, labels=inner.labels)
    if not value.items:
        return Arr((0,), "float64")
    shape, dtype = _common(value.items)
    return Arr(None if shape is None else (len(value.items), *shape), dtype)


def _common(items: List[Value]) -> Tuple[Shape, Optional[str]]:
    """The shape that all items have, None where one is not known or they differ."""
    first = as_array(items[0])
    shape, dtype = first.shape, first.dtype
    for item in items[1:]:
        other = as_array(item)
        if shape is None or other.shape is None or len(other.shape) != len(shape):
            return None, None
        if any(isinstance(a, int) and isinstance(b, int) and a != b
               for a, b in zip(shape, other.shape)):
            return None, None  # ragged
        shape = tuple(a if a == b else (a if isinstance(a, int) else b)
                      for a, b in zip(shape, other.shape))
        if dtype != other.dtype:
            numbers = {dtype, other.dtype}
            dtype = "float64" if numbers <= {"float64", "int64"} else None
    return shape, dtype


def guarded(entry: Callable[[Any], Value], args: Args) -> Value:
    """A table entry meets arguments that it was not written for: then nothing is known."""
    try:
        return entry(args)
    except (TypeError, ValueError, IndexError, KeyError, AttributeError, ZeroDivisionError,
            OverflowError, RecursionError):
        return UNKNOWN
