"""Notebooks and .py files as cells of Python, with their places kept; nothing is executed."""
from __future__ import annotations

import ast
import codecs
import json
import re
import warnings
from typing import Any, Dict, List, Optional, Tuple

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean

#: bytes of a file that is read at all
LARGEST = 64 * 1024 * 1024
_SPACE = b" \t\r\n\xef\xbb\xbf"  # with the BOM of UTF-8
_TRACES = (b"keras", b"tensorflow", b"TFBert", b"TFAuto", b"Dense(", b"Conv2D(", b"LSTM(",
           b".predict(", b"Sequential(")


class Unreadable(UserError):
    """A file that cannot be read: one line, what was expected and how to mend it."""


class Cell:
    """One cell of Python. `code` has the lines and columns of `source`, with what only IPython
    understands blanked out; `tree` is None where it does not parse, and `error` says why:
    (line, column, message)."""

    __slots__ = ("index", "source", "code", "tree", "error", "outputs", "execution_count")

    def __init__(self, index: Optional[int], source: str, notebook: bool,
                 outputs: List[Any], execution_count: Optional[int]) -> None:
        self.index = index
        self.source = source
        self.outputs = outputs
        self.execution_count = execution_count
        self.error: Optional[Tuple[int, int, str]] = None
        self.code = source
        self.tree = _parsed(self, source)
        if self.tree is None and notebook:
            self.code = without_magics(source)
            if self.code != source:
                self.error = None
                self.tree = _parsed(self, self.code)


class Document:
    """A file: its cells of Python in the order of the file (a .py file is one cell)."""

    __slots__ = ("path", "kind", "cells", "notes")

    def __init__(self, path: str, kind: str, cells: List[Cell], notes: List[str]) -> None:
        self.path = path
        self.kind = kind
        self.cells = cells
        self.notes = notes


def mentions(data: bytes) -> bool:
    """A cheap look: does anything in it remind of Keras, TensorFlow or their models?

    Text in UTF-16 has zeros in between, so files with any are looked at properly.
    """
    return any(trace in data for trace in _TRACES) or b"\x00" in data[:4096]


def load(path: str) -> bytes:
    """The bytes of a file. Raises Unreadable for one that is too large, and OSError."""
    with open(path, "rb") as file:
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Unreadable(f"{clean(path)}: larger than {LARGEST >> 20} MiB; leave it out with "
                         "--exclude")
    return data


def read_document(path: str, data: Optional[bytes] = None) -> Document:
    """The document at `path`, or in `data`, of which `path` is then the name.

    Raises Unreadable for what is no text, no JSON or no notebook, and OSError where the file
    cannot be opened.
    """
    if data is None:
        data = load(path)
    if path.endswith(".ipynb") or (path == "-" and data.lstrip(_SPACE).startswith(b"{")):
        return _notebook(path, data)
    text = _decoded(path, data)
    return Document(path, "py", [Cell(None, text, False, [], None)], [])


# -- text ------------------------------------------------------------------------------------

_CODING = re.compile(rb"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"),
         (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))


def _decoded(path: str, data: bytes) -> str:
    """By its BOM, its PEP 263 comment, else UTF-8."""
    encoding = "utf-8"
    for bom, name in _BOMS:
        if data.startswith(bom):
            encoding = name
            break
    else:
        for line in data.split(b"\n", 2)[:2]:
            said = _CODING.match(line)
            if said:
                encoding = said.group(1).decode("ascii", "replace")
                break
    try:
        return data.decode(encoding)
    except LookupError:
        raise Unreadable(f"{clean(path)}: unknown encoding {clean(encoding)}; save it as UTF-8"
                         ) from None
    except (UnicodeDecodeError, ValueError):
        raise Unreadable(f"{clean(path)}: not text in {clean(encoding)}; save it as UTF-8, or name "
                         "its encoding in a comment, # -*- coding: ... -*-") from None


def _parsed(cell: Cell, code: str) -> Optional[ast.Module]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes are not our user's question
            return ast.parse(code)
    except SyntaxError as error:
        cell.error = (error.lineno or 1, error.offset or 1, error.msg or "syntax error")
    except ValueError as error:  # null bytes
        cell.error = (1, 1, str(error))
    except RecursionError:
        cell.error = (1, 1, "nested too deeply")
    except MemoryError:
        cell.error = (1, 1, "too large to parse")
    return None


# -- notebooks ---------------------------------------------------------------------------------


