"""Objects out of the user's own code: `FILE.py:NAME` and `MODULE:NAME`.

The code is executed; its prints go to stderr, so that a report on stdout stays whole.
"""
from __future__ import annotations

import contextlib
import importlib
import importlib.util
import inspect
import os
import sys
from types import ModuleType
from typing import Any, Dict, Iterator, Tuple

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.source.model_file import first_line

#: a file named twice (for the model and for the data) is executed once
_LOADED: Dict[Tuple[str, int], ModuleType] = {}


def load_object(text: str) -> Any:
    """The object that `FILE.py:NAME` or `MODULE:NAME` names; NAME may be dotted.

    Raises UserError, chained to the user's exception, where the code raises or has no NAME.
    """
    source, _, name = text.rpartition(":")
    module = _from_file(source) if source.endswith(".py") else _from_module(source)
    value: Any = module
    for part in name.split("."):
        try:
            value = getattr(value, part)
        except Exception as exc:
            known = [n for n in vars(module) if not n.startswith("_")][:8]
            hint = f"; it has {', '.join(map(clean, known))}" if known else ""
            raise UserError(f"{clean(source)} has no {clean(name)!r}{hint}") from exc
    return value


def call_if_function(value: Any, text: str, what: str) -> Any:
    """What the function returns; the value itself where it is none.

    Raises UserError where the function wants arguments or raises.
    """
    if not (inspect.isroutine(value) or inspect.isclass(value)):
        return value
    shown = clean(text)
    needed = _required(value)
    if needed:
        raise UserError(f"{shown} needs arguments ({', '.join(needed)}); name {what}, or a "
                        f"function without arguments that returns one")
    with _prints_to_stderr():
        try:
            return value()
        except (Exception, SystemExit) as exc:
            raise UserError(f"{shown} raised {_told(exc)}") from exc


def _required(function: Any) -> "list[str]":
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return []
    return [p.name for p in parameters if p.default is p.empty
            and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]


def _told(exc: BaseException) -> str:
    return clean(f"{type(exc).__name__}: {first_line(exc)}" if str(exc).strip()
                 else type(exc).__name__)


@contextlib.contextmanager
def _prints_to_stderr() -> Iterator[None]:
    with contextlib.redirect_stdout(sys.stderr):
        yield


@contextlib.contextmanager
def _first_on_path(folder: str) -> Iterator[None]:
    sys.path.insert(0, folder)
    try:
        yield
    finally:
        with contextlib.suppress(ValueError):
            sys.path.remove(folder)


def _from_file(path: str) -> ModuleType:
    shown = clean(path)
    full = os.path.realpath(path)
    try:
        key = (full, os.stat(full).st_mtime_ns)
    except OSError as exc:
        raise UserError(f"{shown}: no such file") from exc
    if key in _LOADED:
        return _LOADED[key]
    name = "_shapecheck_" + os.path.splitext(os.path.basename(full))[0]
    spec = importlib.util.spec_from_file_location(name, full)
    if spec is None or spec.loader is None:
        raise UserError(f"{shown}: not a Python file")
    module = importlib.util.module_from_spec(spec)
    before = sys.modules.get(name)
    sys.modules[name] = module  # dataclasses and Keras' registry look the module up
    try:
        with _first_on_path(os.path.dirname(full)), _prints_to_stderr(), _no_bytecode():
            spec.loader.exec_module(module)
    except (Exception, SystemExit) as exc:
        if before is None:
            sys.modules.pop(name, None)
        else:
            sys.modules[name] = before
        raise UserError(f"{shown} raised {_told(exc)} while it was imported") from exc
    _LOADED[key] = module
    return module


@contextlib.contextmanager
def _no_bytecode() -> Iterator[None]:
    """Leaves no __pycache__ beside the user's file."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


def _from_module(name: str) -> ModuleType:
    try:
        with _first_on_path(os.getcwd()), _prints_to_stderr():
            return importlib.import_module(name)
    except ModuleNotFoundError as exc:
        if exc.name and (name == exc.name or name.startswith(exc.name + ".")):
            raise UserError(f"no module named {clean(name)!r}; for a file write "
                            f"{clean(name)}.py:NAME") from exc
        raise UserError(f"{clean(name)} raised {_told(exc)} while it was imported") from exc
    except (Exception, SystemExit) as exc:
        raise UserError(f"{clean(name)} raised {_told(exc)} while it was imported") from exc
