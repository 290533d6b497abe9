"""What is known of values without running the program: their forms, by name and by place."""
from __future__ import annotations

from typing import Any, Callable, Dict, Iterator, List, Optional, Tuple

from shapecheck.facts.finding import Location
from shapecheck.facts.message import clean
from shapecheck.facts.records import dataclass
from shapecheck.facts.shape import Dim

SCHEMA = 1
#: parts of a container that are spelled out on a screen
_PARTS = 4
Shape = Optional[Tuple[Dim, ...]]


@dataclass(frozen=True)
class Form:
    """One value.

    container: its type ("ndarray", "Tensor", "DataFrame", "Sequential", "list", "int"), "" where
    not known. shape: sizes, names of sizes ("N"), None for one that is not known; None as a whole
    where even the rank is not. items: (key, form) of a list, a tuple or a dict; of a pipeline, of
    what one step yields. element: the form of each item where they are not known one by one.
    length: how many. inputs, outputs: (name, shape) of a model, with the axis of the rows.
    value: a constant, as it is written.
    """

    container: str = ""
    shape: Shape = None
    dtype: Optional[str] = None
    items: "Optional[Tuple[Tuple[str, Form], ...]]" = None
    element: "Optional[Form]" = None
    length: Dim = None
    inputs: Tuple[Tuple[str, Shape], ...] = ()
    outputs: Tuple[Tuple[str, Shape], ...] = ()
    value: Optional[str] = None

    @property
    def known(self) -> bool:
        """Is anything known of its shape, or of the shapes in it?"""
        if self.container in _ARRAYS:
            return self.shape is not None
        if self.value is not None:
            return self.container in ("int", "float", "complex")
        if self.element is not None:
            return self.element.known
        if self.items is not None:
            return any(form.known for _key, form in self.items)
        return bool(self.outputs) or self.container in ("Sequential", "Model")

    def __str__(self) -> str:
        if self.container in _ARRAYS:
            none = "None" if self.container == "KerasTensor" else "?"
            return " ".join(part for part in (spelled(self.shape, none), self.dtype,
                                              self.container) if part)
        if self.value is not None:
            return f"{self.container} {self.value}".rstrip()
        if self.items is not None or self.element is not None:
            return self._parts()
        if self.outputs:
            return f"{self.container}: {_ends(self.inputs)} -> {_ends(self.outputs)}"
        return self.container or "?"

    def _parts(self) -> str:
        items = self.items or ()
        plain = [form.value for _key, form in items if form.value is not None]
        if items and len(plain) == len(items) and self.container in ("tuple", "list"):
            inside = ", ".join(plain[:12]) + (", ..." if len(plain) > 12 else "")
            return f"tuple ({inside}{',' if len(items) == 1 else ''})" \
                if self.container == "tuple" else f"list [{inside}]"
        one = self.element
        if one is None and len(items) > 1 and self.container == "list" and all(
                form == items[0][1] for _key, form in items):
            one = items[0][1]
        if one is not None:
            count = "" if self.length is None else f"{self.length} x "
            return f"{self.container} of {count}{one}"
        keyed = self.container not in ("list", "tuple") and any(key for key, _form in items)
        shown = [f"{key} {form}" if keyed else str(form) for key, form in items[:_PARTS]]
        shown += ["..."] if len(items) > _PARTS else []
        word = " of" if not keyed and self.container not in ("list", "tuple") else ":"
        return f"{self.container}{word} {', '.join(shown)}" if shown else f"empty {self.container}"

    def to_dict(self) -> Dict[str, Any]:
        found: Dict[str, Any] = {
            "container": self.container, "dtype": self.dtype,
            "shape": None if self.shape is None else list(self.shape)}
        if self.items is not None:
            found["items"] = [{"key": key, **form.to_dict()} for key, form in self.items]
        if self.element is not None:
            found["element"] = self.element.to_dict()
        if self.length is not None:
            found["length"] = self.length
        for key, ends in (("inputs", self.inputs), ("outputs", self.outputs)):
            if ends:
                found[key] = [{"name": name, "shape": None if shape is None else list(shape)}
                              for name, shape in ends]
        if self.value is not None:
            found["value"] = self.value
        return found


