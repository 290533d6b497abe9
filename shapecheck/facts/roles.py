"""What an input is for, from its name. A name that says nothing has no role."""
from __future__ import annotations

from functools import lru_cache
from typing import Optional

#: argument names of Hugging Face and keras-hub text models -> role
_ROLES = {
    "input_ids": "input_ids", "token_ids": "input_ids", "input_word_ids": "input_ids",
    "word_ids": "input_ids", "decoder_input_ids": "decoder_input_ids",
    "decoder_token_ids": "decoder_input_ids", "encoder_token_ids": "input_ids",
    "attention_mask": "attention_mask", "padding_mask": "attention_mask",
    "input_mask": "attention_mask", "input_masks": "attention_mask",
    "decoder_attention_mask": "decoder_attention_mask",
    "decoder_padding_mask": "decoder_attention_mask",
    "encoder_padding_mask": "attention_mask",
    "token_type_ids": "token_type_ids", "segment_ids": "token_type_ids",
    "input_type_ids": "token_type_ids", "position_ids": "position_ids",
    "inputs_embeds": "inputs_embeds", "pixel_values": "pixel_values", "labels": "labels",
}


@lru_cache(maxsize=1000)
def role_of(name: str) -> Optional[str]:
    """The role that the name of an input states ("input_ids", ...), else None.

    Keras' own decorations are dropped: "serving_default_input_ids:0", "input_ids_1".
    """
    bare = name.split(":")[0].lower()
    if bare.startswith("serving_default_"):
        bare = bare[len("serving_default_"):]
    if bare in _ROLES:
        return _ROLES[bare]
    stem, _, suffix = bare.rpartition("_")
    return _ROLES.get(stem) if suffix.isdigit() else None
