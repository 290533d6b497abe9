"""Hugging Face: what tokenizers and TF models take and return."""
from __future__ import annotations

import re
from typing import Any, Callable, Dict, List, Optional, Tuple

from shapecheck.read.binding import Args
from shapecheck.read.objects import Role
from shapecheck.read.values import (
    UNKNOWN,
    Arr,
    Const,
    Dim,
    Function,
    Labels,
    Mapping,
    Obj,
    Seq,
    Value,
)

FUNCTIONS: Dict[str, Function] = {}
ATTRIBUTES: Dict[str, Callable[[Any], Value]] = {}
CONSTANTS: Dict[str, Value] = {}

#: what `return_tensors=` makes; those of other frameworks are arrays of no kind of ours
_TENSORS = {"tf": "Tensor", "np": "ndarray", "pt": "?", "jax": "?"}
_TOKENIZER = "transformers.Tokenizer"
#: names of checkpoints -> hidden size, positions; read from their config.json on the hub
_CHECKPOINTS: Tuple[Tuple[str, Optional[int], Optional[int]], ...] = (
    (r"bert-large|roberta-large|xlm-roberta-large|electra-large", 1024, 512),
    (r"distilbert-base|bert-base|roberta-base|camembert-base|electra-base|mpnet-base", 768, 512),
    (r"bert-tiny", 128, 512), (r"bert-mini|bert-small", None, 512), (r"albert-base", 768, 512),
    (r"minilm-l6|minilm-l12", 384, 512),
)
_SEGMENTS = re.compile(r"bert-|/bert|^bert|albert|electra|mobilebert", re.I)
_NO_SEGMENTS = re.compile(r"roberta|distilbert|camembert|mpnet|bart|t5|gpt|xlm-roberta", re.I)


def _known(name: Any) -> Tuple[Optional[int], Optional[int]]:
    """(hidden size, positions) of a checkpoint; None where not known."""
    if isinstance(name, str):
        for pattern, hidden, positions in _CHECKPOINTS:
            if re.search(pattern, name, re.I):
                return hidden, positions
    return None, None


# -- tokenizers ----------------------------------------------------------------------------------


def tokenizer(a: Args) -> Value:
    """`AutoTokenizer.from_pretrained(name)`."""
    return Obj(_TOKENIZER, {"checkpoint": a.const(0, "pretrained_model_name_or_path", None)})


def _encode(a: Args) -> Value:
    texts = a.get(0, "text")
    several, count = _several(a, texts)
    if any(name in a.named for name in ("is_split_into_words", "return_overflowing_tokens",
                                        "stride")):
        several = None
    if several is None:
        return Mapping(None, "BatchEncoding")
    tensors = a.const(None, "return_tensors", None)
    padding = a.const(None, "padding", False)
    if a.const(None, "pad_to_max_length", False) is True:
        padding = "max_length"
    length: Dim = a.dim(None, "max_length")
    truncated = a.const(None, "truncation", False) not in (False, None, "do_not_truncate")
    if padding != "max_length" or length is None or (isinstance(texts, Const) and not truncated):
        length = a.interpreter.fresh("T")
    padded = padding not in (False, None, "do_not_pad") and (several or padding == "max_length")
    names = ["input_ids", "attention_mask"]
    checkpoint = a.value.attrs.get("checkpoint") if isinstance(a.value, Obj) else None
    if isinstance(checkpoint, str) and _SEGMENTS.search(checkpoint) \
            and not _NO_SEGMENTS.search(checkpoint):
        names.insert(1, "token_type_ids")
    if a.const(None, "return_attention_mask", True) is False:
        names.remove("attention_mask")
    items: Dict[Any, Value] = {}
    for name in names:
        labels = Labels(whole=True, low=0, padded=True if padded and name == "input_ids" else None)
        if tensors is not None and tensors not in _TENSORS:
            items[name] = UNKNOWN
        elif tensors is not None:
            kind = _TENSORS[tensors]
            dtype = "int32" if tensors == "tf" else "int64"
            items[name] = Arr((count if several else 1, length), dtype, kind, labels, Role(name))
        elif several:
            items[name] = Seq(None, "list", Seq(None, "list", Arr((), "int64", "scalar"), length),
                              count)
        else:
            items[name] = Seq(None, "list", Arr((), "int64", "scalar", labels), length)
    return Mapping(items, "BatchEncoding")


