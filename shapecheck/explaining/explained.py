"""A pasted text as a report of one finding: at the user's line, with what to do in order."""
from __future__ import annotations

import re
from typing import Any, List, Optional

from shapecheck.explaining.remedies import Remedy, remedies
from shapecheck.explaining.understood import Understood, in_a_loss, understood
from shapecheck.facts import Evidence, Finding, Fix, Location, Message, Report
from shapecheck.facts.errors import UserError
from shapecheck.source.frames import Frame
from shapecheck.source.pasted import decoded

#: what is none of ours, and what it is about
_OTHERS = (
    (r"OOM|ResourceExhausted|[Oo]ut of memory|MemoryError|failed to allocate",
     "memory: a smaller batch_size, or smaller images, needs less"),
    (r"cuDNN|CUDA|cublas|Blas|libcud|GPU", "the GPU and its drivers"),
    (r"ModuleNotFoundError|ImportError|No module named|cannot import name",
     "a package that is missing, or of another version"),
    (r"FileNotFoundError|No such file|Unable to (?:synchronously )?open file|Permission",
     "a file that is not there, or may not be read"),
    (r"Unknown (?:layer|loss|optimizer|metric|object|activation)|Could not (?:interpret|find) ",
     "a name that Keras does not know"),
    (r"must compile|compile\(\)", "compile(), which was not called"),
    (r"NameError|AttributeError|has no attribute", "a name that is not there"),
    (r"SyntaxError|IndentationError", "the spelling of the program"),
    (r"KeyError", "a key or column that is not there"),
    (r"\bnan\b|NaN|Inf", "values that are no numbers"),
    (r"Unsupported object type (?:int|float|bool|str)|Invalid dtype|could not convert string",
     "the type of the values, numbers mixed with other things"),
    (r"unexpected keyword|positional argument", "the arguments of a call"),
    (r"(?:tuple|list) index out of range", "a place in a list or tuple that is not there"),
    (r"KeyboardInterrupt", "an interruption by hand"),
)


def explained(text: Any, source: Optional[str] = None) -> Report:
    """What a pasted error means. text: str or bytes. source: the notebook or script it is of.

    One finding, or none and a note that says so. Raises UserError for an empty text and a source
    that cannot be read.
    """
    if isinstance(text, (bytes, bytearray)):
        text = decoded(bytes(text))
    said = understood(str(text))
    if said.empty:
        raise UserError("nothing to explain: expected the text of an error, and it is empty")
    if said.found is None:
        notes = unknown(said)
        return Report(notes=tuple(notes))
    notes = []
    if said.earlier:
        notes.append("the text has a later exception, which follows from something else: this "
                     "explains the one before it")
    if source is None:
        return Report((_finding(said),), notes=tuple(notes))
    from shapecheck.explaining.sources import Beside

    beside = Beside(source, said)
    finding, more = beside.of(_finding(beside.said))
    return Report((finding,), notes=(*notes, *more))


def unknown(said: Understood) -> List[str]:
    """Plainly, with what was recognised all the same."""
    if not said.error:
        nothing = ("I don't know this one: the text shows no error that I can read. Paste the "
                   "whole traceback, or at least its last line.")
        return [nothing]
    message = said.message[:160].rstrip(". ")
    what = said.error + (f": {message}" if message else "")
    about = next((meaning for pattern, meaning in _OTHERS
                  if re.search(pattern, f"{said.error} {said.message}")), "")
    from shapecheck.source.messages import is_about_shapes

    if about:
        first = f"I don't know this one: {what}. It is no shape error, but about {about}."
    elif is_about_shapes(said.message):
        first = (f"I don't know this one: {what}. It speaks of shapes, but no rule explains it "
                 "(please report the text).")
    else:
        first = f"I don't know this one: {what}. It says nothing of shapes."
    notes = [first]
    if said.own is not None:
        line = f"{place(said.own)}" + (f": {said.own.source}" if said.own.source else "")
        notes.append(f"your line: {line}")
    return notes


