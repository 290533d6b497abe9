"""The abstract interpreter: calls of functions, classes, layers, models and library functions."""
from __future__ import annotations

import ast
from math import gcd
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from shapecheck.facts import Array, Spec, Truth
from shapecheck.read import libraries, precision
from shapecheck.read.binding import Args, as_array, guarded
from shapecheck.read.layer_shapes import UNSURE
from shapecheck.read.models import Models
from shapecheck.read.objects import (
    Class,
    Function,
    Graph,
    Instance,
    Layer,
    Model,
    Place,
    Produced,
    RowsInside,
    Scope,
    Squeezed,
)
from shapecheck.read.telling import single_row
from shapecheck.read.tracing import Compiled, compiled
from shapecheck.read.values import (
    NONE,
    UNKNOWN,
    Arr,
    Bound,
    Const,
    Counted,
    Dataset,
    Dim,
    Lib,
    Mapping,
    Mutable,
    Obj,
    Outputs,
    Seq,
    Shape,
    Value,
    product,
    shape_of,
)

_FIT = ("fit", "evaluate", "train_on_batch", "test_on_batch")
_GENERATOR = {"fit_generator": "fit", "evaluate_generator": "evaluate",
              "predict_generator": "predict"}
#: axis argument position of reductions that rules ask about
_REDUCTIONS = {"numpy.argmax": 1, "tensorflow.argmax": 1, "tensorflow.math.argmax": 1,
               "keras.ops.argmax": 1, "keras.backend.argmax": 1}


