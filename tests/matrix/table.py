"""The matrix on paper, from the results as JSON: a table, then each disagreement.

Results of several runs (TensorFlow 2.6.5 has an environment of its own) make one table.
"""
from __future__ import annotations

from collections import Counter
from typing import Any, Dict, Iterable, List

from tests.matrix.oracle import MEANT, OTHER, RAISES, RIGHT, WRONG, Result

Rows = List[Dict[str, Any]]
_WORDS = ((RIGHT, "right"), (MEANT, "other rows"), (WRONG, "wrong"), (RAISES, "raise"))


def as_dict(result: Result, keras: str) -> Dict[str, Any]:
    """One result; keras: the version, as the table's column says it."""
    cell = result.cell
    return {"cell": cell.name, "about": cell.about, "keras": keras, "model": cell.model.name,
            "form": cell.form.name, "container": cell.container.name, "code": cell.code(),
            "codes": list(cell.codes), "verdict": result.verdict,
            "watched": list(result.watched),
            "asked": None if result.asked is None else list(result.asked),
            "agrees": result.agrees, "detail": result.detail}


def summary(rows: Rows) -> str:
    """One line a Keras: how many cells, and on how many shapecheck says what is so."""
    lines = []
    for keras in _versions(rows):
        mine = [r for r in rows if r["keras"] == keras and r["verdict"] != OTHER]
        agree = sum(r["agrees"] for r in mine)
        count = Counter(r["verdict"] for r in mine)
        lines.append(f"{keras}: {len(mine)} cells ({count[RIGHT]} right, {count[MEANT]} right for "
                     f"other rows, {count[WRONG]} wrong, {count[RAISES]} raise), {agree} agree: "
                     f"{100 * agree / max(1, len(mine)):.2f} %")
    return "\n".join(lines) + "\n"


def table(rows: Rows) -> str:
    """Markdown: what is passed, and by version what came of it.

    `2 right, 3 wrong, 4 raise` and, where not all agree, how many do.
    """
    versions = _versions(rows)
    lines = ["| what is passed | " + " | ".join(versions) + " | told as |",
             "|---" * (len(versions) + 2) + "|"]
    judged = [r for r in rows if r["verdict"] != OTHER]
    for about in _ordered(judged):
        mine = [r for r in judged if r["about"] == about]
        told = Counter(code for r in mine if r["verdict"] in (WRONG, RAISES)
                       for code in set(r["watched"]))
        codes = ", ".join(code for code, _count in told.most_common(3))
        cells = [_entry([r for r in mine if r["keras"] == keras]) for keras in versions]
        lines.append(f"| {about} | {' | '.join(cells)} | {codes} |")
    return "\n".join(lines) + "\n"


def _entry(rows: Rows) -> str:
    if not rows:
        return "-"
    count = Counter(r["verdict"] for r in rows)
    words = [f"{count[v]} {word}" for v, word in _WORDS if count[v]]
    apart = sum(not r["agrees"] for r in rows)
    return ", ".join(words) + (f" (**{apart} apart**)" if apart else "")


def _ordered(rows: Rows) -> List[str]:
    """Right things first, then mistakes by their code."""
    first: Dict[str, Any] = {}
    for row in rows:
        first.setdefault(row["about"], (row["about"].startswith("labels"), sorted(row["codes"])))
    return sorted(first, key=lambda about: (bool(first[about][1]), first[about], about))


def disagreements(rows: Rows) -> str:
    """Each cell on which shapecheck does not say what is so, like with like."""
    groups: Dict[str, Rows] = {}
    for row in rows:
        if not row["agrees"]:
            said = "told" if row["verdict"] in (RIGHT, MEANT) else "not told"
            groups.setdefault(f"{row['about']}: {row['verdict']}, {said}", []).append(row)
    lines = []
    for title, group in sorted(groups.items(), key=lambda item: -len(item[1])):
        lines.append(f"{len(group)} x {title}")
        for row in group:
            asked = "-" if row["asked"] is None else ",".join(row["asked"]) or "nothing"
            lines.append(f"  {row['keras']}; {row['cell']}\n    watch: "
                         f"{','.join(row['watched']) or 'nothing'}; check_inputs: {asked}")
            lines += [f"    {line}" for line in row["code"].splitlines()]
            lines.append(f"    -> {row['detail']}")
    return "\n".join(lines) + ("\n" if lines else "")


def _versions(rows: Iterable[Dict[str, Any]]) -> List[str]:
    return list(dict.fromkeys(r["keras"] for r in rows))
