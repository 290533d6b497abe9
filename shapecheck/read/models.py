"""Keras layers and models: made, chained, applied, compiled."""
from __future__ import annotations

import ast
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from shapecheck.facts.losses import canonical
from shapecheck.facts.program import EXACT
from shapecheck.facts.shape import Dim
from shapecheck.read import layer_arguments, layer_shapes, libraries
from shapecheck.read.binding import Args, as_array, dtype_name
from shapecheck.read.layer_shapes import UNSURE, Known, Misfit
from shapecheck.read.objects import (
    Came,
    Graph,
    InputTensor,
    Instance,
    Layer,
    Model,
    Place,
    Produced,
    RowsInside,
    Step,
    common_times,
)
from shapecheck.read.tracing import Loops
from shapecheck.read.values import (
    NONE,
    UNKNOWN,
    Arr,
    Const,
    Lib,
    Mapping,
    Mutable,
    Obj,
    Seq,
    Shape,
    Size,
    Value,
    dim_of,
    shape_of,
)


class Models(Loops):
    """What `Sequential([...])`, `Model(...)`, `Dense(3)(x)` and `compile` mean."""

    touch: Callable[[Mutable], None]
    ev: Callable[[ast.expr], Value]
    call: Callable[[Value, Sequence[Value]], Value]
    #: what layers assume where they are not told; None is channels last
    data_format: Any = None
    half: Optional[str] = None  # what layers compute in, where a policy makes it half precision
    #: the program's call of a model or layer of its own, while its code is followed
    site: Optional[Place] = None
    rows_inside: Optional[RowsInside] = None
    refused = 0  # how many layers were proved to raise

    def __init__(self) -> None:
        super().__init__()
        self.judged: Dict[int, Layer] = {}  # embeddings that were told of

    # -- layers ----------------------------------------------------------------------------

    def make_layer(self, cls: str, args: Args, root: str) -> Value:
        """An instance of a Keras layer class."""
        place = None if args.node is None else Place(self.cell, args.node)
        config: Dict[str, Any] = {}
        names = layer_arguments.POSITIONAL.get(cls, ())
        for index, value in enumerate(args.positional):
            if index >= len(names):
                break
            config[names[index]] = _setting(value)
        for name, value in args.named.items():
            config[name] = _setting(value)
        if args.open or len(args.positional) > len(names):
            config["*"] = UNSURE
        cls, config = layer_arguments.renamed(cls, config)
        layer = Layer(cls, config, place, root)
        layer.half = self.half
        self._declare(layer, args)
        if cls == "Embedding":
            self._filled(layer, args)
        if _one_unit(layer) and layer.config.get("activation") == "softmax":
            self.tell_definition(layer, (), (None, 1))
        return layer

    def _filled(self, layer: Layer, args: Args) -> None:
        """`Embedding(rows, size, weights=[matrix])`"""
        given = args.named.get("weights")
        if isinstance(given, Seq):
            given = given.items[0] if given.items is not None and len(given.items) == 1 else None
        shape = given.shape if isinstance(given, Arr) else None
        wanted = (layer.config.get("input_dim"), layer.config.get("output_dim"))
        if shape is None or not all(isinstance(n, int) for n in wanted):
            return
        if len(shape) != 2 or any(isinstance(d, int) and d != n for d, n in zip(shape, wanted)):
            self.tell_definition(layer, [shape], None, problem="weights", wanted=str(wanted))

    def _declare(self, layer: Layer, args: Args) -> None:
        """`input_shape=`, `input_dim=`, `batch_input_shape=` of a layer."""
        for name in ("input_shape", "batch_input_shape", "batch_shape"):
            if name not in args.named:
                continue
            layer.declared_node = _keyword_node(args.node, name)
            value = args.named[name]
            number = self._number_written(value, layer.declared_node)
            shape = (dim_of(value),) if number else shape_of(value)
            if shape is None:
                return
            layer.declared = (None, *shape) if name == "input_shape" else (None, *shape[1:])
            if number and name == "input_shape":
                self.tell_definition(layer, (), None, problem="not a tuple")
            if name != "input_shape" and shape and isinstance(shape[0], int):
                layer.config["batch"] = shape[0]
            return
        layer.declared = layer_arguments.declares(layer.cls, layer.config)
        if layer.declared is not None:
            layer.declared_node = _keyword_node(args.node, "input_dim")

    def _number_written(self, value: Value, node: Optional[ast.AST]) -> bool:
        """Is it certainly a number: an int, `len(x)`, `x.shape[1]`, or a name for one of them?"""
        if isinstance(value, Const):
            return isinstance(value.value, int) and not isinstance(value.value, bool)
        if isinstance(value, Size):
            return True
        if value is not UNKNOWN:
            return False
        if isinstance(node, ast.Name):
            place = self.scope.where.get(node.id)
            bound = None if place is None else place.node
            node = bound.value if isinstance(bound, ast.Assign) and len(
                bound.targets) == 1 and isinstance(bound.targets[0], ast.Name) else None
        if isinstance(node, ast.Subscript):
            key = node.slice
            return isinstance(node.value, ast.Attribute) and node.value.attr == "shape" \
                and isinstance(key, ast.Constant) and isinstance(key.value, int)
        return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) \
            and node.func.id == "len"

    def make_input(self, args: Args, root: str) -> Value:
        """`Input(shape=...)`: a symbolic tensor."""
        place = None if args.node is None else Place(self.cell, args.node)
        shape_value = args.get(0, "shape")
        batch_shape = args.named.get("batch_shape") or args.named.get("batch_input_shape")
        tensor = args.named.get("tensor")
        shape: Shape = None
        batch: Dim = args.dim(1, "batch_size")
        if batch_shape is not None:
            whole = shape_of(batch_shape)
            shape = None if whole is None else (None, *whole[1:])
            batch = whole[0] if whole else None
        elif shape_value is not None and tensor is None:
            item = (dim_of(shape_value),) if self._number_written(
                shape_value, _first_or_keyword(args.node, "shape")) else shape_of(shape_value)
            shape = None if item is None else (None, *item)
        name_value = args.get(None, "name")
        name = name_value.value if isinstance(name_value, Const) and isinstance(
            name_value.value, str) else (self.assigned or "input")
        dtype = args.dtype(None, "dtype", "float32")
        made = InputTensor(name, shape, dtype, place)
        layer = Layer("Input", {"batch": batch} if isinstance(batch, int) else {}, place, root)
        layer.declared = shape
        layer.declared_node = _first_or_keyword(args.node, "shape")
        if batch_shape is None and tensor is None and shape_value is not None \
                and self._number_written(shape_value, layer.declared_node):
            self.tell_definition(layer, (), None, problem="not a tuple")
        step = Step(layer, (), shape, ())
        kind = "RaggedTensor" if args.const(None, "ragged") is True else "KerasTensor"
        return Arr(shape, dtype, kind, tag=Graph((made,), step, name))

    def apply_layer(self, layer: Layer, args: Args) -> Value:
        """`Dense(3)(x)`."""
        first = args.get(0, "inputs")
        if layer.cls == "Lambda":
            return self._lambda(layer, first)
        inputs = self._layer_inputs(layer, args, first)
        if inputs is None:
            return UNKNOWN
        graphs = [a.tag for a in inputs if isinstance(a.tag, Graph)]
        before = graphs[0].chain() if graphs else next(
            (a.tag.before for a in inputs if isinstance(a.tag, Came)), ())
        if before and isinstance(before[0], Layer) and _strangers(layer.root, before[0].root):
            self._tell_strangers(layer, before[0].root)
        if layer.cls == "Embedding" and inputs[0].dtype in ("float16", "bfloat16"):
            declaring = before[0] if before and isinstance(before[0], Layer) else None
            self.half_ids(layer, inputs[0], inputs[0].dtype, before,
                          self.site if declaring is None else declaring.place)
        if layer.cls == "Embedding" and not graphs:
            self._looked_up(layer, inputs[0], args.node)
        if layer.cls == "Embedding" and graphs and len(before) == 1 \
                and len(graphs[0].inputs) == 1:
            rows = layer.config.get("input_dim")
            graphs[0].inputs[0].vocabulary = rows if isinstance(rows, int) else None
        if self.rows_inside is not None and layer.cls in _RECURRENT:
            self._state_meets(inputs[0], first, args)
        symbolic = bool(graphs) or any(a.kind == "KerasTensor" for a in inputs)
        outs = self.through(layer, [a.shape for a in inputs], before,
                            [a.dtype for a in inputs],
                            at=None if args.node is None else Place(self.cell, args.node),
                            passed=args)
        found: List[Value] = []
        sources: List[Any] = []
        for graph in graphs:
            sources.extend(i for i in graph.inputs if i not in sources)
        for out in outs:
            step = Step(layer, tuple(a.shape for a in inputs), out.shape, before)
            tag: Any = Graph(tuple(sources), step, times=common_times(graphs) if graphs else (
                1, 1)) if symbolic else Came((layer, *before)[:40])
            found.append(Arr(out.shape, out.dtype or _float(inputs),
                             "KerasTensor" if symbolic else "Tensor", tag=tag))
        if not found:
            return UNKNOWN
        return found[0] if len(found) == 1 else Seq(found)

    def _state_meets(self, steps: Arr, first: Optional[Value], args: Args) -> None:
        """`GRU(8)(x, initial_state=tf.zeros((BATCH, 8)))`: a state for each row."""
        state = args.named.get("initial_state")
        if state is None and isinstance(first, Seq) and first.items is not None:
            state = next(iter(first.items[1:]), None)
        if isinstance(state, Seq) and state.items:
            state = state.items[0]
        if isinstance(state, Arr) and state.rank == 2 and steps.shape and self.rows_inside:
            self.rows_inside.meets(steps.shape[:1], (state.shape or ())[:1])

    def _looked_up(self, layer: Layer, ids: Arr, node: Optional[ast.AST]) -> None:
        """An embedding looks up ids that are known, such as `tf.range(0, length)`."""
        rows, known = layer.config.get("input_dim"), ids.labels
        if not isinstance(rows, int) or known is None or not known.whole or known.high is None \
                or known.high < rows or id(layer) in self.judged or self.silent:
            return
        self.judged[id(layer)] = layer
        counted = ids.shape == (int(known.high) + 1,) and known.low == 0
        at = self.site or (None if node is None else Place(self.cell, node))
        self.tell_definition(layer, [ids.shape], None, (), "positions" if counted else "ids",
                             str(int(known.high)), at=at)

    def half_ids(self, layer: Layer, ids: Arr, dtype: Optional[str], before: Sequence[Any],
                 at: Optional[Place]) -> None:
        """An embedding gets its ids in half precision: told once."""
        high = None if ids.labels is None else ids.labels.high
        if self.silent or dtype is None or id(layer) in self.judged or (
                high is not None and high <= EXACT.get(dtype, 0)):
            return
        self.judged[id(layer)] = layer  # kept, so that its id stays its own
        self.tell_definition(layer, [ids.shape], None, before, "half ids", dtype, at=at)

    def _layer_inputs(self, layer: Layer, args: Args, first: Optional[Value],
                      ) -> Optional[List[Arr]]:
        if first is None:
            return None
        if isinstance(first, Seq):
            items = first.items
            if items is None:
                return None
            if all(isinstance(i, Arr) for i in items):
                found = [i for i in items if isinstance(i, Arr)]
                if layer.cls in _RECURRENT:
                    return found[:1]
                return found
            if any(not isinstance(i, Const) for i in items):
                return None
            return [as_array(first)]
        if isinstance(first, (Arr, Const)):
            inputs = [as_array(first)]
            if layer.cls in ("MultiHeadAttention", "GroupQueryAttention"):
                for position, name in ((1, "value"), (2, "key")):
                    other = args.get(position, name)
                    if isinstance(other, Arr):
                        inputs.append(other)
            return inputs
        return [Arr(None)] if first is UNKNOWN else None

    def _lambda(self, layer: Layer, first: Optional[Value]) -> Value:
        function = layer.config.get("function")
        if isinstance(function, Value) and first is not None:
            result = self.call(function, [first])
            if isinstance(result, Arr):
                graph = first.tag if isinstance(first, Arr) else None
                if isinstance(graph, Graph):
                    step = Step(layer, (), result.shape, graph.chain())
                    made = result.tag.times if isinstance(result.tag, Graph) else (1, 1)
                    return result.but(kind="KerasTensor", tag=Graph(graph.inputs, step,
                                                                    times=made))
                return result
        if isinstance(first, Arr) and isinstance(first.tag, Graph):
            step = Step(layer, (), None, first.tag.chain())
            return Arr(None, None, "KerasTensor", tag=Graph(first.tag.inputs, step))
        return UNKNOWN

    def through(self, layer: Layer, shapes: Sequence[Shape], before: Sequence[Any],
                dtypes: Sequence[Optional[str]] = (), first: bool = False,
                at: Optional[Place] = None, passed: Optional[Args] = None) -> List[Known]:
        """The outputs of a layer; a proved misfit is told, once for each layer and input."""
        known = [Known(s, d) for s, d in zip(shapes, [*dtypes, *[None] * len(shapes)])]
        config = _config(layer)
        if self.data_format is not None and config.get("data_format") is None:
            config["data_format"] = self.data_format
            within = config.get("layer")
            if isinstance(within, dict):
                within["config"].setdefault("data_format", self.data_format)
        if passed is not None and layer.cls in _SCORING:
            scores = passed.named.get("return_attention_scores")
            if passed.open or len(passed.positional) > 3:
                config["return_attention_scores"] = UNSURE
            elif scores is not None:
                config["return_attention_scores"] = _setting(scores)
        try:
            outs = layer_shapes.output(layer.cls, config, known)
        except Misfit as misfit:
            self.refused += 1
            wanted = getattr(misfit, "wanted", None)
            words = f"at least {wanted[1]}" if isinstance(wanted, tuple) else str(wanted or "")
            self.tell_definition(layer, shapes, None, before, misfit.kind, words, misfit.text,
                                 first or layer.declared is not None, at=at)
            return [Known()]
        except (TypeError, ValueError, KeyError, AttributeError, IndexError, OverflowError):
            return [Known()]
        if (_tells_softmax(layer) and not _one_unit(layer) and outs) or (
                shapes and config.get("data_format") in (None, "channels_last")
                and _may_be_open(layer, shapes[0], before)):
            self.tell_definition(layer, shapes, outs[0].shape if outs else None, before,
                                 first=first)
        return outs

    # -- Sequential ------------------------------------------------------------------------

    def make_sequential(self, args: Args, root: str) -> Value:
        place = None if args.node is None else Place(self.cell, args.node)
        model = Model("sequential", place, root)
        model.class_name = "Sequential"
        layers = args.get(0, "layers")
        if layers is None or layers is NONE:
            return model
        items = layers.items if isinstance(layers, Seq) else None
        if items is None:
            model.known = False
            return model
        written = args.node.args[0] if args.node is not None and args.node.args else None
        nodes = written.elts if isinstance(written, (ast.List, ast.Tuple)) and len(
            written.elts) == len(items) else [None] * len(items)
        for item, node in zip(items, nodes):
            self._append(model, item, node)
        return model

    def add(self, model: Model, item: Optional[Value]) -> None:
        """`model.add(layer)`."""
        self.touch(model)
        self._append(model, UNKNOWN if item is None else item, None)

    def _append(self, model: Model, item: Value, node: Optional[ast.AST]) -> None:
        if isinstance(item, Arr) and isinstance(item.tag, Graph) and item.tag.step is not None \
                and not model.layers:  # model.add(Input(...))
            model.inputs = [(item.tag.name, item.shape, item.dtype, None)]
            model.declared[item.tag.name] = item.tag.step.layer
            model.fixed_batch = item.tag.step.layer.config.get("batch")
            model.outputs = [item.shape]
            model.layers.append(item.tag.step.layer)
            return
        if isinstance(item, (Layer, Model)) and _strangers(item.root, model.root):
            self._tell_strangers(item, model.root, node)
        if isinstance(item, Layer):
            if not model.layers and item.declared is not None:
                dtype = None if item.cls == "Embedding" else "float32"
                model.inputs = [("input", item.declared, dtype, None)]
                model.declared["input"] = item
                model.outputs = [item.declared]
            if not model.layers and isinstance(item.config.get("batch"), int):
                model.fixed_batch = item.config["batch"]
            if item.cls == "Embedding" and all(getattr(made, "cls", "") == "Input"
                                               for made in model.layers):
                rows = item.config.get("input_dim")
                if isinstance(rows, int):
                    model.vocabularies["*"] = rows
            first = not any(isinstance(made, Model) or made.cls not in ("Input", "InputLayer")
                            for made in model.layers)
            model.layers.append(item)
            if item.cls in ("Input", "InputLayer"):
                return
            if not model.inputs:
                return  # nothing is declared: shapes come with the data
            shape = model.outputs[0] if model.outputs else None
            refused = self.refused
            outs = self.through(item, [shape], model.chain, first=first) if item.cls != "Lambda" \
                else [self._lambda_known(item, shape)]
            if self.refused != refused:
                model.known = False  # told: the program ends here
            model.outputs = [outs[0].shape if len(outs) == 1 else None]
            model.chain = (item, *model.chain)[:40]
            return
        if isinstance(item, Model) and item.known:
            if not model.layers and item.inputs:
                model.inputs = list(item.inputs)
            model.layers.append(item)
            if item.outputs and model.inputs:
                model.outputs = [item.outputs[0]]
            else:
                model.outputs = [None]
            model.chain = (*item.chain, *model.chain)[:40]
            return
        # a layer of the user's own, hub.KerasLayer, ...: what comes out is not known
        model.layers.append(Layer("?", {}, None))
        if model.inputs:
            model.outputs = [None]
        model.chain = (model.layers[-1], *model.chain)[:40]

    def _tell_strangers(self, item: Any, root: str, node: Optional[ast.AST] = None) -> None:
        layer = item if isinstance(item, Layer) else Layer(item.class_name, {}, item.place,
                                                           item.root)
        self.tell_definition(layer, (), None, problem="generations", wanted=root,
                             at=None if node is None else Place(self.cell, node))

    def _lambda_known(self, layer: Layer, shape: Shape) -> Known:
        result = self._lambda(layer, Arr(shape, "float32", "KerasTensor"))
        return Known(result.shape if isinstance(result, Arr) else None, None)

    def run_sequential(self, model: Model, shape: Shape, dtype: Optional[str]) -> List[Shape]:
        """The outputs for data of this shape, where the model declares nothing itself."""
        asked = (tuple(model.layers), shape, dtype, self.data_format, self.half)
        if model.ran is not None and model.ran[0] == asked:
            _asked, model.chain, outputs = model.ran
            return [outputs]
        told, silent = len(self.facts), self.silent
        chain: Tuple[Any, ...] = ()
        for index, layer in enumerate(model.layers):
            if isinstance(layer, Model):
                shape = layer.outputs[0] if layer.outputs else None
                chain = (*layer.chain, *chain)
                continue
            if layer.cls in ("Input", "InputLayer"):
                continue
            if layer.cls == "Lambda":
                shape = self._lambda_known(layer, shape).shape
            else:
                outs = self.through(layer, [shape], chain, [dtype], first=index == 0)
                shape = outs[0].shape if len(outs) == 1 else None
            chain = (layer, *chain)[:40]
        model.chain = chain
        if not silent and told == len(self.facts) and all(
                isinstance(layer, Layer) and layer.cls != "Lambda" for layer in model.layers):
            model.ran = (asked, chain, shape)  # the next call of it comes to the same
        return [shape]

    # -- Functional ------------------------------------------------------------------------

    def make_functional(self, args: Args, root: str) -> Value:
        place = None if args.node is None else Place(self.cell, args.node)
        model = Model("functional", place, root)
        inputs, outputs = args.get(0, "inputs"), args.get(1, "outputs")
        inputs = args.named.get("input", inputs) if inputs is None else inputs
        outputs = args.named.get("output", outputs) if outputs is None else outputs
        if inputs is None or outputs is None:
            model.known = False
            return model
        model.structure = "dict" if isinstance(inputs, Mapping) else (
            "list" if isinstance(inputs, Seq) else "single")
        named = _named_parts(inputs)
        if named is None:
            model.known = False
            return model
        for key, value in named:
            graph = value.tag if isinstance(value, Arr) else None
            if not isinstance(value, Arr):
                model.known = False
                return model
            made = graph.inputs[0] if isinstance(graph, Graph) and len(graph.inputs) == 1 else None
            shape = value.shape
            name = key or (made.name if made is not None else "x")
            bare = made is not None and made.unmasked
            model.encodes = model.encodes or bare
            model.inputs.append((name, shape, value.dtype, "input_ids" if bare else None))
            if isinstance(graph, Graph) and graph.step is not None and isinstance(
                    graph.step.layer, Layer) and graph.step.layer.cls == "Input":
                model.declared[name] = graph.step.layer
                batch = graph.step.layer.config.get("batch")
                model.fixed_batch = batch if isinstance(batch, int) else model.fixed_batch
            if made is not None and made.vocabulary is not None:
                model.vocabularies[name] = made.vocabulary
        if model.structure == "list" and len(model.inputs) == 1:
            model.structure = "single"
        outs = _named_parts(outputs)
        model.out_structure = "dict" if isinstance(outputs, Mapping) else (
            "list" if isinstance(outputs, Seq) else "single")
        if outs is None:
            model.outputs = [None]
            return model
        for key, value in outs:
            model.outputs.append(value.shape if isinstance(value, Arr) else None)
            graph = value.tag if isinstance(value, Arr) else None
            model.output_names.append(key or _output_name(graph))
            model.roles.append(graph.role if isinstance(graph, Graph) else "")
            model.times.append(graph.times if isinstance(graph, Graph) else (1, 1))
            if not model.chain and isinstance(graph, Graph):
                model.chain = graph.chain()
        return model

    def apply_model(self, model: Model, inputs: Optional[Value]) -> Value:
        """A model called on symbolic tensors."""
        graphs = [a.tag for a in _arrays(inputs) if isinstance(a.tag, Graph)]
        sources: List[Any] = []
        for graph in graphs:
            sources.extend(i for i in graph.inputs if i not in sources)
        before = (*model.chain, *(graphs[0].chain() if graphs else ()))
        plain = all(t == (1, 1) for t in (*model.times, *(g.times for g in graphs)))
        found: List[Value] = []
        for shape in model.outputs or [None]:
            step = Step(model, (), shape, before[1:] if before else ())
            found.append(Arr(shape if model.known else None, "float32", "KerasTensor",
                             tag=Graph(tuple(sources), step, times=(1, 1) if plain else (0, 1))))
        if model.out_structure == "dict":
            return Mapping(dict(zip(model.output_names, found)))
        return found[0] if model.out_structure == "single" else Seq(found)

    # -- compile ---------------------------------------------------------------------------

    def compile(self, model: Model, args: Args) -> None:
        self.touch(model)
        loss = args.get(1, "loss")
        model.compiled = True
        count = max(1, len(model.outputs))
        if isinstance(loss, Mapping):
            by_name = loss.items or {}
            model.losses = tuple(loss_name(by_name.get(n)) for n in model.output_names)
        elif isinstance(loss, Seq) and loss.items is not None:
            model.losses = tuple(loss_name(item) for item in loss.items)
        else:
            model.losses = (loss_name(loss),) * count

    def model_attribute(self, value: Any, name: str) -> Optional[Value]:
        """Attributes of layers and models; None: a method, or not known."""
        if isinstance(value, Layer):
            return Const(value.config["name"]) if name == "name" and isinstance(
                value.config.get("name"), str) else None
        if name == "layers" and value.known and value.kind in ("sequential",):
            return Seq([layer for layer in value.layers if isinstance(layer, Value)])
        if name in ("output_shape", "input_shape") and value.known:
            shapes = value.outputs if name == "output_shape" else [s for _n, s, _d, _r
                                                                    in value.inputs]
            if len(shapes) == 1 and shapes[0] is not None:
                return Seq([NONE if i == 0 else _number(d) for i, d in enumerate(shapes[0])],
                           "tuple")
            return UNKNOWN
        if name in ("input", "inputs", "output", "outputs", "layers", "weights", "history",
                    "optimizer", "loss", "metrics_names", "name", "trainable_weights"):
            return self._symbolic(value, name) if name in ("input", "inputs", "output") \
                else UNKNOWN
        return None

    def _symbolic(self, model: Model, name: str) -> Value:
        if not model.known or not model.inputs:
            return UNKNOWN
        inputs = tuple(InputTensor(n, s, d, None) for n, s, d, _r in model.inputs)
        if name == "output":
            if len(model.outputs) != 1:
                return UNKNOWN
            step = Step(model, (), model.outputs[0], model.chain[1:])
            times = model.times[0] if model.times else (1, 1)
            return Arr(model.outputs[0], "float32", "KerasTensor",
                       tag=Graph(inputs, step, times=times))
        made: List[Value] = [Arr(i.shape, i.dtype, "KerasTensor", tag=Graph((i,), None, i.name))
                             for i in inputs]
        return made[0] if len(made) == 1 and name == "input" else Seq(made)


