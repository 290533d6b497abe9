"""What a file silences: `# noqa`, `# shapecheck: ignore`, tags and metadata of cells."""
from __future__ import annotations

import re
from typing import Any, Callable, Dict, Iterator, List, Optional, Sequence, Set, Tuple

from shapecheck.facts.finding import Edit, Evidence, Finding, Fix, Location
from shapecheck.facts.message import Message, clean
from shapecheck.source.comments import Comment, comments_of
from shapecheck.source.documents import SKIP_TAG, hinted

#: what may stand behind `# shapecheck:` -> what it silences
WORDS = {"ignore": "statement", "ignore-cell": "cell", "ignore-file": "file",
         "skip-cell": "cell", "skip-file": "file"}
#: words of other tools that somebody may try instead
_MEANT = {"disable": "ignore", "noqa": "ignore", "allow": "ignore", "skip": "ignore",
          "disable-file": "ignore-file", "disable-next": "ignore", "ignore-line": "ignore"}
_NOQA = r"(?i)#\s*noqa(?![\w-])(?P<colon>\s*:)?(?P<rest>[^#]*)"
_OURS = r"(?i)#\s*shapecheck\s*:\s*(?P<word>[a-z][\w-]*)(?P<rest>[^#]*)"
_CODE = r"(?i)shp[\w-]*|[a-z]{1,10}[0-9]\w*"
_PROBLEMS = 20  # a file is told of so many; more say nothing new


class Suppression:
    """One comment, tag or entry of metadata that silences.

    scope: "statement", "cell" or "file". codes: prefixes of codes, and slugs, in small letters;
    None silences all. place: where it stands. text: as it is written. first, last: the lines of
    its statement; whole: all that is found in it is meant, not only what is on `place`'s line.
    used: the codes that silenced something, "" for all. comment, span: where it is one, and what
    of its text.
    """

    __slots__ = ("scope", "codes", "place", "text", "first", "last", "whole", "used", "comment",
                 "span")

    def __init__(self, scope: str, codes: Optional[Sequence[str]], place: Location, text: str,
                 lines: Tuple[int, int] = (0, -1), whole: bool = False) -> None:
        self.scope = scope
        self.codes = None if codes is None else tuple(codes)
        self.place = place
        self.text = text
        self.first, self.last = lines
        self.whole = whole
        self.used: Set[str] = set()
        self.comment: Optional[Comment] = None
        self.span = (0, 0)

    @property
    def foreign(self) -> bool:
        """Is it read by other tools as well?"""
        return re.match(_NOQA, self.text) is not None

    def silences(self, finding: Finding) -> bool:
        if not self._covers(finding):
            return False
        if self.codes is None:
            self.used.add("")
            return True
        names = (finding.code.lower(), finding.slug.lower())
        hits = [code for code in self.codes
                if code == "all" or names[0].startswith(code) or code == names[1]]
        self.used.update(hits)
        return bool(hits)

    def _covers(self, finding: Finding) -> bool:
        where = finding.location
        if self.scope == "file":
            return True
        if where.cell != self.place.cell:
            return False
        if self.scope == "cell":
            return True
        if where.line is None or not self.first <= where.line <= self.last:
            return False
        if self.whole:
            return True
        here = self.place.line or 0
        return any(part is not None and part.line is not None
                   and part.line <= here <= (part.end_line or part.line)
                   for part in (where, finding.part))

    @property
    def unused(self) -> List[str]:
        """The codes of it, as they are matched, that silenced nothing; "" for all."""
        if self.codes is None:
            return [] if self.used else [""]
        return [code for code in self.codes if code not in self.used]


