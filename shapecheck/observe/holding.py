"""What a name holds, as plain facts: shape, dtype, type; no reference to it is kept.

Only objects of known libraries are looked at: no code of the user's runs.
"""
from __future__ import annotations

import re
import types
from typing import Any, Callable, List, Mapping, Optional, Tuple

from shapecheck.facts.evidence import (
    Declared,
    Held,
    Imported,
    Items,
    Names,
    Plain,
    Symbol,
)
from shapecheck.observe.models import Declaration, generation_of
from shapecheck.observe.snapshot import leaves, to_array

Declare = Callable[[Any], Declaration]

_PLAIN = (bool, int, float)
_LONGEST = 80  # characters of a text that is kept
_MOST = 16  # items of a list or dict
_ARRAYS = ("numpy", "pandas", "tensorflow", "keras", "tf_keras")
_CONTAINERS = ("ndarray", "Tensor", "Series", "DataFrame")
_LIBRARIES = ("numpy", "pandas", "tensorflow", "keras", "tf_keras", "sklearn", "transformers")
#: parts of a module's name that nobody writes
_UNWRITTEN = ("api", "v1", "v2", "src", "_api", "_v1", "_v2", "_tf_keras")
_PUBLIC = ("layers", "losses", "metrics", "models", "utils", "datasets", "applications",
           "optimizers", "preprocessing")


def held(value: Any, declare: Optional[Declare] = None, depth: int = 0) -> Held:
    """None where nothing is known of it."""
    kind = type(value)
    if value is None or kind in _PLAIN:
        return Plain(value)
    if kind is str:
        return Plain(value) if len(value) <= _LONGEST else None
    if kind in (list, tuple, dict):
        return _items(value, kind.__name__, declare, depth)
    if isinstance(value, types.ModuleType):
        return _module(str(value.__name__))
    root = str(kind.__module__).partition(".")[0]
    if root == "transformers" and isinstance(value, dict):
        return _items(value, "ModelOutput", declare, depth)
    if kind in (type, types.FunctionType):
        return _named(value)
    if root in _ARRAYS and getattr(value, "shape", None) is not None:
        return _array(value, root)
    if declare is not None and any(c.__name__ == "Model" for c in kind.__mro__):
        return _model(value, root, declare)
    return None


_WORD = re.compile(r"[^\W\d]\w*")
_NAMES = 256


def names_held(namespace: Mapping[str, Any], text: str) -> Names:
    """What the names hold that `text` uses, those of `namespace`."""
    from shapecheck.observe.models import declaration_of

    found: List[Tuple[str, Held]] = []
    for name in dict.fromkeys(_WORD.findall(text)):
        if name in namespace and len(found) < _NAMES:
            shown = held(namespace[name], declaration_of)
            if shown is not None:
                found.append((name, shown))
    return tuple(found)


def _items(value: Any, container: str, declare: Optional[Declare], depth: int) -> Held:
    if depth > 2 or not 0 < len(value) <= _MOST:
        return None
    if not isinstance(value, dict):
        return Items(container, tuple(held(item, declare, depth + 1) for item in value))
    if not all(type(key) in (str, int) for key in value):
        return None
    return Items(container, tuple(held(item, declare, depth + 1) for item in value.values()),
                 tuple(value))


def _array(value: Any, root: str) -> Held:
    (leaf,) = leaves(value)
    array = to_array(leaf)
    if array.container == "KerasTensor":
        return Symbol(array, str(getattr(value, "name", "")), _keras(root))
    if array.shape == () and root == "numpy" and array.container != "ndarray":
        return to_array((leaf[0], _Number, leaf[2], leaf[3]))
    return array if array.container in _CONTAINERS else None


class _Number:
    """Container type of NumPy's own numbers."""


_Number.__name__ = "scalar"  # as the reader calls them


def _model(value: Any, root: str, declare: Declare) -> Held:
    adapter = generation_of(value)
    if adapter is None or adapter.kind(value) not in ("functional", "sequential"):
        return None
    made = declare(value)
    return Declared(made.info, made.specs, made.outputs, _keras(root))


def _keras(root: str) -> str:
    return root if root in ("keras", "tf_keras") else "tensorflow"


def _module(name: str) -> Held:
    parts = [part for part in name.split(".") if part not in _UNWRITTEN]
    if not parts or parts[0] not in _LIBRARIES:
        return None
    if parts[0] in ("keras", "tf_keras") and parts[1:2] == ["keras"]:
        del parts[1]  # tf_keras.api._v2.keras.layers
    return Imported(".".join(parts))


def _named(value: Any) -> Held:
    """A class or function of a library: by where one imports it from."""
    parts = str(value.__module__).split(".")
    name = str(value.__qualname__)
    if parts[0] not in _LIBRARIES or not name.isidentifier():
        return None
    if parts[0] in ("keras", "tf_keras"):
        family = next((part for part in parts if part in _PUBLIC), None)
        if name in ("Sequential", "Model", "Functional", "Input"):
            return Imported(f"{parts[0]}.{'Model' if name == 'Functional' else name}")
        return None if family is None else Imported(f"{parts[0]}.{family}.{name}")
    if parts[0] == "tensorflow":
        return None  # its modules say nothing of where one imports it from
    written = [part for part in parts if not part.startswith("_") and part != "core"]
    return Imported(".".join([*written, name]))
