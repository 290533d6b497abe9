"""What a person reads: the first line, bad input, assert_consistent."""
from __future__ import annotations

import dataclasses
import os

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import shapecheck
import shapecheck.testing
from shapecheck.facts.errors import UserError
from shapecheck.render.blocks import blocks_of
from shapecheck.render.text import blocks_text
from tests.consistency.small_models import HEALTHY, PLANTED, mlp, table
from tests.files.kerases import generations, keras_of

KERAS = keras_of(generations()[0])


def first_line(report: shapecheck.Report) -> str:
    return blocks_text(blocks_of(report)).splitlines()[0]


def test_the_first_line_says_what_is_wrong_where_and_what_to_do() -> None:
    model, inputs = PLANTED["mask lost in a mean"].make(KERAS)
    line = first_line(shapecheck.check_consistency(model, inputs))
    assert line.startswith("INCONSISTENT") and "padding leaks into row" in line
    assert "layer planted" in line and "ask" in line.partition("planted")[2]


def test_the_first_line_of_a_consistent_model() -> None:
    line = first_line(shapecheck.check_consistency(mlp(KERAS), table()))
    assert "is consistent: 8 rows" in line


def test_assert_consistent_teaches() -> None:
    model, inputs = HEALTHY["MLP"](KERAS)
    shapecheck.testing.assert_consistent(model, inputs)
    model, inputs = PLANTED["mean over the batch"].make(KERAS)
    with pytest.raises(AssertionError, match=r"(?s)batch.*layer planted"):
        shapecheck.testing.assert_consistent(model, inputs)


@pytest.mark.parametrize(("inputs", "output", "words"), [
    (np.zeros((0, 32), "float32"), None, "zero rows"),
    ([[1.0, 2.0], [1.0]], None, "different lengths"),
    (np.zeros((4, 32), "float32"), "logits", "no output 'logits'; there are: "),
    (np.zeros((4, 32), "float32"), "out[", "not an output expression"),
    (np.zeros((4, 7), "float32"), None, "nothing could be checked"),
])
def test_bad_input_is_one_clear_line(inputs: object, output: str, words: str) -> None:
    with pytest.raises(UserError) as caught:
        shapecheck.check_consistency(mlp(KERAS), inputs, output)
    assert words in str(caught.value) and "\n" not in str(caught.value)


def test_an_output_without_rows_is_said_to_be_one() -> None:
    report = shapecheck.check_consistency(mlp(KERAS), table(), "out[0]")
    assert report.consistency is not None and report.consistency.cause == "SHP304"


def test_one_row_says_what_could_not_be_tested() -> None:
    report = shapecheck.check_consistency(mlp(KERAS), table(1))
    assert report.consistency is not None
    assert any("one row" in text for text in report.consistency.untested)


def test_nan_in_the_same_places_is_consistent() -> None:
    x = table()
    x[3] = np.nan
    report = shapecheck.check_consistency(mlp(KERAS), x)
    assert report.consistency is not None and report.consistency.cause is None


def test_all_rows_finds_the_one_row_that_is_not_like_the_others() -> None:
    import tensorflow as tf

    class Odd(KERAS.layers.Layer):  # type: ignore[misc,name-defined]
        """Rows whose first number is large see how many rows there are."""

        def call(self, z):  # type: ignore[no-untyped-def]
            many = tf.cast(tf.shape(z)[0], z.dtype)
            return z * tf.where(z[:, :1] > 50.0, many, tf.ones_like(many))

    inputs = KERAS.Input((32,))
    model = KERAS.Model(inputs, Odd()(inputs))
    x = table(300)
    x[177, 0] = 99.0
    assert shapecheck.check_consistency(model, x).consistency.cause is None  # type: ignore
    report = shapecheck.check_consistency(model, x, all_rows=True)
    found = report.consistency
    assert found is not None and found.verdict == "inconsistent"
    assert any(t.row == 177 for t in found.trials) and len(found.rows) == 300


def test_the_report_makes_a_round_trip() -> None:
    model, inputs = PLANTED["dropout, subclassed"].make(KERAS)
    report = shapecheck.check_consistency(model, inputs)
    again = shapecheck.Report.from_json(report.to_json())
    assert again.consistency is not None and again.consistency.to_dict() == \
        report.consistency.to_dict()  # type: ignore[union-attr]


def test_hostile_layer_names_drive_no_renderer() -> None:
    """Escape sequences, HTML, bidirectional overrides in the name of the layer to blame."""
    from shapecheck.render.html import html_of
    from shapecheck.render.svg import consistency_svg

    name = "<img src=x onerror=alert(1)>\x1b]0;mine\x07\u202e&amp;"
    model, inputs = PLANTED["mean over the batch"].make(KERAS)
    report = shapecheck.check_consistency(model, inputs)
    assert report.consistency is not None
    planted, layer = report.consistency, report.consistency.layer
    assert layer is not None

    def renamed(text: str) -> str:
        return text.replace(layer, name)

    hostile = dataclasses.replace(
        planted, layer=name, output=name, cause_detail=f"{planted.cause_detail} {name}",
        fix=name, profile=tuple(dataclasses.replace(p, path=renamed(p.path))
                                for p in planted.profile),
        proofs=tuple(dataclasses.replace(p, changed=f"layer {name} passed through")
                     for p in planted.proofs),
        trials=tuple(dataclasses.replace(t, text=name) for t in planted.trials),
        untested=(name,))
    report = dataclasses.replace(report, consistency=hostile)
    screen = blocks_text(blocks_of(report))
    page, picture = html_of(report), consistency_svg(hostile)
    for text in (screen, page, picture, report.to_json()):
        assert not any(c in text for c in "\x1b\x07\u202e")
    for markup in (page, picture):
        assert "<img" not in markup and "&lt;img" in markup
    assert "<img" in screen