class Calls(Models):
    """`f(...)`, whatever f is."""

    items_of: Callable[[Value], Optional[List[Value]]]
    lib: Callable[[str, str], Value]
    step: Callable[..., None]
    invoke: Callable[..., Value]
    attribute: Callable[..., Value]
    _tagged: Callable[..., Value]
    elementwise: Callable[..., Value]
    steps: int
    forks: int

    def e_call(self, node: ast.Call) -> Value:
        self.step()
        ev = self.ev
        function = ev(node.func)
        assigned = self.assigned
        if assigned and not (isinstance(function, Lib) and function.path == "keras.Input"):
            self.assigned = ""
        positional: List[Value] = []
        open_ = False
        for argument in node.args:
            if type(argument) is ast.Starred:
                items = self.items_of(self.ev(argument.value))
                if items is None:
                    open_ = True
                else:
                    positional.extend(items)
            elif open_:
                ev(argument)
            else:
                positional.append(ev(argument))
        named: Dict[str, Value] = {}
        for keyword in node.keywords:
            value = ev(keyword.value)
            if keyword.arg is not None:
                named[keyword.arg] = value
            elif isinstance(value, Mapping) and value.items is not None:
                named.update((k, v) for k, v in value.items.items() if isinstance(k, str))
            else:
                open_ = True
        self.assigned = assigned
        return self.apply(function, positional, named, open_, node)

    def apply(self, function: Value, positional: List[Value], named: Dict[str, Value],
              open_: bool, node: Optional[ast.Call]) -> Value:
        """The result of a call, with what it tells on the way."""
        if function is UNKNOWN:
            for value in positional:
                self._let_go(value)
            for value in named.values():
                self._let_go(value)
            return UNKNOWN
        if isinstance(function, Lib):
            way = _ways.get(function.path) or _way(function.path)
            return UNKNOWN if way is _nothing else way(
                self, function, Args(self, node, positional, named, open_))
        if isinstance(function, Bound):
            return self._method(function, Args(self, node, positional, named, open_,
                                               function.value))
        if isinstance(function, Function):
            if function.traced:
                self.called_compiled(function.traced, positional, named, node)
            return self.invoke(function, positional, named, open_)
        if isinstance(function, Class):
            return self.instantiate(function, positional, named, open_, node)
        if isinstance(function, Layer):
            return self.apply_layer(function, Args(self, node, positional, named, open_))
        if isinstance(function, Model):
            return self._call_model(function, Args(self, node, positional, named, open_))
        if isinstance(function, Instance):
            return self._call_instance(function, positional, named, open_, node)
        if isinstance(function, Compiled):
            self.called_compiled(function.how, positional, named, node)
            return self.apply(function.value, positional, named, open_, node)
        if isinstance(function, Obj):
            return self._object_called(function, Args(self, node, positional, named, open_,
                                                      function))
        return UNKNOWN

    def _let_go(self, value: Value) -> None:
        """An unknown function may change what it gets."""
        if isinstance(value, (Seq, Mapping, Model)):
            self.touch(value)
            value.forget()

    # -- libraries -------------------------------------------------------------------------

    def _super_object(self, function: Lib, args: Args) -> Value:
        return Obj("builtins.super", {"self": self._self()})

    def _keras_function(self, function: Lib, args: Args) -> Value:
        made = self._keras(function, args)
        if made is None:
            return self._table(function, args) if libraries.function(function.path) else UNKNOWN
        return made

    def _keras_layer(self, function: Lib, args: Args) -> Value:
        return self.make_layer(function.path.rpartition(".")[2], args,
                               getattr(function, "root", "") or "keras")

    def _in_table(self, function: Lib, args: Args) -> Value:
        entry = libraries.function(function.path)
        return UNKNOWN if entry is None else self._entry(entry, args)

    def _table(self, function: Lib, args: Args) -> Value:
        """A function that the rules ask about as well."""
        path, result = function.path, self._in_table(function, args)
        if path == "tensorflow.data.Dataset.from_tensor_slices" and args.positional:
            self.tell_slicing(args.node, args.positional[0])
        if path in ("numpy.squeeze", "tensorflow.squeeze") and args.positional:
            return _squeezed(args.positional[0], result, args.get(1, "axis"))
        if path in ("numpy.reshape", "tensorflow.reshape") and args.node is not None \
                and args.positional and isinstance(args.positional[0], Arr):
            self.tell_reshaping(args.node, args.positional[0], result, args.node.args[0])
        if path.endswith(".reshape") and args.positional and isinstance(result, Arr):
            return _folded(args.positional[0], result, args.get(
                1, "shape" if "shape" in args.named else "newshape"))
        if path in _REDUCTIONS and args.positional and isinstance(args.positional[0], Arr):
            axis = args.axis(_REDUCTIONS[path], "axis", None if path == "numpy.argmax" else 0)
            if axis is None or isinstance(axis, int):
                self.tell_reduction("argmax", args.node, args.positional[0], axis, result)
        return result

    def _entry(self, entry: Callable[[Any], Value], args: Args) -> Value:
        result = guarded(entry, args)
        if isinstance(result, Arr) and result.tag is None:
            sources = (args.value, *args.positional, *args.named.values())
            result = _still_produced(result, sources)
            return self._tagged(result, sources)
        return result

    def _self(self) -> Value:
        scope: Optional[Scope] = self.scope
        while scope is not None:
            found = scope.names.get("self")
            if found is not None:
                return found
            scope = scope.parent
        return UNKNOWN

    def _keras(self, function: Lib, args: Args) -> Optional[Value]:
        path = function.path
        root = getattr(function, "root", "") or "keras"
        if path == "keras.Sequential":
            return self.make_sequential(args, root)
        if path == "keras.Model":
            return self.make_functional(args, root)
        if path == "keras.Input":
            return self.make_input(args, root)
        if path.startswith("keras.layers."):
            name = path.rpartition(".")[2]
            if path == "keras.layers.InputLayer":
                return self._input_layer(args, root)
            merge = _MERGES.get(name)
            if merge is not None and path.count(".") <= 3:
                layer = self.make_layer(merge, Args(self, args.node, [], {
                    k: v for k, v in args.named.items() if k == "axis"}), root)
                if isinstance(layer, Layer):
                    return self.apply_layer(layer, args)
        if path.startswith("keras.applications.") and not path.rpartition(".")[2].islower():
            return self._application(path.rpartition(".")[2], args, root)
        if path.startswith("keras.losses."):
            return self._loss(path.rpartition(".")[2], args)
        found = self._setting(path, args)
        if found is not None:
            return found
        if path in ("keras.models.load_model", "keras.saving.load_model",
                    "keras.models.model_from_json", "keras.models.clone_model"):
            return UNKNOWN
        return None

    def _setting(self, path: str, args: Args) -> Optional[Value]:
        """What a program sets for all layers: the order of the axes, the precision."""
        if path.endswith(("set_image_data_format", "set_image_dim_ordering")):
            form = args.const(0, "data_format", UNSURE)
            self.data_format = {"channels_first": form, "th": "channels_first",
                                "channels_last": None, "tf": None}.get(form, UNSURE)
            return NONE
        if path.endswith(precision.SETTERS):
            # in a branch it may be another one
            given = args.get(0, "dtype_policy" if "dtype_policy" in args.named else "policy")
            self.half = None if self.forks else precision.half(given)
            return NONE
        if path.endswith(precision.POLICIES):
            return precision.policy(args)
        return None

    def _input_layer(self, args: Args, root: str) -> Value:
        named = dict(args.named)
        for old in ("input_shape", "shape"):
            if old in named:
                named["shape"] = named.pop(old)
        return self.make_input(Args(self, args.node, args.positional, named, args.open), root)

    def _loss(self, name: str, args: Args) -> Value:
        """`keras.losses.MeanSquaredError()` makes one, `keras.losses.mse(y, p)` uses it."""
        if name[:1].isupper() and not name.isupper():
            return Obj("keras.losses." + name)
        y, pred = args.get(0, "y_true"), args.get(1, "y_pred")
        return self._losses_meet(name, y, pred, args.node)

    def _losses_meet(self, name: str, y: Optional[Value], pred: Optional[Value],
                     node: Optional[ast.Call]) -> Value:
        if y is None or pred is None or node is None or len(node.args) < 2:
            return UNKNOWN
        if any(isinstance(a, ast.Starred) for a in node.args[:2]):
            return UNKNOWN
        if not _plain_loss(name):
            return UNKNOWN
        self.elementwise(node, name, y, pred, node.args[0], node.args[1])
        return UNKNOWN

    def _application(self, name: str, args: Args, root: str) -> Value:
        module = libraries.module("keras")
        entry = getattr(module, "application", None)
        if entry is None:
            return UNKNOWN
        order = module.positional(name)
        if len(args.positional) > len(order):
            return UNKNOWN
        args = Args(self, args.node, [], {**args.named, **dict(zip(order, args.positional))},
                    args.open)
        top = args.const(None, "include_top", True)
        input_tensor = args.named.get("input_tensor")
        shape = args.shape(None, "input_shape")
        passed = args.get(None, "input_shape")
        if input_tensor is not None and input_tensor is not NONE:
            shape, passed = None, input_tensor
            if isinstance(input_tensor, Arr) and input_tensor.shape is not None:
                shape = input_tensor.shape[1:]
        pooling = args.const(None, "pooling", None)
        classes = args.const(None, "classes", 1000)
        unsure = passed is not None and passed is not NONE and shape is None
        wider = not {"alpha", "penultimate_filters"}.isdisjoint(args.named)
        try:
            found = entry(name, top, shape, pooling, classes, wider)
        except (TypeError, ValueError, KeyError):
            return UNKNOWN
        if found is None or top is UNKNOWN or unsure or args.open:
            return UNKNOWN
        declared, output = found
        place = None if args.node is None else Place(self.cell, args.node)
        model = Model("application", place, root)
        model.class_name = name
        model.inputs = [("input", declared, "float32", None)]
        model.outputs = [output]
        if isinstance(input_tensor, Arr) and isinstance(input_tensor.tag, Graph):
            model.chain = ()
        return model

    # -- methods ---------------------------------------------------------------------------

    def _method(self, bound: Bound, args: Args) -> Value:
        value, name = bound.value, bound.name
        if isinstance(value, Model):
            return self._model_method(value, name, args)
        if isinstance(value, Layer):
            return UNKNOWN
        if isinstance(value, Obj) and value.cls.startswith("transformers.TF") and name in (
                "fit", "predict", "evaluate", "predict_on_batch", "train_on_batch"):
            return self._transformer_method(value, name, args)
        if isinstance(value, Obj) and value.cls == "builtins.super":
            return self._super(value, name, args)
        if isinstance(value, Seq):
            return self._list_method(value, name, args)
        if isinstance(value, Mapping):
            return self._dict_method(value, name, args)
        kind = _kind(value)
        if kind is None:
            return UNKNOWN
        entry = libraries.function(f"{kind}.{name}")
        if entry is None:
            return UNKNOWN
        result = self._entry(entry, args)
        if isinstance(value, Arr) and name == "squeeze":
            return _squeezed(value, result, args.get(0, "axis"))
        if isinstance(value, Arr) and name == "reshape" and args.node is not None \
                and isinstance(args.node.func, ast.Attribute):
            self.tell_reshaping(args.node, value, result, args.node.func.value)
        if isinstance(value, Arr) and name == "argmax":
            axis = args.axis(0, "axis", None)
            if axis is None or isinstance(axis, int):
                self.tell_reduction("argmax", args.node, value, axis, result)
        return result

    def _super(self, value: Obj, name: str, args: Args) -> Value:
        owner = value.attrs.get("self")
        if isinstance(owner, Instance):
            for parent in owner.cls.parents:
                found = parent.lookup(name)
                if isinstance(found, Function):
                    return self.invoke(found.to(owner), args.positional, args.named, args.open)
        if name == "__init__" and isinstance(owner, Instance):
            if "dtype" in args.named:
                owner.half = precision.half(args.named["dtype"])
            elif args.open or "autocast" in args.named:
                owner.half = None
        return NONE if name == "__init__" else UNKNOWN

    def _list_method(self, value: Seq, name: str, args: Args) -> Value:
        if name in ("append", "extend", "insert", "remove", "pop", "clear", "sort", "reverse"):
            self.touch(value)
        item = args.get(0, "item")
        item = UNKNOWN if isinstance(item, Counted) else item  # another number in each pass
        if name == "append" and item is not None:
            if value.items is not None and len(value.items) < 500:
                value.items.append(item)
                value.length = len(value.items)
            else:
                value.meet([value.state(), ([item], UNKNOWN, 1)])
            return NONE
        if name == "extend" and item is not None:
            more = self.items_of(item)
            if value.items is not None and more is not None and len(more) < 500:
                value.items.extend(more)
                value.length = len(value.items)
            else:
                value.forget()
            return NONE
        if name in ("insert", "remove", "clear", "sort", "reverse"):
            value.forget()
            return NONE
        if name == "pop":
            if value.items and not args.positional:
                found = value.items.pop()
                value.length = len(value.items)
                return found
            value.forget()
            return UNKNOWN
        if name == "copy":
            return Seq(None if value.items is None else list(value.items), value.kind,
                       value.element, value.length)
        return UNKNOWN

    def _dict_method(self, value: Mapping, name: str, args: Args) -> Value:
        entry = libraries.function(f"{value.kind}.{name}")
        if entry is not None:
            return self._entry(entry, args)
        if name == "get" and value.items is not None:
            key = args.get(0, "key")
            if isinstance(key, Const) and key.value in value.items:
                return value.items[key.value]
            return args.get(1, "default") or NONE if isinstance(key, Const) else UNKNOWN
        if name in ("items", "keys", "values") and value.items is not None:
            if name == "keys":
                return Seq([Const(k) for k in value.items])
            if name == "values":
                return Seq(list(value.items.values()))
            return Seq([Seq([Const(k), v], "tuple") for k, v in value.items.items()])
        if name in ("update", "pop", "popitem", "setdefault", "clear"):
            self.touch(value)
            found = None
            if name == "pop" and value.items is not None:
                key = args.get(0, "key")
                if isinstance(key, Const):
                    return value.items.pop(key.value, UNKNOWN)
            value.forget()
            return found or UNKNOWN
        if name == "copy":
            return Mapping(None if value.items is None else dict(value.items), value.kind)
        return UNKNOWN

    # -- classes of the program's own ---------------------------------------------------------

    def instantiate(self, cls: Class, positional: List[Value], named: Dict[str, Value],
                    open_: bool, node: Optional[ast.Call]) -> Value:
        if cls.base == "?" or cls.node.keywords:
            made = Instance(cls)
        else:
            made = Instance(cls)
            if cls.base == "keras.Model":
                made.model = Model("subclassed", None)
                made.model.instance = made
                made.model.class_name = cls.name
        made.half = self.half
        init = cls.lookup("__init__")
        if isinstance(init, Function):
            self.invoke(init.to(made), positional, named, open_)
        return made

    def _call_instance(self, value: Instance, positional: List[Value], named: Dict[str, Value],
                       open_: bool, node: Optional[ast.Call]) -> Value:
        method = value.cls.lookup("call") or value.cls.lookup("__call__")
        if not isinstance(method, Function):
            return UNKNOWN
        site = self.site
        self.site = site or (None if node is None else Place(self.cell, node))
        positional = precision.cast(value, positional)
        result = self.invoke(method.to(value), positional, named, open_)
        self.site = site
        if value.model is not None and isinstance(result, Arr) and not isinstance(
                result.tag, Graph):
            result = result.but(tag=Produced(value.model, "__call__", 0, 1))
        graphs = [a for a in positional if isinstance(a, Arr) and isinstance(a.tag, Graph)]
        return self._tagged(result, graphs) if graphs else result

    # -- objects of libraries that are called ---------------------------------------------------

    def _object_called(self, value: Obj, args: Args) -> Value:
        if value.cls.startswith("keras.losses."):
            return self._losses_meet(value.cls.rpartition(".")[2], args.get(0, "y_true"),
                                     args.get(1, "y_pred"), args.node)
        if value.cls.startswith("transformers.TF"):
            return self._transformer(value, args)
        entry = libraries.function(f"{value.cls}.__call__")
        return UNKNOWN if entry is None else self._entry(entry, args)

    def _transformer(self, value: Obj, args: Args) -> Value:
        module = libraries.module("transformers")
        if module is None:
            return UNKNOWN
        model = self._transformer_model(value, module)
        first = args.positional[0] if args.positional else None
        by_name: Dict[str, Value] = {}
        names = [n for n, _s, _d, _r in model.inputs]
        if isinstance(first, Mapping) and first.items is not None:
            by_name.update((str(k), v) for k, v in first.items.items())
        elif isinstance(first, Seq) and first.items is not None:
            by_name.update(zip(names, first.items))
        elif isinstance(first, Arr):
            by_name["input_ids"] = first
        for name, given in args.named.items():
            if isinstance(given, Arr) or name in names:
                by_name[name] = given
        arrays = {k: v for k, v in by_name.items() if isinstance(v, Arr)}
        if len(args.positional) < 2 and not args.open and by_name.keys() == {"input_ids"} \
                and "attention_mask" in names:
            _unmask(by_name["input_ids"])
        try:
            result = module.outputs(value, arrays)
        except (AttributeError, TypeError, ValueError, KeyError, IndexError):
            result = UNKNOWN
        if args.node is not None and by_name:
            keyed = [(k, v) for k, v in by_name.items() if isinstance(v, (Arr, Seq))]
            self.tell_call(model, "__call__", args.node, first if not args.named else None, None,
                           x_at=(0, ("inputs", "input_ids")),
                           inputs=keyed if args.named else ())
        return self._produced_outputs(result, model, "__call__", tuple(arrays.values()))

    def _transformer_method(self, value: Obj, name: str, args: Args) -> Value:
        """`bert.fit(...)`: like any model's, but for what comes out."""
        module = libraries.module("transformers")
        if module is None:
            return UNKNOWN
        model = self._transformer_model(value, module)
        if not model.inputs:
            return UNKNOWN
        if name in _FIT:
            return self._fit(model, name, args)
        self._predict(model, name, args)
        x = args.get(0, "x")
        given = x.items if isinstance(x, Mapping) and x.items is not None else {
            "input_ids": x} if isinstance(x, Arr) else {}
        arrays = {str(k): v for k, v in given.items() if isinstance(v, Arr)}
        try:
            result = module.outputs(value, arrays)
        except (AttributeError, TypeError, ValueError, KeyError, IndexError):
            return UNKNOWN
        return self._produced_outputs(result, model, name)

    def _transformer_model(self, value: Obj, module: Any) -> Model:
        model = Model("transformers")
        model.class_name = value.cls.rpartition(".")[2]
        model.structure = "dict"
        try:
            declared = module.declared(value)
        except (AttributeError, TypeError, ValueError):
            declared = ()
        positions = value.attrs.get("max_positions")
        model.positions = positions if isinstance(positions, int) else None
        for name, role in declared:
            shape = (None,) * (3 if "MultipleChoice" in model.class_name else 2)
            model.inputs.append((name, shape, "int32", role))
        return model

    def _produced_outputs(self, result: Value, model: Model, method: str,
                          sources: Sequence[Value] = ()) -> Value:
        if isinstance(result, Mapping) and result.items is not None:
            count = len(result.items)
            for i, (name, item) in enumerate(list(result.items.items())):
                if isinstance(item, Arr) and item.kind == "KerasTensor":
                    tag = getattr(self._tagged(item.but(tag=None), sources), "tag", None)
                    if isinstance(tag, Graph):
                        result.items[name] = item.but(
                            tag=Graph(tag.inputs, tag.step, tag.name, str(name)))
                elif isinstance(item, Arr) and not isinstance(item.tag, Graph):
                    role = str(name)
                    result.items[name] = item.but(
                        tag=Produced(model, method, i, count, role))
        return result

    # -- models -----------------------------------------------------------------------------

    def _call_model(self, model: Model, args: Args) -> Value:
        """`model(x)`."""
        x = args.get(0, "inputs")
        arrays = _leaves(x)
        if any(isinstance(a.tag, Graph) or a.kind == "KerasTensor" for a in arrays):
            if args.node is not None and not self._taken(model, x):
                self.tell_call(model, "__call__", args.node, x, None, x_at=(0, ("inputs",)))
            return self.apply_model(model, x)
        if model.instance is not None:
            return self._call_instance(model.instance, args.positional, args.named, args.open,
                                       args.node)
        shapes = self._predicted(model, x, False, args.node)
        if any(array.shape is None for array in arrays) or not arrays:
            # called on one element of a dataset, say: it may have no axis of rows
            shapes = [None] * len(shapes)
        if args.node is not None:
            self.tell_call(model, "__call__", args.node, x, None, x_at=(0, ("inputs",)),
                           predicted=shapes)
        return self._result(model, "__call__", shapes, x, "Tensor")

    def _predicted(self, model: Model, x: Optional[Value], learn: bool,
                   node: Optional[ast.Call] = None) -> List[Shape]:
        """The output shapes for this input (rows first)."""
        site = self.site
        self.site = site or (None if node is None else Place(self.cell, node))
        try:
            return self._outputs(model, x, learn)
        finally:
            self.site = site

    def _outputs(self, model: Model, x: Optional[Value], learn: bool) -> List[Shape]:
        embedding = precision.takes_ids(model)
        if embedding is not None:
            self.half_ids(embedding, (_leaves(x) or [Arr(None)])[0], embedding.half, (), self.site)
        if isinstance(x, Dataset):
            if single_row(model, x) is not None:
                return [None]
            element = x.element
            x = element.items[0] if isinstance(element, Seq) and element.kind == "tuple" \
                and element.items else element
        arrays = _leaves(x)
        rows: Dim = arrays[0].shape[0] if arrays and arrays[0].shape else None
        if model.kind == "sequential" and not model.inputs and model.known:
            if arrays and arrays[0].shape is not None and len(arrays) == 1:
                shape = (None, *arrays[0].shape[1:])
                model.outputs = self.run_sequential(model, shape, arrays[0].dtype)
                if learn:
                    self.touch(model)
                    model.built = shape
            else:
                model.outputs = [None]
        outputs = list(model.outputs)
        if model.instance is not None:
            return self._subclassed_outputs(model, x)  # as many rows as its own code makes
        times = [*model.times, *[(1, 1)] * len(outputs)]
        return [None if s is None else (_rows_after(rows, t), *s[1:])
                for s, t in zip(outputs, times)]

    def _subclassed_outputs(self, model: Model, x: Optional[Value]) -> List[Shape]:
        assert model.instance is not None
        method = model.instance.cls.lookup("call")
        if not isinstance(method, Function) or x is None:
            return [None]
        given: List[Value] = [x.but(kind="Tensor") if isinstance(x, Arr) else x]
        given = precision.cast(model.instance, given)
        rows, outer = x.shape[0] if isinstance(x, Arr) and x.shape else None, self.rows_inside
        self.rows_inside = RowsInside(rows) if isinstance(rows, int) else None
        result = self.invoke(method.to(model.instance), given, {}, False)
        model.rows_written = None if self.rows_inside is None else self.rows_inside.written
        self.rows_inside = outer
        if isinstance(result, Arr):
            return [result.shape]
        if isinstance(result, Seq) and result.items is not None:
            model.out_structure = "list"
            return [i.shape if isinstance(i, Arr) else None for i in result.items]
        return [None]

    def _taken(self, model: Model, x: Optional[Value]) -> bool:
        """False where the input is proved not to fit: what comes back is then not known."""
        arrays = _leaves(x)
        if len(arrays) != len(model.inputs):
            return not model.inputs or len(model.inputs) == 1
        for array, (_name, declared, _dtype, _role) in zip(arrays, model.inputs):
            if array.shape is None or declared is None:
                continue
            spec = Spec.of("x", declared)
            if spec.tolerates(Array.of(array.shape)) is Truth.NO:
                return False
        return True

    def _result(self, model: Model, method: str, shapes: Sequence[Shape], x: Optional[Value],
                kind: str) -> Value:
        if not model.known or not shapes or not self._taken(model, x):
            return UNKNOWN
        count = len(shapes)
        roles = [*model.roles, *[""] * count]
        found: List[Value] = [Arr(s, "float32", kind,
                                  tag=Produced(model, method, i, count, roles[i]))
                              for i, s in enumerate(shapes)]
        if model.out_structure == "dict":
            return Mapping(dict(zip(model.output_names, found)))
        if count == 1 and model.out_structure == "single":
            return found[0]
        rows = shapes[0][0] if shapes[0] else None
        return Outputs(found, rows) if count > 1 else found[0]

    def _model_method(self, model: Model, name: str, args: Args) -> Value:
        name = _GENERATOR.get(name, name)
        if name == "add":
            self.add(model, args.get(0, "layer"))
            return NONE
        if name == "pop":
            self.touch(model)
            model.known = False
            return NONE
        if name == "compile":
            self.compile(model, args)
            return NONE
        if name in ("predict", "predict_on_batch"):
            return self._predict(model, name, args)
        if name in _FIT:
            return self._fit(model, name, args)
        if name == "call":
            return self._call_model(model, args)
        if name == "predict_classes":
            return Arr(None)
        if name == "build":
            shape = args.shape(0, "input_shape")
            if shape is not None and model.kind == "sequential" and not model.inputs:
                self.touch(model)
                model.inputs = [("input", (None, *shape[1:]), "float32", None)]
                model.outputs = self.run_sequential(model, (None, *shape[1:]), "float32")
            return NONE
        if model.instance is not None:
            own = model.instance.cls.lookup(name)
            if isinstance(own, Function):
                return self.invoke(own.to(model.instance), args.positional, args.named, args.open)
        return UNKNOWN

    def _predict(self, model: Model, name: str, args: Args) -> Value:
        x = args.get(0, "x")
        if x is None:
            x = args.get(0, "generator")
        x = self._batches(x)
        shapes = self._predicted(model, x, False, args.node)
        if args.node is not None and not args.open:
            batch = args.get(1, "batch_size") if name == "predict" else None
            self.tell_call(model, name, args.node, x, None, x_at=(0, ("x", "generator")),
                           batch_size=_batch(batch), predicted=shapes)
        if isinstance(x, Dataset):
            shapes = [None if s is None else (None, *s[1:]) for s in shapes]
        return self._result(model, name, shapes, x, "ndarray")

    def _fit(self, model: Model, name: str, args: Args) -> Value:
        x, y = args.get(0, "x"), args.get(1, "y")
        if x is None:
            x = args.get(0, "generator")
        x = self._batches(x)
        data = isinstance(x, Dataset)
        shapes = self._predicted(model, x, True, args.node)
        if args.node is not None and not args.open:
            batch = args.get(2, "batch_size") if name in ("fit", "evaluate") else None
            self.tell_call(model, name, args.node, x, None if data else y,
                           x_at=(0, ("x", "generator")), y_at=(1, ("y",)),
                           batch_size=_batch(batch), predicted=shapes)
        if name == "fit" and args.node is not None and not args.open:
            self._validation(model, args)
        return Obj("keras.callbacks.History") if name == "fit" else UNKNOWN

    def _batches(self, x: Optional[Value]) -> Optional[Value]:
        """An object of a class of the program's that derives from keras.utils.Sequence."""
        if not isinstance(x, Instance) or x.cls.base.rpartition(".")[2] not in (
                "Sequence", "PyDataset"):
            return x
        method = x.cls.lookup("__getitem__")
        element = self.invoke(method.to(x), [UNKNOWN], {}, False) if isinstance(
            method, Function) else UNKNOWN
        return Dataset(element, True, None, "Sequence")

    def _validation(self, model: Model, args: Args) -> None:
        """`validation_data=` is fed to the model like the data themselves."""
        given = self._batches(args.get(7, "validation_data"))
        assert args.node is not None
        at = (7 if len(args.positional) > 7 else None, ("validation_data",))
        if isinstance(given, Dataset):
            shapes = self._predicted(model, given, learn=False)
            self.tell_call(model, "fit", args.node, given, None, x_at=at, predicted=shapes)
        elif isinstance(given, Seq) and given.items is not None and len(given.items) in (2, 3):
            x, y = given.items[:2]
            shapes = self._predicted(model, x, learn=False)
            self.tell_call(model, "fit", args.node, x, y, x_at=at, y_at=at, predicted=shapes,
                           prefixes=((0,), (1,)))


