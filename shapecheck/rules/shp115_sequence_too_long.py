"""SHP115: more tokens a row than the model has positions."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Definition, Finding, Message
from shapecheck.rules.mending import beyond_table, outcome
from shapecheck.rules.rule import Bad, Good, Rule

_SETUP = '''
from transformers import AutoTokenizer, TFAutoModel
tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")
bert = TFAutoModel.from_pretrained("bert-base-uncased")
texts = ["one text", "another, longer text"]
'''

_OWN = '''
class Positions(L.Layer):
    def __init__(self, rows):
        super().__init__()
        self.table = L.Embedding(rows, 8)
    def call(self, x):
        return x + self.table(tf.range(tf.shape(x)[1]))
'''

rule = Rule(
    code="SHP115", slug="sequence-too-long",
    summary="more tokens a row than the model has positions",
    explanation=(
        "A model with a table of positions takes no more tokens than the table has rows, 512 for "
        "BERT and most of its relatives, input_dim for an Embedding of one's own. On a CPU the "
        "lookup raises; on a GPU it returns zeros."),
    advice="truncate: `tokenizer(texts, truncation=True, max_length=512)`, or split the text",
    versions={"all": "raises on a CPU, is silent on a GPU"},
    bad=[Bad('enc = tokenizer(texts, padding="max_length", max_length=1024, '
             'return_tensors="tf")\nout = bert(**enc)', setup=_SETUP),
         Bad("added = Positions(30)(keras.Input((40, 8)))", setup=f"import tensorflow as tf{_OWN}",
             reader_only=True)],
    good=[Good('enc = tokenizer(texts, padding="max_length", max_length=512, '
               'return_tensors="tf")\nout = bert(**enc)', setup=_SETUP),
          Good("added = Positions(40)(keras.Input((40, 8)))",
               setup=f"import tensorflow as tf{_OWN}")],
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
            why=Message.of("beyond the last position there is no row in its table{after}",
                           after=outcome(call, "a GPU returns zeros for them")), inputs=[arg])


@rule.check
def own_table(definition: Definition) -> Iterator[Finding]:
    if definition.problem == "positions":
        yield beyond_table(rule, definition, "positions",
                           "beyond the last position there is no row in its table")
