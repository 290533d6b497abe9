"""What a file from a stranger may ask for: its size, and no more than it holds."""
from __future__ import annotations

import os
import stat
import zipfile

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean

#: below this nothing is suspected; above it a file may say 100 times what it stores, as Keras
#: itself allows. Deflate reaches 1032 times, a Parquet run or an HDF5 header any number.
UNSUSPECTED = 1 << 30
_EXPANSION = 100
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # all that NumPy and Keras write


def require_plain_file(path: str) -> None:
    """Raises UserError for a pipe, a socket or a device, links to them included: they may never
    end. A folder, and what is not there, is left to whoever opens it."""
    try:
        mode = os.stat(path).st_mode
    except (OSError, ValueError):
        return
    if not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)):
        raise UserError(f"{clean(path)}: a pipe or a device, not a file; save it as a file first")


def require_plausible(said: int, path: str, what: str) -> None:
    """Raises UserError where `what` of the file says to be far more bytes than it can hold."""
    stored = os.path.getsize(path)
    if said > UNSUSPECTED and said > _EXPANSION * stored:
        raise UserError(f"{clean(path)}: {what} to {_size(said)}, the file has {_size(stored)}; "
                        "this is a bomb or damaged, and is not unpacked")


def require_plain_archive(archive: zipfile.ZipFile, path: str) -> None:
    """Raises UserError for a zip that unpacks to far more than its size (entries that overlap
    included), or is packed as neither NumPy nor Keras packs."""
    for info in archive.infolist():
        if info.compress_type not in _METHODS:
            raise UserError(f"{clean(path)}: {clean(info.filename, 80)} is packed by method "
                            f"{info.compress_type}; NumPy and Keras store or deflate")
    require_plausible(sum(info.file_size for info in archive.infolist()), path, "it unpacks")


def _size(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "KiB", "MiB", "GiB", "TiB"):
        if size < 1024:
            return f"{size:.0f} {unit}"
        size /= 1024
    return "more than 1000 TiB"
