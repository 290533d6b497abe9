"""How layers are written in source: positional parameters, old names, declared inputs."""
from __future__ import annotations

from typing import Any, Dict, Tuple

from shapecheck.read.layer_shapes import UNSURE
from shapecheck.read.values import Shape

_CONV = ("filters", "kernel_size", "strides", "padding")
_KERNEL = ("data_format", "dilation_rate", "groups", "activation", "use_bias",
           "kernel_initializer", "bias_initializer")
_SEPARABLE = (*_CONV, "data_format", "dilation_rate", "depth_multiplier", "activation", "use_bias")
_DEPTHWISE = ("kernel_size", "strides", "padding", "depth_multiplier", "data_format",
              "dilation_rate", "activation", "use_bias")
_CONV_LSTM = (*_CONV, "data_format", "dilation_rate", "activation", "recurrent_activation",
              "use_bias")
_UNITS = ("units", "activation", "recurrent_activation", "use_bias", "kernel_initializer",
          "recurrent_initializer", "bias_initializer")
_SIMPLE = ("units", "activation", "use_bias", "kernel_initializer", "recurrent_initializer",
           "bias_initializer")
_RANDOM = ("height_factor", "width_factor", "fill_mode", "interpolation", "seed", "fill_value")
#: positional parameters in order, as far as Keras 2 and Keras 3 agree: what is passed after them
#: means one thing here and another there
POSITIONAL: Dict[str, Tuple[str, ...]] = {
    "Dense": ("units", "activation", "use_bias", "kernel_initializer", "bias_initializer",
              "kernel_regularizer", "bias_regularizer", "activity_regularizer",
              "kernel_constraint", "bias_constraint"),
    "Activation": ("activation",), "ActivityRegularization": ("l1", "l2"),
    "Embedding": ("input_dim", "output_dim", "embeddings_initializer", "embeddings_regularizer"),
    "EinsumDense": ("equation", "output_shape", "activation", "bias_axes"),
    "Flatten": ("data_format",), "Reshape": ("target_shape",), "Permute": ("dims",),
    "RepeatVector": ("n",), "Masking": ("mask_value",),
    "Lambda": ("function", "output_shape", "mask", "arguments"),
    # Keras 2 calls it alpha, Keras 3 negative_slope
    "LeakyReLU": ("alpha",), "ELU": ("alpha",), "ThresholdedReLU": ("theta",),
    "ReLU": ("max_value", "negative_slope", "threshold"), "Softmax": ("axis",),
    "PReLU": ("alpha_initializer", "alpha_regularizer", "alpha_constraint", "shared_axes"),
    "Dropout": ("rate", "noise_shape", "seed"), "AlphaDropout": ("rate", "noise_shape", "seed"),
    "GaussianDropout": ("rate", "seed"), "GaussianNoise": ("stddev", "seed"),
    "SpatialDropout1D": ("rate",), "SpatialDropout2D": ("rate", "data_format"),
    "SpatialDropout3D": ("rate", "data_format"),
    "BatchNormalization": ("axis", "momentum", "epsilon", "center", "scale"),
    "LayerNormalization": ("axis", "epsilon", "center", "scale"),
    "GroupNormalization": ("groups", "axis", "epsilon", "center", "scale"),
    "RMSNormalization": ("axis", "epsilon"), "UnitNormalization": ("axis",),
    "SpectralNormalization": ("layer", "power_iterations"),
    "LSTM": _UNITS, "GRU": _UNITS, "SimpleRNN": _SIMPLE, "CuDNNLSTM": ("units",),
    "CuDNNGRU": ("units",), "LSTMCell": _UNITS, "GRUCell": _UNITS, "SimpleRNNCell": _SIMPLE,
    "RNN": ("cell", "return_sequences", "return_state", "go_backwards", "stateful", "unroll"),
    "StackedRNNCells": ("cells",),
    "Bidirectional": ("layer", "merge_mode", "weights", "backward_layer"),
    "TimeDistributed": ("layer",),
    "Concatenate": ("axis",), "Dot": ("axes", "normalize"),
    "Attention": ("use_scale", "score_mode"), "AdditiveAttention": ("use_scale",),
    "MultiHeadAttention": ("num_heads", "key_dim", "value_dim", "dropout", "use_bias",
                           "output_shape", "attention_axes"),
    "GroupQueryAttention": ("head_dim", "num_query_heads", "num_key_value_heads", "dropout",
                            "use_bias"),
    "Rescaling": ("scale", "offset"), "Normalization": ("axis", "mean", "variance", "invert"),
    "Resizing": ("height", "width", "interpolation", "crop_to_aspect_ratio"),
    "CenterCrop": ("height", "width"), "RandomCrop": ("height", "width", "seed"),
    "RandomFlip": ("mode", "seed"), "RandomZoom": _RANDOM, "RandomTranslation": _RANDOM,
    "RandomRotation": ("factor", "fill_mode", "interpolation", "seed", "fill_value"),
    "RandomContrast": ("factor",), "RandomBrightness": ("factor", "value_range", "seed"),
    "RandomHeight": ("factor", "interpolation", "seed"),
    "RandomWidth": ("factor", "interpolation", "seed"),
    "TextVectorization": ("max_tokens", "standardize", "split", "ngrams", "output_mode",
                          "output_sequence_length", "pad_to_max_tokens", "vocabulary",
                          "idf_weights", "sparse", "ragged", "encoding"),
    "StringLookup": ("max_tokens", "num_oov_indices", "mask_token", "oov_token", "vocabulary"),
    "IntegerLookup": ("max_tokens", "num_oov_indices", "mask_token", "oov_token", "vocabulary"),
    "Hashing": ("num_bins", "mask_value", "salt", "output_mode", "sparse"),
    "Discretization": ("bin_boundaries", "num_bins", "epsilon", "output_mode", "sparse"),
    "CategoryEncoding": ("num_tokens", "output_mode", "sparse"),
}
#: other names for the same layers, those of Keras 1 among them
_ALIASES = {"Deconvolution2D": "Conv2DTranspose", "GroupedQueryAttention": "GroupQueryAttention"}
for _n in (1, 2, 3):
    POSITIONAL[f"Conv{_n}D"] = (*_CONV, *_KERNEL)
    # Conv3DTranspose has data_format before output_padding in Keras 3
    POSITIONAL[f"Conv{_n}DTranspose"] = _CONV if _n == 3 else (
        *_CONV, "output_padding", "data_format", "dilation_rate", "activation", "use_bias")
    POSITIONAL[f"ConvLSTM{_n}D"] = _CONV_LSTM
    POSITIONAL[f"ZeroPadding{_n}D"] = ("padding",) if _n == 1 else ("padding", "data_format")
    POSITIONAL[f"Cropping{_n}D"] = ("cropping",) if _n == 1 else ("cropping", "data_format")
    POSITIONAL[f"UpSampling{_n}D"] = ("size",) if _n == 1 else ("size", "data_format")
    POSITIONAL[f"AdaptiveMaxPooling{_n}D"] = ("output_size", "data_format")
    POSITIONAL[f"AdaptiveAveragePooling{_n}D"] = ("output_size", "data_format")
    _ALIASES[f"Convolution{_n}D"] = f"Conv{_n}D"
    _ALIASES[f"Convolution{_n}DTranspose"] = f"Conv{_n}DTranspose"
    for _long, _short in (("Max", "Max"), ("Average", "Avg")):
        POSITIONAL[f"{_long}Pooling{_n}D"] = ("pool_size", "strides", "padding", "data_format")
        POSITIONAL[f"Global{_long}Pooling{_n}D"] = ("data_format",)
        _ALIASES[f"{_short}Pool{_n}D"] = f"{_long}Pooling{_n}D"
        _ALIASES[f"Global{_short}Pool{_n}D"] = f"Global{_long}Pooling{_n}D"
