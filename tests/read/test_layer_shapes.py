"""The table of layer shapes against the layers of both Kerases.

Every shape that is claimed is the real one, and every misfit that is claimed raises: with all
settings known, and with some of them and some of the sizes hidden.
"""
from __future__ import annotations

import inspect
import random
from collections import Counter
from typing import Any, Dict, List, Optional, Tuple

import numpy as np
import pytest

from shapecheck.read import layer_arguments, layer_shapes
from shapecheck.read.layer_graph import Shapes
from shapecheck.read.layer_shapes import EXTRA_AXES, UNSURE, Known, Misfit, output
from shapecheck.read.libraries.applications import application, positional
from shapecheck.read.reader import read
from shapecheck.read.values import Arr
from shapecheck.source.documents import read_document
from tests.read.layer_cases import CASES, Case
from tests.rules.runner import GENERATIONS, keras_of

pytestmark = pytest.mark.legacy

#: random cases of each layer
EACH = 15
Real = Optional[List[Tuple[Tuple[Any, ...], str]]]


def _made(keras: Any, name: str, config: Dict[str, Any]) -> Any:
    return getattr(keras.layers, name)(**{k: _real(keras, v) for k, v in config.items()})


def _real(keras: Any, value: Any) -> Any:
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], dict):
        return _made(keras, *value)
    return [_real(keras, v) for v in value] if isinstance(value, list) else value


def _written(value: Any) -> Any:
    """Settings as model files and the interpreter write them."""
    if isinstance(value, tuple) and len(value) == 2 and isinstance(value[1], dict):
        return {"class_name": value[0], "config": _written(value[1])}
    if isinstance(value, dict):
        return {k: _written(v) for k, v in value.items()}
    return [_written(v) for v in value] if isinstance(value, (list, tuple)) else value


def _leaves(value: Any) -> List[Any]:
    return [leaf for v in value for leaf in _leaves(v)] if isinstance(value, (list, tuple)) else [
        value]


def really(keras: Any, case: Case) -> Real:
    """The real shapes and dtypes that come out; None where the layer or its call raises."""
    inputs = [keras.Input(shape=s[1:], dtype=case.dtype) for s in case.shapes]
    args = [inputs[0]] if len(inputs) == 1 else inputs if "Head" in case.name or \
        "Query" in case.name else [inputs]
    try:
        made = _made(keras, case.name, case.config)(*args)
    except (ValueError, TypeError, IndexError):
        return None
    return [(tuple(one.shape), getattr(one.dtype, "name", one.dtype)) for one in _leaves(made)]


def _raises(keras: Any, case: Case) -> bool:
    """Does it raise when it runs? Symbolic calls do not see all."""
    layer = _made(keras, case.name, case.config)
    arrays = [np.zeros([7 if d is None else d for d in s], case.dtype) for s in case.shapes]
    try:
        layer(arrays[0] if len(arrays) == 1 else arrays)
    except Exception:
        return True
    return False


def _judge(claims: List[Known], real: Real, about: str) -> bool:
    """Fails where a claim is not true of `real`; is anything of the sizes claimed?"""
    assert real is not None
    if claims == [Known()]:
        return False
    assert len(claims) == len(real), f"{about}: {len(claims)} outputs, and there are {len(real)}"
    for claim, (shape, dtype) in zip(claims, real):
        if claim.dtype is not None:
            assert claim.dtype == dtype, f"{about}: {claim.dtype}, and it is {dtype}"
        if claim.shape is None:
            continue
        assert len(claim.shape) == len(shape), f"{about}: {claim.shape}, and it is {shape}"
        for a, b in zip(claim.shape, shape):
            # where sizes are not known, Keras forgets some that follow from the others
            assert a is None or a == b or b is None, f"{about}: {claim.shape}, and it is {shape}"
    return claims[0].shape is not None


def _hidden(rng: random.Random, case: Case) -> Tuple[Dict[str, Any], List[Tuple[Any, ...]]]:
    """The case with some of it not known."""
    config = _written(case.config)
    for key in list(config):
        drawn = rng.random()
        if drawn < 0.3:
            config[key] = UNSURE
        elif drawn < 0.5:
            del config[key]
            config["*"] = UNSURE
        elif drawn < 0.6 and isinstance(config[key], list) and config[key]:
            config[key][0] = UNSURE
    return config, [tuple(None if rng.random() < 0.2 else d for d in s) for s in case.shapes]


#: what only Keras 3 refuses, or only it has
_LENIENT = {"keras2": (EXTRA_AXES,), "keras3": ()}


