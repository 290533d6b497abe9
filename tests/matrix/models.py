"""The models of the matrix, as source text: a body, a form, a task.

A body says what rows go in (`Feature`) and which layers read them; a form says how these become
a model (Functional, Sequential with and without Input, subclassed, nested); a task is the head,
the loss and the right labels. All of it is text, so that each cell can be read, and pasted.
"""
from __future__ import annotations

import functools
from typing import Any, Dict, List, NamedTuple, Optional, Tuple

#: names that every cell has; `keras` is the Keras under test
COMMON = '''
import numpy as np
import pandas as pd
import tensorflow as tf
L = keras.layers
slices = tf.data.Dataset.from_tensor_slices
def cut(arrays, start, size):
    return tf.nest.map_structure(lambda a: a[start:start + size], arrays)
def feed(*arrays, size=5):
    for start in range(0, len(tf.nest.flatten(arrays)[0]), size):
        yield cut(arrays, start, size)
class Batches(getattr(keras.utils, "PyDataset", None) or keras.utils.Sequence):
    def __init__(self, *arrays, size=5):
        super().__init__()
        self.arrays, self.size = arrays, size
    def __len__(self):
        return -(-len(tf.nest.flatten(self.arrays)[0]) // self.size)
    def __getitem__(self, number):
        return cut(self.arrays, number * self.size, self.size)
class Stack(keras.Model):
    def __init__(self, stack):
        super().__init__()
        self.stack = stack
    def call(self, rows, training=False):
        for layer in self.stack:
            rows = layer(rows)
        return rows
class ByHand(keras.Model):
    def train_step(self, data):
        rows, labels = data[:2]
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.cast(labels, "float32") - self(rows, training=True)) ** 2)
        slopes = tape.gradient(loss, self.trainable_variables)
        for variable, slope in zip(self.trainable_variables, slopes):
            variable.assign_sub(0.1 * slope)
        return {"loss": loss, "own": loss}
    def test_step(self, data):
        rows, labels = data[:2]
        loss = tf.reduce_mean((tf.cast(labels, "float32") - self(rows)) ** 2)
        return {"loss": loss, "own": loss}  # with "loss" alone Keras 3 gives its own, never fed
'''

#: the same data for both Kerases; N rows
DATA = '''
import numpy as np
rng = np.random.RandomState(0)
N = {rows}
'''


class Feature(NamedTuple):
    """One input. shape: of a row, None where any size is right; rows: text that makes N of them.

    ids: how many there are where these are ids, 0 for numbers.
    """

    name: str
    shape: Tuple[Optional[int], ...]
    rows: str
    dtype: str = "float32"
    ids: int = 0

    def takes(self, rows: Any, shape: bool = True) -> bool:
        """Are `rows` (an array) such as this input declares: shape, and range where it is ids?"""
        if self.ids and (rows.min() < 0 or rows.max() >= self.ids):
            return False
        sizes = rows.shape[1:]
        return not shape or (len(sizes) == len(self.shape) and all(
            want in (None, size) for want, size in zip(self.shape, sizes)))


class Body(NamedTuple):
    """What reads the rows. layers: a list as text (one feature); graph: else, the code that makes
    `h` of the inputs `<name>_in`. structure: how the inputs are held. steps: how many steps the
    head sees in each row, 0 where it sees one vector. forms: which make sense."""

    name: str
    features: Tuple[Feature, ...]
    layers: str = ""
    graph: str = ""
    structure: str = "single"
    steps: int = 0
    forms: Tuple[str, ...] = ("functional", "sequential", "bare", "subclassed", "nested")
    tasks: Tuple[str, ...] = ("regression",)
    rows: int = 24

    @property
    def free(self) -> bool:
        """Some size is not declared."""
        return any(None in f.shape for f in self.features)


class Task(NamedTuple):
    """The head, the loss, and the right labels of N rows (`y`)."""

    name: str
    head: str
    loss: str
    labels: str
    per_step: bool = False


class Model(NamedTuple):
    body: Body
    form: str
    task: Task

    @property
    def name(self) -> str:
        return f"{self.body.name}, {self.form}, {self.task.name}"

    def source(self) -> str:
        """Rows, labels and a compiled model."""
        body, task = self.body, self.task
        return "\n".join([COMMON, data_source(body, task), _MAKERS[self.form](body, task),
                          f'model.compile(optimizer="sgd", loss={task.loss})'])


def data_source(body: Body, task: Task) -> str:
    lines = [DATA.format(rows=body.rows), f"T = {body.steps}"]
    lines += [f"{f.name} = {f.rows}" for f in body.features]
    return "\n".join(lines + [f"y = {task.labels}"])


@functools.cache
def arrays(body: Body, task: Task) -> Dict[str, Any]:
    """The rows and labels by name, without any Keras."""
    names: Dict[str, Any] = {}
    exec(data_source(body, task), names)
    return names


def _input(feature: Feature) -> str:
    return f'keras.Input({feature.shape!r}, dtype="{feature.dtype}", name="{feature.name}")'


def _inputs(body: Body) -> str:
    return "\n".join(f"{f.name}_in = {_input(f)}" for f in body.features)


