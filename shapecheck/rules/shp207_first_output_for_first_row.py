"""SHP207: `predict(x)[0]` of a model with several outputs is the first output."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Finding, Message, Reduction, must_differ
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
    watcher_blind="what the program does with a result is the reader's",
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
