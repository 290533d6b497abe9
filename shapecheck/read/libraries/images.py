"""Pictures: Pillow, OpenCV, matplotlib and imageio. What a file holds is not known; what is asked
of it ("in grey", "this large") is."""
from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Tuple

from shapecheck.read.binding import Args
from shapecheck.read.libraries.numpy_ import array_of
from shapecheck.read.values import (
    UNKNOWN,
    Arr,
    Const,
    Dim,
    Labels,
    Obj,
    Seq,
    Shape,
    Value,
    dim_of,
    shape_of,
    size_value,
)

FUNCTIONS: Dict[str, Callable[[Any], Value]] = {}
ATTRIBUTES: Dict[str, Callable[[Any], Value]] = {}

_Entry = Callable[[Any], Value]
_IMAGE = "PIL.Image.Image"


def _put(prefix: str, names: str, entry: _Entry) -> None:
    for name in names.split():
        FUNCTIONS[f"{prefix}.{name}"] = entry


# -- Pillow ---------------------------------------------------------------------------------

#: mode -> channels; 0: no channel axis
_MODES = {"L": 0, "1": 0, "P": 0, "I": 0, "F": 0, "RGB": 3, "RGBA": 4, "CMYK": 4, "YCbCr": 3,
          "HSV": 3, "LAB": 3, "LA": 2, "RGBX": 4}
_DTYPES = {"1": "bool", "I": "int32", "F": "float32"}


def image(size: Optional[Tuple[Dim, Dim]], mode: Optional[str]) -> Obj:
    """size: (width, height), as Pillow has it."""
    width, height = size if size is not None else (None, None)
    channels = _MODES.get(mode) if mode is not None else None
    held = Arr(None)
    if mode is not None and channels is not None:
        dtype = _DTYPES.get(mode, "uint8")
        held = Arr((height, width) if channels == 0 else (height, width, channels), dtype)
    return Obj(_IMAGE, {"__array__": held, "__size__": (width, height), "__mode__": mode})


def _of(a: Args) -> Tuple[Optional[Tuple[Dim, Dim]], Optional[str]]:
    if not isinstance(a.value, Obj):
        return None, None
    return a.value.attrs.get("__size__"), a.value.attrs.get("__mode__")


def _pair(value: Optional[Value]) -> Tuple[Dim, Dim]:
    """(first, second) of a size."""
    shape = shape_of(value) if isinstance(value, Seq) else None
    return (shape[0], shape[1]) if shape is not None and len(shape) == 2 else (None, None)


def _convert(a: Args) -> Value:
    size, mode = _of(a)
    if a.get(0, "mode") is not None:
        mode = a.const(0, "mode")
        mode = mode if isinstance(mode, str) else None
    elif mode == "P":
        mode = None  # whatever the palette has
    return image(size, mode)


def _resize(a: Args) -> Value:
    return image(_pair(a.get(0, "size")), _of(a)[1])


def _crop(a: Args) -> Value:
    size, mode = _of(a)
    box = shape_of(a.get(0, "box")) if a.has(0, "box") else None
    if not a.has(0, "box"):
        return image(size, mode)
    if box is None or len(box) != 4 or not all(isinstance(d, int) for d in box):
        return image(None, mode)
    left, top, right, bottom = (d for d in box if isinstance(d, int))
    return image((right - left, bottom - top), mode)


def _unsized(a: Args) -> Value:
    return image(None, _of(a)[1])


def _new(a: Args) -> Value:
    mode = a.const(0, "mode")
    return image(_pair(a.get(1, "size")), mode if isinstance(mode, str) else None)


def _from_array(a: Args) -> Value:
    of = array_of(a.get(0, "obj"))
    if a.has(1, "mode") or of.shape is None or of.dtype != "uint8":
        return image((of.shape[1], of.shape[0]) if of.shape and len(of.shape) in (2, 3) else None,
                     None)
    if len(of.shape) == 2:
        return image((of.shape[1], of.shape[0]), "L")
    modes = {2: "LA", 3: "RGB", 4: "RGBA"}
    mode = modes.get(of.shape[2]) if isinstance(of.shape[2], int) else None
    return image((of.shape[1], of.shape[0]), mode)


def _size_of(value: Obj) -> Value:
    width, height = value.attrs.get("__size__") or (None, None)
    return Seq([size_value(width), size_value(height)], "tuple")


def _thumbnail(a: Args) -> Value:
    touch = getattr(a.interpreter, "touch", None)
    if isinstance(a.value, Obj):
        if touch is not None:
            touch(a.value)
        a.value.attrs.update(image(None, _of(a)[1]).attrs)
    return Const(None)


