"""pandas: frames and series. Rows that are not known get a name, so that what is taken from one
frame is known to have as many; whatever may drop, add or align rows gets a new one."""
from __future__ import annotations

import ast
from typing import Any, Callable, Dict, List, Optional, Tuple, Union

from shapecheck.read.binding import Args, as_array
from shapecheck.read.libraries.numpy_ import (
    Slice,
    array_of,
    made,
    nested,
    rebind,
    replace,
    values_only,
)
from shapecheck.read.objects import Fields
from shapecheck.read.values import (
    NONE,
    UNKNOWN,
    Arr,
    Bound,
    Const,
    Counted,
    Dim,
    Labels,
    Lib,
    Mapping,
    Obj,
    Seq,
    Size,
    Value,
    dim_of,
    plus,
    product,
    size_value,
)

FUNCTIONS: Dict[str, Callable[[Any], Value]] = {}
ATTRIBUTES: Dict[str, Callable[[Any], Value]] = {}
CONSTANTS: Dict[str, Value] = {}

_Entry = Callable[[Any], Value]
Columns = Optional[Tuple[Any, ...]]


def _put(prefix: str, names: str, entry: _Entry) -> None:
    for name in names.split():
        FUNCTIONS[f"{prefix}.{name}"] = entry


def frame(rows: Dim, width: Dim, columns: Columns = None, labels: Optional[Labels] = None,
          dtype: Optional[str] = None) -> Arr:
    if columns is not None and (not all(isinstance(c, str) for c in columns)
                                or len(set(columns)) < len(columns)):
        columns = None
    return Arr((rows, width), dtype, "DataFrame", labels, None, columns)


def series(rows: Dim, dtype: Optional[str] = None, labels: Optional[Labels] = None) -> Arr:
    return Arr((rows,), dtype, "Series", labels)


def _by_name(of: Arr, key: Value) -> Arr:
    """One column by its name."""
    known = of.tag.labels if isinstance(of.tag, Fields) and isinstance(key, Const) else {}
    return series(_rows(of), None, known.get(key.value if isinstance(key, Const) else None))


def _fielded(of: Arr, tag: Any) -> Arr:
    known = isinstance(tag, Fields) and (tag.labels or tag.numbered)
    return of.but(tag=tag) if known else of


def fresh(a: Args) -> str:
    return str(a.interpreter.fresh("N"))


def _self(a: Args) -> Arr:
    return a.value if isinstance(a.value, Arr) else Arr(None)


def _rows(of: Arr) -> Dim:
    return of.shape[0] if of.shape else None


def _width(of: Arr) -> Dim:
    return of.shape[1] if of.shape is not None and len(of.shape) > 1 else None


def _sure(a: Args, position: Optional[int], name: str, default: Any) -> Tuple[Any, bool]:
    """A constant argument, and whether it is known."""
    value = a.const(position, name, default)
    return value, not isinstance(value, Value)


def names_in(value: Optional[Value]) -> Optional[List[Any]]:
    """The names of a list of columns, or of one; None where they are not known."""
    if isinstance(value, Const):
        return [value.value]
    if isinstance(value, Seq) and value.items is not None \
            and all(isinstance(i, Const) for i in value.items):
        return [i.value for i in value.items if isinstance(i, Const)]
    return None


def _length(value: Optional[Value]) -> Dim:
    if isinstance(value, Seq):
        return value.length
    if isinstance(value, Arr) and value.shape:
        return value.shape[0]
    return None


# -- making them ----------------------------------------------------------------------------


def _read(a: Args) -> Value:
    """read_csv and its like."""
    for name in ("chunksize", "iterator", "squeeze", "typ"):
        if a.has(None, name):
            return UNKNOWN
    header, sheet = a.get(None, "header"), a.get(None, "sheet_name")
    if a.open or isinstance(header, Seq) or header is UNKNOWN:
        return UNKNOWN  # several header rows give columns in levels
    if sheet is not None and not (isinstance(sheet, Const) and isinstance(sheet.value, (str, int))):
        return UNKNOWN  # a dict of frames
    columns: Columns = None
    width: Dim = None
    names, used = a.get(None, "names"), a.get(None, "usecols")
    if not a.has(None, "index_col"):
        if used is not None:
            width = _length(used) if isinstance(used, Seq) else None
        elif names is not None and isinstance(names, Seq):
            width, known = names.length, names_in(names)
            columns = tuple(known) if known is not None else None
    numbered = not a.has(None, "index_col") and not a.has(None, "header") and names is None
    return _fielded(frame(fresh(a), width, columns), Fields({}, numbered))


def _read_other(a: Args) -> Value:
    return UNKNOWN if a.open or a.has(None, "chunksize") else frame(fresh(a), None)


