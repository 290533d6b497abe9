"""TensorFlow's operations and the methods of its tensors, by NumPy's tables where they agree."""
from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Tuple

from shapecheck.read.binding import Args, as_array
from shapecheck.read.libraries import numpy_
from shapecheck.read.objects import Stacked
from shapecheck.read.values import (
    NONE,
    UNKNOWN,
    Arr,
    Const,
    Dataset,
    Dim,
    Function,
    Labels,
    Mapping,
    Seq,
    Shape,
    Size,
    Value,
    broadcast,
    size_value,
)

FUNCTIONS: Dict[str, Function] = {}
ATTRIBUTES: Dict[str, Callable[[Any], Value]] = {}
CONSTANTS: Dict[str, Value] = {"tensorflow.newaxis": NONE}
_TENSORS = ("Tensor", "KerasTensor", "RaggedTensor")
#: what TensorFlow calls an argument -> what NumPy does
_NAMES = {"input": "a", "input_tensor": "a", "tensor": "a", "values": "arrays", "x": "x",
          "keep_dims": "keepdims", "perm": "axes", "dims": "shape", "multiples": "reps",
          "axis": "axis", "name": ""}


def tensor(value: Value, sources: List[Value]) -> Value:
    """The result as a tensor, symbolic where one of the sources is."""
    kind = "KerasTensor" if any(isinstance(s, Arr) and s.kind == "KerasTensor" for s in
                                _flat(sources)) else "Tensor"
    if isinstance(value, Arr):
        return Arr(value.shape, value.dtype, kind, value.labels)
    if isinstance(value, Const) and isinstance(value.value, (int, float)):
        return Arr((), None, kind)
    if isinstance(value, Seq) and value.items is not None:
        return Seq([tensor(item, sources) for item in value.items], value.kind)
    return UNKNOWN


def _flat(values: List[Value]) -> List[Value]:
    found: List[Value] = []
    for value in values:
        found.extend(value.items if isinstance(value, Seq) and value.items is not None
                     and len(value.items) < 50 else [value])
    return found


def _bare(value: Value) -> Value:
    """A tensor as NumPy's table takes it."""
    if isinstance(value, Arr) and value.kind in _TENSORS:
        return Arr(value.shape, value.dtype, "ndarray", value.labels)
    if isinstance(value, Seq) and value.items is not None and len(value.items) < 50:
        return Seq([_bare(item) for item in value.items], value.kind)
    return value


def via(name: str, dtype: Optional[str] = None, axis: Optional[int] = None,
        positional: Tuple[str, ...] = ("", "axis", "keepdims")) -> Function:
    """The entry of a NumPy function, on tensors.

    axis: the default where it is not NumPy's. positional: what the arguments by position are
    called, "" for those that NumPy takes by position too; where there are more, nothing is known.
    """
    def entry(a: Args) -> Value:
        function = numpy_.FUNCTIONS.get(name)
        if function is None or len(a.positional) > len(positional):
            return UNKNOWN
        named = {_NAMES.get(k, k): _bare(v) for k, v in a.named.items() if k != "name"}
        first: List[Value] = []
        for value, called in zip(a.positional, positional):
            if called:
                named[called] = _bare(value)
            else:
                first.append(_bare(value))
        if axis is not None and "axis" not in named and not a.open:
            named["axis"] = Const(axis)
        inner = Args(a.interpreter, a.node, first, named, a.open, _bare(a.value))
        made = tensor(function(inner), [*a.positional, *a.named.values(), a.value])
        if isinstance(made, Arr):
            # Python floats are float32 here, and nothing is promoted
            inputs = {v.dtype for v in _flat([*a.positional, *a.named.values()])
                      if isinstance(v, Arr)}
            kept = dtype or (made.dtype if made.dtype in inputs or made.dtype == "bool" else None)
            return made.but(dtype=kept, tag=made.tag)
        return made
    return entry


#: by position as in NumPy
TWO, THREE = ("", ""), ("", "", "")


def _put(names: str, numpy_name: Optional[str] = None, positional: Tuple[str, ...] = TWO) -> None:
    for name in names.split():
        FUNCTIONS["tensorflow." + name] = via(
            "numpy." + (numpy_name or name.rpartition(".")[2]), None, None, positional)


