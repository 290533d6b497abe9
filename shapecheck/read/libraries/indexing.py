"""`x[...]` of arrays and tensors as NumPy has it: ints, slices, None, index arrays, masks."""
from __future__ import annotations

from typing import Any, List, Optional, Tuple

from shapecheck.read.values import (
    UNKNOWN,
    Arr,
    CannotBroadcast,
    Const,
    Counted,
    Dim,
    Labels,
    Shape,
    Size,
    Value,
    broadcast,
)


class Slice:
    """`start:stop:step`; each an int, a Size, None (absent) or UNKNOWN."""

    __slots__ = ("start", "stop", "step")

    def __init__(self, start: Any = None, stop: Any = None, step: Any = None) -> None:
        self.start = start
        self.stop = stop
        self.step = step

    def whole(self) -> bool:
        """Everything of the axis, in whatever direction."""
        return (self.stop is None and self.start in (None, 0) and self.step in (None, 1)) or (
            self.start is None and self.stop is None and self.step == -1)

    def of(self, dim: Dim) -> Dim:
        """How many of `dim` it takes."""
        if self.whole():
            return dim
        start, stop, step = self.start, self.stop, self.step
        if isinstance(start, Counted) and isinstance(stop, Counted) and step in (None, 1):
            taken = stop.minus(start)  # x[i:i + 3]
            return taken if taken is not None and taken > 0 and not (
                isinstance(dim, int) and taken > dim) else None
        if isinstance(dim, int):
            if _plain(start) and _plain(stop) and _plain(step) and step != 0:
                return len(range(*slice(start, stop, step).indices(dim)))
            return None
        if isinstance(dim, str) and isinstance(stop, Size) and stop.name == dim \
                and start in (None, 0) and step in (None, 1):
            return dim  # x[:len(x)]
        forward = step is None or (_plain(step) and step > 0)
        return 0 if forward and start in (None, 0) and _plain(stop) and stop == 0 else None


def _plain(bound: Any) -> bool:
    return bound is None or (isinstance(bound, int) and not isinstance(bound, bool))


#: the tag of arrays of one or two axes: two keys then show that there are two
AT_MOST_2D = "one axis or two"


def index(arr: Arr, keys: List[Any]) -> Value:
    """What `arr[keys]` is; UNKNOWN also where NumPy raises."""
    kinds = [_kind_of(key) for key in keys]
    if "?" in kinds or kinds.count("...") > 1:
        return Arr(None, arr.dtype, arr.kind)
    if "no" in kinds:
        return UNKNOWN
    labels = _kept(arr, keys, kinds)
    if arr.shape is None and arr.tag == AT_MOST_2D and len(keys) == 2 \
            and all(k in ("int", ":", "array", "either") for k in kinds):
        arr = arr.but(shape=(None, None))
    if arr.kind == "RaggedTensor" and any(k != ":" for k in kinds):
        return Arr(None, arr.dtype, "?")
    if arr.shape is None:
        return Arr(None, arr.dtype, arr.kind, labels)
    full = _expanded(keys, kinds, len(arr.shape))
    if full is None:
        return UNKNOWN
    try:
        shape = _applied(arr.shape, *full)
    except CannotBroadcast:
        return UNKNOWN
    if shape is _RAISES:
        return UNKNOWN
    kind = "scalar" if shape == () and arr.kind == "ndarray" else arr.kind
    return Arr(shape, arr.dtype, kind, labels)


def take(arr: Arr, where: Arr) -> Value:
    """`arr[where]`, as `np.eye(k)[y]`."""
    return index(arr, [where])


def _kind_of(key: Any) -> str:
    """"int", ":", "None", "...", "array", "mask"; "?" not known, "no" no key of an array."""
    if isinstance(key, Slice):
        return ":"
    if key is None:
        return "None"
    if key is Ellipsis:
        return "..."
    if isinstance(key, (Size, Counted)):
        return "int"
    if isinstance(key, Const):
        if isinstance(key.value, bool):
            return "?"
        return "int" if isinstance(key.value, int) else "no"
    if isinstance(key, Arr):
        return _kind_of_array(key)
    return "?"


