"""Labels, and the outputs and losses that they are compared with."""
from __future__ import annotations

import dataclasses
from typing import Any, List, Optional, Sequence, Tuple

from shapecheck.facts import Argument, Array, Call, Output, Spec, Truth
from shapecheck.observe.anatomy import losses_of
from shapecheck.observe.models import Declaration
from shapecheck.observe.snapshot import Leaf


def with_labels(call: Call, leaves: Sequence[Leaf], labels: Tuple[Argument, ...],
                declaration: Declaration) -> Call:
    """`call` with its labels, and the outputs and losses that they are compared with.

    Where an input does not fit, or a label has no output of its own, nothing is compared.
    """
    call = dataclasses.replace(call, labels=labels + call.labels)
    outputs = declaration.outputs
    order = _outputs_of(leaves, [o.name for o in outputs])
    wrong = any(a.declared is not None and a.declared.tolerates(a.passed) is Truth.NO
                for a in call.inputs)
    if order is None or wrong or not labels or not _made_for(call, declaration):
        return call
    if any(label.passed.values.ragged for label in labels):  # their shape is not that of their rows
        return call
    predicted = [_predicted(outputs[i], call.rows) for i in order]
    losses = [call.losses[i] for i in order] if call.losses else []
    return dataclasses.replace(call, predicted=tuple(predicted), losses=tuple(losses))


def completed(call: Call, model: Any, declaration: Declaration) -> Call:
    """A call before which the model was not built: with what its only output is known to be now."""
    labels = [a for a in call.labels if a.name == "y"]
    if call.predicted or len(labels) != 1 or len(declaration.outputs) != 1 \
            or not _made_for(call, declaration):
        return call
    output = declaration.outputs[0]
    return dataclasses.replace(
        call, predicted=(_predicted(output, call.rows),), losses=losses_of(model, [output.name]),
        through=declaration.anatomy.through)


def _made_for(call: Call, declaration: Declaration) -> bool:
    """Do the sizes of the declared outputs hold for these inputs?"""
    made_for = declaration.anatomy.made_for
    return made_for is None or [tuple(a.passed.shape or ())[1:] for a in call.inputs] == [made_for]


def _outputs_of(leaves: Sequence[Leaf], names: Sequence[str]) -> Optional[List[int]]:
    """Which output each label belongs to, None where that is not certain."""
    keys = [leaf[0][0] if len(leaf[0]) == 1 else None for leaf in leaves]
    if all(key in names for key in keys):
        return [list(names).index(key) for key in keys]  # type: ignore[arg-type]
    if len(leaves) == len(names) and not any(isinstance(key, str) for key in keys):
        return list(range(len(names)))
    return None


def _predicted(spec: Spec, rows: Any) -> Output:
    shape = None if spec.shape is None else (rows, *spec.shape[1:])
    return Output(spec.name, Array.of(shape, spec.dtype), True)
