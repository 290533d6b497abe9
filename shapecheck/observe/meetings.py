"""Where labels meet what a model made of its inputs: seen as Keras reaches for its compiled loss.

A model with a `call` of its own declares no outputs, and training returns none. Its step holds
them, as `y_pred`, while it looks the loss up: they are read there, and no frame of ours is on the
stack when the model or its loss runs. That happens as the step is traced (or each time, eagerly).
"""
from __future__ import annotations

import re
from types import FrameType
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from shapecheck.observe import snapshot
from shapecheck.observe.snapshot import Leaf

_NEAR = 8  # frames between the step and the loss
_OPERATIONS = 4000  # of a graph that are looked at
#: of a graph: they change neither shape nor rank
_PASSING = ("Cast", "Identity", "StopGradient", "CheckNumerics")
#: of a graph: where the rows come from
_SOURCES = ("Placeholder", "IteratorGetNext", "PlaceholderWithDefault")


class Met(NamedTuple):
    """One meeting. outputs, labels: leaves. through: class names of the layers that the only
    output came through, the first of them "?" where what is before it is not known. vocabulary:
    rows of the embedding that the inputs came into first, None where it was none."""

    outputs: Tuple[Leaf, ...]
    labels: Tuple[Leaf, ...]
    through: Tuple[str, ...] = ()
    vocabulary: Optional[int] = None


def parties(frame: FrameType, is_model: Any) -> Optional[Tuple[Any, Any, Any]]:
    """(model, outputs, labels) of the step that looks the loss up in `frame`."""
    found = None
    walk: Optional[FrameType] = frame
    for _ in range(_NEAR):
        if walk is None:
            return None
        names = walk.f_locals
        if found is None:
            given = names.get("args")  # autograph calls it for a step of the user's own
            if "y_pred" in names:
                found = names["y_pred"], names.get("y")
            elif walk.f_code.co_name == "converted_call" and type(given) is tuple \
                    and len(given) > 1:
                found = given[1], given[0]
        if found is not None and is_model(names.get("self")):
            return (names["self"], *found)
        walk = walk.f_back
    return None


def met(outputs: Any, labels: Any, layers: Sequence[Any]) -> Met:
    """The facts. layers: all that the model owns."""
    made = snapshot.leaves(outputs, True)
    through: Tuple[str, ...] = ()
    rows = None
    if len(made) == 1:
        names = {layer.name: layer for layer in layers if not any(
            base.__name__ == "Model" for base in type(layer).__mro__)}
        scopes = _through(snapshot.follow(outputs, made[0][0]), names)
        through = tuple("?" if scope == "?" else type(_layer(scope, names)).__name__
                        for scope in scopes)
        if through[:1] == ("Embedding",):
            rows = getattr(_layer(scopes[0], names), "input_dim", None)
    return Met(made, snapshot.leaves(labels), through, rows if isinstance(rows, int) else None)


def _through(tensor: Any, names: Dict[str, Any]) -> List[str]:
    """The name scopes of layers that the tensor came through, the first layer first.

    Read off the graph; ["?"] where there is none. names: name -> layer.
    """
    try:
        start = tensor.op
        start.graph  # noqa: B018  # an eager tensor has none
    except Exception:
        return ["?"]
    found: List[str] = []
    here: List[Any] = [start]
    seen: Set[str] = set()
    while True:
        owners = {_owner(op, names) for op in here}
        if owners == {_SOURCE}:
            return found[::-1]
        owner = owners.pop()
        if owners or not owner or len(seen) > _OPERATIONS:
            return ["?", *found[::-1]]
        found.append(owner)
        here = list(_before(here, owner, names, seen))
        if not here:
            return ["?", *found[::-1]]


_SOURCE = ""


def _owner(op: Any, names: Dict[str, Any]) -> Optional[str]:
    """The scope of the layer that the operation is in, "" of what the rows come from, else None."""
    parts = op.name.split("/")
    for i, part in enumerate(parts[:-1]):
        if _layer(part, names) is not None:
            return "/".join(parts[:i + 1])
    return _SOURCE if op.type in _SOURCES else None


def _layer(scope: str, names: Dict[str, Any]) -> Any:
    """A scope is called as its layer, or numbered where that was taken."""
    scope = scope.rpartition("/")[2]
    found = names.get(scope)
    return names.get(re.sub(r"_\d+$", "", scope)) if found is None else found


def _before(ops: Sequence[Any], owner: Optional[str], names: Dict[str, Any],
            seen: Set[str]) -> Iterator[Any]:
    """The operations that the layer's own ones take their values from."""
    queue = list(ops)
    while queue and len(seen) <= _OPERATIONS:
        op = queue.pop()
        for tensor in op.inputs:
            before = tensor.op
            if before.name in seen or tensor.dtype.name == "resource":
                continue
            seen.add(before.name)
            of = _owner(before, names)
            if of == owner or (of is None and before.type in _PASSING):
                queue.append(before)
            elif of is not None or before.inputs:
                yield before


__all__ = ["Met", "met", "parties"]
