"""One file as it is being written: its shapes, and what changes between two looks at it."""
from __future__ import annotations

import ast
import contextlib
import gc
import os
from typing import TYPE_CHECKING, Any, Dict, Iterator, List, Mapping, Optional, Tuple, Union

from shapecheck.facts.errors import UserError

if TYPE_CHECKING:
    from shapecheck.facts.checked import Checked
    from shapecheck.facts.forms import Shapes
    from shapecheck.source.documents import Document, Parsed

#: the text of a script, the bytes of a notebook or script, or the JSON of a notebook as a dict
Source = Union[str, bytes, Mapping[str, Any]]


class Session:
    """Looks at one file again and again, as an editor does: what has not changed is not parsed
    again.

        session = shapecheck.Session("train.ipynb")
        session.shapes(text_of_the_notebook).at(line=3, column=5, cell=7)
        session.check(text_of_the_notebook).findings

    path: what the file is called; modules beside it are followed, and `.ipynb` makes a str or
    bytes a notebook. Not for several threads at once.
    """

    def __init__(self, path: "Optional[Union[str, os.PathLike[str]]]" = None) -> None:
        self.path = None if path is None else os.fspath(path)
        self._trees = _Trees()

    def shapes(self, source: Source) -> "Shapes":
        """What every name and expression holds. Raises UserError for what is no notebook."""
        from shapecheck.read.shapes import shapes_of

        with _without_collector():
            shapes, reading = shapes_of(self._document(source))
            reading.facts.clear()
        return shapes

    def check(self, source: Source) -> "Checked":
        """The findings, as `lint` has them with the settings of the nearest pyproject.toml; what
        does not parse hides only its own lines. Raises UserError for what is no notebook."""
        from shapecheck.facts.checked import Checked
        from shapecheck.linting.one_file import lint_document
        from shapecheck.linting.outcome import place_of

        with _without_collector():
            outcome = lint_document(self._document(source), self._selection())
        return Checked(self.path or "", tuple(sorted(outcome.findings, key=place_of)),
                       tuple(outcome.notes))

    def _selection(self) -> Any:
        from shapecheck.linting.paths import selections
        from shapecheck.linting.selection import Selection

        if self.path is None:
            return Selection()
        from shapecheck.source.configuration import Configurations

        return selections(Configurations(), None, None, None, None, None)(self.path)

    def _document(self, source: Source) -> "Document":
        from shapecheck.source import documents

        name = self.path or "-"
        self._trees.begin()
        if isinstance(source, str):
            if not name.endswith(".ipynb"):
                cell = documents.Cell(None, source, [], None, parse=self._trees.parsed)
                found = documents.Document(name, "py", [cell], [])
            else:
                found = documents.read_document(name, source.encode("utf-8", "surrogatepass"),
                                                self._trees.parsed)
        elif isinstance(source, (bytes, bytearray, memoryview)):
            found = documents.read_document(name, bytes(source), self._trees.parsed)
        elif isinstance(source, Mapping):
            found = documents.of_notebook(name, dict(source), self._trees.parsed)
        else:
            raise UserError("expected the text of a script, the bytes of a notebook or its JSON "
                            f"as a dict, found {type(source).__name__}")
        self._trees.end()
        if self.path is None:
            found.path = ""
        return found


@contextlib.contextmanager
def _without_collector() -> Iterator[None]:
    """Trees are large: looking through them for cycles would take longer than reading them."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


class _Trees:
    """Trees by the text that they were made of. Two cells with one text have two trees: places in
    the program are nodes."""

    def __init__(self) -> None:
        self.known: "Dict[Tuple[str, bool], List[Parsed]]" = {}
        self.used: "Dict[Tuple[str, bool], List[Parsed]]" = {}

    def begin(self) -> None:
        self.used = {}

    def end(self) -> None:
        self.known = self.used

    def parsed(self, source: str, in_notebook: bool) -> "Parsed":
        key = (source, in_notebook)
        known, used = self.known.get(key, ()), self.used.setdefault(key, [])
        made = known[len(used)] if len(used) < len(known) else _around(source, in_notebook)
        used.append(made)
        return made


def _around(source: str, in_notebook: bool) -> "Parsed":
    """As `documents.parsed_source`; what does not parse hides only its own lines."""
    from shapecheck.source.documents import parsed_source

    code, tree, error = parsed_source(source, in_notebook)
    if tree is not None:
        return code, tree, error
    from shapecheck.source.magics import without_magics
    from shapecheck.source.tolerant import parse_around

    found: Tuple[str, ast.Module] = (without_magics(source), parse_around(source))
    return (*found, error)


def infer_shapes(source: Source, *,
                 path: "Optional[Union[str, os.PathLike[str]]]" = None) -> "Shapes":
    """What every name and expression of a program holds, without running it.

    source: the text of a script, the bytes of a notebook (or a script), or a notebook's JSON as a
    dict. path: what the file is called; modules beside it are followed. A syntax error hides its
    own lines, and makes unknown what they may bind. Raises UserError for what is no notebook.

        shapes = shapecheck.infer_shapes("import numpy as np\\nx = np.zeros((3, 4))")
        shapes.at(line=2, column=1).form.shape        # (3, 4)
        [(one.name, one.location.line, str(one.form)) for one in shapes]
    """
    return Session(path).shapes(source)


__all__ = ["Session", "Source", "infer_shapes"]
