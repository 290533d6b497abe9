"""`x[0]` -> `x[0:1]`: what is put before the user is evaluated here, and holds the same row."""
from __future__ import annotations

from typing import Any, Dict

import numpy as np
import pandas as pd
import pytest

from shapecheck.source.expression import (
    batch_axis_first,
    drop_leading_axis,
    keep_axis,
    slices_axis_1,
)

pytestmark = pytest.mark.legacy


class Holder:
    def __init__(self, x: Any) -> None:
        self.x = x
        self.rows = list(x)
        self.position = 2


def names() -> Dict[str, Any]:
    x = np.arange(60).reshape(5, 12)
    frame = pd.DataFrame(x, index=list("abcde"))
    return {
        "np": np, "pd": pd, "x": x, "y": x[::-1], "i": 2, "idx": [3, 1], "c": True,
        "df": frame, "label": "b", "labels": ["b", "c"], "numbered": pd.DataFrame(x),
        "d": {"k": x, 0: x[4], "row": x[3]},
        "key": "row", "self": Holder(x), "f": lambda v: v, "rows": list(x),
        "cube": x.reshape(5, 3, 4), "données": x, "row": x[1], "a": x[0], "b": x[1],
        "pair": [x, x + 1], "stack": np.stack([x, x + 1]), "grid": [[x[0], x[1]], [x[2]]],
    }


#: (text, container of its value, what the subscript at its end takes an item of, as it should read)
ROWS = [
    ("x[0]", "rows", "x[0:1]"),
    ("x[i]", "rows", "x[i:i+1]"),
    ("x[-1]", "rows", "x[-1:]"),
    ("x[-3]", "rows", "x[-3:-2]"),
    ("x[ 0 ]", "rows", "x[ 0:1 ]"),
    ("x[i+1]", "rows", "x[i+1:i+2]"),
    ("x[i - 1]", "rows", "x[i - 1][None, :]"),
    ("x[-i]", "rows", "x[-i][None, :]"),
    ("x[idx[0]]", "rows", "x[idx[0]][None, :]"),
    ("x[int(i)]", "rows", "x[int(i)][None, :]"),
    ("x[self.position]", "rows", "x[self.position:self.position+1]"),
    ("x[0, :]", "rows", "x[0:1, :]"),
    ("x[0, 3:9]", "rows", "x[0:1, 3:9]"),
    ("x[0, ...]", "rows", "x[0:1, ...]"),
    ("x[i, 1:]", "rows", "x[i:i+1, 1:]"),
    ("x[..., 0]", "rows", "x[..., 0][None, :]"),
    ("x[0, [1, 2]]", "rows", "x[0, [1, 2]][None, :]"),
    ("cube[0, :, [1, 2]]", "rows", "cube[0, :, [1, 2]][None, ...]"),
    ("x[(0)]", "rows", "x[(0)][None, :]"),
    ("(x + y)[0]", "rows", "(x + y)[0:1]"),
    ("(x)[0]", "rows", "(x)[0:1]"),
    ("(x[0])", "rows", "(x[0:1])"),
    ("x[0]", "", "x[0:1]"),
    ("stack[0][0]", "", "stack[0][0:1]"),
    ("x[i]", "", "x[i][None, :]"),
    ("x[:, 0]", "rows", "x[:, 0][None, :]"),
    ("x[0][0:6]", "rows", "x[0][0:6][None, :]"),
    ("cube[0, 1]", "rows", "cube[0:1, 1]"),
    ("cube[:, 0, 1]", "rows", "cube[:, 0, 1][None, :]"),
    ("cube[0][1]", "rows", "cube[0][1:2]"),
    ("stack[0][0]", "rows", "stack[0][0:1]"),
    ("stack[1, 0]", "rows", "stack[1:2, 0]"),
    ("d['k'][0]", "rows", "d['k'][0:1]"),
    ("d['row']", "other", "d['row'][None, :]"),
    ("d[key]", "other", "d[key][None, :]"),
    ("d[0]", "other", "d[0][None, :]"),
    ("d[key]", "", "d[key][None, :]"),
    ("self.x[0]", "", "self.x[0][None, :]"),
    ("self.x[0]", "rows", "self.x[0:1]"),
    ("self.rows[0]", "", "self.rows[0][None, :]"),
    ("f(x)[0]", "", "f(x)[0][None, :]"),
    ("f(x[0])", "", "f(x[0])[None, :]"),
    ("x[0].astype('int32')", "", "x[0].astype('int32')[None, :]"),
    ("np.array(x)[0]", "", "np.array(x)[0][None, :]"),
    ("rows[0]", "list", "rows[0][None, :]"),
    ("rows[-1]", "list", "rows[-1][None, :]"),
    ("pair[0][0]", "rows", "pair[0][0:1]"),
    ("grid[1][0]", "list", "grid[1][0][None, :]"),
    ("row", "", "row[None, :]"),
    ("(row)", "", "row[None, :]"),
    ("a + b", "", "(a + b)[None, :]"),
    ("-a", "", "(-a)[None, :]"),
    ("x[0] * 2", "", "(x[0] * 2)[None, :]"),
    ("x[0] if c else y[0]", "", "(x[0] if c else y[0])[None, :]"),
    ("(lambda v: v)(x[0])", "", "(lambda v: v)(x[0])[None, :]"),
    ("données[0]", "rows", "données[0:1]"),
    ("d[\n    'k'\n][0]", "rows", "d[\n    'k'\n][0:1]"),
    ("x[\n    0  # the first\n]", "rows", "x[\n    0:1  # the first\n]"),
    ("x[0,\n  3:9]", "rows", "x[0:1,\n  3:9]"),
    ("x[0] # the first", "rows", "x[0:1] # the first"),
    ("x[True]", "rows", "x[True][None, ...]"),
    ("x[0x1]", "rows", "x[0x1:2]"),
]


