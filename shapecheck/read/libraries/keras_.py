"""The tables of Keras in one: data, operations, applications."""
from __future__ import annotations

from typing import Any, Callable, Dict

from shapecheck.read.libraries import keras_data, keras_ops
from shapecheck.read.libraries.applications import application, positional
from shapecheck.read.values import Function, Value

FUNCTIONS: Dict[str, Function] = {**keras_ops.FUNCTIONS, **keras_data.FUNCTIONS}
ATTRIBUTES: Dict[str, Callable[[Any], Value]] = {**keras_data.ATTRIBUTES}
CONSTANTS: Dict[str, Value] = {**keras_data.CONSTANTS}

__all__ = ["ATTRIBUTES", "CONSTANTS", "FUNCTIONS", "application", "positional"]