def _several(a: Args, texts: Optional[Value]) -> Tuple[Optional[bool], Dim]:
    """Is it a batch of texts, and of how many? None where not known."""
    if isinstance(texts, Seq):
        return True, texts.length
    if isinstance(texts, Const) and isinstance(texts.value, str):
        return False, 1
    if isinstance(texts, Arr) and texts.kind in ("Series", "ndarray") and texts.rank == 1:
        return True, texts.shape[0] if texts.shape else None
    return None, None


def _ids(a: Args) -> Value:
    """`tokenizer.encode(text)`: the ids alone."""
    made = _encode(a)
    if isinstance(made, Mapping) and made.items:
        return made.items.get("input_ids", UNKNOWN)
    return UNKNOWN


def _single(a: Args) -> Value:
    return _encode(a)


def _batch(a: Args) -> Value:
    if not isinstance(a.get(0, "batch_text_or_text_pairs"), (Seq, Arr)):
        return Mapping(None, "BatchEncoding")
    positional = [a.get(0, "batch_text_or_text_pairs") or UNKNOWN]
    return _encode(Args(a.interpreter, a.node, positional, a.named, a.open, a.value))


FUNCTIONS[_TOKENIZER + ".__call__"] = _encode
FUNCTIONS[_TOKENIZER + ".encode_plus"] = _single
FUNCTIONS[_TOKENIZER + ".batch_encode_plus"] = _batch
FUNCTIONS[_TOKENIZER + ".encode"] = _ids
for _name in (
        "AutoTokenizer", "BertTokenizer", "BertTokenizerFast", "DistilBertTokenizer",
        "DistilBertTokenizerFast", "RobertaTokenizer", "RobertaTokenizerFast", "AlbertTokenizer",
        "XLMRobertaTokenizer", "ElectraTokenizer", "CamembertTokenizer", "BertJapaneseTokenizer",
        "XLMRobertaTokenizerFast", "AlbertTokenizerFast", "ElectraTokenizerFast"):
    FUNCTIONS[f"transformers.{_name}.from_pretrained"] = tokenizer
    if _name != "AutoTokenizer":
        FUNCTIONS[f"transformers.{_name}"] = tokenizer
FUNCTIONS["BatchEncoding.to"] = lambda a: a.value
FUNCTIONS["BatchEncoding.convert_to_tensors"] = lambda a: UNKNOWN

# -- models --------------------------------------------------------------------------------------

_TEXT_MODELS = ("Bert", "DistilBert", "Roberta", "Albert", "Electra", "XLMRoberta", "Camembert",
                "MPNet", "MobileBert", "Auto", "DebertaV2", "Deberta")
_POOLED = ("Bert", "Roberta", "Albert", "XLMRoberta", "Camembert", "MPNet", "MobileBert")
_HEADS = ("ForSequenceClassification", "ForTokenClassification", "ForQuestionAnswering",
          "ForMaskedLM", "ForMultipleChoice", "ForPreTraining")


def _model(cls: str) -> Function:
    def from_pretrained(a: Args) -> Value:
        name = a.const(0, "pretrained_model_name_or_path", None)
        hidden, positions = _known(name)
        attrs: Dict[str, Any] = {"hidden": hidden, "max_positions": positions,
                                 "labels": a.int(None, "num_labels", None), "checkpoint": name}
        config = a.get(None, "config")
        if config is not None:
            attrs.update(_settings(config))
            if a.get(None, "num_labels") is None:
                attrs["labels"] = attrs.get("config_labels")
        if attrs["hidden"] is None:
            attrs["hidden"] = a.interpreter.fresh("H")
        return Obj(f"transformers.{cls}", attrs)
    return from_pretrained


def _of_config(cls: str) -> Function:
    def made(a: Args) -> Value:
        attrs: Dict[str, Any] = {"hidden": None, "max_positions": None, "labels": None}
        config = a.get(0, "config")
        if config is not None:
            attrs.update(_settings(config))
            attrs["labels"] = attrs.get("config_labels")
        if attrs["hidden"] is None:
            attrs["hidden"] = a.interpreter.fresh("H")
        return Obj(f"transformers.{cls}", attrs)
    return made


