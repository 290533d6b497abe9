"""A watch may begin before its Keras is imported."""
from __future__ import annotations

import subprocess
import sys

import pytest

from tests.watch.kerases import generations

pytestmark = pytest.mark.legacy

PROGRAM = """
import sys, shapecheck
assert "tensorflow" not in sys.modules
finders = list(sys.meta_path)
with shapecheck.watch(tell="never") as seen:
    import numpy as np
    assert "keras" not in sys.modules
    {load}
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    model.predict(np.zeros((2, 4), "float32"), verbose=0)
    model(np.zeros((2, 4), "float32"))
print([c.method for c in seen.calls], seen.fault)
print([str(c.inputs[0].declared) for c in seen.calls])
assert [f for f in sys.meta_path if f in finders] == finders
assert not [f for f in sys.meta_path if type(f).__module__.startswith("shapecheck")]
for name in ("keras", "tf_keras"):
    module = sys.modules.get(name)
    if module is not None:
        assert "shapecheck" not in type(module.__loader__).__module__, name
        assert "shapecheck" not in type(module.__spec__.loader).__module__, name
assert not hasattr(keras.Model.predict, "__wrapped__") or "shapecheck" not in str(
    keras.Model.predict.__code__.co_filename)
"""
LOADS = {"keras": "import keras", "tf_keras": "import tf_keras as keras",
         "tf.keras": "import tensorflow as tf; keras = tf.keras"}


@pytest.mark.parametrize("name", sorted({*generations(), "tf.keras"}))
def test_the_keras_that_arrives_is_watched(name):
    done = subprocess.run([sys.executable, "-c", PROGRAM.format(load=LOADS[name])],
                          capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.splitlines()[-2:] == ["['predict', '__call__'] None",
                                             "['(None, 4)', '(None, 4)']"]


def test_a_program_without_keras_is_left_alone():
    code = ("import sys, shapecheck\n"
            "with shapecheck.watch() as seen:\n    import json, wave\n"
            "assert seen.fault is None and 'tensorflow' not in sys.modules\n")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True,
                          timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_keras_that_cannot_be_imported_raises_as_it_would(tmp_path):
    (tmp_path / "tf_keras.py").write_text("raise ImportError('mine')\n")
    code = ("import sys, shapecheck\nsys.path.insert(0, sys.argv[1])\n"
            "with shapecheck.watch() as seen:\n"
            "    try:\n        import tf_keras\n"
            "    except ImportError as error:\n        print(error)\n"
            "assert seen.fault is None and 'tf_keras' not in sys.modules\n")
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True,
                          text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "mine\n", "")
