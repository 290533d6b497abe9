"""SHP201: `out[0][0]` is every token of row 0, not the CLS of every row."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Edit, Evidence, Finding, Fix, Indexing, Message, must_equal
from shapecheck.rules.rule import Bad, Good, Rule

rule = Rule(
    code="SHP201", slug="cls-slice", stage="output", severity="warning",
    summary="`out[0][0]` is every token of row 0, not the CLS of every row",
    explanation=(
        "The states of a text model are (rows, tokens, hidden). The first index takes a row: "
        "all of its tokens, (tokens, hidden). The CLS is the first token of each row, index 0 "
        "on axis 1."),
    advice="take token 0 on axis 1 and keep the rows: `states[:, 0]`",
    versions={"all": "silent: it is plain indexing, and the result looks like vectors"},
    bad=[Bad("out[0][0]", "out[0][:, 0, :]"),
         Bad("last_hidden_state[0]", "last_hidden_state[:, 0, :]")],
    good=[Good("last_hidden_state[:, 0]"), Good("last_hidden_state[:, 0, :]"),
          Good("out[0][0][0]  # the CLS of row 0"), Good("pooler_output[0]")],
    reader_blind="",
)


@rule.check
def check(indexing: Indexing) -> Iterator[Finding]:
    base, result = indexing.base, indexing.result
    if indexing.token_axis != 1 or base.rank != 3 or result.rank != 2:
        return
    first = indexing.keys[0] if indexing.keys else None
    rest_whole = all(k == slice(None) or k is Ellipsis for k in indexing.keys[1:])
    if not isinstance(first, int) or isinstance(first, bool) or not rest_whole:
        return
    shape = base.shape
    assert shape is not None
    if must_equal(shape[1], 1):
        return  # one token a row: the row is its CLS
    yield rule.finding(
        indexing,
        what=Message.of("{expr} is {result}: every token of row {row}, not the CLS of every row",
                        expr=indexing.expression, result=result, row=Message.of(str(first))),
        why=Message.of("{base} is {shape}: axis 0 counts rows, axis 1 tokens; the CLS is token 0 "
                       "of each row", base=indexing.base_expression, shape=base),
        fix=_cls(indexing),
        evidence=[Evidence("returned", Message.of("{base} is {shape}",
                                                  base=indexing.base_expression, shape=base))])


def _cls(indexing: Indexing) -> Fix:
    """Not safe: the CLS of one row, or all of its tokens, may be wanted as well."""
    new = f"{indexing.base_expression}[:, 0, :]"
    edit = Edit.of(indexing.location, indexing.expression, (0, len(indexing.expression)), new)
    return Fix(new, safe=False, edits=() if edit is None else (edit,))
