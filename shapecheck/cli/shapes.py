"""`shapecheck lint --show-shapes`: what each assignment holds, beside the code that made it."""
from __future__ import annotations

import sys
from typing import Any, List

from shapecheck.cli.output import Screen
from shapecheck.facts.errors import UserError

FORMATS = ("concise", "text", "json")


def shapes(options: Any) -> Screen:
    if options.format not in (None, *FORMATS):
        raise UserError(f"--show-shapes has no format {options.format}: it is concise or json")
    from shapecheck.facts import Report
    from shapecheck.linting.outcome import Total
    from shapecheck.linting.paths import files
    from shapecheck.linting.session import infer_shapes
    from shapecheck.source.configuration import Configurations
    from shapecheck.source.discovery import reason
    from shapecheck.source.documents import load

    total, found = Total(), []
    if options.files_from is not None:
        from shapecheck.cli.stream import names

        options.paths = list(names(options.files_from, options.null))
    paths = options.paths or ([] if options.files_from is not None else ["."])
    read = files([path for path in paths if path != "-"], total, Configurations(),
                 options.exclude, options.force_exclude)
    for path in (*(["-"] if "-" in paths else ()), *read):
        name = options.stdin_filename if path == "-" else path
        try:
            data = sys.stdin.buffer.read() if path == "-" else load(path)
            found.append(infer_shapes(data, path=name))
        except UserError as error:
            total.problems.append(str(error))
        except OSError as error:
            from shapecheck.facts import clean

            total.problems.append(f"{clean(path)}: {reason(error)}")

    def concise() -> str:
        from shapecheck.render.shapes import listed, summary

        lists = [text for text in (listed(each, options.verbose) for each in found) if text]
        end = "" if options.quiet or not found else summary(found, options.verbose)
        return "\n".join([*lists, *([end] if end else [])])

    def as_json() -> str:
        import json

        return json.dumps({"schema": 1, "files": [each.to_dict() for each in found],
                           "notes": total.notes + total.problems}, indent=2) + "\n"

    notes: List[str] = [*total.notes, *(note for each in found for note in each.notes)]
    if not found and not total.problems:
        notes.append("no .py file or notebook found here")
    return Screen(Report(notes=tuple(notes)),
                  texts={"concise": concise, "text": concise, "json": as_json},
                  problems=[*([] if options.quiet else (f"note: {note}" for note in notes)),
                            *total.problems],
                  broken=bool(total.problems), sources=list(paths))
