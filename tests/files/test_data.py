"""Every kind of DATA, bound to the inputs; every bad one is told in one line."""
from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from shapecheck.facts import Spec
from shapecheck.facts.errors import UserError
from shapecheck.observe.intake.binding import bind
from shapecheck.observe.intake.data import load_data
from shapecheck.observe.intake.tokenizing import tokenize

pytestmark = pytest.mark.legacy

ONE = [Spec.of("x", (None, 4), "float32")]
TWO = [Spec.of("ids", (None, 256), "int32"), Spec.of("mask", (None, 256), "int32")]
BERT = [Spec.of("input_ids", (None, None), "int32", role="input_ids"),
        Spec.of("attention_mask", (None, None), "int32", role="attention_mask", optional=True),
        Spec.of("token_type_ids", (None, None), "int32", role="token_type_ids", optional=True)]


def bound(items, specs=ONE, structure="single", as_expr=None):
    items = [str(i) for i in (items if isinstance(items, (list, tuple)) else [items])]
    return bind(load_data(items), specs, structure, as_expr)


def shapes(found):
    return [(a.name, a.expression, a.value.shape) for a in found.arguments]


@pytest.fixture
def data_x(tmp_path):
    """The founding question's array."""
    path = tmp_path / "data_x.npy"
    np.save(path, np.arange(2 * 3 * 256).reshape(2, 3, 256).astype("int32"))
    return path


# -- what is read ------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", [(), (4,), (5, 4), (5, 3, 4), (1, 2, 3, 4, 5)])
def test_npy_of_whatever_rank(tmp_path, shape):
    np.save(tmp_path / "my data.npy", np.ones(shape, "float32"))
    found = bound(tmp_path / "my data.npy")
    assert shapes(found) == [("x", "my_data", shape)]
    assert found.inputs.dtype == "float32"


def test_npz_by_name_whatever_the_order(tmp_path):
    np.savez(tmp_path / "b.npz", mask=np.zeros((3, 256), int), ids=np.ones((3, 256), int))
    found = bound(tmp_path / "b.npz", TWO, "list")
    assert shapes(found) == [("ids", "ids", (3, 256)), ("mask", "mask", (3, 256))]
    assert [int(v[0, 0]) for v in found.inputs] == [1, 0]
    assert found.notes == ()


@pytest.mark.parametrize("names", [("IDS", "Mask"), ("input_ids", "attention_mask"),
                                   ("token_ids", "padding_mask")])
def test_names_that_mean_the_same(tmp_path, names):
    ids, mask = names
    np.savez(tmp_path / "b.npz", **{mask: np.zeros((3, 256)), ids: np.ones((3, 256))})
    assert [a.expression for a in bound(tmp_path / "b.npz", TWO, "list").arguments] == [ids, mask]
    roles = [Spec.of("token_ids", None, role="input_ids"),
             Spec.of("padding_mask", None, role="attention_mask")]
    assert bound(tmp_path / "b.npz", roles, "dict").arguments[0].name == "token_ids"


def test_optional_inputs_may_be_missing(tmp_path):
    np.savez(tmp_path / "b.npz", input_ids=np.ones((2, 9), int))
    found = bound(tmp_path / "b.npz", BERT, "dict")
    assert list(found.inputs) == ["input_ids"]


def test_required_inputs_may_not(tmp_path):
    np.savez(tmp_path / "b.npz", ids=np.ones((2, 9), int), other=1, more=2)
    with pytest.raises(UserError, match="no data for input mask; the data has ids, other, more"):
        bound(tmp_path / "b.npz", TWO, "list")


def test_what_is_left_over_is_told(tmp_path):
    np.savez(tmp_path / "b.npz", ids=np.ones((2, 9)), mask=np.ones((2, 9)), labels=np.ones(2))
    assert bound(tmp_path / "b.npz", TWO, "dict").notes == ("not used: labels",)


