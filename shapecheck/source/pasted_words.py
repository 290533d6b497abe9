"""Shared by the tables of what is pasted: words that are filled in with what a message says."""
from __future__ import annotations

import re
from typing import Callable, Optional

from shapecheck.source.message_table import (
    Told,
    _against,
    dims,
    spelled,
)

Explain = Callable[["re.Match[str]"], Optional[Told]]


MEET = "axes that meet are equally long, or 1"


ROWS = "row i of one belongs to row i of the others, so the counts must agree"


def say(code: str, what: str, why: str, about: str = "inside", advice: str = "") -> Explain:
    """The words filled in with the groups of the match."""
    def explain(m: "re.Match[str]") -> Optional[Told]:
        said = [" ".join((group or "?").split()) for group in m.groups()]
        return Told(code, what.format(*said), why, about, advice=advice)
    return explain


def sizes(code: str, what: str, why: str, about: str = "inside", advice: str = "") -> Explain:
    """As `say`; the first two groups are shapes."""
    def explain(m: "re.Match[str]") -> Optional[Told]:
        first, second = dims(m.group(1)), dims(m.group(2))
        if first is None or second is None:
            return None
        return Told(code, what.format(spelled(first), spelled(second)), why, about, advice=advice,
                    pair=(first, second))
    return explain


def numbers_of(code: str, what: str, why: str, about: str = "inside", advice: str = "") -> Explain:
    """As `say`; the groups are whole numbers."""
    def explain(m: "re.Match[str]") -> Optional[Told]:
        values = tuple(int(group[:12]) for group in m.groups())
        return Told(code, what.format(*values), why, about, advice=advice, numbers=values)
    return explain


OPEN = "a layer's weights have a size for each of its axes, so it must be known when it is built"


STATIC = "None stands for the number of rows, which is not known while the model is built"


TF_SHAPE = "tf.shape(x)[0] for the number of rows, or -1 in a reshape"


RAGGED = ("an array has one length for all rows: NumPy keeps rows of different lengths as "
           "objects, which are no numbers")


KERNEL = "a kernel or pool is larger than what is left of the axis"


CHANNELS = "the number of channels is part of what the layer learned"


TWO = "layers of one Keras in a model of another: `keras` and `tensorflow.keras` are two packages"


INDEXED = "an axis is indexed from 0 to size - 1"


def declared_got(m: "re.Match[str]") -> Optional[Told]:
    declared, got = dims(m.group(1)), dims(m.group(2))
    if declared is None or got is None:
        return None
    return _against(f"{m.group(1)} is declared, and {m.group(2)} came", declared, got)


def squeezed_label(m: "re.Match[str]") -> Optional[Told]:
    """A sparse loss or metric squeezes (rows, 1): here it has k columns."""
    if not re.search(r"loss|metric|accuracy|sparse|entropy", m.string):
        return Told("SHP609", f"an axis of size {m.group(1)} is squeezed",
                    "only an axis of size 1 can be dropped", "inside")
    return Told("SHP402", f"the labels have {m.group(1)} columns where one number a row is meant",
                "one-hot labels went into a sparse loss or metric", "labels",
                numbers=(int(m.group(1)[:9]),))
