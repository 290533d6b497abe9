"""The Kerases of this environment and one small model of each kind, for the tests of `watch`."""
from __future__ import annotations

import importlib
import random
from importlib import metadata
from typing import Any, Callable, Dict, List

import numpy as np


def version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def generations() -> List[str]:
    """The importable Kerases: "keras" and "tf_keras", or "tf.keras" on TF 2.6."""
    if version("keras").startswith("2."):
        return ["tf.keras"]
    return [name for name in ("keras", "tf_keras") if version(name)]


def load(name: str) -> Any:
    if name == "tf.keras":
        return importlib.import_module("tensorflow").keras
    return importlib.import_module(name)


def is_keras3(keras: Any) -> bool:
    return keras.__version__.startswith("3.")


def seed() -> None:
    import tensorflow as tf

    random.seed(7)
    np.random.seed(7)
    tf.random.set_seed(7)


X = np.random.RandomState(0).rand(12, 4).astype("float32")
Y = np.random.RandomState(1).rand(12, 1).astype("float32")


def _functional(keras: Any, pack: Callable[[Any, Any], Any]) -> Any:
    a, b = keras.Input((4,), name="first"), keras.Input((4,), name="second")
    both = keras.layers.Concatenate()([a, b])
    return keras.Model(pack(a, b), keras.layers.Dense(1)(both))


def _single(keras: Any) -> Any:
    a = keras.Input((4,), name="table")
    return keras.Model(a, keras.layers.Dense(1)(keras.layers.Dropout(0.5)(a)))


def _subclassed(keras: Any) -> Any:
    class Plain(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = keras.layers.Dense(1)

        def call(self, inputs: Any) -> Any:
            return self.dense(inputs)

    return Plain()


def _custom_step(keras: Any) -> Any:
    import tensorflow as tf

    class Stepping(keras.Model):
        def train_step(self, data: Any) -> Dict[str, Any]:
            x, y = data
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((self(x, training=True) - y) ** 2)
            gradients = tape.gradient(loss, self.trainable_variables)
            for weight, gradient in zip(self.trainable_variables, gradients):
                weight.assign(weight - 0.1 * gradient)
            return {"loss": loss}

    a = keras.Input((4,), name="table")
    return Stepping(a, keras.layers.Dense(1)(a))


MODELS: Dict[str, Callable[[Any], Any]] = {
    "single": _single,
    "list": lambda k: _functional(k, lambda a, b: [a, b]),
    "dict": lambda k: _functional(k, lambda a, b: {"second": b, "first": a}),
    "nested": lambda k: _functional(k, lambda a, b: [a, {"deep": b}]),
    "sequential": lambda k: k.Sequential([k.Input((4,)), k.layers.Dense(1)]),
    "undeclared": lambda k: k.Sequential([k.layers.Dense(1)]),
    "subclassed": _subclassed,
    "custom_step": _custom_step,
}


def inputs(kind: str, x: Any = X) -> Any:
    """Right inputs for one of `MODELS`."""
    return {"list": [x, x], "dict": {"first": x, "second": x},
            "nested": [x, {"deep": x}]}.get(kind, x)


def build(keras: Any, kind: str) -> Any:
    """The model, seeded, compiled and built."""
    seed()
    model = MODELS[kind](keras)
    model.compile(optimizer="sgd", loss="mse")
    model.predict(inputs(kind, X[:2]), verbose=0)
    return model
