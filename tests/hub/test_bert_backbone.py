"""keras-hub's BertBackbone: today's form of the founding question (run by `make test-hub`)."""
from __future__ import annotations

import os
from typing import Any, Dict

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras_hub

import shapecheck


@pytest.fixture(scope="module")
def bert() -> Any:
    return keras_hub.models.BertBackbone(
        vocabulary_size=200, num_layers=2, num_heads=2, hidden_dim=16, intermediate_dim=32,
        max_sequence_length=64)


@pytest.fixture(scope="module")
def data() -> Dict[str, np.ndarray]:
    rng = np.random.RandomState(0)
    ids = rng.randint(5, 200, (3, 64)).astype("int32")
    mask = np.ones_like(ids)
    ids[0, 20:] = mask[0, 20:] = 0
    return {"token_ids": ids, "padding_mask": mask, "segment_ids": np.zeros_like(ids)}


def test_right_calls_are_clean(bert: Any, data: Dict[str, np.ndarray]) -> None:
    with shapecheck.watch(bert, tell="never") as seen:
        bert.predict(data, verbose=0)
        bert.predict({k: v[0:1] for k, v in data.items()}, verbose=0)
        bert({k: v[:, :20] for k, v in data.items()})
    assert not seen.findings
    assert len(seen.calls) == 3


def test_a_row_without_its_batch_axis(bert: Any, data: Dict[str, np.ndarray]) -> None:
    x = data
    with shapecheck.watch(bert, tell="never") as seen, pytest.raises(Exception) as caught:
        bert.predict({"token_ids": x["token_ids"][0], "segment_ids": x["segment_ids"][0],
                      "padding_mask": x["padding_mask"][0]}, verbose=0)
    finding, = seen.findings
    assert finding.code == "SHP101"
    assert "x[\"token_ids\"][0:1]" in str(finding.fix)
    assert "(64,)" in finding.headline
    assert seen.calls[0].raised == type(caught.value).__name__


def test_the_silent_twin(bert: Any, data: Dict[str, np.ndarray]) -> None:
    column = {k: v[0][:, None] for k, v in data.items()}
    with shapecheck.watch(bert, tell="never") as seen:
        out = bert.predict(column, verbose=0)
    assert out["sequence_output"].shape == (64, 1, 16)
    assert [f.code for f in seen.findings] == ["SHP103"]


def test_nothing_is_run_by_check_inputs(bert: Any, data: Dict[str, np.ndarray]) -> None:
    report = shapecheck.check_inputs(bert, {k: v[0] for k, v in data.items()})
    assert [f.code for f in report.findings] == ["SHP101"]
    assert not shapecheck.check_inputs(bert, data).findings


def test_single_and_batched_cls_agree(bert: Any, data: Dict[str, np.ndarray]) -> None:
    report = shapecheck.check_consistency(bert, data, "sequence_output[:, 0]")
    assert report.consistency is not None
    assert report.consistency.verdict in ("bit-identical", "float noise")


def test_without_the_mask_padding_leaks(bert: Any, data: Dict[str, np.ndarray]) -> None:
    leaking = {**data, "padding_mask": np.ones_like(data["padding_mask"])}
    rows = {k: v[:, :20] for k, v in leaking.items()}
    cut = bert.predict({k: v[:1] for k, v in rows.items()}, verbose=0)["sequence_output"][0, 0]
    padded = bert.predict({k: v[:1] for k, v in leaking.items()},
                          verbose=0)["sequence_output"][0, 0]
    assert np.abs(cut - padded).max() > 1e-3  # the numbers that a missing mask gives
