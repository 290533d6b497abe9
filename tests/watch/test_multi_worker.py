"""MultiWorkerMirroredStrategy: two processes on this machine, each with a watch of its own."""
from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Dict, List

import pytest

from tests.watch.kerases import generations

pytestmark = pytest.mark.legacy

PROGRAM = """
import json, sys
sys.path.insert(0, {root!r})
import numpy as np
import tensorflow as tf
try:
    strategy = tf.distribute.MultiWorkerMirroredStrategy()
except AttributeError:
    strategy = tf.distribute.experimental.MultiWorkerMirroredStrategy()
from tests.watch.kerases import X, Y, load, seed
import shapecheck
from shapecheck.render.text import text_of
keras = load({name!r})
traces = []

class Count(keras.layers.Layer):
    def call(self, inputs):
        traces.append(1)
        return inputs

def made():
    seed()
    with strategy.scope():
        a = keras.Input((4,))
        model = keras.Model(a, keras.layers.Dense(1)(Count()(a)))
        model.compile(optimizer="sgd", loss="mse")
    return model

def data():
    options = tf.data.Options()
    options.experimental_distribute.auto_shard_policy = tf.data.experimental.AutoShardPolicy.DATA
    rows = tf.data.Dataset.from_tensor_slices((X[:8], Y[:8])).batch(4)
    return rows.with_options(options)

def run(model):
    del traces[:]
    losses = model.fit(data(), epochs=2, verbose=0).history["loss"]
    losses = losses + [model.evaluate(data(), verbose=0)]
    return losses, [w.tolist() for w in model.get_weights()], len(traces)

try:
    plain = run(made())
except Exception as error:
    print(json.dumps({{"cannot": type(error).__name__ + ": " + str(error)[:300]}}))
    sys.exit(0)
with shapecheck.watch(tell="never") as seen:
    watched = run(made())
again = run(made())
print(json.dumps({{
    "replicas": strategy.num_replicas_in_sync, "same": watched == plain == again,
    "losses": [plain[0], watched[0]],
    "calls": [[c.method, c.replicas, c.count, str(c.inputs[0].passed)] for c in seen.calls],
    "findings": [f.code for f in seen.findings], "fault": repr(seen.fault),
    "told": [line for line in text_of(seen.report()).splitlines() if "replicas" in line]}}))
"""


def _free_ports(count: int) -> List[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [int(each.getsockname()[1]) for each in sockets]


def _workers(path: Path) -> List[Dict[str, Any]]:
    """What each of the two processes printed."""
    cluster = {"worker": [f"127.0.0.1:{port}" for port in _free_ports(2)]}
    running = []
    try:
        for index in range(2):
            config = json.dumps({"cluster": cluster, "task": {"type": "worker", "index": index}})
            running.append(subprocess.Popen(
                [sys.executable, str(path)], text=True, stdout=subprocess.PIPE,
                stderr=subprocess.PIPE, env={**os.environ, "TF_CONFIG": config}))
        said = []
        for worker in running:
            out, err = worker.communicate(timeout=300)
            assert worker.returncode == 0, err[-3000:]
            said.append(json.loads(out.splitlines()[-1]))
        return said
    finally:
        for worker in running:
            if worker.poll() is None:
                worker.kill()


@pytest.mark.parametrize("name", generations())
def test_each_call_once_in_each_process_and_nothing_altered(name, pytestconfig, tmp_path):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM.format(root=str(pytestconfig.rootpath), name=name))
    for said in _workers(path):
        if "cannot" in said:
            pytest.skip(f"this {name} does not train on several workers: {said['cannot']}")
        assert said["same"], said["losses"]
        assert said["replicas"] == 2
        assert [call[:3] for call in said["calls"]] == [["fit", 2, 1], ["evaluate", 2, 1]]
        assert said["findings"] == [] and said["fault"] == "None"
        assert len(said["told"]) == 2
