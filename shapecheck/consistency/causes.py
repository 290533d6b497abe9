"""The cause, proved: each candidate is a re-run with just that changed, and the layer is found."""
from __future__ import annotations

import dataclasses
from typing import Any, List, Optional, Sequence, Tuple

import numpy as np

from shapecheck.consistency import blame, modes, state, trials
from shapecheck.consistency.batches import Batches, Padding
from shapecheck.consistency.blame import Blame
from shapecheck.consistency.looking import (
    RANDOM,
    STATISTICS,
    both,
    class_at,
    draws_fixed,
    look,
    squeezes_rows,
    training_off,
    without_layer,
)
from shapecheck.consistency.noise import Rows
from shapecheck.consistency.run import Run
from shapecheck.facts.comparison import Comparison, Proof

_STATIC = "keep axis 0 out of every reduction, sort and reshape"
_COMPANY = "a row's result depends on the other rows of its batch"


# -- the same batch twice --------------------------------------------------------------------


def not_repeatable(run: Run) -> Comparison:
    """The same batch gave another result: state that calls leave behind, or random numbers."""
    gap, count = run.spread, len(run.index)
    stateful = _left_behind(run)
    if stateful is not None:
        detail, proof, culprit = stateful
        return run.inconsistent("SHP307", detail, gap, layer=culprit, proofs=(proof,),
                                fix="reset the states between rows (model.reset_states()), or "
                                    "build the layer so that a call leaves nothing behind")
    trial = run.trials[-1]
    slot = run.index.index(trial.row) if trial.row in run.index else 0
    inputs, rows = run.inputs(), blame.rows_of(count)
    found = look(run, inputs, inputs, rows, rows, 0.0)
    off = [] if run.mode == "predict" else training_off(run, inputs, inputs, slot, slot, count,
                                                        gap)
    fixed, names = draws_fixed(run, inputs, inputs, slot, slot, count, gap)
    start, offer = _from_one_start(run)
    proofs = [*off, *fixed, *start]
    if not fixed:
        proofs += without_layer(run, found, inputs, inputs, slot, slot, count, gap)
    where = class_at(found)
    drawn = "random numbers are drawn at inference"
    detail = "not repeatable: " + (
        f"{where} is active at inference" if where in RANDOM else
        f"{drawn} ({', '.join(names[:2])})" if fixed else drawn if proofs else
        "the same batch gives another result each time; what draws the numbers was not found")
    fix = "call it with training=False" if off else (
        "take training=True out of the model" if where in RANDOM else
        "draw no random numbers at inference")
    return run.inconsistent("SHP301", detail, gap, fix=f"{fix}{offer}", layer=found.layer,
                            profile=found.profile, proofs=tuple(proofs))


def _left_behind(run: Run) -> Optional[Tuple[str, Proof, Optional[str]]]:
    """A variable or attribute, no seed, changes in a call, and putting it back brings the bits
    back: (detail, proof, the layer that holds it)."""
    before = state.take(run.model)
    apart = before.apart_from_seeds()
    first = run.run_extra(run.inputs(), len(run.index))
    moved, names, holders = apart.changed()
    if not moved and not names:
        return None
    apart.put_back()
    second = run.run_extra(run.inputs(), len(run.index))
    gap, _row, equal = run.gap_between(first, second, run.index)
    before.put_back()
    if not equal:
        return None
    names = sorted({str(getattr(v, "path", None) or getattr(v, "name", "")).split(":")[0]
                    for v in moved} | set(names))
    return (f"each call changes {', '.join(names[:3])}, and the next one starts from it",
            Proof("what the call changed put back before each call", run.spread, gap),
            _holder(run, moved, holders))


def _holder(run: Run, moved: Sequence[Any], holders: Sequence[Any]) -> Optional[str]:
    """The innermost layer that holds one of the variables, by its path in a pass; or one of
    `holders`, which hold Python's own state."""
    wanted, owners = {id(v) for v in moved}, {id(layer) for layer in holders}
    passes = both(run, run.inputs(), run.inputs())
    for record in passes[0] if passes is not None else ():
        held = list(getattr(record.layer, "variables", None) or ()) + list(
            state.held_by(record.layer))
        if id(record.layer) in owners or any(id(v) in wanted for v in held):
            return blame.without_root(record.path)
    return None


