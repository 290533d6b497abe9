"""scikit-learn: splits, scalers and encoders, toy data sets."""
from __future__ import annotations

import math
import re
from typing import Any, Callable, Dict, List, Optional, Tuple

from shapecheck.read.binding import Args
from shapecheck.read.libraries.numpy_ import array_of, behind, made, nested, sparse, values_only
from shapecheck.read.objects import Fields
from shapecheck.read.values import (
    NONE,
    UNKNOWN,
    Arr,
    Const,
    Dim,
    Labels,
    Mapping,
    Obj,
    Seq,
    Shape,
    Value,
    dim_of,
    element_of,
    plus,
    shape_of,
)

FUNCTIONS: Dict[str, Callable[[Any], Value]] = {}
ATTRIBUTES: Dict[str, Callable[[Any], Value]] = {}
CONSTANTS: Dict[str, Value] = {}

_Entry = Callable[[Any], Value]
_SPARSE = "scipy.sparse.csr_matrix"


def _put(prefix: str, names: str, entry: _Entry) -> None:
    def guarded(a: Any) -> Value:
        try:
            return entry(a)
        except (ValueError, TypeError, IndexError, OverflowError):
            return UNKNOWN  # it raises there

    for name in names.split():
        FUNCTIONS[f"sklearn.{prefix}.{name}"] = guarded


def _raise(condition: bool) -> None:
    if condition:
        raise ValueError("scikit-learn raises")


def rows_of(value: Optional[Value]) -> Dim:
    if isinstance(value, Arr):
        return value.shape[0] if value.shape else None
    if isinstance(value, Seq):
        return value.length
    return rows_of(behind(value)) if isinstance(value, Obj) else None


def _matrix(value: Optional[Value]) -> Arr:
    """X: of two axes, or it raises."""
    of = behind(value) if isinstance(value, Obj) and value.cls == _SPARSE else array_of(value)
    if of.shape is None:
        return of.but(shape=(rows_of(value), None))
    _raise(len(of.shape) != 2)
    return of


def classes_labels(count: Optional[int]) -> Labels:
    """Codes from 0, of so many classes."""
    return Labels(None, True, count, 0, None if count is None else count - 1,
                  True if count == 2 else None)


# -- splits ---------------------------------------------------------------------------------


def taken(value: Value, rows: Dim) -> Value:
    """Some rows of an array, a frame or a list."""
    if isinstance(value, Arr):
        if value.shape is None or not value.shape or value.kind not in (
                "ndarray", "Series", "DataFrame"):
            return Arr(None, value.dtype, value.kind, values_only(value.labels))
        return value.but(shape=(rows, *value.shape[1:]), columns=value.columns, tag=value.tag)
    if isinstance(value, Seq):
        found = array_of(value)
        if found.shape and value.items is not None \
                and not any(isinstance(i, Arr) and i.shape for i in value.items):
            return Seq(None, "list", nested(found.shape[1:], found.dtype), rows)
        return Seq(None, "list", element_of(value), rows)
    if isinstance(value, Obj) and value.cls == _SPARSE:
        of = behind(value)
        return sparse(None if of.shape is None else (rows, *of.shape[1:]), of.dtype, of.labels)
    return UNKNOWN


def _split_sizes(a: Args, rows: Dim, default: float) -> Tuple[Dim, Dim]:
    """(train, test); None where not known."""
    test, train = a.const(None, "test_size"), a.const(None, "train_size")
    if isinstance(test, Value) or isinstance(train, Value) or a.open:
        return None, None
    if test is None and train is None:
        test = default
    n = rows if isinstance(rows, int) else None
    n_test = test if isinstance(test, int) else None
    n_train = train if isinstance(train, int) else None
    if n is None:
        return n_train, n_test
    if isinstance(test, float):
        n_test = math.ceil(test * n)
    if isinstance(train, float):
        n_train = math.floor(train * n)
    if n_test is None and n_train is not None:
        n_test = n - n_train
    elif n_train is None and n_test is not None:
        n_train = n - n_test
    _raise(n_train is None or n_test is None or n_train <= 0 or n_test < 0
           or n_train + n_test > n)
    return n_train, n_test


