"""keras.applications: declared inputs and outputs of the image models."""
from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

from shapecheck.read.values import Dim, Shape

#: class -> (default size, channels of its last feature map or None where versions differ, what
#: its strided layers make of a side: see `_left`)
_MODELS: Dict[str, Tuple[int, Optional[int], str]] = {
    "VGG16": (224, 512, "fffff"), "VGG19": (224, 512, "fffff"),
    "MobileNet": (224, 1024, "cffff"), "MobileNetV2": (224, 1280, "ccccc"),
    # TensorFlow 2.6 pools them to one pixel
    "MobileNetV3Small": (224, None, ""), "MobileNetV3Large": (224, None, ""),
    "InceptionV3": (299, 2048, "vtvtvvv"), "InceptionResNetV2": (299, 1536, "vtvtvvv"),
    "Xception": (299, 2048, "vtcccc"),
    "DenseNet121": (224, 1024, "ccfff"), "DenseNet169": (224, 1664, "ccfff"),
    "DenseNet201": (224, 1920, "ccfff"),
    "NASNetMobile": (224, 1056, "vcccc"), "NASNetLarge": (331, 4032, "vcccc"),
    "ConvNeXtTiny": (224, 768, "fffff"), "ConvNeXtSmall": (224, 768, "fffff"),
    "ConvNeXtBase": (224, 1024, "fffff"), "ConvNeXtLarge": (224, 1536, "fffff"),
    "ConvNeXtXLarge": (224, 2048, "fffff"),
}
for _name, _size, _channels in (
        ("B0", 224, 1280), ("B1", 240, 1280), ("B2", 260, 1408), ("B3", 300, 1536),
        ("B4", 380, 1792), ("B5", 456, 2048), ("B6", 528, 2304), ("B7", 600, 2560),
        ("V2B0", 224, 1280), ("V2B1", 240, 1280), ("V2B2", 260, 1408), ("V2B3", 300, 1536),
        ("V2S", 384, 1280), ("V2M", 480, 1280), ("V2L", 480, 1280)):
    _MODELS[f"EfficientNet{_name}"] = (_size, _channels, "ccccc")
for _depth in (50, 101, 152):
    _MODELS[f"ResNet{_depth}"] = _MODELS[f"ResNet{_depth}V2"] = (224, 2048, "ccccc")
_PLAIN = ("include_top", "weights", "input_tensor", "input_shape", "pooling", "classes")
_POSITIONAL: Dict[str, Tuple[str, ...]] = {
    "MobileNet": ("input_shape", "alpha", "depth_multiplier", "dropout", "include_top", "weights",
                  "input_tensor", "pooling", "classes"),
    "MobileNetV2": ("input_shape", "alpha", "include_top", "weights", "input_tensor", "pooling",
                    "classes"),
    "MobileNetV3Small": ("input_shape", "alpha", "minimalistic", "include_top", "weights",
                         "input_tensor", "classes", "pooling"),
    "NASNetMobile": ("input_shape", "include_top", "weights", "input_tensor", "pooling",
                     "classes"),
}
_POSITIONAL["MobileNetV3Large"] = _POSITIONAL["MobileNetV3Small"]
_POSITIONAL["NASNetLarge"] = _POSITIONAL["NASNetMobile"]


def positional(name: str) -> Tuple[str, ...]:
    """The parameters of a model in the order in which they may be passed; () where it differs
    from one Keras to another."""
    return () if name.startswith("ConvNeXt") else _POSITIONAL.get(name, _PLAIN)


def application(name: str, top: Any, shape: Shape, pooling: Any, classes: Any,
                wider: bool = False) -> Optional[Tuple[Shape, Shape]]:
    """(declared input, output), both with the batch axis; None for a model that is not known.

    shape: `input_shape=` as passed, None for the default. wider: settings that change the number
    of channels were passed (alpha). Weights that do not fit the settings are not asked for.
    """
    found = _MODELS.get(name)
    if found is None or not isinstance(top, (bool, int)):
        return None
    size, channels, sides = found
    item: Tuple[Dim, ...] = tuple(shape) if shape is not None else (
        (size, size, 3) if top else (None, None, 3))
    if len(item) != 3:
        return None
    declared = (None, *item)
    if top:
        return declared, (None, classes if isinstance(classes, int) else None)
    last = None if wider else channels
    if pooling in ("avg", "max"):
        return declared, (None, last)
    if pooling is not None:
        return declared, None
    return declared, (None, _left(item[0], sides), _left(item[1], sides), last)


def _left(side: Dim, steps: str) -> Dim:
    """What is left of a side: c and f halve it, rounded up or down, v is a window of 3 by steps
    of 2 without padding, t the same by steps of 1."""
    if not isinstance(side, int) or not steps:
        return None
    for step in steps:
        side = side - 2 if step == "t" else (side - 1) // 2 if step == "v" else (
            side + 1) // 2 if step == "c" else side // 2
    return side if side > 0 else None
