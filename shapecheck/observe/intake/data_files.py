"""Reading DATA: each kind of file becomes named arrays. No pickle is ever opened."""
from __future__ import annotations

import csv
import json
import os
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Tuple

from shapecheck.facts.errors import MissingExtra, UserError
from shapecheck.facts.message import clean
from shapecheck.source.bounds import (
    require_plain_archive,
    require_plain_file,
    require_plausible,
)
from shapecheck.source.model_file import first_line
from shapecheck.source.usage import identifier

_MAX_EMPTY = 1_000_000  # rows of nothing: a call would go through them all the same
_WIDE = 20_000  # columns: the time that pandas takes grows with their square
_MAX_HEADER = 10_000  # NumPy's own limit for a file that is not trusted
KINDS = ".npz, .npy, .csv, .parquet, .json, .jsonl, FILE.py:NAME or MODULE:NAME"


class Item(NamedTuple):
    """One array of the user's.

    expression: how the user's code would name it. columns: the columns of a table, in order,
    each a rank-1 array; None where it is no table. bound_to: the input that the user named.
    parsed: the dtype is the file format's choice, not the user's (CSV, JSON). within: the list or
    dict that it is a part of, and its name, where that has others inside.
    """

    name: str
    expression: str
    value: Any
    origin: str
    columns: Optional[Dict[str, Any]] = None
    bound_to: Optional[str] = None
    parsed: bool = False
    within: Optional[Tuple[str, Any]] = None


Items = Tuple[List[Item], bool]
_LOOKED_AT = 256  # entries of a list or an array of objects


def read(path: str, stem: str) -> Items:
    """(items, they came as a mapping). Raises UserError for what cannot be read."""
    suffix = os.path.splitext(path)[1].lower()
    reader = _READERS.get(suffix)
    shown = clean(path)
    if reader is None:
        if suffix == ".py":
            raise UserError(f"{shown}: which data of this file? Write {shown}:NAME")
        if suffix in (".pkl", ".pickle", ".joblib"):
            raise UserError(f"{shown}: a pickle can run code and is not read; save it with "
                            "np.savez")
        raise UserError(f"{shown}: {clean(suffix) or 'a file without an ending'} is not data that "
                        f"can be read; DATA is {KINDS}")
    try:
        import numpy  # noqa: F401
    except ImportError as exc:
        raise MissingExtra("reading data", "numpy") from exc
    try:
        if os.path.isdir(path):
            raise UserError(f"{shown}: is a folder; DATA is {KINDS}")
        require_plain_file(path)
        return reader(path, stem)
    except UserError:
        raise
    except RecursionError as exc:
        raise UserError(f"{shown}: nested too deep to be data") from exc
    except MemoryError as exc:
        raise UserError(f"{shown}: needs more memory than there is") from exc
    except OSError as exc:
        raise UserError(f"{shown}: cannot be read ({clean(exc.strerror or first_line(exc))})"
                        ) from exc
    except Exception as exc:
        raise UserError(f"{shown}: damaged or not a {suffix} file ({type(exc).__name__}: "
                        f"{clean(first_line(exc), 160)})") from exc


# -- NumPy -------------------------------------------------------------------------------------


def _read_npy(path: str, stem: str) -> Items:
    import numpy as np

    with open(path, "rb") as file:
        if file.read(6) != b"\x93NUMPY":
            raise UserError(f"{clean(path)}: not a .npy array (a pickle is not read, it can run "
                            "code); save it with np.save")
        _check_header(file, path, stem)
    value = _without_pickle(lambda: np.load(path, allow_pickle=False), path, stem)
    return [Item(stem, stem, value, path)], False


