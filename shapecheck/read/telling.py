"""What the interpreter tells: facts, with their places and the user's text for everything."""
from __future__ import annotations

import ast
import re
from functools import partial
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from shapecheck.facts import (
    Argument,
    Array,
    Call,
    Definition,
    Elementwise,
    Indexing,
    Location,
    ModelInfo,
    Output,
    Reduction,
    Reshaping,
    Slicing,
    Spec,
    ValueFacts,
)
from shapecheck.facts.program import SAME_SHAPE
from shapecheck.facts.records import later, replace
from shapecheck.facts.roles import role_of
from shapecheck.read.binding import as_array
from shapecheck.read.layer_shapes import UNSURE
from shapecheck.read.objects import Layer, Model, Place, Produced, Role, Scope, Squeezed, Stacked
from shapecheck.read.values import (
    UNKNOWN,
    Arr,
    Const,
    Dataset,
    Mapping,
    Outputs,
    Seq,
    Shape,
    Value,
    element_of,
)
from shapecheck.source.calls import CallText, Piece
from shapecheck.source.trees import children


class Telling:
    """Facts in the order in which the program comes to them."""

    scope: Any
    cell: Any
    cells: Any

    def __init__(self) -> None:
        self.facts: List[Any] = []
        self.muted = 0  # in a pass that only finds out what changes
        self.guarded = 0  # inside a try that expects shape errors
        self.path: Optional[str] = None
        self.assigned = ""  # the name that the statement at hand binds
        self.counting: Dict[str, Any] = {}  # loop variable -> how often the loop runs

    @property
    def silent(self) -> bool:
        return bool(self.muted or self.guarded)

    # -- places and text -------------------------------------------------------------------

    def location(self, node: ast.AST, cell: Any = None) -> Location:
        cell = cell or self.cell
        line, column = getattr(node, "lineno", None), getattr(node, "col_offset", None)
        if line is None or column is None:
            return Location(self.path, cell.index)
        end, end_column = getattr(node, "end_lineno", line), getattr(node, "end_col_offset", 0)
        return Location(self.path, cell.index, line, _characters(cell, line, column) + 1, end,
                        _characters(cell, end, end_column) + 1)

    def text(self, node: Optional[ast.AST], cell: Any = None) -> str:
        """The user's text of a node."""
        if node is None or not hasattr(node, "lineno"):
            return ""
        lines = (cell or self.cell).lines
        first, last = node.lineno - 1, (getattr(node, "end_lineno", None) or node.lineno) - 1
        if last >= len(lines):
            return ""
        start = getattr(node, "col_offset", 0)
        end = getattr(node, "end_col_offset", 0)
        if first == last:
            if lines[first].isascii():
                return str(lines[first][start:end])
            return str(lines[first].encode("utf-8")[start:end].decode("utf-8", "replace"))
        parts = [lines[first].encode("utf-8")[start:].decode("utf-8", "replace")]
        parts += lines[first + 1:last]
        parts.append(lines[last].encode("utf-8")[:end].decode("utf-8", "replace"))
        return "\n".join(parts)

    def _origin(self, node: Optional[ast.expr]) -> Optional[Tuple[str, Place]]:
        """The first name in an expression that was bound, and where it last was."""
        level: List[ast.AST] = [] if node is None else [node]
        while level:  # the outermost first
            for part in level:
                if isinstance(part, ast.Name):
                    place = self._place_of(part.id)
                    if place is not None:
                        return part.id, place
            level = [child for part in level for child in children(part)]
        return None

    def _place_of(self, name: str) -> Optional[Place]:
        scope: Optional[Scope] = self.scope
        while scope is not None:
            place = scope.where.get(name)
            if place is not None:
                return place
            scope = scope.parent
        return None

    def _bound_at(self, name: str, place: Any) -> str:
        """`x from mnist.load_data(), cell 2, line 1`"""
        value = getattr(place.node, "value", None) or getattr(place.node, "iter", None)
        written = " ".join(self.text(value, place.cell).split())
        if len(written) > 70:
            written = written[:67] + "..."
        where = f"line {place.node.lineno}"
        if place.cell.index is not None:
            where = f"cell {place.cell.index}, {where}"
        return f"{name} from {written}, {where}" if written else f"{name} from {where}"

    # -- facts -----------------------------------------------------------------------------

    def tell_definition(self, layer: Layer, inputs: Sequence[Shape], output: Shape,
                        before: Sequence[Any] = (), problem: str = "", wanted: str = "",
                        detail: str = "", first: bool = False,
                        at: Optional[Place] = None) -> None:
        if self.silent or layer.place is None:
            return
        cell = layer.place.cell
        if id(cell) not in self.cells and (at is None or id(at.cell) not in self.cells):
            return
        place, written_in, declared = layer.place.node, cell, layer.declared_node
        if at is not None and id(at.cell) in self.cells:
            cell, place = at.cell, at.node
        config = tuple((k, v if isinstance(v, _PLAIN) else None)
                       for k, v in layer.config.items() if v is not UNSURE)
        previous = next((b for b in before if isinstance(b, Layer) and b.place
                         and b.cls not in SAME_SHAPE), None)
        made = layer.place
        earlier = None if previous is None else previous.place
        self.facts.append(later(
            Definition(
                layer.cls, "", config, tuple(_array(s) for s in inputs),
                None if output is None else _array(output), first,
                None if layer.declared is None else layer.declared[1:], "", problem,
                wanted, detail, tuple(_class_name(b) for b in before), "", (layer.root,),
                _NOWHERE),
            lambda: {"source": self.text(made.node, made.cell),
                     "declared_source": self.text(declared, written_in),
                     "previous_source": "" if earlier is None
                     else self.text(earlier.node, earlier.cell),
                     "location": self.location(place, cell),
                     "written_at": self._here(made), "previous_at": self._here(earlier)},
            "source", "declared_source", "previous_source", "location", "written_at",
            "previous_at"))

    def _here(self, place: Optional[Place]) -> Location:
        """Nowhere, for what a module beside the file has written."""
        if place is None or id(place.cell) not in self.cells:
            return _NOWHERE
        return self.location(place.node, place.cell)

    def tell_elementwise(self, node: ast.AST, operation: str, left: Arr, right: Arr,
                         shape: Shape, left_node: ast.expr, right_node: ast.expr) -> None:
        if self.silent or left.shape is None or right.shape is None or shape is None:
            return
        if {len(left.shape), len(right.shape)} != {1, 2}:
            return  # the one pitfall there is: (N,) meets (N, 1)
        produced = "left" if isinstance(left.tag, Produced) else (
            "right" if isinstance(right.tag, Produced) else "")
        self.facts.append(Elementwise(
            operation, self.text(node), array_of(left), array_of(right), self.text(left_node),
            self.text(right_node), Array.of(shape), produced, self.location(node)))

    def tell_misfit(self, node: ast.AST, operation: str, left: Arr, right: Arr,
                    left_node: ast.expr, right_node: ast.expr) -> None:
        """Two arrays that cannot meet, one of them a model's output, every size known."""
        produced = "left" if isinstance(left.tag, Produced) else (
            "right" if isinstance(right.tag, Produced) else "")
        sizes = (*(left.shape or (None,)), *(right.shape or (None,)))
        if self.silent or not produced or not all(isinstance(size, int) for size in sizes):
            return
        self.facts.append(Elementwise(
            operation, self.text(node), array_of(left), array_of(right), self.text(left_node),
            self.text(right_node), Array.of(None), produced, self.location(node)))

    def tell_indexing(self, node: ast.Subscript, base_node: ast.expr, base: Arr,
                      keys: List[Value], result: Value) -> None:
        tag = base.tag
        if self.silent or not isinstance(tag, Produced) or not isinstance(result, Arr):
            return
        plain = tuple(_plain_key(k) for k in keys)
        token_axis = 1 if tag.role == "last_hidden_state" and not tag.item else None
        if token_axis is None or not self._means_cls():
            return
        self.facts.append(Indexing(
            self.text(node), self.text(base_node), array_of(base), plain, array_of(result),
            token_axis, self.location(node)))

    def tell_output(self, node: ast.AST, part: ast.Subscript, base_node: ast.expr,
                    outputs: Outputs, key: Value) -> None:
        """An item of what a model with several outputs returned is called a row."""
        count = outputs.length
        if self.silent or not isinstance(outputs.rows, int) or outputs.rows in (count, 1):
            return
        loops = isinstance(part.slice, ast.Name) and self.counting.get(
            part.slice.id) == outputs.rows
        named = node is part and re.search(_ROW, self.assigned.lower()) is not None \
            and isinstance(key, Const) and isinstance(key.value, int)
        if not loops and not named:
            return
        first = outputs.items[0] if outputs.items else UNKNOWN
        self.facts.append(Indexing(
            self.text(part), self.text(base_node), Array.of(None, None, "list"),
            ("first-output", count, outputs.rows),
            array_of(first if isinstance(first, Arr) else Arr(None)), None, self.location(part)))

    def _means_cls(self) -> bool:
        """The name that it gets says that one vector a row is wanted: all tokens of one row can
        be wanted as well."""
        name = self.assigned.lower()
        return "cls" in name or "sentence_" in name or "pooled" in name

    def tell_reduction(self, operation: str, node: Optional[ast.Call], argument: Arr,
                       axis: Optional[int], result: Value) -> None:
        if self.silent or node is None or not isinstance(argument.tag, (Produced, Squeezed)):
            return
        at_node: Optional[ast.expr] = node.args[0] if node.args else None
        if (isinstance(node.func, ast.Attribute) and not node.args) or (
                isinstance(node.func, ast.Attribute) and operation == "argmax" and isinstance(
                    node.func.value, (ast.Call, ast.Subscript))):
            at_node = node.func.value
        if at_node is None:
            return
        self.facts.append(Reduction(
            operation, self.text(node), array_of(argument), self.text(at_node), axis,
            array_of(result if isinstance(result, Arr) else Arr(None)),
            1 if not isinstance(argument.tag, Produced) or argument.tag.item
            else argument.tag.outputs, isinstance(argument.tag, Squeezed),
            self.location(node)))

    def tell_pooler(self, name: str, value: Arr, node: ast.AST) -> None:
        """pooler_output is given a name that says CLS."""
        tag = value.tag
        if self.silent or not isinstance(tag, Produced) or tag.role != "pooler_output" \
                or tag.item:
            return
        words = name.lower().split("_")
        if "cls" not in words and "clstoken" not in words:
            return
        written = getattr(node, "value", None)
        self.facts.append(Indexing(name, self.text(written), array_of(value), ("pooler_output",),
                                   array_of(value), None, self.location(node)))

    def tell_no_axis(self, node: ast.Subscript, squeezed: Arr, keys: int,
                     array: Optional[ast.expr] = None) -> None:
        """More indices than a squeeze left axes."""
        if self.silent:
            return
        self.facts.append(Reduction(
            "index", self.text(node), array_of(squeezed), self.text(array or node.value), keys - 1,
            Array.of(None), 1, True, self.location(node)))

    def tell_slicing(self, node: Optional[ast.Call], given: Value) -> None:
        """`from_tensor_slices((x, y))`."""
        if self.silent or node is None or not node.args or not isinstance(given, Seq) \
                or not given.items or len(given.items) < 2:
            return
        if given.kind != "tuple":
            roles = tuple(i.tag.name for i in given.items
                          if isinstance(i, Arr) and isinstance(i.tag, Role))
            if len(set(roles)) == len(given.items):
                self.facts.append(Slicing(self.text(node), (), self.text(node.args[0]),
                                          len(roles), roles, self.location(node)))
            return
        written = node.args[0]
        nodes: Sequence[Optional[ast.expr]] = written.elts if isinstance(
            written, ast.Tuple) and len(written.elts) == len(given.items) else [None] * len(
                given.items)
        parts, stacked, count = [], "", 0
        for value, at in zip(given.items, nodes):
            text = self.text(at) if at is not None else "a part"
            if isinstance(value, Seq) and value.kind == "list" and value.items and len(
                    value.items) > 1 and all(isinstance(i, Arr) and i.rank for i in value.items):
                stacked, count = text, len(value.items)
                parts.append((text, array_of(as_array(value))))
            elif isinstance(value, Arr) or (isinstance(value, Seq) and value.kind == "list"):
                parts.append((text, array_of(as_array(value))))
        if len(parts) > 1:
            self.facts.append(Slicing(self.text(node), tuple(parts), stacked, count, (),
                                      self.location(node)))

    def tell_reshaping(self, node: Optional[ast.Call], before: Arr, after: Value,
                       expression: Optional[ast.expr]) -> None:
        if self.silent or node is None or not isinstance(after, Arr) or expression is None:
            return
        if before.shape is None or after.shape is None or len(before.shape) != len(after.shape) \
                or len(before.shape) < 3 or before.shape == after.shape:
            return
        self.facts.append(Reshaping(self.text(node), array_of(before), array_of(after),
                                    self.text(expression), self.location(node)))

    # -- calls of models -------------------------------------------------------------------

    def tell_call(self, model: Model, method: str, node: ast.Call, x: Optional[Value],
                  y: Optional[Value], *, x_at: Tuple[Optional[int], Tuple[str, ...]],
                  y_at: Tuple[Optional[int], Tuple[str, ...]] = (None, ()),
                  batch_size: Any = None, predicted: Sequence[Shape] = (),
                  inputs: Sequence[Tuple[str, Value]] = (),
                  prefixes: Tuple[Tuple[Any, ...], Tuple[Any, ...]] = ((), ())) -> None:
        """One call of a model: x and y are what was passed, x_at where they stand."""
        if self.silent or not model.known:
            return
        source = _Written(self, node)
        pipeline, row, at, cell = "", None, node, self.cell
        if isinstance(x, Seq) and x.kind == "generator":
            x = Dataset(element_of(x), None, x.length, "generator")
        if isinstance(x, Dataset):
            pipeline, row = x.kind, single_row(model, x)
            x, y = _of_dataset(x, model)
        stacked = x.tag if isinstance(x, Arr) and isinstance(x.tag, Stacked) else None
        if stacked is not None and len(model.inputs) == stacked.inputs:
            if id(stacked.cell) in self.cells:
                at, cell = stacked.node, stacked.cell
        else:
            stacked = None
        arguments, container_kind = self._arguments(model, node, source, x, x_at, bool(pipeline),
                                                    inputs, prefixes[0])
        if row is not None and len(arguments) == 1:
            arguments = [replace(arguments[0], declared=Spec.of("x", (None, *row),
                                                                source="layer"))]
        labels = self._labels(model, node, source, y, y_at, bool(pipeline), prefixes[1])
        info = later(
            ModelInfo(model.class_name, kind=model.kind, structure=model.structure,
                      class_name=model.class_name, text_encoder=model.encodes),
            lambda: {"expression": source.receiver}, "expression")
        chain = model.chain

        def texts() -> Dict[str, Any]:
            whole = source.piece(x_at, prefixes[0])
            return {"location": self.location(at, cell), "source": source.text,
                    "container_expression": "" if whole is None else whole.text,
                    "container_span": None if whole is None else whole.span,
                    "through": _through(chain)}

        self.facts.append(later(
            Call(info, method, tuple(arguments), labels, (), _NOWHERE,
                 container_kind="stacked list" if stacked is not None else container_kind,
                 pipeline=pipeline, batch_size=batch_size, finished=False,
                 predicted=tuple(Output(name, _array(shape), True)
                                 for name, shape in _named(model, predicted)),
                 losses=() if _always_one(model, predicted) else model.losses,
                 positions=model.positions,
                 fixed_batch=_fixed_batch(model)),
            texts, "location", "source", "container_expression", "container_span", "through"))

    def _arguments(self, model: Model, node: ast.Call, source: "_Written",
                   x: Optional[Value], x_at: Any, pipeline: bool,
                   inputs: Sequence[Tuple[str, Value]], prefix: Tuple[Any, ...] = (),
                   ) -> Tuple[List[Argument], str]:
        specs = [Spec.of(name, shape, dtype, role=role or role_of(name),
                         source=_SOURCES.get(model.kind, "Input"))
                 for name, shape, dtype, role in model.inputs]
        if inputs:  # by keyword
            by_name = {s.name: s for s in specs}
            return [self._argument(name, value, by_name.get(name),
                                   partial(source.by_keyword, name), _keyword(node, name), False)
                    for name, value in inputs], "keywords"
        at_node = _argument_node(node, *x_at)
        parts, kind = _parts(x, specs, model.kind == "functional" or (
            isinstance(x, Arr) and x.rank == 3))
        found = []
        for index, (name, path, value) in enumerate(parts):
            spec = next((s for s in specs if s.name == name), None) if kind == "dict" else (
                specs[index] if index < len(specs) else None)
            piece = partial(source.piece, x_at, () if pipeline else (*prefix, *path))
            part_node = _descend(at_node, (*prefix, *path))
            known_as = spec.name if spec else name
            found.append(self._argument(
                known_as, value, spec, piece, part_node, pipeline, model.declared.get(known_as),
                model.vocabularies.get(known_as, model.vocabularies.get("*"))))
        return found, kind

    def _argument(self, name: str, value: Value, spec: Optional[Spec],
                  written: Callable[[], Optional[Piece]], node: Optional[ast.expr],
                  pipeline: bool, declaring: Optional[Layer] = None,
                  vocabulary: Optional[int] = None) -> Argument:
        if isinstance(value, Seq) and value.items is not None and len(value.items) == 1 \
                and isinstance(value.items[0], Arr) and value.items[0].rank:
            value = value.items[0]  # a list of one array is that array to Keras
        arr = as_array(value)
        array = array_of(arr, "list" if isinstance(value, Seq) else None)
        declared = None if declaring is None else declaring.place
        if declared is not None and id(declared.cell) not in self.cells:
            declared = None
        declared_node = None if declaring is None else declaring.declared_node
        origin = self._origin(node)

        def texts() -> Dict[str, Any]:
            piece = written()
            made: Dict[str, Any] = {
                "expression": piece.text if piece is not None else name,
                "span": piece.span if piece is not None and not pipeline else None,
                "origin": "" if origin is None else self._bound_at(*origin),
                "origin_at": None if origin is None else self.location(
                    origin[1].node, origin[1].cell)}
            if declared is not None:
                made["declared_at"] = self.location(declared.node, declared.cell)
                made["declared_source"] = self.text(declared_node, declared.cell)
            return made

        return later(
            Argument(name, array, spec, role=spec.role if spec is not None else role_of(name),
                     indexed="" if pipeline else self._indexed(node), vocabulary=vocabulary,
                     squeezed=isinstance(arr.tag, Squeezed),
                     said=arr.tag.name if isinstance(arr.tag, Role) else ""),
            texts, "expression", "span", "origin", "origin_at", "declared_at", "declared_source")

    def _indexed(self, node: Optional[ast.expr]) -> str:
        """What a subscript at the end of the expression takes an item of."""
        if not isinstance(node, ast.Subscript) or isinstance(node.value, ast.Call):
            return ""  # a call may return something else the second time
        self.muted += 1
        try:
            base = self.ev(node.value)  # type: ignore[attr-defined]
        finally:
            self.muted -= 1
        if isinstance(base, Arr) and base.kind in ("ndarray", "Tensor"):
            return "rows"
        if isinstance(base, Seq):
            return "list"
        return "other" if isinstance(base, (Mapping, Arr)) else ""

    def _labels(self, model: Model, node: ast.Call, source: "_Written",
                y: Optional[Value], y_at: Any, pipeline: bool,
                prefix: Tuple[Any, ...] = ()) -> Tuple[Argument, ...]:
        if y is None or y is UNKNOWN:
            return ()
        parts: List[Tuple[str, Tuple[Any, ...], Value]]
        if isinstance(y, Seq) and y.items and all(
                isinstance(item, Arr) and item.rank for item in y.items):
            parts = [(f"y[{i}]", (i,), item) for i, item in enumerate(y.items)]
        elif isinstance(y, Mapping) and y.items is not None:
            order = {n: i for i, n in enumerate(model.output_names)}
            parts = sorted(((str(k), (k,), v) for k, v in y.items.items()),
                           key=lambda part: order.get(part[0], len(order)))
        else:
            parts = [("y", (), y)]
        at_node = _argument_node(node, *y_at)
        found = []
        for name, path, value in parts:
            piece = _no_piece if pipeline else partial(source.piece, y_at, (*prefix, *path))
            found.append(self._argument(name, value, None, piece,
                                        _descend(at_node, (*prefix, *path)),
                                        pipeline))
        return tuple(found)


