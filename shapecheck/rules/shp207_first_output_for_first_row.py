"""SHP207: `predict(x)[0]` of a model with several outputs is the first output."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Finding, Indexing, Message, Reduction, must_differ
from shapecheck.rules.rule import Bad, Good, Rule

_SETUP = "two = keras.Model(table_in, [L.Dense(3)(table_in), L.Dense(2)(table_in)])\n"

rule = Rule(
    code="SHP207", slug="first-output-for-first-row", stage="output",
    summary="`predict(x)[0]` of a model with several outputs is the first output, not row 0",
    explanation=(
        "A model with several outputs returns a list: `[0]` takes the first output, with all of "
        "its rows. Row 0 of it is one index further."),
    advice="unpack first: `first, second = model.predict(x)`, then index rows",
    versions={"all": "silent"},
    bad=[Bad("best = np.argmax(two.predict(table)[0])", setup=_SETUP)],
    good=[Good("best = np.argmax(two.predict(table)[0][0])", setup=_SETUP),
          Good("best = np.argmax(two.predict(table)[0], axis=-1)", setup=_SETUP)],
)


@rule.check
def check(reduction: Reduction) -> Iterator[Finding]:
    shape = reduction.argument.shape
    if reduction.outputs < 2 or shape is None or len(shape) != 2 or reduction.axis is not None:
        return
    if not must_differ(shape[0], 1):
        return
    yield rule.finding(
        reduction,
        what=Message.of("{name} is {shape}: the first of {n} outputs, with all of its rows",
                        name=reduction.argument_expression, shape=reduction.argument,
                        n=Message.of(str(reduction.outputs))),
        why=Message.of("a model with several outputs returns a list, one array for each"),
        advice=Message.of("fix: {name}[0] for row 0", name=reduction.argument_expression))


@rule.check
def indexings(indexing: Indexing) -> Iterator[Finding]:
    if not indexing.keys or indexing.keys[0] != "first-output":
        return
    _key, outputs, rows = indexing.keys
    yield rule.finding(
        indexing,
        what=Message.of(f"{{base}} is a list of {outputs} outputs, one array for each, and holds "
                        f"{rows} rows in each", base=indexing.base_expression),
        why=Message.of("{item} is an output with all of its rows, not a row",
                       item=indexing.expression))
