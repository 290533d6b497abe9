"""Python's own functions: what `len`, `range`, `zip` and the rest do to what is known."""
from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional

from shapecheck.read.binding import Args
from shapecheck.read.values import (
    NONE,
    UNKNOWN,
    Arr,
    Const,
    Dataset,
    Function,
    Mapping,
    Obj,
    Seq,
    Size,
    Value,
    element_of,
    size_value,
)

#: items of a range that are kept one by one
FEW = 1000


def _len(a: Args) -> Value:
    value = a.get(0, "obj")
    if isinstance(value, Const) and isinstance(value.value, (str, bytes)):
        return Const(len(value.value))
    return size_value(a.interpreter.length_of(value))


def _range(a: Args) -> Value:
    numbers: List[int] = [value.value for value in a.positional
                          if isinstance(value, Const) and isinstance(value.value, int)]
    if numbers and len(numbers) == len(a.positional) and not a.open:
        made = range(*numbers)
        kept = list(made) if len(made) <= FEW else None
        return Obj("range", {"numbers": kept, "length": len(made), "step": made.step})
    size = a.positional[0] if len(a.positional) == 1 else None
    return Obj("range", {"numbers": None, "length": size.name if isinstance(size, Size) else None,
                         "step": 1 if len(a.positional) < 3 and not a.open else None})


def _enumerate(a: Args) -> Value:
    source = a.get(0, "iterable") or UNKNOWN
    items = a.interpreter.items_of(source)
    if items is not None:
        start = a.int(1, "start", 0)
        first = [UNKNOWN if start is None else Const(start + i) for i in range(len(items))]
        return Seq([Seq([n, item], "tuple") for n, item in zip(first, items)])
    seen = a.interpreter.iterated(source)
    length = a.interpreter.length_of(seen)
    counts = isinstance(seen, Dataset) or isinstance(length, int)
    return Seq(None, "enumerate" if counts else "list", Seq([UNKNOWN, element_of(seen)], "tuple"),
               length)


def _zip(a: Args) -> Value:
    every = [a.interpreter.items_of(value) for value in a.positional]
    if every and not a.open and all(items is not None for items in every):
        rows = zip(*(items for items in every if items is not None))
        return Seq([Seq(list(row), "tuple") for row in rows])
    if a.open:
        return UNKNOWN
    seen = [a.interpreter.iterated(value) for value in a.positional]
    lengths = {a.interpreter.length_of(value) for value in seen}
    return Seq(None, "list", Seq([element_of(value) for value in seen], "tuple"),
               lengths.pop() if len(lengths) == 1 else None)


def _list(a: Args) -> Value:
    if not a.positional:
        return Seq([], "list")
    return _sequence(a, "list")


def _tuple(a: Args) -> Value:
    if not a.positional:
        return Seq([], "tuple")
    return _sequence(a, "tuple")


def _sequence(a: Args, kind: str) -> Value:
    value = a.positional[0]
    items = a.interpreter.items_of(value)
    if items is not None:
        return Seq(list(items), kind)
    seen = a.interpreter.iterated(value)
    if isinstance(seen, (Arr, Seq, Dataset)):
        return Seq(None, kind, element_of(seen), a.interpreter.length_of(seen))
    return Seq(None, kind)


def _dict(a: Args) -> Value:
    if a.open:
        return Mapping(None)
    items: Dict[Any, Value] = {}
    if a.positional:
        source = a.positional[0]
        if isinstance(source, Mapping) and source.items is not None:
            items.update(source.items)
        else:
            return Mapping(None)
    items.update(a.named)
    return Mapping(items)


def _int(a: Args) -> Value:
    value = a.get(0, "x")
    if isinstance(value, Const) and isinstance(value.value, (int, float)):
        return Const(int(value.value))
    if isinstance(value, Arr) and value.shape is not None:
        return Arr((), "int64", "scalar")  # of whatever value
    return value if isinstance(value, Size) else UNKNOWN


def _float(a: Args) -> Value:
    value = a.get(0, "x")
    if isinstance(value, Const) and isinstance(value.value, (int, float)):
        return Const(float(value.value))
    return UNKNOWN


def _extreme(function: Callable[..., Any]) -> Function:
    def entry(a: Args) -> Value:
        values: Optional[List[Value]] = list(a.positional)
        if len(a.positional) == 1:
            values = a.interpreter.items_of(a.positional[0])
        if values and not a.open and not a.named and all(
                isinstance(v, Const) and isinstance(v.value, (int, float)) for v in values):
            return Const(function(v.value for v in values if isinstance(v, Const)))
        return UNKNOWN
    return entry


def _sum(a: Args) -> Value:
    items = a.interpreter.items_of(a.get(0, "iterable") or UNKNOWN)
    if items is None or a.named or len(a.positional) != 1:
        return UNKNOWN
    numbers = [v.value for v in items if isinstance(v, Const) and isinstance(v.value, (int, float))]
    return Const(sum(numbers)) if len(numbers) == len(items) else UNKNOWN


