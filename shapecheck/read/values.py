"""What the reader knows of a value: nothing, a constant, an array of some shape, a container.

Unknown is `UNKNOWN`, and an unknown dimension is None: whatever is computed from them is unknown
again, so that nothing is ever guessed. A dimension may also be a name ("N"): two arrays with the
same name there have as many rows, however many that is.
"""
from __future__ import annotations

from typing import Any, Callable, Dict, Iterable, List, Optional, Tuple, Union

Dim = Optional[Union[int, str]]
Shape = Optional[Tuple[Dim, ...]]


class Value:
    """Any value. Of a bare one nothing is known."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "?"


UNKNOWN = Value()


class Const(Value):
    """A Python constant: int, float, bool, str, bytes, None, Ellipsis."""

    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return repr(self.value)


NONE = Const(None)
TRUE = Const(True)
FALSE = Const(False)


class Size(Value):
    """A whole number that is a named dimension: `len(x)` where x has N rows."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return self.name


class Counted(Value):
    """The number that a loop counts, plus another: `i + 3` in `for i in range(n)`.

    It stands for one pass; after that it is any number.
    """

    __slots__ = ("count", "plus", "often")

    def __init__(self, count: List[bool], plus: int = 0, often: bool = False) -> None:
        self.count = count  # empty once the pass is over
        self.plus = plus
        self.often = often  # there are many passes

    def minus(self, other: "Counted") -> Optional[int]:
        """The difference; None where it is not known."""
        same = self.count is other.count and bool(self.count)
        return self.plus - other.plus if same else None

    def __repr__(self) -> str:
        return f"i+{self.plus}"


class Labels:
    """What is known of an array's numbers, where they may be labels or ids; None: not known.

    one_hot: rows are one-hot. whole: whole numbers (whatever the dtype). classes: how many
    different values there may be. low, high: the least and the largest possible (both inclusive;
    of a scaled array, say). binary: nothing but 0 and 1. padded: rows end (or begin) with zeros
    that stand for nothing.
    """

    __slots__ = ("one_hot", "whole", "classes", "low", "high", "binary", "padded")

    def __init__(self, one_hot: Optional[bool] = None, whole: Optional[bool] = None,
                 classes: Optional[int] = None, low: Optional[float] = None,
                 high: Optional[float] = None, binary: Optional[bool] = None,
                 padded: Optional[bool] = None) -> None:
        self.one_hot = one_hot
        self.whole = whole
        self.classes = classes
        self.low = low
        self.high = high
        self.binary = binary
        self.padded = padded


class Arr(Value):
    """An array or tensor. shape: None where even the rank is not known.

    kind: "ndarray", "Tensor", "KerasTensor", "Series", "DataFrame", "RaggedTensor", "scalar" (a
    NumPy number). tag: where it comes from, for rules that ask ("an output of a model").
    columns: the names of a DataFrame's columns where all are known.
    """

    __slots__ = ("shape", "dtype", "kind", "labels", "tag", "columns")

    def __init__(self, shape: Optional[Iterable[Dim]] = None, dtype: Optional[str] = None,
                 kind: str = "ndarray", labels: Optional[Labels] = None, tag: Any = None,
                 columns: Optional[Tuple[str, ...]] = None) -> None:
        self.shape: Shape = None if shape is None else tuple(shape)
        self.dtype = dtype
        self.kind = kind
        self.labels = labels
        self.tag = tag
        self.columns = columns

    @property
    def rank(self) -> Optional[int]:
        return None if self.shape is None else len(self.shape)

    def but(self, **changes: Any) -> "Arr":
        """A copy with some attributes changed. A new shape forgets the tag and the columns."""
        kept = {"shape": self.shape, "dtype": self.dtype, "kind": self.kind,
                "labels": self.labels, "tag": self.tag, "columns": self.columns}
        if "shape" in changes:
            kept["tag"] = kept["columns"] = None
        kept.update(changes)
        return Arr(**kept)

    def __repr__(self) -> str:
        dims = "?" if self.shape is None else "(" + ", ".join(
            "?" if d is None else str(d) for d in self.shape) + ")"
        return f"{self.kind}{dims}"


class Mutable(Value):
    """A value that the program may change in place.

    The interpreter saves `state()` before a change that may not happen (a branch) and puts it
    back; `forget()` is called where the two ways differ.
    """

    __slots__ = ()

    def state(self) -> Any:
        raise NotImplementedError

    def restore(self, state: Any) -> None:
        raise NotImplementedError

    def forget(self) -> None:
        raise NotImplementedError