def _fitted(a: Args) -> Value:
    """ImageOps.fit, ImageOps.pad: of exactly that size."""
    of = a.get(0, "image")
    mode = of.attrs.get("__mode__") if isinstance(of, Obj) else None
    return image(_pair(a.get(1, "size")), mode)


def _grey(a: Args) -> Value:
    of = a.get(0, "image")
    return image(of.attrs.get("__size__") if isinstance(of, Obj) else None, "L")


def _as_it_is(a: Args) -> Value:
    of = a.get(0, "image")
    return image(of.attrs.get("__size__"), of.attrs.get("__mode__")) \
        if isinstance(of, Obj) and of.cls == _IMAGE else image(None, None)


_put("PIL.Image", "open", lambda a: image(None, None))
_put("PIL.Image", "new", _new)
_put("PIL.Image", "fromarray", _from_array)
_put(_IMAGE, "convert", _convert)
_put(_IMAGE, "resize", _resize)
_put(_IMAGE, "crop", _crop)
_put(_IMAGE, "copy filter point __enter__ effect_spread", lambda a: image(*_of(a)))
_put(_IMAGE, "rotate transpose transform reduce", _unsized)
_put(_IMAGE, "thumbnail", _thumbnail)
_put("PIL.ImageOps", "fit pad", _fitted)
_put("PIL.ImageOps", "grayscale", _grey)
_put("PIL.ImageOps", "mirror flip invert autocontrast equalize", _as_it_is)
ATTRIBUTES[_IMAGE + ".size"] = _size_of
ATTRIBUTES[_IMAGE + ".width"] = lambda x: size_value((x.attrs.get("__size__") or (None,))[0])
ATTRIBUTES[_IMAGE + ".height"] = lambda x: size_value((x.attrs.get("__size__") or (0, None))[1])
ATTRIBUTES[_IMAGE + ".mode"] = lambda x: Const(x.attrs["__mode__"]) if x.attrs.get(
    "__mode__") else UNKNOWN

# -- OpenCV ---------------------------------------------------------------------------------


def _imread(a: Args) -> Value:
    flag = a.const(1, "flags", 1)
    return _read_as(flag)


def _read_as(flag: Any) -> Value:
    if flag == 1 and not isinstance(flag, (bool, Value)):
        return Arr((None, None, 3), "uint8", labels=Labels(whole=True, low=0, high=255))
    if flag == 0 and not isinstance(flag, (bool, Value)):
        return Arr((None, None), "uint8", labels=Labels(whole=True, low=0, high=255))
    return Arr(None)


def _cv_shape(of: Arr) -> Shape:
    """OpenCV has no channel axis of size 1 on what it returns."""
    if of.shape is None or len(of.shape) not in (2, 3):
        return None
    if len(of.shape) == 3 and of.shape[2] == 1:
        return of.shape[:2]
    if len(of.shape) == 3 and not isinstance(of.shape[2], int):
        return None
    return of.shape


def _cv_resize(a: Args) -> Value:
    of, size = array_of(a.get(0, "src")), a.get(1, "dsize")
    shape = _cv_shape(of)
    if shape is None:
        return Arr(None, of.dtype)
    if size is None or (isinstance(size, Const) and size.value is None):
        return Arr((None, None, *shape[2:]), of.dtype)
    width, height = _pair(size)
    if width == 0 or height == 0:
        width = height = None
    return Arr((height, width, *shape[2:]), of.dtype)


def _cvt_color(a: Args) -> Value:
    of, code = array_of(a.get(0, "src")), a.get(1, "code")
    name = code.value if isinstance(code, Const) else None
    if of.shape is None:
        rows: List[Dim] = [None, None]
    elif len(of.shape) in (2, 3):
        rows = list(of.shape[:2])
    else:
        return UNKNOWN
    channels = _COLOR_CODES.get(name) if isinstance(name, int) else None
    if channels is None:
        return Arr(None, of.dtype)
    return Arr(rows if channels == 1 else [*rows, channels], of.dtype)