@pytest.mark.parametrize("name", sorted(CASES))
@pytest.mark.parametrize("generation", GENERATIONS)
def test_what_is_claimed_of_layers_is_so(generation: str, name: str) -> None:
    keras = keras_of(generation)
    if not hasattr(keras.layers, name):
        pytest.skip(f"{generation} has no {name}")
    rng = random.Random(name)
    counts: Counter = Counter()
    for _ in range(EACH):
        case = CASES[name](rng)
        real = really(keras, case)
        for config, shapes in ((_written(case.config), case.shapes), _hidden(rng, case)):
            about = f"{case.name} {config} {shapes} (really {case.config} {case.shapes})"
            try:
                claims = output(name, config, [Known(s, case.dtype) for s in shapes])
            except Misfit as misfit:
                if misfit.text not in _LENIENT[generation]:
                    assert real is None or _raises(keras, case), (  # noqa: PT017
                        f"{about}: {misfit.text}")
                continue
            if real is None:
                continue  # what Keras refuses and we do not know of is only silence
            known = _judge(claims, real, about)
            counts["all" if shapes is case.shapes else "hidden"] += 1
            if shapes is case.shapes:
                counts["known"] += known
    if (generation, name) == ("keras2", "SpectralNormalization"):
        return  # tf_keras' own cannot be called on an Input
    assert counts["all"] > 3, "hardly a case is one that this Keras takes"
    assert counts["known"] >= _OFTEN.get(name, 0.9) * counts["all"]


#: how often a claim is made where that is less than nearly always
_OFTEN = {"StringLookup": 0.4, "IntegerLookup": 0.4, "CategoryEncoding": 0.4, "EinsumDense": 0.6,
          "TextVectorization": 0.6,
          "RNN": 0.6, "Normalization": 0.6, "TimeDistributed": 0.6,
          **{f"Adaptive{k}Pooling{n}D": 0.7 for k in ("Max", "Average") for n in (1, 2, 3)},
          **dict.fromkeys(("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"), 0.7)}


def test_misfits_of_every_kind_are_found() -> None:
    kinds: Counter = Counter()
    rng = random.Random(0)
    for name in ("Conv2D", "Concatenate", "Add", "Dot", "Reshape", "LSTM", "MaxPooling1D",
                 "Dense", "Permute", "RepeatVector", "TimeDistributed",
                 "Bidirectional", "ConvLSTM2D"):
        for _ in range(60):
            case = CASES[name](rng)
            try:
                output(name, _written(case.config), [Known(s) for s in case.shapes])
            except Misfit as misfit:
                kinds[name, misfit.kind] += 1
    assert {kind for _name, kind in kinds} == {"rank", "negative", "sizes", "reshape"}
    assert len(kinds) >= 14


def test_misfits_carry_what_does_not_fit() -> None:
    with pytest.raises(Misfit) as raised:
        output("Conv2D", {"filters": 3, "kernel_size": 5}, [Known((None, 9, 3, 1))])
    assert (raised.value.kind, raised.value.axis, raised.value.size, raised.value.kernel) == (
        "negative", 2, 3, 5)
    with pytest.raises(Misfit) as raised:
        output("TimeDistributed", {"layer": {"class_name": "Conv2D", "config": {
            "filters": 3, "kernel_size": 5}}}, [Known((None, 9, 3, 1))])
    assert (raised.value.kind, raised.value.wanted, raised.value.got) == ("rank", 5, 4)


def test_names_of_sizes_stay_where_the_rows_stay() -> None:
    rng = random.Random(1)
    for name, make in CASES.items():
        case = make(rng)
        shapes = [("N", *s[1:]) for s in case.shapes]
        if len(case.shapes[0]) < 3 and "Random" in name:
            continue  # one image, no rows
        try:
            claims = output(name, _written(case.config), [Known(s) for s in shapes])
        except Misfit:
            continue
        for claim in claims:
            if claim.shape is not None and case.shapes[0][0] is None:
                assert claim.shape[0] == "N", name


def test_what_is_not_keras_own_is_not_known() -> None:
    inner = {"class_name": "Dense", "config": {"units": 3}, "module": "mine.layers"}
    assert output("TimeDistributed", {"layer": inner}, [Known((None, 5, 4))]) == [Known()]
    assert output("TimeDistributed", {"layer": UNSURE}, [Known((None, 5, 4))]) == [Known()]
    assert output("Mine", {"units": 3}, [Known((None, 5, 4))]) == [Known()]
    assert output("Lambda", {}, [Known((None, 5, 4))]) == [Known()]
    assert not layer_shapes.knows("Lambda")
    assert layer_shapes.knows("ConvLSTM2D")


