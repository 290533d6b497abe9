"""The abstract interpreter: expressions."""
from __future__ import annotations

import ast
from typing import Any, Callable, Dict, List, Optional, Sequence, Set, Tuple

from shapecheck.facts.records import replace
from shapecheck.read import libraries
from shapecheck.read.binding import Args, as_array, guarded
from shapecheck.read.calls import Calls
from shapecheck.read.names import BUILTINS, FRAGMENTS, canonical
from shapecheck.read.objects import (
    Class,
    Function,
    Graph,
    Instance,
    Layer,
    Model,
    Module,
    Produced,
    Scope,
    Squeezed,
    common_times,
)
from shapecheck.read.operators import (
    COMPARE,
    LITERAL,
    SYMBOLS,
    SliceKey,
    bound_of,
    column,
    consumed,
    counting,
    folded,
    identical,
    item_of,
    kind_of_both,
    operand,
    promoted,
    sequences,
    shifted,
)
from shapecheck.read.tracing import MANY
from shapecheck.read.values import (
    FALSE,
    NONE,
    TRUE,
    UNKNOWN,
    Arr,
    Bound,
    CannotBroadcast,
    Const,
    Counted,
    Dataset,
    Lib,
    Mapping,
    Mutable,
    Obj,
    Outputs,
    Seq,
    Size,
    Value,
    broadcast,
    element_of,
    join,
    shape_of,
    size_value,
)
from shapecheck.source.trees import walk

_NAME, _CONSTANT = ast.Name, ast.Constant  # looked for at each step
_TENSORS = ("Tensor", "KerasTensor", "RaggedTensor")


