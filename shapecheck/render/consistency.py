"""The screen of a consistency check: a first line to trust, then what it rests on."""
from __future__ import annotations

import math
from typing import List, Optional, Sequence, Tuple

from shapecheck.facts import Message, clean
from shapecheck.facts.comparison import Comparison, LayerDifference
from shapecheck.facts.message import Part
from shapecheck.render.blocks import Block, Gap, Grid, Line, line

_MODES = {"predict": "model.predict(x)", "call": "model(x)", "function": "tf.function(model)",
          "xla": "tf.function(model, jit_compile=True)"}
_SHADES = " .:-=+*#%@"  # from nothing to everything, without colour


def consistency_blocks(comparison: Comparison) -> List[Block]:
    result: List[Block] = [first_line(comparison)]
    result.append(line("as called: {mode}, {dtype}; {forwards} rows sent through the model{extra}",
                       indent=2, style="dim", mode=_MODES.get(comparison.mode, comparison.mode),
                       dtype=comparison.dtype, forwards=_plain(comparison.forwards),
                       extra=_plain(f", {comparison.extra} more {_wherefore(comparison)}"
                                    if comparison.extra else "")))
    result += _trials(comparison)
    result += _proofs(comparison)
    result += _table(comparison)
    result += _profile(comparison)
    for text in comparison.untested:
        result.append(line("not tested: {text}", indent=2, style="dim", text=text))
    if comparison.partial:
        result.append(line("stopped by Ctrl-C: {n} of {total} rows were tested", indent=2,
                           style="bad", n=_plain(len(comparison.rows)),
                           total=_plain(comparison.total_rows)))
    return result


def _wherefore(comparison: Comparison) -> str:
    """What the further rows were sent through for; `method` is that of `--all-rows`."""
    if comparison.cause is not None:
        return "for every row and the cause" if comparison.method else "for the cause"
    return "for every row" if comparison.method else "for its rounding"


def first_line(comparison: Comparison) -> Line:
    """What a person needs to know, in one sentence."""
    rows = len(comparison.rows)
    count = _plain(f"{rows} row" + ("s" if rows != 1 else ""))
    sizes = _plain(" and ".join(str(s) for s in comparison.batch_sizes) or "one size")
    if comparison.verdict == "inconsistent":
        where = _layer(comparison)
        fix = _plain(". ") if comparison.fix else _plain("")
        return line("INCONSISTENT: {output}: {detail}{where}{dot}{fix}", style="bad",
                    output=comparison.output, detail=_plain(comparison.cause_detail), where=where,
                    dot=fix, fix=_plain(_capital(comparison.fix)))
    if comparison.verdict == "bit-identical":
        return line("{output} is consistent: {count}, single against batch of {sizes}; the same "
                    "bits everywhere", style="good", output=comparison.output, count=count,
                    sizes=sizes)
    if comparison.verdict == "float noise":
        return line("{output} is consistent: {count}, single against batch of {sizes}; largest "
                    "difference {gap}, this model's own rounding is {noise}", style="good",
                    output=comparison.output, count=count, sizes=sizes,
                    gap=_figure(comparison.difference), noise=_figure(comparison.noise))
    return line("UNDECIDED: {output} differs by {gap}, {ratio} times this model's own rounding, "
                "and double precision could not be asked", style="bad", output=comparison.output,
                gap=_figure(comparison.difference), ratio=_plain(_times(comparison.ratio)))


def _layer(comparison: Comparison) -> Message:
    if comparison.layer is None:
        return Message(())
    return Message.of("; first seen in layer {layer}", layer=comparison.layer)


def _trials(comparison: Comparison) -> List[Block]:
    rows = []
    for trial in comparison.trials:
        mark = "ok" if trial.passed else "?" if trial.passed is None else "FAILED"
        rows.append((_plain(mark), _plain(trial.text),
                     _figure(trial.difference) if trial.difference else _plain("0"),
                     _plain("" if trial.row is None else str(trial.row))))
    return [Gap(), Grid(("", "trial", "difference", "row"), tuple(rows))] if rows else []


def _proofs(comparison: Comparison) -> List[Block]:
    if not comparison.proofs:
        return []
    rows = tuple((_plain(proof.changed), _figure(proof.before),
                  _figure(proof.after)) for proof in comparison.proofs)
    return [Gap(), Grid(("proof: run again with", "difference was", "is"), rows)]


def _table(comparison: Comparison) -> List[Block]:
    """Rows by batch sizes; the shade is the difference on a log scale of the floor."""
    if not comparison.table or len(comparison.table) > 64:
        return []
    sizes = comparison.batch_sizes[:len(comparison.table[0])]
    rows = []
    for row, gaps in zip(comparison.table_rows, comparison.table):
        cells = tuple(_plain("" if gap is None else f"{_shade(gap)} {_text(gap)}")
                      for gap in gaps)
        rows.append((_plain(str(row)), *cells))
    head = ("row", *(f"in a batch of {s}" for s in sizes))
    return [Gap(), Grid(head, tuple(rows))]


def _profile(comparison: Comparison) -> List[Block]:
    """Difference against depth; `|` is the noise floor, `>` the layer that is to blame."""
    shown = _thinned(comparison.profile, comparison.layer)
    if not shown:
        return []
    floor = comparison.noise or 2.0 ** -24
    rows = []
    for item in shown:
        blamed = comparison.layer is not None and item.path.endswith(comparison.layer)
        rows.append((_plain(">" if blamed else ""), Message.of("{p}", p=item.path.partition("/")[2]
                                                              or item.path),
                     _plain(_text(item.difference)), _plain(_bar(item.difference, floor))))
    return [Gap(), Grid(("", "layer", "difference", "| is this model's rounding"), tuple(rows))]


def _thinned(profile: Sequence[LayerDifference], layer: Optional[str],
             most: int = 24) -> Tuple[LayerDifference, ...]:
    """The profile of a deep model: around the first difference, and every so often elsewhere."""
    if len(profile) <= most:
        return tuple(profile)
    first = next((i for i, p in enumerate(profile) if p.difference > 0), 0)
    near = set(range(max(0, first - 4), first + 6))
    step = max(1, len(profile) // (most - len(near)))
    keep = near | set(range(0, len(profile), step)) | {len(profile) - 1}
    return tuple(p for i, p in enumerate(profile) if i in keep)


def _bar(gap: float, floor: float, width: int = 24) -> str:
    """Powers of ten from 1e-9 to 10, with the floor drawn in."""
    def place(value: float) -> int:
        if value <= 0:
            return 0
        if math.isinf(value):
            return width
        return max(0, min(width, round((math.log10(value) + 9) / 10 * width)))

    cells = ["#" if i < place(gap) else " " for i in range(width)]
    cells[min(width - 1, place(floor))] = "|"
    return "".join(cells).rstrip()


def _shade(gap: float) -> str:
    if gap <= 0:
        return _SHADES[0]
    if math.isinf(gap) or math.isnan(gap):
        return _SHADES[-1]
    return _SHADES[max(1, min(9, round((math.log10(gap) + 9) / 10 * 9)))]


def _figure(value: Optional[float]) -> Message:
    return _plain(_text(value))


def _text(value: Optional[float]) -> str:
    if value is None:
        return "not measured"
    if value == 0:
        return "0"
    if math.isinf(value):
        return "other shape or NaN"
    return f"{value:.1e}"


def _times(ratio: Optional[float]) -> str:
    return "?" if ratio is None else f"{ratio:.0f}"


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _plain(value: object) -> Message:
    """A sentence or figure of ours; names of the user's in it are cleaned, never marked."""
    return Message((Part("ours", clean(value)),))
