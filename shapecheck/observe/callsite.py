"""Which line of the user's made the call, and how they spelled it.

The AST node comes from `executing`, which is sure or silent; so are we.
"""
from __future__ import annotations

import ast
import os
import sys
from types import FrameType
from typing import Any, Dict, Optional, Tuple

from shapecheck.facts import Location
from shapecheck.source.calls import CallText
from shapecheck.source.expression import parse, segment

_FRAMEWORKS = ("tensorflow", "keras", "tf_keras", "keras_hub", "keras_nlp", "transformers",
               "optree", "shapecheck")
_framework_files: Dict[str, bool] = {}


class Site:
    """Where a call was made. `text` is None where the source or the node is not known."""

    def __init__(self, location: Location, text: Optional[CallText] = None) -> None:
        self.location = location
        self.text = text


def is_framework(frame: FrameType) -> bool:
    """The frame runs Keras', TensorFlow's, transformers' or our own code."""
    filename = frame.f_code.co_filename
    known = _framework_files.get(filename)
    if known is None:
        known = _framework_files[filename] = _is_framework_file(filename)
    return known


def _is_framework_file(filename: str) -> bool:
    for name in _FRAMEWORKS:
        module = sys.modules.get(name)
        folders = getattr(module, "__path__", None) or ()
        if any(filename.startswith(folder + os.sep) for folder in folders):
            return not _is_program(filename)
    return False


def _is_program(filename: str) -> bool:
    # Our built-in example is a user's program that happens to live in our folder.
    return os.path.basename(os.path.dirname(filename)) == "examples" and "shapecheck" in filename


def is_autograph(frame: FrameType) -> bool:
    """autograph's own frame, or code that it generated from the user's."""
    filename = frame.f_code.co_filename
    return "autograph" in filename


def user_frame(frame: Optional[FrameType]) -> Optional[FrameType]:
    """The nearest frame, from `frame` up, that is the user's own code."""
    while frame is not None and (is_framework(frame) or is_autograph(frame)):
        frame = frame.f_back
    return frame


def site_of(frame: FrameType, direct: bool = True) -> Site:
    """Location and source text of the call that `frame` is making.

    direct: the frame itself makes the call; otherwise only the place is told.
    """
    filename, line = frame.f_code.co_filename, frame.f_lineno
    execution_count = _execution_count(filename)
    place: Dict[str, Any] = dict(path=filename, line=line, execution_count=execution_count)
    if execution_count is not None:
        place["path"] = f"In [{execution_count}]"
    if not direct:
        return Site(Location(**place))
    node, text = _call_node(frame)
    if node is None or text is None:
        return Site(Location(**place))
    place.update(line=node.lineno, column=node.col_offset + 1, end_line=node.end_lineno,
                 end_column=(node.end_col_offset or 0) + 1)
    try:
        return Site(Location(**place), CallText(text))
    except ValueError:
        return Site(Location(**place))


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
    base = _peek(node.value, frame)
    key = _peek(node.slice, frame)
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


def _peek(node: ast.AST, frame: FrameType) -> Any:
    if isinstance(node, ast.Constant):
        return node.value
    if isinstance(node, getattr(ast, "Index", ())):
        return _peek(node.value, frame)  # type: ignore[attr-defined]
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        inner = _peek(node.operand, frame)
        return -inner if type(inner) in (int, float) else None
    if isinstance(node, ast.Name):
        if node.id in frame.f_locals:
            return frame.f_locals[node.id]
        return frame.f_globals.get(node.id)
    if isinstance(node, ast.Subscript):
        base, key = _peek(node.value, frame), _peek(node.slice, frame)
        if type(base) in (list, tuple, dict) or type(base).__name__ == "ndarray":
            try:
                return base[key] if key is not None else None
            except (IndexError, KeyError, TypeError):
                return None
    return None


__all__ = ["Site", "indexed_kind", "is_autograph", "is_framework", "parse", "segment",
           "site_of", "user_frame"]
