"""SHP304: no axis 0 that counts rows; which axis does, or which layer lost it."""
from __future__ import annotations

from typing import Any, List, Optional, Sequence, Tuple

import numpy as np

from shapecheck.consistency import blame
from shapecheck.consistency.looking import eager, records_of, squeezes_rows
from shapecheck.consistency.run import Run
from shapecheck.consistency.runner import NoRows, all_arrays, tensors
from shapecheck.facts.comparison import Comparison, Proof
from shapecheck.observe.activations import Activation, passed_through
from shapecheck.observe.layers import layer_pass


def row_shape(run: Run, odd: NoRows) -> Comparison:
    """The comparison of an output whose axis 0 does not count the rows."""
    run.told("shape", False, odd.text)
    sizes = [n for n in (2, 3) if run.fixed_batch is None]
    seen = [(n, _outputs(run, n)) for n in sizes]
    known = [(n, a) for n, a in seen if a is not None]
    position = odd.shapes.index(odd.wrong)
    shapes = [(n, a[position].shape) for n, a in known]
    for count, shape in shapes:
        if count != odd.count:
            run.told("shape", shape[:1] == (count,), f"{count} rows in, output of shape {shape}")
    lost = _loser(run, odd)
    layer = None if lost is None else blame.without_root(lost.path)
    proofs = _without(run, lost, position)
    follows_rows = len(shapes) == 2 and all(s[:1] == (n,) for n, s in shapes)
    axis = _following(shapes)
    if odd.count == 1 and follows_rows:
        detail = f"one row alone loses its axis: output of shape {odd.wrong}"
        fix = "give squeeze an axis: tf.squeeze(x, axis=-1)"
        proofs = _restored(run, position)
        layer = layer or _squeezing(run)
    elif axis is not None:
        detail = f"{odd.text}; axis {axis} does"
        fix = f"put axis {axis} first: tf.experimental.numpy.moveaxis(x, {axis}, 0)"
        proofs = _moved(run, position, axis)
    else:
        detail, fix = odd.text, ("keep axis 0: select with `[:, 0]`, reduce over axis=-1, squeeze "
                                 "with an axis")
        if run.output is not None and _whole_has_rows(run):
            detail = f"{odd.text}: {run.output} takes another axis for the rows"
            proofs = [Proof("the model's whole output instead of the expression",
                            float("inf"), 0.0)]
            layer = None
    return run.inconsistent("SHP304", detail, fix=fix, layer=layer, proofs=tuple(proofs))


def raises_alone(run: Run, error: Exception) -> Comparison:
    """A row alone makes the model raise, a batch does not."""
    words = f"a row alone makes the model raise {type(error).__name__}, a batch does not"
    run.told("single", False, f"alone: raises {type(error).__name__}")
    squeezed = squeezes_rows(run, _take(run, 1))
    proofs = [Proof("2 rows instead of 1", float("inf"), 0.0)] if _outputs(run, 2) else []
    stopped = layer_pass(run.model, tensors(_take(run, 1))).stopped_in if hasattr(
        run.model, "layers") else ""
    return run.inconsistent(
        "SHP304", words + (": a squeeze takes the axis of rows away" if squeezed else ""),
        layer=blame.without_root(stopped) if stopped else None, proofs=tuple(proofs),
        fix="give squeeze an axis: tf.squeeze(x, axis=-1)" if squeezed else
        "let the model take batches of one row")


def _take(run: Run, count: int) -> Any:
    rows = [run.rows[i % len(run.rows)] for i in range(count)]
    return run.batches.take(rows)


def _outputs(run: Run, count: int) -> Optional[List[np.ndarray]]:
    try:
        with run.counted_as_extra():
            return run.runner.outputs(_take(run, count), count)
    except Exception:
        return None


def _following(shapes: Sequence[Tuple[int, Tuple[int, ...]]]) -> Optional[int]:
    """The axis whose size is the number of rows in both runs, and the only one that changes."""
    if len(shapes) < 2 or len(shapes[0][1]) != len(shapes[1][1]):
        return None
    (n, a), (m, b) = shapes
    changing = [i for i in range(len(a)) if a[i] != b[i]]
    if len(changing) == 1 and a[changing[0]] == n and b[changing[0]] == m:
        return changing[0]
    return None


def _moved(run: Run, position: int, axis: int) -> List[Proof]:
    """The test with that axis as the rows: where it agrees, only the axis was wrong."""
    one, two = _outputs(run, 1), _outputs(run, 2)
    if one is None or two is None or one[position].ndim <= axis:
        return []
    alone = np.take(one[position], 0, axis)
    together = np.take(two[position], 0, axis)
    return [Proof(f"axis {axis} taken for the rows", float("inf"),
                  run.distance([alone], [together]))]


def _restored(run: Run, position: int) -> List[Proof]:
    """One row whose axis is put back, against the same row in a pair."""
    one, two = _outputs(run, 1), _outputs(run, 2)
    if one is None or two is None or one[position].size != two[position][0].size:
        return []
    alone = one[position].reshape(two[position][0].shape)
    return [Proof("2 rows instead of 1", float("inf"),
                  run.distance([alone], [two[position][0]]))]


def _without(run: Run, lost: Optional[Activation], position: int) -> List[Proof]:
    """The row alone and in a pair with that layer passing its input through."""
    if lost is None or lost.layer is run.model:
        return []
    try:
        with passed_through(lost.layer):
            one, two = eager(run, _take(run, 1), 1)[0], eager(run, _take(run, 2), 2)[0]
    except Exception:  # without it the model still has no rows, or does not work
        return []
    return [Proof(f"layer {blame.without_root(lost.path)} passed through", float("inf"),
                  run.distance(one[position:position + 1], two[position:position + 1]))]


def _loser(run: Run, odd: NoRows) -> Optional[Activation]:
    """The layer call that takes rows in and gives none out."""
    if run.fixed_batch is not None or odd.count == 1:
        return None
    # A number of rows that no other axis is likely to have.
    for size in (odd.count, 3, 5):
        records = records_of(run, _take(run, size))
        if records is not None:
            found = blame.rows_lost(records, size)
            if found is not None:
                return found
    return None


def _squeezing(run: Run) -> Optional[str]:
    left, right = records_of(run, _take(run, 1)), records_of(run, _take(run, 2))
    return None if left is None or right is None else blame.rank_lost(left, right)


def _whole_has_rows(run: Run) -> bool:
    select, run.runner.select = run.runner.select, all_arrays
    try:
        arrays = _outputs(run, 2)
    finally:
        run.runner.select = select
    return arrays is not None and any(a.ndim and a.shape[0] == 2 for a in arrays)