class Suppressions:
    """Those of a document. problems: (place, sentence) of what stands there and cannot be meant;
    no error, since other tools read the same comments."""

    __slots__ = ("every", "problems", "_known", "_hints")

    def __init__(self, document: Any, known: Callable[[str], Optional[str]]) -> None:
        """known: None for a code, family or slug that there is, else a hint at the nearest one."""
        self.every: List[Suppression] = []
        self.problems: List[Tuple[Location, str]] = []
        self._known = known
        self._hints: Dict[str, Optional[str]] = {}
        self._add_metadata(document.metadata, Location(document.path), "file")
        for cell in document.cells:
            where = Location(document.path, cell.index)
            self._add_metadata(cell.metadata, where, "cell")
            if hinted(cell.source):
                for comment in comments_of(cell):
                    self._add_comment(comment, where)

    def silence(self, findings: Sequence[Finding]) -> Tuple[List[Finding], List[Finding]]:
        """Those that are left, and those that are silenced."""
        left: List[Finding] = []
        quiet: List[Finding] = []
        for finding in findings:
            # all of them are asked: each is to know that it was needed
            hits = [suppression.silences(finding) for suppression in self.every]
            (quiet if any(hits) else left).append(finding)
        return left, quiet

    def unused(self, code: str, slug: str) -> List[Finding]:
        """A finding for each that silenced nothing, of what only we read: a bare `# noqa` may be
        another tool's. Only what names this code silences such a finding."""
        found: List[Finding] = []
        for suppression in self.every:
            codes = suppression.unused
            if suppression.foreign:
                codes = [name for name in codes if name and self._hint(name) is None]
            if codes:
                found.append(_unused(suppression, codes, code, slug))
        naming = [suppression for suppression in self.every if any(
            name == slug or code.lower().startswith(name) for name in suppression.codes or ())]
        return [finding for finding in found
                if not any(suppression.silences(finding) for suppression in naming)]

    # -- comments --------------------------------------------------------------------------------

    def _add_comment(self, comment: Comment, where: Location) -> None:
        for match in re.finditer(_NOQA, comment.text):
            codes = _listed(match["rest"])
            if codes or not match["colon"]:
                place = _place(where, comment, match)
                ours = [code for code in codes if self._ours(code, place)]
                if ours or not codes:
                    self._add("statement", ours or None, place, match, comment)
        for match in re.finditer(_OURS, comment.text):
            self._add_own(comment, match, _place(where, comment, match))

    def _add_own(self, comment: Comment, match: "re.Match[str]", place: Location) -> None:
        word, rest = match["word"].lower().replace("_", "-"), match["rest"].lstrip()
        if word not in WORDS:
            if word in _MEANT or rest[:1] in ("[", "="):
                self._problem(place, f"no word {clean(match['word'], 40)}{_near(word)}; it is "
                                     f"{', '.join(WORDS)}")
            return
        scope = WORDS[word]
        codes = self._bracketed(rest, place)
        if codes is not None and not codes:
            return
        if scope != "statement" and not comment.alone:
            self._problem(place, f"{word} must stand on a line of its own")
        elif scope == "cell" and place.cell is None:
            self._problem(place, f"{word}: there are no cells here")
        else:
            self._add(scope, codes, place, match, comment)

    def _bracketed(self, rest: str, place: Location) -> Optional[List[str]]:
        """The codes behind a word of ours; None where none are named, [] where none is right."""
        if not rest.startswith("["):
            listed = [c for c in _listed(rest.lstrip(":= \t")) if c.lower().startswith("shp")]
            return [c for c in listed if self._known_here(c, place)] if listed else None
        inside, closed, _reason = rest[1:].partition("]")
        if not closed:
            self._problem(place, "the bracket is not closed")
            return []
        named = [name for name in re.split(r"[,\s]+", inside) if name]
        if not named:
            self._problem(place, "no code is named in the brackets; without them it means all")
        return [name for name in named if self._known_here(name, place)]

    def _add(self, scope: str, codes: Optional[Sequence[str]], place: Location,
             match: "re.Match[str]", comment: Comment) -> None:
        lines, whole = (comment.first, comment.last), comment.line in (comment.first, comment.last)
        if not comment.first:
            lines = (0, -1)
            if comment.following and match.re.pattern == _OURS:
                lines, whole = comment.following, True
        made = Suppression(scope, None if codes is None else [_spelt(code) for code in codes],
                           place, match[0].strip(), lines, whole)
        made.comment, made.span = comment, match.span()
        self.every.append(made)

    # -- metadata --------------------------------------------------------------------------------

    def _add_metadata(self, metadata: Any, where: Location, scope: str) -> None:
        """`{"tags": ["shapecheck-skip"]}`, `{"shapecheck": {"skip": true}}` or `{"shapecheck":
        {"ignore": ["SHP101"]}}`. What is of another type is not ours."""
        if not isinstance(metadata, dict):
            return
        tags, own = metadata.get("tags"), metadata.get("shapecheck")
        if scope == "cell" and isinstance(tags, list) and SKIP_TAG in tags:
            self.every.append(Suppression(scope, None, where, f"tag {SKIP_TAG}"))
        if not isinstance(own, dict):
            return
        if own.get("skip") is True:
            self.every.append(Suppression(scope, None, where, "metadata skip"))
        named = own.get("ignore")
        named = re.split(r"[,\s]+", named) if isinstance(named, str) else named
        if isinstance(named, list):
            codes = [_spelt(name) for name in named if isinstance(name, str) and name
                     and self._known_here(name, where)]
            if codes:
                self.every.append(Suppression(scope, codes, where, "metadata ignore"))

    # -- codes -----------------------------------------------------------------------------------

    def _ours(self, code: str, place: Location) -> bool:
        """Other tools' codes are no question of ours; what was to be one of ours is."""
        letters = re.match("[a-z]*", code.lower())
        if letters and sorted(letters[0]) == ["h", "p", "s"]:
            return self._known_here(code, place)
        return True  # of a rule that others have installed, or of no rule: then it hits nothing

    def _known_here(self, name: str, place: Location) -> bool:
        if len(self.problems) >= _PROBLEMS or name.lower() == "all":
            return True  # what is not known hits nothing anyway
        hint = self._hint(_spelt(name))
        if hint is not None:
            self._problem(place, f"there is no code {clean(repr(name), 40)}{hint}")
        return hint is None

    def _hint(self, name: str) -> Optional[str]:
        if name not in self._hints:
            self._hints[name] = self._known(name)
        return self._hints[name]

    def _problem(self, place: Location, sentence: str) -> None:
        if len(self.problems) < _PROBLEMS:
            self.problems.append((place, sentence))