def _train_test_split(a: Args) -> Value:
    if a.open or not a.positional:
        return UNKNOWN
    known = [rows_of(v) for v in a.positional]
    ints = {d for d in known if isinstance(d, int)}
    _raise(len(ints) > 1)
    train, test = _split_sizes(a, ints.pop() if ints else None, 0.25)
    if train is None:
        train = a.interpreter.fresh("N")
    if test is None:
        test = a.interpreter.fresh("N")
    found: List[Value] = []
    for value in a.positional:
        found.extend((taken(value, train), taken(value, test)))
    return Seq(found, "list")


def _folds(default: int, exact: bool) -> Tuple[_Entry, _Entry]:
    """The class and its `split`, which yields two arrays of indices."""
    def split(a: Args) -> Value:
        count = a.value.attrs.get("splits") if isinstance(a.value, Obj) else None
        rows = rows_of(a.get(0, "X"))
        train: Dim = None
        test: Dim = None
        if exact and isinstance(count, int) and isinstance(rows, int) and count > 1 \
                and rows % count == 0:
            test = rows // count
            train = rows - test
        elif isinstance(a.value, Obj) and "sizes" in a.value.attrs:
            train, test = _split_sizes(a.value.attrs["sizes"], rows, 0.1)
        pair = Seq([Arr((train,), "int64"), Arr((test,), "int64")], "tuple")
        return Seq(None, "generator", pair, count)
    return lambda a: Obj("", {"splits": a.int(0, "n_splits", default)}), split


def _splitter(name: str, default: int, exact: bool, sized: bool = False) -> None:
    path = f"sklearn.model_selection.{name}"
    _make, split = _folds(default, exact)

    def make(a: Args) -> Value:
        attrs: Dict[str, Any] = {"splits": a.int(0, "n_splits", default)}
        if sized:
            attrs["sizes"] = a
        return Obj(path, attrs)

    FUNCTIONS[path] = make
    _put(f"model_selection.{name}", "split", split)
    _put(f"model_selection.{name}", "get_n_splits", lambda a: Const(a.value.attrs["splits"])
         if isinstance(a.value.attrs.get("splits"), int) else UNKNOWN)


for _path in ("model_selection", "cross_validation"):
    _put(_path, "train_test_split", _train_test_split)
_splitter("KFold", 5, True)
_splitter("StratifiedKFold", 5, False)
_splitter("GroupKFold", 5, False)
_splitter("TimeSeriesSplit", 5, False)
_splitter("ShuffleSplit", 10, False, True)
_splitter("StratifiedShuffleSplit", 10, False, True)

# -- transformers ---------------------------------------------------------------------------

_Transform = Callable[[Args, Arr, bool], Value]


def _transformer(path: str, transform: _Transform, inverse: Optional[_Transform] = None) -> None:
    """A class with fit, transform and fit_transform: `transform(args, X, fitted on it)`."""
    full = f"sklearn.{path}"
    FUNCTIONS[full] = lambda a: Obj(full, {"__made__": a})
    _put(path, "fit partial_fit set_params", lambda a: a.value)
    _put(path, "transform", lambda a: transform(a, _matrix(a.get(0, "X")), False))
    _put(path, "fit_transform", lambda a: transform(a, _matrix(a.get(0, "X")), True))
    if inverse is not None:
        _put(path, "inverse_transform", lambda a: inverse(a, _matrix(a.get(0, "X")), False))


def _made(a: Args) -> Args:
    """The arguments that the object was made with."""
    found = a.value.attrs.get("__made__") if isinstance(a.value, Obj) else None
    return found if isinstance(found, Args) else Args(None, None, [], {}, True)


def _floats(dtype: Optional[str]) -> Optional[str]:
    if dtype in ("float64", "float32"):
        return dtype
    return "float64" if dtype is not None and dtype.startswith(("int", "uint")) else None


def _same(a: Args, x: Arr, fitted: bool) -> Value:
    if isinstance(a.get(0, "X"), Obj):
        return sparse(x.shape, _floats(x.dtype))
    return Arr(x.shape, _floats(x.dtype))


def _min_max(a: Args, x: Arr, fitted: bool) -> Value:
    found = _same(a, x, fitted)
    made_with = _made(a)
    low, high = 0.0, 1.0
    if made_with.has(0, "feature_range"):
        ends = made_with.get(0, "feature_range")
        values = [i.value for i in ends.items if isinstance(i, Const)] \
            if isinstance(ends, Seq) and ends.items is not None else []
        if len(values) != 2:
            return found
        low, high = values
    if fitted and isinstance(found, Arr):
        # rounding may end a bit outside
        found.labels = Labels(low=low, high=high)
    return found


