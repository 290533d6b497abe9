"""The frames of a traceback as text, in any of the ways in which they are printed: Python,
IPython of all ages, Colab, pytest, rich; and which of them is the user's own line."""
from __future__ import annotations

import ast
import re
from typing import List, NamedTuple, Optional, Tuple

from shapecheck.source.expression import segment


class Frame(NamedTuple):
    """One frame. path: "" for a cell of a notebook; prompt: its In [n], where that is known.
    source: the line, "" where it is not shown. complete: all lines of the statement are there."""

    path: str
    line: Optional[int]
    function: str
    source: str = ""
    prompt: Optional[int] = None
    complete: bool = True
    at: int = 0  # index of the line of the text

    @property
    def users(self) -> bool:
        return not is_library(self.path)


class UserCall(NamedTuple):
    """The user's statement, taken apart. call: the text of the call in it; before / after: what
    stands around the call. method: "fit", "predict", ..., "" for a plain call."""

    statement: str
    call: str
    before: str
    after: str
    method: str
    complete: bool

    def with_call(self, text: str) -> str:
        if not self.complete and text.endswith(")"):
            text = f"{text[:-1].rstrip().rstrip(',')}, ...)"
        return f"{self.before}{text}{self.after}"


_PYTHON = re.compile(r'^.{0,80}?File "?([^"\n]{1,400}?)"?, line (\d+)(?:, in (.{1,200}))?\s*$')
_IPYTHON_8 = re.compile(r"^\s{0,8}File (\S[^\n]{0,400}?):(\d+)(?:, in (.{1,200}))?$")
_CELL = re.compile(r"^\s{0,8}(?:Cell |Input )?In ?\[(\d+)\](?:, line (\d+))?"
                   r"(?:, in (<cell line: \d+>\(?\)?|[\w.<>]+)?.{0,200})?\s*$")
_CELL_LINE = re.compile(r"<cell line: (\d+)>")
_INPUT = re.compile(r"^\s{0,8}<ipython-input-(\d+)-\w{1,40}> in (.{1,200})$")
_KERNEL = re.compile(r"^\s{0,8}(\S{0,100}(?:ipykernel_\d+[/\\]\d+\.py|"
                     r"ipython-input-[\w-]+\.py)) in (.{1,200})$")
_OLD = re.compile(r"^\s{0,8}((?:/|~|\.|[A-Za-z]:\\)\S[^\n]{0,300}?\.pyc?|\S{1,200}\.pyc?) in "
                  r"(\w[\w.<>]{0,80})(?:\(.{0,2000})?$")
_PYTEST = re.compile(r"^(\S{1,300}\.py):(\d+):(?: |$)(?:in ([\w.<>]{1,80}))?.{0,80}$")
_RICH = re.compile(r"^\s{0,8}(\S[^\n]{0,300}?):(\d+) in ([\w.<>]{1,80})\s*$")
_ARROW = re.compile(r"^\s{0,4}(?:-{2,}>|\u2771|>) {0,6}(\d+)(?: |$)(.*)$")
_NUMBERED = re.compile(r"^ {0,6}(?:-{2,}>)? {0,6}(\d+)(?: (.*))?$")
_CODE = re.compile(r"^>\s{2,}(\S.*)$")
_MARKS = re.compile(r"^\s*[\^~]{1,200}[\s\^~]*$")
_HEADER = re.compile(r"^\s{0,8}(?:[\w.]{1,120}\.)?\w{0,60}(?:Error|Exception|Warning|Interrupt)\b"
                     r"(?::|\s*$)")

_LIBRARY = re.compile(
    r"site-packages|dist-packages|[/\\]lib[/\\]python\d|[/\\]lib64[/\\]python|"
    r"\bPython\d{2,3}[/\\]lib[/\\]|python\d(?:\.\d+)?[/\\]lib|envs?[/\\][^/\\]+[/\\]lib[/\\]|"
    r"<frozen|__autograph_generated|"
    r"<__array_function__|<string>|<decorator|<embedded|<attrs|\bipykernel_launcher|runpy\.py|"
    r"pydevd?[\w]*\.py|_pydev|debugpy|spyder_kernels|absl[/\\]app\.py|"
    r"(?:^|[/\\])(?:keras|tf_keras|tensorflow|tensorflow_core|tensorflow_estimator|"
    r"transformers|numpy|pandas|sklearn|keras_preprocessing|scipy|matplotlib)[/\\]"
    r"(?:src|engine|python|core|layers|"
    r"models|utils|backend|legacy|losses|optimizers?|framework|ops|lib|preprocessing|image|"
    r"metrics|base|callbacks|saving|wrappers|_libs|keras|training|initializers|modeling_tf)"
    r"\w*[/\\.]", re.I)


