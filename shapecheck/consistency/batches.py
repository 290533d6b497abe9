"""Rows of the user's inputs, taken apart and put together without changing a value."""
from __future__ import annotations

import difflib
from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from shapecheck.facts.errors import UserError
from shapecheck.facts.roles import role_of

Path = Tuple[Any, ...]


class Batches:
    """The inputs as rows.

    inputs: an array, or a list, tuple or dict of arrays (rows, ...), also nested. An array of
    one row beside others of many is shared by all rows (position ids). Raises UserError where
    the rows cannot be told apart.
    """

    def __init__(self, inputs: Any, names: Sequence[str]) -> None:
        found: List[Tuple[Path, Any]] = []
        self._shape = _take_apart(inputs, (), found)
        self.arrays: List[np.ndarray] = [_as_array(v, _label(p)) for p, v in found]
        keys = [_label(path) for path, _value in found]
        by_key = bool(found) and all(isinstance(path[-1:] and path[-1], str)
                                     for path, _value in found)
        named = keys if by_key else list(names)
        self.names = [str(named[i]) if i < len(named) else f"input {i}" for i in range(len(keys))]
        if not self.arrays:
            raise UserError("no arrays in the inputs: nothing to compare")
        if any(a.ndim == 0 for a in self.arrays):
            raise UserError("expected arrays whose axis 0 counts rows; got a single number")
        self.total = max(a.shape[0] for a in self.arrays)
        for name, array in zip(self.names, self.arrays):
            if array.shape[0] not in (1, self.total):
                raise UserError(f"inputs have different numbers of rows: {name} has "
                                f"{array.shape[0]}, another has {self.total}")
        if self.total == 0 or min(a.shape[0] for a in self.arrays) == 0:
            raise UserError("the inputs have zero rows: nothing to compare")

    def take(self, rows: Sequence[int], changed: Optional[Dict[int, np.ndarray]] = None) -> Any:
        """The inputs with these rows, in this order, in the user's structure.

        changed: arrays to use in place of the user's, by position.
        """
        index = np.asarray(rows, dtype=int)
        picked = []
        for i, array in enumerate(self.arrays):
            source = array if changed is None or i not in changed else changed[i]
            picked.append(source if self.shared(i) else source[index])
        return self.pack(picked)

    def shared(self, position: int) -> bool:
        """The input has one row that all rows share."""
        return bool(self.arrays[position].shape[0] == 1) and self.total > 1

    def pack(self, arrays: Sequence[np.ndarray]) -> Any:
        return _put_together(self._shape, iter(arrays))

    def with_input(self, name: str, array: np.ndarray) -> Optional["Batches"]:
        """The same rows with one more input, where inputs go by name; None where they do not."""
        if self._shape is _LEAF:
            return Batches({self.names[0]: self.arrays[0], name: array}, ())
        if not isinstance(self._shape, dict) or any(v is not _LEAF for v in self._shape.values()):
            return None
        return Batches({**dict(zip(self._shape, self.arrays)), name: array}, ())

    def with_arrays(self, changed: Dict[int, np.ndarray]) -> "Batches":
        """The same structure with other arrays at these positions."""
        return Batches(self.pack([changed.get(i, a) for i, a in enumerate(self.arrays)]),
                       self.names)

    def position(self, role: str) -> Optional[int]:
        """Which input has the role, by its name."""
        return next((i for i, name in enumerate(self.names) if role_of(name) == role), None)


class _Leaf:
    pass


_LEAF = _Leaf()


def _take_apart(inputs: Any, path: Path, found: List[Tuple[Path, Any]]) -> Any:
    if hasattr(inputs, "keys") and not hasattr(inputs, "shape"):
        return {k: _take_apart(inputs[k], path + (k,), found) for k in list(inputs)}
    if isinstance(inputs, (list, tuple)) and inputs and _holds_arrays(inputs):
        return [_take_apart(v, path + (i,), found) for i, v in enumerate(inputs)]
    found.append((path, inputs))
    return _LEAF


def _holds_arrays(value: Any) -> bool:
    """A structure of arrays, not an array that is spelled as a list."""
    if hasattr(value, "shape") or hasattr(value, "keys"):
        return True
    return isinstance(value, (list, tuple)) and any(_holds_arrays(v) for v in value)


def _put_together(shape: Any, arrays: Any) -> Any:
    if isinstance(shape, dict):
        return {k: _put_together(v, arrays) for k, v in shape.items()}
    if isinstance(shape, list):
        return [_put_together(v, arrays) for v in shape]
    return next(arrays)


def _label(path: Path) -> str:
    return "/".join(map(str, path)) or "0"


