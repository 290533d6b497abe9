"""`[tool.shapecheck]` of the pyproject.toml nearest to a file."""
from __future__ import annotations

import os
from typing import Any, Dict, List, Optional, Tuple

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.source.discovery import LEFT_OUT, Pattern, pattern_of

#: key -> is it a list of strings (else it is one string)
KEYS = {"select": True, "ignore": True, "extend-select": True, "exclude": True,
        "extend-exclude": True, "fail-on": False}
FAIL_ON = ("error", "warning", "never")
_LARGEST = 4 << 20


class Configuration:
    """The settings of one pyproject.toml; `path` is "" where there is none. None: not set."""

    __slots__ = ("path", "folder", "select", "ignore", "extend_select", "fail_on", "left_out",
                 "_excluded")

    def __init__(self, path: str = "", table: Optional[Dict[str, Any]] = None) -> None:
        table = table or {}
        self.path = path
        self.folder = os.path.dirname(path)
        self.select: Optional[List[str]] = table.get("select")
        self.ignore: Optional[List[str]] = table.get("ignore")
        self.extend_select: Optional[List[str]] = table.get("extend-select")
        self.fail_on: Optional[str] = table.get("fail-on")
        # `exclude` replaces what is left out by default, as in ruff; `extend-exclude` adds
        self.left_out: Tuple[str, ...] = LEFT_OUT if table.get("exclude") is None else (".git",)
        lines = [*(table.get("exclude") or ()), *(table.get("extend-exclude") or ())]
        self._excluded: List[Pattern] = exclusions(lines)

    def excludes(self, path: str, is_folder: bool) -> bool:
        return bool(self._excluded) and excluded(path, is_folder, self.folder, self._excluded)


def exclusions(lines: List[str]) -> List[Pattern]:
    """Patterns in the way of .gitignore."""
    return [p for p in (pattern_of(line) for line in lines) if p is not None]


def excluded(path: str, is_folder: bool, root: str, lines: List[Pattern]) -> bool:
    """Is the path, or a folder of it below `root`, among them?"""
    relative = os.path.relpath(os.path.abspath(path), root or os.curdir).replace(os.sep, "/")
    if relative.startswith(".."):
        relative = os.path.basename(path)
    parts = relative.split("/")
    for count in range(1, len(parts) + 1):
        folder = is_folder or count < len(parts)
        here = "/".join(parts[:count])
        for line in reversed(lines):
            if line.hits(here, folder):
                if not line.negated:
                    return True
                break
    return False


class Configurations:
    """Finds the configuration for a folder; each pyproject.toml is read once."""

    __slots__ = ("_known", "used")

    def __init__(self) -> None:
        self._known: Dict[str, Configuration] = {}
        self.used: List[Configuration] = []

    def near(self, folder: str) -> Configuration:
        """Of the nearest pyproject.toml above that has our table. Raises UserError."""
        here = os.path.abspath(folder or os.curdir)
        known = self._known.get(here)
        if known is None:
            table = _table(os.path.join(here, "pyproject.toml"))
            up = os.path.dirname(here)
            if table is not None:
                known = Configuration(os.path.join(here, "pyproject.toml"), table)
            else:
                known = Configuration() if up == here else self.near(up)
            self._known[here] = known
        return known


def _table(path: str) -> Optional[Dict[str, Any]]:
    """The checked table of one file; None where there is no file or no table."""
    try:
        with open(path, "rb") as file:
            data = file.read(_LARGEST)
    except OSError:
        return None
    if b"shapecheck" not in data:  # spares most files the parser
        return None
    return _checked(path, _parsed(path, data))


def _parsed(path: str, data: bytes) -> Any:
    named = b"tool.shapecheck" in data  # broken elsewhere, and not about us: not our question
    try:
        import tomllib as toml
    except ImportError:
        try:
            import tomli as toml
        except ImportError:
            if not named:
                return None
            raise UserError(f"{clean(path)}: reading [tool.shapecheck] on Python < 3.11 needs "
                            "tomli: pip install tomli") from None
    try:
        tool = toml.loads(data.decode("utf-8-sig")).get("tool")
    except (ValueError, RecursionError) as error:
        if not named:
            return None
        raise UserError(f"{clean(path)}: not valid TOML: {clean(str(error))}") from None
    return tool.get("shapecheck") if isinstance(tool, dict) else None


def _checked(path: str, table: Any) -> Optional[Dict[str, Any]]:
    where = f"{clean(path)}: [tool.shapecheck]"
    if table is None:
        return None
    if not isinstance(table, dict):
        raise UserError(f"{where}: a table was expected")
    for key, value in table.items():
        if key not in KEYS:
            raise UserError(f"{where} has no key {clean(key)}{nearest(key, KEYS)}; it has "
                            f"{', '.join(KEYS)}")
        if KEYS[key] and not (isinstance(value, list)
                              and all(isinstance(item, str) for item in value)):
            raise UserError(f'{where} {key}: a list of strings was expected, e.g. ["SHP1"]')
        if not KEYS[key] and value not in FAIL_ON:
            raise UserError(f"{where} {key}: expected one of {', '.join(FAIL_ON)}, found "
                            f"{clean(repr(value), 60)}")
    return table


def nearest(word: str, known: Any) -> str:
    """` (did you mean ...?)`, "" where nothing is near."""
    import difflib

    close = difflib.get_close_matches(word, list(known), 1)
    return f" (did you mean {close[0]}?)" if close else ""
