"""Labels, and the outputs and losses that they are compared with."""
from __future__ import annotations

import dataclasses
from typing import Any, List, Optional, Sequence, Tuple

from shapecheck.facts import Argument, Array, Call, Output, Spec, Truth
from shapecheck.observe.anatomy import losses_of
from shapecheck.observe.meetings import Met
from shapecheck.observe.models import Declaration
from shapecheck.observe.snapshot import Leaf, to_array


def with_labels(call: Call, leaves: Sequence[Leaf], labels: Tuple[Argument, ...],
                declaration: Declaration) -> Call:
    """`call` with its labels, and the outputs and losses that they are compared with.

    Where an input does not fit, or a label has no output of its own, nothing is compared.
    """
    call = dataclasses.replace(call, labels=labels + call.labels)
    outputs = declaration.outputs
    order = _outputs_of(leaves, [o.name for o in outputs])
    if order is None or _misfit(call) or not labels or not _made_for(call, declaration):
        return call
    if any(label.passed.values.ragged for label in labels):  # their shape is not that of their rows
        return call
    predicted = [_predicted(outputs[i], call.rows) for i in order]
    losses = [call.losses[i] for i in order] if call.losses else []
    return dataclasses.replace(call, predicted=tuple(predicted), losses=tuple(losses))


def _misfit(call: Call) -> bool:
    return any(a.declared is not None and a.declared.tolerates(a.passed) is Truth.NO
               for a in call.inputs)


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


def as_met(call: Call, meetings: Sequence[Met], leaves: Sequence[Leaf], model: Any) -> Call:
    """A call with the outputs that its labels met, where the model does not declare them, or for
    rows of other sizes.

    leaves: the labels as passed, where they are known one by one. Labels that a step of the
    user's own has made into others are not compared at all.
    """
    labels = [a for a in call.labels if a.name == "y"]
    own = [met for met in meetings if _are_those(labels, met.labels)]
    if not own:
        return dataclasses.replace(call, predicted=()) if meetings else call
    met = own[0]
    if call.predicted or _misfit(call) or any(a.passed.values.ragged for a in labels) \
            or any(_sizes(m.outputs) != _sizes(met.outputs) for m in own):
        return call
    names = _output_names(met.outputs)
    order = _outputs_of(leaves, names) if leaves else \
        [0] if len(names) == len(labels) == 1 else None
    if order is None or len(order) != len(labels):
        return call
    outputs = [Output(name, _of_rows(leaf, call.rows), True)
               for name, leaf in zip(names, met.outputs)]
    losses = losses_of(model, names)
    through = next((m.through for m in own if m.through[:1] != ("?",)), met.through)
    if met.vocabulary is not None and len(call.inputs) == 1:
        call = dataclasses.replace(call, inputs=(dataclasses.replace(
            call.inputs[0], vocabulary=met.vocabulary),))
    return dataclasses.replace(
        call, predicted=tuple(outputs[i] for i in order),
        losses=tuple(losses[i] for i in order), through=through)


def _are_those(labels: Sequence[Argument], met: Sequence[Leaf]) -> bool:
    """May these be the labels as passed, but for an axis of 1 that Keras adds or takes away?"""
    return len(labels) == len(met) and all(
        _may_be(a.passed.shape, leaf[2]) for a, leaf in zip(labels, met))


def _may_be(passed: Any, met: Any) -> bool:
    if passed is None or met is None:
        return True
    mine, other = ([d for d in tuple(shape)[1:] if d != 1] for shape in (passed, met))
    return None in (*mine, *other) or mine == other


def _sizes(leaves: Sequence[Leaf]) -> Any:
    """All but the numbers of rows."""
    return [(path, None if shape is None else shape[1:]) for path, _kind, shape, _dtype in leaves]


def _output_names(leaves: Sequence[Leaf]) -> List[str]:
    if len(leaves) == 1 and not leaves[0][0]:
        return ["output"]
    return [str(leaf[0][0]) if isinstance(leaf[0][0], str) else f"output_{leaf[0][0]}"
            for leaf in leaves]


def _of_rows(leaf: Leaf, rows: Any) -> Array:
    array = to_array(leaf)
    return array if array.shape is None else array.with_shape((rows, *array.shape[1:]))


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
