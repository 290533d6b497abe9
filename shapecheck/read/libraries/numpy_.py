"""NumPy, and what of SciPy is used beside it."""
from __future__ import annotations

import math
from typing import Any, Callable, Dict, List, Optional, Tuple, Union

from shapecheck.read.binding import Args, as_array, dtype_name
from shapecheck.read.libraries.indexing import AT_MOST_2D, Slice, index, take, values_only
from shapecheck.read.values import (
    NONE,
    UNKNOWN,
    Arr,
    Const,
    Dim,
    Labels,
    Obj,
    Seq,
    Shape,
    Size,
    Value,
    broadcast,
    dim_of,
    plus,
    product,
    reshaped,
    shape_of,
    size_value,
)

__all__ = ["ATTRIBUTES", "CONSTANTS", "FUNCTIONS", "Slice", "array_of", "index", "made", "merged",
           "promoted", "reduced", "replace", "take", "values_only"]

FUNCTIONS: Dict[str, Callable[[Any], Value]] = {}
ATTRIBUTES: Dict[str, Callable[[Any], Value]] = {}

Axis = Union[None, int, Tuple[int, ...], Value]
_Entry = Callable[[Any], Value]

# -- what many entries need -----------------------------------------------------------------


def made(shape: Shape, dtype: Optional[str] = None, labels: Optional[Labels] = None) -> Arr:
    return Arr(shape, dtype, "scalar" if shape == () else "ndarray", labels)


def array_of(value: Optional[Value]) -> Arr:
    """`np.asarray(value)`: also of images, ranges and lists of arrays."""
    if isinstance(value, Obj):
        held = value.attrs.get("__array__")
        if isinstance(held, Arr):
            return held
        if value.cls == "range":
            return Arr((value.attrs.get("length"),), "int64")
        return Arr(None)
    if isinstance(value, Seq):
        if value.kind not in ("list", "tuple", "keys"):
            return Arr(None)
        return _of_list(value)
    if isinstance(value, Arr) and value.kind in ("RaggedTensor", "KerasTensor"):
        return Arr(None)
    return as_array(value)


def _of_list(value: Seq) -> Arr:
    if value.items is not None:
        items: List[Value] = [array_of(i) if isinstance(i, (Seq, Obj)) else i
                              for i in value.items]
        found = as_array(Seq(items))
        return found.but(labels=_literal(value, found))
    element = value.element
    if isinstance(element, (Seq, Obj)):
        element = array_of(element)
    return as_array(Seq(None, "list", element, value.length))


def _literal(value: Seq, found: Arr) -> Optional[Labels]:
    """What numbers a literal has."""
    if found.dtype not in ("int64", "float64") or found.shape is None:
        return None
    numbers: List[Any] = []
    rows: List[List[Any]] = []
    stack: List[Seq] = [value]
    while stack:
        items = stack.pop().items
        if items is None:
            return None
        row = [item.value for item in items if isinstance(item, Const)]
        inner = [item for item in items if isinstance(item, Seq)]
        if len(row) + len(inner) != len(items) or len(numbers) > 2000:
            return None
        if row:
            rows.append(row)
        numbers.extend(row)
        stack.extend(inner)
    if not numbers or any(n != n or n in (math.inf, -math.inf) for n in numbers):
        return None
    if len(numbers) > 1 and len(set(numbers)) == 1:
        return None  # np.array([0] * n): to be filled in later
    whole = all(n == int(n) for n in numbers)
    binary = all(n in (0, 1) for n in numbers)
    one_hot = binary and len(found.shape) == 2 and len(rows) > 1 and len(rows[0]) > 1 \
        and all(sum(row) == 1 for row in rows)
    if one_hot:
        return Labels(one_hot=True, whole=True, classes=len(rows[0]), low=0, high=1, binary=True)
    return Labels(None, whole or None, len(set(numbers)) if whole else None, min(numbers),
                  max(numbers), binary or None)


_ORDER = ("bool", "uint8", "int8", "int16", "int32", "int64", "float16", "float32", "float64")
_BITS = {"float32": ("bool", "uint8", "int8", "int16", "uint16", "float16", "float32"),
         "float64": (*_ORDER, "uint16", "uint32", "uint64")}


def promoted(a: Optional[str], b: Optional[str]) -> Optional[str]:
    """The dtype that two arrays have together."""
    if a == b:
        return a
    if a is None or b is None:
        return None
    for x, y in ((a, b), (b, a)):
        if x in _BITS:
            if y in _BITS[x]:
                return x
            if x == "float32" and y in ("int32", "int64", "uint32", "uint64"):
                return "float64"
        if x == "bool" and y in _ORDER:
            return y
        if x.startswith("int") and y.startswith("int"):
            return x if int(x[3:]) > int(y[3:]) else y
    return None


def _together(a: Arr, b: Arr, first: Optional[Value], second: Optional[Value]) -> Optional[str]:
    """The same for arithmetic: a Python number takes the array's dtype."""
    for array, value in ((a, second), (b, first)):
        if isinstance(value, (Const, Size)) and array.kind != "scalar" and array.dtype:
            number = value.value if isinstance(value, Const) else 1
            if isinstance(number, bool) or (isinstance(number, int)
                                            and array.dtype != "bool"):
                return array.dtype
            if isinstance(number, float):
                return array.dtype if "float" in array.dtype else "float64"
    return promoted(a.dtype, b.dtype)


def merged(arrays: List[Arr]) -> Optional[Labels]:
    """What is known of the numbers of several arrays together."""
    found = [a.labels for a in arrays]
    first = found[0] if found else None
    if first is None or all(f is first for f in found):
        return first
    low, high = first.low, first.high
    one_hot = whole = binary = True
    for one in found:
        if one is None:
            return None
        # a part that is taken out again may lack the other's extremes: then nothing is said
        low = low if low == one.low else None
        high = high if high == one.high else None
        one_hot = one_hot and one.one_hot is True and one.classes == first.classes
        whole = whole and one.whole is True
        binary = binary and one.binary is True
    classes = first.classes if one_hot else None
    if classes is None and whole and low is not None and high is not None:
        classes = int(high - low) + 1
    return Labels(one_hot or None, whole or None, classes, low, high, binary or None)


def _self(a: Args) -> Arr:
    return a.value if isinstance(a.value, Arr) else Arr(None)


def _axis(axis: Any, rank: int) -> Optional[int]:
    """The axis counted from the left; None where it is not known. Raises where it is none."""
    if not isinstance(axis, int) or isinstance(axis, bool):
        return None
    if not -rank <= axis < rank:
        raise ValueError("axis out of range")
    return axis % rank


def reduced(shape: Shape, axis: Any, keepdims: Optional[bool]) -> Shape:
    """The shape that is left of a reduction. keepdims: None where it is not known."""
    if axis is None and keepdims is False:
        return ()
    if shape is None:
        return None
    rank = len(shape)
    if keepdims is None:
        return None
    if axis is None:
        return (1,) * rank
    if isinstance(axis, Value):
        return (None,) * rank if keepdims else None
    gone = {_axis(x, rank) for x in (axis if isinstance(axis, tuple) else (axis,))}
    if None in gone:
        return (None,) * rank if keepdims else None
    if keepdims:
        return tuple(1 if i in gone else d for i, d in enumerate(shape))
    return tuple(d for i, d in enumerate(shape) if i not in gone)


def _flag(a: Args, position: Optional[int], name: str) -> Optional[bool]:
    """A flag that is False unless passed; None where it is not known."""
    value = a.const(position, name, False)
    return bool(value) if not isinstance(value, Value) else None


def _raise(condition: bool) -> None:
    if condition:
        raise ValueError("NumPy raises")


def _guard(entry: _Entry) -> _Entry:
    """What would raise has no value."""
    def guarded(a: Any) -> Value:
        try:
            return entry(a)
        except (ValueError, TypeError, IndexError, OverflowError, ZeroDivisionError):
            return UNKNOWN
    return guarded


def _put(names: str, entry: _Entry, prefix: str = "numpy.") -> None:
    guarded = _guard(entry)
    for name in names.split():
        FUNCTIONS[prefix + name] = guarded


def _both(names: str, entry: Callable[[Arr, Args, int], Value]) -> None:
    """`np.f(x, ...)` and `x.f(...)`: `entry(x, args, position of the next argument)`."""
    function = _guard(lambda a: entry(array_of(a.get(0, _first(a))), a, 1))
    method = _guard(lambda a: entry(_self(a), a, 0))
    for name in names.split():
        FUNCTIONS["numpy." + name] = function
        FUNCTIONS["ndarray." + name] = method
        FUNCTIONS["scalar." + name] = method


def _first(a: Args) -> str:
    """What the first parameter is called, where it is passed by name."""
    for name in ("a", "x", "arr", "array", "m", "ar", "v", "A"):
        if name in a.named:
            return name
    return "a"


# -- making arrays --------------------------------------------------------------------------


def _array(a: Args) -> Value:
    value = a.get(0, "object") or a.get(None, "a")
    found = array_of(value)
    dtype = a.dtype(1, "dtype", found.dtype)
    if a.has(None, "ndmin") or (dtype == "object" and found.dtype != "object"):
        return Arr(None, dtype)
    if found.shape is None:
        return Arr(None, dtype)
    kept = found.labels if dtype == found.dtype or _number(dtype) else None
    return Arr(found.shape, dtype, "ndarray", kept, found.tag)


def _number(dtype: Optional[str]) -> bool:
    return dtype is not None and dtype.startswith(("int", "uint", "float", "bool"))


def _sized(value: Optional[Value]) -> Shape:
    """A shape that is passed as an int or a tuple."""
    if isinstance(value, Arr):
        return None
    shape = shape_of(value)
    _raise(shape is not None and any(isinstance(d, int) and d < 0 for d in shape))
    return shape


