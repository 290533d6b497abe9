"""What in a model file would run or import code when Keras loads it."""
from __future__ import annotations

import os
import re
from typing import Any, Dict, Iterator, List, Tuple

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.source.hdf5 import outside_hdf5
from shapecheck.source.model_file import kind_of, read_model_file

#: whole libraries whose classes a model file may name
_LIBRARIES = ("keras_hub", "keras_cv", "keras_nlp", "transformers")
#: parts of Keras that hold layers and the like; `keras.utils`, `keras.config`, `keras.saving`
#: hold functions that download, switch safe mode off, ... (CVE-2025-8747, CVE-2025-9906)
_PARTS = frozenset((
    "activations", "constraints", "dtype_policies", "engine", "initializers", "layers",
    "losses", "metrics", "mixed_precision", "models", "ops", "optimizers", "quantizers", "random",
    "regularizers", "feature_column"))
_FUNCTION_PARTS = frozenset((
    "activations", "constraints", "initializers", "losses", "metrics", "ops", "regularizers"))
_TF_PARTS = frozenset((
    "__operators__", "audio", "bitwise", "dtypes", "image", "linalg", "math", "nn", "quantization",
    "ragged", "random", "sets", "signal", "sparse", "strings"))
_TF_FUNCTIONS = frozenset((
    "py_function", "numpy_function", "load_library", "load_op_library", "print", "function"))
_LOOKUPS = ("StringLookup", "IntegerLookup", "TextVectorization", "IndexLookup")
#: operations of a SavedModel that reach outside it
_OPERATIONS = (
    "WriteFile", "ReadFile", "MatchingFiles", "PyFunc", "PyFuncStateless", "EagerPyFunc",
    "WholeFileReader", "WholeFileReaderV2", "TextLineReader", "TextLineReaderV2",
    "TFRecordReader", "TFRecordReaderV2", "FixedLengthRecordReader", "FixedLengthRecordReaderV2",
    "TextLineDataset", "TFRecordDataset", "TFRecordDatasetV2", "FixedLengthRecordDataset",
    "FixedLengthRecordDatasetV2", "CSVDataset", "CSVDatasetV2", "SqlDataset", "LMDBDataset",
    "CacheDataset", "CacheDatasetV2", "SaveDataset", "SaveDatasetV2", "LoadDataset",
    "SnapshotDataset", "SnapshotDatasetV2", "DatasetToTFRecord", "DatasetFromGraph",
    "DataServiceDataset", "DataServiceDatasetV2", "DataServiceDatasetV3", "DataServiceDatasetV4",
    "CreateSummaryFileWriter", "CreateSummaryDbWriter", "ImmutableConst", "DebugIdentity",
    "DebugIdentityV2", "DebugIdentityV3", "TRTEngineOp", "CreateTRTResourceHandle",
    "FileSystemSetConfiguration")
_LARGEST_PROTO = 1 << 31


def scan_unsafe(path: str) -> List[str]:
    """Names of what would run or import code if the model was loaded, in order, each once.

    Entries begin with what it is: "Lambda layer", "TFSMLayer", "module", "custom class", ...
    Empty for a plain model. Raises UserError where the file cannot be read.
    """
    kind = kind_of(path)
    if kind == "savedmodel":
        found = list(_scan_savedmodel(path))
    elif kind in ("keras", "h5"):
        file = read_model_file(path, kind)
        # loaded with compile=False: what the top level compiles with is never read
        config = {key: value for key, value in file.config.items() if key != "compile_config"}
        found = [*_outside(file.names), *_walk(config), *outside_hdf5(path, kind)]
    else:  # a Hugging Face folder's own code (auto_map) is never trusted, so it never runs
        found = []
    return list(dict.fromkeys(clean(item) for item in found))


def _outside(names: Tuple[str, ...]) -> Iterator[str]:
    for name in names:
        parts = re.split(r"[\\/]", name)
        if ".." in parts or name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
            yield f"archive entry outside the archive {name!r}"


