"""One call of a loaded model, made by us: the facts, the result, the exception."""
from __future__ import annotations

import dataclasses
import re
from typing import Any, Optional, Sequence, Tuple

from shapecheck.facts import Call, Description, LayerRow, Location, clean
from shapecheck.observe import layers, snapshot
from shapecheck.observe.calls import refused, returned
from shapecheck.observe.callsite import Site
from shapecheck.observe.intake.data_files import is_nested
from shapecheck.observe.intake.savedmodel import SavedModel
from shapecheck.observe.models import declaration_of, generation_of
from shapecheck.observe.preflight import facts_of, planned
from shapecheck.source.calls import CallText
from shapecheck.source.usage import usage


@dataclasses.dataclass(frozen=True)
class Outcome:
    """What one call did. result: as the model returned it, None where it raised."""

    call: Call
    result: Any = None
    error: Optional[BaseException] = None
    notes: Tuple[str, ...] = ()


def call_text(model: str, arguments: Sequence[Tuple[str, str]], structure: str) -> str:
    """`model.predict([a, b])` of (input name, expression) pairs."""
    if structure == "dict":
        inner = "{" + ", ".join(f"{name!r}: {text}" for name, text in arguments) + "}"
    elif structure == "list":
        inner = "[" + ", ".join(text for _name, text in arguments) + "]"
    else:
        inner = arguments[0][1]
    return f"{model}.predict({inner})"


def predict(model: Any, inputs: Any, source: str, *, with_layers: bool = False) -> Outcome:
    """`model.predict(inputs)`, spelled as in `source`, on fresh traces.

    Fresh, because a traced function checks less than a first call does, and on TF 2.21 rank 1
    after a good call can abort the process (facts, 7).
    """
    declaration = declaration_of(model)
    try:
        site = Site(Location(), CallText(source))
    except ValueError:
        site = Site(Location())
    call = planned(declaration, inputs, site)
    adapter = generation_of(model)
    table: Tuple[LayerRow, ...] = ()
    notes: Tuple[str, ...] = ()
    if with_layers:
        table, notes = _layer_table(model, inputs, call)
    if adapter is None and any(a.how == "rejected" for a in call.inputs):
        # A signature has no checks of its own: TF 2.21 aborts the process on some shapes.
        return Outcome(call, None, None, (
            *notes, "not run: the signature does not take these shapes"))
    if adapter is not None:
        adapter.reset_traces(model)
    try:
        result = model.predict(inputs, verbose=0)
    except Exception as error:
        raised = dataclasses.replace(refused(call, declaration), raised=type(error).__name__,
                                     finished=True, layers=table)
        notes += (f"predict raised {type(error).__name__}: {telling_line(error)}",)
        return Outcome(raised, None, error, notes)
    finally:
        if adapter is not None:
            adapter.reset_traces(model)
    out = snapshot.leaves(result, ordered=True)
    outputs = returned(out, declaration, facts_of(result, out))
    return Outcome(dataclasses.replace(call, returned=outputs, finished=True, layers=table),
                   result, None, notes)


def _layer_table(model: Any, inputs: Any, call: Call) -> Tuple[Tuple[LayerRow, ...],
                                                               Tuple[str, ...]]:
    if isinstance(model, SavedModel):
        note = ("layers: a SavedModel called through its signature shows none; load the Keras "
                "model itself (.keras, or FILE.py:NAME)")
        return (), (note,)
    if call.pipeline:
        return (), ("layers: shown for arrays, not for datasets and generators",)
    seen = layers.layer_pass(model, _as_received(layers.first_rows(inputs), call))
    if seen.error is not None:
        where = f" in layer {seen.stopped_in}" if seen.stopped_in else ""
        return seen.rows, (f"layers: the forward pass raised {type(seen.error).__name__}{where}",)
    return seen.rows, ()


def _as_received(inputs: Any, call: Call) -> Any:
    """The arrays as tensors of the rank that `predict` would have handed to the model."""
    import tensorflow as tf

    expanded = {a.name for a in call.inputs
                if a.received is not None and a.passed.rank == 1 and a.received.rank == 2}

    def convert(value: Any, name: str) -> Any:
        array = value.to_numpy() if hasattr(value, "to_numpy") else value
        tensor = tf.convert_to_tensor(array)
        return tensor[:, None] if name in expanded and len(tensor.shape) == 1 else tensor

    if is_nested(inputs):
        return inputs  # each part as it is: a model of such a structure takes them so
    if isinstance(inputs, dict):
        return {k: convert(v, k) for k, v in inputs.items()}
    if isinstance(inputs, (list, tuple)):
        names = [a.name for a in call.inputs]
        return [convert(v, n) for v, n in zip(inputs, names)]
    return convert(inputs, call.inputs[0].name if call.inputs else "")


def describe(model: Any, origin: str, notes: Sequence[str] = ()) -> Description:
    """The interface of a live model: what `model-inputs MODEL` shows."""
    declaration = declaration_of(model)
    info = declaration.info
    specs = declaration.specs
    extra = list(notes)
    if not specs:
        extra.append("it declares no inputs: any shape that its layers can digest is accepted")
    structure = declaration.structure
    code = (model.usage() if isinstance(model, SavedModel)
            else usage(specs, structure, text=info.kind == "transformers") if specs
            else ("model.predict(x[0:1])",))
    return Description(info.name, info.kind, info.class_name, specs, declaration.outputs,
                       structure, tuple(code), tuple(extra), origin)


def telling_line(error: BaseException) -> str:
    """The line of a Keras error that says something.

    Never just the first ("Exception encountered when calling layer", "in user code:"), never
    one of the arguments listed at the end (facts, 28).
    """
    lines = [clean(_COLOUR.sub("", text.strip()), 300) for text in str(error).splitlines()]
    lines = [text for text in lines if text and not text.startswith("\u2022")]
    telling = [text for text in lines if any(word in text for word in _TELLING)]
    chosen = telling[-1] if telling else lines[-1] if lines else "no message"
    return chosen.partition("Error: ")[2] or chosen


_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
_TELLING = ("Error: ", "ncompatible", "expected shape", "Expected shape", "Invalid input shape",
            "unpack", "ndim", "Dimensions must be equal", "dimension")


__all__ = ["Outcome", "call_text", "describe", "predict", "telling_line"]
