"""`--text`: sentences through the model's own tokenizer."""
from __future__ import annotations

from typing import Optional, Sequence

from shapecheck.facts.errors import MissingExtra, UserError
from shapecheck.facts.message import clean
from shapecheck.facts.roles import role_of
from shapecheck.facts.shape import Spec
from shapecheck.observe.intake.bound import BoundArgument, BoundData
from shapecheck.source.model_file import first_line
from shapecheck.source.usage import identifier


def tokenize(texts: Sequence[str], folder: Optional[str], specs: Sequence[Spec]) -> BoundData:
    """`--text` through the model's own tokenizer: int32 arrays (texts, longest text), as a dict.

    Raises UserError where the model has no tokenizer of its own or none of what it makes is an
    input; MissingExtra without transformers.
    """
    if not folder:
        raise UserError("--text needs the model's own tokenizer, and this model has none beside "
                        "it; give a Hugging Face folder with tokenizer.json, or --inputs DATA")
    if not texts or not any(text.strip() for text in texts):
        raise UserError("--text is empty; give one text at least")
    try:
        from transformers import AutoTokenizer
    except ImportError as exc:
        raise MissingExtra("--text", "transformers") from exc
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True,
                                                  trust_remote_code=False)
        encoded = tokenizer(list(texts), padding=True, truncation=True, return_tensors="np")
    except Exception as exc:
        raise UserError(f"{clean(folder)}: its tokenizer cannot be used ({type(exc).__name__}: "
                        f"{clean(first_line(exc), 160)})") from exc
    names = [spec.name for spec in specs] or list(encoded)
    arguments = []
    for name in names:
        key = name if name in encoded else next(
            (k for k in encoded if role_of(name) and role_of(k) == role_of(name)), None)
        if key is not None:
            arguments.append(BoundArgument(name, identifier(key), encoded[key].astype("int32")))
    if not arguments:
        raise UserError(f"{clean(folder)}: its tokenizer makes {clean(', '.join(encoded))}, none "
                        f"of the model's inputs ({clean(', '.join(names))})")
    return BoundData(tuple(arguments), "dict")
