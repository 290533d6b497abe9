"""Findings as plain data and back again, exactly: also which words of a message are the user's."""
from __future__ import annotations

from typing import Any, Dict, Tuple

from shapecheck.facts import finding, message
from shapecheck.facts.message import Message, Part
from shapecheck.facts.records import settled

_PLAIN = (str, int, float, bool, type(None))
#: the records that a finding is made of, by name
_RECORDS: Dict[str, Any] = {
    name: kind for module in (message, finding) for name, kind in vars(module).items()
    if isinstance(kind, type) and hasattr(kind, "_record_names")}
_parts: Dict[Tuple[str, str], Part] = {}  # many findings say the same words


def to_plain(value: Any) -> Any:
    """Lists, strings and numbers; a record is {its name: [its fields]}, and a message the kinds
    and texts of its parts. Raises TypeError for what is no record of a finding."""
    if isinstance(value, (tuple, list)):
        return [to_plain(item) for item in value]
    if type(value) in _PLAIN:
        return value
    value = settled(value) if hasattr(value, "_record_names") else value
    name = type(value).__name__
    if _RECORDS.get(name) is not type(value):
        raise TypeError(f"no part of a finding: {name}")
    if type(value) is Message:
        return {"": [word for part in value.parts for word in (part.kind, part.text)]}
    return {name: [to_plain(getattr(value, field)) for field in value._record_names]}


def from_plain(value: Any) -> Any:
    """The records again. Raises ValueError, TypeError or LookupError where it is none."""
    if type(value) is list:
        return tuple([item if type(item) is str else from_plain(item) for item in value])
    if type(value) is dict:
        [(name, fields)] = value.items()
        if name:
            return _RECORDS[name](*[item if type(item) is str else from_plain(item)
                                    for item in fields])
        words = iter(fields)
        return Message(tuple([_parts.get(pair) or _part(*pair) for pair in zip(words, words)]))
    return value


def _part(kind: str, text: str) -> Part:
    made = Part(kind, text)
    if len(_parts) < 20000:
        _parts[kind, text] = made
    return made


__all__ = ["from_plain", "to_plain"]