def held(body: Body, parts: Dict[str, str], structure: str = "") -> str:
    """The inputs as they are passed: `x`, `[a, b]`, `{'a': a, 'b': b}`."""
    structure = structure or body.structure
    if structure == "single":
        return next(iter(parts.values()))
    if structure == "dict":
        return "{" + ", ".join(f"'{name}': {text}" for name, text in parts.items()) + "}"
    inside = ", ".join(parts.values())
    return f"({inside})" if structure == "tuple" else f"[{inside}]"


def _functional(body: Body, task: Task) -> str:
    inputs = held(body, {f.name: f"{f.name}_in" for f in body.features})
    if body.graph:
        middle = body.graph.strip()
    else:
        middle = f"h = {body.features[0].name}_in\nfor layer in {body.layers}:\n    h = layer(h)"
    return f"{_inputs(body)}\n{middle}\nmodel = keras.Model({inputs}, {_head(task)})"


def _head(task: Task) -> str:
    """The head on `h`: one layer, or a structure of layers (several outputs)."""
    return task.head if "(h)" in task.head else f"{task.head}(h)"


def _nested(body: Body, task: Task) -> str:
    name = body.features[0].name
    return (f"{_inputs(body)}\ninner = keras.Sequential({body.layers})\n"
            f"h = inner({name}_in)\nmodel = keras.Model({name}_in, {_head(task)})")


def _sequential(body: Body, task: Task) -> str:
    return f"model = keras.Sequential([{_input(body.features[0])}, *{body.layers}, {task.head}])"


def _built(made: str, body: Body) -> str:
    return f"{made}\nmodel({body.features[0].name}[:7])  # builds it"


def _bare(body: Body, task: Task) -> str:
    return _built(f"model = keras.Sequential([*{body.layers}, {task.head}])", body)


def _subclassed(body: Body, task: Task) -> str:
    return _built(f"model = Stack([*{body.layers}, {task.head}])", body)


def _by_hand(body: Body, task: Task) -> str:
    return _functional(body, task).replace("keras.Model(", "ByHand(")


_MAKERS = {"functional": _functional, "nested": _nested, "sequential": _sequential,
           "bare": _bare, "subclassed": _subclassed, "by hand": _by_hand}

_NUMBERS = "rng.randn({}).astype('float32')"
_IDS = "rng.randint(1, {}, ({})).astype('int32')"


def _numbers(name: str, shape: Tuple[Optional[int], ...], data: str) -> Feature:
    return Feature(name, shape, _NUMBERS.format(data))


def _ids(name: str, shape: Tuple[Optional[int], ...], data: str, ids: int = 100) -> Feature:
    return Feature(name, shape, _IDS.format(ids, data), "int32", ids)


_PIXELS = _numbers("x", (8, 8, 3), "N, 8, 8, 3")
_SERIES = _numbers("x", (10, 3), "N, 10, 3")
_WORDS = _ids("x", (16,), "N, 16")
_MASK = Feature("attention_mask", (16,),
                "(np.arange(16) < rng.randint(3, 16, (N, 1))).astype('int32')", "int32", 2)
_PAIR_GRAPH = '''
words = L.Embedding(100, 8)(input_ids_in)
h = L.Dot(axes=1)([words, L.Lambda(lambda m: tf.cast(m, "float32"),
                                   output_shape=(16,))(attention_mask_in)])
'''
_MIXED_GRAPH = '''
words = L.GlobalAveragePooling1D()(L.Embedding(100, 8)(text_in))
h = L.Concatenate()([words, L.Dense(3)(num_in)])
'''
_TWINS_GRAPH = '''
h = L.Concatenate()([L.Dense(3)(left_in), L.Dense(4)(right_in)])
'''
_ALL_FORMS = Body._field_defaults["forms"]
_TASKS = ("regression", "three numbers", "binary", "classes", "one-hot")