def _frame(a: Args) -> Value:
    data, given = a.get(0, "data"), a.get(2, "columns")
    if isinstance(data, Const) and data.value is None:
        data = None
    names = names_in(given) if isinstance(given, Seq) else None
    wanted = _length(given) if given is not None else None
    index = a.get(1, "index")
    index = None if isinstance(index, Const) and index.value is None else index
    if a.open or data is UNKNOWN:
        return frame(fresh(a), wanted, tuple(names) if names else None)
    if data is None:
        rows = 0 if index is None else _length(index)
        width = wanted if given is not None else 0
        return frame(rows, width, tuple(names) if names else None)
    if isinstance(data, Mapping):
        return _of_dict(a, data, index, given, names)
    rows, width, columns = _of_rows(data)
    if given is not None:
        if width is None or (isinstance(data, Arr) and data.kind == "DataFrame"):
            width = wanted
        columns = tuple(names) if names is not None else None
    if index is not None and isinstance(data, Arr) and data.kind in ("DataFrame", "Series"):
        rows = _length(index)
    if rows is None:
        rows = fresh(a)
    return frame(rows, width, columns)  # no labels: columns are set one by one afterwards


def _of_rows(data: Value) -> Tuple[Dim, Dim, Columns]:
    """Of an array or a list."""
    if isinstance(data, Arr):
        if data.shape is None:
            return None, None, None
        width = data.shape[1] if len(data.shape) == 2 else 1
        return data.shape[0] if data.shape else None, width, data.columns
    if isinstance(data, Seq):
        rows = data.length if data.kind in ("list", "tuple") else None
        if rows == 0:
            return 0, 0, None
        inner = as_array(data)
        if any(isinstance(i, (Mapping, Arr)) for i in data.items or [data.element]):
            return rows, None, None
        if inner.shape is not None and len(inner.shape) in (1, 2):
            return rows, inner.shape[1] if len(inner.shape) == 2 else 1, None
        return rows, None, None
    return None, None, None


def _of_dict(a: Args, data: Mapping, index: Optional[Value], given: Optional[Value],
             names: Optional[List[Any]]) -> Value:
    if data.items is None or data.kind != "dict":
        width = _length(given) if given is not None else None
        return frame(fresh(a), width, tuple(names) if names else None)
    columns: Columns = tuple(data.items) if given is None else (
        tuple(names) if names is not None else None)
    width = len(data.items) if given is None else _length(given)
    rows: Dim = None
    aligned: List[Dim] = []
    for value in data.items.values():
        if isinstance(value, Arr) and value.kind == "Series":
            aligned.append(_rows(value))
        elif isinstance(value, Seq) and value.kind in ("list", "tuple"):
            rows = value.length if rows is None or isinstance(value.length, int) else rows
        elif isinstance(value, Arr) and value.kind == "ndarray" and value.shape:
            rows = value.shape[0] if rows is None or isinstance(value.shape[0], int) else rows
        elif not isinstance(value, Const):
            aligned = [None, None]  # it may be a Series, and then rows are aligned
    if index is not None:
        rows = _length(index)
    elif rows is None and len(aligned) == 1:
        rows = aligned[0]
    elif not data.items:
        rows = 0 if given is None else None
    made_frame = frame(fresh(a) if rows is None else rows, width, columns)
    known = {str(name): array_of(value).labels for name, value in data.items.items()
             if isinstance(value, (Arr, Seq))}
    return _fielded(made_frame, Fields({k: v for k, v in known.items() if v is not None},
                                       index is None and not aligned))


def _series(a: Args) -> Value:
    data, index = a.get(0, "data"), a.get(1, "index")
    if a.open:
        return series(fresh(a))
    dtype = None
    rows: Dim = None
    labels = None
    if isinstance(data, (Seq, Arr)):
        of = array_of(data)
        if isinstance(data, Arr) and data.kind in ("Series", "DataFrame") and index is not None:
            rows = _length(index)
        else:
            rows = _length(data)
        if of.shape is not None and len(of.shape) == 1:
            labels = of.labels
            dtype = of.dtype if of.dtype not in ("str", "object") else None
    elif isinstance(data, Mapping) and data.items is not None and index is None:
        rows = len(data.items)
    elif index is not None:
        rows = _length(index)
    return series(fresh(a) if rows is None else rows, a.dtype(2, "dtype", dtype), labels)


