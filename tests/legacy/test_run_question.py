"""The question's own program under `shapecheck run`, without a line of it changed."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.legacy
pytest.importorskip("transformers")

ROOT = Path(__file__).parents[2]
PROGRAM = '''\
import numpy as np
import tensorflow as tf
from transformers import BertConfig, TFBertModel
try:
    import tf_keras as keras
except ImportError:
    from tensorflow import keras

bert = TFBertModel(BertConfig(vocab_size=200, hidden_size=16, num_hidden_layers=1,
                              num_attention_heads=2, intermediate_size=32))
ids = keras.Input(shape=(256,), dtype="int32", name="input_ids")
mask = keras.Input(shape=(256,), dtype="int32", name="attention_mask")
model = keras.Model([ids, mask], [bert(ids, attention_mask=mask)[0]])
rng = np.random.default_rng(0)
data_x = [rng.integers(5, 200, (12, 256)).astype("int32"), np.ones((12, 256), "int32")]
try:
    cls1 = model.predict([data_x[0][0], data_x[1][0]])
    print(cls1.shape)
except Exception as error:
    print(type(error).__name__)
cls12 = model.predict([data_x[0], data_x[1]])
one = model.predict([data_x[0][0:1], data_x[1][0:1]])
print(cls12.shape, one.shape)
'''


def test_the_rank_is_named_and_the_rows_are_compared(tmp_path: Path) -> None:
    (tmp_path / "question.py").write_text(PROGRAM)
    done = subprocess.run(
        [sys.executable, "-m", "shapecheck", "run", "question.py"], cwd=tmp_path,
        capture_output=True, text=True, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT), "TF_CPP_MIN_LOG_LEVEL": "3"})
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == "(12, 256, 16) (1, 256, 16)"
    assert "SHP101 rank-1-input" in done.stderr
    told = " ".join(done.stderr.split())
    assert "fix: model.predict([data_x[0][0:1], data_x[1][0:1]])" in told
    assert "the same row went in alone" in told and "in a batch of 12" in told
