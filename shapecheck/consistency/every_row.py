"""`--all-rows`: every row alone and in a batch, in constant memory.

Rows go singly through one graph that maps over a chunk with batch-1 shapes: the bits of the
user's own single calls at a fraction of their cost (facts: numerics, 2). That the bits are the
same is checked on the default check's rows first; where they are not, or the graph cannot be
built, the user's own call is looped.
"""
from __future__ import annotations

from typing import Any, Callable, List, NamedTuple, Optional, Tuple

import numpy as np

from shapecheck.consistency.batches import Batches
from shapecheck.consistency.looking import options_of
from shapecheck.consistency.noise import Rows, same_bits
from shapecheck.consistency.run import Run
from shapecheck.consistency.runner import tensors

CHUNK = 64

#: rows done, rows in all
Progress = Callable[[int, int], None]
Single = Callable[[List[int]], List[Rows]]


class EveryRow(NamedTuple):
    """difference, row: the largest. chunk: the batch in which it was. identical: rows with the
    same bits. done: rows tested."""

    difference: float = 0.0
    row: Optional[int] = None
    chunk: Tuple[int, ...] = ()
    identical: int = 0
    done: int = 0
    partial: bool = False
    method: str = ""


def every_row(run: Run, progress: Optional[Progress] = None) -> EveryRow:
    """Compare each row alone with the same row in a batch of up to `CHUNK`.

    Ctrl-C gives what was done so far.
    """
    single, method = _single_runner(run)
    found = EveryRow(method=method)
    total = run.batches.total
    try:
        for start in range(0, total, CHUNK):
            rows = list(range(start, min(start + CHUNK, total)))
            alone = single(rows)
            together = run.run(run.batches.take(rows), len(rows))
            found = _compared(run, found, rows, alone, together)
            if progress is not None:
                progress(found.done, total)
    except KeyboardInterrupt:
        return found._replace(partial=True)
    return found


def _compared(run: Run, found: EveryRow, rows: List[int], alone: List[Rows],
              together: List[Rows]) -> EveryRow:
    worst, where, chunk = found.difference, found.row, found.chunk
    identical = found.identical
    for row, a, b in zip(rows, alone, together):
        if all(map(same_bits, a, b)):
            identical += 1
            continue
        gap = run.distance(a, b)
        if gap > worst:
            worst, where, chunk = gap, row, tuple(rows)
    return found._replace(difference=worst, row=where, chunk=chunk, identical=identical,
                          done=found.done + len(rows))


def _single_runner(run: Run) -> Tuple[Single, str]:
    def loop(rows: List[int]) -> List[Rows]:
        return [run.run(run.batches.take([r]), 1)[0] for r in rows]

    if run.mode in ("call", "xla") or not hasattr(run.model, "layers"):
        return loop, "the user's own call, row by row"
    mapped = mapped_runner(run)
    try:
        results = mapped(list(run.rows))
        same = all(all(map(same_bits, a, b)) for a, b in zip(run.single, results))
    except Exception:  # an output that map_fn cannot stack, an op without a signature
        same = False
    return (mapped, "one graph over the rows") if same else (
        loop, "the user's own call, row by row")


def mapped_runner(run: Run, parallel: int = 1) -> Single:
    """Rows one by one, with batch-1 shapes, in one traced graph."""
    import tensorflow as tf

    model, runner, batches = run.model, run.runner, run.batches
    options = options_of(run)
    function: List[Any] = []

    def build(sample: Any) -> Any:
        first = runner.select(model(sample, **options))
        signature = tuple(tf.TensorSpec([None] * (len(o.shape) - 1), o.dtype) for o in first)

        def one(row: Any) -> Tuple[Any, ...]:
            inputs = tf.nest.map_structure(lambda t: tf.expand_dims(t, 0), row)
            return tuple(tf.squeeze(tf.convert_to_tensor(o), 0) for o in
                         runner.select(model(inputs, **options)))

        spec = tf.nest.map_structure(lambda t: tf.TensorSpec([None, *t.shape[1:]], t.dtype),
                                     sample)
        return tf.function(lambda rows: tf.map_fn(
            one, rows, fn_output_signature=signature, parallel_iterations=parallel),
            input_signature=[spec])

    def single(rows: List[int]) -> List[Rows]:
        if not function:
            function.append(build(tensors(batches.take(rows[:1]))))
        results = function[0](tensors(_whole(batches, rows)))
        runner.forwards += len(rows)
        arrays = [np.asarray(r.numpy()) for r in results]
        return [[a[i] for a in arrays] for i in range(len(rows))]

    return single


def _whole(batches: Batches, rows: List[int]) -> Any:
    """The rows, with inputs shared by all rows repeated, as map_fn needs them."""
    return batches.pack([np.repeat(a, len(rows), 0) if batches.shared(i) else a[rows]
                         for i, a in enumerate(batches.arrays)])
