"""Functions of the program's own that `tf.function` compiles: what they are called with in a loop.

Each shape, each dtype and each Python number is traced anew.
"""
from __future__ import annotations

import ast
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple, TypeVar

from shapecheck.facts import Tracing
from shapecheck.read.binding import Args
from shapecheck.read.objects import Function, Model
from shapecheck.read.telling import Telling
from shapecheck.read.values import UNKNOWN, Arr, Const, Counted, Seq, Value

_T = TypeVar("_T")
#: passes with a number of their own that are told: TensorFlow warns from here on
MANY = 5
#: different shapes that are told: a few sizes may be tried on purpose
SHAPES = 8
_RELAXED = ("reduce_retracing", "experimental_relax_shapes")


class Compiled(Value):
    """A model or a function of a library under `tf.function`."""

    __slots__ = ("value", "how")

    def __init__(self, value: Value, how: str) -> None:
        self.value = value
        self.how = how


def how(keywords: Mapping[Any, Any]) -> str:
    """"strict": each shape is traced; "relaxed": shapes are relaxed, numbers are not; "" where a
    signature says what is taken, or where it is not known."""
    if "input_signature" in keywords or None in keywords:
        return ""
    return "relaxed" if any(name in keywords for name in _RELAXED) else "strict"


def compiled(args: Args) -> Value:
    """`tf.function(f)`"""
    value = args.get(0, "func")
    kind = "" if args.open else how(args.named)
    if isinstance(value, Function):
        return value.compiled(kind)
    return Compiled(value, kind) if isinstance(value, Model) else UNKNOWN


class Loops(Telling):
    """What compiled functions are called with, pass after pass."""

    def __init__(self) -> None:
        super().__init__()
        self.tracing = 0  # inside of a compiled function
        #: of the outermost loop that is walked pass by pass: call -> what it passed
        self.passes: Optional[Dict[int, Tuple[ast.Call, List[Tuple[Any, ...]]]]] = None

    def called_compiled(self, kind: str, positional: List[Value], named: Dict[str, Value],
                        node: Optional[ast.Call]) -> None:
        """A call in a loop: told where each pass makes another trace."""
        if node is None or not kind or self.silent or self.tracing:
            return
        nodes: List[Optional[ast.expr]] = [*node.args[:len(positional)]]
        nodes += [None] * (len(positional) - len(nodes))
        nodes += [next((k.value for k in node.keywords if k.arg == name), None) for name in named]
        values = [*positional, *named.values()]
        for value, at in zip(values, nodes):
            if isinstance(value, Counted) and value.often and value.count:
                self._tell(node, at, "number", ())
                return
        if self.passes is None:
            return
        seen = self.passes.setdefault(id(node), (node, []))[1]
        signature = tuple(_signature(value, kind == "strict") for value in values)
        if signature in seen or len(seen) >= SHAPES:
            return
        seen.append(signature)
        if len(seen) == SHAPES:
            index = next(i for i in range(len(signature)) if len({s[i] for s in seen}) > 1)
            cause = "number" if signature[index][:1] == ("number",) else "shape"
            self._tell(node, nodes[index], cause,
                       tuple(str(s[index][1]) for s in seen[:3]) if cause == "shape" else ())

    def walked(self, walk: Callable[[], _T]) -> _T:
        """A loop is walked pass by pass."""
        if self.passes is not None:
            return walk()
        self.passes = {}
        try:
            return walk()
        finally:
            self.passes = None

    def _tell(self, node: ast.Call, at: Optional[ast.expr], cause: str,
              shapes: Tuple[str, ...]) -> None:
        self.facts.append(Tracing(self.text(node), self.text(node.func), self.text(at), cause,
                                  shapes, self.location(node)))


def _signature(value: Value, shapes: bool) -> Tuple[Any, ...]:
    """What a trace depends on, as far as it is known."""
    if isinstance(value, Arr):
        known = value.shape is not None and all(isinstance(d, int) for d in value.shape)
        return ("shape", value.shape) if known and shapes else ()
    if isinstance(value, Const) and isinstance(value.value, (int, float)):
        return ("number", value.value)
    if isinstance(value, Seq) and value.items is not None and len(value.items) < 50 and all(
            isinstance(i, Const) for i in value.items):
        return ("number", tuple(i.value for i in value.items if isinstance(i, Const)))
    return ()