def _wide(width: Callable[[Args, Arr], Dim], is_sparse: bool = False) -> _Transform:
    def transform(a: Args, x: Arr, fitted: bool) -> Value:
        shape: Shape = ((x.shape or (None,))[0], width(_made(a), x))
        if is_sparse or isinstance(a.get(0, "X"), Obj):
            return UNKNOWN if not is_sparse else sparse(shape)
        return Arr(shape)
    return transform


def _components(position: int, default: Optional[int]) -> Callable[[Args, Arr], Dim]:
    def width(a: Args, x: Arr) -> Dim:
        value = a.get(position, "n_components")
        if value is None:
            return default
        found = dim_of(value)
        return found if isinstance(found, int) else None
    return width


def _dense_components(position: int, default: Optional[int]) -> _Transform:
    width = _components(position, default)

    def transform(a: Args, x: Arr, fitted: bool) -> Value:
        return Arr(((x.shape or (None,))[0], width(_made(a), x)), _floats(x.dtype))
    return transform


def _best(a: Args, x: Arr) -> Dim:
    """SelectKBest takes k columns, or all there are."""
    count, width = a.int(1, "k", 10), (x.shape or (None, None))[1]
    return count if count is not None and isinstance(width, int) and count <= width else None


_NO_WIDTH = _wide(lambda a, x: None)
for _name in ("StandardScaler", "MaxAbsScaler", "RobustScaler", "Normalizer", "Binarizer",
              "QuantileTransformer", "PowerTransformer", "OrdinalEncoder"):
    _transformer("preprocessing." + _name, _same, _same)
_transformer("preprocessing.MinMaxScaler", _min_max, _same)
_transformer("preprocessing.PolynomialFeatures", _NO_WIDTH)
_transformer("preprocessing.Imputer", _NO_WIDTH)
for _name in ("SimpleImputer", "KNNImputer", "IterativeImputer"):
    _transformer("impute." + _name, _NO_WIDTH)
for _name in ("PCA", "FastICA", "KernelPCA", "FactorAnalysis", "NMF", "IncrementalPCA"):
    _transformer("decomposition." + _name, _dense_components(0, None))
_transformer("decomposition.TruncatedSVD", _dense_components(0, 2))
_transformer("decomposition.LatentDirichletAllocation", _dense_components(0, 10))
_transformer("manifold.TSNE", _dense_components(0, 2))
_transformer("feature_selection.SelectKBest", _wide(_best))
_transformer("feature_selection.VarianceThreshold", _NO_WIDTH)
_transformer("random_projection.GaussianRandomProjection", _dense_components(0, None))


# -- encoders -------------------------------------------------------------------------------


def _touch(a: Args) -> None:
    touch = getattr(a.interpreter, "touch", None)
    if touch is not None and isinstance(a.value, Obj):
        touch(a.value)


def distinct(value: Optional[Value]) -> Optional[int]:
    """How many different values a literal list has."""
    if not isinstance(value, Seq) or value.items is None:
        return None
    found = {i.value for i in value.items if isinstance(i, Const)}
    return len(found) if all(isinstance(i, Const) for i in value.items) else None


def _at_most(value: Optional[Value]) -> Optional[int]:
    """How many classes there are at most."""
    known = distinct(value)
    if known is None and isinstance(value, Arr) and value.labels is not None \
            and not value.labels.one_hot:
        known = value.labels.classes
    return known


def _vector(value: Optional[Value]) -> Arr:
    """y: of one axis, or one column of two."""
    of = array_of(value)
    if of.shape is None:
        return Arr((rows_of(value),))
    _raise(len(of.shape) not in (1, 2) or (len(of.shape) == 2 and of.shape[1] not in (1, None)))
    return of.but(shape=of.shape[:1])


def _fit_labels(a: Args) -> None:
    if isinstance(a.value, Obj):
        _touch(a)
        value = a.get(0, "y")
        a.value.attrs["at_most"] = _at_most(value)
        a.value.attrs["exactly"] = distinct(value)


def _known(a: Args, name: str) -> Optional[int]:
    found = a.value.attrs.get(name) if isinstance(a.value, Obj) else None
    return found if isinstance(found, int) else None