for _n in (1, 2):
    POSITIONAL[f"SeparableConv{_n}D"] = _SEPARABLE
    POSITIONAL[f"DepthwiseConv{_n}D"] = _DEPTHWISE
    POSITIONAL[f"LocallyConnected{_n}D"] = (*_CONV, "data_format", "activation", "use_bias")
    _ALIASES[f"SeparableConvolution{_n}D"] = f"SeparableConv{_n}D"
for _alias, _name in _ALIASES.items():
    POSITIONAL[_alias] = POSITIONAL.get(_name, ())
#: settings of Keras 1 -> their names today
_RENAMED = {"nb_filter": "filters", "border_mode": "padding", "subsample": "strides",
            "subsample_length": "strides", "stride": "strides", "nb_row": "kernel_size",
            "filter_length": "kernel_size", "pool_length": "pool_size", "p": "rate",
            "length": "size", "sigma": "stddev", "dim_ordering": "data_format"}
_FORMATS = {"th": "channels_first", "tf": "channels_last"}
#: only programs for Keras 1 (and the first Keras 2, which took its names) pass these
_KERAS_1 = frozenset(("nb_filter", "border_mode", "subsample", "dim_ordering", "init", "bias",
                      "nb_row", "nb_col", "W_regularizer", "b_regularizer", "W_constraint"))


