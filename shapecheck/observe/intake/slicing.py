"""`--as EXPR`: what happens if I pass this? A small language, walked, never `eval`ed."""
from __future__ import annotations

import ast
import warnings
from typing import Any, Dict, List, Mapping, Tuple

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.source.model_file import first_line

ALLOWED = ("names, x[0], x[0:1], x[:, None], [a, b], {\"a\": a}, .T, .reshape(), .squeeze(), "
           "np.expand_dims(), np.squeeze(), np.stack(), np.asarray()")
_MAX_LENGTH = 1000
_MAX_DEPTH = 40
_METHODS = ("reshape", "squeeze")
_FUNCTIONS = {"expand_dims": ("a", "axis"), "squeeze": ("a", "axis"), "stack": ("arrays", "axis"),
              "asarray": ("a",), "array": ("a",)}


class Inputs:
    """The whole data, `x`, of a model with several inputs: by position and by name."""

    def __init__(self, names: Tuple[str, ...], values: Tuple[Any, ...]) -> None:
        self.names = names
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            if key not in self.names:
                raise KeyError(f"no input {key!r}; there are {', '.join(self.names)}")
            return self.values[self.names.index(key)]
        result = self.values[key]
        return list(result) if isinstance(key, slice) else result


def parse(expression: str) -> ast.expr:
    """The expression as a tree. A bare `[0:1]` is read as `x[0:1]`. Raises UserError."""
    text = expression.strip()
    if len(text) > _MAX_LENGTH:
        raise UserError(f"--as is longer than {_MAX_LENGTH} characters; allowed: {ALLOWED}")
    try:
        if is_suffix(text):
            text = "x" + text
        return ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as exc:
        raise UserError(f"--as {clean(expression)!r} is not an expression; allowed: {ALLOWED}"
                        ) from exc


