"""A file's bytes replaced by others: wholly or not at all."""
from __future__ import annotations

import os
import stat
import tempfile
from typing import Any

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.source.discovery import reason


class NotWritten(UserError):
    """One line: which file stays as it was, and why."""


def replace_file(path: str, before: bytes, after: bytes) -> None:
    """Put `after` in the place of `before`; a kill or a full disk leaves one or the other.

    A link stays a link: the file that it leads to is replaced, with its mode and its owner.
    Raises NotWritten, also where the file is not what was read.
    """
    try:
        real = os.path.realpath(path)
        was = os.stat(real)
        if not stat.S_ISREG(was.st_mode):
            raise NotWritten(f"{clean(path)}: not fixed: no regular file")
        if not was.st_mode & 0o222 or not os.access(real, os.W_OK):
            raise NotWritten(f"{clean(path)}: not fixed: the file is read-only")
        _replace(path, real, was, before, after)
    except OSError as error:
        raise NotWritten(f"{clean(path)}: not fixed: {reason(error)}") from None


def _replace(path: str, real: str, was: Any, before: bytes, after: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(real), prefix=".shapecheck-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(after)
            file.flush()
            os.fsync(file.fileno())
        _like(was, real, temporary)
        with open(real, "rb") as file:
            if file.read(len(before) + 1) != before:
                raise NotWritten(f"{clean(path)}: not fixed: it was changed while it was read; "
                                 "run it again")
        os.replace(temporary, real)
    except BaseException:
        os.unlink(temporary)
        raise
    _sync(os.path.dirname(real))


def _like(was: Any, real: str, temporary: str) -> None:
    """Mode, owner and attributes of the file that it takes the place of."""
    made = os.stat(temporary)
    if hasattr(os, "chown") and (made.st_uid, made.st_gid) != (was.st_uid, was.st_gid):
        try:
            os.chown(temporary, was.st_uid, was.st_gid)
        except OSError:  # another's file: it stays readable for whom it was
            pass
    for name in os.listxattr(real) if hasattr(os, "listxattr") else ():
        try:
            os.setxattr(temporary, name, os.getxattr(real, name))
        except OSError:  # of the system's own
            pass
    os.chmod(temporary, stat.S_IMODE(was.st_mode))


def _sync(folder: str) -> None:
    """The new name on the disk as well, where the system can do that."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(handle)
    except OSError:
        pass
    finally:
        os.close(handle)