def _filled(a: Args) -> Value:
    return Arr(_sized(a.get(0, "shape")), a.dtype(1, "dtype", "float64"))


def _constant_of(number: int, entry: _Entry) -> _Entry:
    """Zeros and ones, until something is written into them (then labels are forgotten)."""
    def filled(a: Args) -> Value:
        value = entry(a)
        return value.but(labels=Labels(whole=True, low=number, high=number)) if isinstance(
            value, Arr) else value
    return filled


def _full(a: Args) -> Value:
    fill = array_of(a.get(1, "fill_value"))
    return Arr(_sized(a.get(0, "shape")), a.dtype(2, "dtype", fill.dtype))


def _like(dtype_at: int) -> _Entry:
    def entry(a: Args) -> Value:
        of = array_of(a.get(0, "a" if "a" in a.named else "prototype"))
        shape = _sized(a.get(None, "shape")) if a.has(None, "shape") else of.shape
        return Arr(shape, a.dtype(dtype_at, "dtype", of.dtype))
    return entry


def _arange(a: Args) -> Value:
    first, second = a.get(0, "start"), a.get(1, "stop")
    if second is None:
        first, second = Const(0), first
    step = a.const(2, "step", 1)
    dtype = a.dtype(3, "dtype", "?")
    if isinstance(second, Size) and isinstance(first, Const) and first.value == 0 and step == 1:
        return Arr((second.name,), "int64" if dtype == "?" else dtype)
    start: Any = first.value if isinstance(first, Const) else None
    stop: Any = second.value if isinstance(second, Const) else None
    if not all(isinstance(n, (int, float)) for n in (start, stop, step)):
        return Arr((None,), None if dtype == "?" else dtype)
    whole = all(isinstance(n, int) for n in (start, stop, step))
    count = max(0, math.ceil((stop - start) / step))
    if dtype == "?":
        dtype = "int64" if whole else "float64"
    labels = None
    if whole and count and dtype == "int64":
        ends = sorted((start, start + (count - 1) * step))
        labels = Labels(whole=True, classes=count, low=ends[0], high=ends[1])
    return Arr((count,), dtype, labels=labels)


def _linspace(a: Args) -> Value:
    start, stop = array_of(a.get(0, "start")), array_of(a.get(1, "stop"))
    count = a.get(2, "num")
    ends = broadcast(start.shape, stop.shape)
    axis = a.int(None, "axis", 0)
    shape: Shape = None
    if ends is not None and axis == 0:
        shape = (50 if count is None else dim_of(count), *ends)
    found = Arr(shape, a.dtype(None if a.has(None, "dtype") else 5, "dtype", "float64"))
    retstep = _flag(a, 4, "retstep")
    if retstep is None:
        return UNKNOWN
    return Seq([found, UNKNOWN], "tuple") if retstep else found


def _eye(a: Args) -> Value:
    rows = dim_of(a.get(0, "N" if "N" in a.named else "n"))
    columns = rows if a.get(1, "M") in (None, NONE) else dim_of(a.get(1, "M"))
    square = a.get(1, "M") in (None, NONE) and a.const(2, "k", 0) == 0
    labels = Labels(one_hot=True, whole=True, low=0, high=1, binary=True,
                    classes=rows if isinstance(rows, int) else None) if square else None
    return Arr((rows, columns), a.dtype(3, "dtype", "float64"), labels=labels)


def _identity(a: Args) -> Value:
    rows = a.dim(0, "n")
    return Arr((rows, rows), a.dtype(1, "dtype", "float64"), labels=Labels(
        one_hot=True, whole=True, low=0, high=1, binary=True,
        classes=rows if isinstance(rows, int) else None))


def _diag(a: Args) -> Value:
    of = array_of(a.get(0, "v"))
    if of.shape is None or a.has(1, "k"):
        return Arr(None, of.dtype)
    if len(of.shape) == 1:
        return Arr((of.shape[0], of.shape[0]), of.dtype)
    first, second = of.shape
    if first == second:
        return Arr((first,), of.dtype)
    return Arr((_least(first, second),), of.dtype)


def _least(first: Dim, second: Dim) -> Dim:
    known = isinstance(first, int) and isinstance(second, int)
    return min(first, second) if known else None  # type: ignore[type-var]


def _loaded(a: Args) -> Value:
    name = a.const(0, "file")
    if isinstance(name, str) and name.endswith(".npz"):
        return Obj("numpy.lib.npyio.NpzFile")
    return Arr(None)


_put("array asarray asanyarray ascontiguousarray asfortranarray", _array)
_put("copy require asarray_chkfinite", _array)
_put("empty ndarray", _filled)
_put("zeros", _constant_of(0, _filled))
_put("ones", _constant_of(1, _filled))
_put("full", _full)
_put("empty_like", _like(1))
_put("zeros_like", _constant_of(0, _like(1)))
_put("ones_like", _constant_of(1, _like(1)))
_put("full_like", _like(2))
_put("arange", _arange)
_put("linspace logspace geomspace", _linspace)
_put("eye", _eye)
_put("identity", _identity)
_put("diag", _diag)
_put("tril triu", lambda a: Arr((array_of(a.get(0, "m")).shape or (None,)) * 2
                                if array_of(a.get(0, "m")).rank == 1
                                else array_of(a.get(0, "m")).shape))
_put("load", _loaded)
_put("NpzFile.__getitem__", lambda a: Arr(None), "numpy.lib.npyio.")
_put("loadtxt genfromtxt", lambda a: Arr(None, a.dtype(1, "dtype", "float64"), tag=AT_MOST_2D))
_put("fromstring frombuffer fromfile fromiter", lambda a: Arr(
    (None,), a.dtype(1, "dtype", "float64")))
_put("memmap", lambda a: Arr(_sized(a.get(None, "shape")), a.dtype(1, "dtype", "uint8")))
_put("save savez savez_compressed savetxt seterr set_printoptions copyto fill_diagonal "
     "random.seed random.shuffle random.Generator.shuffle random.RandomState.shuffle "
     "random.RandomState.seed", lambda a: NONE)

# -- random ---------------------------------------------------------------------------------


def _dims(a: Args) -> Value:
    """rand(3, 4)"""
    shape = None if a.open else tuple(dim_of(v) for v in a.positional)
    _raise(shape is not None and any(isinstance(d, int) and d < 0 for d in shape))
    return made(shape, "float64")


def _rand(a: Args) -> Value:
    found = _dims(a)
    return found.but(labels=Labels(low=0, high=1)) if isinstance(found, Arr) else found


def _drawn(size: Optional[Value], parameters: List[Optional[Value]]) -> Shape:
    """The shape of a draw: `size`, or what the parameters broadcast to."""
    if size is not None and size is not NONE:
        return None if isinstance(size, Const) and size.value is None else _sized(size)
    shape: Shape = ()
    for value in parameters:
        if value is not None:
            shape = broadcast(shape, array_of(value).shape)
    return shape


def _draw(names: str, size_at: int, dtype: str = "float64") -> None:
    """A distribution with `size_at` parameters before `size`."""
    keys = names.split()
    name, parameters = keys[0], keys[1:]

    def entry(a: Args) -> Value:
        given = [a.get(i, p) for i, p in enumerate(parameters)]
        labels = None
        if name == "uniform":
            low, high = a.const(0, "low", 0.0), a.const(1, "high", 1.0)
            if isinstance(low, (int, float)) and isinstance(high, (int, float)):
                labels = Labels(low=min(low, high), high=max(low, high))
        elif name == "binomial" and a.const(0, "n") == 1:
            labels = Labels(whole=True, classes=2, low=0, high=1, binary=True)
        return made(_drawn(_size(a, size_at), given), dtype, labels)

    _random(name, entry)


def _random(name: str, entry: _Entry) -> None:
    guarded = _guard(entry)
    for prefix in ("numpy.random.", "numpy.random.RandomState.", "numpy.random.Generator."):
        FUNCTIONS[prefix + name] = guarded


def _size(a: Args, position: int) -> Optional[Value]:
    value = a.get(position, "size")
    return None if isinstance(value, Const) and value.value is None else value


def _integers(inclusive: bool = False) -> _Entry:
    def entry(a: Args) -> Value:
        low, high = a.get(0, "low"), a.get(1, "high")
        if isinstance(high, Const) and high.value is None:
            high = None
        shape = _drawn(_size(a, 2), [low, high])
        dtype = a.dtype(3, "dtype", "int64")
        first, last = (Const(0), low) if high is None else (low, high)
        labels = Labels(whole=True)
        end = inclusive or a.const(4, "endpoint", False)
        if isinstance(first, Const) and isinstance(last, Const) and isinstance(end, bool) \
                and isinstance(first.value, (int, float)) \
                and isinstance(last.value, (int, float)):
            least, most = int(first.value), int(last.value) - (not end)
            labels = Labels(None, True, most - least + 1, least, most,
                            True if least >= 0 and most <= 1 else None)
        return made(shape, dtype, labels)
    return entry


def _choice(a: Args) -> Value:
    source = a.get(0, "a")
    size = _size(a, 1)
    if isinstance(source, (Const, Size)):
        number = dim_of(source)
        labels = Labels(None, True, number, 0, number - 1) if isinstance(number, int) else None
        return made(_drawn(size, []), "int64", labels)
    of = array_of(source)
    if of.shape is None or a.has(None, "axis") or isinstance(source, Obj):
        return Arr(None, of.dtype)
    rest = of.shape[1:]
    drawn = _drawn(size, [])
    return made(None if drawn is None else (*drawn, *rest), of.dtype,
                values_only(of.labels) if len(of.shape) == 1 else of.labels)


