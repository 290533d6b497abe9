"""Which line of the user's made the call, and how they spelled it.

The AST node comes from `executing`, which is sure or silent; so are we.
"""
from __future__ import annotations

import ast
import inspect
import os
import sys
import sysconfig
from types import FrameType
from typing import Any, Dict, Optional, Tuple

from shapecheck.facts import Location
from shapecheck.source.calls import CallText
from shapecheck.source.expression import parse

#: File name of our hooks' code. "importlib" and "_bootstrap": CPython's warnings pass over it;
#: "tensorflow/python" (2.7 and later) and "<embedded" (2.6): TensorFlow's errors do not list it.
HOOK_FILE = "<embedded shapecheck, importlib._bootstrap, tensorflow/python>"

KERAS, CALLBACKS, TENSORFLOW, OURS, STDLIB, USER = (
    "keras", "callbacks", "tensorflow", "shapecheck", "stdlib", "")
_PACKAGES = {
    "keras": KERAS, "tf_keras": KERAS, "keras_hub": KERAS, "keras_nlp": KERAS,
    "transformers": KERAS, "tensorflow": TENSORFLOW, "optree": TENSORFLOW, "shapecheck": OURS,
}
_GENERATED = "__autograph_generated_file"  # user code as autograph rewrote it
_STDLIB = sysconfig.get_paths()["stdlib"] + os.sep
_owners: Dict[str, str] = {HOOK_FILE: OURS}


class Site:
    """Where a call was made. `text` is None where the source or the node is not known."""

    def __init__(self, location: Location, text: Optional[CallText] = None) -> None:
        self.location = location
        self.text = text


def owner_of(filename: str) -> str:
    """Whose code a file is: KERAS (and what is built on it), CALLBACKS (Keras code that calls
    the user back on purpose), TENSORFLOW, OURS, STDLIB or USER."""
    known = _owners.get(filename)
    if known is None:
        known = _owners[filename] = _find_owner(filename)
    return known


def _find_owner(filename: str) -> str:
    if os.path.basename(filename).startswith(_GENERATED):
        return TENSORFLOW
    for name, owner in _PACKAGES.items():
        folders = getattr(sys.modules.get(name), "__path__", None) or ()
        for folder in folders:
            if filename.startswith(folder + os.sep):
                return _inside(owner, filename[len(folder):])
    if filename.startswith(_STDLIB) and "site-packages" not in filename[len(_STDLIB):]:
        return STDLIB
    return USER


def _inside(owner: str, rest: str) -> str:
    parts = rest.strip(os.sep).split(os.sep)
    if owner == OURS and "examples" in parts[:1]:
        return USER  # our built-in example is a user's program that happens to live in our folder
    if owner == TENSORFLOW and "keras" in parts[:-1]:
        owner = KERAS
    if owner == KERAS and (parts[-1] in ("callbacks.py", "keras_callbacks.py")
                           or "callbacks" in parts[:-1]):
        return CALLBACKS
    return owner


def frame_owner(frame: FrameType) -> str:
    """Whose code a frame runs; code that autograph rewrote is whose it was before."""
    code = frame.f_code
    owner = owner_of(code.co_filename)
    if "ag__" in code.co_freevars and owner in (USER, TENSORFLOW):
        return owner_of(str(frame.f_globals.get("__file__", "")))
    return owner


def is_generated(frame: FrameType) -> bool:
    """The frame runs user code as autograph rewrote it; in 2.6 its file is any temporary one."""
    code = frame.f_code
    return "ag__" in code.co_freevars or "ag__" in code.co_cellvars or os.path.basename(
        code.co_filename).startswith(_GENERATED)


def behind_autograph(frame: FrameType) -> FrameType:
    """The frame that makes a call: autograph's own, between the user's and Keras', passed over."""
    walk: Optional[FrameType] = frame
    while walk is not None and walk.f_code.co_name in ("_call_unconverted", "converted_call"):
        walk = walk.f_back
    return walk if walk is not None and is_generated(walk) else frame


