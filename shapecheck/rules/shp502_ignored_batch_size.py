"""SHP502: batch_size next to data that are batched already."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Finding, Message
from shapecheck.rules.mending import what_follows
from shapecheck.rules.rule import Bad, Good, Rule

_DATA = "import tensorflow as tf\ndataset = tf.data.Dataset.from_tensor_slices(x).batch(4)\n"

rule = Rule(
    code="SHP502", slug="ignored-batch-size", severity="warning", stage="output",
    summary="batch_size has no effect on a dataset",
    explanation=(
        "Batches of a dataset, a generator or a Sequence are made where the data are made. "
        "`batch_size` of fit, predict and evaluate is for arrays only."),
    advice="batch the dataset itself: `dataset.batch(32)`, and drop batch_size",
    versions={"all": "silent: ignored by predict, fit and evaluate"},
    bad=[Bad("model.predict(dataset, batch_size=8)", setup=_DATA)],
    good=[Good("model.predict(dataset)", setup=_DATA),
          Good("model.predict(x, batch_size=8)", setup=_DATA)],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    if not call.pipeline or call.batch_size is None:
        return
    if call.pipeline not in ("Dataset", "Sequence", "generator") or call.batch_size == 0:
        return
    name = call.container_expression or "the data"
    yield rule.finding(
        call,
        what=Message.of("batch_size={size} next to {name}, a {kind}: it has no effect",
                        size=Message.of(str(call.batch_size)), name=name,
                        kind=Message.of(call.pipeline)),
        why=Message.of("each element is one batch already, of the size that it was made with"
                       "{after}", after=_after(call)))


def _after(call: Call) -> Message:
    return Message.of("; {after}", after=what_follows(call, "")) if call.raised else Message.of("")
