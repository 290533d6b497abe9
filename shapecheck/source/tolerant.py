"""Code that does not parse, statement by statement: the smallest run of lines that hides the error
is left out, and the rest is read.

What is left out stands in the tree as `Broken`, with its text: it may bind and change names.
"""
from __future__ import annotations

import ast
import keyword
import re
import warnings
from typing import List, Optional, Sequence, Set, Tuple

from shapecheck.source.magics import State, without_magics
from shapecheck.source.trees import Broken

_CLAUSES = re.compile(r"(else|elif|except|finally)\b")
_PLACEHOLDER = "__does_not_parse__"
_DEPTH = 20
#: statements that a string or brackets which seem open may go on through
_FAR = 200


def parse_around(source: str) -> ast.Module:
    """The tree of all that parses; lines and columns are those of `source`.

    Commands that only IPython understands are taken out, as everywhere.
    """
    code = without_magics(source).replace("\r\n", "\n").replace("\r", "\n")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.Module(_Pieces(code.split("\n")).statements(), [])


class _Pieces:
    def __init__(self, lines: List[str]) -> None:
        self.lines = lines
        self.broken: List[Broken] = []  # in the order of the lines

    def statements(self) -> List[ast.stmt]:
        """Of the whole: runs of lines that parse are parsed together."""
        found: List[ast.stmt] = []
        begin = end = 0  # of the run at hand
        for first, last, good in self._chunks(0, len(self.lines), 0):
            if good:
                end = last
                continue
            found += self._run(begin, end)
            found += self._mended(first, last)
            begin = end = last
        return found + self._run(begin, end)

    def _run(self, first: int, last: int) -> List[ast.stmt]:
        tree = _tree("\n" * first + "\n".join(self.lines[first:last])) if last > first else None
        return [] if tree is None else tree.body

    def _mended(self, first: int, last: int) -> List[ast.stmt]:
        """The statement, with those inside it left out that do not parse; else `Broken`."""
        self.broken.clear()
        mended = self._without_broken(first, last, 0, _DEPTH)
        tree = None if mended is None else _tree("\n" * first + "\n".join(mended))
        if tree is None:
            end = self._whole(first, last, 0)
            return [*self._run(first, end), Broken("\n".join(self.lines[end:last]), end + 1)]
        return _Filled(self.broken).visit(tree).body  # type: ignore[no-any-return]

    def _without_broken(self, first: int, last: int, indent: int,
                        depth: int) -> Optional[List[str]]:
        """The lines with a placeholder for each statement of a block that does not parse; None
        where that is not enough."""
        made: List[str] = []
        at, opened = first, False
        while at < last and depth:
            end = self._end_of_line(at, last)
            if end is None:
                return None
            made += self.lines[at:end]
            at = end
            body = at
            while at < last and (_blank(self.lines[at]) or _indent(self.lines[at]) > indent):
                at += 1
            inner = next((_indent(line) for line in self.lines[body:at] if not _blank(line)), None)
            if inner is None:
                made += self.lines[body:at]
                continue
            opened = True
            made += self._block(body, at, inner, depth)
        return made if opened and depth else None

    def _block(self, first: int, last: int, indent: int, depth: int) -> List[str]:
        made: List[str] = []
        for begin, end, good in self._chunks(first, last, indent):
            inside = None
            if not good:
                before = len(self.broken)
                inside = self._without_broken(begin, end, indent, depth - 1)
                if inside is not None and not _parses(inside, indent):
                    inside = None
                    del self.broken[before:]
            if good or inside is not None:
                made += self.lines[begin:end] if inside is None else inside
                continue
            whole = self._whole(begin, end, indent)
            made += self.lines[begin:whole]
            begin = whole
            text = self.lines[begin:end]
            self.broken.append(Broken("\n".join(text), begin + 1))
            made.append(" " * indent + _PLACEHOLDER if "\t" not in text[0][:indent]
                        else text[0][:indent] + _PLACEHOLDER)
            made += [""] * (len(text) - 1)
        return made

    def _whole(self, first: int, last: int, indent: int) -> int:
        """The end of the statement that stands before a stray `else:` or `)`; `first` where
        there is none."""
        for line in range(first + 1, last):
            if not _blank(self.lines[line]) and _indent(self.lines[line]) <= indent:
                return line if _parses(self.lines[first:line], indent) else first
        return first

    def _end_of_line(self, at: int, last: int) -> Optional[int]:
        """The line behind a logical line."""
        state = State()
        while at < last:
            state.read(self.lines[at])
            at += 1
            if state.at_statement:
                return at
        return None

    def _chunks(self, first: int, last: int, indent: int) -> List[Tuple[int, int, bool]]:
        """The statements of a block, by their indentation: (first, last, does it parse)."""
        starts = self._starts(first, last, indent)
        found: List[Tuple[int, int, bool]] = []
        number = 0
        while number < len(starts):
            begin = starts[number]
            ends = [*starts[number + 1:number + 2], last][0]
            good = _parses(self.lines[begin:ends], indent)
            number += 1
            if not good:  # a string or brackets that go on in lines which look like statements
                further = self._closed(starts, number, begin, last)
                if further is not None and _parses(self.lines[begin:further[1]], indent):
                    number, ends, good = (*further, True)
            found.append((begin, ends, good))
        return found

    def _starts(self, first: int, last: int, indent: int) -> List[int]:
        starts: List[int] = []
        joined = decorated = False
        for number in range(first, last):
            line = self.lines[number]
            text = line.lstrip()
            if not joined and not decorated and text and _indent(line) <= indent \
                    and text[0] not in "#)]}" and not _CLAUSES.match(text):
                starts.append(number)
            joined = line.endswith("\\")
            if text:
                decorated = _indent(line) <= indent and (text[0] == "@" or (
                    decorated and text[0] in "#)]}"))
        return starts

    def _closed(self, starts: Sequence[int], number: int, begin: int,
                last: int) -> Optional[Tuple[int, int]]:
        """(number, line) of the first start at which what begins at `begin` is closed."""
        state, line = State(), begin
        for at, end in enumerate([*starts[number:], last][:_FAR], number):
            while line < end:
                state.read(self.lines[line])
                line += 1
            if state.at_statement:
                return (at, end) if at > number else None
        return None


