"""SHP501: a tf.data dataset that was never batched."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Call, Finding, Message
from shapecheck.rules.mending import (
    declares,
    edited,
    misfits,
    returns,
    row_fits,
    spoken,
    what_follows,
)
from shapecheck.rules.rule import Bad, Good, Rule
from shapecheck.source.expression import atom

_DATA = "import tensorflow as tf\ndataset = tf.data.Dataset.from_tensor_slices(x)\n"

rule = Rule(
    code="SHP501", slug="unbatched-dataset", stage="pipeline",
    summary="a tf.data dataset that was never batched",
    explanation=(
        "Keras takes each element of a dataset for one batch and ignores `batch_size`. Elements "
        "of `from_tensor_slices` are single rows: a row of W values is then a batch of W rows."),
    advice="batch it: `dataset.batch(32)`",
    versions={
        "keras<2.7": "rows of rank 1 are silent: each (W,) becomes (W, 1), N x W rows in all; a "
                     "Functional raises for others",
        "keras>=2.7,<3": "raises, for rows of rank 1 only where a layer needs two axes",
        "keras>=3": "a model with Input raises",
    },
    bad=[
        Bad("model.predict(dataset)", "model.predict(dataset.batch(32))", setup=_DATA),
        Bad("image.predict(pictures)", "image.predict(pictures.batch(32))",
            setup="import tensorflow as tf\n"
                  "pictures = tf.data.Dataset.from_tensor_slices(images)\n"),
    ],
    good=[
        Good("model.predict(dataset.batch(4))", setup=_DATA),
        Good("narrow.predict(tf.data.Dataset.from_tensor_slices(table[:, 0]).batch(4))",
             setup="import tensorflow as tf\n"),
    ],
)


@rule.check
def check(call: Call) -> Iterator[Finding]:
    if call.pipeline != "Dataset":
        return
    args = [arg for arg, spec in misfits(call)
            if (arg.passed.rank or 0) < (spec.rank or 0) and row_fits(spec, arg.passed)]
    if not args:
        return
    fix = None
    if call.source and call.container_span:
        batched = f"{atom(call.container_expression)}.batch(32)"
        fix = edited(call, [(call.container_span, batched)],
                     safe=call.method == "predict")  # in training the size of a batch is a choice
    yield rule.finding(
        call,
        what=Message.of("an element of {spoken}: one row, not a batch; {declares}",
                        spoken=spoken(args[:1]), declares=declares(args)),
        why=Message.of("Keras takes each element of a dataset for one batch; {after}",
                       after=what_follows(call, "it takes axis 0 of each for its rows"
                                          f"{returns(call)}",
                                          ahead="a layer that needs the rank raises")),
        fix=fix, inputs=args)
