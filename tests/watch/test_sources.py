"""What is recorded of the user's own text: expressions, file, line, and a fix to paste."""
from __future__ import annotations

import linecache

import numpy as np
import pytest

import shapecheck
from tests.watch.kerases import MODELS, X, Y, build

pytestmark = pytest.mark.legacy


@pytest.fixture(scope="module")
def models(keras):
    made = {kind: build(keras, kind) for kind in ("single", "list", "dict", "nested")}

    class Two(keras.Model):
        def call(self, ids, mask=None, extra=None, training=False):
            return ids * 1.0

    made["two"] = Two()
    return made


def _expressions(call):
    return {a.name: a.expression for a in call.inputs}


def _line(location):
    return linecache.getline(location.path, location.line).strip()


def test_file_line_and_columns(models):
    model = models["single"]
    with shapecheck.watch(tell="never") as seen:
        model.predict(X, verbose=0)
        (model
         .predict(
             X[:2],
             verbose=0))
    one, many = seen.calls
    assert one.location.path == __file__
    assert _line(one.location) == "model.predict(X, verbose=0)"
    assert (one.location.column, one.location.end_column) == (9, 36)
    assert one.source == "model.predict(X, verbose=0)"
    assert _line(many.location) == "(model"
    assert many.location.end_line == many.location.line + 3
    assert _expressions(many) == {"table": "X[:2]"}
    assert one.model.expression == many.model.expression == "model"


def test_lists_dicts_and_nested_structures(models):
    a, batch = X, {"first": X, "second": X[:, ::-1]}
    pair = [X, X]
    with shapecheck.watch(tell="never") as seen:
        models["list"].predict([a, X[:12]], verbose=0)
        models["list"].predict(pair, verbose=0)
        models["list"].predict({"second": a, "first": X}, verbose=0)
        models["dict"].predict({"first": a, "second": X[:12]}, verbose=0)
        models["dict"].predict(batch, verbose=0)
        models["dict"].predict(x=dict(second=a, first=X), verbose=0)  # noqa: C408
        models["nested"].predict([a, {"deep": X[:12]}], verbose=0)
        models["list"]((a, X))
    assert [_expressions(c) for c in seen.calls] == [
        {"first": "a", "second": "X[:12]"},
        {"first": "pair[0]", "second": "pair[1]"},
        {"first": "X", "second": "a"},
        {"second": "X[:12]", "first": "a"},
        {"second": "batch['second']", "first": "batch['first']"},
        {"second": "a", "first": "X"},
        {"first": "a", "second": "X[:12]"},
        {"first": "a", "second": "X"},
    ]


def test_inputs_are_listed_as_they_are_declared(models):
    assert list(MODELS) and models["dict"]
    with shapecheck.watch(tell="never") as seen:
        models["dict"].predict({"first": X, "second": X}, verbose=0)
        models["list"].predict({"second": X, "first": X}, verbose=0)
    assert [[a.name for a in c.inputs] for c in seen.calls] == [
        ["second", "first"], ["first", "second"]]
    assert [[str(a.declared) for a in c.inputs] for c in seen.calls] == [["(None, 4)"] * 2] * 2


def test_arguments_of_their_own(models):
    two, mask, batch = models["two"], X[:, :3], {"ids": X, "mask": X}
    with shapecheck.watch(tell="never") as seen:
        two(X, mask)
        two(X, mask=mask, training=True)
        two(ids=X, extra=mask)
        two(**batch)
        two(X)
    assert [_expressions(c) for c in seen.calls[:4]] == [
        {"ids": "X", "mask": "mask"}, {"ids": "X", "mask": "mask"},
        {"ids": "X", "extra": "mask"},
        {"ids": "batch['ids']", "mask": "batch['mask']"}]
    assert [a.expression for a in seen.calls[4].inputs] == ["X"]