class _Written:
    """The text of one call, taken apart when somebody asks: findings are few."""

    __slots__ = ("telling", "node", "cell", "_taken", "_apart")

    def __init__(self, telling: Telling, node: ast.Call) -> None:
        self.telling = telling
        self.node = node
        self.cell = telling.cell
        self._taken = False
        self._apart: Optional[CallText] = None

    @property
    def text(self) -> str:
        return self.telling.text(self.node, self.cell)

    @property
    def receiver(self) -> str:
        apart = self.apart()
        return "" if apart is None else apart.receiver

    def apart(self) -> Optional[CallText]:
        if not self._taken:
            self._taken = True
            try:
                self._apart = CallText(self.text)
            except (ValueError, RecursionError):
                pass
        return self._apart

    def piece(self, at: Any, path: Tuple[Any, ...]) -> Optional[Piece]:
        apart = self.apart()
        if apart is None:
            return None
        return apart.item(at[0], at[1], path) if path else apart.argument(*at)

    def by_keyword(self, name: str) -> Optional[Piece]:
        """`input_ids=ids`, or `enc['input_ids']` for `**enc`; by position it is the first."""
        apart = self.apart()
        if apart is None:
            return None
        found = apart.argument(None, (name,))
        if found is not None:
            return found
        spread = apart.unpacked()
        if spread is not None:
            return Piece(f"{spread.text}[{name!r}]", None)
        return apart.argument(0, ()) if name == "input_ids" else None


