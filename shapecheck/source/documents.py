"""Notebooks and .py files as cells of Python, with their places kept; nothing is executed."""
from __future__ import annotations

import ast
import codecs
import os
import re
import warnings
from typing import Any, Callable, Dict, List, Optional, Tuple

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.source.magics import other_language, without_magics

#: bytes of a file that is read at all
LARGEST = 64 * 1024 * 1024
#: a cell with this tag is silent
SKIP_TAG = "shapecheck-skip"
_MAGIC = ("%", "!", "?")
_HEAD = 32 * 1024
_PICTURES = (b'"image/png": "', b'"image/jpeg": "', b'"png": "', b'"jpeg": "')
_SPACE = b" \t\r\n\xef\xbb\xbf"  # with the BOM of UTF-8
_TRACES = (b"keras", b"tensorflow", b"transformers", b"TFBert", b"TFAuto", b"Dense(", b"Conv1D(",
           b"Conv2D(", b"LSTM(", b"GRU(", b"Embedding(", b"Flatten(", b"Input(", b".predict(",
           b".fit(", b".evaluate(", b"Sequential(")


class Unreadable(UserError):
    """A file that cannot be read: one line, what was expected and how to mend it."""


class Cell:
    """One cell of Python. `code` has the lines and columns of `source`, with what only IPython
    understands blanked out; `tree` is None where it does not parse, and `error` says why:
    (line, column, message). `index` counts all cells from 0, None in a .py file. `metadata` is
    whatever the notebook has there."""

    __slots__ = ("index", "source", "code", "tree", "error", "outputs", "execution_count",
                 "metadata", "_lines")

    def __init__(self, index: Optional[int], source: str, outputs: List[Any],
                 execution_count: Optional[int], metadata: Any = None,
                 parse: "Optional[Parse]" = None) -> None:
        self.index = index
        self.metadata = metadata
        self.source = source
        self.outputs = outputs
        self.execution_count = execution_count
        self._lines: Optional[List[str]] = None
        self.code: str
        self.tree: Optional[ast.Module]
        self.error: Optional[Tuple[int, int, str]]
        self.code, self.tree, self.error = (parse or parsed_source)(source, index is not None)

    @property
    def lines(self) -> List[str]:
        """Of `code`, as Python's tokenizer counts them: not splitlines()."""
        if self._lines is None:
            self._lines = self.code.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        return self._lines


Parsed = Tuple[str, Optional[ast.Module], Optional[Tuple[int, int, str]]]
#: (source, of a notebook?) -> `Cell.code`, `Cell.tree`, `Cell.error`
Parse = Callable[[str, bool], Parsed]


def parsed_source(source: str, in_notebook: bool) -> Parsed:
    """The source of a cell or script as code, with its tree, or why it has none."""
    if source.lstrip()[:1] in _MAGIC:  # no Python begins so: not worth an attempt
        code = without_magics(source)
        blanked, _error = _parsed(code)
        if blanked is not None:
            return code, blanked, None
    tree, error = _parsed(source)
    if tree is None:  # .py files too: those that Colab saves keep their magics
        code = without_magics(source)
        if code != source:
            blanked, why = _parsed(code)
            if blanked is not None or in_notebook:
                return code, blanked, why
    return source, tree, error


class Document:
    """A file: its cells of Python in the order of the file (a .py file is one cell)."""

    __slots__ = ("path", "kind", "cells", "notes", "metadata")

    def __init__(self, path: str, kind: str, cells: List[Cell], notes: List[str],
                 metadata: Any = None) -> None:
        self.metadata = metadata
        self.path = path
        self.kind = kind
        self.cells = cells
        self.notes = notes


def mentions(data: bytes) -> bool:
    """A cheap look: does anything in it remind of Keras, TensorFlow or their models?

    Text in UTF-16 has zeros in between, so files with any are looked at properly.
    """
    head = data[:_HEAD]  # where imports stand
    if b"\x00" in head[:4096] or any(trace in head for trace in _TRACES):
        return True
    if len(data) <= _HEAD:
        return False
    text = _without_pictures(data)
    return any(trace in text for trace in _TRACES)


