"""What is done to right rows and right labels before they are passed: mistakes, and right things
that look like them.

A variant is text on the names of the right ones. It also says what was meant: the rows that a
right call would have passed; where there is no such call (a feature is missing), every result
is wrong. Whether the result is right nobody says here: the call is run.
"""
from __future__ import annotations

from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

from tests.matrix.models import Body, Feature, Model

ALL_ROWS = ""
FIRST_ROW = "[0:1]"


class Variant(NamedTuple):
    """passed: text by feature. meant: the same for the right call, None where there is none.
    rows: which labels belong to them. codes: what the catalogue calls it, none where it is no
    mistake. structure, whole: other than the model's own (see `models.held`)."""

    name: str
    passed: Dict[str, str]
    meant: Optional[Dict[str, str]]
    rows: str = ALL_ROWS
    codes: Tuple[str, ...] = ()
    structure: str = ""
    whole: str = ""


class Labels(NamedTuple):
    """passed: text. meant: there is a right call, with the labels `y`."""

    name: str
    passed: str
    codes: Tuple[str, ...] = ()
    meant: bool = True


# --- one feature: text -> text ------------------------------------------------------------

_Change = Tuple[str, str, Optional[str], str, Tuple[str, ...]]  # name, passed, meant, rows, codes


def _changes(feature: Feature, rows: int) -> Iterator[_Change]:
    """All that is done to one feature; `{}` stands for the right rows."""
    rank, last = len(feature.shape), (feature.shape or (1,))[-1]
    row = ("SHP101", "SHP104") if rank == 1 else ("SHP102",)
    yield "as it is", "{}", "{}", ALL_ROWS, ()
    yield "one row, sliced", "{}[0:1]", "{}[0:1]", FIRST_ROW, ()
    yield "one row, by a list", "{}[[0]]", "{}[0:1]", FIRST_ROW, ()
    yield "one row, axis added again", "{}[0][None]", "{}[0:1]", FIRST_ROW, ()
    yield "every second row", "{}[::2]", "{}[::2]", "[::2]", ()
    yield "rows backwards", "{}[::-1]", "{}[::-1]", "[::-1]", ()
    yield "in Fortran order", "np.asfortranarray({})", "{}", ALL_ROWS, ()
    yield from _dtypes(feature)
    if rank:
        yield "a trailing axis of 1", "{}[..., None]", "{}", ALL_ROWS, ("SHP106",)
        yield "a row without its axis", "{}[0]", "{}[0:1]", FIRST_ROW, row
        yield "a row, axis at the end", "{}[0][..., None]", "{}[0:1]", FIRST_ROW, ("SHP103",)
    yield "an axis too many", "{}[None]", "{}", ALL_ROWS, ("SHP106",)
    yield "an axis too many, one row", "{}[0:1][None]", "{}[0:1]", FIRST_ROW, ("SHP106",)
    if last == 1 and rank:
        yield "without the axis of 1", "{}[..., 0]", "{}", ALL_ROWS, ()
    elif rank > 1:
        yield "one channel taken", "{}[..., 0]", None, ALL_ROWS, ("SHP102", "SHP107")
    if rank > 1:
        yield "flattened", "{0}.reshape(len({0}), -1)", "{}", ALL_ROWS, ("SHP107", "SHP102")
    for size in feature.shape:
        if size and size < rows and size > 1:
            text = f"{{}}[:{size}]"
            yield f"as many rows as an axis has ({size})", text, text, f"[:{size}]", ()
    yield from _sizes(feature)
    yield from _turned(feature)
    if feature.ids > 2:
        most = feature.ids
        yield ("ids out of range", f"np.where({{0}} == {{0}}.max(), {most + 50}, {{0}})", None,
               ALL_ROWS, ("SHP111",))
        yield ("ids below zero", f"({{}} - {most // 2})", None, ALL_ROWS, ("SHP114",))


def _dtypes(feature: Feature) -> Iterator[_Change]:
    for dtype in ("int64", "float32", "int16") if feature.ids else ("float64", "float16"):
        # float16 rounds: the right call is that of the rounded numbers
        meant = "{}.astype('float16').astype('float32')" if dtype == "float16" else "{}"
        yield f"as {dtype}", f"{{}}.astype('{dtype}')", meant, ALL_ROWS, ()


