"""Python's operators on what is known: arithmetic, comparison, keys of subscripts."""
from __future__ import annotations

import ast
import operator
from typing import Any, Callable, Dict, List, Optional

from shapecheck.read.binding import as_array
from shapecheck.read.values import (
    NONE,
    UNKNOWN,
    Arr,
    Const,
    Counted,
    Labels,
    Seq,
    Size,
    Value,
    element_of,
    join,
)

#: how much of a literal is looked at, item by item
LITERAL = 2000


class SliceKey(Value):
    """`start:stop:step` in a subscript; a part that is absent is None."""

    __slots__ = ("start", "stop", "step")

    def __init__(self, start: Optional[Value], stop: Optional[Value],
                 step: Optional[Value]) -> None:
        self.start = start
        self.stop = stop
        self.step = step


def consumed(key: Value) -> int:
    """How many axes the key of a subscript takes."""
    keys = key.items if isinstance(key, Seq) and key.kind == "keys" else [key]
    return sum(1 for k in keys or () if k is not NONE and not (
        isinstance(k, Const) and k.value is Ellipsis))


def bound_of(part: Optional[Value]) -> Any:
    """A bound of a slice: int, None (absent) or UNKNOWN."""
    if part is None or part is NONE:
        return None
    if isinstance(part, Const):
        return part.value if isinstance(part.value, int) or part.value is None else UNKNOWN
    return part if isinstance(part, (Size, Counted)) else UNKNOWN


def counting(kind: type, left: Value, right: Value) -> Value:
    """`i + 3`, `i - 3` and `(i + 3) - i` of a loop's number."""
    if kind is ast.Sub and isinstance(left, Counted) and isinstance(right, Counted):
        between = left.minus(right)
        return UNKNOWN if between is None else Const(between)
    if kind is ast.Add and isinstance(right, Counted):
        left, right = right, left
    if kind not in (ast.Add, ast.Sub) or not isinstance(left, Counted) or not isinstance(
            right, Const) or type(right.value) is not int or not left.count:
        return UNKNOWN
    return Counted(left.count, left.plus + (right.value if kind is ast.Add else -right.value),
                   left.often)


def item_of(value: Seq, key: Value) -> Value:
    if isinstance(key, SliceKey):
        bounds = [bound_of(p) for p in (key.start, key.stop, key.step)]
        if value.items is None or any(isinstance(b, Value) for b in bounds):
            start, stop = bounds[:2]
            taken = stop.minus(start) if isinstance(start, Counted) and isinstance(
                stop, Counted) and bounds[2] is None else None
            return Seq(None, value.kind, element_of(value), taken if taken and taken > 0 else None)
        return Seq(value.items[slice(*bounds)], value.kind)
    if isinstance(key, Const) and isinstance(key.value, int):
        if value.items is None:
            return value.element
        if -len(value.items) <= key.value < len(value.items):
            return value.items[key.value]
        return UNKNOWN
    return element_of(value) if isinstance(key, (Size, Counted)) or key is UNKNOWN else UNKNOWN


def identical(a: Value, b: Value) -> Optional[bool]:
    """Are they one object? Known only against None, True and False."""
    if isinstance(a, Const) and isinstance(b, Const):
        singletons = (None, True, False)
        if any(a.value is s for s in singletons) or any(b.value is s for s in singletons):
            return a.value is b.value
        return None
    other = b if isinstance(a, Const) else a if isinstance(b, Const) else None
    if other is None or other is UNKNOWN or type(other) is Value:
        return None
    return False


def operand(value: Value) -> Optional[Arr]:
    if isinstance(value, (Arr, Const, Size, Counted)):
        return as_array(value)
    if isinstance(value, Seq):
        made = as_array(value)
        return made if made.shape is not None else None
    return None


def shifted(operation: str, a: Arr, right: Value) -> Optional[Labels]:
    """`ids + 1`: other ids."""
    known = a.labels
    if known is None or operation not in ("+", "-") or not isinstance(right, Const) \
            or not isinstance(right.value, int) or not known.whole or known.one_hot:
        return None
    by = right.value if operation == "+" else -right.value
    return Labels(whole=True, classes=known.classes,
                  low=None if known.low is None else known.low + by,
                  high=None if known.high is None else known.high + by)


def kind_of_both(a: Arr, b: Arr) -> str:
    for kind in ("KerasTensor", "Tensor", "RaggedTensor", "DataFrame", "Series"):
        if kind in (a.kind, b.kind):
            return kind
    return "scalar" if a.kind == b.kind == "scalar" else (
        "?" if "?" in (a.kind, b.kind) else "ndarray")


