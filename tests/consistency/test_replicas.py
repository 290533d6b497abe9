"""MirroredStrategy over two logical CPUs: the same rows agree, uneven last batch included."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.legacy

PROGRAM = '''
import os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from tests.consistency.kerases import load
keras = load("keras2")
import shapecheck
from tests.consistency.planted import mlp, op, table
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
assert strategy.num_replicas_in_sync == 2

def check(model, rows, **options):
    found = shapecheck.check_consistency(model, table(rows), **options).consistency
    print(found.verdict, found.cause, found.cause_detail, [t.text for t in found.trials
                                                          if not t.passed], found.untested)
    return found

with strategy.scope():
    healthy = mlp(keras, lambda h: h)
    mixed = mlp(keras, op(keras, lambda z: z - tf.reduce_mean(z, 0, keepdims=True)))
before = [w.tobytes() for w in healthy.get_weights()]
for rows in (20, 7, 3, 1):  # 7 and 3 rows do not split evenly over two replicas
    assert check(healthy, rows).verdict in ("bit-identical", "float noise"), rows
assert check(healthy, 101, all_rows=True).verdict in ("bit-identical", "float noise")
assert [w.tobytes() for w in healthy.get_weights()] == before
whole = healthy.predict(table(13), batch_size=5, verbose=0)  # batches of 3 + 2, 3 + 2, 2 + 1
alone = np.concatenate([healthy.predict(table(13)[i:i + 1], verbose=0) for i in range(13)])
assert np.abs(whole - alone).max() < 1e-5
assert check(mixed, 20).verdict == "inconsistent"
print("replicas agree")
'''


def test_the_same_rows_over_two_replicas() -> None:
    root = Path(__file__).resolve().parents[2]
    path = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": path}, cwd=root, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr[-3000:]
    assert done.stdout.strip().endswith("replicas agree")