def _permutation(a: Args) -> Value:
    value = a.get(0, "x")
    if isinstance(value, (Const, Size)):
        number = dim_of(value)
        high = number - 1 if isinstance(number, int) else None
        return Arr((number,), "int64", "ndarray", Labels(whole=True, low=0, high=high))
    of = array_of(value)
    return Arr(of.shape, of.dtype, "ndarray", of.labels if not a.has(1, "axis") else None)


def _random_sample(a: Args) -> Value:
    return made(_drawn(_size(a, 0), []), a.dtype(1, "dtype", "float64"), Labels(low=0, high=1))


_put("random.rand random.RandomState.rand", _rand)
_put("random.randn random.RandomState.randn", _dims)
for _name in ("random", "random_sample", "ranf", "sample"):
    _random(_name, _random_sample)
for _name in ("randint", "integers"):
    _random(_name, _integers())
_random("random_integers", _integers(True))
_random("choice", _choice)
_random("permutation", _permutation)
_random("permuted", lambda a: Arr(array_of(a.get(0, "x")).shape, array_of(a.get(0, "x")).dtype))
_random("standard_normal", lambda a: made(_drawn(_size(a, 0), []),
                                          a.dtype(1, "dtype", "float64")))
for _text in ("normal loc scale", "uniform low high", "laplace loc scale", "logistic loc scale",
              "lognormal mean sigma", "gumbel loc scale", "beta a b", "gamma shape scale",
              "vonmises mu kappa", "f dfnum dfden"):
    _draw(_text, 2)
for _text in ("exponential scale", "rayleigh scale", "chisquare df", "weibull a", "power a",
              "pareto a", "standard_t df", "standard_gamma shape"):
    _draw(_text, 1)
_draw("triangular left mode right", 3)
_draw("binomial n p", 2, "int64")
_draw("negative_binomial n p", 2, "int64")
_draw("poisson lam", 1, "int64")
_draw("geometric p", 1, "int64")
_draw("zipf a", 1, "int64")


def _vectors(of: str, at: int, dtype: str) -> _Entry:
    """Draws of whole rows: size + (k,)"""
    def entry(a: Args) -> Value:
        rows = array_of(a.get(at, of))
        drawn = _drawn(_size(a, 1 if of == "alpha" else 2), [])
        if drawn is None or rows.shape is None or len(rows.shape) != 1:
            return Arr(None, dtype)
        return Arr((*drawn, *rows.shape), dtype)
    return entry


_random("multinomial", _vectors("pvals", 1, "int64"))
_random("dirichlet", _vectors("alpha", 0, "float64"))
_random("multivariate_normal", _vectors("mean", 0, "float64"))
_put("random.default_rng", lambda a: Obj("numpy.random.Generator"))
_put("random.RandomState", lambda a: Obj("numpy.random.RandomState"))

# -- shapes ---------------------------------------------------------------------------------


def _reshape(of: Arr, a: Args, at: int) -> Value:
    given = a.positional[at:]
    if at == 1 or len(given) < 2:
        value = a.get(at, "shape") if "newshape" not in a.named else a.named["newshape"]
        target = shape_of(value) if not isinstance(value, Arr) else None
    else:
        target = None if a.open else tuple(dim_of(v) for v in given)
    return reshape_to(of, target)


def reshape_to(of: Arr, target: Shape) -> Value:
    if target is None:
        return Arr(None, of.dtype, of.kind, values_only(of.labels))
    _raise(target.count(-1) > 1 or any(isinstance(d, int) and d < -1 for d in target))
    shape = reshaped(of.shape, target)
    if of.shape is not None and shape is not None:
        whole = product(of.shape)
        rest = product(d for d in shape if d != -1)
        if isinstance(whole, int) and isinstance(rest, int):
            _raise(whole != rest)
    same_rows = of.shape and shape and of.shape[-1] == shape[-1] and shape[-1] is not None \
        and len(of.shape) > 1 and len(shape) > 1
    labels = of.labels if same_rows else values_only(of.labels)
    return Arr(shape, of.dtype, "ndarray" if of.kind == "scalar" else of.kind, labels)


def _flat(of: Arr) -> Arr:
    size = None if of.shape is None else product(of.shape)
    return Arr((size,), of.dtype, "ndarray", values_only(of.labels))


def _squeeze(of: Arr, a: Args, at: int) -> Value:
    shape = of.shape
    if shape is None:
        return Arr(None, of.dtype, "ndarray", values_only(of.labels))
    axis = a.axis(at)
    if axis is None:
        if not all(isinstance(d, int) for d in shape):
            return Arr(None, of.dtype, "ndarray", values_only(of.labels))  # any may be 1
        shape = tuple(d for d in shape if d != 1)
    elif isinstance(axis, Value):
        return Arr(None, of.dtype, "ndarray", values_only(of.labels))
    else:
        axes = axis if isinstance(axis, tuple) else (axis,)
        gone = [_axis(x, len(shape)) for x in axes]
        _raise(any(isinstance(shape[g], int) and shape[g] != 1 for g in gone if g is not None))
        shape = tuple(d for i, d in enumerate(shape) if i not in gone)
    return made(shape, of.dtype, values_only(of.labels))


def _expand_dims(a: Args) -> Value:
    of, axis = array_of(a.get(0, "a")), a.axis(1)
    if of.shape is None or isinstance(axis, Value):
        given = a.get(1, "axis")
        more = given.length if isinstance(given, Seq) else None
        known = of.shape is not None and isinstance(more, int)
        return Arr((None,) * (len(of.shape or ()) + int(more or 0)) if known else None, of.dtype,
                   "ndarray", values_only(of.labels))
    axes = axis if isinstance(axis, tuple) else (axis,)
    rank = len(of.shape) + len(axes)
    if any(not isinstance(x, int) for x in axes):
        return Arr((None,) * rank, of.dtype)
    places = {_axis(x, rank) for x in axes}
    rest = iter(of.shape)
    return Arr([1 if i in places else next(rest) for i in range(rank)], of.dtype,
               "ndarray", values_only(of.labels))


def _permuted(of: Arr, axes: Optional[List[int]]) -> Arr:
    if of.shape is None or axes is None:
        shape = None if of.shape is None else (None,) * len(of.shape)
        return Arr(shape, of.dtype, "ndarray", values_only(of.labels))
    _raise(sorted(x % len(of.shape) for x in axes) != list(range(len(of.shape))))
    return Arr([of.shape[x] for x in axes], of.dtype, "ndarray", values_only(of.labels))


def _transpose(of: Arr, a: Args, at: int) -> Value:
    given = a.positional[at:]
    if of.shape is None:
        return Arr(None, of.dtype)
    axes: Any
    if at == 0 and len(given) > 1:
        axes = tuple(dim_of(v) for v in given)
    else:
        axes = a.axis(at, "axes")
    if axes is None:
        return _permuted(of, list(range(len(of.shape)))[::-1])
    axes = (axes,) if isinstance(axes, int) else axes
    known = isinstance(axes, tuple) and all(isinstance(x, int) for x in axes)
    return _permuted(of, [_known(x, len(of.shape)) for x in axes] if known else None)


def _known(axis: Any, rank: int) -> int:
    found = _axis(axis, rank)
    if found is None:
        raise ValueError("not an axis")
    return found


def _swapaxes(of: Arr, a: Args, at: int) -> Value:
    first, second = a.axis(at, "axis1"), a.axis(at + 1, "axis2")
    if of.shape is None or not isinstance(first, int) or not isinstance(second, int):
        return _permuted(of, None)
    order = list(range(len(of.shape)))
    order[first], order[second] = order[second], order[first]
    return _permuted(of, order)


def _moveaxis(a: Args) -> Value:
    of, source, to = array_of(a.get(0, "a")), a.axis(1, "source"), a.axis(2, "destination")
    if of.shape is None or isinstance(source, Value) or isinstance(to, Value):
        return _permuted(of, None)
    rank = len(of.shape)
    sources = [_known(x, rank) for x in (source if isinstance(source, tuple) else (source,))]
    places = [_known(x, rank) for x in (to if isinstance(to, tuple) else (to,))]
    order = [x for x in range(rank) if x not in sources]
    for place, one in sorted(zip(places, sources)):
        order.insert(place, one)
    return _permuted(of, order)


def _rollaxis(a: Args) -> Value:
    of, axis, start = array_of(a.get(0, "a")), a.axis(1, "axis"), a.int(2, "start", 0)
    if of.shape is None or not isinstance(axis, int) or start is None:
        return _permuted(of, None)
    rank = len(of.shape)
    axis, start = _known(axis, rank), start + rank if start < 0 else start
    start -= axis < start
    order = [x for x in range(rank) if x != axis]
    order.insert(start, axis)
    return _permuted(of, order)


def _parts(value: Optional[Value]) -> Optional[List[Arr]]:
    """The arrays of a list; None where they are not known one by one."""
    if isinstance(value, Seq) and value.items is not None:
        return [array_of(item) for item in value.items] or None
    if isinstance(value, Arr) and value.shape and isinstance(value.shape[0], int) \
            and 0 < value.shape[0] <= 64 and value.kind != "DataFrame":
        return [value.but(shape=value.shape[1:])] * value.shape[0]
    return None


def _repeated(value: Optional[Value]) -> Optional[Arr]:
    """The arrays that all look like one; how many is not known."""
    if isinstance(value, Seq) and value.items is None and value.element is not UNKNOWN:
        return array_of(value.element)
    if isinstance(value, Arr) and value.shape and value.kind != "DataFrame":
        return value.but(shape=value.shape[1:])
    return None