def _concat(a: Args) -> Value:
    objects, axis = a.get(0, "objs"), a.const(1, "axis", 0)
    if not isinstance(objects, Seq):
        return UNKNOWN
    parts = objects.items if objects.items is not None else [objects.element]
    if not parts or not all(isinstance(p, Arr) and p.kind in ("DataFrame", "Series")
                            and p.shape is not None for p in parts):
        return UNKNOWN
    arrays = [p for p in parts if isinstance(p, Arr)]
    if a.has(None, "keys") or isinstance(axis, Value):
        return UNKNOWN
    one_kind = {p.kind for p in arrays}
    if axis in (0, "index", "rows"):
        total = plus([_rows(p) for p in arrays]) if objects.items is not None else None
        rows: Dim = fresh(a) if total is None else total
        if one_kind == {"Series"}:
            return series(rows)
        columns = arrays[0].columns
        same = columns is not None and all(p.columns == columns for p in arrays)
        return frame(rows, _width(arrays[0]) if same else None, columns if same else None)
    # beside each other rows are aligned by the index, so there may be more of them
    widths = [1 if p.kind == "Series" else _width(p) for p in arrays]
    return frame(fresh(a), plus(widths) if objects.items is not None else None)


def _names_a_column(a: Args) -> bool:
    """`df["kind"]`, whatever df is."""
    given = a.node.args[0] if a.node is not None and a.node.args else None
    key = given.slice if isinstance(given, ast.Subscript) else None
    return isinstance(key, ast.Constant) and isinstance(key.value, str)


def _dummies(a: Args) -> Value:
    data = a.get(0, "data")
    if isinstance(data, Seq):
        data = series(data.length)
    if data is UNKNOWN and _names_a_column(a):
        data = series(fresh(a))
    if not isinstance(data, Arr) or (data.kind != "DataFrame" and data.rank != 1):
        return UNKNOWN
    one_hot = data.kind != "DataFrame" and not a.has(None, "drop_first") and not a.open
    labels = Labels(one_hot=True, whole=True, low=0, high=1, binary=True) if one_hot else None
    return frame(_rows(data), None, None, labels)


def _like_argument(dtype: Optional[str] = None) -> _Entry:
    """to_numeric(s), isnull(df): the shape of what is passed."""
    def entry(a: Args) -> Value:
        of = a.get(0, "arg") or a.get(None, "obj") or a.get(None, "x")
        if isinstance(of, Arr) and of.kind in ("Series", "DataFrame"):
            return Arr(of.shape, dtype, of.kind, None, None, of.columns)
        if isinstance(of, Arr) and of.kind == "ndarray" and dtype == "bool":
            return Arr(of.shape, dtype)
        return UNKNOWN
    return entry


def _cut(a: Args) -> Value:
    of = a.get(0, "x")
    if isinstance(of, Arr) and of.kind == "Series" and not a.has(None, "retbins") and not a.open:
        return series(_rows(of))
    return UNKNOWN


def _factorize(a: Args) -> Value:
    rows = _length(a.get(0, "values"))
    return Seq([Arr((rows,), "int64", labels=Labels(whole=True)), UNKNOWN], "tuple")


_put("pandas", "read_csv read_table read_excel read_fwf read_json", _read)
_put("pandas", "read_parquet read_feather read_sql read_sql_query read_sql_table read_stata "
     "read_sas read_orc", _read_other)
_put("pandas", "DataFrame", _frame)
_put("pandas", "Series", _series)
_put("pandas", "concat", _concat)
_put("pandas", "merge merge_asof merge_ordered", lambda a: frame(fresh(a), None))
_put("pandas", "get_dummies", _dummies)
_put("pandas", "to_numeric to_datetime to_timedelta", _like_argument())
_put("pandas", "isna isnull notna notnull", _like_argument("bool"))
_put("pandas", "cut qcut", _cut)
_put("pandas", "factorize", _factorize)
_put("pandas", "unique", lambda a: Arr((None,)))
_put("pandas", "date_range", lambda a: Arr((a.dim(2, "periods"),)))
_put("pandas", "set_option", lambda a: NONE)
_put("pandas", "DataFrame.from_dict DataFrame.from_records", lambda a: frame(fresh(a), None))

# -- indexing -------------------------------------------------------------------------------

_DROPPED = "dropped"  # an axis that one label takes away
_Taken = Union[Dim, Tuple[str]]


def _slice(key: Value) -> Optional[Slice]:
    """The interpreter's `start:stop:step`."""
    if not hasattr(key, "stop"):
        return None
    return Slice(*(_bound(getattr(key, part)) for part in ("start", "stop", "step")))


def _bound(part: Optional[Value]) -> Any:
    if part is None or isinstance(part, (Size, Counted)):
        return part
    if isinstance(part, Const) and (part.value is None or isinstance(part.value, int)):
        return part.value
    return UNKNOWN


def _key_kind(key: Value) -> str:
    """"mask", "ints", "names", "name", "int", ":" or "?"."""
    if hasattr(key, "stop"):
        return ":"
    if isinstance(key, Const):
        kind = type(key.value)
        return "name" if kind is str else "int" if kind is int else "?"
    if isinstance(key, Arr):
        if key.dtype == "bool" and key.rank == 1:
            return "mask"
        if key.rank == 0:
            return "name" if key.dtype in ("str", "object") else (
                "int" if (key.dtype or "").startswith("int") else "?")
        if key.rank == 1 and key.dtype is not None:
            return "ints" if key.dtype.startswith(("int", "uint")) else (
                "names" if key.dtype in ("str", "object") else "?")
        return "?"
    if isinstance(key, Seq) and key.kind == "list":
        return _list_kind(key)
    return "?"


