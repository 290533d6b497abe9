"""The abstract interpreter: statements. Expressions are in `evaluate`.

Every way through the program is followed with what is known of its values. Where two ways meet,
what differs becomes unknown. Nothing is executed or imported. Work is bounded: a budget of steps
for each document, and depths of calls.
"""
from __future__ import annotations

import ast
import re
from typing import Any, Callable, Dict, List, Optional, Sequence, Set, Tuple

from shapecheck.read import libraries
from shapecheck.read.evaluate import Evaluator
from shapecheck.read.layer_shapes import UNSURE
from shapecheck.read.names import BUILTINS
from shapecheck.read.objects import (
    Class,
    Fields,
    Function,
    Instance,
    Module,
    Place,
    Produced,
    Scope,
)
from shapecheck.read.tracing import how
from shapecheck.read.values import (
    NONE,
    UNKNOWN,
    Arr,
    Bound,
    Const,
    Dataset,
    Dim,
    Lib,
    Mapping,
    Mutable,
    Obj,
    Seq,
    Size,
    Value,
    element_of,
    join,
)
from shapecheck.source.trees import Broken, walk

#: steps (statements and calls) that one document may take
BUDGET = 60_000
#: calls within calls
DEPTH = 12
#: a loop over so many known items is walked item by item where it builds something
UNROLLED = 48

Flow = Optional[str]  # None: goes on; "return", "raise", "break", "continue"


class Exhausted(Exception):
    """The budget is spent."""


