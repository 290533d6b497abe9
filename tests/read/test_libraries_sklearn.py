"""What the tables say of scikit-learn is what scikit-learn does."""
from __future__ import annotations

import importlib
import random
from typing import Any, List

import pytest

from shapecheck.read.libraries import sklearn_
from shapecheck.read.values import Arr, Seq
from tests.read.truth import Truth, blurred, interpreted, shapes

pytest.importorskip("sklearn")
pytestmark = pytest.mark.filterwarnings("ignore")

SETUP = """
import io
import numpy as np
import pandas as pd
from scipy import sparse
from sklearn import datasets, metrics, model_selection, preprocessing
from sklearn.compose import ColumnTransformer, make_column_transformer
from sklearn.datasets import *
from sklearn.datasets import load_iris, load_digits, load_wine, load_breast_cancer, load_diabetes
from sklearn.datasets import make_classification, make_regression, make_blobs, make_moons
from sklearn.datasets import make_circles, make_multilabel_classification, make_swiss_roll
from sklearn.datasets import load_linnerud
from sklearn.decomposition import PCA, TruncatedSVD, NMF
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer, HashingVectorizer
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.feature_selection import SelectKBest
from sklearn.impute import SimpleImputer
from sklearn.metrics import accuracy_score, mean_squared_error, f1_score, confusion_matrix
from sklearn.metrics.pairwise import cosine_similarity
from sklearn.model_selection import KFold, StratifiedKFold, ShuffleSplit, TimeSeriesSplit
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline, Pipeline
from sklearn.preprocessing import *
from sklearn.preprocessing import StandardScaler, MinMaxScaler, RobustScaler, Normalizer
from sklearn.preprocessing import LabelEncoder, LabelBinarizer, OneHotEncoder, OrdinalEncoder
from sklearn.preprocessing import MultiLabelBinarizer, PolynomialFeatures, label_binarize
from sklearn.preprocessing import normalize, scale, minmax_scale, MaxAbsScaler
from sklearn.utils import shuffle, resample, class_weight
x = np.random.rand(ROWS, 5)
f = np.random.rand(ROWS, 5).astype("float32")
i = np.random.randint(0, 4, (ROWS, 5))
y = np.random.randint(0, 3, ROWS)
b = np.random.randint(0, 2, ROWS)
h = np.eye(3)[y]
t = np.random.rand(ROWS, 4, 3)
texts = ["a good film", "a bad film", "bad", "one two three"] * (ROWS // 4)
names = ["red", "green", "blue", "red"] * (ROWS // 4)
df = pd.DataFrame(x, columns=list("abcde"))
csv = pd.read_csv(io.StringIO("a,b,c\\n" + "1,2,3\\n" * ROWS))
scaler = StandardScaler()
scaler.fit(x)
"""

