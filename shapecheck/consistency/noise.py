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


def same_bits(a: np.ndarray, b: np.ndarray) -> bool:
    """Equal shapes, dtypes and bytes; NaNs of one pattern are equal, 0.0 and -0.0 are not."""
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()


def distance(a: Sequence[np.ndarray], b: Sequence[np.ndarray],
             scale: Optional[Sequence[float]] = None) -> float:
    """The relative difference of two results of one row; the largest over its outputs.

    scale: per output, the usual norm of a row (`usual_size`). A row that happens to be nearly
    zero by cancellation is measured against it: the rounding of what cancelled does not shrink
    with the sum. 0.0 only for equal numbers; inf where NaN or Inf stand in different places or
    shapes differ.
    """
    worst = 0.0
    for i, (x, y) in enumerate(zip(a, b)):
        if x.shape != y.shape:
            return float("inf")
        if not _floating(x):
            worst = max(worst, 0.0 if bool((x == y).all()) else 1.0)
            continue
        x64: np.ndarray = x.astype("float64").ravel()
        y64: np.ndarray = y.astype("float64").ravel()
        finite = np.isfinite(x64)
        if not (finite == np.isfinite(y64)).all() or not (
                (x64[~finite] == y64[~finite]) | (np.isnan(x64[~finite]) & np.isnan(y64[~finite]))
                ).all():
            return float("inf")
        difference = float(np.linalg.norm(x64[finite] - y64[finite]))
        if difference:
            size = max(float(np.linalg.norm(x64[finite])),
                       0.0 if scale is None or i >= len(scale) else scale[i])
            worst = max(worst, difference / size if size else float("inf"))
    return worst


def usual_size(rows: Sequence[Rows]) -> List[float]:
    """Per output: the median over rows of the norm of a row, zeros and non-finite rows apart."""
    sizes = []
    for arrays in zip(*rows):
        norms = [float(np.linalg.norm(np.nan_to_num(a.astype("float64").ravel(), posinf=0.0,
                                                    neginf=0.0)))
                 if _floating(a) else 0.0 for a in arrays]
        norms = [n for n in norms if n > 0 and np.isfinite(n)]
        sizes.append(float(np.median(norms)) if norms else 0.0)
    return sizes


def _floating(array: np.ndarray) -> bool:
    return array.dtype.kind in "fc" or str(array.dtype) == "bfloat16"


class Perturbed:
    """Weights that are moved by rounding and put back bit for bit, whatever happens.

    Every floating weight w becomes w * (1 +- 2u), u the unit roundoff of the compute dtype,
    signs at random.
    """

    def __init__(self, model: Any, unit: float) -> None:
        get = getattr(model, "get_weights", None)
        self._put: Optional[Callable[[List[np.ndarray]], None]] = (
            None if get is None else model.set_weights)
        self._original: List[np.ndarray] = [] if get is None else get()
        self._unit = unit

    def __enter__(self) -> "Perturbed":
        return self

    def move(self, seed: int) -> None:
        if self._put is not None and self._original:
            rng = np.random.RandomState(seed)
            self._put([perturbed(w, self._unit, rng) for w in self._original])

    def __exit__(self, *_error: object) -> None:
        if self._put is not None and self._original:
            self._put(self._original)


def perturbed(values: np.ndarray, unit: float, rng: Any) -> np.ndarray:
    """values * (1 +- 2u); integers, and floats that only hold whole numbers, as they are."""
    if not _floating(values):
        return values
    # Their own dtype may be coarser than the compute dtype.
    step = max(2.0 * unit, 2.0 * UNIT_ROUNDOFF.get(str(values.dtype), unit))
    signs = rng.randint(0, 2, values.shape) * 2 - 1
    moved: np.ndarray = (values.astype("float64") * (1.0 + step * signs)).astype(values.dtype)
    return moved


def compute_dtype(outputs: Sequence[np.ndarray], layers: Sequence[Any]) -> Tuple[str, float]:
    """The coarsest dtype that a layer computes in, and its unit roundoff."""
    names = {str(getattr(layer, "compute_dtype", "") or "") for layer in layers}
    names |= {str(o.dtype) for o in outputs}
    for name in ("bfloat16", "float16", "float32", "float64"):
        if name in names:
            return name, UNIT_ROUNDOFF[name]
    return "float32", UNIT_ROUNDOFF["float32"]