def joined(arrays: List[Arr], axis: Any) -> Arr:
    """Concatenated along an axis that is there already."""
    dtype = arrays[0].dtype
    for one in arrays[1:]:
        dtype = promoted(dtype, one.dtype)
    if isinstance(axis, Value):
        return Arr(None, dtype, labels=values_only(merged(arrays)))  # None makes all flat
    if axis is None:
        arrays = [_flat(one) for one in arrays]
        axis = 0
    labels = merged(arrays)
    ranks = {len(one.shape) for one in arrays if one.shape is not None}
    _raise(len(ranks) > 1 or 0 in ranks)
    if not ranks:
        return Arr(None, dtype, labels=labels)
    rank = ranks.pop()
    if not isinstance(axis, int):
        return Arr((None,) * rank, dtype, labels=values_only(labels))
    axis = _known(axis, rank)
    shape: List[Dim] = []
    for place in range(rank):
        dims: List[Dim] = [one.shape[place] if one.shape is not None else None
                           for one in arrays]
        if place == axis:
            shape.append(dims[0] if len(dims) == 1 else plus(dims))
            continue
        ints = {d for d in dims if isinstance(d, int)}
        _raise(len(ints) > 1)
        names = [d for d in dims if d is not None]
        shape.append(ints.pop() if ints else names[0] if names else None)
    return Arr(shape, dtype, labels=labels if axis < max(rank - 1, 1) else values_only(labels))


def _concatenate(a: Args) -> Value:
    value = a.get(0, "arrays" if "arrays" in a.named else "seq")
    axis = a.axis(1, default=0)
    parts = _parts(value)
    if parts is not None:
        return joined(parts, axis)
    one = _repeated(value)
    if one is None or one.shape is None:
        return Arr(None)
    shape = list(_several(one, axis).shape or ())
    count = _count(value)
    if shape and isinstance(axis, int) and isinstance(count, int):
        dim = one.shape[axis]
        shape[axis] = dim * count if isinstance(dim, int) else None
    return Arr(shape, one.dtype, labels=one.labels) if shape else Arr(None)


def _several(one: Arr, axis: Any) -> Arr:
    """Some of them, concatenated."""
    if axis is None or isinstance(axis, Value):
        return Arr((None,) if axis is None else None, one.dtype)
    _raise(one.shape == ())
    place = _known(axis, len(one.shape or ())) if isinstance(axis, int) else None
    return one.but(shape=[None if i == place or place is None else d
                          for i, d in enumerate(one.shape or ())])


def _count(value: Optional[Value]) -> Dim:
    if isinstance(value, Seq):
        return value.length
    return value.shape[0] if isinstance(value, Arr) and value.shape else None


def _stack(a: Args) -> Value:
    value = a.get(0, "arrays")
    axis = a.axis(1, default=0)
    parts = _parts(value)
    one = parts[0] if parts else _repeated(value)
    if one is None:
        return Arr(None)
    dtype, labels = one.dtype, None
    inner: List[Dim] = []
    if parts:
        known = [p for p in parts if p.shape is not None]
        if not known:
            return Arr(None)
        _raise(len({len(p.shape or ()) for p in known}) > 1)
        for dims in zip(*(p.shape or () for p in known)):
            ints = {d for d in dims if isinstance(d, int)}
            _raise(len(ints) > 1)
            names = [d for d in dims if d is not None]
            inner.append(ints.pop() if ints else names[0] if names else None)
        for p in parts[1:]:
            dtype = promoted(dtype, p.dtype)
        labels = merged(parts)
    elif one.shape is None:
        return Arr(None)
    else:
        inner, labels = list(one.shape), one.labels
    if not isinstance(axis, int):
        return Arr((None,) * (len(inner) + 1), dtype)
    place = _known(axis, len(inner) + 1)
    inner.insert(place, _count(value))
    return Arr(inner, dtype, labels=labels if place < len(inner) - 1 else values_only(labels))


def at_least(of: Arr, rank: int) -> Arr:
    """atleast_1d, atleast_2d, atleast_3d"""
    shape = of.shape
    if shape is None:
        return Arr(None, of.dtype)
    if rank == 3 and len(shape) < 3:
        shape = {0: (1, 1, 1), 1: (1, *shape, 1), 2: (*shape, 1)}[len(shape)]
    elif len(shape) < rank:
        shape = (1,) * (rank - len(shape)) + shape
    return Arr(shape, of.dtype, "ndarray", of.labels if shape == of.shape
               else values_only(of.labels))


def _stacked(lift: Callable[[Arr], Arr], axis: Callable[[Arr], int]) -> _Entry:
    """vstack and its like: each array gets axes first."""
    def entry(a: Args) -> Value:
        value = a.get(0, "tup")
        parts = _parts(value)
        if parts is not None:
            lifted = [lift(p) for p in parts]
            known = next((p for p in lifted if p.shape is not None), None)
            return Arr(None) if known is None else joined(lifted, axis(known))
        one = _repeated(value)
        if one is None or one.shape is None:
            return Arr(None)
        one = lift(one)
        place = axis(one)
        shape = list(_several(one, place).shape or ())
        count, dim = _count(value), (one.shape or ())[place]
        if dim == 1 and count is not None:
            shape[place] = count
        elif isinstance(dim, int) and isinstance(count, int):
            shape[place] = dim * count
        return Arr(shape, one.dtype)
    return entry


def _column(of: Arr) -> Arr:
    if of.shape is not None and len(of.shape) == 1:
        return Arr((of.shape[0], 1), of.dtype, "ndarray", of.labels)
    return of


def _rank_of(of: Arr) -> int:
    return len(of.shape or ())


def _append(a: Args) -> Value:
    axis = a.axis(2)
    return joined([array_of(a.get(0, "arr")), array_of(a.get(1, "values"))],
                  axis if not isinstance(axis, Value) else UNKNOWN)


def _insert(a: Args) -> Value:
    of, at, axis = array_of(a.get(0, "arr")), a.get(1, "obj"), a.axis(3)
    if axis is None:
        of, axis = _flat(of), 0
    one = array_of(a.get(2, "values"))
    if of.shape is None or not isinstance(axis, int):
        return Arr(None, of.dtype)
    shape = list(of.shape)
    dim = shape[axis]
    single = (isinstance(at, (Const, Size)) and len(shape) > 1) or one.shape == ()
    count = 1 if isinstance(at, (Const, Size)) else None
    shape[axis] = dim + 1 if single and count and isinstance(dim, int) else None
    if single and isinstance(at, Const) and one.shape and len(one.shape) == len(shape):
        shape[axis] = None  # several rows may go in at one place
    return Arr(shape, of.dtype)


def _delete(a: Args) -> Value:
    of, axis = array_of(a.get(0, "arr")), a.axis(2)
    if axis is None:
        of, axis = _flat(of), 0
    if of.shape is None or not isinstance(axis, int):
        return Arr(None, of.dtype)
    shape = list(of.shape)
    dim, gone = shape[axis], shape_of(a.get(1, "obj"))
    shape[axis] = None
    if isinstance(dim, int) and gone is not None and all(isinstance(g, int) for g in gone):
        _raise(any(isinstance(g, int) and not -dim <= g < dim for g in gone))
        shape[axis] = dim - len({g % dim for g in gone if isinstance(g, int)})
    return Arr(shape, of.dtype, "ndarray", values_only(of.labels))


def _split(even: bool, fixed: Optional[int] = None) -> _Entry:
    def entry(a: Args) -> Value:
        of, how = array_of(a.get(0, "ary")), a.get(1, "indices_or_sections")
        axis = fixed if fixed is not None else a.axis(2, default=0)
        if fixed == 1 and of.shape is not None and len(of.shape) == 1:
            axis = 0  # hsplit of one axis
        if of.shape is None or not isinstance(axis, int):
            return Seq(None, "list", Arr(None, of.dtype))
        axis = _known(axis, len(of.shape))
        sizes = _sections(of.shape[axis], how, even)
        labels = of.labels if axis < max(len(of.shape) - 1, 1) else values_only(of.labels)

        def part(dim: Dim) -> Value:
            shape = list(of.shape or ())
            shape[axis] = dim
            return Arr(shape, of.dtype, "ndarray", labels)

        if sizes is None:
            return Seq(None, "list", part(None))
        return Seq([part(size) for size in sizes], "list")
    return entry


