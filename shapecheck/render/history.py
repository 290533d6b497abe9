"""What changed from call to call: the shapes of each input in order, batches, traces, replicas."""
from __future__ import annotations

from typing import Dict, List, Optional, Sequence, Tuple

from shapecheck.facts import Call, Message, clean

_SHOWN = 6  # shapes of one input
_IN_BATCHES = ("predict", "fit", "evaluate")
#: arguments of fit and the like after which the rows say nothing about the batches
_OTHERWISE = ("validation_split", "steps", "**")
_DEFAULT = 32  # rows in a batch where none is said


class _Shape:
    """One shape of one input: how many calls had it, and where the first of them was."""

    def __init__(self, call: Call, text: str, dims: Optional[Sequence[object]]) -> None:
        self.text = text
        self.dims = dims
        self.place = "" if call.location.path is None else clean(call.location)
        self.calls = 0


def history(calls: Sequence[Call]) -> List[Message]:
    """A line for each input that came in more than one shape: in order of first appearance."""
    found: Dict[Tuple[str, str], Dict[str, _Shape]] = {}
    for call in calls:
        for arg in call.inputs:
            shapes = found.setdefault((call.model.name, arg.name), {})
            text = str(arg.passed)
            shape = shapes.setdefault(text, _Shape(call, text, arg.passed.shape))
            shape.calls += call.count
    return [_told(model, name, list(shapes.values())) for (model, name), shapes in found.items()
            if len(shapes) > 1]


def _told(model: str, name: str, shapes: List[_Shape]) -> Message:
    first, second = shapes[0], shapes[1]
    parts = [_counted(first), f"then {_counted(second)}"
             + (f" at {second.place}" if second.place else "")
             + f", the first that differs ({_difference(first.dims, second.dims)})"]
    parts += [_counted(shape) for shape in shapes[2:_SHOWN]]
    if len(shapes) > _SHOWN:
        parts.append(f"and {len(shapes) - _SHOWN} more shapes")
    return Message.of("{name} of {model}: {shapes}", name=name, model=model,
                      shapes=", ".join(parts))


def _counted(shape: _Shape) -> str:
    return f"{shape.text} x {shape.calls}"


def _difference(a: Optional[Sequence[object]], b: Optional[Sequence[object]]) -> str:
    if a is None or b is None:
        return "shape not known"
    if len(a) != len(b):
        return "rank"
    axes = [i for i, (x, y) in enumerate(zip(a, b)) if x != y]
    return "rows only" if axes == [0] else "axis " + ", ".join(str(axis) for axis in axes if axis)


def traces(calls: Sequence[Call]) -> List[Message]:
    """A line for each method that was traced more than once: how often, for which shapes."""
    found: Dict[Tuple[str, str], List[Tuple[str, int]]] = {}
    for call in calls:
        if call.traces:
            shapes = ", ".join(str(arg.passed) for arg in call.inputs[:3])
            found.setdefault((call.model.name, call.method), []).append((shapes, call.traces))
    result = []
    for (model, method), each in found.items():
        total = sum(times for _shapes, times in each)
        if total > 1:
            told = ", ".join(f"{times} for {shapes}" for shapes, times in each[:_SHOWN])
            more = f" and {len(each) - _SHOWN} more" if len(each) > _SHOWN else ""
            result.append(Message.of("{method} of {model} was traced {total} times: {told}",
                                     method=method, model=model, total=Message.of(str(total)),
                                     told=told + more))
    return result


def batches(call: Call) -> Optional[Message]:
    """`40 rows: batches of 32, the last of 8; 2 replicas, 16 rows each`, where it is known."""
    rows = call.rows
    if len(call.batches) > 1:
        told = ", ".join(f"{count} of {size} rows" if size != 1 else f"{count} of 1 row"
                         for size, count in call.batches[:_SHOWN])
        more = f", and {len(call.batches) - _SHOWN} more sizes" * (len(call.batches) > _SHOWN)
        return Message.of("{text}", text=f"batches fetched: {told}{more}")
    if call.method not in _IN_BATCHES or call.pipeline or not isinstance(rows, int) \
            or not call.source or any(word in call.source for word in _OTHERWISE):
        return None if call.replicas == 1 else Message.of(
            f"each batch is shared by {call.replicas} replicas")
    size = min(call.batch_size or _DEFAULT, rows)
    if size < 1 or (rows == size and call.replicas == 1):
        return None
    last = rows % size
    text = f"{rows} rows in batches of {size}"
    if last:
        text += f", the last of {last}"
    if call.replicas > 1:
        each = -(-size // call.replicas)
        shape = call.inputs[0].passed.shape or ()
        part = str((each, *shape[1:]))
        text += f"; {call.replicas} replicas, {part} of {call.inputs[0].name} each"
    return Message.of("{text}", text=text)


__all__ = ["batches", "history", "traces"]
