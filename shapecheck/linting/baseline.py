"""A file of findings that are known: they stay quiet, new ones do not.

An entry is found again by its code and the text of its statement, without the place: code that
was moved is not new, a statement that was edited is. Each entry stands for one finding.
"""
from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Optional, Sequence, Set, Tuple

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.source.discovery import reason

if TYPE_CHECKING:
    from shapecheck.facts import Finding

#: a change of what an entry holds, or of how it is found again, gets another number
VERSION = 1
_LARGEST = 64 << 20
_KEYS = ("path", "code", "likeness", "what")


class Entry:
    """One finding that is known. path: from the folder of the baseline, with `/`. likeness: what
    it is found again by. what: for people who read the file."""

    __slots__ = ("path", "code", "likeness", "what", "found")

    def __init__(self, path: str, code: str, likeness: str, what: str) -> None:
        self.path = path
        self.code = code
        self.likeness = likeness
        self.what = what
        self.found = False

    def line(self) -> str:
        import json

        values = {name: getattr(self, name) for name in _KEYS}
        text = json.dumps(values, ensure_ascii=False)
        return text if text.isprintable() else json.dumps(values)

    def key(self) -> Tuple[str, ...]:
        return (self.path, self.code, self.what, self.likeness)


class Baseline:
    """The known findings, for one run. file: as the user names it."""

    __slots__ = ("file", "entries", "known", "_folder", "_by_place", "_new", "_looked", "_whole",
                 "_taken")

    def __init__(self, file: str, entries: Sequence[Entry] = ()) -> None:
        self.file = file
        self.entries = list(entries)
        self.known = 0
        self._folder = os.path.dirname(os.path.abspath(file))
        self._by_place: Dict[Tuple[str, str, str], List[Entry]] = {}
        for entry in self.entries:
            self._by_place.setdefault((entry.path, entry.code, entry.likeness), []).append(entry)
        self._new: List[Tuple["Finding", Entry]] = []
        self._looked: Set[str] = set()
        self._whole: Set[str] = set()
        self._taken: Dict[str, Callable[[str], bool]] = {}

    # -- during the run --------------------------------------------------------------------------

    def meet(self, outcome: Any, takes: Callable[[str], bool]) -> None:
        """Takes the findings out of the outcome of a file: what is new comes back in `settle`.

        takes: is a code selected for this file?
        """
        if outcome.problem:
            return
        path = self._name(outcome.path)
        self._looked.add(path)
        self._taken[path] = takes
        if outcome.complete:
            self._whole.add(path)
        if len(outcome.findings) != len(outcome.likenesses):
            raise ValueError(f"findings without likeness: {path}")  # ours: never a silent "clean"
        pairs = sorted(zip(outcome.findings, outcome.likenesses), key=_place)
        for finding, likeness in pairs:
            waiting = self._by_place.get((path, finding.code, likeness))
            if waiting:
                waiting.pop(0).found = True
                self.known += 1
            else:
                self._new.append((finding, Entry(path, finding.code, likeness, finding.headline)))
        outcome.findings = []

    def settle(self, paths: Sequence[str], takes: Callable[[str, str], bool]) -> "List[Finding]":
        """The findings that are new, once all files have been met; moves between files are known.

        paths: what was searched. takes: (path, code) -> is it selected?
        """
        missing: Dict[Tuple[str, str], List[Entry]] = {}
        for entry in self.entries:
            if not entry.found and (entry.path in self._whole or self._gone(entry)):
                missing.setdefault((entry.code, entry.likeness), []).append(entry)
        new: List[Tuple["Finding", Entry]] = []
        for finding, made in self._new:
            moved = missing.get((made.code, made.likeness))
            if moved:
                entry = moved.pop(0)
                entry.path, entry.found = made.path, True
                self.known += 1
            else:
                new.append((finding, made))
        self._new = new
        folders = [self._name(path) for path in paths if path != "-" and os.path.isdir(path)]
        self._stale_of(folders, takes)
        return [finding for finding, _made in new]

    def _stale_of(self, folders: Sequence[str], takes: Callable[[str, str], bool]) -> None:
        """Leaves as not `found` only what is known to be no more: what was not looked at, or not
        selected, may still be there."""
        for entry in self.entries:
            if entry.found:
                continue
            if entry.path in self._whole:
                entry.found = not self._taken[entry.path](entry.code)
            elif entry.path not in self._looked and self._gone(entry) and any(
                    folder == "." or entry.path.startswith(folder + "/") for folder in folders):
                entry.found = not takes(os.path.join(self._folder, entry.path), entry.code)
            else:
                entry.found = True

    def _gone(self, entry: Entry) -> bool:
        return entry.path != "-" and not os.path.exists(os.path.join(self._folder, entry.path))

    def _name(self, path: str) -> str:
        """The path from the folder of the baseline: the same on each machine."""
        if path == "-":
            return path
        from unicodedata import normalize

        try:
            relative = os.path.relpath(os.path.abspath(path), self._folder)
        except ValueError:  # another drive of Windows
            relative = os.path.basename(path)
        return normalize("NFC", relative.replace(os.sep, "/"))

    def settled(self, update: bool = False, prune: bool = False) -> List[str]:
        """What is to be said after the run, in sentences; writes the file where that is asked."""
        name, stale = clean(self.file), sum(not entry.found for entry in self.entries)
        kept = [entry for entry in self.entries if entry.found]
        if update:
            kept += [made for _finding, made in self._new]
            self.known += len(self._new)
        if update or prune:
            self._write(kept)
            new = len(self._new) if update else 0
            return [f"{name}: {_counted(len(kept))}, {new} new, {stale} removed"]
        if not stale:
            return []
        are, them = ("is", "it") if stale == 1 else ("are", "them")
        return [f"{_counted(stale)} of {name} {are} no longer found; --prune-baseline removes "
                + them]

    # -- the file --------------------------------------------------------------------------------

    def _write(self, entries: Sequence[Entry]) -> None:
        lines = [entry.line() for entry in sorted(entries, key=Entry.key)]
        text = (f'{{"shapecheck-baseline": {VERSION}, "findings": [\n' + ",\n".join(lines)
                + ("\n" if lines else "") + "]}\n")
        path = os.path.realpath(self.file)
        try:
            old = _bytes(path) if os.path.exists(path) else b""
            if b"\r\n" in old:
                text = text.replace("\n", "\r\n")
            data = text.encode("utf-8")
            if data != old:
                _replace(path, data)
        except OSError as error:
            raise UserError(f"cannot write {clean(self.file)}: {error.strerror or error}"
                            ) from error