class Seq(Mutable):
    """A list or tuple. items: None where only the element is known: then `element` stands for
    each of them (UNKNOWN as well) and `length` for how many there are."""

    __slots__ = ("items", "kind", "element", "length")

    def __init__(self, items: Optional[List[Value]], kind: str = "list",
                 element: Value = UNKNOWN, length: Dim = None) -> None:
        self.items = items
        self.kind = kind
        self.element = element
        self.length = length if items is None else len(items)

    def state(self) -> Any:
        return (None if self.items is None else list(self.items), self.element, self.length)

    def restore(self, state: Any) -> None:
        items, self.element, self.length = state
        self.items = None if items is None else list(items)

    def forget(self) -> None:
        self.items, self.element, self.length = None, UNKNOWN, None

    def meet(self, states: List[Any]) -> None:
        """On several ways it got several items: what all of them have in common."""
        found: Optional[Value] = None
        for items, element, _length in states:
            for item in items if items is not None else [element]:
                found = item if found is None else join(found, item)
        self.items, self.element, self.length = None, found or UNKNOWN, None

    def __repr__(self) -> str:
        return f"{self.kind}{self.items if self.items is not None else self.element}"


class Outputs(Seq):
    """What a model with several outputs returned: a list, one array for each. rows: of each."""

    __slots__ = ("rows",)

    def __init__(self, items: List[Value], rows: Dim) -> None:
        super().__init__(items)
        self.rows = rows


class Mapping(Mutable):
    """A dict. items: None where the keys are not known."""

    __slots__ = ("items", "kind")

    def __init__(self, items: Optional[Dict[Any, Value]], kind: str = "dict") -> None:
        self.items = items
        self.kind = kind  # "dict", "BatchEncoding", "ModelOutput"

    def state(self) -> Any:
        return None if self.items is None else dict(self.items)

    def restore(self, state: Any) -> None:
        self.items = None if state is None else dict(state)

    def forget(self) -> None:
        self.items = None

    def __repr__(self) -> str:
        return f"{self.kind}{self.items}"


class Lib(Value):
    """A module, class or function of a library, by its canonical dotted name
    ("numpy.zeros", "keras.layers.Dense"). members: what was read of it already."""

    __slots__ = ("path", "members")

    def __init__(self, path: str) -> None:
        self.path = path
        self.members: Dict[str, Value] = {}

    def __repr__(self) -> str:
        return f"<{self.path}>"


class Obj(Mutable):
    """An instance of a library's class: `cls` is its canonical name, `attrs` what is known."""

    __slots__ = ("cls", "attrs")

    def __init__(self, cls: str, attrs: Optional[Dict[str, Any]] = None) -> None:
        self.cls = cls
        self.attrs: Dict[str, Any] = {} if attrs is None else attrs

    def state(self) -> Any:
        return dict(self.attrs)

    def restore(self, state: Any) -> None:
        self.attrs = dict(state)

    def forget(self) -> None:
        self.attrs = {}

    def __repr__(self) -> str:
        return f"<{self.cls} object>"


class Bound(Value):
    """`value.name`, to be called."""

    __slots__ = ("value", "name")

    def __init__(self, value: Value, name: str) -> None:
        self.value = value
        self.name = name


class Dataset(Value):
    """A tf.data.Dataset, a generator or a Keras Sequence: `element` is what one step yields.

    element: an Arr, a Seq (tuple) or a Mapping. batched: True after `.batch`, False where
    elements are certainly single rows, None where not known. size: elements in one pass.
    kind: "Dataset", "generator", "Sequence".
    """

    __slots__ = ("element", "batched", "size", "kind", "remainder")

    def __init__(self, element: Value, batched: Optional[bool] = None, size: Dim = None,
                 kind: str = "Dataset", remainder: Optional[bool] = None) -> None:
        self.element = element
        self.batched = batched
        self.size = size
        self.kind = kind
        self.remainder = remainder  # True: the last batch may be smaller

    def __repr__(self) -> str:
        return f"{self.kind}<{self.element}>"


# -- joining two ways through the program ---------------------------------------------------


def join(a: Value, b: Value) -> Value:
    """What is known where the value is `a` or `b`."""
    if a is b:
        return a
    if isinstance(a, Const) and isinstance(b, Const):
        same = type(a.value) is type(b.value) and a.value == b.value
        return a if same else UNKNOWN
    if isinstance(a, Size) and isinstance(b, Size):
        return a if a.name == b.name else UNKNOWN
    if isinstance(a, Arr) and isinstance(b, Arr):
        return _join_arrays(a, b)
    if isinstance(a, Seq) and isinstance(b, Seq) and a.kind == b.kind:
        if a.items is not None and b.items is not None and len(a.items) == len(b.items) < 50:
            return Seq([join(x, y) for x, y in zip(a.items, b.items)], a.kind)
        return Seq(None, a.kind, join(element_of(a), element_of(b)))
    if isinstance(a, Dataset) and isinstance(b, Dataset):
        return Dataset(join(a.element, b.element),
                       a.batched if a.batched == b.batched else None,
                       a.size if a.size == b.size else None, a.kind,
                       a.remainder if a.remainder == b.remainder else None)
    if isinstance(a, Lib) and isinstance(b, Lib) and a.path == b.path:
        return a
    if isinstance(a, Mapping) and isinstance(b, Mapping) and a.items is not None \
            and b.items is not None and set(a.items) == set(b.items):
        return Mapping({k: join(v, b.items[k]) for k, v in a.items.items()}, a.kind)
    return UNKNOWN


