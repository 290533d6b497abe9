"""Which expression of a call stands for which input."""
from __future__ import annotations

import pytest

from shapecheck.source.calls import CallText
from shapecheck.source.expression import replace_spans

pytestmark = pytest.mark.legacy

X = (0, ("x", "inputs"))


def item(text, *path):
    return CallText(text).item(*X, path)


@pytest.mark.parametrize(("text", "path", "expected"), [
    ("model.predict(x)", (), "x"),
    ("model.predict(x[0])", (), "x[0]"),
    ("model.predict(x=x[0], verbose=0)", (), "x[0]"),
    ("model.predict(verbose=0, x=x[0])", (), "x[0]"),
    ("model(inputs=x)", (), "x"),
    ("model.predict([a[0], b[0]])", (1,), "b[0]"),
    ("model.predict((a[0], b[0]))", (0,), "a[0]"),
    ("model.predict({'ids': a[0], 'mask': b[0]})", ("mask",), "b[0]"),
    ("model.predict(dict(ids=a[0], mask=b[0]))", ("mask",), "b[0]"),
    ("model.predict([a, [b, c[1]]])", (1, 1), "c[1]"),
    ("model.predict({'a': [b, c[1]]})", ("a", 1), "c[1]"),
    ("model.predict([a[0] if c else b, d])", (0,), "a[0] if c else b"),
    ("model.predict([\n    a[0],  # ids\n    b[0],  # mask\n])", (1,), "b[0]"),
    ("modèle.prédire([données[0], 'é'])", (0,), "données[0]"),
    ("models[0].predict(x)", (), "x"),
    ("(lambda m: m)(model)(x)", (), "x"),
])
def test_an_input_has_its_own_text_and_place(text, path, expected):
    piece = item(text, *path)
    assert piece.text == expected
    start, end = piece.span
    assert text[start:end] == expected
    changed = replace_spans(text, [(piece.span, "NEW")])
    assert changed == text[:start] + "NEW" + text[end:]
    assert item(changed, *path).text == "NEW"


@pytest.mark.parametrize(("text", "path", "expected"), [
    ("model.predict(batch)", (0,), "batch[0]"),
    ("model.predict(batch)", ("ids",), "batch['ids']"),
    ("model.predict(list(batch))", (1,), "list(batch)[1]"),
    ("model.predict([*batch])", (1,), "[*batch][1]"),
    ("model.predict([a, *rest])", (0,), "[a, *rest][0]"),
    ("model.predict({**batch})", ("ids",), "{**batch}['ids']"),
    ("model.predict({k: v[0] for k, v in batch.items()})", ("ids",),
     "{k: v[0] for k, v in batch.items()}['ids']"),
    ("model.predict([v[0] for v in data])", (1,), "[v[0] for v in data][1]"),
    ("model.predict([a])", (3,), "[a][3]"),
])
def test_an_input_behind_a_name_has_none(text, path, expected):
    piece = item(text, *path)
    assert piece.span is None
    assert piece.text == expected


@pytest.mark.parametrize("text", [
    "model.predict()", "model.predict(*args)", "model.predict(*args, x)", "model.predict(**kw)",
    "model.predict(verbose=0)",
])
def test_an_argument_that_is_not_spelled_out_is_none(text):
    assert item(text) is None


@pytest.mark.parametrize("text", ["x", "x[0]", "", "model.predict(", "x = f(1)", "f(1); g(2)"])
def test_what_is_no_call_is_refused(text):
    with pytest.raises(ValueError):
        CallText(text)


@pytest.mark.parametrize(("text", "receiver"), [
    ("model.predict(x)", "model"), ("model(x)", "model"), ("self.net.fit(x, y)", "self.net"),
    ("models['a'].predict(x)", "models['a']"), ("make()(x)", "make()"),
])
def test_the_model_is_named_as_the_user_does(text, receiver):
    assert CallText(text).receiver == receiver


@pytest.mark.parametrize(("text", "kind"), [
    ("model.predict([a, b])", "list"), ("model.predict((a, b))", "list"),
    ("model.predict({'a': b})", "dict"), ("model.predict(x)", "other"),
])
def test_the_container_is_known(text, kind):
    assert CallText(text).argument(*X).kind == kind


def test_unpacked_arguments_are_one_expression():
    assert CallText("bert(**batch)").unpacked().text == "batch"
    assert CallText("bert(ids)").unpacked() is None