FORMS = """
train_test_split(x, y)
train_test_split(x, y, test_size=0.2)
train_test_split(x, y, test_size=0.33, random_state=42)
train_test_split(x, y, train_size=0.8)
train_test_split(x, y, test_size=3)
train_test_split(x, y, train_size=5)
train_test_split(x, y, test_size=0.2, train_size=0.5)
train_test_split(x, y, test_size=2, train_size=0.5)
train_test_split(x, y, test_size=0.25, shuffle=False)
train_test_split(x, y, test_size=0.25, stratify=y)
train_test_split(x)
train_test_split(x, y, h)
train_test_split(x, h, t, test_size=0.1)
train_test_split(df, y)
train_test_split(df, df["a"], test_size=0.3)
train_test_split(df[["a", "b"]].values, df["a"].values)
train_test_split(csv)
train_test_split(csv, test_size=0.2)
train_test_split(csv, csv["a"], test_size=0.2)
train_test_split(csv.drop("a", axis=1), csv["a"], csv["b"].values)
train_test_split(csv.values, csv["a"], test_size=3)
train_test_split(texts, names)
train_test_split(texts, y, test_size=0.5)
train_test_split([[1, 2], [3, 4], [5, 6], [7, 8]], [0, 1, 0, 1])
train_test_split(range(8))
train_test_split(x, y[:-1])
train_test_split(np.arange(len(x)), test_size=0.2)
train_test_split(TfidfVectorizer().fit_transform(texts), y)[0].toarray()
model_selection.train_test_split(x, y, test_size=0.4)
list(KFold(4).split(x))
list(KFold(n_splits=3, shuffle=True).split(x, y))
list(KFold().split(csv))
list(StratifiedKFold(2).split(x, y))
list(ShuffleSplit(3, test_size=0.25).split(x))
list(ShuffleSplit(test_size=2).split(x))
list(TimeSeriesSplit(3).split(x))
[x[a].shape for a, b in KFold(4).split(x)]
KFold(4).get_n_splits()
StandardScaler().fit_transform(x)
StandardScaler().fit_transform(f)
StandardScaler().fit_transform(i)
StandardScaler().fit_transform(df)
StandardScaler().fit_transform(csv)
StandardScaler().fit_transform(csv[["a", "b"]])
StandardScaler().fit_transform(y)
StandardScaler().fit_transform(t)
StandardScaler().fit_transform(y.reshape(-1, 1))
StandardScaler().fit_transform([[1, 2], [3, 4]])
StandardScaler().fit(x).transform(x[:2])
StandardScaler().fit(x).inverse_transform(x)
scaler.transform(x)
scaler.transform(x[0:1])
scaler.transform(x[0].reshape(1, -1))
scaler.inverse_transform(x)
MinMaxScaler().fit_transform(x)
MinMaxScaler((-1, 1)).fit_transform(x)
MinMaxScaler(feature_range=(0, 5)).fit_transform(df)
MinMaxScaler().fit(x[:4]).transform(x)
MinMaxScaler().fit_transform(csv[["a"]].values)
RobustScaler().fit_transform(x)
MaxAbsScaler().fit_transform(x)
Normalizer().fit_transform(x)
OrdinalEncoder().fit_transform(i)
OrdinalEncoder().fit_transform(np.array(names).reshape(-1, 1))
PolynomialFeatures(2).fit_transform(x)
LabelEncoder().fit_transform(y)
LabelEncoder().fit_transform(names)
LabelEncoder().fit_transform(["a", "b", "b"])
LabelEncoder().fit_transform(csv["a"])
LabelEncoder().fit(names).transform(names[:2])
LabelEncoder().fit(names).classes_
LabelEncoder().fit(names).inverse_transform([0, 1])
LabelBinarizer().fit_transform(y)
LabelBinarizer().fit_transform(names)
LabelBinarizer().fit_transform(b)
LabelBinarizer().fit_transform(["a", "b", "a"])
LabelBinarizer().fit_transform(["a", "b", "c"])
LabelBinarizer().fit(["a", "b", "c"]).transform(["b", "b"])
LabelBinarizer().fit_transform(csv["a"])
MultiLabelBinarizer().fit_transform([["a"], ["a", "b"]])
OneHotEncoder().fit_transform(y.reshape(-1, 1))
OneHotEncoder().fit_transform(y.reshape(-1, 1)).toarray()
OneHotEncoder(sparse_output=False).fit_transform(y.reshape(-1, 1))
OneHotEncoder(sparse_output=False).fit_transform(y[:, None])
OneHotEncoder(sparse_output=False).fit_transform(i)
OneHotEncoder(sparse_output=False, drop="first").fit_transform(y.reshape(-1, 1))
OneHotEncoder(sparse_output=False).fit(y.reshape(-1, 1)).transform(y[:4].reshape(-1, 1))
OneHotEncoder(sparse_output=False, handle_unknown="ignore").fit([[1]]).transform([[2], [1]])
OneHotEncoder(sparse_output=False).fit_transform(csv[["a"]])
OneHotEncoder(sparse_output=False).fit_transform(y)
label_binarize(y, classes=[0, 1, 2])
label_binarize(y, classes=range(3))
label_binarize(b, classes=[0, 1])
label_binarize([5, 1], classes=[0, 1, 2])
normalize(x)
scale(x)
minmax_scale(y.astype(float))
PCA(2).fit_transform(x)
PCA(n_components=3).fit(x).transform(x[:4])
PCA(0.9).fit_transform(x)
PCA().fit_transform(x)
PCA(2).fit_transform(csv)
TruncatedSVD().fit_transform(x)
TruncatedSVD(3).fit_transform(TfidfVectorizer().fit_transform(texts))
NMF(2).fit_transform(x)
SelectKBest(k=2).fit_transform(x, y)
SelectKBest(k=10).fit_transform(x, y)
SimpleImputer().fit_transform(x)
SimpleImputer().fit_transform([[1, np.nan], [2, np.nan]])
CountVectorizer().fit_transform(texts)
CountVectorizer().fit_transform(texts).toarray()
CountVectorizer(max_features=3).fit_transform(texts)
CountVectorizer(vocabulary=["one", "two", "three"]).fit_transform(texts).toarray()
TfidfVectorizer(vocabulary={"one": 0, "two": 1}).fit_transform(texts)
CountVectorizer().fit_transform(["A word, a Word", "it's one-two x2 3 Übung"]).toarray()
CountVectorizer().fit(["a b cd", "cd ef"]).transform(["ef", "x", "cd"])
TfidfVectorizer(max_features=2, sublinear_tf=True).fit_transform(["ab cd ef", "gh"])
CountVectorizer(stop_words="english").fit_transform(["the cat", "a dog"])
CountVectorizer(ngram_range=(1, 2)).fit_transform(["the cat", "a dog"])
CountVectorizer(min_df=2).fit_transform(["the cat", "the dog"])
CountVectorizer(max_features=500).fit_transform(texts).toarray()
TfidfVectorizer().fit_transform(texts).toarray()
TfidfVectorizer(max_features=2).fit_transform(texts).toarray()
TfidfVectorizer().fit(texts).transform(texts[:2]).toarray()
TfidfTransformer().fit_transform(CountVectorizer().fit_transform(texts)).toarray()
HashingVectorizer(n_features=16).fit_transform(texts).toarray()
HashingVectorizer(n_features=16).transform(texts)[:2]
make_pipeline(StandardScaler(), PCA(2)).fit_transform(x)
Pipeline([("s", StandardScaler())]).fit(x).transform(x)
ColumnTransformer([("s", StandardScaler(), [0, 1])]).fit_transform(x)
ColumnTransformer([("o", OneHotEncoder(), [0])]).fit_transform(i)
load_iris()
load_iris().data
load_iris().target
load_iris()["data"]
load_iris()["target"]
load_iris().data[:, :2]
load_iris().feature_names
load_iris().target_names
load_iris(return_X_y=True)
load_iris(as_frame=True).data
load_iris(as_frame=True).target
load_iris(as_frame=True).frame
load_iris(return_X_y=True, as_frame=True)
datasets.load_digits().data
datasets.load_digits().images
datasets.load_digits().target
load_digits(n_class=3).data
load_digits(return_X_y=True)
load_wine().data
load_wine(return_X_y=True)
load_breast_cancer().data
load_breast_cancer().target
load_breast_cancer(return_X_y=True)
load_diabetes().data
load_diabetes().target
load_diabetes(return_X_y=True)
load_linnerud().target
make_classification()
make_classification(50)
make_classification(n_samples=50, n_features=8)
make_classification(50, 6, n_classes=3, n_informative=4)
make_classification(n_samples=len(x), n_features=4, random_state=0)
make_regression()
make_regression(20, 3)
make_regression(n_samples=20, n_features=3, n_targets=2)
make_regression(n_samples=20, n_targets=1, noise=0.1)
make_regression(20, coef=True)
make_blobs()
make_blobs(30)
make_blobs(n_samples=30, n_features=4)
make_blobs(n_samples=30, centers=5)
make_blobs(n_samples=[3, 4])
make_blobs(30, centers=[[0, 0, 0], [1, 1, 1]])
make_blobs(30, centers=5, return_centers=True)
make_moons()
make_moons(50, noise=0.1)
make_moons((3, 5))
make_circles(n_samples=50, factor=0.5)
make_multilabel_classification(20, n_classes=4)
make_multilabel_classification()
make_swiss_roll(20)
shuffle(x, y)
shuffle(x)
shuffle(df, y, random_state=0)
shuffle(texts, names)
shuffle(csv)
resample(x, y)
resample(x, n_samples=5)
class_weight.compute_class_weight("balanced", classes=np.unique(y), y=y)
class_weight.compute_sample_weight("balanced", y)
accuracy_score(y, y)
mean_squared_error(x, x)
mean_squared_error(x, x, multioutput="raw_values")
f1_score(y, y, average="macro")
f1_score(y, y, average=None)
confusion_matrix(y, y)
cosine_similarity(x)
cosine_similarity(x, x[:2])
sparse.csr_matrix(x)
sparse.csr_matrix(x).toarray()
sparse.csr_matrix(x)[:3]
sparse.csr_matrix(x).shape
""".strip().splitlines()