def renamed(cls: str, config: Dict[str, Any]) -> Tuple[str, Dict[str, Any]]:
    """The class and its settings by the names of today."""
    cls = _ALIASES.get(cls, cls)
    if cls != "Embedding" and "output_dim" in config and "units" not in config:
        config = {**config, "units": config["output_dim"]}
    if cls in ("Conv2D", "Conv3D") and not _KERAS_1.isdisjoint(config):
        config = _sides_of_keras_1(cls, config)
    if not _RENAMED.keys().isdisjoint(config):
        for old, new in _RENAMED.items():
            if old in config and new not in config:
                config = {**config, new: config[old]}
    if isinstance(config.get("data_format"), str):
        form = config["data_format"]
        config = {**config, "data_format": _FORMATS.get(form, form)}
    return cls, config


def _sides_of_keras_1(cls: str, config: Dict[str, Any]) -> Dict[str, Any]:
    """`Convolution2D(32, 3, 3, border_mode="same")`: both numbers are sides of the kernel."""
    names = ("kernel_size", "strides") if cls == "Conv2D" else ("kernel_size", "strides",
                                                                "padding")
    sides = [config.get(name) for name in names]
    old = [config.get(name) for name in ("nb_row", "nb_col")]
    if all(isinstance(s, int) or s is UNSURE for s in sides) and UNSURE is not config.get(
            "padding", 0):
        config = {k: v for k, v in config.items() if k not in names}
        config["kernel_size"] = tuple(sides)
    elif cls == "Conv2D" and None not in old:
        config = {**config, "kernel_size": tuple(old)}
    return config


def declared_input(config: Dict[str, Any]) -> Shape:
    """The shape with its batch axis that `input_dim=` declares; None where there is none.

    Classes that mean another thing by it: see `declares`.
    """
    size = config.get("input_dim")
    if size is None or isinstance(size, bool):
        return None
    if size is UNSURE:
        return (None, None)
    return (None, size) if isinstance(size, int) else None


def declares(cls: str, config: Dict[str, Any]) -> Shape:
    """What a first layer's settings declare, beyond `input_shape=`."""
    length = config.get("input_length")
    if cls == "Embedding":  # its input_dim counts its rows
        if isinstance(length, (tuple, list)):
            return (None, *(d if isinstance(d, int) else None for d in length))
        return (None, length) if isinstance(length, int) else None
    if cls in ("LSTM", "GRU", "SimpleRNN", "Conv1D", "CuDNNLSTM", "CuDNNGRU"):
        size = config.get("input_dim")
        if "input_dim" not in config:
            return None
        return (None, length if isinstance(length, int) else None,
                size if isinstance(size, int) else None)
    # a class that is not Keras' own may call anything input_dim
    return declared_input(config) if cls in POSITIONAL else None