def _sections(dim: Dim, how: Optional[Value], even: bool) -> Optional[List[Dim]]:
    if isinstance(how, Const) and isinstance(how.value, int):
        count = how.value
        if not 0 < count <= 1000:
            return None
        if not isinstance(dim, int):
            return [None] * count
        _raise(even and dim % count != 0)
        return [dim // count + (i < dim % count) for i in range(count)]
    places = shape_of(how) if isinstance(how, Seq) else None
    if places is None:
        return None
    sizes: List[Dim] = []
    for start, stop in zip((0, *places), (*places, None)):
        last = stop is None and len(sizes) == len(places)
        if isinstance(dim, int) and isinstance(start, int) and (last or isinstance(stop, int)):
            sizes.append(len(range(dim)[start:stop if isinstance(stop, int) else dim]))
        else:
            sizes.append(None)
    return sizes


def _repeat(of: Arr, a: Args, at: int) -> Value:
    times, axis = a.get(at, "repeats"), a.axis(at + 1)
    if axis is None:
        of, axis = _flat(of), 0
    if of.shape is None or not isinstance(axis, int):
        return Arr(None, of.dtype)
    shape = list(of.shape)
    dim = shape[axis]
    shape[axis] = None
    count = dim_of(times)
    if dim == 1 and count is not None:
        shape[axis] = count
    elif isinstance(dim, int) and isinstance(count, int):
        shape[axis] = dim * count
    elif isinstance(times, Seq) and times.items is not None:
        shape[axis] = plus([dim_of(t) for t in times.items]) if len(times.items) > 1 else None
    place = axis % len(shape)
    return Arr(shape, of.dtype, "ndarray", of.labels if place < len(shape) - 1 or
               len(shape) == 1 else values_only(of.labels))


def _tile(a: Args) -> Value:
    of = array_of(a.get(0, "A"))
    times = shape_of(a.get(1, "reps")) if not isinstance(a.get(1, "reps"), Arr) else None
    if of.shape is None or times is None:
        return Arr(None, of.dtype)
    rank = max(len(of.shape), len(times))
    shape = (1,) * (rank - len(of.shape)) + of.shape
    times = (1,) * (rank - len(times)) + times
    return Arr([product((d, t)) for d, t in zip(shape, times)], of.dtype, "ndarray",
               values_only(of.labels))


def _pad(a: Args) -> Value:
    of, width = array_of(a.get(0, "array")), a.get(1, "pad_width")
    if of.shape is None:
        return Arr(None, of.dtype)
    pairs = _widths(width, len(of.shape))
    shape = [d if p == 0 else d + p if isinstance(d, int) and p is not None else None
             for d, p in zip(of.shape, pairs)]
    return Arr(shape, of.dtype)


def _widths(width: Optional[Value], rank: int) -> List[Optional[int]]:
    """How much each axis grows."""
    if isinstance(width, Const):
        return [2 * width.value] * rank if isinstance(width.value, int) else [None] * rank
    if not isinstance(width, Seq) or width.items is None:
        return [None] * rank
    found: List[Optional[int]] = []
    if not all(isinstance(item, Seq) for item in width.items):
        dims = [dim_of(item) for item in width.items]
        both = dims * 2 if len(dims) == 1 else dims
        total = plus(both)
        return [total if isinstance(total, int) else None] * rank
    for item in width.items:
        inner = shape_of(item)
        sides = plus(inner if len(inner) == 2 else inner * 2) if inner else None
        found.append(sides if isinstance(sides, int) else None)
    if len(found) == 1:
        return found * rank
    _raise(len(found) != rank)
    return found


def _meshgrid(a: Args) -> Value:
    if a.open or _flag(a, None, "sparse") is not False:
        return UNKNOWN
    arrays = [array_of(v) for v in a.positional]
    dims: List[Dim] = []
    for one in arrays:
        if one.shape is None or len(one.shape) > 1:
            return Seq([Arr((None,) * len(arrays), x.dtype) for x in arrays])
        dims.append(product(one.shape))
    indexing = a.const(None, "indexing", "xy")
    if isinstance(indexing, Value):
        dims = [None] * len(dims)
    elif indexing == "xy" and len(dims) > 1:
        dims[0], dims[1] = dims[1], dims[0]
    return Seq([Arr(dims, one.dtype) for one in arrays])


def _same(of: Arr, a: Args, at: int) -> Value:
    """The shape and the dtype stay; numbers may move."""
    return Arr(of.shape, of.dtype, "scalar" if of.shape == () else "ndarray",
               values_only(of.labels))


def _reversed(of: Arr, a: Args, at: int) -> Value:
    axis = a.axis(at)
    kept = of.labels if axis == 0 and of.shape is not None and len(of.shape) > 1 \
        else values_only(of.labels)
    return Arr(of.shape, of.dtype, "ndarray", kept)


def _rot90(a: Args) -> Value:
    of, times = array_of(a.get(0, "m")), a.int(1, "k", 1)
    if of.shape is None or a.has(2, "axes") or times is None:
        return Arr(None, of.dtype)
    first, second, *rest = of.shape
    return Arr((second, first, *rest) if times % 2 else of.shape, of.dtype)


def _diff(a: Args) -> Value:
    of, times, axis = array_of(a.get(0, "a")), a.int(1, "n", 1), a.axis(2, default=-1)
    if of.shape is None:
        return Arr(None)
    if times is None or not isinstance(axis, int) or a.has(3, "prepend") or a.has(4, "append"):
        return Arr((None,) * len(of.shape))
    shape = list(of.shape)
    dim = shape[axis]
    shape[axis] = max(0, dim - times) if isinstance(dim, int) else None
    return Arr(shape, of.dtype if of.dtype != "bool" else None)


def _broadcast_to(a: Args) -> Value:
    of = array_of(a.get(0, "array"))
    return Arr(_sized(a.get(1, "shape")), of.dtype)


def _convolve(a: Args) -> Value:
    first, second = array_of(a.get(0, "a")), array_of(a.get(1, "v"))
    mode = a.const(2, "mode", "full")
    n, m = (x.shape[0] if x.shape else None for x in (first, second))
    if not isinstance(n, int) or not isinstance(m, int):
        return Arr((None,))
    size = {"full": n + m - 1, "same": max(n, m), "valid": abs(n - m) + 1}.get(mode)
    return Arr((size,))


_both("reshape", _reshape)
_both("ravel", lambda of, a, at: _flat(of))
FUNCTIONS["ndarray.flatten"] = FUNCTIONS["scalar.flatten"] = FUNCTIONS["ndarray.ravel"]
_both("squeeze", _squeeze)
_put("expand_dims", _expand_dims)
_both("transpose permute_dims", _transpose)
_both("swapaxes", _swapaxes)
_put("moveaxis", _moveaxis)
_put("rollaxis", _rollaxis)
_put("concatenate concat", _concatenate)
_put("stack", _stack)
_put("vstack row_stack", _stacked(lambda x: at_least(x, 2), lambda x: 0))
_put("hstack", _stacked(lambda x: at_least(x, 1), lambda x: 0 if _rank_of(x) == 1 else 1))
_put("dstack", _stacked(lambda x: at_least(x, 3), lambda x: 2))
_put("column_stack", _stacked(_column, lambda x: 1))
_put("append", _append)
_put("insert", _insert)
_put("delete", _delete)
_put("split", _split(True))
_put("array_split", _split(False))
_put("vsplit", _split(True, 0))
_put("hsplit", _split(True, 1))
_put("dsplit", _split(True, 2))
_both("repeat", _repeat)
_put("tile", _tile)
_put("pad", _pad)
_put("meshgrid", _meshgrid)
_put("atleast_1d", lambda a: at_least(array_of(a.get(0, "a")), 1) if len(a.positional) == 1
     else UNKNOWN)
_put("atleast_2d", lambda a: at_least(array_of(a.get(0, "a")), 2) if len(a.positional) == 1
     else UNKNOWN)
_put("atleast_3d", lambda a: at_least(array_of(a.get(0, "a")), 3) if len(a.positional) == 1
     else UNKNOWN)
_both("flip", _reversed)
_put("flipud", lambda a: Arr(array_of(a.get(0, "m")).shape, array_of(a.get(0, "m")).dtype))
_put("fliplr", lambda a: Arr(array_of(a.get(0, "m")).shape, array_of(a.get(0, "m")).dtype))
_put("rot90", _rot90)
_put("roll", lambda a: Arr(array_of(a.get(0, "a")).shape, array_of(a.get(0, "a")).dtype))
_put("diff", _diff)
_put("broadcast_to", _broadcast_to)
_put("convolve", _convolve)
_put("resize", lambda a: Arr(_sized(a.get(1, "new_shape")), array_of(a.get(0, "a")).dtype))


def _c_(a: Args) -> Value:
    """np.c_[x, y]"""
    key = a.get(0, "key")
    items = key.items if isinstance(key, Seq) and key.kind == "keys" else [key]
    if items is None or any(not isinstance(i, (Arr, Seq)) for i in items):
        return Arr(None)
    arrays = [_column(array_of(i)) for i in items]
    return joined(arrays, -1) if all(x.shape and len(x.shape) == 2 for x in arrays) else Arr(None)


def _r_(a: Args) -> Value:
    """np.r_[x, y]"""
    key = a.get(0, "key")
    items = key.items if isinstance(key, Seq) and key.kind == "keys" else [key]
    if items is None or any(not isinstance(i, (Arr, Seq, Const)) for i in items):
        return Arr(None)
    if any(isinstance(i, Const) and not isinstance(i.value, (int, float)) for i in items):
        return Arr(None)
    return joined([at_least(array_of(i), 1) for i in items], 0)


_put("c_.__getitem__", _c_)
_put("r_.__getitem__", _r_)

# -- reductions -----------------------------------------------------------------------------


def _summed(dtype: Optional[str]) -> Optional[str]:
    if dtype is not None and dtype.startswith("uint"):
        return "uint64"
    return "int64" if dtype == "bool" or (dtype or "").startswith("int") else dtype


def _averaged(dtype: Optional[str]) -> Optional[str]:
    if dtype == "bool" or (dtype or "").startswith(("int", "uint")):
        return "float64"
    return dtype


def _unchanged(dtype: Optional[str]) -> Optional[str]:
    return dtype


def _reduction(names: str, dtype_of: Callable[[Optional[str]], Optional[str]], keepdims_at: int,
               dtype_at: Optional[int] = None) -> None:
    """`keepdims_at`, `dtype_at`: positions in the function, x being 0."""
    def entry(of: Arr, a: Args, at: int) -> Value:
        if of.kind in ("DataFrame", "?") or (at == 1 and _constant(a) is None):
            return Arr(None)
        shift = 1 - at
        axis, keepdims = a.axis(at), _flag(a, keepdims_at - shift, "keepdims")
        dtype = dtype_of(of.dtype)
        if dtype_at is not None and a.has(dtype_at - shift, "dtype"):
            dtype = a.dtype(dtype_at - shift, "dtype", dtype)
        return made(reduced(of.shape, axis, keepdims), dtype)
    _both(names, entry)


def _constant(a: Args) -> Optional[bool]:
    """None: nothing was passed that could be an array."""
    return None if a.get(0, _first(a)) is None else True


_reduction("sum nansum", _summed, 4, 2)
_reduction("prod product nanprod", _summed, 4, 2)
_reduction("mean nanmean", _averaged, 4, 2)
_reduction("std var nanstd nanvar", _averaged, 5, 2)
_reduction("max min amax amin nanmax nanmin ptp", _unchanged, 3)
_reduction("any all", lambda dtype: "bool", 3)
_reduction("median nanmedian", _averaged, 4)
_reduction("argmax argmin nanargmax nanargmin", lambda dtype: "int64", 9)


def _count_nonzero(a: Args) -> Value:
    of = array_of(a.get(0, "a"))
    return made(reduced(of.shape, a.axis(1), _flag(a, None, "keepdims")), "int64")


def _argmax(of: Arr, a: Args, at: int) -> Value:
    if of.kind in ("DataFrame", "?"):
        return Arr(None)
    axis, keepdims = a.axis(at), _flag(a, None, "keepdims")
    shape = reduced(of.shape, axis, keepdims)
    labels = Labels(whole=True, low=0)
    if of.shape is not None and isinstance(axis, int):
        dim = of.shape[_known(axis, len(of.shape))]
        if isinstance(dim, int):
            labels = Labels(None, True, dim, 0, dim - 1, True if dim <= 2 else None)
    return made(shape, "int64", labels)


def _average(a: Args) -> Value:
    of = array_of(a.get(0, "a"))
    returned = _flag(a, 3, "returned")
    found = made(reduced(of.shape, a.axis(1), _flag(a, None, "keepdims")))
    return found if returned is False else UNKNOWN


def _percentile(a: Args) -> Value:
    of, q = array_of(a.get(0, "a")), array_of(a.get(1, "q"))
    if of.kind in ("DataFrame", "?"):
        return Arr(None)
    rest = reduced(of.shape, a.axis(2), _flag(a, 6, "keepdims"))
    if rest is None or q.shape is None:
        return Arr(None)
    return made((*q.shape, *rest), "float64" if of.dtype in ("float64", "int64") else None)


def _cumulative(of: Arr, a: Args, at: int) -> Value:
    axis = a.axis(at)
    dtype = a.dtype(at + 1, "dtype", _summed(of.dtype))
    if isinstance(axis, Value):
        return Arr(None, dtype)
    if axis is None:
        return Arr(_flat(of).shape, dtype)
    return Arr(of.shape, dtype)


def _sort(of: Arr, a: Args, at: int) -> Value:
    axis = a.axis(at, default=-1)
    if axis is None or isinstance(axis, Value):
        return _flat(of) if axis is None else Arr(None, of.dtype)
    return Arr(of.shape, of.dtype, "ndarray", values_only(of.labels))


def _argsort(of: Arr, a: Args, at: int) -> Value:
    axis = a.axis(at, default=-1)
    if isinstance(axis, Value):
        return Arr(None, "int64")
    return Arr(_flat(of).shape if axis is None else of.shape, "int64")


def _unique(a: Args) -> Value:
    of, axis = array_of(a.get(0, "ar")), a.axis(4)
    values = Arr((None,), of.dtype, "ndarray", values_only(of.labels))
    if axis is not None:
        known = isinstance(axis, int) and of.shape is not None
        shape = list(of.shape or ())
        if known:
            shape[axis] = None
        values = Arr(shape if known else None, of.dtype)
    flags = [_flag(a, i, n) for i, n in enumerate(
        ("return_index", "return_inverse", "return_counts"), 1)]
    if None in flags:
        return UNKNOWN
    if not any(flags):
        return values
    inverse: Shape = of.shape if of.shape is not None and len(of.shape) == 1 else None
    found: List[Value] = [values]
    for flag, shape_of_it in zip(flags, ((None,), inverse, (None,))):
        if flag:
            found.append(Arr(shape_of_it, "int64"))
    return Seq(found, "tuple")


def _where(a: Args) -> Value:
    condition = array_of(a.get(0, "condition"))
    first, second = a.get(1, "x"), a.get(2, "y")
    if first is None and second is None:
        if condition.shape is None:
            return UNKNOWN
        return Seq([Arr((None,), "int64") for _ in condition.shape], "tuple")
    x, y = array_of(first), array_of(second)
    shape = broadcast(broadcast(condition.shape, x.shape), y.shape)
    labels = None
    if isinstance(first, Const) and isinstance(second, Const):
        labels = _literal(Seq([first, second]), as_array(Seq([first, second])))
    elif x.labels is not None and x.labels is y.labels:
        labels = values_only(x.labels)
    return Arr(shape, _together(x, y, first, second), "scalar" if shape == () else "ndarray",
               labels)


def _nonzero(of: Arr, a: Args, at: int) -> Value:
    if of.shape is None:
        return UNKNOWN
    return Seq([Arr((None,), "int64") for _ in of.shape], "tuple")


def _argwhere(a: Args) -> Value:
    shape = array_of(a.get(0, "a")).shape
    return Arr((None, None if shape is None else len(shape)), "int64")


def _histogram(a: Args) -> Value:
    bins = a.get(1, "bins")
    count: Dim = 10
    if bins is not None:
        count = bins.value if isinstance(bins, Const) and isinstance(bins.value, int) else None
    edges = count + 1 if isinstance(count, int) else None
    return Seq([Arr((count,)), Arr((edges,))], "tuple")


_both("argmax argmin", _argmax)
_put("nanargmax nanargmin", lambda a: _argmax(array_of(a.get(0, "a")), a, 1))
_put("count_nonzero", _count_nonzero)
_put("average", _average)
_put("percentile quantile nanpercentile nanquantile", _percentile)
_both("cumsum cumprod", _cumulative)
_put("sort", lambda a: _sort(array_of(a.get(0, "a")), a, 1))
_both("argsort", _argsort)
_put("argpartition", lambda a: Arr(array_of(a.get(0, "a")).shape, "int64")
     if not a.has(2, "axis") else Arr(None, "int64"))
_put("unique", _unique)
_put("where", _where)
_both("nonzero", _nonzero)
_put("argwhere", _argwhere)
_put("flatnonzero", lambda a: Arr((None,), "int64"))
_put("digitize", lambda a: made(array_of(a.get(0, "x")).shape, "int64"))
_put("searchsorted", lambda a: made(array_of(a.get(1, "v")).shape, "int64"))
_put("bincount", lambda a: Arr((None,), "int64" if not a.has(1, "weights") else "float64"))
_put("histogram", _histogram)
_put("isin in1d", lambda a: Arr(array_of(a.get(0, "element")).shape, "bool"))
_put("intersect1d union1d setdiff1d setxor1d trim_zeros extract ediff1d", lambda a: Arr(
    (None,)) if not a.has(None, "return_indices") else UNKNOWN)
_put("interp", lambda a: made(array_of(a.get(0, "x")).shape, "float64"))
_put("polyval", lambda a: made(array_of(a.get(1, "x")).shape))
_put("allclose array_equal array_equiv isscalar iscomplexobj", lambda a: UNKNOWN)

# -- products -------------------------------------------------------------------------------


def _fits(x: Dim, y: Dim) -> None:
    _raise(isinstance(x, int) and isinstance(y, int) and x != y)


def dot(x: Arr, y: Arr, dtype: Optional[str]) -> Value:
    if x.shape is None or y.shape is None:
        return Arr(None, dtype)
    if not x.shape or not y.shape:
        return made(x.shape or y.shape, dtype)
    _fits(x.shape[-1], y.shape[-1 if len(y.shape) == 1 else -2])
    rest = y.shape[:-2] + y.shape[-1:] if len(y.shape) > 1 else ()
    return made(x.shape[:-1] + rest, dtype)


def matmul(x: Arr, y: Arr, dtype: Optional[str]) -> Value:
    kind = "Tensor" if "Tensor" in (x.kind, y.kind) else "ndarray"
    if x.shape is None or y.shape is None:
        return Arr(None, dtype, kind)
    _raise(not x.shape or not y.shape)
    first = x.shape if len(x.shape) > 1 else (1, *x.shape)
    second = y.shape if len(y.shape) > 1 else (*y.shape, 1)
    _fits(first[-1], second[-2])
    ends = (first[-2:-1] if len(x.shape) > 1 else ()) + (
        second[-1:] if len(y.shape) > 1 else ())
    shape = (*(broadcast(first[:-2], second[:-2]) or ()), *ends)
    return Arr(shape, dtype, "scalar" if not shape and kind == "ndarray" else kind)


def _einsum(a: Args) -> Value:
    text = a.const(0, "subscripts")
    if not isinstance(text, str) or a.open:
        return Arr(None)
    text = text.replace(" ", "")
    if "." in text:
        return Arr(None)
    left, arrow, right = text.partition("->")
    sizes: Dict[str, Dim] = {}
    dtype: Optional[str] = None
    operands = [array_of(v) for v in a.positional[1:]]
    for number, (letters, one) in enumerate(zip(left.split(","), operands)):
        dtype = one.dtype if number == 0 else promoted(dtype, one.dtype)
        if one.shape is None:
            continue
        _raise(len(letters) != len(one.shape))
        for letter, dim in zip(letters, one.shape):
            known = sizes.get(letter)
            sizes[letter] = dim if known is None or (known == 1 and dim is not None) else known
    if not arrow:
        flat = left.replace(",", "")
        right = "".join(sorted(c for c in set(flat) if flat.count(c) == 1))
    return made(tuple(sizes.get(letter) for letter in right), dtype)


def _tensordot(a: Args) -> Value:
    x, y, axes = array_of(a.get(0, "a")), array_of(a.get(1, "b")), a.get(2, "axes")
    dtype = promoted(x.dtype, y.dtype)
    if x.shape is None or y.shape is None:
        return Arr(None, dtype)
    pair: Tuple[Shape, Shape]
    if axes is None or isinstance(axes, Const):
        count = 2 if axes is None else int(axes.value)
        pair = (tuple(range(len(x.shape) - count, len(x.shape))), tuple(range(count)))
    elif isinstance(axes, Seq) and axes.items is not None and len(axes.items) == 2:
        pair = (shape_of(axes.items[0]), shape_of(axes.items[1]))
    else:
        return Arr(None, dtype)
    kept: List[Dim] = []
    for one, gone in zip((x.shape, y.shape), pair):
        if gone is None or not all(isinstance(g, int) for g in gone):
            return Arr(None, dtype)
        places = {_known(g, len(one)) for g in gone}
        kept.extend(d for i, d in enumerate(one) if i not in places)
    return made(tuple(kept), dtype)


def _product_of_two(function: Callable[[Arr, Arr, Optional[str]], Value]) -> _Entry:
    def entry(a: Args) -> Value:
        x, y = array_of(a.get(0, "a")), array_of(a.get(1, "b"))
        return function(x, y, promoted(x.dtype, y.dtype))
    return entry


def _inner(x: Arr, y: Arr, dtype: Optional[str]) -> Value:
    if not x.shape or not y.shape:
        return Arr(None, dtype)
    _fits(x.shape[-1], y.shape[-1])
    return made(x.shape[:-1] + y.shape[:-1], dtype)


def _outer(x: Arr, y: Arr, dtype: Optional[str]) -> Value:
    return Arr((*(_flat(x).shape or (None,)), *(_flat(y).shape or (None,))), dtype)


def _method_dot(a: Args) -> Value:
    x, y = _self(a), array_of(a.get(0, "b"))
    return dot(x, y, promoted(x.dtype, y.dtype))


def _norm(a: Args) -> Value:
    of = array_of(a.get(0, "x"))
    shape = reduced(of.shape, a.axis(2), _flag(a, 3, "keepdims"))
    return made(shape, _averaged(of.dtype))


_put("dot", _product_of_two(dot))
_put("matmul linalg.matmul", _product_of_two(matmul))
FUNCTIONS["ndarray.dot"] = FUNCTIONS["scalar.dot"] = _guard(_method_dot)
_put("einsum", _einsum)
_put("tensordot", _tensordot)
_put("outer linalg.outer", _product_of_two(_outer))
_put("inner", _product_of_two(_inner))
_put("linalg.pinv", lambda a: Arr((array_of(a.get(0, "a")).shape or ())[::-1])
     if array_of(a.get(0, "a")).rank == 2 else Arr(None))
_put("linalg.solve", lambda a: Arr(array_of(a.get(1, "b")).shape)
     if array_of(a.get(0, "a")).rank == 2 and array_of(a.get(1, "b")).rank in (1, 2)
     else Arr(None))
_put("vdot", lambda a: made((), promoted(array_of(a.get(0, "a")).dtype,
                                         array_of(a.get(1, "b")).dtype)))
_put("linalg.norm", _norm)
_put("linalg.inv", lambda a: Arr(array_of(a.get(0, "a")).shape,
                                 _averaged(array_of(a.get(0, "a")).dtype)))
_put("linalg.det", lambda a: made((array_of(a.get(0, "a")).shape or ())[:-2])
     if array_of(a.get(0, "a")).shape else Arr(None))

# -- element by element ---------------------------------------------------------------------

_ONE = (
    "abs absolute negative positive sign square conj conjugate clip round around round_ rint fix "
    "floor ceil trunc nan_to_num real imag reciprocal")
_FLOATS = (
    "exp exp2 expm1 log log2 log10 log1p sqrt cbrt fabs sin cos tan arcsin arccos arctan "
    "asin acos atan sinh cosh tanh arcsinh arccosh arctanh sinc deg2rad rad2deg degrees radians "
    "angle i0")
_TESTS = "isnan isinf isfinite isneginf isposinf logical_not signbit isreal"
_TWO = (
    "add subtract multiply divide true_divide floor_divide mod remainder fmod power float_power "
    "pow maximum minimum fmax fmin arctan2 hypot bitwise_and bitwise_or bitwise_xor left_shift "
    "right_shift copysign logaddexp heaviside gcd lcm")
_COMPARED = (
    "equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor "
    "isclose")
#: done with Python's own numbers too: `int(np.ceil(n / 32))` is a size
_MATH: Dict[str, Callable[..., Any]] = {
    "ceil": lambda x: float(math.ceil(x)), "floor": lambda x: float(math.floor(x)),
    "sqrt": math.sqrt, "log": math.log, "log2": math.log2, "log10": math.log10, "exp": math.exp,
    "abs": abs, "absolute": abs, "square": lambda x: x * x,
    "round": lambda x: float(round(x)) if isinstance(x, float) else x,
}
_PYTHON: Dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda x, y: x + y, "subtract": lambda x, y: x - y, "multiply": lambda x, y: x * y,
    "maximum": max, "minimum": min,
}
#: what dtype these keep has changed over time
_BY_TYPE = frozenset(("reciprocal", "conj", "conjugate", "real", "imag", "sign", "positive", "clip",
                      "floor", "ceil", "trunc", "rint", "fix"))


