"""What a run showed at places of a program: evidence, by which the reader judges the lines around.

Plain data: no array, model or frame of the user's is kept.
"""
from __future__ import annotations

from typing import Any, Optional, Tuple, Union

from shapecheck.facts.call import Call, ModelInfo
from shapecheck.facts.records import dataclass
from shapecheck.facts.shape import Array, Spec


@dataclass(frozen=True)
class Plain:
    """A Python constant: int, float, bool, a short str, None."""

    value: Any


@dataclass(frozen=True)
class Imported:
    """A module of a library, by the name that one imports it by ("numpy", "tf_keras.layers")."""

    path: str


@dataclass(frozen=True)
class Items:
    """A list, tuple, dict or a Hugging Face output ("ModelOutput"), with what it holds.

    keys: of the last two, else empty.
    """

    container: str
    items: Tuple["Held", ...]
    keys: Tuple[Any, ...] = ()


@dataclass(frozen=True)
class Declared:
    """A model: what it takes and returns, batch axis in front. root: "keras", "tf_keras",
    "tensorflow"."""

    info: ModelInfo
    inputs: Tuple[Spec, ...]
    outputs: Tuple[Spec, ...]
    root: str = "keras"


@dataclass(frozen=True)
class Symbol:
    """A tensor of a model in the making (KerasTensor). root: as in `Declared`."""

    array: Array
    name: str
    root: str = "keras"


Held = Union[Array, Plain, Imported, Items, Declared, Symbol, None]  # None: not known
Names = Tuple[Tuple[str, Held], ...]


@dataclass(frozen=True)
class Moment:
    """One place of a program, as a run came to it the first time.

    kind: "call" (of a model), "enter" and "exit" of the watching block, "stop" (an exception
    left the code here), "start" (of a notebook's cell). line, column, end_line, end_column: of the
    call expression, as `ast` counts (columns from 0, in bytes); the others have a line only.
    names: what the names of the frame held just then; shared: those of the module, where the
    frame is a function's.
    call, returned: of a "call" that ended; the call says what was passed.
    """

    kind: str
    line: int
    column: Optional[int] = None
    end_line: Optional[int] = None
    end_column: Optional[int] = None
    names: Names = ()
    shared: Names = ()
    call: Optional[Call] = None
    returned: Held = None


@dataclass(frozen=True)
class Ran:
    """A piece of source that ran: a file, a notebook cell. path, execution_count: as `Location`
    has them. text: as it was when it ran."""

    path: str
    text: str
    moments: Tuple[Moment, ...] = ()
    execution_count: Optional[int] = None


__all__ = ["Declared", "Held", "Imported", "Items", "Moment", "Names", "Plain", "Ran", "Symbol"]
