"""Runs as Python starts, where `shapecheck_startup.pth` is installed and the environment asks:

SHAPECHECK_RUN names the folder of a run (`shapecheck run`), of which this is a process.
SHAPECHECK=1 watches any program that is started with it; SHAPECHECK_REPORT=FILE is where its
report goes instead of standard error.

Only what the standard library has, and little of it, is imported here. Nothing may raise.
"""
from __future__ import annotations

import os
import sys
from typing import Any, Dict

OPTIONS = "options.json"
_OFF = ("", "0", "false", "no", "off")


def begin() -> None:
    from shapecheck.integrations.process import FOLDER, Process

    folder = os.environ.get(FOLDER, "")
    options: Dict[str, Any] = _options(folder)
    if options:
        owner = options["process"]
    elif os.environ.get("SHAPECHECK", "").lower() in _OFF or _is_ours():
        return
    else:
        import tempfile

        folder, owner = tempfile.mkdtemp(prefix="shapecheck-"), os.getpid()
        report = os.environ.get("SHAPECHECK_REPORT") or None
        options = {"name": "", "output_file": report and os.path.abspath(report)}
        with open(os.path.join(folder, OPTIONS), "w", encoding="utf-8") as file:
            file.write(f'{{"process": {owner}}}')

    def deliver(report: Any) -> bool:
        from types import SimpleNamespace

        from shapecheck.cli.run import DEFAULTS, deliver

        own = SimpleNamespace(**{**DEFAULTS, **options})
        return deliver(report, own, own.name or (sys.argv or [""])[0] or "python")

    process = Process(deliver, folder, owner, options.get("record")).begin()
    hook = sys.excepthook

    def excepthook(kind: Any, error: Any, trace: Any) -> None:
        if error is not None:
            # Python forgets that it was interrupted when `exec` runs, as it does in our report
            process.interrupted = isinstance(error, KeyboardInterrupt)
            process.ended_by(error)
            trace = error.__traceback__
        hook(kind, error, trace)

    sys.excepthook = excepthook


def _options(folder: str) -> Dict[str, Any]:
    """What the run was told; {} where this process is of no run."""
    if not folder:
        return {}
    import json

    try:
        with open(os.path.join(folder, OPTIONS), encoding="utf-8") as file:
            options = json.load(file)
    except (OSError, ValueError):  # the run has ended
        return {}
    return options if isinstance(options, dict) and isinstance(options.get("process"), int) else {}


def _is_ours() -> bool:
    """`shapecheck` itself: it says what it has to say."""
    words = getattr(sys, "orig_argv", sys.argv)
    return any(os.path.basename(word) in ("shapecheck", "shapecheck.exe") for word in words[:4])


try:
    begin()
except Exception as fault:
    try:
        sys.stderr.write(f"shapecheck: internal error: {type(fault).__name__}: {fault}\n")
    except Exception:
        pass