class Evaluator(Calls):
    """Expressions to values."""

    stored: Callable[[], Set[str]]
    step: Callable[..., None]
    invoke: Callable[..., Value]
    touch: Callable[[Mutable], None]
    bind: Callable[..., None]
    yields: List[List[Value]]

    def __init__(self) -> None:
        super().__init__()
        self.cell: Any = None
        self.scope: Any = None
        self.stars: List[str] = []
        self.building: Any = None  # the class whose body is read
        self._bound_somewhere: Optional[Set[str]] = None
        self._column_counts: Dict[int, Tuple[Any, Dict[str, int]]] = {}

    def ev(self, node: ast.expr) -> Value:
        kind = type(node)
        if kind is _NAME:
            found: Optional[Value] = self.scope.names.get(node.id)  # type: ignore[attr-defined]
            if found is not None:
                return found
        elif kind is _CONSTANT:
            constant = node.value  # type: ignore[attr-defined]
            return NONE if constant is None else Const(constant)
        handler = _EXPRESSIONS.get(kind)
        return UNKNOWN if handler is None else handler(self, node)

    # -- names -----------------------------------------------------------------------------

    def e_constant(self, node: ast.Constant) -> Value:
        return NONE if node.value is None else Const(node.value)

    def e_name(self, node: ast.Name) -> Value:
        name = node.id
        scope: Optional[Scope] = self.scope
        while scope is not None:
            found = scope.names.get(name)
            if found is not None:
                return found
            scope = scope.parent
        return self._unbound(name)

    def _unbound(self, name: str) -> Value:
        for path in self.stars:
            if path.startswith("keras.layers") or path.endswith(("layers", "models", "utils")):
                known = FRAGMENTS.get(name)
                if known is not None and known.startswith("keras."):
                    return self.lib(known, known)
                full, _root = canonical(f"{path}.{name}")
                if path.startswith("keras.layers") and (name[:1].isupper() or name in _MERGING):
                    return self.lib(full, full)
        if name in BUILTINS:
            return _builtins[name]
        known = FRAGMENTS.get(name)
        if known is not None:
            if self._bound_somewhere is None:
                self._bound_somewhere = self.stored()
            if name not in self._bound_somewhere:
                return self.lib(known, known)
        return UNKNOWN

    def lib(self, path: str, written: str) -> Value:
        """The library's thing of that name; a constant of it where it is one."""
        key = (path, written)
        found = _libs.get(key)
        if found is None:
            if len(_libs) > 20000:
                _libs.clear()
            found = _libs[key] = self._lib(path, written)
        return found

    def _lib(self, path: str, written: str) -> Value:
        full, _root = canonical(path)
        constant = libraries.constant(full)
        if constant is not None:
            return constant
        made = Lib(full)
        return made if full == path else _Rooted(full, canonical(written)[1])

    def e_attribute(self, node: ast.Attribute) -> Value:
        value = self.ev(node.value)
        member = value.members.get(node.attr) if isinstance(value, Lib) else None
        return self.attribute(value, node.attr, node) if member is None else member

    def attribute(self, value: Value, name: str, node: Optional[ast.AST] = None) -> Value:
        if value is UNKNOWN:
            return UNKNOWN
        if isinstance(value, Lib):
            member = value.members.get(name)
            if member is None:
                member = value.members[name] = self._member(value, name)
            return member
        if isinstance(value, Arr):
            return self._of_array(value, name)
        if isinstance(value, Instance):
            return self._of_instance(value, name)
        if isinstance(value, Module):
            return value.scope.names.get(name, UNKNOWN)
        if isinstance(value, Class):
            return value.lookup(name) or UNKNOWN
        if isinstance(value, (Layer, Model)):
            found_here = self.model_attribute(value, name)
            return Bound(value, name) if found_here is None else found_here
        return self._of_container(value, name)

    def _member(self, value: Lib, name: str) -> Value:
        path = f"{value.path}.{name}"
        found = self.lib(path, path)
        root = getattr(value, "root", "")
        return _Rooted(found.path, root) if root and isinstance(found, Lib) else found

    def _of_container(self, value: Value, name: str) -> Value:
        if isinstance(value, Obj):
            known = value.attrs.get(name)
            if isinstance(known, Value):
                return known
            reader = libraries.attribute(f"{value.cls}.{name}")
            return reader(value) if reader is not None else Bound(value, name)
        if isinstance(value, Mapping):
            if value.kind != "dict" and value.items is not None and name in value.items:
                return value.items[name]
            return Bound(value, name)
        if isinstance(value, Dataset):
            reader = libraries.attribute(f"{value.kind}.{name}")
            return reader(value) if reader is not None else Bound(value, name)
        if isinstance(value, (Seq, Const, Size)):
            return Bound(value, name)
        if isinstance(value, Bound) and name in ("iloc", "loc", "values"):
            return UNKNOWN
        return UNKNOWN

    def _of_array(self, value: Arr, name: str) -> Value:
        shape = value.shape
        if name == "shape":
            if shape is None:
                return UNKNOWN
            if value.kind == "Tensor" or value.kind == "KerasTensor":
                return Seq([size_value(d) if d is not None else UNKNOWN for d in shape], "tuple")
            return Seq([size_value(d) for d in shape], "tuple")
        if name == "ndim" and shape is not None:
            return Const(len(shape))
        if name == "dtype":
            return Lib("numpy." + value.dtype) if value.dtype else UNKNOWN
        reader = libraries.attribute(f"{value.kind}.{name}")
        if reader is not None:
            return self._tagged(reader(value), (value,))
        if value.kind in ("DataFrame", "Series") and name in ("iloc", "loc", "at", "iat"):
            return Bound(value, name)
        if value.kind == "DataFrame" and libraries.function(f"DataFrame.{name}") is None:
            column = self.call_table("DataFrame.__getattr__", [Const(name)], value)
            if isinstance(column, Arr):
                return column
        return Bound(value, name)

    def _of_instance(self, value: Instance, name: str) -> Value:
        found = value.attrs.get(name)
        if found is not None:
            return found
        method = value.cls.lookup(name)
        if isinstance(method, Function):
            if method.cls == "property":
                return self.invoke(method.to(value), [], {}, False)
            return method.to(value)
        if method is not None:
            return method
        if value.model is not None:
            known = self.model_attribute(value.model, name)
            return Bound(value.model, name) if known is None else known
        return UNKNOWN

    def set_attribute(self, owner: Mutable, name: str, value: Value) -> None:
        self.touch(owner)
        if isinstance(owner, Obj):
            owner.attrs[name] = value

    # -- displays --------------------------------------------------------------------------

    def e_list(self, node: Any) -> Value:
        kind = "tuple" if isinstance(node, ast.Tuple) else "list"
        if len(node.elts) > LITERAL:
            return Seq(None, kind, self.ev(node.elts[0]), len(node.elts))
        items: List[Value] = []
        for element in node.elts:
            if isinstance(element, ast.Starred):
                more = self.items_of(self.ev(element.value))
                if more is None:
                    return Seq(None, kind)
                items.extend(more)
            else:
                items.append(self.ev(element))
        return Seq(items, kind)

    def e_set(self, node: ast.Set) -> Value:
        for element in node.elts[:50]:
            self.ev(element)
        return UNKNOWN

    def e_dict(self, node: ast.Dict) -> Value:
        items: Optional[Dict[Any, Value]] = {}
        for key_node, value_node in zip(node.keys[:LITERAL], node.values):
            value = self.ev(value_node)
            if key_node is None:
                more = value.items if isinstance(value, Mapping) else None
                if more is None or items is None:
                    items = None
                else:
                    items.update(more)
                continue
            key = self.ev(key_node)
            if items is not None and isinstance(key, Const) and isinstance(
                    key.value, (str, int, float, bool, bytes, type(None))):
                items[key.value] = value
            else:
                items = None
        return Mapping(items)

    def e_comprehension(self, node: Any) -> Value:
        """A list or generator: item by item where the items are few and known."""
        outer = self.scope
        self.scope = Scope(outer)
        try:
            first = node.generators[0]
            iterable = self.ev(first.iter)
            plain = len(node.generators) == 1 and not first.ifs
            numbers = self._numbers(iterable, first.target, node.elt) if plain else None
            if numbers is not None:
                return Seq(list(map(Const, numbers)))
            items = self.items_of(iterable)
            if plain and items is not None and len(items) <= (
                    64 if isinstance(node.elt, ast.Call) else 12):
                return Seq(self.walked(lambda: self._each(items or [], first.target, node)))
            source = self.iterated(iterable)
            count, one = self.counted(iterable, source)
            self.bind(first.target, one, node)
            for condition in first.ifs:
                self.ev(condition)
            for generator in node.generators[1:]:
                self.bind(generator.target, element_of(self.iterated(self.ev(generator.iter))),
                          node)
            element = self.ev(node.elt)
            count.clear()
            return Seq(None, "list", UNKNOWN if isinstance(element, Counted) else element,
                       self.length_of(source) if plain else None)
        finally:
            self.scope = outer

    def _numbers(self, iterable: Value, target: ast.expr,
                 element: ast.expr) -> Optional[List[int]]:
        """`[2 * i + 1 for i in range(4)]` without a step for each; None for anything else."""
        if not isinstance(element, ast.BinOp) or not isinstance(target, ast.Name) \
                or not isinstance(iterable, Obj) or iterable.cls != "range":
            return None
        numbers = iterable.attrs.get("numbers")
        if not numbers or len(numbers) > 12:
            return None
        found = column(element, target.id, numbers, self.e_name)
        if found is not None:
            self.step(len(found))
        return found

    def _each(self, items: Sequence[Value], target: ast.expr, node: Any) -> List[Value]:
        """The element of a comprehension for each item."""
        ev, step, bind, element = self.ev, self.step, self.bind, node.elt
        names = self.scope.names
        name = target.id if isinstance(target, ast.Name) else ""
        found: List[Value] = []
        for item in items:
            step()
            if found and name and type(item) is Const:
                names[name] = item  # a scope of its own, and the place is the first one's
            else:
                bind(target, item, node)
            found.append(ev(element))
        return found

    def e_generator(self, node: Any) -> Value:
        made = self.e_comprehension(node)
        if isinstance(made, Seq):
            return Seq(made.items, "generator", made.element, made.length)
        return made

    def e_dict_comprehension(self, node: ast.DictComp) -> Value:
        outer = self.scope
        self.scope = Scope(outer)
        try:
            first = node.generators[0]
            items = self.items_of(self.ev(first.iter))
            if items is None or len(items) > 64 or len(node.generators) > 1 or first.ifs:
                return Mapping(None)
            made: Dict[Any, Value] = {}
            for item in items:
                self.step()
                self.bind(first.target, item, node)
                key = self.ev(node.key)
                if not isinstance(key, Const):
                    return Mapping(None)
                made[key.value] = self.ev(node.value)
            return Mapping(made)
        finally:
            self.scope = outer

    def e_lambda(self, node: ast.Lambda) -> Value:
        defaults: Dict[str, Value] = {}
        for argument, default in zip(reversed(node.args.args), reversed(node.args.defaults)):
            defaults[argument.arg] = self.ev(default)
        return Function(node, self.scope, self.cell, None, defaults)

    def e_joined(self, node: ast.JoinedStr) -> Value:
        for part in node.values:
            if isinstance(part, ast.FormattedValue):
                self.ev(part.value)
        return UNKNOWN

    def e_if(self, node: ast.IfExp) -> Value:
        truth = self.truth(self.ev(node.test))
        if truth is None:
            self.forks += 1
            found = join(self.ev(node.body), self.ev(node.orelse))
            self.forks -= 1
            return found
        return self.ev(node.body if truth else node.orelse)

    def e_named(self, node: ast.NamedExpr) -> Value:
        value = self.ev(node.value)
        self.bind(node.target, value, node)
        return value

    def e_yield(self, node: Any) -> Value:
        value = UNKNOWN if node.value is None else self.ev(node.value)
        if self.yields:
            self.yields[-1].append(value if isinstance(node, ast.Yield) else element_of(
                self.iterated(value)))
        return UNKNOWN

    def e_await(self, node: ast.Await) -> Value:
        self.ev(node.value)
        return UNKNOWN

    def e_starred(self, node: ast.Starred) -> Value:
        self.ev(node.value)
        return UNKNOWN

    # -- operators -------------------------------------------------------------------------

    def e_bool(self, node: ast.BoolOp) -> Value:
        result: Optional[Value] = None
        for part in node.values:
            value = self.ev(part)
            truth = self.truth(value)
            ends = truth is (not isinstance(node.op, ast.And))
            if ends:
                return value if result is None else join(result, value)
            if truth is None:
                result = value if result is None else join(result, value)
            last = value
        return last if result is None else result

    def e_unary(self, node: ast.UnaryOp) -> Value:
        value = self.ev(node.operand)
        if isinstance(node.op, ast.Not):
            truth = self.truth(value)
            return UNKNOWN if truth is None else Const(not truth)
        if isinstance(value, Const) and isinstance(value.value, (int, float)):
            if isinstance(node.op, ast.USub):
                return Const(-value.value)
            if isinstance(node.op, ast.Invert) and isinstance(value.value, int):
                return Const(~value.value)
            return value
        if isinstance(value, Arr):
            return value.but(labels=None, tag=value.tag)
        return UNKNOWN

    def e_binary(self, node: ast.BinOp) -> Value:
        left, right = self.ev(node.left), self.ev(node.right)
        if type(left) is Const and type(right) is Const:
            return folded(type(node.op), left.value, right.value)
        return self.operate(node, type(node.op), left, right, node.left, node.right)

    def operate(self, node: ast.AST, kind: type, left: Value, right: Value,
                left_node: ast.expr, right_node: ast.expr) -> Value:
        if isinstance(left, Const) and isinstance(right, Const):
            return folded(kind, left.value, right.value)
        if isinstance(left, Arr) or isinstance(right, Arr):
            if kind is ast.MatMult:
                return self.call_table("numpy.matmul", [left, right])
            return self.elementwise(node, SYMBOLS.get(kind, "?"), left, right, left_node,
                                    right_node)
        if isinstance(left, Seq) or isinstance(right, Seq):
            return sequences(kind, left, right)
        if isinstance(left, Counted) or isinstance(right, Counted):
            return counting(kind, left, right)
        if isinstance(left, Size) or isinstance(right, Size):
            if isinstance(right, Const) and right.value == 1 and kind in (ast.FloorDiv, ast.Mult):
                return left
            return UNKNOWN
        if isinstance(left, Const) and isinstance(left.value, str):
            return UNKNOWN
        return UNKNOWN

    def elementwise(self, node: ast.AST, operation: str, left: Value, right: Value,
                    left_node: Optional[ast.expr], right_node: Optional[ast.expr]) -> Value:
        """Two arrays meet. The fact is told where broadcasting makes more of them."""
        a, b = operand(left), operand(right)
        if a is None or b is None:
            known = left if isinstance(left, Arr) else right
            kind = known.kind if isinstance(known, Arr) else "?"
            return Arr(None, None, kind if kind in _TENSORS else "?")
        try:
            shape = broadcast(a.shape, b.shape)
        except CannotBroadcast:
            if self.rows_inside is not None and self.rows_inside.meets(a.shape, b.shape):
                larger = a if a.shape and a.shape[0] == self.rows_inside.rows else b
                return larger.but(labels=None)  # as many rows as in a batch: all of them, in all
            if left_node is not None and right_node is not None:
                self.tell_misfit(node, operation, a, b, left_node, right_node)
            return UNKNOWN
        if left_node is not None and right_node is not None:
            self.tell_elementwise(node, operation, a, b, shape, left_node, right_node)
        kind = kind_of_both(a, b)
        if kind in ("Series", "DataFrame") and shape is not None:
            kind = "DataFrame" if len(shape) == 2 else "Series" if len(shape) == 1 else "ndarray"
        produced = [x.tag for x, y in ((a, b), (b, a)) if isinstance(x.tag, Produced)
                    and y.kind == "scalar" and x.shape == shape]
        compares = operation in ("==", "!=", "<", "<=", ">", ">=")
        dtype = "bool" if compares else promoted(a, b)
        result = Arr(shape, dtype, kind, shifted(operation, a, right),
                     produced[0] if produced else None)
        return self._tagged(result, (a, b))

    def e_compare(self, node: ast.Compare) -> Value:
        left = self.ev(node.left)
        result: Value = TRUE
        left_node = node.left
        for op, right_node in zip(node.ops, node.comparators):
            right = self.ev(right_node)
            one = self._compared(node, type(op), left, right, left_node, right_node)
            if len(node.ops) == 1:
                return one
            truth = self.truth(one)
            if truth is False:
                return FALSE
            if truth is None:
                result = UNKNOWN
            left, left_node = right, right_node
        return result

    def _compared(self, node: ast.AST, kind: type, left: Value, right: Value,
                  left_node: ast.expr, right_node: ast.expr) -> Value:
        if kind in (ast.Is, ast.IsNot):
            same = identical(left, right)
            return UNKNOWN if same is None else Const(same is (kind is ast.Is))
        if isinstance(left, Const) and isinstance(right, Const):
            function = COMPARE.get(kind)
            try:
                return UNKNOWN if function is None else Const(bool(
                    function(left.value, right.value)))
            except TypeError:
                return UNKNOWN
        if kind in (ast.In, ast.NotIn):
            return self._contained(kind, left, right)
        if (isinstance(left, Arr) or isinstance(right, Arr)) and kind in SYMBOLS:
            return self.elementwise(node, SYMBOLS[kind], left, right, left_node, right_node)
        if isinstance(left, Seq) and isinstance(right, Seq) and kind in (ast.Eq, ast.NotEq):
            a, b = shape_of(left), shape_of(right)
            if a is not None and b is not None and None not in a and None not in b and all(
                    isinstance(d, int) for d in (*a, *b)):
                return Const((a == b) is (kind is ast.Eq))
        return UNKNOWN

    def _contained(self, kind: type, left: Value, right: Value) -> Value:
        if not isinstance(left, Const):
            return UNKNOWN
        if isinstance(right, Mapping) and right.items is not None and right.kind == "dict":
            return Const((left.value in right.items) is (kind is ast.In))
        if isinstance(right, Seq) and right.items is not None and all(
                isinstance(i, Const) for i in right.items):
            inside = any(i.value == left.value for i in right.items
                         if isinstance(i, Const))
            return Const(inside is (kind is ast.In))
        return UNKNOWN

    # -- indexing --------------------------------------------------------------------------

    def e_subscript(self, node: ast.Subscript) -> Value:
        chain: List[ast.Subscript] = [node]
        base_node = node.value
        while isinstance(base_node, ast.Subscript):
            chain.append(base_node)
            base_node = base_node.value
        value = self.ev(base_node)
        told: Optional[Tuple[ast.expr, Arr, List[Value]]] = None
        inner: ast.expr = base_node
        for part in reversed(chain):
            key = self.key(part.slice)
            if isinstance(value, Arr) and isinstance(value.tag, Produced) and told is None:
                told = (inner, value, [])
            if told is not None:
                told[2].append(key)
            if isinstance(value, Outputs):
                self.tell_output(node, part, inner, value, key)
            if isinstance(value, Arr) and isinstance(value.tag, Squeezed) \
                    and value.shape is not None and consumed(key) > len(value.shape):
                self.tell_no_axis(part, value, consumed(key))
            elif isinstance(value, Seq) and value.kind == "tuple" and isinstance(
                    inner, ast.Attribute) and inner.attr == "shape":
                self._axis_squeezed(part, inner, value, key)
            whole = value
            value = self.index(value, key, part)
            if isinstance(value, Arr) and value.shape and len(value.shape) == 2 \
                    and value.shape[1] is None:
                value = self._columns_taken(value, whole, part)
            inner = part
        if told is not None:
            self.tell_indexing(node, told[0], told[1], told[2], value)
        return value

    def _axis_squeezed(self, node: ast.Subscript, asked: ast.Attribute, shape: Seq,
                       key: Value) -> None:
        """`x.shape[1]` where a squeeze left no such axis."""
        if shape.items is None or not isinstance(key, Const) or type(key.value) is not int \
                or -len(shape.items) <= key.value < len(shape.items):
            return
        array = self.ev(asked.value) if isinstance(asked.value, ast.Name) else UNKNOWN
        if isinstance(array, Arr) and isinstance(array.tag, Squeezed):
            self.tell_no_axis(node, array, key.value + 1, asked.value)

    def _columns_taken(self, value: Arr, whole: Value, node: ast.Subscript) -> Arr:
        """`data[:, 3:13]` has 10 columns where `data[:, 13]` shows that there are as many."""
        cut = node.slice.elts[1] if isinstance(node.slice, ast.Tuple) and len(
            node.slice.elts) == 2 else None
        if not isinstance(cut, ast.Slice) or cut.step is not None or cut.upper is None:
            return value
        base = whole.value if isinstance(whole, Bound) else whole
        if not isinstance(base, Arr) or base.rank not in (2, None):
            return value
        start = NONE if cut.lower is None else self.ev(cut.lower)
        stop, name = self.ev(cut.upper), _data_name(node)
        first = start.value or 0 if isinstance(start, Const) else None
        last = stop.value if isinstance(stop, Const) else None
        if type(first) is not int or type(last) is not int or not 0 <= first < last or not name:
            return value
        found = self._column_counts.get(id(self.cell))
        if found is None or found[0] is not self.cell:
            found = self._column_counts[id(self.cell)] = (self.cell, _columns_used(self.cell.tree))
        if found[1].get(name, 0) < last:
            return value
        return value.but(shape=(value.shape[0] if value.shape else None, last - first))

    def key(self, node: ast.expr) -> Value:
        """The key of a subscript; a Seq of kind "keys" for `x[a, b]`."""
        if isinstance(node, ast.Slice):
            return SliceKey(*(None if part is None else self.ev(part)
                              for part in (node.lower, node.upper, node.step)))
        if isinstance(node, ast.Tuple):
            return Seq([self.key(part) for part in node.elts], "keys")
        wrapped = getattr(ast, "ExtSlice", None)
        if wrapped is not None and isinstance(node, wrapped):
            return Seq([self.key(part) for part in getattr(node, "dims", ())], "keys")
        return self.ev(node)

    def index(self, value: Value, key: Value, node: Optional[ast.Subscript]) -> Value:
        if isinstance(value, Arr):
            if value.kind in ("DataFrame", "Series"):
                return self.call_table(f"{value.kind}.__getitem__", [key], value)
            return self._tagged_item(self._index_array(value, key), value)
        if isinstance(value, Seq):
            return item_of(value, key)
        if isinstance(value, Mapping):
            if value.kind == "ModelOutput" and value.items is not None and isinstance(
                    key, SliceKey):
                return item_of(Seq(list(value.items.values()), "tuple"), key)
            if value.items is None or not isinstance(key, Const):
                return UNKNOWN
            if key.value in value.items:
                return value.items[key.value]
            if value.kind == "ModelOutput" and isinstance(key.value, int):
                items = list(value.items.values())
                return items[key.value] if -len(items) <= key.value < len(items) else UNKNOWN
            return UNKNOWN
        if isinstance(value, Bound) and isinstance(value.value, Arr):
            return self.call_table(f"{value.value.kind}.{value.name}", [key], value.value)
        if isinstance(value, Obj):
            reader = libraries.function(f"{value.cls}.__getitem__")
            if reader is not None:
                return reader(Args(self, None, [key], {}, False, value))
            if isinstance(key, Const) and isinstance(key.value, str):
                found = value.attrs.get(key.value)
                return found if isinstance(found, Value) else UNKNOWN
            return UNKNOWN
        if isinstance(value, Dataset):
            return value.element if value.kind in ("Sequence", "generator") else UNKNOWN
        if isinstance(value, Const) and isinstance(value.value, str) and isinstance(key, Const) \
                and isinstance(key.value, int):
            return UNKNOWN
        return UNKNOWN

    def _index_array(self, value: Arr, key: Value) -> Value:
        numpy = libraries.module("numpy")
        keys = key.items if isinstance(key, Seq) and key.kind == "keys" else [key]
        if numpy is None or keys is None:
            return UNKNOWN
        converted: List[Any] = []
        for one in keys:
            if isinstance(one, SliceKey):
                converted.append(numpy.Slice(*map(bound_of, (one.start, one.stop, one.step))))
            elif isinstance(one, Const) and one.value is None:
                converted.append(None)
            elif isinstance(one, Const) and one.value is Ellipsis:
                converted.append(Ellipsis)
            elif isinstance(one, Seq):
                converted.append(as_array(one))
            else:
                converted.append(one)
        found = numpy.index(value, converted)
        return found if isinstance(found, Value) else UNKNOWN

    def _tagged_item(self, result: Value, source: Arr) -> Value:
        """Rows of what a model returned are still what a model returned."""
        if isinstance(result, Arr):
            if result.tag is None and isinstance(source.tag, Produced):
                whole = result.rank == source.rank
                result = result.but(tag=source.tag if whole else replace(source.tag, item=True))
            elif result.tag is None:
                result = self._tag_graph(result, (source,))
        return result

    # -- helpers of the interpreter and of the tables ----------------------------------------

    def truth(self, value: Value) -> Optional[bool]:
        if isinstance(value, Const):
            return bool(value.value)
        if isinstance(value, Seq) and value.items is not None:
            return bool(value.items)
        if isinstance(value, (Lib, Function, Class, Layer, Model, Instance, Module)):
            return True
        return None

    def items_of(self, value: Value) -> Optional[List[Value]]:
        """The items of an iterable, where each is known."""
        if isinstance(value, Seq):
            return value.items
        if isinstance(value, Mapping):
            return None if value.items is None else [Const(k) for k in value.items]
        if isinstance(value, Arr) and value.shape and isinstance(value.shape[0], int) \
                and value.shape[0] <= 4 and value.kind in ("ndarray", "Tensor", "KerasTensor"):
            element = element_of(value)
            return [element] * value.shape[0]
        if isinstance(value, Obj) and value.cls == "range":
            numbers = value.attrs.get("numbers")
            return [Const(n) for n in numbers] if numbers is not None else None
        if isinstance(value, Const) and isinstance(value.value, str) \
                and len(value.value) <= LITERAL:
            return [Const(character) for character in value.value]
        return None

    def iterated(self, value: Value) -> Value:
        """What a loop over the value sees."""
        if isinstance(value, Obj):
            reader = libraries.function(f"{value.cls}.__iter__")
            if reader is not None:
                return reader(Args(self, None, [], {}, False, value))
            if value.cls == "range":
                return Seq(None, "list", UNKNOWN, value.attrs.get("length"))
            return UNKNOWN
        if isinstance(value, Mapping) and value.items is not None:
            return Seq([Const(k) for k in value.items])
        return value

    def counted(self, iterable: Value, source: Value) -> Tuple[List[bool], Value]:
        """What one pass sees; the list is to be cleared when it is over."""
        count = [True]
        if isinstance(iterable, Obj) and iterable.cls == "range" and iterable.attrs.get(
                "step") == 1:
            times = iterable.attrs.get("length")
            return count, Counted(count, 0, isinstance(times, int) and times >= MANY)
        element = element_of(source)
        if isinstance(source, Seq) and source.kind == "enumerate" and isinstance(element, Seq) \
                and element.items is not None:
            # a data set has many batches where it is not said how many
            often = source.length is None or (
                isinstance(source.length, int) and source.length >= MANY)
            return count, Seq([Counted(count, 0, often), *element.items[1:]], "tuple")
        return count, element

    def length_of(self, value: Value) -> Any:
        if isinstance(value, Seq):
            return value.length
        if isinstance(value, Arr):
            return value.shape[0] if value.shape else None
        if isinstance(value, Mapping):
            return None if value.items is None else len(value.items)
        if isinstance(value, Dataset):
            return value.size
        return None

    def call(self, function: Value, arguments: Sequence[Value]) -> Value:
        """For the tables: a function of the program's applied to values."""
        return self.apply(function, list(arguments), {}, False, None)

    def call_table(self, path: str, positional: List[Value], owner: Value = UNKNOWN) -> Value:
        entry = libraries.function(path)
        if entry is None:
            return UNKNOWN
        args = Args(self, None, positional, {}, False, owner)
        return self._tagged(guarded(entry, args), (*positional, owner))

    def _tagged(self, result: Value, sources: Sequence[Value]) -> Value:
        if isinstance(result, Arr) and result.tag is None:
            return self._tag_graph(result, sources)
        return result

    def _tag_graph(self, result: Arr, sources: Sequence[Value]) -> Arr:
        """What is computed from symbolic tensors depends on their Inputs."""
        for source in sources:
            if isinstance(source, Seq) or (isinstance(source, Arr) and source.tag is not None):
                break
        else:
            return result
        graphs = [s.tag for s in _flat(sources) if isinstance(s, Arr) and isinstance(s.tag, Graph)]
        if not graphs:
            return result
        inputs: List[Any] = []
        for graph in graphs:
            inputs.extend(i for i in graph.inputs if i not in inputs)
        return result.but(kind="KerasTensor",
                          tag=Graph(tuple(inputs), graphs[0].step, graphs[0].name,
                                    times=common_times(graphs)))


