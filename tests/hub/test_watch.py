"""The watch on keras-hub's BertBackbone: nothing changes, and the order of calls is no matter."""
from __future__ import annotations

import os
from typing import Any, Dict

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras_hub
import numpy as np
import pytest

import shapecheck

WIDTH = 256
DATA = np.random.RandomState(0).randint(1, 90, (3, WIDTH)).astype("int32")


def _inputs(ids: np.ndarray) -> Dict[str, np.ndarray]:
    return {"token_ids": ids, "segment_ids": np.zeros_like(ids), "padding_mask": np.ones_like(ids)}


@pytest.fixture
def backbone() -> Any:
    return keras_hub.models.BertBackbone(
        vocabulary_size=100, num_layers=1, num_heads=2, hidden_dim=16, intermediate_dim=16,
        max_sequence_length=WIDTH)


def _codes(seen: Any) -> list:
    assert seen.fault is None
    return [f.code for f in seen.findings]


def test_the_same_bits_with_and_without(backbone: Any) -> None:
    without = backbone.predict(_inputs(DATA), verbose=0)
    with shapecheck.watch(tell="never"):
        inside = backbone.predict(_inputs(DATA), verbose=0)
    for name, value in without.items():
        np.testing.assert_array_equal(inside[name], value)


@pytest.mark.parametrize("after_a_good_call", [False, True])
def test_one_row_without_its_axis_raises_and_is_told(backbone: Any,
                                                     after_a_good_call: bool) -> None:
    if after_a_good_call:
        backbone.predict(_inputs(DATA), verbose=0)
    row = _inputs(DATA[0])
    with shapecheck.watch(backbone, tell="never") as seen, pytest.raises(ValueError):
        backbone.predict({"token_ids": DATA[0], "segment_ids": row["segment_ids"],
                          "padding_mask": row["padding_mask"]}, verbose=0)
    assert _codes(seen) == ["SHP101"]
    assert {str(a.passed) for a in seen.calls[0].inputs} == {"(256,)"}
    assert [a.how for a in seen.calls[0].inputs] == ["rejected"] * 3


@pytest.mark.parametrize("after_a_good_call", [False, True])
def test_its_silent_twin_is_told(backbone: Any, after_a_good_call: bool) -> None:
    if after_a_good_call:
        backbone.predict(_inputs(DATA), verbose=0)
    with shapecheck.watch(backbone, tell="never") as seen:
        out = backbone.predict(_inputs(DATA[0][:, None]), verbose=0)
    assert out["sequence_output"].shape == (256, 1, 16)
    assert _codes(seen) == ["SHP103"]
    assert {str(a.received) for a in seen.calls[0].inputs} == {"(256, 1)"}


def test_good_calls_after_a_bad_one_are_clean(backbone: Any) -> None:
    backbone.predict(_inputs(DATA), verbose=0)
    with shapecheck.watch(backbone, tell="never") as seen:
        with pytest.raises(ValueError):
            backbone.predict(_inputs(DATA[0]), verbose=0)
        told = len(seen.findings)
        backbone.predict(_inputs(DATA), verbose=0)
    assert told == len(seen.findings) == 1
    assert [c.raised is None for c in seen.calls] == [False, True]


def test_nothing_is_left(backbone: Any) -> None:
    before = {c: dict(vars(c)) for c in type(backbone).__mro__}
    with shapecheck.watch(tell="never"):
        backbone.predict(_inputs(DATA), verbose=0)
    for cls, attributes in before.items():
        assert {n for n, v in vars(cls).items() if v is not attributes.get(n)} == set(), cls
