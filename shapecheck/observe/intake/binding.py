"""Data and model put together: what to pass, and what is wrong with its values."""
from __future__ import annotations

from typing import Any, List, Optional, Sequence

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.facts.shape import Spec
from shapecheck.observe.intake.applying import apply
from shapecheck.observe.intake.bound import BoundArgument, BoundData, LoadedData, structure_of
from shapecheck.observe.intake.data_files import holds_text
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
    if data.whole is not None and not as_expr and (structure == "nested" or not specs):
        expression, value = data.whole  # its structure is the model's: nothing to match
        return BoundData((BoundArgument(expression, expression, value),), "single")
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
    text = kind in ("U", "S") or (kind == "O" and holds_text(value))
    if kind == "O" and not text and not hasattr(argument.value, "iloc"):
        raise UserError(f"{name} is an object array: give every row the same length, then "
                        "np.stack(rows) makes it numbers")
    if text and spec is not None and spec.dtype not in (None, "string"):
        raise UserError(f"{name} holds text, the input wants {spec.dtype}; give numbers, or "
                        "the text with --text")
    if kind == "f" and hasattr(value, "tocoo"):
        return _sparse_floats(argument, spec, name, notes)
    if kind == "f" and getattr(argument.value, "size", 0):
        return _floats(argument, spec, name, notes)
    return argument


def _floats(argument: BoundArgument, spec: Optional[Spec], name: str,
            notes: List[str]) -> BoundArgument:
    import numpy as np

    bad = np.isnan(np.asarray(argument.value))
    if bad.any():
        _told_of_nan(name, np.argwhere(bad)[0].tolist(), spec, notes)
    return argument


def _sparse_floats(argument: BoundArgument, spec: Optional[Spec], name: str,
                   notes: List[str]) -> BoundArgument:
    """A SciPy matrix: only what it holds is looked at."""
    import numpy as np

    held = argument.value.tocoo()
    bad = np.isnan(held.data)
    if bad.any():
        first = int(bad.argmax())
        _told_of_nan(name, (held.row[first], held.col[first]), spec, notes)
    return argument


def _told_of_nan(name: str, where: Sequence[Any], spec: Optional[Spec], notes: List[str]) -> None:
    place = ", ".join(str(int(i)) for i in where)
    if wants_ints(spec):
        raise UserError(f"{name} holds NaN (first at [{place}]) where input "
                        f"{clean(spec.name if spec else '')} wants whole numbers; fill or drop "
                        "those rows")
    notes.append(f"{name} holds NaN, first at [{place}]: the results will be NaN as well")