def _kind(arrays: List[Arr], shape: Shape) -> str:
    for kind in ("DataFrame", "Series", "?"):
        if any(one.kind == kind for one in arrays):
            return kind
    return "scalar" if shape == () else "ndarray"


def _elementwise(name: str, floats: bool, dtype: Optional[str]) -> _Entry:
    python = _MATH.get(name)

    def entry(a: Args) -> Value:
        value = a.get(0, "a" if "a" in a.named else "x")
        if python is not None and isinstance(value, Const) and len(a.positional) == 1 \
                and isinstance(value.value, (int, float)) and not a.named:
            return Const(python(value.value))
        of = array_of(value) if not isinstance(value, Arr) else value
        kept = dtype or of.dtype
        if floats and dtype is None:
            kept = of.dtype if of.dtype in ("float16", "float32", "float64") else (
                "float64" if of.dtype in ("int32", "int64", "uint32", "uint64") else None)
        elif name in _BY_TYPE or of.dtype == "bool":
            kept = dtype or (of.dtype if of.dtype in ("float32", "float64") else None)
        shape = of.shape
        if name == "clip":
            for position, bound in ((1, "a_min"), (2, "a_max")):
                limit = a.get(position, bound)
                if limit is not None and not (isinstance(limit, Const) and limit.value is None):
                    shape = broadcast(shape, array_of(limit).shape)
        if of.kind in ("Tensor", "KerasTensor"):
            return Arr(shape, kept, "ndarray")
        return Arr(shape, kept, _kind([of], shape), None, None, of.columns)
    return entry


