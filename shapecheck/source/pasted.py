"""A pasted traceback as plain lines: without colours, HTML, quotes, boxes and log prefixes.

What people paste comes from terminals, notebooks, web pages, mails and logs. Nothing here knows
what a shape is; `source/frames.py` finds the user's own line in what is left.
"""
from __future__ import annotations

import re
from typing import Callable, List

#: characters that are looked at
LOOKED_AT = 400_000
#: characters of one line: the rest of a longer one (an array that was printed) says nothing
_LINE = 4_000

_ANSI = re.compile(r"\x1b(?:\[[0-9;?]{0,40}[ -/]{0,4}[@-~]|\][^\x07\x1b]{0,200}(?:\x07|\x1b\\))")
#: an escape whose ESC was lost or spelt out on the way: `[0;31m`, `\u001b[1m`, `^[[0m`
_SPELT = re.compile(r"(?:\\u001b|\\x1b|\\033|\\e|\^\[|\u241b|\ufffd)?\[(?:\d{1,3};){0,5}\d{0,3}m")
_TAGS = ("span|div|pre|code|p|br|b|i|a|font|td|tr|th|table|tbody|thead|em|strong|blockquote|html|"
         "head|body|li|ul|ol|h[1-6]|hr|img|samp|kbd|tt|u|small|mark|details|summary|section")
_TAG = re.compile(rf"</?(?:{_TAGS})(?:\s[^<>]{{0,400}})?/?>", re.I)
_BREAK = re.compile(r"<(?:br\s*/?|/p|/div|/li|/tr|/pre|/h[1-6])>", re.I)
_HTML = re.compile(r"<(?:span|pre|div|p|br|code|td|font)\b|</\w", re.I)
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|apos|nbsp|#\d{1,5}|#x[0-9a-f]{1,5});", re.I)
_CHARACTERS = str.maketrans({
    "\u2018": "'", "\u2019": "'", "\u201c": '"', "\u201d": '"', "\u00a0": " ", "\u202f": " ",
    "\u2011": "-", "\u2212": "-", "\u200b": "", "\u200c": "", "\u200d": "", "\ufeff": "",
    "\uff08": "(", "\uff09": ")", "\uff0c": ",", "\uff1a": ":", "\r": "\n", "\x0b": "\n",
    "\x0c": "\n", "\u2028": "\n", "\u2029": "\n", "\x00": "",
})
_JSON_LINE = re.compile(r'\s*"((?:[^"\\]|\\.)*)",?\s*$')
#: Colab links files, and GitHub keeps the links
_LINK = re.compile(r"\[([^\]\n]{1,300})\]\(https?://[^)\s]{0,300}\)")
_QUOTED = re.compile(r"(?:[ \t]{0,8}>){1,4} ?")
#: the time, a level, a logger: what a log writes before each line
_STAMP = re.compile(
    r"(?:[\w.-]{1,40}\s{1,4}\|\s)?"
    r"\[?(?:\d{4}[-/]\d\d[-/]\d\d[T ]|(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)?,? ?"
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) +\d{1,2} )"
    r"\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?\]?[ \t:-]{0,4}")
_LEVEL = re.compile(r"[ \t]*\[?(?:DEBUG|INFO|WARNING|WARN|ERROR|CRITICAL|FATAL|stderr|stdout)\]?"
                    r"(?:[ :|-]{1,4}\[?[\w./-]{1,60}\]?(?=[ :|-]))?[ \t]?[:|-]?[ \t]")
_SERVICE = re.compile(r"[\w.-]{1,40}\s{0,20}\| ?")
_COMMENT = re.compile(r"[ \t]{0,8}# ?")
_BOX = re.compile(r"[ \t]{0,8}[\u2502\u2503\u2551|] ?")
_BOX_END = re.compile(r"[ \t]*[\u2502\u2503\u2551|][ \t]*$")
_RULE = re.compile(r"[ \t]{0,8}[\u2500-\u257f][\u2500-\u257f \w().]*$")
_PYTEST = re.compile(r"E(?:   ?|$)")


