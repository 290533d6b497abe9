"""Every cell of the matrix run for real, on each Keras of this environment.

    python -m tests.matrix [--cells N] [--seed S] [--json FILE]
    python -m tests.matrix --show FILE ...      the table of earlier runs, in one
"""
from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from typing import Any, Dict, Iterator, List, Optional

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def main() -> int:
    options = _parser().parse_args()
    if options.child:
        _run_here(options)
        return 0
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
    parser.add_argument("--child", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--at-least", type=float, default=0, metavar="PERCENT",
                        help="exit with 1 where fewer cells agree")
    return parser


def _run(options: argparse.Namespace) -> List[Dict[str, Any]]:
    """Each Keras in a process of its own, begun again where TensorFlow ends it."""
    from tests.rules.runner import GENERATIONS

    rows: List[Dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        for generation in GENERATIONS if not options.keras else [options.keras]:
            path = os.path.join(folder, f"{generation}.json")
            command = [sys.executable, "-m", "tests.matrix", *sys.argv[1:], "--keras", generation,
                       "--json", path, "--child"]
            while subprocess.call(command) < 0:
                with open(path + ".at", encoding="utf-8") as at, \
                        open(path + ".ended", "a", encoding="utf-8") as ended:
                    ended.write(at.read())
            with open(path, encoding="utf-8") as stream:
                rows += json.load(stream)
            _keep(rows, options.json)
    return rows


def _run_here(options: argparse.Namespace) -> None:
    """The cells that `--json` does not hold yet; `FILE.at` names the one that is being run."""
    import tensorflow as tf

    from tests.matrix.oracle import OTHER, Result, run
    from tests.matrix.table import as_dict
    from tests.rules.runner import keras_of

    cells, rows = _cells(options), []
    if os.path.exists(options.json):
        with open(options.json, encoding="utf-8") as stream:
            rows = json.load(stream)
    ended = []
    if os.path.exists(options.json + ".ended"):
        with open(options.json + ".ended", encoding="utf-8") as stream:
            ended = stream.read().splitlines()
    keras = keras_of(options.keras)
    name = {"keras": "Keras", "tf_keras": "tf_keras"}.get(keras.__name__, "TF")
    version = f"{name} {tf.__version__ if name == 'TF' else keras.__version__}"
    done = {row["cell"] for row in rows}
    for cell in cells:
        if cell.name in ended and cell.name not in done:
            rows.append(as_dict(Result(cell, options.keras, OTHER, (), None,
                                       "TensorFlow ends the process"), version))
    started = time.time()
    waiting = [c for c in cells if c.name not in done and c.name not in ended]
    for number, result in enumerate(run(_announced(waiting, options.json), options.keras), 1):
        rows.append(as_dict(result, version))
        if number % 50 == 0:
            _keep(rows, options.json)
            sys.stderr.write(f"{version}: {len(rows)} of {len(cells)} cells, "
                             f"{time.time() - started:.0f} s\n")
    _keep(rows, options.json)


def _announced(cells: List[Any], path: str) -> Iterator[Any]:
    for cell in cells:
        with open(path + ".at", "w", encoding="utf-8") as stream:
            stream.write(cell.name + "\n")
        yield cell


def _cells(options: argparse.Namespace) -> List[Any]:
    from tests.matrix.cells import all_cells, sample

    if options.only:
        return [c for c in all_cells() if options.only in c.name][:options.cells]
    if options.again:
        with open(options.again, encoding="utf-8") as stream:
            apart = {row["cell"] for row in json.load(stream) if not row["agrees"]}
        return [c for c in all_cells() if c.name in apart]
    return sample(options.cells, options.seed)


def _keep(rows: List[Dict[str, Any]], path: Optional[str]) -> None:
    if path:
        with open(path, "w", encoding="utf-8") as stream:
            json.dump(rows, stream, indent=1)


if __name__ == "__main__":
    sys.exit(main())
