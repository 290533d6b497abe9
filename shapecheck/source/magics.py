"""What only IPython understands, taken out of a cell with every line and column kept."""
from __future__ import annotations

from typing import List, Optional, Tuple

#: cell magics below which Python stands
PYTHON_BELOW = frozenset((
    "capture", "debug", "heat", "lprun", "memit", "mprun", "prun", "px", "pypy", "python",
    "python2", "python3", "scalene", "shapecheck", "snakeviz", "tensorflow_version", "time",
    "timeit", "wandb"))
#: line magics that run the rest of their line, with the options that take a value
_RUN = {"%time": "", "%timeit": "nrt"}
#: commands that IPython runs without a `%` where no variable has their name
_BARE = ("pip install ", "pip uninstall ", "pip3 install ", "conda install ")
#: of the targets in `files = !ls`, and of what a `?` may follow
_TARGETS = frozenset("_., []'\"()")
_ASKED = frozenset("_.*[]'\"%?")


def other_language(source: str) -> bool:
    """Does the cell begin with a magic below which no Python stands (`%%bash`, `%%writefile`)?"""
    first = source.lstrip()
    if not first.startswith("%%"):
        return False
    end = 2
    while end < len(first) and (first[end].isalnum() or first[end] == "_"):
        end += 1
    return first[2:end] not in PYTHON_BELOW


def without_magics(source: str) -> str:
    """The source with `%magic`, `!command`, `name?` and the like made into Python.

    Only where a statement can begin: never inside a string, brackets or behind a backslash.
    """
    out: List[str] = []
    state = State()
    blank = True  # nothing but empty lines so far
    swallow = False  # behind a command that goes on in the next line
    for line in source.split("\n"):
        if swallow:
            swallow = _goes_on(line)
            out.append("")
            continue
        made = None
        if state.at_statement:
            made = _cell_magic(line) if blank else None
            made = _statement(line) if made is None else made
        blank = blank and not line.strip()
        if made is None:
            state.read(line)
            out.append(line)
        else:
            text, command = made
            swallow = command and _goes_on(line)
            out.append(text)
    return "\n".join(out)


def _goes_on(line: str) -> bool:
    return line.rstrip().endswith("\\")


def _cell_magic(line: str) -> Optional[Tuple[str, bool]]:
    return ("", False) if line.lstrip().startswith("%%") else None


def _statement(line: str) -> Optional[Tuple[str, bool]]:
    """(what stands for the line, may it go on in the next), None for a line of Python."""
    stripped = line.lstrip()
    indent = line[:len(line) - len(stripped)]
    if stripped[:1] == "%":
        return _run_magic(indent, stripped) or (indent + "pass", True)
    if stripped[:1] == "!" or stripped.startswith(_BARE):
        return indent + "pass", True
    if stripped[:1] == "?" or _asks(stripped):
        return indent + "pass", False
    head, equals, rest = line.partition("=")
    command = rest.lstrip()
    if equals and command[:1] in ("!", "%") and head.strip() and all(
            char.isalnum() or char in _TARGETS for char in head.strip()):
        return head + equals + rest[:len(rest) - len(command)] + "__unknown__", True
    return None


def _run_magic(indent: str, stripped: str) -> Optional[Tuple[str, bool]]:
    """`%time y = f(x)` as `if 1: y = f(x)`: the statement stays in its columns."""
    name = stripped.split(None, 1)[0]
    if name not in _RUN:
        return None
    position = len(name)
    while True:
        while stripped[position:position + 1] in (" ", "\t"):
            position += 1
        if stripped[position:position + 1] != "-" or not stripped[position + 1:position + 2
                                                                  ].isalpha():
            break
        option = stripped[position + 1]
        position += 2
        if option in _RUN[name]:
            while stripped[position:position + 1] in (" ", "\t"):
                position += 1
            while stripped[position:position + 1].isdigit():
                position += 1
    if not stripped[position:].strip():
        return None
    return indent + "if 1:".ljust(position) + stripped[position:], False


def _asks(stripped: str) -> bool:
    """`model.fit?`, `np.*load*?`"""
    asked = stripped.rstrip()
    return asked.endswith("?") and len(asked) > 1 and not asked[0].isdigit() and all(
        char.isalnum() or char in _ASKED for char in asked)


class State:
    """Where a line begins: inside a string, inside brackets, or where a statement can stand."""

    __slots__ = ("quotes", "depth", "joined")

    def __init__(self) -> None:
        self.quotes = ""
        self.depth = 0
        self.joined = False

    @property
    def at_statement(self) -> bool:
        return not (self.quotes or self.depth or self.joined)

    def read(self, line: str) -> int:
        """Goes over the line; where a comment begins in it, -1 where none does."""
        position, end = 0, len(line)
        self.joined = False
        while position < end:
            char = line[position]
            if self.quotes:
                if char == "\\":
                    position += 2
                elif line.startswith(self.quotes, position):
                    position += len(self.quotes)
                    self.quotes = ""
                else:
                    position += 1
                continue
            if char == "#":
                return position
            if char in "'\"":
                self.quotes = char * 3 if line.startswith(char * 3, position) else char
                position += len(self.quotes)
                continue
            if char in "([{":
                self.depth += 1
            elif char in ")]}":
                self.depth = max(0, self.depth - 1)
            elif char == "\\" and not line[position + 1:].strip():
                self.joined = True
            position += 1
        if len(self.quotes) == 1 and not line.rstrip("\r").endswith("\\"):
            self.quotes = ""  # a string of one line that was never closed
        return -1
