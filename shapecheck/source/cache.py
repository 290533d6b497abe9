"""What files said the last time, on disk: found again by their content, never by their times.

One file for each folder that the command runs in. Its first line names the program that wrote it
(version, Python, our own files) and a digest of the rest; anything that is not as expected counts
as nothing, and is replaced. It is written whole and renamed into place, so that several runs at
once only forget each other's news. Nothing here is a reason to fail.
"""
from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from typing import Any, Dict, Iterator, List, Mapping, Optional, Tuple

FORMAT = 1
#: of all files together; of one
LARGEST = 64 << 20
LARGEST_FILE = 16 << 20
_PREFIX, _ENDING = "lint-", ".cache"
_DAY = 24 * 3600.0

#: [digest of the bytes, what else was read (path -> its digest, None: it was not there), outcome]
Entry = List[Any]


def digest_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:40]


class Cache:
    """The outcomes of one folder's files: plain data, by (path, what was asked)."""

    def __init__(self, folder: str, version: str) -> None:
        self.folder = folder
        self.head = f"shapecheck {FORMAT} {version} {_program()}"
        name = digest_of(f"{self.head}\n{os.getcwd()}".encode("utf-8", "surrogateescape"))
        self.path = os.path.join(folder, _PREFIX + name + _ENDING)
        self.entries: Dict[str, Entry] = _read(self.path, self.head)
        self.met: Dict[str, Entry] = {}
        self.news = False
        self._modules: Dict[str, Optional[str]] = {}  # path -> digest, None: not there

    def asks_for(self, path: str, asked: str) -> bool:
        return f"{asked}\n{path}" in self.entries

    def find(self, path: str, asked: str, data: bytes) -> Optional[Any]:
        """The outcome for these bytes, None where it is not known."""
        key = f"{asked}\n{path}"
        entry = self.entries.get(key)
        if entry is None or entry[0] != digest_of(data) or not all(
                self._module(name) == digest for name, digest in entry[1].items()):
            return None
        self.met[key] = entry
        return entry[2]

    def _module(self, path: str) -> Optional[str]:
        if path not in self._modules:
            self._modules[path] = None
            if os.path.isfile(path):
                try:
                    with open(path, "rb") as file:
                        self._modules[path] = digest_of(file.read())
                except OSError:
                    self._modules[path] = ""  # there, and not to be read
        return self._modules[path]

    def keep(self, path: str, asked: str, digest: str, modules: Mapping[str, Optional[str]],
             outcome: Any) -> None:
        key = f"{asked}\n{path}"
        self.entries.pop(key, None)  # the newest are at the end
        self.met[key] = [digest, dict(modules), outcome]
        self.news = True

    def save(self) -> None:
        """Writes what is new; silently nothing where that is not possible."""
        try:
            if self.news:
                self._write()
            elif time.time() - os.stat(self.path).st_mtime > _DAY:
                os.utime(self.path)  # in use
        except (OSError, ValueError):
            pass

    def _write(self) -> None:
        body = _body({**self.entries, **self.met})
        _make_folder(self.folder)
        temporary = f"{self.path}.{os.getpid()}.{time.monotonic_ns()}"
        try:
            handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL
                             | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(f"{self.head} {digest_of(body)}\n".encode())
                file.write(body)
            os.replace(temporary, self.path)
        except BaseException:
            try:
                os.unlink(temporary)
            except OSError:
                pass
            raise
        _sweep(self.folder, self.path)


def _body(entries: Dict[str, Entry]) -> bytes:
    """One line of JSON for each entry; the oldest are left out where there are too many."""
    lines = [json.dumps([key, *entry], separators=(",", ":")).encode()
             for key, entry in entries.items()]
    size = sum(map(len, lines)) + len(lines)
    first = 0
    while size > LARGEST_FILE:
        size -= len(lines[first]) + 1
        first += 1
    return b"\n".join(lines[first:])


def _read(path: str, head: str) -> Dict[str, Entry]:
    try:
        with open(path, "rb") as file:
            status = os.fstat(file.fileno())
            if hasattr(os, "getuid") and status.st_uid != os.getuid():
                return {}  # somebody else's
            data = file.read(2 * LARGEST_FILE)
        line, _, body = data.partition(b"\n")
        if line.decode() != f"{head} {digest_of(body)}":
            return {}
        found = json.loads(b"[%s]" % body.replace(b"\n", b","))
        return {key: entry for key, *entry in found}
    except (OSError, ValueError, RecursionError, MemoryError, TypeError):
        return {}


def _make_folder(folder: str) -> None:
    os.makedirs(os.path.dirname(folder) or os.curdir, exist_ok=True)
    try:
        os.mkdir(folder, 0o700)
        with open(os.path.join(folder, "CACHEDIR.TAG"), "x") as file:
            file.write("Signature: 8a477f597d28d172789f06886806bc55\n"
                       "# What `shapecheck lint` found; it may be removed at any time.\n")
    except FileExistsError:
        return


def _sweep(folder: str, keep: str) -> None:
    """Removes the oldest files where all together are too large, and what a killed run left."""
    found: List[Tuple[float, int, str]] = []
    for path, status in _ours(folder):
        if path.endswith(_ENDING):
            found.append((status.st_mtime, status.st_size, path))
        elif time.time() - status.st_mtime > 3600:
            os.unlink(path)
    total = sum(size for _time, size, _path in found)
    for _time, size, path in sorted(found):
        if total <= LARGEST:
            break
        if path != keep:
            os.unlink(path)
            total -= size


def _ours(folder: str) -> Iterator[Tuple[str, os.stat_result]]:
    with os.scandir(folder) as listing:
        for entry in listing:
            if entry.name.startswith(_PREFIX) and _ENDING in entry.name:
                yield entry.path, entry.stat(follow_symlinks=False)


def _program() -> str:
    """This Python and our own files: a changed rule says something else."""
    package = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
    parts = [sys.version, repr(sys.implementation.cache_tag)]
    waiting = [package]
    try:
        while waiting:
            with os.scandir(waiting.pop()) as listing:
                for entry in sorted(listing, key=lambda e: e.name):
                    if entry.name.endswith(".py"):
                        status = entry.stat()
                        parts.append(f"{entry.path} {status.st_size} {status.st_mtime_ns}")
                    elif "." not in entry.name and entry.name != "__pycache__" and entry.is_dir():
                        waiting.append(entry.path)
    except OSError:  # in a zip file: its version is all there is
        parts.append(__file__)
    return digest_of("\n".join(parts).encode("utf-8", "surrogateescape"))


# -- where -------------------------------------------------------------------------------------


def place(given: Optional[str], configured: Optional[str]) -> Optional[str]:
    """The folder of the cache: an option, SHAPECHECK_CACHE_DIR, pyproject.toml, else the user's
    own; None where there is none."""
    chosen = given or os.environ.get("SHAPECHECK_CACHE_DIR") or configured
    if chosen:
        return os.path.abspath(os.path.expanduser(chosen))
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or ""
    elif sys.platform == "darwin":
        base = os.path.expanduser("~/Library/Caches")
    else:
        base = os.environ.get("XDG_CACHE_HOME") or ""
        if not os.path.isabs(base):  # the specification: a relative one is to be ignored
            base = os.path.expanduser("~/.cache")
    return os.path.join(base, "shapecheck") if os.path.isabs(base) else None


__all__ = ["Cache", "digest_of", "place"]