for _tf, _np in (("reduce_mean", "mean"), ("reduce_sum", "sum"), ("reduce_max", "max"),
                 ("reduce_min", "min"), ("reduce_prod", "prod"), ("reduce_any", "any"),
                 ("reduce_all", "all"), ("reduce_std", "std"), ("reduce_variance", "var")):
    _put(f"{_tf} math.{_tf}", _np, ("", "axis", "keepdims"))
for _name in ("abs", "exp", "log", "sqrt", "square", "sin", "cos", "tanh", "sign", "maximum",
              "minimum", "add", "subtract", "multiply", "divide", "equal", "not_equal", "greater",
              "greater_equal", "less", "less_equal", "logical_and", "logical_or", "logical_not",
              "floor", "ceil", "round"):
    _put(f"{_name} math.{_name}", _name)
_put("pow math.pow", "power")
_put("math.is_nan", "isnan")
_put("concat", "concatenate")
_put("expand_dims squeeze transpose stack tile")
_put("clip_by_value", "clip", THREE)
_put("reverse", "flip")
_put("broadcast_to")
_put("zeros_like ones_like", None, ("", "dtype"))


def _where(a: Args) -> Value:
    """Three arguments choose; one alone gives the places."""
    condition = as_array(a.get(0, "condition"))
    x, y = a.get(1, "x"), a.get(2, "y")
    if x is None or y is None:
        return Arr((None, condition.rank), "int64", "Tensor") if condition.rank else UNKNOWN
    shape = broadcast(broadcast(condition.shape, as_array(x).shape), as_array(y).shape)
    return tensor(Arr(shape, as_array(x).dtype), [condition, x, y])


def _matmul(a: Args) -> Value:
    if any(k not in ("a", "b", "name") for k in a.named) or len(a.positional) > 2:
        return UNKNOWN  # transposed, adjoint
    return via("numpy.matmul", None, None, TWO)(Args(
        a.interpreter, a.node, [a.get(0, "a") or UNKNOWN, a.get(1, "b") or UNKNOWN], {}, a.open))


def _range_of(a: Args) -> Value:
    names = ("start", "stop", "step") if {"stop", "step"} & a.named.keys() else (
        "start", "limit", "delta")
    values = [*a.positional, *(a.named[n] for n in names[len(a.positional):] if n in a.named)]
    if a.open or any(not isinstance(v, Const) or not isinstance(v.value, int) for v in values) \
            or not 1 <= len(values) <= 3:
        return Arr((None,), None, "Tensor")
    numbers = [v.value for v in values if isinstance(v, Const)]
    if len(numbers) == 3 and numbers[2] == 0:
        return UNKNOWN
    counted = range(*numbers)
    labels = Labels(whole=True, classes=len(counted), low=min(counted),
                    high=max(counted)) if counted else None
    return Arr((len(counted),), a.dtype(None, "dtype", "int32"), "Tensor", labels)


FUNCTIONS.update({"tensorflow.where": _where, "tensorflow.matmul": _matmul,
                  "tensorflow.linalg.matmul": _matmul, "tensorflow.range": _range_of})


def _filled(a: Args) -> Value:
    value = a.const(0, "shape")
    if isinstance(value, int):
        return Arr((value,), None, "Tensor")
    return Arr(a.shape(0, "shape"), a.dtype(1, "dtype", "float32"), "Tensor")


def _fill(a: Args) -> Value:
    return Arr(a.shape(0, "dims"), None, "Tensor")


def _constant(a: Args) -> Value:
    value = a.get(0, "value")
    arr = as_array(value)
    shape = a.shape(2, "shape") if a.get(2, "shape") is not None else arr.shape
    dtype = a.dtype(1, "dtype", None)
    if dtype is None:
        dtype = arr.dtype if isinstance(value, Arr) else {"float64": "float32", "int64": "int32",
                                                          "str": "string"}.get(arr.dtype or "",
                                                                               arr.dtype)
    kind = "KerasTensor" if arr.kind == "KerasTensor" else "Tensor"
    return Arr(shape, dtype, kind, arr.labels)


