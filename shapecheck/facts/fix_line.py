"""A fix on one line of a screen, on which it must still be what it says."""
from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Tuple

from shapecheck.facts.message import Message, Part, clean

if TYPE_CHECKING:
    from shapecheck.facts.finding import Fix

#: characters of a fix that a line shows; a screen of it is of no use to anybody
LONGEST = 2000


def shown(fix: "Fix") -> Message:
    """`fix: model.predict(x[0:1])  (note)`, the user's own line breaks as spaces.

    Code that would not be the same on one line (comments, texts over several lines) is shown as
    what changes in it: `fix: x[0] -> x[0:1]`. What is too long is said to be cut.
    """
    line = Message.of("fix: ").parts
    code = re.sub(r"\s*\n\s*", " ", fix.code)
    if "\n" in fix.code and not _same(code, fix.code):
        for number, edit in enumerate(fix.edits):
            line += (Part("ours", ", "),) if number else ()
            line += (*_whole(edit.old), Part("ours", " -> "), *_whole(edit.new))
        if not fix.edits:
            line += _whole(code) + (Part("ours", "  (of several lines)"),)
    else:
        line += _whole(code)
    return Message(line + (Message.of("  ({note})", note=fix.note).parts if fix.note else ()))


def _whole(code: str) -> Tuple[Part, ...]:
    code = re.sub(r"\s*\n\s*", " ", code)
    if len(code) <= LONGEST:
        return (Part("user", clean(code, LONGEST)),)
    return (Part("user", clean(code[:LONGEST // 2], LONGEST)),
            Part("ours", f" ... (cut: {len(code)} characters)"))


def _same(one: str, other: str) -> bool:
    try:
        return ast.dump(ast.parse(one.strip())) == ast.dump(ast.parse(other.strip()))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
