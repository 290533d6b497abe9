"""One cell run for real: what the call did, decided without shapecheck, and what shapecheck said.

Right is what the right call of plain arrays gives: the same results, or for training and
evaluation the same loss and the same weights afterwards.
"""
from __future__ import annotations

import functools
import warnings
from typing import Any, Dict, Iterable, Iterator, List, NamedTuple, Optional, Tuple

import numpy as np

from shapecheck.observe.models import generation_of
from tests.matrix.cells import Cell
from tests.matrix.models import Model
from tests.rules.runner import Outcome, Program

RIGHT, MEANT, WRONG, RAISES, OTHER = "right", "meant", "wrong", "raises", "other"


class Result(NamedTuple):
    """verdict: `RIGHT`; `MEANT`: other rows were meant, which nothing but a mind can know;
    `WRONG`; `RAISES`; or `OTHER`: it raises, and not for a shape mistake.

    watched, asked: codes of the errors and warnings of the watch and of `check_inputs` (None:
    not asked). detail: what came back or was raised.
    """

    cell: Cell
    generation: str
    verdict: str
    watched: Tuple[str, ...]
    asked: Optional[Tuple[str, ...]]
    detail: str

    @property
    def agrees(self) -> bool:
        if self.verdict == OTHER:
            return True
        said = [self.watched] + ([] if self.asked is None else [self.asked])
        return all(bool(codes) == (self.verdict in (WRONG, RAISES)) for codes in said)


class Bench:
    """One model, its weights and what its right calls give."""

    def __init__(self, model: Model, generation: str) -> None:
        self.generation = generation
        self.program = Program(generation, model.source())
        self.model = self.program.names["model"]
        self.weights = self.model.get_weights()
        self.rights: Dict[str, Any] = {}

    def fresh(self) -> None:
        """As if nothing was called before: weights, metrics, traces."""
        self.model.set_weights(self.weights)
        self.model.reset_metrics()
        generation_of(self.model).reset_traces(self.model)
        for name in ("_eval_data_handler", "_eval_epoch_iterator"):
            # Kept by a fit that raised while it validated: the next fit validates on its data.
            if getattr(self.model, name, None) is not None:
                setattr(self.model, name, None)

    def right(self, code: str, learns: bool) -> Any:
        """(result, weights afterwards) of a right call."""
        if code not in self.rights:
            self.fresh()
            names = dict(self.program.names)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                try:
                    exec(code, names)
                except Exception as error:
                    raise AssertionError(f"a right call raises: {code}") from error
            self.rights[code] = (names["out"], self.model.get_weights() if learns else [])
        return self.rights[code]

    def run(self, cell: Cell) -> Result:
        """The cell's verdict, and what was said of it."""
        right = cell.right()
        expected = None if right is None else self.right(right, cell.form.learns)
        self.fresh()
        outcome = self.program.run(cell.code())
        verdict, detail = self._verdict(cell, outcome, expected)
        asked = None
        if cell.check():
            beforehand = self.program.run(cell.check())
            asked = alarms(beforehand)
            if beforehand.error is not None:
                detail += f"; check_inputs raised {beforehand.error!r}"
                asked = ("error",)
        self.program.names.pop("out", None)
        return Result(cell, self.generation, verdict, alarms(outcome), asked, detail)

    def _verdict(self, cell: Cell, outcome: Outcome, expected: Any) -> Tuple[str, str]:
        if outcome.error is not None:
            said = str(outcome.error).strip().splitlines() or [""]
            text = f"{type(outcome.error).__name__}: {said[-1][:100]}"
            return (RAISES if cell.codes else OTHER), text
        out = outcome.names.pop("out")
        wrong = MEANT if cell.codes and cell.fits() else WRONG
        if expected is None:
            return wrong, f"gives {shapes(out)}, where nothing can be right"
        result, weights = expected
        if cell.form.learns:
            out, result = total(out), total(result)
        if not same(out, result, closely=bool(cell.codes)):
            return wrong, f"gives {shapes(out)} for {shapes(result)}"
        if cell.form.learns and not same(self.model.get_weights(), weights):
            return wrong, "learns something else"
        return RIGHT, f"gives {shapes(out)}"


def total(losses: Any) -> Any:
    """The loss of all outputs together.

    Of batches, the parts for each output are averaged otherwise by Keras 3.15 where they come
    from a pipeline.
    """
    if isinstance(losses, dict):
        return {name: losses[name] for name in ("loss", "val_loss") if name in losses}
    return losses[0] if isinstance(losses, (list, tuple)) else losses


def alarms(outcome: Outcome) -> Tuple[str, ...]:
    """Codes of the errors and warnings; hints are no alarm."""
    return tuple(sorted({f.code for f in outcome.findings if f.severity != "info"}))


def leaves(out: Any) -> List[Any]:
    """Arrays and numbers of a nested result, in the order of its keys."""
    if isinstance(out, dict):
        return [leaf for key in sorted(out) for leaf in leaves(out[key])]
    if isinstance(out, (list, tuple)):
        return [leaf for item in out for leaf in leaves(item)]
    return [out]


def same(out: Any, result: Any, closely: bool = False) -> bool:
    """The same shapes and, within rounding, the same numbers.

    closely: within that of float32; else of float16, which some right calls pass. The mean over all
    pairs of rows is within 0.1 % of the loss of a model that has learnt nothing.
    """
    rtol, atol = (1e-5, 1e-6) if closely else (1e-3, 1e-5)
    mine, right = leaves(out), leaves(result)
    if len(mine) != len(right):
        return False
    for a, b in zip(mine, right):
        if hasattr(a, "to_list"):  # a RaggedTensor: predict could not put its batches together
            return False
        a, b = np.asarray(a), np.asarray(b)
        if a.shape != b.shape or not np.allclose(a, b, rtol=rtol, atol=atol):
            return False
    return True


def shapes(out: Any) -> str:
    """`(24, 1)`, or the loss."""
    said = []
    for leaf in leaves(out):
        shape = tuple(getattr(leaf, "shape", ()))
        said.append(str(shape) if shape else f"{float(leaf):.6g}" if np.ndim(leaf) == 0 else "?")
    return ", ".join(said)


def run(cells: Iterable[Cell], generation: str) -> Iterator[Result]:
    """The cells on one Keras, one after the other; neighbours share their model."""
    bench = functools.lru_cache(maxsize=1)(lambda model: Bench(model, generation))
    for cell in cells:
        yield bench(cell.model).run(cell)
