"""What the tables say of pandas is what pandas does."""
from __future__ import annotations

import random
from typing import Any, List

import pandas as pd
import pytest

from shapecheck.read.libraries import pandas_
from shapecheck.read.values import Arr, Labels
from tests.read.truth import Truth, blurred, interpreted, shapes

# what pandas itself is about to change
pytestmark = pytest.mark.filterwarnings("ignore")

READ = """
import io
import numpy as np
import pandas as pd
text = "a,b,c,d\\n" + "\\n".join(f"{i},{i * 2},x{i % 3},{i / 7}" for i in range(ROWS))
df = pd.read_csv(io.StringIO(text))
other = pd.read_csv(io.StringIO(text))
"""
MADE = """
import io
import numpy as np
import pandas as pd
df = pd.DataFrame({"a": np.arange(ROWS), "b": np.arange(ROWS) * 2, "d": np.random.rand(ROWS),
                   "c": ["x", "y", "z"] * (ROWS // 3)})
other = pd.DataFrame({"a": np.arange(ROWS), "b": np.arange(ROWS), "c": ["x"] * ROWS,
                      "d": np.random.rand(ROWS)})
"""
NUMBERS = """
import io
import numpy as np
import pandas as pd
df = pd.DataFrame(np.random.rand(ROWS, 4), columns=["a", "b", "c", "d"])
other = pd.DataFrame(np.random.rand(ROWS, 4), columns=list("abcd"))
"""

