"""Class-level hooks on Keras' host methods, shared by all watches, undone with the last one.

Methods are wrapped on the classes, not on instances: nothing is ever stored on a model, so
saving, pickling and cloning inside a watch see what they would see without it. A wrapped
`__call__` is invisible to autograph (it carries the name of the module it wraps), and nothing
is retraced: a function traced before the watch stays as it is.
"""
from __future__ import annotations

import functools
import sys
import threading
from types import FrameType
from typing import Any, Callable, Dict, List, Optional, Tuple

from shapecheck.observe.callsite import is_autograph, is_framework
from shapecheck.observe.models import model_classes

_MISSING = object()
_lock = threading.RLock()
_installed: List[Tuple[type, str, Any, Any]] = []  # class, name, what it had, our wrapper
_local = threading.local()
#: active observers, replaced as a whole: a wrapper reads it once
_observers: Tuple[Any, ...] = ()


def add(observer: Any) -> None:
    """Hook every Keras in the process and tell `observer` of each host call.

    The observer has `wants(model)`, `begin(model, method, args, kwargs, frame)`,
    `end(token, result)` and `fail(token, error)`; none of them may raise.
    """
    global _observers
    with _lock:
        _observers = _observers + (observer,)
        _install()


def remove(observer: Any) -> None:
    global _observers
    with _lock:
        _observers = tuple(o for o in _observers if o is not observer)
        if not _observers:
            _uninstall()


def _install() -> None:
    hooked = {(cls, name) for cls, name, _had, _ours in _installed}
    for adapter, base in model_classes():
        for cls in _with_subclasses(base):
            for name in adapter.HOST_METHODS:
                if (cls, name) in hooked or (cls is not base and name not in vars(cls)):
                    continue
                _wrap(cls, name)


def _with_subclasses(base: type) -> List[type]:
    found, queue = [base], [base]
    while queue:
        for child in type.__subclasses__(queue.pop()):
            if child not in found:
                found.append(child)
                queue.append(child)
    return found


def _wrap(cls: type, name: str) -> None:
    had = vars(cls).get(name, _MISSING)
    original = getattr(cls, name, None)
    if original is None or isinstance(had, (staticmethod, classmethod, property)):
        return
    wrapper = _wrapper(original, name)
    setattr(cls, name, wrapper)
    _installed.append((cls, name, had, wrapper))


def _uninstall() -> None:
    while _installed:
        cls, name, had, ours = _installed.pop()
        if vars(cls).get(name) is not ours:
            continue  # somebody wrapped on top of us: theirs stays, ours passes through
        if had is _MISSING:
            delattr(cls, name)
        else:
            setattr(cls, name, had)


def _wrapper(original: Callable[..., Any], method: str) -> Callable[..., Any]:
    is_call = method == "__call__"

    @functools.wraps(original)
    def hooked(self: Any, *args: Any, **kwargs: Any) -> Any:
        observers = _observers
        if not observers:
            return original(self, *args, **kwargs)
        depth = getattr(_local, "depth", 0)
        frame = _caller(sys._getframe(1), is_call, depth)
        if frame is None:
            return original(self, *args, **kwargs)
        tokens, args, kwargs = _begin(observers, self, method, args, kwargs, frame)
        del frame
        if not tokens:
            return original(self, *args, **kwargs)
        _local.depth = depth + 1
        try:
            result = original(self, *args, **kwargs)
        except BaseException as error:
            for observer, token in tokens:
                observer.fail(token, error)
            raise
        finally:
            _local.depth = depth
        for observer, token in tokens:
            observer.end(token, result)
        return result

    return hooked


def _begin(observers: Tuple[Any, ...], model: Any, method: str, args: Tuple[Any, ...],
           kwargs: Dict[str, Any], frame: FrameType) -> Tuple[List[Any], Any, Any]:
    tokens = []
    for observer in observers:
        if observer.wants(model):
            token, args, kwargs = observer.begin(model, method, args, kwargs, frame)
            if token is not None:
                tokens.append((observer, token))
    return tokens, args, kwargs


def _caller(frame: FrameType, is_call: bool, depth: int) -> Optional[FrameType]:
    """The frame that made a host call, None where this is no host call of the user's.

    Keras calls its own methods all the time: `fit` evaluates, `predict` calls the model, a
    replica thread traces it. Those come from framework frames or, for `__call__`, from inside
    another host call.
    """
    if not is_call:
        return None if depth and is_framework(frame) else frame
    if depth:
        return None
    outer: Optional[FrameType] = frame
    while outer is not None and is_autograph(outer):
        outer = outer.f_back
    if outer is None or not is_framework(outer):
        return frame
    # A user's tf.function calls the model through TensorFlow's frames while it is traced.
    return frame if outer is not frame and _traced_by_user(outer) else None


def _traced_by_user(frame: FrameType) -> bool:
    """Going up, TensorFlow's function machinery leads to the user's code, not to Keras."""
    walk: Optional[FrameType] = frame
    while walk is not None and is_framework(walk):
        if "keras" in walk.f_code.co_filename:
            return False
        walk = walk.f_back
    return walk is not None
