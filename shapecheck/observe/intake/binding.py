"""Data and model put together: what to pass, and what is wrong with its values."""
from __future__ import annotations

from typing import List, Optional, Sequence

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.facts.shape import Spec
from shapecheck.observe.intake.applying import apply
from shapecheck.observe.intake.bound import BoundArgument, BoundData, LoadedData, structure_of
from shapecheck.observe.intake.matching import match, wants_ints


def bind(data: LoadedData, specs: Sequence[Spec], structure: str,
         as_expr: Optional[str] = None) -> BoundData:
    """Each array to its input: by the name given, else by equal names or roles, else by order.

    One array of shape (k, rows, ...) for a model with k inputs is split as `data[0]`, `data[1]`.
    as_expr: pass this instead; see `slicing`. Shapes that do not fit are no error here. Raises
    UserError where inputs and arrays cannot be matched, for text, and for NaN among ids.
    """
    if data.pipeline is not None:
        if as_expr:
            raise UserError("--as works on arrays; a pipeline yields its batches itself")
        item = data.pipeline
        return BoundData((BoundArgument(item.name, item.expression, item.value),), "pipeline")
    notes: List[str] = list(data.notes)
    if as_expr and as_expr.strip():
        bound = apply(as_expr, data, specs, structure, notes)
    else:
        matched = match(data.items, specs, notes)
        bound = BoundData(tuple(matched), structure_of(data.named, matched, specs, structure))
    by_name = {spec.name: spec for spec in specs}
    arguments = tuple(_checked(argument, by_name.get(argument.name), notes)
                      for argument in bound.arguments)
    return BoundData(arguments, bound.structure, tuple(notes))


def _checked(argument: BoundArgument, spec: Optional[Spec], notes: List[str]) -> BoundArgument:
    value = argument.value
    frame = hasattr(value, "iloc") and hasattr(value, "columns")
    kind = getattr(getattr(value.to_numpy() if frame else value, "dtype", None), "kind", "")
    name = clean(argument.expression)
    shape = getattr(value, "shape", None)
    if shape is not None and len(shape) and shape[0] == 0:
        raise UserError(f"{name} has no rows; give one row at least")
    if kind == "O" and not hasattr(argument.value, "iloc"):
        raise UserError(f"{name} is an object array: give every row the same length, then "
                        "np.stack(rows) makes it numbers")
    if kind in ("U", "S") and spec is not None and spec.dtype not in (None, "string"):
        raise UserError(f"{name} holds text, the input wants {spec.dtype}; give numbers, or "
                        "the text with --text")
    if kind == "f" and getattr(argument.value, "size", 0):
        return _floats(argument, spec, name, notes)
    return argument


def _floats(argument: BoundArgument, spec: Optional[Spec], name: str,
            notes: List[str]) -> BoundArgument:
    import numpy as np

    value = np.asarray(argument.value)
    bad = np.isnan(value)
    if bad.any():
        place = ", ".join(str(int(i)) for i in np.argwhere(bad)[0])
        if wants_ints(spec):
            raise UserError(f"{name} holds NaN (first at [{place}]) where input "
                            f"{clean(spec.name if spec else '')} wants whole numbers; fill or drop "
                            "those rows")
        notes.append(f"{name} holds NaN, first at [{place}]: the results will be NaN as well")
    return argument