FORMS = """
df
df.shape
df.shape[0]
df.shape[1]
len(df)
df["a"]
df["a"].values
df[["a"]]
df[["a", "b"]]
df[["a", "b"]].values
df[["a", "b"]].to_numpy()
df[["a", "b"]].to_numpy(dtype="float32")
df[["a", "b"]].astype("float32")
df[["a", "b"]].astype("float32").values
df.values
df.values[:, :-1]
df.values[:, -1]
df.values[:, 0:2]
df.to_numpy()
df.columns
df.columns.tolist()
df.index
df.T
df.size
df[df["a"] > 1]
df[df["a"] > 1].values
df[df["a"] > 1]["b"]
df[(df["a"] > 1) & (df["b"] < 9)]
df[df["a"].isin([1, 2])]
df[~(df["a"] > 1)]
df[:3]
df[2:]
df[:]
df[::2]
df["a"][:3]
df["a"][df["a"] > 1]
df["a"] > 1
df["a"] + df["b"]
df["a"] / 2
df["a"] == df["b"]
df.iloc[:, :-1]
df.iloc[:, :-1].values
df.iloc[:, -1]
df.iloc[:, -1].values
df.iloc[:, 0:3].values
df.iloc[:, [0, 1]]
df.iloc[:, 1:3]
df.iloc[:, 0]
df.iloc[0]
df.iloc[-1]
df.iloc[[0, 1]]
df.iloc[[0]]
df.iloc[0:2]
df.iloc[2:]
df.iloc[:3, :2]
df.iloc[0, 1]
df.iloc[0, :2]
df.iloc[[0, 1], [0, 1]]
df.iloc[:, :]
df.iloc[:]
df.iloc[1:2, 1:2].values
df["a"].iloc[0]
df["a"].iloc[:2]
df["a"].iloc[[0, 1]]
df.loc[:, "a"]
df.loc[:, ["a", "b"]]
df.loc[:, ["a", "b"]].values
df.loc[:, "a":"c"]
df.loc[0]
df.loc[0, "a"]
df.loc[0, ["a", "b"]]
df.loc[0:2]
df.loc[0:2, "a"]
df.loc[df["a"] > 1]
df.loc[df["a"] > 1, "b"]
df.loc[df["a"] > 1, ["a", "b"]]
df.loc[[0, 1]]
df.loc[[0, 1], "a"]
df.drop("a", axis=1)
df.drop("a", axis=1).values
df.drop(["a", "b"], axis=1)
df.drop(["a", "b"], axis="columns")
df.drop(columns="a")
df.drop(columns=["a", "b"])
df.drop(columns=["a", "b"]).values
df.drop(labels=["a"], axis=1)
df.drop(columns=["zz"], errors="ignore")
df.drop(0)
df.drop([0, 1])
df.drop(index=[0])
df.drop(index=[0], columns=["a"])
df.head()
df.head(2)
df.tail(2)
df["a"].head(2)
df.sample(2)
df.sample(n=3, random_state=1)
df.sample(frac=1)
df.sample(frac=0.5)
df.sample(frac=1).reset_index(drop=True)
df.sample(frac=1, random_state=0).values
df["a"].sample(2)
df.dropna()
df.dropna(axis=1)
df.dropna(subset=["a"])
df["a"].dropna()
df.drop_duplicates()
df.query("a > 1")
df.fillna(0)
df["a"].fillna(0)
df["a"].fillna(df["a"].mean())
df.replace(1, 2)
df.isnull()
df.isna()
df.notnull()
df["a"].isnull()
df["c"].isin(["x"])
df.isnull().sum()
df.reset_index()
df.reset_index(drop=True)
df["a"].reset_index(drop=True)
df["a"].reset_index()
df.set_index("a")
df.set_index(["a", "b"])
df.set_index("a")["b"]
df.copy()
df["a"].copy()
df["a"].astype("float32")
df["a"].astype("float32").values
df["a"].astype(int)
df["a"].astype(str)
df["c"].astype("category")
df["c"].astype("category").cat.codes
df["c"].astype("category").cat.codes.values
df.rename(columns={"a": "z"})
df.rename(columns={"a": "z"}).values
df.sort_values("a")
df.sort_values(by=["a"], ascending=False)
df.sort_index()
df["a"].sort_values()
df.select_dtypes(include="number")
df.select_dtypes(exclude=["object"])
df.filter(["a", "b"])
df.reindex(columns=["a", "z"])
df.assign(z=1)
df.assign(a=df["a"] * 2)
df.merge(other, on="a")
pd.merge(df, other, on="a", how="left")
df.join(other, rsuffix="_")
pd.concat([df, other])
pd.concat([df, other], ignore_index=True)
pd.concat([df, other], axis=1)
pd.concat([df["a"], df["b"]])
pd.concat([df["a"], df["b"]], axis=1)
pd.concat([df, df[df["a"] > 1]], axis=1)
pd.concat([df.iloc[:3], df.iloc[3:]])
pd.get_dummies(df["a"])
pd.get_dummies(df["c"]).values
pd.get_dummies(df)
pd.get_dummies(df, columns=["c"])
pd.get_dummies(df["c"], drop_first=True)
pd.get_dummies(df["c"]).values.argmax(1)
df["c"].map({"x": 0, "y": 1, "z": 2})
df["a"].map(lambda v: v + 1)
df["a"].apply(lambda v: v + 1)
df["a"].apply(np.sqrt)
df["a"].apply(str)
df["c"].apply(lambda v: str(v).lower())
df["a"].apply(lambda v: [v, v])
df["a"].apply(lambda v: pd.Series([v, v]))
df.apply(lambda row: row["a"] + row["b"], axis=1)
df.apply(lambda row: 1, axis=1)
df.apply(lambda row: pd.Series([1, 2, 3]), axis=1)
df.apply(lambda column: column)
df.apply(np.max)
df["c"].astype(str).str.lower()
df["c"].astype(str).str.len()
df["c"].astype(str).str.contains("x")
df["c"].astype(str).str.split("x")
df["c"].astype(str).str.split("x", expand=True)
df["c"].astype(str).str[0]
df["c"].astype(str).str[:1]
pd.to_datetime(df["a"])
pd.to_datetime(df["a"]).dt.year
pd.to_datetime(df["a"]).dt.dayofweek.values
pd.to_numeric(df["a"])
df["a"].unique()
df["a"].unique().tolist()
df["a"].nunique()
df["a"].value_counts()
df["a"].tolist()
df["a"].to_list()
list(df["a"])
df["a"].to_frame()
df["a"].to_frame().values
df["a"].values.reshape(-1, 1)
df["a"].values.reshape((-1, 1)).shape
df["a"].to_numpy()[:, None]
np.array(df)
np.array(df["a"])
np.array(df[["a", "b"]])
np.asarray(df["a"]).reshape(-1, 1)
np.asarray(df.drop("a", axis=1))
np.log1p(df["a"])
np.where(df["a"] > 1, 1, 0)
np.expand_dims(df["a"], -1)
np.expand_dims(df[["a", "b"]], -1)
np.stack([df["a"], df["b"]], axis=1)
np.column_stack([df["a"], df["b"]])
np.concatenate([df[["a", "b"]], df[["a"]]], axis=1)
np.mean(df["a"])
np.unique(df["a"])
np.sum(df[["a", "b"]])
df["a"].mean()
df["a"].sum()
df["a"].max()
df["a"].std()
df[["a", "b"]].mean()
df[["a", "b"]].mean(axis=1)
df[["a", "b"]].sum(axis=1)
df[["a", "b"]].max(axis=0)
(df[["a", "b"]] - df[["a", "b"]].mean())
(df[["a", "b"]] - df[["a", "b"]].mean()) / df[["a", "b"]].std()
df[["a", "b"]].corr()
df[["a", "b"]].round(2)
df[["a", "b"]].abs()
df[["a", "b"]].shift(1)
df[["a", "b"]].diff()
df[["a", "b"]].cumsum()
df[["a", "b"]].clip(0, 1)
df[["a", "b"]] * 2
df[["a", "b"]] > 1
df["a"].clip(0, 1)
df["a"].shift(-1)
df["a"].between(0, 2)
df["a"].eq(1)
df["a"].quantile(0.5)
df["a"].mode()
df.describe()
df.groupby("c").size()
df.nlargest(2, "a")
df.get("a")
df.items()
df.iterrows()
df.a
df.a.values
df.explode("a")
df[df.columns[:-1]]
df[df.columns[:-1]].values
df[df.columns[0]]
df[[col for col in df.columns if col != "a"]]
df.drop(df.columns[0], axis=1)
df.drop(df.columns[[0, 1]], axis=1)
df.drop(df[df["a"] > 1].index)
pd.factorize(df["c"])
pd.date_range("2020-01-01", periods=5)
pd.date_range("2020-01-01", "2020-01-05")
len(df.keys())
pd.cut(df["a"], 3)
pd.isnull(df["a"])
pd.Series(df["a"].values)
pd.Series([1, 2, 3])
pd.Series([1, 2, 3]).values
pd.Series({"a": 1, "b": 2})
pd.Series(np.zeros(4), index=list("wxyz"))
pd.DataFrame({"p": [1, 2], "q": [3, 4]})
pd.DataFrame({"p": df["a"], "q": df["b"]})
pd.DataFrame({"p": df["a"], "q": df["b"][:2]})
pd.DataFrame({"p": df["a"].values, "q": 1})
pd.DataFrame({"p": [1, 2], "q": ["x", "y"]}, columns=["q"])
pd.DataFrame({"p": df["a"]}, index=[0, 1, 2])
pd.DataFrame([[1, 2], [3, 4]])
pd.DataFrame([[1, 2], [3, 4]], columns=["p", "q"])
pd.DataFrame([[1, "x"], [3, "y"]], columns=["p", "q"])
pd.DataFrame([1, 2, 3])
pd.DataFrame([{"p": 1}, {"q": 2}])
pd.DataFrame([])
pd.DataFrame()
pd.DataFrame(columns=["p", "q"])
pd.DataFrame(index=[1, 2], columns=["p", "q"])
pd.DataFrame(np.zeros((3, 2)))
pd.DataFrame(np.zeros(3))
pd.DataFrame(np.zeros((3, 2)), columns=["p", "q"]).drop("p", axis=1)
pd.DataFrame(df)
pd.DataFrame(df["a"])
pd.DataFrame(df, columns=["a", "b"])
pd.DataFrame(df.values, columns=df.columns)
pd.DataFrame([df["a"], df["b"]])
pd.DataFrame(dict(p=[1, 2], q=[2, 3])).values
pd.read_csv(io.StringIO("1,2,3\\n4,5,6"), header=None)
pd.read_csv(io.StringIO("1,2,3\\n4,5,6"), header=None, names=["p", "q", "r"])
pd.read_csv(io.StringIO("1,2,3\\n4,5,6"), names=["p", "q"])
pd.read_csv(io.StringIO("1,2,3\\n4,5,6"), names=["p", "q", "r", "s"])
pd.read_csv(io.StringIO("p,q,r\\n4,5,6"), usecols=["r", "p"])
pd.read_csv(io.StringIO("p,q,r\\n4,5,6"), usecols=[0, 1], index_col=0)
pd.read_csv(io.StringIO("p,q,r\\n4,5,6"), index_col="p")
pd.read_csv(io.StringIO("p,q,r\\n4,5,6"), names=["x", "y", "z"], usecols=[0, 2], header=0)
pd.read_csv(io.StringIO("p,q\\n4,5"), chunksize=1)
pd.read_csv(io.StringIO("p,p\\nq,r\\n4,5"), header=[0, 1])
pd.read_csv(io.StringIO("p,q\\n4,5"), nrows=1)
""".strip().splitlines()

