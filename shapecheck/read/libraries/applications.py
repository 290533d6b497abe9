"""keras.applications: declared inputs and outputs of the pretrained image models."""
from __future__ import annotations

from typing import Any, Dict, Optional, Tuple

from shapecheck.read.values import Dim, Shape

#: class -> (default size, channels of its last feature map, how often the size is halved, or
#: None where another arithmetic than "rounded up" applies)
_MODELS: Dict[str, Tuple[int, int, Optional[int]]] = {
    "VGG16": (224, 512, -5), "VGG19": (224, 512, -5), "ResNet50": (224, 2048, 5),
    "ResNet101": (224, 2048, 5), "ResNet152": (224, 2048, 5), "ResNet50V2": (224, 2048, 5),
    "ResNet101V2": (224, 2048, 5), "ResNet152V2": (224, 2048, 5),
    "MobileNet": (224, 1024, None), "MobileNetV2": (224, 1280, None),
    "InceptionV3": (299, 2048, None), "Xception": (299, 2048, None),
    "InceptionResNetV2": (299, 1536, None), "DenseNet121": (224, 1024, None),
    "DenseNet169": (224, 1664, None), "DenseNet201": (224, 1920, None),
    "EfficientNetB0": (224, 1280, None), "EfficientNetB1": (240, 1280, None),
    "EfficientNetB2": (260, 1408, None), "EfficientNetB3": (300, 1536, None),
    "EfficientNetB4": (380, 1792, None), "EfficientNetB5": (456, 2048, None),
    "EfficientNetB6": (528, 2304, None), "EfficientNetB7": (600, 2560, None),
}


def application(name: str, top: Any, shape: Shape, pooling: Any,
                classes: Any) -> Optional[Tuple[Shape, Shape]]:
    """(declared input, output), both with the batch axis; None for a model that is not known.

    shape: `input_shape=` as passed, None for the default. Sizes are certain for those that halve
    five times; others are certain where the size is a multiple of 32, and unknown elsewhere.
    """
    found = _MODELS.get(name)
    if found is None:
        return None
    size, channels, halved = found
    item: Tuple[Dim, ...] = tuple(shape) if shape is not None else (
        (size, size, 3) if top else (None, None, 3))
    if len(item) != 3:
        return None
    declared = (None, *item)
    if top is True:
        count = classes if isinstance(classes, int) else None
        return declared, (None, count)
    if pooling in ("avg", "max"):
        return declared, (None, channels)
    if pooling is not None:
        return declared, None
    return declared, (None, *(_left(d, halved) for d in item[:2]), channels)


def _left(size: Dim, halved: Optional[int]) -> Dim:
    if not isinstance(size, int):
        return None
    if halved == -5:
        return size // 32  # five pools of 2 without padding
    return size // 32 if size % 32 == 0 and halved == 5 else None