def _from_one_start(run: Run) -> Tuple[List[Proof], str]:
    """Both calls from the same generators: a proof, and what to offer who wants randomness."""
    before = state.take(run.model)
    results = []
    for _ in range(2):
        with state.seeded():
            results.append(run.run_extra(run.inputs(), len(run.index)))
        before.put_back()
    gap, _row, equal = run.gap_between(results[0], results[1], run.index)
    proof = Proof("all generators started from one seed", run.spread, 0.0 if equal else gap)
    if not equal and gap > run.unit:  # a state that settles comes close as well
        return [], "; to keep it random on purpose, draw with tf.random.stateless_* and a seed"
    seeds = any(state.is_seed(v) for v, _value in before.variables)
    return [proof], "; if it is random on purpose, " + (
        "put its seed_generator.state back before each call" if seeds else
        "fix the seed before each call: tf.random.set_seed(0)")


# -- the same shape, other rows, another order -----------------------------------------------


def row_mixing(run: Run, other: Any, slot: int, slot_there: int, gap: float) -> Comparison:
    """A row's result changed with its neighbours, or with its place in the batch.

    other: the batch in which the row of `slot` stands in `slot_there` and has another result.
    """
    count, inputs = len(run.index), run.inputs()
    moved = slot != slot_there
    placed, company_gap = False, gap
    if moved:
        kept = trials.neighbours(run.batches, run.index, [slot], run.seed + 1)
        if kept is not None:
            there = run.run_extra(kept, count)[slot]
            company_gap, _row, equal = run.gap_between([run.batch[slot]], [there], [0])
            placed = equal or company_gap <= run.tolerance()
            if not placed:
                other, slot_there, gap = kept, slot, company_gap
    tolerance = 0.0 if not placed else min(1e-5, gap * 1e-3)
    found = look(run, inputs, other, blame.row_of(slot, count), blame.row_of(slot_there, count),
                 max(tolerance, run.tolerance()))
    off = [] if run.mode == "predict" else training_off(run, inputs, other, slot, slot_there,
                                                        count, gap)
    cures = [*off, *without_layer(run, found, inputs, other, slot, slot_there, count, gap)]
    if placed:
        fixed, names = draws_fixed(run, inputs, other, slot, slot_there, count, gap)
        if fixed:
            where = class_at(found) if class_at(found) in RANDOM else "random numbers"
            return run.inconsistent(
                "SHP301", f"{where} drawn from a fixed seed ({', '.join(names[:2])}): each place "
                "in the batch gets another draw", gap, layer=found.layer, profile=found.profile,
                proofs=(*off, *fixed), fix="draw no random numbers at inference")
        same = Proof("its place kept, all other rows replaced", gap, company_gap)
        return run.inconsistent(
            "SHP302", "a row's result depends on its place in the batch", gap,
            fix="keep row numbers, and sorting without its inverse, out of the model",
            layer=found.layer, profile=found.profile, proofs=(same, *cures))
    again = Proof("the same neighbours again", gap, run.spread)
    detail, fix = _COMPANY, _STATIC
    if class_at(found) in STATISTICS:
        detail = f"{class_at(found)} uses the statistics of the batch (training mode)"
        fix = "take training=True out of the model, and call it with training=False"
    elif off:
        detail, fix = f"{_COMPANY} (training mode)", "call it with training=False"
    return run.inconsistent("SHP302", detail, gap, fix=fix, layer=found.layer,
                            profile=found.profile, proofs=(again, *cures))


# -- padding ---------------------------------------------------------------------------------


def padding_leak(run: Run, padding: Padding, trial: str, row: int, gap: float) -> Comparison:
    """What stands under the padding ("padding"), or how much there is of it ("trimmed"),
    changes the row's result."""
    proofs: List[Proof] = []
    found = _padding_blame(run, padding, trial, row)
    where = f"padding leaks into row {row}"
    if trial == "trimmed":
        cured = _with_mask(run, padding, row)
        if cured is not None and Proof("", gap, cured).cures:
            name = run.batches.names[padding.ids]
            return run.inconsistent(
                "SHP303", f"{where}: no attention_mask was passed", gap, layer=found.layer,
                profile=found.profile, proofs=(Proof("attention_mask passed", gap, cured),),
                fix=f"pass attention_mask=({name} != {padding.pad_id})")
        side = _other_side(run, padding, row, gap) if padding.left else []
        if side:
            return run.inconsistent(
                "SHP303", f"rows are padded on the left, so the positions of row {row} are "
                "shifted", gap, layer=found.layer, profile=found.profile, proofs=tuple(side),
                fix="pad on the right, or pass position_ids counted from the mask")
        proofs += _same_padding(run, row, gap)
    else:
        proofs.append(Proof("the same content under the padding again", gap, run.spread))
        proofs += _mask_unused(run, padding, row, gap)
    layer = class_at(found)
    if padding.mask is not None:
        ignored = any(p.changed.startswith("ones for") for p in proofs)
        detail = f"{where}: the mask is {'ignored' if ignored else 'lost on the way'}"
        fix = "use the mask in every layer that mixes positions (attention, mean, pooling)"
    else:
        detail = f"{where}: {'it reaches ' + layer if layer else 'nothing masks it'}"
        fix = ("mask the padding: mask_zero=True and layers that use the mask, a masked mean, or "
               "a mask input")
    return run.inconsistent("SHP303", detail, gap, fix=fix, layer=found.layer,
                            profile=found.profile, proofs=tuple(proofs))