#: of these nothing is claimed, on purpose
SILENT = ("groupby", "describe", "loc[0", "iloc[0, 1]", "apply(lambda row: row", "apply(np.max",
          "apply(lambda column", "expand=True", "nunique", "iloc[0]", ".sum()", ".max()",
          "quantile", "chunksize", "header=[0, 1]", "get(\"a\")", "corr", "pd.Series([v, v])",
          "pd.Series([1, 2, 3]), axis=1", "pd.read_csv(io.StringIO(\"p,p", "reset_index()",
          "np.sum(df", "explode")


@pytest.mark.parametrize("rows", [3, 6, 12])
@pytest.mark.parametrize("made", [READ, MADE, NUMBERS], ids=["read", "dict", "array"])
def test_tables(made: str, rows: int) -> None:
    """Each form on frames read from a file (nothing known), made of a dict and of an array."""
    truth = Truth()
    silent = truth.hold_each(made.replace("ROWS", str(rows)), FORMS)
    unsaid = ("len(df.keys())", "df.shape[1]", "df.size", "df.a", "df.a.values")
    of_file = unsaid if made is READ else ()
    silent = [s for s in silent if s not in of_file and not any(p in s for p in SILENT)]
    assert silent == []
    assert truth.known > 200


@pytest.mark.parametrize("seed", range(12))
def test_tables_where_less_is_known(seed: int) -> None:
    """Names, axes and settings that the reader cannot know: what it still claims is so."""
    rng = random.Random(seed)
    truth = Truth()
    made = rng.choice((READ, MADE, NUMBERS)).replace("ROWS", "6") + "from json import loads as J\n"
    truth.hold_each(made, [blurred(form, rng) for form in FORMS])
    assert truth.known > 50


