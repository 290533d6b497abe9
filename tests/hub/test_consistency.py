"""keras-hub's BertBackbone under the consistency check: right, and with one bug each."""
from __future__ import annotations

import os
from typing import Any, Dict, Optional

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import keras
import keras_hub
import numpy as np
import pytest
import tensorflow as tf

import shapecheck
from shapecheck.facts.comparison import Comparison


@pytest.fixture(scope="module")
def backbone() -> Any:
    keras.utils.set_random_seed(1)
    model = keras_hub.models.BertBackbone(
        vocabulary_size=120, num_layers=2, num_heads=2, hidden_dim=32, intermediate_dim=64,
        max_sequence_length=40)
    rng = np.random.RandomState(0)  # random weights of 0.02 hide everything
    model.set_weights([w + rng.normal(size=w.shape, scale=0.2).astype(w.dtype)
                       for w in model.get_weights()])
    return model


def rows(count: int = 12, width: int = 14) -> Dict[str, np.ndarray]:
    rng = np.random.RandomState(0)
    lengths = rng.randint(4, width, count)
    lengths[3] = width
    mask = np.arange(width) < lengths[:, None]
    ids = np.where(mask, rng.randint(5, 110, (count, width)), 0)
    return {"token_ids": ids.astype("int32"), "padding_mask": mask.astype("int32"),
            "segment_ids": np.zeros((count, width), "int32")}


def check(model: Any, inputs: Any, output: Optional[str] = None, **options: Any) -> Comparison:
    found = shapecheck.check_consistency(model, inputs, output, **options).consistency
    assert found is not None
    assert found.forwards <= 60
    return found


@pytest.mark.parametrize("call", ["predict", "call", "function"])
def test_masked_rows_are_consistent(backbone: Any, call: str) -> None:
    found = check(backbone, rows(), "sequence_output[:, 0]", call=call)
    assert found.verdict in ("bit-identical", "float noise")
    assert found.trial("padding") is not None
    assert found.trial("trimmed") is not None


def test_without_an_expression_the_cls_is_compared(backbone: Any) -> None:
    assert check(backbone, rows()).output == "CLS (sequence_output[:, 0])"


def test_a_mask_of_ones_over_padded_rows(backbone: Any) -> None:
    inputs = rows()
    inputs["padding_mask"] = np.ones_like(inputs["padding_mask"])
    found = check(backbone, inputs)
    # all positions count, as the mask says: that is what was asked for
    assert found.verdict in ("bit-identical", "float noise")


def test_the_mask_is_ignored(backbone: Any) -> None:
    ids = keras.Input((None,), dtype="int32", name="token_ids")
    mask = keras.Input((None,), dtype="int32", name="padding_mask")
    segments = keras.Input((None,), dtype="int32", name="segment_ids")
    states = backbone({"token_ids": ids, "segment_ids": segments,
                       "padding_mask": keras.ops.ones_like(mask)})["sequence_output"]
    model = keras.Model({"token_ids": ids, "padding_mask": mask, "segment_ids": segments},
                        states[:, 0])
    found = check(model, rows())
    assert found.cause == "SHP303"
    assert "the mask is ignored" in found.cause_detail


def test_the_mean_forgets_the_mask(backbone: Any) -> None:
    class Mean(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return tf.reduce_mean(x, 1)

    model = keras.Model(backbone.input, Mean(name="mean")(backbone.output["sequence_output"]))
    found = check(model, rows())
    assert found.cause == "SHP303"
    assert found.layer == "mean"


def test_dropout_in_every_call(backbone: Any) -> None:
    keras.utils.set_random_seed(1)
    dropping = keras_hub.models.BertBackbone(
        vocabulary_size=120, num_layers=1, num_heads=2, hidden_dim=32, intermediate_dim=64,
        max_sequence_length=40, dropout=0.3)

    class Training(keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.inner = dropping

        def call(self, inputs: Any) -> Any:
            return self.inner(inputs, training=True)["sequence_output"][:, 0]

    found = check(Training(), rows())
    assert found.cause == "SHP301"
    assert found.layer is not None
    assert "dropout" in found.layer


def test_rows_mixed_behind_it(backbone: Any) -> None:
    class Mix(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return x - tf.reduce_mean(x, 0, keepdims=True)

    model = keras.Model(backbone.input, Mix(name="mix")(backbone.output["pooled_output"]))
    found = check(model, rows())
    assert found.cause == "SHP302"
    assert found.layer == "mix"