def _as_array(value: Any, key: str) -> np.ndarray:
    if hasattr(value, "element_spec") or hasattr(value, "__next__"):
        raise UserError("expected arrays, not a dataset or generator: take one batch of it")
    ragged = (f"input {key}: rows of different lengths; pad them to one length first "
              "(tf.keras.utils.pad_sequences)")
    try:
        array: np.ndarray = value.numpy() if hasattr(value, "numpy") else np.asarray(value)
    except (ValueError, TypeError) as exc:
        raise UserError(ragged) from exc
    array = np.asarray(array)
    if array.dtype == object and not all(isinstance(v, (str, bytes)) for v in array.ravel()):
        raise UserError(ragged)
    if array.ndim > 1 and 0 in array.shape[1:]:
        raise UserError(f"input {key} has zero width: shape {array.shape}")
    return array


class Padding(NamedTuple):
    """Where rows are padded: `real` (rows, width) is True at real positions.

    mask: position of the input that says so, None where trailing or leading zeros do. covers:
    positions of the padded inputs, the ids first.
    """

    real: np.ndarray
    covers: Tuple[int, ...]
    mask: Optional[int] = None
    pad_id: int = 0

    @property
    def ids(self) -> int:
        return self.covers[0]

    @property
    def source(self) -> str:
        return "zeros" if self.mask is None else "mask"

    @property
    def lengths(self) -> np.ndarray:
        counted: np.ndarray = self.real.sum(axis=1)
        return counted

    @property
    def width(self) -> int:
        return int(self.real.shape[1])

    @property
    def left(self) -> bool:
        return bool((~self.real[:, 0]).any() and self.real[:, -1].all())


def find_paddings(batches: Batches, pad_id: int = 0) -> List[Padding]:
    """The paddings of the rows, one a mask; empty where no row is padded or it cannot be told."""
    masks = [i for i, name in enumerate(batches.names)
             if role_of(name) in ("attention_mask", "decoder_attention_mask")]
    masks = masks or _masks_by_content(batches)
    if not masks:
        found = _by_zeros(batches, pad_id)
        return [] if found is None else [found]
    owners = {i: _mask_of(i, masks, batches) for i in range(len(batches.arrays))
              if i not in masks}
    paddings = []
    for mask in masks:
        array = batches.arrays[mask]
        if array.ndim != 2 or array.shape[0] != batches.total:
            continue
        real = array != 0
        covers = [i for i, owner in owners.items() if owner == mask]
        covers.sort(key=lambda i: (role_of(batches.names[i]) != "input_ids", i))
        if covers and not real.all() and real.any(axis=1).all():
            paddings.append(Padding(real, tuple(covers), mask))
    return paddings


def _mask_of(position: int, masks: Sequence[int], batches: Batches) -> Optional[int]:
    """The mask that hides the padding of this input: the same (rows, width), the likest name."""
    array = batches.arrays[position]
    fitting = [m for m in masks if batches.arrays[m].shape == array.shape[:2]]
    name = batches.names[position]
    return max(fitting, default=None, key=lambda m: difflib.SequenceMatcher(
        None, name, batches.names[m]).ratio())


def _masks_by_content(batches: Batches) -> List[int]:
    """0/1 inputs, ones then zeros or the reverse, beside an input of their shape that is not."""
    found = []
    for i, array in enumerate(batches.arrays):
        if array.ndim == 2 and array.shape[1] > 1 and _binary(array) and (array == 0).any():
            if any(j != i and other.shape[:2] == array.shape and not _binary(other)
                   for j, other in enumerate(batches.arrays)):
                steps = np.diff((array != 0).astype(int), axis=1)
                if (steps <= 0).all() or (steps >= 0).all():
                    found.append(i)
    return found


def _binary(array: np.ndarray) -> bool:
    return array.dtype.kind in "biuf" and bool(np.isin(array, (0, 1)).all())


def _by_zeros(batches: Batches, pad_id: int) -> Optional[Padding]:
    position = batches.position("input_ids")
    if position is None and len(batches.arrays) != 1:
        return None
    position = position or 0
    array = batches.arrays[position]
    if array.ndim not in (2, 3) or array.shape[0] != batches.total or array.shape[1] < 3:
        return None
    if array.ndim == 2 and array.dtype.kind not in "iu" and not _whole(array):
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
    return Padding(real, (position,), None, pad_id)


def _whole(array: np.ndarray) -> bool:
    """Floats that hold ids."""
    return array.dtype.kind == "f" and bool(np.isfinite(array).all()) and bool(
        (array == np.round(array)).all())


def choose_rows(total: int, lengths: Optional[np.ndarray], count: int = 8,
                seed: int = 0) -> Tuple[int, ...]:
    """First, last, shortest, longest and random rows; never row 0 alone where there are more."""
    chosen = [0, total - 1]
    if lengths is not None:
        chosen += [int(np.argmin(lengths)), int(np.argmax(lengths))]
    rest = np.random.RandomState(seed).permutation(total) if total <= 100000 else \
        np.random.RandomState(seed).randint(0, total, 64 + count)
    picked: List[int] = []
    for row in chosen + [int(r) for r in rest]:
        if row not in picked:
            picked.append(row)
        if len(picked) >= min(max(2, count), total):
            break
    return tuple(sorted(picked))