def _read_npz(path: str, stem: str) -> Items:
    import zipfile

    import numpy as np

    if not zipfile.is_zipfile(path):
        raise UserError(f"{clean(path)}: damaged or not a .npz file (truncated?); save it again "
                        "with np.savez")
    with zipfile.ZipFile(path) as plain:
        require_plain_archive(plain, path)
        for entry in plain.infolist():
            with plain.open(entry) as stream:
                if stream.read(6) == b"\x93NUMPY":
                    _check_header(stream, path, entry.filename)
    with np.load(path, allow_pickle=False) as archive:
        names = list(archive.files)
        if not names:
            raise UserError(f"{clean(path)}: holds no arrays")
        if len(set(names)) != len(names):
            raise UserError(f"{clean(path)}: holds two arrays of one name; save it again with "
                            "np.savez")
        items = []
        for name in names:
            value = _without_pickle(lambda name=name: archive[name], path, name)
            if not isinstance(value, np.ndarray):
                raise UserError(f"{clean(path)}: {clean(name)} is not an array")
            items.append(Item(name, identifier(name), value, path))
    return items, True


def _check_header(stream: Any, path: str, name: str) -> None:
    """Raises UserError for a header that is longer than any dtype needs. NumPy before 1.24 reads
    one of any length, as Python source. stream: stands behind the first six bytes."""
    start = stream.read(6)  # version, then the length in 2 bytes (1.0) or 4
    length = int.from_bytes(start[2:4] if start[:1] == b"\x01" else start[2:6], "little")
    if length > _MAX_HEADER:
        raise UserError(f"{clean(path)}: damaged, {clean(name)} has a header of {length} bytes, "
                        "which np.save does not write")


def _without_pickle(load: Any, path: str, name: str) -> Any:
    try:
        value = load()
        if getattr(value, "nbytes", 1) == 0 and max(value.shape, default=0) > _MAX_EMPTY:
            raise UserError(f"{clean(path)}: {clean(name)} says to be {max(value.shape)} long and "
                            "holds no bytes")
        return value
    except ValueError as exc:
        if "object array" in str(exc).lower():
            raise UserError(f"{clean(path)}: {clean(name)} is an object array (a pickle, which "
                            "can run code): give every row the same length and save it as numbers"
                            ) from exc
        raise


# -- tables ------------------------------------------------------------------------------------


def _read_csv(path: str, stem: str) -> Items:
    try:
        import pandas
    except ImportError:
        return _table(_csv_columns(path), path, stem)
    if _width(path) > _WIDE:
        return _table(_csv_columns(path), path, stem)
    try:
        with open(path, "rb") as file:  # of a path pandas might make an address
            frame = pandas.read_csv(file, skipinitialspace=True)
    except pandas.errors.EmptyDataError as exc:
        raise UserError(f"{clean(path)}: is empty; a header line and rows of numbers were "
                        "expected") from exc
    return _table(_frame_columns(frame), path, stem)


def _width(path: str) -> int:
    """How many columns the first row has; 0 where only pandas can tell."""
    with open(path, newline="", encoding="utf-8-sig") as file:
        try:
            return len(next((row for row in csv.reader(file) if row), ()))
        except (csv.Error, UnicodeDecodeError):
            return 0


def _csv_columns(path: str) -> Dict[str, Any]:
    with open(path, newline="", encoding="utf-8-sig") as file:
        rows = [row for row in csv.reader(file, skipinitialspace=True) if row]
    if not rows:
        raise UserError(f"{clean(path)}: is empty; a header line and rows of numbers were expected")
    header, body = rows[0], rows[1:]
    for number, row in enumerate(body, 1):
        if len(row) != len(header):
            raise UserError(f"{clean(path)}: row {number} has {len(row)} values, the header "
                            f"{len(header)}")
    return {name: _numbers([row[i] for row in body]) for i, name in enumerate(header)}


def _numbers(texts: List[str]) -> Any:
    import numpy as np

    for kind in (int, float):
        try:
            return np.array([kind(text) if text.strip() else float("nan") for text in texts])
        except (ValueError, OverflowError):
            continue
    return np.array(texts)