class Interpreter(Evaluator):
    """One document's program. `facts` collects what the rules will judge."""

    def __init__(self, stored: Callable[[], Set[str]],
                 load: Callable[[str, int], Optional[Module]]) -> None:
        super().__init__()
        self.stored = stored  # every name that the program binds somewhere; asked for rarely
        self.load = load
        self.module = Scope()
        self.scope = self.module
        self.steps = 0
        self.depth = 0
        self.logs: List[Dict[int, Tuple[Mutable, Any]]] = []
        self.forks = 0  # ways of which it is not known which one is taken, one in the other
        self.returns: List[List[Value]] = []
        self.yields: List[List[Value]] = []
        self.functions: List[Tuple[Function, Optional[Class]]] = []
        self.called: Set[int] = set()
        self.active: List[int] = []
        self.names_used: Dict[str, int] = {}
        self.cells: Set[int] = set()  # those of the document itself
        self.results: Dict[Any, Tuple[Value, Any, Any]] = {}  # of functions without effects
        self.generators: Dict[int, Tuple[Any, bool]] = {}  # function -> does it yield
        self.rebound = 0  # how often a name of the module was bound, which functions may read

    # -- running ---------------------------------------------------------------------------

    def run(self, cell: Any) -> None:
        """All statements of one cell. Raises Exhausted."""
        self.cell = cell
        self.cells.add(id(cell))
        self.scope = self.module
        for statement in cell.tree.body:
            if self.statement(statement) in ("raise", "return"):
                break

    def finish(self) -> None:
        """Functions that nothing called, with unknown arguments. Raises Exhausted."""
        done = 0
        while done < len(self.functions):
            function, owner = self.functions[done]
            done += 1
            if id(function.node) in self.called:
                continue
            if owner is not None and function.bound is None:
                function = function.to(self._unknown_instance(owner))
            self.scope = self.module
            self.invoke(function, [], {}, True)

    def _unknown_instance(self, owner: Class) -> Value:
        made = self.instantiate(owner, [], {}, True, None)
        return made if isinstance(made, Value) else UNKNOWN

    def fresh(self, name: str) -> str:
        """A name for a dimension that no other has: "N", "N2", ..."""
        count = self.names_used.get(name, 0) + 1
        self.names_used[name] = count
        return name if count == 1 else f"{name}{count}"

    def step(self, count: int = 1) -> None:
        self.steps += count
        if self.steps > BUDGET:
            raise Exhausted

    # -- statements ------------------------------------------------------------------------

    def block(self, statements: Sequence[ast.stmt]) -> Flow:
        for statement in statements:
            flow = self.statement(statement)
            if flow is not None:
                return flow
        return None

    def statement(self, node: ast.stmt) -> Flow:
        self.steps += 1
        if self.steps > BUDGET:
            raise Exhausted
        handler = _STATEMENTS.get(type(node))
        return None if handler is None else handler(self, node)

    def s_expr(self, node: ast.Expr) -> Flow:
        if not isinstance(node.value, ast.Constant):
            self.assigned = ""
            self.ev(node.value)
        return None

    def s_assign(self, node: ast.Assign) -> Flow:
        target = node.targets[0]
        name = self.assigned = target.id if isinstance(target, ast.Name) else ""
        value = self.ev(node.value)
        self.assigned = ""
        if name and len(node.targets) == 1:
            self._bind_name(name, value, node)
            return None
        for target in node.targets:
            self.bind(target, value, node)
        return None

    def s_annotated(self, node: ast.AnnAssign) -> Flow:
        if node.value is not None:
            self.bind(node.target, self.ev(node.value), node)
        return None

    def s_augmented(self, node: ast.AugAssign) -> Flow:
        load = _loaded(node.target)
        if load is None:
            self.ev(node.value)
            return None
        value = self.operate(node, type(node.op), self.ev(load), self.ev(node.value), load,
                             node.value)
        self.bind(node.target, value, node)
        return None

    def s_if(self, node: ast.If) -> Flow:
        truth = self.truth(self.ev(node.test))
        if truth is None:
            return self.fork((lambda: self.block(node.body), lambda: self.block(node.orelse)))
        return self.block(node.body if truth else node.orelse)

    def s_for(self, node: Any) -> Flow:
        iterable = self.ev(node.iter)
        items = self.items_of(iterable)
        if items is not None and len(items) <= (UNROLLED if _builds(node.body) else 3):
            return self.walked(lambda: self._each_pass(items or [], node))

        name = node.target.id if isinstance(node.target, ast.Name) else ""
        if name:
            self.counting[name] = self.length_of(self.iterated(iterable))

        def once() -> Flow:
            count, item = self.counted(iterable, self.iterated(iterable))
            self.bind(node.target, item, node)
            flow = self.block(node.body)
            count.clear()
            return None if flow in ("break", "continue") else flow

        self._loop(once, node.body)
        return self.block(node.orelse)

    def _each_pass(self, items: List[Value], node: Any) -> Flow:
        for item in items:
            self.step()
            self.bind(node.target, item, node)
            flow = self.block(node.body)
            if flow == "break":
                return None
            if flow in ("return", "raise"):
                return flow
        return self.block(node.orelse)

    def s_while(self, node: ast.While) -> Flow:
        if self.truth(self.ev(node.test)) is False:
            return None

        def once() -> Flow:
            flow = self.block(node.body)
            return None if flow in ("break", "continue") else flow

        self._loop(once, node.body)
        return self.block(node.orelse)

    def _loop(self, once: Callable[[], Flow], body: Sequence[ast.stmt]) -> None:
        """What changes from one pass to the next becomes unknown; then one pass is looked at."""
        if _changes(body, self.scope.names):
            self.muted += 1
            try:
                self.fork((once, _nothing))
            finally:
                self.muted -= 1
        self.fork((once, _nothing))

    def s_with(self, node: Any) -> Flow:
        guarded = 0
        for item in node.items:
            value = self.ev(item.context_expr)
            if isinstance(item.context_expr, ast.Call):
                name = _last_name(item.context_expr.func)
                guarded += name in ("raises", "assertRaises", "assertRaisesRegex", "suppress",
                                    "assertRaisesWithLiteralMatch")
            if item.optional_vars is not None:
                self.bind(item.optional_vars, value, node)
        self.guarded += guarded
        try:
            flow = self.block(node.body)
        finally:
            self.guarded -= guarded
        return None if guarded else flow

    def s_try(self, node: Any) -> Flow:
        caught = any(_catches_shapes(handler.type) for handler in node.handlers)
        self.guarded += caught
        try:
            ways: List[Callable[[], Flow]] = [lambda: self.block(node.body) or self.block(
                node.orelse)]
            if node.handlers:
                def handle(handler: Any) -> Callable[[], Flow]:
                    def way() -> Flow:
                        if handler.name:
                            self.scope.names[handler.name] = UNKNOWN
                        return self.block(handler.body)
                    return way

                ways.extend(handle(h) for h in node.handlers)
                flow = self.fork(tuple(ways))
            else:
                flow = ways[0]()
        finally:
            self.guarded -= caught
        return self.block(node.finalbody) or flow

    def s_return(self, node: ast.Return) -> Flow:
        value = NONE if node.value is None else self.ev(node.value)
        if self.returns:
            self.returns[-1].append(value)
        return "return"

    def s_raise(self, node: ast.Raise) -> Flow:
        return "raise"

    def s_delete(self, node: ast.Delete) -> Flow:
        for target in node.targets:
            if isinstance(target, ast.Name):
                self.scope.names.pop(target.id, None)
        return None

    def s_assert(self, node: ast.Assert) -> Flow:
        self.ev(node.test)
        return None

    def s_global(self, node: ast.Global) -> Flow:
        self.scope.globals = (*self.scope.globals, *node.names)
        return None

    def s_import(self, node: ast.Import) -> Flow:
        for alias in node.names:
            found = self._imported(alias.name, 0)
            if alias.name == "torch":
                self.data_format = UNSURE  # set in a file, for the backend, where we cannot see it
            if alias.asname:
                self.scope.names[alias.asname] = found
            else:
                first = alias.name.partition(".")[0]
                if found.__class__ is Module and first != alias.name:
                    found = UNKNOWN
                self.scope.names[first] = (found if first == alias.name or found is UNKNOWN
                                           else Lib(first))
        return None

    def s_import_from(self, node: ast.ImportFrom) -> Flow:
        module = node.module or ""
        source = self._imported(module, node.level) if module or node.level else UNKNOWN
        for alias in node.names:
            if alias.name == "*":
                self._star(source)
                continue
            name = alias.asname or alias.name
            if isinstance(source, Module):
                value = source.scope.names.get(alias.name)
                if value is None:  # a module of a package
                    dotted = f"{module}.{alias.name}" if module else alias.name
                    value = self._imported(dotted, node.level)
                    value = value if isinstance(value, Module) else UNKNOWN
                self.scope.names[name] = value
            elif isinstance(source, Lib):
                self.scope.names[name] = self.lib(f"{source.path}.{alias.name}",
                                                  f"{module}.{alias.name}")
            elif node.level:
                value = self._imported(f"{module}.{alias.name}" if module else alias.name,
                                       node.level)
                self.scope.names[name] = value
            else:
                self.scope.names[name] = UNKNOWN
        return None

    def _imported(self, name: str, level: int) -> Value:
        if not level and name.partition(".")[0] in _LIBRARIES:
            return self.lib(name, name)
        found = self.load(name, level)
        if found is not None:
            return found
        return UNKNOWN if level else self.lib(name, name)

    def _star(self, source: Value) -> None:
        if isinstance(source, Module):
            self.scope.names.update(
                (k, v) for k, v in source.scope.names.items() if not k.startswith("_"))
        elif isinstance(source, Lib):
            self.stars.append(source.path)

    def s_function(self, node: Any) -> Flow:
        defaults: Dict[str, Value] = {}
        positional = [*getattr(node.args, "posonlyargs", ()), *node.args.args]
        for argument, default in zip(reversed(positional), reversed(node.args.defaults)):
            defaults[argument.arg] = self.ev(default)
        for argument, default in zip(node.args.kwonlyargs, node.args.kw_defaults):
            if default is not None:
                defaults[argument.arg] = self.ev(default)
        scope = self.scope
        owner = self.building
        if owner is not None and owner.scope is scope:
            scope = scope.parent or scope  # a method does not see the names of its class
        else:
            owner = None
        function = Function(node, scope, self.cell, None, defaults, owner)
        value: Value = function
        for decorator in reversed(node.decorator_list):
            value = self._decorated(decorator, value)
        self.scope.names[node.name] = value
        if len(self.functions) < 2000:
            self.functions.append((function, owner))
        return None

    def _decorated(self, decorator: ast.expr, value: Value) -> Value:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = _last_name(target)
        if name == "function" and isinstance(value, Function):
            given = decorator.keywords if isinstance(decorator, ast.Call) else []
            return value.compiled("" if isinstance(decorator, ast.Call) and decorator.args
                                  else how({k.arg: k for k in given}))
        if name in ("function", "staticmethod", "lru_cache", "cache", "wraps", "jit", "no_grad",
                    "custom_gradient", "register_keras_serializable", "override", "contextmanager",
                    "abstractmethod", "setter", "time_it", "njit"):
            if name == "staticmethod" and isinstance(value, Function):
                return Function(value.node, value.scope, value.cell, None, value.defaults, "static")
            return value if name not in ("contextmanager", "setter") else UNKNOWN
        if name == "property" and isinstance(value, Function):
            return Function(value.node, value.scope, value.cell, None, value.defaults, "property")
        return UNKNOWN

    def s_broken(self, node: Any) -> Flow:
        """Statements that do not parse (`source.tolerant.Broken`)."""
        self.forget(node.text)
        if self.returns and re.search(r"\b(return|yield)\b", node.text):
            self.returns[-1].append(UNKNOWN)
        return None

    def forget(self, text: str) -> None:
        """Code that does not parse may have bound and changed what it names."""
        from shapecheck.source import tolerant

        changed = tolerant.may_change(text)
        if any(isinstance(self._named(name), (Function, Class))
               for name in tolerant.calls(text)):
            changed = tolerant.mentions(text)
        for name in changed:
            self._let_go_of(self._named(name))
        for name in tolerant.may_bind(text):
            scope = self.module if name in self.scope.globals else self.scope
            scope.names[name] = UNKNOWN
            scope.where.pop(name, None)
            self.rebound += 1
        self.results.clear()

    def _named(self, name: str) -> Optional[Value]:
        scope = self.scope.find(name)
        return None if scope is None else scope.names[name]

    def _let_go_of(self, value: Optional[Value], depth: int = 3) -> None:
        if not isinstance(value, Mutable) or not depth:
            return
        parts = value.items if isinstance(value, (Seq, Mapping)) else (
            value.attrs if isinstance(value, (Instance, Obj)) else None)
        for part in list(parts.values() if isinstance(parts, dict) else parts or ()):
            self._let_go_of(part, depth - 1)
        self.touch(value)
        value.forget()

    def s_class(self, node: ast.ClassDef) -> Flow:
        base, parents = "", []
        for expression in node.bases:
            value = self.ev(expression)
            if isinstance(value, Class):
                parents.append(value)
                base = base or value.base
            elif isinstance(value, Lib):
                base = base or value.path
            elif value is UNKNOWN:
                base = base or "?"
        scope = Scope(self.scope)
        made = Class(node.name, scope, base, parents, node, self.cell)
        outer, before = self.scope, self.building
        self.scope, self.building = scope, made
        try:
            self.block(node.body)
        finally:
            self.scope, self.building = outer, before
        self.scope.names[node.name] = made if not node.decorator_list else UNKNOWN
        return None

    # -- binding ---------------------------------------------------------------------------

    def bind(self, target: ast.expr, value: Value, node: ast.AST) -> None:
        if isinstance(target, ast.Name):
            self._bind_name(target.id, value, node)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target, value, node)
        elif isinstance(target, ast.Attribute):
            self._set_attribute(self.ev(target.value), target.attr, value, node)
        elif isinstance(target, ast.Subscript):
            self._set_item(target, value)
        elif isinstance(target, ast.Starred):
            self.bind(target.value, UNKNOWN, node)

    def _bind_name(self, name: str, value: Value, node: ast.AST) -> None:
        scope = self.scope
        if scope.globals and name in scope.globals:
            scope = self.module
        if scope is self.module:
            self.rebound += 1
            if self.results:
                self.results.clear()
        scope.names[name] = value
        scope.where[name] = Place(self.cell, node)
        if isinstance(value, Arr) and isinstance(value.tag, Produced):
            self.tell_pooler(name, value, node)

    def _unpack(self, target: Any, value: Value, node: ast.AST) -> None:
        targets = target.elts
        items = self.items_of(value)
        starred = next((i for i, t in enumerate(targets) if isinstance(t, ast.Starred)), None)
        if items is not None and starred is not None and len(items) >= len(targets) - 1:
            after = len(targets) - 1 - starred
            middle = Seq(items[starred:len(items) - after])
            items = [*items[:starred], middle, *items[len(items) - after:]]
            for part, item in zip(targets, items):
                self.bind(part.value if isinstance(part, ast.Starred) else part, item, node)
            return
        if items is not None and len(items) == len(targets):
            for part, item in zip(targets, items):
                self.bind(part, item, node)
            return
        known = isinstance(value, (Arr, Seq)) and items is None
        element = element_of(value) if known else UNKNOWN
        for part in targets:
            self.bind(part, element if not isinstance(part, ast.Starred) else UNKNOWN, node)

    def _set_attribute(self, owner: Value, name: str, value: Value, node: ast.AST) -> None:
        if isinstance(owner, Instance):
            self.touch(owner)
            owner.attrs[name] = value
        elif isinstance(owner, Mutable):
            self.set_attribute(owner, name, value)
        elif isinstance(owner, Arr) and isinstance(owner.tag, Fields):
            self._everywhere(owner, owner.but(tag=None))  # frame.index = ..., frame.a = ...

    def _set_item(self, target: ast.Subscript, value: Value) -> None:
        owner = self.ev(target.value)
        key = self.ev(target.slice)
        if isinstance(owner, Mapping):
            self.touch(owner)
            if owner.items is not None and isinstance(key, Const) and _hashable(key.value):
                owner.items[key.value] = value
            else:
                owner.items = None
        elif isinstance(owner, Seq):
            self.touch(owner)
            if owner.items is not None and isinstance(key, Const) and isinstance(key.value, int) \
                    and -len(owner.items) <= key.value < len(owner.items):
                owner.items[key.value] = value
            else:
                owner.items, owner.element, owner.length = None, UNKNOWN, None
        elif isinstance(owner, Arr) and owner.kind == "DataFrame":
            self._set_column(owner, key, value)
        elif isinstance(owner, Bound) and isinstance(owner.value, Arr) \
                and owner.value.kind == "DataFrame":
            # df.loc[rows, "new"] = ...: it may have a column more
            self._everywhere(owner.value, owner.value.but(shape=(None, None), labels=None))
        elif isinstance(owner, Arr):
            if owner.labels is not None:
                self._everywhere(owner, owner.but(labels=None))
            if owner.kind == "Series" and isinstance(target.value, (ast.Subscript, ast.Attribute)):
                frame = self.ev(target.value.value)  # frame["a"][rows] = ...
                if isinstance(frame, Arr) and isinstance(frame.tag, Fields):
                    self._everywhere(frame, frame.but(tag=None))

    def _set_column(self, owner: Arr, key: Value, value: Value) -> None:
        """`df["new"] = ...`: a column more, or the same one again."""
        known = dict(owner.tag.labels) if isinstance(owner.tag, Fields) else {}
        name = key.value if isinstance(key, Const) else None
        known.pop(name, None)
        if isinstance(value, Arr) and value.labels is not None and value.rank == 1 \
                and isinstance(name, str):
            known[name] = value.labels
        numbered = isinstance(owner.tag, Fields) and owner.tag.numbered
        tag = Fields(known if isinstance(name, str) else {}, numbered)
        if owner.columns is not None and isinstance(key, Const) and key.value in owner.columns:
            self._everywhere(owner, owner.but(tag=tag))
            return
        rows = owner.shape[0] if owner.shape else None
        columns = (*owner.columns, key.value) if owner.columns is not None and isinstance(
            key, Const) and isinstance(key.value, str) else None
        width: Dim = len(columns) if columns is not None else None
        self._everywhere(owner, owner.but(shape=(rows, width), columns=columns, labels=None,
                                          tag=tag))

    def _everywhere(self, old: Value, new: Value) -> None:
        """An array changed in place: every name that holds it holds the changed one."""
        numpy = libraries.module("numpy")
        if numpy is not None:
            numpy.replace(self, old, new)

    # -- ways that part and meet -------------------------------------------------------------

    def touch(self, value: Mutable) -> None:
        """To be called before a mutable value changes."""
        if self.results:
            self.results.clear()
        for log in self.logs:
            if id(value) not in log:
                log[id(value)] = (value, value.state())

    def fork(self, ways: Sequence[Callable[[], Flow]]) -> Flow:
        """Each way from the same start; afterwards only what holds on all that go on."""
        scope = self.scope
        start = scope.names
        ends: List[Tuple[Dict[str, Value], Dict[int, Tuple[Mutable, Any]]]] = []
        flows: List[Flow] = []
        touched: Dict[int, Tuple[Mutable, Any]] = {}
        for way in ways:
            scope.names = dict(start)
            log: Dict[int, Tuple[Mutable, Any]] = {}
            self.logs.append(log)
            self.forks += 1
            try:
                flow = way()
            finally:
                self.logs.pop()
                self.forks -= 1
            self.scope = scope
            if flow is None:
                ends.append((scope.names, {k: (v, v.state()) for k, (v, _s) in log.items()}))
            else:
                flows.append(flow)
            for key, (value, state) in log.items():
                value.restore(state)
                touched.setdefault(key, (value, state))
        if not ends:
            scope.names = start
            return flows[0] if flows else None
        scope.names = _joined([names for names, _states in ends])
        for key, (value, state) in touched.items():
            after = [states[key][1] if key in states else state for _names, states in ends]
            self.touch(value)
            if all(_same_state(after[0], other) for other in after[1:]):
                value.restore(after[0])
            elif isinstance(value, Seq):
                value.meet(after)
            else:
                value.forget()
        return None

    # -- calls of the program's own functions ----------------------------------------------

    def invoke(self, function: Function, positional: List[Value], named: Dict[str, Value],
               open_: bool) -> Value:
        """What the function returns for these arguments."""
        node = function.node
        self.step()
        self.called.add(id(node))
        if self.depth >= DEPTH or self.active.count(id(node)) >= 2:
            return UNKNOWN
        key = None if open_ or function.bound is not None else _signature(
            node, positional, named, self.silent)
        if key is not None and key in self.results:
            return self.results[key][0]
        if key is None:
            return self._invoke(function, positional, named, open_)
        log: Dict[int, Tuple[Mutable, Any]] = {}
        self.logs.append(log)
        bound = self.rebound
        try:
            result = self._invoke(function, positional, named, open_)
        finally:
            self.logs.pop()
        if isinstance(result, (Arr, Const, Size)) and not log and bound == self.rebound:
            # the same again for the same arguments; they are kept, so that their ids stay theirs
            self.results[key] = (result, positional, named)
        return result

    def _invoke(self, function: Function, positional: List[Value], named: Dict[str, Value],
                open_: bool) -> Value:
        node = function.node
        scope = Scope(function.scope)
        if function.bound is not None and function.cls != "static":
            positional = [function.bound, *positional]
        self._bind_parameters(node.args, scope, function, positional, named, open_)
        saved = (self.scope, self.cell, self.building, self.assigned)
        self.scope, self.cell, self.building = scope, function.cell, None
        self.depth += 1
        self.active.append(id(node))
        self.tracing += bool(function.traced)
        foreign = id(function.cell) not in self.cells  # told where that file is read itself
        self.muted += foreign
        try:
            if isinstance(node, ast.Lambda):
                return self.ev(node.body)
            self.returns.append([])
            self.yields.append([])
            flow = self.block(node.body)
            returned, yielded = self.returns.pop(), self.yields.pop()
        except Exhausted:
            raise
        finally:
            self.scope, self.cell, self.building, self.assigned = saved
            self.depth -= 1
            self.tracing -= bool(function.traced)
            self.muted -= foreign
            self.active.pop()
        if yielded:
            element = yielded[0]
            for other in yielded[1:]:
                element = join(element, other)
            return Dataset(element, None, None, "generator")
        if "yield" in function.cell.code and self._is_generator(node):
            return Dataset(UNKNOWN, None, None, "generator")
        if isinstance(node, ast.AsyncFunctionDef):
            return UNKNOWN
        if not returned:
            return NONE if flow is None else UNKNOWN
        result = returned[0]
        for other in returned[1:]:
            result = join(result, other)
        return result if flow is not None else join(result, NONE)

    def _is_generator(self, node: Any) -> bool:
        found = self.generators.get(id(node))
        if found is None:
            answer = not isinstance(node, ast.Lambda) and any(
                isinstance(n, (ast.Yield, ast.YieldFrom)) for n in walk(node.body, 2000))
            found = self.generators[id(node)] = (node, answer)
        return found[1]

    def _bind_parameters(self, args: ast.arguments, scope: Scope, function: Function,
                         positional: List[Value], named: Dict[str, Value], open_: bool) -> None:
        names = [a.arg for a in [*getattr(args, "posonlyargs", ()), *args.args]]
        for name, value in zip(names, positional):
            scope.names[name] = value
        rest = positional[len(names):]
        if args.vararg is not None:
            scope.names[args.vararg.arg] = Seq(list(rest), "tuple") if not open_ else UNKNOWN
        left = dict(named)
        for name in [*names[len(positional):], *(a.arg for a in args.kwonlyargs)]:
            if name in left:
                scope.names[name] = left.pop(name)
            elif open_:
                scope.names[name] = UNKNOWN
            else:
                scope.names[name] = function.defaults.get(name, UNKNOWN)
        if args.kwarg is not None:
            scope.names[args.kwarg.arg] = UNKNOWN if open_ else Mapping(dict(left))


