"""How large rounding is: distances, and the model's own noise floor.

Elementwise tolerances and ULPs are the wrong measure (elements near zero), and cosine hides
scale: everything here is |a - b| / |a| in the 2-norm over one row's output
(facts: numerics, 1.2).
"""
from __future__ import annotations

from typing import Any, Callable, List, Optional, Sequence, Tuple

import numpy as np

Rows = List[np.ndarray]  # one output, as arrays (rows, ...)

#: unit roundoff of the compute dtype: half the distance from 1 to the next number
UNIT_ROUNDOFF = {"float16": 2.0 ** -11, "bfloat16": 2.0 ** -8, "float32": 2.0 ** -24,
                 "float64": 2.0 ** -53}
FLOOR_ROUNDS = 3


def same_bits(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal shapes, dtypes and bytes; NaNs of one pattern are equal, 0.0 and -0.0 are not."""
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()


def distance(a: Sequence[np.ndarray], b: Sequence[np.ndarray]) -> float:
    """The relative difference of two results of one row; the largest over its outputs.

    0.0 only for equal numbers; inf where NaN or Inf stand in different places or shapes differ.
    """
    worst = 0.0
    for x, y in zip(a, b):
        if x.shape != y.shape:
            return float("inf")
        if x.dtype.kind not in "fc" and str(x.dtype) != "bfloat16":
            worst = max(worst, 0.0 if (x == y).all() else 1.0)
            continue
        x64, y64 = x.astype("float64").ravel(), y.astype("float64").ravel()
        finite = np.isfinite(x64)
        if not (finite == np.isfinite(y64)).all() or not (
                (x64[~finite] == y64[~finite]) | (np.isnan(x64[~finite]) & np.isnan(y64[~finite]))
                ).all():
            return float("inf")
        difference = float(np.linalg.norm(x64[finite] - y64[finite]))
        if difference:
            size = float(np.linalg.norm(x64[finite]))
            worst = max(worst, difference / size if size else float("inf"))
    return worst


def floor(get: Callable[[], List[np.ndarray]], put: Callable[[List[np.ndarray]], None],
          run: Callable[[], List[Rows]], unit: float, known: Optional[List[Rows]] = None,
          rounds: int = FLOOR_ROUNDS) -> float:
    """The model's own rounding: the largest change of a row when weights change by rounding.

    Every floating weight w becomes w * (1 +- 2u), u the unit roundoff of the compute dtype,
    signs at random; `run` gives the rows' results, `known` those of the weights as they are.
    The weights are put back bit for bit, also after an exception or Ctrl-C.
    """
    original = get()
    base = run() if known is None else known
    worst = 0.0
    try:
        for round_number in range(rounds):
            rng = np.random.RandomState(round_number)
            put([_perturbed(w, unit, rng) for w in original])
            for before, after in zip(base, run()):
                moved = distance(before, after)
                if np.isfinite(moved):
                    worst = max(worst, moved)
    finally:
        put(original)
    return worst


def _perturbed(weight: np.ndarray, unit: float, rng: Any) -> np.ndarray:
    if weight.dtype.kind != "f":
        return weight
    # The weight's own dtype may be finer (mixed policies) or the same as the compute dtype.
    step = max(2.0 * unit, 2.0 * UNIT_ROUNDOFF.get(str(weight.dtype), unit))
    signs = rng.randint(0, 2, weight.shape) * 2 - 1
    return (weight.astype("float64") * (1.0 + step * signs)).astype(weight.dtype)


def compute_dtype(outputs: Sequence[np.ndarray], layers: Sequence[Any]) -> Tuple[str, float]:
    """The coarsest dtype that a layer computes in, and its unit roundoff."""
    names = {str(getattr(layer, "compute_dtype", "") or "") for layer in layers}
    names |= {str(o.dtype) for o in outputs}
    for name in ("bfloat16", "float16", "float32", "float64"):
        if name in names:
            return name, UNIT_ROUNDOFF[name]
    return "float32", UNIT_ROUNDOFF["float32"]