def is_suffix(text: str) -> bool:
    """True for a bare subscript such as `[0:1]` or `[:, None]`, which no list display is.

    `[0]` is one as well: a list of the number 0 is not data.
    """
    text = text.strip()
    if not text.startswith("["):
        return False
    try:
        tree = ast.parse("x" + text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    while isinstance(tree, ast.Subscript) and not isinstance(tree.value, ast.Name):
        tree = tree.value
    if not isinstance(tree, ast.Subscript):
        return False
    return all(isinstance(node, (ast.Slice, ast.Constant, ast.UnaryOp, ast.USub, ast.Load,
                                 ast.Tuple))
               for node in ast.walk(tree.slice))


def chain_root(tree: ast.expr) -> str:
    """The name that a chain of subscripts, attributes and method calls starts from, or ""."""
    while True:
        if isinstance(tree, ast.Name):
            return tree.id
        if isinstance(tree, (ast.Subscript, ast.Attribute)):
            tree = tree.value
        elif isinstance(tree, ast.Call) and isinstance(tree.func, ast.Attribute) \
                and not _is_np(tree.func.value):
            tree = tree.func.value
        else:
            return ""


def evaluate(tree: ast.expr, names: Mapping[str, Any], expression: str) -> Any:
    """The value of the tree. Raises UserError, in one line, for whatever goes wrong."""
    try:
        return _Walker(dict(names)).value(tree, 0)
    except UserError:
        raise
    except Exception as exc:  # whatever NumPy or pandas says of this slice of this data
        reason = f"{type(exc).__name__}: {first_line(exc)}"
        raise UserError(f"--as {clean(expression)!r}: {clean(reason, 200)}") from exc


def _is_np(node: ast.expr) -> bool:
    return isinstance(node, ast.Name) and node.id in ("np", "numpy")


class _Walker:
    def __init__(self, names: Dict[str, Any]) -> None:
        self._names = names

    def value(self, node: ast.AST, depth: int) -> Any:
        if depth > _MAX_DEPTH:
            raise UserError("--as is nested too deep")
        method = getattr(self, "_" + type(node).__name__, None)
        if method is None:
            raise UserError(f"--as cannot use {_kind(node)}; allowed: {ALLOWED}")
        return method(node, depth + 1)

    def _Name(self, node: ast.Name, depth: int) -> Any:
        if node.id not in self._names:
            known = ", ".join(clean(n) for n in self._names)
            raise UserError(f"--as: no {clean(node.id)!r} in the data; there is {known}")
        return self._names[node.id]

    def _Constant(self, node: ast.Constant, depth: int) -> Any:
        if node.value in (None, Ellipsis) or isinstance(node.value, (int, float, str)):
            return node.value
        raise UserError(f"--as cannot use {type(node.value).__name__}; allowed: {ALLOWED}")

    def _UnaryOp(self, node: ast.UnaryOp, depth: int) -> Any:
        value = self.value(node.operand, depth)
        if isinstance(node.op, ast.USub) and type(value) in (int, float):
            return -value
        raise UserError(f"--as can only negate a number; allowed: {ALLOWED}")

    def _Subscript(self, node: ast.Subscript, depth: int) -> Any:
        return self.value(node.value, depth)[self._key(node.slice, depth)]

    def _key(self, node: ast.AST, depth: int) -> Any:
        if isinstance(node, ast.Tuple):
            return tuple(self._key(item, depth) for item in node.elts)
        if isinstance(node, ast.Slice):
            return slice(*(None if part is None else self.value(part, depth)
                           for part in (node.lower, node.upper, node.step)))
        return self.value(node, depth)

    def _List(self, node: ast.List, depth: int) -> List[Any]:
        return [self.value(item, depth) for item in node.elts]

    def _Tuple(self, node: ast.Tuple, depth: int) -> Tuple[Any, ...]:
        return tuple(self.value(item, depth) for item in node.elts)

    def _Dict(self, node: ast.Dict, depth: int) -> Dict[Any, Any]:
        if any(not isinstance(key, ast.Constant) or not isinstance(key.value, str)
               for key in node.keys):
            raise UserError(f"--as: the keys of a dict are input names in quotes; allowed: "
                            f"{ALLOWED}")
        return {key.value: self.value(value, depth)  # type: ignore[union-attr]
                for key, value in zip(node.keys, node.values)}

    def _Attribute(self, node: ast.Attribute, depth: int) -> Any:
        if _is_np(node.value) and node.attr == "newaxis":
            return None
        if node.attr == "T":
            return _host(self.value(node.value, depth)).T
        raise UserError(f"--as cannot use .{clean(node.attr)}; allowed: {ALLOWED}")

    def _Call(self, node: ast.Call, depth: int) -> Any:
        if not isinstance(node.func, ast.Attribute):
            raise UserError(f"--as cannot call {_kind(node.func)}; allowed: {ALLOWED}")
        name = node.func.attr
        args = [self.value(arg, depth) for arg in node.args]
        kwargs = {str(k.arg): self.value(k.value, depth) for k in node.keywords}
        if _is_np(node.func.value):
            return self._function(name, args, kwargs)
        if name not in _METHODS or set(kwargs) - {"axis"}:
            raise UserError(f"--as cannot call .{clean(name)}(); allowed: {ALLOWED}")
        return getattr(_host(self.value(node.func.value, depth)), name)(*args, **kwargs)

    def _function(self, name: str, args: List[Any], kwargs: Dict[str, Any]) -> Any:
        import numpy as np

        known = _FUNCTIONS.get(name)
        if known is None or set(kwargs) - set(known) or len(args) > len(known):
            raise UserError(f"--as cannot call np.{clean(name)} like this; allowed: {ALLOWED}")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # NumPy before 1.24 only warns of ragged arrays
            result = getattr(np, name)(*args, **kwargs)
        if result.dtype == object:
            raise ValueError("the result is ragged")
        return result


def _host(value: Any) -> Any:
    """Only arrays have methods here: no way to reach an attribute of another object."""
    if hasattr(value, "iloc") or (hasattr(value, "shape") and hasattr(value, "dtype")):
        return value
    raise TypeError(f"{type(value).__name__} is no array")


def _kind(node: ast.AST) -> str:
    names = {"Lambda": "lambda", "ListComp": "a comprehension", "BinOp": "arithmetic",
             "Compare": "a comparison", "Starred": "*", "JoinedStr": "an f-string",
             "IfExp": "if", "Name": "a function of that name", "Await": "await"}
    return names.get(type(node).__name__, type(node).__name__.lower())