def _signature(node: Any, positional: List[Value], named: Dict[str, Value],
               silent: bool) -> Optional[Tuple[Any, ...]]:
    """What the result depends on, where no argument can be changed by the call; else None."""
    parts: List[Any] = [id(node), silent]
    for value in positional:
        part = _identity(value)
        if part is None:
            return None
        parts.append(part)
    for name, value in named.items():
        part = _identity(value)
        if part is None:
            return None
        parts.append((name, part))
    return tuple(parts)


def _identity(value: Value) -> Optional[Tuple[Any, ...]]:
    if value is UNKNOWN:
        return ("?",)
    if isinstance(value, Const):
        return (type(value.value), value.value)
    if isinstance(value, Size):
        return ("size", value.name)
    if isinstance(value, Arr):
        if value.tag is not None:
            return None
        return (value.kind, value.shape, value.dtype, id(value.labels))
    return None


def _nothing() -> Flow:
    return None


def _joined(scopes: List[Dict[str, Value]]) -> Dict[str, Value]:
    """A name that only one way binds has that way's value: whoever reads it came that way."""
    first, *others = scopes
    if not others:
        return first
    names = dict(first)
    for other in others:
        for name, value in other.items():
            known = names.get(name)
            if known is None:
                names[name] = value
            elif known is not value:
                names[name] = join(known, value)
    return names


