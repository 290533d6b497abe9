"""SHP110: the inputs (or inputs and labels) have different numbers of rows."""
from __future__ import annotations

from typing import Iterator, List, Optional

from shapecheck.facts import Argument, Call, Finding, Message, Slicing, Truth, must_differ
from shapecheck.rules.mending import raised_for_shape, spoken, what_follows
from shapecheck.rules.rule import Bad, Good, Rule

#: roles that carry one row for each row of the others; position ids may be shared by all rows
_PER_ROW = (None, "input_ids", "attention_mask", "token_type_ids", "decoder_input_ids",
            "decoder_attention_mask", "pixel_values", "inputs_embeds")

rule = Rule(
    code="SHP110", slug="row-count-mismatch", stage="input-rest",
    summary="inputs that belong together have different numbers of rows",
    explanation=(
        "Row i of one input goes with row i of the others, and with label i. Where the counts "
        "differ one of them was sliced, filtered or stacked and the others were not."),
    advice="slice, filter and shuffle all inputs and labels together",
    versions={
        "keras<2.7": "predict, fit and evaluate raise ValueError",
        "keras>=2.7": "predict, fit and evaluate raise ValueError; for inputs in a dict "
                      "AttributeError, which says nothing of rows",
    },
    bad=[
        Bad("pair.predict([data_x[0], data_x[1][:5]])"),
        Bad("pair.predict({'input_ids': x, 'attention_mask': np.ones_like(x)[:5]})"),
        Bad("model.fit(x, y[:7], verbose=0)"),
        Bad("model.train_on_batch(x, y[:7])"),
        Bad("model.train_on_batch(x, y[:1])"),
    ],
    good=[
        Good("pair.predict([data_x[0][:5], data_x[1][:5]])"),
        Good("model.fit(x[:7], y[:7], verbose=0)"),
        Good("model.fit(x, y, sample_weight=np.ones(12), verbose=0)"),
        Good("model.train_on_batch(x[:7], y[:7])"),
        Good("model.train_on_batch(x[:1], y[:1])"),
    ],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    args: List[Argument] = [a for a in call.inputs if a.role in _PER_ROW and _rows(a) is not None]
    if any(a.declared is not None and a.declared.tolerates(a.passed) is Truth.NO for a in args):
        return  # rows cannot be counted before the shapes are right
    if call.pipeline == "Dataset":
        return  # its element tells no rows; slices of unequal arrays do not exist
    args += [a for a in call.labels if _rows(a) is not None]
    if call.pipeline or call.method == "__call__" or call.method.endswith("_on_batch"):
        args = _of_one_batch(call, args)
    counts = {_rows(a) for a in args}
    if len(counts) < 2:
        return
    first = args[0]
    other = next(a for a in args if _rows(a) != _rows(first))
    yield rule.finding(
        call,
        what=Message.of("{spoken}: {a} rows and {b} rows", spoken=spoken([first, other]),
                        a=Message.of(str(_rows(first))), b=Message.of(str(_rows(other)))),
        why=Message.of("row i of one belongs to row i of the other{after}",
                       after=Message.of("; {after}", after=what_follows(call, ""))
                       if call.raised else Message.of(", so the counts must agree")),
        inputs=args, at=other)


def _of_one_batch(call: Call, args: List[Argument]) -> List[Argument]:
    """Those whose rows must agree although no adapter splits them into batches.

    A layer may take one row for all, edges beside nodes, keys beside queries: only what a text
    model reads goes row by row, or what made the call raise; labels meet what the model
    returns.
    """
    if call.raised is None and len(args) == 2 and _row_by_row(call) and (
            call.method in ("train_on_batch", "test_on_batch") or call.pipeline):
        return args  # Keras 3 lets one label meet every row; Keras 2 raises
    if raised_for_shape(call):
        return args
    args = [a for a in args if a.role is not None or a in call.labels]
    return [a for a in args if _rows(a) != 1 or a.role == "input_ids"]


def _row_by_row(call: Call) -> bool:
    """One input, one output, one set of labels, and as many rows come out as go in."""
    if not len(call.inputs) == len(call.labels) == len(call.predicted) == 1:
        return False
    return call.predicted[0].array.rows == _rows(call.inputs[0])


def _rows(arg: Argument) -> Optional[int]:
    rows = arg.passed.rows
    return rows if isinstance(rows, int) else None


@rule.check
def slices(slicing: Slicing) -> Iterator[Finding]:
    if slicing.stacked:
        return  # SHP109
    first, *others = slicing.parts
    for text, array in others:
        if must_differ(first[1].rows, array.rows):
            yield rule.finding(
                slicing,
                what=Message.of("{a} is {a_shape} and {b} is {b_shape}: {n} rows and {m} rows",
                                a=first[0], a_shape=first[1], b=text, b_shape=array,
                                n=Message.of(str(first[1].rows)), m=Message.of(str(array.rows))),
                why=Message.of("from_tensor_slices cuts axis 0 of all of them into the same "
                               "elements"))
            return
