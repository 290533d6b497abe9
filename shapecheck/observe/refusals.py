"""What will be refused though it fits what is declared: asked, and nothing is run.

A Sequential without `Input` declares nothing, but its layers come one after the other. Each says
what it takes (`input_spec`, which Keras compares before it calls it) and what shape it makes of
that.
"""
from __future__ import annotations

import dataclasses
import sys
from typing import Any, Optional, Tuple

from shapecheck.facts import Call, Failure
from shapecheck.facts.shape import DeclaredShape, Dim, rank_adjusted
from shapecheck.observe.callsite import CALLBACKS, KERAS, owner_of
from shapecheck.observe.crashes import failure_of
from shapecheck.observe.models import Declaration

_ARRAYS = ("ndarray", "Tensor", "DataFrame", "Series", "Dataset")
_MOST = 2000  # layers


def refusal_of(model: Any, inputs: Any, call: Call,
               declaration: Declaration) -> Optional[Failure]:
    """Why the call will raise, None where nothing is known to refuse what is passed."""
    if _is_list_for_dict(model, inputs, declaration):
        names = ", ".join(spec.name for spec in declaration.specs)
        return Failure("SHP108", f"{call.container_expression or 'the inputs'} is a list; the "
                       f"model takes a dict of {names}",
                       "a dict has names for its inputs, a list has their places only",
                       call.source, "", call.location, "", "refusal", call.inputs)
    if declaration.info.kind != "sequential" or len(call.inputs) != 1 \
            or any(spec.source == "Input" for spec in declaration.specs):
        return None
    passed = call.inputs[0].received or call.inputs[0].passed
    if passed.shape is None or call.inputs[0].passed.container not in _ARRAYS:
        return None
    try:
        return _refusal(model, call, declaration, tuple(passed.shape))
    except Exception:  # a layer that does not say it
        return None


def _is_list_for_dict(model: Any, inputs: Any, declaration: Declaration) -> bool:
    """Keras 3 refuses a list where the names of the inputs are not in alphabetical order.

    Measured on Keras 3.15; what an earlier one does is not known here.
    """
    names = [spec.name for spec in declaration.specs]
    return declaration.info.kind == "functional" and declaration.structure == "dict" \
        and declaration.adapter.GENERATION == "keras3" and isinstance(inputs, (list, tuple)) \
        and names != sorted(names) and _version(declaration.info.keras_version) >= (3, 15)


def _version(text: str) -> Tuple[int, ...]:
    try:
        return tuple(int(part) for part in text.split(".")[:2])
    except ValueError:
        return ()


def _refusal(model: Any, call: Call, declaration: Declaration,
             shape: Tuple[Dim, ...]) -> Optional[Failure]:
    built = declaration.anatomy.made_for
    if built is not None:
        adjusted = rank_adjusted(DeclaredShape((None, *built)), shape)
        if adjusted is None and declaration.adapter.RANK_STAYS:
            return _of_rank(call, built, len(shape))
        shape = adjusted or shape
    for layer in model.layers[:_MOST]:
        if not layer.built or not _is_kerases(type(layer)):
            return None
        try:
            _compare(layer, shape)
        except ValueError as error:
            found = failure_of(error, call, model)
            return None if found is None else dataclasses.replace(found, kind="refusal")
        made = layer.compute_output_shape(shape)
        shape = tuple(None if size is None else int(size) for size in made)
    return None


def _of_rank(call: Call, built: Tuple[Dim, ...], rank: int) -> Failure:
    arg = call.inputs[0]
    rows = ", ".join(("rows", *map(str, built)))
    return Failure(
        "SHP106" if rank > len(built) + 1 else "SHP107",
        f"{arg.expression} is {arg.passed}, and the model was built with ({rows})",
        f"a model keeps the rank that it was built with: {len(built) + 1}, not {rank}",
        call.source, "", call.location, "", "refusal", call.inputs)


def _is_kerases(cls: type) -> bool:
    """A layer of Keras' own: its shapes are known without its code being run."""
    path = getattr(sys.modules.get(cls.__module__), "__file__", None) or ""
    return owner_of(path) in (KERAS, CALLBACKS) and not any(
        base.__name__ == "Model" for base in cls.__mro__)


def _compare(layer: Any, shape: Tuple[Dim, ...]) -> None:
    """Keras' own comparison. Raises its ValueError."""
    import tensorflow as tf

    for cls in type(layer).__mro__:
        specs = getattr(sys.modules.get(cls.__module__), "input_spec", None)
        compare = getattr(specs, "assert_input_compatibility", None)
        if compare is not None:
            compare(layer.input_spec, tf.TensorSpec(shape), layer.name)
            return
