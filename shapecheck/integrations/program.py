"""A program of the user's, run as `python` would run it: what it sees of itself is the same.

`__main__`, `__file__`, `sys.argv` and `sys.path[0]` as the interpreter sets them (Python's docs,
"Command line and environment"; `runpy` gives a temporary `__main__` that is gone while `atexit`
functions and pickles still need it).
"""
from __future__ import annotations

import builtins
import importlib.machinery
import importlib.util
import io
import os
import sys
import types
from typing import Any, Optional, Sequence, Tuple

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.integrations.streams import say


class Program:
    """Code that is ready to run, and the `__main__` that it runs in.

    path: for the report and the traceback; first: what becomes `sys.path[0]`, None where Python
    puts nothing there; argument: what becomes `sys.argv[0]`.
    """

    __slots__ = ("path", "code", "module", "first", "argument")

    def __init__(self, path: str, code: types.CodeType, module: types.ModuleType,
                 first: Optional[str], argument: str) -> None:
        self.path = path
        self.code = code
        self.module = module
        self.first = first
        self.argument = argument


def of_script(path: str) -> Program:
    """The program in a script, or in a folder or zip file with a `__main__.py`.

    Raises UserError where there is none, or where it is no Python.
    """
    if os.path.isdir(path) or (os.path.isfile(path) and _is_archive(path)):
        return _of_container(path)
    absolute = os.path.abspath(path)
    try:
        with io.open_code(absolute) as file:
            source = file.read()
    except FileNotFoundError:
        raise UserError(f"no file {clean(path)}: expected a script (.py), a notebook (.ipynb), or "
                        "-m MODULE") from None
    except OSError as error:
        raise UserError(f"{clean(path)}: {error.strerror or error}") from None
    code = _compiled(source, absolute, path)
    loader = importlib.machinery.SourceFileLoader("__main__", absolute)
    module = _main_module(None, loader, absolute)
    # where the script really is: Python follows links here
    return Program(absolute, code, module, os.path.dirname(os.path.realpath(absolute)), path)


def look_for(name: str) -> None:
    """Raises UserError where there is no such module, as far as can be said without an import."""
    top = name.partition(".")[0]
    sys.path.insert(0, os.getcwd())
    try:
        if not top or importlib.util.find_spec(top) is None:
            raise UserError(f"-m {clean(name)}: no such module; it is looked for in this folder "
                            "and among the installed ones")
    except (ImportError, AttributeError, ValueError) as error:
        raise UserError(f"-m {clean(name)}: {type(error).__name__}: {clean(error)}") from None
    finally:
        sys.path.pop(0)


def of_module(name: str) -> Program:
    """The program that `python -m NAME` runs. Raises UserError where there is none.

    Parent packages are imported, as they are by Python itself.
    """
    sys.path.insert(0, os.getcwd())  # where -m looks first; also while parents are imported
    try:
        spec = _spec_of(name)
    finally:
        sys.path.pop(0)
    return _of_spec(spec, os.getcwd(), f"-m {name}")


def _spec_of(name: str) -> importlib.machinery.ModuleSpec:
    try:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.submodule_search_locations is not None:
            spec = importlib.util.find_spec(f"{name}.__main__")
            if spec is None:
                raise UserError(f"-m {clean(name)}: a package without __main__.py cannot be run")
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise UserError(f"-m {clean(name)}: {type(error).__name__}: {clean(error)}") from None
    if spec is None or spec.loader is None:
        raise UserError(f"-m {clean(name)}: no such module; it is looked for in this folder and "
                        "among the installed ones")
    return spec


def _of_container(path: str) -> Program:
    """A folder or zip file: it stands on `sys.path`, and its `__main__` is what runs."""
    absolute = os.path.abspath(path)
    sys.path.insert(0, absolute)
    try:
        importlib.invalidate_caches()
        finder: Any = _finder_for(absolute)
        spec = None if finder is None else finder.find_spec("__main__")
    finally:
        sys.path.pop(0)
    if spec is None or spec.loader is None:
        raise UserError(f"{clean(path)}: no __main__.py in it; expected a script, a notebook, or a "
                        "folder or zip file with a __main__.py")
    return _of_spec(spec, absolute, path, argument=path)