def _list_kind(key: Seq) -> str:
    if key.items is None:
        inner = as_array(key.element)
        if inner.shape != ():
            return "?"
        return {"str": "names", "object": "names", "int64": "ints"}.get(inner.dtype or "", "?")
    kinds = {type(i.value) if isinstance(i, Const) else type(None) for i in key.items}
    if kinds == {str}:
        return "names"
    if kinds == {int}:
        return "ints"
    if kinds == {bool}:
        return "mask"
    # one name among unknown ones: a list of names
    return "names" if str in kinds and bool not in kinds else "?"


def _getitem(a: Args) -> Value:
    of, key = _self(a), a.positional[0]
    rows = _rows(of)
    if isinstance(key, Arr) and key.kind == "DataFrame":
        return of.but(labels=None)
    kind = _key_kind(key)
    if kind in ("name", "int"):
        return _by_name(of, key)
    if kind == "mask":
        return _fielded(frame(fresh(a), _width(of), of.columns, of.labels), of.tag)
    if kind in ("names", "ints"):
        names = names_in(key)
        return _fielded(frame(rows, _length(key), tuple(names) if names else None), of.tag)
    cut = _slice(key)
    if cut is not None:
        return _fielded(frame(_sliced(a, cut, rows), _width(of), of.columns, of.labels), of.tag)
    return Arr(None, None, "?")


def _sliced(a: Args, cut: Slice, rows: Dim) -> Dim:
    taken = cut.of(rows)
    return fresh(a) if taken is None else taken


def _getitem_series(a: Args) -> Value:
    of, key = _self(a), a.positional[0]
    kind = _key_kind(key)
    cut = _slice(key)
    if cut is not None:
        return series(_sliced(a, cut, _rows(of)), of.dtype, of.labels)
    if kind == "mask":
        return series(fresh(a), of.dtype, of.labels)
    if kind in ("ints", "names"):
        return series(_length(key), of.dtype, of.labels)
    if kind in ("int", "name"):
        return made((), of.dtype, of.labels) if of.dtype is not None else UNKNOWN
    return UNKNOWN


def _by_position(a: Args, key: Value, dim: Dim, new: bool) -> Any:
    """What `.iloc` leaves of an axis. new: rows of an unknown number get a name."""
    kind = _key_kind(key)
    if kind == "int" or isinstance(key, (Size, Counted)):
        return _DROPPED
    cut = _slice(key)
    taken: Dim = None
    if cut is not None:
        taken = cut.of(dim)
    elif kind == "ints":
        taken = _length(key)
    elif kind != "mask":
        return UNKNOWN
    return fresh(a) if taken is None and new else taken


def _by_label(a: Args, key: Value, dim: Dim, new: bool) -> Any:
    """The same of `.loc`: a label may be there several times, and slices include their end."""
    kind = _key_kind(key)
    cut = _slice(key)
    taken: Dim = None
    if cut is not None:
        taken = dim if cut.whole() else None
    elif kind == "names" and not new:
        taken = _length(key)
    elif kind in ("name", "int"):
        return UNKNOWN if new else _DROPPED
    elif kind not in ("mask", "ints", "names"):
        return UNKNOWN
    return fresh(a) if taken is None and new else taken


def _located(of_axis: Callable[[Args, Value, Dim, bool], Any], positions: bool) -> _Entry:
    def entry(a: Args) -> Value:
        of, key = _self(a), a.positional[0]
        keys = key.items if isinstance(key, Seq) and key.kind in ("keys", "tuple") else [key]
        if of.shape is None or keys is None or len(keys) > len(of.shape):
            return UNKNOWN
        row = of_axis(a, keys[0], of.shape[0], True)
        if isinstance(row, Value) and _key_kind(keys[0]) == "int" and isinstance(
                of.tag, Fields) and of.tag.numbered:
            row = _DROPPED
        if len(of.shape) == 1:
            if row is _DROPPED:
                return made((), of.dtype, of.labels) if of.dtype is not None else UNKNOWN
            return UNKNOWN if isinstance(row, Value) else series(row, of.dtype, of.labels)
        column = of.shape[1] if len(keys) == 1 else of_axis(a, keys[1], of.shape[1], False)
        if isinstance(row, Value) or isinstance(column, Value):
            return UNKNOWN
        if row is _DROPPED and column is _DROPPED:
            return UNKNOWN
        if row is _DROPPED:
            return series(column)
        if column is _DROPPED:
            return series(row)
        whole = len(keys) == 1 or _whole(keys[1])
        columns = of.columns if whole else _named(of, keys[1], positions)
        return frame(row, column, columns, of.labels if whole else values_only(of.labels))
    return entry


