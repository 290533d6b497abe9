"""The consistency heat map (rows by batch sizes) and the layer profile as one SVG picture."""
from __future__ import annotations

import math
from html import escape
from typing import List, Optional

from shapecheck.facts import clean
from shapecheck.facts.comparison import Comparison, LayerDifference

_CELL, _LABEL, _HEAD, _GAP = 26, 90, 46, 40
_MOST_ROWS, _MOST_LAYERS = 64, 400
_LOW, _HIGH = -9.0, 1.0  # powers of ten of the relative difference, shown from white to dark


def consistency_svg(comparison: Comparison) -> str:
    """A self-contained SVG document; text of the user's is escaped and cleaned."""
    parts: List[str] = []
    top = _heat_map(comparison, parts)
    bottom, width = _profile(comparison, parts, top)
    title = escape(clean(f"{comparison.output}: {comparison.verdict}"))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{bottom}" '
            f'viewBox="0 0 {width} {bottom}" role="img" aria-label="{title}" '
            'font-family="sans-serif" font-size="12">'
            f'<title>{title}</title><rect width="100%" height="100%" fill="#ffffff"/>'
            + "".join(parts) + "</svg>\n")


def _heat_map(comparison: Comparison, parts: List[str]) -> int:
    """Rows of the check down, batch sizes across; returns the height used."""
    table = comparison.table[:_MOST_ROWS]
    if not table:
        return 20
    parts.append(_text(8, 18, "difference of a row alone and in a batch of", bold=True))
    for column, size in enumerate(comparison.batch_sizes[:len(table[0])]):
        parts.append(_text(_LABEL + column * 3 * _CELL, 38, str(size)))
    for line, (row, gaps) in enumerate(zip(comparison.table_rows, table)):
        y = _HEAD + line * _CELL
        parts.append(_text(8, y + 17, f"row {row}"))
        for column, gap in enumerate(gaps):
            if gap is None:
                continue
            x = _LABEL + column * 3 * _CELL
            parts.append(f'<rect x="{x}" y="{y}" width="{3 * _CELL - 2}" height="{_CELL - 2}" '
                         f'fill="{_colour(gap)}" stroke="#999999"/>')
            ink = "#ffffff" if _share(gap) > 0.55 else "#000000"
            parts.append(_text(x + 6, y + 17, _figure(gap), ink))
    return _HEAD + len(table) * _CELL + _GAP


def _profile(comparison: Comparison, parts: List[str], top: int) -> "tuple[int, int]":
    """Difference against depth on a log axis, the noise floor as a dashed line."""
    profile = comparison.profile[:_MOST_LAYERS]
    if not profile:
        return top, 420
    height, left = 180, 60
    step = max(2.0, min(14.0, 900 / len(profile)))
    width = int(left + step * len(profile) + 260)
    parts.append(_text(8, top, "difference after each layer, in order of completion", bold=True))
    base = top + 20 + height
    for power in range(int(_LOW), int(_HIGH) + 1, 2):
        y = base - _place(10.0 ** power) * height
        parts.append(f'<line x1="{left}" x2="{width - 240}" y1="{y:.1f}" y2="{y:.1f}" '
                     'stroke="#dddddd"/>' + _text(8, int(y) + 4, f"1e{power}"))
    for i, item in enumerate(profile):
        x = left + i * step
        y = base - _place(item.difference) * height
        blamed = _is_blamed(item, comparison.layer)
        parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(1.0, step - 1):.1f}" '
                     f'height="{base - y:.1f}" fill="{"#b40426" if blamed else "#6788ee"}">'
                     f'<title>{escape(clean(item.path))}: {_figure(item.difference)}</title>'
                     '</rect>')
    floor = comparison.noise or 2.0 ** -24
    y = base - _place(floor) * height
    parts.append(f'<line x1="{left}" x2="{width - 240}" y1="{y:.1f}" y2="{y:.1f}" '
                 'stroke="#000000" stroke-dasharray="4 3"/>'
                 + _text(width - 232, int(y) + 4, "this model's own rounding"))
    if comparison.layer is not None:
        parts.append(_text(left, base + 22, f"first differs: {clean(comparison.layer, 100)}",
                           "#b40426"))
    return base + 36, width


def _is_blamed(item: LayerDifference, layer: Optional[str]) -> bool:
    return layer is not None and (item.path == layer or item.path.endswith("/" + layer))


def _place(gap: float) -> float:
    if gap <= 0 or math.isnan(gap):
        return 0.0
    return 1.0 if math.isinf(gap) else _share(gap)


def _share(gap: float) -> float:
    """0 for nothing, 1 for everything, by powers of ten."""
    if gap <= 0:
        return 0.0
    if math.isinf(gap) or math.isnan(gap):
        return 1.0
    return max(0.0, min(1.0, (math.log10(gap) - _LOW) / (_HIGH - _LOW)))


def _colour(gap: float) -> str:
    share = _share(gap)
    red, green, blue = (int(255 + (end - 255) * share) for end in (150, 20, 40))
    return f"#{red:02x}{green:02x}{blue:02x}"


def _figure(gap: float) -> str:
    return "same bits" if gap == 0 else "other shape" if math.isinf(gap) else f"{gap:.1e}"


def _text(x: float, y: float, text: str, fill: str = "#000000", bold: bool = False) -> str:
    weight = ' font-weight="bold"' if bold else ""
    return f'<text x="{x:.0f}" y="{y:.0f}" fill="{fill}"{weight}>{escape(text)}</text>'
