"""Rows of the user's inputs, taken apart and put together without changing a value."""
from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

import numpy as np

from shapecheck.facts.errors import UserError
from shapecheck.facts.roles import role_of


class Batches:
    """The inputs as rows.

    inputs: an array, list, tuple or dict of arrays (rows, ...). An array of one row beside
    others of many is shared by all rows (position ids). Raises UserError where the rows cannot
    be told apart.
    """

    def __init__(self, inputs: Any, names: Sequence[str]) -> None:
        self._kind, keys, values = _take_apart(inputs)
        self._keys = keys
        self.arrays: List[np.ndarray] = [_as_array(v, k) for k, v in zip(keys, values)]
        named = keys if self._kind == "dict" else list(names)
        self.names = [str(named[i]) if i < len(named) else f"input {i}" for i in range(len(keys))]
        sizes = [a.shape[0] for a in self.arrays if a.ndim]
        if not sizes or len(sizes) < len(self.arrays):
            raise UserError("expected arrays whose axis 0 counts rows; got a single number")
        self.total = max(sizes)
        for name, array in zip(self.names, self.arrays):
            if array.shape[0] not in (1, self.total):
                raise UserError(f"inputs have different numbers of rows: {name} has "
                                f"{array.shape[0]}, another has {self.total}")
        if self.total == 0:
            raise UserError("the inputs have zero rows: nothing to compare")

    def take(self, rows: Sequence[int], changed: Optional[Dict[int, np.ndarray]] = None) -> Any:
        """The inputs with these rows, in this order, in the user's structure.

        changed: arrays to use in place of the user's, by position.
        """
        index = np.asarray(rows, dtype=int)
        picked = []
        for i, array in enumerate(self.arrays):
            source = array if changed is None or i not in changed else changed[i]
            shared = source.shape[0] == 1 and self.total > 1
            picked.append(source if shared else source[index])
        return self.pack(picked)

    def pack(self, arrays: Sequence[np.ndarray]) -> Any:
        if self._kind == "dict":
            return dict(zip(self._keys, arrays))
        if self._kind == "list":
            return list(arrays)
        return arrays[0]

    def with_input(self, name: str, array: np.ndarray) -> Optional["Batches"]:
        """The same rows with one more input, where inputs go by name; None where they do not."""
        if self._kind == "single":
            return Batches({self.names[0]: self.arrays[0], name: array}, ())
        if self._kind != "dict":
            return None
        return Batches({**dict(zip(self._keys, self.arrays)), name: array}, ())

    def position(self, role: str) -> Optional[int]:
        """Which input has the role, by its name."""
        return next((i for i, name in enumerate(self.names) if role_of(name) == role), None)


def _take_apart(inputs: Any) -> Tuple[str, List[Any], List[Any]]:
    if hasattr(inputs, "keys") and not hasattr(inputs, "shape"):
        keys = list(inputs.keys())
        return "dict", keys, [inputs[k] for k in keys]
    if isinstance(inputs, (list, tuple)) and inputs and all(
            hasattr(v, "shape") or isinstance(v, (list, tuple)) for v in inputs) and any(
            hasattr(v, "shape") for v in inputs):
        return "list", list(range(len(inputs))), list(inputs)
    return "single", [0], [inputs]


def _as_array(value: Any, key: Any) -> np.ndarray:
    if type(value).__name__ in ("DatasetV2", "PrefetchDataset") or hasattr(value, "__next__"):
        raise UserError("expected arrays, not a dataset or generator: take one batch of it")
    try:
        array = value.numpy() if hasattr(value, "numpy") else np.asarray(value)
    except ValueError as exc:
        raise UserError(f"input {key}: rows of different lengths; pad them to one length first "
                        "(tf.keras.utils.pad_sequences)") from exc
    if array.dtype == object:
        raise UserError(f"input {key}: rows of different lengths or objects; pad them to one "
                        "length first (tf.keras.utils.pad_sequences)")
    if array.ndim > 1 and 0 in array.shape[1:]:
        raise UserError(f"input {key} has zero width: shape {array.shape}")
    return array


