"""`--all-rows`: every row alone and in a batch, in constant memory.

One graph takes a chunk of rows and gives both results: each row by itself, with batch-1 shapes
(`tf.map_fn`, some rows at a time), and the chunk as one batch. The two fill the gaps that each
leaves on the cores, so both cost little more than a loop over single rows alone
(`benchmarks/bench_all_rows.py`). That the bits are those of the user's own call is checked on
the rows of the default check, alone and in a batch; where they are not, or the graph cannot be
built, the user's own call is looped.
"""
from __future__ import annotations

from typing import Any, Callable, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from shapecheck.consistency.batches import Batches
from shapecheck.consistency.looking import options_of
from shapecheck.consistency.noise import Rows, same_bits
from shapecheck.consistency.run import Run
from shapecheck.consistency.runner import tensors

CHUNK = 32
#: rows at a time in the graph: enough to keep the cores busy, and memory small
PARALLEL = 8

#: rows done, rows in all
Progress = Callable[[int, int], None]
#: rows -> each alone, and all in one batch
Both = Callable[[List[int]], Tuple[List[Rows], List[Rows]]]


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


def every_row(run: Run, progress: Optional[Progress] = None,
              way: Optional[Tuple[Both, str]] = None) -> EveryRow:
    """Compare each row alone with the same row in a batch of up to `CHUNK`.

    way: of `runner_of`, where it is known. Ctrl-C gives what was done so far.
    """
    both, method = way or runner_of(run)
    found = EveryRow(method=method)
    total = run.batches.total
    try:
        for start in range(0, total, CHUNK):
            rows = list(range(start, min(start + CHUNK, total)))
            alone, together = both(rows)
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


def runner_of(run: Run) -> Tuple[Both, str]:
    """The cheapest way that gives the bits of the user's own call, and its name."""
    if run.mode in ("call", "xla") or not hasattr(run.model, "layers"):
        return loop(run), "the user's own call, row by row and in batches"
    graph = in_one_graph(run)
    rows = list(run.rows)
    try:
        alone, together = graph(rows)
    except Exception:  # an output that map_fn cannot stack, an op without a signature
        return loop(run), "the user's own call, row by row and in batches"
    if not _same(run.single, alone):
        return loop(run), "the user's own call, row by row and in batches"
    if not _same(run.batch, together):
        return _half(run, graph), "one graph over the rows, the user's own call for batches"
    return graph, "one graph: each row alone, and a batch"


def _same(left: Sequence[Rows], right: Sequence[Rows]) -> bool:
    return all(all(map(same_bits, a, b)) for a, b in zip(left, right))


def loop(run: Run) -> Both:
    """The user's own call: row by row, and the chunk."""
    def both(rows: List[int]) -> Tuple[List[Rows], List[Rows]]:
        alone = [run.run(run.batches.take([r]), 1)[0] for r in rows]
        return alone, run.run(run.batches.take(rows), len(rows))

    return both


def _half(run: Run, graph: Both) -> Both:
    """Single rows of the graph, batches of the user's own call."""
    def both(rows: List[int]) -> Tuple[List[Rows], List[Rows]]:
        return graph(rows)[0], run.run(run.batches.take(rows), len(rows))

    return both


def in_one_graph(run: Run, parallel: int = PARALLEL) -> Both:
    """Rows one by one, with batch-1 shapes, and the batch, in one traced graph."""
    import tensorflow as tf

    model, runner, batches = run.model, run.runner, run.batches
    options = options_of(run)
    function: List[Any] = []

    def outputs(inputs: Any) -> List[Any]:
        return [tf.convert_to_tensor(o) for o in runner.select(model(inputs, **options))]

    def build(sample: Any) -> Any:
        signature = tuple(tf.TensorSpec([None] * (len(o.shape) - 1), o.dtype)
                          for o in outputs(sample))

        def one(row: Any) -> Tuple[Any, ...]:
            inputs = tf.nest.map_structure(lambda t: tf.expand_dims(t, 0), row)
            return tuple(tf.squeeze(o, 0) for o in outputs(inputs))

        def both(rows: Any) -> Any:
            alone = tf.map_fn(one, rows, fn_output_signature=signature,
                              parallel_iterations=parallel)
            return alone, outputs(rows)

        spec = tf.nest.map_structure(lambda t: tf.TensorSpec([None, *t.shape[1:]], t.dtype),
                                     sample)
        return tf.function(both, input_signature=[spec])

    def run_graph(rows: List[int]) -> Tuple[List[Rows], List[Rows]]:
        if not function:
            function.append(build(tensors(batches.take(rows[:1]))))
        runner.forwards += 2 * len(rows)
        alone, together = ([np.asarray(r.numpy()) for r in results]
                           for results in function[0](tensors(_whole(batches, rows))))
        return ([[a[i] for a in alone] for i in range(len(rows))],
                [[a[i] for a in together] for i in range(len(rows))])

    return run_graph


def _whole(batches: Batches, rows: List[int]) -> Any:
    """The rows, with inputs shared by all rows repeated, as map_fn needs them."""
    return batches.pack([np.repeat(a, len(rows), 0) if batches.shared(i) else a[rows]
                         for i, a in enumerate(batches.arrays)])