_ARRAYS = ("ndarray", "Tensor", "KerasTensor", "RaggedTensor", "Series", "DataFrame", "scalar",
           "array")
NOTHING = Form()


def spelled(shape: Shape, none: str = "?") -> str:
    """`(3, 4)`, `(N, ?)`; `?` where not even the rank is known."""
    if shape is None:
        return "?"
    dims = ", ".join(none if dim is None else str(dim) for dim in shape)
    return f"({dims},)" if len(shape) == 1 else f"({dims})"


def _ends(ends: Tuple[Tuple[str, Shape], ...]) -> str:
    if len(ends) == 1:
        return spelled(ends[0][1], "None")
    return ", ".join(f"{name} {spelled(shape, 'None')}".strip() for name, shape in ends) or "?"


@dataclass(frozen=True)
class Inferred:
    """The form of what a name or an expression holds at its place.

    kind: what bound the name: "assignment", "for", "with", "parameter", "comprehension"; or
    "expression". name: as it is written (`x`, `self.x`, `parts["a"]`). origin: the code that it
    comes from.
    """

    name: str
    form: Form
    location: Location
    kind: str = "assignment"
    origin: str = ""

    def __str__(self) -> str:
        return f"{clean(self.name)}: {clean(self.form)}"

    def to_dict(self) -> Dict[str, Any]:
        where = self.location
        return {"name": self.name, "kind": self.kind, "text": str(self.form),
                **self.form.to_dict(), "origin": self.origin,
                "location": {"path": where.path, "cell": where.cell, "line": where.line,
                             "column": where.column, "end_line": where.end_line,
                             "end_column": where.end_column}}


#: the expressions in (cell, line), or all of them, of which something is known
Look = Callable[[Optional[Tuple[Optional[int], int]]], List[Inferred]]


class Shapes:
    """The shapes in one file: iterating gives what each binding of a name holds, in the order of
    the file. notes: what could not be read."""

    def __init__(self, path: Optional[str], names: Tuple[Inferred, ...], notes: Tuple[str, ...],
                 look: "Look") -> None:
        self.path = path
        self.names = names
        self.notes = notes
        self._look: Optional[Look] = look  # worked out where an editor asks
        self._spots: List[Inferred] = []

    def __iter__(self) -> Iterator[Inferred]:
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    def at(self, line: int, column: int, cell: Optional[int] = None) -> Optional[Inferred]:
        """The innermost name or expression at a place, of which something is known; else None.

        line and column count from 1, cells (of every kind) from 0.
        """
        best: Optional[Inferred] = None
        for spot in self._spots if self._look is None else self._look((cell, line)):
            where = spot.location
            if where.cell != cell:
                continue
            begin, end = (where.line, where.column), (where.end_line, where.end_column)
            if begin <= (line, column) < end and (best is None or _size(where) <= _size(
                    best.location)):
                best = spot
        return best

    def of(self, name: str) -> List[Inferred]:
        """What each binding of this name holds."""
        return [one for one in self.names if one.name == name]

    def __getstate__(self) -> Dict[str, Any]:
        if self._look is not None:
            self._spots, self._look = self._look(None), None
        return dict(self.__dict__)

    def to_dict(self) -> Dict[str, Any]:
        return {"schema": SCHEMA, "path": self.path, "shapes": [n.to_dict() for n in self.names],
                "notes": list(self.notes)}

    def to_json(self, indent: Optional[int] = 2) -> str:
        import json

        return json.dumps(self.to_dict(), indent=indent, ensure_ascii=True)

    def __str__(self) -> str:
        return "\n".join(f"{clean(one.location)}".removeprefix("?:") + f"  {one}"
                         for one in self.names)


def _size(where: Location) -> Tuple[int, int]:
    down = (where.end_line or 0) - (where.line or 0)
    return down, (where.end_column or 0) - (0 if down else where.column or 0)


__all__ = ["NOTHING", "Form", "Inferred", "Shapes", "spelled"]
