"""The first layer that diverges: two passes compared layer by layer.

A layer whose inputs agree and whose outputs differ is the culprit. Where the first difference
arrives in a layer's inputs that no earlier layer produced, raw operations of the parent made
it: then the nearest enclosing layer is named (facts, "Layer bisect").
"""
from __future__ import annotations

import collections
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from shapecheck.consistency.noise import distance, same_bits
from shapecheck.facts.comparison import LayerDifference
from shapecheck.observe.activations import Activation

#: takes an array of one pass to what belongs to one row of the check
Pick = Callable[[np.ndarray], Optional[np.ndarray]]
Pair = Tuple[Activation, Activation]


class Blame(NamedTuple):
    """layer: its path without the model's own name; culprit: the layer object itself."""

    layer: Optional[str] = None
    profile: Tuple[LayerDifference, ...] = ()
    culprit: Any = None


def first_difference(left: Sequence[Activation], right: Sequence[Activation], pick_left: Pick,
                     pick_right: Pick, tolerance: float) -> Blame:
    """Compare two passes call by call.

    tolerance: relative difference of a layer's output that still counts as agreement; 0.0 asks
    for the same bits. The profile holds leaf layers and blocks alike, in order of completion.
    """
    profile: List[LayerDifference] = []
    layer: Optional[str] = None
    culprit: Any = None
    by_path = {a.path: a.layer for a in left}
    for a, b in paired(left, right):
        outputs = _gap(a.outputs, b.outputs, pick_left, pick_right)
        if outputs is None:
            continue
        inputs = _gap(a.inputs, b.inputs, pick_left, pick_right) or 0.0
        agree = inputs <= tolerance
        profile.append(LayerDifference(a.path, a.class_name, outputs, agree))
        if outputs > tolerance and layer is None:
            layer = a.path if agree else _enclosing(a.path)
            culprit = by_path.get(layer)
    return Blame(without_root(layer), tuple(profile), culprit)


def paired(left: Sequence[Activation], right: Sequence[Activation]) -> List[Pair]:
    """Calls of both passes that belong together.

    A cell that is called once a time step has other calls where rows are longer: such layers
    are left out, the layer around them stands for them.
    """
    counts = collections.Counter(a.path for a in left)
    other = collections.Counter(b.path for b in right)
    waiting: Dict[str, List[Activation]] = collections.defaultdict(list)
    for b in right:
        waiting[b.path].append(b)
    return [(a, waiting[a.path].pop(0)) for a in left if counts[a.path] == other[a.path]]


def rank_lost(left: Sequence[Activation], right: Sequence[Activation]) -> Optional[str]:
    """The first layer that is given arrays of the same ranks and gives other ranks."""
    for a, b in paired(left, right):
        if [x.ndim for x in a.outputs] != [x.ndim for x in b.outputs]:
            same = [x.ndim for x in a.inputs] == [x.ndim for x in b.inputs]
            return without_root(a.path if same else _enclosing(a.path))
    return None


def rows_lost(records: Sequence[Activation], count: int) -> Optional[Activation]:
    """The first layer that is given `count` rows on axis 0 and gives another number."""
    for record in records:
        given = [x for x in record.inputs if x.ndim and x.shape[0] == count]
        if given and record.outputs and not any(
                x.ndim and x.shape[0] == count for x in record.outputs):
            return record
    return None


def _enclosing(path: str) -> str:
    return path.rpartition("/")[0] or path


def without_root(path: Optional[str]) -> Optional[str]:
    """The model's own name in front says nothing, unless the model itself is to blame."""
    if path is None:
        return None
    _root, _, rest = path.partition("/")
    return rest or path


def _gap(left: Sequence[np.ndarray], right: Sequence[np.ndarray], pick_left: Pick,
         pick_right: Pick) -> Optional[float]:
    """Largest distance over the arrays that have rows; None where none has."""
    worst: Optional[float] = None
    for x, y in zip(left, right):
        if x.dtype.kind not in "fiub" and str(x.dtype) != "bfloat16":
            continue
        one, other = pick_left(x), pick_right(y)
        if one is None or other is None:
            continue
        if one.ndim == other.ndim and one.shape != other.shape:
            cut = tuple(slice(0, min(m, n)) for m, n in zip(one.shape, other.shape))
            one, other = one[cut], other[cut]
        gap = 0.0 if same_bits(one, other) else distance([one], [other])
        worst = gap if worst is None else max(worst, gap)
    return worst


def rows_of(count: int) -> Pick:
    """All rows of arrays whose axis 0 has `count` of them."""
    def pick(array: np.ndarray) -> Optional[np.ndarray]:
        return array if array.ndim and array.shape[0] and array.shape[0] % count == 0 else None
    return pick


def row_of(index: int, count: int) -> Pick:
    """Row `index` of arrays whose axis 0 has `count` rows; None for others (masks, constants).

    Rows that were folded into axis 0 with another axis (rows * tokens, ...) count as well.
    """
    def pick(array: np.ndarray) -> Optional[np.ndarray]:
        if array.ndim == 0 or array.shape[0] == 0 or array.shape[0] % count:
            return None
        if array.shape[0] == count:
            return array[index]
        if count == 1:
            return None
        return array.reshape(count, array.shape[0] // count, *array.shape[1:])[index]
    return pick
