"""`--as EXPR`: what would be passed, in the user's words; and nothing else can be evaluated."""
from __future__ import annotations

import numpy as np
import pytest

from shapecheck.facts import Spec
from shapecheck.facts.errors import UserError
from shapecheck.observe.intake.binding import bind
from shapecheck.observe.intake.bound import LoadedData
from shapecheck.observe.intake.data_files import Item

pytestmark = pytest.mark.legacy

ONE = [Spec.of("x", (None, 4), "float32")]
TWO = [Spec.of("ids", (None, 256), "int32"), Spec.of("mask", (None, 256), "int32")]


def data(**arrays):
    return LoadedData(tuple(Item(n, n, v, f"{n}.npy") for n, v in arrays.items()))


STACKED = data(data_x=np.zeros((2, 3, 256), "int32"))
NAMED = data(ids=np.zeros((3, 256), "int32"), mask=np.ones((3, 256), "int32"))
SINGLE = data(rows=np.zeros((5, 4), "float32"))


def passed(source, specs, structure, expression):
    found = bind(source, specs, structure, expression)
    return [(a.expression, np.shape(a.value)) for a in found.arguments]


@pytest.mark.parametrize(("expression", "shape"), [
    ("x", (5, 4)), ("x[0]", (4,)), ("x[0:1]", (1, 4)), ("x[-1]", (4,)), ("x[:, 0]", (5,)),
    ("x[0][0]", ()), ("x[None]", (1, 5, 4)), ("x[0][None]", (1, 4)), ("x[..., None]", (5, 4, 1)),
    ("x[0][:, None]", (4, 1)), ("x[[0, 2]]", (2, 4)), ("x.T", (4, 5)), ("x[::2]", (3, 4)),
    ("x[0].reshape(1, -1)", (1, 4)), ("x[0].reshape((1, 4))", (1, 4)), ("x[0:1].squeeze()", (4,)),
    ("x[0:1].squeeze(axis=0)", (4,)), ("np.expand_dims(x[0], 0)", (1, 4)),
    ("np.expand_dims(x[0], axis=-1)", (4, 1)), ("x[np.newaxis, 0]", (1, 4)),
    ("np.asarray(x)", (5, 4)), ("np.array(x[0])", (4,)), ("np.squeeze(x[0:1])", (4,)),
    ("np.stack([x[0], x[1]])", (2, 4)), ("np.stack((x, x), axis=1)", (5, 2, 4)),
    ("rows[0]", (4,)), ("numpy.asarray(rows)", (5, 4)),
])
def test_one_input(expression, shape):
    assert passed(SINGLE, ONE, "single", expression) == [(expression, shape)]


@pytest.mark.parametrize(("expression", "shown", "shape"), [
    ("[0]", "rows[0]", (4,)), ("[0:1]", "rows[0:1]", (1, 4)), (" [:, None] ", "rows[:, None]",
                                                               (5, 1, 4)),
    ("[0][0]", "rows[0][0]", ()), ("[-1:]", "rows[-1:]", (1, 4)),
])
def test_a_bare_subscript(expression, shown, shape):
    assert passed(SINGLE, ONE, "single", expression) == [(shown, shape)]


@pytest.mark.parametrize(("expression", "suffix", "shape"), [
    ("x[0]", "[0]", (256,)), ("[0]", "[0]", (256,)), ("[0:1]", "[0:1]", (1, 256)),
    ("x[0:2]", "[0:2]", (2, 256)), ("x[0].reshape(1, 256)", "[0].reshape(1, 256)", (1, 256)),
    ("x.T", ".T", (256, 3)), ("x", "", (3, 256)),
])
def test_a_chain_goes_to_every_input(expression, suffix, shape):
    assert passed(STACKED, TWO, "list", expression) == [
        (f"data_x[0]{suffix}", shape), (f"data_x[1]{suffix}", shape)]
    assert passed(NAMED, TWO, "list", expression) == [
        (f"ids{suffix}", shape), (f"mask{suffix}", shape)]


