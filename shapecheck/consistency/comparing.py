"""The verdict: exact tests, then difference against noise, then a twin; cause and layer if bad."""
from __future__ import annotations

import contextlib
import dataclasses
import warnings
from typing import Any, Callable, Iterator, List, Optional, Sequence, Tuple

import numpy as np

from shapecheck.consistency import causes, trials
from shapecheck.consistency.batches import Batches, Padding, choose_rows, find_padding
from shapecheck.consistency.every_row import CHUNK, Progress, every_row
from shapecheck.consistency.noise import Rows, compute_dtype, distance, floor
from shapecheck.consistency.runner import NoRows, Runner, all_arrays
from shapecheck.consistency.selection import Selection, choose
from shapecheck.consistency.state import untouched
from shapecheck.consistency.twin import THRESHOLD, double_twin, in_double
from shapecheck.facts import Call
from shapecheck.facts.comparison import Comparison, Trial
from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.observe.models import declaration_of, generation_of

ROWS = 8
SIMPLY_NOISE = 2.0  # times the floor: the largest seen of correct models was 1.3
SURELY_NOT = 32.0  # times the floor: the smallest realistic float32 bug was 3.7e4


class Check:
    """One run of the default check. `compare()` gives the facts; the model is put back."""

    def __init__(self, model: Any, inputs: Any, planned: Call, *, output: Optional[str] = None,
                 mode: str = "predict", rows: int = ROWS, seed: int = 0) -> None:
        self.model = model
        self.planned = planned
        self.declaration = declaration_of(model)
        self.batches = Batches(inputs, [s.name for s in self.declaration.specs])
        self.padding = find_padding(self.batches, _pad_id(model))
        lengths = None if self.padding is None else self.padding.lengths
        self.rows = choose_rows(self.batches.total, lengths, rows, seed)
        self.seed = seed
        self.runner = Runner(model, mode, all_arrays)
        self.output = output
        self.trials: List[Trial] = []
        self.untested: List[str] = []
        self.spread = 0.0  # measured: how far the same batch repeats
        self.batch: List[Rows] = []
        self.single: List[Rows] = []
        self.pair: List[Rows] = []  # the first two rows in a batch of two
        self.selection: Optional[Selection] = None
        self.noise: Optional[float] = None
        self.twin: Optional[float] = None
        self.extra = 0
        self.fixed_batch = _fixed_batch(model)
        self.dtype = "float32"
        self.unit = 2.0 ** -24

    # -- running -------------------------------------------------------------------------

    def compare(self, all_rows: bool = False,
                progress: Optional[Progress] = None) -> Comparison:
        """Run the trials in order; stop at the first that proves inconsistency.

        all_rows: then every row, alone and in batches. Raises UserError where nothing could be
        checked; the model is as before in any case.
        """
        with untouched(self.model), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            try:
                self._warm_up()
            except UserError:
                raise
            except NoRows as odd:
                return self._inconsistent("SHP304", odd.text)
            except Exception as error:
                raise UserError(_cannot_run(error)) from error
            try:
                result = self._judge()
                if all_rows and result.verdict != "inconsistent" and self.single:
                    result = self._every_row(result, progress)
                return result
            except NoRows as odd:
                return self._inconsistent("SHP304", odd.text)

    def _every_row(self, result: Comparison, progress: Optional[Progress]) -> Comparison:
        default = self.runner.forwards
        every = every_row(self.runner, self.batches, list(zip(self.rows, self.single)), progress)
        verdict = result.verdict
        if every.difference > 0:
            verdict = ("inconsistent" if every.difference == float("inf")
                       else self._noise_verdict(every.difference))
            self._told("every row", verdict != "inconsistent",
                       f"{every.done} rows alone against batches of {CHUNK}", every.difference,
                       every.row)
        cause = "SHP305" if verdict == "inconsistent" else None
        return dataclasses.replace(
            result, verdict=verdict, cause=cause, difference=max(result.difference,
                                                                 every.difference),
            cause_detail="" if cause is None else f"row {every.row} differs beyond rounding; the "
            "rows of the default check do not", noise=self.noise, twin=self.twin,
            trials=tuple(self.trials), rows=tuple(range(every.done)), identical=every.identical,
            partial=every.partial, method=every.method,
            batch_sizes=tuple(sorted({*result.batch_sizes, min(CHUNK, self.batches.total)})),
            extra=self.extra + self.runner.forwards - default, forwards=default)

    def _warm_up(self) -> None:
        """Two calls of different shape, so that all later ones share one relaxed trace.

        A trace for one static shape has other bits than one for any (facts: numerics, 1.1).
        """
        first = list(self.rows[:2]) if self.fixed_batch is None else self._fill(self.rows)
        result = self.runner._call(self.batches.take(first), len(first), self.runner.mode, {})
        self.runner.forwards += len(first)
        self.selection = choose(result, self.planned, self.declaration, self.output)
        self.runner._select = self.selection.function
        adapter = generation_of(self.model)
        layers = adapter.layers(self.model) if adapter is not None else []
        arrays = [np.asarray(a) for a in self.selection.function(result)]
        self.dtype, self.unit = compute_dtype(arrays, layers)
        for array in arrays:
            if array.ndim == 0 or array.shape[0] != len(first):
                raise NoRows(f"{len(first)} rows in, output of shape {array.shape}: axis 0 does "
                             "not count rows")
        if self.fixed_batch is None and self.runner.mode == "predict" and len(first) > 1:
            self.runner.outputs(self.batches.take(first[:1]), 1)

    def _judge(self) -> Comparison:
        index = self._batch_rows()
        inputs = self.batches.take(index)
        self.batch = self._run(inputs, len(index))
        if not self._repeats(inputs, index):
            return causes.not_repeatable(self, inputs, index)
        if not self._ignores_neighbours(index):
            return causes.row_mixing(self, index)
        if not self._ignores_padding(index):
            return causes.padding_leak(self, index)
        if self.fixed_batch is not None:
            self.untested.append(f"single rows: the model takes batches of {self.fixed_batch} "
                                 "rows only")
            return self._done("bit-identical" if self.spread == 0 else "float noise")
        return self._single_against_batch(index)

    def _batch_rows(self) -> List[int]:
        if self.fixed_batch is not None:
            return self._fill(self.rows)
        return list(self.rows) if len(self.rows) > 1 else [self.rows[0]] * 3

    def _fill(self, rows: Sequence[int]) -> List[int]:
        size = self.fixed_batch or len(rows)
        return [rows[i % len(rows)] for i in range(size)]

    def _run(self, inputs: Any, count: int) -> List[Rows]:
        return self.runner.rows(inputs, count)

    # -- trials --------------------------------------------------------------------------

    def _repeats(self, inputs: Any, index: List[int]) -> bool:
        again = self._run(inputs, len(index))
        self.spread, row, equal = trials.compare_rows(self.batch, again, index)
        if equal:
            self._told("repeat", True, "the same batch twice: the same bits")
            return True
        noise = self._floor()
        # Dropout inflates the floor too, so a bound that does not depend on it comes first.
        bound = 2.0 ** 10 * self.unit * max(1, len(_layers(self.model))) ** 0.5
        rounding = self.spread <= bound and self.spread <= SIMPLY_NOISE * max(noise, self.unit)
        self._told("repeat", rounding, "the same batch twice: differs" + (
            " by rounding only" if rounding else ""), self.spread, row)
        return rounding

    def _ignores_neighbours(self, index: List[int]) -> bool:
        if self.batches.total == 1:
            self.untested.append("other rows of yours: one row was given; its neighbours were "
                                 "made from it")
        inputs, stay = trials.neighbours(self.batches, index, self.seed)
        changed = self._run(inputs, len(index))
        kept = [index[s] for s in stay]
        gap, row, equal = trials.compare_rows([self.batch[s] for s in stay],
                                              [changed[s] for s in stay], kept)
        passed = equal or gap <= self._tolerance()
        self._told("neighbours", passed, "other rows beside it: " + _words(equal, passed), gap,
                   row)
        if not passed or len(set(index)) < 2:
            return passed
        order = index[1:] + index[:1]
        moved = self._run(self.batches.take(order), len(order))
        gap, row, equal = trials.compare_rows(self.batch[1:] + self.batch[:1], moved, order)
        limit = max(self._tolerance(), 0.0 if equal else SIMPLY_NOISE * self._floor())
        passed = equal or gap <= limit
        self._told("order", passed, "the batch in another order: " + _words(equal, passed), gap,
                   row)
        return passed

    def _ignores_padding(self, index: List[int]) -> bool:
        padding = self.padding
        if padding is None:
            return True
        inputs = trials.padded_with_other_content(self.batches, padding, index)
        if inputs is not None:
            changed = self._run(inputs, len(index))
            real = [padding.real[r] for r in index]
            gap, row, equal = trials.compare_rows(
                [trials.real_part(r, m) for r, m in zip(self.batch, real)],
                [trials.real_part(r, m) for r, m in zip(changed, real)], index)
            passed = equal or gap <= self._tolerance()
            self._told("padding", passed, "other content under the padding: "
                       + _words(equal, passed), gap, row)
            if not passed:
                return False
        return self._trims(index, padding)

    def _trims(self, index: List[int], padding: Padding) -> bool:
        """One row without its padding, where the model takes any width."""
        padded = [r for r in index if padding.lengths[r] < padding.real.shape[1]]
        if not padded or not self._any_width(padding) or self.fixed_batch is not None:
            return True
        row = min(padded, key=lambda r: padding.lengths[r])
        try:
            alone = self._run(trials.trimmed(self.batches, padding, row), 1)[0]
        except NoRows:
            raise
        except Exception as error:  # too short for a convolution, say
            self.untested.append(f"a row without its padding: the model raises "
                                 f"{type(error).__name__} on it")
            return True
        slot = index.index(row)
        reference = self.batch[slot]
        if padding.left:
            reference = trials.real_part(reference, padding.real[row])
        a, b = trials.common_prefix(alone, reference)
        gap = distance(a, b)
        limit = max(self._tolerance(), SURELY_NOT * self._floor()) if gap else 0.0
        passed = gap <= limit
        self._told("trimmed", passed, "a row without its padding: " + _words(gap == 0, passed),
                   gap, row)
        return passed

    def _any_width(self, padding: Padding) -> bool:
        specs = {s.name: s for s in self.declaration.specs}
        name = self.batches.names[padding.ids]
        spec = specs.get(name) or (self.declaration.specs[padding.ids]
                                   if padding.ids < len(self.declaration.specs) else None)
        if spec is None or spec.shape is None or len(spec.shape) < 2:
            return spec is None or spec.shape is None
        return spec.shape[1] is None

    def _single_against_batch(self, index: List[int]) -> Comparison:
        self.single = [self._run(self.batches.take([r]), 1)[0] for r in self.rows]
        batch = self.batch[:len(self.rows)]
        for alone, together in zip(self.single, batch):
            if any(a.shape != b.shape for a, b in zip(alone, together)):
                return self._inconsistent("SHP304", "a row alone has shape "
                                          f"{alone[0].shape}, in a batch {together[0].shape}")
        gap, row, equal = trials.compare_rows(self.single, batch, self.rows)
        if len(self.rows) > 2:
            self.pair = self._run(self.batches.take(list(self.rows[:2])), 2)
        gap2, _row2, equal2 = trials.compare_rows(self.single[:2], self.pair, self.rows[:2])
        worst = max(gap, gap2)
        if equal and equal2:
            self._told("single", True, "alone against the batch: the same bits")
            return self._done("bit-identical" if self.spread == 0 else "float noise")
        if worst == float("inf"):
            self._told("single", False, "alone against the batch: NaN or Inf in other places, or "
                       "a zero row", worst, row)
            return causes.beyond_noise(self, index, worst)
        verdict = self._noise_verdict(worst)
        self._told("single", None if verdict == "undecided" else verdict == "float noise",
                   "alone against the batch: differs" + (
                       " by rounding" if verdict == "float noise" else ""), worst, row)
        if verdict == "inconsistent":
            return causes.beyond_noise(self, index, worst)
        return self._done(verdict, worst)

    def _noise_verdict(self, gap: float) -> str:
        noise = self._floor()
        sixteen = self.dtype in ("float16", "bfloat16")
        if not sixteen:
            if gap <= SIMPLY_NOISE * noise:
                return "float noise"
            if gap >= SURELY_NOT * noise and noise > 0:
                return "inconsistent"
        ratio = self._twin_ratio(gap)
        if ratio is None:
            return "undecided"
        return "float noise" if ratio < THRESHOLD else "inconsistent"

    @contextlib.contextmanager
    def counted_as_extra(self) -> Iterator[None]:
        """Rows sent through the model in the block are for the cause, not for the verdict."""
        before = self.runner.forwards
        try:
            yield
        finally:
            self.extra += self.runner.forwards - before
            self.runner.forwards = before

    # -- measured figures -----------------------------------------------------------------

    def _tolerance(self) -> float:
        """Of the exact tests: zero where the model repeats bit for bit."""
        if self.spread == 0:
            return 0.0
        return max(4.0 * self.spread, SIMPLY_NOISE * self._floor())

    def _floor(self) -> float:
        """The model's own rounding, measured once, on the first two rows alone."""
        if self.noise is None:
            chosen = list(self.rows[:2 if self.single else 1])
            known = self.single[:2] if self.single else None
            if self.fixed_batch is not None:
                run: Callable[[], List[Rows]] = lambda: self._run(  # noqa: E731
                    self.batches.take(self._fill(chosen)), self.fixed_batch or 1)
            else:
                run = lambda: [self._run(self.batches.take([r]), 1)[0]  # noqa: E731
                               for r in chosen]
            self.noise = self._floor_of(run, known)
        return self.noise

    def _floor_of(self, run: Callable[[], List[Rows]], known: Optional[List[Rows]]) -> float:
        get = getattr(self.model, "get_weights", None)
        if get is None:
            return 0.0
        moved = floor(get, self.model.set_weights, run, self.unit, known)
        return max(moved, self.unit)  # weights of none, or a constant: rounding all the same

    def _twin_ratio(self, gap: float) -> Optional[float]:
        """The same difference in double precision, as a ratio; None where there is no twin."""
        twin = double_twin(self.model)
        if twin is None:
            self.untested.append("double precision: the model cannot be rebuilt from its config")
            return None
        runner = Runner(twin, self.runner.mode, self.runner._select)
        try:
            index = list(self.rows)
            together = runner.rows(in_double(self.batches.take(index)), len(index))
            alone = [runner.rows(in_double(self.batches.take([r])), 1)[0] for r in index]
        except Exception as error:  # an op without a double kernel
            self.untested.append(f"double precision: the twin raises {type(error).__name__}")
            return None
        finally:
            self.extra += runner.forwards
        worst, _row, _equal = trials.compare_rows(alone, together, index)
        self.twin = worst / gap
        return self.twin

    # -- results -----------------------------------------------------------------------------

    def _told(self, name: str, passed: Optional[bool], text: str, gap: float = 0.0,
              row: Optional[int] = None) -> None:
        self.trials.append(Trial(name, passed, text, gap, row))

    def _done(self, verdict: str, gap: float = 0.0, **more: Any) -> Comparison:
        table = self._table()
        return dataclasses.replace(Comparison(
            model=self.planned.model, output=self.selection.label if self.selection else "",
            mode=self.runner.mode, verdict=verdict, rows=self.rows,
            total_rows=self.batches.total, batch_sizes=self._sizes(), difference=gap,
            noise=self.noise, twin=self.twin, dtype=self.dtype, trials=tuple(self.trials),
            table=table, forwards=self.runner.forwards, extra=self.extra,
            untested=tuple(self.untested), location=self.planned.location), **more)

    def _inconsistent(self, cause: str, detail: str, gap: float = float("inf"),
                      **more: Any) -> Comparison:
        return self._done("inconsistent", gap, cause=cause, cause_detail=detail, **more)

    def _sizes(self) -> Tuple[int, ...]:
        if not self.single:
            return (len(self.batch),) if self.batch else ()
        return tuple(sorted({2, len(self.rows)})) if len(self.rows) > 2 else (len(self.rows),)

    def _table(self) -> Tuple[Tuple[Optional[float], ...], ...]:
        """Per row: the difference at each of `_sizes()`, None where not run."""
        if not self.single:
            return ()
        together = [distance(a, b) for a, b in zip(self.single, self.batch)]
        if len(self.rows) <= 2:
            return tuple((gap,) for gap in together)
        pair: List[Optional[float]] = [distance(a, b) for a, b in zip(self.single, self.pair)]
        pair += [None] * (len(together) - len(pair))
        return tuple(zip(pair, together))


