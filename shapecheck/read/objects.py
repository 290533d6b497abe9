"""Values that a program makes of code of its own, and Keras layers and models in the making."""
from __future__ import annotations

import ast
from typing import Any, Dict, List, Optional, Tuple

from shapecheck.facts.records import dataclass
from shapecheck.read.values import Mutable, Shape, Value


class Place:
    """A node of the program and the cell it stands in."""

    __slots__ = ("cell", "node")

    def __init__(self, cell: Any, node: ast.AST) -> None:
        self.cell = cell
        self.node = node


class Scope:
    """Names of one function, class or module. `where`: the statement that bound each last."""

    __slots__ = ("names", "where", "parent", "globals")

    def __init__(self, parent: Optional["Scope"] = None) -> None:
        self.names: Dict[str, Value] = {}
        self.where: Dict[str, Place] = {}
        self.parent = parent
        self.globals: Tuple[str, ...] = ()

    def find(self, name: str) -> Optional["Scope"]:
        scope: Optional[Scope] = self
        while scope is not None:
            if name in scope.names:
                return scope
            scope = scope.parent
        return None


class Function(Value):
    """A function of the program's. bound: the instance of a method. traced: how `tf.function`
    compiles it ("strict", "relaxed", "" where it does not: see tracing)."""

    __slots__ = ("node", "scope", "cell", "bound", "defaults", "cls", "traced")

    def __init__(self, node: Any, scope: Scope, cell: Any, bound: Optional[Value] = None,
                 defaults: Optional[Dict[str, Value]] = None, cls: Any = None,
                 traced: str = "") -> None:
        self.node = node
        self.scope = scope
        self.cell = cell
        self.bound = bound
        self.defaults = defaults or {}
        self.cls = cls
        self.traced = traced

    def to(self, value: Value) -> "Function":
        return Function(self.node, self.scope, self.cell, value, self.defaults, self.cls,
                        self.traced)

    def compiled(self, traced: str) -> "Function":
        return Function(self.node, self.scope, self.cell, self.bound, self.defaults, self.cls,
                        traced)


class Class(Value):
    """A class of the program's. base: the canonical name of the library class it comes from
    ("keras.Model", "keras.layers.Layer"), "" for none, "?" where not known."""

    __slots__ = ("name", "scope", "base", "parents", "node", "cell")

    def __init__(self, name: str, scope: Scope, base: str, parents: List["Class"], node: Any,
                 cell: Any) -> None:
        self.name = name
        self.scope = scope
        self.base = base
        self.parents = parents
        self.node = node
        self.cell = cell

    def lookup(self, name: str, depth: int = 0) -> Optional[Value]:
        if name in self.scope.names:
            return self.scope.names[name]
        if depth < 10:
            for parent in self.parents:
                found = parent.lookup(name, depth + 1)
                if found is not None:
                    return found
        return None


class Instance(Mutable):
    """An object of a class of the program's. A subclassed model also has `model`."""

    __slots__ = ("cls", "attrs", "model", "half")

    def __init__(self, cls: Class) -> None:
        self.cls = cls
        self.half: Optional[str] = None  # what a layer or model computes in: half precision
        self.attrs: Dict[str, Value] = {}
        self.model: Optional[Model] = None

    def state(self) -> Any:
        return dict(self.attrs)

    def restore(self, state: Any) -> None:
        self.attrs = dict(state)

    def forget(self) -> None:
        self.attrs = {}


class Module(Value):
    """A module beside the file, read like it."""

    __slots__ = ("scope",)

    def __init__(self, scope: Scope) -> None:
        self.scope = scope


class Layer(Mutable):
    """A Keras layer that was made and may be applied. config: setting -> Python constant,
    `UNSURE`, or another Layer."""

    __slots__ = ("cls", "config", "place", "root", "declared", "declared_node", "half")

    def __init__(self, cls: str, config: Dict[str, Any], place: Optional[Place],
                 root: str = "keras") -> None:
        self.cls = cls
        self.config = config
        self.place = place
        self.root = root  # "keras", "tensorflow", "tf_keras": what it was imported from
        self.declared: Shape = None  # with the batch axis
        self.declared_node: Optional[ast.AST] = None
        self.half: Optional[str] = None  # where the policy was half precision when it was made

    def state(self) -> Any:
        return dict(self.config)

    def restore(self, state: Any) -> None:
        self.config = state

    def forget(self) -> None:
        pass

    def __repr__(self) -> str:
        return f"<layer {self.cls}>"


@dataclass(frozen=True)
class Step:
    """One layer applied: what came out, and through which layers (the nearest first)."""

    layer: Any
    inputs: Tuple[Shape, ...]
    output: Shape
    before: Tuple[Any, ...]


class Graph:
    """The tag of a KerasTensor: the Inputs it depends on and the last step."""

    __slots__ = ("inputs", "step", "name", "role", "times")

    def __init__(self, inputs: Tuple[Any, ...], step: Optional[Step], name: str = "",
                 role: str = "", times: Tuple[int, int] = (1, 1)) -> None:
        self.inputs = inputs
        self.step = step
        self.name = name
        self.role = role  # of a text model's output: "last_hidden_state"
        self.times = times  # its rows are so many times those of the Inputs, a/b; 0: not known

    def chain(self) -> Tuple[Any, ...]:
        """The layers that it came through, the nearest first."""
        return () if self.step is None else (self.step.layer, *self.step.before)[:40]


