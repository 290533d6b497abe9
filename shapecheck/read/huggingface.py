"""The interface of a Hugging Face folder from its config.json (TensorFlow classes)."""
from __future__ import annotations

from typing import Any, Dict, List, NamedTuple, Optional, Sequence, Tuple

from shapecheck.facts.message import clean
from shapecheck.facts.report import Description
from shapecheck.facts.roles import role_of
from shapecheck.facts.shape import Dim, Spec
from shapecheck.source.model_file import ModelFile
from shapecheck.source.usage import usage

Config = Dict[str, Any]


class _Family(NamedTuple):
    """What models of one `model_type` take. pooler: the bare model returns pooler_output."""

    kind: str  # "text", "seq2seq" or "image"
    segments: bool = False
    pooler: bool = False
    sequence: bool = True  # the bare model's last_hidden_state is (rows, tokens, hidden)


_TEXT, _SEGMENTS = _Family("text"), _Family("text", segments=True)
_POOLED = _Family("text", segments=True, pooler=True)
_SEQ2SEQ = _Family("seq2seq")
#: compared with the TF classes of transformers 4.57.6 by tests/files/test_huggingface.py
_FAMILIES: Dict[str, _Family] = {
    "bert": _POOLED, "albert": _POOLED, "mobilebert": _POOLED, "rembert": _POOLED,
    "roberta": _POOLED, "xlm-roberta": _POOLED, "camembert": _POOLED,
    "mpnet": _Family("text", pooler=True),
    "electra": _SEGMENTS, "convbert": _SEGMENTS, "roformer": _SEGMENTS, "deberta": _SEGMENTS,
    "deberta-v2": _SEGMENTS, "openai-gpt": _SEGMENTS, "gptj": _SEGMENTS, "ctrl": _SEGMENTS,
    "flaubert": _SEGMENTS, "xlm": _SEGMENTS, "gpt2": _TEXT,
    "distilbert": _TEXT, "opt": _TEXT, "xglm": _TEXT, "mistral": _TEXT,
    "t5": _SEQ2SEQ, "mt5": _SEQ2SEQ, "bart": _SEQ2SEQ, "mbart": _SEQ2SEQ, "pegasus": _SEQ2SEQ,
    "marian": _SEQ2SEQ, "blenderbot": _SEQ2SEQ, "blenderbot-small": _SEQ2SEQ,
    "vit": _Family("image", pooler=True), "deit": _Family("image", pooler=True),
    "data2vec-vision": _Family("image"),
    "convnext": _Family("image", pooler=True, sequence=False),
    "convnextv2": _Family("image", pooler=True, sequence=False),
    "resnet": _Family("image", pooler=True, sequence=False),
    "regnet": _Family("image", pooler=True, sequence=False),
    "mobilevit": _Family("image", pooler=True, sequence=False),
    "segformer": _Family("image", sequence=False),
}
_HIDDEN_KEYS = ("hidden_size", "d_model", "n_embd", "dim", "emb_dim")


def describe_folder(file: ModelFile) -> Description:
    """What the folder's model takes and returns, as far as its config.json settles it."""
    config = file.config
    model_type = str(config.get("model_type") or "")
    architecture = _architecture(config)
    notes = ["read from config.json; the model was not loaded"]
    family = _FAMILIES.get(model_type)
    if family is None:
        what = clean(model_type) if model_type else "no model_type in config.json"
        notes.append(f"inputs and outputs of this model are not known without loading it ({what})")
        inputs: Tuple[Spec, ...] = ()
        outputs: Tuple[Spec, ...] = ()
    else:
        inputs = tuple(_inputs(family, architecture, config))
        outputs = tuple(_outputs(family, architecture, config, notes))
    notes.extend(_limits(family, config))
    if config.get("auto_map"):
        notes.append("the folder brings code of its own (auto_map), which is never run")
    text = family is not None and family.kind == "text" and not architecture.endswith(
        "MultipleChoice")
    class_name = f"TF{architecture}" if architecture and not architecture.startswith(
        ("TF", "Flax")) else architecture
    return Description(
        architecture or model_type or "model", "transformers", class_name, inputs, outputs, "dict",
        usage(inputs, "dict", text=text), tuple(notes), file.path)


def _architecture(config: Config) -> str:
    names = config.get("architectures")
    return str(names[0]) if isinstance(names, list) and names else ""


def _spec(name: str, shape: Sequence[Dim], dtype: str = "int32", optional: bool = False) -> Spec:
    return Spec.of(name, shape, dtype, role=role_of(name), optional=optional, source="config")