def _whole(key: Value) -> bool:
    cut = _slice(key)
    return cut is not None and cut.whole() and cut.step != -1


def _named(of: Arr, key: Value, positions: bool) -> Columns:
    """The names of the columns that a key takes."""
    names = names_in(key) if isinstance(key, Seq) else None
    if not positions:
        return tuple(names) if names is not None and _key_kind(key) == "names" else None
    cut = _slice(key)
    if of.columns is None:
        return None
    if cut is not None:
        parts = (cut.start, cut.stop, cut.step)
        return None if any(isinstance(p, Value) for p in parts) else of.columns[slice(*parts)]
    if names is not None and all(type(n) is int and -len(of.columns) <= n < len(of.columns)
                                 for n in names):
        return tuple(of.columns[n] for n in names)
    return None


_put("DataFrame", "__getitem__", _getitem)
_put("Series", "__getitem__", _getitem_series)
for _kind in ("DataFrame", "Series"):
    _put(_kind, "iloc", _located(_by_position, True))
    _put(_kind, "loc", _located(_by_label, False))

# -- methods that may change the object itself ------------------------------------------------


def _changed_inside(a: Args) -> None:
    """`frame["a"].replace(..., inplace=True)`: the column of the frame may hold other numbers."""
    at = a.node.func.value if a.node is not None and isinstance(
        a.node.func, ast.Attribute) else None
    if isinstance(at, (ast.Subscript, ast.Attribute)) and _self(a).kind == "Series":
        without_fields(a.interpreter, a.interpreter.ev(at.value))


def without_fields(interpreter: Any, of: Value) -> None:
    if isinstance(of, Arr) and isinstance(of.tag, Fields):
        replace(interpreter, of, of.but(tag=None))


def _placed(entry: _Entry, position: Optional[int] = None) -> _Entry:
    """With `inplace`: the object becomes the result, and nothing is returned."""
    def placed(a: Args) -> Value:
        inplace, known = _sure(a, position, "inplace", False)
        if known and not inplace:
            return entry(a)
        _changed_inside(a)
        if known:
            return rebind(a, entry(a))
        of = _self(a)
        rebind(a, Arr(None if of.shape is None else (None,) * len(of.shape), None, of.kind))
        return UNKNOWN
    return placed


def _drop(a: Args) -> Value:
    of = _self(a)
    labels, axis = a.get(0, "labels"), a.const(1, "axis", 0)
    columns = a.get(None, "columns")
    if of.kind == "Series":
        return series(fresh(a), of.dtype, of.labels)
    if isinstance(axis, Value) or a.open:
        return Arr((None, None), None, "DataFrame")
    rows = _rows(of)
    if labels is not None and axis in (1, "columns"):
        columns = labels
    elif labels is not None or a.has(None, "index"):
        rows = fresh(a)
    if columns is None:
        return frame(rows, _width(of), of.columns, of.labels)
    names = names_in(columns)
    width = _width(of)
    if names is None or len(set(map(repr, names))) < len(names):
        return frame(rows, None)
    if of.columns is not None:
        left = tuple(c for c in of.columns if c not in names)
        fits = len(left) == len(of.columns) - len(names)
        return frame(rows, len(left) if fits else None, left if fits else None)
    sure = isinstance(width, int) and not a.has(None, "errors")
    return frame(rows, width - len(names) if sure else None)  # type: ignore[operator]


def _dropna(a: Args) -> Value:
    of = _self(a)
    axis = a.const(0, "axis", 0)
    if of.kind == "Series":
        return series(fresh(a), of.dtype, of.labels)
    if axis in (0, "index", "rows"):
        return frame(fresh(a), _width(of), of.columns)
    return frame(_rows(of) if not isinstance(axis, Value) else None, None)


def _filtered(a: Args) -> Value:
    of = _self(a)
    if of.kind == "Series":
        return series(fresh(a), of.dtype, of.labels)
    return frame(fresh(a), _width(of), of.columns, of.labels)


def _kept(a: Args) -> Value:
    """Shape and columns stay; numbers may not."""
    of = _self(a)
    return Arr(of.shape, None, of.kind, None, None, of.columns)


def _ordered(a: Args) -> Value:
    """The same rows, in some order."""
    of = _self(a)
    if of.kind == "DataFrame" and a.const(None, "axis", 0) not in (0, "index"):
        return Arr(of.shape, None, of.kind)
    return Arr(of.shape, of.dtype, of.kind, of.labels, None, of.columns)


def _renamed(a: Args) -> Value:
    of = _self(a)
    return Arr(of.shape, of.dtype, of.kind, of.labels)


def _reset_index(a: Args) -> Value:
    of = _self(a)
    drop, known = _sure(a, 1, "drop", False)
    if known and drop:
        return _ordered(a)
    if of.kind == "Series" and not known:
        return UNKNOWN
    return frame(_rows(of), None)  # a column more for each level of the index


