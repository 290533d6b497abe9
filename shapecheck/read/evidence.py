"""Reading with evidence: what a run showed is taken over where the interpreter comes by.

The interpreter goes through the program as ever. Before a statement in which a moment was
recorded, its names hold what they held then; where a recorded call stands, its result is what
came back. A recorded fact wins over an inferred one that says otherwise; where both agree, what
is inferred besides (where an array comes from) is kept.
"""
from __future__ import annotations

import ast
from typing import Any, Dict, List, Optional, Sequence, Set, Tuple

from shapecheck.facts import Argument, Array, Call
from shapecheck.facts.evidence import Declared, Held, Imported, Items, Moment, Plain, Symbol
from shapecheck.facts.records import replace
from shapecheck.read.binding import as_array
from shapecheck.read.interpreter import Flow, Interpreter
from shapecheck.read.objects import (
    Function,
    Graph,
    InputTensor,
    Layer,
    Model,
    Module,
    Produced,
    Scope,
    Squeezed,
    Step,
)
from shapecheck.read.values import (
    NONE,
    UNKNOWN,
    Arr,
    Const,
    Counted,
    Lib,
    Mapping,
    Outputs,
    Seq,
    Shape,
    Size,
    Value,
)

_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef)
#: outputs that hold one vector a token
_STATES = ("last_hidden_state", "sequence_output")


class Places:
    """Where the moments stand in a tree: calls and statements by `id` of their node, and the
    scopes (function or module) that ran, each with the line at which an exception left it."""

    def __init__(self, tree: ast.Module, moments: Sequence[Moment]) -> None:
        self.tree = tree
        self.calls: Dict[int, Moment] = {}
        self.statements: Dict[int, List[Moment]] = {}
        self.scopes: Dict[int, float] = {}
        for moment in moments:
            self._place(moment)

    def _place(self, moment: Moment) -> None:
        call, statement, scope = _innermost(self.tree, moment)
        if moment.kind == "call":
            if call is None:
                return  # not the source that ran
            self.calls[id(call)] = moment
        elif moment.kind in ("enter", "exit") and not isinstance(
                statement, (ast.With, ast.AsyncWith)):
            statement = None  # `__enter__` was called, or the block is somebody else's
        if statement is not None:
            self.statements.setdefault(id(statement), []).append(moment)
        if call is not None or statement is not None:
            end = float(moment.line) if moment.kind == "stop" else float("inf")
            self.scopes[id(scope)] = min(end, self.scopes.get(id(scope), end))

    def ran(self, line: Optional[int]) -> bool:
        """Does the line stand in code that ran?"""
        if line is None:
            return False
        scope = _innermost(self.tree, Moment("line", line))[2]
        return line <= self.scopes.get(id(scope), -1)


def _innermost(tree: ast.Module, moment: Moment) -> Tuple[Optional[ast.Call],
                                                          Optional[ast.stmt], Any]:
    """The call of the moment, the statement and the scope that it stands in."""
    place = (moment.line, moment.column, moment.end_line, moment.end_column)
    call: Optional[ast.Call] = None
    statement: Optional[ast.stmt] = None
    scope: Any = tree
    waiting: List[Tuple[ast.AST, Optional[ast.stmt], Any]] = [(tree, None, tree)]
    while waiting:
        node, within, inside = waiting.pop()
        for child in ast.iter_child_nodes(node):
            first = getattr(child, "lineno", None)
            if first is not None and not (
                    first <= moment.line <= (getattr(child, "end_lineno", None) or first)):
                continue
            at: Optional[ast.stmt] = child if isinstance(child, ast.stmt) else within
            if at is child:
                statement, scope = at, inside
            if isinstance(child, ast.Call) and place == (
                    child.lineno, child.col_offset, child.end_lineno, child.end_col_offset):
                return child, at, inside
            if isinstance(child, _SCOPES):
                scope = child if moment.line > child.lineno else inside
            waiting.append((child, at, child if isinstance(child, _SCOPES) else inside))
    return call, statement, scope


