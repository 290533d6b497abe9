"""Inputs whose shape is wrong to begin with: no row of theirs is a row."""
from __future__ import annotations

from typing import Any, Callable, Dict, List, Optional, Sequence, Tuple

import numpy as np

from shapecheck.consistency.batches import Batches
from shapecheck.consistency.noise import distance
from shapecheck.consistency.runner import Runner, all_arrays
from shapecheck.consistency.state import untouched
from shapecheck.facts import Call, Finding
from shapecheck.facts.comparison import Comparison, Proof

#: rank and axis mistakes (axis 0 of what was passed does not count rows) -> what mends an array
_NOT_ROWS: Dict[str, Tuple[str, Callable[[np.ndarray], np.ndarray]]] = {
    "SHP101": ("one row: x[None]", lambda a: a[None]),
    "SHP102": ("one row: x[None]", lambda a: a[None]),
    "SHP103": ("one row: x.reshape(1, -1)", lambda a: a.reshape(1, -1)),
    "SHP104": ("one row: x.to_numpy()[None]", lambda a: a.reshape(1, -1)),
    "SHP106": ("without the extra axis: x[0]", lambda a: a[0]),
}


def misused(call: Call, findings: Sequence[Finding], output: Optional[str], mode: str,
            model: Any = None, inputs: Any = None) -> Optional[Comparison]:
    """The comparison that need not be run, where a finding shows that axis 0 is not the rows.

    model, inputs: for the proof, a run of what was probably meant.
    """
    finding = next((f for f in findings if f.code in _NOT_ROWS), None)
    if finding is None:
        return None
    fix = "" if finding.fix is None else f"pass {finding.fix.code}"
    proofs: Tuple[Proof, ...] = ()
    if model is not None:
        with untouched(model):
            proofs = tuple(_proof(finding.code, model, inputs, mode))
    return Comparison(model=call.model, output=output or "output", mode=mode,
                      verdict="inconsistent", difference=float("inf"), cause="SHP304",
                      cause_detail=f"{finding.headline} ({finding.code})", fix=fix,
                      proofs=proofs, location=call.location,
                      untested=("everything else: first pass rows",))


def _proof(code: str, model: Any, inputs: Any, mode: str) -> List[Proof]:
    """What was meant, run alone and twice in a batch: axis 0 counts rows then."""
    words, mend = _NOT_ROWS[code]
    try:
        batches = Batches(inputs, ())
        mended = Batches(batches.pack([mend(a) for a in batches.arrays]), ())
        runner = Runner(model, mode, all_arrays)
        alone = runner.rows(mended.take([0]), 1)[0]
        together = runner.rows(mended.take([0, 0]), 2)[0]
    except Exception:  # it was not that either
        return []
    return [Proof(words, float("inf"), distance(alone, together))]
