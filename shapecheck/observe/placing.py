"""Which of the arrays that were passed belongs to which declared input."""
from __future__ import annotations

from typing import Any, Dict, List, Optional, Sequence, Tuple

from shapecheck.facts import Spec, Truth
from shapecheck.observe import snapshot
from shapecheck.observe.models import Declaration
from shapecheck.observe.snapshot import Leaf, to_array


class Placed:
    """One leaf with the input it belongs to. index: its place among the leaves passed."""

    def __init__(self, index: int, leaf: Leaf, name: str, spec: Optional[Spec]) -> None:
        self.index = index
        self.leaf = leaf
        self.name = name
        self.spec = spec


def sorted_out(leaves: Tuple[Leaf, ...], declaration: Declaration) -> Tuple[
        Tuple[Leaf, ...], List[Placed], str]:
    """The leaves, each with its input, and what was made of the structure: "stacked" (one array
    of all inputs), "rows" (a list of the rows of one input) or ""."""
    specs = declaration.specs
    if _is_stack(leaves, declaration):
        return leaves, [Placed(0, leaves[0], spec.name, spec) for spec in specs], "stacked"
    if _are_rows(leaves, declaration):
        _path, _kind, shape, dtype = leaves[0]
        whole: Leaf = ((), snapshot.PythonData, (len(leaves), *(shape or ())), dtype)
        return (whole,), [Placed(0, whole, specs[0].name, specs[0])], "rows"
    return leaves, place(leaves, declaration), ""


def _are_rows(leaves: Sequence[Leaf], declaration: Declaration) -> bool:
    """Several arrays in a list, each of the shape of a row of the only input."""
    specs = declaration.specs
    if len(specs) != 1 or declaration.structure != "single" or len(leaves) < 2 \
            or specs[0].rank is None or specs[0].source != "Input":
        return False
    shapes = {leaf[2] for leaf in leaves}
    return len(shapes) == 1 and all(len(leaf[0]) == 1 and isinstance(leaf[0][0], int)
                                    for leaf in leaves) \
        and len(shapes.pop() or ()) == specs[0].rank - 1


def _is_stack(leaves: Sequence[Leaf], declaration: Declaration) -> bool:
    """One array where the model takes several inputs, with as many entries on a new axis 0."""
    specs = declaration.specs
    if len(leaves) != 1 or leaves[0][0] or len(specs) < 2 or not leaves[0][2]:
        return False
    shape, first = leaves[0][2], specs[0]
    if any(s.rank != first.rank or s.rank is None for s in specs[:2]):
        return False
    counts = (2, 3) if declaration.hugging_face else (len(specs),)
    return len(shape) == (first.rank or 0) + 1 and shape[0] in counts


def place(leaves: Sequence[Leaf], declaration: Declaration) -> List[Placed]:
    """Each passed array with its declared input: by name, then by position; in declared order.

    Arrays that fit no declared input keep a name made of their path and have no spec.
    """
    specs = declaration.specs
    by_name = {s.name: s for s in specs}
    keys = [leaf[0][0] if leaf[0] else None for leaf in leaves]
    if any(isinstance(k, str) for k in keys):
        if declaration.structure != "nested" and any(k in by_name for k in keys):
            order = list(by_name)
            return sorted((_named(i, leaf, by_name) for i, leaf in enumerate(leaves)),
                          key=lambda p: order.index(p.name) if p.spec else len(order))
    if declaration.hugging_face:
        return _positional(leaves, declaration.parameters, by_name)
    if len(leaves) == len(specs):
        if declaration.structure == "dict":  # a list is taken in the order of the sorted names
            specs = tuple(sorted(specs, key=lambda s: s.name))
        return [Placed(i, leaf, spec.name, spec)
                for i, (leaf, spec) in enumerate(zip(leaves, specs))]
    return [Placed(i, leaf, path_name(leaf[0], i, len(leaves)), None)
            for i, leaf in enumerate(leaves)]


def _named(index: int, leaf: Leaf, by_name: Dict[str, Spec]) -> Placed:
    path = leaf[0]
    key = str(path[0]) if path else ""
    spec = by_name.get(key) if len(path) == 1 else None
    return Placed(index, leaf, key if spec else ".".join(map(str, path)), spec)


def _positional(leaves: Sequence[Leaf], parameters: Sequence[str],
                by_name: Dict[str, Spec]) -> List[Placed]:
    placed = []
    for i, leaf in enumerate(leaves):
        path = leaf[0]
        key = path[0] if path else 0
        name = parameters[key] if isinstance(key, int) and key < len(parameters) else str(key)
        placed.append(Placed(i, leaf, name, by_name.get(name)))
    return placed


def path_name(path: Tuple[Any, ...], index: int, total: int) -> str:
    if path:
        return ".".join(str(p) for p in path)
    return "input" if total == 1 else f"input_{index}"


def does_not_fit(batch: Sequence[Placed]) -> bool:
    if any(i.spec is not None and i.spec.tolerates(to_array(i.leaf)) is Truth.NO for i in batch):
        return True
    return len({i.leaf[2][0] for i in batch if i.spec is not None and i.leaf[2]}) > 1


def by_parameter(leaves: Tuple[Leaf, ...], declaration: Declaration) -> Tuple[Leaf, ...]:
    """Positional arguments by the names of the model's own parameters, where it has any."""
    names = declaration.parameters
    return tuple(_with_parameter_name(leaf, names) for leaf in leaves) if names else leaves


def _with_parameter_name(leaf: Leaf, parameters: Sequence[str]) -> Leaf:
    path = leaf[0]
    if path and isinstance(path[0], int) and path[0] < len(parameters):
        return ((parameters[path[0]],) + path[1:],) + leaf[1:]
    return leaf
