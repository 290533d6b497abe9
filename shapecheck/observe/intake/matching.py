"""Which array goes to which input."""
from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.facts.roles import role_of
from shapecheck.facts.shape import Spec
from shapecheck.observe.intake.bound import BoundArgument
from shapecheck.observe.intake.data_files import Item
from shapecheck.source.usage import identifier

_SHOWN = 8  # names that are all told; of more, the first and the last


def match(items: Sequence[Item], specs: Sequence[Spec], notes: List[str]) -> List[BoundArgument]:
    """Each item to its input, in the order of the inputs. Raises UserError where that fails."""
    if not specs:
        return [BoundArgument(i.name, i.expression, whole(i, notes)) for i in items]
    items = _columns(list(items), specs, notes)
    by_input = _by_name(items, specs, notes)
    if by_input is None:
        by_input = _by_order(items, specs, notes)
    _all_there(by_input, items, specs)
    unused = [i.name for i in items if i not in by_input.values()]
    if unused and not _is_split(by_input):
        notes.append(f"not used: {clean(', '.join(unused))}")
    return [BoundArgument(s.name, item.expression, _typed(whole(item, notes), item, s))
            for s in specs for item in [by_input.get(s.name)] if item is not None]


def _columns(items: List[Item], specs: Sequence[Spec], notes: List[str]) -> List[Item]:
    """A table with columns named like the inputs becomes those columns."""
    if len(items) != 1 or items[0].columns is None or items[0].bound_to is not None:
        return items
    table = items[0]
    columns = [Item(name, _column_expression(table, name), value, table.origin, parsed=table.parsed)
               for name, value in (table.columns or {}).items()]
    named = _by_name(columns, specs, [])
    if named is not None and all(s.name in named or s.optional for s in specs):
        return columns
    if len(specs) == 1:
        return items
    raise UserError(f"{clean(table.origin)}: its columns ({_names(columns)}) are not the model's "
                    f"inputs ({_names(specs)}); name them alike, or give one file an input as "
                    "NAME=FILE")


def _column_expression(table: Item, name: str) -> str:
    return f'{table.expression}["{name}"]'


def _names(things: Sequence[Any]) -> str:
    names = [clean(thing.name, 60) for thing in things]
    if len(names) > _SHOWN:
        names = [*names[:2], "...", names[-1]]
    return ", ".join(names)


def _by_name(items: Sequence[Item], specs: Sequence[Spec],
             notes: List[str]) -> Optional[Dict[str, Item]]:
    """input -> item by the names given or by equal names; None where no name says anything."""
    found: Dict[str, Item] = {}
    for item in items:
        if item.bound_to is not None:
            spec = _named(item.bound_to, specs, found)
            if spec is None:
                raise UserError(f"{clean(item.bound_to)}={clean(item.origin)}: the model has no "
                                f"input {clean(item.bound_to)!r}; it has {_names(specs)}")
            found[spec.name] = item
    for item in items:
        if item.bound_to is None:
            spec = _named(item.name, specs, found)
            if spec is not None:
                found[spec.name] = item
    if not found:
        return None
    # what is left of both sides, if one of each, belongs together
    rest = [s for s in specs if s.name not in found and not s.optional]
    left = [i for i in items if i not in found.values()]
    if len(rest) == 1 and len(left) == 1:
        found[rest[0].name] = left[0]
        if left[0].bound_to is None:
            notes.append(f"{clean(left[0].name)} is the name of no input: taken for "
                         f"{clean(rest[0].name)}, which is left")
    return found


def _named(name: str, specs: Sequence[Spec], taken: Dict[str, Item]) -> Optional[Spec]:
    free = [spec for spec in specs if spec.name not in taken]
    tests = (lambda s: s.name == name, lambda s: s.name.lower() == name.lower(),
             lambda s: identifier(s.name).lower() == identifier(name).lower(),
             lambda s: role_of(name) is not None and (s.role or role_of(s.name)) == role_of(name))
    for test in tests:
        for spec in free:
            if test(spec):
                return spec
    words = set(identifier(name).lower().split("_"))
    alike = [s for s in free if words >= (w := set(identifier(s.name).lower().split("_")))
             or words <= w]
    return alike[0] if len(alike) == 1 and role_of(name) is not None else None


