"""What each test passes: rows of the user's data with one thing changed, and how it is compared.

The exact tests keep the shape, so bits must stay; their exactness is measured by the first of
them, the repeat. The last one changes the shape, so it is judged against measured rounding.
"""
from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy as np

from shapecheck.consistency.batches import Batches, Padding
from shapecheck.consistency.noise import Rows, distance, perturbed, same_bits

#: per output, the usual norm of a row
Scale = Optional[Sequence[float]]


def compare_rows(before: Sequence[Rows], after: Sequence[Rows], rows: Sequence[int],
                 scale: Scale = None) -> Tuple[float, Optional[int], bool]:
    """(largest distance, the row of it, all bits equal)."""
    worst, where, equal = 0.0, None, True
    for row, a, b in zip(rows, before, after):
        same = all(same_bits(x, y) for x, y in zip(a, b))
        equal = equal and same
        if not same:
            gap = distance(a, b, scale)
            if gap >= worst:
                worst, where = gap, row
    return worst, where, equal


def staying(count: int) -> List[int]:
    """Slots whose rows stay while all others are replaced.

    No fixed step between them, and never the first or the last slot: whatever a row takes
    from the row d further on, from the first or from the last, some of them see it change.
    """
    if count < 4:
        return [count // 2]
    return [slot for slot in range(1, count - 1) if slot == 1 or slot % 2 == 0]


def neighbours(batches: Batches, index: Sequence[int], stay: Sequence[int],
               seed: int = 0, scale: float = 1.5) -> Optional[Any]:
    """The batch with the rows in the slots `stay` kept and all others replaced by other rows.

    By rows of the user's from elsewhere; where there are none, or they hold the same values, by
    rows made from the user's (floats `scale` times as large). None where no other row can be
    made.
    """
    rng = np.random.RandomState(seed)
    others = [r for r in range(min(batches.total, 4096)) if r not in index]
    moved = [slot for slot in range(len(index)) if slot not in stay]
    packed = [np.array(a if batches.shared(i) else a[np.asarray(index, dtype=int)])
              for i, a in enumerate(batches.arrays)]
    before = [a.copy() for a in packed]
    if len(others) >= len(moved):
        for slot, row in zip(moved, rng.permutation(others)):
            for i, array in enumerate(packed):
                if not batches.shared(i):
                    array[slot] = batches.arrays[i][row]
    changed = False
    for slot in moved:
        if _same_row(packed, before, slot, batches):
            for i, array in enumerate(packed):
                if not batches.shared(i):
                    array[slot] = _other(array[slot], batches.arrays[i], rng, scale)
        changed = changed or not _same_row(packed, before, slot, batches)
    return batches.pack(packed) if changed else None


def _same_row(packed: Sequence[np.ndarray], before: Sequence[np.ndarray], slot: int,
              batches: Batches) -> bool:
    return all(batches.shared(i) or bool((a[slot] == b[slot]).all())
               for i, (a, b) in enumerate(zip(packed, before)))


def _other(row: np.ndarray, all_rows: np.ndarray, rng: Any, scale: float) -> np.ndarray:
    """Another row of the same kind, zeros (padding, masks) where it has zeros.

    Floats: the values in another order, scaled and shifted. Others: drawn from the values that
    the input has anywhere.
    """
    flat: np.ndarray = np.array(row).reshape(-1)
    if row.dtype.kind == "f" and not bool((all_rows == np.round(all_rows)).all()):
        kind = row.dtype.type
        other: np.ndarray = flat[rng.permutation(flat.size)] * kind(scale) + kind(0.25)
        return np.reshape(other, row.shape)
    pool = all_rows[all_rows != 0] if row.dtype.kind in "iuf" else all_rows.reshape(-1)
    real = np.flatnonzero(flat) if row.dtype.kind in "iuf" else np.arange(flat.size)
    if pool.size and real.size:
        flat[real] = rng.choice(pool, real.size)
    return np.reshape(flat, row.shape)


def derangement(index: Sequence[int], seed: int = 0) -> List[int]:
    """Slots in another order: every row in a new place, with new rows around it."""
    count = len(index)
    rng = np.random.RandomState(seed)
    best: List[int] = list(range(1, count)) + [0]
    for _ in range(64):
        order = [int(s) for s in rng.permutation(count)]
        kept_pairs = sum(b - a == 1 for a, b in zip(order, order[1:]))
        if all(a != b for a, b in enumerate(order)) and kept_pairs == 0:
            return order
    return best


def other_padding(batches: Batches, paddings: Sequence[Padding]) -> Dict[int, np.ndarray]:
    """Other content at padded positions, by input; only where a mask says what is padding:
    an embedding with mask_zero reads the zeros itself."""
    rng = np.random.RandomState(1)
    changed: Dict[int, np.ndarray] = {}
    for padding in paddings:
        for position in padding.covers if padding.mask is not None else ():
            array = np.array(batches.arrays[position])
            if array.shape[0] != batches.total:
                continue
            hidden = ~padding.real
            if array.dtype.kind in "iu":
                array[hidden] = rng.choice(array[padding.real].reshape(-1),
                                           array[hidden].shape)
            elif array.dtype.kind == "f":
                array[hidden] = rng.normal(size=array[hidden].shape).astype(array.dtype)
            else:
                continue
            if (array != batches.arrays[position]).any():
                changed[position] = array
    return changed


def real_part(result: Rows, real: np.ndarray) -> Rows:
    """Per-token outputs at real positions only: what stands at padded ones is nobody's answer."""
    return [x[real] if x.ndim >= 1 and x.shape[0] == real.shape[0] and x.size > 1 else x
            for x in result]


def trimmed(batches: Batches, padding: Padding, row: int) -> Any:
    """One row without this padding, in the padded inputs, their mask, and what belongs to them."""
    keep = np.flatnonzero(padding.real[row])
    start, stop = int(keep[0]), int(keep[-1]) + 1
    cut = {*padding.covers, padding.mask}
    arrays = []
    for i, array in enumerate(batches.arrays):
        one = array if batches.shared(i) else array[row:row + 1]
        of_tokens = i in cut or (batches.shared(i) and one.ndim == 2
                                 and one.shape[1] == padding.width)
        arrays.append(one[:, start:stop] if of_tokens else one)
    return batches.pack(arrays)


def right_padded(batches: Batches, padding: Padding) -> Batches:
    """The same rows with their padding moved from the left to the right."""
    changed = {}
    for position in (*padding.covers, *(() if padding.mask is None else (padding.mask,))):
        array = batches.arrays[position]
        if array.shape[0] != batches.total:
            continue
        moved = np.array(array)
        for row, length in enumerate(padding.lengths):
            moved[row] = np.roll(array[row], int(length) - padding.width, axis=0)
        changed[position] = moved
    return batches.with_arrays(changed)


def shaken(batches: Batches, unit: float, seed: int) -> Dict[int, np.ndarray]:
    """Floating inputs moved by rounding; floats that hold whole numbers (ids, masks) stay."""
    rng = np.random.RandomState(seed)
    return {i: perturbed(a, unit, rng) for i, a in enumerate(batches.arrays)
            if a.dtype.kind == "f" and a.size <= 1 << 24
            and not bool((a == np.round(a)).all())}


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
