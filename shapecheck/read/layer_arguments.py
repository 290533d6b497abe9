"""How layers are written in source: positional parameters, old names, declared inputs."""
from __future__ import annotations

from typing import Any, Dict, Tuple

from shapecheck.read.layer_shapes import UNSURE
from shapecheck.read.values import Shape

_CONV = ("filters", "kernel_size", "strides", "padding")
_POOL = ("pool_size", "strides", "padding", "data_format")
#: positional parameters in order, where Keras 2 and Keras 3 agree
POSITIONAL: Dict[str, Tuple[str, ...]] = {
    "Dense": ("units", "activation", "use_bias"), "Activation": ("activation",),
    "Embedding": ("input_dim", "output_dim"), "Dropout": ("rate",),
    "SpatialDropout1D": ("rate",), "SpatialDropout2D": ("rate",), "GaussianNoise": ("stddev",),
    "GaussianDropout": ("rate",), "AlphaDropout": ("rate",), "Reshape": ("target_shape",),
    "Permute": ("dims",), "RepeatVector": ("n",), "Masking": ("mask_value",),
    "Lambda": ("function",), "LeakyReLU": ("alpha",), "Softmax": ("axis",), "ELU": ("alpha",),
    "Flatten": ("data_format",), "Conv1D": _CONV, "Conv2D": _CONV, "Conv3D": _CONV,
    "SeparableConv1D": _CONV, "SeparableConv2D": _CONV, "Conv1DTranspose": _CONV,
    "Conv2DTranspose": _CONV, "Conv3DTranspose": _CONV,
    "DepthwiseConv1D": ("kernel_size", "strides", "padding"),
    "DepthwiseConv2D": ("kernel_size", "strides", "padding"),
    "ConvLSTM1D": _CONV, "ConvLSTM2D": _CONV, "ConvLSTM3D": _CONV,
    **{f"{kind}Pooling{n}D": _POOL for kind in ("Max", "Average") for n in (1, 2, 3)},
    "UpSampling1D": ("size",), "UpSampling2D": ("size",), "UpSampling3D": ("size",),
    "ZeroPadding1D": ("padding",), "ZeroPadding2D": ("padding",), "ZeroPadding3D": ("padding",),
    "Cropping1D": ("cropping",), "Cropping2D": ("cropping",), "Cropping3D": ("cropping",),
    "LSTM": ("units", "activation"), "GRU": ("units", "activation"),
    "SimpleRNN": ("units", "activation"), "CuDNNLSTM": ("units",), "CuDNNGRU": ("units",),
    "RNN": ("cell", "return_sequences", "return_state"),
    "LSTMCell": ("units",), "GRUCell": ("units",), "SimpleRNNCell": ("units",),
    "StackedRNNCells": ("cells",), "Bidirectional": ("layer", "merge_mode"),
    "TimeDistributed": ("layer",), "Concatenate": ("axis",), "Dot": ("axes",),
    "MultiHeadAttention": ("num_heads", "key_dim"), "Rescaling": ("scale", "offset"),
    "Resizing": ("height", "width"), "CenterCrop": ("height", "width"),
    "RandomCrop": ("height", "width"), "RandomFlip": ("mode",), "RandomRotation": ("factor",),
    "RandomZoom": ("height_factor",), "TextVectorization": ("max_tokens",),
    "CategoryEncoding": ("num_tokens", "output_mode"), "EinsumDense": ("equation",
                                                                       "output_shape"),
}
_ALIASES = {"Convolution1D": "Conv1D", "Convolution2D": "Conv2D", "Convolution3D": "Conv3D",
            "MaxPool1D": "MaxPooling1D", "MaxPool2D": "MaxPooling2D", "MaxPool3D": "MaxPooling3D",
            "AvgPool1D": "AveragePooling1D", "AvgPool2D": "AveragePooling2D",
            "AvgPool3D": "AveragePooling3D", "GlobalMaxPool1D": "GlobalMaxPooling1D",
            "GlobalMaxPool2D": "GlobalMaxPooling2D", "GlobalMaxPool3D": "GlobalMaxPooling3D",
            "GlobalAvgPool1D": "GlobalAveragePooling1D",
            "GlobalAvgPool2D": "GlobalAveragePooling2D",
            "GlobalAvgPool3D": "GlobalAveragePooling3D", "Convolution2DTranspose":
            "Conv2DTranspose", "Deconvolution2D": "Conv2DTranspose",
            "SeparableConvolution2D": "SeparableConv2D"}
for _alias, _name in _ALIASES.items():
    POSITIONAL[_alias] = POSITIONAL.get(_name, ())
#: settings of Keras 1 -> their names today
_RENAMED = {"nb_filter": "filters", "border_mode": "padding", "subsample": "strides",
            "nb_row": "kernel_size", "filter_length": "kernel_size", "pool_length": "pool_size",
            "p": "rate", "dim_ordering": "data_format"}


def renamed(cls: str, config: Dict[str, Any]) -> Tuple[str, Dict[str, Any]]:
    """The class and its settings by the names of today."""
    cls = _ALIASES.get(cls, cls)
    if cls != "Embedding" and "output_dim" in config and "units" not in config:
        config = {**config, "units": config["output_dim"]}
    for old, new in _RENAMED.items():
        if old in config and new not in config:
            config = {**config, new: config[old]}
    return cls, config


def declared_input(config: Dict[str, Any]) -> Shape:
    """The shape with its batch axis that `input_dim=` (and `input_length=`) declare; None where
    they declare nothing. An Embedding's input_dim counts its rows: see `declares`."""
    if "input_dim" not in config:
        return None
    size = config["input_dim"]
    if size is UNSURE or isinstance(size, bool) or not isinstance(size, int):
        return None
    return (None, size)


def declares(cls: str, config: Dict[str, Any]) -> Shape:
    """What a first layer's settings declare, beyond `input_shape=`."""
    if cls == "Embedding":
        length = config.get("input_length")
        return (None, length) if isinstance(length, int) else None
    if cls in ("LSTM", "GRU", "SimpleRNN", "Conv1D", "CuDNNLSTM", "CuDNNGRU"):
        size = config.get("input_dim")
        if "input_dim" not in config:
            return None
        length = config.get("input_length")
        return (None, length if isinstance(length, int) else None,
                size if isinstance(size, int) else None)
    # a class that is not Keras' own may call anything input_dim
    return declared_input(config) if cls in POSITIONAL else None
