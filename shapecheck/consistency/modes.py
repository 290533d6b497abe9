"""SHP306: `predict`, `model(x)`, a tf.function and XLA disagree on the same rows."""
from __future__ import annotations

from typing import Any, List, Optional, Sequence

from shapecheck.consistency import blame, state
from shapecheck.consistency.blame import Blame
from shapecheck.consistency.looking import Passes, class_at, records_of
from shapecheck.consistency.noise import Rows
from shapecheck.consistency.run import SURELY_NOT, Run
from shapecheck.consistency.runner import ModelError
from shapecheck.facts.comparison import Comparison, Proof

_WORDS = {"predict": "model.predict(x)", "call": "model(x)", "function": "tf.function(model)(x)",
          "xla": "tf.function(model, jit_compile=True)(x)"}


def agree(run: Run) -> Optional[Comparison]:
    """The first two rows in another mode than the user's: None where they agree."""
    other = "predict" if run.mode == "call" else "call"
    rows = list(run.rows[:2])
    here = run.pair or run.batch[:len(rows)]
    before = state.take(run.model)  # in training mode the other call moves statistics
    try:
        there = run.runner.rows(run.batches.take(rows), len(rows), other)
    except ModelError as raised:  # a model for one mode only
        run.untested.append(f"{_WORDS[other]}: it raises {type(raised.error).__name__}")
        return None
    finally:
        before.put_back()
    gap, row, equal = run.gap_between(here, there, rows)
    if not equal and gap > SURELY_NOT * run.floor():  # digits lost inside are lost in one only
        run.noise = max(run.floor(), *map(run.rounding, rows))
    if equal or gap <= SURELY_NOT * run.floor():
        run.told("modes", True, f"{_WORDS[run.mode]} against {_WORDS[other]}: "
                 + ("the same bits" if equal else "differs by rounding"), gap, row)
        return None
    run.told("modes", False, f"{_WORDS[run.mode]} against {_WORDS[other]}: differs", gap, row)
    return _differ(run, other, rows, here, gap)


def _differ(run: Run, other: str, rows: Sequence[int], here: List[Rows],
            gap: float) -> Comparison:
    inputs = run.batches.take(rows)
    detail = f"{_WORDS[run.mode]} and {_WORDS[other]} disagree on the same rows"
    fix = "take what depends on the way of calling out of the model"
    proofs: List[Proof] = []
    passes: Optional[Passes] = None

    def tried(words: str, mode: str, **options: Any) -> bool:
        before = state.take(run.model)
        try:
            result = run.run_extra(inputs, len(rows), mode, **options)
        except Exception:
            return False
        finally:
            before.put_back()
        reference = here if run.mode == "predict" else run.run_extra(
            inputs, len(rows), "predict") if other == "predict" else here
        after, _row, _equal = run.gap_between(reference, result, rows)
        if after > SURELY_NOT * run.floor():
            return False
        proofs.append(Proof(words, gap, after))
        return True

    if "predict" in (run.mode, other) and tried("model(x, training=False)", "call",
                                                training=False):
        detail = f"{detail}: the model is in training mode unless it is told otherwise"
        fix = "let training default to None or False, and call model(x, training=False)"
        passes = _passes(records_of(run, inputs, options={"training": False}),
                         records_of(run, inputs, options={}))
    elif run.mode != "function" and tried("tf.function(model)(x)", "function"):
        detail = f"{detail}: eager calls take another path than traced ones"
        fix = "take branches on tf.executing_eagerly() and on Python values out of the model"
    if passes is None:
        passes = _passes(records_of(run, inputs), records_of(run, inputs, graph=True))
    found = Blame()
    if passes is not None:
        slot = blame.row_of(0, len(rows))
        found = blame.first_difference(*passes, slot, slot,
                                       min(max(1e-5, 8.0 * run.floor()), 0.1 * gap))
    if class_at(found):
        detail = f"{detail} ({class_at(found)})"
    return run.inconsistent("SHP306", detail, gap, fix=fix, layer=found.layer,
                            profile=found.profile, proofs=tuple(proofs))


def _passes(left: Any, right: Any) -> Optional[Passes]:
    return None if left is None or right is None else (left, right)


def only_here(run: Run, row: int, gap: float) -> Optional[Comparison]:
    """Alone against the batch agrees in `model(x)`, and the batch there differs from here."""
    if run.mode == "call":
        return None
    slot, count = run.index.index(row), len(run.index)
    try:
        batch = run.run_extra(run.inputs(), count, "call")
        alone = run.run_extra(run.batches.take([row]), 1, "call")[0]
    except Exception:
        return None
    limit = SURELY_NOT * max(run.noise or 0.0, run.unit)
    inside = run.distance(alone, batch[slot])
    if inside > limit:
        return None
    here = run.distance(run.batch[slot], batch[slot])
    single = run.distance(run.run_extra(run.batches.take([row]), 1)[0], alone)
    if max(here, single) <= limit:
        return None
    return run.inconsistent(
        "SHP306", f"in {_WORDS[run.mode]} a row alone and in a batch differ, in {_WORDS['call']} "
        "they do not", gap, proofs=(Proof("model(x)", gap, inside),),
        fix="take what depends on the way of calling out of the model")
