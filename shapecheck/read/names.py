"""Canonical names: one for each thing, whatever path it was imported by."""
from __future__ import annotations

from typing import Dict, Tuple

_ROOTS = (
    ("tensorflow.python.keras.", "tensorflow.python"),
    ("tensorflow.compat.v2.keras.", "tensorflow"),
    ("tensorflow.compat.v1.keras.", "tensorflow"), ("tensorflow.keras.", "tensorflow"),
    ("tensorflow.contrib.keras.", "tensorflow"),
    ("tf_keras.", "tf_keras"), ("keras.api.", "keras"), ("keras.src.", "keras"),
)
_MOVED = {
    "keras.models.Sequential": "keras.Sequential", "keras.models.Model": "keras.Model",
    "keras.models.Functional": "keras.Model", "keras.engine.training.Model": "keras.Model",
    "keras.engine.topology.Input": "keras.Input", "keras.engine.Input": "keras.Input",
    "keras.engine.Model": "keras.Model", "keras.engine.input_layer.Input": "keras.Input",
    "keras.layers.Input": "keras.Input", "keras.layers.core.Input": "keras.Input",
    "keras.engine.sequential.Sequential": "keras.Sequential",
    "keras.layers.Layer": "keras.Layer", "keras.engine.base_layer.Layer": "keras.Layer",
    "keras.engine.topology.Layer": "keras.Layer", "keras.engine.Layer": "keras.Layer",
    "keras.models.clone_model": "keras.models.clone_model",
    "keras.layers.InputLayer": "keras.layers.InputLayer",
    "tensorflow.Module": "tensorflow.Module",
}
_memo: Dict[str, Tuple[str, str]] = {}


def canonical(path: str) -> Tuple[str, str]:
    """(canonical name, where it was imported from: "keras", "tensorflow", "tf_keras", "")."""
    found = _memo.get(path)
    if found is None:
        if len(_memo) > 20000:
            _memo.clear()
        found = _memo[path] = _canonical(path)
    return found


def _canonical(path: str) -> Tuple[str, str]:
    root = "keras" if path == "keras" or path.startswith("keras.") else ""
    if path in ("tensorflow.keras", "tensorflow.python.keras", "tf_keras",
                "tensorflow.compat.v1.keras", "tensorflow.compat.v2.keras"):
        return "keras", {"tf_keras": "tf_keras", "tensorflow.python.keras": "tensorflow.python"
                         }.get(path, "tensorflow")
    for prefix, source in _ROOTS:
        if path.startswith(prefix):
            path, root = "keras." + path[len(prefix):], source
            break
    if path.startswith(("tensorflow.compat.v1.", "tensorflow.compat.v2.")):
        path = "tensorflow." + path[len("tensorflow.compat.v1."):]
    if path.startswith("keras."):
        _keras, _layers, *modules, name = path.split(".") if path.count(".") > 2 else ("",) * 3
        if _layers == "layers" and name[:1].isupper() and all(m == m.lower() for m in modules):
            path = "keras.layers." + name  # keras.layers.core.Dense
        path = path.replace("keras.utils.np_utils.", "keras.utils.").replace(
            "keras.layers.experimental.preprocessing.", "keras.layers.")
        path = _MOVED.get(path, path)
    elif path.startswith("jax.numpy."):
        path = "numpy." + path[len("jax.numpy."):]
    return path, root


