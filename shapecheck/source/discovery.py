"""Which files are looked at: folders searched as git sees them, without links and environments."""
from __future__ import annotations

import os
import re
import stat
from typing import Callable, Iterable, Iterator, List, Optional, Sequence, Tuple

from shapecheck.facts.message import clean

#: what a folder is searched for
ENDINGS = (".py", ".ipynb")
#: folders that hold nobody's own code
LEFT_OUT = (
    ".bzr", ".direnv", ".eggs", ".git", ".hg", ".ipynb_checkpoints", ".mypy_cache", ".nox",
    ".pyenv", ".pytest_cache", ".pytype", ".ruff_cache", ".svn", ".tox", ".venv", ".vscode",
    "__pycache__", "__pypackages__", "_build", "build", "dist", "node_modules", "site-packages",
    "venv",
)
#: what a virtual environment holds, whatever its name; `env` alone may be anybody's folder
_ENVIRONMENT = (("pyvenv.cfg",), ("conda-meta",), ("bin", "activate"), ("Scripts", "activate"))
#: the classes that stand in a set, `[[:digit:]]`
_CLASSES = {"digit": "0-9", "alpha": "a-zA-Z", "alnum": "a-zA-Z0-9", "upper": "A-Z",
            "lower": "a-z", "space": r"\s", "xdigit": "0-9a-fA-F", "blank": r" \t"}
_LARGEST_IGNORE_FILE = 1 << 20

Problem = Callable[[str], None]  # takes one line for the user
Excluded = Callable[[str, bool], bool]  # (path, is it a folder) -> leave it out


class Pattern:
    """One line of a .gitignore."""

    __slots__ = ("negated", "folders_only", "anchored", "match")

    def __init__(self, negated: bool, folders_only: bool, anchored: bool,
                 match: Callable[[str], object]) -> None:
        self.negated = negated
        self.folders_only = folders_only
        self.anchored = anchored  # to the folder of the file; else the name alone decides
        self.match = match

    def hits(self, relative: str, is_folder: bool) -> bool:
        if self.folders_only and not is_folder:
            return False
        return bool(self.match(relative if self.anchored else relative.rpartition("/")[2]))


def patterns(text: str) -> List[Pattern]:
    """The lines of a .gitignore; what git cannot read either is left out."""
    found = [pattern_of(line) for line in text.split("\n")]
    return [pattern for pattern in found if pattern is not None]


def pattern_of(line: str) -> Optional[Pattern]:
    line = line.rstrip("\r")
    if not line.strip() or line.startswith("#"):
        return None
    while line.endswith(" ") and not line.endswith("\\ "):
        line = line[:-1]
    negated = line.startswith("!")
    line = line[1:] if negated else line
    folders_only = line.endswith("/")
    line = line.rstrip("/") if folders_only else line
    anchored = "/" in line
    line = line[1:] if line.startswith("/") else line
    if not line:
        return None
    try:
        return Pattern(negated, folders_only, anchored, re.compile(_regex(line)).fullmatch)
    except re.error:
        return None


def _regex(glob: str) -> str:
    """A glob of git's as a regular expression: `*` and `?` stay within a name, `**` crosses."""
    out = []
    position, end = 0, len(glob)
    while position < end:
        char = glob[position]
        if char == "*":
            stars = position
            while position < end and glob[position] == "*":
                position += 1
            alone = (stars == 0 or glob[stars - 1] == "/") and (position == end
                                                                or glob[position] == "/")
            if position - stars == 2 and alone:
                if position == end:
                    out.append(".*")
                else:  # `**/`: any number of folders, none as well
                    out.append("(?:.*/)?")
                    position += 1
            else:
                out.append("[^/]*")
            continue
        if char == "?":
            out.append("[^/]")
        elif char == "[":
            closing = _end_of_set(glob, position)
            if closing < 0:
                raise re.error("a set that never ends")
            out.append(_set(glob[position + 1:closing]))
            position = closing
        elif char == "\\" and position + 1 < end:
            position += 1
            out.append(re.escape(glob[position]))
        else:
            out.append(re.escape(char))
        position += 1
    return "(?s)" + "".join(out)


def _end_of_set(glob: str, start: int) -> int:
    position = start + 1
    if glob[position:position + 1] in ("!", "^"):
        position += 1
    if glob[position:position + 1] == "]":
        position += 1
    while position < len(glob) and glob[position] != "]":
        if glob.startswith("[:", position) and glob.find(":]", position) > 0:
            position = glob.find(":]", position) + 2
        else:
            position += 2 if glob[position] == "\\" else 1
    return position if position < len(glob) else -1


def _set(inside: str) -> str:
    negated = inside[:1] in ("!", "^")
    body = inside[1:] if negated else inside
    for name, characters in _CLASSES.items():
        body = body.replace(f"[:{name}:]", characters)
    body = body.replace("[", "\\[").replace("&&", "&\\&").replace("~~", "~\\~")
    body = body.replace("||", "|\\|").replace("--", "-\\-")
    if body.startswith("]"):
        body = "\\" + body
    return f"[^/{body}]" if negated else f"(?!/)[{body}]"


