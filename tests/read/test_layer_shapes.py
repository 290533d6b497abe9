"""The table of layer shapes against the layers of both Kerases.

Every shape that is claimed is the real one; every misfit that is claimed raises.
"""
from __future__ import annotations

import random
from typing import Any, Dict, List, Optional, Tuple

import pytest

from shapecheck.read import layer_arguments
from shapecheck.read.layer_shapes import EXTRA_AXES, UNSURE, Known, Misfit, output
from shapecheck.read.libraries.applications import application
from tests.rules.runner import GENERATIONS, keras_of

pytestmark = pytest.mark.legacy

Case = Tuple[str, Dict[str, Any], List[Tuple[Optional[int], ...]]]


def _conv(rng: random.Random, rank: int) -> Dict[str, Any]:
    size = rng.choice([1, 2, 3, 5])
    config: Dict[str, Any] = {
        "filters": rng.choice([1, 4]), "kernel_size": size if rng.random() < 0.5 or rank == 1
        else tuple(rng.choice([1, 2, 3]) for _ in range(rank)),
        "padding": rng.choice(["valid", "same", "SAME"])}
    if rng.random() < 0.5:
        config["strides"] = rng.choice([1, 2, 3])
    elif rng.random() < 0.4:
        config["dilation_rate"] = 2
    return config


def _spatial(rng: random.Random, rank: int, least: int = 1) -> Tuple[Optional[int], ...]:
    return (None, *(rng.choice([least, 4, 7, 12, None]) for _ in range(rank)), rng.choice([1, 3]))