def _sizes(feature: Feature) -> Iterator[_Change]:
    rank = len(feature.shape)
    if not rank:
        return
    last, first = feature.shape[-1], feature.shape[0]
    wrong = ("SHP107",)
    if last is not None:
        yield "a feature too few", "{}[..., :-1]", None, ALL_ROWS, wrong
        yield ("a feature too many", "np.concatenate([{0}, {0}[..., :1]], -1)", None, ALL_ROWS,
               wrong)
        if last > 2:
            yield "one column", "{}[..., :1]", None, ALL_ROWS, ("SHP103", "SHP107")
    elif rank == 1:
        yield "one column of any", "{}[:, :1]", "{}[:, :1]", ALL_ROWS, ()
    if first is None:
        yield "shorter rows", "{}[:, :6]", "{}[:, :6]", ALL_ROWS, ()
        yield "longer rows", "np.hstack([{0}, {0}])", "np.hstack([{0}, {0}])", ALL_ROWS, ()
    elif rank > 1:
        yield "rows too short", "{}[:, :-2]", None, ALL_ROWS, wrong
        yield "rows too long", "np.concatenate([{0}, {0}[:, :3]], 1)", None, ALL_ROWS, wrong


def _turned(feature: Feature) -> Iterator[_Change]:
    rank = len(feature.shape)
    turned = ("SHP105", "SHP107")
    if rank == 1 and feature.shape[0] != 1:
        yield "transposed", "{}.T", "{}", ALL_ROWS, turned
    elif rank == 2:
        yield ("steps and features swapped", "np.swapaxes({}, 1, 2)", "{}", ALL_ROWS, turned)
        yield "steps first", "np.swapaxes({}, 0, 1)", "{}", ALL_ROWS, turned
    elif rank == 3 and feature.shape[-1] != 1:
        yield "channels first", "np.moveaxis({}, -1, 1)", "{}", ALL_ROWS, turned


# --- the inputs of a model ----------------------------------------------------------------


def input_variants(body: Body) -> List[Variant]:
    """All variants of what goes in, each name once."""
    found = list(_of_each(body))
    if len(body.features) > 1:
        found += _of_several(body)
    return found


def _of_each(body: Body) -> Iterator[Variant]:
    """What is done to every feature alike; where there are several, only what all of them know."""
    tables = [{name: (passed, meant, rows, codes)
               for name, passed, meant, rows, codes in _changes(f, body.rows)}
              for f in body.features]
    for name, (_passed, meant, rows, codes) in tables[0].items():
        if not all(name in table for table in tables) or name.startswith("ids "):
            continue
        passed = {f.name: table[name][0].format(f.name)
                  for f, table in zip(body.features, tables)}
        right = None if meant is None else {
            f.name: (table[name][1] or "").format(f.name)
            for f, table in zip(body.features, tables)}
        yield Variant(name, passed, right, rows, codes)
    for f, table in zip(body.features, tables):
        for name, (text, meant, rows, codes) in table.items():
            if name.startswith("ids ") or (len(tables) > 1 and f is body.features[0]
                                           and meant is None):
                passed = {**own(body), f.name: text.format(f.name)}
                where = "" if len(tables) == 1 else f", in {f.name}"
                yield Variant(name + where, passed, None, rows, codes)


def own(body: Body) -> Dict[str, str]:
    """The right rows."""
    return {f.name: f.name for f in body.features}


def _of_several(body: Body) -> List[Variant]:
    right, names = own(body), [f.name for f in body.features]
    first, second = names[:2]
    one = {name: f"{name}[0:1]" for name in names}
    crossed = {**right, first: second, second: first}
    backwards = {name: name for name in reversed(names)}
    inside = ", ".join(names)
    as_list = body.structure == "list"
    found = [
        Variant("in a tuple", right, right, structure="tuple",
                codes=() if as_list else ("SHP108",)),
        Variant("in a dict", right, right, structure="dict"),
        Variant("in a dict, other order", backwards, right, structure="dict"),
        Variant("a key too many", {**right, "other": first}, right, structure="dict"),
        Variant("a key missing", {first: first}, None, structure="dict"),
        Variant("an input missing", {first: first}, None, structure="list"),
        Variant("only one of the rows without its axis", {**right, first: f"{first}[0]"}, None,
                codes=("SHP101", "SHP110")),
        Variant("one row of one input", {**right, first: f"{first}[0:1]"}, None,
                codes=("SHP110",)),
        Variant("other row counts", {**right, second: f"{second}[:-1]"}, None,
                codes=("SHP110",)),
        Variant("one row's axis at the end, of one", {**one, second: f"{second}[0][:, None]"},
                one, FIRST_ROW, ("SHP103", "SHP110")),
        Variant("swapped", crossed, right, codes=("SHP108",)),
    ]
    if not as_list:
        found += [Variant("a list for a dict", right, right, structure="list",
                          codes=("SHP108",)),
                  Variant("a list for a dict, sorted by name", dict(sorted(right.items())), right,
                          structure="list", codes=("SHP108",))]
    if len({f.shape for f in body.features}) == 1:
        found.append(Variant("stacked", right, right, codes=("SHP109",),
                             whole=f"np.stack([{inside}])"))
        if as_list:
            found.append(Variant("a list of a stack", right, right,
                                 whole=f"list(np.stack([{inside}]))"))
    mask = next((n for n in names if n.endswith("mask")), None)
    if mask:
        found += [
            Variant("a mask of one column", {**right, mask: f"{mask}[:, :1]"}, None,
                    codes=("SHP118", "SHP103")),
            Variant("the mask of one row", {**right, mask: f"{mask}[0:1]"}, None,
                    codes=("SHP118", "SHP110")),
            Variant("a mask of booleans", {**right, mask: f"{mask}.astype(bool)"}, right),
        ]
    return found