CHANGES = """
df.drop("a", axis=1, inplace=True)
df.drop(columns=["a", "b"], inplace=True)
df = df.drop("a", axis=1)
df.dropna(inplace=True)
df.fillna(0, inplace=True)
df.reset_index(inplace=True)
df.reset_index(drop=True, inplace=True)
df.set_index("a", inplace=True)
df.sort_values("b", inplace=True)
df.rename(columns={"a": "e"}, inplace=True)
df.drop_duplicates(inplace=True)
df.drop([0], inplace=True)
df.drop([0], inplace=len(df) > 2)
df.insert(0, "z", 1)
y = df.pop("b")
df["e"] = df["a"] * 2
df["a"] = 0
df[["e", "f"]] = df[["a", "b"]]
df = df[df["a"] > 0]
df = df.sample(frac=1)
df = pd.get_dummies(df)
df = pd.concat([df, other])
df = df.reset_index()
for column in ["d", "b"]: df = df.drop(column, axis=1)
for column in list(df.columns): df[column] = 0
if len(df) > 4: df = df.drop("a", axis=1)
""".strip().splitlines()


@pytest.mark.parametrize("seed", range(40))
def test_changes_in_place(seed: int) -> None:
    """Several changes, one after the other, and what the frame is then."""
    rng = random.Random(seed)
    truth = Truth()
    done = 0
    while done < 5:
        made = rng.choice((READ, MADE, NUMBERS)).replace("ROWS", "6")
        changes = rng.sample(CHANGES, rng.randrange(1, 4))
        program = made + "alias = df\n" + "\n".join(changes) + "\nr = df.values\ns = df.shape\n"
        done += truth.hold(program, "df", "r", "s", "other")
    assert truth.known > 10