def _backend_constant(a: Args) -> Value:
    made = _constant(Args(a.interpreter, a.node, a.positional[:1], {}, a.open))
    return Arr(made.shape, None, made.kind, made.labels) if isinstance(made, Arr) else UNKNOWN


def _cast(a: Args) -> Value:
    value = a.get(0, "x")
    arr = as_array(value)
    return Arr(arr.shape, a.dtype(1, "dtype"), _kind(arr), arr.labels)


def _identity(a: Args) -> Value:
    first = a.positional[0] if a.positional else next(
        (a.named[n] for n in ("x", "input", "logits", "features", "image", "tensor")
         if n in a.named), None)
    arr = as_array(first)
    return Arr(arr.shape, arr.dtype if isinstance(first, Arr) and arr.dtype in (
        "float16", "float32", "float64") else None, _kind(arr))


def _kind(arr: Arr) -> str:
    return arr.kind if arr.kind in _TENSORS else "Tensor"


def _argmax_over(default: int) -> Function:
    def entry(a: Args) -> Value:
        x = as_array(a.get(0, "input") if a.get(0, "input") is not None else a.get(0, "x"))
        axis = a.axis(1, "axis", default)
        dtype = a.dtype(2, "output_type", "int64")
        if x.shape is None or not isinstance(axis, int) or not -len(x.shape) <= axis < len(
                x.shape):
            return Arr(None, dtype, _kind(x))
        axis %= len(x.shape)
        return Arr((*x.shape[:axis], *x.shape[axis + 1:]), dtype, _kind(x))
    return entry


_argmax = _argmax_over(0)


def _reshape(a: Args) -> Value:
    x = as_array(a.get(0, "tensor"))
    made = numpy_.reshape_to(Arr(x.shape, x.dtype, "ndarray", x.labels), a.shape(1, "shape"))
    if isinstance(made, Arr):
        return Arr(made.shape, x.dtype, _kind(x), made.labels)
    return Arr(None, None, _kind(x))


def _shape(a: Args) -> Value:
    x = as_array(a.get(0, "x" if "x" in a.named else "input"))
    if x.shape is None:
        return UNKNOWN
    return Seq([size_value(d) for d in x.shape], "shape")


def _one_hot(a: Args) -> Value:
    x = as_array(a.get(0, "indices"))
    depth: Dim = a.dim(1, "depth")
    if x.shape is None or a.get(4, "axis") is not None:
        return Arr(None, None, _kind(x))
    labels = Labels(one_hot=True, classes=depth if isinstance(depth, int) else None)
    return Arr((*x.shape, depth), a.dtype(5, "dtype", "float32"), _kind(x), labels)


def _random(a: Args) -> Value:
    return Arr(a.shape(0, "shape"), a.dtype(None, "dtype", "float32"), "Tensor")


def _uniform(a: Args) -> Value:
    dtype = a.dtype(3, "dtype", "float32")
    low, high = a.const(1, "minval", 0), a.const(2, "maxval", None)
    labels = None
    if dtype in ("int32", "int64") and isinstance(low, int) and isinstance(high, int):
        labels = Labels(whole=True, low=low, high=high - 1)
    return Arr(a.shape(0, "shape"), dtype, "Tensor", labels)


def _gather(a: Args) -> Value:
    params, indices = as_array(a.get(0, "params")), as_array(a.get(1, "indices"))
    axis = a.axis(3, "axis", 0)
    if params.shape is None or indices.shape is None or axis != 0 or not params.shape \
            or a.get(None, "batch_dims") is not None:
        return Arr(None, params.dtype, _kind(params))
    return Arr((*indices.shape, *params.shape[1:]), params.dtype, _kind(params))


def _split(a: Args) -> Value:
    x = as_array(a.get(0, "value"))
    parts = a.const(1, "num_or_size_splits")
    axis = a.axis(2, "axis", 0)
    if x.shape is None or not isinstance(parts, int) or not isinstance(axis, int) \
            or not 0 < parts < 64 or not -len(x.shape) <= axis < len(x.shape):
        return UNKNOWN
    axis %= len(x.shape)
    size = x.shape[axis]
    piece = size // parts if isinstance(size, int) else None
    shape = (*x.shape[:axis], piece, *x.shape[axis + 1:])
    return Seq([Arr(shape, x.dtype, _kind(x)) for _ in range(parts)])