def test_by_order_is_told(tmp_path):
    np.save(tmp_path / "a.npy", np.ones((2, 9), int))
    np.save(tmp_path / "b.npy", np.zeros((2, 9), int))
    found = bound([tmp_path / "a.npy", tmp_path / "b.npy"], TWO, "list")
    assert [a.expression for a in found.arguments] == ["a", "b"]
    assert found.notes == ("matched by order: a to ids, b to mask",)


def test_by_the_name_given(tmp_path, data_x):
    np.save(tmp_path / "a.npy", np.ones((2, 9), int))
    found = bound([f"mask={tmp_path / 'a.npy'}", f"ids={data_x}"], TWO, "list")
    assert shapes(found) == [("ids", "data_x", (2, 3, 256)), ("mask", "a", (2, 9))]
    with pytest.raises(UserError, match="no input 'gone'; it has ids, mask"):
        bound([f"gone={data_x}"], TWO, "list")


def test_two_files_of_one_name(tmp_path):
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        np.save(tmp_path / folder / "x.npy", np.ones((2, 9), int))
    found = bound([tmp_path / "a" / "x.npy", tmp_path / "b" / "x.npy"], TWO, "list")
    assert [a.expression for a in found.arguments] == ["x", "x_"]


def test_one_stacked_array_for_two_inputs(data_x):
    found = bound(data_x, TWO, "list")
    assert shapes(found) == [("ids", "data_x[0]", (3, 256)), ("mask", "data_x[1]", (3, 256))]
    assert found.expression == "[data_x[0], data_x[1]]"


def test_an_array_of_the_declared_rank_is_not_split(tmp_path):
    np.save(tmp_path / "a.npy", np.ones((2, 256), int))
    with pytest.raises(UserError, match=r"1 array \(a\) for 2 inputs \(ids, mask\)"):
        bound(tmp_path / "a.npy", TWO, "list")


def test_too_many_arrays(tmp_path):
    np.savez(tmp_path / "b.npz", p=np.ones(2), q=np.ones(2))
    with pytest.raises(UserError, match=r"2 arrays \(p, q\) for one input \(x\)"):
        bound(tmp_path / "b.npz")
    assert shapes(bound(tmp_path / "b.npz", as_expr="q")) == [("x", "q", (2,))]


def test_nested_inputs_are_given_flat(data_x):
    assert bound(data_x, TWO, "nested").structure == "list"


def test_a_model_that_declares_nothing_gets_the_data_as_it_came(tmp_path, data_x):
    assert bound(data_x, [], "single").structure == "single"
    np.savez(tmp_path / "b.npz", a=np.ones((2, 9)), b=np.ones((2, 9)))
    assert list(bound(tmp_path / "b.npz", [], "single").inputs) == ["a", "b"]


@pytest.mark.parametrize("pandas", [True, False])
def test_csv(write, monkeypatch, pandas):
    if not pandas:
        monkeypatch.setitem(sys.modules, "pandas", None)
    path = write("t.csv", "age, height, city\n1, 2.5, Rome\n3, 4.5, Oslo\n")
    found = bound(path)
    assert shapes(found) == [("x", "t", (2, 2))]
    assert found.inputs.tolist() == [[1, 2.5], [3, 4.5]]
    assert found.notes == ("left out of t, no numbers: city",)
    named = [Spec.of("height", (None, 1)), Spec.of("Age", (None, 1))]
    found = bound(path, named, "dict")
    assert shapes(found) == [("height", 't["height"]', (2,)), ("Age", 't["age"]', (2,))]
    with pytest.raises(UserError, match=r"columns \(age, height, city\) are not the model's"):
        bound(path, TWO, "list")


@pytest.mark.parametrize("pandas", [True, False])
@pytest.mark.parametrize(("text", "said"), [
    ("", "is empty"), ("a,b\n", "has no rows"), ("a,b\n1,2\n1,2,3\n1,2,3,4\n", None),
    ("a\nx\n", "no column of numbers"),
])
def test_bad_csv(write, monkeypatch, pandas, text, said):
    if not pandas:
        monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UserError, match=said):
        bound(write("t.csv", text))


