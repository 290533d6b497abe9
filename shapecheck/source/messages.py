"""What Keras, TensorFlow and NumPy say of shapes, in any version: which rule explains it.

The texts themselves are in `message_table`.
"""
from __future__ import annotations

import functools
import re
from typing import List, NamedTuple, Optional, Pattern, Tuple

from shapecheck.source.message_table import TABLE, Dims, Entry, Told, dims, targets

_ANSI = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")


class Recognised(NamedTuple):
    """What is told of a message, and the piece of it that is explained (`said`)."""

    told: Told
    said: str

    @property
    def code(self) -> str:
        return self.told.code

    @property
    def what(self) -> str:
        return self.told.what

    @property
    def why(self) -> str:
        return self.told.why


def without_colours(text: str) -> str:
    return _ANSI.sub("", text)


def plain(text: str) -> str:
    """Without colours, on one line."""
    return re.sub(r"\s+", " ", without_colours(text))


@functools.cache
def _table() -> List[Tuple[Pattern[str], Entry]]:
    return [(re.compile(entry.pattern), entry) for entry in TABLE]


@functools.cache
def _pasted_tables() -> List[List[Tuple[Pattern[str], Entry]]]:
    from shapecheck.source.pasted_data import DATA
    from shapecheck.source.pasted_operations import FIRST, OPERATIONS

    return [[(re.compile(entry.pattern), entry) for entry in table]
            for table in (FIRST, DATA + OPERATIONS)]


def recognise(text: str, raised: bool = False) -> Optional[Recognised]:
    """The first thing in a traceback or a warning that a rule explains; None where none does.

    raised: an exception that was seen as it was raised, not one that a notebook shows.
    """
    return _found(_table(), plain(text), raised)


def recognise_pasted(text: str) -> Optional[Recognised]:
    """The same for a text that somebody asks about: older versions, NumPy, pandas and warnings
    too. The text is on one line."""
    first, rest = _pasted_tables()
    return _found(first, text, True) or _found(_table(), text, True) or _found(rest, text, True)


def _found(table: List[Tuple[Pattern[str], Entry]], flat: str, raised: bool,
           ) -> Optional[Recognised]:
    for pattern, entry in table:
        if entry.alone and not raised:
            continue
        found = pattern.search(flat)
        if found is None:
            continue
        told = entry.explain(found)
        if told is not None:
            return Recognised(told, found.group(0)[:300])
    return None


def essence(text: str) -> str:
    """What the message itself says, on one line: without the frames that Keras and TensorFlow
    list before it and the arguments that they list behind it."""
    lines = [line for line in without_colours(text).splitlines()
             if not line.lstrip().startswith(('File "', "\u2022", "* ", "name: "))]
    flat = plain("\n".join(lines))
    flat = re.split(r"(?:Call a|A)rguments received by ", flat)[0]
    if flat.startswith("in user code:"):  # source lines, then "ValueError: ..."
        flat = re.split(r"\b\w+(?:Error|Exception): ", flat)[-1]
    return flat.strip()


def is_about_shapes(text: str) -> bool:
    """Does the message speak of shapes at all, whether or not a rule explains it?"""
    if "shape=<unknown>" in text:  # a trace that has forgotten the rank
        return True
    said = essence(text)
    return _SHAPES.search(said) is not None and _OTHER.search(said) is None


_SHAPES = re.compile(
    r"shape|ndim|\brank|dimension|\baxis\b|\baxes\b|incompatible|broadcast|cardinality|"
    r"input tensors|out of bounds|out of range|is not in \[0|valid range|values to unpack|"
    r"Unrecognized data type|object type|dtype: object|\bsizes?\b|(?:of|by) filter|batch size",
    re.I)
_OTHER = re.compile(r"unexpected keyword|required positional|not compiled|must compile")

_NAMED = (r"calling layer ['\"]([\w./-]+)['\"] \(type (\w+)\)", r"()calling (\w+)\.call\(\)",
          r"dtype of '([\w./-]+)' \(of type (\w+)\)", r"downsampling in ([\w./-]+?)()\. ",
          r"()A `(\w+)` layer (?:requires|should)")
_NODES = re.compile(r"(?:at node|\{\{node|\[\[node) ?([\w/.:-]+)")


def layers_named(text: str) -> List[Tuple[str, str]]:
    """(name, class) of the layers that a message names, the surest first; "" where not said."""
    flat = plain(text)
    found = [m.groups() for pattern in _NAMED for m in re.finditer(pattern, flat)]
    found.sort(key=lambda pair: not pair[0])
    return [(name, kind) for name, kind in found]


def nodes_named(text: str) -> List[str]:
    """The nodes of the graph that a message names: `model/dense_7/MatMul`."""
    return [node for node in _NODES.findall(plain(text)) if "/" in node]


__all__ = ["Dims", "Recognised", "Told", "dims", "essence", "is_about_shapes", "layers_named",
           "nodes_named", "plain", "recognise", "recognise_pasted", "targets", "without_colours"]