SILENT = ("load_iris()", "n_class=3", "return_centers", "average=None", "raw_values")


@pytest.mark.parametrize("rows", [8, 12, 20, 100])
def test_tables(rows: int) -> None:
    """The forms that people use; what the reader claims is so, and of most it claims something."""
    truth = Truth()
    silent = truth.hold_each(SETUP.replace("ROWS", str(rows)), FORMS)
    assert [s for s in silent if s not in SILENT and not any(
        p in s for p in SILENT[1:])] == []
    assert truth.known > 250


@pytest.mark.parametrize("seed", range(8))
def test_tables_where_less_is_known(seed: int) -> None:
    """Settings that the reader cannot know: what it still claims is so."""
    rng = random.Random(seed)
    truth = Truth()
    rows = rng.choice(("12", "J('12')", "len(pd.Series(J('[1, 1, 1, 1, 1, 1, 1, 1]')))"))
    first = "import pandas as pd\n"
    setup = SETUP.replace("ROWS", "rows").replace(
        first, f"{first}from json import loads as J\nrows = {rows}\n")
    truth.hold_each(setup, [blurred(form, rng, 0.3) for form in FORMS])
    assert truth.known > 100


@pytest.mark.parametrize("seed", range(20))
def test_sizes_of_a_split(seed: int) -> None:
    """How many rows go where, for any sizes."""
    rng = random.Random(seed)
    truth = Truth()
    forms: List[str] = []
    for _ in range(60):
        given = []
        for name in ("test_size", "train_size"):
            part = round(rng.random(), rng.choice((1, 2, 3)))
            size = rng.choice((None, rng.randrange(1, 12), part))
            if size is not None:
                given.append(f"{name}={size}")
        forms.append(f"train_test_split({rng.choice(('x', 'y', 'texts', 'df'))}, "
                     f"{', '.join([rng.choice(('y', 'h', 'names')), *given])})")
    silent = truth.hold_each(SETUP.replace("ROWS", str(rng.choice((4, 8, 20, 32, 100)))), forms)
    assert silent == []