def _finder_for(path: str) -> Any:
    for hook in sys.path_hooks:
        try:
            return hook(path)
        except ImportError:
            continue
    return None


def _of_spec(spec: importlib.machinery.ModuleSpec, first: str, name: str,
             argument: Optional[str] = None) -> Program:
    loader: Any = spec.loader
    try:
        code = loader.get_code(spec.name)
    except SyntaxError as error:
        raise _no_python(name, error) from None
    except (ImportError, AttributeError) as error:
        raise UserError(f"{clean(name)}: {clean(error)}") from None
    if code is None:
        raise UserError(f"{clean(name)}: there is no Python code in it to run")
    origin = spec.origin or getattr(loader, "path", None) or name
    module = _main_module(spec, loader, origin)
    return Program(origin, code, module, first, argument or origin)


def _main_module(spec: Optional[importlib.machinery.ModuleSpec], loader: Any,
                 path: str) -> types.ModuleType:
    module = types.ModuleType("__main__")
    module.__dict__.update({
        "__file__": path, "__builtins__": builtins, "__loader__": loader, "__spec__": spec,
        "__cached__": None if spec is None else spec.cached,
        "__package__": None if spec is None else spec.parent})
    if sys.version_info < (3, 14):
        module.__dict__.update({"__annotations__": {}})
    return module


def _is_archive(path: str) -> bool:
    with open(path, "rb") as file:
        if file.read(2) == b"PK":
            return True
    import zipfile  # with other bytes in front, as of `#!/usr/bin/env python`

    return not path.endswith((".py", ".pyw")) and zipfile.is_zipfile(path)


def _compiled(source: bytes, absolute: str, path: str) -> types.CodeType:
    try:
        # bytes: the compiler reads their coding comment and BOM
        return compile(source, absolute, "exec", dont_inherit=True)
    except (SyntaxError, ValueError) as error:  # ValueError: null bytes
        raise _no_python(path, error) from None
    except (RecursionError, MemoryError):
        raise UserError(f"{clean(path)}: nested too deeply for Python") from None


def _no_python(path: str, error: Exception) -> UserError:
    where = f":{error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
    what = error.msg if isinstance(error, SyntaxError) else str(error)
    return UserError(f"{clean(path)}{where}: this is no Python {sys.version_info[0]}."
                     f"{sys.version_info[1]}: {clean(what)}")


def run(program: Program, arguments: Sequence[str]) -> Tuple[Any, Optional[BaseException]]:
    """Run it in this process. (exit status as given to `sys.exit`, the exception that ended it).

    The exception's traceback begins in the program. Its `__main__` stays: `atexit` functions,
    threads and pickles come after it.
    """
    sys.modules["__main__"] = program.module
    sys.argv[:] = [program.argument, *arguments]
    _set_path(program.first)
    try:
        exec(program.code, program.module.__dict__)
    except SystemExit as stop:
        return stop.code, None
    except BaseException as error:
        trace = error.__traceback__
        error.__traceback__ = None if trace is None else trace.tb_next
        return 1, error
    return 0, None


def _set_path(first: Optional[str]) -> None:
    """What stands at `sys.path[0]` is ours: `shapecheck`'s script folder, or with -m this one."""
    if getattr(sys.flags, "safe_path", False) or sys.flags.isolated:
        return  # -P, -I: Python puts nothing there
    if sys.path and first is not None:
        sys.path[0] = first


def tell(error: BaseException) -> None:
    """What the interpreter does with an exception that nobody caught."""
    sys.last_type, sys.last_value = type(error), error
    sys.last_traceback = error.__traceback__
    if sys.version_info >= (3, 12):
        sys.last_exc = error
    try:
        sys.excepthook(type(error), error, error.__traceback__)
    except SystemExit:
        raise
    except BaseException as fault:
        say("Error in sys.excepthook:")
        sys.__excepthook__(type(fault), fault, fault.__traceback__)
        say("\nOriginal exception was:")
        sys.__excepthook__(type(error), error, error.__traceback__)

