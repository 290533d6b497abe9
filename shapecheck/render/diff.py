"""What would change in a file, as a unified diff; in a notebook, of each cell's source."""
from __future__ import annotations

import difflib
import re
from typing import Iterator, List, Tuple

from shapecheck.facts import clean
from shapecheck.source.documents import encoding_of, read_document


def diff(path: str, before: bytes, after: bytes, terminal: bool = False) -> bytes:
    """The diff, for `patch` in the file's own bytes; for a terminal nothing in it drives it."""
    out = b""
    for name, old, new, encoding in _parts(path, before, after):
        text = "".join(_lines(clean(name), old, new))
        if terminal:
            text = "".join(clean(line.expandtabs(4), len(line) * 4) + "\n"
                           for line in text.split("\n")[:-1])
            encoding = "utf-8"
        out += text.encode(encoding, "backslashreplace")
    return out


def _parts(path: str, before: bytes, after: bytes) -> Iterator[Tuple[str, str, str, str]]:
    """(name, old text, new text, encoding) of each text that changes."""
    old, new = read_document(path, before), read_document(path, after)
    for one, other in zip(old.cells, new.cells):
        if one.source != other.source:
            if one.index is not None:
                yield f"{path}:cell {one.index}", one.source, other.source, "utf-8"
                continue
            encoding = encoding_of(before)
            wide = encoding.startswith(("utf-16", "utf-32"))  # no diff is written so
            yield path, one.source, other.source, "utf-8" if wide or encoding == "utf-8-sig" \
                else encoding


def _lines(name: str, old: str, new: str) -> Iterator[str]:
    for line in difflib.unified_diff(_split(old), _split(new), name, name):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"


def _split(text: str) -> List[str]:
    """As `patch` counts lines."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)
