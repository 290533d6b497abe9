"""SHP119: a Python list given where an array is meant."""
from __future__ import annotations

import re
from typing import Iterator

from shapecheck.facts import Argument, Call, Finding, Message, Truth
from shapecheck.rules.mending import edited, outcome, row_fits
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP119", slug="list-for-array", stage="pipeline",
    summary="a Python list was given where an array is meant",
    explanation=(
        "To Keras a list is a list of inputs. A list of rows is taken for as many inputs; a list "
        "of numbers has no type that Keras 3 recognises."),
    advice="make an array of it: `np.array(rows)`",
    versions={"keras<3": "predict converts lists of numbers; fit and evaluate raise where the "
                         "labels are an array; a list of arrays is several inputs and raises",
              "keras>=3": "raises: unrecognized data type, or several inputs"},
    bad=[
        Bad("dense.predict([[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8]])",
            "dense.predict(np.array([[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8]]))",
            only="keras3"),
        Bad("dense.fit(table.tolist(), table[:, :3], verbose=0)",
            "dense.fit(np.array(table.tolist()), table[:, :3], verbose=0)"),
        Bad("dense.predict([table[0], table[1]])", "dense.predict(np.array([table[0], table[1]]))"),
    ],
    good=[
        Good("dense.predict(np.array([[0.1, 0.2, 0.3, 0.4]]))"),
        Good("dense.predict([table])"),
        Good("pair.predict([data_x[0], data_x[1]])"),
    ],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    if call.pipeline or call.method == "__call__" or _taken(call):
        return
    if len(call.inputs) != 1:
        yield from _several(call)
        return
    spec = call.inputs[0].declared
    if call.finished and spec is not None and spec.tolerates(call.inputs[0].passed) is Truth.NO:
        return  # as an array it would not fit either: SHP101
    arg = call.inputs[0]
    if arg.passed.container != "list" or arg.passed.rank is None or arg.passed.rank < 1:
        return
    if arg.passed.dtype in ("str", "string", "object", None) and arg.passed.rank == 1:
        return
    several = call.model.structure not in ("single", "")
    if several and not (call.model.generation and call.raised):
        return
    # no rows of arrays in it
    numbers = call.container_kind != "rows" and not re.search(r"\[[^\]]*[A-Za-z_]\w*\[",
                                                              arg.expression)
    fix = None
    array = _array(arg)
    if call.source and arg.span and not several and array:
        fix = edited(call, [(arg.span, array)])
    yield rule.finding(
        call,
        what=Message.of("{expr} is a list, not an array: {shape} in all", expr=arg.expression,
                        shape=arg.passed) if numbers else
        Message.of("{expr} is a list of rows, not one array of shape {shape}", expr=arg.expression,
                   shape=arg.passed),
        why=Message.of("Keras 3 has no type for a list of numbers, Keras 2 makes an array of it"
                       "{after}" if numbers else
                       "to Keras a list is a list of inputs, and the model takes one{after}",
                       after=outcome(call, "")),
        fix=fix, inputs=call.inputs,
        severity="warning" if numbers and not call.raised else None)


def _array(arg: Argument) -> str:
    """An array of the list; of one row, with its batch axis; "" where neither would fit."""
    spec = arg.declared
    if spec is None or spec.tolerates(arg.passed) is not Truth.NO:
        return f"np.array({arg.expression})"
    return f"np.array([{arg.expression}])" if row_fits(spec, arg.passed) else ""


def _several(call: Call) -> Iterator[Finding]:
    """Each of several inputs is a list of numbers, which no Keras takes."""
    lists = [arg for arg in call.inputs
             if arg.passed.container == "list" and arg.declared is not None]
    if not call.model.generation or not lists or len(lists) < len(call.inputs):
        return
    yield rule.finding(
        call, what=Message.of("{a} and {b} are lists, not arrays", a=lists[0].expression,
                              b=lists[1].expression),
        why=Message.of("Keras has no type for a dict of lists{after}",
                       after=outcome(call, "")), inputs=lists)


def _taken(call: Call) -> bool:
    """Of a call that is made, or asked about: this Keras makes an array of the list.

    Measured: Keras 3 refuses it in every method, Keras 2 where there are labels as an array,
    and a dict of lists.
    """
    if call.finished and call.raised is None:
        return True
    if call.container_kind == "rows":
        return False
    return call.model.generation == "keras2" and not (
        call.raised and (call.labels or len(call.inputs) > 1))