def _no_piece() -> Optional[Piece]:
    return None


_NOWHERE = Location()
#: where a model's declaration stands, if not in an Input
_SOURCES = {"built": "layer", "transformers": "signature"}
_ROW = r"(^|_)(row|sample|example|first)(\d|_|$)(?!.*output)"
_PLAIN = (int, float, str, bool, tuple, type(None))


def array_of(arr: Arr, container: Optional[str] = None) -> Array:
    values = None
    known = arr.labels
    if known is not None:
        values = ValueFacts(one_hot=known.one_hot, whole=known.whole, classes=known.classes,
                            low=known.low, high=known.high, padded=known.padded)
    kind = container or arr.kind
    return Array.of(arr.shape, arr.dtype, "ndarray" if kind == "?" else kind, values)


def _array(shape: Shape) -> Array:
    return Array.of(shape, None, "Tensor")


def _class_name(item: Any) -> str:
    return item.cls if isinstance(item, Layer) else getattr(item, "class_name", "?")


def _characters(cell: Any, line: int, column: int) -> int:
    lines = cell.lines
    if line - 1 >= len(lines) or lines[line - 1].isascii():
        return column
    return len(lines[line - 1].encode("utf-8")[:column].decode("utf-8", "ignore"))


def _plain_key(key: Value) -> Any:
    if isinstance(key, Const):
        return key.value
    if isinstance(key, Seq) and key.items is not None:
        return tuple(_plain_key(k) for k in key.items)
    parts = [getattr(key, name, UNKNOWN) for name in ("start", "stop", "step")]
    if all(p is None or isinstance(p, Const) for p in parts):
        return slice(*(p.value if isinstance(p, Const) else None for p in parts))
    return "?"


