"""A rule as a page: what it is, why it happens, what each version does, examples."""
from __future__ import annotations

import re
from typing import Any, Dict, List, Sequence, Tuple

from shapecheck.facts.message import Message
from shapecheck.render.blocks import Block, Gap, Grid, Line, line
from shapecheck.rules import Rule
from shapecheck.rules.bench import NAMES

_FAMILIES = (("SHP1", "inputs"), ("SHP2", "outputs"), ("SHP3", "consistency"),
             ("SHP4", "labels and losses"), ("SHP5", "pipelines"), ("SHP6", "definitions"))
_ONLY = {"keras2": "Keras 2", "keras3": "Keras 3"}


def table_blocks(rules: Sequence[Rule]) -> List[Block]:
    """All of them, by family: code, slug, one line each."""
    result: List[Block] = []
    for family, name in (*_FAMILIES, ("", "more")):
        members = [rule for rule in rules if rule.code.startswith(family)] if family else [
            rule for rule in rules if not rule.code.startswith(tuple(f for f, _n in _FAMILIES))]
        if not members:
            continue
        result += [Gap()] if result else []
        result.append(line("{name}", style="title", name=Message.of(name)))
        result.append(Grid(("code", "slug", "what is wrong"), tuple(
            (_ours(rule.code), _ours(rule.slug), _ours(rule.summary)) for rule in members)))
    return [*result, Gap(), line("shapecheck rule CODE shows one of them, with examples",
                                 style="dim")]


def page_blocks(rule: Rule) -> List[Block]:
    result: List[Block] = [
        line("{code} {slug}", style="title", code=_ours(rule.code), slug=_ours(rule.slug)),
        line("{summary}", 2, summary=_ours(rule.summary)), Gap(),
        line("{text}", 2, text=_ours(rule.explanation)), Gap(),
        line("fix: {advice}", 2, "good", advice=_ours(rule.advice))]
    if rule.versions:
        result += [Gap(), line("what each version does, as measured", 2, "dim"),
                   Grid(("version", "what it does"), tuple(
                       (_ours(_version(condition)), _ours(behaviour))
                       for condition, behaviour in rule.versions.items()), 4)]
    result += _examples(rule)
    used = names_used(rule)
    if used:
        result += [Gap(), line("the names in the examples", 2, "dim")]
        result.append(Grid(("name", "what it is"), tuple(
            (_ours(name), _ours(what)) for name, what in used), 4))
    return [*result, Gap(), line("{seen}", 2, "dim", seen=_ours(_seen(rule)))]


def _examples(rule: Rule) -> List[Block]:
    result: List[Block] = []
    if rule.bad:
        mended = ", and the same mended" if any(bad.fixed for bad in rule.bad) else ""
        result += [Gap(), line("bad{mended}", 2, "bad", mended=_ours(mended))]
    for number, bad in enumerate(rule.bad):
        only = f"    # {_ONLY.get(bad.only, bad.only)} only" if bad.only else ""
        lines = _lines(bad.setup, bad.code)
        result += [Gap()] if number and len(lines) > 1 else []
        result += _code(lines, only)
        if bad.fixed:
            result.append(line("-> {text}", 6, "good", text=_ours(_lines("", bad.fixed)[-1])))
    if rule.good:
        result += [Gap(), line("good, though it looks alike", 2, "good")]
    for number, good in enumerate(rule.good):
        lines = _lines(good.setup, good.code)
        result += [Gap()] if number and len(lines) > 1 else []
        result += _code(lines, "")
    return result


def _lines(setup: str, code: str) -> List[str]:
    whole = f"{setup.strip()}\n{code}".strip().split("\n")
    return [text.rstrip() for text in whole if text.strip()]


def _code(lines: List[str], behind: str) -> List[Block]:
    return [Line(_ours(text + (behind if i == 0 else "")), 6, "code")
            for i, text in enumerate(lines)]


def _ours(text: str) -> Message:
    return Message.of(text.replace("{", "{{").replace("}", "}}"))


def _version(condition: str) -> str:
    """`keras>=2.7,<3` -> `Keras 2.7 to 3`, as one says it."""
    if condition == "all":
        return "all versions"
    between = re.fullmatch(r"keras>=([\d.]+),<([\d.]+)", condition)
    if between:
        return f"Keras {between.group(1)} to before {between.group(2)}"
    alone = re.fullmatch(r"keras(<|>=)([\d.]+)", condition)
    if alone is None:
        return condition
    return f"Keras before {alone.group(2)}" if alone.group(1) == "<" else \
        f"Keras {alone.group(2)} and later"


def names_used(rule: Rule) -> List[Tuple[str, str]]:
    """The names of the bench that the examples use, with what they are."""
    examples: Tuple[Any, ...] = (*rule.bad, *rule.good)
    text = "\n".join(f"{each.setup}\n{each.code}" for each in examples)
    return [(name, what) for name, what in NAMES.items()
            if re.search(rf"(?<![\w.'\"]){name}(?![\w'\"=]|\s*=[^=])", text)]


def _seen(rule: Rule) -> str:
    words = f"severity: {rule.severity}"
    if rule.reader_blind:
        words += f"; lint does not see it ({rule.reader_blind})"
    if rule.watcher_blind:
        words += f"; watch does not see it ({rule.watcher_blind})"
    return words


def as_data(rule: Rule) -> Dict[str, Any]:
    return {
        "code": rule.code, "slug": rule.slug, "severity": rule.severity, "summary": rule.summary,
        "explanation": rule.explanation, "advice": rule.advice,
        "versions": [{"versions": v, "behaviour": b} for v, b in rule.versions.items()],
        "bad": [{"setup": bad.setup, "code": bad.code, "fixed": bad.fixed, "only": bad.only}
                for bad in rule.bad],
        "good": [{"setup": good.setup, "code": good.code} for good in rule.good],
        "names": [{"name": name, "what": what} for name, what in names_used(rule)],
    }


def markdown(rules: Sequence[Rule]) -> str:
    """A table of several rules, the page of a single one."""
    if len(rules) != 1:
        rows = [f"| {rule.code} | {rule.slug} | {rule.summary.replace('|', chr(92) + '|')} |"
                for rule in rules]
        return "\n".join(["| code | slug | what is wrong |", "|---|---|---|", *rows]) + "\n"
    rule = rules[0]
    parts = [f"# {rule.code} {rule.slug}", rule.summary, rule.explanation,
             f"**Fix:** {rule.advice}"]
    if rule.versions:
        parts += ["## What each version does, as measured",
                  "\n".join(f"- {_version(v)}: {b}" for v, b in rule.versions.items())]
    groups: Tuple[Tuple[str, Sequence[Any]], ...] = (
        ("Bad", rule.bad), ("Good, though it looks alike", rule.good))
    for title, examples in groups:
        if examples:
            parts.append(f"## {title}")
        for each in examples:
            parts.append("```python\n" + "\n".join(_lines(each.setup, each.code)) + "\n```")
            if getattr(each, "fixed", ""):
                parts.append(f"mended:\n\n```python\n{each.fixed}\n```")
    used = names_used(rule)
    if used:
        parts += ["## The names", "\n".join(f"- `{name}`: {what}" for name, what in used)]
    return "\n\n".join(parts) + "\n"


__all__ = ["as_data", "markdown", "names_used", "page_blocks", "table_blocks"]
