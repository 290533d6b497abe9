"""Hugging Face TF models: Keras 2 models whose `call` signature is the declaration."""
from __future__ import annotations

import inspect
import sys
from typing import Any, Dict, Optional, Tuple

from shapecheck.facts import Spec
from shapecheck.facts.roles import role_of

_TEXT = ("input_ids", "attention_mask", "token_type_ids", "decoder_input_ids",
         "decoder_attention_mask")
#: outputs that hold one vector a token
TOKEN_STATES = ("last_hidden_state", "sequence_output")


def owns(model: Any) -> bool:
    module = sys.modules.get("transformers")
    if module is None:
        return False
    return any(c.__name__ == "TFPreTrainedModel" for c in type(model).__mro__)


def parameters(model: Any) -> Tuple[str, ...]:
    """Names of the inputs in the order of the positional list: the `call` signature's."""
    try:
        return tuple(p for p in inspect.signature(type(model).call).parameters if p != "self")
    except (TypeError, ValueError):
        return ()


def declared(model: Any) -> Tuple[Tuple[Spec, ...], str]:
    """Specs of the tensors that the model can be given, required ones first in call order.

    From `model.input_signature` (transformers >= 4.27); older versions: text inputs of rank 2
    (3 for multiple choice), as their `serving` signatures say.
    """
    names = parameters(model)
    signature: Dict[str, Any] = {}
    try:
        signature = dict(getattr(model, "input_signature", None) or {})
    except Exception:  # a model without text or pixels says NotImplementedError
        signature = {}
    specs = []
    for name in names:
        shape = _dims(signature[name].shape) if name in signature else _text_shape(model, name)
        if shape is None:
            continue
        dtype = signature[name].dtype.name if name in signature else "int32"
        optional = name not in ("input_ids", "decoder_input_ids", "pixel_values")
        specs.append(Spec.of(name, shape, dtype, role=role_of(name), optional=optional,
                             source="signature"))
    return tuple(specs), "dict"


def _text_shape(model: Any, name: str) -> Optional[Tuple[None, ...]]:
    if name not in _TEXT:
        return None
    return (None,) * (3 if type(model).__name__.endswith("ForMultipleChoice") else 2)


def _dims(shape: Any) -> Optional[Tuple[Optional[int], ...]]:
    try:
        return tuple(None if d is None else int(d) for d in shape)
    except (TypeError, ValueError):
        return None


def is_text(model: Any) -> bool:
    return "input_ids" in parameters(model)


def holds_text_model(model: Any) -> bool:
    """One of the model's layers is a Hugging Face text model (the founding question's form)."""
    if "transformers" not in sys.modules:
        return False
    try:
        children = model._flatten_layers(include_self=False, recursive=True)
        return any(type(x).__module__.startswith("transformers.") for x in children)
    except Exception:
        return False


#: families that make their mask of the ids where none is passed
_MASK_OF_IDS = ("TFXLMModel", "TFXLMWith", "TFXLMFor", "TFFlaubert")
#: families with a table of positions
_POSITIONS = ("TFBert", "TFDistilBert", "TFElectra", "TFAlbert", "TFMobileBert", "TFGPT2",
              "TFOpenAIGPT", "TFMPNet", "TFLayoutLM", "TFConvBert", "TFXLMModel", "TFXLMWith",
              "TFXLMFor", "TFFlaubert", "TFBart")
#: families that count positions from the padding id on: two rows of their table are not used
_POSITIONS_FROM_PADDING = ("TFRoberta", "TFXLMRoberta", "TFCamembert", "TFLongformer")


def _setting(model: Any, *names: str) -> Optional[int]:
    config = getattr(model, "config", None)
    found = (getattr(config, name, None) for name in names)
    return next((n for n in found if isinstance(n, int) and not isinstance(n, bool)), None)


def vocabularies(model: Any) -> Dict[str, int]:
    """Rows of the tables that look an input up, by the input's name."""
    tables = {"input_ids": _setting(model, "vocab_size"),
              "token_type_ids": _setting(model, "type_vocab_size")}
    return {name: rows for name, rows in tables.items() if rows}


def positions(model: Any) -> Optional[int]:
    """Tokens a row at most; None where the positions are computed, not looked up."""
    longest = _setting(model, "max_position_embeddings", "n_positions")
    if longest is None or longest < 1 or getattr(
            model.config, "position_embedding_type", "absolute") != "absolute":
        return None
    if type(model).__name__.startswith(_POSITIONS_FROM_PADDING):
        padding = _setting(model, "pad_token_id")
        return longest - (1 if padding is None else padding) - 1
    return longest if type(model).__name__.startswith(_POSITIONS) else None


def padding(model: Any) -> Optional[int]:
    """The id that fills rows up, of a text model that attends to it where no mask is passed."""
    if not is_text(model) or type(model).__name__.startswith(_MASK_OF_IDS):
        return None
    return _setting(model, "pad_token_id")