def _argument_node(node: ast.Call, position: Optional[int],
                   names: Sequence[str]) -> Optional[ast.expr]:
    if position is not None and position < len(node.args):
        return node.args[position]
    return next((k.value for k in node.keywords if k.arg in names), None)


def _keyword(node: ast.Call, name: str) -> Optional[ast.expr]:
    return next((k.value for k in node.keywords if k.arg == name), None)


def _descend(node: Optional[ast.expr], path: Tuple[Any, ...]) -> Optional[ast.expr]:
    for key in path:
        if isinstance(node, (ast.List, ast.Tuple)) and isinstance(key, int) \
                and key < len(node.elts):
            node = node.elts[key]
        elif isinstance(node, ast.Dict):
            node = next((v for k, v in zip(node.keys, node.values)
                         if isinstance(k, ast.Constant) and k.value == key), None)
        else:
            return node
    return node


def _parts(x: Optional[Value], specs: Sequence[Spec], stacks: bool,
           ) -> Tuple[List[Tuple[str, Tuple[Any, ...], Value]], str]:
    """(name, path, value) of each thing passed, and how it is written."""
    if x is None:
        return [], ""
    if isinstance(x, Mapping):
        if x.items is None:
            return [], "dict"
        return [(str(k), (k,), v) for k, v in x.items.items()], "dict"
    if isinstance(x, Arr) and len(specs) > 1 and stacks:
        return [(spec.name, (), x) for spec in specs], "stacked"
    if isinstance(x, Seq) and x.items is not None:
        arrays = bool(x.items) and all(isinstance(i, Arr) and i.rank for i in x.items)
        if len(specs) > 1 or (arrays and (not specs or len(x.items) == 1)):
            return [(f"input {i}", (i,), item) for i, item in enumerate(x.items)], "list"
    return [(specs[0].name if specs else "x", (), x)], "single"


