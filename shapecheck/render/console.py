"""The terminal, with rich: the only code that touches rich. No text of the user's is markup."""
from __future__ import annotations

import os
from typing import IO, Any, Sequence

from shapecheck.facts import Finding, Message, Report, clean
from shapecheck.render.blocks import Block, Gap, Grid, Line, Verdict, screen

_STYLES = {"title": "bold", "good": "green", "bad": "red", "dim": "dim", "code": "bold"}
_PARTS = {"ours": "", "user": "cyan", "shape": "yellow"}
_SEVERITY = {"error": "bold red", "warning": "bold yellow", "info": "bold blue"}


def print_report(report: Report, stream: IO[str], color: str = "auto") -> None:
    """Write the report to `stream`, as wide as the terminal (COLUMNS where it is none)."""
    print_blocks(screen(report), stream, color)


def print_blocks(blocks: Sequence[Block], stream: IO[str], color: str = "auto") -> None:
    console = _console(_Trimmed(stream), color)
    for block in blocks:
        if isinstance(block, Gap):
            console.print()
        elif isinstance(block, Line):
            _print_indented(console, _text(block.text, _STYLES.get(block.style, "")),
                            block.indent)
        elif isinstance(block, Grid):
            console.print(_table(block))
        elif isinstance(block, Verdict):
            _print_finding(console, block.finding)


class _Trimmed:
    """A stream without the blanks that rich fills tables up with, where there is no terminal."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        if not self.isatty():
            text = "\n".join(line.rstrip(" ") for line in text.split("\n"))
        self._stream.write(text)
        return len(text)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def isatty(self) -> bool:
        return bool(getattr(self._stream, "isatty", lambda: False)())


def _console(stream: Any, color: str) -> Any:
    from rich.console import Console

    terminal = None if color == "auto" else color == "always"
    columns = os.environ.get("COLUMNS", "")
    width = int(columns) if columns.isdigit() and int(columns) > 0 else None
    if width is None and not stream.isatty():
        width = 100
    return Console(file=stream, force_terminal=terminal, width=width, markup=False,
                   highlight=False, emoji=False, soft_wrap=False,
                   no_color=color == "never" or (color == "auto" and "NO_COLOR" in os.environ)
                   or None)


def _text(message: Message, style: str = "") -> Any:
    from rich.text import Text

    text = Text(style=style)
    for part in message.parts:
        text.append(part.text, style=_PARTS[part.kind])
    return text


def _print_indented(console: Any, text: Any, indent: int) -> None:
    from rich.padding import Padding

    console.print(Padding(text, (0, 0, 0, indent)) if indent else text)


def _table(grid: Grid) -> Any:
    from rich.padding import Padding
    from rich.table import Table

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim",
                  show_edge=False)
    for head in grid.head:
        table.add_column(head, overflow="fold")
    for row in grid.rows:
        table.add_row(*(_text(cell) for cell in row))
    return Padding(table, (0, 0, 0, grid.indent))


def _print_finding(console: Any, finding: Finding) -> None:
    from rich.text import Text

    head = Text()
    if finding.location.path:
        head.append(clean(finding.location) + " ", style="dim")
    head.append(f"{finding.code} {finding.slug}", style=_SEVERITY[finding.severity])
    console.print(head)
    _print_indented(console, _text(finding.what, "bold"), 2)
    _print_indented(console, _text(finding.why), 2)
    _print_indented(console, _text(finding.advice, "green" if finding.fix else ""), 2)