def _unstack(a: Args) -> Value:
    x, axis = as_array(a.get(0, "value")), a.axis(2, "axis", 0)
    if x.shape is None or not isinstance(axis, int) or not x.shape:
        return UNKNOWN
    axis %= len(x.shape)
    count = x.shape[axis]
    if not isinstance(count, int) or count > 64:
        return UNKNOWN
    shape = (*x.shape[:axis], *x.shape[axis + 1:])
    return Seq([Arr(shape, x.dtype, _kind(x)) for _ in range(count)])


def _resize(a: Args) -> Value:
    images, size = as_array(a.get(0, "images")), a.shape(1, "size")
    if images.shape is None or len(images.shape) not in (3, 4) or a.get(
            3, "preserve_aspect_ratio") is not None:
        return Arr(None, None, _kind(images))
    height, width = (size[0], size[1]) if size is not None and len(size) == 2 else (None, None)
    dtype = "float32" if a.get(2, "method") is None else None
    return Arr((*images.shape[:-3], height, width, images.shape[-1]), dtype, _kind(images))


def _decode(a: Args) -> Value:
    channels = a.int(1, "channels", 0)
    return Arr((None, None, channels or None), "uint8", "Tensor")


def _gray(a: Args) -> Value:
    x = as_array(a.get(0, "images"))
    return Arr(None if not x.shape else (*x.shape[:-1], 1), x.dtype, _kind(x))


def _to_rgb(a: Args) -> Value:
    x = as_array(a.get(0, "images"))
    return Arr(None if not x.shape else (*x.shape[:-1], 3), x.dtype, _kind(x))


def _function(a: Args) -> Value:
    """`tf.function(f)` is f; `tf.function(...)` a decorator."""
    return a.positional[0] if a.positional else UNKNOWN


def _variable(a: Args) -> Value:
    return _constant(Args(a.interpreter, a.node, a.positional[:1], {
        k: v for k, v in a.named.items() if k in ("dtype", "initial_value")}, a.open)) \
        if a.positional else _constant(Args(a.interpreter, a.node, [a.named.get(
            "initial_value", UNKNOWN)], {}, a.open))


MADE: Dict[str, Function] = {"constant": _backend_constant, "variable": _backend_constant}
RESHAPING: Dict[str, Function] = {"reshape": _reshape, "shape": _shape, "int_shape": _shape,
                                  "one_hot": _one_hot, "gather": _gather,
                                  "argmax": _argmax_over(-1)}
ELEMENTWISE: Dict[str, Function] = {"cast": _cast, "identity": _identity}
FUNCTIONS.update({
    "tensorflow.fill": _fill, "tensorflow.constant": _constant,
    "tensorflow.convert_to_tensor": _constant, "tensorflow.Variable": _variable,
    "tensorflow.cast": _cast, "tensorflow.argmax": _argmax, "tensorflow.math.argmax": _argmax,
    "tensorflow.argmin": _argmax, "tensorflow.math.argmin": _argmax,
    "tensorflow.reshape": _reshape, "tensorflow.shape": _shape, "tensorflow.one_hot": _one_hot,
    "tensorflow.random.normal": _random, "tensorflow.random.truncated_normal": _random,
    "tensorflow.random.uniform": _uniform, "tensorflow.random_normal": _random,
    "tensorflow.random.stateless_normal": _random, "tensorflow.gather": _gather,
    "tensorflow.split": _split, "tensorflow.unstack": _unstack, "tensorflow.image.resize": _resize,
    "tensorflow.image.resize_images": _resize, "tensorflow.image.decode_jpeg": _decode,
    "tensorflow.image.decode_png": _decode, "tensorflow.io.decode_jpeg": _decode,
    "tensorflow.io.decode_png": _decode, "tensorflow.image.rgb_to_grayscale": _gray,
    "tensorflow.image.grayscale_to_rgb": _to_rgb, "tensorflow.function": _function,
})
MADE_OF_SHAPE: Function = _filled
RANGE: Function = _range_of
SHAPE: Function = _shape
for _name in ("zeros", "ones"):
    FUNCTIONS["tensorflow." + _name] = _filled