def test_attention_scores_are_another_output() -> None:
    ins = [Known((None, 5, 6)), Known((None, 7, 6))]
    for name in ("MultiHeadAttention", "Attention"):
        made = output(name, {"return_attention_scores": True}, ins)
        assert [k.shape for k in made] == [(None, 5, 6), None]
        assert output(name, {"return_attention_scores": UNSURE}, ins) == [Known()]


@pytest.mark.parametrize("generation", GENERATIONS)
def test_positional_parameters_are_keras_own(generation: str) -> None:
    keras = keras_of(generation)
    for name, written in layer_arguments.POSITIONAL.items():
        layer = getattr(keras.layers, name, None)
        if layer is None or name in ("LeakyReLU", "Lambda"):
            continue
        real = tuple(p.name for p in inspect.signature(layer.__init__).parameters.values()
                     if p.name != "self" and p.kind is p.POSITIONAL_OR_KEYWORD)
        # TensorFlow 2.6 has fewer of some
        shared = len(written) if generation == "keras3" else min(len(written), len(real))
        assert real[:shared] == written[:shared], (generation, name)


def test_wrappers_without_end_are_unknown() -> None:
    layer: Dict[str, Any] = {"class_name": "Dense", "config": {"units": 3}}
    for _ in range(3000):
        layer = {"class_name": "TimeDistributed", "config": {"layer": layer}}
    first = {"class_name": "InputLayer", "config": {"batch_shape": [None, 3, 4], "name": "a"}}
    assert Shapes([first, layer]).chain(Known((None, 3, 4))) == Known()


@pytest.mark.parametrize(("name", "options"), [
    ("VGG16", {"include_top": False, "input_shape": (64, 100, 3)}),
    ("MobileNet", {"include_top": False, "input_shape": (75, 101, 3)}),
    ("MobileNet", {"include_top": False, "input_shape": (64, 64, 3), "alpha": 0.5}),
    ("MobileNetV2", {"include_top": False, "input_shape": (97, 90, 3)}),
    ("MobileNetV2", {"include_top": False, "input_shape": (96, 96, 3), "pooling": "avg"}),
    ("ResNet50", {"include_top": False, "input_shape": (65, 97, 3)}),
    ("ResNet50V2", {"include_top": False, "input_shape": (99, 70, 3), "pooling": "max"}),
    ("InceptionV3", {"include_top": False, "input_shape": (150, 139, 3)}),
    ("Xception", {"include_top": False, "input_shape": (101, 130, 3)}),
    ("EfficientNetB0", {"include_top": True, "classes": 7}),
    ("EfficientNetB0", {"include_top": False, "input_shape": (75, 76, 3)}),
    ("EfficientNetV2B0", {"include_top": False, "input_shape": (75, 76, 3)}),
    ("ConvNeXtTiny", {"include_top": False, "input_shape": (75, 107, 3)}),
    ("DenseNet121", {"include_top": False}),
    ("DenseNet121", {"include_top": False, "input_shape": (79, 113, 3)}),
    ("NASNetMobile", {"include_top": False, "input_shape": (79, 113, 3)}),
    ("NASNetMobile", {"include_top": False}),
    ("MobileNetV3Small", {"include_top": False, "input_shape": (79, 113, 3)}),
])
def test_applications(name: str, options: Dict[str, Any]) -> None:
    keras = keras_of(GENERATIONS[0])
    if not hasattr(keras.applications, name):
        pytest.skip(f"no {name}")
    model = getattr(keras.applications, name)(weights=None, **options)
    found = application(name, options["include_top"], options.get("input_shape"),
                        options.get("pooling"), options.get("classes", 1000), "alpha" in options)
    assert found is not None
    declared, made = found
    for claim, real in ((declared, model.input_shape), (made, model.output_shape)):
        assert claim is not None
        assert len(claim) == len(real)
        assert all(a is None or a == b for a, b in zip(claim, real)), (claim, real)
    sized = "alpha" not in options and "input_shape" in options and name != "MobileNetV3Small"
    assert not sized or None not in made[1:]


@pytest.mark.parametrize("generation", GENERATIONS)
def test_positional_parameters_of_applications(generation: str) -> None:
    keras = keras_of(generation)
    for name in dir(keras.applications):
        made = getattr(keras.applications, name)
        real = list(inspect.signature(made).parameters) if name[0].isupper() else []
        known = positional(name) if application(name, True, None, None, 5) else ()
        if "args" not in real[:1]:
            assert tuple(real[:len(known)]) == known, name