def _read_parquet(path: str, stem: str) -> Items:
    try:
        import pandas
        import pyarrow
        import pyarrow.parquet
    except ImportError as exc:
        raise UserError(f"{clean(path)}: reading .parquet needs pandas and pyarrow: "
                        "pip install pandas pyarrow") from exc
    if int(pyarrow.__version__.split(".")[0]) < 15:
        raise UserError(f"{clean(path)}: pyarrow {pyarrow.__version__} is too old to read a file "
                        "safely (14.0.0 and before run code of the file's): pip install -U pyarrow")
    with open(path, "rb") as file:
        require_plausible(_parquet_bytes(pyarrow.parquet.ParquetFile(file).metadata), path,
                          "its columns unpack")
        file.seek(0)
        frame = pandas.read_parquet(file, engine="pyarrow")
    columns = _frame_columns(frame)
    if any(getattr(value, "ndim", 1) > 1 for value in columns.values()):
        return [Item(name, identifier(name), value, path, parsed=True)
                for name, value in columns.items()], True
    return _table(columns, path, stem)


def _parquet_bytes(metadata: Any) -> int:
    """What the values take in memory, at 8 bytes each: a run of equal ones takes none on disk."""
    groups = (metadata.row_group(i) for i in range(metadata.num_row_groups))
    return 8 * sum(group.column(i).num_values for group in groups
                   for i in range(group.num_columns))


def _frame_columns(frame: Any) -> Dict[str, Any]:
    import numpy as np

    columns = {}
    for position, name in enumerate(frame.columns):
        value = frame.iloc[:, position].to_numpy()
        if value.dtype == object and len(value) and isinstance(value[0], (list, np.ndarray)):
            value = to_array([np.asarray(v).tolist() for v in value], f"column {name}", "column")
        columns[str(name)] = value
    return columns


def _table(columns: Dict[str, Any], path: str, stem: str) -> Items:
    if not columns:
        raise UserError(f"{clean(path)}: has no columns")
    return [Item(stem, stem, None, path, columns=columns, parsed=True)], False


# -- JSON --------------------------------------------------------------------------------------


def _read_json(path: str, stem: str) -> Items:
    with open(path, encoding="utf-8-sig") as file:
        return _of_json(json.load(file), path, stem)


