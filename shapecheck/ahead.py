"""Code that has not run yet, read with what the names hold that it uses: a cell of a notebook."""
from __future__ import annotations

from typing import TYPE_CHECKING, List

from shapecheck.facts.evidence import Moment, Names

if TYPE_CHECKING:
    from shapecheck.facts import Finding


def look_ahead(text: str, names: Names, path: str) -> "List[Finding]":
    """What is wrong in `text`, of which nothing has run. names: what is bound before it. Magics in
    it are left out; where it does not parse, nothing is said."""
    from shapecheck.read.reader import read
    from shapecheck.rules import judge
    from shapecheck.source.documents import Cell, Document

    cell = Cell(None, text, [], None)
    if cell.tree is None or not cell.tree.body:
        return []
    start = Moment("enter", cell.tree.body[0].lineno, names=names)
    reading = read(Document(path, "py", [cell], []), [start], ahead=True)
    found = judge(reading.facts)
    reading.forget()
    return found