def common_times(graphs: List[Graph]) -> Tuple[int, int]:
    """`Graph.times` of what is made of all of them."""
    return graphs[0].times if all(g.times == graphs[0].times for g in graphs) else (0, 1)


class InputTensor:
    """One `Input(...)`: identity counts."""

    __slots__ = ("name", "shape", "dtype", "place", "vocabulary", "unmasked")

    def __init__(self, name: str, shape: Shape, dtype: Optional[str],
                 place: Optional[Place]) -> None:
        self.name = name
        self.shape = shape  # with the batch axis
        self.dtype = dtype
        self.place = place
        self.vocabulary: Optional[int] = None  # rows of the Embedding that takes it
        self.unmasked = False  # a text model takes it for its ids, without a mask


class Model(Mutable):
    """A Keras model. `known` is False where layers may be missing here: then nothing is said.

    kind: "sequential", "functional", "subclassed", "transformers", "application".
    inputs: (name, declared shape with batch axis, dtype, role) in the order of the call.
    outputs: shapes with the batch axis. structure: "single", "list", "dict".
    """

    __slots__ = ("kind", "layers", "inputs", "outputs", "structure", "out_structure", "losses",
                 "known", "place", "root", "chain", "instance", "obj", "compiled", "class_name",
                 "output_names", "built", "metrics", "vocabularies", "positions",
                 "declared", "fixed_batch", "roles", "encodes", "ran", "rows_written", "times")

    def __init__(self, kind: str, place: Optional[Place] = None, root: str = "keras") -> None:
        self.kind = kind
        self.layers: List[Any] = []
        self.inputs: List[Tuple[str, Shape, Optional[str], Optional[str]]] = []
        self.outputs: List[Shape] = []
        self.output_names: List[str] = []
        self.structure = "single"
        self.out_structure = "single"
        self.losses: Tuple[str, ...] = ()
        self.known = True
        self.place = place
        self.root = root
        self.chain: Tuple[Any, ...] = ()  # layers the (first) output came through, nearest first
        self.instance: Optional[Instance] = None
        self.obj: Any = None
        self.compiled = False
        self.class_name = "Model"
        self.built: Shape = None
        self.metrics: Tuple[str, ...] = ()
        self.vocabularies: Dict[str, int] = {}
        self.positions: Optional[int] = None
        self.declared: Dict[str, Layer] = {}  # the layer that declares each input
        self.fixed_batch: Optional[int] = None
        self.ran: Any = None  # of `Models.run_sequential`: for what, through what, what came out
        self.roles: List[str] = []  # of the outputs
        self.times: List[Tuple[int, int]] = []  # of the outputs: `Graph.times`
        self.rows_written: Optional[int] = None  # rows of a batch, by the model's own code
        self.encodes = kind == "transformers"  # token ids become one vector a token

    def state(self) -> Any:
        return (list(self.layers), list(self.inputs), list(self.outputs), self.losses, self.known,
                self.chain, self.compiled)

    def restore(self, state: Any) -> None:
        layers, inputs, outputs, self.losses, self.known, self.chain, self.compiled = state
        self.layers, self.inputs, self.outputs = list(layers), list(inputs), list(outputs)

    def forget(self) -> None:
        self.known = False

    def __repr__(self) -> str:
        return f"<{self.kind} model>"


class RowsInside:
    """While a model's own code is followed: the rows that it got, all of them, and another number
    of rows that it writes itself (`tf.zeros((BATCH, 8))`), which then is the size of a batch."""

    __slots__ = ("rows", "written")

    def __init__(self, rows: int) -> None:
        self.rows = rows
        self.written: Optional[int] = None

    def meets(self, a: Shape, b: Shape) -> bool:
        """Two arrays meet that have rows: is one of them of the size of a batch?"""
        if not a or not b or len(a) != len(b) or self.rows not in (a[0], b[0]):
            return False
        other = b[0] if a[0] == self.rows else a[0]
        if not isinstance(other, int) or other in (1, self.rows):
            return False
        if any(isinstance(x, int) and isinstance(y, int) and x != y and 1 not in (x, y)
               for x, y in zip(a[1:], b[1:])):
            return False  # they meet in no way
        self.written = other
        return True


@dataclass(frozen=True)
class Squeezed:
    """The tag of an array whose only row lost its axis by a squeeze, and of its items."""

    shape: Tuple[Any, ...]
    inherited: bool = True


@dataclass(frozen=True)
class Role:
    """The tag of what a tokenizer made: what the array is for ("attention_mask")."""

    name: str


@dataclass(frozen=True)
class Fields:
    """The tag of a DataFrame: what is known of the numbers in its columns, by name; whether its
    rows are known by their numbers, each of which is there once."""

    labels: Dict[Any, Any]
    numbered: bool = False


@dataclass(frozen=True)
class Came:
    """The tag of a tensor with values that layers returned: those layers, the nearest first."""

    before: Tuple[Any, ...]


@dataclass(frozen=True)
class Stacked:
    """The tag of what a list of arrays became: one array with a new axis in front."""

    inputs: int
    node: Any
    cell: Any


@dataclass(frozen=True)
class Produced:
    """The tag of an array that a model returned. rows: of its inputs."""

    model: Any
    method: str
    output: int
    outputs: int
    role: str = ""  # "last_hidden_state", "pooler_output", "logits"
    item: bool = False  # one row of it, or one item of what was returned