def decoded(data: bytes) -> str:
    """Bytes as text, whatever they are."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def bounded(text: str) -> str:
    """All of a text of usual length; of a longer one the end, and where it last says "Error"."""
    if len(text) <= LOOKED_AT:
        return text
    half = LOOKED_AT // 2
    last = text.rfind("Error", 0, len(text) - half)
    start = max(0, last - half // 2) if last >= 0 else 0
    return text[start:start + half] + "\n...\n" + text[-half:]


def cleaned(text: str) -> List[str]:
    """The lines of a pasted text, without what was put around and in between them."""
    text = bounded(text).replace("\r\n", "\n")
    text = text.translate(_CHARACTERS)
    if text.count("\n") <= 2 and text.count("\\n") >= 2:  # a repr, or a line of JSON
        text = text.replace("\\n", "\n").replace('\\"', '"').replace("\\'", "'")
    lines = _of_json(text.split("\n"))
    text = _SPELT.sub("", _ANSI.sub("", "\n".join(lines)))
    text = _without_html(text).replace("\x1b", "").replace("\x08", "")
    text = _LINK.sub(r"\1", text)
    lines = [line[:_LINE].rstrip() for line in text.split("\n")]
    for prefix, share in ((_QUOTED, 0.6), (_COMMENT, 0.8), (_SERVICE, 0.8)):
        lines = _without(lines, prefix.match, share)
    lines = [_without_stamp(line) for line in lines]
    lines = _without_boxes(lines)
    return [_PYTEST.sub("", line, count=1) if _PYTEST.match(line) else line for line in lines]


def _of_json(lines: List[str]) -> List[str]:
    """The strings of a list in JSON, as a notebook's file keeps a traceback."""
    filled = [line for line in lines if line.strip()]
    quoted = [line for line in filled if _JSON_LINE.match(line)]
    if len(quoted) < 2 or len(quoted) * 2 < len(filled):
        return lines
    import json

    found: List[str] = []
    for line in filled:
        match = _JSON_LINE.match(line)
        if match is None:
            found.append(line)
            continue
        try:
            said = str(json.loads(f'"{match.group(1)}"'))
            found += (said[:-1] if said.endswith("\n") else said).split("\n")
        except ValueError:
            found.append(match.group(1))
    return found


def _without_html(text: str) -> str:
    if _HTML.search(text):
        text = _TAG.sub("", _BREAK.sub("\n", text))
    for _ in range(2):  # `&amp;lt;`: escaped twice
        if not _ENTITY.search(text):
            break
        import html

        text = _ENTITY.sub(lambda m: html.unescape(m.group(0)), text).replace("\xa0", " ")
    return text


def _without(lines: List[str], match: Callable[[str], "re.Match[str] | None"],
             share: float) -> List[str]:
    """Without a prefix that nearly all lines have."""
    filled = [line for line in lines if line.strip()]
    if len(filled) < 2:
        return lines
    if sum(match(line) is not None for line in filled) < share * len(filled):
        return lines
    return [line[found.end():] if (found := match(line)) else line for line in lines]


def _without_stamp(line: str) -> str:
    found = _STAMP.match(line)
    if found is None:
        return line
    rest = line[found.end():]
    level = _LEVEL.match(rest)
    return rest[level.end():] if level else rest


def _without_boxes(lines: List[str]) -> List[str]:
    """rich draws a box around a traceback; pip and others a bar before each line."""
    boxed = [line for line in lines if _BOX.match(line) and _BOX_END.search(line)]
    if len(boxed) < 2:
        return lines
    kept = []
    for line in lines:
        if _RULE.match(line):
            continue
        match = _BOX.match(line)
        kept.append(_BOX_END.sub("", line[match.end():]) if match else line)
    return kept


__all__ = ["LOOKED_AT", "bounded", "cleaned", "decoded"]