def test_whole_numbers_of_a_text_format_become_ints(write):
    found = bound(write("j.json", "[[1.0, 2.0], [3.0, 4.0]]"), [Spec.of("i", (None, 2), "int32")])
    assert found.inputs.dtype == "int32"
    found = bound(write("k.json", "[[1.5, 2.0]]"), [Spec.of("i", (None, 2), "int32")])
    assert found.inputs.dtype == "float64"


def test_parquet(tmp_path):
    pd = pytest.importorskip("pandas")
    pytest.importorskip("pyarrow")
    path = tmp_path / "p.parquet"
    pd.DataFrame({"ids": [[1, 2], [3, 4]], "mask": [[1, 1], [1, 0]]}).to_parquet(path)
    assert shapes(bound(path, TWO, "list")) == [("ids", "ids", (2, 2)), ("mask", "mask", (2, 2))]
    pd.DataFrame({"a": [1, 2], "b": [3.0, 4.0]}).to_parquet(path)
    assert shapes(bound(path)) == [("x", "p", (2, 2))]
    pd.DataFrame({"ids": [[1, 2], [3]]}).to_parquet(path)
    with pytest.raises(UserError, match="ragged"):
        bound(path)


def test_parquet_without_pandas(write, monkeypatch):
    monkeypatch.setitem(sys.modules, "pandas", None)
    with pytest.raises(UserError, match="needs pandas and pyarrow: pip install"):
        bound(write("p.parquet", ""))


@pytest.mark.parametrize(("name", "text"), [
    ("a.json", '{"ids": [[1, 2], [3, 4]], "mask": [[1, 1], [1, 0]]}'),
    ("a.json", '[{"ids": [1, 2], "mask": [1, 1]}, {"mask": [1, 0], "ids": [3, 4]}]'),
    ("a.jsonl", '{"ids": [1, 2], "mask": [1, 1]}\n\n{"ids": [3, 4], "mask": [1, 0]}\n'),
])
def test_json(write, name, text):
    found = bound(write(name, text), TWO, "dict")
    assert shapes(found) == [("ids", "ids", (2, 2)), ("mask", "mask", (2, 2))]
    assert found.inputs["mask"].tolist() == [[1, 1], [1, 0]]


def test_json_rows(write):
    assert shapes(bound(write("a.json", "[[1, 2, 3, 4]]"))) == [("x", "a", (1, 4))]
    assert shapes(bound(write("a.jsonl", "[1, 2]\n[3, 4]"))) == [("x", "a", (2, 2))]


@pytest.mark.parametrize(("text", "said"), [
    ("[[1, 2], [3, 4, 5], [6]]", "ragged: row 1 has 3 values, row 0 has 2"),
    ('{"ids": [[1, 2], [3]]}', "ids is ragged: row 1 has 1 values, row 0 has 2"),
    ("[[[1], [2]], [[3], [4, 5]]]", "ragged: row 1.1 has 2 values, row 0.0 has 1"),
    ("[[1, 2], 3]", "ragged: row 1 is a single value"),
    ("[1, [2]]", "ragged: row 1 is a list"),
    ("[[1, null]]", "row 0 holds null"), ("[null, 1]", "row 0 holds null"),
    ("[[1, {}]]", "holds an object"),
    ('[{"a": 1}, {"b": 1}]', "row 1 lacks 'a'"), ("[]", "has no rows"), ("{}", "holds no arrays"),
    ("3", "expected a list of rows"), ('"text"', "expected a list of rows"),
    ("{", "damaged"), ("[" * 100000, "nested too deep"), ("[[], []]", None),
    ("[123456789012345678901234567890]", "no 64-bit numbers"),
])
def test_bad_json(write, text, said):
    path = write("d.json", text)
    if said is None:
        assert shapes(bound(path)) == [("x", "d", (2, 0))]
        return
    with pytest.raises(UserError) as caught:
        bound(path)
    assert said in str(caught.value)
    assert str(caught.value).isprintable()
    assert Path(path).read_text() == text


