"""Reading in a process of its own: a library in C may never come to an end with a broken file,
or take the process with it.
"""
from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from typing import Any, List

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean

#: for one file; what Keras wrote takes a fraction of one
SECONDS = 30
_CHILD = ("import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
          "from shapecheck.source.apart import serve; serve(*sys.argv[2:])")


def apart(module: str, function: str, path: str, *more: str) -> Any:
    """`function(path, *more)` of the module, called in a new process; the result as JSON has it.

    Raises UserError as the function does, and where it does not end within `SECONDS` or the
    process dies.
    """
    if not sys.executable:  # embedded
        return getattr(importlib.import_module(module), function)(path, *more)
    command: List[str] = [sys.executable, "-c", _CHILD, json.dumps(sys.path), module, function,
                          os.path.abspath(path), path, *more]
    try:
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        raise UserError(f"{clean(path)}: damaged: reading it does not come to an end; save it "
                        "again with model.save") from None
    try:
        answer = json.loads(done.stdout)
    except ValueError:
        raise UserError(f"{clean(path)}: damaged: reading it ends the process (status "
                        f"{done.returncode}); save it again with model.save") from None
    if "error" in answer:
        raise UserError(answer["error"])
    return answer["result"]


def serve(module: str, function: str, path: str, shown: str, *more: str) -> None:
    """The new process: the answer goes to standard output, and nothing else does."""
    out = os.dup(1)
    os.dup2(2, 1)  # what a library prints is no answer
    os.chdir(os.path.dirname(path) or os.sep)
    try:
        answer = {"result": getattr(importlib.import_module(module), function)(path, *more)}
    except UserError as error:
        answer = {"error": str(error).replace(clean(path), clean(shown))}
    with os.fdopen(out, "wb") as stream:
        stream.write(json.dumps(answer).encode("ascii"))
