"""What a function under tf.function is called with in a loop."""
from __future__ import annotations

from typing import List

import pytest

from shapecheck.read.reader import read
from shapecheck.rules import judge
from shapecheck.source.documents import read_document

pytestmark = pytest.mark.legacy

START = """
import numpy as np
import tensorflow as tf
ds = tf.data.Dataset.from_tensor_slices(np.zeros((90, 4))).batch(3)
@tf.function
def step(x, n=0):
    return tf.reduce_sum(x) + n
@tf.function(reduce_retracing=True)
def relaxed(x, n=0):
    return tf.reduce_sum(x) + n
class Trainer:
    @tf.function
    def step(self, x, n):
        return tf.reduce_sum(x) + n
found = []
"""


def codes(code: str) -> List[str]:
    document = read_document("program.py", (START + code).encode())
    assert document.cells[0].error is None
    return [f.code for f in judge(read(document).facts)]


@pytest.mark.parametrize("code", [
    "for i, x in enumerate(ds):\n    step(x, i)",
    "for i, x in enumerate(ds):\n    step(x, n=i + 1)",
    "for i in range(100):\n    Trainer().step(np.zeros(3), i)",
    "for i in range(9):\n    found.append(relaxed(np.zeros(3), i))",
    "found = [step(np.zeros((1, i))) for i in range(2, 30)]",
    "text = [1]\nfor _ in range(20):\n    text.append(int(step(tf.constant([text]))))",
    "f = tf.function(lambda x: x + 1)\nfor i in range(2, 30):\n    found.append(f(np.zeros(i)))",
])
def test_each_pass_builds_a_graph(code):
    assert codes(code) == ["SHP505"]


@pytest.mark.parametrize("code", [
    "for i, x in enumerate(ds):\n    step(x, tf.constant(i))",
    "for i, x in enumerate(ds.take(3)):\n    step(x, i)",
    "for i, x in enumerate(ds.take(unknown())):\n    step(x, i)",
    "for i in range(4):\n    step(np.zeros(3), i)",
    "for i in range(2, 30):\n    found.append(relaxed(np.zeros(i)))",
    "for x in ds:\n    step(x)",
    "for i in range(100):\n    step(np.zeros(3), 7)",
    "for n in (16, 32, 64, 128, 256):\n    found.append(step(np.zeros((n, n))))",  # a benchmark
    ("@tf.function\ndef outer(x):\n    for i in range(9):\n        x = step(x, i)\n    return x\n"
     "outer(np.zeros(3))"),  # traced once
    "step = lambda x, n: n\nfor i in range(100):\n    step(np.zeros(3), i)",
    "for i in tf.range(100):\n    step(np.zeros(3), i)",
])
def test_one_graph_or_few(code):
    assert codes(code) == []
