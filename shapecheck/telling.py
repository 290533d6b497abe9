"""Findings for those who want them through `logging` or `warnings`."""
from __future__ import annotations

from typing import Sequence

from shapecheck.facts import Finding, clean

#: the logger that people configure
LOGGER = "shapecheck"


class ShapeWarning(UserWarning):
    """A finding, with `style="warnings"`."""


def log(findings: Sequence[Finding]) -> None:
    """A record each: ERROR, WARNING or INFO; `record.finding` is the finding."""
    import logging

    logger = logging.getLogger(LOGGER)
    for finding in findings:
        level = getattr(logging, finding.severity.upper())
        logger.log(level, "%s", _line(finding), extra={"finding": finding})


def warn(findings: Sequence[Finding]) -> None:
    """A warning each, at the user's line. Filters that make errors of warnings do not reach the
    user's code through us: what they raise is kept from it."""
    import warnings

    for finding in findings:
        where = finding.location
        path = where.path if where.path and where.execution_count is None else str(where)
        try:
            warnings.warn_explicit(_line(finding, False), ShapeWarning, clean(path),
                                   where.line or 1)
        except ShapeWarning:
            log([finding])


def _line(finding: Finding, place: bool = True) -> str:
    where = f"{clean(finding.location)}: " if place and finding.location.path else ""
    return f"{where}{finding.code} {finding.slug}: " + "; ".join(
        part for part in finding.message.split("\n") if part)