def loss_name(value: Optional[Value]) -> str:
    """Keras' snake case name of a loss; "" where not known."""
    if isinstance(value, Const) and isinstance(value.value, str):
        return canonical(value.value)
    path = value.path if isinstance(value, Lib) else value.cls if isinstance(value, Obj) else ""
    if path.startswith(("keras.losses.", "keras.metrics.")):
        return canonical(path.rpartition(".")[2])
    return ""


def _setting(value: Value) -> Any:
    """A setting of a layer as a plain constant, `UNSURE` where it is not known."""
    if isinstance(value, Const):
        return value.value
    if isinstance(value, Seq) and value.items is not None:
        items = [_setting(item) for item in value.items[:50]]
        return tuple(items) if not any(isinstance(i, Value) for i in items) else UNSURE
    if isinstance(value, Lib):
        return value.path.rpartition(".")[2]
    if isinstance(value, (Layer, Model)):
        return value
    if isinstance(value, Obj):
        return value.cls.rpartition(".")[2].lower()
    if type(value).__name__ in ("Function", "Bound"):
        return value
    return UNSURE


def _config(layer: Layer) -> Dict[str, Any]:
    """The settings as the table of layer shapes reads them: wrapped layers as dicts."""
    config: Dict[str, Any] = {}
    for name, value in layer.config.items():
        if isinstance(value, Layer):
            config[name] = {"class_name": value.cls, "config": _config(value)}
        elif isinstance(value, Value) and name != "function":
            config[name] = UNSURE
        elif isinstance(value, tuple):
            config[name] = [UNSURE if isinstance(v, Value) else v for v in value]
        else:
            config[name] = value
    return config


_RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional")
#: layers that return their attention scores as well, where the call says so
_SCORING = ("MultiHeadAttention", "Attention", "AdditiveAttention", "GroupQueryAttention")


def _one_unit(layer: Layer) -> bool:
    """Told where it is made: its output is known whatever comes in."""
    return layer.cls == "Dense" and layer.config.get("units") == 1


def _strangers(a: str, b: str) -> bool:
    """Two sources of Keras whose objects never work together."""
    pair = {a, b}
    return pair == {"keras", "tf_keras"} or ("tensorflow.python" in pair and len(pair) == 2)


def _may_be_open(layer: Layer, shape: Shape, before: Sequence[Any]) -> bool:
    """Is nothing known of the axis that the layer learns on, right behind an `Input`?"""
    return layer.cls in ("Dense", "Conv1D", "Conv2D", "Conv3D") and bool(shape) \
        and shape is not None and shape[-1] is None and bool(before) \
        and isinstance(before[0], Layer) and before[0].cls == "Input"


def _tells_softmax(layer: Layer) -> bool:
    activation = layer.config.get("activation")
    return layer.cls == "Softmax" or activation == "softmax"


def _float(inputs: Sequence[Arr]) -> str:
    return "float32"


def _number(dim: Dim) -> Value:
    return Const(dim) if isinstance(dim, int) else (NONE if dim is None else UNKNOWN)