def _kind_of_array(key: Arr) -> str:
    if key.shape is None or key.kind in ("DataFrame", "RaggedTensor", "?"):
        return "?"
    dtype = key.dtype
    if dtype is None:  # a mask or indices: in one axis the rank of the result is the same
        return "either" if len(key.shape) == 1 else "?"
    if dtype == "bool":
        return "mask" if key.shape else "?"
    if dtype.startswith(("int", "uint")):
        return "array" if key.shape else "int"
    if key.shape == (0,):
        return "array"  # x[[]]
    return "?" if dtype == "object" else "no"


def _expanded(keys: List[Any], kinds: List[str],
              rank: int) -> Optional[Tuple[List[Any], List[str]]]:
    """Keys for all axes, what `...` stands for and what is missing filled in. None: too many."""
    used = 0
    for key, kind in zip(keys, kinds):
        used += 0 if kind in ("None", "...") else len(key.shape) if kind == "mask" else 1
    if used > rank:
        return None
    rest = rank - used
    at = kinds.index("...") if "..." in kinds else len(keys)
    # the `...` itself stays: index arrays on its two sides are apart, even if it is nothing
    return ([*keys[:at], *[Slice()] * rest, *keys[at:]],
            [*kinds[:at], *[":"] * rest, *kinds[at:]])


_RAISES: Tuple[Dim, ...] = (-1,)


def _applied(shape: Tuple[Dim, ...], keys: List[Any], kinds: List[str]) -> Shape:
    fancy = any(k in ("array", "mask", "either") for k in kinds)
    out: List[Dim] = []
    together: Shape = ()
    places: List[int] = []  # of the fancy keys; a single int beside an index array is one too
    at: Optional[int] = None
    axis = 0
    for number, (key, kind) in enumerate(zip(keys, kinds)):
        if kind in ("None", "..."):
            out.extend((1,) if kind == "None" else ())
            continue
        dim = shape[axis]
        if kind == ":":
            out.append(key.of(dim))
            axis += 1
            continue
        if kind == "int" and isinstance(key, Const) and isinstance(dim, int) \
                and not -dim <= key.value < dim:
            return _RAISES
        if kind == "mask":
            if any(isinstance(a, int) and isinstance(b, int) and a != b
                   for a, b in zip(key.shape, shape[axis:])):
                return _RAISES
            axis += len(key.shape)
            part: Shape = (None,)
        else:
            part = () if kind == "int" else (None,) if kind == "either" else key.shape
            axis += 1
        if fancy:
            # None: how many a mask takes; it may also be 1, so it says nothing of the others
            together = broadcast(together, part)
            at = len(out) if at is None else at
            places.append(number)
    if not fancy:
        return tuple(out)
    beside = places[-1] - places[0] == len(places) - 1
    place = at if beside and at is not None else 0
    return (*out[:place], *(together or ()), *out[place:])


def _kept(arr: Arr, keys: List[Any], kinds: List[str]) -> Optional[Labels]:
    """Rows keep what is known of rows; any part keeps what is known of each number."""
    labels = arr.labels
    if labels is None:
        return None
    if arr.shape is None or len(arr.shape) < 2:
        return values_only(labels)  # part of a single row
    rest_whole = all(kind == "..." or (kind == ":" and key.whole() and key.step != -1)
                     for key, kind in zip(keys[1:], kinds[1:]))
    if kinds and kinds[0] != "None" and kinds[0] != "mask" and rest_whole:
        return labels
    if kinds and kinds[0] == "mask" and len(keys[0].shape) == 1 and rest_whole:
        return labels
    return values_only(labels)


def values_only(labels: Optional[Labels]) -> Optional[Labels]:
    """What is left of it where rows are not rows any more."""
    if labels is None or (not labels.one_hot and not labels.padded):
        return labels
    if labels.one_hot:
        return Labels(whole=True, low=0, high=1, binary=True)
    return Labels(None, labels.whole, labels.classes, labels.low, labels.high, labels.binary)