def test_loops_comprehensions_and_lambdas(models):
    model = models["single"]
    run = lambda batch: model.predict(batch, verbose=0)  # noqa: E731
    with shapecheck.watch(tell="never") as seen:
        for row in (X[0:1], X[1:2]):
            model.predict(row, verbose=0)
        [model.predict(X[i:i + 1], verbose=0) for i in range(2)]
        {i: model(X[i:i + 1]) for i in range(2)}
        run(X)
        list(map(lambda r: model(r[None]), X[:2]))  # noqa: C417
    assert [c.inputs[0].expression for c in seen.calls] == [
        "row", "row", "X[i:i + 1]", "X[i:i + 1]", "X[i:i + 1]", "X[i:i + 1]", "batch",
        "r[None]", "r[None]"]
    assert [c.count for c in seen.report().calls] == [2, 2, 2, 1, 2]


def test_a_method_by_another_name(models):
    predict = models["single"].predict
    with shapecheck.watch(tell="never") as seen:
        # taken from the class, as functools.partial or a pool would
        again = models["single"].predict
        again(X, verbose=0)
    (call,) = seen.calls
    assert call.source == "again(X, verbose=0)"
    assert call.model.expression == ""
    assert predict(X, verbose=0).shape == (12, 1)


def test_labels_and_weights(models):
    model, weights = models["single"], np.ones(12)
    with shapecheck.watch(tell="never") as seen:
        model.fit(X, Y[:12], sample_weight=weights, verbose=0)
        model.train_on_batch(X, Y, weights)
        model.evaluate(x=X, y=Y, verbose=0)
        model.evaluate(X, Y, 4, 0, weights)
    assert [[(a.name, a.expression, str(a.passed)) for a in c.labels] for c in seen.calls] == [
        [("y", "Y[:12]", "(12, 1)"), ("sample_weight", "weights", "(12,)")],
        [("y", "Y", "(12, 1)"), ("sample_weight", "weights", "(12,)")],
        [("y", "Y", "(12, 1)")],
        [("y", "Y", "(12, 1)"), ("sample_weight", "weights", "(12,)")]]


@pytest.mark.parametrize(("code", "fix"), [
    ("model.predict(X[0], verbose=0)", "model.predict(X[0:1], verbose=0)"),
    ("model.predict(rows[2], verbose=0)", "model.predict(rows[2][None, :], verbose=0)"),
    ("model(X[-1])", "model(X[-1:])"),
    ("model.predict(row, verbose=0)", "model.predict(row[None, :], verbose=0)"),
    ("[model.predict(r, verbose=0) for r in X[:1]]", "model.predict(r[None, :], verbose=0)"),
])
def test_the_fix_is_in_the_users_words(keras, models, tmp_path, code, fix):
    path = tmp_path / "mine.py"
    path.write_text(f"rows = list(X)\nrow = X[0]\n{code}\n")
    names = {"model": build(keras, "single"), "X": X, "np": np}
    with shapecheck.watch(tell="never") as seen:
        try:
            exec(compile(path.read_text(), str(path), "exec"), names)
        except Exception:
            pass
    assert [f.code for f in seen.findings] == ["SHP101"]
    assert str(seen.findings[0].fix) == fix
    assert (seen.findings[0].location.path, seen.findings[0].location.line) == (str(path), 3)


def test_where_no_source_is_known_the_fix_still_reads_well(keras):
    names = {"model": build(keras, "single"), "X": X}
    with shapecheck.watch(tell="never") as seen:
        try:
            exec("model.predict(X[0], verbose=0)", names)
        except Exception:
            pass
    (finding,) = seen.findings
    assert finding.headline.startswith("table is (4,)")
    assert str(finding.fix) == "model.predict(table[None, :])"
    assert seen.calls[0].source == ""
    assert seen.calls[0].location.line == 1


def test_a_file_that_was_changed_meanwhile_is_not_misquoted(keras, tmp_path):
    path = tmp_path / "changing.py"
    path.write_text("model.predict(X[:3], verbose=0)\n")
    code = compile(path.read_text(), str(path), "exec")
    path.write_text("y = other_things(1)\n" * 3)
    names = {"model": build(keras, "single"), "X": X}
    with shapecheck.watch(tell="never") as seen:
        exec(code, names)
    assert seen.calls[0].source == ""
    assert seen.fault is None
