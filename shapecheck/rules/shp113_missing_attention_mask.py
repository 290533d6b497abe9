"""SHP113: padded rows without their attention_mask."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Finding, Message
from shapecheck.rules.mending import outcome
from shapecheck.rules.rule import Bad, Good, Rule

_SETUP = '''
from transformers import AutoTokenizer, TFAutoModel
tokenizer = AutoTokenizer.from_pretrained("bert-base-uncased")
bert = TFAutoModel.from_pretrained("bert-base-uncased")
texts = ["one text", "another, longer text"]
enc = tokenizer(texts, padding=True, return_tensors="tf")
'''

rule = Rule(
    code="SHP113", slug="missing-attention-mask", severity="warning", stage="output",
    summary="padded rows were passed without their attention_mask",
    explanation=(
        "A tokenizer pads rows to one length and says which tokens are real in attention_mask. "
        "Without it the model attends to the padding: a row's vectors then depend on how long "
        "the other texts in its batch are."),
    advice="pass the mask too: `attention_mask=enc[\"attention_mask\"]`, or all of it, "
           "`model(**enc)`",
    versions={"all": "silent"},
    bad=[Bad('out = bert(enc["input_ids"])', setup=_SETUP),
         Bad('out = bert(input_ids=enc["input_ids"])', setup=_SETUP)],
    good=[Good("out = bert(**enc)", setup=_SETUP), Good("out = bert(enc)", setup=_SETUP),
          Good('out = bert(enc["input_ids"], attention_mask=enc["attention_mask"])',
               setup=_SETUP)],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    if not call.model.text_encoder:
        return
    ids = next((a for a in call.inputs if a.role == "input_ids"), None)
    if ids is None or not ids.passed.values.padded:
        return
    if any(a.role == "attention_mask" or a.name == "attention_mask" for a in call.inputs):
        return
    yield rule.finding(
        call,
        what=Message.of("{ids} is padded, and no attention_mask is passed", ids=ids.expression),
        why=Message.of("the model attends to the padding, so a row depends on the lengths of the "
                       "others{after}", after=outcome(call, "no mask is a mask of ones")))
