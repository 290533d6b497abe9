"""Many healthy models through the consistency check: none may be called inconsistent.

    python benchmarks/bench_healthy.py [N] [keras3|keras2] [FIRST]

Prints counts of verdicts by policy and call mode, and judges nothing. The models are those of
`tests/consistency/healthy.py`: kind, weights, data, policy and mode are drawn from the seed, so
that each line can be run again.
"""
from __future__ import annotations

import collections
import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import numpy as np
import tensorflow as tf

import shapecheck
from shapecheck.facts.errors import UserError
from tests.consistency.healthy import draw
from tests.consistency.kerases import generations, load


def main() -> None:
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    keras = load(sys.argv[2] if len(sys.argv) > 2 else generations()[0])
    first = int(sys.argv[3]) if len(sys.argv) > 3 else 0
    tf.get_logger().setLevel("ERROR")  # that functions are traced anew is the point here
    counts: "collections.Counter[Any]" = collections.Counter()
    by: "collections.Counter[Any]" = collections.Counter()
    ratios, forwards, extras = [], [], []
    started = time.monotonic()
    for seed in range(first, first + total):
        keras.backend.clear_session()
        case = draw(keras, seed)
        try:
            found = shapecheck.check_consistency(case.model, case.inputs,
                                                 call=case.mode).consistency
        except UserError as refused:  # a net that overflows in 16 bits
            counts["nothing to compare"] += 1
            print(f"  seed {seed}: {case.kind} {case.policy} {case.mode}: {refused}", flush=True)
            continue
        assert found is not None
        counts[found.verdict] += 1
        by[(case.policy, case.mode, found.verdict)] += 1
        forwards.append(found.forwards)
        extras.append(found.extra)
        if found.ratio is not None and found.verdict == "float noise":
            ratios.append(found.ratio)
        if found.verdict in ("inconsistent", "undecided"):
            print(f"  seed {seed}: {case.kind} {case.policy} {case.mode}: {found.verdict} "
                  f"{found.cause} {found.cause_detail}; difference {found.difference:.1e}, noise "
                  f"{found.noise}, twin {found.twin}, {found.untested}", flush=True)
    print(f"{keras.__name__} {keras.__version__}, {total} checks in "
          f"{time.monotonic() - started:.0f} s: " + ", ".join(
              f"{verdict} {count}" for verdict, count in sorted(counts.items())))
    for (policy, mode, verdict), count in sorted(by.items()):
        print(f"  {policy:15} {mode:9} {verdict:14} {count}")
    if ratios:
        print(f"difference / floor where it is float noise: median {np.median(ratios):.2f}, "
              f"largest {max(ratios):.2f}")
    print(f"row-forwards: largest {max(forwards)}, extra: median {np.median(extras):.0f}, "
          f"largest {max(extras)}")


if __name__ == "__main__":
    main()