class Informed(Interpreter):
    """An interpreter that has evidence. `united`: recorded calls with what only the source says
    of their inputs."""

    def __init__(self, bound: Set[str], tree: ast.Module, moments: Sequence[Moment]) -> None:
        super().__init__(lambda: bound, lambda _name, _level: None)
        self.places = Places(tree, moments)
        self.united: List[Call] = []
        self._begin(moments, bound)

    def proved(self) -> List[Any]:
        """The facts of the code that ran."""
        return [fact for fact in self.facts if not isinstance(fact, Call)
                and self.places.ran(fact.location.line)] + self.united

    def _begin(self, moments: Sequence[Moment], bound: Set[str]) -> None:
        """Names that this source never binds hold the same from its first line on."""
        for moment in moments:
            for name, held in moment.shared or moment.names:
                if name not in bound and name not in self.module.names:
                    value = self.value(held)
                    if value is not UNKNOWN:
                        self.module.names[name] = value

    def statement(self, node: ast.stmt) -> Flow:
        moments = self.places.statements.get(id(node))
        if moments is None:
            return super().statement(node)
        for moment in moments:
            if moment.kind != "exit":
                self.learn(moment, node)
        guarded = self.guarded
        if any(moment.kind == "stop" for moment in moments):
            self.guarded = 0  # who catches it outside of the block does not expect it in here
        try:
            flow = super().statement(node)
        finally:
            self.guarded = guarded
        for moment in moments:
            if moment.kind == "exit":
                self.learn(moment, node)
        return flow

    def finish(self) -> None:
        """Of the functions that nothing called, only those that ran."""
        self.called.update(id(function.node) for function, _owner in self.functions
                           if id(function.node) not in self.places.scopes)
        super().finish()

    # -- names -----------------------------------------------------------------------------

    def learn(self, moment: Moment, node: ast.stmt) -> None:
        """The names hold what they held."""
        own = _bound_within(node)
        self.results.clear()
        self.rebound += 1
        if self.scope is not self.module:
            self._take(self.module, moment.shared, own)
        self._take(self.scope, moment.names, own)

    def _take(self, scope: Scope, names: Any, own: Set[str]) -> None:
        for name, held in names:
            if name in own:
                continue
            known = scope.names.get(name)
            recorded = self.value(held)
            value = recorded if known is None else united(known, recorded)
            if value is not known and value is not UNKNOWN:
                scope.names[name] = value

    def value(self, held: Held) -> Value:
        """What the reader makes of it. No tag: nothing is known of where it comes from."""
        if isinstance(held, Array):
            return _array(held)
        if isinstance(held, Plain):
            return NONE if held.value is None else Const(held.value)
        if isinstance(held, Imported):
            return self.lib(held.path, held.path)
        if isinstance(held, Items):
            items = [self.value(item) for item in held.items]
            if held.keys:
                return Mapping(dict(zip(held.keys, items)), held.container)
            return Seq(items, held.container)
        if isinstance(held, Declared):
            return _model(held)
        if isinstance(held, Symbol):
            layer = Layer("Input", {}, None, held.root)
            shape = _shape(held.array)
            return Arr(shape, held.array.dtype, "KerasTensor", tag=Graph(
                (InputTensor(held.name, shape, held.array.dtype, None),),
                Step(layer, (), shape, ()), held.name))
        return UNKNOWN

    # -- recorded calls --------------------------------------------------------------------

    def apply(self, function: Value, positional: List[Value], named: Dict[str, Value],
              open_: bool, node: Optional[ast.Call]) -> Value:
        moment = None if node is None else self.places.calls.get(id(node))
        if moment is None or moment.call is None:
            return super().apply(function, positional, named, open_, node)
        told = len(self.facts)
        own: Value = UNKNOWN  # a model changes nothing that it is given
        if function is not UNKNOWN:
            own = super().apply(function, positional, named, open_, node)
        if isinstance(own, Arr) and own.kind == "KerasTensor":
            return own
        self._unite(moment.call, self.facts[told:], positional)
        return self._returned(own, moment.call, moment.returned)

    def _unite(self, call: Call, told: Sequence[Any], positional: Sequence[Value]) -> None:
        """What the source says of the inputs, added to what was recorded of them."""
        read = next((f for f in told if isinstance(f, Call) and f.method == call.method), None)
        if read is not None and len(read.inputs) == len(call.inputs):
            inputs = tuple(_added(a, b) for a, b in zip(call.inputs, read.inputs))
        else:
            values = _parts(positional[0]) if positional else []
            if len(values) != len(call.inputs):
                return
            inputs = tuple(
                replace(a, squeezed=isinstance(as_array(v).tag, Squeezed))
                for a, v in zip(call.inputs, values))
        more = call if read is None else _predicted(call, read)
        if inputs != call.inputs or more is not call:
            self.united.append(replace(more, inputs=inputs))

    def _returned(self, own: Value, call: Call, returned: Held) -> Value:
        if returned is None:
            return own
        if isinstance(returned, Array):
            output = call.returned[0].name if call.returned else ""
            new: Value = _array(returned).but(tag=_produced(call, 0, 1, output))
            return united(own, new) if isinstance(own, Arr) else new
        if not isinstance(returned, Items):
            return own
        count = len(returned.items)
        items: List[Value] = []
        for i, item in enumerate(returned.items):
            value = self.value(item)
            if isinstance(value, Arr):
                name = str(returned.keys[i]) if returned.keys else ""
                value = value.but(tag=_produced(call, i, count, name))
            items.append(value)
        if returned.keys:
            return Mapping(dict(zip(returned.keys, items)), returned.container)
        first = items[0] if items else UNKNOWN
        if count > 1 and isinstance(first, Arr) and first.shape:
            return Outputs(items, first.shape[0])
        return Seq(items, returned.container)