_Way = Callable[[Calls, Lib, Args], Value]
_ways: Dict[str, _Way] = {}


def _way(path: str) -> _Way:
    """What a call of the library's function of this name comes to: found out once."""
    if len(_ways) > 20000:
        _ways.clear()
    way = _ways[path] = _way_of(path)
    return way


def _way_of(path: str) -> _Way:
    if path.startswith("matplotlib.") and not path.endswith("imread"):
        return _nothing
    if path.startswith("keras."):
        name = path.rpartition(".")[2]
        if path == "keras.layers." + name and name[:1].isupper() and name != "InputLayer":
            return Calls._keras_layer
        return _object if path.startswith(_OBJECTS) else Calls._keras_function
    if path == "tensorflow.function":
        return lambda _calls, _function, args: compiled(args)
    if path == "builtins.super":
        return Calls._super_object
    if libraries.function(path) is None:
        return _object if path.startswith("transformers.TF") else _nothing
    return Calls._table if path in _TOLD or path in _REDUCTIONS else Calls._in_table


def _nothing(_calls: Calls, _function: Lib, _args: Args) -> Value:
    return UNKNOWN


def _object(_calls: Calls, function: Lib, _args: Args) -> Value:
    return Obj(function.path)


_OBJECTS = ("keras.optimizers.", "keras.metrics.", "keras.callbacks.", "keras.initializers.",
            "keras.regularizers.")
