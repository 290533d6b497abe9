"""SHP505: a function under tf.function is traced anew in each pass of a loop."""
from __future__ import annotations

from typing import Iterator

from shapecheck.facts import Finding, Message, Tracing
from shapecheck.rules.rule import Bad, Good, Rule

_SETUP = '''
import tensorflow as tf
@tf.function{}
def step(x, n=0):
    return tf.reduce_sum(x) + n
sums = []
'''

rule = Rule(
    code="SHP505", slug="retracing", severity="warning",
    summary="a function under tf.function is traced anew in each pass of a loop",
    explanation=(
        "tf.function keeps one graph for each shape and for each Python number that it is called "
        "with. Where they differ from pass to pass, each pass builds a new graph, which takes "
        "longer than to run it, and keeps it."),
    advice="@tf.function(reduce_retracing=True), an input_signature with None for the axis that "
           "grows, or pad to one length; numbers as tensors: tf.constant(n)",
    versions={"all": "silent, but slow, and memory grows; TF logs a warning from the fifth trace "
                     "on"},
    bad=[
        Bad("for n in range(1, 9):\n    sums.append(step(np.zeros((1, n))))",
            setup=_SETUP.format("")),
        Bad("for n in range(20):\n    step(np.zeros((1, 3)), n)", setup=_SETUP.format("")),
        Bad("sums = [step(np.zeros((1, 3)), n) for n in range(9)]", setup=_SETUP.format("")),
    ],
    good=[
        Good("for n in range(1, 9):\n    sums.append(step(np.zeros((1, n))))",
             setup=_SETUP.format("(input_signature=[tf.TensorSpec((1, None), tf.float64)])")),
        Good("for n in range(20):\n    step(np.zeros((1, 3)), tf.constant(n, 'float64'))",
             setup=_SETUP.format("")),
        Good("for n in range(1, 4):\n    sums.append(step(np.zeros((1, n))))",
             setup=_SETUP.format("")),
    ],
    watcher_blind="a function of one's own is watched where it calls a model",
)


@rule.check
def check(tracing: Tracing) -> Iterator[Finding]:
    if tracing.cause == "number":
        yield rule.finding(
            tracing,
            what=Message.of("{function} gets another Python number in each pass: {argument}",
                            function=tracing.function, argument=tracing.argument),
            why=Message.of("tf.function builds a new graph for each number that it has not seen"),
            advice=Message.of("fix: pass it as a tensor, tf.constant({argument})",
                              argument=tracing.argument))
        return
    shapes = tracing.shapes[0]
    for shape in tracing.shapes[1:]:
        shapes += f", then {shape}"
    if tracing.seen:  # it may be meant: buckets of lengths
        yield rule.finding(
            tracing,
            what=Message.of("{argument} is {shapes}, ...: {seen} shapes so far, and {function} "
                            "was traced for each",
                            argument=tracing.argument, shapes=Message.of(shapes),
                            seen=Message.of(str(tracing.seen)), function=tracing.function),
            why=Message.of("tf.function builds a new graph for each shape that it has not seen"),
            severity="info")
        return
    yield rule.finding(
        tracing,
        what=Message.of("{argument} is {shapes}, ...: another shape in each pass",
                        argument=tracing.argument, shapes=Message.of(shapes)),
        why=Message.of("tf.function builds a new graph for each shape that it has not seen"))