def test_parts_of_one_split_have_one_name() -> None:
    program = SETUP.replace("ROWS", "8") + (
        "a, b, c, d = train_test_split(csv.drop('a', axis=1).values, csv['a'].values)\n"
        "e, g = train_test_split(csv, test_size=0.1)\n")
    found = interpreted(program)
    shape = {k: v.shape for k, v in found.items() if isinstance(v, Arr) and v.shape}
    assert shape["a"][0] == shape["c"][0] and shape["b"][0] == shape["d"][0]
    assert len({shape[k][0] for k in "abeg"} | {shape["csv"][0]}) == 5
    assert all(isinstance(shape[k][0], str) for k in "abcdeg")
    assert Truth().hold(program, *"abcdeg")


def test_labels_go_through_a_split() -> None:
    found = interpreted(SETUP.replace("ROWS", "20") +
                        "p, q, r, s = train_test_split(x, y)\nu, v = train_test_split(h)\n")
    for name in "rs":
        value = found[name]
        assert isinstance(value, Arr) and value.labels is not None and value.labels.classes == 3
    for name in "uv":
        value = found[name]
        assert isinstance(value, Arr) and value.labels is not None and value.labels.one_hot


def test_one_hot_is_known() -> None:
    for form in ("OneHotEncoder(sparse_output=False).fit_transform(y.reshape(-1, 1))",
                 "OneHotEncoder(sparse=False).fit_transform(y.reshape(-1, 1))",
                 "OneHotEncoder().fit_transform(y.reshape(-1, 1)).toarray()",
                 "LabelBinarizer().fit_transform(['a', 'b', 'c'])"):
        value = interpreted(SETUP.replace("ROWS", "20") + f"r = {form}")["r"]
        assert isinstance(value, Arr) and value.labels is not None and value.labels.one_hot, form


