"""What is handed to a model, with the text by which the user knows each part."""
from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Optional, Sequence, Tuple

from shapecheck.facts.shape import Spec
from shapecheck.observe.intake.data_files import Item


@dataclass(frozen=True)
class BoundArgument:
    """What is passed to one input, and the text by which the user knows it."""

    name: str
    expression: str
    value: Any


@dataclass(frozen=True)
class BoundData:
    """What to hand to the model. structure: "single", "list", "dict" or "pipeline"."""

    arguments: Tuple[BoundArgument, ...]
    structure: str
    notes: Tuple[str, ...] = ()

    @property
    def inputs(self) -> Any:
        """The array, the list, the dict or the pipeline itself."""
        if self.structure == "dict":
            return {argument.name: argument.value for argument in self.arguments}
        if self.structure == "list":
            return [argument.value for argument in self.arguments]
        return self.arguments[0].value

    @property
    def expression(self) -> str:
        """The whole argument as the user would write it."""
        if self.structure == "dict":
            return "{" + ", ".join(f'"{a.name}": {a.expression}' for a in self.arguments) + "}"
        if self.structure == "list":
            return "[" + ", ".join(a.expression for a in self.arguments) + "]"
        return self.arguments[0].expression


def structure_of(named: bool, arguments: Sequence[BoundArgument], specs: Sequence[Spec],
                 structure: str) -> str:
    """How these arguments are handed to a model that declares `specs` and `structure`."""
    if not specs:  # a model that declares nothing: as the data came
        return "single" if len(arguments) == 1 else "dict" if named else "list"
    if structure == "nested":  # every Keras takes the flat list
        return "list"
    if structure == "list" and len(arguments) != len(specs):
        return "dict"  # optional inputs were left out
    return structure


@dataclass(frozen=True)
class LoadedData:
    """Arrays with the user's names, in the order given.

    pipeline: the tf.data.Dataset, generator or Sequence, where the data is one; `items` is then
    empty. named: the items are the entries of one mapping (npz, dict, JSON object). whole: the
    name of the only object and the object, where it is a list or dict with others inside.
    """

    items: Tuple[Item, ...] = ()
    pipeline: Optional[Item] = None
    named: bool = False
    notes: Tuple[str, ...] = ()
    origin: str = ""
    whole: Optional[Tuple[str, Any]] = None