#: the rank of one row of what a first layer takes, where no other rank will do
_ROW_RANKS = {"Dense": 1, "LSTM": 2, "GRU": 2, "SimpleRNN": 2, "Bidirectional": 2, "Conv1D": 2,
              "Conv2D": 3, "MaxPooling2D": 3, "Conv3D": 4}


def single_row(model: Model, data: Dataset) -> Shape:
    """The shape of an element that is one row for a Sequential that declares nothing; else None."""
    if data.kind != "Dataset" or data.batched is not False or model.inputs \
            or model.kind != "sequential" or not model.layers:
        return None
    element, _y = _of_dataset(data, model)
    shape = element.shape if isinstance(element, Arr) else None
    first = model.layers[0]
    wanted = _ROW_RANKS.get(first.cls) if isinstance(first, Layer) else None
    return shape if shape is not None and len(shape) == wanted else None


def _of_dataset(data: Dataset, model: Model) -> Tuple[Value, Optional[Value]]:
    element = data.element
    if isinstance(element, Seq) and element.kind == "tuple" and element.items:
        y = element.items[1] if len(element.items) > 1 else None
        return element.items[0], y
    return element, None


def _named(model: Model, shapes: Sequence[Shape]) -> List[Tuple[str, Shape]]:
    names = model.output_names
    return [(names[i] if i < len(names) else f"output {i}", shape)
            for i, shape in enumerate(shapes)]


