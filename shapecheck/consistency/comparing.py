"""The verdict: exact tests, then difference against noise, then a twin; cause and layer if bad."""
from __future__ import annotations

import dataclasses
import warnings
from typing import Any, List, Optional, Sequence, Tuple

import numpy as np

from shapecheck.consistency import causes, modes, trials
from shapecheck.consistency.batches import Padding
from shapecheck.consistency.every_row import Progress, every_row
from shapecheck.consistency.noise import Rows, compute_dtype
from shapecheck.consistency.row_shape import raises_alone, row_shape
from shapecheck.consistency.run import ROWS, SIMPLY_NOISE, Run
from shapecheck.consistency.runner import ModelError, NoRows, Runner
from shapecheck.consistency.selection import choose
from shapecheck.consistency.state import layers_of, untouched
from shapecheck.facts.comparison import Comparison
from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean

#: rows in a batch at least, repeated where the user has fewer
SMALLEST = 4


class Check(Run):
    """One run of the default check. `compare()` gives the facts; the model is put back."""

    def compare(self, all_rows: bool = False, progress: Optional[Progress] = None) -> Comparison:
        """Run the trials in order; stop at the first that proves inconsistency.

        all_rows: then every row, alone and in batches. Raises UserError where nothing could be
        checked; the model is as before in any case.
        """
        with untouched(self.model), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                self._warm_up()
                found = self._judge()
                if all_rows and found.verdict != "inconsistent" and self.single:
                    found = self._every_row(found, progress)
                return found
            except NoRows as odd:
                return row_shape(self, odd)
            except ModelError as raised:
                raise UserError(_cannot_run(raised.error)) from raised.error

    # -- the first calls -----------------------------------------------------------------

    def _warm_up(self) -> None:
        """Two calls of different shape, so that all later ones share one relaxed trace.

        A trace for one static shape has other bits than one for any (facts: numerics, 1.1).
        """
        count, result = self._first_result()
        self.selection = choose(result, self.planned, self.declaration, self.output)
        self.runner.select = self.selection.function
        arrays = [np.asarray(a) for a in self.runner.select(result)]
        self.dtype, self.unit = compute_dtype(arrays, layers_of(self.model))
        if not arrays:
            raise UserError(f"the model returns no arrays ({type(result).__name__}): nothing to "
                            "compare")
        if any(a.ndim == 0 or a.shape[0] != count for a in arrays):
            raise NoRows(count, [a.shape for a in arrays])
        if self.fixed_batch is None and self.mode == "predict" and count > 1:
            try:
                self.runner.outputs(self.batches.take(self.rows[:1]), 1)
            except ModelError:  # asked again, and told, when rows go alone
                pass

    def _first_result(self) -> Tuple[int, Any]:
        """(rows, result) of the first call; finds out whether only one batch size will do."""
        rows = self.rows[:2]
        try:
            return len(rows), self.runner.result(self.batches.take(rows), len(rows))
        except ModelError:
            # The model may insist on the batch that it declares, or that the user passes.
            for size in dict.fromkeys((_declared_batch(self.model), self.batches.total)):
                if size is None or size == len(rows) or size > 4096:
                    continue
                self.fixed_batch = size
                try:
                    return size, self.runner.result(self.batches.take(self._filled()), size)
                except ModelError:  # not that either: the first exception is the user's
                    self.fixed_batch = None
            raise

    def _filled(self) -> List[int]:
        """The chosen rows, then others, then the chosen again: as many as the model takes."""
        size = self.fixed_batch or len(self.rows)
        rows = [*self.rows, *(r for r in range(min(self.batches.total, size))
                              if r not in self.rows)]
        return [rows[i % len(rows)] for i in range(size)]

    # -- the trials ----------------------------------------------------------------------

    def _judge(self) -> Comparison:
        if self.fixed_batch is not None:
            self.index = self._filled()
        else:  # few rows stand more than once in a batch, so that its slots can be told apart
            copies = -(-SMALLEST // len(self.rows))
            self.index = (list(self.rows) * copies)[:max(SMALLEST, len(self.rows))]
        self.measured(self.run(self.inputs(), len(self.index)))
        self._look_at_values()
        bad = (self._repeats() or self._ignores_neighbours() or self._ignores_order()
               or self._ignores_padding())
        if bad is None and self.fixed_batch is None:
            bad = self._single_against_batch()
        if bad is None and self.fixed_batch is None:
            bad = self._trims()
        if self.fixed_batch is not None:
            self.untested.append(f"single rows: the model takes batches of {self.fixed_batch} "
                                 "rows only")
        elif bad is None:
            bad = modes.agree(self)
        if bad is not None:
            return bad
        largest = max((t.difference for t in self.trials), default=0.0)
        return self.done(self.open_verdict or ("float noise" if largest else "bit-identical"),
                         largest)

    def _look_at_values(self) -> None:
        """Where nothing is a number nothing can be compared."""
        empty = [row for row, result in zip(self.index, self.batch)
                 if not any(_some_finite(a) for a in result)]
        if len(empty) == len(self.index):
            raise UserError("every value of the output is NaN or Inf, in all rows tested: nothing "
                            "to compare; tf.debugging.enable_check_numerics() shows where it "
                            "begins")
        if empty:
            rows = sorted(set(empty))
            self.untested.append(f"row {', '.join(map(str, rows[:5]))}: every value of the output "
                                 "is NaN or Inf")

    def _repeats(self) -> Optional[Comparison]:
        again = self.run(self.inputs(), len(self.index))
        self.spread, row, equal = self.gap_between(self.batch, again, self.index)
        if equal:
            self.told("repeat", True, "the same batch twice: the same bits")
            return None
        spread, self.spread = self.spread, 0.0
        noise = self.floor(row)
        self.spread = spread
        # Dropout inflates the floor too, so a bound that does not depend on it comes first.
        bound = 2.0 ** 10 * self.unit * max(1, len(layers_of(self.model)) - 1) ** 0.5
        rounding = spread <= bound and spread <= SIMPLY_NOISE * noise
        self.told("repeat", rounding, "the same batch twice: differs" + (
            " by rounding only" if rounding else ""), spread, row)
        return None if rounding else causes.not_repeatable(self)

    def _ignores_neighbours(self) -> Optional[Comparison]:
        if self.batches.total == 1:
            self.untested.append("other rows of yours: one row was given; its neighbours were "
                                 "made from it")
        count = len(self.index)
        stay = [1] if self.batches.total == 1 and count > 1 else trials.staying(count)
        # Few rows are cheap: they meet several sorts of neighbours.
        scales = (1.5, 12.0, -0.1) if count < 8 else (1.5,)
        made = [trials.neighbours(self.batches, self.index, stay, self.seed + i, scale)
                for i, scale in enumerate(scales)]
        if made[0] is None:
            self.untested.append("other rows beside a row: all rows hold the same values")
            return None
        gap, slot, equal, inputs = 0.0, None, True, made[0]
        for other in made:
            if other is None or not equal:
                continue
            changed = self.run(other, count)
            gap, slot, equal = self.gap_between([self.batch[s] for s in stay],
                                                [changed[s] for s in stay], stay)
            inputs = other
        passed = equal or gap <= self.tolerance()
        self.told("neighbours", passed, "other rows beside it: " + _words(equal, passed), gap,
                  None if slot is None else self.index[slot])
        if passed or slot is None:
            return None
        return causes.row_mixing(self, inputs, slot, slot, gap)

    def _ignores_order(self) -> Optional[Comparison]:
        """The rows in other places; copies of one row are in several places already."""
        count = len(self.index)
        if len(set(self.index)) < 2:
            gap, slot, equal = self.gap_between([self.batch[0]] * count, self.batch, range(count))
            order, inputs = list(range(count)), self.inputs()
            places = (0, slot or 0)
        else:
            order = trials.derangement(self.index, self.seed)
            inputs = self.batches.take([self.index[s] for s in order])
            moved = self.run(inputs, count)
            gap, slot, equal = self.gap_between([self.batch[s] for s in order], moved,
                                            range(count))
            places = (order[slot or 0], slot or 0)
        row = None if slot is None else self.index[places[0]]
        verdict = "float noise" if equal or gap <= self.tolerance() else self.judged(
            gap, row, lambda runner: self._moved_gap(runner, order))
        passed = verdict != "inconsistent"
        self.told("order", passed, "the batch in another order: " + _words(equal, passed), gap,
                  row)
        return None if passed else causes.row_mixing(self, inputs, *places, gap)

    def _moved_gap(self, runner: Runner, order: Sequence[int]) -> float:
        count = len(order)
        before = runner.rows(self.inputs(), count)
        if len(set(self.index)) < 2:
            return trials.compare_rows([before[0]] * count, before, order, self.scale)[0]
        after = runner.rows(self.batches.take([self.index[s] for s in order]), count)
        return trials.compare_rows([before[s] for s in order], after, order, self.scale)[0]

    def _ignores_padding(self) -> Optional[Comparison]:
        changed = trials.other_padding(self.batches, self.paddings)
        return self._ignores_content(changed) if changed else None

    def _trims(self) -> Optional[Comparison]:
        for padding in self.paddings[:2]:
            bad = self._trimmed(padding)
            if bad is not None:
                return bad
        return None

    def _ignores_content(self, changed: Any) -> Optional[Comparison]:
        there = self.run(self.batches.take(self.index, changed), len(self.index))
        gap, row, equal = self.gap_between(
            [self._real(r, row) for r, row in zip(self.batch, self.index)],
            [self._real(r, row) for r, row in zip(there, self.index)], self.index)
        passed = equal or gap <= self.tolerance()
        self.told("padding", passed, "other content under the padding: " + _words(equal, passed),
                  gap, row)
        if passed or row is None:
            return None
        padding = next((p for p in self.paddings if not p.real[row].all()), self.paddings[0])
        return causes.padding_leak(self, padding, "padding", row, gap)

    def _real(self, result: Rows, row: int) -> Rows:
        for padding in self.paddings:
            result = trials.real_part(result, padding.real[row])
        return result

    def _trimmed(self, padding: Padding) -> Optional[Comparison]:
        """One row alone without its padding, where the model takes any width."""
        padded = [r for r in self.rows if padding.lengths[r] < padding.width]
        if not padded or not self._any_width(padding):
            return None
        row = min(padded, key=lambda r: int(padding.lengths[r]))
        inputs = trials.trimmed(self.batches, padding, row)
        try:
            alone = self.run(inputs, 1)[0]
        except ModelError as raised:  # too short for a convolution, say
            self.untested.append(f"a row without its padding: the model raises "
                                 f"{type(raised.error).__name__} on it")
            return None
        gap = self._trim_gap(alone, self.single[self.rows.index(row)], padding, row)
        verdict = self.judged(gap, row, lambda runner: self._trim_gap(
            runner.rows(inputs, 1)[0], runner.rows(self.batches.take([row]), 1)[0], padding,
            row))
        # Another length is another sum: rounding may be larger than between equal lengths.
        passed = verdict != "inconsistent"
        self.told("trimmed", passed, "a row without its padding: " + _words(gap == 0, passed),
                  gap, row)
        return None if passed else causes.padding_leak(self, padding, "trimmed", row, gap)

    def _trim_gap(self, alone: Rows, padded: Rows, padding: Padding, row: int) -> float:
        if padding.left:
            padded = trials.real_part(padded, padding.real[row])
        return self.distance(*trials.common_prefix(alone, padded))

    def _any_width(self, padding: Padding) -> bool:
        specs = {s.name: s for s in self.declaration.specs}
        name = self.batches.names[padding.ids]
        spec = specs.get(name) or (self.declaration.specs[padding.ids]
                                   if padding.ids < len(self.declaration.specs) else None)
        if spec is None or spec.shape is None or spec.source in ("built", "layer"):
            return True  # nothing is declared; where the model cannot, it raises
        return len(spec.shape) > 1 and spec.shape[1] is None

    def _single_against_batch(self) -> Optional[Comparison]:
        try:
            self.single = [self.run(self.batches.take([r]), 1)[0] for r in self.rows]
        except ModelError as raised:
            return raises_alone(self, raised.error)
        batch = self.batch[:len(self.rows)]
        for alone, together in zip(self.single, batch):
            for a, b in zip(alone, together):
                if a.shape != b.shape:
                    return self.inconsistent("SHP304", f"a row alone has shape {a.shape}, in a "
                                             f"batch {b.shape}", fix="keep axis 0")
        if len(self.rows) > 1:
            self.pair = self.run(self.batches.take(list(self.rows[:2])), 2)
        gap, row, equal = self.gap_between(self.single, batch, self.rows)
        gap2, row2, equal2 = self.gap_between(self.single[:2], self.pair, self.rows[:2])
        if gap2 > gap:
            gap, row = gap2, row2
        if equal and equal2:
            self.told("single", True, "alone against the batch: the same bits")
            return None
        verdict = self.judged(gap, row, self._single_gap)
        words = " by rounding" if verdict == "float noise" else ""
        if gap == float("inf"):
            words = ": NaN or Inf in other places, or another shape"
        self.told("single", None if verdict == "undecided" else verdict == "float noise",
                  f"alone against the batch: differs{words}", gap, row)
        if verdict == "inconsistent" and row is not None:
            return causes.beyond_noise(self, gap, row)
        self.open_verdict = "undecided" if verdict == "undecided" else None
        return None

    def _single_gap(self, runner: Runner) -> float:
        index = list(self.rows)
        together = runner.rows(self.batches.take(index), len(index))
        alone = [runner.rows(self.batches.take([r]), 1)[0] for r in index]
        return trials.compare_rows(alone, together, index, self.scale)[0]

    # -- every row -----------------------------------------------------------------------

    def _every_row(self, found: Comparison, progress: Optional[Progress]) -> Comparison:
        with self.counted_as_extra():
            every = every_row(self, progress)
        verdict = found.verdict
        bad: Optional[Comparison] = None
        if every.difference > 0 and every.row is not None:
            verdict = self.judged(every.difference, every.row,
                                  lambda runner: self._chunk_gap(runner, every.chunk, every.row))
            self.told("every row", verdict != "inconsistent",
                      f"{every.done} rows alone against batches of {every.size}", every.difference,
                      every.row)
            if verdict == "inconsistent":
                self.index = list(every.chunk)
                self.measured(self.run_extra(self.inputs(), len(self.index)))
                bad = causes.beyond_noise(self, every.difference, every.row)
        else:
            self.told("every row", True, f"{every.done} rows alone against batches of "
                      f"{every.size}: the same bits")
        base = found if bad is None else bad
        return dataclasses.replace(
            base, verdict=verdict, difference=max(found.difference, every.difference),
            noise=self.noise, twin=self.twin, trials=tuple(self.trials), table=found.table,
            table_rows=found.table_rows, rows=tuple(range(every.done)), identical=every.identical,
            partial=every.partial, method=every.method, forwards=found.forwards, extra=self.extra,
            untested=tuple(dict.fromkeys(self.untested)),
            batch_sizes=tuple(sorted({*found.batch_sizes, every.size})))

    def _chunk_gap(self, runner: Runner, chunk: Sequence[int], row: Optional[int]) -> float:
        assert row is not None
        together = runner.rows(self.batches.take(chunk), len(chunk))[list(chunk).index(row)]
        alone = runner.rows(self.batches.take([row]), 1)[0]
        return self.distance(alone, together)


def _some_finite(array: Any) -> bool:
    kind = array.dtype.kind
    if kind not in "fc" and str(array.dtype) != "bfloat16":
        return True
    return bool(np.isfinite(array.astype("complex128" if kind == "c" else "float64")).any())


def _words(equal: bool, passed: bool) -> str:
    return "the same bits" if equal else "differs by rounding" if passed else "differs"


def _declared_batch(model: Any) -> Optional[int]:
    """The batch size that an input of the model declares, None where it declares none."""
    for part in (getattr(model, "_functional", None), model):
        first: Any = getattr(part, "_inputs", None) or getattr(part, "_nested_inputs", None)
        while isinstance(first, (list, tuple, dict)) and first:
            first = next(iter(first.values())) if isinstance(first, dict) else first[0]
        shape: Optional[Sequence[Any]] = getattr(first, "shape", None)
        if shape is not None and len(shape) and shape[0] is not None:
            return int(shape[0])
    return None


def _cannot_run(error: BaseException) -> str:
    from shapecheck.observe.running import telling_line

    return (f"the model raises {type(error).__name__} on these inputs, so nothing could be "
            f"checked: {clean(telling_line(error), 200)}; shapecheck model-inputs shows what it "
            "declares")


__all__ = ["ROWS", "Check"]
