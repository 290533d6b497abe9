"""Random configurations of layers and random inputs to them, one function for each kind."""
from __future__ import annotations

import random
from typing import Any, Callable, Dict, List, NamedTuple, Tuple

Shape = Tuple[Any, ...]


class Case(NamedTuple):
    """A layer, how it is set, and the inputs with their batch axis.

    A layer within is written (class, settings).
    """

    name: str
    config: Dict[str, Any]
    shapes: List[Shape]
    dtype: str = "float32"


def _size(rng: random.Random, *sizes: int) -> int:
    return rng.choice(sizes)


def _each(rng: random.Random, rank: int, *sizes: int) -> Any:
    """One number or one for each axis."""
    if rng.random() < 0.5:
        return rng.choice(sizes)
    return tuple(rng.choice(sizes) for _ in range(rank))


def _maybe(rng: random.Random, config: Dict[str, Any], likely: float, key: str, value: Any) -> None:
    if rng.random() < likely:
        config[key] = value


def _image(rng: random.Random, rank: int, *, channels: Tuple[int, ...] = (1, 3)) -> Shape:
    """(rows, ..., channels), at times an axis short or long."""
    shape = (None, *(rng.choice([1, 2, 4, 7, 12, None]) for _ in range(rank)),
             rng.choice(channels))
    return _another_rank(rng, shape)


def _another_rank(rng: random.Random, shape: Shape, likely: float = 0.1) -> Shape:
    if rng.random() >= likely:
        return shape
    return (*shape[:-2], shape[-1]) if rng.random() < 0.5 and len(shape) > 2 else (*shape, 3)


def _conv(rng: random.Random, rank: int) -> Dict[str, Any]:
    config: Dict[str, Any] = {"filters": _size(rng, 1, 4),
                              "kernel_size": _each(rng, rank, 1, 2, 3, 5)}
    _maybe(rng, config, 0.7, "padding", rng.choice(["valid", "same", "SAME"]))
    if rng.random() < 0.5:
        config["strides"] = _each(rng, rank, 1, 2, 3)
    elif rng.random() < 0.4:
        config["dilation_rate"] = 2
    _maybe(rng, config, 0.1, "activation", "relu")
    return config


def _formats(rng: random.Random, config: Dict[str, Any]) -> Dict[str, Any]:
    _maybe(rng, config, 0.25, "data_format", rng.choice(["channels_first", "channels_last"]))
    return config


def _convolution(rank: int) -> Callable[[random.Random], Case]:
    def case(rng: random.Random) -> Case:
        config = _formats(rng, _conv(rng, rank))
        if rank == 1 and rng.random() < 0.2 and "data_format" not in config:
            config["padding"] = "causal"
        return Case(f"Conv{rank}D", config, [_image(rng, rank)])
    return case


def _separable(rank: int) -> Callable[[random.Random], Case]:
    def case(rng: random.Random) -> Case:
        config = _conv(rng, rank)
        config.pop("dilation_rate", None)
        if "strides" in config:
            config["strides"] = _size(rng, 1, 2)
        return Case(f"SeparableConv{rank}D", config, [_image(rng, rank)])
    return case


def _depthwise(rank: int) -> Callable[[random.Random], Case]:
    def case(rng: random.Random) -> Case:
        config = _formats(rng, _conv(rng, rank))
        config.pop("filters")
        config.pop("dilation_rate", None)
        _maybe(rng, config, 0.4, "depth_multiplier", 2)
        if "strides" in config:
            config["strides"] = _size(rng, 1, 2)
        # all sizes are known: which of them are channels depends on the format
        shape = (None, *(_size(rng, 2, 4, 7) for _ in range(rank + 1)))
        return Case(f"DepthwiseConv{rank}D", config, [_another_rank(rng, shape)])
    return case


def _transposed(rank: int) -> Callable[[random.Random], Case]:
    def case(rng: random.Random) -> Case:
        config: Dict[str, Any] = {"filters": 2, "kernel_size": _each(rng, rank, 1, 2, 3, 4, 5)}
        _maybe(rng, config, 0.7, "padding", rng.choice(["valid", "same"]))
        _maybe(rng, config, 0.7, "strides", _each(rng, rank, 1, 2, 3))
        _maybe(rng, config, 0.3, "output_padding", _size(rng, 0, 1))
        _maybe(rng, config, 0.15, "dilation_rate", 2)
        return Case(f"Conv{rank}DTranspose", config, [_image(rng, rank)])
    return case


