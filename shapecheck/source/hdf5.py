"""Weights in HDF5: what leads out of the file, and what says to be larger than it is.

Keras before 3.13.2, and tf_keras, follow such links to any file that the user may read.
"""
from __future__ import annotations

import shutil
import struct
import tempfile
import zipfile
from contextlib import contextmanager
from typing import IO, Any, Dict, Iterator, List, Optional, Set

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.source.apart import apart
from shapecheck.source.bounds import require_plausible
from shapecheck.source.model_file import first_line

_MAX_OBJECTS = 1_000_000


def outside_hdf5(path: str, kind: str) -> List[str]:
    """What leads out of the HDF5 file, or of those in the .keras archive. kind: "h5", "keras".

    Nothing where h5py is missing: Keras could not load the file either. Raises UserError where
    the file is damaged, or says to hold far more than its size.
    """
    if kind == "keras" and not _holds_hdf5(path):
        return []
    return list(apart(__name__, "walk", path, kind))


def walk(path: str, kind: str) -> List[str]:
    """`outside_hdf5`, in this process: HDF5 1.14 never ends with some broken files."""
    return list(_outside(path, kind))


def attributes(path: str) -> Dict[str, Optional[str]]:
    """The texts that Keras keeps with a model; in this process."""
    import h5py

    try:
        with h5py.File(path, "r") as file:
            found = {name: file.attrs.get(name) for name in ("model_config", "keras_version")}
    except Exception as exc:
        raise UserError(f"{clean(path)}: damaged or not an HDF5 file "
                        f"({clean(first_line(exc))})") from exc
    return {name: None if value is None else value.decode("utf-8", "replace")
            if isinstance(value, bytes) else str(value) for name, value in found.items()}


def _holds_hdf5(path: str) -> bool:
    try:
        with zipfile.ZipFile(path) as archive:
            return any(_is_hdf5(name) for name in archive.namelist())
    except Exception:  # the other process says what is wrong with it
        return True


def _is_hdf5(name: str) -> bool:
    return name.lower().endswith((".h5", ".hdf5"))


def _outside(path: str, kind: str) -> Iterator[str]:
    try:
        import h5py
    except ImportError:
        return
    try:
        for source in _sources(path, kind):
            with source as stream, h5py.File(stream, "r") as file:
                yield from _leads_out(h5py, file, path)
    except UserError:
        raise
    except Exception as exc:  # h5py: OSError, KeyError, RuntimeError, ...
        raise UserError(f"{clean(path)}: its weights are damaged ({clean(str(exc), 120)}); save "
                        "it again with model.save") from exc


def _sources(path: str, kind: str) -> "Iterator[Any]":
    if kind == "h5":
        yield _whole(path)
        return
    with zipfile.ZipFile(path) as archive:
        for info in archive.infolist():
            if _is_hdf5(info.filename):
                yield _entry(path, archive, info)


@contextmanager
def _whole(path: str) -> "Iterator[Any]":
    with open(path, "rb") as file:
        yield file


@contextmanager
def _entry(path: str, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> "Iterator[Any]":
    """The entry as a file in which one can seek, which a ZipExtFile does by reading all."""
    if info.compress_type == zipfile.ZIP_STORED and not info.flag_bits & 1:
        with open(path, "rb") as file:
            file.seek(info.header_offset + 26)  # the lengths of name and extra field
            name, extra = struct.unpack("<HH", file.read(4))
            yield _Window(file, info.header_offset + 30 + name + extra, info.file_size)
        return
    with tempfile.TemporaryFile() as copy, archive.open(info) as stream:
        shutil.copyfileobj(stream, copy)
        yield copy


class _Window:
    """`size` bytes of a file from `start` on, as a file of its own for h5py."""

    def __init__(self, file: IO[bytes], start: int, size: int) -> None:
        self._file, self._start, self._size, self._at = file, start, size, 0

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset + (0, self._at, self._size)[whence]
        return self._at

    def tell(self) -> int:
        return self._at

    def read(self, count: int = -1) -> bytes:
        left = max(0, self._size - self._at)
        self._file.seek(self._start + self._at)
        data = self._file.read(left if count < 0 else min(count, left))
        self._at += len(data)
        return data

    def readinto(self, buffer: Any) -> int:
        data = self.read(len(buffer))
        buffer[:len(data)] = data
        return len(data)


def _leads_out(h5py: Any, file: Any, path: str) -> Iterator[str]:
    pending, said = [file], 0
    found: Set[int] = set()  # a group may hold itself
    while pending:
        group = pending.pop()
        for name in group:
            link = group.get(name, getlink=True)
            if isinstance(link, h5py.ExternalLink):
                yield f"link to another file {link.filename!r}"
            if not isinstance(link, h5py.HardLink):
                continue  # a soft link stays inside: what it names is met on its own
            item = group[name]
            address = h5py.h5o.get_info(item.id).addr
            if address in found:
                continue
            found.add(address)
            if len(found) > _MAX_OBJECTS:
                raise UserError(f"{clean(path)}: more than {_MAX_OBJECTS:,} groups and arrays; "
                                "this is no model that Keras wrote")
            if isinstance(item, h5py.Group):
                pending.append(item)
            elif isinstance(item, h5py.Dataset):
                yield from _leads_out_of(item)
                said += item.size * item.dtype.itemsize if item.shape is not None else 0
                require_plausible(said, path, "its weights unpack")


def _leads_out_of(dataset: Any) -> Iterator[str]:
    for name, _, _ in dataset.external or ():
        yield f"weights in another file {name!r}"
    if dataset.is_virtual:
        yield "weights put together from other files (a virtual dataset)"