def one_line(code: str) -> str:
    code = re.sub(r"([(\[{])\s*\n\s*|\s*\n\s*(?=[)\]}])", r"\1", code.strip())
    return re.sub(r"\s*\n\s*", " ", code)


def place(frame: Frame) -> str:
    """`train.py:31`, `In [3], line 2`."""
    if frame.path:
        return frame.path + (f":{frame.line}" if frame.line else "")
    where = f"In [{frame.prompt}]" if frame.prompt is not None else "the cell"
    return where + (f", line {frame.line}" if frame.line else "")


def location(frame: Optional[Frame]) -> Location:
    if frame is None:
        return Location()
    return Location(frame.path or None, None, frame.line, execution_count=frame.prompt)


def _finding(said: Understood) -> Finding:
    from shapecheck.rules import catalogue

    assert said.found is not None
    told = said.found.told
    rule = next(rule for rule in catalogue() if rule.code == told.code)
    todo = remedies(told, said.call, rule.advice)
    first = todo[0]
    fix = None
    code = one_line(first.code)
    if code and first.theirs:
        fix = Fix(first.code, first.meaning, safe=False)
    advice = Message.of("fix: {code}", code=code) if code else Message.of(
        "fix: {advice}", advice=first.meaning)
    frame = _shown(said)
    return Finding(rule.code, rule.slug, rule.severity, _words(told.what), _words(told.why), advice,
                   fix, location(frame), tuple(_evidence(said, frame, todo)), (),
                   tuple(rule.versions.items()))


def _shown(said: Understood) -> Optional[Frame]:
    """The user's own last line; the call of the model where that is meant."""
    assert said.found is not None
    if said.host is not None and said.found.told.about in ("inputs", "labels", "rows") \
            and said.own is not None and not in_a_loss(said.own):
        return said.host
    return said.own


def _words(text: str) -> Message:
    return Message.of("{text}", text=text)


def _evidence(said: Understood, frame: Optional[Frame], todo: List[Remedy]) -> List[Evidence]:
    assert said.found is not None
    found = [Evidence("message", _words(said.found.said.strip()))]
    if frame is not None:
        where = place(frame)
        found.append(Evidence("line", Message.of(
            "{where}{gap}{source}", where=where, gap=Message.of(": " if frame.source else ""),
            source=" ".join(frame.source.split()))))
    found += [Evidence("reading", _words(text)) for text in _legend(said)]
    for remedy in todo:
        found.append(Evidence("remedy", _words(remedy.meaning)))
        if remedy.code:
            found.append(Evidence("code", _words(one_line(remedy.code))))
    return found


def _legend(said: Understood) -> List[str]:
    """What the numbers of the message are, for who reads such a one for the first time."""
    assert said.found is not None
    told, text = said.found.told, said.found.said
    legend = []
    got = told.pair[1] if len(told.pair) == 2 else ()
    sizes = {shape[0] for shape in told.pair if shape}
    whole = re.search(r"but got array with shape", text) or told.code == "SHP110"  # not cut off
    if 32 in sizes and told.about in ("inputs", "labels", "rows") and not whole:
        legend.append("32 is one batch that Keras cut off (batch_size is 32 unless you say "
                      "otherwise), not the length of your data" if len(got) != 1 else
                      "(32,) are the first 32 values: Keras took each for a row, and cut off "
                      "a batch of 32")
    if re.search(r"\bNone\b|\?", " ".join(re.findall(r"[(\[][^()\[\]]*[)\]]", text + told.what))):
        legend.append("None (or ?) stands for any number, mostly the number of rows")
    name = re.search(r"\b((?:dense|lstm|gru|conv[123]d|embedding|flatten|sequential|model|"
                     r"functional|max_pooling[123]d|batch_normalization)_\d+)\b", told.what)
    if name:
        legend.append(f"{name.group(1)} is Keras' name of a layer: model.summary() shows which")
    return legend


__all__ = ["explained", "location", "place", "unknown"]

