"""`--fix` and `--diff`: what is mended, and what is then shown."""
from __future__ import annotations

import sys
from typing import Any, Callable, Optional

from shapecheck.cli.output import Screen
from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.linting.fixing import Fixer

Make = Callable[[Optional[bytes], str], Screen]


def fixer_of(options: Any) -> Fixer:
    if options.diff and options.format is not None:
        raise UserError("--diff is a form of its own: leave --format out")
    return Fixer(options.unsafe_fixes, write=not options.diff)


def fixed(total: Any, fixer: Fixer, options: Any, stdin: Optional[bytes], make: Make) -> Screen:
    """The screen, which `make` draws for what standard input is now and what was done."""
    total.notes += fixer.notes
    if options.diff:
        return _diff(total, fixer, options, make(stdin, ""))
    piped = next((file.after for file in fixer.changed if file.piped), stdin)
    screen = make(piped, fixer.said("Fixed"))
    screen.problems = [*screen.problems, *fixer.problems]
    screen.broken = screen.broken or bool(fixer.problems)
    if piped is not None:  # mended, to standard output, as other filters do it
        screen.raw, screen.aside = piped, "".join(screen.texts["concise"]())
    return screen


def _diff(total: Any, fixer: Fixer, options: Any, screen: Screen) -> Screen:
    from shapecheck.render.diff import diff

    terminal = options.output_file is None and sys.stdout.isatty()
    screen.raw = b"".join(diff(file.path, file.before, file.after, terminal)
                          for file in fixer.changed)
    if not options.quiet:
        notes = "".join(f"note: {clean(note)}\n" for note in total.notes)
        screen.aside = notes + (fixer.said("Would fix") or "Nothing to fix\n")
    screen.status = int(bool(fixer.changed))
    screen.broken = total.internal or bool(total.problems)
    return screen