def _words(equal: bool, passed: bool) -> str:
    return "the same bits" if equal else "differs by rounding" if passed else "differs"


def _layers(model: Any) -> List[Any]:
    adapter = generation_of(model)
    return adapter.layers(model) if adapter is not None else []


def _pad_id(model: Any) -> int:
    config = getattr(model, "config", None)
    value = getattr(config, "pad_token_id", None)
    return value if isinstance(value, int) else 0


def _fixed_batch(model: Any) -> Optional[int]:
    """The batch size that the model insists on, None where any is right."""
    inputs = getattr(model, "_inputs", None) or getattr(model, "_nested_inputs", None)
    first: Any = inputs
    while isinstance(first, (list, tuple, dict)) and first:
        first = next(iter(first.values())) if isinstance(first, dict) else first[0]
    shape: Optional[Sequence[Any]] = getattr(first, "shape", None)
    if shape is None or len(shape) == 0:
        return None
    explicit = any(getattr(layer, "stateful", False) for layer in _layers(model))
    return int(shape[0]) if explicit and shape[0] is not None else None


def _cannot_run(error: BaseException) -> str:
    from shapecheck.observe.running import telling_line

    return (f"the model raises {type(error).__name__} on these inputs, so nothing could be "
            f"checked: {clean(telling_line(error), 200)}; shapecheck model-inputs shows what it "
            "declares")

