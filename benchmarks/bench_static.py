"""`model-inputs FILE` without data against `import tensorflow`, whole processes, in turn."""
from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from typing import List

ROUNDS = 7


def seconds(command: List[str]) -> float:
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        make = ("import sys, keras, tf_keras\n"
                "for k, end in ((keras, '.keras'), (tf_keras, '.h5')):\n"
                "    i = k.Input((256,), dtype='int32', name='input_ids')\n"
                "    m = k.Model(i, k.layers.Embedding(100, 8)(i))\n"
                "    m.save(sys.argv[1] + end)\n")
        stem = os.path.join(folder, "model")
        subprocess.run([sys.executable, "-c", make, stem], check=True, capture_output=True)
        bert = os.path.join(folder, "bert")
        os.mkdir(bert)
        with open(os.path.join(bert, "config.json"), "w") as stream:
            json.dump({"model_type": "bert", "architectures": ["BertModel"], "hidden_size": 768},
                      stream)
        ours = [sys.executable, "-m", "shapecheck", "model-inputs"]
        tensorflow = [sys.executable, "-c", "import tensorflow"]
        for path in (stem + ".keras", stem + ".h5", bert):
            pairs = [(seconds([*ours, path]), seconds(tensorflow)) for _ in range(ROUNDS)]
            ratio = statistics.median(a / b for a, b in pairs)
            print(f"  model-inputs {os.path.basename(path):12} "
                  f"{statistics.median(a for a, _ in pairs):.3f} s; of import tensorflow: "
                  f"{ratio:.3f} (target 0.1)")


if __name__ == "__main__":
    main()