def test_bad_jsonl_names_the_line(write):
    with pytest.raises(UserError, match="line 3 is not valid JSON"):
        bound(write("d.jsonl", "[1]\n\n[2\n"))


# -- bad arrays --------------------------------------------------------------------------------


class Evil:
    def __reduce__(self):
        return open, ("CANARY", "w")


def evil_npy(path):
    import pickle

    path.write_bytes(pickle.dumps(Evil()))


def object_npy(path):
    np.save(path, np.array([Evil(), [1, 2]], dtype=object), allow_pickle=True)


def object_npz(path):
    np.savez(path, x=np.array([[1], [1, 2]], dtype=object))


@pytest.mark.parametrize(("make", "name", "said"), [
    (evil_npy, "a.npy", "a pickle is not read"), (object_npy, "a.npy", "object array"),
    (object_npz, "a.npz", "x is an object array"),
    (evil_npy, "a.pkl", "a pickle can run code"), (evil_npy, "a.npz", "damaged or not a .npz"),
    (lambda p: p.write_bytes(b"\x93NUMPY cut"), "a.npy", "damaged"),
    (lambda p: p.write_bytes(b""), "a.npy", "not a .npy array"),
    (lambda p: np.savez(p), "a.npz", "holds no arrays"),
    (lambda p: np.save(p, np.zeros((0, 4))), "a.npy", "has no rows"),
    (lambda p: np.savez(p, a=np.ones(3), b=np.ones((0, 3))), "a.npz", "b has no rows"),
    (lambda p: np.save(p, np.array(["a", "b"])), "a.npy", "holds text, the input wants float32"),
    (lambda p: p.write_text("x"), "a.txt", ".txt is not data"),
    (lambda p: p.write_text("x"), "a", "without an ending"),
    (lambda p: p.write_text("x"), "a.py", "Write"),
    (lambda p: p.mkdir(), "a.npy", "is a folder"),
])
def test_bad_arrays(tmp_path, monkeypatch, make, name, said):
    monkeypatch.chdir(tmp_path)
    path = tmp_path / name
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(UserError) as caught:
        bound(path)
    assert said in str(caught.value)
    assert str(caught.value).isprintable()
    assert not (tmp_path / "CANARY").exists()
    assert before is None or path.read_bytes() == before


def test_a_truncated_npz(tmp_path):
    np.savez(tmp_path / "a.npz", a=np.ones((9, 9)))
    cut = tmp_path / "cut.npz"
    cut.write_bytes((tmp_path / "a.npz").read_bytes()[:-40])
    with pytest.raises(UserError, match="truncated"):
        bound(cut)


@pytest.mark.parametrize("name", ["none.npy", "", "none", "a\0.npy"])
def test_missing_data(name):
    with pytest.raises(UserError, match="no such file; DATA is"):
        bound(name)


def test_no_data():
    with pytest.raises(UserError, match="no data given"):
        load_data([])


def test_unreadable_data(data_x, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refuse)
    with pytest.raises(UserError, match=r"cannot be read \(Permission denied\)"):
        bound(data_x)


def test_nan(tmp_path):
    x = np.ones((3, 4))
    x[1, 2] = np.nan
    np.save(tmp_path / "x.npy", x)
    with pytest.raises(UserError, match=r"x holds NaN \(first at \[1, 2\]\) where input ids wants"):
        bound(tmp_path / "x.npy", [Spec.of("ids", (None, 4), "int32")])
    (note,) = bound(tmp_path / "x.npy").notes
    assert note.startswith("x holds NaN, first at [1, 2]")
    assert bound(tmp_path / "x.npy", as_expr="x[0:1]").notes == ()


# -- the user's code ---------------------------------------------------------------------------