@pytest.mark.parametrize(("expression", "structure", "texts"), [
    ("[x[0][0], x[1][0:1]]", "list", ["x[0][0]", "x[1][0:1]"]),
    ("(x[0][0], x[1][0:1])", "list", ["x[0][0]", "x[1][0:1]"]),
    ("[x['ids'][0], x['mask'][0:1]]", "list", ["x['ids'][0]", "x['mask'][0:1]"]),
    ("[ids[0], mask[0:1]]", "list", ["ids[0]", "mask[0:1]"]),
    ('{"ids": x["ids"][0], "mask": mask[0:1]}', "dict", ['x["ids"][0]', "mask[0:1]"]),
])
def test_a_display_says_what_goes_where(expression, structure, texts):
    found = bind(NAMED, TWO, "list", expression)
    assert (found.structure, [a.name for a in found.arguments]) == (structure, ["ids", "mask"])
    assert [(a.expression, a.value.shape) for a in found.arguments] == list(
        zip(texts, [(256,), (1, 256)]))


def test_the_founding_question():
    found = bind(STACKED, TWO, "list", "[data_x[0][0], data_x[1][0]]")
    assert found.expression == "[data_x[0][0], data_x[1][0]]"
    assert [v.shape for v in found.inputs] == [(256,), (256,)]


def test_a_stacked_slice_is_passed_as_it_is():
    found = bind(STACKED, TWO, "list", "data_x[:, 0]")
    assert (found.structure, found.inputs.shape) == ("single", (2, 256))


def test_a_dict_may_leave_inputs_out():
    found = bind(NAMED, TWO, "dict", '{"ids": ids}')
    assert list(found.inputs) == ["ids"]


@pytest.mark.parametrize(("expression", "said"), [
    ("ids[0]", "gives one array, the model takes 2 (ids, mask); write --as '[ids[0:1], mask[0:1]]'"),
    ("[ids]", "gives 1 arrays, the model takes 2"), ("[ids, mask, ids]", "gives 3 arrays"),
    ('{"gone": ids}', "no input 'gone'; it has ids, mask"), ('{"ids": "a"}', "gives str"),
    ("{1: ids}", "keys of a dict are input names"), ("{**x}", "keys of a dict"),
    ("gone[0]", "no 'gone' in the data; there is ids, mask, x"), ("x[9]", "IndexError"),
    ("[x['gone'], x[0]]", "KeyError"), ("[x[7], x[0]]", "IndexError"), ("x[0:0]", "has no rows"),
    ("[None, ids]", "gives NoneType"), ("None", "gives one array"),
])
def test_what_does_not_fit(expression, said):
    with pytest.raises(UserError) as caught:
        bind(NAMED, TWO, "list", expression)
    assert said in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("expression", [
    "__import__('os').system('x')", "x.__class__", "x.tofile('/tmp/x')", "x.dump('f')",
    "np.load('f')", "np.save('f', x)", "np.fromfile('f')", "np.array(x, dtype=object)",
    "np.__loader__", "np.ctypeslib", "np", "open('f')", "(lambda: x)()", "[y for y in x]",
    "x + x", "x * 1000000000", "x[y := 0]", "x if x else x", "f'{x}'", "x == x", "not x", "~x",
    "-x", "x.T.__dict__", "x.reshape.__self__", "x.reshape(*x)", "x.reshape(**{})",
    "x.reshape(1, order='F')", "x.astype('O')", "x.T()", "exec('1')", "x[open]", "await x",
    "yield x", "x;x", "x\nx", "import os", "x=1", "", "  ", "[", "x[", "\x00", "x[0" * 2000,
    "-" * 500 + "1", "(" * 500 + "x" + ")" * 500, "[" * 200 + "x" + "]" * 200, "x" + "[0]" * 300,
    "x[1e9]", "x[True or 1]", "b'a'", "1j", "{x}", "...", "'a'", "x.squeeze(1, 2, 3)",
    "np.stack()", "np.stack(1)", "np.expand_dims(x, 99)", "x.reshape(-1, -1)", "x.reshape('a')",
    "np.stack([x, x[0]])", "np.array([x, x[0]])", "[x, [x]]['a']", "x['a']", "x[{}]",
    "x[10**10]", "x.reshape(99999999999999999999)", "np.array([[[x]]] )[5]",
])
def test_nothing_else_is_evaluated(expression, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if not expression.strip():
        return
    with pytest.raises(UserError) as caught:
        bind(SINGLE, ONE, "single", expression)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 1500
    assert list(tmp_path.iterdir()) == []