def _pooled(kind: str, rank: int) -> Callable[[random.Random], Case]:
    def case(rng: random.Random) -> Case:
        config: Dict[str, Any] = {"pool_size": _each(rng, rank, 1, 2, 3)}
        _maybe(rng, config, 0.6, "padding", rng.choice(["valid", "same"]))
        _maybe(rng, config, 0.5, "strides", rng.choice([None, _each(rng, rank, 1, 2, 3)]))
        if kind == "Max" and rng.random() < 0.4:
            config.pop("pool_size")  # Keras 3 has no default for AveragePooling
        return Case(f"{kind}Pooling{rank}D", _formats(rng, config), [_image(rng, rank)])
    return case


def _global(kind: str, rank: int) -> Callable[[random.Random], Case]:
    def case(rng: random.Random) -> Case:
        config: Dict[str, Any] = _formats(rng, {})
        _maybe(rng, config, 0.3, "keepdims", True)
        return Case(f"Global{kind}Pooling{rank}D", config, [_image(rng, rank)])
    return case


def _sides(rng: random.Random, rank: int) -> Any:
    if rank == 1:
        return rng.choice([0, 1, 2, (1, 0), (2, 3)])
    return rng.choice([0, 1, 2, tuple(rng.choice([0, 1, 2]) for _ in range(rank)),
                       tuple((rng.choice([0, 1]), rng.choice([0, 3])) for _ in range(rank))])


def _spatial(rank: int) -> Dict[str, Callable[[random.Random], Case]]:
    def up(rng: random.Random) -> Case:
        config = {} if rng.random() < 0.3 else {"size": _size(rng, 1, 3) if rank == 1
                                                else _each(rng, rank, 1, 2, 3)}
        return Case(f"UpSampling{rank}D", config if rank == 1 else _formats(rng, config),
                    [_image(rng, rank)])

    def pad(rng: random.Random) -> Case:
        config = {} if rng.random() < 0.2 else {"padding": _sides(rng, rank)}
        return Case(f"ZeroPadding{rank}D", config if rank == 1 else _formats(rng, config),
                    [_image(rng, rank)])

    def crop(rng: random.Random) -> Case:
        config = {} if rng.random() < 0.2 else {"cropping": _sides(rng, rank)}
        return Case(f"Cropping{rank}D", config if rank == 1 else _formats(rng, config),
                    [_image(rng, rank)])

    def adaptive(kind: str) -> Callable[[random.Random], Case]:
        return lambda rng: Case(f"Adaptive{kind}Pooling{rank}D", _formats(
            rng, {"output_size": _each(rng, rank, 1, 2)}), [_image(rng, rank)])

    def steps(rng: random.Random) -> Case:
        config = _formats(rng, _conv(rng, rank))
        config.pop("dilation_rate", None)
        if "strides" in config:
            config["strides"] = _size(rng, 1, 2)
        config["padding"] = config.get("padding", "valid").lower()
        for key in ("return_sequences", "return_state"):
            _maybe(rng, config, 0.4, key, rng.random() < 0.7)
        shape = (None, _size(rng, 2, 3), *(_size(rng, 2, 4, 7) for _ in range(rank)), 2)
        return Case(f"ConvLSTM{rank}D", config, [_another_rank(rng, shape)])

    return {f"UpSampling{rank}D": up, f"ZeroPadding{rank}D": pad, f"Cropping{rank}D": crop,
            f"AdaptiveMaxPooling{rank}D": adaptive("Max"), f"ConvLSTM{rank}D": steps,
            f"AdaptiveAveragePooling{rank}D": adaptive("Average"),
            f"SpatialDropout{rank}D": lambda rng: Case(
                f"SpatialDropout{rank}D", {"rate": 0.1}, [_image(rng, rank)])}


def _rows(rng: random.Random) -> Shape:
    return rng.choice([(None, 6), (None, 5, 4), (None, None, 4), (None, 2, 3, 4), (None,)])


