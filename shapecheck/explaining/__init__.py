"""A pasted error, explained: which rule, whose line, what to do. Nothing is run or imported."""
from __future__ import annotations

from shapecheck.explaining.explained import explained

__all__ = ["explained"]