def _same_state(a: Any, b: Any) -> bool:
    if a is b:
        return True
    if isinstance(a, (list, tuple)) and isinstance(b, (list, tuple)):
        return len(a) == len(b) and all(_same_state(x, y) for x, y in zip(a, b))
    if isinstance(a, dict) and isinstance(b, dict):
        return a.keys() == b.keys() and all(_same_state(a[k], b[k]) for k in a)
    if isinstance(a, Const) and isinstance(b, Const):
        return type(a.value) is type(b.value) and bool(a.value == b.value)
    if isinstance(a, Value) or isinstance(b, Value):
        return False
    return bool(a == b)


def _hashable(value: Any) -> bool:
    return isinstance(value, (str, int, float, bool, bytes, type(None)))


def _loaded(target: ast.expr) -> Optional[ast.expr]:
    """The target of `x += 1`, to be read."""
    if isinstance(target, ast.Name):
        return ast.copy_location(ast.Name(target.id, ast.Load()), target)
    if isinstance(target, ast.Attribute):
        return ast.copy_location(ast.Attribute(target.value, target.attr, ast.Load()), target)
    if isinstance(target, ast.Subscript):
        return ast.copy_location(ast.Subscript(target.value, target.slice, ast.Load()), target)
    return None


def _last_name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _catches_shapes(kind: Optional[ast.expr]) -> bool:
    """The handler is for what a shape mistake raises: the program expects it."""
    if kind is None:
        return True
    kinds = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(_last_name(k) in ("Exception", "BaseException", "ValueError", "TypeError",
                                 "InvalidArgumentError", "RuntimeError", "OpError")
               for k in kinds)