CODE = """
import numpy as np
data_x = np.zeros((2, 3, 256), int)
batch = {"ids": data_x[0], "mask": data_x[1]}
pair = (data_x[0], data_x[1])
rows = [[1, 2], [3, 4]]
empty = []
ragged = np.array([[1], [1, 2]], dtype=object)
text = "abc"
nothing = None
def both(): return [data_x[0], data_x[1]]
def fails(): raise RuntimeError("no")
def needs(n): return data_x
def generate():
    yield data_x[0]
"""


@pytest.fixture
def code(tmp_path):
    path = tmp_path / "data.py"
    path.write_text(CODE)
    return str(path)


@pytest.mark.parametrize(("name", "expressions"), [
    ("data_x", ["data_x[0]", "data_x[1]"]), ("batch", ['batch["ids"]', 'batch["mask"]']),
    ("pair", ["pair[0]", "pair[1]"]), ("both", ["both[0]", "both[1]"])])
def test_objects_keep_the_users_names(code, name, expressions):
    found = bound(f"{code}:{name}", TWO, "list")
    assert [a.expression for a in found.arguments] == expressions
    assert [a.value.shape for a in found.arguments] == [(3, 256)] * 2


def test_a_list_stays_a_list(code):
    assert bound(f"{code}:rows").inputs == [[1, 2], [3, 4]]


@pytest.mark.parametrize(("name", "said"), [
    ("gone", "has no 'gone'"), ("fails", "raised RuntimeError: no"), ("needs", "needs arguments"),
    ("empty", "has no rows"), ("ragged", "object array"), ("text", "is str; expected"),
    ("nothing", "is NoneType; expected")])
def test_objects_that_are_no_data(code, name, said):
    with pytest.raises(UserError) as caught:
        bound(f"{code}:{name}")
    assert said in str(caught.value)


def test_frames_are_passed_as_they_are(tmp_path):
    pd = pytest.importorskip("pandas")
    path = tmp_path / "frames.py"
    path.write_text("import pandas as pd\n"
                    "df = pd.DataFrame({'a': [1., 2.], 'b': [3., float('nan')]})\ns = df['a']\n")
    assert isinstance(bound(f"{path}:s").inputs, pd.Series)
    found = bound(f"{path}:df")
    assert isinstance(found.inputs, pd.DataFrame)
    assert "NaN" in found.notes[0]
    found = bound(f"{path}:df", [Spec.of("a", (None, 1)), Spec.of("b", (None, 1))], "dict")
    assert [a.expression for a in found.arguments] == ['df["a"]', 'df["b"]']


def test_pipelines(tmp_path, code):
    path = tmp_path / "ds.py"
    path.write_text("import numpy as np, tensorflow as tf\n"
                    "ds = tf.data.Dataset.from_tensor_slices(np.ones((4, 4), 'f4')).batch(2)\n")
    found = bound(f"{path}:ds")
    assert (found.structure, found.arguments[0].expression) == ("pipeline", "ds")
    assert found.inputs.cardinality() == 2
    with pytest.raises(UserError, match="--as works on arrays"):
        bound(f"{path}:ds", as_expr="x[0]")
    assert bound(f"{code}:generate").structure == "pipeline"


# -- --text ------------------------------------------------------------------------------------


def test_text_without_a_tokenizer():
    with pytest.raises(UserError, match="--text needs the model's own tokenizer"):
        tokenize(["a"], None, BERT)


@pytest.mark.parametrize("texts", [[], [""], ["  "]])
def test_no_text(tmp_path, texts):
    with pytest.raises(UserError, match="--text is empty"):
        tokenize(texts, str(tmp_path), BERT)


def test_a_broken_tokenizer(tmp_path):
    pytest.importorskip("transformers")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert"}))
    (tmp_path / "tokenizer_config.json").write_text("{")
    with pytest.raises(UserError, match="tokenizer cannot be used"):
        tokenize(["a"], str(tmp_path), BERT)