class _Ignored:
    """The .gitignore files of a folder and of those above it, nearest last."""

    __slots__ = ("files",)

    def __init__(self, files: Sequence[Tuple[str, List[Pattern]]] = ()) -> None:
        self.files = tuple(files)

    def below(self, folder: str) -> "_Ignored":
        """With what `folder` itself says."""
        own = _patterns_in(os.path.join(folder, ".gitignore"))
        return _Ignored((*self.files, (folder, own))) if own else self

    def says(self, path: str, is_folder: bool) -> bool:
        """Does the last line that hits leave it out? Deeper files come after those above."""
        for folder, lines in reversed(self.files):
            relative = os.path.relpath(path, folder).replace(os.sep, "/")
            for line in reversed(lines):
                if line.hits(relative, is_folder):
                    return not line.negated
        return False


def _patterns_in(path: str) -> List[Pattern]:
    try:
        with open(path, "rb") as file:
            return patterns(file.read(_LARGEST_IGNORE_FILE).decode("utf-8-sig", "replace"))
    except OSError:
        return []


def _above(folder: str) -> _Ignored:
    """What the repository around `folder` says, without the folder's own .gitignore."""
    folder = os.path.abspath(folder)
    chain = []
    here = folder
    while not os.path.exists(os.path.join(here, ".git")):
        up = os.path.dirname(here)
        if up == here:
            return _Ignored()  # no repository: only .gitignore files from here on
        here = up
        chain.append(here)
    exclude = _patterns_in(os.path.join(here, ".git", "info", "exclude"))
    ignored = _Ignored([(here, exclude)] if exclude else [])
    for above in reversed(chain):
        ignored = ignored.below(above)
    return ignored


class Search:
    """How folders are searched.

    problem: told of what cannot be read. note: told of what is left out without being asked to.
    excluded: the user's own patterns, for what is found (and with `force` for what is named).
    left_out: names of folders that hold nobody's own code, for each folder.
    """

    __slots__ = ("problem", "note", "excluded", "left_out", "force")

    def __init__(self, problem: Problem, note: Problem, excluded: Excluded,
                 left_out: Callable[[str], Sequence[str]] = lambda folder: LEFT_OUT,
                 force: bool = False) -> None:
        self.problem = problem
        self.note = note
        self.excluded = excluded
        self.left_out = left_out
        self.force = force


def discover(paths: Iterable[str], search: Search) -> Iterator[str]:
    """The files to read, each once, in a stable order.

    Files that are named are read whatever their ending; folders are searched for `ENDINGS`.
    """
    seen = set()
    for path in paths:
        for found in _found(path, search):
            key = os.path.normcase(os.path.abspath(found))
            if key not in seen:
                seen.add(key)
                yield found


def _found(path: str, search: Search) -> Iterator[str]:
    try:
        is_folder = stat.S_ISDIR(os.stat(path).st_mode)
    except (OSError, ValueError) as error:
        search.problem(f"{clean(path)}: {reason(error)}")
        return
    if search.force and search.excluded(path, is_folder):
        return
    if not is_folder:
        yield path
        return
    waiting: List[Tuple[str, _Ignored]] = [(path, _above(path))]
    while waiting:
        folder, ignored = waiting.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as error:
            search.problem(f"{clean(folder)}: {reason(error)}")
            continue
        folders: List[Tuple[str, _Ignored]] = []
        ignored = ignored.below(os.path.abspath(folder))
        left_out = search.left_out(folder)
        for entry in entries:
            here = entry.name if folder == "." else os.path.join(folder, entry.name)
            kind = _kind(entry, here, left_out, search)
            if not kind or ignored.says(os.path.abspath(here), kind == "folder") or \
                    search.excluded(here, kind == "folder"):
                continue
            if kind == "folder":
                folders.append((here, ignored))
            else:
                yield here
        waiting.extend(reversed(folders))


def _kind(entry: "os.DirEntry[str]", path: str, left_out: Sequence[str], search: Search) -> str:
    """ "folder" or "file" for what may be looked at, else ""."""
    try:
        mode = entry.stat().st_mode
    except OSError:  # a link to nothing or to itself: reading it will say so
        return "file" if entry.name.endswith(ENDINGS) else ""
    if not stat.S_ISDIR(mode):
        return "file" if entry.name.endswith(ENDINGS) and stat.S_ISREG(mode) else ""
    if entry.is_symlink():  # not followed, as git does not; one that leads back up is named
        target, here = os.path.realpath(path), os.path.realpath(os.path.dirname(path) or ".")
        if (here + os.sep).startswith(target.rstrip(os.sep) + os.sep):
            search.note(f"{clean(path)}: a link to a folder above it: not followed")
        return ""
    return "" if entry.name in left_out or _environment(path) else "folder"


def _environment(folder: str) -> bool:
    return any(os.path.exists(os.path.join(folder, *parts)) for parts in _ENVIRONMENT)


def reason(error: Exception) -> str:
    """One line for an error of the operating system."""
    if isinstance(error, FileNotFoundError):
        return "no such file or folder"
    if isinstance(error, PermissionError):
        return "no permission to read it"
    if isinstance(error, OSError):
        return clean(error.strerror or str(error))
    return clean(str(error))  # a null byte in a name