def _settings(config: Value) -> Dict[str, Any]:
    if not isinstance(config, Obj) or config.cls != "transformers.Config":
        return {"hidden": None, "max_positions": None, "config_labels": None}
    return {key: config.attrs.get(key) for key in ("hidden", "max_positions", "config_labels",
                                                   "vocabulary")}


def _config(a: Args) -> Value:
    """`BertConfig(hidden_size=32, ...)`; defaults are BERT's."""
    return Obj("transformers.Config", {
        "hidden": a.int(None, "hidden_size", a.int(None, "dim", 768)),
        "max_positions": a.int(None, "max_position_embeddings", 512),
        "config_labels": a.int(None, "num_labels", 2),
        "vocabulary": a.int(0, "vocab_size", 30522)})


def _config_of(a: Args) -> Value:
    hidden, positions = _known(a.const(0, "pretrained_model_name_or_path", None))
    return Obj("transformers.Config", {"hidden": hidden, "max_positions": positions,
                                       "config_labels": a.int(None, "num_labels", 2)})


for _name in _TEXT_MODELS:
    for _head in ("Model", *_HEADS):
        _cls = f"TF{_name}{_head}"
        if _name == "Auto" and _head != "Model":
            _cls = f"TFAutoModel{_head}"
        FUNCTIONS[f"transformers.{_cls}.from_pretrained"] = _model(_cls)
        FUNCTIONS[f"transformers.{_cls}"] = _of_config(_cls)
        FUNCTIONS[f"transformers.{_cls}.from_config"] = _of_config(_cls)
    FUNCTIONS[f"transformers.{_name}Config.from_pretrained"] = _config_of
    if _name in ("Bert", "Roberta", "Electra", "DistilBert", "Camembert", "XLMRoberta"):
        FUNCTIONS[f"transformers.{_name}Config"] = _config


def declared(model: Obj) -> List[Tuple[str, str]]:
    """(name, role) of the inputs, in the order of the call; none where the class is not known."""
    cls = model.cls.rpartition(".")[2]
    if not any(cls.startswith(f"TF{name}") for name in _TEXT_MODELS):
        return []
    names = ["input_ids", "attention_mask"]
    distil = "Distil" in cls or (isinstance(model.attrs.get("checkpoint"), str)
                                 and "distil" in model.attrs["checkpoint"].lower())
    if not distil and not cls.startswith("TFAuto"):
        names.append("token_type_ids")
    return [(name, name) for name in names]


def outputs(model: Obj, inputs: Dict[str, Arr]) -> Value:
    """What the model returns for these arrays."""
    cls = model.cls.rpartition(".")[2]
    ids = inputs.get("input_ids")
    if ids is None or ids.shape is None or len(ids.shape) != 2 or not declared(model) \
            or "labels" in inputs:
        return Mapping(None, "ModelOutput")
    rows, tokens = ids.shape
    kind = "KerasTensor" if any(a.kind == "KerasTensor" for a in inputs.values()) else "Tensor"
    hidden = model.attrs.get("hidden")
    count = model.attrs.get("labels")
    items: Dict[Any, Value] = {}
    if cls.endswith("ForSequenceClassification"):
        items["logits"] = Arr((rows, count), "float32", kind)
    elif cls.endswith("ForTokenClassification"):
        items["logits"] = Arr((rows, tokens, count), "float32", kind)
    elif cls.endswith("ForQuestionAnswering"):
        items["start_logits"] = Arr((rows, tokens), "float32", kind)
        items["end_logits"] = Arr((rows, tokens), "float32", kind)
    elif cls.endswith("ForMaskedLM"):
        items["logits"] = Arr((rows, tokens, None), "float32", kind)
    elif cls.endswith("Model"):
        items["last_hidden_state"] = Arr((rows, tokens, hidden), "float32", kind)
        family = next((n for n in _POOLED if cls == f"TF{n}Model"), None)
        if family or (cls == "TFAutoModel" and _has_pooler(model)):
            items["pooler_output"] = Arr((rows, hidden), "float32", kind)
    else:
        return Mapping(None, "ModelOutput")
    return Mapping(items, "ModelOutput")


def _has_pooler(model: Obj) -> bool:
    name = model.attrs.get("checkpoint")
    return isinstance(name, str) and re.search(r"(^|/)(bert-|roberta-|albert-|xlm-roberta-)",
                                               name) is not None



