"""`--all-rows`: every row alone and in a batch, in constant memory.

Rows go singly through one graph that maps over a chunk with batch-1 shapes: the bits of the
user's own single calls at a fraction of their cost (facts: numerics, 2). That the bits are the
same is checked on the default check's rows first; where they are not, or the graph cannot be
built, the user's own call is looped.
"""
from __future__ import annotations

from typing import Any, Callable, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from shapecheck.consistency.batches import Batches
from shapecheck.consistency.noise import Rows, distance, same_bits
from shapecheck.consistency.runner import Runner
from shapecheck.observe.layers import to_tensors

CHUNK = 64

#: rows done, rows in all
Progress = Callable[[int, int], None]


class EveryRow(NamedTuple):
    """difference, row: the largest. identical: rows with the same bits. done: rows tested."""

    difference: float
    row: Optional[int]
    identical: int
    done: int
    partial: bool
    method: str


def every_row(runner: Runner, batches: Batches, known: Sequence[Tuple[int, Rows]],
              progress: Optional[Progress] = None) -> EveryRow:
    """Compare each row alone with the same row in a batch of up to `CHUNK`.

    known: (row, its result alone) of the default check. Ctrl-C gives what was done so far.
    """
    single, method = _single_runner(runner, batches, known)
    worst, where, identical, done = 0.0, None, 0, 0
    partial = False
    try:
        for start in range(0, batches.total, CHUNK):
            rows = list(range(start, min(start + CHUNK, batches.total)))
            alone = single(rows)
            together = runner.rows(batches.take(rows), len(rows))
            for row, a, b in zip(rows, alone, together):
                if all(map(same_bits, a, b)):
                    identical += 1
                else:
                    gap = distance(a, b)
                    if gap > worst:
                        worst, where = gap, row
                done += 1
            if progress is not None:
                progress(done, batches.total)
    except KeyboardInterrupt:
        partial = True
    return EveryRow(worst, where, identical, done, partial, method)


def _single_runner(runner: Runner, batches: Batches, known: Sequence[Tuple[int, Rows]]
                   ) -> Tuple[Callable[[List[int]], List[Rows]], str]:
    def loop(rows: List[int]) -> List[Rows]:
        return [runner.rows(batches.take([r]), 1)[0] for r in rows]

    if runner.mode == "call" or not known or not hasattr(runner.model, "layers"):
        return loop, "the user's own call, row by row"
    mapped = _mapped(runner, batches)
    try:
        rows = [row for row, _result in known]
        same = all(all(map(same_bits, a, b)) for (_row, a), b in zip(known, mapped(rows)))
    except Exception:  # an output that map_fn cannot stack, an op without a signature
        same = False
    return (mapped, "one graph over the rows") if same else (
        loop, "the user's own call, row by row")


def _mapped(runner: Runner, batches: Batches) -> Callable[[List[int]], List[Rows]]:
    import tensorflow as tf

    model, select = runner.model, runner._select
    options = {"training": False} if runner.mode == "predict" else {}

    def one(row: Any) -> Tuple[Any, ...]:
        inputs = tf.nest.map_structure(lambda t: tf.expand_dims(t, 0), row)
        return tuple(tf.squeeze(tf.convert_to_tensor(o), 0) for o in
                     select(model(inputs, **options)))

    signature: List[Any] = []

    def over(rows: Any) -> Any:
        return tf.map_fn(one, rows, fn_output_signature=tuple(signature), parallel_iterations=1)

    function: List[Any] = []

    def run(rows: List[int]) -> List[Rows]:
        if not function:
            first = select(model(to_tensors(batches.take(rows[:1])), **options))
            signature.extend(tf.TensorSpec([None] * (len(o.shape) - 1), o.dtype) for o in first)
            sample = to_tensors(batches.take(rows[:1]))
            spec = tf.nest.map_structure(
                lambda t: tf.TensorSpec([None, *t.shape[1:]], t.dtype), sample)
            function.append(tf.function(over, input_signature=[spec]))
        results = function[0](to_tensors(_whole(batches, rows)))
        runner.forwards += len(rows)
        arrays = [np.asarray(r.numpy()) for r in results]
        return [[a[i] for a in arrays] for i in range(len(rows))]

    return run


def _whole(batches: Batches, rows: List[int]) -> Any:
    """The rows, with inputs shared by all rows repeated, as map_fn needs them."""
    return batches.pack([a[rows] if a.shape[0] == batches.total else np.repeat(a, len(rows), 0)
                         for a in batches.arrays])
