"""The shapes in a file, a line each: place, name, shape, and the code that it comes from."""
from __future__ import annotations

from typing import Dict, List, Sequence

from shapecheck.facts import clean
from shapecheck.facts.forms import Inferred, Shapes
from shapecheck.facts.records import replace
from shapecheck.render.concise import counted

#: columns that a name and a shape are lined up in, at most
_NAME, _FORM = 24, 44


def listed(shapes: Shapes, unknown: bool = False) -> str:
    """`train.ipynb:cell 3:5  x_train  (60000, 28, 28) uint8 ndarray  from mnist.load_data()`

    unknown: also what is not known, as `?`.
    """
    shown = [one for one in shapes.names if unknown or one.form.known]
    groups: Dict[object, List[Inferred]] = {}
    for one in shown:
        groups.setdefault(one.location.cell, []).append(one)
    return "\n".join("".join(line + "\n" for line in _lines(group))
                     for group in groups.values())


def _lines(group: List[Inferred]) -> List[str]:
    """The lines of one cell, in columns."""
    rows = [(clean(replace(one.location, column=None)), clean(one.name, 60),
             clean(str(one.form)), _origin(one)) for one in group]
    widths = [min(max(len(row[column]) for row in rows), most)
              for column, most in enumerate((200, _NAME, _FORM))]
    return ["  ".join([*(text.ljust(width) for text, width in zip(row, widths)),
                       row[3]]).rstrip() for row in rows]


def _origin(one: Inferred) -> str:
    if one.kind == "parameter":
        return "as it is called"
    if one.form.value is not None:
        return ""  # the code is the value
    word = {"for": "each of", "comprehension": "each of"}.get(one.kind, "from")
    return f"{word} {clean(one.origin)}" if one.origin else ""


def summary(shapes: Sequence[Shapes], unknown: bool = False) -> str:
    every = [one for each in shapes for one in each.names]
    known = sum(one.form.known for one in every)
    rest = len(every) - known
    hint = "" if unknown or not rest else " (-v lists them)"
    return (f"{counted(known, 'shape')} known in {counted(len(shapes), 'file')}"
            + (f"; {rest} not{hint}" if rest else "") + "\n")
