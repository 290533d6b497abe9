"""What a right call looks like, as code to paste."""
from __future__ import annotations

import keyword
import re
from typing import Any, Dict, List, Optional, Sequence, Tuple

from shapecheck.facts.shape import Spec

#: names that Keras makes up: they tell a person nothing
_MADE_UP = re.compile(
    r"(input|input_layer|inputs|keras_tensor|args|serving_default_args)(_\d+)*$"
    r"|\w+_input(_\d+)?$")


def identifier(name: str, fallback: str = "x") -> str:
    """A valid Python name that is as close to `name` as possible."""
    bare = name.split(":")[0]
    if bare.startswith("serving_default_"):
        bare = bare[len("serving_default_"):]
    text = re.sub(r"\W", "_", bare, flags=re.ASCII).strip("_")
    if not text:
        return fallback
    if text[0].isdigit():
        text = f"{fallback}_{text}"
    return text + "_" if keyword.iskeyword(text) else text


def variable_names(inputs: Sequence[Spec]) -> List[str]:
    """One distinct variable name for each input; `x` for a lone input that nobody named."""
    if len(inputs) == 1 and _MADE_UP.match(inputs[0].name.split(":")[0]):
        return ["x"]
    names: Dict[str, None] = {}  # in order, and quick to look up
    for spec in inputs:
        name = identifier(spec.name)
        while name in names:
            name += "_"
        names[name] = None
    return list(names)


def usage(inputs: Sequence[Spec], structure: str, text: bool = False, *,
          nest: Optional[Any] = None) -> Tuple[str, ...]:
    """The right calls for one row and for all rows; () where nothing is declared.

    structure: "single", "list", "dict" or "nested"; for "nested", `nest` is the structure with
    input names as leaves. text: a text model, whose tokenizer makes the inputs. Optional inputs
    are left out, but for the attention mask, without which padding is read as text.
    """
    shown = [spec for spec in inputs
             if not spec.optional or spec.role in ("attention_mask", "decoder_attention_mask")]
    if not shown or (structure == "nested" and nest is None):
        return ()
    names = dict(zip([spec.name for spec in shown], variable_names(shown)))
    calls = [f"model.predict({_argument(shown, structure, names, rows, nest)})"
             for rows in ("[0:1]", "")]
    if text:
        calls.append('model.predict(dict(tokenizer(["a text", "a longer text"], padding=True, '
                     'truncation=True, return_tensors="np")))')
    return tuple(calls)


def _argument(inputs: Sequence[Spec], structure: str, names: "dict[str, str]", rows: str,
              nest: Any) -> str:
    if structure == "single":
        return names[inputs[0].name] + rows
    if structure == "dict":
        return "{" + ", ".join(f"{_quoted(s.name)}: {names[s.name]}{rows}" for s in inputs) + "}"
    if structure == "nested":
        return _nested(nest, names, rows)
    return "[" + ", ".join(names[s.name] + rows for s in inputs) + "]"


def _nested(nest: Any, names: "dict[str, str]", rows: str) -> str:
    if isinstance(nest, dict):
        return "{" + ", ".join(f"{_quoted(str(key))}: {_nested(value, names, rows)}"
                               for key, value in nest.items()) + "}"
    if isinstance(nest, (list, tuple)):
        return "[" + ", ".join(_nested(value, names, rows) for value in nest) + "]"
    return names.get(str(nest), identifier(str(nest))) + rows


def _quoted(text: str) -> str:
    body = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else c.encode("unicode_escape").decode()
                         for c in body) + '"'