for _name in ("nn.relu", "nn.sigmoid", "sigmoid", "math.sigmoid", "nn.softmax", "nn.tanh",
              "identity",
              "stop_gradient", "nn.log_softmax", "nn.gelu", "nn.elu", "nn.leaky_relu",
              "nn.softplus", "debugging.check_numerics",
              "image.random_flip_left_right", "image.random_flip_up_down",
              "image.random_brightness", "image.random_contrast", "image.flip_left_right",
              "image.adjust_brightness", "image.random_hue", "image.random_saturation",
              "image.per_image_standardization", "nn.l2_normalize", "math.l2_normalize"):
    FUNCTIONS["tensorflow." + _name] = _identity


def _convert_image(a: Args) -> Value:
    x = as_array(a.get(0, "image"))
    return Arr(x.shape, a.dtype(1, "dtype"), _kind(x))


FUNCTIONS["tensorflow.image.convert_image_dtype"] = _convert_image


# -- methods and attributes of tensors -------------------------------------------------------------


def _numpy(a: Args) -> Value:
    x = a.value
    if not isinstance(x, Arr):
        return UNKNOWN
    return Arr(x.shape, x.dtype, "scalar" if x.shape == () else "ndarray", x.labels, x.tag)


def _get_shape(a: Args) -> Value:
    x = a.value
    if not isinstance(x, Arr) or x.shape is None:
        return UNKNOWN
    return Seq([size_value(d) for d in x.shape], "tuple")


for _name in ("Tensor", "KerasTensor"):
    FUNCTIONS[_name + ".numpy"] = _numpy
    FUNCTIONS[_name + ".get_shape"] = _get_shape
    FUNCTIONS[_name + ".set_shape"] = lambda a: NONE


def dims_of(value: Optional[Value]) -> Shape:
    """A TensorShape, a tuple or a list read as a shape."""
    if isinstance(value, Seq) and value.items is not None:
        return tuple(v.value if isinstance(v, Const) and isinstance(v.value, int) else (
            v.name if isinstance(v, Size) else None) for v in value.items)
    return None


def _tensor_spec(a: Args) -> Value:
    shape = a.get(0, "shape")
    return Arr(dims_of(shape), a.dtype(1, "dtype", "float32"), "Tensor")


FUNCTIONS["tensorflow.TensorSpec"] = _tensor_spec
FUNCTIONS["tensorflow.TensorShape"] = lambda a: (
    x if isinstance(x := a.get(0, "dims"), Seq) else UNKNOWN)

# -- tf.data: the makers; what datasets do stands in `data` --------------------------------------

_DATA = "tensorflow.data.Dataset."


def parts_of(value: Value, a: Args) -> Value:
    """What `from_tensor_slices` makes of its argument: tuples and dicts stay, a list is stacked."""
    if isinstance(value, Seq) and value.kind == "tuple" and value.items is not None:
        return Seq([parts_of(item, a) for item in value.items], "tuple")
    if isinstance(value, Mapping):
        if value.items is None:
            return UNKNOWN
        return Mapping({k: parts_of(v, a) for k, v in value.items.items()})
    if isinstance(value, Arr):
        if value.shape is None or not value.shape:
            return Arr(None, value.dtype, "Tensor", value.labels)
        return Arr(value.shape[1:], value.dtype, "Tensor", value.labels)
    if isinstance(value, Seq):
        arr = as_array(value)
        items = value.items or []
        if len(items) > 1 and all(isinstance(i, Arr) and i.rank for i in items):
            tag = Stacked(len(items), a.node, a.interpreter.cell) if a.node is not None else None
            return Arr(None if arr.shape is None else arr.shape[1:], arr.dtype, "Tensor", tag=tag)
        if arr.shape:
            return Arr(arr.shape[1:], arr.dtype, "Tensor", arr.labels)
    return UNKNOWN


def _leading(value: Value) -> Dim:
    if isinstance(value, Arr):
        return value.shape[0] if value.shape else None
    if isinstance(value, Seq) and value.kind == "tuple" and value.items:
        return _leading(value.items[0])
    if isinstance(value, Mapping) and value.items:
        return _leading(next(iter(value.items.values())))
    if isinstance(value, Seq):
        return value.length
    return None