def _label_fit(a: Args) -> Value:
    _fit_labels(a)
    return a.value


def _encoded(a: Args) -> Value:
    return Arr(_vector(a.get(0, "y")).shape, "int64",
               labels=classes_labels(_known(a, "at_most")))


def _label_fit_encoded(a: Args) -> Value:
    _fit_labels(a)
    return _encoded(a)


def _binarized(a: Args) -> Value:
    of = array_of(a.get(0, "y"))
    rows = rows_of(a.get(0, "y"))
    if of.shape is not None and len(of.shape) != 1:
        return Arr((rows, None))
    count = _known(a, "exactly")
    return binarized(rows, count)


def binarized(rows: Dim, count: Optional[int]) -> Value:
    """A column for each class, but a single one for two."""
    width = None if count is None else count if count > 2 else 1
    one_hot = True if count is not None and count > 2 else None
    return Arr((rows, width), "int64", labels=Labels(
        one_hot, True, count if one_hot else None, 0, 1, True))


def _fit_binarized(a: Args) -> Value:
    _fit_labels(a)
    return _binarized(a)


def _label_binarize(a: Args) -> Value:
    classes = a.get(1, "classes")
    if isinstance(classes, Obj) and classes.cls == "range":
        count: Any = classes.attrs.get("length")
    else:
        found = array_of(classes)
        count = found.shape[0] if found.shape and len(found.shape) == 1 else None
    if any(a.has(None, n) for n in ("neg_label", "pos_label", "sparse_output")):
        return UNKNOWN
    of = array_of(a.get(0, "y"))
    if of.shape is not None and len(of.shape) != 1:
        return UNKNOWN
    found_value = binarized(rows_of(a.get(0, "y")), count if isinstance(count, int) else None)
    if isinstance(found_value, Arr) and found_value.labels is not None:
        found_value.labels.one_hot = None  # a value that is none of the classes has no 1
        found_value.labels.classes = None
    return found_value


def _one_hot(fitted: bool) -> _Entry:
    def entry(a: Args) -> Value:
        x = _matrix(a.get(0, "X"))
        rows, columns = x.shape or (None, None)
        made_with = _made(a)
        dense: Any = None
        for position, name in ((None, "sparse_output"), (None, "sparse")):
            if made_with.has(position, name):
                dense = made_with.const(position, name)
        if isinstance(dense, Value) or made_with.open:
            return UNKNOWN
        sure = fitted or not made_with.has(None, "handle_unknown")
        single = columns == 1 and not made_with.has(None, "drop") and sure
        labels = Labels(True if single else None, True, None, 0, 1, True)
        dtype = None if made_with.has(None, "dtype") else "float64"
        if dense is False:
            return Arr((rows, None), dtype, labels=labels)
        return sparse((rows, None), dtype, labels)
    return entry


def _maker(path: str) -> None:
    FUNCTIONS["sklearn." + path] = lambda a: Obj("sklearn." + path, {"__made__": a})


for _name, _fit_it, _use in (("LabelEncoder", _label_fit_encoded, _encoded),
                             ("LabelBinarizer", _fit_binarized, _binarized)):
    _maker("preprocessing." + _name)
    _put("preprocessing." + _name, "fit", _label_fit)
    _put("preprocessing." + _name, "fit_transform", _fit_it)
    _put("preprocessing." + _name, "transform", _use)
    _put("preprocessing." + _name, "inverse_transform", lambda a: Arr((rows_of(
        a.get(0, "y" if "y" in a.named else "Y")),)))
    ATTRIBUTES[f"sklearn.preprocessing.{_name}.classes_"] = lambda x: Arr(
        (x.attrs.get("exactly"),))
_maker("preprocessing.MultiLabelBinarizer")
_put("preprocessing.MultiLabelBinarizer", "fit_transform transform", lambda a: Arr(
    (rows_of(a.get(0, "y")), None), labels=Labels(whole=True, low=0, high=1, binary=True))
    if not _made(a).has(None, "sparse_output") else UNKNOWN)
_put("preprocessing.MultiLabelBinarizer", "fit", lambda a: a.value)
_maker("preprocessing.OneHotEncoder")
_put("preprocessing.OneHotEncoder", "fit", lambda a: a.value)
_put("preprocessing.OneHotEncoder", "fit_transform", _one_hot(True))
_put("preprocessing.OneHotEncoder", "transform", _one_hot(False))
_put("preprocessing", "label_binarize", _label_binarize)


