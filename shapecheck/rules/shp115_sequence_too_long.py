"""SHP115: more tokens a row than the model has positions."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Finding, Message
from shapecheck.rules.rule import Bad, Good, Rule

_SETUP = '''
from transformers import AutoTokenizer, TFAutoModel
tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")
bert = TFAutoModel.from_pretrained("bert-base-uncased")
texts = ["one text", "another, longer text"]
'''

rule = Rule(
    code="SHP115", slug="sequence-too-long",
    summary="more tokens a row than the model has positions",
    explanation=(
        "A text model with a table of positions takes no more tokens than the table has rows, "
        "512 for BERT and most of its relatives. On a CPU the lookup raises; on a GPU it returns "
        "zeros."),
    advice="truncate: `tokenizer(texts, truncation=True, max_length=512)`, or split the text",
    versions={"all": "raises on a CPU, is silent on a GPU"},
    bad=[Bad('enc = tokenizer(texts, padding="max_length", max_length=1024, '
             'return_tensors="tf")\nout = bert(**enc)', setup=_SETUP)],
    good=[Good('enc = tokenizer(texts, padding="max_length", max_length=512, '
               'return_tensors="tf")\nout = bert(**enc)', setup=_SETUP)],
    watcher_blind="the positions of a model are not looked at yet",
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    if call.positions is None:
        return
    for arg in call.inputs:
        if arg.role != "input_ids" or arg.passed.shape is None or len(arg.passed.shape) != 2:
            continue
        length = arg.passed.shape[1]
        if not isinstance(length, int) or length <= call.positions:
            continue
        yield rule.finding(
            call,
            what=Message.of("{expr} is {shape}: {n} tokens a row, and the model has {k} positions",
                            expr=arg.expression, shape=arg.passed, n=Message.of(str(length)),
                            k=Message.of(str(call.positions))),
            why=Message.of("beyond the last position there is no row in its table"), inputs=[arg])