def cases(rng: random.Random) -> List[Case]:
    """One random case of every kind of layer."""
    found: List[Case] = []
    for rank in (1, 2, 3):
        found.append((f"Conv{rank}D", _conv(rng, rank), [_spatial(rng, rank)]))
        found.append((f"Conv{rank}DTranspose", {
            "filters": 2, "kernel_size": rng.choice([1, 2, 3, 4]),
            "strides": rng.choice([1, 2, 3]), "padding": rng.choice(["valid", "same"])},
            [_spatial(rng, rank)]))
        for kind in ("Max", "Average"):
            config: Dict[str, Any] = {"padding": rng.choice(["valid", "same"])}
            if rng.random() < 0.7:
                config["pool_size"] = rng.choice([1, 2, 3])
            if rng.random() < 0.5:
                config["strides"] = rng.choice([1, 2, 3])
            found.append((f"{kind}Pooling{rank}D", config, [_spatial(rng, rank)]))
            found.append((f"Global{kind}Pooling{rank}D", {}, [_spatial(rng, rank)]))
        found.append((f"UpSampling{rank}D", {"size": rng.choice([1, 2, 3])},
                      [_spatial(rng, rank)]))
        found.append((f"ZeroPadding{rank}D", {"padding": rng.choice([1, 2])},
                      [_spatial(rng, rank)]))
        found.append((f"Cropping{rank}D", {"cropping": rng.choice([1, 2])},
                      [_spatial(rng, rank, 5)]))
    found.append(("SeparableConv2D", _conv(rng, 2), [_spatial(rng, 2)]))
    depthwise = _conv(rng, 2)
    depthwise.pop("filters")
    found.append(("DepthwiseConv2D", depthwise, [(None, 9, 7, 3)]))
    found.append(("Conv2D", {"filters": 2, "kernel_size": 3, "data_format": "channels_first"},
                  [(None, 3, rng.choice([2, 9]), 8)]))
    found.append(("ZeroPadding2D", {"padding": ((0, 1), (2, 3))}, [(None, 5, None, 3)]))
    found.append(("ZeroPadding2D", {"padding": (1, 2)}, [(None, 5, 5, 3)]))
    rows = rng.choice([(None, 6), (None, 5, 4), (None, None, 4), (None, 2, 3, 4)])
    found.append(("Dense", {"units": rng.choice([1, 7])}, [rows]))
    found.append(("Flatten", {}, [rng.choice([(None, 6), (None, 5, 4), (None, None, 4),
                                              (None, 2, 3, 4)])]))
    for name in ("Dropout", "BatchNormalization", "LayerNormalization", "GaussianNoise", "ReLU",
                 "LeakyReLU", "ELU"):
        settings: Dict[str, Any] = {"Dropout": {"rate": 0.1},
                                    "GaussianNoise": {"stddev": 0.1}}.get(name, {})
        found.append((name, settings, [rng.choice([(None, 6), (None, 5, 4)])]))
    found.append(("Activation", {"activation": "relu"}, [(None, 3, 2)]))
    found.append(("Embedding", {"input_dim": 9, "output_dim": 4},
                  [rng.choice([(None,), (None, 7), (None, None), (None, 3, 2)])]))
    found.append(("Reshape", {"target_shape": rng.choice([(2, 6), (-1,), (3, -1), (12, 1), (5, 2),
                                                          (-1, 5)])}, [(None, 3, 4)]))
    found.append(("Permute", {"dims": rng.choice([(2, 1), (1, 2)])}, [(None, 3, 4)]))
    found.append(("RepeatVector", {"n": rng.choice([1, 5])},
                  [rng.choice([(None, 6), (None, 5, 4)])]))
    for name in ("LSTM", "GRU", "SimpleRNN"):
        found.append((name, {"units": 3, "return_sequences": rng.random() < 0.5},
                      [rng.choice([(None, 6), (None, 5, 4), (None, None, 4), (None, 2, 3, 4)])]))
    found.append(("LSTM", {"units": 3, "return_state": True}, [(None, 5, 4)]))
    found.append(("Concatenate", {"axis": rng.choice([-1, 1, 2])},
                  [(None, 3, 4), rng.choice([(None, 3, 4), (None, 3, 5), (None, 2, 4),
                                             (None, None, 4)])]))
    for name in ("Add", "Multiply", "Maximum", "Average"):
        found.append((name, {}, [(None, 3, 4), rng.choice([(None, 3, 4), (None, 1, 4),
                                                           (None, 3, 5)])]))
    for name in ("Conv2D", "Conv1D"):
        found.append((name, {"filters": 2, "kernel_size": 3},
                      [rng.choice([(None, 6), (None, 9, 4), (None, 9, 9, 3), (None, 2, 9, 9, 3)])]))
    found.append(("MaxPooling2D", {}, [rng.choice([(None, 6), (None, 9, 4), (None, 9, 9, 3)])]))
    return found


def really(keras: Any, name: str, config: Dict[str, Any], shapes: List[Any]) -> Any:
    """The real output shapes; None where it raises."""
    dtype = "int32" if name == "Embedding" else "float32"
    inputs = [keras.Input(batch_shape=s, dtype=dtype) if hasattr(keras, "ops") else keras.Input(
        shape=s[1:], dtype=dtype) for s in shapes]
    try:
        made = getattr(keras.layers, name)(**config)(inputs[0] if len(inputs) == 1 else inputs)
    except (ValueError, TypeError):
        return None
    made = made if isinstance(made, (list, tuple)) else [made]
    return [tuple(one.shape) for one in made]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("generation", GENERATIONS)
def test_what_is_claimed_of_layers_is_so(generation, seed):
    keras = keras_of(generation)
    rng = random.Random(seed)
    known = total = 0
    for name, config, shapes in cases(rng):
        case = f"{name} {config} {shapes}"
        written = {k: list(v) if isinstance(v, tuple) else v for k, v in config.items()}
        try:
            claims = output(name, written, [Known(s, None) for s in shapes])
        except Misfit as misfit:
            if misfit.text == EXTRA_AXES and generation == "keras2":
                continue
            real = really(keras, name, config, shapes)
            assert real is None, f"{case}: {misfit.text}"  # noqa: PT017
            known += 1
            total += 1
            continue
        real = really(keras, name, config, shapes)
        if real is None:
            continue  # what Keras refuses and we do not know of is only silence
        total += 1
        if claims[0].shape is None:
            continue
        known += 1
        assert len(claims) == len(real), case
        for claim, shape in zip(claims, real):
            assert claim.shape is not None
            assert len(claim.shape) == len(shape), f"{case}: {claim.shape}, {shape}"
            for a, b in zip(claim.shape[1:], shape[1:]):
                if b is None and name.startswith("UpSampling"):
                    continue  # where one axis is unknown Keras 2 forgets the others
                assert a is None or a == b, f"{case}: {claim.shape}, and it is {shape}"
    assert known >= 0.9 * total


