"""`shapecheck`: exit 0 clean, 1 findings, 2 usage or internal error."""
from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING, Any, List, Optional, Sequence

# Anything else is imported where it is needed: `shapecheck lint` runs on each commit and save.
if TYPE_CHECKING:
    from shapecheck.cli.output import Screen
    from shapecheck.facts.report import Report

VERSION = "0.1.0"
#: command -> its module in this package, imported when the command is the one
COMMANDS = {"model-inputs": "model_inputs", "consistency": "consistency", "lint": "lint",
            "explain": "explain", "rule": "rule", "run": "run", "diff": "diff"}


def main(argv: Optional[Sequence[str]] = None) -> Any:
    """Run one command; returns the exit status: of `run` what the program gave to `sys.exit`."""
    if argv is not None or sys.argv[1:2] != ["lint"]:
        return _main(list(sys.argv[1:] if argv is None else argv))
    # This process is ours alone. Nearly all that lint makes has no cycles, and the process ends
    # with it: looking for some would take a sixth of the time of one file.
    gc.set_threshold(100_000, 20, 100)
    status = _main(sys.argv[1:])
    gc.disable()
    gc.freeze()
    return status


def _main(arguments: List[str]) -> Any:
    from shapecheck.cli.clash import other_shapecheck
    from shapecheck.facts.errors import UserError

    clash = other_shapecheck(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    if clash:
        print(f"shapecheck: {clash}", file=sys.stderr)
    options: Any = _plain(arguments)
    if options is None:
        from shapecheck.cli.parser import parser_for

        named = next((word for word in arguments if not word.startswith("-")), "")
        try:
            options = parser_for(named, COMMANDS, VERSION).parse_args(arguments)
        except SystemExit as stop:  # argparse has told why
            return int(stop.code or 0)
        if getattr(options, "command", None) is None:
            parser_for("", COMMANDS, VERSION).print_help()
            return 2
    try:
        return _run(options)
    except UserError as error:
        return _failed(str(error), options)
    except MemoryError:
        return _failed("needs more memory than there is", options)
    except KeyboardInterrupt:
        print("shapecheck: interrupted", file=sys.stderr)
        return 130
    except Exception as error:
        return _failed(f"internal error: {type(error).__name__}: {error} "
                       "(--traceback shows where; please report it)", options)


def _plain(arguments: Sequence[str]) -> Optional[Any]:
    """`lint PATH ...` without any option, which needs no argparse (7 ms); None for the rest."""
    if arguments[:1] != ["lint"] or any(word.startswith("-") for word in arguments):
        return None
    from types import SimpleNamespace

    from shapecheck.cli import lint

    return SimpleNamespace(**lint.DEFAULTS, paths=list(arguments[1:]), command=lint.run)


def _run(options: Any) -> Any:
    from shapecheck.cli.output import Screen, write

    screen: Any = options.command(options)
    if not isinstance(screen, Screen):
        return screen  # `run`: the program's own
    write(screen, options)
    sys.stderr.write(screen.aside)
    for problem in screen.problems:
        print(f"shapecheck: {problem}", file=sys.stderr)
    return 2 if screen.broken else _status(screen, options)


def _status(screen: Screen, options: Any) -> int:
    if screen.status is not None:
        return screen.status
    if screen.demonstration and options.fail_on is None:
        return 0  # the findings are the example's, not the user's
    return int(fails(screen.report, options.fail_on or "warning"))


def fails(report: "Report", limit: str) -> bool:
    """Is there a finding of that severity or above?"""
    from shapecheck.facts.finding import SEVERITIES

    worst = report.worst()
    if limit == "never":
        return False
    if worst is None:  # a call that raised is not clean, whether or not a rule explains it
        return any(call.raised is not None for call in report.calls)
    return SEVERITIES.index(worst) >= SEVERITIES.index(limit)


def _failed(message: str, options: Any) -> int:
    if options.traceback:
        import traceback

        traceback.print_exc()
    from shapecheck.facts.message import clean

    print(f"shapecheck: {clean(message, 600)}", file=sys.stderr)
    return 2
