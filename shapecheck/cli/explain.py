"""`shapecheck explain`: a pasted error -> the rule, what it means, the line, what to do."""
from __future__ import annotations

import os
import sys
from typing import Any, Dict, Optional

from shapecheck.cli.output import Screen
from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean

NAME = "explain"
HELP = "a pasted shape error of Keras, TensorFlow or NumPy: what it means, and what to do"
FORMATS = ("rich", "text", "json", "html")
EXAMPLES = """\
examples:
  shapecheck explain                           paste the error, then Ctrl-D
  shapecheck explain error.txt
  shapecheck explain "Shapes (None, 1) and (None, 10) are incompatible"
  python train.py 2>&1 | shapecheck explain -
  shapecheck explain error.txt --source train.ipynb     where it stands, and what lint proves there
  shapecheck explain train.ipynb               the last error that a notebook keeps

The whole traceback or its last line, with colours, quotes, HTML or log prefixes; nothing is run.
Exit status: 0 explained, 1 "I don't know this one", 2 nothing to read.
"""
#: bytes that are read at most
_LARGEST = 64 * 1024 * 1024


def add_arguments(parser: Any) -> None:
    parser.add_argument("file", nargs="?", metavar="FILE",
                        help="text of an error, a log or a notebook; - is standard input (default)")
    parser.add_argument("--source", metavar="FILE",
                        help="the notebook or script that it is of: shows the line there, and what "
                        "lint proves of it")


def run(options: Any) -> Screen:
    from shapecheck.explaining import explained

    source = options.source
    data: Any = _read(options.file)
    if options.file is not None and options.file.endswith(".ipynb"):
        data = _of_notebook(options.file)
        source = source or options.file
    report = explained(data, source)
    from shapecheck.render.explained import explained_blocks
    from shapecheck.render.full import source_lines

    lines = source_lines(_cells) if source is not None else None
    blocks = explained_blocks(report, lines, short=options.quiet)
    options.quiet = False  # no findings do not mean that all is well
    return Screen(report, blocks, status=int(not report.findings),
                  sources=[path for path in (options.file, source) if path and path != "-"])


def _read(path: Optional[str]) -> bytes:
    if path is None or path == "-":
        if path is None and sys.stdin.isatty():
            sys.stderr.write("paste the error, then a new line and Ctrl-D:\n")
            sys.stderr.flush()
        data = sys.stdin.buffer.read(_LARGEST)
        if not data.strip():
            raise UserError("nothing to explain: standard input is empty; expected the text of an "
                            "error, in a FILE or pasted")
        return data
    try:
        with open(path, "rb") as file:
            data = file.read(_LARGEST)
    except (OSError, ValueError) as error:
        from shapecheck.source.discovery import reason

        if _is_a_message(path):
            return path.encode("utf-8", "replace")
        said = reason(error) if isinstance(error, OSError) else str(error)
        raise UserError(f"{clean(path)}: {said}") from None
    if not data.strip():
        raise UserError(f"{clean(path)}: empty; expected the text of an error")
    return data


def _is_a_message(text: str) -> bool:
    """The message itself, typed where a FILE is meant."""
    from shapecheck.explaining import explained

    return " " in text and not os.path.exists(text) and bool(explained(text).findings)


def _of_notebook(path: str) -> str:
    """The last error that the notebook shows."""
    from shapecheck.source.documents import read_document

    found = ""
    for cell in read_document(path).cells:
        for output in cell.outputs:
            if isinstance(output, dict) and output.get("output_type") in ("error", "pyerr"):
                trace = [t for t in output.get("traceback") or () if isinstance(t, str)]
                found = "\n".join([*trace, str(output.get("evalue") or "")])
    if not found:
        raise UserError(f"{clean(path)}: keeps no error; run it, or paste the error")
    return found


def _cells(path: str) -> Optional[Dict[Optional[int], str]]:
    from shapecheck.source.documents import read_document

    try:
        document = read_document(path)
    except (UserError, OSError):
        return None
    return {cell.index: cell.source for cell in document.cells}
