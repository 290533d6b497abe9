"""The options of every command; argparse is only imported where there are any."""
from __future__ import annotations

import argparse
import os
from importlib import import_module
from typing import Any, Callable, Mapping, Sequence

from shapecheck.cli.output import OF_LINT


class _Help(argparse.RawDescriptionHelpFormatter):
    """Knows its width without shutil, which argparse imports for each option: 2 ms."""

    def __init__(self, prog: str, **options: Any) -> None:
        try:
            columns = int(os.environ.get("COLUMNS") or os.get_terminal_size().columns)
        except (ValueError, OSError):
            columns = 80
        super().__init__(prog, **{"width": columns - 2, **options})


def parser_for(named: str, commands: Mapping[str, str], version: str) -> argparse.ArgumentParser:
    """Of the named command; of all of them where it is none."""
    parser = argparse.ArgumentParser(
        prog="shapecheck", formatter_class=_Help,
        description="strace for tensor shapes: what your Keras model declares, what you passed,\n"
        "what it received, what it returned")
    parser.add_argument("--version", action="version", version=f"shapecheck {version}")
    parser.add_argument("--traceback", action="store_true", help=argparse.SUPPRESS)
    # `prog` is given, or argparse formats one, which imports shutil and its archives: 3 ms
    group = parser.add_subparsers(title="commands", metavar="COMMAND", prog="shapecheck")
    for name in [named] if named in commands else commands:
        module = import_module(f"shapecheck.cli.{commands[name]}")
        sub = group.add_parser(name, help=module.HELP, description=module.HELP,
                                  parents=[_common(module)],
                                  formatter_class=_Help,
                                  epilog=module.EXAMPLES)
        module.add_arguments(sub)
        sub.set_defaults(command=module.run,
                         default_format=getattr(module, "DEFAULT_FORMAT", "rich"))
    return parser


_FORMATS = {
    "concise": "a line a finding", "full": "with the source line, the shapes and why",
    "rich": "for a terminal", "text": "plain", "json": "schema 1", "html": "a page",
    "svg": "the picture of a consistency check",
    "jsonl": "a line of JSON a file, as they come",
    "sarif": "2.1.0, for code scanning", "github": "annotations of GitHub Actions",
    "gitlab": "Code Quality", "junit": "XML, a test a finding",
    "markdown": "for a page of one's own",
}


def _one_of(formats: Sequence[str]) -> Callable[[str], str]:
    def known(name: str) -> str:
        if name in OF_LINT and name not in formats:
            raise argparse.ArgumentTypeError(
                f"{name}: a format of `shapecheck lint`; here it is one of {', '.join(formats)}")
        return name

    return known


def _common(module: Any) -> argparse.ArgumentParser:
    formats = getattr(module, "FORMATS", ("rich", "text", "json", "html", "svg"))
    common = argparse.ArgumentParser(add_help=False)
    group = common.add_argument_group("output")
    group.add_argument("--format", choices=formats, default=None, type=_one_of(formats),
                       help="; ".join(f"{name}: {_FORMATS[name]}" for name in formats)
                       + f" (default: {formats[0]})")
    group.add_argument("--output-file", metavar="FILE",
                       help="write the report there; .json, .html, .svg and .sarif "
                       "choose the format")
    group.add_argument("--fail-on", choices=("error", "warning", "never"), default=None,
                       help="findings that make the exit status 1 (default: warning)")
    group.add_argument("--color", choices=("auto", "always", "never"), default="auto")
    group.add_argument("-q", "--quiet", action="store_true", help="findings only")
    group.add_argument("-v", "--verbose", action="store_true",
                       help="show what TensorFlow prints, too")
    group.add_argument("--traceback", action="store_true", default=argparse.SUPPRESS,
                       help="show the traceback of an error")
    return common