def _set_index(a: Args) -> Value:
    of = _self(a)
    names = names_in(a.get(0, "keys"))
    width = _width(of)
    if names is None or a.has(1, "drop") or a.has(None, "append") \
            or not all(isinstance(n, str) for n in names):
        return frame(_rows(of), None)
    columns = None if of.columns is None else tuple(c for c in of.columns if c not in names)
    return frame(_rows(of), width - len(names) if isinstance(width, int) else None, columns)


_CHANGING = (
    ("drop", _drop, None), ("dropna", _dropna, None), ("drop_duplicates query", _filtered, None),
    ("fillna ffill bfill pad replace interpolate clip mask where", _kept, None),
    ("sort_values sort_index", _ordered, None),
    ("rename rename_axis set_axis", _renamed, None), ("reset_index", _reset_index, None),
    ("set_index", _set_index, None))
for _names, _change, _position in _CHANGING:
    for _kind in ("DataFrame", "Series"):
        _put(_kind, _names, _placed(_change, _position))


def _insert(a: Args) -> Value:
    of = _self(a)
    width = _width(of)
    return rebind(a, frame(_rows(of), width + 1 if isinstance(width, int) else None))


def _pop(a: Args) -> Value:
    of = _self(a)
    width, name = _width(of), a.const(0, "item")
    columns = of.columns
    if columns is not None:
        columns = tuple(c for c in columns if c != name)
        width = len(columns) if len(columns) == len(of.columns or ()) - 1 else None
        columns = columns if width is not None else None
    elif isinstance(width, int):
        width -= 1
    rebind(a, frame(_rows(of), width, columns))
    return series(_rows(of))


_put("DataFrame", "insert", _insert)
_put("DataFrame", "pop", _pop)
_put("DataFrame", "update", lambda a: NONE)

# -- methods that keep rows -------------------------------------------------------------------


def _astype(a: Args) -> Value:
    of = _self(a)
    dtype = a.dtype(0, "dtype")
    numeric = dtype is not None and dtype.startswith(("int", "uint", "float"))
    return Arr(of.shape, dtype if numeric or dtype == "bool" else None, of.kind,
               of.labels if numeric else None, None, of.columns)


def _boolean(a: Args) -> Value:
    of = _self(a)
    return Arr(of.shape, "bool", of.kind, None, None, of.columns)


def _head(a: Args) -> Value:
    of = _self(a)
    count = a.int(0, "n", 5)
    rows = _rows(of)
    known = isinstance(rows, int) and count is not None and count >= 0
    return of.but(shape=(min(rows, count) if known else fresh(a),  # type: ignore[type-var]
                         *(of.shape or ())[1:]), columns=of.columns)


def _sample(a: Args) -> Value:
    of = _self(a)
    count, part = a.get(0, "n"), a.const(1, "frac")
    rows = _rows(of)
    taken: Dim = None
    if a.open or a.has(5, "axis"):
        taken = None
    elif part == 1 or (isinstance(part, float) and part == 1.0):
        taken = rows
    elif isinstance(part, float) and isinstance(rows, int):
        taken = round(part * rows)
    elif part is None:
        taken = 1 if count is None else dim_of(count)
    if a.has(5, "axis"):
        return Arr(None if of.shape is None else (None,) * len(of.shape), None, of.kind)
    return of.but(shape=(fresh(a) if taken is None else taken, *(of.shape or ())[1:]),
                  columns=of.columns)


def _function_gives(a: Args) -> Optional[Value]:
    """What the function that is applied returns for an unknown argument."""
    function = a.get(0, "func")
    if isinstance(function, (Lib, Bound, Const)) or function is None:
        return UNKNOWN
    call = getattr(a.interpreter, "call", None)
    if call is None or type(function) is Value:
        return None
    found = call(function, [UNKNOWN])
    return found if isinstance(found, Value) else None


def _apply_series(a: Args) -> Value:
    given = _function_gives(a)
    if given is None or (isinstance(given, Arr) and given.kind in ("Series", "DataFrame", "?")):
        return UNKNOWN
    return series(_rows(_self(a)))


def _apply_frame(a: Args) -> Value:
    axis = a.const(1, "axis", 0)
    if axis not in (1, "columns") or a.has(None, "result_type") or a.open:
        return UNKNOWN
    given = _function_gives(a)
    if isinstance(given, Const) or (isinstance(given, Arr) and given.shape == ()):
        return series(_rows(_self(a)))
    return UNKNOWN


def _values(a: Args) -> Value:
    of = _self(a)
    return Arr(of.shape, a.dtype(0, "dtype", of.dtype), "ndarray", of.labels)


def _plain_values(of: Arr) -> Value:
    return Arr(of.shape, of.dtype, "ndarray", of.labels)