@pytest.mark.parametrize("expression", [
    "train_test_split(k, y)[0]", "train_test_split(*k)", "train_test_split(x, y, **k)",
    "fetch_openml('mnist_784')", "StandardScaler().fit_transform(k).shape",
    "OneHotEncoder(sparse_output=k).fit_transform(y.reshape(-1, 1))",
    "OneHotEncoder(**k).fit_transform(y.reshape(-1, 1))", "load_iris(return_X_y=k)",
    "make_regression(coef=k)",
])
def test_unknown_stays_unknown(expression: str) -> None:
    found = shapes(SETUP.replace("ROWS", "8") + f"r = {expression}")
    assert found is None or (isinstance(found, list) and all(
        f is None or (isinstance(f, tuple) and f[0] is None) for f in found))


def test_a_split_of_known_sizes() -> None:
    found = shapes("import numpy as np\nfrom sklearn.model_selection import train_test_split\n"
                   "r = train_test_split(np.zeros((150, 4)), np.zeros(150), test_size=0.2)")
    assert found == [(120, 4), (30, 4), (120,), (30,)]


def test_every_entry_is_real() -> None:
    old = ("cross_validation", "load_boston", "Imputer", ".base.", "samples_generator", "._base.",
           "_samples_generator", "get_feature_names", "set_random_state", "utils.compute_",
           "root_mean_squared_error", "IterativeImputer", "impute.")
    for path in sklearn_.FUNCTIONS:
        if any(part in path for part in old):
            continue
        parts = path.split(".")
        found: Any = None
        for cut in range(len(parts) - 1, 0, -1):
            try:
                found = importlib.import_module(".".join(parts[:cut]))
            except ImportError:
                continue
            for part in parts[cut:]:
                if part in ("inverse_transform", "partial_fit", "transform", "__getitem__"):
                    break  # one list of methods for all
                found = getattr(found, part)
            break
        assert found is not None, path


def test_folds_are_iterated() -> None:
    found = interpreted(SETUP.replace("ROWS", "20") + (
        "for train, test in KFold(5).split(x):\n    p, q = x[train], y[test]\n"
        "r = [1 for train, test in StratifiedKFold(3).split(x, y)]\n"))
    p, q, r = found["p"], found["q"], found["r"]
    assert isinstance(p, Arr) and p.shape == (16, 5)
    assert isinstance(q, Arr) and q.shape == (4,)
    assert isinstance(r, Seq)
