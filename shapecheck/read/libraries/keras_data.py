"""keras.datasets, keras.utils and keras.preprocessing: what they load, encode, pad and read."""
from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Tuple

from shapecheck.read.binding import Args, as_array
from shapecheck.read.values import (
    NONE,
    UNKNOWN,
    Arr,
    Dataset,
    Dim,
    Function,
    Labels,
    Obj,
    Seq,
    Value,
    element_of,
)

FUNCTIONS: Dict[str, Function] = {}
ATTRIBUTES: Dict[str, Callable[[Any], Value]] = {}
CONSTANTS: Dict[str, Value] = {}

# -- data sets: shapes from the Keras documentation -------------------------------------------


def _classes(count: int) -> Labels:
    return Labels(whole=True, classes=count, low=0, high=count - 1)


def _pair(x: Arr, y: Arr) -> Seq:
    return Seq([x, y], "tuple")


def _loader(x_train: Tuple[int, ...], y_train: Tuple[int, ...], x_test: Tuple[int, ...],
            y_test: Tuple[int, ...], dtype: str, classes: Optional[int]) -> Function:
    def entry(a: Args) -> Value:
        labels = None if classes is None else _classes(classes)
        kind = "uint8" if classes is not None else "float64"
        pixels = Labels(whole=True, low=0, high=255) if dtype == "uint8" else None
        return Seq([_pair(Arr(x_train, dtype, labels=pixels), Arr(y_train, kind, labels=labels)),
                    _pair(Arr(x_test, dtype, labels=pixels), Arr(y_test, kind, labels=labels))],
                   "tuple")
    return entry


def _texts(train: int, test: int, classes: int) -> Function:
    """Reviews: object arrays of lists of word numbers, each of its own length."""
    def entry(a: Args) -> Value:
        words = a.int(1 if not a.named.get("path") else None, "num_words")
        ids = Labels(whole=True, low=0, high=words - 1) if words else Labels(whole=True, low=0)
        split = a.get(None, "test_split")
        sizes: Tuple[Dim, Dim] = (train, test) if split is None else (
            a.interpreter.fresh("N"), a.interpreter.fresh("N"))
        return Seq([_pair(Arr((n,), "object", labels=ids), Arr((n,), "int64",
                                                               labels=_classes(classes)))
                    for n in sizes], "tuple")
    return entry


def _housing(a: Args) -> Value:
    if a.positional or a.named:
        if a.get(None, "test_split") is not None:
            n, m = a.interpreter.fresh("N"), a.interpreter.fresh("N")
            return Seq([_pair(Arr((n, 13), "float64"), Arr((n,), "float64")),
                        _pair(Arr((m, 13), "float64"), Arr((m,), "float64"))], "tuple")
    return Seq([_pair(Arr((404, 13), "float64"), Arr((404,), "float64")),
                _pair(Arr((102, 13), "float64"), Arr((102,), "float64"))], "tuple")


def _california(a: Args) -> Value:
    version = a.const(0, "version", "large")
    if version != "large" or a.get(None, "test_split") is not None:
        return UNKNOWN
    return Seq([_pair(Arr((16512, 8), "float32"), Arr((16512,), "float32")),
                _pair(Arr((4128, 8), "float32"), Arr((4128,), "float32"))], "tuple")


_IMAGES = {
    "mnist": ((60000, 28, 28), (60000,), (10000, 28, 28), (10000,), "uint8", 10),
    "fashion_mnist": ((60000, 28, 28), (60000,), (10000, 28, 28), (10000,), "uint8", 10),
    "cifar10": ((50000, 32, 32, 3), (50000, 1), (10000, 32, 32, 3), (10000, 1), "uint8", 10),
}
for _name, _entry in _IMAGES.items():
    FUNCTIONS[f"keras.datasets.{_name}.load_data"] = _loader(*_entry)


def _cifar100(a: Args) -> Value:
    mode = a.const(0, "label_mode", "fine")
    count = {"fine": 100, "coarse": 20}.get(mode) if isinstance(mode, str) else None
    if count is None:
        return UNKNOWN
    return _loader((50000, 32, 32, 3), (50000, 1), (10000, 32, 32, 3), (10000, 1), "uint8",
                   count)(a)


FUNCTIONS["keras.datasets.cifar100.load_data"] = _cifar100
FUNCTIONS["keras.datasets.imdb.load_data"] = _texts(25000, 25000, 2)
FUNCTIONS["keras.datasets.reuters.load_data"] = _texts(8982, 2246, 46)
FUNCTIONS["keras.datasets.boston_housing.load_data"] = _housing
FUNCTIONS["keras.datasets.california_housing.load_data"] = _california