def _reduced(a: Args) -> Value:
    of = _self(a)
    axis = a.const(0, "axis", 0)
    if of.kind == "Series":
        return UNKNOWN if of.dtype is None else made((), None)
    if axis in (1, "columns") and not isinstance(axis, bool):
        return series(_rows(of))
    # columns that are no numbers may be left out
    return series(None) if not isinstance(axis, Value) and axis in (0, "index") else UNKNOWN


def _mean(a: Args) -> Value:
    return made((), None) if _self(a).kind == "Series" else _reduced(a)


def _compared(a: Args) -> Value:
    of, other = _self(a), a.get(0, "other")
    if isinstance(other, Const) or of.kind == "DataFrame":
        return Arr(of.shape, "bool", of.kind)
    return UNKNOWN


def _tolist(a: Args) -> Value:
    of = _self(a)
    if of.dtype is None:
        return Seq(None, "list", UNKNOWN, _rows(of))
    return nested(of.shape, of.dtype)


def _select(a: Args) -> Value:
    return frame(_rows(_self(a)), None)


def _reindex(a: Args) -> Value:
    of = _self(a)
    if of.kind == "Series" or a.positional or a.has(None, "index") or a.has(None, "labels"):
        return Arr(None if of.shape is None else (None,) * len(of.shape), None, of.kind)
    names = names_in(a.get(None, "columns"))
    return frame(_rows(of), _length(a.get(None, "columns")), tuple(names) if names else None)


def _assign(a: Args) -> Value:
    of = _self(a)
    if of.columns is None or a.open:
        return frame(_rows(of), None)
    columns = (*of.columns, *(n for n in a.named if n not in of.columns))
    return frame(_rows(of), len(columns), columns)


def _iterrows(a: Args) -> Value:
    of = _self(a)
    return Seq(None, "generator", Seq([UNKNOWN, series(_width(of))], "tuple"), _rows(of))


def _items(a: Args) -> Value:
    of = _self(a)
    inner = series(_rows(of)) if of.kind == "DataFrame" else UNKNOWN
    return Seq(None, "generator", Seq([UNKNOWN, inner], "tuple"),
               _width(of) if of.kind == "DataFrame" else _rows(of))


def _to_frame(a: Args) -> Value:
    of = _self(a)
    return frame(_rows(of), 1, None, values_only(of.labels))


def _with_more(a: Args) -> Value:
    return series(fresh(a)) if _self(a).kind == "Series" else frame(fresh(a), None)


def _get(a: Args) -> Value:
    of = _self(a)
    name = a.const(0, "key")
    known = of.columns is not None and name in of.columns
    return _by_name(of, Const(name)) if known else UNKNOWN


def _column(a: Args) -> Value:
    """`frame.name` where no method has that name: a column."""
    name = a.const(0, "name")
    if not isinstance(name, str) or name in _NOT_COLUMNS or name.startswith("_"):
        return UNKNOWN
    return _by_name(_self(a), Const(name))


#: attributes of a frame that no table here knows
_METHODS = (
    "abs add agg aggregate align all any applymap asfreq asof at attrs axes backfill between_time "
    "bool boxplot combine combine_first compare corr corrwith count cov describe div divide dot "
    "dtypes empty eq equals eval ewm expanding explode filter first first_valid_index flags "
    "floordiv from_dict from_records ge groupby gt hist iat idxmax idxmin info isetitem "
    "iteritems itertuples ix join keys kurt kurtosis last last_valid_index le lookup lt mad mad "
    "melt memory_usage mod mode mul multiply ndim ne nlargest nsmallest nunique pipe pivot "
    "pivot_table plot pow prod product quantile radd rank rdiv reindex_like resample rfloordiv "
    "rmod rmul rolling rpow rsub rtruediv sem shape size skew slice_shift squeeze stack style sub "
    "subtract swapaxes swaplevel tail take to_clipboard to_csv to_dict to_excel to_feather to_gbq "
    "to_hdf to_html to_json to_latex to_markdown to_orc to_parquet to_period to_pickle to_records "
    "to_sql to_stata to_string to_timestamp to_xarray to_xml transform transpose truediv truncate "
    "tshift tz_convert tz_localize unstack value_counts xs as_matrix append sparse add_prefix "
    "add_suffix at_time droplevel duplicated from_arrow reorder_levels select set_flags to_iceberg")
_NOT_COLUMNS = frozenset(_METHODS.split())

