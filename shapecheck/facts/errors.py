"""Errors that are the user's to mend: one line, exit status 2, no traceback."""
from __future__ import annotations


class UserError(Exception):
    """What was found, what was expected and how to go on, in one line.

    The text may hold user text; renderers clean it before it reaches a screen.
    """


class MissingExtra(UserError):
    """A command needs packages that the light base install does not bring."""

    def __init__(self, what: str, package: str) -> None:
        super().__init__(f"{what} needs {package}, which is not installed: "
                         "pip install 'shapecheck-keras[keras]'")
