"""What a host object looks like, taken as plain tuples: no reference to the user's data is kept.

A *leaf* is `(path, container, shape, dtype)`: path is a tuple of list indices and dict keys,
container a type, shape a tuple of ints and None or None, dtype whatever object the array has.
Tuples are cheap (0.3 us); names and facts are made of them when somebody reads.
"""
from __future__ import annotations

import collections.abc
import types
from typing import Any, Dict, List, Optional, Sequence, Tuple

from shapecheck.facts import Array, ValueFacts

Leaf = Tuple[Tuple[Any, ...], type, Optional[Tuple[Optional[int], ...]], Any]

_SCALARS = (bool, int, float, complex, str, bytes)
_MAX_LEAVES = 256  # of one argument; a structure beyond it is data in a list, not inputs


class PythonData(list):
    """Container type of nested lists of numbers: an array spelled as a Python list."""


def leaves(value: Any, ordered: bool = False) -> Tuple[Leaf, ...]:
    """All arrays in a list / tuple / dict structure.

    Dict keys are sorted as `tf.nest` sorts them, or left in their own order where `ordered`
    (outputs: `out[0]` is the first that the model gave).
    """
    found: List[Leaf] = []
    _collect(value, (), found, ordered)
    return tuple(found)


def _collect(value: Any, path: Tuple[Any, ...], found: List[Leaf], ordered: bool) -> None:
    kind = type(value)
    shape = getattr(value, "shape", None)
    if shape is not None:
        dtype = getattr(value, "dtype", None)
        if kind.__name__.endswith("DataFrame"):  # it has none; a column may have that name
            dtype = None
        found.append((path, kind, _dims(value, shape), dtype))
    elif value is None or kind in _SCALARS:
        return
    elif isinstance(value, collections.abc.Mapping):
        for key in (list(value) if ordered else _sorted(value)):
            # A key of another type may be anything of the user's: it is not kept.
            name = key if isinstance(key, (str, int)) else type(key).__name__
            _collect(value[key], path + (name,), found, ordered)
    elif isinstance(value, (list, tuple)):
        if _is_python_data(value):
            shape, dtype = _python_shape(value)
            found.append((path, PythonData, shape, dtype))
        else:
            for i, item in enumerate(value[:_MAX_LEAVES]):
                _collect(item, path + (i,), found, ordered)


def _dims(value: Any, shape: Any) -> Optional[Tuple[Optional[int], ...]]:
    if type(shape) is tuple:
        return shape
    quick = getattr(value, "_shape_tuple", None)  # tf.Tensor, eager and symbolic
    if quick is not None:
        return quick() if callable(quick) else quick  # a TensorSpec of TF 2.6 keeps it
    try:
        return tuple(None if d is None else int(d) for d in shape)
    except (ValueError, TypeError):  # a TensorShape of unknown rank
        return None


def _sorted(mapping: Any) -> List[Any]:
    try:
        return sorted(mapping)
    except TypeError:
        return list(mapping)


def _is_python_data(value: Any) -> bool:
    for _ in range(8):
        if not value:
            return False
        value = value[0]
        if isinstance(value, _SCALARS):
            return True
        if not isinstance(value, (list, tuple)):
            return False
    return False


def _python_shape(value: Any) -> Tuple[Tuple[int, ...], Any]:
    shape = []
    while isinstance(value, (list, tuple)):
        shape.append(len(value))
        value = value[0] if value else None
    return tuple(shape), type(value).__name__


def container_name(kind: type) -> str:
    """The user's word for the type: "ndarray", "Tensor", "Series", "list", ..."""
    name = kind.__name__
    if kind is PythonData:
        return "list"
    if kind.__module__ == "numpy" and any(c.__name__ == "generic" for c in kind.__mro__):
        return "scalar"  # np.float32(3): its class says the dtype once more
    if name in ("EagerTensor", "SymbolicTensor", "Tensor", "Variable", "ResourceVariable",
                "KerasVariable"):
        return "Tensor"
    return name


def dtype_name(dtype: Any) -> Optional[str]:
    if dtype is None:
        return None
    name = getattr(dtype, "name", None) or getattr(dtype, "__name__", None) or str(dtype)
    return {"int": "int64", "float": "float64"}.get(name, name)


def to_array(leaf: Leaf, values: Optional[ValueFacts] = None) -> Array:
    _path, kind, shape, dtype = leaf
    return Array.of(shape, dtype_name(dtype), container_name(kind), values)


def is_graph_tensor(leaf: Leaf) -> bool:
    kind = leaf[1]
    return kind.__name__ in ("Tensor", "SymbolicTensor") and "tensorflow" in kind.__module__


