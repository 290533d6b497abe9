"""Many healthy models through the consistency check: none may be called inconsistent.

    python benchmarks/bench_healthy.py [N] [keras|tf_keras]

Prints counts of verdicts by policy and call mode, and judges nothing. Models, data, policy and
mode are drawn from a seed, so that a run can be repeated.
"""
from __future__ import annotations

import collections
import importlib
import os
import sys
from typing import Any, Tuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

import shapecheck

POLICIES = ("float32", "float32", "float32", "mixed_float16", "mixed_bfloat16", "float64")
MODES = ("predict", "predict", "call", "function", "xla")
KINDS = ("mlp", "deep", "cnn", "rnn", "text")


def set_policy(keras: Any, name: str) -> None:
    policies = getattr(keras, "mixed_precision", None)
    if hasattr(policies, "set_global_policy"):
        policies.set_global_policy(name)
    else:
        keras.config.set_dtype_policy(name)


def build(keras: Any, kind: str, rng: Any) -> Tuple[Any, Any]:
    layers = keras.layers
    rows = int(rng.choice([1, 2, 5, 20]))
    scale = float(rng.choice([0.3, 1.0, 4.0, 12.0]))
    start = keras.initializers.RandomNormal(stddev=scale / 8, seed=int(rng.randint(1 << 30)))
    if kind in ("mlp", "deep"):
        inputs = hidden = keras.Input((48,))
        for _ in range(3 if kind == "mlp" else 10):
            hidden = layers.Dense(int(rng.choice([64, 200])), kernel_initializer=start,
                                  activation=str(rng.choice(["tanh", "relu"])))(hidden)
            hidden = layers.LayerNormalization()(hidden) if rng.rand() < 0.5 else hidden
        return (keras.Model(inputs, layers.Dense(5, activation="softmax")(hidden)),
                rng.randn(rows, 48).astype("float32"))
    if kind == "cnn":
        inputs = keras.Input((12, 12, 3))
        hidden = layers.BatchNormalization()(layers.Conv2D(16, 3, activation="relu")(inputs))
        hidden = layers.GlobalAveragePooling2D()(layers.Conv2D(16, 3)(hidden))
        return (keras.Model(inputs, layers.Dense(5)(hidden)),
                rng.rand(rows, 12, 12, 3).astype("float32"))
    if kind == "rnn":
        inputs = keras.Input((None, 6))
        return (keras.Model(inputs, layers.GRU(12)(inputs)),
                rng.randn(rows, 7, 6).astype("float32"))
    inputs = keras.Input((None,), dtype="int32")
    hidden = layers.Embedding(100, 16, mask_zero=True)(inputs)
    ids = rng.randint(1, 100, (rows, 12)).astype("int32")
    for row in range(rows - 1):
        ids[row, rng.randint(3, 13):] = 0
    return keras.Model(inputs, layers.Dense(4)(layers.GlobalAveragePooling1D()(hidden))), ids


def main() -> None:
    total = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    keras = importlib.import_module(sys.argv[2] if len(sys.argv) > 2 else "keras")
    counts: "collections.Counter[Any]" = collections.Counter()
    for number in range(total):
        rng = np.random.RandomState(number)
        kind, policy, mode = rng.choice(KINDS), rng.choice(POLICIES), rng.choice(MODES)
        if mode == "xla" and kind in ("rnn", "text"):
            mode = "function"  # XLA compiles each width anew
        keras.backend.clear_session()
        set_policy(keras, str(policy))
        try:
            model, inputs = build(keras, str(kind), rng)
            found = shapecheck.check_consistency(model, inputs, call=str(mode)).consistency
        finally:
            set_policy(keras, "float32")
        assert found is not None
        counts[found.verdict] += 1
        counts[(str(policy), found.verdict)] += 1
        if found.verdict in ("inconsistent", "undecided"):
            print(f"  seed {number}: {kind} {policy} {mode}: {found.verdict} {found.cause} "
                  f"difference {found.difference:.1e} noise {found.noise} twin {found.twin}")
    print(f"{keras.__name__} {keras.__version__}: {total} checks: "
          + ", ".join(f"{k} {v}" for k, v in sorted(counts.items(), key=str)))


if __name__ == "__main__":
    main()