_BUILDING = ("add", "append", "extend", "insert", "update")


def _builds(body: Sequence[ast.stmt]) -> bool:
    """A loop that adds to something: a model or a list made in a loop."""
    for node in walk(body, 400):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) \
                and node.func.attr in _BUILDING:
            return True
        if isinstance(node, ast.AugAssign) and isinstance(node.value, (ast.List, ast.Tuple)):
            return True
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and isinstance(
                node.value.func, ast.Call):
            return True  # x = Dense(8)(x)
    return False


def _changes(body: Sequence[ast.stmt], names: Dict[str, Value]) -> bool:
    """May a pass leave something else for the next one: a name bound anew, a value changed?"""
    for node in walk(body, 1500):
        kind = type(node)
        if kind is ast.Name:
            if type(node.ctx) is not ast.Load and node.id in names:  # type: ignore[attr-defined]
                return True
        elif kind is ast.Call:
            function = node.func  # type: ignore[attr-defined]
            if isinstance(function, ast.Attribute):
                if function.attr in _BUILDING:
                    return True
            elif not isinstance(function, ast.Name) or function.id not in BUILTINS:
                return True  # a function of the program's may change anything
        elif kind in (ast.Attribute, ast.Subscript):
            if type(node.ctx) is not ast.Load:  # type: ignore[attr-defined]
                return True
    return False