def _recurrent(name: str) -> Callable[[random.Random], Case]:
    def case(rng: random.Random) -> Case:
        config: Dict[str, Any] = {"units": _size(rng, 1, 3)}
        for key in ("return_sequences", "return_state", "go_backwards"):
            _maybe(rng, config, 0.4, key, rng.random() < 0.7)
        return Case(name, config, [_another_rank(rng, (None, rng.choice([5, None]), 4), 0.2)])
    return case


def _celled(rng: random.Random) -> Case:
    cell: Any = (rng.choice(["LSTMCell", "GRUCell", "SimpleRNNCell"]), {"units": 3})
    if rng.random() < 0.3:
        cell = ("StackedRNNCells", {"cells": [cell, ("GRUCell", {"units": 2})]})
    config: Dict[str, Any] = {"cell": cell}
    _maybe(rng, config, 0.5, "return_sequences", True)
    _maybe(rng, config, 0.3, "return_state", True)
    return Case("RNN", config, [(None, 5, 4)])


def _bidirectional(rng: random.Random) -> Case:
    inner = _recurrent(rng.choice(["LSTM", "GRU", "SimpleRNN"]))(rng)
    inner.config.pop("go_backwards", None)
    config: Dict[str, Any] = {"layer": (inner.name, inner.config)}
    _maybe(rng, config, 0.5, "merge_mode", rng.choice(["concat", "sum", "mul", "ave", None]))
    return Case("Bidirectional", config, inner.shapes)


def _distributed(rng: random.Random) -> Case:
    name = rng.choice(["Dense", "Conv1D", "Conv2D", "Flatten", "MaxPooling2D", "LSTM", "Dropout",
                       "Reshape", "GlobalAveragePooling1D", "Embedding", "ZeroPadding2D", "GRU",
                       "MaxPooling1D", "SimpleRNN"])
    inner = CASES[name](rng)
    inner.config.pop("return_state", None)
    shape = inner.shapes[0]
    return Case("TimeDistributed", {"layer": (name, inner.config)}, [(None, 3, *shape[1:])],
                inner.dtype)


def _spectral(rng: random.Random) -> Case:
    inner = CASES[rng.choice(["Dense", "Conv2D"])](rng)
    return Case("SpectralNormalization", {"layer": (inner.name, inner.config)}, inner.shapes)


def _reshape(rng: random.Random) -> Case:
    target = rng.choice([(2, 6), (-1,), (3, -1), (12, 1), (5, 2), (-1, 5), (12,), (2, 2, 3), (24,)])
    return Case("Reshape", {"target_shape": target}, [rng.choice([
        (None, 3, 4), (None, 12), (None, None, 4), (None, 24), (None, 2, 3, 4)])],
        rng.choice(["float32", "int32"]))


def _concatenate(rng: random.Random) -> Case:
    config: Dict[str, Any] = {}
    _maybe(rng, config, 0.7, "axis", rng.choice([-1, 1, 2, -2]))
    return Case("Concatenate", config, [rng.choice([(None, 3, 4), (None, 3, 5), (None, 2, 4),
                                                    (None, None, 4), (None, 3, None)])
                                        for _ in range(_size(rng, 2, 2, 3))])


def _merge(name: str) -> Callable[[random.Random], Case]:
    return lambda rng: Case(name, {}, [rng.choice([
        (None, 3, 4), (None, 3, 4), (None, 1, 4), (None, 3, 5), (None, 3, 1), (None, 3)])
        for _ in range(2)])


def _dot(rng: random.Random) -> Case:
    rank = rng.choice([2, 3])
    shapes: List[Shape] = [(None, *(_size(rng, 3, 3, 4) for _ in range(rank - 1)))
                           for _ in range(2)]
    axes = rng.choice([1, -1, 2]) if rank == 3 else rng.choice([1, -1])
    return Case("Dot", {"axes": (1, rng.choice([1, 2])) if rank == 3 and rng.random() < 0.4
                        else axes, "normalize": rng.random() < 0.3}, shapes)


def _attention(name: str) -> Callable[[random.Random], Case]:
    def case(rng: random.Random) -> Case:
        width = _size(rng, 4, 6)
        query: Shape = (None, _size(rng, 3, 5), width)
        value: Shape = (None, _size(rng, 2, 7), width)
        shapes = [query, value]
        if rng.random() < 0.4:
            shapes = [query, (None, value[1], _size(rng, 3, 8)), value]
        return Case(name, {}, shapes)
    return case