#: functions of the tables whose calls are told, besides `_REDUCTIONS`
_TOLD = ("tensorflow.data.Dataset.from_tensor_slices", "numpy.squeeze", "tensorflow.squeeze",
         "numpy.reshape", "tensorflow.reshape", "keras.ops.reshape", "keras.backend.reshape")
_MERGES = {"concatenate": "Concatenate", "add": "Add", "multiply": "Multiply",
           "average": "Average", "maximum": "Maximum", "minimum": "Minimum",
           "subtract": "Subtract"}


def _unmask(ids: Value) -> None:
    """An Input is all that a text model gets: no mask says what is padding."""
    graph = ids.tag if isinstance(ids, Arr) else None
    if isinstance(graph, Graph) and len(graph.inputs) == 1 and graph.step is not None \
            and getattr(graph.step.layer, "cls", "") == "Input":
        graph.inputs[0].unmasked = True


def _folded(before: Value, result: Arr, target: Optional[Value]) -> Arr:
    """`tf.reshape(h, (-1, 6))` of a symbolic (None, 10, 6) has ten times as many rows."""
    tag, sizes = result.tag, shape_of(target)
    if not isinstance(before, Arr) or not isinstance(tag, Graph) or not sizes or sizes[0] != -1 \
            or not before.shape or before.shape[0] is not None:
        return result
    had, has = product(before.shape[1:]), product(sizes[1:])
    if not isinstance(had, int) or not isinstance(has, int) or not had or not has \
            or not tag.times[0]:
        return result
    up, down = tag.times[0] * had, tag.times[1] * has
    shared = gcd(up, down)
    return result.but(tag=Graph(tag.inputs, tag.step, tag.name, tag.role,
                                (up // shared, down // shared)))


def _rows_after(rows: Dim, times: Tuple[int, int]) -> Dim:
    """How many rows come out of a model whose own code folds axes into them."""
    up, down = times
    if up == down:
        return rows
    return rows * up // down if isinstance(rows, int) and up and not rows * up % down else None


def _still_produced(result: Arr, sources: Sequence[Value]) -> Arr:
    """Cast, rounded, converted: value by value it is still what the model returned."""
    if result.tag is not None or result.shape is None:
        return result
    tags = [s.tag for s in sources if isinstance(s, Arr) and isinstance(s.tag, Produced)
            and s.shape == result.shape]
    return result.but(tag=tags[0]) if len(tags) == 1 else result


def _squeezed(before: Value, result: Value, axis: Optional[Value]) -> Value:
    """A squeeze without an axis took the axis of the only row."""
    if axis is None and isinstance(before, Arr) and isinstance(result, Arr) and before.shape \
            and before.shape[0] == 1 and len(before.shape) > 1:
        return result.but(tag=Squeezed(before.shape))
    return result


def _plain_loss(name: str) -> bool:
    """Losses that broadcast the two sides against each other without a word."""
    return name.lower().replace("_", "") in (
        "mse", "mae", "meansquarederror", "meanabsoluteerror", "huber", "logcosh", "mape",
        "meanabsolutepercentageerror", "msle", "meansquaredlogarithmicerror")


def _kind(value: Value) -> Optional[str]:
    if isinstance(value, Arr):
        return value.kind
    if isinstance(value, Obj):
        return value.cls
    if isinstance(value, Dataset):
        return value.kind
    if isinstance(value, Const) and isinstance(value.value, str):
        return "str"
    return None


def _leaves(value: Optional[Value]) -> List[Arr]:
    if isinstance(value, Arr):
        return [value]
    if isinstance(value, Seq):
        if value.items is not None and value.items and all(
                isinstance(i, Arr) and i.rank for i in value.items):
            return [i for i in value.items if isinstance(i, Arr)]
        return [as_array(value)]
    if isinstance(value, Mapping) and value.items is not None:
        return [i for i in value.items.values() if isinstance(i, Arr)]
    return []


def _batch(value: Optional[Value]) -> Any:
    """The batch size as passed; 0 where it was passed and is not known."""
    if value is None or value is NONE:
        return None
    if isinstance(value, Const) and isinstance(value.value, int):
        return value.value
    return 0


__all__ = ["Calls", "Mutable", "Tuple"]
