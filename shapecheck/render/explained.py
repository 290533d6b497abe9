"""The screen of `shapecheck explain`: what happened, why, what to do, in this order."""
from __future__ import annotations

from typing import List, Sequence

from shapecheck.facts import Evidence, Finding, Location, Message, Report
from shapecheck.render.blocks import Block, Gap, Line, Verdict, line
from shapecheck.render.full import Source, underlined


def explained_blocks(report: Report, source: "Source | None" = None, short: bool = False,
                     ) -> List[Block]:
    """source: gives the lines of a file, where the error was looked up in one. short: the
    finding alone, or that there is none."""
    result: List[Block] = []
    if short and report.findings:
        return [Verdict(finding) for finding in report.findings]
    for finding in report.findings:
        result += _one(finding, source)
    if result and report.notes:
        result.append(Gap())
    for note in report.notes:
        style = "dim" if report.findings else "title" if note is report.notes[0] else ""
        result.append(line("{note}" if not report.findings else "note: {note}", style=style,
                           note=_whole(note)))
    return result


def _whole(text: str) -> Message:
    return Message.read(text)


def _one(finding: Finding, source: "Source | None") -> List[Block]:
    result: List[Block] = [
        line("{code} {slug}", style="bad", code=Message.of(finding.code),
             slug=Message.of(finding.slug)),
        Line(finding.what, 2, "title"), Line(finding.why, 2)]
    result += [Line(e.text, 2, "dim") for e in finding.evidence if e.kind == "reading"]
    result += _place(finding, source)
    result += [Gap(), *_todo([e for e in finding.evidence if e.kind in ("remedy", "code")])]
    result += [Gap(), line("more: shapecheck rule {code}", style="dim",
                           code=Message.of(finding.code))]
    return result


def _place(finding: Finding, source: "Source | None") -> List[Block]:
    written = source(finding.location) if source is not None else ()
    where = finding.location
    if written and where.line is not None and 1 <= where.line <= len(written):
        return [Gap(), line("your line  {where}", 2, where=str(where)),
                *_excerpt(where, finding.part, written)]
    for evidence in finding.evidence:
        if evidence.kind == "line":
            return [Gap(), line("your line  {text}", 2, text=evidence.text)]
    return []


def _excerpt(where: Location, part: "Location | None", written: Sequence[str]) -> List[Block]:
    marked = part if part is not None and part.line is not None else where
    assert marked.line is not None
    text = written[marked.line - 1].rstrip("\r\n")
    start = (marked.column or 1) - 1
    whole = not marked.end_column or marked.end_line != marked.line
    end = len(text) if whole else (marked.end_column or 1) - 1
    drawn, marks = underlined(text, start, end)
    return [line("{text}", 6, "code", text=_whole(drawn)), line("{text}", 6, text=_whole(marks))]


def _todo(evidence: Sequence[Evidence]) -> List[Block]:
    result: List[Block] = [line("what to do", 2)]
    number = 0
    for each in evidence:
        if each.kind == "remedy":
            number += 1
            result.append(line("{n}. {text}", 2, n=Message.of(str(number)), text=each.text))
        else:
            result.append(Line(each.text, 9, "good"))
    return result


__all__ = ["explained_blocks"]