def _predicted(recorded: Call, read: Call) -> Call:
    """What the model's own code makes of the inputs, where the model declares no outputs."""
    labels = [a for a in recorded.labels if a.name == "y"]
    if recorded.predicted or not labels or len(read.predicted) != len(labels):
        return recorded
    losses = recorded.losses if len(recorded.losses) == len(labels) else read.losses
    return replace(recorded, predicted=read.predicted, losses=losses, through=read.through)


def _added(recorded: Argument, read: Argument) -> Argument:
    return replace(recorded, squeezed=read.squeezed, said=recorded.said or read.said,
                   declared_at=recorded.declared_at or read.declared_at,
                   declared_source=recorded.declared_source or read.declared_source)


def _parts(value: Value) -> List[Value]:
    if isinstance(value, Seq) and value.items is not None and all(
            isinstance(i, Arr) for i in value.items):
        return value.items
    return [value]


def _produced(call: Call, index: int, count: int, name: str) -> Produced:
    role = "last_hidden_state" if name in _STATES else name
    if not role and call.model.text_encoder and count == 1:
        role = "last_hidden_state"
    return Produced(None, call.method, index, count, role)


def _shape(array: Array) -> Shape:
    return None if array.shape is None else tuple(array.shape)


def _array(array: Array) -> Arr:
    return Arr(_shape(array), array.dtype, array.container)


def _model(held: Declared) -> Value:
    """A model of which only the outside is known: enough to follow its calls."""
    info = held.info
    if info.kind not in ("functional", "sequential") or not held.inputs or len(held.outputs) != 1:
        return UNKNOWN
    model = Model("functional", None, held.root)
    model.class_name = info.class_name or "Model"
    model.structure = info.structure
    model.inputs = [(s.name, None if s.shape is None else tuple(s.shape), s.dtype, s.role)
                    for s in held.inputs]
    output = held.outputs[0]
    model.outputs = [None if output.shape is None else tuple(output.shape)]
    model.output_names = [output.name]
    return model


def united(own: Value, recorded: Value) -> Value:
    """What is known of a value of which `own` was inferred and `recorded` was seen.

    The recorded one where the two contradict.
    """
    if own is recorded or recorded is UNKNOWN or isinstance(own, Counted):
        return own
    if own is UNKNOWN:
        return recorded
    if isinstance(own, Arr) and isinstance(recorded, Arr):
        return _united_arrays(own, recorded)
    if isinstance(own, Seq) and isinstance(recorded, Seq):
        return _united_items(own, recorded)
    if isinstance(own, Mapping) and isinstance(recorded, Mapping):
        if own.items is None or set(own.items) != set(recorded.items or ()):
            return recorded
        items = {k: united(v, (recorded.items or {})[k]) for k, v in own.items.items()}
        return own if all(items[k] is own.items[k] for k in items) else Mapping(items, own.kind)
    if isinstance(own, (Const, Size)) and isinstance(recorded, Const):
        same = isinstance(own, Const) and type(own.value) is type(recorded.value) \
            and own.value == recorded.value
        return own if same else recorded
    if isinstance(own, (Arr, Const, Size, Seq, Mapping)):
        return recorded
    if isinstance(own, (Lib, Function, Layer, Model, Module)) or not isinstance(recorded, Arr):
        return own
    return recorded


def _united_arrays(own: Arr, recorded: Arr) -> Arr:
    a, b = own.shape, recorded.shape
    if b is None:
        return own
    if a is None or (len(a) == len(b) and all(
            not isinstance(x, int) or not isinstance(y, int) or x == y for x, y in zip(a, b))):
        shape = b if a is None else tuple(x if y is None else y for x, y in zip(a, b))
        tag = recorded.tag if own.tag is None else own.tag
        if shape == a and tag is own.tag and own.kind == recorded.kind:
            return own
        return own.but(shape=shape, tag=tag, columns=own.columns, kind=recorded.kind,
                       dtype=recorded.dtype or own.dtype)
    return recorded


def _united_items(own: Seq, recorded: Seq) -> Value:
    if recorded.items is None:
        return own
    if own.items is None or len(own.items) != len(recorded.items):
        return recorded
    items = [united(a, b) for a, b in zip(own.items, recorded.items)]
    if all(a is b for a, b in zip(items, own.items)):
        return own
    return Outputs(items, own.rows) if isinstance(own, Outputs) else Seq(items, own.kind)


def _bound_within(node: ast.stmt) -> Set[str]:
    """Names that the statement binds on its way, in a comprehension or by `:=`: what they held
    when a call within was made is not what they hold before."""
    found: Set[str] = set()
    waiting: List[ast.AST] = [node]
    while waiting:
        part = waiting.pop()
        if isinstance(part, ast.comprehension):
            found.update(n.id for n in ast.walk(part.target) if isinstance(n, ast.Name))
        elif isinstance(part, ast.NamedExpr) and isinstance(part.target, ast.Name):
            found.add(part.target.id)
        elif isinstance(part, ast.Lambda):
            found.update(a.arg for a in part.args.args)
        waiting.extend(child for child in ast.iter_child_nodes(part)
                       if not isinstance(child, (ast.stmt, ast.excepthandler)))
    return found