def _walk(config: Dict[str, Any]) -> Iterator[str]:
    pending: List[Any] = [config]
    while pending:
        node = pending.pop()
        if isinstance(node, dict):
            yield from _of_node(node)
            pending.extend(reversed(list(node.values())))
        elif isinstance(node, list):
            pending.extend(reversed(node))


def _of_node(node: Dict[str, Any]) -> Iterator[str]:
    class_name = node.get("class_name")
    if isinstance(class_name, str):
        yield from _of_object(class_name.rpartition(">")[2], class_name, node)


def _of_object(bare: str, class_name: str, node: Dict[str, Any]) -> Iterator[str]:
    config = node.get("config")
    config = config if isinstance(config, dict) else {}
    name = config.get("name") or node.get("name") or ""
    if bare == "Lambda":
        yield f"Lambda layer {name!r}"
    elif bare == "__lambda__":
        yield "Lambda code in the file"
    elif bare in ("TFSMLayer", "TorchModuleWrapper", "JaxLayer", "FlaxLayer"):
        yield f"{bare} {name!r}"
    elif bare == "TFOpLambda" and not _plain_op(config.get("function")):
        yield f"operation tf.{config.get('function')}"
    elif bare in _LOOKUPS and isinstance(config.get("vocabulary"), str):
        yield f"{bare} {name!r} reads the file {config['vocabulary']!r}"
    yield from _of_names(bare, class_name, node)


def _of_names(bare: str, class_name: str, node: Dict[str, Any]) -> Iterator[str]:
    module, registered = node.get("module"), node.get("registered_name")
    if isinstance(module, str) and not _plain_module(module, bare):
        yield f"module {module} ({class_name})"
        return
    full = registered if isinstance(registered, str) else class_name
    package = full.rpartition(">")[0].split(".")[0]
    imported = isinstance(module, str) and module.split(".")[0] in _LIBRARIES
    if package:
        custom = not imported and package not in (*_LIBRARIES, "keras", "tf_keras", "Keras")
    else:  # Keras 3 writes `module: null` for what it cannot find again
        custom = "module" in node and module is None and registered not in (None, bare)
    if custom:
        yield f"custom class {full}"


def _plain_module(module: str, bare: str) -> bool:
    parts = module.split(".")
    if parts[0] in _LIBRARIES:
        return bare != "function"
    if parts[0] == "builtins":
        return len(parts) == 1
    if parts[0] not in ("keras", "tf_keras"):
        return False
    rest = [part for part in parts[1:] if part not in ("src", "api", "_tf_keras", "keras")]
    allowed = _FUNCTION_PARTS if bare == "function" else _PARTS
    return not rest or rest[0] in allowed


def _plain_op(function: Any) -> bool:
    if not isinstance(function, str):
        return False
    name = function[len("compat.v1."):] if function.startswith("compat.v1.") else function
    head, dot, _ = name.partition(".")
    return head in _TF_PARTS if dot else head not in _TF_FUNCTIONS


def _scan_savedmodel(path: str) -> Iterator[str]:
    file = os.path.join(path, "saved_model.pb")
    if not os.path.isfile(file):
        yield "saved_model.pbtxt, a text form that is not searched"
        return
    try:
        with open(file, "rb") as stream:
            raw = stream.read(_LARGEST_PROTO)
    except OSError as exc:
        raise UserError(f"{clean(path)}: cannot be read ({clean(exc.strerror)})") from exc
    for name in _OPERATIONS:
        # NodeDef.op is field 2: the tag 0x12, the length, the name. Either number may be written
        # longer than it needs to be: a high bit, and 0x80 up to a closing zero.
        size = len(name)
        text = rb"(?:\x12|\x92\x80*\x00)(?:%b|%b\x80*\x00)%b" % (
            re.escape(bytes([size])), re.escape(bytes([size | 0x80])), name.encode())
        if name.encode() in raw and re.search(text, raw):
            yield f"operation {name}"
    if b"file://" in raw and b"PrintV2" in raw:
        yield "operation PrintV2 to a file"
