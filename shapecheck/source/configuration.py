"""`[tool.shapecheck]` of the pyproject.toml nearest to a file."""
from __future__ import annotations

import functools
import os
import re
from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.source.discovery import LEFT_OUT, Pattern, pattern_of

#: key -> what is expected there
KEYS = {"select": "codes", "ignore": "codes", "extend-select": "codes", "exclude": "strings",
        "extend-exclude": "strings", "fail-on": "severity", "per-file-ignores": "table",
        "report-unused": "flag", "baseline": "file", "cache-dir": "folder"}
FAIL_ON = ("error", "warning", "never")
_EXPECTED = {
    "codes": 'a list of strings was expected, e.g. ["SHP1"]',
    "strings": 'a list of strings was expected, e.g. ["archive/"]',
    "severity": f"expected one of {', '.join(FAIL_ON)}",
    "table": 'a table of lists was expected, e.g. "tests/*" = ["SHP1"]',
    "flag": "expected true or false",
    "folder": 'the name of a folder was expected, e.g. ".shapecheck_cache"',
    "file": 'the name of a file was expected, e.g. "shapecheck-baseline.json"',
}
_LARGEST = 4 << 20
_FOLDERS = 5000


class Configuration:
    """The settings of one pyproject.toml; `path` is "" where there is none. None: not set."""

    __slots__ = ("path", "folder", "select", "ignore", "extend_select", "fail_on", "left_out",
                 "report_unused", "baseline", "cache_dir", "per_file_ignores", "_excluded",
                 "_text", "_right")

    def __init__(self, path: str = "", table: Optional[Dict[str, Any]] = None,
                 text: str = "") -> None:
        table = table or {}
        self.path = path
        self.folder = os.path.dirname(path)
        self.select: Optional[List[str]] = table.get("select")
        self.ignore: Optional[List[str]] = table.get("ignore")
        self.extend_select: Optional[List[str]] = table.get("extend-select")
        self.fail_on: Optional[str] = table.get("fail-on")
        self.report_unused: bool = table.get("report-unused", False)
        self.baseline: Optional[str] = table.get("baseline")
        cache = table.get("cache-dir")
        self.cache_dir: Optional[str] = None if cache is None else os.path.join(self.folder, cache)
        self.per_file_ignores: List[Tuple[str, List[str]]] = [
            *(table.get("per-file-ignores") or {}).items()]
        # `exclude` replaces what is left out by default, as in ruff; `extend-exclude` adds
        self.left_out: Tuple[str, ...] = LEFT_OUT if table.get("exclude") is None else (".git",)
        lines = [*(table.get("exclude") or ()), *(table.get("extend-exclude") or ())]
        self._excluded: List[Pattern] = exclusions(lines)
        self._text = text
        self._right = False

    def check(self, codes: Callable[[Sequence[str], Callable[[str], str]], None]) -> None:
        """Hands the codes of each key to `codes`, with what says where one of them stands."""
        if self._right:
            return
        for key, named in (("select", self.select), ("ignore", self.ignore),
                           ("extend-select", self.extend_select)):
            codes(named or (), functools.partial(self._place, key))
        for pattern, named in self.per_file_ignores:
            codes(named, functools.partial(self._place, "per-file-ignores", pattern))
        self._right = True

    def _place(self, *keys: str) -> str:
        return place(self.path, self._text, keys, len(keys) - 1)

    def ignored_in(self, path: str) -> Tuple[str, ...]:
        """The codes that are not told of this file."""
        return ignored_in(path, self.folder, self.per_file_ignores)

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


def ignored_in(path: str, root: str, per_file: Sequence[Tuple[str, Sequence[str]]],
               ) -> Tuple[str, ...]:
    """The codes of the patterns that hit the path; `!src/` hits all but what is in there."""
    codes: List[str] = []
    for text, named in per_file:
        pattern = pattern_of(text)
        if pattern is None:
            continue
        negated, pattern.negated = pattern.negated, False
        if excluded(path, False, root, [pattern]) != negated:
            codes += named
    return tuple(codes)


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
            found = _read(os.path.join(here, "pyproject.toml"))
            up = os.path.dirname(here)
            known = found or (Configuration() if up == here else self.near(up))
            if len(self._known) >= _FOLDERS:  # a list of files without an end
                self._known.clear()
            self._known[here] = known
        return known


def _read(path: str) -> Optional[Configuration]:
    """The checked table of one file; None where there is no file or no table."""
    try:
        with open(path, "rb") as file:
            data = file.read(_LARGEST)
    except OSError:
        return None
    if b"shapecheck" not in data:  # spares most files the parser
        return None
    table = _parsed(path, data)
    if table is None:
        return None
    text = data.decode("utf-8-sig", "replace")
    return Configuration(path, _checked(path, table, text), text)


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
        raise UserError(f"{clean(path)}{_line_in(str(error), data)}: not valid TOML: "
                        f"{clean(str(error))}") from None
    return tool.get("shapecheck") if isinstance(tool, dict) else None