def pipeline_kind(value: Any) -> str:
    """"Dataset", "generator" or "Sequence" where `value` feeds batches, else ""."""
    if value is None or type(value) in (list, tuple, dict) or hasattr(value, "shape"):
        return ""
    if isinstance(value, types.GeneratorType):
        return "generator"
    names = {c.__name__ for c in type(value).__mro__}
    if "DatasetV2" in names or "DistributedDatasetInterface" in names or "DatasetV1" in names:
        return "Dataset"
    if names & {"PyDataset", "Sequence"} and hasattr(value, "__getitem__") and not isinstance(
            value, (list, tuple, str, bytes, dict)) and not hasattr(value, "shape"):
        return "Sequence"
    if hasattr(value, "__next__") and not hasattr(value, "shape"):
        return "generator"
    return ""


def element_leaves(dataset: Any) -> Tuple[Leaf, ...]:
    """The leaves of one element of a `tf.data` dataset, from its spec: nothing is consumed."""
    return leaves(_spec_shapes(dataset.element_spec))


class _SpecShape:
    """What an element of a dataset is; in a table it goes by its pipeline's name."""

    def __init__(self, spec: Any) -> None:
        self.shape = spec.shape
        self.dtype = getattr(spec, "dtype", None)


_SpecShape.__name__ = "Dataset"


def _spec_shapes(spec: Any) -> Any:
    if isinstance(spec, dict):
        return {k: _spec_shapes(v) for k, v in spec.items()}
    if isinstance(spec, (list, tuple)):
        return tuple(_spec_shapes(v) for v in spec)
    return _SpecShape(spec) if hasattr(spec, "shape") else None


def value_facts(value: Any, rows: bool) -> ValueFacts:
    """Cheap facts about a NumPy array or eager tensor with rows on axis 0; empty for others.

    Looks at no more than 64 rows of 512 numbers, unless the first two are the same.
    """
    numpy = getattr(value, "numpy", None)
    if type(value).__name__ == "RaggedTensor":  # as an array it would be one of objects
        return ValueFacts()
    try:
        array = value
        if numpy is not None and not hasattr(value, "__array_interface__"):
            array = numpy()
        if getattr(getattr(array, "dtype", None), "kind", "") == "O":
            return ValueFacts(ragged=_holds_rows(array))
        if not hasattr(array, "__array_interface__") or array.dtype.kind not in "fiub":
            return ValueFacts()
        if not rows or array.ndim < 1 or array.shape[0] < 2:
            return ValueFacts()
        flat = array[:64].reshape(min(64, array.shape[0]), -1)
        single = flat.astype("float32") if flat.dtype == "float64" else flat  # as Keras computes
        differ = bool((single[1:] != single[:1]).any())
        telling = len(set(flat[0, :512].tolist())) >= 3
        # The sample may miss the one row that differs: runs are said of all rows or not at all.
        repeat = _run_length(array) if bool((flat[0] == flat[1]).all()) else None
        return ValueFacts(rows_differ=differ, rows_same=telling and repeat == len(array),
                          rows_repeat=repeat, row_is_telling=telling)
    except Exception:  # a fact that cannot be had is not a fault
        return ValueFacts()


def _holds_rows(array: Any) -> bool:
    """Is each item of an array or Series of objects a row of its own?"""
    if len(array.shape) != 1 or not array.shape[0]:
        return False
    items = array.iloc[:_MAX_LEAVES] if hasattr(array, "iloc") else array[:_MAX_LEAVES]
    return all(isinstance(item, (list, tuple)) or bool(getattr(item, "shape", ()))
               for item in items)


def facts_of(value: Any, leaves: Sequence[Leaf], rows: bool = True) -> Dict[int, ValueFacts]:
    """Value facts by position of the leaf."""
    found = {}
    for i, leaf in enumerate(leaves):
        item = follow(value, leaf[0])
        if item is not None:
            found[i] = value_facts(item, rows)
    return found


def follow(value: Any, path: Tuple[Any, ...]) -> Any:
    """The item at `path` in a structure, None where there is none."""
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value


def _run_length(array: Any) -> Optional[int]:
    """k where the rows come in runs of k identical ones (the last may be shorter), else None."""
    rows = array.reshape(len(array), -1)
    changes = ((rows[1:] != rows[:-1]).any(axis=1).nonzero()[0] + 1).tolist()
    if not changes:
        return len(rows)
    return changes[0] if changes == list(range(changes[0], len(rows), changes[0])) else None