class _Filled(ast.NodeTransformer):
    """Puts what is broken where its placeholder stands."""

    def __init__(self, broken: Sequence[Broken]) -> None:
        self.broken = {each.lineno: each for each in broken}

    def visit_Expr(self, node: ast.Expr) -> ast.stmt:
        named = isinstance(node.value, ast.Name) and node.value.id == _PLACEHOLDER
        return self.broken.get(node.lineno, node) if named else node


def _tree(text: str) -> Optional[ast.Module]:
    try:
        return ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _parses(lines: Sequence[str], indent: int) -> bool:
    text = "\n".join(lines)
    return _tree("if 1:\n" + text if indent else text) is not None


def _blank(line: str) -> bool:
    text = line.lstrip()
    return not text or text[0] == "#"


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


# -- what it may do ----------------------------------------------------------------------------

# Each of these runs over any text in time that grows with its length: what may be long is bounded,
# and no two parts of a pattern that stand side by side take the same characters.
_BINDS = re.compile(
    r"(?m)^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(?P<made>\w+)"
    r"|\b(?:for)\b(?P<loop>[^:\n]{0,200}?)\bin\b"
    r"|\bas[ \t]+(?P<alias>\(?[\w \t,]+)"
    r"|\b(?:from[ \t]+\S+[ \t]+)?import\b(?P<imported>[^\n]*)"
    r"|\b(?P<walrus>\w+)[ \t]*:="
    r"|\b(?:global|nonlocal|del)\b(?P<declared>[^\n]*)")
_EQUALS = re.compile(r"(?<![=<>!:])=(?!=)")
_NAME = re.compile(r"(?<![\w.])[^\W\d]\w*")
_CHANGES = re.compile(
    r"(?<![\w.])([^\W\d]\w*)(?:[ \t]{0,9}\.[ \t]{0,9}\w+|\[[^\]\n]{0,200}\]){0,20}?"
    r"(?:[ \t]{0,9}\.[ \t]{0,9}(?:add|append|extend|insert|pop|popitem|remove|clear|update"
    r"|setdefault|sort|reverse|compile|build|set_weights|set_shape)[ \t]{0,9}\("
    r"|(?:[ \t]{0,9}\.[ \t]{0,9}\w+|\[[^\]\n]{0,200}\])[ \t]{0,9}(?:[-+*/]|//|\*\*)?=(?!=))")
_KEYWORDS = frozenset(keyword.kwlist)
_CALLS = re.compile(r"(?<![\w.])([^\W\d]\w*)[ \t]{0,9}\(")
_LONGEST = 4000  # characters of a line that are taken apart; of a longer one every name counts


_TEXT = re.compile(r"[rRbBfFuU]{0,2}('[^'\n]*'|\"[^\"\n]*\")|#[^\n]*")


def may_bind(text: str) -> Set[str]:
    """The names that code which does not parse may bind: rather one too many."""
    found: Set[str] = set()
    for line in _TEXT.sub("", text).split("\n"):
        if len(line) > _LONGEST:
            found.update(_NAME.findall(line))
            continue
        for match in _BINDS.finditer(line):
            for part in match.groups():
                if part:
                    found.update(_NAME.findall(part.partition(":")[0]))
        for part in _EQUALS.split(line)[:-1]:
            if "(" not in part.lstrip()[1:]:
                found.update(_NAME.findall(part.partition(":")[0]))
    return found - _KEYWORDS


def may_change(text: str) -> Set[str]:
    """The names whose values it may change in place by its own statements."""
    found: Set[str] = set()
    for line in _TEXT.sub("", text).split("\n"):
        found.update((_NAME if len(line) > _LONGEST else _CHANGES).findall(line))
    return found


def calls(text: str) -> Set[str]:
    """The functions that it may call by their bare names."""
    return set(_CALLS.findall(_TEXT.sub("", text)))


def mentions(text: str) -> Set[str]:
    return set(_NAME.findall(_TEXT.sub("", text))) - _KEYWORDS