def _read_jsonl(path: str, stem: str) -> Items:
    rows = []
    with open(path, encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                try:
                    rows.append(json.loads(line))
                except ValueError as exc:
                    raise UserError(f"{clean(path)}: line {number} is not valid JSON "
                                    f"({clean(first_line(exc))})") from exc
    return _of_json(rows, path, stem)


def _of_json(data: Any, path: str, stem: str) -> Items:
    if isinstance(data, list) and data and all(isinstance(row, dict) for row in data):
        data = _records(data, path)
    if isinstance(data, dict):
        if not data:
            raise UserError(f"{clean(path)}: holds no arrays")
        return [Item(str(name), identifier(str(name)), to_array(value, path, str(name)), path,
                     parsed=True) for name, value in data.items()], True
    if isinstance(data, list):
        return [Item(stem, stem, to_array(data, path, stem), path, parsed=True)], False
    raise UserError(f"{clean(path)}: holds {type(data).__name__}, expected a list of rows or an "
                    "object of named arrays")


def _records(rows: List[Dict[str, Any]], path: str) -> Dict[str, Any]:
    names = list(rows[0])
    for number, row in enumerate(rows):
        if set(row) != set(names):
            odd = sorted(set(row) ^ set(names))[0]
            raise UserError(f"{clean(path)}: row {number} {'has' if odd in row else 'lacks'} "
                            f"{clean(odd)!r}, unlike row 0")
    return {name: [row[name] for row in rows] for name in names}


def to_array(value: Any, path: str, name: str) -> Any:
    """Nested lists as an array. Raises UserError naming the first row that does not fit."""
    import numpy as np

    shown = f"{clean(path)}: {clean(name)}"
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return np.asarray(value)
    if not isinstance(value, list):
        raise UserError(f"{shown} is {type(value).__name__}, expected numbers; text goes with "
                        "--text" if isinstance(value, str) else
                        f"{shown} is {type(value).__name__}, expected a list of numbers")
    _check_even(value, shown)
    array = np.array(value)
    if array.dtype == object:
        raise UserError(f"{shown} holds null or values that are no 64-bit numbers")
    return array


def _check_even(rows: List[Any], shown: str) -> None:
    """All entries of one level are lists of one length, or none is a list."""
    level: List[Tuple[str, Any]] = [("", rows)]
    while level:
        below: List[Tuple[str, Any]] = []
        first: Optional[int] = None
        kinds = set()
        for where, node in level:
            if first is None:
                first = len(node)
            elif len(node) != first:
                raise UserError(f"{shown} is ragged: row {where} has {len(node)} values, row "
                                f"{level[0][0]} has {first}; pad the rows to one length")
            for i, child in enumerate(node):
                kinds.add(isinstance(child, list))
                place = f"{where}.{i}" if where else str(i)
                if len(kinds) > 1:
                    raise UserError(f"{shown} is ragged: row {place} is "
                                    f"{'a list' if isinstance(child, list) else 'a single value'}, "
                                    "the rows before it are not")
                if isinstance(child, list):
                    below.append((place, child))
                elif child is None or isinstance(child, dict):
                    raise UserError(f"{shown}: row {where or place} holds "
                                    f"{'null' if child is None else 'an object'}, expected numbers")
        level = below


# -- objects of the user's code ----------------------------------------------------------------


def items_of(value: Any, name: str, origin: str) -> Items:
    """The items of an array, list, dict, tuple, DataFrame or pipeline; values are untouched."""
    expression = identifier(name)
    within = (expression, value) if is_nested(value) else None
    if isinstance(value, Mapping):
        return [Item(str(key), f"{expression}[{str(key)!r}]".replace("'", '"'), part, origin,
                     within=within) for key, part in value.items()], True
    if isinstance(value, (list, tuple)) and value and all(hasattr(v, "shape") for v in value):
        return [Item(f"{expression}[{i}]", f"{expression}[{i}]", part, origin)
                for i, part in enumerate(value)], False
    columns = getattr(value, "columns", None)
    if columns is not None and hasattr(value, "iloc"):
        return [Item(name, expression, value, origin, columns=_frame_columns(value))], False
    known = hasattr(value, "shape") or isinstance(value, (list, tuple)) or is_pipeline(value)
    if not known:
        raise UserError(f"{clean(origin)} is {clean(type(value).__name__)}; expected an array, a "
                        "list, dict or tuple of arrays, a DataFrame or a tf.data.Dataset")
    if str(getattr(value, "dtype", "")) == "object" and not hasattr(value, "iloc") \
            and not holds_text(value):
        raise UserError(f"{clean(origin)} is an object array: give every row the same length, "
                        "then np.stack(rows) makes it numbers")
    return [Item(name, expression, value, origin, within=within)], False


def holds_text(value: Any) -> bool:
    """Is it an array of objects, each of them a text? That is how NumPy keeps texts."""
    if str(getattr(value, "dtype", "")) != "object" or not hasattr(value, "reshape"):
        return False
    items = value.reshape(-1)[:_LOOKED_AT].tolist()
    return bool(items) and all(isinstance(item, (str, bytes)) for item in items)


def is_nested(value: Any) -> bool:
    """A list, tuple or dict of arrays, with another one inside."""
    parts = list(value.values()) if isinstance(value, Mapping) else value
    return isinstance(parts, (list, tuple)) and any(_is_structure(part) for part in parts)


def _is_structure(value: Any) -> bool:
    if isinstance(value, Mapping):
        return True
    return isinstance(value, (list, tuple)) and any(
        hasattr(part, "shape") or _is_structure(part) for part in value[:_LOOKED_AT])


def is_pipeline(value: Any) -> bool:
    """A tf.data.Dataset, a generator, or a Keras Sequence / PyDataset."""
    if hasattr(value, "shape") or isinstance(value, (list, tuple, dict, str, bytes)):
        return False
    names = {cls.__name__ for cls in type(value).__mro__}
    return bool(names & {"DatasetV2", "Sequence", "PyDataset", "generator"})


_READERS = {".npy": _read_npy, ".npz": _read_npz, ".csv": _read_csv, ".parquet": _read_parquet,
            ".json": _read_json, ".jsonl": _read_jsonl, ".ndjson": _read_jsonl}
