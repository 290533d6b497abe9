"""Python's own state that a call can change: dicts, lists, arrays, closures, globals, generators.

Reached from the user's layers: their attributes, the closures of functions that they call, and
the globals that these name. What a framework keeps for itself is left alone.
"""
from __future__ import annotations

import collections
import random
import sys
import sysconfig
import types
from typing import Any, Dict, Iterator, List, NamedTuple, Tuple

import numpy as np

_PLAIN = (bool, int, float, complex, str, bytes, np.generic)
_MOST_ITEMS, _MOST_BYTES, _DEPTH = 256, 1 << 24, 6
_FRAMEWORKS = ("keras", "tf_keras", "tensorflow", "transformers", "keras_hub", "keras_nlp",
               "numpy", "shapecheck")


class Container(NamedTuple):
    """label: how the user would say it. holder: the thing itself. kept: its content then.
    random: a generator of random numbers. layer: where it was found."""

    label: str
    holder: Any
    kept: Any
    random: bool
    layer: Any

    def changed(self) -> bool:
        return not _same(_content(self.holder), self.kept)

    def put_back(self) -> None:
        if self.changed():
            _put(self.holder, self.kept)


class _Global:
    """One name in a module's globals."""

    def __init__(self, scope: Dict[str, Any], name: str) -> None:
        self.scope, self.name = scope, name


class _Object:
    """The attributes of an object of the user's own class."""

    def __init__(self, value: Any) -> None:
        self.value = value


def of_value(label: str, value: Any, layer: Any, seen: Dict[int, Any]) -> Iterator[Container]:
    """The mutable containers in a value, itself included; each once."""
    yield from _walk(label, value, layer, seen, _DEPTH)


def of_function(label: str, function: Any, layer: Any, seen: Dict[int, Any],
                depth: int = _DEPTH) -> Iterator[Container]:
    """What a function can change: its closure, and the globals that it names."""
    function = getattr(function, "__wrapped__", function)
    code = getattr(function, "__code__", None)
    if code is None or depth <= 0 or id(function) in seen:
        return
    seen[id(function)] = function
    for name, cell in zip(code.co_freevars, getattr(function, "__closure__", None) or ()):
        try:
            value = cell.cell_contents
        except ValueError:  # empty
            continue
        if isinstance(value, _PLAIN) or value is None:
            yield from _kept(name, cell, layer, seen)
        else:
            yield from _walk(name, value, layer, seen, depth - 1)
    scope = getattr(function, "__globals__", {})
    for name in _names(code):
        if name not in scope:
            continue
        value = scope[name]
        if isinstance(value, _PLAIN):
            if _assigned(code, name):
                yield Container(name, _Global(scope, name), value, False, layer)
        else:
            yield from _walk(name, value, layer, seen, depth - 1)


def _walk(label: str, value: Any, layer: Any, seen: Dict[int, Any],
          depth: int) -> Iterator[Container]:
    if depth <= 0 or id(value) in seen or isinstance(value, _PLAIN) or value is None:
        return
    if isinstance(value, types.FunctionType):
        if not _foreign(value.__module__):
            yield from of_function(label, value, layer, seen, depth)
    elif isinstance(value, types.MethodType):
        yield from _walk(label, value.__func__, layer, seen, depth)
        yield from _walk(label, value.__self__, layer, seen, depth)
    elif isinstance(value, tuple):
        for item in value[:_MOST_ITEMS]:
            yield from _walk(label, item, layer, seen, depth - 1)
    elif _holds(value):
        yield from _kept(label, value, layer, seen)
        items = value.values() if isinstance(value, dict) else value if isinstance(
            value, (list, collections.deque)) else ()
        for item in list(items):
            yield from _walk(label, item, layer, seen, depth - 1)
    elif not isinstance(value, type) and not _foreign(type(value).__module__):
        yield from _in_object(label, value, layer, seen, depth)


def _in_object(label: str, value: Any, layer: Any, seen: Dict[int, Any],
               depth: int) -> Iterator[Container]:
    """Of an object of the user's own class: its attributes, and what its methods reach."""
    attributes = getattr(value, "__dict__", None)
    if not isinstance(attributes, dict) or hasattr(value, "trainable_weights"):
        return
    seen[id(value)] = value
    yield Container(label, _Object(value), dict(attributes), False, layer)
    for name, item in list(attributes.items()):
        yield from _walk(f"{label}.{name}", item, layer, seen, depth - 1)
    for cls in type(value).__mro__:
        for item in list(vars(cls).values()) if not _foreign(cls.__module__) else ():
            if isinstance(item, types.FunctionType):
                yield from of_function(label, item, layer, seen, depth - 1)


