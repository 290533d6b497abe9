"""How the user wrote what was passed."""
from __future__ import annotations

from types import FrameType
from typing import Any, Optional, Sequence, Tuple

from shapecheck.observe.callsite import Site, indexed_kind
from shapecheck.source.calls import Piece


class Speller:
    """How the user wrote an argument and the items in it.

    parameters: names of the callable's own parameters, where each input is one of them
    (`bert(ids, attention_mask=mask)`); empty where one argument holds all inputs. prefix: where
    in the argument the inputs are (`validation_data=(x, y)`).
    """

    def __init__(self, site: Site, parameter: Tuple[Optional[int], Tuple[str, ...]],
                 frame: Optional[FrameType] = None,
                 parameters: Optional[Sequence[str]] = None,
                 prefix: Tuple[Any, ...] = ()) -> None:
        self._prefix = prefix
        self._text = site.text
        self._parameter = parameter
        self._frame = frame
        self._parameters = parameters

    def item(self, path: Tuple[Any, ...]) -> Tuple[str, Optional[Tuple[int, int]], str]:
        """(expression, span, indexed) for the item at `path`; ("", None, "") where not known."""
        if self._text is None:
            return "", None, ""
        piece = (self._text.item(*self._parameter, self._prefix + path)
                 if self._parameters is None
                 else self._own_parameter(path))
        if piece is None:
            return "", None, ""
        indexed = indexed_kind(piece.text, self._frame) if piece.span else "other"
        return piece.text, piece.span, indexed

    def _own_parameter(self, path: Tuple[Any, ...]) -> Optional[Piece]:
        assert self._text is not None and self._parameters is not None
        first, rest = path[0], path[1:]
        if isinstance(first, int):
            return self._text.item(first, (), rest)
        position = self._parameters.index(first) if first in self._parameters else None
        piece = self._text.item(position, (first,), rest)
        if piece is None:
            unpacked = self._text.unpacked()
            return Piece(f"{unpacked.text}[{first!r}]", None) if unpacked else None
        return piece

    def container(self) -> Tuple[str, Optional[Tuple[int, int]], str]:
        """(expression, span, "list" | "dict" | "other") of the whole argument."""
        if self._text is None:
            return "", None, ""
        piece = self._text.argument(*self._parameter)
        if piece is None:
            piece = self._text.unpacked()
            return (piece.text, piece.span, "unpacked") if piece else ("", None, "")
        return piece.text, piece.span, piece.kind