def _by_order(items: Sequence[Item], specs: Sequence[Spec], notes: List[str]) -> Dict[str, Item]:
    required = [spec for spec in specs if not spec.optional]
    for wanted in (list(specs), required):
        if len(items) == len(wanted):
            if len(items) > 1:
                pairs = [f"{clean(i.name)} to {clean(s.name)}" for i, s in zip(items, wanted)]
                if len(pairs) > _SHOWN:
                    pairs = [pairs[0], pairs[1], "...", pairs[-1]]
                notes.append("matched by order: " + ", ".join(pairs))
            return {spec.name: item for spec, item in zip(wanted, items)}
    if len(items) == 1:
        for wanted in (list(specs), required):
            parts = _split(items[0], len(wanted), wanted)
            if parts:
                return {spec.name: part for spec, part in zip(wanted, parts)}
    if len(required) == 1 and len(items) > 1:
        raise UserError(f"{len(items)} arrays ({_names(items)}) for one input "
                        f"({clean(required[0].name)}); choose with {clean(required[0].name)}=FILE "
                        f"or --as {clean(items[0].expression)}")
    raise UserError(f"{len(items)} array{'s' if len(items) > 1 else ''} ({_names(items)}) for "
                    f"{len(specs)} inputs ({_names(specs)}); give one each, as NAME=FILE or as an "
                    ".npz with these names")


def _split(item: Item, count: int, specs: Sequence[Spec]) -> List[Item]:
    """The parts of one stacked array (count, rows, ...), [] where it is none."""
    value = item.value
    if count < 2 or item.columns is not None or item.bound_to is not None:
        return []
    if isinstance(value, (list, tuple)):
        fits = len(value) == count
    else:
        shape = tuple(getattr(value, "shape", ()))
        ranks = {spec.rank for spec in specs if spec.rank is not None}
        fits = bool(shape) and shape[0] == count and (
            not ranks or any(len(shape) == rank + 1 for rank in ranks))
    if not fits:
        return []
    return [item._replace(name=f"{item.name}[{i}]", expression=f"{item.expression}[{i}]",
                          value=value[i]) for i in range(count)]


def _is_split(by_input: Dict[str, Item]) -> bool:
    return any(item.name.endswith("]") for item in by_input.values())


def _all_there(by_input: Dict[str, Item], items: Sequence[Item], specs: Sequence[Spec]) -> None:
    missing = [spec for spec in specs if spec.name not in by_input and not spec.optional]
    if missing:
        raise UserError(f"no data for input {_names(missing)}; the data has {_names(items)}")


def whole(item: Item, notes: List[str]) -> Any:
    """The value to pass; a table read from a file becomes its numeric columns, (rows, columns)."""
    if item.columns is None or item.value is not None:
        return item.value
    import numpy as np

    numeric = {n: v for n, v in item.columns.items() if v.dtype.kind in "biuf"}
    if not numeric:
        raise UserError(f"{clean(item.origin)}: has no column of numbers (columns: "
                        f"{clean(', '.join(item.columns))})")
    left_out = [n for n in item.columns if n not in numeric]
    if left_out:
        notes.append(f"left out of {clean(item.name)}, no numbers: {clean(', '.join(left_out))}")
    return np.stack(list(numeric.values()), axis=1)


def _typed(value: Any, item: Item, spec: Spec) -> Any:
    """Whole numbers as the declared ints, where the file format chose the dtype."""
    if not item.parsed or not wants_ints(spec) or getattr(value, "dtype", None) is None:
        return value
    import numpy as np

    if value.dtype.kind == "f" and value.size and np.isfinite(value).all() \
            and (value == np.floor(value)).all():
        return value.astype(spec.dtype)
    return value


def wants_ints(spec: Optional[Spec]) -> bool:
    """The input is declared as integers."""
    return spec is not None and (spec.dtype or "").startswith(("int", "uint"))
