"""The comments of a cell, and the statements that they stand in; never what a string holds."""
from __future__ import annotations

import re
import sys
from typing import Any, List, Optional, Sequence, Tuple

from shapecheck.source.magics import State


class Comment:
    """line, column: of its `#`, from 1. text: from there to the end of the line. space: what
    stands between it and the code. alone: there is no code in its line. ends: it is the last line.
    first, last: the lines of the statement that it stands in, both 0 between statements.
    following: those of the statement that begins next, of a comment between statements."""

    __slots__ = ("line", "column", "text", "space", "alone", "ends", "first", "last", "following")

    def __init__(self, lines: Sequence[str], line: int, at: int) -> None:
        before = lines[line - 1][:at]
        self.line = line
        self.column = at + 1
        self.text = lines[line - 1][at:]
        self.space = before[len(before.rstrip()):]
        self.alone = self.space == before
        self.ends = line == len(lines)
        self.first = self.last = 0
        self.following: Optional[Tuple[int, int]] = None


_Found = Tuple[List[Comment], List[Tuple[int, int]]]  # comments; first and last line of statements


def comments(lines: Sequence[str], tokenized: bool) -> List[Comment]:
    """Of the lines of a cell. tokenized: by Python's own tokenizer, where it can; else by a reader
    that puts up with anything."""
    found, statements = (_tokenized(lines) if tokenized else None) or _read(lines)
    position = 0
    for comment in found:  # both in the order of the lines
        while position < len(statements) and statements[position][1] < comment.line:
            position += 1
        if position < len(statements):
            first, last = statements[position]
            if first <= comment.line:
                comment.first, comment.last = first, last
            elif comment.alone:
                comment.following = (first, last)
    return found


def _tokenized(lines: Sequence[str]) -> Optional[_Found]:
    import tokenize

    found: List[Comment] = []
    statements: List[Tuple[int, int]] = []
    between = (tokenize.NL, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    feed = iter([line + "\n" for line in lines])
    first = 0
    try:
        for token in tokenize.generate_tokens(lambda: next(feed, "")):
            line, column = token.start
            if token.type == tokenize.COMMENT:
                found.append(Comment(lines, line, column))
            elif token.type == tokenize.NEWLINE:
                if first:
                    statements.append((first, line))
                first = 0
            elif not first and token.type not in between:
                first = line
    except (tokenize.TokenError, SyntaxError, ValueError, SystemError):  # the last: 3.12, \0
        return None
    return found, statements


def _read(lines: Sequence[str]) -> _Found:
    found: List[Comment] = []
    statements: List[Tuple[int, int]] = []
    state = State()
    first = 0
    for number, line in enumerate(lines, 1):
        at = state.read(line)
        if not first and (line if at < 0 else line[:at]).strip(" \t\f\r\\"):
            first = number
        if at >= 0:
            found.append(Comment(lines, number, at))
        if first and state.at_statement:
            statements.append((first, number))
            first = 0
    if first:
        statements.append((first, len(lines)))
    return found, statements


def comments_of(cell: Any) -> List[Comment]:
    """Of a `documents.Cell`. Both readers see the same, but for an f-string with a `#` in it,
    which since Python 3.12 may be a comment or a string of its own; the tokenizer takes 3 ms to
    import."""
    nested = sys.version_info >= (3, 12) and re.search(r"(?i)\b(?:r?[ft]|[ft]r)[\"']", cell.code)
    return comments(cell.lines, bool(nested) and cell.tree is not None)
