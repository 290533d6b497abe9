"""`shapecheck`: exit 0 clean, 1 findings, 2 usage or internal error."""
from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from typing import Any, List, Optional, Sequence

from shapecheck.cli.clash import other_shapecheck
from shapecheck.cli.output import Screen, write
from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean

VERSION = "0.1.0"
#: command -> its module in this package, imported when the command is the one
COMMANDS = {"model-inputs": "model_inputs", "consistency": "consistency", "lint": "lint"}


def main(argv: Optional[Sequence[str]] = None) -> int:
    """Run one command; returns the exit status."""
    arguments: List[str] = list(sys.argv[1:] if argv is None else argv)
    clash = other_shapecheck(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if clash:
        print(f"shapecheck: {clash}", file=sys.stderr)
    named = next((word for word in arguments if not word.startswith("-")), "")
    try:
        options = _parser(named).parse_args(arguments)
    except SystemExit as stop:  # argparse has told why
        return int(stop.code or 0)
    if getattr(options, "command", None) is None:
        _parser("").print_help()
        return 2
    try:
        return _run(options)
    except UserError as error:
        return _failed(str(error), options)
    except KeyboardInterrupt:
        print("shapecheck: interrupted", file=sys.stderr)
        return 130
    except Exception as error:
        return _failed(f"internal error: {type(error).__name__}: {error} "
                       "(--traceback shows where; please report it)", options)


def _run(options: argparse.Namespace) -> int:
    screen: Screen = options.command(options)
    write(screen, options)
    for problem in screen.problems:
        print(f"shapecheck: {problem}", file=sys.stderr)
    return 2 if screen.broken else _status(screen, options)


def _status(screen: Screen, options: argparse.Namespace) -> int:
    if screen.demonstration and options.fail_on is None:
        return 0  # the findings are the example's, not the user's
    from shapecheck.facts.finding import SEVERITIES

    limit = options.fail_on or "warning"
    worst = screen.report.worst()
    if limit == "never":
        return 0
    if worst is None:  # a call that raised is not clean, whether or not a rule explains it
        return int(any(call.raised is not None for call in screen.report.calls))
    return int(SEVERITIES.index(worst) >= SEVERITIES.index(limit))


def _failed(message: str, options: argparse.Namespace) -> int:
    if options.traceback:
        import traceback

        traceback.print_exc()
    print(f"shapecheck: {clean(message, 600)}", file=sys.stderr)
    return 2


def _parser(named: str) -> argparse.ArgumentParser:
    """Of the named command; of all of them where it is none."""
    parser = argparse.ArgumentParser(
        prog="shapecheck", description="strace for tensor shapes: what your Keras model declares, "
        "what you passed, what it received, what it returned")
    parser.add_argument("--version", action="version", version=f"shapecheck {VERSION}")
    parser.add_argument("--traceback", action="store_true", help=argparse.SUPPRESS)
    # `prog` is given, or argparse formats one, which imports shutil and its archives: 3 ms
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", prog="shapecheck")
    for name in [named] if named in COMMANDS else COMMANDS:
        module = import_module(f"shapecheck.cli.{COMMANDS[name]}")
        sub = commands.add_parser(name, help=module.HELP, description=module.HELP,
                                  parents=[_common(module)],
                                  formatter_class=argparse.RawDescriptionHelpFormatter,
                                  epilog=module.EXAMPLES)
        module.add_arguments(sub)
        sub.set_defaults(command=module.run,
                         default_format=getattr(module, "DEFAULT_FORMAT", "rich"))
    return parser


_FORMATS = {
    "concise": "a line a finding", "full": "with the source line, the shapes and why",
    "rich": "for a terminal", "text": "plain", "json": "schema 1", "html": "a page",
    "svg": "the picture of a consistency check",
}


def _common(module: Any) -> argparse.ArgumentParser:
    formats = getattr(module, "FORMATS", ("rich", "text", "json", "html", "svg"))
    common = argparse.ArgumentParser(add_help=False)
    group = common.add_argument_group("output")
    group.add_argument("--format", choices=formats, default=None,
                       help="; ".join(f"{name}: {_FORMATS[name]}" for name in formats)
                       + f" (default: {formats[0]})")
    group.add_argument("--output-file", metavar="FILE",
                       help="write the report there; .json, .html and .svg choose the format")
    group.add_argument("--fail-on", choices=("error", "warning", "never"), default=None,
                       help="findings that make the exit status 1 (default: warning)")
    group.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    group.add_argument("-q", "--quiet", action="store_true", help="findings only")
    group.add_argument("-v", "--verbose", action="store_true",
                       help="show what TensorFlow prints, too")
    group.add_argument("--traceback", action="store_true", default=argparse.SUPPRESS,
                       help="show the traceback of an error")
    return common