# -- encoding and padding ------------------------------------------------------------------------


def _to_categorical(a: Args) -> Value:
    """One-hot rows: (N,) and (N, 1) become (N, classes) in every version."""
    given = a.get(0, "x")
    y = as_array(given if given is not None else a.get(0, "y"))
    count: Dim = a.dim(1, "num_classes")
    if count is None and a.get(1, "num_classes") in (None, NONE) and a.get(
            None, "nb_classes") is None:
        known = y.labels
        count = int(known.high) + 1 if known is not None and known.whole and known.classes \
            and known.high is not None and known.classes == known.high + 1 else None
    labels = Labels(one_hot=True, classes=count if isinstance(count, int) else None, low=0,
                    high=1, binary=True, whole=True)
    if y.shape is None:
        return Arr(None, "float32", labels=labels)
    shape = y.shape[:-1] if len(y.shape) > 1 and y.shape[-1] == 1 else y.shape
    if len(y.shape) > 1 and y.shape[-1] is None:
        return Arr(None, "float32", labels=labels)
    return Arr((*shape, count), None, labels=labels)


def _rows(value: Optional[Value]) -> Dim:
    if isinstance(value, Arr):
        return value.shape[0] if value.shape else None
    return value.length if isinstance(value, Seq) else None


def _pad_sequences(a: Args) -> Value:
    sequences = a.get(0, "sequences")
    length: Dim = a.dim(1, "maxlen")
    if a.get(1, "maxlen") is None:
        length = a.interpreter.fresh("T")
    fill = a.get(5, "value")
    pad = 0.0 if fill is None else a.const(5, "value")
    ids = sequences.labels if isinstance(sequences, Arr) else _ids_inside(sequences)
    labels = Labels(padded=True, whole=True if a.dtype(2, "dtype", "int32") == "int32" else None)
    if ids is not None and ids.low is not None and isinstance(pad, (int, float)):
        labels.low = min(ids.low, pad)
    if isinstance(pad, (int, float)) and pad < 0:
        labels.low = pad
    if ids is not None and ids.high is not None and isinstance(pad, (int, float)):
        labels.high = max(ids.high, pad)
    return Arr((_rows(sequences), length), a.dtype(2, "dtype", "int32"), labels=labels)


def _ids_inside(value: Optional[Value]) -> Optional[Labels]:
    inner = element_of(value) if isinstance(value, Seq) else None
    if isinstance(inner, Seq):
        numbers = inner.element if inner.items is None else UNKNOWN
        return numbers.labels if isinstance(numbers, Arr) else None
    return inner.labels if isinstance(inner, Arr) else None


def _normalize(a: Args) -> Value:
    x = a.arr(0, "x")
    return Arr(x.shape, None)


for _name in ("keras.utils.to_categorical", "keras.utils.np_utils.to_categorical"):
    FUNCTIONS[_name] = _to_categorical
for _name in ("keras.preprocessing.sequence.pad_sequences", "keras.utils.pad_sequences",
              "keras.utils.data_utils.pad_sequences", "keras_preprocessing.sequence.pad_sequences"):
    FUNCTIONS[_name] = _pad_sequences
FUNCTIONS["keras.utils.normalize"] = _normalize


# -- text ------------------------------------------------------------------------------------------

_TEXT = "keras.preprocessing.text.Tokenizer"


def _tokenizer(a: Args) -> Value:
    words = a.int(0, "num_words")
    return Obj(_TEXT, {"num_words": words} if words else {})


def _ids_of(a: Args) -> Labels:
    words = a.value.attrs.get("num_words") if isinstance(a.value, Obj) else None
    return Labels(whole=True, low=0, high=words - 1 if isinstance(words, int) else None)


def _texts_to_sequences(a: Args) -> Value:
    texts = a.get(0, "texts")
    return Seq(None, "list", Seq(None, "list", Arr((), "int64", "scalar", labels=_ids_of(a))),
               _length(a, texts))


def _length(a: Args, value: Optional[Value]) -> Dim:
    if value is None or value is UNKNOWN:
        return None
    found = a.interpreter.length_of(value)
    return found if isinstance(found, (int, str)) else None


def _texts_to_matrix(a: Args) -> Value:
    words = a.value.attrs.get("num_words") if isinstance(a.value, Obj) else None
    return Arr((_length(a, a.get(0, "texts")), words), "float64")