#: names of code fragments without imports; used only where the program never binds the name
FRAGMENTS: Dict[str, str] = {
    "np": "numpy", "numpy": "numpy", "pd": "pandas", "pandas": "pandas", "tf": "tensorflow",
    "tensorflow": "tensorflow", "keras": "keras", "layers": "keras.layers", "K": "keras.backend",
    "Sequential": "keras.Sequential", "Model": "keras.Model", "Input": "keras.Input",
    "to_categorical": "keras.utils.to_categorical", "np_utils": "keras.utils",
    "pad_sequences": "keras.preprocessing.sequence.pad_sequences",
    "train_test_split": "sklearn.model_selection.train_test_split",
    "StandardScaler": "sklearn.preprocessing.StandardScaler",
    "MinMaxScaler": "sklearn.preprocessing.MinMaxScaler",
    "LabelEncoder": "sklearn.preprocessing.LabelEncoder",
    "OneHotEncoder": "sklearn.preprocessing.OneHotEncoder",
    "ImageDataGenerator": "keras.preprocessing.image.ImageDataGenerator",
    "mnist": "keras.datasets.mnist", "cifar10": "keras.datasets.cifar10",
    "fashion_mnist": "keras.datasets.fashion_mnist", "imdb": "keras.datasets.imdb",
    "TFBertModel": "transformers.TFBertModel", "BertTokenizer": "transformers.BertTokenizer",
    "AutoTokenizer": "transformers.AutoTokenizer",
    "TFAutoModel": "transformers.TFAutoModel", "cv2": "cv2",
    "models": "keras.models", "datasets": "keras.datasets", "optimizers": "keras.optimizers",
    "losses": "keras.losses", "image": "keras.preprocessing.image",
    "sequence": "keras.preprocessing.sequence", "cifar100": "keras.datasets.cifar100",
    "reuters": "keras.datasets.reuters", "boston_housing": "keras.datasets.boston_housing",
    "array": "numpy.array", "load_img": "keras.preprocessing.image.load_img",
    "img_to_array": "keras.preprocessing.image.img_to_array",
    "Tokenizer": "keras.preprocessing.text.Tokenizer",
    "TimeseriesGenerator": "keras.preprocessing.sequence.TimeseriesGenerator",
    "image_dataset_from_directory": "keras.utils.image_dataset_from_directory",
    "RobustScaler": "sklearn.preprocessing.RobustScaler",
    "Normalizer": "sklearn.preprocessing.Normalizer",
    "LabelBinarizer": "sklearn.preprocessing.LabelBinarizer",
    "OrdinalEncoder": "sklearn.preprocessing.OrdinalEncoder",
    "PCA": "sklearn.decomposition.PCA",
}
for _name in ("load_iris", "load_wine", "load_digits", "load_breast_cancer", "load_diabetes",
              "make_classification", "make_regression", "make_blobs", "make_moons",
              "make_circles"):
    FRAGMENTS[_name] = "sklearn.datasets." + _name
for _name in ("VGG16", "VGG19", "ResNet50", "InceptionV3", "Xception", "MobileNet", "MobileNetV2",
              "DenseNet121", "EfficientNetB0"):
    FRAGMENTS[_name] = "keras.applications." + _name
_LAYERS = (
    "Dense", "Dropout", "Flatten", "Activation", "Conv1D", "Conv2D", "Conv3D", "MaxPooling1D",
    "MaxPooling2D", "MaxPool2D", "AveragePooling2D", "GlobalAveragePooling1D",
    "GlobalAveragePooling2D", "GlobalMaxPooling1D", "GlobalMaxPooling2D", "LSTM", "GRU",
    "SimpleRNN", "Bidirectional", "TimeDistributed", "Embedding", "BatchNormalization", "Reshape",
    "RepeatVector", "Permute", "Concatenate", "Add", "Multiply", "LeakyReLU", "UpSampling2D",
    "Conv2DTranspose", "ZeroPadding2D", "Masking", "Lambda", "InputLayer", "Convolution2D",
    "SpatialDropout1D", "SpatialDropout2D", "SeparableConv2D", "DepthwiseConv2D", "ConvLSTM2D",
    "ZeroPadding1D", "UpSampling1D", "UpSampling3D", "Cropping1D", "Cropping2D", "MaxPool1D",
    "MaxPooling3D", "AveragePooling1D", "GlobalAveragePooling3D", "Average", "Dot", "Softmax",
    "ReLU", "PReLU", "ELU", "GaussianNoise", "GaussianDropout", "LayerNormalization",
    "MultiHeadAttention", "Rescaling", "Conv1DTranspose", "Conv3DTranspose", "CuDNNLSTM",
    "CuDNNGRU", "Convolution1D", "Convolution3D", "Maximum", "Subtract")
for _name in _LAYERS:
    FRAGMENTS[_name] = "keras.layers." + _name

BUILTINS = frozenset((
    "print", "len", "range", "enumerate", "zip", "list", "tuple", "dict", "int", "float", "str",
    "bool", "sum", "min", "max", "abs", "round", "sorted", "reversed", "map", "filter",
    "isinstance", "type", "super", "open", "input", "getattr", "setattr", "hasattr", "set",
    "frozenset", "any", "all", "iter", "next", "id", "divmod", "pow", "slice", "object",
    "staticmethod", "classmethod", "property", "Exception", "ValueError", "TypeError",
    "RuntimeError", "KeyError", "IndexError", "AssertionError", "NotImplementedError", "display",
    "ord"))
