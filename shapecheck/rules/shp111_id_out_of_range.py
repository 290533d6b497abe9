"""SHP111: ids larger than the embedding has rows."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Definition, Finding, Message
from shapecheck.rules.mending import beyond_table, outcome
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP111", slug="id-out-of-range",
    summary="ids reach beyond the rows of the embedding",
    explanation=(
        "Embedding(input_dim) has input_dim rows: ids 0 to input_dim - 1. A vocabulary counted "
        "from 1 needs one row more than it has words."),
    advice="input_dim = largest id + 1",
    versions={"all": "raises on a CPU; a GPU returns zeros for such ids"},
    bad=[Bad("model.predict(rng.randint(0, 500, (12, 16)))"),
         Bad("vectors = L.Embedding(5, 2)(np.array([1, 5]))")],
    good=[Good("model.predict(rng.randint(0, 100, (12, 16)))"),
          Good("vectors = L.Embedding(6, 2)(np.array([1, 5]))")],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    for arg in call.inputs:
        high = arg.passed.values.high
        if arg.vocabulary is None or high is None or not arg.passed.values.whole:
            continue
        if high < arg.vocabulary:
            continue
        yield rule.finding(
            call,
            what=Message.of("{expr} is {shape} with ids up to {high}; the embedding has "
                            "{rows} rows",
                            expr=arg.expression, shape=arg.passed, high=Message.of(str(int(high))),
                            rows=Message.of(str(arg.vocabulary))),
            why=Message.of("ids run from 0 to input_dim - 1; beyond that there is no row{after}",
                           after=outcome(call, "a GPU returns zeros for them")),
            advice=Message.of(f"fix: Embedding(input_dim={int(high) + 1}, ...)"), inputs=[arg])


@rule.check
def looked_up(definition: Definition) -> Iterator[Finding]:
    if definition.problem == "ids":
        yield beyond_table(rule, definition, "ids",
                           "ids run from 0 to input_dim - 1; beyond that there is no row")