class Padding:
    """Where rows are padded: `real` (rows, width) is True at real positions.

    ids: position of the padded input. source: "mask" (a mask input says so) or "zeros"
    (trailing zeros in some rows).
    """

    def __init__(self, ids: int, real: np.ndarray, source: str, pad_id: int = 0) -> None:
        self.ids = ids
        self.real = real
        self.source = source
        self.pad_id = pad_id
        self.lengths = real.sum(axis=1)
        self.left = bool((~real[:, 0]).any() and real[:, -1].all())


def find_padding(batches: Batches, pad_id: int = 0) -> Optional[Padding]:
    """The padding of the rows, None where no row is padded or it cannot be told."""
    mask = batches.position("attention_mask")
    if mask is None:
        mask = _mask_by_content(batches)
    if mask is not None:
        array = batches.arrays[mask]
        if array.ndim != 2 or array.shape[0] != batches.total:
            return None
        real = array != 0
        ids = _padded_beside(batches, mask)
        if ids is None or real.all() or not real.any(axis=1).all():
            return None
        return Padding(ids, real, "mask")
    return _by_zeros(batches, pad_id)


def _mask_by_content(batches: Batches) -> Optional[int]:
    """A 0/1 input beside an input of the same (rows, width) that is not 0/1."""
    for i, array in enumerate(batches.arrays):
        if array.ndim == 2 and array.shape[1] > 1 and _binary(array) and (array == 0).any():
            if any(j != i and other.shape[:2] == array.shape and not _binary(other)
                   for j, other in enumerate(batches.arrays)):
                falling = (np.diff((array != 0).astype(int), axis=1) <= 0).all()
                rising = (np.diff((array != 0).astype(int), axis=1) >= 0).all()
                if falling or rising:
                    return i
    return None


def _padded_beside(batches: Batches, mask: int) -> Optional[int]:
    want = batches.arrays[mask].shape[:2]
    roles = [batches.position("input_ids")]
    candidates = [r for r in roles if r is not None] + [
        i for i in range(len(batches.arrays)) if i != mask]
    return next((i for i in candidates if batches.arrays[i].shape[:2] == want), None)


def _binary(array: np.ndarray) -> bool:
    return bool(np.isin(array, (0, 1)).all())


def _by_zeros(batches: Batches, pad_id: int) -> Optional[Padding]:
    position = batches.position("input_ids")
    if position is None and len(batches.arrays) != 1:
        return None
    position = position or 0
    array = batches.arrays[position]
    if array.ndim not in (2, 3) or array.shape[0] != batches.total or array.shape[1] < 3:
        return None
    if array.ndim == 2 and array.dtype.kind not in "iu":
        return None
    real = (array != pad_id) if array.ndim == 2 else (array != 0).any(axis=2)
    if real.all() or not real.any(axis=1).all() or (pad_id == 0 and _binary(array)):
        return None
    # Zeros only at one end, two at least in some row: otherwise 0 is a value like others.
    counts = real.sum(axis=1)
    trailing = np.array([r[:n].all() for r, n in zip(real, counts)]).all()
    leading = np.array([r[len(r) - n:].all() for r, n in zip(real, counts)]).all()
    if not (trailing or leading) or (real.shape[1] - counts).max() < 2:
        return None
    return Padding(position, real, "zeros", pad_id)


def choose_rows(total: int, lengths: Optional[np.ndarray], count: int = 8,
                seed: int = 0) -> Tuple[int, ...]:
    """First, last, shortest, longest and random rows; never row 0 alone where there are more."""
    chosen = [0, total - 1]
    if lengths is not None:
        chosen += [int(np.argmin(lengths)), int(np.argmax(lengths))]
    rest = np.random.RandomState(seed).permutation(total) if total <= 100000 else \
        np.random.RandomState(seed).randint(0, total, 64)
    picked: List[int] = []
    for row in chosen + [int(r) for r in rest]:
        if row not in picked:
            picked.append(row)
        if len(picked) >= min(count, total):
            break
    return tuple(sorted(picked))
