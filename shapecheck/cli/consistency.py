"""`shapecheck consistency`: single rows against batches."""
from __future__ import annotations

import argparse
import sys
import time
from typing import Any, Optional, Tuple

from shapecheck.cli.model_inputs import bound_data, read_files
from shapecheck.cli.output import Screen
from shapecheck.facts.errors import UserError
from shapecheck.facts.report import Report

NAME = "consistency"
HELP = "is a row's result the same alone and in a batch? verdict, cause and layer"
EXAMPLES = """\
examples:
  shapecheck consistency                                        the built-in example
  shapecheck consistency model.keras --inputs x.npz
  shapecheck consistency bert_folder --text "one" "two and more" --output "last_hidden_state[:, 0]"
  shapecheck consistency train.py:model --inputs train.py:x --all-rows --call call
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", nargs="?", metavar="MODEL",
                        help="as for model-inputs; none: the built-in example")
    parser.add_argument("--inputs", nargs="+", metavar="DATA", action="extend",
                        help="as for model-inputs: a batch of rows")
    parser.add_argument("--text", nargs="+", metavar="TEXT", action="extend",
                        help="texts for the model's own tokenizer")
    parser.add_argument("--as", dest="as_expr", metavar="EXPR", help="take this slice of the data")
    parser.add_argument("--output", metavar="EXPR",
                        help='what to compare: "last_hidden_state[:, 0]"; default: the CLS of a '
                        "text model, every output of another")
    parser.add_argument("--call", choices=("predict", "call", "function", "xla"),
                        default="predict", help="how you call the model (default: predict)")
    parser.add_argument("--rows", type=int, default=8, metavar="N",
                        help="rows to test: first, last, shortest, longest, random (default: 8)")
    parser.add_argument("--all-rows", action="store_true", help="every row, alone and in batches")
    parser.add_argument("--seed", type=int, default=0, help="of the random rows (default: 0)")
    parser.add_argument("--unsafe", action="store_true",
                        help="load model files that run code of their own")


def run(options: argparse.Namespace) -> Screen:
    if options.rows < 1:
        raise UserError(f"--rows is {options.rows}: expected at least 1")
    if options.model is None and (options.inputs or options.text):
        raise UserError("no MODEL given: expected it before the data")
    if options.model is not None and not (options.inputs or options.text):
        raise UserError("no data given: add --inputs DATA or --text TEXT, a batch of rows")
    if options.inputs and options.text:
        raise UserError("--inputs and --text are two ways to pass data: use one of them")
    from shapecheck.observe.quiet import quiet

    with quiet(options.verbose):
        report = _report(options)
    return Screen(report, demonstration=options.model is None, sources=read_files(options))


def _report(options: argparse.Namespace) -> Report:
    from shapecheck.api import consistency_report
    from shapecheck.consistency.comparing import Check  # noqa: F401 - needs NumPy: say so early
    from shapecheck.observe.models import declaration_of
    from shapecheck.observe.running import call_text

    model, inputs, source, notes = _given(options, declaration_of, call_text)
    return consistency_report(model, inputs, source, options.output, call=options.call,
                              rows=options.rows, all_rows=options.all_rows, seed=options.seed,
                              progress=_Progress(), notes=notes)


def _given(options: argparse.Namespace, declaration_of: Any,
           call_text: Any) -> Tuple[Any, Any, str, Tuple[str, ...]]:
    if options.model is None:
        from shapecheck.cli.demo import example

        program = example()
        data_x = program["data"]()
        return (program["build"](), [data_x[0], data_x[1]],
                "model.predict([data_x[0], data_x[1]])", ("the built-in example",))
    from shapecheck.observe.intake.loading import load_model

    loaded = load_model(options.model, unsafe=options.unsafe)
    bound = bound_data(options, loaded, declaration_of(loaded.model))
    source = call_text(loaded.expression,
                       [(a.name, a.expression) for a in bound.arguments], bound.structure)
    return loaded.model, bound.inputs, source, (*loaded.notes, *bound.notes)


class _Progress:
    """A line on the terminal for what takes longer than two seconds."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._shown: Optional[float] = None

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        stream = sys.__stderr__
        if stream is None or not sys.stdout.isatty() or now - self._started < 2:
            return
        if self._shown is None or now - self._shown > 0.2 or done == total:
            self._shown = now
            end = "\n" if done == total else ""
            sys.stdout.write(f"\r  {done} of {total} rows{end}")
            sys.stdout.flush()
