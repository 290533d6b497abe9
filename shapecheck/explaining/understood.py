"""What a pasted text says: the message that a rule explains, and the user's own line."""
from __future__ import annotations

import re
from typing import Iterator, List, NamedTuple, Optional, Tuple

from shapecheck.explaining.remedies import Theirs, is_item
from shapecheck.source.frames import Frame, UserCall, frames_of, host_frame, own_frame, user_call
from shapecheck.source.message_table import Told, targets
from shapecheck.source.messages import Recognised, essence, recognise_pasted
from shapecheck.source.pasted import cleaned

#: characters of one piece of text in which a message is looked for: bounds the time of any pattern
_PIECE = 30_000
_PIECES = 12
#: where one exception ends and the next begins
_CHAIN = re.compile(
    r"During handling of the above exception|The above exception was the direct cause|"
    r"^\s{0,8}Traceback \(most recent call last\)|^-{20,}\s*$|^={20,}|^\s{0,8}_{20,}", re.M)
_HEADER = re.compile(r"^\s{0,8}(?:[\w.]{1,120}\.)?"
                     r"(\w{0,60}(?:Error|Exception|Interrupt|Warning|Exit)|StopIteration|error)"
                     r"(?::[ \t]*(.{0,2000})|[ \t]*)$", re.M)

class Understood(NamedTuple):
    """found: the message that a rule explains, None where none does. own: the user's last line.
    host: their last call of a model's method. call: the one that the remedies are about.
    error / message: type and first line of the last exception. earlier: it is not the last
    exception that is explained. about_shapes: the text speaks of shapes, explained or not."""

    found: Optional[Recognised]
    own: Optional[Frame]
    host: Optional[Frame]
    call: Optional[UserCall]
    error: str
    message: str
    earlier: bool
    empty: bool
    text: str


def understood(text: str) -> Understood:
    lines = cleaned(text)
    whole = "\n".join(lines)
    frames = frames_of(lines)
    own, host = own_frame(frames), host_frame(frames)
    found, earlier = _recognised(lines)
    error, message = _last_error(whole)
    if found is None and message == "tuple index out of range":
        found = _of_a_shape(own)
    call = None
    if found is not None:
        told = refined(found.told, own, host, whole)
        found = found._replace(told=told)
        chosen = host if host is not None and told.about in ("inputs", "labels", "rows") else own
        chosen = chosen if chosen is not None else host
        call = user_call(chosen) if chosen is not None else None
    return Understood(found, own, host, call, error, message, earlier, not whole.strip(), whole)


def _of_a_shape(own: Optional[Frame]) -> Optional[Recognised]:
    """`x.shape[2]` of an array with two axes: the message does not say so, the line does."""
    line = "" if own is None else own.source
    asked = re.search(r"(\w[\w.\[\]]{0,80}?)\.shape\[-?\d+\]", line)
    if asked is None:
        return None
    told = Told("SHP609", f"the line asks for an axis that {asked.group(1)} does not have",
                "a shape has as many places as the array has axes, from 0 on", "inside",
                advice=f"print({asked.group(1)}.shape): an axis is missing (rows, steps, "
                "channels), or another index is meant")
    return Recognised(told, "tuple index out of range")


def _recognised(lines: List[str]) -> Tuple[Optional[Recognised], bool]:
    """The last exception that a rule explains; whether another came after it."""
    pieces = list(_pieces("\n".join(lines)))
    later = False
    for piece in reversed(pieces[-_PIECES:]):
        found = recognised_in(piece)
        if found is not None:
            return found, later
        later = later or _HEADER.search(piece) is not None
    return None, False


