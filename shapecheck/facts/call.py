"""The facts about one call: declared, passed, received, returned."""
from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

from shapecheck.facts.finding import Location
from shapecheck.facts.records import dataclass, field
from shapecheck.facts.shape import Array, Dim, Spec, from_mapping, to_jsonable


@dataclass(frozen=True)
class Environment:
    """Versions as installed, e.g. {"tensorflow": "2.21.0", "keras": "3.15.1"}; None if absent."""

    python: str = ""
    versions: Tuple[Tuple[str, str], ...] = ()

    def get(self, package: str) -> Optional[str]:
        return dict(self.versions).get(package)

    def to_dict(self) -> Dict[str, Any]:
        return {"python": self.python, **dict(self.versions)}


@dataclass(frozen=True)
class ModelInfo:
    """The model of a call.

    kind: "functional", "sequential", "subclassed", "transformers", "savedmodel".
    generation: "keras2" or "keras3"; "" for what is not Keras.
    expression: the user's name for it ("model"), "" where not known.
    text_encoder: it turns token ids into one vector a token, so that a CLS exists.
    """

    name: str
    kind: str = "functional"
    generation: str = ""
    keras_version: str = ""
    tf_version: str = ""
    expression: str = ""
    class_name: str = ""
    text_encoder: bool = False
    structure: str = "single"  # how inputs are to be passed: "single", "list", "dict", "nested"


@dataclass(frozen=True)
class Argument:
    """One model input (or the labels, or the sample weights) in one call.

    received: what the model's layers saw, over all batches; None where not known.
    how: what the framework did to get there: "unchanged", "expanded", "squeezed", "rejected",
    "unknown". expression / span: the user's source text for it and its place (start, end) in
    `Call.source`; the span is None where one expression stands for several inputs.
    indexed: what a subscript at the end of `expression` takes an item of: "rows" (an array, by
    an int), "list" (a Python list, by an int), "other", "" (not known). origin: where its shape
    comes from, the user's text ("mnist.load_data(), cell 2"), origin_at: that place. vocabulary:
    rows of the embedding that takes this input first, None where there is none. declared_at /
    declared_source: where and how its shape was declared ("x_train.shape"). said: what its maker
    says that it is for ("attention_mask", of a tokenizer). squeezed: a squeeze took its only row's
    axis. marks_padding: a mask that is 1 exactly where the ids next to it are padding.
    """

    name: str
    passed: Array
    declared: Optional[Spec] = None
    received: Optional[Array] = None
    how: str = "unknown"
    expression: str = ""
    span: Optional[Tuple[int, int]] = None
    role: Optional[str] = None
    indexed: str = ""
    origin: str = ""
    origin_at: Optional[Location] = None
    vocabulary: Optional[int] = None
    declared_at: Optional[Location] = None
    declared_source: str = ""
    squeezed: bool = False
    said: str = ""
    marks_padding: Optional[bool] = None


@dataclass(frozen=True)
class Output:
    """One flattened output. rows_declared: the model says that axis 0 counts rows."""

    name: str
    array: Array
    rows_declared: bool = False


@dataclass(frozen=True)
class LayerRow:
    """One layer call of one forward pass. depth: nesting, 0 is the model itself."""

    path: str
    class_name: str
    depth: int
    inputs: Tuple[Array, ...]
    outputs: Tuple[Array, ...]


