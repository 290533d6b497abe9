"""`shapecheck diff A B`: what changed between two recorded runs."""
from __future__ import annotations

import argparse
from typing import Any

from shapecheck.cli.output import Screen
from shapecheck.facts.report import Report

NAME = "diff"
HELP = "what changed between two recorded runs: which call differs first, and in what"
FORMATS = ("rich", "text", "json", "html")
EXAMPLES = """\
examples:
  shapecheck run --record yesterday.jsonl train.py
  shapecheck run --record today.jsonl train.py
  shapecheck diff yesterday.jsonl today.jsonl

Reports in JSON (--output-file report.json) are read as well. Exit status: 0 the same, 1 something
differs, 2 something went wrong. Other versions of TensorFlow alone are no difference.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("before", metavar="A", help="a record, or a report in JSON")
    parser.add_argument("after", metavar="B")
    parser.add_argument("--no-counts", dest="counts", action="store_false",
                        help="how often a call was made does not matter")


def run(options: Any) -> Screen:
    import json

    from shapecheck.difference import difference
    from shapecheck.record import read_record
    from shapecheck.render.difference import difference_blocks

    before, after = read_record(options.before), read_record(options.after)
    found = difference(before.report, after.report,
                       options.counts and before.whole and after.whole)
    blocks = difference_blocks(found, options.before, options.after)
    return Screen(Report(), blocks, sources=[options.before, options.after],
                  texts={"json": lambda: json.dumps(found.to_dict(), indent=2) + "\n"},
                  status=int(bool(found)))