def _trim_gap(run: Run, batches: Batches, padding: Padding, row: int) -> float:
    """The trimmed test on other data: the row without its padding against it in the batch."""
    alone = run.run_extra(trials.trimmed(batches, padding, row), 1)[0]
    together = run.run_extra(batches.take(run.index), len(run.index))[run.index.index(row)]
    return run.distance(*trials.common_prefix(alone, together))


def _with_mask(run: Run, padding: Padding, row: int) -> Optional[float]:
    """The trimmed test again with a mask; None where there is one, or the model takes none."""
    names = {s.name for s in run.declaration.specs} | set(run.declaration.parameters)
    if padding.mask is not None or "attention_mask" not in names:
        return None
    if run.batches.position("attention_mask") is not None:
        return None
    masked = run.batches.with_input("attention_mask", padding.real.astype("int32"))
    if masked is None:
        return None
    if len(run.batches.arrays) == 1 and role_name(run) != run.batches.names[0]:
        masked = Batches({role_name(run): run.batches.arrays[0],
                          "attention_mask": padding.real.astype("int32")}, ())
    position = masked.position("attention_mask")
    try:
        return _trim_gap(run, masked, padding._replace(mask=position), row)
    except Exception:
        return None


def role_name(run: Run) -> str:
    """What the model calls its ids."""
    return next((s.name for s in run.declaration.specs if s.role == "input_ids"),
                run.batches.names[0])


def _other_side(run: Run, padding: Padding, row: int, gap: float) -> List[Proof]:
    """The trimmed test on the same rows padded on the right: where that agrees, the side was
    to blame."""
    moved = trials.right_padded(run.batches, padding)
    real = np.arange(padding.width) < padding.lengths[:, None]
    try:
        after = _trim_gap(run, moved, padding._replace(real=real), row)
    except Exception:
        return []
    limit = 32.0 * max(run.noise or 0.0, run.unit)
    proof = Proof("the same rows padded on the right", gap, after)
    return [proof] if after <= limit else []


def _same_padding(run: Run, row: int, gap: float) -> List[Proof]:
    """The row alone, but padded as in the batch: the batch is not to blame."""
    padded = run.single[run.rows.index(row)]
    after = run.distance(padded, run.batch[run.index.index(row)])
    return [Proof("the row alone with its padding, against the batch", gap, after)]


def _mask_unused(run: Run, padding: Padding, row: int, gap: float) -> List[Proof]:
    """Ones for the mask: where no bit changes the model never uses it."""
    if padding.mask is None:
        return []
    ones = run.batches.with_arrays({padding.mask: np.ones_like(run.batches.arrays[padding.mask])})
    try:
        there = run.run_extra(ones.take(run.index), len(run.index))
    except Exception:
        return []
    after, _row, equal = run.gap_between(run.batch, there, run.index)
    return [Proof("ones for the mask: no bit changes", gap, 0.0)] if equal or after == 0 else []


def _padding_blame(run: Run, padding: Padding, trial: str, row: int) -> Blame:
    slot, count = run.index.index(row), len(run.index)
    real = padding.real[row]

    def inside(array: np.ndarray) -> Optional[np.ndarray]:
        picked = blame.row_of(slot, count)(array)
        return None if picked is None else _at_real(picked, real)

    if trial == "padding":
        changed = trials.other_padding(run.batches, [padding])
        return look(run, run.inputs(), run.batches.take(run.index, changed), inside, inside,
                    run.tolerance())
    tolerance = max(1e-4, 8.0 * (run.noise or 0.0))
    return look(run, run.inputs(), trials.trimmed(run.batches, padding, row), inside,
                blame.row_of(0, 1), tolerance)


