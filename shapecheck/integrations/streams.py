"""Words on standard error, whatever has become of it: a program may close it."""
from __future__ import annotations

import sys


def flush() -> None:
    """Both standard streams, those that are open."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (AttributeError, OSError, ValueError):
            continue


def say(text: str) -> None:
    """On standard error, where there is one."""
    try:
        sys.stderr.write(f"{text}\n")
    except (AttributeError, OSError, ValueError):  # closed
        pass
