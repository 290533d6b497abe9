"""What is known of the numbers in a frame's columns."""
from __future__ import annotations

from typing import Optional

import pytest

from shapecheck.read.reader import read
from shapecheck.read.values import Arr
from shapecheck.source.documents import read_document

pytestmark = pytest.mark.legacy

START = ("import numpy as np\nimport pandas as pd\n"
         "f = pd.DataFrame({'a': np.random.randint(1, 9, 50), 'b': [0.5] * 50})\n")


@pytest.mark.parametrize(("code", "high"), [
    ("x = f['a']", 8), ("x = f.a", 8), ("x = f['b']", None), ("x = f['a'].values", 8),
    ("x = f[f.b > 0]['a']", 8), ("x = f[['a']]['a']", 8), ("x = f[:9]['a']", 8),
    (("from sklearn.model_selection import train_test_split\n"
     "_, g = train_test_split(f)\nx = g['a']"), 8),
    ("f['c'] = f['a'] + 1\nx = f['c']", 9), ("f['a'] = f['a'] - 1\nx = f['a']", 7),
    ("f['a'] -= 1\nx = f['a']", 7), ("f['a'] = load()\nx = f['a']", None),
    ("f['b'] = 3\nx = f['a']", 8), ("f[name()] = 3\nx = f['a']", None),
    ("f.loc[3, 'a'] = 99\nx = f['a']", None), ("f['a'][3] = 99\nx = f['a']", None),
    ("f['a'].replace(8, 99, inplace=True)\nx = f['a']", None),
    ("f = f.replace(8, 99)\nx = f['a']", None), ("f = f * 2\nx = f['a']", None),
    ("f = f.apply(lambda c: c * 2)\nx = f['a']", None),
    ("f = f.fillna(99)\nx = f['a']", None), ("f = f.astype(float)\nx = f['a']", None),
])
def test_the_largest_number_of_a_column(code: str, high: Optional[int]) -> None:
    x = read(read_document("program.py", (START + code).encode())).module.names["x"]
    labels = x.labels if isinstance(x, Arr) else None
    assert (None if labels is None else labels.high) == high


@pytest.mark.parametrize(("code", "shape"), [
    ("x = f.loc[3]", (2,)), ("x = f[f.a > 3].loc[3]", (2,)), ("x = f[['a']].loc[3]", (1,)),
    ("f['c'] = 1\nx = f.loc[3]", (3,)), ("x = f.loc[[3]]", None),
    # a row may be there twice: then it is a frame
    ("f = pd.concat([f, f])\nx = f.loc[3]", None), ("f.index = load()\nx = f.loc[3]", None),
    ("f = f.set_index('a')\nx = f.loc[3]", None),
    ("f.set_index('a', inplace=True)\nx = f.loc[3]", None),
    ("f = f.sample(99, replace=True)\nx = f.loc[3]", None),
    ("f = pd.DataFrame({'a': [1, 2], 'b': [3, 4]}, index=load())\nx = f.loc[3]", None),
])
def test_a_row_by_its_number(code, shape):
    x = read(read_document("program.py", (START + code).encode())).module.names["x"]
    assert (x.shape if isinstance(x, Arr) and x.kind == "Series" else None) == shape