def user_frame(frame: Optional[FrameType]) -> Optional[FrameType]:
    """The nearest frame, from `frame` up, that is the user's own code."""
    while frame is not None and (
            owner_of(frame.f_code.co_filename) != USER or is_generated(frame)):
        frame = frame.f_back
    return frame


def place_of(filename: str, line: int) -> Location:
    return Location(**_start(filename, line))


def site_of(frame: FrameType, direct: bool = True) -> Site:
    """Location and source text of the call that `frame` is making.

    direct: the frame itself makes the call; otherwise only the place is told.
    """
    place = _start(frame.f_code.co_filename, frame.f_lineno)
    if not direct:
        return Site(Location(**place))
    node, text = _call_node(frame)
    if node is None or text is None:
        return Site(Location(**place))
    place = _whole(place, node)
    try:
        return Site(Location(**place), CallText(text))
    except ValueError:
        return Site(Location(**place))


def _start(filename: str, line: int) -> Dict[str, Any]:
    count = _execution_count(filename)
    return {"path": filename if count is None else f"In [{count}]", "line": line,
            "execution_count": count}


def _whole(place: Dict[str, Any], node: ast.Call) -> Dict[str, Any]:
    return dict(place, line=node.lineno, column=node.col_offset + 1, end_line=node.end_lineno,
                end_column=(node.end_col_offset or 0) + 1)


def locate(frame: FrameType, model: Any) -> Tuple[Optional[FrameType], Site]:
    """The user's frame that makes the call (None where there is none), and its place."""
    if is_generated(frame):
        site = _before_autograph(frame, model)
        if site is not None:
            return frame, site
    elif owner_of(frame.f_code.co_filename) == USER:
        return frame, site_of(frame)
    user = user_frame(frame)
    return user, Site(Location()) if user is None else site_of(user, direct=False)


def _before_autograph(frame: FrameType, model: Any) -> Optional[Site]:
    """The call in the user's file, of code that autograph has rewritten.

    autograph keeps a map from its lines to the user's. Lines have no columns: the call is known
    where it is the only one on its line whose callee is `model`.
    """
    try:
        origin = _origin(frame)
        if origin is None:
            return None
        filename, line = origin
        import executing

        source = executing.Source.for_filename(filename)
        with Names(frame) as names:
            calls = [node for node in ast.walk(source.tree or ast.Pass())
                     if isinstance(node, ast.Call) and node.lineno == line
                     and _resolve(node.func, names) is model]
        if len(calls) == 1:
            text = ast.get_source_segment(source.text, calls[0])
            if text is not None:
                return Site(Location(**_whole(_start(filename, line), calls[0])), CallText(text))
        return Site(Location(**_start(filename, line)))
    except Exception:  # another TensorFlow, no source: the place is not known that well
        return None


def _origin(frame: FrameType) -> Optional[Tuple[str, int]]:
    """(file, line) in the user's code, from the maps of the functions that autograph runs."""
    walk: Optional[FrameType] = frame
    while walk is not None:
        if walk.f_code.co_name == "converted_call":
            source_map = getattr(walk.f_locals.get("converted_f"), "ag_source_map", {})
            for place, found in source_map.items():
                if place.lineno == frame.f_lineno and place.filename == frame.f_code.co_filename:
                    return found.loc.filename, found.loc.lineno
        walk = walk.f_back
    return None


def _resolve(node: ast.AST, names: "Names") -> Any:
    """The object that `a` or `a.b` stands for; no code of the user's runs."""
    if isinstance(node, ast.Attribute):
        base = _resolve(node.value, names)
        return getattr(base, "__dict__", {}).get(node.attr)
    return _peek(node, names)


