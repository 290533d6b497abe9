"""The tests: exact ones, where the shapes stay, and the one that changes the shape.

Each takes rows of the user's data, changes one thing and compares bits or distances. What is
exact is measured: `repeat` comes first, and its spread is the tolerance of the others.
"""
from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy as np

from shapecheck.consistency.batches import Batches, Padding
from shapecheck.consistency.noise import Rows, distance, same_bits
from shapecheck.consistency.runner import Runner
from shapecheck.facts.comparison import Trial


def compare_rows(before: Sequence[Rows], after: Sequence[Rows],
                 rows: Sequence[int]) -> Tuple[float, Optional[int], bool]:
    """(largest distance, the row of it, all bits equal)."""
    worst, where, equal = 0.0, None, True
    for row, a, b in zip(rows, before, after):
        same = all(same_bits(x, y) for x, y in zip(a, b))
        equal = equal and same
        if not same:
            gap = distance(a, b)
            if gap >= worst:
                worst, where = gap, row
    return worst, where, equal


def neighbours(batches: Batches, rows: Sequence[int], seed: int = 0) -> Tuple[Any, List[int]]:
    """A batch of the same shape in which every second row stays in its slot, among others.

    The other slots get rows of the user's from elsewhere; where there are none, rows of the
    batch with their values shuffled along axis 1. Returns the batch and the slots that stayed.
    """
    rng = np.random.RandomState(seed)
    stay = list(range(0, len(rows), 2))
    others = [r for r in range(min(batches.total, 4096)) if r not in rows]
    index = list(rows)
    changed: Dict[int, np.ndarray] = {}
    moved = [slot for slot in range(len(rows)) if slot not in stay]
    if len(others) >= len(moved):
        for slot, row in zip(moved, rng.permutation(others)):
            index[slot] = int(row)
        return batches.take(index), stay
    packed = [np.array(a[index] if not _shared(a, batches) else a) for a in batches.arrays]
    for position, array in enumerate(packed):
        if not _shared(batches.arrays[position], batches):
            for slot in moved:
                array[slot] = _other(array[slot], rng)
    del changed
    return batches.pack(packed), stay


def _shared(array: np.ndarray, batches: Batches) -> bool:
    return array.shape[0] == 1 and batches.total > 1


def _other(row: np.ndarray, rng: Any) -> np.ndarray:
    """Another row of the same kind: the same values in another order, scaled where floating."""
    flat = row.reshape(-1)
    shuffled = flat[rng.permutation(flat.size)].reshape(row.shape)
    if row.dtype.kind == "f":
        return (shuffled * row.dtype.type(1.5) + row.dtype.type(0.25)).astype(row.dtype)
    return shuffled


def padded_with_other_content(batches: Batches, padding: Padding,
                              rows: Sequence[int]) -> Optional[Any]:
    """The rows with other content at padded positions; None where content cannot be changed.

    Only where a mask says what is padding: an embedding with mask_zero reads the zeros itself.
    """
    if padding.source != "mask":
        return None
    array = batches.arrays[padding.ids]
    rng = np.random.RandomState(1)
    real = padding.real
    other = np.array(array)
    hidden = ~real
    if array.dtype.kind in "iu":
        pool = array[real]
        other[hidden] = rng.choice(pool, int(hidden.sum()))
    elif array.dtype.kind == "f":
        other[hidden] = rng.normal(size=other[hidden].shape).astype(array.dtype)
    else:
        return None
    return batches.take(rows, {padding.ids: other})


def real_part(result: Rows, real: np.ndarray) -> Rows:
    """Per-token outputs at real positions only: what stands at padded ones is nobody's answer."""
    return [x[real] if x.ndim >= 2 and x.shape[0] == real.shape[0] else x for x in result]


def trimmed(batches: Batches, padding: Padding, row: int) -> Any:
    """One row without its padding, in every input that has the padded width."""
    real = padding.real[row]
    keep = np.flatnonzero(real)
    start, stop = int(keep[0]), int(keep[-1]) + 1
    width = real.shape[0]
    arrays = []
    for array in batches.arrays:
        one = array if _shared(array, batches) else array[row:row + 1]
        arrays.append(one[:, start:stop] if one.ndim >= 2 and one.shape[1] == width else one)
    return batches.pack(arrays)


def common_prefix(a: Rows, b: Rows) -> Tuple[Rows, Rows]:
    """Both results cut to the sizes that they share (rows of different padded length)."""
    left, right = [], []
    for x, y in zip(a, b):
        if x.ndim == y.ndim:
            cut = tuple(slice(0, min(m, n)) for m, n in zip(x.shape, y.shape))
            x, y = x[cut], y[cut]
        left.append(x)
        right.append(y)
    return left, right


def trial(name: str, passed: Optional[bool], text: str, gap: float = 0.0,
          row: Optional[int] = None) -> Trial:
    return Trial(name, passed, text, gap, row)


__all__ = ["Runner", "common_prefix", "compare_rows", "neighbours", "padded_with_other_content",
           "real_part", "trial", "trimmed"]
