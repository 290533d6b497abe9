"""A closer look at values, where a rule needs one: ids, masks, labels.

Bounded: of a large array rows spread over all of it are looked at. What is then said of `low`,
`high` and `classes` holds for values that are there, whatever the others are.
"""
from __future__ import annotations

import dataclasses
from typing import Any, Optional

from shapecheck.facts import ValueFacts

MAX_BYTES = 4 << 20
_KINDS = "iubf"


def ids_facts(value: Any, known: ValueFacts, padding: Optional[int] = None,
              whole: bool = False) -> ValueFacts:
    """`known`, with what the values are: of ids, a mask, or labels.

    padding: the id that fills rows; `padded` says whether rows end or begin with it.
    whole: look at all of it, however large.
    """
    array, complete = _array(value, whole)
    if array is None or not array.size:
        return known
    low, high = float(array.min()), float(array.max())
    if low != low or high != high:  # NaN
        return known
    numbers = array.dtype.kind in "iub" or bool((array == array.round()).all())
    one_hot = (array.ndim >= 2 and array.shape[-1] > 1 and numbers and low == 0 and high == 1
               and bool((array.sum(-1) == 1).all()))
    padded = None
    if padding is not None and complete and array.ndim == 2 and array.shape[1] > 1:
        filled = array == padding
        ends = filled[:, -1] | filled[:, 0]
        padded = bool((ends & ~filled.all(1)).any())
    return dataclasses.replace(
        known, low=low, high=high if complete or high else None, whole=numbers, one_hot=one_hot,
        classes=_classes(array), padded=padded)


def range_of(value: Any, known: Optional[ValueFacts] = None) -> ValueFacts:
    """The lowest and the highest value, and whether all are whole numbers: of this array, and of
    those before it that `known` speaks of. Nothing where this one cannot be looked at."""
    array, _complete = _array(value)
    if array is None or not array.size:
        return known or ValueFacts()
    low, high = float(array.min()), float(array.max())
    if low != low or high != high:  # NaN
        return ValueFacts()
    whole = array.dtype.kind in "iub" or bool((array == array.round()).all())
    if known is not None and known.low is not None and known.high is not None:
        low, high = min(low, known.low), max(high, known.high)
        whole = whole and bool(known.whole)
    return ValueFacts(low=low, high=high, whole=whole)


def marks_padding(mask: Any, ids: Any) -> Optional[bool]:
    """Is the mask 1 exactly where the ids are 0, and 0 somewhere? None where not looked at."""
    mask_array, whole = _array(mask)
    ids_array, _ = _array(ids)
    if mask_array is None or ids_array is None or not whole or not mask_array.size \
            or mask_array.shape != ids_array.shape:
        return None
    empty = ids_array == 0
    return bool(((mask_array == 1) == empty).all() and empty.any() and not empty.all()
                and ((mask_array == 0) | (mask_array == 1)).all())


def _classes(array: Any) -> Optional[int]:
    """How many different values, among the first 65,536."""
    import numpy as np

    return len(np.unique(array.reshape(-1)[:65536]))


def _array(value: Any, whole: bool = False) -> Any:
    """(the values as a NumPy array, are these all), (None, False) where they cannot be had.

    A tensor on another device is brought here only where it is small.
    """
    import numpy as np

    try:
        if isinstance(value, (list, tuple)) or hasattr(value, "__array_interface__"):
            array = np.asarray(value)
        else:
            to_numpy = getattr(value, "numpy", None) or getattr(value, "to_numpy", None)
            if to_numpy is None or (_bytes(value) > MAX_BYTES and not whole):
                return None, False
            array = np.asarray(to_numpy())
        if array.dtype.kind not in _KINDS or array.ndim < 1:
            return None, False
        if array.nbytes <= MAX_BYTES or whole:
            return array, True
        step = -(-array.nbytes // MAX_BYTES)
        return array[::step], False
    except Exception:  # a fact that cannot be had is not a fault
        return None, False


def _bytes(value: Any) -> int:
    size = 1
    for dim in value.shape:
        size *= int(dim)
    return size * 8
