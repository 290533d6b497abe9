"""How a traceback looks after people have copied it: coloured, quoted, cut off, wrapped."""
from __future__ import annotations

import html
import json
import re
import textwrap
from typing import Callable, Dict


def _coloured(text: str) -> str:
    """As IPython colours it: words, numbers and brackets each in a colour of its own."""
    return re.sub(r"(\w*Error\b|[(),\[\]]+|\b\d+\b)", "\x1b[0;31m\\1\x1b[0m", text)


def _spelt(text: str) -> str:
    return _coloured(text).replace("\x1b", "\\u001b")


def _lost_escapes(text: str) -> str:
    return _coloured(text).replace("\x1b", "")


def _html(text: str) -> str:
    body = re.sub(r"(\w*Error\b|[(),\[\]]+)", r'<span class="ansi-red-fg">\1</span>',
                  html.escape(text))
    return f'<div class="output_subarea"><pre>{body}</pre></div>'


def _html_lines(text: str) -> str:
    return "".join(f"<p>{html.escape(line)}</p>\n" for line in text.split("\n"))


def _each(prefix: str) -> Callable[[str], str]:
    return lambda text: "\n".join(prefix + line for line in text.split("\n"))


def _wrapped(text: str) -> str:
    return "\n".join("\n".join(textwrap.wrap(line, 80)) if len(line) > 80 else line
                     for line in text.split("\n"))


def _cut_at_80(text: str) -> str:
    """As a terminal breaks lines: in the middle of words."""
    return "\n".join(line[i:i + 80] for line in text.split("\n")
                     for i in range(0, max(1, len(line)), 80))


def _boxed(text: str) -> str:
    lines = [line[i:i + 96] for line in text.split("\n") for i in range(0, max(1, len(line)), 96)]
    top = "\u256d" + "\u2500 Traceback (most recent call last) ".ljust(98, "\u2500") + "\u256e"
    body = [f"\u2502 {line.ljust(96)} \u2502" for line in lines]
    return "\n".join([top, *body, "\u2570" + "\u2500" * 98 + "\u256f"])


def _pytest(text: str) -> str:
    """The lines of the message as pytest shows them."""
    lines = text.rstrip("\n").split("\n")
    start = next((i for i, line in enumerate(lines) if re.match(r"[\w.]*Error\b", line)),
                 len(lines) - 1)
    return "\n".join([*lines[:start], *(f"E   {line}" for line in lines[start:])])


def _log(text: str) -> str:
    return "\n".join(f"2024-03-05 12:{i % 60:02}:07,123 ERROR train.worker: {line}"
                     for i, line in enumerate(text.split("\n")))


def _service(text: str) -> str:
    return "\n".join(f"trainer_1  | {line}" for line in text.split("\n"))


def _cell(text: str) -> str:
    """What the file of a notebook keeps."""
    return json.dumps(_coloured(text).splitlines(True), indent=4)


def _in_a_question(text: str) -> str:
    quoted = "\n".join(f"    {line}" for line in text.split("\n"))
    return ("I am new to Keras and I get this error, what is wrong with my model? My data have "
            f"1000 rows.\n\n{quoted}\n\nThanks in advance for any help!\n")


#: nothing is lost
WHOLE: Dict[str, Callable[[str], str]] = {
    "coloured": _coloured, "escapes spelt": _spelt, "escapes lost": _lost_escapes, "html": _html,
    "paragraphs": _html_lines, "quoted": _each("> "), "quoted twice": _each("> > "),
    "indented": _each("        "), "comment": _each("# "), "windows": lambda t: t.replace(
        "\n", "\r\n"), "wrapped": _wrapped, "cut at 80": _cut_at_80, "boxed": _boxed,
    "pytest": _pytest, "log": _log, "service": _service, "cell": _cell, "repr": repr,
    "question": _in_a_question, "nbsp": lambda t: t.replace("  ", "\u00a0\u00a0"),
    "curly": lambda t: re.sub(r"'([^'\n]*)'", "\u2018\\1\u2019", t),
}
#: something is
CUT: Dict[str, Callable[[str], str]] = {
    "the end": lambda t: "\n".join(t.rstrip().split("\n")[-8:]),
    "the last line": lambda t: t.rstrip().split("\n")[-1],
    "without the end": lambda t: "\n".join(t.rstrip().split("\n")[:-1]),
    "the beginning": lambda t: t[:len(t) // 2],
    "the middle": lambda t: t[len(t) // 4:3 * len(t) // 4],
    "the last half": lambda t: t[len(t) // 2:],
    "the message": lambda t: t[t.rfind("Error: ") + 7:],
}