def _abs(a: Args) -> Value:
    value = a.get(0, "x")
    if isinstance(value, Const) and isinstance(value.value, (int, float)):
        return Const(abs(value.value))
    return value.but(labels=None, tag=value.tag) if isinstance(value, Arr) else UNKNOWN


def _round(a: Args) -> Value:
    value = a.get(0, "number")
    if isinstance(value, Const) and isinstance(value.value, (int, float)):
        digits = a.int(1, "ndigits", 0)
        if digits is not None:
            return Const(round(value.value, digits) if digits else round(value.value))
    return UNKNOWN


def _sorted(a: Args) -> Value:
    value = a.get(0, "iterable") or UNKNOWN
    seen = a.interpreter.iterated(value)
    items = a.interpreter.items_of(value)
    if items is not None and not a.named and all(isinstance(i, Const) for i in items):
        constants = [i.value for i in items if isinstance(i, Const)]
        return Seq([Const(v) for v in sorted(constants)])
    return Seq(None, "list", element_of(seen), a.interpreter.length_of(seen))


def _reversed(a: Args) -> Value:
    value = a.get(0, "sequence") or UNKNOWN
    items = a.interpreter.items_of(value)
    if items is not None:
        return Seq(list(reversed(items)))
    return Seq(None, "list", element_of(value), a.interpreter.length_of(value))


def _map(a: Args) -> Value:
    if len(a.positional) != 2:
        return UNKNOWN
    function, source = a.positional
    items = a.interpreter.items_of(source)
    if items is not None and len(items) <= 64:
        return Seq([a.interpreter.call(function, [item]) for item in items])
    seen = a.interpreter.iterated(source)
    element = a.interpreter.call(function, [element_of(seen)])
    return Seq(None, "list", element, a.interpreter.length_of(seen))


def _ord(a: Args) -> Value:
    character = a.const(0, "character")
    return Const(ord(character)) if isinstance(character, str) and len(character) == 1 else UNKNOWN


def _next(a: Args) -> Value:
    return element_of(a.interpreter.iterated(a.get(0, "iterator") or UNKNOWN))


def _iter(a: Args) -> Value:
    return a.get(0, "iterable") or UNKNOWN


def _getattr(a: Args) -> Value:
    name = a.const(1, "name")
    owner = a.get(0, "object")
    if isinstance(name, str) and owner is not None:
        found = a.interpreter.attribute(owner, name)
        return found if isinstance(found, Value) else UNKNOWN
    return UNKNOWN


def _none(a: Args) -> Value:
    return NONE




def _split(a: Args) -> Value:
    text = a.value.value if isinstance(a.value, Const) else None
    separator = a.const(0, "sep", None)
    if isinstance(text, str) and (separator is None or isinstance(separator, str)) \
            and separator != "" and len(text) < 5000:
        return Seq([Const(part) for part in text.split(separator)])
    return Seq(None)


def _ceil(a: Args) -> Value:
    value = a.const(0, "x")
    return Const(-int(-value // 1)) if isinstance(value, (int, float)) else UNKNOWN


def _floor(a: Args) -> Value:
    value = a.const(0, "x")
    return Const(int(value // 1)) if isinstance(value, (int, float)) else UNKNOWN


def _sqrt(a: Args) -> Value:
    value = a.const(0, "x")
    return Const(value ** 0.5) if isinstance(value, (int, float)) and value >= 0 else UNKNOWN


def _drawn(a: Args) -> Value:
    return Arr((), "float64", "scalar")


def _drawn_whole(a: Args) -> Value:
    return Arr((), "int64", "scalar")


FUNCTIONS: Dict[str, Function] = {
    "random.random": _drawn, "random.uniform": _drawn, "random.gauss": _drawn,
    "random.randint": _drawn_whole, "random.randrange": _drawn_whole,
    "builtins.len": _len, "builtins.range": _range, "builtins.enumerate": _enumerate,
    "builtins.zip": _zip, "builtins.list": _list, "builtins.tuple": _tuple,
    "builtins.dict": _dict, "builtins.int": _int, "builtins.float": _float,
    "builtins.max": _extreme(max), "builtins.min": _extreme(min), "builtins.sum": _sum,
    "builtins.abs": _abs, "builtins.round": _round, "builtins.sorted": _sorted,
    "builtins.reversed": _reversed, "builtins.map": _map, "builtins.next": _next,
    "builtins.ord": _ord,
    "builtins.iter": _iter, "builtins.getattr": _getattr, "builtins.print": _none,
    "str.split": _split, "math.ceil": _ceil, "math.floor": _floor, "math.sqrt": _sqrt,
    "collections.OrderedDict": _dict,
}
ATTRIBUTES: Dict[str, Callable[[Any], Value]] = {}
CONSTANTS: Dict[str, Value] = {"math.pi": Const(3.141592653589793)}
