"""Expression surgery: `x[0]` -> `x[0:1]`, on text, so that the user's own spelling survives."""
from __future__ import annotations

import ast
import re
from functools import lru_cache
from typing import Iterable, List, Optional, Tuple

Span = Tuple[int, int]


@lru_cache(maxsize=32)  # the same text is looked at from several sides
def parse(text: str) -> Optional[ast.expr]:
    """The expression tree of `text`, None where it is no expression."""
    if not text.strip():
        return None  # our brackets alone would be a tuple
    try:
        return ast.parse(f"({text}\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def span_of(text: str, node: ast.expr) -> Span:
    """Place of `node` (from `parse(text)`) in `text`, in characters."""
    if node.end_lineno == 1 and node.end_col_offset is not None and text.isascii():
        # Our parenthesis stands in front. A bare `a, b` takes our brackets for its own.
        return max(0, node.col_offset - 1), min(len(text), node.end_col_offset - 1)
    lines = re.split("(\r\n|\r|\n)", text)  # as Python's tokenizer counts lines; not splitlines()
    starts = [0]
    for content, end in zip(lines[::2], lines[1::2] + [""]):
        starts.append(starts[-1] + len(content) + len(end))

    def offset(line: int, column: int) -> int:
        # Columns are UTF-8 bytes, and the first line begins with our parenthesis.
        row = line - 1
        content = ("(" if row == 0 else "") + (lines[2 * row] if 2 * row < len(lines) else "")
        characters = len(content.encode("utf-8")[:column].decode("utf-8", "ignore"))
        return starts[row] + characters - (1 if row == 0 else 0)

    # A bare `a, b` takes our brackets for its own.
    return (max(0, offset(node.lineno, node.col_offset)),
            min(len(text), offset(node.end_lineno or node.lineno,
                                  node.end_col_offset or node.col_offset)))


def segment(text: str, node: ast.expr) -> str:
    start, end = span_of(text, node)
    return text[start:end]


def replace_spans(text: str, edits: Iterable[Tuple[Span, str]]) -> str:
    """`text` with each span replaced; spans must not overlap."""
    for (start, end), new in sorted(edits, key=lambda edit: edit[0], reverse=True):
        text = text[:start] + new + text[end:]
    return text


def atom(text: str) -> str:
    """`text` as something that `[0]` or `.T` can be put behind: `a + b` -> `(a + b)`."""
    node = parse(text)
    plain = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.List, ast.Dict)
    if node is None:
        return f"({text})"
    own = segment(text, node)  # without brackets and comments around it
    if isinstance(node, plain):
        return own
    return f"({own})"


def keep_axis(text: str, container: str = "ndarray", rank: int = 1, indexed: str = "") -> str:
    """`text`, a single row of rank `rank`, written so that it keeps its batch axis.

    `x[0]` -> `x[0:1]` where that is sure to be the same row; else the axis is added:
    `row` -> `row[None, :]`.
    indexed: what is known of a subscript at the end of `text`: "rows" (an array by an int),
    "list" (a Python list by an int), "other" (a dict, a column), "" (not known).
    """
    node = parse(text)
    pandas = container in ("Series", "DataFrame")
    if isinstance(node, ast.Subscript):
        kept = None
        if _is_indexer(node.value):
            kept = _keep_pandas_row(text, node)
        elif not pandas and (indexed == "rows" or (indexed == "list" and container == "list") or (
                indexed == "" and container != "list" and _is_plain_chain(node))):
            kept = _slice_first_int(text, node)
        if kept is not None:
            return f"np.array({kept})" if container == "list" else kept
    if container == "list":
        return f"np.array([{text}])"
    whole = f"{atom(text)}.to_numpy()" if pandas else atom(text)
    return f"{whole}[None, {':' if rank == 1 else '...'}]"


#: what turns (N, 1) into (1, N), by the type of the array: a tensor has no `.T`
TURNED = {"ndarray": "{}.T", "memmap": "{}.T", "DataFrame": "{}.T", "Tensor": "{}[:, 0][None, :]"}


def batch_axis_first(text: str, rows_match: bool, container: str = "ndarray") -> Optional[str]:
    """`text` has shape (N, 1) and was meant as (1, N): the same row with the axis in front.

    `x[:, None]` -> `x[None, :]`, `np.expand_dims(x, -1)` -> `np.expand_dims(x, 0)`,
    `x.reshape(-1, 1)` -> `x.reshape(1, -1)`; else it is turned where `rows_match`.
    """
    node = parse(text)
    rewritten = None
    if isinstance(node, ast.Subscript):
        rewritten = _new_axis_first(text, node)
    elif isinstance(node, ast.Call):
        rewritten = _call_axis_first(text, node)
    elif isinstance(node, ast.Attribute) and node.attr == "T":
        rewritten = segment(text, node.value)
    if rewritten is not None and parse(rewritten) is not None:
        return rewritten
    return TURNED[container].format(atom(text)) if rows_match and container in TURNED else None


def slices_axis_1(text: str) -> bool:
    """`ids[:, :1]`: the array had an axis 1, and a part of it was asked for."""
    node = parse(text)
    if not isinstance(node, ast.Subscript):
        return False
    keys = _keys(node)
    return len(keys) == 2 and isinstance(keys[1], ast.Slice) and not _is_full(keys[1])


