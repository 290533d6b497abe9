"""The Kerases of this environment, and one small model of each kind, for the tests of files."""
from __future__ import annotations

import importlib
from importlib import metadata
from typing import Any, Callable, Dict, List


def version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def generations() -> List[str]:
    """"keras3" and "keras2" as far as they are installed."""
    found = ["keras3"] if version("keras").startswith("3.") else []
    if version("tf_keras") or version("keras").startswith("2."):
        found.append("keras2")
    return found


def keras_of(generation: str) -> Any:
    if generation == "keras3":
        return importlib.import_module("keras")
    if version("tf_keras"):
        return importlib.import_module("tf_keras")
    return importlib.import_module("tensorflow").keras


#: TF 2.6 knows no .keras archive
EXTENSIONS = ["keras", "h5"] if version("keras").startswith("3.") else ["h5"]


def _two(keras: Any, inputs: Callable[[Any, Any], Any], outputs: Callable[[Any], Any]) -> Any:
    layers = keras.layers
    ids = keras.Input((256,), dtype="int32", name="ids")
    mask = keras.Input((256,), dtype="int32", name="mask")
    words = layers.GlobalAveragePooling1D()(layers.Embedding(100, 8)(ids))
    rest = layers.Flatten()(layers.Embedding(2, 2)(mask))
    head = layers.Dense(3, name="head")(layers.Concatenate()([words, rest]))
    return keras.Model(inputs(ids, mask), outputs(head))


def _sequential(keras: Any, *layers: Any) -> Any:
    return keras.Sequential(list(layers))


def _single(keras: Any) -> Any:
    x = keras.Input((4,))
    return keras.Model(x, keras.layers.Dense(2)(x))


def _nested_model(keras: Any) -> Any:
    inner = _sequential(keras, keras.layers.InputLayer((4,)), keras.layers.Dense(5))
    x = keras.Input((4,))
    return keras.Model(x, inner(x))


def _built_by_data(keras: Any) -> Any:
    import numpy as np

    model = _sequential(keras, keras.layers.Dense(3), keras.layers.Dense(1))
    model(np.zeros((2, 7), "float32"))
    return model


def _two_outputs(keras: Any) -> Any:
    x = keras.Input((4,))
    return keras.Model(x, [keras.layers.Dense(2, name="a")(x), keras.layers.Dense(1, name="b")(x)])


def _fixed_batch(keras: Any) -> Any:
    x = keras.Input(batch_shape=(8, 4))
    return keras.Model(x, keras.layers.Dense(2)(x))


def _recurrent(keras: Any) -> Any:
    x = keras.Input((None,), dtype="int32", name="tokens")
    states = keras.layers.LSTM(6, return_sequences=True)(keras.layers.Embedding(50, 4)(x))
    return keras.Model(x, [states, keras.layers.GRU(5)(states)])


MODELS: Dict[str, Callable[[Any], Any]] = {
    "single": _single,
    "list": lambda k: _two(k, lambda a, b: [a, b], lambda h: h),
    "dict": lambda k: _two(k, lambda a, b: {"ids": a, "mask": b}, lambda h: {"score": h}),
    "unsorted": lambda k: _two(k, lambda a, b: {"mask": b, "ids": a}, lambda h: h),
    "nested": lambda k: _two(k, lambda a, b: [a, [b]], lambda h: [h]),
    "sequential": lambda k: _sequential(k, k.layers.InputLayer((5,)), k.layers.Dense(1)),
    "built": _built_by_data,
    "nested_model": _nested_model,
    "two_outputs": _two_outputs,
    "fixed_batch": _fixed_batch,
    "recurrent": _recurrent,
}