_libs: Dict[Tuple[str, str], Value] = {}
_builtins = {name: Lib("builtins." + name) for name in BUILTINS}


#: functions of keras.layers that merge tensors, which `import *` brings too
_MERGING = ("concatenate", "add", "multiply", "average", "maximum", "minimum", "subtract")


def _data_name(node: ast.Subscript) -> str:
    """`data` of `data[...]`, `data.iloc[...]` and `data.values[...]`."""
    base = node.value
    while isinstance(base, ast.Attribute) and base.attr in ("iloc", "values"):
        base = base.value
    return base.id if isinstance(base, ast.Name) else ""


def _columns_used(tree: Any) -> Dict[str, int]:
    """How many columns each name has at least, by the numbers that its columns are taken by."""
    found: Dict[str, int] = {}
    for node in walk([tree]) if isinstance(tree, ast.AST) else ():
        if not isinstance(node, ast.Subscript) or not isinstance(node.slice, ast.Tuple) \
                or len(node.slice.elts) != 2 or not isinstance(node.slice.elts[0], ast.Slice):
            continue
        column, name = node.slice.elts[1], _data_name(node)
        if isinstance(column, ast.Constant) and type(column.value) is int and name:
            found[name] = max(found.get(name, 0), column.value + 1)
    return found


class _Rooted(Lib):
    """A Lib that remembers what it was imported from."""

    __slots__ = ("root",)

    def __init__(self, path: str, root: str) -> None:
        super().__init__(path)
        self.root = root


