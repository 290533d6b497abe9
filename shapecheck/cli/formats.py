"""The formats of lint that other programs read: JSON, and what CI services show."""
from __future__ import annotations

import os
from typing import Any, Callable, Dict, List

NAMES = ("json", "sarif", "github", "gitlab", "junit")


def texts(total: Any, sources: Any, options: Any, seconds: float) -> Dict[str, Callable[[], str]]:
    """Each format of a `Total`, made when it is asked for."""
    def findings() -> List[Any]:
        from shapecheck.source.fingerprints import fingerprinted

        return fingerprinted(total.findings, sources.document)

    def run() -> Any:
        from shapecheck.render.files import Files, Run
        from shapecheck.source.project import Projects

        base = Projects().repository(os.curdir) or os.getcwd()
        return Run(findings(), Files(sources.data, base), total.read, total.problems,
                   () if options.quiet else total.notes, total.about, seconds)

    def as_json() -> str:
        from shapecheck.facts import Report

        return Report(tuple(findings()),
                      notes=tuple(total.notes + total.problems)).to_json() + "\n"

    def sarif() -> str:
        from shapecheck.cli.main import VERSION
        from shapecheck.render.sarif import sarif as render

        return render(run(), VERSION)

    def github() -> str:
        from shapecheck.render.github import github as render

        return render(run())

    def gitlab() -> str:
        from shapecheck.render.gitlab import gitlab as render

        return render(run())

    def junit() -> str:
        from shapecheck.render.junit import junit as render

        return render(run())

    return dict(zip(NAMES, (as_json, sarif, github, gitlab, junit)))
