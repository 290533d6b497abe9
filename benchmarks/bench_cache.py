"""`shapecheck lint` of the same notebooks again: without a cache, for the first time, and with it.

    python benchmarks/bench_cache.py [NOTEBOOKS]

Whole commands in turn, in processor (wall) seconds, the least of several rounds. Of the notebooks,
which are those of bench_lint, one in ten has a finding.
"""
from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import List

from bench_lint import LINT, cold, notebook

BAD = "model.predict(x_test[0])\n"


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder, cache = Path(place, "notebooks"), Path(place, "cache")
        folder.mkdir()
        for number in range(count):
            content = json.loads(notebook(number))
            if number % 10 == 0:
                content["cells"].append({"cell_type": "code", "execution_count": None,
                                         "metadata": {}, "source": [BAD], "outputs": []})
            (folder / f"n{number:05}.ipynb").write_text(json.dumps(content, indent=1))
        size = sum(path.stat().st_size for path in folder.iterdir())
        lint = [sys.executable, "-c", LINT, "lint", str(folder), "--fail-on", "never"]
        ways = [[*lint, "--no-cache", "--jobs", "1"], [*lint, "--no-cache", "--jobs", "0"],
                [*lint, "--cache-dir", str(cache), "--jobs", "1"],
                [*lint, "--cache-dir", str(cache)]]
        fill = ["sh", "-c", 'rm -rf "$0"; exec "$@"', str(cache), *ways[2]]
        outputs = [run(way) for way in ways]
        assert all(text == outputs[0] for text in outputs), "not the same words"
        (plain, plain_wall), (many, many_wall), (warm, warm_wall), (auto, auto_wall) = cold(ways, 4)
        first = cold([fill], 3)[0]
        print(f"{count} notebooks, {size / 1e6:.0f} MB, {outputs[0].count(': SHP')} findings, "
              f"cache {sum(p.stat().st_size for p in cache.iterdir()) / 1e3:.0f} kB")
        print(f"  no cache, one process    {plain:6.2f} s ({plain_wall:.2f})")
        print(f"  no cache, one a core     {many:6.2f} s ({many_wall:.2f})")
        print(f"  filling the cache        {first[0]:6.2f} s ({first[1]:.2f})")
        print(f"  with it, --jobs 1        {warm:6.2f} s ({warm_wall:.2f})   "
              f"{plain / warm:.1f} x faster ({plain_wall / warm_wall:.1f} x; promised: 10)")
        print(f"  with it, as it comes     {auto:6.2f} s ({auto_wall:.2f})   "
              f"{many_wall / auto_wall:.1f} x faster than one process a core (wall)")


def run(command: List[str]) -> str:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    return subprocess.run(command, env=environment, capture_output=True, text=True).stdout


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 500)