def _pairwise(name: str, dtype: Optional[str]) -> _Entry:
    python = _PYTHON.get(name)

    def entry(a: Args) -> Value:
        first, second = a.get(0, "x1"), a.get(1, "x2")
        if python is not None and isinstance(first, Const) and isinstance(second, Const) \
                and isinstance(first.value, (int, float)) \
                and isinstance(second.value, (int, float)):
            return Const(python(first.value, second.value))
        x = first if isinstance(first, Arr) else array_of(first)
        y = second if isinstance(second, Arr) else array_of(second)
        shape = broadcast(x.shape, y.shape)
        kept = dtype
        if kept is None and name in ("add", "subtract", "multiply", "maximum", "minimum"):
            kept = _together(x, y, first, second)
        return Arr(shape, kept, _kind([x, y], shape))
    return entry


for _name in _ONE.split():
    _put(_name, _elementwise(_name, False, None))
for _name in _FLOATS.split():
    _put(_name, _elementwise(_name, True, None))
for _name in _TESTS.split():
    _put(_name, _elementwise(_name, False, "bool"))
for _name in _TWO.split():
    _put(_name, _pairwise(_name, None))
for _name in _COMPARED.split():
    _put(_name, _pairwise(_name, "bool"))


_OF_INTS: Dict[str, Callable[[Any], int]] = {"sum": sum, "max": max, "min": min}


def _counted(name: str, entry: _Entry) -> _Entry:
    """`np.prod(x.shape[1:])`: of Python's own numbers, the number itself."""
    def counted(a: Args) -> Value:
        value = a.get(0, "a")
        if len(a.positional) == 1 and not a.named and isinstance(value, Seq) and value.items:
            items = value.items
            if name == "prod" and all(isinstance(i, (Const, Size)) for i in items):
                dims = [dim_of(i) for i in items]
                if None not in dims:
                    return size_value(product(dims))
            numbers = [i.value for i in items if isinstance(i, Const)
                       and isinstance(i.value, int) and not isinstance(i.value, bool)]
            if len(numbers) == len(items) and name != "prod":
                return Const(_OF_INTS[name](numbers))
        return entry(a)
    return counted


for _name in ("prod", "sum", "max", "min"):
    FUNCTIONS["numpy." + _name] = _guard(_counted(_name, FUNCTIONS["numpy." + _name]))
FUNCTIONS["numpy.amax"], FUNCTIONS["numpy.amin"] = (
    FUNCTIONS["numpy.max"], FUNCTIONS["numpy.min"])

# -- methods and attributes -----------------------------------------------------------------


def _astype(a: Args) -> Value:
    of = _self(a)
    dtype = a.dtype(0, "dtype")
    labels = of.labels
    if labels is not None and dtype is not None and dtype.startswith(("int", "uint")) \
            and not labels.whole:
        labels = Labels(whole=True)
    if not _number(dtype) or dtype == "bool":
        labels = None
    return Arr(of.shape, dtype, of.kind, labels, of.tag)