@pytest.mark.parametrize(("text", "indexed", "expected"), ROWS)
def test_a_row_keeps_its_axis(text, indexed, expected):
    space = names()
    row = eval(f"({text}\n)", dict(space))
    new = keep_axis(text, "ndarray", row.ndim, indexed)
    kept = eval(f"({new}\n)", dict(space))
    assert kept.shape == (1, *row.shape), new
    assert (kept[0] == row).all(), new
    assert new == expected


PANDAS = [
    ("df.iloc[0]", "df.iloc[0:1]"),
    ("df.iloc[-1]", "df.iloc[-1:]"),
    ("df.iloc[i]", "df.iloc[i:i+1]"),
    ("df.iloc[i, 1:]", "df.iloc[i:i+1, 1:]"),
    ("df.iloc[:, 0]", "df.iloc[:, 0].to_numpy()[None, :]"),
    ("df.loc['a']", "df.loc[['a']]"),
    ("df.loc['a', :]", "df.loc[['a'], :]"),
    ("df.loc['a', 1:4]", "df.loc[['a'], 1:4]"),
    ("numbered.loc[0]", "numbered.loc[[0]]"),
    ("numbered.loc[0, 2:5]", "numbered.loc[[0], 2:5]"),
    ("numbered.loc[i]", "numbered.loc[[i]]"),
    ("df.loc[labels, 3]", "df.loc[labels, 3].to_numpy()[None, :]"),
    ("df.loc[label, 3:]", "df.loc[[label], 3:]"),
    ("df.loc[label]", "df.loc[[label]]"),
    ("df[0]", "df[0].to_numpy()[None, :]"),
    ("df.loc[:, 3]", "df.loc[:, 3].to_numpy()[None, :]"),
    ("df.iloc[0][2:5]", "df.iloc[0][2:5].to_numpy()[None, :]"),
    ("df.iloc[0].astype('float32')", "df.iloc[0].astype('float32').to_numpy()[None, :]"),
    ("df.mean()", "df.mean().to_numpy()[None, :]"),
    ("pd.Series(row)", "pd.Series(row).to_numpy()[None, :]"),
    ("df.iloc[0] * 2", "(df.iloc[0] * 2).to_numpy()[None, :]"),
]


@pytest.mark.parametrize(("text", "expected"), PANDAS)
@pytest.mark.parametrize("indexed", ["", "rows", "other"])
def test_a_series_keeps_its_axis(text, expected, indexed):
    space = names()
    row = eval(text, dict(space))
    new = keep_axis(text, "Series", 1, indexed)
    kept = np.asarray(eval(new, dict(space)))
    assert kept.shape == (1, *row.shape), new
    assert (kept[0] == row.to_numpy()).all()
    assert new == expected


LISTS = [
    ("[1, 2, 3]", "np.array([[1, 2, 3]])"),
    ("row.tolist()", "np.array([row.tolist()])"),
    ("nested[0]", "np.array(nested[0:1])"),
    ("nested[-1]", "np.array(nested[-1:])"),
    ("[v for v in row]", "np.array([[v for v in row]])"),
]


@pytest.mark.parametrize(("text", "expected"), LISTS)
def test_a_python_list_becomes_an_array_of_one_row(text, expected):
    space = {**names(), "nested": names()["x"].tolist()}
    row = eval(text, dict(space))
    new = keep_axis(text, "list", 1, "list" if text.startswith("nested") else "")
    kept = eval(new, dict(space))
    assert kept.shape == (1, len(row))
    assert kept[0].tolist() == row
    assert new == expected


@pytest.mark.parametrize(("text", "expected"), [
    ("images[0]", "images[0:1]"),
    ("image", "image[None, ...]"),
    ("images[0, 2:]", "images[0:1, 2:]"),
    ("images[0] / 255", "(images[0] / 255)[None, ...]"),
])
def test_a_sample_of_more_axes_keeps_its_own(text, expected):
    space = {"images": np.arange(96).reshape(2, 4, 4, 3), "image": np.ones((4, 4, 3))}
    sample = eval(text, dict(space))
    new = keep_axis(text, "ndarray", sample.ndim, "rows")
    kept = eval(new, dict(space))
    assert kept.shape == (1, *sample.shape)
    assert (kept[0] == sample).all()
    assert new == expected