def is_library(path: str) -> bool:
    """A file of Python or of a package, not of the user's."""
    return _LIBRARY.search(path) is not None


def frames_of(lines: List[str]) -> List[Frame]:
    """All frames that the text shows, in its order."""
    found: List[Frame] = []
    number = 0
    while number < len(lines):
        frame = _header(lines[number])
        if frame is None:
            number += 1
            continue
        frame = frame._replace(at=number)
        above = lines[number - 1].strip() if number else ""
        if _RICH.match(lines[number]) and re.match(r"[/~][^\s:]*$", above):  # too long for the box
            frame = frame._replace(path=above + frame.path)
        body = _body(lines, number + 1)
        frame = _with_source(frame, body, lines, number)
        found.append(frame)
        number += 1
    return found or _arrow_alone(lines)


def _header(line: str) -> Optional[Frame]:
    if len(line) > 1200 or not line.strip():
        return None
    if "File" in line or "file" in line:
        m = _PYTHON.match(line)
        if m:
            return _named(m.group(1), int(m.group(2)), m.group(3) or "")
        m = _IPYTHON_8.match(line)
        if m:
            return _named(m.group(1), int(m.group(2)), m.group(3) or "")
    if "[" in line:
        m = _CELL.match(line)
        if m and (m.group(2) or m.group(3)):
            function = m.group(3) or ""
            inside = _CELL_LINE.search(line)
            at = m.group(2) or (inside.group(1) if inside else None)
            return Frame("", int(at) if at else None, _bare(function), prompt=int(m.group(1)))
    if " in " in line:
        m = _INPUT.match(line)
        if m:
            return Frame("", _cell_line(m.group(2)), _bare(m.group(2)), prompt=int(m.group(1)))
        m = _KERNEL.match(line)
        if m:
            return Frame("", _cell_line(m.group(2)), _bare(m.group(2)))
        m = _OLD.match(line)
        if m:
            return Frame(m.group(1), None, _bare(m.group(2)))
        m = _RICH.match(line)
        if m:
            return _named(m.group(1), int(m.group(2)), m.group(3))
    m = _PYTEST.match(line)
    if m:
        return Frame(m.group(1), int(m.group(2)), m.group(3) or "")
    return None


def _named(path: str, line: int, function: str) -> Frame:
    inside = re.match(r"<ipython-input-(\d+)-", path)
    if inside:
        return Frame("", line, _bare(function), prompt=int(inside.group(1)))
    if re.search(r"ipykernel_\d+[/\\]\d+\.py|ipython-input-[\w-]+\.py|^<stdin>$", path):
        return Frame("", line, _bare(function))
    return Frame(path.strip(), line, _bare(function))


def _cell_line(text: str) -> Optional[int]:
    found = _CELL_LINE.search(text)
    return int(found.group(1)) or None if found else None


def _bare(function: str) -> str:
    return re.split(r"[(\s]", function.strip(), maxsplit=1)[0]


def _body(lines: List[str], start: int) -> List[str]:
    """The lines that belong to a frame: up to the next one, or to the message."""
    body: List[str] = []
    for line in lines[start:start + 24]:
        if _header(line) is not None or _HEADER.match(line):
            break
        body.append(line)
    return body


def _with_source(frame: Frame, body: List[str], lines: List[str], number: int) -> Frame:
    for index, line in enumerate(body):
        arrow = _ARROW.match(line)
        if arrow:
            source, complete = _continued(arrow.group(2), _following(body[index + 1:]))
            return frame._replace(source=source, complete=complete,
                                  line=frame.line or int(arrow.group(1)))
    if frame.function == "" or _PYTEST.match(lines[number]):  # pytest shows the source above
        for line in reversed(lines[max(0, number - 12):number]):
            code = _CODE.match(line)
            if code:
                source, complete = _continued(code.group(1), [])
                return frame._replace(source=source, complete=complete)
    rest: List[str] = []
    for line in body:
        if _MARKS.match(line) or re.match(r"^\s*\.\.\.<\d+ lines?>\.\.\.", line):
            if line.strip().startswith("..."):
                break
            continue
        if not line.strip():
            if rest:
                break
            continue
        rest.append(line)
    if not rest or not re.match(r"\s", rest[0]) or _NUMBERED.match(rest[0]):
        first = rest[0] if rest else ""
        if not _looks_like_code(first):
            return frame
    source, complete = _continued(rest[0], rest[1:])
    return frame._replace(source=source, complete=complete)