def _heads(rng: random.Random) -> Case:
    config: Dict[str, Any] = {"num_heads": 2, "key_dim": 3}
    _maybe(rng, config, 0.3, "output_shape", 5)
    _maybe(rng, config, 0.3, "value_dim", 4)
    return Case("MultiHeadAttention", config, [
        (None, rng.choice([3, None]), 6), (None, 7, _size(rng, 6, 8))])


def _grouped(rng: random.Random) -> Case:
    return Case("GroupQueryAttention", {
        "head_dim": 3, "num_query_heads": 4, "num_key_value_heads": 2}, [
        (None, 3, 6), (None, 7, _size(rng, 6, 8))])


def _einsum(rng: random.Random) -> Case:
    equation, target, shape = rng.choice([
        ("abc,cd->abd", (None, 5), (None, 4, 6)), ("ab,bc->ac", 5, (None, 6)),
        ("abc,cde->abde", (None, 2, 3), (None, 4, 6)), ("abcd,cde->abe", (None, 7),
                                                      (None, 4, 2, 3)),
        ("abc,cd->abd", (4, 5), (None, 4, 6)), ("...x,xy->...y", 5, (None, 4, 6))])
    return Case("EinsumDense", {"equation": equation, "output_shape": target}, [shape])


def _pixels(name: str, **config: Any) -> Callable[[random.Random], Case]:
    def case(rng: random.Random) -> Case:
        shape = (None, _size(rng, 6, 9), _size(rng, 6, 8), 3)
        return Case(name, dict(config), [shape if rng.random() < 0.7 else shape[1:]])
    return case


def _resized(name: str) -> Callable[[random.Random], Case]:
    return lambda rng: _pixels(name, height=_size(rng, 2, 5), width=_size(rng, 3, 4))(rng)


def _encoding(rng: random.Random) -> Case:
    config: Dict[str, Any] = {"num_tokens": 4}
    _maybe(rng, config, 0.7, "output_mode", rng.choice(["multi_hot", "one_hot", "count"]))
    return Case("CategoryEncoding", config, [rng.choice([(None, 1), (None, 3), (None,),
                                                         (None, 2, 3)])], "int32")


def _vectorization(rng: random.Random) -> Case:
    config: Dict[str, Any] = {"vocabulary": ["a", "b"]}
    _maybe(rng, config, 0.5, "output_sequence_length", 7)
    if rng.random() < 0.4:
        config.pop("output_sequence_length", None)
        config["output_mode"] = rng.choice(["multi_hot", "count"])
        config["max_tokens"] = 9
        _maybe(rng, config, 0.6, "pad_to_max_tokens", True)
    return Case("TextVectorization", config, [rng.choice([(None,), (None, 1)])], "string")


def _lookup(name: str, vocabulary: List[Any], dtype: str) -> Callable[[random.Random], Case]:
    def case(rng: random.Random) -> Case:
        config: Dict[str, Any] = {"vocabulary": vocabulary}
        _maybe(rng, config, 0.4, "output_mode", rng.choice(["int", "one_hot", "multi_hot"]))
        return Case(name, config, [rng.choice([(None,), (None, 1), (None, 3)])], dtype)
    return case


def _plain(name: str, dtype: str = "float32", **config: Any) -> Callable[[random.Random], Case]:
    return lambda rng: Case(name, dict(config), [_rows(rng)], dtype)


