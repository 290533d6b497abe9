"""Which findings are asked for."""
from __future__ import annotations

from typing import Callable, Dict, Iterable, List, Optional, Sequence, Tuple, Union

from shapecheck.facts.errors import UserError

#: a cell that does not parse: the tool's own code, made here, since no fact says so
UNREADABLE_CELL = ("SHP901", "unreadable-cell")
#: a comment, tag or metadata that silences nothing: told on request
UNUSED_SUPPRESSION = ("SHP902", "unused-suppression")
_TOOLS = dict([UNREADABLE_CELL, UNUSED_SUPPRESSION])

#: patterns as in .gitignore, and the codes that are not told of what they hit
PerFile = Sequence[Tuple[str, Sequence[str]]]


class Selection:
    """Which codes are told: the longest prefix that fits decides, on a tie `ignore`.

    never: what is not told of this file whatever is selected. unused: is SHP902 asked for?
    likened: are the likenesses of the findings, for a baseline?
    """

    __slots__ = ("chosen", "ignored", "never", "unused", "likened")

    def __init__(self, select: Optional[Sequence[str]] = None, ignore: Sequence[str] = (),
                 extend: Sequence[str] = (), never: Sequence[str] = (),
                 unused: bool = False, likened: bool = False) -> None:
        self.likened = likened
        self.never = tuple(_prefixes(never))
        self.unused = unused
        self.chosen = tuple(_prefixes(("ALL",) if select is None else select)
                            + _prefixes(extend))
        self.ignored = tuple(_prefixes(ignore))

    def takes(self, code: str) -> bool:
        if self.never and code.startswith(self.never):
            return False
        chosen = max((len(p) for p in self.chosen if code.startswith(p)), default=-1)
        ignored = max((len(p) for p in self.ignored if code.startswith(p)), default=-1)
        return chosen > ignored

    def asked(self) -> str:
        """The same for two selections that tell the same."""
        return repr([getattr(self, name) for name in self.__slots__])


def _prefixes(codes: Sequence[str]) -> List[str]:
    return ["" if code.upper() == "ALL" else code.upper() for code in codes]


def check_codes(codes: Iterable[str], where: Union[str, Callable[[str], str]]) -> None:
    """Raises UserError for a prefix that no code begins with; `where` says where it stands."""
    asked = [code for code in codes if code.upper() != "ALL"]
    if not asked or all(_begins(code, own_codes()) for code in asked):
        return
    from shapecheck.rules import catalogue  # with those that others have installed

    known = [*(rule.code for rule in catalogue()), *_TOOLS]
    for code in asked:
        if not _begins(code, known):
            from shapecheck.facts.message import clean
            from shapecheck.source.configuration import nearest

            place = where if isinstance(where, str) else where(code)
            raise UserError(f"{place}: no code begins with {clean(repr(code), 40)}"
                            f"{nearest(code.upper(), known)}; codes are SHP101 ..., a family is "
                            "SHP1, all are ALL")


def _begins(prefix: str, codes: Iterable[str]) -> bool:
    return bool(prefix.strip()) and any(code.startswith(prefix.upper()) for code in codes)


def own_codes() -> List[str]:
    """The codes of our own rules, by the names of their files: without importing any."""
    from shapecheck.rules import names

    return [*(name.partition("_")[0].upper() for name in names()), *_TOOLS]


def hint_at(word: str) -> Optional[str]:
    """None for a code, a family or a slug (in small letters); else the nearest, to be shown."""
    from shapecheck.rules import catalogue, names

    known = dict(_TOOLS)
    for name in names():
        code, _, slug = name.partition("_")
        known[code.upper()] = slug.replace("_", "-")
    if _names(word, known):
        return None
    known.update((rule.code, rule.slug) for rule in catalogue())
    if _names(word, known):
        return None
    import difflib

    digits = word.translate(str.maketrans("oil", "011"))  # SHP1O1
    if digits.upper() in known:
        return f" (did you mean {digits.upper()}?)"
    shown = {**{slug: slug for slug in known.values()}, **{code.lower(): code for code in known}}
    close = difflib.get_close_matches(word, list(shown), 1)
    return f" (did you mean {shown[close[0]]}?)" if close else ""


def _names(word: str, known: Dict[str, str]) -> bool:
    return word in known.values() or _begins(word, known)