BODIES: List[Body] = [
    Body("table", (_numbers("x", (4,), "N, 4"),), "[L.Dense(5, activation='tanh')]",
         tasks=_TASKS + ("mae", "huber", "rank 1", "two outputs", "named outputs"),
         forms=_ALL_FORMS + ("by hand",)),
    Body("normed table", (_numbers("x", (6,), "N, 6"),),
         "[L.BatchNormalization(), L.Dropout(0.0), L.Dense(5, activation='relu')]"),
    Body("words, pooled", (_WORDS,), "[L.Embedding(100, 8), L.GlobalAveragePooling1D()]",
         tasks=_TASKS),
    Body("words, LSTM", (_WORDS,), "[L.Embedding(100, 8), L.LSTM(5)]",
         tasks=("classes", "binary")),
    Body("words, flat", (_WORDS,), "[L.Embedding(100, 4), L.Flatten()]", tasks=("one-hot",),
         forms=("functional", "sequential", "subclassed", "nested")),  # Keras 2 builds no bare one
    Body("256 words", (_ids("x", (256,), "N, 256"),),
         "[L.Embedding(100, 4), L.GlobalAveragePooling1D()]", rows=256,
         forms=("functional", "sequential", "nested")),
    Body("series, Conv1D", (_SERIES,), "[L.Conv1D(4, 3), L.GlobalMaxPooling1D()]",
         tasks=("classes", "regression")),
    Body("series, LSTM", (_SERIES,), "[L.LSTM(5)]", tasks=("regression", "three numbers")),
    Body("series, GRU", (_SERIES,), "[L.GRU(5)]"),
    Body("steps", (_SERIES,), "[L.LSTM(5, return_sequences=True)]", steps=10,
         tasks=("number a step", "class a step")),
    Body("image", (_PIXELS,), "[L.Conv2D(4, 3), L.GlobalAveragePooling2D()]",
         tasks=("classes", "one-hot", "binary")),
    Body("image, flat", (_PIXELS,), "[L.Conv2D(2, 3), L.Flatten()]", tasks=("classes",)),
    Body("gray image", (_numbers("x", (8, 8, 1), "N, 8, 8, 1"),),
         "[L.Conv2D(4, 3), L.GlobalAveragePooling2D()]", tasks=("one-hot",)),
    Body("one number", (_numbers("x", (1,), "N, 1"),), "[L.Dense(5, activation='tanh')]"),
    Body("scalar", (_numbers("x", (), "N"),), "[L.Reshape((1,)), L.Dense(5)]",
         forms=("functional",)),
    Body("words of any length", (_ids("x", (None,), "N, 16"),),
         "[L.Embedding(100, 8), L.GlobalAveragePooling1D()]", tasks=("binary",)),
    Body("series of any length", (_numbers("x", (None, 3), "N, 10, 3"),), "[L.LSTM(5)]"),
    Body("images of any size", (_numbers("x", (None, None, 3), "N, 8, 8, 3"),),
         "[L.Conv2D(4, 3), L.GlobalAveragePooling2D()]"),
    Body("ids and mask", (_ids("input_ids", (16,), "N, 16"), _MASK), graph=_PAIR_GRAPH,
         structure="list", forms=("functional",), tasks=("regression", "classes")),
    Body("ids and mask, by name", (_ids("input_ids", (16,), "N, 16"), _MASK), graph=_PAIR_GRAPH,
         structure="dict", forms=("functional",)),
    Body("text and numbers", (_ids("text", (16,), "N, 16"), _numbers("num", (4,), "N, 4")),
         graph=_MIXED_GRAPH, structure="list", forms=("functional",)),
    Body("text and numbers, by name",
         (_ids("text", (16,), "N, 16"), _numbers("num", (4,), "N, 4")),
         graph=_MIXED_GRAPH, structure="dict", forms=("functional",)),
    Body("twins", (_numbers("left", (4,), "N, 4"), _numbers("right", (4,), "N, 4")),
         graph=_TWINS_GRAPH, structure="list", forms=("functional",)),
]

TASKS: Dict[str, Task] = {task.name: task for task in [
    Task("regression", "L.Dense(1)", "'mse'", "rng.randn(N, 1).astype('float32')"),
    Task("mae", "L.Dense(1)", "'mae'", "rng.randn(N, 1).astype('float32')"),
    Task("huber", "L.Dense(1)", "keras.losses.Huber()", "rng.randn(N, 1).astype('float32')"),
    Task("three numbers", "L.Dense(3)", "'mse'", "rng.randn(N, 3).astype('float32')"),
    Task("binary", "L.Dense(1, activation='sigmoid')", "'binary_crossentropy'",
         "rng.randint(0, 2, (N, 1))"),
    Task("classes", "L.Dense(5, activation='softmax')", "'sparse_categorical_crossentropy'",
         "rng.randint(0, 5, N)"),
    Task("one-hot", "L.Dense(5, activation='softmax')", "'categorical_crossentropy'",
         "np.eye(5, dtype='float32')[rng.randint(0, 5, N)]"),
    Task("number a step", "L.Dense(1)", "'mse'", "rng.randn(N, T, 1).astype('float32')", True),
    Task("class a step", "L.Dense(5, activation='softmax')", "'sparse_categorical_crossentropy'",
         "rng.randint(0, 5, (N, T))", True),
    Task("rank 1", "L.Reshape(())(L.Dense(1)(h))", "'mse'", "rng.randn(N).astype('float32')"),
    Task("two outputs", "[L.Dense(1, name='a')(h), L.Dense(3, name='b')(h)]", "['mse', 'mse']",
         "[rng.randn(N, 1).astype('float32'), rng.randn(N, 3).astype('float32')]"),
    Task("named outputs", "{'a': L.Dense(1, name='a')(h), 'b': L.Dense(3, name='b')(h)}",
         "{'a': 'mse', 'b': 'mse'}",
         "{'a': rng.randn(N, 1).astype('float32'), 'b': rng.randn(N, 3).astype('float32')}"),
]}


def models() -> List[Model]:
    """Every model: each body in each of its forms, for each of its tasks."""
    made = []
    for body in BODIES:
        for form in body.forms:
            for name in body.tasks:
                task = TASKS[name]
                if form == "by hand" and task.name not in ("regression", "three numbers"):
                    continue
                if "(h)" in task.head and form not in ("functional", "nested"):
                    continue
                made.append(Model(body, form, task))
    return made
