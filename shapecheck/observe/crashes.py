"""What an exception says of shapes: which rule explains it, which layer raised it.

The exception itself is only looked at. Its text is read as a whole (its first line says nothing,
facts, 28), and the shapes are those of the recorded call: Keras names the chunk that it cut off.
"""
from __future__ import annotations

import dis
import os
import re
from types import TracebackType
from typing import Any, Dict, Iterator, List, Optional, Tuple

from shapecheck.facts import Argument, Call, Failure, Location
from shapecheck.observe.callsite import OURS, USER, owner_of, place_of
from shapecheck.observe.models import generation_of
from shapecheck.source import messages

_LIMIT = 40_000  # characters of a message: some hold whole arrays
_WITH_LABELS = ("fit", "evaluate", "train_on_batch", "test_on_batch")
_SHOWN = 3  # arguments of a call that are spelled out
_WHOLE = ("Functional", "Sequential", "Model")  # classes that hold layers, not one of them
#: Keras 2.7 and later of `predict(None)`
_NOTHING = "'pop from an empty set'"
_NONE = messages.Told("SHP120", "None was passed for the inputs",
                      "each declared input takes one array")
_SHAPE = re.compile(r"\((?:\d+|None)(?:, (?:\d+|None))*,?\)")


def text_of(error: BaseException) -> str:
    """The whole message; "" where it cannot be had, or where nothing in it is a framework's."""
    if not isinstance(error, Exception):
        return ""  # KeyboardInterrupt, SystemExit: nobody's mistake
    try:
        text = str(error)
    except Exception:  # a __str__ of the user's own
        return ""
    if len(text) > _LIMIT:
        text = text[:_LIMIT // 2] + " ... " + text[-_LIMIT // 2:]
    return "" if _is_raised_by_user(error) else text


def is_about_shapes(error: BaseException) -> bool:
    return messages.is_about_shapes(text_of(error))


def failure_of(error: BaseException, call: Optional[Call] = None,
               model: Any = None) -> Optional[Failure]:
    """The exception as a fact for the rules; None where no rule explains its message.

    call, model: those that were called as it was raised.
    """
    text = text_of(error)
    found = messages.recognise(text, raised=True) if text else None
    if found is None and call is not None and not call.inputs and text == _NOTHING:
        found = messages.Recognised(_NONE, text)
    if found is None:
        return None
    told = found.told
    if call is None:
        location = _location(error.__traceback__)
        return Failure(told.code, told.what, told.why, said=found.said, location=location,
                       advice=told.advice, kind="exception")
    layer = layer_of(error, model)
    told = _of_call(told, call, error, layer, _losses(call, model))
    return Failure(told.code, _what(told, call, layer), told.why, call.source, found.said,
                   call.location, told.advice, "exception", call.inputs)


def _losses(call: Call, model: Any) -> str:
    """The losses that the model was compiled with, as words to look into."""
    if any(call.losses):
        return " ".join(call.losses)
    loss = getattr(model, "loss", None)
    return str(getattr(loss, "name", None) or getattr(loss, "__name__", None) or loss)


def _of_call(told: messages.Told, call: Call, error: BaseException, layer: str,
             losses: str) -> messages.Told:
    """The same, where the call says better whose shapes they are."""
    if told.code == "SHP402" and told.returned and "binary" in losses:
        units = told.returned.rstrip(",)").split(", ")[-1]
        return told._replace(
            code="SHP403", why="binary_crossentropy compares value by value",
            advice=f"1 unit in the last layer, or labels with {units} columns")
    got = re.search(r"got rank (\d+)", told.what) if told.code == "SHP601" else None
    if got is not None and any(a.passed.rank == int(got.group(1)) for a in call.inputs):
        return told._replace(code="SHP106", advice="",
                             why="the data have an axis that the model does not take")
    if told.about == "labels" and call.method not in _WITH_LABELS and told.code != "SHP609":
        shapes = _SHAPE.findall(told.what)
        return told._replace(code="SHP609", about="inside", returned="", advice="",
                             what=f"an operation on {' and '.join(shapes[:2])}",
                             why="axes that meet are equally long, or 1")
    if told.code == "SHP609" and len(told.pair) == 2 and call.method in _WITH_LABELS:
        for labels, output in (told.pair, told.pair[::-1]):
            if not layer and any(_is_batch_of(a, labels) for a in call.labels):
                return messages.targets(labels, output) or told
    if told.code == "SHP609" and call.method == "predict" and _joins_batches(error):
        return told._replace(
            code="SHP202", about="rows", what=f"of two batches come {told.what[:-len(' joined')]}"
            if told.what.endswith(" joined") else told.what,
            why="predict joins the batches on axis 0, which does not count the rows here")
    return told


def _is_batch_of(arg: Argument, shape: messages.Dims) -> bool:
    """May an array of this shape be a batch of what was passed, (N,) as (N, 1)?"""
    passed = arg.passed.shape
    if passed is None or not shape:
        return False
    tail = tuple(passed[1:])
    return tail in (tuple(shape[1:]), tuple(shape[1:-1]) if shape[-1] == 1 else None)


def _joins_batches(error: BaseException) -> bool:
    """Keras' own joining of what the batches returned, not an operation of the model's."""
    return any(entry.tb_frame.f_code.co_name in ("concat", "potentially_ragged_concat")
               and owner_of(entry.tb_frame.f_code.co_filename) not in (USER, OURS)
               for entry in _entries(error.__traceback__))


# -- what was declared and passed --------------------------------------------------------------


def _what(told: messages.Told, call: Call, layer: str) -> str:
    ragged = tuple(a for a in call.inputs + call.labels if a.passed.dtype == "object")
    parts = _passed(ragged if ragged and told.code == "SHP121" else call.inputs)
    if told.about in ("labels", "rows"):
        parts += [_spelled(a) for a in call.labels[:_SHOWN]]
    known = any(a.declared is not None and a.declared.source == "Input" for a in call.inputs)
    if told.about == "labels" and told.returned and call.labels:
        parts.append(f"the model returns {told.returned}")
    elif told.about == "rows" and told.code == "SHP110" and _rows_differ(call):
        pass  # the shapes say it
    elif told.about == "inputs" and known and told.code in ("SHP101", "SHP102", "SHP107"):
        pass  # the message has the chunk's shape
    elif layer and layer.split()[-1] not in re.split(r"[\s,]", told.what):
        parts.append(f"in {layer}: {told.what}")
    else:
        parts.append(told.what)
    return "; ".join(parts)


def _passed(inputs: Tuple[Argument, ...]) -> List[str]:
    parts = []
    for arg in inputs[:_SHOWN]:
        declared = arg.declared
        text = _spelled(arg)
        if declared is not None and declared.shape is not None and declared.source != "built":
            text += f" ({arg.name} declares {declared})"
        parts.append(text)
    if len(inputs) > _SHOWN:
        parts.append(f"and {len(inputs) - _SHOWN} more inputs")
    return parts


def _spelled(arg: Argument) -> str:
    shape = arg.passed
    ragged = " of rows of different lengths" if shape.values.ragged else ""
    return f"{arg.expression or arg.name} is {shape}{ragged}"


def _rows_differ(call: Call) -> bool:
    return len({a.passed.rows for a in call.inputs + call.labels if a.passed.rank}) > 1


# -- which layer -------------------------------------------------------------------------------


def layer_of(error: BaseException, model: Any = None) -> str:
    """"layer residual", or "a layer of class Attention"; "" where it is the model as a whole."""
    text = text_of(error)
    names = _names(model)
    whole = {getattr(model, "name", ""), type(model).__name__, *_WHOLE}
    named = messages.layers_named(text)
    for name, kind in named:
        if name and name not in whole and kind not in whole:
            return f"layer {name}"
    found = _in_frames(error.__traceback__, model) or _in_nodes(messages.nodes_named(text), names)
    if found:
        return f"layer {found}"
    for _name, kind in named:
        if kind and kind not in whole:
            alike = [name for name, own in names.items() if own == kind]
            return f"layer {alike[0]}" if len(alike) == 1 else f"a layer of class {kind}"
    return ""


def _names(model: Any) -> Dict[str, str]:
    """Name -> class of each layer in the model."""
    try:
        adapter = generation_of(model)
        return {} if adapter is None else {
            str(x.name): type(x).__name__ for x in adapter.layers(model)}
    except Exception:  # a model that was never built, or a `layers` of the user's own
        return {}


def _in_frames(trace: Optional[TracebackType], model: Any) -> str:
    """The innermost layer whose `call` is on the way: a layer of the user's own, mostly."""
    for entry in reversed(list(_entries(trace))):
        code = entry.tb_frame.f_code
        if code.co_name not in ("call", "tf__call", "build") or "self" not in code.co_varnames:
            continue
        layer = entry.tb_frame.f_locals.get("self")
        if layer is not model and _is_layer(layer):
            return str(getattr(layer, "name", ""))
    return ""


def _is_layer(value: Any) -> bool:
    names = [c.__name__ for c in type(value).__mro__ if "keras" in c.__module__]
    return "Layer" in names and not any(name in _WHOLE for name in names)


def _in_nodes(nodes: List[str], names: Dict[str, str]) -> str:
    """The deepest part of a node's path that is a layer's name; Keras 3 numbers its scopes."""
    for node in nodes:
        for part in reversed(node.split("/")):
            for name in (part, re.sub(r"_\d+$", "", part)):
                if name in names and names[name] not in _WHOLE:
                    return name
    return ""


# -- where --------------------------------------------------------------------------------------


def _entries(trace: Optional[TracebackType]) -> Iterator[TracebackType]:
    while trace is not None:
        yield trace
        trace = trace.tb_next


def _is_raised_by_user(error: BaseException) -> bool:
    """A `raise` in the user's own code: whatever it says, it is no framework that says it."""
    entries = [entry for entry in _entries(error.__traceback__)
               if entry.tb_frame.f_code.co_name != "raise_from"]  # six, which TF 2.6 raises by
    last = entries[-1] if entries else None
    if last is None or not _is_users(last.tb_frame.f_code.co_filename):
        return False
    code = last.tb_frame.f_code.co_code
    return last.tb_lasti >= 0 and dis.opname[code[last.tb_lasti]] in ("RAISE_VARARGS", "RERAISE")


def _is_users(filename: str) -> bool:
    parts = filename.split(os.sep)
    return owner_of(filename) == USER and not (
        "site-packages" in parts or "dist-packages" in parts)


def _location(trace: Optional[TracebackType]) -> Location:
    """The last line of the user's own on the way to where it was raised."""
    place = Location()
    for entry in _entries(trace):
        if _is_users(entry.tb_frame.f_code.co_filename):
            place = place_of(entry.tb_frame.f_code.co_filename, entry.tb_lineno)
    return place


__all__ = ["failure_of", "is_about_shapes", "layer_of", "text_of"]
