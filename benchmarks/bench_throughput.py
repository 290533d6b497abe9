"""How many notebooks an hour: `shapecheck lint --files-from`, `lint_bytes`, and their memory.

    python benchmarks/bench_throughput.py [NOTEBOOKS]

1. NOTEBOOKS (500, those of bench_lint, with outputs) through `--files-from - --format jsonl` with
   one process and with one a core, and `lint_bytes` in a loop: files a second of one core, the
   most memory that a process took, and what that is for a million.
2. The same command for 1,000 and for 100,000 names of small files: does memory grow?

Times are processor seconds (other programs on the machine disturb them less), wall in brackets.
"""
from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, List, Tuple

from bench_lint import notebook

ROOT = Path(__file__).parents[1]
COMMAND = """\
import resource, sys
from shapecheck.cli.main import main
main(["lint", "--files-from", "-", "--format", "jsonl", "--no-cache", "--fail-on", "never",
      *sys.argv[1:]])
sys.stdout.flush()
own, below = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
seconds = own.ru_utime + own.ru_stime + below.ru_utime + below.ru_stime
sys.stderr.write(f"{seconds} {own.ru_maxrss} {below.ru_maxrss}")
"""
BYTES = """\
import resource, sys
from shapecheck import lint_bytes
for name in sys.stdin.read().split():
    with open(name, "rb") as file:
        print(len(lint_bytes(name, file.read()).findings))
own = resource.getrusage(resource.RUSAGE_SELF)
sys.stderr.write(f"{own.ru_utime + own.ru_stime} {own.ru_maxrss} 0")
"""


def measured(program: str, names: List[str], *arguments: str) -> Tuple[float, float, float]:
    """(processor seconds, wall seconds, MB of the largest process) of the better of two runs."""
    best: Any = None
    for _ in range(2):
        begun = time.perf_counter()
        done = subprocess.run([sys.executable, "-c", program, *arguments],
                              input="\n".join(names), text=True, capture_output=True,
                              env={**os.environ, "PYTHONPATH": str(ROOT)})
        wall = time.perf_counter() - begun
        assert done.stdout.count("\n") == len(names), done.stderr
        seconds, own, below = map(float, done.stderr.split()[-3:])
        found = (seconds, wall, max(own, below) / 1024)
        best = found if best is None else min(best, found)
    return best  # type: ignore[no-any-return]


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        names = []
        for number in range(count):
            path = Path(place, f"n{number:05}.ipynb")
            path.write_text(notebook(number))
            names.append(str(path))
        size = sum(os.path.getsize(name) for name in names)
        print(f"{count} notebooks, {size / 1e6:.0f} MB")
        cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2
        for name, program, arguments in (
                ("lint --files-from - --jobs 1", COMMAND, ["--jobs", "1"]),
                (f"lint --files-from - --jobs {cores}", COMMAND, ["--jobs", str(cores)]),
                ("lint_bytes in a loop", BYTES, [])):
            seconds, wall, memory = measured(program, names, *arguments)
            rate = count / seconds
            print(f"  {name:32} {rate:5.0f} a second of a core ({count / wall:.0f} of the clock), "
                  f"{memory:.0f} MB; a million: {1e6 / rate / 3600:.2f} hours of a core")
        small = Path(place, "small.ipynb")
        small.write_text('{"cells": [{"cell_type": "code", "source": "import keras", "outputs": '
                         '[]}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}')
        print("  memory by the number of names (small files):")
        for number in (1_000, 100_000):
            _seconds, wall, memory = measured(COMMAND, [str(small)] * number, "--jobs", "1")
            print(f"    {number:7,} {memory:6.1f} MB ({wall:.0f} s)")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