def drop_leading_axis(text: str) -> Optional[str]:
    """`text` without the axis of size 1 in front, where the text itself added it.

    `x[None]` / `x[None, :]` -> `x`, `np.expand_dims(x, 0)` -> `x`.
    """
    node = parse(text)
    if isinstance(node, ast.Subscript):
        keys = _keys(node)
        if keys and _is_newaxis(keys[0]) and all(_is_full(k) for k in keys[1:]):
            return atom(segment(text, node.value))
    if isinstance(node, ast.Call) and _called(node) == "expand_dims" and node.args:
        axis = _axis_argument(node)
        if axis is not None and _literal(axis) == 0:
            return segment(text, node.args[0])
    return None


def _keys(node: ast.Subscript) -> List[ast.expr]:
    key = node.slice
    if isinstance(key, getattr(ast, "Index", ())):  # Python 3.8 trees
        key = key.value  # type: ignore[attr-defined]
    return list(key.elts) if isinstance(key, ast.Tuple) else [key]


def _is_indexer(node: ast.expr) -> bool:
    return isinstance(node, ast.Attribute) and node.attr in ("iloc", "loc")


def _is_plain_chain(node: ast.expr) -> bool:
    """`x[0]`, `data_x[0][0]`: a name and whole numbers. It may be a list, which we cannot see."""
    while isinstance(node, ast.Subscript):
        if not all(_is_whole_number(k) for k in _keys(node)):
            return False
        node = node.value
    return isinstance(node, ast.Name)


def _keep_pandas_row(text: str, node: ast.Subscript) -> Optional[str]:
    """`df.iloc[0]` -> `df.iloc[0:1]`, `df.loc["a", "x":]` -> `df.loc[["a"], "x":]`."""
    assert isinstance(node.value, ast.Attribute)
    if node.value.attr == "iloc":
        return _slice_first_int(text, node)
    first = _keys(node)[0]
    if isinstance(first, (ast.Name, ast.Attribute)):
        # In `df.loc[rows, "a"]` it stands for several labels.
        if not all(isinstance(k, ast.Slice) for k in _keys(node)[1:]):
            return None
    elif not isinstance(first, ast.Constant) or _is_full(first):
        return None
    return _edited(text, span_of(text, first), f"[{segment(text, first)}]")


def _slice_first_int(text: str, node: ast.Subscript) -> Optional[str]:
    """The first index of the subscript, a whole number, becomes a slice of one row."""
    first, *rest = _keys(node)
    # An array among the others could move the axes about.
    if not all(isinstance(k, ast.Slice) or _is_full(k) or _is_whole_number(k) for k in rest):
        return None
    sliced = _one_row_slice(segment(text, first), first)
    return None if sliced is None else _edited(text, span_of(text, first), sliced)


def _edited(text: str, span: Span, new: str) -> Optional[str]:
    """The text with one span replaced, None where that is no expression any more."""
    result = replace_spans(text, [(span, new)])
    return result if parse(result) is not None else None


def _is_whole_number(node: ast.expr) -> bool:
    return type(_literal(node)) is int


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _one_row_slice(text: str, node: ast.expr) -> Optional[str]:
    """`0` -> `0:1`, `-1` -> `-1:`, `i` -> `i:i+1`; None where it might take another row.

    A call may return something else the second time, and `i - 1` may be -1.
    """
    number = _literal(node)
    if type(number) is int:
        return f"{text}:" if number == -1 else f"{text}:{number + 1}"
    if isinstance(node, (ast.Name, ast.Attribute)):
        return f"{text}:{text}+1"
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and isinstance(
            node.left, ast.Name) and isinstance(node.right, ast.Constant):
        step = _literal(node.right)
        return f"{text}:{node.left.id}+{step + 1}" if type(step) is int else None
    return None


def _is_newaxis(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return node.value is None
    return isinstance(node, ast.Attribute) and node.attr == "newaxis"


def _is_full(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return node.value is Ellipsis
    return isinstance(node, ast.Slice) and not (node.lower or node.upper or node.step)


def _new_axis_first(text: str, node: ast.Subscript) -> Optional[str]:
    """`x[0, :, None]` -> `x[None, 0, :]`."""
    *keys, last = _keys(node)
    if not keys or not _is_newaxis(last) or any(_is_newaxis(k) for k in keys):
        return None
    if not all(isinstance(k, ast.Slice) or _is_full(k) or _is_whole_number(k) for k in keys):
        return None
    moved = ", ".join(segment(text, k) for k in [last, *keys])
    return _edited(text, (span_of(text, keys[0])[0], span_of(text, last)[1]), moved)


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _axis_argument(node: ast.Call) -> Optional[ast.expr]:
    named = [k.value for k in node.keywords if k.arg in ("axis", "dim")]
    return next(iter(named + node.args[1:2]), None)


def _call_axis_first(text: str, node: ast.Call) -> Optional[str]:
    name = _called(node)
    if name == "expand_dims":
        axis = _axis_argument(node)
        if axis is not None and _literal(axis) in (-1, 1):
            return _edited(text, span_of(text, axis), "0")
    if name == "reshape":
        for sizes in [node.args] + [a.elts for a in node.args + [k.value for k in node.keywords]
                                    if isinstance(a, (ast.Tuple, ast.List))]:
            if len(sizes) == 2 and _literal(sizes[1]) == 1:
                first, second = sizes
                return replace_spans(text, [(span_of(text, first), segment(text, second)),
                                            (span_of(text, second), segment(text, first))])
    return None