# --- labels -------------------------------------------------------------------------------

_BROADCAST, _ENCODED, _UNITS = ("SHP401",), ("SHP402",), ("SHP403",)
_ROWS = ("SHP110",)

_ONE_COLUMN = [
    Labels("flat", "y[:, 0]"),
    Labels("of rank 3", "y[..., None]", _BROADCAST),
    Labels("three columns for one unit", "np.hstack([y, -y, 2 * y])", _UNITS, False),
    Labels("two columns for one unit", "np.hstack([y, -y])", _UNITS, False),
    Labels("turned", "y.T", _ROWS),
]
_CLASSES = [
    Labels("a column", "y[:, None]"),
    Labels("as float32", "y.astype('float32')"),
    Labels("as int16", "y.astype('int16')"),
    Labels("one-hot for codes", "np.eye(5, dtype='float32')[y]", _ENCODED),
    Labels("more classes than units", "y + 3", _UNITS, False),
]
_LABELS: Dict[str, List[Labels]] = {
    "regression": _ONE_COLUMN, "mae": _ONE_COLUMN, "huber": _ONE_COLUMN,
    "binary": _ONE_COLUMN[:1] + _ONE_COLUMN[2:] + [
        Labels("as bool", "y.astype(bool)"),
        Labels("as float32", "y.astype('float32')"),
        Labels("flat, as bool", "y[:, 0].astype(bool)"),
        Labels("one-hot for one unit", "np.eye(2, dtype='float32')[y[:, 0]]", _UNITS),
    ],
    "three numbers": [
        Labels("one column for three units", "y[:, :1]", _UNITS, False),
        Labels("flat for three units", "y[:, 0]", _UNITS, False),
        Labels("two columns for three units", "y[:, :2]", _UNITS, False),
        Labels("an axis of 1 between", "y[:, None]", _BROADCAST),
        Labels("a trailing axis of 1", "y[..., None]", _BROADCAST),
        Labels("as float64", "y.astype('float64')"),
    ],
    "classes": _CLASSES,
    "one-hot": [
        Labels("as int64", "y.astype('int64')"),
        Labels("as bool", "y.astype(bool)"),
        Labels("codes for one-hot", "y.argmax(-1)", _ENCODED),
        Labels("a column of codes for one-hot", "y.argmax(-1)[:, None]", _ENCODED),
        Labels("a class too few", "y[:, :4]", _UNITS, False),
    ],
    "number a step": [
        Labels("without the axis of 1", "y[..., 0]"),
        Labels("one number a row", "y[:, 0, 0]", ("SHP404",), False),
        Labels("one number a row, a column", "y[:, 0]", ("SHP404",), False),
        Labels("a step too few", "y[:, :-1]", ("SHP404", "SHP403"), False),
    ],
    "class a step": [
        Labels("a column a step", "y[..., None]"),
        Labels("as float32", "y.astype('float32')"),
        Labels("one class a row", "y[:, 0]", ("SHP404",), False),
        Labels("one class a row, a column", "y[:, :1]", ("SHP404",), False),
        Labels("one-hot for codes", "np.eye(5, dtype='float32')[y]", _ENCODED),
    ],
    "rank 1": [
        Labels("a column for rank 1", "y[:, None]"),
        Labels("as float64", "y.astype('float64')"),
    ],
    "two outputs": [
        Labels("the first flat", "[y[0][:, 0], y[1]]"),
        Labels("in a tuple", "(y[0], y[1])"),
        Labels("swapped", "[y[1], y[0]]", _UNITS),
        Labels("one column for three units", "[y[0], y[1][:, :1]]", _UNITS, False),
    ],
    "named outputs": [
        Labels("the first flat", "{'a': y['a'][:, 0], 'b': y['b']}"),
        Labels("other order", "{'b': y['b'], 'a': y['a']}"),
        Labels("swapped", "{'a': y['b'], 'b': y['a']}", _UNITS),
        Labels("one column for three units", "{'a': y['a'], 'b': y['b'][:, :1]}", _UNITS, False),
    ],
}


def label_variants(model: Model) -> List[Labels]:
    """All variants of the labels of the model's task."""
    found = [Labels("as they are", "y")] + _LABELS[model.task.name]
    if model.task.name not in ("two outputs", "named outputs"):
        found += [Labels("a row too few", "y[:-1]", _ROWS, False),
                  Labels("one label", "y[0:1]", _ROWS, False)]
    return found
