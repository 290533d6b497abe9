"""What `--all-rows` costs a row, against a plain loop and against the user's own predict loop.

    python benchmarks/bench_all_rows.py [mlp|minilm] [ROWS] [ROUNDS]

Measured side by side in one run, alternating, medians of the rounds: (a) a loop over a
pre-converted fixed-signature tf.function, one row a call; (b) `model.predict(x[i:i+1])` in a
loop; the graph that gives each row alone and in a batch; its two halves; and memory while the
number of rows grows. Prints figures and judges nothing.
"""
from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Tuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import tensorflow as tf

from shapecheck.consistency import every_row
from shapecheck.consistency.comparing import Check
from shapecheck.consistency.runner import tensors
from shapecheck.facts import Location
from shapecheck.observe.callsite import Site
from shapecheck.observe.models import declaration_of
from shapecheck.observe.preflight import planned
from tests.consistency.kerases import generations, load


def mlp(rows: int) -> Tuple[Any, Any]:
    layers = (keras := load(generations()[0])).layers
    x = keras.Input((64,))
    hidden = layers.Dense(256, activation="relu")(layers.Dense(256, activation="relu")(x))
    model = keras.Model(x, layers.Dense(10)(hidden))
    return model, np.random.RandomState(0).randn(rows, 64).astype("float32")


def minilm(rows: int) -> Tuple[Any, Any]:
    from tests.consistency.test_text_models import real

    ids = np.random.RandomState(0).randint(5, 30000, (rows, 128)).astype("int32")
    return real(), {"input_ids": ids, "attention_mask": np.ones_like(ids)}


def seconds(call: Callable[[], Any]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def least(layers: int, hidden: int, tokens: int) -> Tuple[float, float]:
    """(flop of a BERT's matrix products for one row, flop a second of a large matrix product).

    A layer: query, key, value and output (4 H^2 a token), feed-forward (8 H^2), scores and
    weighted sums (2 S H); two flop each. No pass can be quicker than their quotient.
    """
    row = 2 * layers * tokens * (12 * hidden ** 2 + 2 * tokens * hidden)
    a = tf.random.normal((2048, 2048))
    product = tf.function(lambda: tf.matmul(a, a))
    product()
    return row, 2 * 2048 ** 3 / min(seconds(product) for _ in range(40))


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else "mlp"
    rows = int(sys.argv[2]) if len(sys.argv) > 2 else (512 if name == "mlp" else 64)
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 5
    model, inputs = {"mlp": mlp, "minilm": minilm}[name](rows)
    check = Check(model, inputs, planned(declaration_of(model), inputs, Site(Location())))
    found = check.compare()
    select, batches = check.runner.select, check.batches
    singles = [tensors(batches.take([r])) for r in range(rows)]
    fixed = tf.function(lambda x: select(model(x, training=False)), input_signature=[
        tf.nest.map_structure(lambda t: tf.TensorSpec(t.shape, t.dtype), singles[0])])
    start = time.perf_counter()
    way = every_row.runner_of(check)
    traced = time.perf_counter() - start
    chunks = [list(range(start, min(start + every_row.CHUNK, rows)))
              for start in range(0, rows, every_row.CHUNK)]
    few = range(min(rows, 64))

    def batches_only() -> List[Any]:
        return [model.predict(batches.take(chunk), batch_size=len(chunk), verbose=0)
                for chunk in chunks]

    ways: Dict[str, Tuple[int, Callable[[], Any]]] = {
        "(a) fixed-signature tf.function, a row a call": (rows, lambda: [
            [o.numpy() for o in fixed(x)] for x in singles]),
        "(b) the user's model.predict(x[i:i+1])": (len(few), lambda: [
            model.predict(batches.take([r]), verbose=0) for r in few]),
        "--all-rows, whole: alone, in batches, compared": (
            rows, lambda: every_row.every_row(check, way=way)),
        "its graph: alone and in batches": (rows, lambda: [way.both(c) for c in chunks]),
        "batches alone, with predict": (rows, batches_only),
    }
    taken: Dict[str, List[float]] = {key: [] for key in ways}
    for number in range(rounds + 1):
        for key, (count, call) in ways.items():
            cost = seconds(call) / count
            if number:  # the first round traces
                taken[key].append(cost)
    first = statistics.median(taken["(a) fixed-signature tf.function, a row a call"])
    print(f"{name}, {rows} rows, {rounds} rounds, verdict {found.verdict}; {way.method}; traced "
          f"and checked once in {traced:.1f} s, which is not in the figures, as (a)'s is not")
    for key, costs in taken.items():
        ratios = [c / a for c, a in zip(costs, next(iter(taken.values())))]
        print(f"  {key:48} {statistics.median(costs) * 1e3:8.3f} ms a row, "
              f"{statistics.median(ratios):6.2f} x (a) (median of pairs), "
              f"{statistics.median(costs) / first:6.2f} x (medians)")
    if name == "minilm":
        row, rate = least(6, 384, 128)
        print(f"  matrix products alone: {row / 1e9:.2f} GFLOP a row; at the {rate / 1e9:.0f} "
              f"GFLOP/s of one large product two passes take {2e3 * row / rate:.1f} ms a row at "
              f"least, {2 * row / rate / first:.2f} x (a)")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(3):
        every_row.every_row(check, way=way)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(f"  three more passes over {rows} rows: {(after - before) / 1024:.1f} MiB more at most")


if __name__ == "__main__":
    main()
