"""The first layer that diverges: two eager passes compared layer by layer.

A layer whose inputs agree and whose outputs differ is the culprit. Where the first difference
arrives in a layer's inputs that no earlier layer produced, raw operations of the parent made
it: then the nearest enclosing layer is named (facts, "Layer bisect").
"""
from __future__ import annotations

from typing import Any, Callable, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from shapecheck.consistency.noise import distance
from shapecheck.facts.comparison import LayerDifference
from shapecheck.observe.activations import Activation

#: takes an array of one pass to what belongs to one row of the check
Pick = Callable[[np.ndarray], Optional[np.ndarray]]


class Blame(NamedTuple):
    """layer: its path without the model's own name; culprit: the layer object itself."""

    layer: Optional[str] = None
    profile: Tuple[LayerDifference, ...] = ()
    culprit: Any = None


def first_difference(left: Sequence[Activation], right: Sequence[Activation], pick_left: Pick,
                     pick_right: Pick, tolerance: float) -> Blame:
    """Compare two passes record by record; they must have made the same layer calls.

    tolerance: relative difference of a layer's output that still counts as agreement. The
    profile holds leaf layers and blocks alike, in order of completion.
    """
    profile: List[LayerDifference] = []
    layer: Optional[str] = None
    for a, b in zip(left, right):
        if a.path != b.path:
            break
        outputs = _gap(a.outputs, b.outputs, pick_left, pick_right)
        if outputs is None:
            continue
        inputs = _gap(a.inputs, b.inputs, pick_left, pick_right) or 0.0
        agree = inputs <= tolerance
        profile.append(LayerDifference(a.path, a.class_name, outputs, agree))
        if outputs > tolerance and layer is None:
            layer = a.path if agree else _enclosing(a.path)
    culprit = next((a.layer for a in left if a.path == layer), None)
    return Blame(_without_root(layer), tuple(profile), culprit)


def _enclosing(path: str) -> str:
    return path.rpartition("/")[0] or path


def _without_root(path: Optional[str]) -> Optional[str]:
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
        gap = distance([one], [other])
        worst = gap if worst is None else max(worst, gap)
    return worst


def row_of(index: int, count: int) -> Pick:
    """Row `index` of arrays whose axis 0 has `count` rows; None for others (masks, constants)."""
    def pick(array: np.ndarray) -> Optional[np.ndarray]:
        if array.ndim == 0 or array.shape[0] != count:
            return None
        return array[index]
    return pick