def _scaled(a: Args) -> Value:
    of = array_of(a.get(0, "X"))
    return Arr(of.shape, _floats(of.dtype)) if not a.has(None, "return_norm") else UNKNOWN


_put("preprocessing", "scale minmax_scale maxabs_scale robust_scale normalize", _scaled)

# -- text -----------------------------------------------------------------------------------


def _vectorizer(name: str, width: Callable[[Args], Dim], dtype: Optional[str]) -> None:
    path = "feature_extraction.text." + name
    _maker(path)

    def transform(a: Args) -> Value:
        rows = rows_of(a.get(0, "raw_documents" if "raw_documents" in a.named else "X"))
        made_with = _made(a)
        columns = width(made_with)
        return sparse((rows, _known(a, "words") if columns is None else columns),
                      None if made_with.has(None, "dtype") else dtype)

    def fit(a: Args) -> Value:
        _touch(a)
        if isinstance(a.value, Obj):
            a.value.attrs["words"] = _words(_made(a), a.get(0, "raw_documents"))
        return a.value

    def fit_transform(a: Args) -> Value:
        fit(a)
        return transform(a)

    _put(path, "fit", fit)
    _put(path, "transform", transform)
    _put(path, "fit_transform", fit_transform)
    _put(path, "get_feature_names get_feature_names_out", lambda a: Arr((None,)))


#: settings that leave it alone which words there are
_PLAIN = frozenset(("max_features", "binary", "dtype", "norm", "use_idf", "smooth_idf",
                    "sublinear_tf"))


def _words(made_with: Args, texts: Optional[Value]) -> Dim:
    """How many words literal texts have, by the vectorizers' own pattern."""
    if made_with.open or made_with.positional or not set(made_with.named) <= _PLAIN \
            or not isinstance(texts, Seq) or not texts.items or len(texts.items) > 200:
        return None
    words = set()
    for text in texts.items:
        if not isinstance(text, Const) or not isinstance(text.value, str):
            return None
        words.update(re.findall(r"\b\w\w+\b", text.value.lower()[:5000]))
    most = made_with.int(None, "max_features", len(words))
    if made_with.get(None, "max_features") is NONE:
        most = len(words)
    return min(most, len(words)) if most is not None and words else None


def _vocabulary(a: Args) -> Dim:
    """The number of words that it is told to count."""
    given = a.get(None, "vocabulary")
    if isinstance(given, Mapping):
        return len(given.items) if given.items is not None else None
    return None if a.open else distinct(given)


# max_features is only the most there may be
_vectorizer("CountVectorizer", _vocabulary, "int64")
_vectorizer("TfidfVectorizer", _vocabulary, "float64")
_vectorizer("HashingVectorizer", lambda a: a.int(None, "n_features", 2 ** 20)
            if not a.open else None, "float64")
_transformer("feature_extraction.text.TfidfTransformer", _same)

# -- pipelines: what comes out has as many rows ------------------------------------------------


def _rows_kept(a: Args) -> Value:
    return Arr((rows_of(a.get(0, "X")), None), None, "?")


for _path in ("compose.ColumnTransformer", "pipeline.Pipeline", "pipeline.FeatureUnion"):
    _maker(_path)
    _put(_path, "fit", lambda a: a.value)
    _put(_path, "transform fit_transform", _rows_kept)
for _path, _of in (("compose.make_column_transformer", "compose.ColumnTransformer"),
                   ("pipeline.make_pipeline", "pipeline.Pipeline"),
                   ("pipeline.make_union", "pipeline.FeatureUnion")):
    FUNCTIONS["sklearn." + _path] = FUNCTIONS["sklearn." + _of]

# -- data sets ------------------------------------------------------------------------------


def _bunch(x: Value, y: Value, **more: Value) -> Obj:
    return Obj("sklearn.utils.Bunch", {"data": x, "target": y, **more})


