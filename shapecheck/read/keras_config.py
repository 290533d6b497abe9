"""The interface of a Keras model from its configuration, as Keras 2 and Keras 3 write it."""
from __future__ import annotations

from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.facts.report import Description
from shapecheck.facts.roles import role_of
from shapecheck.facts.shape import Dim, Spec
from shapecheck.read.layer_graph import Shapes, possible
from shapecheck.read.layer_shapes import Known, dtype_of
from shapecheck.source.model_file import ModelFile, version_text
from shapecheck.source.usage import usage

Config = Dict[str, Any]
Shape = Optional[Tuple[Dim, ...]]

_INPUT_LAYERS = ("InputLayer", "Input")


def describe_config(file: ModelFile) -> Description:
    """The Description of a .keras or HDF5 file. Raises UserError where a Functional model has
    no inputs or names a layer that is not there."""
    config = file.config
    inner = config.get("config")
    class_name = str(config.get("class_name") or "?")
    written = version_text(file.keras_version, file.generation)
    notes = [f"read from the file, written by {written}; the model was not loaded"]
    if isinstance(inner, dict) and isinstance(inner.get("layers"), list):
        if "input_layers" in inner:
            return _functional(file, class_name, inner, notes)
        if class_name.rpartition(">")[2] == "Sequential":
            return _sequential(file, class_name, inner, notes)
    if isinstance(inner, list) and class_name.rpartition(">")[2] == "Sequential":
        return _sequential(file, class_name, {"layers": inner}, notes)  # Keras before 2.2.3
    return _subclassed(file, class_name, inner if isinstance(inner, dict) else {}, notes)


# -- Functional --------------------------------------------------------------------------------


def _functional(file: ModelFile, class_name: str, config: Config, notes: List[str]) -> Description:
    layers = {_name(layer): layer for layer in config["layers"] if isinstance(layer, dict)}
    structure, named = _structure(config["input_layers"], file.generation)
    if not named:
        raise UserError(f"{clean(file.path)}: the model has no inputs, so there is nothing to "
                        "check")
    inputs = []
    for name, tensor in named:
        layer = layers.get(tensor)
        if layer is None:
            raise UserError(f"{clean(file.path)}: input {clean(tensor)!r} is not among the "
                            "model's layers; save it again with model.save")
        inputs.append(_input_spec(name, layer, notes))
    nest = _nest(config["input_layers"]) if structure == "nested" else None
    if structure == "nested":
        notes.append("the inputs are nested; they are listed in the order of the model's graph")
    shapes = Shapes(config["layers"])
    outputs = [_output_spec(name, shapes.of(*tensor))
               for name, tensor in _output_tensors(config.get("output_layers"))]
    return Description(
        str(config.get("name") or "model"), "functional", class_name, tuple(inputs),
        tuple(outputs), structure, usage(inputs, structure, nest=nest), tuple(notes), file.path)


def _is_tensor(node: Any) -> bool:
    """["ids", 0, 0]: layer name, node, tensor."""
    return isinstance(node, (list, tuple)) and len(node) >= 3 and isinstance(node[0], str) \
        and all(isinstance(n, int) for n in node[1:3])


def _leaves(node: Any) -> Iterator[List[Any]]:
    if _is_tensor(node):
        yield node
    elif isinstance(node, dict):
        for value in node.values():
            yield from _leaves(value)
    elif isinstance(node, (list, tuple)):
        for value in node:
            yield from _leaves(value)


def _structure(inputs: Any, generation: str) -> Tuple[str, List[Tuple[str, str]]]:
    """How inputs are passed, and (name to show, name of the InputLayer) of each, in order."""
    if _is_tensor(inputs):
        return "single", [(inputs[0], inputs[0])]
    if isinstance(inputs, dict) and all(_is_tensor(v) for v in inputs.values()):
        return "dict", [(str(key), value[0]) for key, value in inputs.items()]
    leaves = [(leaf[0], leaf[0]) for leaf in _leaves(inputs)]
    flat = isinstance(inputs, list) and all(_is_tensor(v) for v in inputs)
    if not flat:
        return "nested", leaves
    # Keras 2 writes one input and a list of one input alike
    return ("single" if len(leaves) == 1 and generation != "keras3" else "list"), leaves


def _nest(node: Any) -> Any:
    if _is_tensor(node):
        return node[0]
    if isinstance(node, dict):
        return {str(key): _nest(value) for key, value in node.items()}
    return [_nest(value) for value in node]


def _output_tensors(outputs: Any) -> List[Tuple[str, Tuple[str, int, int]]]:
    if isinstance(outputs, dict) and all(_is_tensor(v) for v in outputs.values()):
        return [(str(key), (v[0], v[1], v[2])) for key, v in outputs.items()]
    return [(leaf[0], (leaf[0], leaf[1], leaf[2])) for leaf in _leaves(outputs)]


