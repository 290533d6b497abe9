"""Some programs of the corpus, mended and run on real Keras; all: tests/corpus/run_fixed.py."""
from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytest.importorskip("keras", minversion="3")
RUN = Path(__file__).parents[1] / "corpus" / "run_fixed.py"
SAMPLE = ["shp101_class_holds_model/", "shp102_cells_out_of_order/", "shp103_loop_tf_expand/",
          "shp404_stacked_lstm/", "shp603_input_int/"]


def test_mended_programs_run() -> None:
    done = subprocess.run([sys.executable, str(RUN), "--generation", "3", *SAMPLE],
                          env={**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}, capture_output=True,
                          text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr[-2000:]
    lines = done.stdout.splitlines()
    assert len(lines) == 1 + len(SAMPLE) and not [line for line in lines if line.startswith("LOOK")]