def _slices(a: Args) -> Value:
    given = a.get(0, "tensors")
    if given is None:
        return UNKNOWN
    return Dataset(parts_of(given, a), False, _leading(given))


def _whole(a: Args) -> Value:
    given = a.get(0, "tensors")
    return Dataset(given if isinstance(given, (Arr, Seq, Mapping)) else UNKNOWN, None, 1)


def _generator(a: Args) -> Value:
    signature = a.get(None, "output_signature")
    if signature is not None:
        return Dataset(signature, None)
    shapes = a.get(2, "output_shapes")
    if shapes is None:
        return Dataset(UNKNOWN, None)

    def spec(value: Value) -> Value:
        if isinstance(value, Seq) and value.items is not None and any(
                isinstance(i, Seq) or i is UNKNOWN for i in value.items):
            return Seq([spec(item) for item in value.items], "tuple")
        return Arr(dims_of(value), None, "Tensor")

    return Dataset(spec(shapes), None)


def _range(a: Args) -> Value:
    return Dataset(Arr((), "int64", "Tensor"), False)


def _zip(a: Args) -> Value:
    given = a.get(0, "datasets")
    items = given.items if isinstance(given, Seq) else a.positional if len(
        a.positional) > 1 else None
    if not items or not all(isinstance(d, Dataset) for d in items):
        return Dataset(UNKNOWN)
    sets = [d for d in items if isinstance(d, Dataset)]
    batched = {d.batched for d in sets}
    return Dataset(Seq([d.element for d in sets], "tuple"),
                   batched.pop() if len(batched) == 1 else None)


#: shape of the image and number of classes in the catalogue of TensorFlow Datasets
_CATALOGUE: Dict[str, Tuple[Tuple[Dim, ...], int]] = {
    "mnist": ((28, 28, 1), 10), "fashion_mnist": ((28, 28, 1), 10), "kmnist": ((28, 28, 1), 10),
    "cifar10": ((32, 32, 3), 10), "cifar100": ((32, 32, 3), 100),
    "cats_vs_dogs": ((None, None, 3), 2), "tf_flowers": ((None, None, 3), 5),
    "horses_or_humans": ((300, 300, 3), 2), "rock_paper_scissors": ((300, 300, 3), 3),
    "oxford_flowers102": ((None, None, 3), 102), "beans": ((500, 500, 3), 3),
}


def _catalogued(a: Args) -> Value:
    """`tfds.load(name, split=..., as_supervised=True)`."""
    name, split = a.const(0, "name", None), a.get(1, "split")
    known = _CATALOGUE.get(name.partition(":")[0]) if isinstance(name, str) else None
    info = a.const(None, "with_info", False)
    if known is None or a.const(None, "as_supervised", False) is not True or a.open \
            or a.get(None, "batch_size") is not None or info not in (True, False):
        return UNKNOWN

    def one() -> Value:
        labels = Labels(whole=True, classes=known[1], low=0, high=known[1] - 1)
        return Dataset(Seq([Arr(known[0], "uint8", "Tensor"),
                            Arr((), "int64", "Tensor", labels)], "tuple"), False)

    made: Value = UNKNOWN
    if isinstance(split, Const) and isinstance(split.value, str):
        made = one()
    elif isinstance(split, Seq) and split.items is not None:
        made = Seq([one() for _ in split.items], split.kind)
    elif split is None or split is NONE:
        made = Mapping({"train": one(), "test": one()})
    return Seq([made, UNKNOWN], "tuple") if info else made


FUNCTIONS.update({
    "tensorflow_datasets.load": _catalogued,
    _DATA + "from_tensor_slices": _slices, _DATA + "from_tensors": _whole,
    _DATA + "from_generator": _generator, _DATA + "range": _range, _DATA + "zip": _zip,
    _DATA + "list_files": lambda a: Dataset(Arr((), "string", "Tensor"), False),
    "tensorflow.data.TFRecordDataset": lambda a: Dataset(Arr((), "string", "Tensor"), False),
    "tensorflow.data.TextLineDataset": lambda a: Dataset(Arr((), "string", "Tensor"), False),
})