def _always_one(model: Model, predicted: Sequence[Shape]) -> bool:
    """Softmax over one unit, which is told where it is made (SHP405): what the labels would want
    of such an output is no second mistake."""
    last = model.chain[0] if model.chain else None
    shape = predicted[0] if len(predicted) == 1 else None
    return isinstance(last, Layer) and bool(shape) and shape is not None and shape[-1] == 1 and (
        last.cls == "Softmax" or last.config.get("activation") == "softmax")


def _fixed_batch(model: Model) -> Optional[int]:
    """The declared batch size, where a layer keeps a state for each of its rows; the size that
    its own code writes into the axis of the rows."""
    if model.rows_written is not None:
        return model.rows_written
    first = model.outputs[0] if model.kind == "functional" and model.outputs else None
    if first and isinstance(first[0], int) and first[0] > 1 and all(
            not s or s[0] is None for _n, s, _d, _r in model.inputs):
        return first[0]
    if not isinstance(model.fixed_batch, int):
        return None
    stateful = any(isinstance(layer, Layer) and layer.config.get("stateful") is True
                   for layer in (*model.layers, *model.chain))
    return model.fixed_batch if stateful else None


def _through(chain: Sequence[Any]) -> Tuple[str, ...]:
    """The layers that the output came through, from the input on."""
    return tuple(layer.cls for layer in reversed(chain) if isinstance(layer, Layer))