def _kept(label: str, holder: Any, layer: Any, seen: Dict[int, Any]) -> Iterator[Container]:
    if id(holder) not in seen:
        seen[id(holder)] = holder
        yield Container(label, holder, _content(holder), _draws(holder), layer)


def _draws(value: Any) -> bool:
    return isinstance(value, (random.Random, np.random.RandomState, np.random.Generator))


def _holds(value: Any) -> bool:
    """A container that we can copy and put back."""
    if isinstance(value, np.ndarray):
        return value.nbytes <= _MOST_BYTES and value.dtype != object and value.flags.writeable
    if isinstance(value, (dict, list, set, collections.deque)):
        return len(value) <= _MOST_ITEMS
    return isinstance(value, bytearray) or _draws(value)


def _content(holder: Any) -> Any:
    if isinstance(holder, _Global):
        return holder.scope.get(holder.name)
    if isinstance(holder, _Object):
        return dict(holder.value.__dict__)
    if isinstance(holder, types.CellType):
        return holder.cell_contents
    if isinstance(holder, np.ndarray):
        return holder.copy()
    if isinstance(holder, dict):
        return dict(holder.items())
    if isinstance(holder, random.Random):
        return holder.getstate()
    if isinstance(holder, np.random.RandomState):
        return holder.get_state()
    if isinstance(holder, np.random.Generator):
        return holder.bit_generator.state
    if isinstance(holder, set):
        return set(holder)
    return bytearray(holder) if isinstance(holder, bytearray) else list(holder)


def _put(holder: Any, kept: Any) -> None:
    if isinstance(holder, _Global):
        holder.scope[holder.name] = kept
    elif isinstance(holder, types.CellType):
        holder.cell_contents = kept
    elif isinstance(holder, np.ndarray):
        holder[...] = kept
    elif isinstance(holder, random.Random):
        holder.setstate(kept)
    elif isinstance(holder, np.random.RandomState):
        holder.set_state(kept)
    elif isinstance(holder, np.random.Generator):
        holder.bit_generator.state = kept
    elif isinstance(holder, (_Object, dict)):
        _put_items(holder.value.__dict__ if isinstance(holder, _Object) else holder, kept)
    elif isinstance(holder, set):
        holder.clear()
        holder.update(kept)
    elif isinstance(holder, collections.deque):
        holder.clear()
        holder.extend(kept)
    else:
        holder[:] = kept


def _put_items(holder: Any, kept: Dict[Any, Any]) -> None:
    """Only what differs; past Keras' own bookkeeping of a dict, where it is one."""
    plain = isinstance(type(holder), type) and issubclass(type(holder), dict)
    for key in [k for k in holder if k not in kept]:
        if plain:
            dict.pop(holder, key)
        else:
            del holder[key]
    for key, value in kept.items():
        if key not in holder or not _same(holder[key], value):
            if plain:
                dict.__setitem__(holder, key, value)
            else:
                holder[key] = value


def _same(a: Any, b: Any) -> bool:
    """The same things inside: equal plain values, otherwise the very same objects."""
    if a is b:
        return True
    if type(a) is not type(b):
        return False
    if isinstance(a, _PLAIN):
        return bool(a == b) or (a != a and b != b)
    if isinstance(a, np.ndarray):
        return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()
    if isinstance(a, (list, tuple)):
        return len(a) == len(b) and all(map(_same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(_same(v, b[k]) for k, v in a.items())
    if isinstance(a, (set, bytearray)):
        return bool(a == b)
    return False


def _names(code: Any) -> List[str]:
    """Names of globals in a function and in those inside it."""
    found: List[str] = list(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            found += _names(constant)
    return list(dict.fromkeys(found))


def _assigned(code: Any, name: str) -> bool:
    """A function, or one inside it, assigns to the global."""
    import dis

    if any(i.opname == "STORE_GLOBAL" and i.argval == name for i in dis.get_instructions(code)):
        return True
    return any(_assigned(c, name) for c in code.co_consts if isinstance(c, types.CodeType))


_LIBRARIES: Tuple[str, ...] = tuple(
    path for path in (sysconfig.get_path(n) for n in ("stdlib", "purelib", "platlib")) if path)


def _foreign(module: Any) -> bool:
    """A module of a library: what it keeps is its own."""
    name = str(module)
    if name.partition(".")[0] in (*_FRAMEWORKS, "builtins", "collections"):
        return True
    file = getattr(sys.modules.get(name), "__file__", None)
    return file is not None and str(file).startswith(_LIBRARIES)