def _pieces(text: str) -> Iterator[str]:
    """Each exception of a chain, in its order; very long ones as their ends."""
    starts = [0, *(m.start() for m in _CHAIN.finditer(text)), len(text)]
    for begin, end in zip(starts, starts[1:]):
        piece = text[begin:end]
        if piece.strip():
            yield piece if len(piece) <= _PIECE else (
                piece[:_PIECE // 2] + "\n" + piece[-_PIECE // 2:])


def recognised_in(piece: str) -> Optional[Recognised]:
    """The message of one exception, however its lines are broken."""
    joined = _unwrapped(piece)
    found = recognise_pasted(joined) if joined is not None else None
    return recognise_pasted(_flat(piece)) if found is None else found


def _flat(piece: str) -> str:
    return re.sub(r"\s+", " ", piece)


def _unwrapped(piece: str) -> Optional[str]:
    """Lines that were cut at the width of a window, in the middle of a word, put together."""
    lines = piece.split("\n")
    width = max(map(len, lines))
    if width < 40 or len(lines) < 2 or sum(len(line) == width for line in lines) < 2:
        return None
    text = ""
    for line in lines:
        text += line if len(line) == width else line + " "  # a space at the end is gone
    return re.sub(r"\s+", " ", text)


def _last_error(text: str) -> Tuple[str, str]:
    """Type and first line of the last exception that the text names."""
    kind, said = "", ""
    for m in _HEADER.finditer(text[-60_000:]):
        if m.group(2) is None and "Traceback" in text[m.end():m.end() + 60]:
            continue  # the head of IPython's, with the message at its end
        kind, said = m.group(1), (m.group(2) or "").strip()
    if not said and kind:
        said = essence(text[-4000:])[:200]
        said = said.rpartition(f"{kind}:")[2].strip() if f"{kind}:" in said else ""
    return kind, said


# -- what the user's line decides ---------------------------------------------------------------

_IN_A_LOSS = re.compile(r"(?:train|test)_step|compute_loss|loss|metric|_error$", re.I)


def in_a_loss(frame: Frame) -> bool:
    """A loss, a metric or a step of the user's own."""
    return _IN_A_LOSS.search(frame.function) is not None


def refined(told: Told, own: Optional[Frame], host: Optional[Frame], text: str) -> Told:
    """The same, where the user's own line says better what was meant."""
    for step in (_one_row, _one_image, _data_or_definition, _of_a_loss, _of_weights, _of_a_metric,
                 _last_batch, _source_says):
        better = step(told, own, host, text)
        if better is not None:
            return better
    return told


def _theirs(host: Optional[Frame], own: Optional[Frame]) -> Theirs:
    frame = host or own
    return Theirs(user_call(frame) if frame is not None else None)


def _one_row(told: Told, own: Optional[Frame], host: Optional[Frame], text: str) -> Optional[Told]:
    """`model.predict(x[0])`, and a layer inside complains: the row itself was passed."""
    if told.code not in ("SHP107", "SHP602") or (told.name == "" and told.about != "inside"):
        return None
    theirs = _theirs(host, own)
    if not theirs.takes_a_row() or theirs.method in ("Input",):
        return None
    if told.pair and len(told.pair[0]) == len(told.pair[1]) >= 4:
        return None
    images = told.numbers[:1] == (4,)
    code = "SHP102" if images else "SHP101"
    what = f"{theirs.name_of_x()} is one row, without the axis that counts rows; {told.what}"
    return told._replace(code=code, about="inputs", what=what, why="an index drops that axis, and "
                         "the layers take what is left for it", advice="")


def _one_image(told: Told, own: Optional[Frame], host: Optional[Frame], text: str,
               ) -> Optional[Told]:
    """(None, 224, 3) on its way into a convolution in predict or fit."""
    if told.code != "SHP602" or told.numbers != (4, 3) or not told.pair:
        return None
    got = told.pair[1]
    data = host is not None or re.match(r"(?:sequential|model|functional)(?:_\d+)?$", told.name)
    if got[-1] in (1, 3, 4) and data:
        return told._replace(code="SHP102", about="inputs", why="one image without its batch axis: "
                             "its height stands where rows should", advice="")
    return None


def _data_or_definition(told: Told, own: Optional[Frame], host: Optional[Frame], text: str,
                        ) -> Optional[Told]:
    """One axis too many: in the declared shape, or in the data of a predict."""
    if told.code == "SHP601" and host is not None and told.pair:
        got = told.pair[1]
        if 1 in got[:2]:
            return told._replace(code="SHP106", about="inputs",
                                 why="the data have one axis more than the model takes")
    return None


def _of_a_loss(told: Told, own: Optional[Frame], host: Optional[Frame], text: str,
               ) -> Optional[Told]:
    """An operation in a loss, a metric or a train_step of the user's own."""
    if told.code == "SHP402" and told.returned and "binary_crossentropy" in text \
            and "categorical_crossentropy" not in text:
        return told._replace(code="SHP403", why="binary_crossentropy compares value by value")
    if told.code != "SHP609" or len(told.pair) != 2 or own is None or not in_a_loss(own):
        return None
    first, second = told.pair
    return targets(second, first)


_LOADING = re.compile(r"\b(?:load_weights|set_weights|load_model|from_pretrained)\(")


def _of_weights(told: Told, own: Optional[Frame], host: Optional[Frame], text: str,
                ) -> Optional[Told]:
    """"Shapes (192, 320) and (192, 35) are incompatible", while weights are loaded."""
    line = own.source if own is not None else text[-3000:]
    if told.about != "labels" or len(told.pair) != 2 or host is not None \
            or None in told.pair[0] + told.pair[1] or not _LOADING.search(line):
        return None
    first, second = told.pair
    return Told("SHP608", f"a weight of the model is {first}, and the one that is loaded {second}",
                "the weights are those of another architecture", "built", pair=told.pair)


_METRIC = re.compile(r"node:? ?['\"]?(?:[\w-]+/)*(?:Equal|LogicalAnd)(?:_\d+)?\b", re.I)


def _of_a_metric(told: Told, own: Optional[Frame], host: Optional[Frame], text: str,
                 ) -> Optional[Told]:
    """Accuracy compares what is predicted with the labels: `Equal`."""
    if told.code != "SHP609" or len(told.pair) != 2 or not _METRIC.search(text):
        return None
    labels, output = told.pair
    if len(labels) > 1 and labels[1:] == output[1:]:
        return None  # the last batch
    return Told("SHP403", f"a metric compares labels of {labels} with predictions of {output}",
                "labels and output have one shape, but for the classes", "labels",
                pair=(labels, output))


def _last_batch(told: Told, own: Optional[Frame], host: Optional[Frame], text: str,
                ) -> Optional[Told]:
    """[32,10] against [16,10]: a batch of full size against the last one."""
    if told.code != "SHP609" or len(told.pair) != 2 or "MatMul" in told.what:
        return None
    first, second = told.pair
    if len(first) != len(second) or len(first) < 2 or first[1:] != second[1:]:
        return None
    a, b = first[0], second[0]
    loose = host is None and re.search(r"\[Op:|numpy|operands could not", text)
    if a is None or b is None or 1 in (a, b) or a == b or loose or "joined" in told.what:
        return None
    return Told("SHP503", f"{told.what}: a batch of {max(a, b)} rows and one of {min(a, b)}",
                "the last batch is smaller, and something in the model has the batch size written "
                "into it", "rows", pair=told.pair, numbers=(max(a, b), min(a, b)))


def _source_says(told: Told, own: Optional[Frame], host: Optional[Frame], text: str,
                 ) -> Optional[Told]:
    """NumPy says the same of different things; the line says which."""
    line = own.source if own is not None else ""
    if told.code == "SHP609" and "to_categorical" in text and told.what.startswith("index"):
        found = re.match(r"index (-?\d+) on axis \S+ of size (\d+)", told.what)
        if found:
            value, classes = int(found.group(1)), int(found.group(2))
            return Told("SHP403", f"a label is {value}, and to_categorical makes {classes} columns",
                        f"{classes} columns are for the classes 0 to {classes - 1}", "labels",
                        numbers=(value, classes))
    if told.code == "SHP609" and "is put into a place" in told.what and re.search(
            r"\b(?:np|numpy)\.(?:array|asarray|stack|vstack)\(", line):
        return Told("SHP121", told.what, "an array has one shape for all rows: these have "
                    "different ones", "inputs", pair=told.pair)
    return None


__all__ = ["Understood", "in_a_loss", "is_item", "understood"]