def test_change_of_an_attribute() -> None:
    program = MADE.replace("ROWS", "6") + (
        "class A: pass\na = A()\na.df = df\na.df.drop('a', axis=1, inplace=True)\nr = a.df\n"
        "def f(d):\n    d.drop('b', axis=1, inplace=True)\nf(df)\ns = df\n")
    assert Truth().hold(program, "s", "df")


SAME_ROWS = """
x = df.drop("a", axis=1).values; y = df["a"].values
x = df[["a", "b"]].astype("float32"); y = pd.get_dummies(df["c"])
x = df.iloc[:, :-1].values; y = df.iloc[:, -1].values
x = df.values[:, :2]; y = np.array(df["d"])
x = df[["a"]].fillna(0).to_numpy(); y = df["a"].map(lambda v: v)
x = df.sort_values("a").iloc[:, 1:3]; y = df["a"].values.reshape(-1, 1)
df = df.dropna(); x = df[["a", "b"]].values; y = df["c"]
df = df[df["a"] > 0]; x = df.drop(columns=["a"]); y = df["a"].astype("float32").values
y = df.pop("a"); x = df.values
""".strip().splitlines()


@pytest.mark.parametrize("line", SAME_ROWS)
def test_rows_of_one_frame_have_one_name(line: str) -> None:
    program = READ.replace("ROWS", "6") + line.replace("; ", "\n")
    found = interpreted(program)
    x, y = found["x"], found["y"]
    assert isinstance(x, Arr) and isinstance(y, Arr) and x.shape and y.shape
    assert isinstance(x.shape[0], str) and x.shape[0] == y.shape[0]
    assert Truth().hold(program, "x", "y")


def test_two_files_have_two_names() -> None:
    found = interpreted(READ.replace("ROWS", "6"))
    df, other = found["df"], found["other"]
    assert isinstance(df, Arr) and isinstance(other, Arr)
    assert df.shape and other.shape and df.shape[0] != other.shape[0]


def test_dummies_of_a_series_are_one_hot() -> None:
    found = interpreted(READ.replace("ROWS", "6") + "r = pd.get_dummies(df['c']).values")["r"]
    assert isinstance(found, Arr) and isinstance(found.labels, Labels) and found.labels.one_hot


@pytest.mark.parametrize("expression", [
    "pd.read_pickle('x')", "df[k]", "df.iloc[k]", "df.apply(k)", "df.groupby('a').mean()",
    "pd.pivot_table(df)", "df.loc[k]", "df['c'].apply(k)", "df.melt()",
])
def test_unknown_stays_unknown(expression: str) -> None:
    assert shapes(READ.replace("ROWS", "6") + f"r = {expression}") is None


def test_every_entry_is_real() -> None:
    old = {"as_matrix", "append", "iteritems", "ix", "product", "pad", "ravel", "transform_rows",
           "applymap", "isnull", "sem"}
    for path in pandas_.FUNCTIONS:
        root, *parts = path.split(".")
        found: Any = {"pandas": pd, "DataFrame": pd.DataFrame, "Series": pd.Series}[root]
        if parts[-1] in old or parts[-1].startswith("__") or parts[0] in ("str", "dt"):
            continue
        if root == "Series" and not hasattr(found, parts[-1]):
            assert hasattr(pd.DataFrame, parts[-1])
            continue
        for part in parts:
            found = getattr(found, part)


def test_frames_that_are_not_known_by_name() -> None:
    """`frame.name`: a column only where pandas has nothing of that name."""
    entry = pandas_.FUNCTIONS["DataFrame.__getattr__"]

    class Given:
        value = Arr(("N", None), kind="DataFrame")

        def __init__(self, name: str) -> None:
            self.name = name

        def const(self, position: int, name: str) -> str:
            return self.name

    missing: List[str] = []
    for name in dir(pd.DataFrame):
        known = f"DataFrame.{name}" in pandas_.FUNCTIONS or \
            f"DataFrame.{name}" in pandas_.ATTRIBUTES
        if not known and isinstance(entry(Given(name)), Arr):
            missing.append(name)
    assert missing == []
    column = entry(Given("species"))
    assert isinstance(column, Arr) and column.shape == ("N",) and column.kind == "Series"