def _join_arrays(a: Arr, b: Arr) -> Value:
    kind = a.kind if a.kind == b.kind else "?"
    shape: Shape = None
    if a.shape is not None and b.shape is not None and len(a.shape) == len(b.shape):
        shape = tuple(x if x == y and x is not None else None for x, y in zip(a.shape, b.shape))
    return Arr(shape, a.dtype if a.dtype == b.dtype else None, kind,
               a.labels if a.labels is b.labels else None, a.tag if a.tag is b.tag else None)


def element_of(value: Value) -> Value:
    """What one step of `for item in value` gives, the same for every step."""
    if isinstance(value, Seq):
        if value.items is None:
            return value.element
        if not value.items:
            return UNKNOWN
        found = value.items[0]
        for item in value.items[1:20]:
            found = join(found, item)
        return found if len(value.items) <= 20 else UNKNOWN
    if isinstance(value, Arr):
        if value.kind == "DataFrame" or value.shape is None:
            return UNKNOWN if value.shape is None or value.kind == "DataFrame" else value
        if not value.shape:
            return UNKNOWN
        kind = "scalar" if len(value.shape) == 1 and value.kind == "ndarray" else value.kind
        item = value.but(shape=value.shape[1:], kind="ndarray" if kind == "Series" else kind)
        if getattr(value.tag, "inherited", False):
            item.tag = value.tag
        return item
    if isinstance(value, Dataset):
        return value.element
    return UNKNOWN


# -- dimensions -----------------------------------------------------------------------------


def size_value(dim: Dim) -> Value:
    """The Python number that is this dimension."""
    if isinstance(dim, int):
        return Const(dim)
    return UNKNOWN if dim is None else Size(dim)


def dim_of(value: Optional[Value]) -> Dim:
    """The dimension that a Python number is; None where it is not known."""
    if isinstance(value, Const):
        number = value.value
        if isinstance(number, bool):
            return None
        if isinstance(number, int):
            return number
        return None
    return value.name if isinstance(value, Size) else None


def shape_of(value: Optional[Value]) -> Shape:
    """The shape that a Python value means: `(3, n)`, `[3, 4]`, `5`."""
    if isinstance(value, Seq):
        if value.items is None:
            return (None,) * value.length if isinstance(value.length, int) else None
        return tuple(dim_of(item) for item in value.items)
    if isinstance(value, (Const, Size)):
        dim = dim_of(value)
        return None if dim is None else (dim,)
    return None


def product(dims: Iterable[Dim]) -> Dim:
    """The product; one named dimension among ones is kept, else a name makes it unknown."""
    total, name = 1, None
    for dim in dims:
        if dim is None:
            return None
        if isinstance(dim, str):
            if name is not None:
                return None
            name = dim
        else:
            total *= dim
    if name is None:
        return total
    return name if total == 1 else (0 if total == 0 else None)


def plus(dims: Iterable[Dim]) -> Dim:
    total = 0
    for dim in dims:
        if not isinstance(dim, int):
            return None
        total += dim
    return total


class CannotBroadcast(ValueError):
    """The two shapes are proved not to broadcast."""


def broadcast(a: Shape, b: Shape) -> Shape:
    """NumPy's rule. Raises CannotBroadcast where two sizes are proved to differ."""
    if a is None or b is None:
        return None
    longer, shorter = (a, b) if len(a) >= len(b) else (b, a)
    out: List[Dim] = list(longer[:len(longer) - len(shorter)])
    for x, y in zip(longer[len(longer) - len(shorter):], shorter):
        if x == y and x is not None:
            out.append(x)
        elif x == 1:
            out.append(y)
        elif y == 1:
            out.append(x)
        elif isinstance(x, int) and isinstance(y, int):
            raise CannotBroadcast(f"{x} and {y}")
        elif isinstance(x, int) or isinstance(y, int):
            out.append(x if isinstance(x, int) else y)  # it can be that or 1
        else:
            out.append(None)
    return tuple(out)


def reshaped(shape: Shape, target: Shape) -> Shape:
    """`reshape(target)`; a -1 is worked out where it can be."""
    if target is None:
        return None
    if -1 not in target:
        return target
    rest = product(d for d in target if d != -1)
    whole = None if shape is None else product(shape)
    hole: Dim = None
    if isinstance(whole, int) and isinstance(rest, int) and rest > 0:
        hole = whole // rest
    elif shape is not None and isinstance(rest, int):
        # (N, 28, 28) -> (-1, 784): the names that are left over
        named = [d for d in shape if not isinstance(d, int)]
        ints = product(d for d in shape if isinstance(d, int))
        if len(named) == 1 and isinstance(named[0], str) and ints == rest:
            hole = named[0]
    return tuple(hole if d == -1 else d for d in target)


#: a function of a library: from its bound arguments to a value
Function = Callable[[Any], Value]
