"""Messages are made of typed parts, so that a renderer can style ours and defuse theirs."""
from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, List, Optional, Tuple

from shapecheck.facts.records import dataclass

_MAX = 400  # characters of one piece of user text on a screen


def clean(text: object, limit: int = _MAX) -> str:
    """User text made safe for one line of any terminal.

    Control characters (ESC, line breaks, C1), bidirectional overrides and other invisible
    format characters are shown as escapes (`\\x1b`); what is longer than `limit` is cut.
    """
    raw = str(text)
    if len(raw) <= limit and raw.isascii() and raw.isprintable():
        return raw
    import unicodedata

    out = []
    for char in raw[:limit]:
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
            code = ord(char)
            out.append(f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536
                       else f"\\U{code:08x}")
        else:
            out.append(char)
    return "".join(out) + ("..." if len(raw) > limit else "")


@dataclass(frozen=True)
class Part:
    """One piece of a message. kind: "ours", "user" (code or names of theirs), "shape"."""

    kind: str
    text: str


@dataclass(frozen=True)
class Message:
    """One line: our words with the user's text and shapes in between."""

    parts: Tuple[Part, ...]

    @staticmethod
    def of(template: str, **values: Any) -> "Message":
        """`"{expr} is {passed}"` filled in: a str is the user's text, anything else a shape.

        The template is ours and never holds user text; raises KeyError for a missing value.
        """
        parts: List[Part] = []
        for ours, name in _pieces(template):
            if ours is not None:
                parts.append(ours)
                continue
            value = values[name]
            if isinstance(value, Message):
                parts.extend(value.parts)
            else:
                parts.append(Part("user" if isinstance(value, str) else "shape", clean(value)))
        return Message(tuple(parts))

    @staticmethod
    def read(line: str) -> "Message":
        """A message of its plain view in a file: cleaned, never cut, no word of it ours."""
        return Message((Part("user", clean(line, limit=len(line))),))

    def __str__(self) -> str:
        return "".join(part.text for part in self.parts)


_FIELD = r"(\{\{|\}\})|\{(\w+)\}"


@lru_cache(maxsize=1000)
def _pieces(template: str) -> Tuple[Tuple[Optional[Part], str], ...]:
    """The template taken apart, as `str.format` would: our words, or the name of a value."""
    pieces: List[Tuple[Optional[Part], str]] = []
    words = ""
    end = 0
    for field in re.finditer(_FIELD, template):
        words += template[end:field.start()] + (field.group(1) or "")[:1]
        end = field.end()
        if field.group(2) is not None:
            pieces += [(Part("ours", words), "")] if words else []
            pieces.append((None, field.group(2)))
            words = ""
    words += template[end:]
    pieces += [(Part("ours", words), "")] if words else []
    return tuple(pieces)
