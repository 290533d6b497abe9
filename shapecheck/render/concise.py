"""One line a finding, in the way people know from linters; and one line that sums up."""
from __future__ import annotations

from typing import List, Sequence

from shapecheck.facts import Finding, clean


def concise(findings: Sequence[Finding], unsafe: bool = False) -> str:
    """`train.ipynb:cell 7:3:14: SHP101 [*] what; why (fix: ...)`, a line each. unsafe: mark those
    as well that only --unsafe-fixes mends."""
    return "".join(f"{head(finding, unsafe)} {told(finding)}\n" for finding in findings)


def told(finding: Finding) -> str:
    """`what; why (fix: ...)`"""
    what, why, advice = finding.message.split("\n")
    return what + (f"; {why}" if why else "") + (f" ({advice})" if advice else "")


def head(finding: Finding, unsafe: bool = False) -> str:
    mark = " [*]" if finding.fixable(unsafe) else ""
    return f"{clean(finding.location)}: {finding.code}{mark}"


def summary(findings: Sequence[Finding], files: int, unread: int = 0, quiet: int = 0,
            known: int = 0) -> str:
    """`Found 2 findings in 1 of 40 files`. What was not read or parsed is counted apart.

    files: those that were read. unread: what could not be. quiet: findings that the files
    silence. known: findings that the baseline has.
    """
    told = [finding for finding in findings if finding.severity != "info"]
    places = {finding.location.path for finding in told}
    return summed(len(told), len(places), len(findings) - len(told), files, unread, quiet, known)


def summed(told: int, places: int, apart: int, files: int, unread: int = 0, quiet: int = 0,
           known: int = 0) -> str:
    """`summary` of `told` findings in `places` files and of `apart` cells that do not parse."""
    parts: List[str] = []
    if told:
        parts.append(f"Found {counted(told, 'finding')} in {places} of {counted(files, 'file')}")
    elif files or not unread:
        parts.append(f"No findings in {counted(files, 'file')}")
    if apart:
        parts.append(counted(apart, "syntax error"))
    if quiet:
        parts.append(f"{quiet} silenced")
    if known:
        parts.append(f"{known} in the baseline")
    if unread:
        parts.append(f"{unread} could not be read")
    return "; ".join(parts) + "\n"


def mendable(findings: Sequence[Finding], unsafe: bool = False) -> str:
    """`[*] 2 fixable with --fix (1 more with --unsafe-fixes)`, "" where none is."""
    marked = sum(finding.fixable(unsafe) for finding in findings)
    more = sum(finding.fixable(True) for finding in findings) - marked
    if not marked:
        return f"{more} fixable with --fix --unsafe-fixes\n" if more else ""
    return (f"[*] {marked} fixable with --fix{' --unsafe-fixes' if unsafe else ''}"
            + (f" ({more} more with --unsafe-fixes)" if more else "") + "\n")


def counted(number: int, word: str) -> str:
    return f"{number} {word}" + ("" if number == 1 else "s")
