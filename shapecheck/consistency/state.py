"""The model as it was: weights, states and seeds put back bit for bit, also after Ctrl-C."""
from __future__ import annotations

import contextlib
import random
from typing import Any, Iterator, List, Tuple

import numpy as np


def variables(model: Any) -> List[Any]:
    """All variables of the model: weights, moving statistics, recurrent states, seeds."""
    found: List[Any] = []
    seen = set()
    for source in (getattr(model, "variables", ()) or (), _recurrent_states(model)):
        for variable in source:
            if id(variable) not in seen and hasattr(variable, "assign"):
                seen.add(id(variable))
                found.append(variable)
    return found


def _recurrent_states(model: Any) -> List[Any]:
    found: List[Any] = []
    flatten = getattr(model, "_flatten_layers", None)
    for layer in flatten(include_self=False) if flatten else ():
        if getattr(layer, "stateful", False):
            states = getattr(layer, "states", None) or []
            found += [s for s in _flat(states) if s is not None]
    return found


def _flat(value: Any) -> List[Any]:
    if isinstance(value, (list, tuple)):
        return [x for item in value for x in _flat(item)]
    return [value]


def values(model: Any) -> List[Tuple[Any, np.ndarray]]:
    return [(v, np.array(v.numpy() if hasattr(v, "numpy") else v)) for v in variables(model)]


def put_back(kept: List[Tuple[Any, np.ndarray]]) -> None:
    for variable, value in kept:
        now = np.asarray(variable.numpy() if hasattr(variable, "numpy") else variable)
        if now.tobytes() != value.tobytes():
            variable.assign(value)


def is_seed(variable: Any) -> bool:
    """Keras 3 keeps the state of its random generators in variables."""
    name = str(getattr(variable, "path", getattr(variable, "name", "")))
    return "seed_generator" in name or "seed_state" in name


@contextlib.contextmanager
def untouched(model: Any) -> Iterator[None]:
    """Whatever happens in the block, the model and Python's and NumPy's generators are put back."""
    kept = values(model)
    python_state, numpy_state = random.getstate(), np.random.get_state()
    try:
        yield
    finally:
        put_back(kept)
        random.setstate(python_state)
        np.random.set_state(numpy_state)
