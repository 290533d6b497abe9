"""What every name and expression of a document holds: the interpreter, keeping what it meets."""
from __future__ import annotations

import ast
from typing import Any, Callable, Dict, List, Optional, Set, Tuple

from shapecheck.facts.finding import Location
from shapecheck.facts.forms import NOTHING, Form, Inferred, Shapes
from shapecheck.facts.message import clean
from shapecheck.read.interpreter import DEPTH, Interpreter
from shapecheck.read.objects import Class, Function, Instance, Layer, Model, Module, Scope
from shapecheck.read.values import (
    UNKNOWN,
    Arr,
    Const,
    Dataset,
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

#: items of a container that are kept, and containers within containers
_ITEMS = 50
_DEPTH = 4
#: different values of one name, at most; with more nothing is said
_MANY = 8
_KINDS = {ast.For: "for", ast.AsyncFor: "for", ast.With: "with", ast.AsyncWith: "with",
          ast.ListComp: "comprehension", ast.SetComp: "comprehension",
          ast.DictComp: "comprehension", ast.GeneratorExp: "comprehension"}
_UNSEEN = (ast.Constant, ast.Lambda, ast.JoinedStr)


class _Seen:
    """All that was met at one node. values: joined as far as they can be."""

    __slots__ = ("cell", "node", "name", "by", "values", "early")

    def __init__(self, cell: Any, node: Any, name: Optional[str], by: Any, value: Value,
                 early: bool) -> None:
        self.cell = cell
        self.node = node
        self.name = name  # None: an expression
        self.by = by  # what binds it
        self.values = [value]
        self.early = early  # met before those functions are looked at that nothing calls

    def add(self, value: Value) -> None:
        values = self.values
        last = values[-1]
        if value is last:
            return
        if isinstance(value, Arr) and isinstance(last, Arr):
            values[-1] = join(last, value)
        elif type(value) is Const and type(last) is Const and value.value == last.value \
                and type(value.value) is type(last.value):
            return
        elif all(value is not one for one in values):
            if len(values) >= _MANY:
                values[:] = [UNKNOWN] * _MANY
            else:
                values.append(value)

    def form(self, of: Callable[[Value], Form]) -> Form:
        first, *rest = self.values
        if not rest:
            return of(first)
        forms = [of(value) for value in self.values]
        if all(form == forms[0] for form in forms[1:]):
            return forms[0]
        for other in rest:
            first = join(first, other)
        kinds = {form.container for form in forms}
        if first is UNKNOWN and len(kinds) == 1 and forms[0].value != "":
            return Form(forms[0].container, () if forms[0].shape == () else None)
        return of(first)


class _Made:
    """A model of the program's, and its form when it was last seen."""

    __slots__ = ("model", "forks", "form")

    def __init__(self, model: Model, forks: int) -> None:
        self.model = model
        self.forks = forks  # ways in which it was made, one in the other
        self.form: Optional[Form] = None


class Showing(Interpreter):
    """An interpreter that keeps what names and expressions hold."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.seen: Dict[int, _Seen] = {}
        self.late = False
        self.cut: Set[int] = set()  # functions of which a call was not followed
        self.models: Dict[int, _Made] = {}
        self.bound: Dict[str, _Seen] = {}  # where each name of the module was bound last
        self.left: Dict[str, Value] = {}  # at the end of the last cell, if it has outputs

    def run(self, cell: Any) -> None:
        self._learn()
        super().run(cell)
        if cell.outputs:
            self.left = dict(self.module.names)

    def finish(self) -> None:
        self._learn()
        self.late = True
        super().finish()

    def _learn(self) -> None:
        """What the saved outputs of the last cell said of its names."""
        for name, before in self.left.items():
            value, seen = self.module.names.get(name, before), self.bound.get(name)
            if value is not before and seen is not None and len(seen.values) == 1:
                seen.values = [value]
        self.left = {}

    # -- names -----------------------------------------------------------------------------

    def bind(self, target: ast.expr, value: Value, node: ast.AST) -> None:
        kind = type(target)
        if kind is ast.Name:
            self._keep(target, target.id, value, node)  # type: ignore[attr-defined]
        elif kind is ast.Attribute or kind is ast.Subscript:
            self._keep(target, "", value, node)
        super().bind(target, value, node)

    def _bind_name(self, name: str, value: Value, node: ast.AST) -> None:
        if type(node) is ast.Assign and len(node.targets) == 1:
            target = node.targets[0]
            if type(target) is ast.Name:
                self._keep(target, name, value, node)
        super()._bind_name(name, value, node)

    def _bind_parameters(self, args: ast.arguments, scope: Scope, function: Function,
                         *given: Any) -> None:
        super()._bind_parameters(args, scope, function, *given)
        cell, self.cell = self.cell, function.cell
        for one in (*getattr(args, "posonlyargs", ()), *args.args, args.vararg, *args.kwonlyargs,
                    args.kwarg):
            if one is not None:
                self._keep(one, one.arg, scope.names.get(one.arg, UNKNOWN), function.node)
        self.cell = cell

    def invoke(self, function: Function, positional: List[Value], named: Dict[str, Value],
               open_: bool) -> Value:
        node = function.node
        if self.depth >= DEPTH or self.active.count(id(node)) >= 2:
            self.cut.add(id(node))
        return super().invoke(function, positional, named, open_)

    # -- expressions -------------------------------------------------------------------------

    def ev(self, node: ast.expr) -> Value:
        value = super().ev(node)
        kind = type(node)
        if kind not in _UNSEEN:
            self._keep(node, None, value, node)
            if kind is ast.Call and type(node.func) is ast.Attribute:  # type: ignore[attr-defined]
                owner = self.seen.get(id(node.func.value))  # type: ignore[attr-defined]
                if owner is not None and isinstance(owner.values[-1], (Model, Instance)):
                    self._look_at(owner.values[-1])  # `model.add(...)` has changed it
        return value

    def _keep(self, node: ast.AST, name: Optional[str], value: Value, by: Any) -> None:
        if id(self.cell) not in self.cells:
            return  # of a module beside the file
        if isinstance(value, (Seq, Mapping)):
            value = _as_it_is(value)
        elif isinstance(value, (Model, Instance)):
            self._look_at(value)
        seen = self.seen.get(id(node))
        if seen is None:
            seen = self.seen[id(node)] = _Seen(self.cell, node, name, by, value, not self.late)
        elif not (seen.early and self.late):
            seen.add(value)
        if name and self.scope is self.module:
            self.bound[name] = seen

    # -- models ------------------------------------------------------------------------------

    def _look_at(self, value: Value) -> None:
        """A model is told as it was when the program last had to do with it: a Sequential is
        made first and filled later."""
        model = value.model if isinstance(value, Instance) else value
        if isinstance(model, Model):
            made = self.models.get(id(model))
            if made is None:
                made = self.models[id(model)] = _Made(model, self.forks)
            made.form = _model(model)

    def touch(self, value: Mutable) -> None:
        made = self.models.get(id(value))
        # where ways meet, a model that one of them made is forgotten: nobody else has it
        if made is not None and self.forks >= made.forks:
            made.form = None
        super().touch(value)

    def form(self, value: Value) -> Form:
        return form_of(value, self.models)

    # -- what was seen -------------------------------------------------------------------------

    def shapes(self, notes: List[str], whole: bool) -> Shapes:
        """whole: was all of the document followed?"""
        if self.cut or not whole:
            self._doubt(whole)
        found = [self._inferred(seen) for seen in self.seen.values() if seen.name is not None]
        found.sort(key=_place)
        seen = list(self.seen.values())

        def look(place: Optional[Tuple[Optional[int], int]]) -> List[Inferred]:
            chosen = seen if place is None else [
                one for one in seen if one.cell.index == place[0]
                and one.node.lineno <= place[1] <= one.node.end_lineno]
            return [made for made in map(self._inferred, chosen) if made.form != NOTHING]

        return Shapes(self.path, tuple(found), tuple(notes), look)

    def _doubt(self, whole: bool) -> None:
        """Of a function that also got what is not known, nothing; the same for loops and
        functions where the reader stopped half-way."""
        for cell in {id(s.cell): s.cell for s in self.seen.values()}.values():
            for node in walk([cell.tree]):
                if id(node) in self.cut or (not whole and isinstance(node, _AGAIN)):
                    for inside in walk([node]):
                        one = self.seen.get(id(inside))
                        if one is not None:
                            one.values = [UNKNOWN]

    def _inferred(self, seen: _Seen) -> Inferred:
        node = seen.node
        name = seen.name or self.text(node, seen.cell)
        kind = "expression" if seen.name is None else "parameter" if isinstance(
            node, ast.arg) else _KINDS.get(type(seen.by), "assignment")
        return Inferred(name, seen.form(self.form), self.location(node, seen.cell), kind,
                        "" if seen.name is None or kind == "parameter" else self._from(seen))

    def _from(self, seen: _Seen) -> str:
        by = seen.by
        source = getattr(by, "value", None) or getattr(by, "iter", None)
        if isinstance(by, (ast.With, ast.AsyncWith)):
            source = next((item.context_expr for item in by.items if item.optional_vars is not None
                           and any(n is seen.node for n in walk([item.optional_vars]))), None)
        elif hasattr(by, "generators"):
            source = next((g.iter for g in by.generators
                           if any(n is seen.node for n in walk([g.target]))), None)
        written = " ".join(self.text(source, seen.cell).split())
        return written if len(written) <= 70 else written[:67] + "..."


_AGAIN = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.For, ast.AsyncFor, ast.While)


def shapes_of(document: Any) -> Tuple[Shapes, Any]:
    """The shapes in a document, and its reading."""
    from shapecheck.read.reader import read

    made: List[Showing] = []

    def interpreter(*given: Any) -> Showing:
        made.append(Showing(*given))
        return made[0]

    reading = read(document, interpreter=interpreter)
    notes = [*document.notes, *reading.notes, *(note for cell in document.cells if cell.error
                                                for note in _unread(document, cell))]
    made[0].path = document.path or None
    return made[0].shapes(notes, not reading.notes), reading


def _unread(document: Any, cell: Any) -> List[str]:
    """What of a cell does not parse: a line for each run of lines."""
    line, _column, message = cell.error
    broken = sorted(node.lineno for node in walk([cell.tree]) if isinstance(node, Broken)) \
        if cell.tree is not None else [line]
    where = [Location(document.path or None, cell.index, each) for each in broken]
    return [f"{clean(each).removeprefix('?:')}: does not parse"
            + (f": {message}" if len(where) == 1 else "") for each in where]


def _place(one: Inferred) -> Tuple[int, int, int]:
    where = one.location
    return (-1 if where.cell is None else where.cell, where.line or 0, where.column or 0)


def _as_it_is(value: Value) -> Value:
    """A container as it is now: it may change later."""
    if isinstance(value, Mapping):
        few = value.items is not None and len(value.items) <= _ITEMS
        return Mapping(dict(value.items) if few and value.items else ({} if few else None),
                       value.kind)
    assert isinstance(value, Seq)
    if value.items is None or len(value.items) > _ITEMS:
        return Seq(None, value.kind, element_of(value), value.length)
    return Seq(list(value.items), value.kind)


# -- forms -------------------------------------------------------------------------------------


def form_of(value: Value, models: Optional[Dict[int, _Made]] = None) -> Form:
    """What is known of a value, as plain data."""
    return _Forms(models or {}).of(value)


class _Forms:
    def __init__(self, models: Dict[int, _Made]) -> None:
        self.models = models
        self.depth = 0

    def of(self, value: Value) -> Form:
        describe = _FORMS.get(type(value))
        if describe is None:
            describe = next((made for kind, made in _FORMS.items() if isinstance(value, kind)),
                            None)
        if describe is None or self.depth >= _DEPTH:
            return NOTHING
        self.depth += 1
        try:
            return describe(self, value)
        finally:
            self.depth -= 1

    def model(self, value: Model) -> Form:
        made = self.models.get(id(value))
        return _model(value) if made is None or made.form is None else made.form

    def instance(self, value: Instance) -> Form:
        if value.model is None:
            return Form(value.cls.name)
        form = self.model(value.model)
        return Form(value.cls.name, inputs=form.inputs, outputs=form.outputs)

def _array(forms: _Forms, value: Arr) -> Form:
    return Form("array" if value.kind == "?" else value.kind, value.shape, value.dtype)


def _constant(forms: _Forms, value: Const) -> Form:
    if value.value is None:
        return Form("None", value="")
    written = repr(value.value)
    return Form(type(value.value).__name__, () if isinstance(value.value, (int, float)) else None,
                value=written if len(written) <= 60 else written[:57] + "...")


def _size(forms: _Forms, value: Size) -> Form:
    return Form("int", (), value=value.name)


def _sequence(forms: _Forms, value: Seq) -> Form:
    if value.items is None:
        element = forms.of(value.element)
        return Form(value.kind, element=None if element == NOTHING else element,
                    length=value.length)
    items = [("", forms.of(item)) for item in value.items[:_ITEMS]]
    return Form(value.kind, items=tuple(items), length=len(value.items))


def _mapping(forms: _Forms, value: Mapping) -> Form:
    if value.items is None:
        return Form(value.kind)
    items = [(repr(key), forms.of(item)) for key, item in list(value.items.items())[
        :_ITEMS]]
    return Form(value.kind, items=tuple(items), length=len(value.items))


def _pipeline(forms: _Forms, value: Dataset) -> Form:
    element = value.element
    parts: List[Tuple[str, Value]] = [("", element)]
    if isinstance(element, Seq) and element.kind == "tuple" and element.items is not None:
        parts = [("", item) for item in element.items]
    elif isinstance(element, Mapping) and element.items is not None:
        parts = [(repr(key), item) for key, item in element.items.items()]
    return Form(value.kind, items=tuple((key, forms.of(item)) for key, item in parts),
                length=value.size)


def _model(value: Model) -> Form:
    name = "Sequential" if value.kind == "sequential" else value.class_name
    if not value.known:
        return Form(name)
    inputs = tuple((name, shape) for name, shape, _dtype, _role in value.inputs)
    if not inputs and value.ran is not None:
        inputs = (("", _any_rows(value.ran[0][1])),)
    names = value.output_names
    outputs = [(names[i] if i < len(names) else f"output {i}", shape)
               for i, shape in enumerate(value.outputs)]
    if value.kind == "sequential" and not value.inputs:
        outputs = [(name, _any_rows(shape)) for name, shape in outputs]
    if all(shape is None for _name, shape in outputs):
        outputs = []
    return Form(name, inputs=inputs if outputs else (), outputs=tuple(outputs))


def _any_rows(shape: Any) -> Any:
    """What went through a model had some number of rows, which is not the model's."""
    return (None, *shape[1:]) if shape else shape


def _layer(forms: _Forms, value: Layer) -> Form:
    return Form(f"{value.cls} layer")


def _object(forms: _Forms, value: Obj) -> Form:
    return Form(value.cls.rpartition(".")[2])


def _library(forms: _Forms, value: Lib) -> Form:
    return Form(value.path)


def _code(forms: _Forms, value: Any) -> Form:
    if isinstance(value, Class):
        return Form(f"class {value.name}")
    return Form(f"function {getattr(value.node, 'name', '')}".rstrip()
                if isinstance(value, Function) else "module")


_FORMS: Dict[type, Callable[[_Forms, Any], Form]] = {
    Arr: _array, Const: _constant, Size: _size, Seq: _sequence, Mapping: _mapping,
    Dataset: _pipeline, Model: _Forms.model, Layer: _layer, Instance: _Forms.instance, Obj: _object,
    Lib: _library, Class: _code, Function: _code, Module: _code}

__all__ = ["form_of", "shapes_of"]