for _kind in ("DataFrame", "Series"):
    _put(_kind, "copy infer_objects convert_dtypes", _ordered)
    _put(_kind, "abs round shift cumsum cumprod cummax cummin pct_change diff rank transform_rows",
         _kept)
    _put(_kind, "isna isnull notna notnull isin", _boolean)
    _put(_kind, "eq ne lt le gt ge", _compared)
    _put(_kind, "astype", _astype)
    _put(_kind, "head tail", _head)
    _put(_kind, "sample", _sample)
    _put(_kind, "to_numpy", _values)
    _put(_kind, "sum prod product max min any all", _reduced)
    _put(_kind, "mean std var median sem skew kurt", _mean)
    _put(_kind, "items iteritems", _items)
    _put(_kind, "append", _with_more)
    _put(_kind, "explode", _filtered)
    _put(_kind, "reindex", _reindex)
    _put(_kind, "at iat ix", lambda a: UNKNOWN)
    for _name, _reader in (
            ("values", _plain_values),
            ("index", lambda x: Arr((_rows(x),))),
            ("size", lambda x: size_value(product(x.shape)) if x.shape is not None else UNKNOWN),
            ("empty", lambda x: UNKNOWN), ("axes", lambda x: UNKNOWN),
            ("dtypes", lambda x: UNKNOWN), ("name", lambda x: UNKNOWN)):
        ATTRIBUTES[f"{_kind}.{_name}"] = _reader
del ATTRIBUTES["DataFrame.name"]  # that is a column

ATTRIBUTES["DataFrame.columns"] = lambda x: Arr((_width(x),), "object")
_put("DataFrame", "keys", lambda a: Arr((_width(_self(a)),), "object"))
ATTRIBUTES["DataFrame.T"] = lambda x: frame(_width(x), _rows(x))
ATTRIBUTES["Series.T"] = lambda x: x
_put("DataFrame", "transpose", lambda a: frame(_width(_self(a)), _rows(_self(a))))
_put("DataFrame", "as_matrix", lambda a: Arr(_self(a).shape)
     if not a.positional and not a.named else UNKNOWN)
_put("DataFrame", "applymap map", _kept)
_put("DataFrame", "apply", _apply_frame)
_put("DataFrame", "select_dtypes filter", _select)
_put("DataFrame", "merge join nlargest nsmallest", lambda a: frame(fresh(a), None))
_put("DataFrame", "assign", _assign)
_put("DataFrame", "iterrows", _iterrows)
_put("DataFrame", "get", _get)
_put("DataFrame", "__getattr__", _column)
_put("DataFrame", "info to_csv to_excel to_pickle", lambda a: UNKNOWN)
_put("DataFrame", "corr cov describe", lambda a: frame(None, None))
_put("Series", "map", lambda a: series(_rows(_self(a))))
_put("Series", "apply", _apply_series)
_put("Series", "unique", lambda a: Arr((None,), _self(a).dtype, "ndarray",
                                       values_only(_self(a).labels)))
_put("Series", "value_counts", lambda a: series(None))
_put("Series", "mode nlargest nsmallest", lambda a: series(None))
_put("Series", "tolist to_list", _tolist)
_put("Series", "to_frame", _to_frame)
_put("Series", "between", _boolean)
_put("Series", "ravel", _values)
_put("Series", "repeat", lambda a: series(None))
_put("Series", "argsort", lambda a: series(_rows(_self(a))))
_put("Series", "nunique count idxmax idxmin quantile item get corr", lambda a: UNKNOWN)

# -- accessors --------------------------------------------------------------------------------


def _accessor(name: str) -> Callable[[Any], Value]:
    return lambda of: Obj(f"Series.{name}", {"__of__": of})


def _behind(value: Value) -> Arr:
    of = value.attrs.get("__of__") if isinstance(value, Obj) else None
    return of if isinstance(of, Arr) else Arr(None)


def _of_strings(a: Args) -> Value:
    if a.open or a.const(None, "expand", False) is not False:
        return UNKNOWN
    return series(_rows(_behind(a.value)))


for _name in ("str", "dt", "cat"):
    ATTRIBUTES["Series." + _name] = _accessor(_name)
_put("Series.str", "lower upper strip lstrip rstrip replace title capitalize len slice get zfill "
     "pad center count find rfind findall split rsplit join encode decode normalize "
     "removeprefix removesuffix __getitem__ swapcase ljust rjust repeat", _of_strings)
_put("Series.str", "contains startswith endswith match fullmatch isdigit isalpha isnumeric "
     "isupper islower", lambda a: series(_rows(_behind(a.value))))
_put("Series.dt", "strftime normalize round floor ceil day_name month_name total_seconds "
     "tz_localize tz_convert to_period", _of_strings)
_DATES = ("year month day hour minute second microsecond dayofweek day_of_week weekday quarter "
          "dayofyear day_of_year days seconds date time is_month_end is_month_start")
for _name in _DATES.split():
    ATTRIBUTES["Series.dt." + _name] = lambda value: series(_rows(_behind(value)))
ATTRIBUTES["Series.cat.codes"] = lambda value: series(_rows(_behind(value)), None,
                                                       Labels(whole=True))
ATTRIBUTES["Series.cat.categories"] = lambda value: Arr((None,))