_LIBRARIES = frozenset((
    "numpy", "pandas", "tensorflow", "keras", "tf_keras", "sklearn", "transformers", "PIL", "cv2",
    "matplotlib", "scipy", "imageio", "skimage", "seaborn", "torch", "jax", "os", "sys", "math",
    "random", "re", "json", "time", "datetime", "collections", "itertools", "functools", "typing",
    "pathlib", "glob", "argparse", "logging", "pickle", "csv", "copy", "warnings", "abc",
    "tensorflow_hub", "tensorflow_datasets", "tensorflow_probability", "nltk", "datasets",
    "keras_hub", "keras_nlp", "keras_cv", "tqdm", "h5py", "IPython", "google"))

_STATEMENTS: Dict[type, Callable[[Any, Any], Flow]] = {
    ast.Expr: Interpreter.s_expr, ast.Assign: Interpreter.s_assign,
    ast.AnnAssign: Interpreter.s_annotated, ast.AugAssign: Interpreter.s_augmented,
    ast.If: Interpreter.s_if, ast.For: Interpreter.s_for, ast.AsyncFor: Interpreter.s_for,
    ast.While: Interpreter.s_while, ast.With: Interpreter.s_with,
    ast.AsyncWith: Interpreter.s_with, ast.Try: Interpreter.s_try,
    ast.Return: Interpreter.s_return, ast.Raise: Interpreter.s_raise,
    ast.Delete: Interpreter.s_delete, ast.Assert: Interpreter.s_assert,
    ast.Global: Interpreter.s_global, ast.Import: Interpreter.s_import,
    ast.ImportFrom: Interpreter.s_import_from, ast.FunctionDef: Interpreter.s_function,
    ast.AsyncFunctionDef: Interpreter.s_function, ast.ClassDef: Interpreter.s_class,
    Broken: Interpreter.s_broken,
    ast.Break: lambda _self, _node: "break", ast.Continue: lambda _self, _node: "continue",
}
_try_star = getattr(ast, "TryStar", None)
if _try_star is not None:
    _STATEMENTS[_try_star] = Interpreter.s_try