def _flat(values: Sequence[Value]) -> List[Value]:
    found: List[Value] = []
    for value in values:
        if isinstance(value, Seq) and value.items is not None:
            found.extend(value.items[:20])
        else:
            found.append(value)
    return found


_EXPRESSIONS: Dict[type, Callable[[Any, Any], Value]] = {
    ast.Constant: Evaluator.e_constant, ast.Name: Evaluator.e_name,
    ast.Attribute: Evaluator.e_attribute, ast.Call: Evaluator.e_call,
    ast.Subscript: Evaluator.e_subscript, ast.List: Evaluator.e_list,
    ast.Tuple: Evaluator.e_list, ast.Set: Evaluator.e_set, ast.Dict: Evaluator.e_dict,
    ast.ListComp: Evaluator.e_comprehension, ast.SetComp: Evaluator.e_comprehension,
    ast.GeneratorExp: Evaluator.e_generator, ast.DictComp: Evaluator.e_dict_comprehension,
    ast.Lambda: Evaluator.e_lambda, ast.JoinedStr: Evaluator.e_joined, ast.IfExp: Evaluator.e_if,
    ast.NamedExpr: Evaluator.e_named, ast.Yield: Evaluator.e_yield,
    ast.YieldFrom: Evaluator.e_yield, ast.Await: Evaluator.e_await,
    ast.Starred: Evaluator.e_starred, ast.BoolOp: Evaluator.e_bool,
    ast.UnaryOp: Evaluator.e_unary, ast.BinOp: Evaluator.e_binary,
    ast.Compare: Evaluator.e_compare,
}
