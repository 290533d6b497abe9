"""A report as a list of blocks: what stands on the screen, not yet how."""
from __future__ import annotations

import re
from dataclasses import dataclass
from typing import FrozenSet, Iterator, List, Optional, Sequence, Tuple, Union

from shapecheck.facts import (
    Array,
    Call,
    Description,
    Finding,
    LayerRow,
    Message,
    Report,
    Spec,
    must_equal,
)
from shapecheck.render.history import batches, history, traces


@dataclass(frozen=True)
class Line:
    """One paragraph. style: "", "title", "good", "bad", "dim", "code"."""

    text: Message
    indent: int = 0
    style: str = ""


@dataclass(frozen=True)
class Grid:
    """Columns with a head; cells are messages. tree: the first column keeps its indentation."""

    head: Tuple[str, ...]
    rows: Tuple[Tuple[Message, ...], ...]
    indent: int = 2


@dataclass(frozen=True)
class Gap:
    """An empty line."""


@dataclass(frozen=True)
class Verdict:
    """One finding."""

    finding: Finding


Block = Union[Line, Grid, Gap, Verdict]


def line(template: str, indent: int = 0, style: str = "", **values: object) -> Line:
    return Line(Message.of(template, **values), indent, style)


def blocks_of(report: Report) -> List[Block]:
    """Everything in the report, findings last: what the person needs stays on the screen."""
    result: List[Block] = []
    if report.consistency is not None:
        from shapecheck.render.consistency import consistency_blocks

        return consistency_blocks(report.consistency) + _misuse(report)
    if report.model is not None:
        result += description(report.model)
    for call in report.calls:
        result += [Gap()] if result else []
        result += call_blocks(call, _blamed(call, report.findings))
        if call.layers:
            result += [Gap()] + layer_blocks(call.layers)
    for indexing in report.indexings:
        result += [Gap(), line("{expr} is {shape}", expr=indexing.expression,
                               shape=indexing.result)]
        if indexing.expression != indexing.base_expression:
            result.append(line("{base} is {shape}", base=indexing.base_expression,
                               shape=indexing.base))
    changes = history(report.calls) + traces(report.calls)
    if changes:
        result += [Gap(), *(Line(change) for change in changes)]
    if report.calls or report.findings:
        result += [Gap()] + finding_blocks(report.findings, clean_run(report))
    notes: List[Block] = [line("note: {note}", style="dim", note=note) for note in report.notes]
    return [*result, Gap(), *notes] if notes and result else result + notes


def clean_run(report: Report) -> bool:
    """No call raised, or was refused: only then may the screen say that all is well.

    One that was only looked at (`check_inputs`) has not run either way.
    """
    return all(call.raised is None and (call.finished or not any(
        arg.how == "rejected" for arg in call.inputs)) for call in report.calls)


def _misuse(report: Report) -> List[Block]:
    """Findings on the inputs themselves: those of the comparison are its first line."""
    others = [f for f in report.findings if not f.code.startswith("SHP3")]
    notes = [line("note: {note}", style="dim", note=note) for note in report.notes]
    return notes + ([Gap(), *finding_blocks(others)] if others else [])


def screen(report: Report) -> List[Block]:
    """The whole report, and last the versions it ran on (none, where nothing ran): the first
    line is what the person needs to know."""
    versions = ", ".join(f"{name} {version}" for name, version in report.environment.versions
                         if name not in ("numpy", "pandas"))
    blocks = list(blocks_of(report))
    if versions:
        blocks += [Gap(), line("{versions}", style="dim", versions=versions)]
    return blocks


def finding_blocks(findings: Sequence[Finding], clean: bool = True) -> List[Block]:
    if not findings and not clean:
        return [line("no rule explains why this call did not return", style="bad")]
    if not findings:
        return [line("no findings: what was passed fits what is declared", style="good")]
    result: List[Block] = []
    for finding in findings:
        result += [Gap()] if result else []
        result.append(Verdict(finding))
    return result


# -- one call ------------------------------------------------------------------------------


def _blamed(call: Call, findings: Sequence[Finding]) -> FrozenSet[str]:
    """The inputs of the call that findings are about; none where that is all of them."""
    names = {arg.name for arg in call.inputs}
    found = {name for finding in findings if finding.location == call.location
             and finding.severity != "info" for name in finding.inputs}
    return frozenset(found & names) if found & names != names else frozenset()


