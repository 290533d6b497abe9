"""How often a model's functions were traced: read off them, nothing is called or changed.

`predict`, `fit` and `evaluate` keep one `tf.function` each, in both generations under the same
names; it counts its traces itself.
"""
from __future__ import annotations

import weakref
from typing import Any, Dict, List, Optional, Tuple

from shapecheck.facts import Call, Tracing
from shapecheck.observe.snapshot import Leaf, follow

_FUNCTIONS = {
    "predict": "predict_function", "predict_on_batch": "predict_function",
    "fit": "train_function", "train_on_batch": "train_function",
    "evaluate": "test_function", "test_on_batch": "test_function",
}
#: TensorFlow warns of retracing from the fifth trace on; a few buckets of lengths are none
MANY = 8
_KEPT = 64  # places, and graphs at one of them

#: the id of the function and how often it was traced
Count = Tuple[int, int]


def count(model: Any, method: str) -> Optional[Count]:
    """How often the function behind a host method was traced; None where it does not say."""
    name = _FUNCTIONS.get(method)
    if name is None:
        return None
    function = getattr(model, name, None)
    if function is None:
        return 0, 0  # not made yet
    for each in (function, *_inside(function)):
        ask = getattr(each, "experimental_get_tracing_count", None)
        if ask is not None:
            return id(function), int(ask())
    return None


def _inside(function: Any) -> List[Any]:
    """What a plain function refers to: Keras 3 wraps its tf.function in one."""
    return [cell.cell_contents for cell in getattr(function, "__closure__", None) or ()
            if _is_filled(cell)]


def _is_filled(cell: Any) -> bool:
    try:
        return cell.cell_contents is not None
    except ValueError:  # not yet
        return False


def added(before: Optional[Count], after: Optional[Count]) -> int:
    """Traces between two counts; 0 where that is not known."""
    if before is None or after is None:
        return 0
    return after[1] - before[1] if before[0] == after[0] else after[1]


class Sites:
    """Places in the user's own `tf.function`s where a model is traced, and the graphs there.

    One graph is one trace: a Python loop over shapes inside one function is none.
    """

    def __init__(self) -> None:
        self._seen: Dict[Any, List[Tuple[Any, Any, str]]] = {}

    def saw(self, place: Any, call: Call, value: Any, leaves: Tuple[Leaf, ...],
            function: str) -> Optional[Tracing]:
        """The fact, once, when as many graphs as are `MANY` differ in their shapes alone."""
        tensor = follow(value, leaves[0][0])
        graph = getattr(tensor, "graph", None)
        if graph is None or (place not in self._seen and len(self._seen) >= _KEPT):
            return None
        here = self._seen.setdefault(place, [])
        shape, kinds = str(call.inputs[0].passed), tuple((x[0], x[3]) for x in leaves)
        if len(here) >= MANY or any(known[2] == shape for known in here):
            return None
        if any(known[0]() is graph or known[1] != kinds for known in here):
            return None  # the same trace, or something else than the shape differs too
        here.append((weakref.ref(graph), kinds, shape))
        if len(here) < MANY or any(known[0]() is None for known in here):
            return None
        return Tracing(call.source, function, call.inputs[0].expression, "shape",
                       tuple(known[2] for known in here[:3]), call.location, len(here))


__all__ = ["Count", "MANY", "Sites", "added", "count"]