@dataclass(frozen=True)
class Call:
    """One host call.

    method: "predict", "fit", "__call__", ...; source: the user's source text of the call;
    container_span: the place of the whole inputs argument in it. rows: rows of the inputs
    where all agree. raised: the type name of the user's exception. count: how many calls with
    these facts were seen. in_graph: seen while a tf.function was traced. pipeline: "Dataset",
    "generator" or "Sequence" where the inputs came batch by batch; an element is then one
    batch (or one row, where the pipeline was never batched). predicted: what the model makes of
    these inputs, for labels to be compared with. losses: Keras' name of the loss of each output
    ("mse", "sparse_categorical_crossentropy"), "" where not known. positions: tokens a row that
    a text model takes at most. fixed_batch: rows in each batch, where layers keep a state a row.
    takes: the inputs that the model insists on, however many were given. traces: how
    often the function behind the method was traced for it. replicas: how many share a batch.
    batches: of a generator or Sequence, (rows, how many batches had them), in order of appearance.
    through: class names of the layers that the output came through, from the input on; "?" for
    what is not known.
    """

    model: ModelInfo
    method: str
    inputs: Tuple[Argument, ...]
    labels: Tuple[Argument, ...] = ()
    returned: Tuple[Output, ...] = ()
    location: Location = field(default_factory=Location)
    source: str = ""
    container_expression: str = ""
    container_span: Optional[Tuple[int, int]] = None
    container_kind: str = ""
    pipeline: str = ""
    batch_size: Optional[int] = None
    raised: Optional[str] = None
    in_graph: bool = False
    finished: bool = True
    count: int = 1
    layers: Tuple[LayerRow, ...] = ()
    predicted: Tuple[Output, ...] = ()
    losses: Tuple[str, ...] = ()
    positions: Optional[int] = None
    fixed_batch: Optional[int] = None
    takes: Tuple[Spec, ...] = ()
    traces: int = 0
    replicas: int = 1
    through: Tuple[str, ...] = ()
    batches: Tuple[Tuple[int, int], ...] = ()

    @property
    def rows(self) -> Dim:
        """Rows passed, None where unknown or where the inputs disagree."""
        sizes = {arg.passed.rows for arg in self.inputs if arg.passed.rank}
        return sizes.pop() if len(sizes) == 1 else None

    def to_dict(self) -> Dict[str, Any]:
        return {
            "model": {"name": self.model.name, "class": self.model.class_name,
                      "kind": self.model.kind, "generation": self.model.generation,
                      "expression": self.model.expression,
                      "text_encoder": self.model.text_encoder,
                      "structure": self.model.structure,
                      "keras": self.model.keras_version, "tensorflow": self.model.tf_version},
            "method": self.method, "source": self.source,
            "inputs": [_argument_to_dict(a) for a in self.inputs],
            "labels": [_argument_to_dict(a) for a in self.labels],
            "returned": [{"name": o.name, **array_to_dict(o.array)} for o in self.returned],
            "raised": self.raised, "in_graph": self.in_graph, "count": self.count,
            "finished": self.finished,
            "pipeline": self.pipeline, "batch_size": self.batch_size,
            "traces": self.traces, "replicas": self.replicas,
            "batches": [list(batch) for batch in self.batches],
            "location": {"path": self.location.path, "cell": self.location.cell,
                         "line": self.location.line, "column": self.location.column,
                         "end_line": self.location.end_line,
                         "end_column": self.location.end_column,
                         "execution_count": self.location.execution_count},
            "layers": [{"path": r.path, "class": r.class_name, "depth": r.depth,
                        "inputs": [array_to_dict(a) for a in r.inputs],
                        "outputs": [array_to_dict(a) for a in r.outputs]} for r in self.layers],
        }

    @staticmethod
    def from_dict(data: Dict[str, Any]) -> "Call":
        model = data["model"]
        return Call(
            model=ModelInfo(model["name"], model["kind"], model["generation"], model["keras"],
                            model["tensorflow"], model["expression"], model["class"],
                            model.get("text_encoder", False), model.get("structure", "single")),
            method=data["method"], source=data["source"],
            inputs=tuple(_argument_from_dict(a) for a in data["inputs"]),
            labels=tuple(_argument_from_dict(a) for a in data["labels"]),
            returned=tuple(Output(o["name"], from_mapping(o) or Array())
                           for o in data["returned"]),
            location=Location(**data["location"]), raised=data["raised"],
            in_graph=data["in_graph"], count=data["count"], finished=data.get("finished", True),
            pipeline=data["pipeline"], batch_size=data["batch_size"],
            traces=data.get("traces", 0), replicas=data.get("replicas", 1),
            batches=tuple((rows, count) for rows, count in data.get("batches", ())),
            layers=tuple(LayerRow(r["path"], r["class"], r["depth"],
                                  tuple(from_mapping(a) or Array() for a in r["inputs"]),
                                  tuple(from_mapping(a) or Array() for a in r["outputs"]))
                         for r in data["layers"]),
        )


@dataclass(frozen=True)
class Indexing:
    """A model's output was indexed: `expression` is `base` with `keys` applied.

    token_axis: the axis of `base` that counts tokens, None where it is no sequence of states.
    """

    expression: str
    base_expression: str
    base: Array
    keys: Tuple[Any, ...]
    result: Array
    token_axis: Optional[int] = None
    location: Location = field(default_factory=Location)


def array_to_dict(array: Array) -> Dict[str, Any]:
    """The JSON form of one array: shape (null: not known), dtype, container."""
    return {"shape": to_jsonable(array.shape), "dtype": array.dtype, "container": array.container}


def _argument_to_dict(arg: Argument) -> Dict[str, Any]:
    declared = arg.declared
    return {
        "name": arg.name, "role": arg.role, "expression": arg.expression, "how": arg.how,
        "declared": None if declared is None else {
            "shape": to_jsonable(declared.shape), "dtype": declared.dtype,
            "optional": declared.optional, "source": declared.source},
        "passed": array_to_dict(arg.passed),
        "received": None if arg.received is None else array_to_dict(arg.received),
    }


def _argument_from_dict(data: Dict[str, Any]) -> Argument:
    declared = data["declared"]
    return Argument(
        data["name"], from_mapping(data["passed"]) or Array(),
        None if declared is None else Spec.of(
            data["name"], declared["shape"], declared["dtype"], role=data["role"],
            optional=declared["optional"], source=declared["source"]),
        from_mapping(data["received"]), data["how"], data["expression"], role=data["role"])