#: what cvtColor makes of it: the channels (OpenCV's own numbers of the codes, which are stable)
_COLORS = {
    "BGR2GRAY": (6, 1), "RGB2GRAY": (7, 1), "BGRA2GRAY": (10, 1), "RGBA2GRAY": (11, 1),
    "BGR2RGB": (4, 3), "RGB2BGR": (4, 3), "GRAY2BGR": (8, 3), "GRAY2RGB": (8, 3),
    "BGR2BGRA": (0, 4), "RGB2RGBA": (0, 4), "BGRA2BGR": (1, 3), "RGBA2RGB": (1, 3),
    "BGR2RGBA": (2, 4), "RGB2BGRA": (2, 4), "RGBA2BGR": (3, 3), "BGRA2RGB": (3, 3),
    "GRAY2BGRA": (9, 4), "GRAY2RGBA": (9, 4), "BGR2HSV": (40, 3), "RGB2HSV": (41, 3),
    "HSV2BGR": (54, 3), "HSV2RGB": (55, 3), "BGR2LAB": (44, 3), "RGB2LAB": (45, 3),
    "LAB2BGR": (56, 3), "LAB2RGB": (57, 3), "BGR2HLS": (52, 3), "RGB2HLS": (53, 3),
    "BGR2YCrCb": (36, 3), "RGB2YCrCb": (37, 3), "YCrCb2BGR": (38, 3), "YCrCb2RGB": (39, 3),
    "BGR2YUV": (82, 3), "RGB2YUV": (83, 3), "YUV2BGR": (84, 3), "YUV2RGB": (85, 3),
}
_COLOR_CODES: Dict[int, int] = dict(_COLORS.values())
CONSTANTS: Dict[str, Value] = {f"cv2.COLOR_{name}": Const(code)
                               for name, (code, _channels) in _COLORS.items()}
CONSTANTS.update({"cv2.IMREAD_COLOR": Const(1), "cv2.IMREAD_GRAYSCALE": Const(0),
                  "cv2.IMREAD_UNCHANGED": Const(-1), "cv2.CV_LOAD_IMAGE_GRAYSCALE": Const(0)})


def _cv_same(a: Args) -> Value:
    of = array_of(a.get(0, "src"))
    return Arr(_cv_shape(of), of.dtype)


def _warped(a: Args) -> Value:
    of = array_of(a.get(0, "src"))
    shape = _cv_shape(of)
    width, height = _pair(a.get(2, "dsize"))
    return Arr(None if shape is None else (height, width, *shape[2:]), of.dtype)


def _cv_flip(a: Args) -> Value:
    of = array_of(a.get(0, "src"))
    return Arr(_cv_shape(of), of.dtype)


def _padded(a: Args) -> Value:
    of = array_of(a.get(0, "src"))
    shape = _cv_shape(of)
    if shape is None:
        return Arr(None, of.dtype)
    grown: List[Dim] = []
    for dim, one, two in ((shape[0], (1, "top"), (2, "bottom")),
                          (shape[1], (3, "left"), (4, "right"))):
        first, second = dim_of(a.get(*one)), dim_of(a.get(*two))
        known = isinstance(dim, int) and isinstance(first, int) and isinstance(second, int)
        grown.append(dim + first + second if known else None)  # type: ignore[operator]
    return Arr((*grown, *shape[2:]), of.dtype)


def _cv_split(a: Args) -> Value:
    of = array_of(a.get(0, "m"))
    if of.shape is None or len(of.shape) != 3:
        return UNKNOWN
    one = Arr(of.shape[:2], of.dtype)
    count = of.shape[2]
    if isinstance(count, int) and count <= 8:
        return Seq([one] * count, "tuple")
    return Seq(None, "tuple", one)


_put("cv2", "imread", _imread)
_put("cv2", "imdecode", _imread)
_put("cv2", "resize", _cv_resize)
_put("cv2", "cvtColor", _cvt_color)
_put("cv2", "GaussianBlur medianBlur blur bilateralFilter equalizeHist dilate erode "
     "morphologyEx bitwise_not normalize", _cv_same)
_put("cv2", "flip", _cv_flip)
_put("cv2", "warpAffine warpPerspective", _warped)
_put("cv2", "copyMakeBorder", _padded)
_put("cv2", "split", _cv_split)
_put("cv2", "threshold", lambda a: Seq([UNKNOWN, _cv_same(a)], "tuple"))
_put("cv2", "waitKey imwrite imshow destroyAllWindows VideoCapture", lambda a: UNKNOWN)

# -- the others: how many channels a file has is not known, so neither is the rank ---------------

_put("matplotlib.image", "imread", lambda a: Arr(None))
_put("matplotlib.pyplot", "imread", lambda a: Arr(None))
_put("imageio", "imread v2.imread v3.imread", lambda a: Arr(None))
_put("skimage.io", "imread", lambda a: Arr(None))


def _sk_resize(a: Args) -> Value:
    """skimage.transform.resize(image, shape): channels stay where the shape leaves them out."""
    of, shape = array_of(a.get(0, "image")), shape_of(a.get(1, "output_shape"))
    if shape is not None and len(shape) >= (3 if of.shape is None else len(of.shape)):
        return Arr(shape)  # an image has three axes at most
    if of.shape is None or shape is None:
        return Arr(None)
    return Arr((*shape, *of.shape[len(shape):]))


def _sk_grey(a: Args) -> Value:
    of = array_of(a.get(0, "rgb"))
    return Arr(of.shape[:-1] if of.shape is not None and len(of.shape) == 3 else None)


_put("skimage.transform", "resize", _sk_resize)
_put("skimage.color", "rgb2gray", _sk_grey)