def _line_in(message: str, data: bytes) -> str:
    """`:3`, of what the parser says: "... (at line 3, column 5)"."""
    said = re.search(r"\(at line (\d+), column \d+\)$", message)
    if said:
        return f":{said.group(1)}"
    lines = data.rstrip().split(b"\n")
    return f":{len(lines)}" if message.endswith("(at end of document)") else ""


def _checked(path: str, table: Any, text: str) -> Dict[str, Any]:
    if not isinstance(table, dict):
        raise UserError(f"{place(path, text)}: a table was expected")
    for key, value in table.items():
        if key not in KEYS:
            raise UserError(f"{place(path, text, [key], 0)} has no key {clean(key, 60)}"
                            f"{nearest(key, KEYS)}; it has {', '.join(KEYS)}")
        wrong = _wrong(KEYS[key], value)
        if wrong is not None:
            where = place(path, text, [key, *wrong])
            raise UserError(f"{where}: {_EXPECTED[KEYS[key]]}, found {_shown(value, wrong)}")
    return table


def _wrong(kind: str, value: Any) -> Optional[Tuple[str, ...]]:
    """None for a value of this kind; else the keys below it that lead to what is wrong."""
    if kind == "severity":
        return None if value in FAIL_ON else ()
    if kind == "flag":
        return None if isinstance(value, bool) else ()
    if kind in ("file", "folder"):
        return None if isinstance(value, str) and value.strip() and "\0" not in value else ()
    if kind == "table":
        if not isinstance(value, dict):
            return ()
        return next(((key,) for key, below in value.items()
                     if _wrong("codes", below) is not None or pattern_of(key) is None), None)
    return None if isinstance(value, list) and all(isinstance(item, str) for item in value) else ()


def _shown(value: Any, keys: Sequence[str]) -> str:
    for key in keys:
        value = value[key]
    return clean(repr(value), 60)


# -- where something stands ----------------------------------------------------------------------


def place(path: str, text: str, keys: Sequence[str] = (), named: Optional[int] = None) -> str:
    """`pyproject.toml:7: [tool.shapecheck] select`. keys: the way to what stands there; the last
    may be an element of a list. named: how many of them are named."""
    line = line_of(text, keys)
    shown = [clean(key if re.fullmatch(r"[\w-]+", key) else repr(key), 60) for key in keys]
    return " ".join([clean(path) + (f":{line}" if line else "") + ": [tool.shapecheck]",
                     *shown[:named]])


def line_of(text: str, keys: Sequence[str]) -> Optional[int]:
    """The line, from 1, in which a key of our table stands, or what is below it; as well as can
    be told without a parser that knows lines. None where it cannot be told."""
    lines = [_without_comment(line) for line in text.split("\n")]
    found, start = _header(lines, ("tool", "shapecheck")), 0
    if found is not None:
        start = found + 1
    elif not keys:
        found = _entry(lines, "shapecheck", 0)
    for depth, key in enumerate(keys):
        own = _header(lines, ("tool", "shapecheck", *keys[:depth + 1]))
        where = own if own is not None else _entry(lines, key, start)
        if where is None:
            break
        found, start = where, where + (own is not None)
    return None if found is None else found + 1


def _without_comment(line: str) -> str:
    found = re.match(r"""(?:[^"'#]|"(?:[^"\\]|\\.)*"|'[^']*')*#""", line)
    return line if found is None else line[:found.end() - 1]


def _header(lines: Sequence[str], names: Sequence[str]) -> Optional[int]:
    """Of `[tool.shapecheck]`, and of a table below it."""
    wanted = r"\s*\.\s*".join(f"[\"']?{re.escape(name)}[\"']?" for name in names)
    return next((number for number, line in enumerate(lines)
                 if re.match(rf"\s*\[\[?\s*{wanted}\s*\]", line)), None)


def _entry(lines: Sequence[str], key: str, start: int) -> Optional[int]:
    """From `start` to the end of the table: `key =`, else the string in a list."""
    name = re.escape(key)
    for wanted in (rf"(?:^|[\s{{,.])[\"']?{name}[\"']?\s*[=.]", f"[\"']{name}[\"']"):
        for number in range(start, len(lines)):
            if number > start and re.match(r"\s*\[\[?[^\[\],=\"']+\]", lines[number]):
                break
            if re.search(wanted, lines[number]):
                return number
    return None


def nearest(word: str, known: Any) -> str:
    """` (did you mean ...?)`, "" where nothing is near."""
    import difflib

    close = difflib.get_close_matches(word, list(known), 1)
    return f" (did you mean {close[0]}?)" if close else ""
