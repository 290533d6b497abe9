"""The founding question, run and watched: `shapecheck model-inputs` without arguments."""
from __future__ import annotations

import argparse
import dataclasses
import os
import runpy
from importlib.util import find_spec
from typing import Any, Dict, List, Optional, Sequence, Tuple

from shapecheck.cli.output import Screen
from shapecheck.facts.call import Call
from shapecheck.facts.errors import MissingExtra
from shapecheck.facts.finding import Finding, Location
from shapecheck.facts.message import Message
from shapecheck.facts.report import Report
from shapecheck.render.blocks import Block, Gap, Grid, Verdict, call_grid, layer_blocks, line


def run(options: argparse.Namespace) -> Screen:
    """Raises MissingExtra where TensorFlow or transformers is not installed."""
    from shapecheck.observe.quiet import quiet

    with quiet(options.verbose):
        story = Story(with_layers=options.layers)
    report = Report(story.findings, story.calls, story.environment, indexings=story.indexings)
    return Screen(report, story.blocks(), demonstration=True)


def example() -> Dict[str, Any]:
    """The names of the built-in program. Raises MissingExtra without TensorFlow, transformers."""
    for package in ("tensorflow", "transformers"):
        if find_spec(package) is None:
            raise MissingExtra("the built-in example", package)
    path = os.path.join(os.path.dirname(os.path.dirname(os.path.abspath(__file__))),
                        "examples", "cls_question.py")
    program: Dict[str, Any] = runpy.run_path(path, run_name="cls_question")
    _hush(program["keras"])
    return program