def _unused(suppression: Suppression, codes: Sequence[str], code: str, slug: str) -> Finding:
    shown = ", ".join(name.upper() if name.startswith("shp") else name for name in codes)
    some = suppression.codes is not None and len(codes) < len(suppression.codes)
    what = (Message.of("{codes} in `{text}` silences nothing", codes=shown, text=suppression.text)
            if some else Message.of("`{text}` silences nothing", text=suppression.text))
    where = {"statement": "in this statement", "cell": "in this cell", "file": "in this file"}
    return Finding(
        code, slug, "warning", what,
        Message.of("there is no such finding {where}",
                   where=Message.of(where[suppression.scope])),
        Message.of("fix: take {codes} out", codes=shown) if some else Message.of("fix: remove it"),
        fix=_mended(suppression, codes if some else ()),
        location=suppression.place,
        evidence=(Evidence("suppression", Message.of("{text}", text=suppression.text)),))


def _mended(suppression: Suppression, codes: Sequence[str]) -> Optional[Fix]:
    """The comment without these codes, or without what silences; None where it is no comment."""
    comment = suppression.comment
    if comment is None:
        return None
    (start, end), old = suppression.span, comment.text
    new = (old[:start] + _without(old[start:end], codes) + old[end:]).strip()
    line, column, last = comment.line, comment.column, (comment.line, comment.column + len(old))
    if not new:
        old, column = comment.space + old, column - len(comment.space)
        if comment.alone and not comment.ends:
            old, last = old + "\n", (line + 1, 1)
    where = Location(suppression.place.path, suppression.place.cell, line, column, *last)
    return Fix(new, edits=(Edit(where, old, new),))


def _without(text: str, codes: Sequence[str]) -> str:
    """A comment without some of its codes; nothing is left of it where none are given."""
    for code in codes:
        name = re.escape(code).replace(r"\-", "[-_]")
        text = re.sub(rf"(?i)(?<=[\w.])[,\s]+{name}(?![\w-])|(?<![\w-]){name}(?![\w-])[,\s]*",
                      "", text, count=1)
    return text if codes else ""


def _listed(text: str) -> List[str]:
    """The codes at the beginning of it: `SHP101, E501 since it is so`."""
    return list(_words(re.split(r"[,\s]+", text.strip())))


def _words(words: Sequence[str]) -> Iterator[str]:
    for word in words:
        word = word.strip(".;:()")
        if not re.fullmatch(_CODE, word):
            return
        yield word


def _spelt(code: str) -> str:
    return code.lower().replace("_", "-")


def _near(word: str) -> str:
    from shapecheck.source.configuration import nearest

    return f" (did you mean {_MEANT[word]}?)" if word in _MEANT else nearest(word, WORDS)


def _place(where: Location, comment: Comment, match: "re.Match[str]") -> Location:
    start = comment.column + match.start()
    return Location(where.path, where.cell, comment.line, start, comment.line,
                    start + len(match[0].rstrip()))


__all__ = ["Suppression", "Suppressions", "WORDS"]
