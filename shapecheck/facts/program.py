"""Facts about a program that are no calls of a model: definitions, arrays that meet, reductions."""
from __future__ import annotations

from typing import Any, Optional, Tuple

from shapecheck.facts.call import Argument
from shapecheck.facts.finding import Location
from shapecheck.facts.records import dataclass, field
from shapecheck.facts.shape import Array, Dim

#: layers that return the shape that they get, as far as rank and steps go
SAME_SHAPE = ("Dropout", "BatchNormalization", "LayerNormalization", "Activation", "LeakyReLU",
              "ReLU", "GaussianNoise", "SpatialDropout1D")
#: up to which whole number a half precision counts in ones
EXACT = {"float16": 2048, "bfloat16": 256}
#: layers over steps that return the last one unless return_sequences says otherwise
RECURRENT = ("LSTM", "GRU", "SimpleRNN", "RNN", "Bidirectional", "CuDNNLSTM", "CuDNNGRU")


@dataclass(frozen=True)
class Definition:
    """A layer or a model was defined, or applied to a tensor while a model is built.

    class_name: "Dense", "Input", ...; source: the user's text of it. config: its settings, as
    far as they are known. inputs / output: with the batch axis in front. first: it is the first
    layer and declares the input. declared: the item shape as it was written (`input_shape=`,
    `shape=`); None where none was.
    problem: why the layer cannot take its inputs, "" where nothing is proved: "rank",
    "negative" (a kernel larger than what is left), "sizes", "reshape". wanted: the rank it
    takes, in words ("3", "at least 2"). detail: one plain sentence of ours about the problem.
    before: class names of the layers that the input came through, the nearest first.
    written_at / previous_at: where `source` and `previous_source` stand (`location` may be where
    the layer is applied).
    """

    class_name: str
    source: str = ""
    config: Tuple[Tuple[str, Any], ...] = ()
    inputs: Tuple[Array, ...] = ()
    output: Optional[Array] = None
    first: bool = False
    declared: Optional[Tuple[Dim, ...]] = None
    declared_source: str = ""
    problem: str = ""
    wanted: str = ""
    detail: str = ""
    before: Tuple[str, ...] = ()
    previous_source: str = ""
    generations: Tuple[str, ...] = ()
    location: Location = field(default_factory=Location)
    written_at: Location = field(default_factory=Location)
    previous_at: Location = field(default_factory=Location)

    def setting(self, name: str, default: Any = None) -> Any:
        return dict(self.config).get(name, default)


@dataclass(frozen=True)
class Elementwise:
    """Two arrays meet, element by element: `y - model.predict(x)`.

    operation: "-", "==", or the name of a loss or metric function. result: what broadcasting
    makes of them. produced: which of the two is a model's output ("left", "right", "").
    """

    operation: str
    source: str
    left: Array
    right: Array
    left_expression: str
    right_expression: str
    result: Array
    produced: str = ""
    location: Location = field(default_factory=Location)


@dataclass(frozen=True)
class Reduction:
    """A reduction over a model's output: `np.argmax(model.predict(x), axis=0)`.

    axis: as passed; None is "over everything". outputs: how many outputs the model has where
    `argument` is one item of what it returned, else 1. squeezed: a squeeze took the axis of the
    only row before.
    """

    operation: str
    source: str
    argument: Array
    argument_expression: str
    axis: Optional[int]
    result: Array
    outputs: int = 1
    squeezed: bool = False
    location: Location = field(default_factory=Location)


@dataclass(frozen=True)
class Slicing:
    """`Dataset.from_tensor_slices(parts)`: axis 0 of every part is cut into elements.

    parts: (the user's text, array) of each. stacked: the text of a list among them that becomes
    one array, "" where there is none; count: how many arrays it holds; roles: what
    they are for, where that is known ("input_ids", "attention_mask").
    """

    source: str
    parts: Tuple[Tuple[str, Array], ...]
    stacked: str = ""
    count: int = 0
    roles: Tuple[str, ...] = ()
    location: Location = field(default_factory=Location)


@dataclass(frozen=True)
class Reshaping:
    """An array was reshaped. meaning: what its axes mean where that is known
    ("channels first", ...)."""

    source: str
    before: Array
    after: Array
    expression: str
    location: Location = field(default_factory=Location)


@dataclass(frozen=True)
class Tracing:
    """A function under `tf.function` is traced anew in each pass of a loop.

    argument: the user's text of what differs. cause: "shape", or "number" (a Python number).
    shapes: some of those that it gets. seen: how many traces a run has counted, 0 where the
    source alone says so.
    """

    source: str
    function: str
    argument: str
    cause: str
    shapes: Tuple[str, ...] = ()
    location: Location = field(default_factory=Location)
    seen: int = 0


@dataclass(frozen=True)
class Failure:
    """What the framework said when the code was run: a traceback or a warning that was kept, or
    an exception that was seen as it was raised.

    code: of the rule that explains it. what / why: in our words, with the shapes of the message.
    source: the user's line. advice: where the rule's own would not do. kind: of the evidence,
    "saved output" or "exception". inputs: what was passed, where the call is known.
    """

    code: str
    what: str
    why: str
    source: str = ""
    said: str = ""
    location: Location = field(default_factory=Location)
    advice: str = ""
    kind: str = "saved output"
    inputs: Tuple[Argument, ...] = ()