def _at_real(array: np.ndarray, real: np.ndarray) -> np.ndarray:
    """The array at real positions on every axis that counts them."""
    for axis, size in enumerate(array.shape):
        if size == len(real):
            array = np.compress(real, array, axis=axis)
    return array


# -- alone against the batch -----------------------------------------------------------------


def beyond_noise(run: Run, gap: float, row: int) -> Comparison:
    """Alone and in a batch the row differs beyond rounding, and no exact test failed.

    run.index holds the row, run.batch the batch's results.
    """
    slot, count = run.index.index(row), len(run.index)
    single = run.run_extra(run.batches.take([row]), 1)[0]
    mode = modes.only_here(run, row, gap)
    if mode is not None:
        return mode
    limit = run.tolerance()
    copies: Optional[List[Rows]] = None
    try:
        copies = run.run_extra(run.batches.take([row] * count), count)
    except Exception:  # then that is no proof of anything
        pass
    if copies is not None:
        company, _row, equal = run.gap_between([run.batch[slot]], [copies[slot]], [row])
        if not equal and company > limit:
            return _by_company(run, single, copies[slot], slot, row, company)
        if run.spread == 0:
            return _by_number(run, single, copies[slot], slot, row, gap)
    found = _alone_blame(run, slot, row, gap)
    passed = [t.name for t in run.trials if t.passed]
    detail = "alone and in a batch differ beyond rounding; ruled out: " + ", ".join(
        _RULED_OUT[name] for name in passed if name in _RULED_OUT)
    return run.inconsistent("SHP305", detail, gap, layer=found.layer, profile=found.profile,
                            fix="look at the first layer that differs")


def _by_company(run: Run, single: Rows, copy: Rows, slot: int, row: int,
                gap: float) -> Comparison:
    """The row in a batch of itself only: bits that change with the company prove mixing."""
    count = len(run.index)
    other = run.batches.take([row] * count)
    run.told("company", False, "the row among copies of itself: differs", gap, row)
    result = row_mixing(run, other, slot, slot, gap)
    proof = Proof("the row among copies of itself, against the row alone",
                  run.distance(single, run.batch[slot]), run.distance(single, copy))
    return dataclasses.replace(result, proofs=(proof, *result.proofs) if proof.cures
                               else result.proofs)


def _by_number(run: Run, single: Rows, copy: Rows, slot: int, row: int,
               gap: float) -> Comparison:
    """In any company the same, alone another: how many rows there are matters."""
    count = len(run.index)
    proofs = [Proof(f"{count} copies of the row, against it among {count - 1} others", gap,
                    run.distance(copy, run.batch[slot]))]
    found = _alone_blame(run, slot, row, gap)
    lost = _rank_lost(run, row)
    two = run.run_extra(run.batches.take([row, row]), 2)[0]
    apart = run.distance(two, run.batch[slot])
    only_one = Proof("2 rows instead of 1", gap, apart)
    if only_one.cures or apart <= 32.0 * run.floor():
        proofs.append(only_one)
        if lost is not None or squeezes_rows(run, run.batches.take([row])):
            return run.inconsistent(
                "SHP304", f"{lost or 'a squeeze'} takes the axis of rows away where there is one "
                "row", gap, layer=lost or found.layer, profile=found.profile,
                proofs=tuple(proofs), fix="give squeeze an axis: tf.squeeze(x, axis=-1)")
        detail = "a row alone is treated in another way than two rows or more"
    else:
        detail = "a row's result depends on how many rows are in its batch"
    return run.inconsistent(
        "SHP302", detail, gap, layer=found.layer, profile=found.profile, proofs=tuple(proofs),
        fix="keep the number of rows (tf.shape(x)[0]) out of the computation")


def _rank_lost(run: Run, row: int) -> Optional[str]:
    passes = both(run, run.batches.take([row]), run.batches.take([row, row]))
    return None if passes is None else blame.rank_lost(*passes)


def _alone_blame(run: Run, slot: int, row: int, gap: float) -> Blame:
    usual = max(1e-5 if run.dtype != "float64" else 1e-12, 8.0 * (run.noise or 0.0))
    tolerance = max(2.0 * run.unit, min(usual, 0.1 * gap))
    return look(run, run.batches.take([row]), run.inputs(), blame.row_of(0, 1),
                blame.row_of(slot, len(run.index)), tolerance)


_RULED_OUT = {
    "repeat": "random numbers and states", "neighbours": "the content of the other rows",
    "order": "the order of the rows", "padding": "the content under the padding",
    "trimmed": "the amount of padding", "modes": "the call mode"}