def _notebook(path: str, data: bytes) -> Document:
    text = _decoded(path, data)
    if not text.strip():
        return Document(path, "ipynb", [], [f"{clean(path)}: empty"])
    try:
        notebook = json.loads(text)
    except (ValueError, RecursionError) as error:
        where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Unreadable(f"{clean(path)}: not a notebook: broken JSON{where}; open it in Jupyter "
                         "and save it again") from None
    if not isinstance(notebook, dict):
        raise Unreadable(f"{clean(path)}: not a notebook: a JSON object was expected")
    language = _language(notebook)
    if language not in ("", "python", "ipython", "python3", "ipython3", "python2"):
        note = f"{clean(path)}: its language is {clean(language)}: not looked at"
        return Document(path, "ipynb", [], [note])
    raw = notebook.get("cells")
    if raw is None and isinstance(notebook.get("worksheets"), list):  # nbformat 3
        raw = [cell for sheet in notebook["worksheets"] if isinstance(sheet, dict)
               for cell in (sheet.get("cells") or ())]
    if not isinstance(raw, list):
        raise Unreadable(f"{clean(path)}: not a notebook: it has no list of cells")
    cells = [made for index, cell in enumerate(raw) for made in [_cell(index, cell)]
             if made is not None]
    return Document(path, "ipynb", cells, [])


def _language(notebook: Dict[str, Any]) -> str:
    meta = notebook.get("metadata")
    meta = meta if isinstance(meta, dict) else {}
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        part = meta.get(key)
        if isinstance(part, dict) and isinstance(part.get(name), str):
            return str(part[name]).lower()
    return ""


def _cell(index: int, cell: Any) -> Optional[Cell]:
    if not isinstance(cell, dict) or cell.get("cell_type") != "code":
        return None
    source = _joined(cell.get("source", cell.get("input")))
    if source is None:
        return None
    if isinstance(cell.get("language"), str) and cell["language"].lower() != "python":
        return None
    if _other_language(source):
        return None
    outputs = cell.get("outputs")
    count = cell.get("execution_count", cell.get("prompt_number"))
    return Cell(index, source, True, outputs if isinstance(outputs, list) else [],
                count if isinstance(count, int) and not isinstance(count, bool) else None)


def _joined(source: Any) -> Optional[str]:
    if isinstance(source, str):
        return source
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        return "".join(source)
    return None


# -- what only IPython understands ---------------------------------------------------------------

#: cell magics below which Python stands
_PYTHON_BELOW = ("time", "timeit", "capture", "prun", "px", "python", "python3", "pypy", "debug",
                 "shapecheck", "memit", "mprun", "lprun", "tensorflow_version", "skip", "wandb",
                 "scalene", "heat", "snakeviz")
_ASSIGNED = re.compile(r"^(\s*[\w.,\s\[\]'\"]+?=\s*)([!%].*)$")


def _other_language(source: str) -> bool:
    """A cell magic other than those that run the cell as Python."""
    first = source.lstrip()
    if not first.startswith("%%"):
        return False
    name = re.match(r"%%(\w*)", first)
    return name is None or name.group(1) not in _PYTHON_BELOW


def without_magics(source: str) -> str:
    """The same lines and columns without `%magic`, `!command`, `name?` and cell magics."""
    lines = source.split("\n")
    out: List[str] = []
    quotes = ""  # of the string that the line begins in
    below = False  # behind a magic that goes on in the next line
    for number, line in enumerate(lines):
        stripped = line.lstrip()
        indent = line[:len(line) - len(stripped)]
        if quotes:
            quotes = _open_string(line, quotes)
            out.append(line)
            continue
        if below:
            below = stripped.rstrip().endswith("\\")
            out.append("")
            continue
        if stripped.startswith("%%") and not any(text.strip() for text in lines[:number]):
            out.append("")
            continue
        if stripped[:1] in ("%", "!"):
            below = stripped.rstrip().endswith("\\")
            out.append(indent + "pass")
            continue
        if stripped[:1] == "?" or (stripped.rstrip().endswith("?") and "#" not in stripped
                                   and "'" not in stripped and '"' not in stripped):
            out.append(indent + "pass")
            continue
        assigned = _ASSIGNED.match(line)
        if assigned and "==" not in assigned.group(1):
            out.append(assigned.group(1) + "__unknown__")
            continue
        quotes = _open_string(line, "")
        out.append(line)
    return "\n".join(out)


def _open_string(line: str, quotes: str) -> str:
    """The triple quotes that are open at the end of the line; "" where none are."""
    position = 0
    while position < len(line):
        if quotes:
            end = line.find(quotes, position)
            if end < 0:
                return quotes
            position, quotes = end + 3, ""
            continue
        char = line[position]
        if char == "#":
            return ""
        if char in "'\"":
            if line.startswith(char * 3, position):
                quotes = char * 3
                position += 3
                continue
            position = _end_of_string(line, position)
            continue
        position += 1
    return quotes


def _end_of_string(line: str, start: int) -> int:
    position = start + 1
    while position < len(line):
        if line[position] == "\\":
            position += 2
            continue
        if line[position] == line[start]:
            return position + 1
        position += 1
    return len(line)
