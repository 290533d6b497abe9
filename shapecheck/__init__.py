"""shapecheck: strace for tensor shapes.

    with shapecheck.watch(model) as seen:   # your code, unchanged
        model.predict([data_x[0][0], data_x[1][0]])
    seen.report()

Nothing heavy is imported until a name is used; TensorFlow and Keras are never imported here.
"""
from __future__ import annotations

from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"
__all__ = ["Checked", "Finding", "Report", "Session", "ShapeCheck", "ShapeWarning",
           "check_consistency", "check_inputs", "explain", "infer_shapes", "lint", "lint_bytes",
           "watch"]

if TYPE_CHECKING:
    from shapecheck.api import (
        check_consistency,
        check_inputs,
        explain,
        lint,
        lint_bytes,
        watch,
    )
    from shapecheck.facts import Finding, Report
    from shapecheck.facts.checked import Checked
    from shapecheck.integrations.callback import ShapeCheck
    from shapecheck.linting.session import Session, infer_shapes
    from shapecheck.telling import ShapeWarning

_HOME = {"watch": "shapecheck.api", "check_inputs": "shapecheck.api",
         "check_consistency": "shapecheck.api", "lint": "shapecheck.api",
         "lint_bytes": "shapecheck.api",
         "Session": "shapecheck.linting.session", "infer_shapes": "shapecheck.linting.session",
         "ShapeCheck": "shapecheck.integrations.callback",
         "ShapeWarning": "shapecheck.telling",
         "Checked": "shapecheck.facts.checked",
         "explain": "shapecheck.api",
         "Finding": "shapecheck.facts", "Report": "shapecheck.facts"}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        import importlib

        return getattr(importlib.import_module(_HOME[name]), name)
    raise AttributeError(f"module 'shapecheck' has no attribute {name!r}")


def load_ipython_extension(ipython: Any) -> None:
    """`%load_ext shapecheck`."""
    from shapecheck.integrations.ipython import load

    load(ipython)


def unload_ipython_extension(ipython: Any) -> None:
    """`%unload_ext shapecheck`."""
    from shapecheck.integrations.ipython import unload

    unload(ipython)


def __dir__() -> "list[str]":
    return sorted(__all__ + ["__version__"])