FUNCTIONS[_TEXT] = _tokenizer
FUNCTIONS[_TEXT + ".texts_to_sequences"] = _texts_to_sequences
FUNCTIONS[_TEXT + ".texts_to_matrix"] = _texts_to_matrix
FUNCTIONS[_TEXT + ".sequences_to_matrix"] = _texts_to_matrix
FUNCTIONS[_TEXT + ".fit_on_texts"] = lambda a: NONE
FUNCTIONS["keras.preprocessing.text.one_hot"] = lambda a: Seq(
    None, "list", Arr((), "int64", "scalar", labels=Labels(
        whole=True, low=1, high=n - 1 if (n := a.int(1, "n")) else None)))


# -- images ----------------------------------------------------------------------------------------

_CHANNELS = {"rgb": 3, "rgba": 4, "grayscale": 1}


def _channels(a: Args, position: Optional[int] = None) -> Dim:
    mode = a.const(position, "color_mode", "rgb")
    return _CHANNELS.get(mode) if isinstance(mode, str) else None


def _size(a: Args, position: Optional[int], name: str,
          default: Optional[Tuple[int, int]]) -> Tuple[Dim, Dim]:
    if a.get(position, name) is None:
        return default or (None, None)
    shape = a.shape(position, name)
    return (shape[0], shape[1]) if shape is not None and len(shape) == 2 else (None, None)


def _load_img(a: Args) -> Value:
    gray = a.const(None, "grayscale", False)
    channels = 1 if gray is True else _channels(a)
    if gray is UNKNOWN:
        channels = None
    return Obj("keras.utils.image", {"size": _size(a, None, "target_size", None),
                                     "channels": channels})


def _img_to_array(a: Args) -> Value:
    image = a.get(0, "img")
    if isinstance(image, Obj) and image.cls == "keras.utils.image":
        height, width = image.attrs["size"]
        return Arr((height, width, image.attrs["channels"]), "float32")
    if isinstance(image, Arr) and image.shape is not None:
        return Arr(image.shape if len(image.shape) == 3 else (*image.shape, 1), "float32")
    return Arr((None, None, None), "float32")


for _prefix in ("keras.preprocessing.image.", "keras.utils."):
    FUNCTIONS[_prefix + "load_img"] = _load_img
    FUNCTIONS[_prefix + "img_to_array"] = _img_to_array


def _labels_of(mode: Any, count: Optional[int], batch: Dim) -> Optional[Value]:
    """What a class mode yields as labels; None for no labels at all."""
    if mode in ("categorical",):
        return Arr((batch, count), "float32", "Tensor", Labels(one_hot=True, classes=count))
    if mode == "binary":
        return Arr((batch,), "float32", "Tensor", Labels(whole=True, classes=2, low=0, high=1,
                                                         binary=True))
    if mode in ("sparse", "int"):
        return Arr((batch,), "float32", "Tensor", Labels(
            whole=True, classes=count, low=0, high=None if count is None else count - 1))
    return None


def _class_count(a: Args, name: str = "classes") -> Optional[int]:
    value = a.get(None, name)
    return value.length if isinstance(value, Seq) and isinstance(value.length, int) else None


def _flow_from(a: Args) -> Value:
    """flow_from_directory and flow_from_dataframe: batches without end."""
    height, width = _size(a, None if "directory" in a.named else 1, "target_size", (256, 256))
    mode = a.const(None, "class_mode", "categorical")
    images = Arr((None, height, width, _channels(a)), "float32")
    if mode == "input":
        return Dataset(Seq([images, images], "tuple"), True, None, "generator")
    if mode is None:
        return Dataset(images, True, None, "generator")
    labels = _labels_of(mode, _class_count(a), None)
    return Dataset(Seq([images, UNKNOWN if labels is None else labels], "tuple"), True, None,
                   "generator")


def _flow(a: Args) -> Value:
    x, y = a.arr(0, "x"), a.get(1, "y")
    images = Arr(None if x.shape is None else (None, *x.shape[1:]), "float32")
    if y is None or y is NONE:
        return Dataset(images, True, None, "generator")
    target = as_array(y)
    labels: Value = Arr(None if target.shape is None else (None, *target.shape[1:]), target.dtype,
                        labels=target.labels)
    if a.get(None, "sample_weight") is not None:
        labels = UNKNOWN
    return Dataset(Seq([images, labels], "tuple"), True, None, "generator")


_GENERATOR = "keras.preprocessing.image.ImageDataGenerator"
FUNCTIONS[_GENERATOR] = lambda a: Obj(_GENERATOR)
FUNCTIONS[_GENERATOR + ".flow_from_directory"] = _flow_from
FUNCTIONS[_GENERATOR + ".flow_from_dataframe"] = lambda a: _flow_from(
    Args(a.interpreter, a.node, [], a.named, a.open, a.value))