def _looks_like_code(text: str) -> bool:
    return re.match(r"\s*[\w.\[\]\"', ]{1,80}?(?:\(| = )", text) is not None \
        and _HEADER.match(text) is None


def _following(body: List[str]) -> List[str]:
    """The code of the numbered lines behind an arrow."""
    found = []
    for line in body:
        m = _NUMBERED.match(line) or re.match(r"^()\s*\.\.\.: (.*)$", line)
        if m is None:
            break
        found.append(m.group(2) or "")
    return found


def _continued(first: str, rest: List[str]) -> Tuple[str, bool]:
    """The statement that begins on a line, with as many of the next ones as make it whole."""
    text = first.strip()
    if parse_statement(text) is not None or not text:
        return text, True
    joined = text
    for line in rest[:12]:
        joined += "\n" + line.rstrip()
        if parse_statement(joined) is not None:
            return joined, True
    return text, False


def parse_statement(text: str) -> Optional[ast.stmt]:
    """One statement, also the head of a block (`with a:`, `for a in f(x):`)."""
    text = text.strip()
    for attempt in ((text,) if not text.endswith(":") else (f"{text} pass",)):
        try:
            body = ast.parse(attempt).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            continue
        if body:
            return body[0]
    return None


def _arrow_alone(lines: List[str]) -> List[Frame]:
    """A cut text whose frame has lost its head: an arrow, or the bare line above a message."""
    for index, line in enumerate(lines):
        arrow = _ARROW.match(line)
        if arrow and line.lstrip().startswith(("--", "\u2771")):
            source, complete = _continued(arrow.group(2), _following(lines[index + 1:]))
            if parse_statement(source) is not None or not complete:
                return [Frame("", int(arrow.group(1)), "", source, complete=complete, at=index)]
    return []


# -- the user's own line ------------------------------------------------------------------------

HOST = ("fit", "predict", "evaluate", "fit_generator", "predict_generator", "evaluate_generator",
        "train_on_batch", "test_on_batch", "predict_on_batch", "predict_classes", "predict_proba",
        "predict_step", "train_step")


def own_frame(frames: List[Frame]) -> Optional[Frame]:
    """The last frame that is the user's own; of two for one place the one that shows more."""
    own = [frame for frame in frames if frame.users]
    if not own:
        return None
    last = own[-1]
    if not last.source:
        shown = [f for f in own if f.source and (f.path, f.line) == (last.path, last.line)]
        return shown[-1] if shown else last
    return last


def host_frame(frames: List[Frame]) -> Optional[Frame]:
    """The last frame of the user's that calls a method of a model."""
    for frame in reversed(frames):
        if frame.users and frame.source:
            call = user_call(frame)
            if call is not None and call.method in HOST:
                return frame
    return None


def user_call(frame: Frame) -> Optional[UserCall]:
    """The call in the user's line that matters: a model's method, else the outermost call."""
    text, complete = frame.source, frame.complete
    if not complete:
        closed = _closed(text)
        if closed is None:
            return None
        text = closed
    statement = parse_statement(text)
    if statement is None:
        return None
    calls = [node for node in ast.walk(statement) if isinstance(node, ast.Call)]
    if not calls:
        return None
    named = [node for node in calls if _method(node) in HOST]
    chosen = named[0] if named else calls[0]
    whole = text.strip()
    start, end = _span(whole, chosen)
    if not named and _method(chosen) == "print" and chosen.args and isinstance(
            chosen.args[0], ast.Call):
        chosen = chosen.args[0]
        start, end = _span(whole, chosen)
    return UserCall(whole, whole[start:end], whole[:start], whole[end:], _method(chosen), complete)


def _span(text: str, node: ast.expr) -> Tuple[int, int]:
    lines = text.split("\n")

    def offset(line: int, column: int) -> int:
        before = sum(len(each) + 1 for each in lines[:line - 1])
        return before + len(lines[line - 1].encode("utf-8")[:column].decode("utf-8", "ignore"))

    return (offset(node.lineno, node.col_offset),
            offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset))


def _closed(text: str) -> Optional[str]:
    """`model.fit(x, y,` as far as it goes, closed."""
    body = text.rstrip().rstrip(",").rstrip()
    for end in (")", "])", "))", "]))", "})"):
        if parse_statement(body + end) is not None:
            return body + end
    cut = body.rpartition(",")[0]
    return cut + ")" if cut and parse_statement(cut + ")") is not None else None


def _method(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


__all__ = ["Frame", "HOST", "UserCall", "frames_of", "host_frame", "is_library", "own_frame",
           "parse_statement", "segment", "user_call"]
