"""Evidence for the reader: what the user's frames held where a model was first called.

Looked at once for each place, and bounded; what is kept is shapes, constants and the source text.
"""
from __future__ import annotations

import linecache
import os
import re
from types import CodeType, FrameType, TracebackType
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from shapecheck.facts import Call, Location
from shapecheck.facts.evidence import Held, Moment, Names, Ran
from shapecheck.facts.records import replace
from shapecheck.observe import callsite
from shapecheck.observe.callsite import USER, is_generated, owner_of, site_of
from shapecheck.observe.holding import Declare, held
from shapecheck.source.magics import other_language, without_magics

NAMES = 64  # of one place
CELLS = 64  # of a notebook that are read together
PLACES = 256
FRAMES = 8  # of a traceback
LARGEST = 1 << 20  # characters of a source that is read
_NEAR = 60  # lines before and behind a place whose names come first
_WORD = re.compile(r"[^\W\d]\w*")


class Draft:
    """A moment that may still get what the call returned."""

    __slots__ = ("moment", "location", "code", "open")

    def __init__(self, moment: Moment, location: Location, code: CodeType) -> None:
        self.moment = moment
        self.location = location
        self.code = code  # keys hold its id, which must not be given to another one
        self.open = True


class Witness:
    """Collects moments; `ran()` gives them by source. declare: the declaration of a model."""

    def __init__(self, declare: Declare) -> None:
        self._declare = declare
        self._drafts: Dict[Any, Draft] = {}
        self._texts: Dict[str, List[str]] = {}
        self._cells: Dict[int, Ran] = {}  # of a notebook, by execution count; the last ones

    def cell(self, count: int, text: str, namespace: Mapping[str, Any]) -> None:
        """A cell of a notebook is about to run, in a kernel that holds `namespace`."""
        if len(text) > LARGEST or other_language(text):
            return
        text = without_magics(text)
        names: List[Tuple[str, Held]] = []
        for name in dict.fromkeys(_WORD.findall(text)):
            if name in namespace and len(names) < NAMES:
                _add(names, name, namespace[name], self._declare)
        first = next((number for number, line in enumerate(text.split("\n"), 1)
                      if line.strip() and not line.lstrip().startswith("#")), 1)
        self._cells[count] = Ran(f"In [{count}]", text, (
            Moment("start", first, names=tuple(names)),), count)
        if len(self._cells) > CELLS:
            del self._cells[next(iter(self._cells))]

    def forget_cell(self, count: int) -> None:
        """It was left by an exception: what it did not bind, nobody may use."""
        self._cells.pop(count, None)

    def cells(self) -> List[Ran]:
        """The cells that ran to their end, with the moments in them."""
        seen = {ran.execution_count: ran for ran in self.ran() if ran.execution_count is not None}
        found = []
        for count, ran in sorted(self._cells.items()):
            more = seen.get(count)
            found.append(ran if more is None else replace(
                ran, moments=(*ran.moments, *more.moments)))
        return found

    def called(self, frame: FrameType, call: Call) -> Optional[Draft]:
        """A call of a new kind begins in `frame`: None where its place is known already."""
        place = call.location
        key = (id(frame.f_code), frame.f_lasti)
        if key in self._drafts or len(self._drafts) >= PLACES or place.column is None \
                or place.line is None or place.end_line is None or place.end_column is None:
            return None
        generated = is_generated(frame)
        filename = str(place.path) if generated else frame.f_code.co_filename
        if not self._lines(filename, frame) or (not generated and owner_of(filename) != USER):
            return None
        names, shared = self._names(frame, filename, place.line)
        moment = Moment("call", place.line, place.column - 1, place.end_line,
                        place.end_column - 1, names, () if generated else shared, call)
        self._drafts[key] = draft = Draft(moment, replace(place, path=filename), frame.f_code)
        return draft

    def returned(self, draft: Draft, call: Call, result: Any) -> None:
        """The first call at the place of the draft has ended."""
        draft.open = False
        shown: Held = None if call.raised or not call.returned else held(result)
        draft.moment = replace(draft.moment, call=call, returned=shown)

    def block(self, kind: str, frame: Optional[FrameType]) -> None:
        """The watching block of `frame` is entered or left."""
        if frame is not None and owner_of(frame.f_code.co_filename) == USER:
            self._line(kind, frame, frame.f_lineno)

    def stopped(self, trace: Optional[TracebackType]) -> None:
        """An exception has left the user's code."""
        for _ in range(FRAMES):
            if trace is None:
                return
            frame = trace.tb_frame
            if owner_of(frame.f_code.co_filename) == USER and not is_generated(frame):
                self._line("stop", frame, trace.tb_lineno)
            trace = trace.tb_next

    def stopped_at(self, place: Location) -> bool:
        """Is it a place at which an exception left the user's code?"""
        return any(draft.moment.kind == "stop" and place.line is not None
                   and _path(draft.location) == place.path
                   and place.line <= draft.moment.line <= (place.end_line or place.line)
                   for draft in list(self._drafts.values()))

    def _line(self, kind: str, frame: FrameType, line: int) -> None:
        filename = frame.f_code.co_filename
        key = (id(frame.f_code), kind, line)
        if len(self._drafts) >= PLACES or not self._lines(filename, frame):
            return
        names, shared = self._names(frame, filename, line)
        self._drafts[key] = Draft(Moment(kind, line, names=names, shared=shared),
                                  replace(site_of(frame, direct=False).location, path=filename),
                                  frame.f_code)

    def ran(self) -> List[Ran]:
        """Each source that ran, with its moments in the order in which they came."""
        found: Dict[str, List[Draft]] = {}
        for draft in list(self._drafts.values()):
            found.setdefault(str(draft.location.path), []).append(draft)
        return [Ran(_path(drafts[0].location), "".join(self._texts[filename]),
                    tuple(d.moment for d in drafts), drafts[0].location.execution_count)
                for filename, drafts in found.items()]

    # -- what a frame shows ------------------------------------------------------------------

    def _lines(self, filename: str, frame: FrameType) -> List[str]:
        """The source, as it is now; [] where there is none, or too much of it."""
        lines = self._texts.get(filename)
        if lines is None:
            lines = []
            if "site-packages" not in filename.split(os.sep):
                linecache.checkcache(filename)
                lines = linecache.getlines(filename, frame.f_globals)
                if sum(map(len, lines)) > LARGEST:
                    lines = []
            self._texts[filename] = lines
        return lines

    def _names(self, frame: FrameType, filename: str, line: int) -> Tuple[Names, Names]:
        """(of the frame, of its module where that is another) what the names hold that the code
        near the line uses."""
        code, lines = frame.f_code, self._texts[filename]
        near = sorted(range(max(0, line - _NEAR), min(len(lines), line + _NEAR)),
                      key=lambda number: abs(number + 1 - line))
        words = dict.fromkeys(word for number in near for word in _WORD.findall(lines[number]))
        inner = code.co_name.startswith("<") and code.co_name != "<module>"  # a comprehension
        own: List[Tuple[str, Held]] = []
        shared: List[Tuple[str, Held]] = []
        with callsite.Names(frame) as names:
            for name in words:
                if len(own) + len(shared) >= NAMES:
                    break
                if not names.of_module and not inner:
                    _add(own, name, names.local(name), self._declare)
                _add(own if names.of_module else shared, name, names.shared(name), self._declare)
        return tuple(own), tuple(shared)


def _add(found: List[Tuple[str, Held]], name: str, value: Any, declare: Callable[..., Any],
         ) -> None:
    if value is callsite.NOTHING:
        return
    shown = held(value, declare)
    if shown is not None:
        found.append((name, shown))


def _path(location: Location) -> str:
    return str(location.path) if location.execution_count is None else \
        f"In [{location.execution_count}]"