def _toy(name: str, rows: int, columns: int, classes: Optional[int],
         dtype: str = "float64") -> None:
    """A data set that comes with scikit-learn."""
    def load(a: Args) -> Value:
        as_frame = a.const(None, "as_frame", False)
        pair = a.const(1 if name == "load_digits" else None, "return_X_y", False)
        if isinstance(as_frame, Value) or isinstance(pair, Value) or a.open \
                or a.has(None, "n_class") or (name == "load_digits" and a.positional):
            return UNKNOWN
        labels = None if classes is None else classes_labels(classes)
        kind = "DataFrame" if as_frame else "ndarray"
        x = Arr((rows, columns), dtype if not as_frame else None, kind,
                tag=Fields({}, True) if as_frame else None)
        y = Arr((rows,), "int64" if classes else "float64",
                "Series" if as_frame else "ndarray", labels)
        if pair:
            return Seq([x, y], "tuple")
        more: Dict[str, Value] = {"feature_names": Seq(None, "list", Arr(
            (), "str", "scalar"), columns)}
        if classes:
            more["target_names"] = Arr((classes,))
        if as_frame:
            more["frame"] = Arr((rows, columns + 1), None, "DataFrame")
        if name == "load_digits":
            more["images"] = Arr((rows, 8, 8), "float64")
        return _bunch(x, y, **more)
    _put("datasets", name, load)


for _row in (("load_iris", 150, 4, 3), ("load_digits", 1797, 64, 10), ("load_wine", 178, 13, 3),
             ("load_breast_cancer", 569, 30, 2), ("load_diabetes", 442, 10, None),
             ("load_boston", 506, 13, None), ("fetch_california_housing", 20640, 8, None)):
    _toy(*_row)


def _linnerud(a: Args) -> Value:
    if a.positional or a.named or a.open:
        return UNKNOWN
    return _bunch(Arr((20, 3), "float64"), Arr((20, 3), "float64"))


def _olivetti(a: Args) -> Value:
    pair = a.const(None, "return_X_y", False)
    x = Arr((400, 4096), "float32")
    y = Arr((400,), "int64", labels=classes_labels(40))
    if isinstance(pair, Value) or a.open:
        return UNKNOWN
    if pair:
        return Seq([x, y], "tuple")
    return _bunch(x, y, images=Arr((400, 64, 64), "float32"))


def _classification(a: Args) -> Value:
    rows, columns = _count(a, 0, "n_samples", 100), _count(a, 1, "n_features", 20)
    classes = a.int(None, "n_classes", 2) if not a.open else None
    if a.has(None, "return_X_y"):
        return UNKNOWN
    return Seq([Arr((rows, columns), "float64"),
                Arr((rows,), "int64", labels=classes_labels(classes))], "tuple")


def _count(a: Args, position: int, name: str, default: int) -> Dim:
    """A number of samples, features or classes."""
    value = a.get(position, name)
    return default if value is None else dim_of(value)


def _regression(a: Args) -> Value:
    rows, columns = _count(a, 0, "n_samples", 100), _count(a, 1, "n_features", 100)
    if a.open:
        return UNKNOWN
    targets = a.int(None, "n_targets", 1)
    y = Arr(None if targets is None else (rows,) if targets == 1 else (rows, targets), "float64")
    coefficients = a.const(None, "coef", False)
    if isinstance(coefficients, Value):
        return UNKNOWN
    found: List[Value] = [Arr((rows, columns), "float64"), y]
    return Seq([*found, Arr(None)] if coefficients else found, "tuple")


def _blobs(a: Args) -> Value:
    samples, features, centers = a.get(0, "n_samples"), _count(a, 1, "n_features", 2), a.get(
        None, "centers")
    rows: Dim = 100 if samples is None else dim_of(samples)
    classes: Dim = 3
    if isinstance(samples, Seq):
        rows, classes = plus(shape_of(samples) or (None,)), samples.length
    if centers is not None and not (isinstance(centers, Const) and centers.value is None):
        found = array_of(centers)
        if isinstance(centers, Const):
            classes = dim_of(centers)
        elif found.rank == 2 and found.shape is not None:
            classes, features = found.shape
        else:
            classes = features = None
    elif samples is UNKNOWN:
        classes = None
    if a.open or a.has(None, "return_centers"):
        return UNKNOWN
    known = classes if isinstance(classes, int) else None
    return Seq([Arr((rows, features), "float64"),
                Arr((rows,), "int64", labels=classes_labels(known))], "tuple")


