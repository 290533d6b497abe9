"""Text surgery: places count characters, and nothing but what is replaced changes."""
from __future__ import annotations

import ast

from hypothesis import example, given
from hypothesis import strategies as st

from shapecheck.source.expression import atom, parse, replace_spans, segment, span_of

_NAMES = st.sampled_from(["x", "data_x", "données", "матрица", "变量", "ﬁne", "𝐱", "self.x"])
_SPACE = st.sampled_from(["", " ", "\n", "\r\n", "\r", "\t", "\n  # 𝄞 «ça»\n", "\f"])
_STRINGS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"),
                   max_size=4).map(repr)


def _nested(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    spaced = st.builds("{}{}{}".format, _SPACE, inner, _SPACE)
    return st.one_of(
        st.builds("[{}, {}]".format, spaced, spaced),
        st.builds("{{{}: {}}}".format, _STRINGS, spaced),
        st.builds("f({}, key={})".format, spaced, spaced),
        st.builds("{}[{}]".format, _NAMES, spaced),
        st.builds("({} + {})".format, spaced, spaced),
        st.builds('f"""{}"""'.format, st.sampled_from(["é", "\n", "𝄞\n"])),
    )


EXPRESSIONS = st.recursive(st.one_of(_NAMES, _STRINGS, st.integers(0, 99).map(str)), _nested,
                           max_leaves=8)


@given(EXPRESSIONS)
def test_every_part_is_where_its_span_says(text):
    tree = parse(text)
    assert tree is not None, text
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and not isinstance(node, (ast.JoinedStr, ast.FormattedValue)):
            part = parse(segment(text, node))
            if not _in_a_string(tree, node):
                assert part is not None, segment(text, node)
                assert ast.dump(part) == ast.dump(node)


def _in_a_string(tree: ast.AST, node: ast.AST) -> bool:
    """Parts of an f-string have places of their own from Python 3.12 on only."""
    return any(node is part for joined in ast.walk(tree) if isinstance(joined, ast.JoinedStr)
               for part in ast.walk(joined))


@given(EXPRESSIONS, st.sampled_from(["new", "новый[0:1]", "𝐱 + 1", ""]))
def test_the_rest_of_the_text_stays(text, new):
    tree = parse(text)
    assert tree is not None
    start, end = span_of(text, tree)
    assert replace_spans(text, [((start, end), new)]) == text[:start] + new + text[end:]


@given(st.text(max_size=30), st.data())
def test_several_places_are_replaced_at_once(text, data):
    cuts = sorted(data.draw(st.lists(st.integers(0, len(text)), min_size=4, max_size=4)))
    first, second = (cuts[0], cuts[1]), (cuts[2], cuts[3])
    expected = text[:cuts[0]] + "A" + text[cuts[1]:cuts[2]] + "B" + text[cuts[3]:]
    if first != second:  # two insertions at one place have no order of their own
        assert replace_spans(text, [(first, "A"), (second, "B")]) == expected
        assert replace_spans(text, [(second, "B"), (first, "A")]) == expected


@given(st.text(max_size=30))
def test_no_text_breaks_the_parser(text):
    tree = parse(text)
    if tree is not None:
        start, end = span_of(text, tree)
        assert 0 <= start <= end <= len(text)
    assert atom(text)


@given(EXPRESSIONS)
@example("a, b")
@example("(a, b)")
@example("(a), (b)")
@example("x[0] # the first")
@example("(  # why\n x\n)")
@example("-x")
@example("await x")
@example("1")
@example("x if y else z")
def test_what_is_put_behind_an_atom_belongs_to_all_of_it(text):
    tree = parse(f"{atom(text)}[0]")
    assert isinstance(tree, ast.Subscript)
    assert ast.dump(tree.value) == ast.dump(parse(text))