def _without_pictures(data: bytes) -> bytes:
    """Most bytes of a notebook are pictures, a line each, and searching them takes longer than
    reading the notebook."""
    return b"\n".join([line for line in data.split(b"\n")
                       if not line[:80].lstrip().startswith(_PICTURES)])


def hinted(text: str, loud: bool = True) -> bool:
    """A cheap look: may there be a comment that silences findings? loud: are there any? Else only
    what names us or our codes counts: it may be wrong."""
    if "#" not in text:
        return False
    small = text.lower()
    return "shapecheck" in small or ("noqa" in small and (loud or "shp" in small))


def marked(document: Document, loud: bool = True) -> bool:
    """May anything in it silence findings? `suppressions` then knows what does."""
    return _speaks(document.metadata) or any(
        _speaks(cell.metadata) or hinted(cell.source, loud) for cell in document.cells)


def _speaks(metadata: Any) -> bool:
    if not isinstance(metadata, dict) or not metadata:
        return False
    tags = metadata.get("tags")
    return "shapecheck" in metadata or (isinstance(tags, list) and SKIP_TAG in tags)


def load(path: str) -> bytes:
    """The bytes of a file. Raises Unreadable for one that is too large, and OSError."""
    with open(path, "rb") as file:
        # its size first: Python makes room for all that `read` may return
        size = os.fstat(file.fileno()).st_size
        data = file.read() if 0 < size <= LARGEST else file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Unreadable(f"{clean(path)}: larger than {LARGEST >> 20} MiB; leave it out with "
                         "--exclude")
    return data


def read_document(path: str, data: Optional[bytes] = None,
                  parse: Optional[Parse] = None) -> Document:
    """The document at `path`, or in `data`, of which `path` is then the name.

    parse: instead of `parsed_source`. Raises Unreadable for what is no text, no JSON or no
    notebook, and OSError where the file cannot be opened.
    """
    if data is None:
        data = load(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes are not our user's question
        if path.endswith(".ipynb") or (path == "-" and data.lstrip(_SPACE).startswith(b"{")):
            return _notebook(path, data, parse)
        text = _decoded(path, data)
        return Document(path, "py", [Cell(None, text, [], None, parse=parse)], [])


# -- text ------------------------------------------------------------------------------------

_CODING = rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)"
_BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF32_LE, "utf-32"),
         (codecs.BOM_UTF32_BE, "utf-32"), (codecs.BOM_UTF16_LE, "utf-16"),
         (codecs.BOM_UTF16_BE, "utf-16"))


def encoding_of(data: bytes) -> str:
    """Of a script: by its BOM, its PEP 263 comment, else UTF-8."""
    for bom, name in _BOMS:
        if data.startswith(bom):
            return name
    for line in data.split(b"\n", 2)[:2]:
        said = re.match(_CODING, line) if b"coding" in line else None
        if said:
            return said.group(1).decode("ascii", "replace")
    return "utf-8"


def _decoded(path: str, data: bytes) -> str:
    encoding = encoding_of(data)
    try:
        return data.decode(encoding)
    except LookupError:
        raise Unreadable(f"{clean(path)}: unknown encoding {clean(encoding)}; save it as UTF-8"
                         ) from None
    except (UnicodeDecodeError, ValueError):
        raise Unreadable(f"{clean(path)}: not text in {clean(encoding)}; save it as UTF-8, or name "
                         "its encoding in a comment, # -*- coding: ... -*-") from None