def _tolist(a: Args) -> Value:
    of = _self(a)
    return nested(of.shape, of.dtype)


def nested(shape: Shape, dtype: Optional[str] = None) -> Value:
    """The lists of lists that `tolist` gives."""
    if shape is None:
        return UNKNOWN
    if not shape:
        return Arr((), dtype, "scalar")
    return Seq(None, "list", nested(shape[1:], dtype), shape[0])


def replace(interpreter: Any, old: Value, new: Value) -> None:
    """An array changed in place: whoever names it sees the new one."""
    scope = getattr(interpreter, "scope", None)
    while scope is not None:
        for name, value in scope.names.items():
            if value is old:
                scope.names[name] = new
        scope = scope.parent


def rebind(a: Args, new: Value) -> Value:
    """The object of the method was changed in place; it returns None."""
    replace(a.interpreter, a.value, new)
    bind = getattr(a.interpreter, "bind", None)
    node = getattr(getattr(a.node, "func", None), "value", None)
    if bind is not None and type(node).__name__ == "Attribute":
        bind(node, new, a.node)  # self.frame.drop(..., inplace=True)
    return NONE


def _resized(a: Args) -> Value:
    given = a.positional
    shape = _sized(given[0]) if len(given) == 1 else tuple(dim_of(v) for v in given)
    return rebind(a, Arr(shape, _self(a).dtype))


def _method(names: str, entry: _Entry) -> None:
    guarded = _guard(entry)
    for name in names.split():
        FUNCTIONS["ndarray." + name] = FUNCTIONS["scalar." + name] = guarded


def _view(a: Args) -> Value:
    of = _self(a)
    return of if not a.positional and not a.named else Arr(None)


def _taken(of: Arr, a: Args, at: int) -> Value:
    axis = a.axis(at + 1)
    found = array_of(a.get(at, "indices"))
    if axis is None:
        return made(found.shape, of.dtype, values_only(of.labels))
    if of.shape is None or not isinstance(axis, int) or found.shape is None:
        return Arr(None, of.dtype)
    place = _known(axis, len(of.shape))
    return made((*of.shape[:place], *found.shape, *of.shape[place + 1:]), of.dtype,
                of.labels if place == 0 and len(of.shape) > 1 else values_only(of.labels))


def _diagonal(of: Arr, a: Args, at: int) -> Value:
    if of.shape is None or len(of.shape) != 2 or a.has(at, "offset"):
        return Arr(None, of.dtype)
    first, second = of.shape
    return Arr((first if first == second else _least(first, second),), of.dtype)


_method("astype", _astype)
_method("tolist", _tolist)
_method("copy byteswap newbyteorder", lambda a: _self(a))
_method("view", _view)
_method("sort partition setflags tofile dump", lambda a: NONE)
_method("fill put itemset", lambda a: rebind(a, _self(a).but(labels=None)))
_method("item", lambda a: Arr((), _self(a).dtype, "scalar", values_only(_self(a).labels)))
_method("resize", _resized)
_method("round", lambda a: _self(a).but(labels=None))
_method("clip", lambda a: Arr(_self(a).shape, None, _self(a).kind)
        if all(isinstance(v, (Const, Size)) for v in (*a.positional, *a.named.values()))
        else Arr(None))
_method("conj conjugate", lambda a: _self(a).but(labels=None))
_method("argpartition", lambda a: Arr(_self(a).shape, "int64"))
_method("searchsorted", lambda a: made(array_of(a.get(0, "v")).shape, "int64"))
_method("compress", lambda a: Arr(None))
_method("tobytes tostring dumps", lambda a: UNKNOWN)
_both("take", _taken)
_both("diagonal", _diagonal)


def _shape_tuple(of: Arr) -> Value:
    if of.shape is None:
        return UNKNOWN
    return Seq([size_value(d) for d in of.shape], "tuple")


def _number_of(of: Arr, axis: Any = None) -> Value:
    if of.shape is None:
        return UNKNOWN
    if axis is None:
        return size_value(product(of.shape))
    return size_value(of.shape[_known(axis, len(of.shape))])


_put("shape", lambda a: _shape_tuple(array_of(a.get(0, "a"))))
_put("ndim", lambda a: Const(len(array_of(a.get(0, "a")).shape or ()))
     if array_of(a.get(0, "a")).shape is not None else UNKNOWN)

for _kind_name in ("ndarray", "scalar"):
    _readers: Tuple[Tuple[str, Callable[[Any], Value]], ...] = (
            ("T", lambda x: _permuted(x, None if x.shape is None
                                      else list(range(len(x.shape)))[::-1])),
            ("mT", lambda x: _permuted(x, None)),
            ("size", _number_of),
            ("real", lambda x: Arr(x.shape, None, x.kind)),
            ("imag", lambda x: Arr(x.shape, None, x.kind)),
            ("flat", lambda x: _flat(x)),
            ("itemsize", lambda x: UNKNOWN), ("nbytes", lambda x: UNKNOWN),
            ("strides", lambda x: UNKNOWN), ("flags", lambda x: UNKNOWN),
            ("base", lambda x: UNKNOWN), ("data", lambda x: UNKNOWN))
    for _name, _reader in _readers:
        ATTRIBUTES[f"{_kind_name}.{_name}"] = _reader


def _converted(name: str) -> _Entry:
    """`np.float32(x)`"""
    whole = name.startswith(("int", "uint"))

    def entry(a: Args) -> Value:
        value = a.get(0, "x")
        if isinstance(value, Const) and isinstance(value.value, (int, float)):
            if whole:
                return Const(int(value.value))
            if name.startswith("float"):
                return Arr((), dtype, "scalar")
        of = array_of(value)
        return Arr(of.shape, dtype, "scalar" if of.shape == () else "ndarray",
                   of.labels if _number(dtype) else None)
    dtype = dtype_name(Const(name))
    return entry


for _name in ("float16", "float32", "float64", "float", "int8", "int16", "int32", "int64", "int",
              "uint8", "uint16", "uint32", "uint64", "bool_", "float_", "int_"):
    _put(_name, _converted(_name))
_put("size", lambda a: _number_of(array_of(a.get(0, "a")), a.axis(1)))

CONSTANTS: Dict[str, Value] = {
    "numpy.newaxis": NONE, "numpy.pi": Const(math.pi), "numpy.e": Const(math.e),
    "numpy.inf": Const(math.inf), "numpy.Inf": Const(math.inf), "numpy.nan": Const(math.nan),
    "numpy.NaN": Const(math.nan),
    "numpy.c_": Obj("numpy.c_"), "numpy.r_": Obj("numpy.r_"),
}

# -- SciPy ----------------------------------------------------------------------------------


def _like_input(a: Args) -> Value:
    of = array_of(a.get(0, "x" if "x" in a.named else "a"))
    return made(of.shape)


def _softmax(a: Args) -> Value:
    of = array_of(a.get(0, "x"))
    return made(of.shape, None, Labels(low=0, high=1))


def _imresize(a: Args) -> Value:
    """Of scipy.misc, gone since 1.3: `imresize(image, (height, width))`."""
    of, size = array_of(a.get(0, "arr")), shape_of(a.get(1, "size"))
    if of.shape is None or size is None or len(size) != 2 or len(of.shape) not in (2, 3):
        return Arr(None, "uint8")
    return Arr((*size, *of.shape[2:]), "uint8")


_put("special.softmax special.expit", _softmax, "scipy.")
_put("special.log_softmax stats.zscore ndimage.gaussian_filter ndimage.median_filter "
     "ndimage.uniform_filter signal.medfilt", _like_input, "scipy.")
_put("misc.imresize", _imresize, "scipy.")
_put("misc.imread ndimage.imread", lambda a: Arr(None, "uint8"), "scipy.")


def sparse(shape: Shape, dtype: Optional[str] = None, labels: Optional[Labels] = None) -> Value:
    """A sparse matrix: no array until `.toarray()`."""
    return Obj("scipy.sparse.csr_matrix", {"__of__": Arr(shape, dtype, "ndarray", labels)})


def behind(value: Value) -> Arr:
    """The array that a sparse matrix stands for."""
    of = value.attrs.get("__of__") if isinstance(value, Obj) else None
    return of if isinstance(of, Arr) else Arr(None)


def _sparse_item(a: Args) -> Value:
    key: Any = a.positional[0]
    of = behind(a.value)
    if hasattr(key, "stop"):
        bounds = [p.value if isinstance(p, Const) else p for p in (key.start, key.stop, key.step)]
        if all(b is None or isinstance(b, int) for b in bounds) and of.shape:
            return sparse((Slice(*bounds).of(of.shape[0]), *of.shape[1:]), of.dtype, of.labels)
    return UNKNOWN


def _to_sparse(a: Args) -> Value:
    of = a.get(0, "arg1")
    found = of if isinstance(of, Arr) else Arr(None)
    return sparse(found.shape if found.rank == 2 else None, found.dtype)


_put("csr_matrix csc_matrix coo_matrix", _to_sparse, "scipy.sparse.")
_put("toarray", lambda a: behind(a.value), "scipy.sparse.csr_matrix.")
_put("todense", lambda a: behind(a.value).but(kind="?"), "scipy.sparse.csr_matrix.")
_put("tocsr tocsc copy tocoo", lambda a: a.value, "scipy.sparse.csr_matrix.")
_put("__getitem__", _sparse_item, "scipy.sparse.csr_matrix.")
ATTRIBUTES["scipy.sparse.csr_matrix.shape"] = lambda x: _shape_tuple(behind(x))
ATTRIBUTES["scipy.sparse.csr_matrix.A"] = lambda x: behind(x)