@pytest.mark.parametrize("generation", GENERATIONS)
def test_wrapped_layers(generation):
    keras = keras_of(generation)
    L = keras.layers
    for wrapper, inner, config, shape in (
            ("Bidirectional", "LSTM", {"units": 3}, (None, 5, 4)),
            ("Bidirectional", "GRU", {"units": 3, "return_sequences": True}, (None, 5, 4)),
            ("TimeDistributed", "Dense", {"units": 3}, (None, 5, 4)),
            ("TimeDistributed", "Conv2D", {"filters": 2, "kernel_size": 3}, (None, 5, 8, 8, 3))):
        layer = getattr(L, wrapper)(getattr(L, inner)(**config))
        real = tuple(layer(keras.Input(shape[1:])).shape)
        claim = output(wrapper, {"layer": {"class_name": inner, "config": config}},
                       [Known(shape, None)])
        assert claim[0].shape is not None
        assert tuple(claim[0].shape)[1:] == real[1:]


@pytest.mark.parametrize("name", [
    "Conv2D", "MaxPooling2D", "Dense", "LSTM", "Reshape", "Concatenate", "Embedding",
    "Bidirectional", "ZeroPadding2D", "Permute"])
def test_settings_that_are_not_known_claim_nothing(name):
    names = layer_arguments.POSITIONAL.get(name, ())
    shape = {"LSTM": (None, 5, 4), "Bidirectional": (None, 5, 4), "Dense": (None, 4),
             "Embedding": (None, 7), "Permute": (None, 3, 4)}.get(name, (None, 8, 8, 3))
    made = output(name, dict.fromkeys(names, UNSURE), [Known(shape, None)] * 2)
    assert isinstance(made, list)
    for known in made:
        if known.shape is not None and name not in ("ZeroPadding2D",):
            assert any(d is None for d in known.shape[1:])


def test_positional_parameters_are_keras_own():
    import inspect

    for generation in GENERATIONS:
        keras = keras_of(generation)
        for name, written in layer_arguments.POSITIONAL.items():
            layer = getattr(keras.layers, name, None)
            if layer is None or name in ("LeakyReLU", "Lambda"):
                continue
            real = [p for p in inspect.signature(layer.__init__).parameters if p != "self"]
            if real and real[0] not in ("args", "kwargs"):
                assert tuple(real[:len(written)]) == written, (generation, name)


@pytest.mark.parametrize(("name", "options"), [
    ("VGG16", {"include_top": False, "input_shape": (64, 100, 3)}),
    ("MobileNetV2", {"include_top": False, "input_shape": (96, 96, 3), "pooling": "avg"}),
    ("ResNet50", {"include_top": False, "input_shape": (64, 96, 3)}),
    ("EfficientNetB0", {"include_top": True, "classes": 7}),
    ("DenseNet121", {"include_top": False}),
])
def test_applications(name, options):
    keras = keras_of(GENERATIONS[0])
    model = getattr(keras.applications, name)(weights=None, **options)
    found = application(name, options["include_top"], options.get("input_shape"),
                        options.get("pooling"), options.get("classes", 1000))
    assert found is not None
    declared, made = found
    for claim, real in ((declared, model.input_shape), (made, model.output_shape)):
        assert claim is not None
        assert len(claim) == len(real)
        assert all(a is None or a == b for a, b in zip(claim, real)), (claim, real)
