"""Class-level hooks on Keras' host methods, shared by all watches, undone with the last one.

Methods are wrapped on the classes, not on instances: nothing is ever stored on a model, so
saving, pickling and cloning inside a watch see what they would see without it. Nothing is
retraced: a function traced before the watch stays as it is.

A wrapper is one more frame between the user and Keras. Its code carries a file name that both
CPython and TensorFlow take for their own internals: `warnings.warn(..., stacklevel=2)` in Keras
still names the user's line, and "defined at" lists in TensorFlow's errors stay as they are. To
autograph it is Keras' method: it carries that method's module. Where Keras itself calls a
model there is no frame of ours at all, so autograph's "in user code" lists stay as they are, too.
"""
from __future__ import annotations

import functools
import sys
import threading
from types import CodeType, FrameType, MethodType
from typing import Any, Callable, Dict, List, Optional, Tuple

from shapecheck.observe import arrivals, meetings
from shapecheck.observe.callsite import (
    CALLBACKS,
    HOOK_FILE,
    KERAS,
    OURS,
    STDLIB,
    TENSORFLOW,
    USER,
    frame_owner,
    owner_of,
)
from shapecheck.observe.models import MODULE_NAMES, generation_of, model_classes

_MISSING = object()
_THROUGH = "through"
_REPLICAS = "mirrored_run.py"  # TensorFlow's file that runs one thread a replica
_lock = threading.RLock()
_installed: List[Tuple[type, str, Any, Any]] = []  # class, name, what it had, our wrapper
#: active observers, replaced as a whole: a wrapper reads it once
_observers: Tuple[Any, ...] = ()


class _Here(threading.local):
    """The host call that this thread is in: (id of the model, method)."""

    call: Optional[Tuple[int, str]] = None


_here = _Here()


def add(observer: Any) -> None:
    """Hook every Keras in the process and tell `observer` of each host call.

    A Keras that is imported later is hooked then. The observer has `wants(model)`,
    `begin(model, method, args, kwargs, frame)`, `end(token, result)`, `fail(token, error)`,
    `met(model, outputs, labels)` as the compiled loss is about to be called, and `failed(fault)`;
    none of them may raise.
    """
    global _observers
    with _lock:
        _observers = _observers + (observer,)
        arrivals.watch_for(MODULE_NAMES, _arrived)
        try:
            _install()
        except Exception as fault:
            _report(_observers, fault)


def remove(observer: Any) -> None:
    global _observers
    with _lock:
        _observers = tuple(o for o in _observers if o is not observer)
        if not _observers:
            arrivals.stop()
            _uninstall()


def forked(observer: Any) -> None:
    """In the child of a fork: without `observer`, and with a lock that no thread of the parent's
    holds for ever."""
    global _lock, _observers
    _lock = threading.RLock()
    _observers = tuple(o for o in _observers if o is not observer)


def _arrived() -> None:
    with _lock:
        if not _observers:
            return
        try:
            _install()
        except Exception as fault:
            _report(_observers, fault)


def _report(observers: Tuple[Any, ...], fault: Exception) -> None:
    for observer in observers:
        observer.failed(fault)


def _install() -> None:
    for adapter, base in model_classes():
        for cls in _with_subclasses(base):
            for name in adapter.HOST_METHODS:
                if _is_first(cls, base, name):
                    _wrap(cls, name)
        loss = adapter.compiled_loss(base)
        if loss is not None and not isinstance(vars(loss).get("__call__"), _Meeting):
            had = vars(loss)["__call__"]
            loss.__call__ = _Meeting(had)
            _installed.append((loss, "__call__", had, vars(loss)["__call__"]))


def _with_subclasses(base: type) -> List[type]:
    found: List[type] = [base]
    queue: List[type] = [base]
    while queue:
        children: List[type] = type.__subclasses__(queue.pop(0))
        new = [child for child in children if child not in found]
        found += new
        queue += new
    return found


def _is_first(cls: type, base: type, name: str) -> bool:
    """A call of `name` on `cls` would run code that we have not wrapped yet."""
    owner = next((c for c in cls.__mro__ if name in vars(c)), None)
    if owner is None or any(owner is c and name == n for c, n, _had, _ours in _installed):
        return False
    # autograph may have to read the source of a `__call__` of the user's own: it stays bare,
    # and the one that it overrides is hooked.
    return cls is base or name != "__call__" or _is_kerases(vars(owner)[name])


def _is_kerases(function: Any) -> bool:
    code = getattr(function, "__code__", None)
    return code is not None and owner_of(code.co_filename) in (KERAS, CALLBACKS)


def _wrap(cls: type, name: str) -> None:
    had = vars(cls).get(name, _MISSING)
    original = getattr(cls, name, None)
    if original is None or isinstance(had, (staticmethod, classmethod, property)):
        return
    wrapper: Any = _wrapper(original, name)
    if name == "__call__":
        wrapper = _Callable(original, wrapper)
    setattr(cls, name, wrapper)
    _installed.append((cls, name, had, wrapper))


class _Callable:
    """`__call__` of a class: Keras' own calls get the original, others the watched one."""

    def __init__(self, original: Callable[..., Any], watched: Callable[..., Any]) -> None:
        functools.update_wrapper(self, original)  # type: ignore[arg-type]
        self._original = original
        self._watched = watched

    def __get__(self, model: Any, cls: Optional[type] = None) -> Callable[..., Any]:
        if model is None:
            return self._watched
        try:
            if owner_of(sys._getframe(1).f_code.co_filename) in (KERAS, CALLBACKS):
                return MethodType(self._original, model)
        except Exception:  # the watched one will see and report it
            pass
        return MethodType(self._watched, model)


