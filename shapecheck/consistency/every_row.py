"""`--all-rows`: every row alone and in a batch, in constant memory.

One graph takes a chunk of rows and gives both results: each row by itself, with batch-1 shapes,
then groups of rows as batches, both by `tf.map_fn` with as many iterations at a time as there
are cores. Single rows leave cores idle, and so do batches: iterations side by side fill them,
which pays for the second pass (`benchmarks/bench_all_rows.py`; docs/consistency.md has what else
was measured). That the bits are those of the user's own call is checked on the rows of the
default check, alone and in its batch; where they are not, or the graph cannot be built, the
user's own call is looped.
"""
from __future__ import annotations

import os
from typing import Any, Callable, List, NamedTuple, Optional, Sequence, Tuple

import numpy as np

from shapecheck.consistency.batches import Batches
from shapecheck.consistency.looking import options_of
from shapecheck.consistency.noise import Rows, same_bits
from shapecheck.consistency.run import Run
from shapecheck.consistency.runner import tensors

#: rows in one call of the graph
CHUNK = 32
#: iterations at a time in it
PARALLEL = min(8, max(2, os.cpu_count() or 2))

#: rows done, rows in all
Progress = Callable[[int, int], None]
#: rows -> each alone, and each in a batch
Both = Callable[[List[int]], Tuple[List[Rows], List[Rows]]]


class Way(NamedTuple):
    """size: rows in a batch, at most."""

    both: Both
    method: str
    size: int = CHUNK


class EveryRow(NamedTuple):
    """difference, row: the largest. chunk: the batch in which it was. identical: rows with the
    same bits. done: rows tested. size: of the batches."""

    difference: float = 0.0
    row: Optional[int] = None
    chunk: Tuple[int, ...] = ()
    identical: int = 0
    done: int = 0
    partial: bool = False
    method: str = ""
    size: int = CHUNK


def every_row(run: Run, progress: Optional[Progress] = None,
              way: Optional[Way] = None) -> EveryRow:
    """Compare each row alone with the same row in a batch.

    way: of `runner_of`, where it is known. Ctrl-C gives what was done so far.
    """
    way = way or runner_of(run)
    found = EveryRow(method=way.method, size=way.size)
    total = run.batches.total
    try:
        for start in range(0, total, CHUNK):
            rows = list(range(start, min(start + CHUNK, total)))
            alone, together = way.both(rows)
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
    for place, (row, a, b) in enumerate(zip(rows, alone, together)):
        if all(map(same_bits, a, b)):
            identical += 1
            continue
        gap = run.distance(a, b)
        if gap > worst:
            start = place - place % found.size
            worst, where = gap, row
            chunk = tuple(filled(rows[start:start + found.size], found.size, run.batches.total))
    return found._replace(difference=worst, row=where, chunk=chunk, identical=identical,
                          done=found.done + len(rows))


def filled(rows: Sequence[int], size: int, total: int) -> List[int]:
    """The rows, and rows from the first on, up to a multiple of `size`; a last batch is as
    large as the others."""
    return [*rows, *(i % total for i in range(-len(rows) % size))]


def runner_of(run: Run) -> Way:
    """The cheapest way that gives the bits of the user's own call."""
    own = Way(loop(run), "the user's own call, row by row and in batches")
    if run.mode in ("call", "xla") or not hasattr(run.model, "layers"):
        return own
    size = min(len(run.index), CHUNK)
    graph = in_one_graph(run, size)
    try:
        alone, together = graph(list(run.index))
    except Exception:  # an output that map_fn cannot stack, an op without a signature
        return own
    if not _same(run.single, alone[:len(run.single)]):
        return own
    if not _same(run.batch, together):
        return Way(_half(run, in_one_graph(run, 1, batched=False)),
                   "one graph over the rows, the user's own call for batches")
    return Way(graph, f"one graph: each row alone, and batches of {size}", size)


