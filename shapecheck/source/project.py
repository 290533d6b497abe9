"""How a file is called in its project: the same on each machine and in each folder."""
from __future__ import annotations

import os
from typing import Any, Dict, Optional

#: what stands in the top folder of a working copy; a file where it is a worktree
_REPOSITORIES = (".git", ".hg", ".svn")


class Projects:
    """Roots of files; each folder is looked at once."""

    __slots__ = ("_known",)

    def __init__(self) -> None:
        self._known: Dict[str, Optional[str]] = {}

    def repository(self, folder: str) -> Optional[str]:
        """The top folder of the repository that `folder` is in; None where it is in none."""
        return self._above(folder or os.curdir, _REPOSITORIES)

    def name(self, path: str) -> str:
        """The path from the root of its project, with `/`: the repository, else the folder of
        the pyproject.toml, else this folder, else only the file's own name."""
        if path == "-":
            return path
        folder = os.path.dirname(path) or os.curdir
        root = self.repository(folder) or self._above(folder, ("pyproject.toml",)) or os.curdir
        from unicodedata import normalize  # macOS decomposes the names of files

        return normalize("NFC", inside(path, root) or os.path.basename(path))

    def _above(self, folder: str, names: "tuple[str, ...]") -> Optional[str]:
        here = os.path.abspath(folder)
        key = names[0] + os.pathsep + here
        if key not in self._known:
            up = os.path.dirname(here)
            if any(os.path.exists(os.path.join(here, name)) for name in names):
                self._known[key] = here
            else:
                self._known[key] = None if up == here else self._above(up, names)
        return self._known[key]


def inside(path: str, root: str, names: Any = os.path) -> Optional[str]:
    """The path from `root` with `/`; None where it is not below it. names: `ntpath`, `posixpath`"""
    try:
        relative: str = names.relpath(path, root)
    except ValueError:  # another drive of Windows; a null byte
        return None
    if relative == names.pardir or relative.startswith(names.pardir + names.sep):
        return None
    return relative.replace(names.sep, "/")


__all__ = ["Projects", "inside"]
