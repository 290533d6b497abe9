"""tf.data: what each step of a pipeline does to the elements."""
from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional

from shapecheck.read.binding import Args
from shapecheck.read.values import (
    NONE,
    UNKNOWN,
    Arr,
    Dataset,
    Dim,
    Function,
    Mapping,
    Seq,
    Value,
    join,
)

FUNCTIONS: Dict[str, Function] = {}
ATTRIBUTES: Dict[str, Callable[[Any], Value]] = {}
CONSTANTS: Dict[str, Value] = {}


def each(value: Value, change: Callable[[Arr], Value]) -> Value:
    """The element with every array in it changed."""
    if isinstance(value, Arr):
        return change(value)
    if isinstance(value, Seq) and value.items is not None:
        return Seq([each(item, change) for item in value.items], value.kind)
    if isinstance(value, Mapping) and value.items is not None:
        return Mapping({k: each(v, change) for k, v in value.items.items()}, value.kind)
    return UNKNOWN


def _self(a: Args) -> Dataset:
    return a.value if isinstance(a.value, Dataset) else Dataset(UNKNOWN)


def _batch(a: Args) -> Value:
    data = _self(a)
    size: Dim = a.dim(0, "batch_size")
    remainder = a.const(1, "drop_remainder", False)
    whole = remainder is True
    front: Dim = size if whole else None
    if isinstance(size, int) and isinstance(data.size, int) and data.size % size == 0:
        front = size
    element = each(data.element, lambda arr: Arr(
        None if arr.shape is None else (front, *arr.shape), arr.dtype, "Tensor", arr.labels,
        arr.tag))
    return Dataset(element, True, None, "Dataset",
                   not whole if isinstance(remainder, bool) else None)


def _padded(a: Args) -> Value:
    data = _self(a)
    element = each(data.element, lambda arr: Arr(
        None if arr.shape is None else (None,) * (len(arr.shape) + 1), arr.dtype, "Tensor",
        arr.labels, arr.tag))
    return Dataset(element, True, None, "Dataset", True)


def _unbatch(a: Args) -> Value:
    data = _self(a)
    element = each(data.element, lambda arr: Arr(
        None if not arr.shape else arr.shape[1:], arr.dtype, "Tensor", arr.labels, arr.tag))
    return Dataset(element, False, None)


def _map(a: Args) -> Value:
    data, function = _self(a), a.get(0, "map_func")
    if function is None:
        return UNKNOWN
    element = data.element
    parts: List[Value] = element.items if isinstance(element, Seq) and element.kind == "tuple" \
        and element.items is not None else [element]
    made = a.interpreter.call(function, parts)
    if isinstance(made, Seq) and made.kind == "list":
        made = UNKNOWN
    if isinstance(made, Arr):
        made = Arr(made.shape, made.dtype, "Tensor", made.labels)
    # the function may batch by itself: then elements are no rows any more
    same = _rank(made) is not None and _rank(made) == _rank(element)
    return Dataset(made if made is not NONE else UNKNOWN,
                   data.batched if same or data.batched else None, data.size, "Dataset",
                   data.remainder)


def _rank(element: Value) -> Optional[int]:
    """The rank of the (first) input of an element."""
    if isinstance(element, Seq) and element.items:
        element = element.items[0]
    return element.rank if isinstance(element, Arr) else None


def _concatenated(a: Args) -> Value:
    data, other = _self(a), a.get(0, "dataset")
    joined = join(data, other) if isinstance(other, Dataset) else UNKNOWN
    return joined if isinstance(joined, Dataset) else Dataset(UNKNOWN)


def _same(a: Args) -> Value:
    data = _self(a)
    return Dataset(data.element, data.batched, data.size, data.kind, data.remainder)


def _sized(a: Args) -> Value:
    data = _self(a)
    return Dataset(data.element, data.batched, None, data.kind, data.remainder)


def _enumerated(a: Args) -> Value:
    data = _self(a)
    return Dataset(Seq([Arr((), "int64", "Tensor"), data.element], "tuple"), None, data.size)


def _iterator(a: Args) -> Value:
    data = _self(a)
    element = each(data.element, lambda arr: Arr(arr.shape, arr.dtype, "ndarray", arr.labels))
    return Dataset(element, data.batched, data.size, "generator", data.remainder)


def _window(a: Args) -> Value:
    """Data sets of `size` elements each."""
    data, size = _self(a), a.dim(0, "size")
    exact = a.const(3, "drop_remainder", False) is True
    if not isinstance(data.element, Arr):
        return Dataset(UNKNOWN)
    return Dataset(Dataset(data.element, False, size if exact else None), False)


def _take(a: Args) -> Value:
    data, count = _self(a), a.int(0, "count")
    if count is None or count < 0:
        size: Dim = a.interpreter.fresh("B")
    else:
        size = min(data.size, count) if isinstance(data.size, int) else count
    return Dataset(data.element, data.batched, size, data.kind)


def _flat_map(a: Args) -> Value:
    """The elements of all the data sets that the function makes."""
    data, function = _self(a), a.get(0, "map_func")
    if function is None or not isinstance(data.element, Dataset):
        return Dataset(UNKNOWN)
    made = a.interpreter.call(function, [data.element])
    return Dataset(made.element if isinstance(made, Dataset) else UNKNOWN)


for _name in ("shuffle", "prefetch", "cache", "apply_", "with_options", "ignore_errors"):
    FUNCTIONS["Dataset." + _name] = _same
FUNCTIONS["Dataset.concatenate"] = _concatenated
FUNCTIONS["Dataset.take"] = _take
for _name in ("repeat", "skip", "filter", "shard"):
    FUNCTIONS["Dataset." + _name] = _sized
FUNCTIONS.update({
    "Dataset.batch": _batch, "Dataset.padded_batch": _padded, "Dataset.unbatch": _unbatch,
    "Dataset.map": _map, "Dataset.enumerate": _enumerated,
    "Dataset.as_numpy_iterator": _iterator,
    "Dataset.window": _window, "Dataset.flat_map": _flat_map,
    "Dataset.interleave": lambda a: Dataset(UNKNOWN), "Dataset.apply": lambda a: Dataset(UNKNOWN),
    "Dataset.bucket_by_sequence_length": lambda a: Dataset(UNKNOWN, True),
    "Dataset.ragged_batch": lambda a: Dataset(UNKNOWN, True),
    "generator.next": lambda a: _self(a).element, "generator.__next__": lambda a: _self(a).element,
    "generator.reset": lambda a: NONE,
})