def _two(a: Args) -> Value:
    """make_moons, make_circles: two classes in the plane."""
    samples = a.get(0, "n_samples")
    rows: Dim = 100 if samples is None else dim_of(samples)
    if isinstance(samples, Seq):
        rows = plus(shape_of(samples) or (None,))
    return Seq([Arr((rows, 2), "float64"), Arr((rows,), "int64", labels=classes_labels(2))],
               "tuple")


def _multilabel(a: Args) -> Value:
    rows, columns = _count(a, 0, "n_samples", 100), _count(a, 1, "n_features", 20)
    classes = a.int(None, "n_classes", 5)
    if a.open or a.has(None, "sparse") or a.has(None, "return_indicator") \
            or a.has(None, "return_distributions"):
        return UNKNOWN
    return Seq([Arr((rows, columns), "float64"), Arr(
        (rows, classes), "int64", labels=Labels(whole=True, low=0, high=1, binary=True))], "tuple")


def _curve(columns: int) -> _Entry:
    def entry(a: Args) -> Value:
        rows = _count(a, 0, "n_samples", 100)
        return Seq([Arr((rows, columns), "float64"), Arr((rows,), "float64")], "tuple")
    return entry


_put("datasets", "load_linnerud", _linnerud)
_put("datasets", "fetch_olivetti_faces", _olivetti)
_put("datasets", "make_classification", _classification)
_put("datasets", "make_regression", _regression)
_put("datasets", "make_blobs", _blobs)
_put("datasets", "make_moons make_circles", _two)
_put("datasets", "make_multilabel_classification", _multilabel)
_put("datasets", "make_swiss_roll make_s_curve", _curve(3))
_put("datasets", "fetch_openml fetch_lfw_people fetch_20newsgroups fetch_covtype",
     lambda a: UNKNOWN)

# old homes of the same
for _module in ("base", "samples_generator", "_base", "_samples_generator"):
    for _path in [p for p in FUNCTIONS if p.startswith("sklearn.datasets.")
                  and p.count(".") == 2]:
        FUNCTIONS[_path.replace("datasets.", f"datasets.{_module}.")] = FUNCTIONS[_path]

# -- the rest -------------------------------------------------------------------------------


def _shuffled(replaced: bool) -> _Entry:
    def entry(a: Args) -> Value:
        if a.open or not a.positional:
            return UNKNOWN
        rows = rows_of(a.positional[0])
        wanted = a.get(None, "n_samples")
        if wanted is not None and not (isinstance(wanted, Const) and wanted.value is None):
            rows = dim_of(wanted)
        elif rows is None:
            rows = a.interpreter.fresh("N")
        found = [taken(v, rows) for v in a.positional]
        return found[0] if len(found) == 1 else Seq(found, "list")
    return entry


def _score(a: Args) -> Value:
    for name in ("average", "multioutput", "labels"):
        if a.has(None, name) and not isinstance(a.const(None, name), str):
            return UNKNOWN
    if a.open or a.const(None, "multioutput", "") == "raw_values":
        return UNKNOWN
    return made((), None)


def _similarity(a: Args) -> Value:
    first, second = a.get(0, "X"), a.get(1, "Y")
    if second is None or (isinstance(second, Const) and second.value is None):
        second = first
    return Arr((rows_of(first), rows_of(second)))


_put("utils", "shuffle", _shuffled(False))
_put("utils", "resample", _shuffled(True))
_put("utils", "compute_class_weight", lambda a: Arr((None,)))
_put("utils.class_weight", "compute_class_weight", lambda a: Arr((None,)))
_put("utils.class_weight", "compute_sample_weight", lambda a: Arr((rows_of(a.get(1, "y")),)))
_put("metrics", "accuracy_score f1_score precision_score recall_score roc_auc_score r2_score "
     "mean_squared_error mean_absolute_error root_mean_squared_error log_loss "
     "balanced_accuracy_score matthews_corrcoef cohen_kappa_score "
     "mean_absolute_percentage_error mean_squared_log_error explained_variance_score "
     "average_precision_score hamming_loss jaccard_score", _score)
_put("metrics", "confusion_matrix", lambda a: Arr((None, None)))
_put("metrics", "classification_report ConfusionMatrixDisplay", lambda a: UNKNOWN)
_put("metrics.pairwise", "cosine_similarity euclidean_distances cosine_distances linear_kernel",
     _similarity)
_put("utils", "set_random_state", lambda a: NONE)