def call_blocks(call: Call, blamed: FrozenSet[str] = frozenset()) -> List[Block]:
    result: List[Block] = []
    if call.source:
        head = line("{source}", source=call.source, style="code")
    else:
        head = line("{model}.{method}", model=call.model.name, method=call.method, style="code")
    result.append(head)
    place = _place(call)
    if place is not None:
        result.append(place)
    split = batches(call)
    if split is not None:
        result.append(Line(split, indent=2, style="dim"))
    result.append(call_grid(call, blamed))
    return result


def _place(call: Call) -> Optional[Line]:
    if call.location.path is None:
        return None
    times = f", {call.count} times" if call.count > 1 else ""
    return line("{where}{times}", indent=2, style="dim", where=str(call.location),
                times=Message.of(times))


def call_grid(call: Call, blamed: FrozenSet[str] = frozenset()) -> Grid:
    """declared / passed / received / returned, a row an input; outputs beside or below.

    blamed: inputs whose rows are marked with `>`: among twenty, one looks for the wrong one.
    """
    inputs, outputs = call.inputs + call.labels, call.returned
    several = len(outputs) > 1
    rows = []
    for i in range(max(len(inputs), len(outputs))):
        cells = [Message.of("")] * 4
        if i < len(inputs):
            arg = inputs[i]
            declared = Message.of("{s}", s=arg.declared) if arg.declared is not None \
                else Message.of("-")
            mark = "" if not blamed else "> " if arg.name in blamed else "  "
            cells = [Message.of(mark + "{name}", name=arg.name), declared, _array(arg.passed),
                     _received(call, i)]
        if i < len(outputs):
            shape = Message.of("{s}", s=outputs[i].array)
            label = Message.of("{name} {s}", name=outputs[i].name, s=outputs[i].array)
            cells.append(label if several else shape)
        else:
            cells.append(_nothing_returned(call) if i == 0 else Message.of(""))
        rows.append(tuple(cells))
    return Grid(("input", "declared", "passed", "received", "returned"), tuple(rows))


def _nothing_returned(call: Call) -> Message:
    if call.raised is not None:
        return Message.of("raised {error}", error=call.raised)
    return Message.of("" if call.finished else "not run")


def _array(array: Array) -> Message:
    extra = f" {array.dtype}" if array.dtype else ""
    if array.container not in ("ndarray", "Tensor"):
        return Message.of("{shape}{dtype} {kind}", shape=array, dtype=Message.of(extra),
                          kind=array.container)
    return Message.of("{shape}{dtype}", shape=array, dtype=Message.of(extra))


def _received(call: Call, index: int) -> Message:
    if index >= len(call.inputs):
        return Message.of("")
    arg = call.inputs[index]
    if arg.how == "rejected":
        return Message.of("rejected")
    if arg.received is None:
        return Message.of("?")
    return Message.of("{s}", s=arg.received)


# -- a model without data ----------------------------------------------------------------------


def description(model: Description) -> List[Block]:
    result: List[Block] = [line("{name}: {what}", style="title", name=model.name,
                                what=_kind(model))]
    if model.inputs:
        rows = tuple(_spec_row(i, spec) for i, spec in enumerate(model.inputs))
        result.append(Grid(("#", "input", "declared", "dtype", "role"), rows))
    if model.outputs:
        rows = tuple((Message.of(str(i)), Message.of("{n}", n=spec.name),
                      Message.of("{s}", s=spec if spec.shape is not None else "?"),
                      Message.of("{d}", d=spec.dtype or "-"))
                     for i, spec in enumerate(model.outputs))
        result.append(Grid(("#", "output", "shape", "dtype"), rows))
    if model.usage:
        result.append(line("a right call", indent=2, style="dim"))
        result += [line("{code}", indent=4, style="code", code=code) for code in model.usage]
    result += [line("note: {note}", indent=2, style="dim", note=note) for note in model.notes]
    return result


_KINDS = {"transformers": "Hugging Face TF model", "savedmodel": "SavedModel"}


def _kind(model: Description) -> Message:
    """`functional model`, `subclassed model (Encoder)`, `SavedModel`."""
    words = Message.of(_KINDS.get(model.kind, f"{model.kind} model"))
    if not model.class_name or model.class_name.lower() == model.kind:
        return words
    return Message(words.parts + Message.of(" ({c})", c=model.class_name).parts)