IMAGE = "i = keras.Input((32, 32, 3))\n"
STEPS = "s = keras.Input((5, 4))\n"


@pytest.mark.parametrize(("code", "expected"), [
    (IMAGE + "x = L.Conv2D(8, 5, 2, 'same')(i)", (None, 16, 16, 8)),
    (IMAGE + "x = L.Conv2D(8, 3, 1, 'valid', 'channels_first')(i)", (None, 8, 30, 1)),
    (IMAGE + "x = L.Conv2D(8, 3, **more)(i)", (None, None, None, None)),
    (IMAGE + "x = L.Conv2D(*what)(i)", (None, None, None, None)),
    (IMAGE + "x = L.Convolution2D(8, 3, 5, border_mode='valid')(i)", (None, 30, 28, 8)),
    (IMAGE + "x = L.Convolution2D(8, 3, 3, border_mode='same', subsample=(2, 2))(i)",
     (None, 16, 16, 8)),
    (IMAGE + "x = L.Convolution2D(nb_filter=8, nb_row=3, nb_col=5)(i)", (None, 30, 28, 8)),
    (IMAGE + "x = L.Conv2D(8, 3, 3)(i)", (None, 10, 10, 8)),
    (IMAGE + "x = L.Conv2D(8, 3, data_format=unknown())(i)", (None, None, None, None)),
    (IMAGE + "x = L.MaxPool2D(2, None, 'same')(i)", (None, 16, 16, 3)),
    (IMAGE + "x = L.Cropping2D(((1, 2), (3, 4)))(i)", (None, 29, 25, 3)),
    (IMAGE + "x = keras.layers.Resizing(8, 9)(i)", (None, 8, 9, 3)),
    (STEPS + "x = L.LSTM(7, return_sequences=True)(s)", (None, 5, 7)),
    (STEPS + "x = L.LSTM(7, return_sequences=unknown())(s)", None),
    (STEPS + "x, h, c = L.LSTM(7, return_state=True)(s)", (None, 7)),
    (STEPS + "x, *states = L.Bidirectional(L.LSTM(7, return_state=True))(s)", (None, 14)),
    (STEPS + "x = L.RNN(L.LSTMCell(7))(s)", (None, 7)),
    (STEPS + "x = L.RNN(mine())(s)", None),
    (STEPS + "x = L.TimeDistributed(L.Dense(9))(s)", (None, 5, 9)),
    (STEPS + "x = L.TimeDistributed(mine)(s)", None),
    (STEPS + "x = L.MultiHeadAttention(2, 8)(s, s)", (None, 5, 4)),
    (STEPS + "x, w = L.MultiHeadAttention(2, 8)(s, s, return_attention_scores=True)",
     (None, 5, 4)),
    (STEPS + "w, x = L.MultiHeadAttention(2, 8)(s, s, return_attention_scores=True)", None),
    (STEPS + "x = L.MultiHeadAttention(2, 8)(s, s, return_attention_scores=unknown())", None),
    (STEPS + "x = L.Attention()([s, L.Dense(6)(s)])", (None, 5, 6)),
    (STEPS + "x = L.Dot(axes=2)([s, s])", (None, 5, 5)),
    (STEPS + "x = L.Concatenate(axis=1)([s, s])", (None, 10, 4)),
    (STEPS + "x = L.EinsumDense('abc,cd->abd', (None, 6))(s)", (None, 5, 6)),
    ("x = L.Dense(3)(keras.Sequential([L.Dense(4, input_dim=6)]).output)", (None, 3)),
    ("x = keras.Sequential([L.Embedding(9, 4, input_length=7)]).output", (None, 7, 4)),
    ("x = keras.Sequential([L.LSTM(4, input_dim=3, input_length=7)]).output", (None, 4)),
    ("x = keras.applications.VGG16(include_top=False, input_shape=(64, 64, 3)).output",
     (None, 2, 2, 512)),
    ("x = keras.applications.MobileNetV2((64, 64, 3), include_top=False).output",
     (None, 2, 2, 1280)),
    ("x = keras.applications.MobileNetV2((64, 64, 3), 0.5, False).output", (None, 2, 2, None)),
    ("x = keras.applications.VGG16(False, None, None, (64, 64, 3)).output", (None, 2, 2, 512)),
    ("x = keras.applications.ResNet50(weights=None, classes=5).output", (None, 5)),
])
def test_layers_in_source(code: str, expected: Any) -> None:
    document = read_document("program.py", (
        "from tensorflow import keras\nL = keras.layers\n" + code).encode())
    value = read(document).module.names["x"]
    assert (value.shape if isinstance(value, Arr) else None) == expected