def promoted(a: Arr, b: Arr) -> Optional[str]:
    if a.dtype == b.dtype:
        return a.dtype
    if a.kind == "scalar" or b.kind == "scalar":
        array = b if a.kind == "scalar" else a
        return array.dtype if array.dtype and "float" in array.dtype else None
    return None


def folded(kind: type, a: Any, b: Any) -> Value:
    """Constant arithmetic, kept small."""
    function = _ARITHMETIC.get(kind)
    if function is None:
        return UNKNOWN
    if type(a) is int and type(b) is int and kind in _PLAIN and -_SMALL < a < _SMALL \
            and -_SMALL < b < _SMALL:
        return Const(function(a, b))
    numbers = (int, float)
    if isinstance(a, numbers) and isinstance(b, numbers):
        if kind is ast.Pow and (abs(b) > 64 or abs(a) > 1e6):
            return UNKNOWN
        if kind is ast.LShift and (not isinstance(b, int) or b > 64):
            return UNKNOWN
        if abs(a) > 1e18 or abs(b) > 1e18:
            return UNKNOWN
    elif isinstance(a, str) and isinstance(b, int) and kind is ast.Mult:
        return Const(a * max(0, min(b, 1000 // max(1, len(a)))))  # text, however long, is text
    elif isinstance(a, str) and isinstance(b, str) and kind is ast.Add:
        return Const(a + b) if len(a) + len(b) < 1000 else UNKNOWN
    else:
        return UNKNOWN
    try:
        return Const(function(a, b))
    except (ArithmeticError, TypeError, ValueError):
        return UNKNOWN


def column(node: ast.expr, name: str, numbers: List[int],
           read: Callable[[ast.Name], Value]) -> Optional[List[int]]:
    """What the node is for each of the numbers that `name` stands for, all at once.

    Only sums and products of small whole numbers; None for everything else.
    """
    kind = type(node)
    if isinstance(node, ast.BinOp) and type(node.op) in _PLAIN:
        left = column(node.left, name, numbers, read)
        right = None if left is None else column(node.right, name, numbers, read)
        if left is None or right is None:
            return None
        found = list(map(_ARITHMETIC[type(node.op)], left, right))
        return found if min(found) > -_SMALL and max(found) < _SMALL else None
    if isinstance(node, ast.Name) and node.id == name:
        return numbers
    value = node.value if isinstance(node, ast.Constant) else None
    if kind is ast.Name:
        known = read(node)  # type: ignore[arg-type]
        value = known.value if isinstance(known, Const) else None
    return [value] * len(numbers) if type(value) is int and -_SMALL < value < _SMALL else None


def sequences(kind: type, left: Value, right: Value) -> Value:
    if any(isinstance(side, Seq) and side.kind == "shape" for side in (left, right)):
        return UNKNOWN  # tf.shape(x): a tensor, added and multiplied number by number
    if kind is ast.Add and isinstance(left, Seq) and isinstance(right, Seq):
        if left.items is not None and right.items is not None:
            if len(left.items) + len(right.items) > LITERAL:
                return Seq(None, left.kind)
            return Seq([*left.items, *right.items], left.kind)
        return Seq(None, left.kind, join(element_of(left), element_of(right)))
    if kind is ast.Mult:
        seq, count = (left, right) if isinstance(left, Seq) else (right, left)
        if isinstance(seq, Seq) and isinstance(count, Const) and isinstance(count.value, int):
            if seq.items is not None and 0 <= len(seq.items) * count.value <= LITERAL:
                return Seq(seq.items * count.value, seq.kind)
            length = seq.length * count.value if isinstance(seq.length, int) else None
            return Seq(None, seq.kind, element_of(seq), length)
    return UNKNOWN


_ARITHMETIC: Dict[type, Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul,
    ast.Div: operator.truediv, ast.FloorDiv: operator.floordiv, ast.Mod: operator.mod,
    ast.Pow: operator.pow, ast.LShift: operator.lshift, ast.RShift: operator.rshift,
    ast.BitOr: operator.or_, ast.BitAnd: operator.and_,
}
_PLAIN = (ast.Add, ast.Sub, ast.Mult)  # of small whole numbers, nothing can go wrong with these
_SMALL = 1 << 40
COMPARE: Dict[type, Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq, ast.NotEq: operator.ne, ast.Lt: operator.lt, ast.LtE: operator.le,
    ast.Gt: operator.gt, ast.GtE: operator.ge,
}
SYMBOLS: Dict[type, str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
    ast.Pow: "**", ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">",
    ast.GtE: ">=", ast.BitAnd: "&", ast.BitOr: "|", ast.BitXor: "^",
}
