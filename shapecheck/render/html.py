"""A report as one self-contained HTML file: no script, no network, safe against any text in it."""
from __future__ import annotations

from html import escape
from typing import List, Sequence

from shapecheck.facts import Finding, Message, Report, clean
from shapecheck.render.blocks import Block, Gap, Grid, Line, Verdict, screen
from shapecheck.render.svg import consistency_svg

_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.45 system-ui, sans-serif; margin: 1.5rem auto; max-width: 72rem;
  padding: 0 1rem; }
table { border-collapse: collapse; margin: .4rem 0 .8rem; display: block; overflow-x: auto; }
th, td { text-align: left; padding: .15rem .9rem .15rem 0; white-space: pre;
  font-family: ui-monospace, monospace; font-size: .9em; vertical-align: top; }
th { opacity: .7; font-weight: 400; }
p { margin: .2rem 0; } .title { font-weight: 700; font-size: 1.15em; }
.code, .user, .shape { font-family: ui-monospace, monospace; }
.code { font-weight: 600; } .dim { opacity: .7; }
.good { color: #146c2e; } .bad { color: #b3261e; }
article { border-left: 4px solid #b3261e; padding: .3rem 0 .3rem .9rem; margin: .8rem 0; }
article.warning { border-color: #9a6700; } article.info { border-color: #0b57d0; }
svg { max-width: 100%; height: auto; }
@media (prefers-color-scheme: dark) { .good { color: #6dd58c; } .bad { color: #f2b8b5; } }
"""
_SCOPED = """
.shapecheck { font: 14px/1.45 system-ui, sans-serif; margin: .4rem 0; }
.shapecheck table { border-collapse: collapse; margin: .2rem 0 .6rem; }
.shapecheck th, .shapecheck td { text-align: left; padding: .1rem .9rem .1rem 0;
  font-family: ui-monospace, monospace; font-size: .92em; background: none; border: 0;
  white-space: pre; }
.shapecheck th { opacity: .7; font-weight: 400; } .shapecheck p { margin: .15rem 0; }
.shapecheck .code, .shapecheck .user, .shapecheck .shape { font-family: ui-monospace, monospace; }
.shapecheck .dim { opacity: .7; } .shapecheck .title { font-weight: 600; }
.shapecheck article { border-left: 4px solid #b3261e; padding: .2rem 0 .2rem .8rem;
  margin: .4rem 0; }
.shapecheck article.warning { border-color: #9a6700; }
"""


def html_of(report: Report) -> str:
    """The whole page. A restrictive policy is part of it: nothing in it can load or run."""
    return page(screen(report), report)


def page(blocks: Sequence[Block], report: Report) -> str:
    picture = "" if report.consistency is None else consistency_svg(report.consistency)
    return ('<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            '<meta http-equiv="Content-Security-Policy" '
            "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
            f"<title>shapecheck</title><style>{_STYLE}</style></head><body><main>\n"
            + "\n".join(_block(b) for b in blocks) + picture + "\n</main></body></html>\n")


def fragment(blocks: Sequence[Block]) -> str:
    """For a notebook: the same blocks, styled in place, nothing that reaches outside of it."""
    inner = "\n".join(_block(block) for block in blocks)
    return f'<div class="shapecheck"><style>{_SCOPED}</style>\n{inner}\n</div>'


def _block(block: Block) -> str:
    if isinstance(block, Gap):
        return ""
    if isinstance(block, Line):
        indent = f' style="margin-left:{block.indent / 2}rem"' if block.indent else ""
        return f'<p class="{block.style}"{indent}>{_message(block.text)}</p>'
    if isinstance(block, Grid):
        return _grid(block)
    return _finding(block.finding) if isinstance(block, Verdict) else ""


def _grid(grid: Grid) -> str:
    head = "".join(f'<th scope="col">{escape(h)}</th>' for h in grid.head)
    rows: List[str] = []
    for row in grid.rows:
        rows.append("<tr>" + "".join(f"<td>{_message(cell)}</td>" for cell in row) + "</tr>")
    return f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"


def _finding(finding: Finding) -> str:
    where = f'<span class="dim">{escape(clean(finding.location))}</span> ' \
        if finding.location.path else ""
    lines = "".join(f"<p>{_message(m)}</p>" for m in (finding.why, finding.advice))
    return (f'<article class="{escape(finding.severity)}"><p>{where}<strong>'
            f"{escape(finding.code)} {escape(finding.slug)}</strong></p>"
            f'<p class="title">{_message(finding.what)}</p>{lines}</article>')


def _message(message: Message) -> str:
    return "".join(escape(p.text) if p.kind == "ours"
                   else f'<span class="{p.kind}">{escape(p.text)}</span>' for p in message.parts)
