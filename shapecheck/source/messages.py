"""What Keras, TensorFlow and NumPy say of shapes, in any version: which rule explains it.

The texts were read in the sources of TF 2.3 to 2.21, Keras 2.2 to 3.15 and seen in runs. A
message is cut into lines by nobody: Keras breaks them anywhere.
"""
from __future__ import annotations

import re
from typing import Callable, List, NamedTuple, Optional, Pattern, Tuple


class Recognised(NamedTuple):
    """code: of the rule. what / why: one line each, in our words with the message's shapes."""

    code: str
    what: str
    why: str
    said: str


_SHAPE = r"(\([\d\sNone,]*\)|\[[\d\sNone,]*\])"
_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")

_Explain = Callable[..., Optional[Tuple[str, str, str]]]


def without_colours(text: str) -> str:
    return _ANSI.sub("", text)


def plain(text: str) -> str:
    """Without colours, on one line."""
    return re.sub(r"\s+", " ", without_colours(text))


def recognise(text: str) -> Optional[Recognised]:
    """The first thing in a traceback or a warning that a rule explains; None where none does."""
    flat = plain(text)
    for pattern, explain in _TABLE:
        found = pattern.search(flat)
        if found is None:
            continue
        told = explain(found)
        if told is not None:
            return Recognised(*told, said=found.group(0)[:300])
    return None


def dims(text: Optional[str]) -> Optional[Tuple[Optional[int], ...]]:
    """`(None, 256)` or `[32,1]` as a tuple."""
    if text is None:
        return None
    inner = text.strip()[1:-1]
    parts = [part.strip() for part in inner.split(",") if part.strip()]
    if not all(part == "None" or part.isdigit() for part in parts):
        return None
    return tuple(None if part == "None" else int(part) for part in parts)


def _constructed(m: "re.Match[str]") -> Optional[Tuple[str, str, str]]:
    """Keras 2's warning: "Model was constructed with shape ... incompatible shape"."""
    declared, got = dims(m.group(1)), dims(m.group(2))
    if declared is None or got is None or len(declared) != 2:
        return None
    words = f"the model declares {m.group(1)} and was called on {m.group(2)}"
    if len(got) == 1 or (len(got) == 2 and got[1] == 1 and declared[1] not in (1, None)):
        return ("SHP101", f"{words}: one row without its batch axis, taken for rows of one value",
                "Keras said so in a warning and went on: every value became a row of its own")
    if len(got) == 2:
        return ("SHP107", f"{words}: another width", "Keras said so in a warning and went on")
    return None


def _ndim(m: "re.Match[str]") -> Optional[Tuple[str, str, str]]:
    wanted, found = int(m.group(2)), int(m.group(3))
    shape = dims(m.group(4)) if m.lastindex and m.lastindex >= 4 else None
    layer = m.group(1)
    got = f" ({m.group(4)})" if shape is not None else ""
    what = f"layer {layer} takes rank {wanted} and got rank {found}{got}"
    if found == wanted + 1:
        return ("SHP601", what, "one axis too many: a declared shape leaves the rows out")
    if "lstm" in layer.lower() or "gru" in layer.lower() or "rnn" in layer.lower():
        return ("SHP602", what, "recurrent layers take (rows, steps, features)")
    return ("SHP602", what, "an axis is missing: the rows, the steps or the channels")


def _axis(m: "re.Match[str]") -> Optional[Tuple[str, str, str]]:
    got = dims(m.group(4))
    wanted = int(m.group(3))
    layer = m.group(1)
    what = f"layer {layer} takes {wanted} on axis {m.group(2)} and got {m.group(4)}"
    if got is not None and len(got) >= 3 and _product(got[1:]) == wanted:
        return ("SHP406", what, "the axes behind the rows would have to be flattened")
    return ("SHP107", what, "the size of that axis is part of what the layer learned")


def _product(sizes: Tuple[Optional[int], ...]) -> Optional[int]:
    total = 1
    for size in sizes:
        if size is None:
            return None
        total *= size
    return total


def _incompatible_input(m: "re.Match[str]") -> Optional[Tuple[str, str, str]]:
    declared, got = dims(m.group(2)), dims(m.group(3))
    if declared is None or got is None:
        return None
    what = f"input {m.group(1)} declares {m.group(2)} and got {m.group(3)}"
    if len(declared) == 2 and len(got) == 1:
        return ("SHP101", what, ("one row without its batch axis (Keras names the chunk that it "
                "cut off, not what was passed)"))
    if len(got) == len(declared) - 1 and tuple(declared[2:]) == tuple(got[1:]):
        return ("SHP102", what, "one sample without its batch axis")
    return ("SHP107", what, "the sizes differ from the declared ones")