FUNCTIONS[_GENERATOR + ".flow"] = _flow
FUNCTIONS[_GENERATOR + ".fit"] = lambda a: NONE


def _image_dataset(a: Args) -> Value:
    height, width = _size(a, None, "image_size", (256, 256))
    given = a.get(None, "batch_size")
    batched = given is not NONE
    mode = a.const(2, "label_mode", "int")
    if a.const(1, "labels", "inferred") is None:
        mode = None
    item: Tuple[Dim, ...] = (height, width, _channels(a))
    images = Arr((None, *item) if batched else item, "float32", "Tensor")
    element: Value = images
    if mode is not None:
        count = _class_count(a, "class_names")
        labels = _labels_of(mode, count, None)
        if mode == "binary" and isinstance(labels, Arr):
            labels = labels.but(shape=(None, 1), labels=labels.labels)
        if isinstance(labels, Arr) and not batched and labels.shape:
            labels = labels.but(shape=labels.shape[1:], labels=labels.labels)
        element = Seq([images, UNKNOWN if labels is None else labels], "tuple")
    made = Dataset(element, batched, None, "Dataset", True)
    if a.const(None, "subset", "") == "both":
        return Seq([made, Dataset(element, batched, None, "Dataset", True)], "tuple")
    return made


for _name in ("keras.preprocessing.image_dataset_from_directory",
              "keras.utils.image_dataset_from_directory",
              "keras.preprocessing.image.image_dataset_from_directory"):
    FUNCTIONS[_name] = _image_dataset


def _text_dataset(a: Args) -> Value:
    batched = a.get(None, "batch_size") is not NONE
    mode = a.const(2, "label_mode", "int")
    texts = Arr((None,) if batched else (), "string", "Tensor")
    if mode is None:
        return Dataset(texts, batched, None, "Dataset", True)
    labels = _labels_of(mode, _class_count(a, "class_names"), None) or UNKNOWN
    return Dataset(Seq([texts, labels if batched else UNKNOWN], "tuple"), batched, None, "Dataset",
                   True)


for _name in ("keras.preprocessing.text_dataset_from_directory",
              "keras.utils.text_dataset_from_directory"):
    FUNCTIONS[_name] = _text_dataset


def _timeseries(a: Args) -> Value:
    data, targets = a.arr(0, "data"), a.get(1, "targets")
    length = a.dim(2, "sequence_length")
    batched = a.get(None, "batch_size") is not NONE
    front: Tuple[Dim, ...] = (None,) if batched else ()
    x = Arr(None if data.shape is None else (*front, length, *data.shape[1:]), data.dtype,
            "Tensor")
    if targets is None or targets is NONE:
        return Dataset(x, batched, None, "Dataset", True)
    y = as_array(targets)
    return Dataset(Seq([x, Arr(None if y.shape is None else (*front, *y.shape[1:]), y.dtype,
                               "Tensor", y.labels)], "tuple"), batched, None, "Dataset", True)


for _name in ("keras.preprocessing.timeseries_dataset_from_array",
              "keras.utils.timeseries_dataset_from_array",
              "keras.preprocessing.sequence.timeseries_dataset_from_array"):
    FUNCTIONS[_name] = _timeseries



def _windows(a: Args) -> Value:
    """TimeseriesGenerator(data, targets, length): batches of windows."""
    data, targets = a.arr(0, "data"), a.arr(1, "targets")
    length: Dim = a.dim(2, "length")
    rate = a.const(3, "sampling_rate", 1)
    steps: Dim = None
    if isinstance(length, int) and isinstance(rate, int) and rate > 0:
        steps = -(-length // rate)
    elif rate == 1:
        steps = length
    x = Arr(None if not data.shape else (None, steps, *data.shape[1:]), data.dtype)
    y = Arr(None if not targets.shape else (None, *targets.shape[1:]), targets.dtype,
            labels=targets.labels)
    return Dataset(Seq([x, y], "tuple"), True, None, "Sequence")


for _name in ("keras.preprocessing.sequence.TimeseriesGenerator",
              "keras.preprocessing.TimeseriesGenerator"):
    FUNCTIONS[_name] = _windows

_KEEP: List[str] = ["vgg16", "vgg19", "resnet50", "resnet", "mobilenet", "mobilenet_v2",
                    "inception_v3", "xception", "efficientnet", "densenet", "resnet_v2",
                    "inception_resnet_v2", "imagenet_utils", "mobilenet_v3", "nasnet"]
for _name in _KEEP:
    FUNCTIONS[f"keras.applications.{_name}.preprocess_input"] = lambda a: (
        x if isinstance(x := a.get(0, "x"), Arr) else UNKNOWN)