def _call_node(frame: FrameType) -> Tuple[Optional[ast.Call], Optional[str]]:
    try:
        import executing  # on the first call of a watch, not when shapecheck is imported

        found = executing.Source.executing(frame)
        node = found.node
        if not isinstance(node, ast.Call):
            return None, None
        return node, ast.get_source_segment(found.source.text, node)
    except Exception:  # no source, or a construct that executing does not know
        return None, None


def _execution_count(filename: str) -> Optional[int]:
    """The number in `In [n]` of the cell that the code came from, None outside IPython."""
    ipython = sys.modules.get("IPython")
    if ipython is None:
        return None
    try:
        shell = ipython.get_ipython()
        label, name = shell.compile.format_code_name(filename)
        return int(name[len("In["):-1].strip(" []")) if label == "Cell" else None
    except Exception:  # another shell, another version, not a cell
        return None


def indexed_kind(expression: str, frame: Optional[FrameType]) -> str:
    """What the subscript at the end of `expression` takes an item of (see `facts.Argument`).

    Looks up names in the frame and indexes plain lists, tuples, dicts and ndarrays only: no
    code of the user's runs.
    """
    node = parse(expression)
    if not isinstance(node, ast.Subscript) or frame is None:
        return ""
    with Names(frame) as names:
        base = _peek(node.value, names)
        key = _peek(node.slice, names)
        return _indexed(node, base, key)


def _indexed(node: ast.Subscript, base: Any, key: Any) -> str:
    if base is None:
        return ""
    if isinstance(base, dict) or isinstance(key, str):
        return "other"
    if isinstance(base, (list, tuple)):
        return "list" if isinstance(key, int) else ""
    if hasattr(base, "columns"):
        return "other"
    if key is None and not isinstance(node.slice, ast.Tuple):
        return ""
    return "rows" if hasattr(base, "shape") or type(base).__name__ == "_iLocIndexer" else ""


NOTHING = object()


class Names:
    """The names that a frame sees, for as long as one looks.

    Before Python 3.13 `f_locals` of a function is a dict that stays on the frame and would keep
    what the user deletes afterwards. It is emptied again where nobody else has it: the user's
    own `locals()` is the same dict.
    """

    def __init__(self, frame: FrameType) -> None:
        self._locals: Any = frame.f_locals
        self._globals = frame.f_globals
        self._is_copy = bool(frame.f_code.co_flags & inspect.CO_OPTIMIZED) and isinstance(
            self._locals, dict)

    def get(self, name: str) -> Any:
        return self._locals[name] if name in self._locals else self._globals.get(name)

    def local(self, name: str) -> Any:
        """`NOTHING` where the frame has no such name of its own."""
        return self._locals.get(name, NOTHING)

    def shared(self, name: str) -> Any:
        """`NOTHING` where the module has no such name."""
        return self._globals.get(name, NOTHING)

    @property
    def of_module(self) -> bool:
        """The frame's own names are those of the module."""
        return self._locals is self._globals

    def __enter__(self) -> "Names":
        return self

    def __exit__(self, *_: Any) -> None:
        if self._is_copy and self._references() <= _ALONE:
            self._locals.clear()
        del self._locals, self._globals

    def _references(self) -> int:
        return sys.getrefcount(self._locals)


def _count_where_nobody_else_looks() -> int:
    names = Names(sys._getframe())
    count = names._references()
    names.__exit__()
    return count


_ALONE = sys.maxsize  # while it is being counted
_ALONE = _count_where_nobody_else_looks()


def _peek(node: ast.AST, names: Names) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, getattr(ast, "Index", ())):
        return _peek(node.value, names)  # type: ignore[attr-defined]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _peek(node.operand, names)
        return -inner if type(inner) in (int, float) else None
    if isinstance(node, ast.Name):
        return names.get(node.id)
    if isinstance(node, ast.Subscript):
        base, key = _peek(node.value, names), _peek(node.slice, names)
        if type(base) in (list, tuple, dict) or type(base).__name__ == "ndarray":
            try:
                return base[key] if key is not None else None
            except (IndexError, KeyError, TypeError):
                return None
    return None