def _checking_input(m: "re.Match[str]") -> Optional[Tuple[str, str, str]]:
    """Keras 2.2 to TF 2.1: "Error when checking input: expected x to have ..."."""
    return ("SHP107" if m.group(2).startswith("shape") else "SHP102",
            f"input {m.group(1)} should have {m.group(2)}, and the array has {m.group(3)}",
            "axis 0 counts rows; the other axes are declared")


def _checking_target(m: "re.Match[str]") -> Optional[Tuple[str, str, str]]:
    wanted, got = dims(m.group(2)), dims(m.group(3))
    what = f"the output {m.group(1)} has shape {m.group(2)} for each row, the labels {m.group(3)}"
    if wanted is not None and got is not None and len(wanted) == len(got) == 1:
        code = "SHP402" if got == (1,) or wanted == (1,) else "SHP403"
        return (code, what, "labels and units of the last layer do not fit")
    return ("SHP403", what, "labels and units of the last layer do not fit")


def _shapes_incompatible(m: "re.Match[str]") -> Optional[Tuple[str, str, str]]:
    a, b = dims(m.group(1)), dims(m.group(2))
    if a is None or b is None or not a or not b:
        return None
    what = f"the labels are {m.group(1)} and the model returns {m.group(2)}"
    if len(a) == len(b) == 2 and a[-1] == 1 and (b[-1] or 0) > 1:
        return ("SHP402", what, ("categorical_crossentropy takes one-hot rows; these are one "
                "number a row"))
    if len(a) == len(b):
        return ("SHP403", what, ("the last layer has another number of units than the labels "
                "have columns"))
    if len(b) > len(a) and len(b) >= 4:
        return ("SHP406", what, "nothing flattens the axes of the image before the output")
    return ("SHP403", what, "the ranks of labels and output differ")


def _same_first(m: "re.Match[str]") -> Optional[Tuple[str, str, str]]:
    logits, labels = dims(m.group(1)), dims(m.group(2))
    if logits is None or labels is None or not logits or not labels:
        return None
    what = f"the loss got logits {m.group(1)} and labels {m.group(2)}"
    one, many = logits[0], labels[0]
    if one and many and many > one and many == one * (logits[-1] or 0):
        return ("SHP402", what, "one-hot labels went into sparse_categorical_crossentropy")
    if one and many and one > many:
        return ("SHP406", what, ("the output has axes that the labels do not have: nothing "
                "flattens them"))
    return ("SHP403", what, "labels and output differ in more than the classes")


def _negative(m: "re.Match[str]") -> Optional[Tuple[str, str, str]]:
    return ("SHP605", f"nothing is left: {m.group(0)[:120]}",
            "a kernel or pool is larger than what is left of the axis")


def _as(code: str, what: str, why: str) -> _Explain:
    def explain(m: "re.Match[str]") -> Tuple[str, str, str]:
        return (code, what, why)
    return explain


_TABLE: List[Tuple[Pattern[str], _Explain]] = [(re.compile(p), e) for p, e in (
    (r"Model was constructed with shape " + _SHAPE + r".{0,300}?incompatible shape " + _SHAPE,
     _constructed),
    (r"Input \d+ of layer \"?([\w./-]+)\"? is incompatible with the layer: expected (?:axis )?"
     r"(?:min_)?ndim=(\d+), found ndim=(\d+)(?:\. Full shape received: " + _SHAPE + ")?", _ndim),
    (r"Input \d+ of layer \"?([\w./-]+)\"? is incompatible with the layer: expected axis (-?\d+) "
     r"of input shape to have value (\d+),? but received input with shape " + _SHAPE, _axis),
    (r"Input \d+ of layer \"?([\w./-]+)\"? is incompatible with the layer: expected shape="
     + _SHAPE + r", found shape=" + _SHAPE, _incompatible_input),
    (r"Error when checking (?:model )?input: expected (\S+) to have (\d+ dimensions|shape "
      r"\([\d\sNone,]*\)),? but got array with shape " + _SHAPE, _checking_input),
    (r"Error when checking (?:model )?target: expected (\S+) to have (?:\d+ dimensions|shape "
     + _SHAPE + r"),? but got array with shape " + _SHAPE, _checking_target),
    (r"Shapes " + _SHAPE + r" and " + _SHAPE + r" are incompatible", _shapes_incompatible),
    (r"logits and labels must have the same first dimension, got logits shape " + _SHAPE
     + r" and labels shape " + _SHAPE, _same_first),
    (r"Negative dimension size caused by subtracting \d+ from \d+", _negative),
    (r"Computed output size would be negative", _negative),
    (r"Unrecognized data type: x=\[", _as(
        "SHP119", "a Python list was given where an array is meant",
        "to Keras a list is a list of inputs")),
    (r"`sequences` must be a list of iterables", _as(
        "SHP119", "pad_sequences takes a list of rows, each a list of its own",
        "a single row is `[row]`")),
)]
