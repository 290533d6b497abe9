"""Every cell of the matrix run for real, on each Keras of this environment.

    python -m tests.matrix [--cells N] [--seed S] [--json FILE]
    python -m tests.matrix --show FILE ...      the table of earlier runs, in one
"""
from __future__ import annotations

import argparse
import json
import os
import sys
import time
from typing import Any, Dict, List, Optional

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def main() -> int:
    options = _parser().parse_args()
    from tests.matrix.table import disagreements, summary, table

    rows: List[Dict[str, Any]] = []
    for name in options.show:
        with open(name, encoding="utf-8") as stream:
            rows += json.load(stream)
    if options.show:
        rows = list({(row["keras"], row["cell"]): row for row in rows}.values())
    else:
        rows = _run(options)
    _keep(rows, options.json)
    sys.stdout.write("\n".join([table(rows), disagreements(rows), summary(rows)]))
    agree = sum(row["agrees"] for row in rows) / max(1, len(rows))
    return 0 if agree >= options.at_least / 100 else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.matrix", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cells", type=int, default=2000, help="how many, on each Keras")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", metavar="FILE", help="write every result there")
    parser.add_argument("--only", default="", help="of all cells, those whose name contains this")
    parser.add_argument("--keras", default="", help="keras2 or keras3 (both where installed)")
    parser.add_argument("--again", default="", metavar="FILE",
                        help="of an earlier run, only the cells that did not agree")
    parser.add_argument("--show", nargs="+", default=[], metavar="FILE")
    parser.add_argument("--at-least", type=float, default=0, metavar="PERCENT",
                        help="exit with 1 where fewer cells agree")
    return parser


def _run(options: argparse.Namespace) -> List[Dict[str, Any]]:
    import tensorflow as tf

    from tests.matrix.cells import all_cells, sample
    from tests.matrix.oracle import run
    from tests.matrix.table import as_dict
    from tests.rules.runner import GENERATIONS, keras_of

    cells = sample(options.cells, options.seed)
    if options.only:
        cells = [c for c in all_cells() if options.only in c.name][:options.cells]
    if options.again:
        with open(options.again, encoding="utf-8") as stream:
            apart = {row["cell"] for row in json.load(stream) if not row["agrees"]}
        cells = [c for c in all_cells() if c.name in apart]
    rows = []
    for generation in GENERATIONS if not options.keras else [options.keras]:
        keras = keras_of(generation)
        name = {"keras": "Keras", "tf_keras": "tf_keras"}.get(keras.__name__, "TF")
        version = tf.__version__ if name == "TF" else keras.__version__
        started = time.time()
        for number, result in enumerate(run(cells, generation), 1):
            rows.append(as_dict(result, f"{name} {version}"))
            if number % 50 == 0 or number == len(cells):
                _keep(rows, options.json)  # an abort of TensorFlow's costs 50 cells, not all
                sys.stderr.write(f"{name} {version}: {number} of {len(cells)} cells, "
                                 f"{time.time() - started:.0f} s\n")
    return rows


def _keep(rows: List[Dict[str, Any]], path: Optional[str]) -> None:
    if path:
        with open(path, "w", encoding="utf-8") as stream:
            json.dump(rows, stream, indent=1)


if __name__ == "__main__":
    sys.exit(main())
