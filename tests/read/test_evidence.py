"""Reading with evidence: what a run showed is taken over, and the code that ran is judged."""
from __future__ import annotations

import ast
from typing import Any, List

import pytest

from shapecheck.facts import Array, Call, Finding, ModelInfo, Output
from shapecheck.facts.evidence import Declared, Imported, Items, Moment, Plain, Symbol
from shapecheck.facts.records import replace
from shapecheck.facts.shape import Spec
from shapecheck.read import interpreter
from shapecheck.read.reader import read
from shapecheck.rules import judge
from shapecheck.source.documents import Cell, Document

pytestmark = pytest.mark.legacy

NP = ("np", Imported("numpy"))
COLUMN = Array.of((12, 1), "float32")
X = Array.of((12, 4), "float32")


def moment(text: str, source: str, returned: Any, *names: Any, shared: Any = ()) -> Moment:
    """The recorded call that `source` spells in the text."""
    node = next(n for n in ast.walk(ast.parse(text)) if isinstance(n, ast.Call)
                and ast.get_source_segment(text, n) == source)
    outputs = (Output("output", returned),) if isinstance(returned, Array) else ()
    call = Call(ModelInfo("net", generation="keras3"), "predict", (), returned=outputs)
    return Moment("call", node.lineno, node.col_offset, node.end_lineno, node.end_col_offset,
                  (NP, *names), shared, call, returned)


def findings(text: str, *moments: Moment) -> List[Finding]:
    reading = read(Document("program.py", "py", [Cell(None, text, [], None)], []), moments)
    assert reading.notes == []
    return judge(reading.facts)


def codes(text: str, *moments: Moment) -> List[str]:
    return [f.code for f in findings(text, *moments)]


ERROR = "y_true = np.load('y.npy')\nerror = np.mean((y_true - net.predict(x)) ** 2)\n"


def test_what_the_names_held_meets_what_came_back():
    labels = ("y_true", Array.of((12,), "float64"))
    (found,) = findings(ERROR, moment(ERROR, "net.predict(x)", COLUMN, labels))
    assert found.code == "SHP401"
    assert found.headline == "y_true is (12,) and net.predict(x) is (12, 1): together (12, 12)"
    assert str(found.fix) == "y_true - net.predict(x)[:, 0]"
    assert (found.location.line, found.location.column) == (2, 18)


@pytest.mark.parametrize("labels", [
    Array.of((12, 1), "float64"), Array.of((12,), "float64").with_shape(None), Plain(3)])
def test_what_fits_or_is_not_known_is_not_told(labels):
    assert codes(ERROR, moment(ERROR, "net.predict(x)", COLUMN, ("y_true", labels))) == []


def test_without_evidence_nothing_is_known_of_it():
    assert codes(ERROR) == []


def test_a_recorded_shape_wins_over_an_inferred_one():
    text = "y = np.zeros((12, 1))\ny = load(y)\nerror = y - net.predict(x)\n"
    assert codes(text, moment(text, "net.predict(x)", COLUMN, ("y", Array.of((12,))))) == ["SHP401"]
    text = "y = np.zeros(12)\nerror = y - net.predict(x)\n"
    assert codes(text, moment(text, "net.predict(x)", COLUMN, ("y", COLUMN))) == []


def test_where_an_array_comes_from_is_kept():
    text = ("first = net.predict(x)\nother = net.predict(y)\nerror = z - first\n")
    both = (moment(text, "net.predict(x)", COLUMN),
            moment(text, "net.predict(y)", COLUMN, ("first", COLUMN), ("z", Array.of((12,)))))
    assert codes(text, *both) == ["SHP401"]


def test_a_list_of_outputs():
    text = "best = np.argmax(net.predict(x)[0])\n"
    two = Items("list", (Array.of((12, 3)), Array.of((12, 2))))
    assert codes(text, moment(text, "net.predict(x)", two)) == ["SHP207"]


def test_named_outputs():
    text = "out = net.predict(x)\ncls = out.last_hidden_state[0]\nsame = out[0][:, 0]\n"
    text_model = Items("ModelOutput", (Array.of((3, 5, 4)), Array.of((3, 4))),
                       ("last_hidden_state", "pooler_output"))
    (found,) = findings(text, moment(text, "net.predict(x)", text_model))
    assert found.code == "SHP201"
    assert str(found.fix) == "out.last_hidden_state[:, 0, :]"


IN_FUNCTION = """
import numpy as np
def never():
    return np.argmax(np.zeros((3, 1)) - net.predict(x)[0], axis=0)
def score(y):
    if flag:
        return y - net.predict(x)
    return y[:, None] - net.predict(x)
"""


def test_only_functions_that_ran_are_judged():
    found = findings(IN_FUNCTION, moment(IN_FUNCTION, "net.predict(x)", COLUMN))
    assert found == []
    ran = Moment("call", 7, 19, 7, 33, (("y", Array.of((12,))),), (("flag", Plain(True)),),
                 Call(ModelInfo("net"), "predict", ()), COLUMN)
    (told,) = findings(IN_FUNCTION, ran)
    assert (told.code, told.location.line) == ("SHP401", 7)


def test_names_of_a_comprehension_are_its_own():
    text = "y = load()\nerrors = [y - net.predict(y) for y in parts]\nrest = y - 1\n"
    one = moment(text, "net.predict(y)", COLUMN, ("y", Array.of((12,))))
    assert [f.code for f in findings(text, one)] == []


def test_models_and_tensors_of_earlier_cells():
    spec = Spec.of("table", (None, 4), "float32")
    net = Declared(ModelInfo("net", generation="keras3", class_name="Functional"), (spec,),
                   (Spec.of("out", (None, 1)),))
    text = "with watching:\n    error = y - net.predict(x)\n    last = L.Conv2D(4, 3)(pixels)\n"
    names = (("net", net), ("x", X), ("y", Array.of((12,))), ("L", Imported("tf_keras.layers")),
             ("pixels", Symbol(Array.of((None, 8, 3), "float32", "KerasTensor"), "pixels",
                               "tf_keras")))
    assert codes(text, Moment("enter", 1, names=names)) == ["SHP401", "SHP602"]


def test_behind_the_line_that_raised_nothing_ran():
    text = "with watching:\n    a = L.Conv2D(4, 3)(pixels)\n    b = L.Conv2D(4, 3)(pixels)\n"
    names = (("L", Imported("keras.layers")),
             ("pixels", Symbol(Array.of((None, 8, 3), "float32", "KerasTensor"), "pixels")))
    moments = (Moment("enter", 1, names=names), Moment("stop", 2, names=names))
    assert [f.location.line for f in findings(text, *moments)] == [2]


def test_other_source_than_the_one_that_ran_is_silent():
    text = "y = np.zeros(12)\nerror = y - net.predict(x)\n"
    other = moment(text, "net.predict(x)", COLUMN, ("y", Array.of((12,))))
    assert codes("\n\n" + text, other) == []


def test_a_huge_source_ends_with_the_budget():
    before = "def many():\n" + "    a = [b for b in range(9)]\n" * (interpreter.BUDGET // 9) \
        + "many()\n"
    lines = before.count("\n")
    one = moment(ERROR, "net.predict(x)", COLUMN, ("y_true", Array.of((12,), "float64")))
    one = replace(one, line=one.line + lines, end_line=lines + 2)
    reading = read(Document("program.py", "py", [Cell(None, before + ERROR, [], None)], []), [one])
    assert judge(reading.facts) == []
    assert len(reading.notes) == 1
