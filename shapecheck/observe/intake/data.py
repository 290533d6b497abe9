"""The data that a person wants to pass: files and objects of their code, with their names."""
from __future__ import annotations

import os
import re
from typing import List, Optional, Sequence, Tuple

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.observe.intake import data_files
from shapecheck.observe.intake.bound import LoadedData
from shapecheck.observe.intake.data_files import Item
from shapecheck.observe.intake.user_code import call_if_function, load_object
from shapecheck.source.model_file import is_code
from shapecheck.source.usage import identifier

_NAMED = re.compile(r"([^=/\\:]+)=(.+)$", re.DOTALL)


def load_data(items: Sequence[str]) -> LoadedData:
    """Load DATA: files, `FILE.py:NAME` or `MODULE:NAME`, each optionally as `NAME=...`.

    Pickles are never read. Raises UserError for what cannot be read and for zero rows; whatever
    rank the arrays have is fine.
    """
    if not items:
        raise UserError(f"no data given; DATA is {data_files.KINDS}")
    found: List[Item] = []
    named, pipeline = False, None
    for text in items:
        bound_to, path = _split_name(text)
        loaded, mapping = _load_one(path)
        if bound_to is not None:
            if len(loaded) != 1:
                raise UserError(f"{clean(text)}: holds {len(loaded)} arrays, so one name does not "
                                f"say which is which: {', '.join(clean(i.name) for i in loaded)}")
            loaded = [loaded[0]._replace(bound_to=bound_to)]
        found += loaded
        named = named or mapping
        if loaded and data_files.is_pipeline(loaded[0].value):
            pipeline = loaded[0]
    if pipeline is not None:
        if len(found) > 1:
            raise UserError(f"{clean(pipeline.name)} is a pipeline that yields whole batches: "
                            "give it alone")
        return LoadedData((), pipeline, origin=", ".join(items))
    for item in found:
        _check_rows(item)
    whole = found[0].within if len(items) == 1 and found and found[0].bound_to is None else None
    return LoadedData(tuple(_distinct(found)), None, named, origin=", ".join(items), whole=whole)


def _split_name(text: str) -> Tuple[Optional[str], str]:
    match = _NAMED.match(text)
    if match is None or os.path.exists(text):
        return None, text
    return match.group(1), match.group(2)


def _load_one(text: str) -> Tuple[List[Item], bool]:
    """The items of one DATA argument, and whether they came as a mapping."""
    if is_code(text):
        name = text.rpartition(":")[2].rpartition(".")[2]
        value = call_if_function(load_object(text), text, "data")
        return data_files.items_of(value, name, text)
    if not os.path.exists(text):
        raise UserError(f"{clean(text)}: no such file; DATA is {data_files.KINDS}")
    stem = identifier(os.path.splitext(os.path.basename(text))[0], "data")
    return data_files.read(text, stem)


def _check_rows(item: Item) -> None:
    shape = getattr(item.value, "shape", None)
    rows = shape[0] if shape is not None and len(shape) else None
    if item.columns is not None:
        rows = len(next(iter(item.columns.values()), ()))
    elif isinstance(item.value, (list, tuple)):
        rows = len(item.value)
    if rows == 0:
        raise UserError(f"{clean(item.origin)}: {clean(item.name)} has no rows; give one row at "
                        "least")


def _distinct(items: Sequence[Item]) -> List[Item]:
    """Two files of one name get two variable names."""
    seen: List[str] = []
    result = []
    for item in items:
        expression = item.expression
        while expression in seen:
            expression += "_"
        seen.append(expression)
        result.append(item._replace(expression=expression))
    return result