def _spec_row(index: int, spec: Spec) -> Tuple[Message, ...]:
    role = spec.role or ""
    if spec.optional:
        role = f"{role}, optional" if role else "optional"
    return (Message.of(str(index)), Message.of("{n}", n=spec.name), Message.of("{s}", s=spec),
            Message.of("{d}", d=spec.dtype or "-"), Message.of("{r}", r=role or "-"))


# -- layers ---------------------------------------------------------------------------------


def layer_blocks(rows: Sequence[LayerRow]) -> List[Block]:
    """The layer table as a tree; `*` marks each axis that the layer changed or added.

    Layers that come again and again in the same shapes are shown once, with how often.
    """
    cells = []
    for row, times, folded in _folded(_collapsed(rows)):
        name = "  " * row.depth + row.path.rpartition("/")[2]
        if times > 1:
            name += f"  x {times}"
        cells.append((Message.of("{n}", n=name), Message.of("{c}", c=row.class_name),
                      _shapes(row.inputs[:2], row.inputs), _changed(row)))
        if folded:
            nothing = Message.of("")
            cells.append((Message.of("{n}", n="  " * row.depth + folded), nothing, nothing,
                          nothing))
    return [Grid(("layer", "class", "in", "out  (* changed)"), tuple(cells))]


def _collapsed(rows: Sequence[LayerRow]) -> List[Tuple[LayerRow, int]]:
    """A layer called again and again with the same shapes (a cell, once a step) is one line."""
    found: List[Tuple[LayerRow, int]] = []
    for row in rows:
        if found and found[-1][0] == row:
            found[-1] = (row, found[-1][1] + 1)
        else:
            found.append((row, 1))
    return found


_LONGEST = 24  # layers in a block that is looked for
_HIDDEN = 4  # no less is worth a fold


def _folded(rows: Sequence[Tuple[LayerRow, int]]) -> Iterator[Tuple[LayerRow, int, str]]:
    """The rows, without the repetitions of a block; at its last row what they were."""
    looks = [(row.depth, row.class_name, row.inputs, row.outputs, times,
              re.sub(r"_?\d+$", "", row.path.rpartition("/")[2])) for row, times in rows]
    at = 0
    while at < len(rows):
        size, count = _block_at(looks, at)
        for offset in range(size):
            row, times = rows[at + offset]
            last = offset == size - 1 and count > 1
            if last:
                end = rows[at + size * count - 1][0].path.rpartition("/")[2]
                what = "this layer" if size == 1 else f"these {size} layers"
                yield row, times, f"... {what}, {count - 1} times more, to {end}"
            else:
                yield row, times, ""
        at += size * count


def _block_at(looks: Sequence[object], at: int) -> Tuple[int, int]:
    """(layers in a block that begins here, how often it comes one after the other)"""
    for size in range(1, min(_LONGEST, (len(looks) - at) // 2) + 1):
        block, count = looks[at:at + size], 1
        while looks[at + count * size:at + (count + 1) * size] == block:
            count += 1
        if (count - 1) * size >= _HIDDEN and count > 2:
            return size, count
    return 1, 1


def _shapes(arrays: Sequence[Array], everything: Sequence[Array]) -> Message:
    text = ", ".join(str(a) for a in arrays)
    if len(everything) > len(arrays):
        text += f", +{len(everything) - len(arrays)}"
    return Message.of("{t}", t=Message.of(text)) if text else Message.of("-")


def _changed(row: LayerRow) -> Message:
    if not row.outputs:
        return Message.of("raised")
    texts = [_marked(out, row.inputs[0] if row.inputs else Array()) for out in row.outputs[:2]]
    if len(row.outputs) > 2:
        texts.append(f"+{len(row.outputs) - 2}")
    return Message.of("{t}", t=Message.of(", ".join(texts)))


def _marked(out: Array, given: Array) -> str:
    if out.shape is None or given.shape is None:
        return str(out)
    dims = []
    for axis, size in enumerate(out.shape):
        same = axis < len(given.shape) and (size is None or must_equal(size, given.shape[axis]))
        dims.append(("?" if size is None else str(size)) + ("" if same else "*"))
    return "(" + ", ".join(dims) + ("," if len(dims) == 1 else "") + ")"
