"""Our walk sees all code that `ast.walk` sees, and stops where it is told to."""
from __future__ import annotations

import ast
from pathlib import Path

import pytest

from shapecheck.source.trees import children, walk

FILES = sorted(Path(__file__).parent.glob("*.py"))
NO_CODE = (ast.expr_context, ast.operator, ast.unaryop, ast.boolop, ast.cmpop)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_all_code_is_seen(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    expected = {id(n) for n in ast.walk(tree) if not isinstance(n, NO_CODE)}
    assert {id(node) for node in walk([tree])} == expected


def test_no_more_than_so_many() -> None:
    tree = ast.parse("a = [1, 2, 3]")
    assert len(list(walk(tree.body, 3))) == 3


def test_children_come_in_the_order_of_the_text() -> None:
    call = ast.parse("f(a, *b, c=d)", mode="eval").body
    assert [ast.unparse(child) for child in children(call)] == ["f", "a", "*b", "c=d"]
