"""The language that both observers speak and all rules read: plain data, standard library only.

Nothing here knows TensorFlow, files or screens.
"""
from __future__ import annotations

from shapecheck.facts.call import Argument, Call, Environment, Indexing, LayerRow, ModelInfo, Output
from shapecheck.facts.finding import Edit, Evidence, Finding, Fix, Location
from shapecheck.facts.message import Message, clean
from shapecheck.facts.program import (
    Definition,
    Elementwise,
    Failure,
    Reduction,
    Reshaping,
    Slicing,
    Tracing,
)
from shapecheck.facts.report import Description, Report
from shapecheck.facts.shape import (
    Array,
    DeclaredShape,
    ObservedShape,
    Spec,
    Truth,
    ValueFacts,
    must_differ,
    must_equal,
)

__all__ = [
    "Argument",
    "Array",
    "Call",
    "DeclaredShape",
    "Definition",
    "Description",
    "Edit",
    "Elementwise",
    "Environment",
    "Evidence",
    "Failure",
    "Finding",
    "Fix",
    "Indexing",
    "LayerRow",
    "Location",
    "Message",
    "ModelInfo",
    "ObservedShape",
    "Output",
    "Reduction",
    "Report",
    "Reshaping",
    "Slicing",
    "Spec",
    "Tracing",
    "Truth",
    "ValueFacts",
    "clean",
    "must_differ",
    "must_equal",
]