class _Meeting:
    """`__call__` of the compiled loss: looked up, it tells who is about to be compared."""

    def __init__(self, original: Callable[..., Any]) -> None:
        functools.update_wrapper(self, original)  # type: ignore[arg-type]
        self._original = original

    def __get__(self, loss: Any, cls: Optional[type] = None) -> Any:
        if loss is not None:
            _meet(sys._getframe(1))
        return self._original.__get__(loss, cls)


def _meet(frame: FrameType) -> None:
    observers = _observers
    try:
        found = meetings.parties(frame, generation_of) if observers else None
        if found is None:
            return
        model, outputs, labels = found
        for observer in observers:
            if observer.wants(model):
                observer.met(model, outputs, labels)
    except Exception as fault:
        _report(observers, fault)


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

    def watched(self: Any, *args: Any, **kwargs: Any) -> Any:
        observers = _observers
        if not observers:
            return original(self, *args, **kwargs)
        outer = _here.call
        begun = _begin(observers, self, method, args, kwargs, sys._getframe(1), outer)
        if begun is None:
            return original(self, *args, **kwargs)
        tokens, args, kwargs = begun
        _here.call = (id(self), method)
        try:
            result = original(self, *args, **kwargs)
        except BaseException as error:
            for observer, token in tokens:
                observer.fail(token, error)
            raise
        finally:
            _here.call = outer
        for observer, token in tokens:
            observer.end(token, result)
        return result

    watched.__code__ = _disguised(watched.__code__)
    return functools.wraps(original)(watched)


@functools.cache
def _disguised(code: CodeType) -> CodeType:
    return code.replace(co_filename=HOOK_FILE)


def _begin(observers: Tuple[Any, ...], model: Any, method: str, args: Tuple[Any, ...],
           kwargs: Dict[str, Any], frame: FrameType, outer: Any) -> Optional[Tuple[Any, Any, Any]]:
    """([(observer, token)], arguments to go on with); None where this is no host call."""
    try:
        if not (_is_host_call(frame, model, outer) if method == "__call__"
                else _is_host_method(frame, model, method, outer)):
            return None
        tokens = []
        for observer in observers:
            if observer.wants(model):
                token, args, kwargs = observer.begin(model, method, args, kwargs, frame)
                if token is not None:
                    tokens.append((observer, token))
        return tokens, args, kwargs
    except Exception as fault:
        _report(observers, fault)
        return None


def _is_host_method(frame: FrameType, model: Any, method: str, outer: Any) -> bool:
    """Inside another host call: the user's own call (in a callback, in a generator)?

    `fit` evaluates, an override calls `super()`: those belong to the call that is recorded.
    What our own consistency check runs is nobody's call.
    """
    if outer is None:
        return owner_of(frame.f_code.co_filename) != OURS
    if owner_of(frame.f_code.co_filename) not in (USER, STDLIB):
        return False
    first = _first_above(frame)
    return first != _THROUGH and (first != OURS or outer != (id(model), method))


def _is_host_call(frame: FrameType, model: Any, outer: Any) -> bool:
    """A `model(x)` of the user's, not one that Keras makes or that is a part of another.

    Keras calls models all the time: `predict` does, a model calls those in it, a replica
    thread traces it. Callbacks are the exception: what they call, the user calls.
    """
    owner = owner_of(frame.f_code.co_filename)
    if owner == TENSORFLOW:
        # A tf.function of the user's is being traced, or `tf.function(model)` itself.
        walk: Optional[FrameType] = frame
        while walk is not None and frame_owner(walk) in (TENSORFLOW, STDLIB):
            walk = walk.f_back
        if walk is not None and frame_owner(walk) != USER:
            return False
    elif owner not in (USER, STDLIB):
        return False
    first = _first_above(frame)
    return not first or first == CALLBACKS or (
        first == OURS and outer is not None and outer != (id(model), "__call__"))


def _first_above(frame: FrameType) -> str:
    """Keras' or our frame that is nearest above: KERAS, CALLBACKS, OURS; "" where there is none.

    OURS: a host call is being made with nothing of Keras' in between. _THROUGH: the same, but
    it is Keras that makes it.
    """
    walk = frame.f_back
    first = outermost = ""
    while walk is not None:
        code = walk.f_code
        owner = owner_of(code.co_filename) if not code.co_freevars else frame_owner(walk)
        if owner == USER:
            if code.co_name == "<module>":
                return first
        elif owner in (KERAS, CALLBACKS):
            return owner if not first else _THROUGH if owner == KERAS else OURS
        elif owner == TENSORFLOW:
            outermost = code.co_filename
        elif code.co_filename == HOOK_FILE:
            first = OURS
        walk = walk.f_back
    return KERAS if outermost.endswith(_REPLICAS) and _keras_waits_for_replicas() else first


def _keras_waits_for_replicas() -> bool:
    """We are in a replica's thread, where its stack ends: who started it waits in another one."""
    for frame in sys._current_frames().values():
        walk: Optional[FrameType] = frame
        while walk is not None and not (walk.f_code.co_name == "call_for_each_replica"
                                        and walk.f_code.co_filename.endswith(_REPLICAS)):
            walk = walk.f_back
        if walk is not None and _first_above(walk) == KERAS:
            return True
    return False


__all__ = ["add", "remove"]