def _named_parts(value: Value) -> Optional[List[Tuple[str, Value]]]:
    if isinstance(value, Arr):
        return [("", value)]
    if isinstance(value, Seq) and value.items is not None:
        return [("", item) for item in value.items]
    if isinstance(value, Mapping) and value.items is not None:
        return [(str(k), v) for k, v in value.items.items()]
    return None


def _output_name(graph: Any) -> str:
    if isinstance(graph, Graph) and graph.step is not None:
        layer = graph.step.layer
        if isinstance(layer, Layer):
            name = layer.config.get("name")
            return name if isinstance(name, str) else layer.cls.lower()
    return "output"


def _arrays(value: Optional[Value]) -> List[Arr]:
    if isinstance(value, Arr):
        return [value]
    if isinstance(value, Seq) and value.items is not None:
        return [i for i in value.items if isinstance(i, Arr)]
    if isinstance(value, Mapping) and value.items is not None:
        return [i for i in value.items.values() if isinstance(i, Arr)]
    return []


def _keyword_node(node: Optional[ast.Call], name: str) -> Optional[ast.expr]:
    return None if node is None else next((k.value for k in node.keywords if k.arg == name), None)


def _first_or_keyword(node: Optional[ast.Call], name: str) -> Optional[ast.expr]:
    if node is None:
        return None
    return _keyword_node(node, name) or (node.args[0] if node.args else None)


__all__ = ["Models", "Produced", "Instance", "dim_of", "dtype_name", "libraries", "loss_name"]
