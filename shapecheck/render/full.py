"""Each finding with its source line, the part that it is about underlined, and why."""
from __future__ import annotations

import unicodedata
from typing import Callable, Dict, List, Optional, Sequence, Tuple

from shapecheck.facts import Finding, Location, clean
from shapecheck.render.concise import head

#: lines of one finding that are shown; the rest is "..."
_LINES = 6
_WIDTH = 160
#: of a fix that is shown: a line of it, and how many
_FIX_WIDTH = 2000
_FIX_LINES = 60
Source = Callable[[Location], Sequence[str]]  # the lines of the cell or file of a location


def full(findings: Sequence[Finding], source: Source, unsafe: bool = False) -> str:
    """Findings with their source; `source` gives the lines, none where they are not known."""
    return "\n".join("".join(line.rstrip() + "\n" for line in _block(finding, source, unsafe))
                     for finding in findings)


def _block(finding: Finding, source: Source, unsafe: bool) -> List[str]:
    what, why, advice = finding.message.split("\n")
    lines = [f"{head(finding, unsafe)} {finding.slug}: {what}"]
    written = source(finding.location)
    lines += _excerpt(finding.location, finding.part, written)
    lines += [f"  {evidence.text}" for evidence in finding.evidence
              if str(evidence.text) not in what]
    lines += [f"  {line}" for line in (why, *_mending(finding, advice, written)) if line]
    return lines


def _mending(finding: Finding, advice: str, written: Sequence[str]) -> List[str]:
    """The fix as it is to be pasted: code of several lines on several lines."""
    fix, line = finding.fix, finding.location.line
    if fix is None or "\n" not in fix.code.strip():
        return [advice]
    code = split_lines(fix.code.strip())
    rest = [_indent(text) for text in code[1:] if text.strip()]
    start = _indent(written[line - 1]) if line is not None and 1 <= line <= len(written) else 0
    off = min([start, *rest])
    made = [code[0], *(text[off:] for text in code[1:])]
    shown = ["fix:", *("  " + clean(text.expandtabs(4), _FIX_WIDTH) for text in made[:_FIX_LINES])]
    if len(made) > _FIX_LINES:
        shown.append(f"  ... (cut: {len(made)} lines)")
    return [*shown, f"  ({clean(fix.note)})"] if fix.note else shown


def _excerpt(where: Location, part: Optional[Location], lines: Sequence[str]) -> List[str]:
    """The lines with their numbers, the part underlined with `^`."""
    if where.line is None or not 1 <= where.line <= len(lines):
        return []
    head_line, gap = where.line, 0
    if part is not None and part.line is not None and part.line <= len(lines):
        gap, where = part.line - where.line, part
    first = where.line or head_line
    last = min(max(where.end_line or first, first), len(lines))
    shown = range(first, min(last, first + _LINES - 1) + 1)
    margin = len(str(shown[-1]))
    out = [f"  {'':{margin}} |"]
    if gap > 0:  # the argument stands in a later line than its call
        out.append(f"  {head_line:{margin}} | {underlined(lines[head_line - 1].rstrip(), 0, 0)[0]}")
    if gap > 1:
        out.append(f"  {'':{margin}} | ...")
    for number in shown:
        text = lines[number - 1].rstrip("\r\n\f")
        start = where.column if number == first and where.column else _indent(text) + 1
        end = where.end_column if number == last and where.end_column else len(text) + 1
        drawn, marks = underlined(text, start - 1, end - 1)
        out.append(f"  {number:{margin}} | {drawn}")
        out.append(f"  {'':{margin}} | {marks}")
    if shown[-1] < last:
        out.append(f"  {'':{margin}} | ...")
    return out


def _indent(text: str) -> int:
    return len(text) - len(text.lstrip())


def underlined(text: str, start: int, end: int) -> Tuple[str, str]:
    """The text as a terminal can show it, and a line with `^` below characters start..end.

    Tabs become spaces, wide characters get two marks, combining ones none, what could drive the
    terminal is spelt out; a long line is cut around the part.
    """
    start = max(0, min(start, len(text)))
    end = max(start + 1, min(end, len(text)))
    begin = 0
    if end > _WIDTH:
        begin = max(0, min(start, len(text)) - _WIDTH // 4)
    cut = text[begin:begin + _WIDTH]
    drawn, marks = ("..." if begin else ""), ("   " if begin else "")
    for offset, char in enumerate(cut, begin):
        shown, width = _drawn(char, len(marks))
        drawn += shown
        marks += ("^" if start <= offset < end else " ") * width
    if start >= len(text) - 0 and end > len(text):  # behind the end: something is missing there
        marks += "^"
    if begin + _WIDTH < len(text):
        drawn += "..."
    return drawn, marks.rstrip()


def _drawn(char: str, column: int) -> Tuple[str, int]:
    """What stands for a character, and how many columns it takes."""
    if char == "\t":
        width = 4 - column % 4
        return " " * width, width
    if char == " ":
        return " ", 1
    if unicodedata.combining(char) or unicodedata.category(char) in ("Mn", "Me"):
        return char, 0
    shown = clean(char)
    if shown != char:
        return shown, len(shown)
    return char, 2 if unicodedata.east_asian_width(char) in ("W", "F") else 1


def source_lines(read: Callable[[str], Optional[Dict[Optional[int], str]]]) -> Source:
    """A `Source` that reads each file once; `read` gives the text of each cell of a path."""
    known: Dict[str, Dict[Optional[int], str]] = {}

    def lines(where: Location) -> Sequence[str]:
        if where.path is None:
            return ()
        if where.path not in known:
            known[where.path] = read(where.path) or {}
        text = known[where.path].get(where.cell)
        return () if text is None else split_lines(text)

    return lines


def split_lines(text: str) -> List[str]:
    """As Python counts lines: not at form feeds or the other breaks of `str.splitlines`."""
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
