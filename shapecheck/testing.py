"""For people's own test suites."""
from __future__ import annotations

from typing import Any, Optional


def assert_consistent(model: Any, inputs: Any, output: Optional[str] = None, *,
                      call: str = "predict", rows: int = 8, seed: int = 0) -> None:
    """Raise AssertionError where a row's result is not the same alone and in a batch.

    Arguments as for `shapecheck.check_consistency`. The message says what differs, why, in
    which layer and what to do. Float noise passes; "undecided" does not.
    """
    from shapecheck.api import check_consistency
    from shapecheck.render.blocks import blocks_of
    from shapecheck.render.text import blocks_text

    report = check_consistency(model, inputs, output, call=call, rows=rows, seed=seed)
    found = report.consistency
    assert found is not None
    if found.verdict in ("inconsistent", "undecided"):
        raise AssertionError("\n" + blocks_text(blocks_of(report)))
