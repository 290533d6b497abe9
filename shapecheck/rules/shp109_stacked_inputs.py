"""SHP109: several inputs stacked into one array."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Finding, Message, Slicing, must_differ, must_equal
from shapecheck.rules.mending import outcome
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP109", slug="stacked-inputs", stage="pipeline",
    summary="several inputs were stacked into one array",
    explanation=(
        "`np.array([ids, mask])` and `from_tensor_slices([ids, mask])` make one array with a new "
        "axis 0 out of several inputs. A model with several inputs takes a list or a dict of "
        "arrays; axis 0 of each counts rows."),
    advice="pass a list or a dict: `[ids, mask]`",
    versions={"all": "raises: the model expects several inputs and got one"},
    bad=[
        Bad("pair.predict(data_x)"),
        Bad("pair.predict(np.array([x, np.ones_like(x)]))"),
    ],
    good=[
        Good("pair.predict([data_x[0], data_x[1]])"),
        Good("pair.predict(list(data_x))"),
    ],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    if call.container_kind not in ("stacked", "stacked list") or len(call.inputs) < 2:
        return
    passed = call.inputs[0].passed
    count = len(call.inputs)
    if call.container_kind == "stacked list":
        yield rule.finding(
            call,
            what=Message.of(f"a list of {count} arrays becomes one array here, and the model "
                            f"takes {count} inputs"),
            why=Message.of("from_tensor_slices stacks a list; a tuple or a dict keeps the arrays "
                           "apart"),
            advice=Message.of("fix: a tuple in brackets of its own, `(a, b)`, instead of the "
                              "list"), inputs=call.inputs)
        return
    # a text model's inputs are optional: two of its three may have been stacked
    if passed.rank is None or passed.rank < 2 or not (must_equal(passed.rows, count) or (
            call.model.kind == "transformers" and passed.rows in (2, 3))):
        return
    name = call.container_expression or call.inputs[0].expression
    yield rule.finding(
        call,
        what=Message.of(f"{{name}} is {{shape}}: one array, and the model takes {count} inputs",
                        name=name, shape=passed),
        why=Message.of("stacking puts a new axis in front: axis 0 then counts inputs, not rows"
                       "{after}", after=outcome(call, "it is taken for one of them")),
        inputs=call.inputs)


@rule.check
def slices(slicing: Slicing) -> Iterator[Finding]:
    if not slicing.stacked:
        return
    if slicing.roles:
        yield rule.finding(
            slicing,
            what=Message.of("{list} becomes one array: {roles} are stacked", list=slicing.stacked,
                            roles=" and ".join(slicing.roles)),
            why=Message.of("from_tensor_slices stacks a list; a tuple or a dict keeps the arrays "
                           "apart"),
            advice=Message.of("fix: a dict, or a tuple: `(a, b)` instead of `[a, b]`"))
        return
    rows = next((a.rows for text, a in slicing.parts if text != slicing.stacked), None)
    if not must_differ(rows, slicing.count):
        return
    yield rule.finding(
        slicing,
        what=Message.of(f"{{list}} becomes one array of {slicing.count} rows, next to {rows} rows "
                        "of labels", list=slicing.stacked),
        why=Message.of("from_tensor_slices stacks a list; a tuple or a dict keeps the arrays "
                       "apart"),
        advice=Message.of("fix: a tuple in brackets of its own, `(a, b)`, instead of the list"))