def _name(layer: Config) -> str:
    inner = layer.get("config")
    return str(layer.get("name") or (inner.get("name") if isinstance(inner, dict) else "") or "")


# -- Sequential --------------------------------------------------------------------------------


def _sequential(file: ModelFile, class_name: str, config: Config, notes: List[str]) -> Description:
    layers = [layer for layer in config["layers"] if isinstance(layer, dict)]
    name = str(config.get("name") or "sequential")
    spec = _sequential_input(layers, notes)
    if spec is None:
        built = _shape(_built(file.config))
        notes.append("a Sequential without Input declares nothing: it takes any shape that its "
                     "layers can digest" + (f"; it was built with {_show(built)}" if built else ""))
    known = Shapes(layers).chain(None if spec is None else Known(spec.shape, spec.dtype))
    last = _name(layers[-1]) if layers else "output"
    outputs = (_output_spec(last, known),) if layers else ()
    inputs = () if spec is None else (spec,)
    calls = usage(inputs, "single") if inputs else usage([Spec.of("x", None)], "single")
    return Description(name, "sequential", class_name, inputs, outputs, "single", calls,
                       tuple(notes), file.path)


def _sequential_input(layers: Sequence[Config], notes: List[str]) -> Optional[Spec]:
    if not layers:
        return None
    first = layers[0]
    inner: Config = first["config"] if isinstance(first.get("config"), dict) else {}
    if first.get("class_name") in _INPUT_LAYERS:
        return _input_spec(_name(first), first, notes)
    if isinstance(inner.get("layers"), list):  # begins with a model
        if "input_layers" not in inner:
            return _sequential_input(inner["layers"], notes)
        by_name = {_name(layer): layer for layer in inner["layers"]}
        leaves = list(_leaves(inner["input_layers"]))
        if len(leaves) == 1 and leaves[0][0] in by_name:
            return _input_spec(leaves[0][0], by_name[leaves[0][0]], notes)
        return None
    if isinstance(inner.get("batch_input_shape"), list) and not first.get("build_config"):
        return _input_spec(_name(first) + "_input", first, notes)
    return None


# -- Subclassed --------------------------------------------------------------------------------


def _subclassed(file: ModelFile, class_name: str, config: Config,
                notes: List[str]) -> Description:
    built = _built(file.config)
    note = f"{clean(class_name)} is a class of its own: its file declares no inputs"
    if _shape(built):
        note += f"; it was built with {_show(_shape(built))}"
    elif built:
        note += f"; it was built with {clean(built)}"
    notes.append(note + ". Load it (--inputs DATA) to see what it does with data")
    module = str(file.config.get("module") or "").split(".")[0]
    if module in ("keras_hub", "keras_nlp"):
        notes.append(f"it comes from {module}, which has to be installed to load it")
    return Description(str(config.get("name") or class_name), "subclassed", class_name,
                       notes=tuple(notes), origin=file.path)


def _built(config: Config) -> Any:
    build = config.get("build_config")
    return build.get("input_shape") or build.get("shapes_dict") if isinstance(build, dict) else None


# -- one input, one output ---------------------------------------------------------------------


def _input_spec(name: str, layer: Config, notes: List[str]) -> Spec:
    inner = layer.get("config")
    inner = inner if isinstance(inner, dict) else {}
    shape = _shape(inner.get("batch_shape") or inner.get("batch_input_shape"))
    if shape and shape[0] is not None:
        notes.append(f"input {clean(name)}: the file holds a batch size of {shape[0]}")
    if shape:
        shape = (None, *shape[1:])
    if inner.get("sparse") or inner.get("ragged"):
        kind = "sparse" if inner.get("sparse") else "ragged"
        notes.append(f"input {clean(name)} is {kind}: arrays have to be converted")
    return Spec.of(name, shape, dtype_of(inner.get("dtype")), role=role_of(name),
                   optional=bool(inner.get("optional", False)), source="config")


def _output_spec(name: str, known: Optional[Known]) -> Spec:
    shape = None if known is None else known.shape
    if shape:
        shape = (None, *shape[1:])
    return Spec.of(name, shape, None if known is None else known.dtype, source="config")


def _shape(value: Any) -> Shape:
    """A shape of a configuration, None where it is none."""
    if not isinstance(value, (list, tuple)) or not value:
        return None
    if not all(d is None or (isinstance(d, int) and not isinstance(d, bool)) for d in value):
        return None
    return possible(value)


def _show(shape: Shape) -> str:
    dims = ["None" if d is None else str(d) for d in shape or ()]
    return "(" + ", ".join(dims) + ("," if len(dims) == 1 else "") + ")"