class Story:
    """The calls of the question, what they gave, and the numbers of the symptom."""

    def __init__(self, with_layers: bool = False) -> None:
        import numpy as np

        import shapecheck
        from shapecheck.observe.models import environment
        from shapecheck.observe.outputs import select
        from shapecheck.observe.running import telling_line
        from shapecheck.rules import judge

        program = example()
        model, data_x = program["build"](), program["data"]()
        self.width, self.rows = program["WIDTH"], program["ROWS"]
        self.data_shape = data_x.shape
        self.error: Optional[BaseException] = None
        with shapecheck.watch(model, tell="never") as seen:
            try:
                wrong = [program["asked"](model, data_x[:, row:]) for row in range(self.rows)]
            except Exception as error:
                self.error, wrong = error, []
            twins = [] if wrong else [program["twin"](model, data_x, row)
                                      for row in range(self.rows)]
            program["mended"](model, data_x)
            single = [program["one_row"](model, data_x, row) for row in range(self.rows)]
            out = program["all_rows"](model, data_x)
        self.environment = environment()
        self.error_text = telling_line(self.error) if self.error is not None else ""
        kinds = [_placeless(c) for c in seen.report().calls]
        self.asked, self.right, self.batch = kinds[0], kinds[-3], kinds[-1]
        self.twin = kinds[1] if twins else None
        if with_layers:
            from shapecheck.observe.running import predict

            inputs = [data_x[0][0:1], data_x[1][0:1]]
            table = predict(model, inputs, self.right.source, with_layers=True)
            self.right = dataclasses.replace(self.right, layers=table.call.layers)
        self.calls: Tuple[Call, ...] = tuple(
            c for c in (self.asked, self.twin, self.right, self.batch) if c is not None)
        self.wrong_cls = [r[0][0, 0] for r in (wrong or twins)]
        self.cls = out[0][:, 0, :]
        self.same = all((c == self.wrong_cls[0]).all() for c in self.wrong_cls)
        self.right_gap = max(float(np.abs(single[r][0][0, 0] - self.cls[r]).max())
                             for r in range(self.rows))
        self.wrong_gap = max(float(np.abs(self.wrong_cls[r] - self.cls[r]).max())
                             for r in range(self.rows))
        every, _ = select(out, self.batch, "out[0][0]")
        each, _ = select(out, self.batch, "out[0][:, 0, :]")
        self.indexings = (every, each)
        inputs_finding = judge([self.asked])
        self.findings: Tuple[Finding, ...] = tuple(inputs_finding + judge([every]))

    def blocks(self) -> List[Block]:
        width = self.width
        versions = dict(self.environment.versions)
        keras = (f"tf_keras {versions['tf_keras']}" if "tf_keras" in versions
                 else f"Keras {versions.get('keras', '')}")
        shown: List[Block] = [
            line("One row's CLS from a BERT: the question behind shapecheck", style="title"),
            line("TF {tf}, {keras}, transformers {hf}", style="dim",
                 tf=versions.get("tensorflow", "?"), keras=keras,
                 hf=versions.get("transformers", "?")),
            line("model: two Input(shape=({w},), dtype=int32) -> TFBertModel; data_x {shape}: "
                 "token ids and masks of {n} rows", w=_ours(width), shape=str(self.data_shape),
                 n=_ours(self.rows)),
            Gap(),
            line("1. as asked    {source}", style="code", source=self.asked.source),
            call_grid(self.asked),
            *self._what_came(),
        ]
        shown += self._symptom()
        shown += [Gap(), Verdict(self.findings[0]), Gap()]
        shown += self._mended()
        shown += [Gap(), Verdict(self.findings[1])]
        if self.right.layers:
            shown += [Gap(), *layer_blocks(self.right.layers)]
        return shown

    def _what_came(self) -> List[Block]:
        tf = dict(self.environment.versions).get("tensorflow", "?")
        if self.twin is None:
            return [line("TF {tf} makes {passed} into {received} in silence: one row became "
                         "{w} rows of one token", indent=2, tf=_ours(tf),
                         passed=self.asked.inputs[0].passed,
                         received=str(self.asked.inputs[0].received), w=_ours(self.width))]
        return [
            line("TF <= 2.6 makes this ({w}, 1) silently; TF {tf} raises: {error}: {text}",
                 indent=2, style="bad", w=_ours(self.width), tf=_ours(tf),
                 error=type(self.error).__name__, text=self.error_text),
            Gap(),
            line("its twin, still silent    {source}", style="code", source=self.twin.source),
            call_grid(self.twin),
        ]

    def _symptom(self) -> List[Block]:
        numbers = [", ".join(f"{v:+.4f}" for v in c[:3].tolist()) for c in self.wrong_cls]
        result: List[Block] = [
            line("\"CLS\" of row {r}: {numbers}, ...", indent=2, r=_ours(r), numbers=numbers[r])
            for r in range(self.rows)]
        verdict = ("the same for every row, bit for bit: the embedding of a lone [CLS] token"
                   if self.same else "not the CLS of the rows")
        result.append(line("{verdict}", indent=2, style="bad", verdict=_ours(verdict)))
        return result

    def _mended(self) -> List[Block]:
        agree = "agree" if self.right_gap < 1e-4 else "DISAGREE"
        return [
            line("2. mended: a slice keeps the batch axis, and one row agrees with the batch",
                 style="title"),
            _both(self.right, self.batch),
            line("single and batched CLS {agree}: largest difference {right} (the wrong \"CLS\": "
                 "{wrong})", indent=2, style="good" if agree == "agree" else "bad",
                 agree=_ours(agree), right=_ours(f"{self.right_gap:.1e}"),
                 wrong=_ours(f"{self.wrong_gap:.2f}")),
            Gap(),
            line("3. which slice is the CLS?    out = {source}", style="title",
                 source=self.batch.source),
            *[line("{expr} is {shape}: {what}", indent=2, expr=i.expression, shape=i.result,
                   what=_ours(what)) for i, what in zip(
                       self.indexings, ("every token of row 0", "the CLS of every row"))],
        ]


def _both(*calls: Call) -> Grid:
    """One line a call, for calls whose inputs all look alike."""
    rows = []
    for call in calls:
        arg = call.inputs[0]
        shapes = [Message.of("{s}", s=array) for array in
                  (arg.passed, arg.received or arg.passed, call.returned[0].array)]
        rows.append((Message.of("{source}", source=call.source), *shapes))
    return Grid(("call", "passed", "received", "returned"), tuple(rows))


def _ours(value: object) -> Any:
    return Message.of("{v}", v=value if not isinstance(value, str) else _Plain(value))


class _Plain:
    """Text of ours in a message: no user text, no shape."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __str__(self) -> str:
        return self._text


def _placeless(call: Call) -> Call:
    """The example's own path is of no use to the reader."""
    return dataclasses.replace(call, location=Location())


def _hush(keras: Any) -> None:
    """Warnings and progress bars: the screen says it all, in order."""
    import logging

    logging.getLogger("tensorflow").setLevel(logging.ERROR)
    silence = getattr(keras.utils, "disable_interactive_logging", None)
    if silence is not None:
        silence()


__all__: Sequence[str] = ["Story", "run"]