def _parsed(code: str) -> Tuple[Optional[ast.Module], Optional[Tuple[int, int, str]]]:
    try:
        return ast.parse(code), None
    except SyntaxError as error:
        message = (error.msg or "syntax error").split("\n", 1)[0]
        return None, (error.lineno or 1, max(error.offset or 1, 1), message)
    except UnicodeEncodeError as error:  # half a character: `"\ud83d"` in the JSON
        line = code.count("\n", 0, error.start) + 1
        column = error.start - code.rfind("\n", 0, error.start)
        return None, (line, column, "half of a surrogate pair")
    except ValueError as error:  # null bytes
        return None, (1, 1, str(error))
    except RecursionError:
        return None, (1, 1, "nested too deeply")
    except MemoryError:
        return None, (1, 1, "too large or nested too deeply")


# -- notebooks ---------------------------------------------------------------------------------


def _notebook(path: str, data: bytes, parse: Optional[Parse]) -> Document:
    import json  # scripts need none

    if not data.strip(_SPACE):
        return Document(path, "ipynb", [], [f"{clean(path)}: empty"])
    try:
        notebook = json.loads(data.decode(json.detect_encoding(data)))
    except UnicodeDecodeError as error:
        raise Unreadable(f"{clean(path)}: not a notebook: byte {error.start} is not "
                         f"{clean(error.encoding)}; save it as UTF-8") from None
    except RecursionError:
        raise Unreadable(f"{clean(path)}: not a notebook: nested too deeply") from None
    except ValueError as error:
        where = f" at line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise Unreadable(f"{clean(path)}: not a notebook: broken JSON{where}; open it in Jupyter "
                         "and save it again") from None
    return of_notebook(path, notebook, parse)


def of_notebook(path: str, notebook: Any, parse: Optional[Parse] = None) -> Document:
    """The document that the JSON of a notebook is. Raises Unreadable."""
    if not isinstance(notebook, dict):
        raise Unreadable(f"{clean(path)}: not a notebook: a JSON object was expected")
    language = _language(notebook)
    if language not in ("", "python", "ipython", "python3", "ipython3", "python2"):
        note = f"{clean(path)}: its language is {clean(language)}: not looked at"
        return Document(path, "ipynb", [], [note])
    raw = _raw_cells(notebook)
    if raw is None:
        raise Unreadable(f"{clean(path)}: not a notebook: it has no list of cells")
    cells = [_cell(index, cell, parse) for index, cell in enumerate(raw)
             if isinstance(cell, dict) and cell.get("cell_type") == "code"]
    return Document(path, "ipynb", [cell for cell in cells if cell is not None], [],
                    notebook.get("metadata"))


def _raw_cells(notebook: Dict[str, Any]) -> Optional[List[Any]]:
    raw = notebook.get("cells")
    sheets = notebook.get("worksheets")
    if raw is None and isinstance(sheets, list):  # nbformat 3
        raw = []
        for sheet in sheets:
            cells = sheet.get("cells") if isinstance(sheet, dict) else None
            raw += cells if isinstance(cells, list) else []
    return raw if isinstance(raw, list) else None


def _language(notebook: Dict[str, Any]) -> str:
    meta = notebook.get("metadata")
    meta = meta if isinstance(meta, dict) else {}
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        part = meta.get(key)
        if isinstance(part, dict) and isinstance(part.get(name), str):
            return str(part[name]).lower()
    return ""


def _cell(index: int, cell: Dict[str, Any], parse: Optional[Parse]) -> Optional[Cell]:
    source = _joined(cell.get("source", cell.get("input")))
    if source is None:
        return None
    if isinstance(cell.get("language"), str) and cell["language"].lower() != "python":
        return None
    if other_language(source):
        return None
    outputs = cell.get("outputs")
    count = cell.get("execution_count", cell.get("prompt_number"))
    return Cell(index, source, outputs if isinstance(outputs, list) else [],
                count if isinstance(count, int) and not isinstance(count, bool) else None,
                cell.get("metadata"), parse)


def _joined(source: Any) -> Optional[str]:
    if isinstance(source, str):
        return source
    if isinstance(source, list):
        try:
            return "".join(source)
        except TypeError:  # not all of them are text
            return None
    return None
