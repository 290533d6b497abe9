"""MirroredStrategy with two logical CPUs, set before TF starts: in a process of its own."""
from __future__ import annotations

import subprocess
import sys

import pytest

from tests.watch.kerases import generations

pytestmark = pytest.mark.legacy

PROGRAM = """
import sys
sys.path.insert(0, {root!r})
import numpy as np
import tensorflow as tf
cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)
from tests.watch.kerases import X, Y, load, seed
import shapecheck
keras = load({name!r})
strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
assert strategy.num_replicas_in_sync == 2
seed()
traces = []

class Stepping(keras.Model):
    def train_step(self, data):
        x, y = data
        self(x, training=False)  # a call of the user's code, but part of fit
        return super().train_step(data) if {two} else {{"loss": tf.reduce_mean(self(x))}}

class Count(keras.layers.Layer):
    def call(self, inputs):
        traces.append(1)
        return inputs

with strategy.scope():
    a = keras.Input((4,))
    model = Stepping(a, keras.layers.Dense(1)(Count()(a)))
    model.compile(optimizer="sgd", loss="mse")

expected = model.predict(X, batch_size=4, verbose=0)
model.fit(X, Y, batch_size=4, verbose=0)
expected = model.predict(X, batch_size=4, verbose=0)
before = len(traces)
with shapecheck.watch(tell="never") as seen:
    np.testing.assert_array_equal(model.predict(X, batch_size=4, verbose=0), expected)
    model.evaluate(X, Y, batch_size=4, verbose=0)
    traced = len(traces)
    model.fit(X, Y, batch_size=4, verbose=0)
    assert len(traces) == traced

    @tf.function
    def step(x):
        return strategy.run(lambda part: model(part), args=(x,))

    step(tf.constant(X))
model.predict(X, batch_size=4, verbose=0)
from shapecheck.render.text import text_of
print({{line.partition("; ")[2].partition(" of ")[0]
       for line in text_of(seen.report()).splitlines() if "; 2 replicas" in line}})
print([c.method for c in seen.calls[:3]], {{c.method for c in seen.calls[3:]}}, seen.fault)

fresh = None
with shapecheck.watch(tell="never") as seen:
    with strategy.scope():
        fresh = Stepping(a, keras.layers.Dense(1)(a))
        fresh.compile(optimizer="sgd", loss="mse", run_eagerly={eager})
    fresh.fit(X, Y, batch_size=4, verbose=0)
print([c.method for c in seen.calls], seen.fault)
"""


@pytest.mark.parametrize("name", generations())
def test_replicas_are_part_of_the_users_call(name, pytestconfig, tmp_path):
    # Keras 3 does not run a distributed model eagerly on CPUs of one process.
    program = PROGRAM.format(root=str(pytestconfig.rootpath), name=name,
                             two=name != "keras", eager=name == "tf_keras")
    path = tmp_path / "program.py"  # a file, so that the sources of the calls are known
    path.write_text(program)
    done = subprocess.run([sys.executable, str(path)], capture_output=True, text=True,
                          timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.splitlines()[-3:] == [
        "{'2 replicas, (2, 4)'}",
        "['predict', 'evaluate', 'fit'] {'__call__'} None", "['fit'] None"]
