"""`shapecheck run`: the user's program or notebook, unchanged, with every Keras model watched."""
from __future__ import annotations

import argparse
import os
import sys
from typing import Any, Dict, List

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.facts.report import Report

NAME = "run"
HELP = "run a script, a module or a notebook of yours, unchanged, and watch its models"
EXAMPLES = """\
examples:
  shapecheck run train.py --epochs 3            as python train.py --epochs 3; the report at the end
  shapecheck run -m my_package.train            as python -m my_package.train
  shapecheck run train.ipynb --save out.ipynb   a copy is executed; the original stays as it is
  shapecheck run --output-file report.html --fail-on error train.py

Options of shapecheck's stand before the program; what follows it is the program's own. The report
goes to standard error, or to --output-file. The exit status is the program's: with --fail-on,
findings turn a 0 into 1.
"""
#: what a report needs to know, where no command line said it
DEFAULTS: Dict[str, Any] = {
    "format": None, "output_file": None, "fail_on": None, "color": "auto", "quiet": False,
    "verbose": False, "traceback": False, "default_format": "rich", "calls": False,
    "record": None}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("-m", dest="module", nargs=argparse.REMAINDER, metavar="MODULE",
                        help="run a module, as python -m does, with the arguments behind it")
    parser.add_argument("--calls", action="store_true",
                        help="every different call in full, not only a row for each")
    parser.add_argument("--record", metavar="FILE",
                        help="write down each different call as it is made, for `shapecheck diff`")
    parser.add_argument("--save", metavar="OUT.ipynb",
                        help="of a notebook: keep the executed copy, findings beside the cells")
    parser.add_argument("--timeout", type=float, metavar="SECONDS",
                        help="of a notebook: the longest that one cell may take")
    parser.add_argument("program", nargs=argparse.REMAINDER, metavar="PROGRAM ...",
                        help="a script, a notebook, a folder or zip file with a __main__.py")


def run(options: Any) -> Any:
    """The program's own exit status, as it gave it."""
    words: List[str] = list(options.program)
    if words[:1] == ["--"]:
        del words[0]
    if options.module is not None and not options.module:
        raise UserError("-m: expected the name of a module, as in `shapecheck run -m train`")
    if options.module is None and not words:
        raise UserError("nothing to run: expected a script, a notebook or -m MODULE, as in "
                        "`shapecheck run train.py --epochs 3`")
    if options.module is None and words[0].endswith(".ipynb"):
        return _notebook(words, options)
    for name, value in (("--save", options.save), ("--timeout", options.timeout)):
        if value is not None:
            raise UserError(f"{name} is for notebooks (.ipynb)")
    from shapecheck.integrations import program as programs

    command = words if options.module is None else ["-m", *options.module]
    by_itself = options.fail_on is None and _starts_by_itself()
    if options.module is None:
        program = programs.of_script(words[0])
    elif by_itself:  # its packages are imported once only
        programs.look_for(options.module[0])
    else:
        program = programs.of_module(options.module[0])
    if options.output_file is not None:  # the program may go to another folder
        options.output_file = os.path.abspath(options.output_file)
    if options.record is not None:
        from shapecheck.record import Writer

        options.record = os.path.abspath(options.record)
        Writer(options.record, _name(command))
    if by_itself:
        _replace_process(command, options)
    return _run_here(program, command, options)


def _starts_by_itself() -> bool:
    """Is the line installed that Python runs at its start? Then the program can be run by Python
    itself, and nothing in it is different; without it, it is run in this process."""
    return os.name == "posix" and not sys.flags.no_site and bool(sys.executable) and any(
        os.path.isfile(os.path.join(folder, "shapecheck_startup.pth"))
        for folder in sys.path if folder.endswith("-packages"))


def _replace_process(command: List[str], options: Any) -> None:
    """This process becomes `python PROGRAM ...`: the same id, terminal, streams and signals."""
    import json
    import subprocess

    from shapecheck.cli.startup import OPTIONS
    from shapecheck.integrations.process import FOLDER
    from shapecheck.integrations.streams import flush

    folder = _folder()
    kept = {name: getattr(options, name) for name in DEFAULTS}
    with open(os.path.join(folder, OPTIONS), "w", encoding="utf-8") as file:
        json.dump({**kept, "process": os.getpid(), "name": _name(command)}, file)
    flags: List[str] = subprocess._args_from_interpreter_flags()  # type: ignore[attr-defined]
    flush()
    os.execve(sys.executable, [sys.executable, *flags, *command],
              {**os.environ, FOLDER: folder})


def _run_here(program: Any, command: List[str], options: Any) -> Any:
    import json

    from shapecheck.cli.startup import OPTIONS
    from shapecheck.integrations import program as programs
    from shapecheck.integrations.process import Process

    folder = _folder()
    with open(os.path.join(folder, OPTIONS), "w", encoding="utf-8") as file:
        # for the processes that it starts
        json.dump({"process": os.getpid(), "record": options.record}, file)
    process = Process(lambda report: deliver(report, options, _name(command)), folder,
                      os.getpid(), options.record).begin()
    status, error = programs.run(program, command[2 if options.module is not None else 1:])
    if error is not None:
        process.interrupted = isinstance(error, KeyboardInterrupt)
        process.ended_by(error)
        programs.tell(error)
    process.status = status
    return status


def _folder() -> str:
    import tempfile

    return tempfile.mkdtemp(prefix="shapecheck-")


def _name(command: List[str]) -> str:
    return " ".join(command[:2]) if command[0] == "-m" else command[0]


def _notebook(words: List[str], options: Any) -> int:
    from shapecheck.integrations.notebooks import run_notebook

    if len(words) > 1:
        raise UserError(f"a notebook takes no arguments: {clean(' '.join(words[1:]), 60)}; options "
                        "of shapecheck's stand before it")
    done = run_notebook(words[0], save=options.save, timeout=options.timeout)
    fails = deliver(done.report, options, words[0])
    return done.status or int(fails)


def deliver(report: Report, options: Any, name: str) -> bool:
    """Write the report where the options say. Do its findings make a status of 0 a 1?"""
    from shapecheck.cli.main import fails
    from shapecheck.cli.output import Screen, write
    from shapecheck.integrations.streams import say
    from shapecheck.render.program import program_blocks

    blocks = None if options.calls else program_blocks(report, name)
    screen = Screen(report, blocks)
    if sys.stderr is None and options.output_file is None:  # closed
        return options.fail_on is not None and fails(report, options.fail_on)
    try:
        write(screen, options, sys.stderr)
    except UserError as error:
        say(f"shapecheck: {clean(error, 600)}")
        return options.fail_on is not None
    return options.fail_on is not None and fails(report, options.fail_on)