#: class -> a function that makes a random case of it
CASES: Dict[str, Callable[[random.Random], Case]] = {
    "Dense": lambda rng: Case("Dense", {"units": _size(rng, 1, 7)}, [_rows(rng)]),
    "Flatten": lambda rng: Case("Flatten", {}, [_rows(rng)], rng.choice(["float32", "int32"])),
    "Embedding": lambda rng: Case("Embedding", {"input_dim": 9, "output_dim": _size(rng, 1, 4)},
                                  [_rows(rng)], "int32"),
    "Reshape": _reshape,
    "Permute": lambda rng: Case("Permute", {"dims": rng.choice([(2, 1), (1, 2)])}, [
        _another_rank(rng, (None, 3, 4))]),
    "RepeatVector": lambda rng: Case("RepeatVector", {"n": _size(rng, 1, 5)}, [
        _another_rank(rng, (None, 6), 0.3)]),
    "LSTM": _recurrent("LSTM"), "GRU": _recurrent("GRU"), "SimpleRNN": _recurrent("SimpleRNN"),
    "RNN": _celled, "Bidirectional": _bidirectional, "TimeDistributed": _distributed,
    "SpectralNormalization": _spectral, "Concatenate": _concatenate, "Dot": _dot,
    **{name: _merge(name) for name in ("Add", "Subtract", "Multiply", "Average", "Maximum",
                                       "Minimum")},
    "Attention": _attention("Attention"), "AdditiveAttention": _attention("AdditiveAttention"),
    "MultiHeadAttention": _heads, "GroupQueryAttention": _grouped, "EinsumDense": _einsum,
    **{name: _plain(name) for name in (
        "BatchNormalization", "LayerNormalization", "UnitNormalization", "RMSNormalization",
        "ActivityRegularization", "LeakyReLU", "ReLU", "ELU", "PReLU", "Softmax", "Identity",
        "Masking", "Normalization", "ThresholdedReLU")},
    **{name: _plain(name, rate=0.1) for name in ("Dropout", "AlphaDropout", "GaussianDropout")},
    "GaussianNoise": _plain("GaussianNoise", stddev=0.1),
    "GroupNormalization": _plain("GroupNormalization", groups=1),
    "Activation": _plain("Activation", activation="relu"),
    "Rescaling": _plain("Rescaling", scale=0.5),
    "Resizing": _resized("Resizing"), "CenterCrop": _resized("CenterCrop"),
    "RandomCrop": _resized("RandomCrop"), "RandomFlip": _pixels("RandomFlip"),
    "RandomRotation": _pixels("RandomRotation", factor=0.1),
    "RandomZoom": _pixels("RandomZoom", height_factor=0.1),
    "RandomTranslation": _pixels("RandomTranslation", height_factor=0.1, width_factor=0.1),
    "RandomContrast": _pixels("RandomContrast", factor=0.1),
    "RandomBrightness": _pixels("RandomBrightness", factor=0.1),
    "RandomHeight": _pixels("RandomHeight", factor=0.1),
    "RandomWidth": _pixels("RandomWidth", factor=0.1),
    **{name: _pixels(name, factor=0.1) for name in (
        "RandomErasing", "RandomGaussianBlur", "RandomPerspective")},
    **{name: _pixels(name, factor=0.1, value_range=(0, 1)) for name in (
        "RandomHue", "RandomSaturation", "RandomSharpness")},
    "RandomShear": _pixels("RandomShear", x_factor=0.1),
    "RandomColorJitter": _pixels("RandomColorJitter", value_range=(0, 1)),
    "Solarization": _pixels("Solarization", value_range=(0, 1)),
    "AutoContrast": _pixels("AutoContrast"),
    "CategoryEncoding": _encoding, "TextVectorization": _vectorization,
    "StringLookup": _lookup("StringLookup", ["a", "b"], "string"),
    "IntegerLookup": _lookup("IntegerLookup", [3, 4], "int64"),
    "Hashing": _plain("Hashing", "int64", num_bins=3),
    "Discretization": _plain("Discretization", bin_boundaries=[0.0, 1.0]),
}
for _rank in (1, 2, 3):
    CASES[f"Conv{_rank}D"] = _convolution(_rank)
    CASES[f"Conv{_rank}DTranspose"] = _transposed(_rank)
    CASES.update(_spatial(_rank))
    for _kind in ("Max", "Average"):
        CASES[f"{_kind}Pooling{_rank}D"] = _pooled(_kind, _rank)
        CASES[f"Global{_kind}Pooling{_rank}D"] = _global(_kind, _rank)
for _rank in (1, 2):
    CASES[f"SeparableConv{_rank}D"] = _separable(_rank)
    CASES[f"DepthwiseConv{_rank}D"] = _depthwise(_rank)
    CASES[f"LocallyConnected{_rank}D"] = (lambda rank: lambda rng: Case(
        f"LocallyConnected{rank}D", {"filters": 2, "kernel_size": _each(rng, rank, 1, 3)},
        [(None, *(_size(rng, 2, 6) for _ in range(rank)), 3)]))(_rank)
