"""`shapecheck rule`: what a code means, with versions and examples."""
from __future__ import annotations

from typing import Any, List, Sequence

from shapecheck.cli.output import Screen
from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean

NAME = "rule"
HELP = "what a code means: why it happens, what each version does, examples"
FORMATS = ("rich", "text", "json", "markdown")
EXAMPLES = """\
examples:
  shapecheck rule                   all of them, a line each
  shapecheck rule SHP101            one: why, versions, fix, examples
  shapecheck rule label-encoding    by its slug
  shapecheck rule SHP4              a family
"""


def add_arguments(parser: Any) -> None:
    parser.add_argument("code", nargs="?", metavar="CODE|SLUG",
                        help="SHP101, rank-1-input, or a family: SHP1")


def run(options: Any) -> Screen:
    from shapecheck.facts import Report
    from shapecheck.render.rule_page import page_blocks, table_blocks
    from shapecheck.rules import catalogue

    rules = [*catalogue(), *_own()]
    chosen = rules if options.code is None else _chosen(options.code, rules)
    single = len(chosen) == 1 and options.code is not None
    blocks = page_blocks(chosen[0]) if single else table_blocks(chosen)
    options.quiet = False  # the page is what was asked for

    def data() -> str:
        import json

        from shapecheck.render.rule_page import as_data

        return json.dumps({"schema": 1, "rules": [as_data(rule) for rule in chosen]},
                          indent=2) + "\n"

    def markdown() -> str:
        from shapecheck.render.rule_page import markdown as render

        return render(chosen)

    return Screen(Report(), blocks, texts={"json": data, "markdown": markdown}, status=0)


def _own() -> List[Any]:
    """What lint says of a file itself: no fact of a program, so no rule of the catalogue."""
    from shapecheck.linting.selection import UNREADABLE_CELL, UNUSED_SUPPRESSION
    from shapecheck.rules import Rule

    nothing: Any = {"versions": {}, "bad": (), "good": ()}
    return [
        Rule(*UNREADABLE_CELL, "a cell or file does not parse", "It is left out, and what it may "
             "have bound is unknown in the cells behind it; everything else is read.",
             "mend the syntax, or leave the file out with --exclude", **nothing, severity="info"),
        Rule(*UNUSED_SUPPRESSION, "a comment or tag that silences nothing",
             "It names findings that are not found there. It is told with --report-unused.",
             "remove it: --report-unused --fix does", **nothing, severity="warning")]


def _chosen(asked: str, rules: Sequence[Any]) -> List[Any]:
    """The rule of that code or slug, else those whose code begins so."""
    code, slug = asked.strip().upper(), asked.strip().lower()
    if code.isdigit():
        code = f"SHP{code}"
    one = [rule for rule in rules if code == rule.code or slug == rule.slug]
    if one:
        return one
    family = [rule for rule in rules if code.startswith("SHP") and rule.code.startswith(code)]
    if family:
        return family
    words = [rule for rule in rules if len(slug) > 3 and slug in rule.slug]
    if words:
        return words
    from shapecheck.source.configuration import nearest

    known = [name for rule in rules for name in (rule.code, rule.slug)]
    hint = nearest(code if code.startswith("SHP") else slug, known)
    raise UserError(f"no rule {clean(repr(asked), 60)}{hint}; shapecheck rule lists all")