def _same(left: Sequence[Rows], right: Sequence[Rows]) -> bool:
    return all(all(map(same_bits, a, b)) for a, b in zip(left, right))


def loop(run: Run) -> Both:
    """The user's own call: row by row, and the chunk."""
    def both(rows: List[int]) -> Tuple[List[Rows], List[Rows]]:
        alone = [run.run(run.batches.take([r]), 1)[0] for r in rows]
        return alone, _batch(run, rows)

    return both


def _batch(run: Run, rows: List[int]) -> List[Rows]:
    """In a batch of `CHUNK`, the last one filled up."""
    whole = filled(rows, CHUNK, run.batches.total)
    return run.run(run.batches.take(whole), len(whole))[:len(rows)]


def _half(run: Run, graph: Both) -> Both:
    """Single rows of the graph, batches of the user's own call."""
    def both(rows: List[int]) -> Tuple[List[Rows], List[Rows]]:
        return graph(rows)[0], _batch(run, rows)

    return both


def in_one_graph(run: Run, size: int, batched: bool = True, parallel: int = PARALLEL) -> Both:
    """Rows one by one, with batch-1 shapes, then in batches of `size`, in one traced graph.

    batched: False leaves the batches out.
    """
    import tensorflow as tf

    model, runner, batches = run.model, run.runner, run.batches
    options = options_of(run)
    function: List[Any] = []
    mapped = tf.nest.map_structure

    def outputs(inputs: Any) -> Tuple[Any, ...]:
        return tuple(tf.convert_to_tensor(o) for o in runner.select(model(inputs, **options)))

    def build(sample: Any) -> Any:
        of_batch = tuple(tf.TensorSpec([None] * len(o.shape), o.dtype) for o in outputs(sample))
        of_row = tuple(tf.TensorSpec([None] * (len(o.shape) - 1), o.dtype)
                       for o in of_batch)

        def one(row: Any) -> Tuple[Any, ...]:
            return tuple(tf.squeeze(o, 0) for o in outputs(
                mapped(lambda t: tf.expand_dims(t, 0), row)))

        def both(rows: Any) -> Any:
            alone = tf.map_fn(one, rows, fn_output_signature=of_row,
                              parallel_iterations=parallel)
            if not batched:
                return alone, ()
            # The size of a batch must not be known while tracing: kernels chosen for one shape
            # have other bits (facts: numerics, 1.1).
            unknown = tf.raw_ops.PlaceholderWithDefault(input=size, shape=[])
            with tf.control_dependencies(list(alone)):  # side by side they are slower
                groups = mapped(lambda t: tf.reshape(t, [-1, unknown, *t.shape[1:]]), rows)
            together = tf.map_fn(outputs, groups, fn_output_signature=of_batch,
                                 parallel_iterations=parallel)
            return alone, together

        spec = mapped(lambda t: tf.TensorSpec([None, *t.shape[1:]], t.dtype), sample)
        return tf.function(both, input_signature=[spec])

    def run_graph(rows: List[int]) -> Tuple[List[Rows], List[Rows]]:
        whole = filled(rows, size, batches.total)
        if not function:
            function.append(build(tensors(batches.take(whole[:1]))))
        runner.forwards += (1 + batched) * len(whole)
        alone, together = ([np.asarray(r.numpy()) for r in results]
                           for results in function[0](tensors(_whole(batches, whole))))
        joined = [a.reshape(-1, *a.shape[2:]) for a in together]
        return ([[a[i] for a in alone] for i in range(len(rows))],
                [[a[i] for a in joined] for i in range(len(rows))])

    return run_graph


def _whole(batches: Batches, rows: List[int]) -> Any:
    """The rows, with inputs shared by all rows repeated, as map_fn needs them."""
    return batches.pack([np.repeat(a, len(rows), 0) if batches.shared(i) else a[rows]
                         for i, a in enumerate(batches.arrays)])