@pytest.mark.parametrize("container", ["ndarray", "Tensor", "list", "Series", "DataFrame"])
@pytest.mark.parametrize("text", ["", "x[", "import os", "x = 1", "x[*i]", "yield", "lambda: 0"])
def test_what_is_no_plain_expression_is_bracketed(text, container):
    assert text in keep_axis(text, container)


COLUMNS = [
    ("x[0][:, None]", "x[0][None, :]"),
    ("x[0, :, None]", "x[None, 0, :]"),
    ("x[0, ..., None]", "x[None, 0, ...]"),
    ("row[:, None]", "row[None, :]"),
    ("row[:, np.newaxis]", "row[np.newaxis, :]"),
    ("row[..., None]", "row[None, ...]"),
    ("row[:,None]", "row[None, :]"),
    ("row[:12, None]", "row[None, :12]"),
    ("(a + b)[:, None]", "(a + b)[None, :]"),
    ("np.expand_dims(row, -1)", "np.expand_dims(row, 0)"),
    ("np.expand_dims(row, 1)", "np.expand_dims(row, 0)"),
    ("np.expand_dims(row, axis=-1)", "np.expand_dims(row, axis=0)"),
    ("np.expand_dims(axis=-1, a=row)", "np.expand_dims(axis=0, a=row)"),
    ("np.expand_dims(  # a column\n    row, -1)", "np.expand_dims(  # a column\n    row, 0)"),
    ("row.reshape(-1, 1)", "row.reshape(1, -1)"),
    ("row.reshape(-1,1)", "row.reshape(1,-1)"),
    ("row.reshape((-1, 1))", "row.reshape((1, -1))"),
    ("row.reshape([-1, 1])", "row.reshape([1, -1])"),
    ("row.reshape(len(row), 1)", "row.reshape(1, len(row))"),
    ("row.reshape(12, 1, order='C')", "row.reshape(1, 12, order='C')"),
    ("np.reshape(row, (-1, 1))", "np.reshape(row, (1, -1))"),
    ("np.reshape(row, [-1, 1])", "np.reshape(row, [1, -1])"),
    ("x[0].reshape(-1, 1)", "x[0].reshape(1, -1)"),
    ("np.atleast_2d(row).T", "np.atleast_2d(row)"),
    ("column", "column.T"),
    ("column * 2", "(column * 2).T"),
    ("données[0][:, None]", "données[0][None, :]"),
    ("d['row'][:, None]", "d['row'][None, :]"),
    ("rows[0][:, None]", "rows[0][None, :]"),
    ("f(x)[0][:, None]", "f(x)[0][None, :]"),
    ("x[0, [*range(12)], None]", "x[0, [*range(12)], None].T"),
]


@pytest.mark.parametrize(("text", "expected"), COLUMNS)
def test_a_column_becomes_a_row(text, expected):
    space = {**names(), "column": np.arange(12)[:, None]}
    column = eval(text, dict(space))
    new = batch_axis_first(text, True)
    kept = eval(new, dict(space))
    assert kept.shape == (1, 12), new
    assert (kept[0] == column[:, 0]).all()
    assert new == expected


@pytest.mark.parametrize("text", ["column", "column * 2", "f(row)", "x[0, names, None]"])
def test_a_column_of_another_length_is_not_turned(text):
    assert batch_axis_first(text, False) is None


@pytest.mark.parametrize(("text", "expected"), [
    ("x[None]", "x"),
    ("x[None, :]", "x"),
    ("x[None, ...]", "x"),
    ("x[np.newaxis]", "x"),
    ("x[np.newaxis, :, :]", "x"),
    ("np.expand_dims(x, 0)", "x"),
    ("np.expand_dims(x, axis=0)", "x"),
    ("np.expand_dims(a=x, axis=0)", None),
    ("np.expand_dims(x, 1)", None),
    ("x[None, 0]", None),
    ("x[:, None]", None),
    ("x", None),
    ("(a + b)[None]", "(a + b)"),
    ("f(x)[None]", "f(x)"),
])
def test_an_axis_that_the_text_added_is_taken_out(text, expected):
    new = drop_leading_axis(text)
    assert new == expected
    if new is not None:
        assert eval(new, names()).shape == eval(text, names()).shape[1:]


@pytest.mark.parametrize(("text", "expected"), [
    ("x[:, :1]", True), ("x[:, 0:1]", True), ("x[:5, -1:]", True), ("x[:, None]", False),
    ("x[:, :]", False), ("x[0]", False), ("x[0][:, None]", False), ("x", False), ("", False),
])
def test_a_part_of_axis_1_was_asked_for(text, expected):
    assert slices_axis_1(text) is expected
