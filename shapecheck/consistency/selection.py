"""Which output is compared, and how it is taken from what the model returns."""
from __future__ import annotations

import dataclasses
from typing import Any, Callable, List, Optional, Tuple

from shapecheck.consistency.runner import all_arrays
from shapecheck.facts import Call, Indexing, Output
from shapecheck.observe.calls import returned
from shapecheck.observe.outputs import select
from shapecheck.observe.snapshot import leaves
from shapecheck.observe.transformers import TOKEN_STATES

Select = Callable[[Any], List[Any]]


class Selection:
    """label: the report's name for it. function: result -> arrays. indexing: fact for SHP201."""

    def __init__(self, label: str, function: Select, indexing: Optional[Indexing] = None) -> None:
        self.label = label
        self.function = function
        self.indexing = indexing


def choose(result: Any, call: Call, declaration: Any, expression: Optional[str]) -> Selection:
    """The user's expression, else the CLS of a text model, else every output.

    result, call: of one run. Raises UserError for an expression that does not exist.
    """
    call = dataclasses.replace(
        call, returned=returned(leaves(result, ordered=True), declaration, {}))
    if expression is not None:
        indexing, _value = select(result, call, expression)
        return Selection(expression, lambda r: [select(r, call, expression)[1]], indexing)
    cls = _cls(call)
    if cls is not None:
        index, output = cls
        return Selection(f"CLS ({output.name}[:, 0])", lambda r: [all_arrays(r)[index][:, 0]])
    names = ", ".join(o.name for o in call.returned[:3])
    return Selection(names or "output", all_arrays)


def _cls(call: Call) -> Optional[Tuple[int, Output]]:
    if not call.model.text_encoder:
        return None
    outputs = list(enumerate(call.returned))
    named = [(i, o) for i, o in outputs if o.name in TOKEN_STATES and o.array.rank == 3]
    ranked = [(i, o) for i, o in outputs if o.array.rank == 3]
    return next(iter(named + ranked), None)