def _inputs(family: _Family, architecture: str, config: Config) -> List[Spec]:
    if family.kind == "image":
        size = config.get("image_size")
        height, width = size if isinstance(size, list) and len(size) == 2 else (size, size)
        return [_spec("pixel_values", (None, _int(config.get("num_channels")), _int(height),
                                       _int(width)), "float32")]
    shape: Tuple[Dim, ...] = (None, None)
    if architecture.endswith("ForMultipleChoice"):
        shape = (None, None, None)
    specs = [_spec("input_ids", shape), _spec("attention_mask", shape, optional=True)]
    if family.segments:
        specs.append(_spec("token_type_ids", shape, optional=True))
    if family.kind == "seq2seq" and not architecture.endswith("EncoderModel"):
        specs += [_spec("decoder_input_ids", shape),
                  _spec("decoder_attention_mask", shape, optional=True)]
    return specs


def _outputs(family: _Family, architecture: str, config: Config, notes: List[str]) -> List[Spec]:
    heads = _HEADS_IMAGE if family.kind == "image" else _HEADS_TEXT
    for ending, outputs in heads:
        if architecture.endswith(ending):
            return [_float(name, [_dim(d, config) for d in shape]) for name, shape in outputs]
    bare = architecture.endswith("Model") and not architecture.endswith("HeadsModel")
    if not bare:
        notes.append("what it returns is not known without loading it"
                     + (f" ({clean(architecture)})" if architecture else ""))
        return []
    hidden = _hidden(config)
    specs = [_float("last_hidden_state", (None, None, hidden))] if family.sequence else [
        _float("last_hidden_state", None)]
    if family.kind == "seq2seq" and not architecture.endswith("EncoderModel"):
        specs.append(_float("encoder_last_hidden_state", (None, None, hidden)))
    if family.pooler:
        specs.append(_float("pooler_output", (None, hidden) if family.sequence else None))
    if config.get("output_hidden_states") or config.get("output_attentions"):
        notes.append("it also returns hidden states or attentions of its layers")
    return specs


#: ending of the class name -> outputs; "labels", "vocab" are sizes out of the config
_HEADS_TEXT: Tuple[Tuple[str, Tuple[Tuple[str, Tuple[Optional[str], ...]], ...]], ...] = (
    ("ForSequenceClassification", (("logits", (None, "labels")),)),
    ("ForTokenClassification", (("logits", (None, None, "labels")),)),
    ("ForQuestionAnswering", (("start_logits", (None, None)), ("end_logits", (None, None)))),
    ("ForMultipleChoice", (("logits", (None, None)),)),
    ("ForMaskedLM", (("logits", (None, None, "vocab")),)),
    ("ForCausalLM", (("logits", (None, None, "vocab")),)),
    ("LMHeadModel", (("logits", (None, None, "vocab")),)),
    ("ForConditionalGeneration", (("logits", (None, None, "vocab")),)),
)
_HEADS_IMAGE: Tuple[Tuple[str, Tuple[Tuple[str, Tuple[Optional[str], ...]], ...]], ...] = (
    ("ForImageClassification", (("logits", (None, "labels")),)),
)


def _float(name: str, shape: Optional[Sequence[Dim]]) -> Spec:
    return Spec.of(name, shape, "float32", source="config")


def _dim(size: Optional[str], config: Config) -> Dim:
    if size == "vocab":
        return _int(config.get("vocab_size"))
    if size == "labels":
        labels = config.get("num_labels")
        if labels is None:
            by_id = config.get("id2label")
            labels = len(by_id) if isinstance(by_id, dict) else 2  # the library's default
        return _int(labels)
    return None


def _hidden(config: Config) -> Optional[int]:
    sizes = [_int(config.get(key)) for key in _HIDDEN_KEYS if key in config]
    return sizes[0] if sizes else None


def _int(value: Any) -> Optional[int]:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _limits(family: Optional[_Family], config: Config) -> List[str]:
    notes = []
    longest = _int(config.get("max_position_embeddings") or config.get("n_positions"))
    if longest and family is not None and family.kind != "image":
        # RoBERTa's table begins behind the padding index
        if config.get("model_type") in ("roberta", "xlm-roberta", "camembert"):
            longest -= (_int(config.get("pad_token_id")) or 0) + 1
        notes.append(f"the longest sequence it takes is {longest} tokens")
    if family is not None and family.kind == "image":
        notes.append("images are channels first: (rows, channels, height, width)")
    return notes
