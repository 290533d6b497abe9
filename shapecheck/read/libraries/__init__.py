"""What the functions of libraries do to shapes: one module a library, each function one entry.

A module has
- FUNCTIONS: canonical name -> function from `Args` to a Value. Methods have the kind or class of
  their object for a prefix: "ndarray.reshape", "Tensor.numpy", "DataFrame.drop",
  "sklearn.preprocessing.StandardScaler.fit_transform".
- ATTRIBUTES: the same for what is read without a call ("ndarray.T"), from the object to a Value.
- CONSTANTS: "numpy.newaxis".
What is in no table is UNKNOWN. Their truth is tested against the real library, tests/read.
"""
from __future__ import annotations

import importlib
from typing import Any, Callable, Dict, Optional

from shapecheck.read.values import Function, Value

#: the first part of a name -> the module here that knows about it; loaded when first asked
_MODULES: Dict[str, str] = {
    "numpy": "numpy_", "ndarray": "numpy_", "scalar": "numpy_", "scipy": "numpy_",
    "pandas": "pandas_", "DataFrame": "pandas_", "Series": "pandas_",
    "sklearn": "sklearn_",
    "tensorflow": "tensorflow_", "Tensor": "tensorflow_", "KerasTensor": "tensorflow_",
    "RaggedTensor": "tensorflow_", "tensorflow_datasets": "tensorflow_",
    "Dataset": "data", "generator": "data", "Sequence": "data",
    "keras": "keras_",
    "transformers": "transformers_", "BatchEncoding": "transformers_",
    "PIL": "images", "cv2": "images", "imageio": "images", "skimage": "images",
    "matplotlib": "images",
    "builtins": "python_", "str": "python_", "list": "python_", "dict": "python_",
    "range": "python_", "random": "python_",
    "math": "python_", "collections": "python_", "itertools": "python_",
}
_loaded: Dict[str, Any] = {}


def module(path: str) -> Any:
    """The module of tables for a canonical name; None where there is none."""
    root = path.partition(".")[0]
    name = _MODULES.get(root)
    if name is None:
        return None
    if name not in _loaded:
        try:
            _loaded[name] = importlib.import_module(f"{__name__}.{name}")
        except ImportError:
            _loaded[name] = None
    return _loaded[name]


_functions: Dict[str, Optional[Function]] = {}
_attributes: Dict[str, Optional[Callable[[Any], Value]]] = {}


def function(path: str) -> Optional[Function]:
    """The table entry of a canonical name; None where there is none."""
    try:
        return _functions[path]
    except KeyError:
        _remember(_functions, path, "FUNCTIONS")
        return _functions[path]


def attribute(path: str) -> Optional[Callable[[Any], Value]]:
    try:
        return _attributes[path]
    except KeyError:
        _remember(_attributes, path, "ATTRIBUTES")
        return _attributes[path]


def _remember(memo: Dict[str, Any], path: str, table: str) -> None:
    if len(memo) > 20000:
        memo.clear()
    found = module(path)
    memo[path] = None if found is None else getattr(found, table).get(path)


def constant(path: str) -> Optional[Value]:
    found = module(path)
    return None if found is None else found.CONSTANTS.get(path)
