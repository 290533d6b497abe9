"""`shapecheck model-inputs`: the main job."""
from __future__ import annotations

import argparse
from typing import Any, List, Optional, Sequence, Tuple

from shapecheck.cli.output import Screen
from shapecheck.facts.errors import UserError
from shapecheck.facts.report import Report

NAME = "model-inputs"
HELP = "what a model declares, what is passed, what it receives, what it returns"
EXAMPLES = """\
examples:
  shapecheck model-inputs                                  the founding question, built in
  shapecheck model-inputs model.keras                      its inputs; TensorFlow is not imported
  shapecheck model-inputs train.py:model --inputs x.npy    run it on data
  shapecheck model-inputs model.keras --inputs x.npz --as "x[0]"     what if I passed this?
  shapecheck model-inputs bert_folder --text "one" "two" --output "last_hidden_state[:, 0]"
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("model", nargs="?", metavar="MODEL",
                        help=".keras or .h5 file, SavedModel or Hugging Face folder, MODULE:NAME "
                        "or FILE.py:NAME; none: the built-in example")
    parser.add_argument("--inputs", nargs="+", metavar="DATA", action="extend",
                        help=".npz .npy .csv .parquet .json .jsonl or FILE.py:NAME, each also as "
                        "INPUT=DATA")
    parser.add_argument("--text", nargs="+", metavar="TEXT", action="extend",
                        help="texts for the model's own tokenizer")
    parser.add_argument("--as", dest="as_expr", metavar="EXPR",
                        help='pass this slice of the data: "x[0]", "[x[0][0], x[1][0]]"')
    parser.add_argument("--output", metavar="EXPR",
                        help='select one output: "last_hidden_state[:, 0]", "out[0][0]"')
    parser.add_argument("--layers", action="store_true",
                        help="shapes in and out of every layer of one forward pass")
    parser.add_argument("--unsafe", action="store_true",
                        help="load model files that run code of their own (Lambda layers, custom "
                        "classes): only for files that you trust like a program")


def run(options: argparse.Namespace) -> Screen:
    if options.model is None:
        return _without_model(options)
    has_data = bool(options.inputs or options.text)
    if not has_data:
        for name, value in (("--as", options.as_expr), ("--output", options.output),
                            ("--layers", options.layers)):
            if value:
                raise UserError(f"{name} needs data to run the model on: add --inputs or --text")
        described = _static(options.model)
        if described is not None:
            return Screen(Report(model=described))
    if options.inputs and options.text:
        raise UserError("--inputs and --text are two ways to pass data: use one of them")
    from shapecheck.observe.quiet import quiet

    with quiet(options.verbose):
        report = _on_live_model(options) if has_data else _describe_live(options)
    return Screen(report, sources=read_files(options))


def _without_model(options: argparse.Namespace) -> Screen:
    if options.inputs or options.text or options.as_expr or options.output:
        raise UserError("no MODEL given: expected a .keras or .h5 file, a SavedModel or Hugging "
                        "Face folder, MODULE:NAME or FILE.py:NAME before the data")
    from shapecheck.cli import demo

    return demo.run(options)


def _static(model: str) -> Optional[Any]:
    """The interface read from the file alone; None where only loading the model can tell."""
    from shapecheck.read.model_files import describe_file
    from shapecheck.source.model_file import kind_of

    return None if kind_of(model) == "code" else describe_file(model)


def _describe_live(options: argparse.Namespace) -> Report:
    from shapecheck.observe.intake.loading import load_model
    from shapecheck.observe.models import environment
    from shapecheck.observe.running import describe

    loaded = load_model(options.model, unsafe=options.unsafe)
    return Report(model=describe(loaded.model, loaded.origin, loaded.notes),
                  environment=environment())


def _on_live_model(options: argparse.Namespace) -> Report:
    from shapecheck.observe.crashes import failure_of
    from shapecheck.observe.definitions import definitions_of
    from shapecheck.observe.intake.loading import load_model
    from shapecheck.observe.models import declaration_of, environment
    from shapecheck.observe.outputs import select
    from shapecheck.observe.running import call_text, predict
    from shapecheck.rules import judge

    loaded = load_model(options.model, unsafe=options.unsafe)
    declaration = declaration_of(loaded.model)
    bound = bound_data(options, loaded, declaration)
    source = call_text(loaded.expression,
                       [(a.name, a.expression) for a in bound.arguments], bound.structure)
    outcome = predict(loaded.model, bound.inputs, source, with_layers=options.layers)
    facts: List[Any] = [outcome.call, *definitions_of(loaded.model, outcome.call.location)]
    notes = list(loaded.notes) + list(bound.notes) + list(outcome.notes)
    indexings: Tuple[Any, ...] = ()
    if options.output:
        if outcome.error is not None:
            notes.append(f"--output: nothing was returned, predict raised "
                         f"{type(outcome.error).__name__}")
        else:
            indexing, _value = select(outcome.result, outcome.call, options.output)
            indexings = (indexing,)
            facts.append(indexing)
    findings = judge(facts)
    if outcome.error is not None and not findings:  # what no shape explains, its message may
        failure = failure_of(outcome.error, outcome.call, loaded.model)
        findings = judge([failure]) if failure is not None else []
    return Report(tuple(findings), (outcome.call,), environment(), indexings=indexings,
                  notes=tuple(notes))


def bound_data(options: argparse.Namespace, loaded: Any, declaration: Any) -> Any:
    """--inputs, --as and --text as what to hand to the model. Raises UserError."""
    from shapecheck.observe.intake.binding import bind
    from shapecheck.observe.intake.data import load_data
    from shapecheck.observe.intake.tokenizing import tokenize

    specs, structure = declaration.specs, declaration.structure
    if options.text:
        if options.as_expr:
            raise UserError("--as takes a slice of --inputs; with --text pass the texts you want")
        return tokenize(options.text, loaded.tokenizer_folder, specs)
    return bind(load_data(options.inputs), specs, structure, options.as_expr)


def read_files(options: argparse.Namespace) -> Tuple[str, ...]:
    """Files of the user's that the command reads."""
    if options.model is None:
        return ()
    names: Sequence[str] = [options.model, *(options.inputs or ())]
    return tuple(part for name in names for part in (name, name.rpartition("=")[2],
                                                     name.rpartition(":")[0]) if part)

