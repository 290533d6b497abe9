"""What one check knows and measures: its rows, the model's results, the model's own rounding."""
from __future__ import annotations

import contextlib
import dataclasses
from typing import Any, Callable, Iterator, List, Optional, Sequence, Tuple

import numpy as np

from shapecheck.consistency import state, trials
from shapecheck.consistency.batches import Batches, Padding, choose_rows, find_paddings
from shapecheck.consistency.noise import UNIT_ROUNDOFF, Perturbed, Rows, distance, usual_size
from shapecheck.consistency.runner import Runner, all_arrays, tensors
from shapecheck.consistency.selection import Selection
from shapecheck.consistency.twin import DoubledGraph, Twin, coarse_inside, finer, in_double
from shapecheck.facts import Call
from shapecheck.facts.comparison import Comparison, Trial
from shapecheck.observe.models import declaration_of
from shapecheck.observe.operations import rounded_anew

ROWS = 8
SIMPLY_NOISE = 2.0  # times the floor: the largest seen of correct models was 1.3
SURELY_NOT = 32.0  # times the floor: the smallest realistic float32 bug was 3.7e4

#: a runner of a finer twin -> the difference there
Again = Callable[[Runner], float]


class Run:
    """Shared by the tests and by the search for the cause."""

    def __init__(self, model: Any, inputs: Any, planned: Call, *, output: Optional[str] = None,
                 mode: str = "predict", rows: int = ROWS, seed: int = 0) -> None:
        self.model = model
        self.planned = planned
        self.declaration = declaration_of(model)
        self.batches = Batches(inputs, [s.name for s in self.declaration.specs])
        self.paddings: List[Padding] = find_paddings(self.batches, _pad_id(model))
        lengths = self.paddings[0].lengths if self.paddings else None
        self.rows: Tuple[int, ...] = choose_rows(self.batches.total, lengths, rows, seed)
        self.seed = seed
        self.runner = Runner(model, mode, all_arrays, [p.width for p in self.paddings])
        self.output = output
        self.selection: Optional[Selection] = None
        self.trials: List[Trial] = []
        self.untested: List[str] = []
        self.fixed_batch: Optional[int] = None
        #: rows of the batch, in its order
        self.index: List[int] = []
        self.batch: List[Rows] = []
        self.single: List[Rows] = []
        self.pair: List[Rows] = []  # the first two rows in a batch of two
        self.scale: List[float] = []
        self.spread = 0.0  # measured: how far the same batch repeats
        self.open_verdict: Optional[str] = None  # "undecided" where a trial stays open
        self.noise: Optional[float] = None
        self.twin: Optional[float] = None
        self.extra = 0
        self.dtype = "float32"
        self.unit = 2.0 ** -24

    # -- running -------------------------------------------------------------------------

    @property
    def mode(self) -> str:
        return self.runner.mode

    def inputs(self) -> Any:
        return self.batches.take(self.index)

    def run(self, inputs: Any, count: int) -> List[Rows]:
        return self.runner.rows(inputs, count)

    def run_extra(self, inputs: Any, count: int, mode: Optional[str] = None,
                  **options: Any) -> List[Rows]:
        with self.counted_as_extra():
            return self.runner.rows(inputs, count, mode, **options)

    @contextlib.contextmanager
    def counted_as_extra(self) -> Iterator[None]:
        """Rows sent through the model in the block are for the cause, not for the verdict."""
        before = self.runner.forwards
        try:
            yield
        finally:
            self.extra += self.runner.forwards - before
            self.runner.forwards = before

    def gap_between(self, before: Sequence[Rows], after: Sequence[Rows],
                rows: Sequence[int]) -> Tuple[float, Optional[int], bool]:
        return trials.compare_rows(before, after, rows, self.scale)

    def distance(self, a: Rows, b: Rows) -> float:
        return distance(a, b, self.scale)

    def measured(self, batch: List[Rows]) -> None:
        """The batch's results: from now on differences are relative to the usual row."""
        self.batch = batch
        self.scale = usual_size(batch)

    # -- judging -------------------------------------------------------------------------

    def tolerance(self) -> float:
        """Of the exact tests: zero where the model repeats bit for bit."""
        if self.spread == 0:
            return 0.0
        return max(4.0 * self.spread, SIMPLY_NOISE * self.floor())

    def floor(self, row: Optional[int] = None) -> float:
        """The model's own rounding, measured once: on the row, thrice, and on another, once."""
        if self.noise is None:
            first = self.index[0] if row is None else row
            self.noise = max(self.unit, self._moved(first, range(3)))
            other = next((r for r in self.index if r != first), None)
            if other is not None and self.single and self.fixed_batch is None:
                self.noise = max(self.noise, self._moved(other, range(3, 4)))
        return self.noise

    def refined_floor(self, row: Optional[int]) -> float:
        """The floor over more perturbations, of the row that differs most."""
        with self.counted_as_extra():
            moved = self._moved(self.index[0] if row is None else row, range(4, 10))
        self.noise = max(self.noise or self.unit, moved)
        return self.noise

    def _moved(self, row: int, rounds: Sequence[int]) -> float:
        """How far the row's result moves when weights and inputs move by rounding."""
        rows = [row] if self.fixed_batch is None else [row] * self.fixed_batch
        before = self.single[self.rows.index(row)] if self.single and row in self.rows else \
            self.run(self.batches.take(rows), len(rows))[0]
        worst = 0.0
        with Perturbed(self.model, self.unit) as weights:
            for number in rounds:
                weights.move(number)
                shaken = trials.shaken(self._few(rows), self.unit, number)
                after = self.run(self._few(rows).take(range(len(rows)), shaken), len(rows))[0]
                moved = self.distance(before, after)
                if np.isfinite(moved):
                    worst = max(worst, moved)
        return worst

    def _few(self, rows: Sequence[int]) -> Batches:
        """These rows as data of their own: perturbing all of the user's would cost memory."""
        return Batches(self.batches.take(rows), self.batches.names)

    def judged(self, gap: float, row: Optional[int], again: Again) -> str:
        """"float noise", "inconsistent" or "undecided" of a difference between shapes or slots.

        again: measures the same difference on a finer twin of the model.
        """
        if gap == 0:
            return "float noise"
        sixteen = self.dtype in ("float16", "bfloat16")
        if gap != float("inf") and not sixteen:
            if gap <= SIMPLY_NOISE * self.floor(row):
                return "float noise"
            if gap < SURELY_NOT * self.floor() and gap <= SIMPLY_NOISE * self.refined_floor(row):
                return "float noise"
        ratio, limit = self._twin_ratio(gap, again)
        if ratio is not None:
            self.twin = ratio
            return "float noise" if ratio < limit else "inconsistent"
        if gap == float("inf"):
            return "inconsistent"
        if self.fixed_batch is None:
            self.noise = max(self.floor(row), self.rounding(self.index[0] if row is None else row))
            if gap <= SIMPLY_NOISE * self.noise:
                return "float noise"
        return "inconsistent" if gap >= SURELY_NOT * self.floor(row) else "undecided"

    def _twin_ratio(self, gap: float, again: Again) -> Tuple[Optional[float], float]:
        """(the same difference in finer arithmetic by this one, limit); None: no twin.

        In 16 bits by the floor, where that is larger.
        """
        why = "the model cannot be rebuilt from its config"
        with finer(self.model, self.dtype) as twin:
            ratio, words = self._asked(twin, gap, again)
            if twin is not None and ratio is not None:
                return ratio, twin.limit
        if self.dtype == "float32":
            doubled = self._doubled_graph()
            ratio, _words = self._asked(doubled, gap, again)
            if doubled is not None and ratio is not None:
                return ratio, doubled.limit
        self.untested.append(f"finer arithmetic: {words or why}")
        return None, 0.0

    def _asked(self, twin: Optional[Twin], gap: float,
               again: Again) -> Tuple[Optional[float], str]:
        """(the ratio, why there is none)."""
        if twin is None:
            return None, ""
        runner = Runner(twin.model, "predict" if twin.whole else self.mode,
                        all_arrays if twin.whole else self.runner.select, self.runner.free,
                        in_double if twin.dtype == "float64" else None)
        try:
            there = again(runner)
        except Exception as error:  # an op without a kernel in double precision
            return None, f"the twin raises {type(error).__name__}"
        finally:
            self.extra += runner.forwards
        if gap == float("inf"):
            return (1.0, "") if there == float("inf") else (None, "NaN or Inf in one only")
        if there / gap >= twin.limit and twin.dtype == "float64" and not twin.whole and (
                coarse_inside(twin.model, in_double(self.batches.take(self.index[:1])))):
            return None, "a layer of the twin computes in single precision"
        # In 16 bits a difference may be small by luck: rounding of this model is what shrinks.
        usual = self.floor() if self.dtype in ("float16", "bfloat16") else 0.0
        return there / max(gap, usual), ""

    def _doubled_graph(self) -> Optional[Twin]:
        """The twin of a model that cannot be rebuilt: its graph in double precision."""
        import tensorflow as tf

        options = {"training": False} if self.mode == "predict" else {}

        def outputs(inputs: Any) -> List[Any]:
            return [tf.convert_to_tensor(o)
                    for o in self.runner.select(self.model(inputs, **options))]

        try:
            spec = tf.nest.map_structure(self.runner.spec,
                                         tensors(self.batches.take(self.index[:2])))
            return Twin(DoubledGraph(outputs, spec), "float64",
                        (UNIT_ROUNDOFF["float64"] / UNIT_ROUNDOFF["float32"]) ** 0.5, True)
        except Exception:  # Python code in the model that cannot be traced
            return None

    def rounding(self, row: int) -> float:
        """How far one row of `model(x)` moves when every operation's result is off by rounding.

        Larger than the floor where a model loses digits inside (exp(x) - 1 near zero): moving
        its weights does not show that.
        """
        inputs = tensors(self.batches.take([row]))
        options = {"training": False} if self.mode == "predict" else {}
        call = rounded_anew(lambda x: list(self.runner.select(self.model(x, **options))),
                            self.unit)
        worst, results = 0.0, []
        before = state.take(self.model)
        try:
            for number in range(4):
                results.append([np.asarray(o)[0] for o in call(inputs, number)])
                before.put_back()
            worst = max(self.distance(results[0], moved) for moved in results[1:])
        except Exception:  # then no more is known than before
            pass
        finally:
            before.put_back()
        self.extra += 4
        return worst if np.isfinite(worst) else 0.0

    # -- results -------------------------------------------------------------------------

    def told(self, name: str, passed: Optional[bool], text: str, gap: float = 0.0,
             row: Optional[int] = None) -> None:
        self.trials.append(Trial(name, passed, text, gap, row))

    def done(self, verdict: str, gap: float = 0.0, **more: Any) -> Comparison:
        return dataclasses.replace(Comparison(
            model=self.planned.model, output=self.selection.label if self.selection else (
                self.output or ""),
            mode=self.mode, verdict=verdict, rows=self.rows, total_rows=self.batches.total,
            batch_sizes=self._sizes(), difference=gap, noise=self.noise, twin=self.twin,
            dtype=self.dtype, trials=tuple(self.trials), table=self._table(),
            table_rows=tuple(self.rows), forwards=self.runner.forwards, extra=self.extra,
            untested=tuple(dict.fromkeys(self.untested)), location=self.planned.location), **more)

    def inconsistent(self, cause: str, detail: str, gap: float = float("inf"),
                     **more: Any) -> Comparison:
        return self.done("inconsistent", gap, cause=cause, cause_detail=detail, **more)

    def _sizes(self) -> Tuple[int, ...]:
        if not self.single:
            return (len(self.batch),) if self.batch else ()
        return tuple(sorted({2, len(self.batch)})) if self.pair else (len(self.batch),)

    def _table(self) -> Tuple[Tuple[Optional[float], ...], ...]:
        """Per row: the difference at each of `_sizes()`, None where not run."""
        if not self.single:
            return ()
        together = [self.distance(a, b) for a, b in zip(self.single, self.batch)]
        if not self.pair:
            return tuple((gap,) for gap in together)
        pair: List[Optional[float]] = [self.distance(a, b)
                                       for a, b in zip(self.single, self.pair)]
        pair += [None] * (len(together) - len(pair))
        return tuple(zip(pair, together))


def _pad_id(model: Any) -> int:
    config = getattr(model, "config", None)
    value = getattr(config, "pad_token_id", None)
    return value if isinstance(value, int) else 0