def _place(pair: Tuple["Finding", str]) -> Tuple[Any, ...]:
    where = pair[0].location
    return (-1 if where.cell is None else where.cell, where.line or 0, where.column or 0,
            pair[0].code)


def _replace(path: str, data: bytes) -> None:
    """A new file renamed into place: a full disk or a kill leaves the old one whole."""
    import tempfile

    mode = 0o644
    if os.path.exists(path):
        mode = os.stat(path).st_mode
        if not mode & 0o222:  # renaming would pass it by
            raise PermissionError(13, "it is read-only")
    handle, temporary = tempfile.mkstemp(dir=os.path.dirname(path), prefix=".shapecheck-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode & 0o7777)
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise


def chosen(file: Optional[str], configuration: Any, change: bool = False, new: bool = False,
           ) -> Optional[Baseline]:
    """The baseline that is asked for; None where none is. file: from the command line, "" for
    none at all, None for the configuration's. change: it is to be written. new: there may be none
    yet."""
    if file is None and configuration.baseline is not None:
        file = os.path.join(configuration.folder, configuration.baseline)
        try:
            file = os.path.relpath(file)
        except ValueError:  # another drive of Windows
            pass
    if not file:
        if change:
            raise UserError("which baseline? name it: --baseline FILE, or baseline in "
                            "[tool.shapecheck]")
        return None
    return load(file, new)


# -- reading ---------------------------------------------------------------------------------------


def load(file: str, new: bool = False) -> Baseline:
    """The baseline of a file. new: there may be none yet.

    Raises UserError, one line, for what is none or cannot be read; nothing is written then.
    """
    if new and not os.path.lexists(file):
        folder = os.path.dirname(os.path.abspath(file))
        if not os.path.isdir(folder):
            raise UserError(f"baseline {clean(file)}: there is no folder {clean(folder)}")
        return Baseline(file)
    try:
        data = _bytes(file)
    except FileNotFoundError:
        raise UserError(f"baseline {clean(file)}: no such file; --update-baseline makes it"
                        ) from None
    except (OSError, ValueError) as error:
        raise UserError(f"baseline {clean(file)}: {reason(error)}") from None
    return Baseline(file, _entries(file, data))


def _bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise OSError(0, f"larger than {_LARGEST >> 20} MiB")
    return data


def _entries(file: str, data: bytes) -> List[Entry]:
    named = f"baseline {clean(file)}"
    content = _parsed(named, data)
    version = content.get("shapecheck-baseline") if isinstance(content, dict) else None
    if version is None:
        report = isinstance(content, dict) and "schema" in content
        raise UserError(f"{named}: not a baseline" + (
            ", but a report in JSON" if report else "") + "; --update-baseline makes one, under "
            "another name")
    if version != VERSION:
        raise UserError(f"{named}: of version {clean(repr(version), 40)}, and this shapecheck "
                        f"reads {VERSION}: move it away and make a new one with --update-baseline")
    findings = content.get("findings")
    if not isinstance(findings, list):
        raise UserError(f'{named}: "findings" is no list')
    return [_entry(named, number, item) for number, item in enumerate(findings, 1)]


def _parsed(named: str, data: bytes) -> Any:
    import json

    for number, line in enumerate(data.split(b"\n"), 1):
        if line.startswith((b"<<<<<<< ", b"=======", b">>>>>>> ", b"||||||| ")):
            raise UserError(f"{named}:{number}: a merge conflict: keep the entries of both sides, "
                            "then --prune-baseline removes those that are not needed")
    try:
        return json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise UserError(f"{named}: not a baseline: not text in UTF-8") from None
    except RecursionError:
        raise UserError(f"{named}: not a baseline: nested too deeply") from None
    except json.JSONDecodeError as error:
        if not data.strip():
            raise UserError(f"{named}: not a baseline: it is empty") from None
        raise UserError(f"{named}:{error.lineno}: broken JSON: {clean(error.msg)}") from None
    except ValueError as error:  # a number of too many digits
        raise UserError(f"{named}: not a baseline: {clean(error)}") from None


def _entry(named: str, number: int, item: Any) -> Entry:
    if not isinstance(item, dict):
        raise UserError(f"{named}: finding {number} is no JSON object")
    for name in _KEYS:
        if not isinstance(item.get(name), str):
            raise UserError(f'{named}: finding {number}: "{name}" is no text')
        if "\0" in item[name]:
            raise UserError(f'{named}: finding {number}: "{name}" has a null character')
    return Entry(*(item[name] for name in _KEYS))


def _counted(number: int) -> str:
    return "1 entry" if number == 1 else f"{number} entries"


__all__ = ["Baseline", "Entry", "VERSION", "chosen", "load"]
