"""What an editor waits for: a notebook of 200 cells of code, of which one is edited.

    python benchmarks/bench_session.py [CELLS]

`shapecheck.Session` with its shapes, one shape looked up by place, and its findings; against a
first look (`infer_shapes`, `lint_bytes`). Milliseconds a keystroke, of the processor (other
programs on the machine disturb them less) and of the clock: the median and the worst. The notebook
is made of those of bench_lint, with their outputs and pictures.
"""
from __future__ import annotations

import json
import statistics
import sys
import time
from typing import Any, Callable, List, Tuple

from bench_lint import notebook

import shapecheck

PROMISED = 150
TYPED = ["x_train = x_train[", "x_train = x_train[:100", "x_train = x_train[:100]",
         "x_train = x_train[:100]\nx_train.shape", "y = np.zeros((3, 4)", "y = np.zeros((3, 4))"]


def long_notebook(cells: int) -> Any:
    """Of several notebooks one after the other, with so many cells of code."""
    made: List[Any] = []
    number = code = 0
    while code < cells:
        content = json.loads(notebook(number))
        number += 1
        for cell in content["cells"]:
            if cell["cell_type"] == "code":
                code += 1
                cell["execution_count"] = code
            made.append(cell)
            if code == cells:
                break
    return {**content, "cells": made}


def keystrokes(look: Callable[[bytes], Any], content: Any) -> List[Tuple[float, float]]:
    """(processor, wall) seconds of each look at a notebook of which one cell has changed."""
    places = [i for i, cell in enumerate(content["cells"]) if cell["cell_type"] == "code"]
    times = []
    for turn in range(60):
        place = places[turn * 7 % len(places)]
        before = content["cells"][place]["source"]
        content["cells"][place]["source"] = TYPED[turn % len(TYPED)]
        data = json.dumps(content).encode()
        content["cells"][place]["source"] = before
        begun, clock = time.process_time(), time.perf_counter()
        look(data)
        times.append((time.process_time() - begun, time.perf_counter() - clock))
    return times


def main(cells: int) -> None:
    content = long_notebook(cells)
    session = shapecheck.Session("long.ipynb")

    def hover(data: bytes) -> None:
        session.shapes(data).at(1, 1, 3)

    rows = [("a first look: shapes", lambda data: shapecheck.infer_shapes(data, path="a.ipynb")),
            ("a first look: findings", lambda data: shapecheck.lint_bytes("a.ipynb", data)),
            ("Session.shapes", session.shapes), ("Session.shapes, and one by place", hover),
            ("Session.check", session.check)]
    size, names = len(json.dumps(content)), len(session.shapes(content))
    print(f"{cells} cells of code, {size / 1e6:.1f} MB, {names} names, "
          f"{len(session.check(content).findings)} findings; milliseconds a keystroke "
          f"(promised: {PROMISED}):")
    for name, look in rows:
        look(json.dumps(content).encode())
        used, wall = zip(*keystrokes(look, content))
        print(f"  {name:34} {1e3 * statistics.median(used):5.0f}, worst {1e3 * max(used):4.0f}; "
              f"wall {1e3 * statistics.median(wall):4.0f}, worst {1e3 * max(wall):4.0f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
