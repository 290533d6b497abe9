"""Expression surgery: `x[0]` -> `x[0:1]`, on text, so that the user's own spelling survives."""
from __future__ import annotations

import ast
from typing import Iterable, List, Optional, Tuple

Span = Tuple[int, int]


def parse(text: str) -> Optional[ast.expr]:
    """The expression tree of `text`, None where it is no expression."""
    try:
        return ast.parse(f"({text}\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def span_of(text: str, node: ast.expr) -> Span:
    """Place of `node` (from `parse(text)`) in `text`, in characters."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)

    def offset(line: int, column: int) -> int:
        # Columns are UTF-8 bytes, and the first line begins with our parenthesis.
        row = line - 1
        content = ("(" if row == 0 else "") + (lines[row] if row < len(lines) else "")
        characters = len(content.encode("utf-8")[:column].decode("utf-8", "ignore"))
        return starts[row] + characters - (1 if row == 0 else 0)

    return (offset(node.lineno, node.col_offset),
            offset(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset))


def segment(text: str, node: ast.expr) -> str:
    start, end = span_of(text, node)
    return text[start:end]


def replace_spans(text: str, edits: Iterable[Tuple[Span, str]]) -> str:
    """`text` with each span replaced; spans must not overlap."""
    for (start, end), new in sorted(edits, key=lambda edit: edit[0], reverse=True):
        text = text[:start] + new + text[end:]
    return text


def keep_axis(text: str, container: str = "ndarray", rank: int = 1, indexed: str = "") -> str:
    """`text`, a single row of rank `rank`, written so that it keeps its batch axis.

    `x[0]` -> `x[0:1]`; where no index drops the axis, one is added: `row` -> `row[None, :]`.
    indexed: what is known of a subscript at the end of `text`: "rows" (an array by an int),
    "list" (a Python list by an int), "other" (a dict, a column), "" (not known).
    """
    node = parse(text)
    if isinstance(node, ast.Subscript) and indexed != "other":
        kept = _slice_last_int(text, node)
        if kept is not None:
            return f"np.array({kept})" if indexed == "list" or container == "list" else kept
    if container == "list":
        return f"np.array([{text}])"
    if container == "Series":
        return f"{_atom(text, node)}.to_numpy()[None, :]"
    if container == "DataFrame":
        return f"{_atom(text, node)}.to_numpy()[None, ...]"
    return f"{_atom(text, node)}[None, {':' if rank == 1 else '...'}]"


def batch_axis_first(text: str, rows_match: bool) -> Optional[str]:
    """`text` has shape (N, 1) and was meant as (1, N): the same row with the axis in front.

    `x[:, None]` -> `x[None, :]`, `np.expand_dims(x, -1)` -> `np.expand_dims(x, 0)`,
    `x.reshape(-1, 1)` -> `x.reshape(1, -1)`; else `text.T` where `rows_match`.
    """
    node = parse(text)
    rewritten = None
    if isinstance(node, ast.Subscript):
        rewritten = _new_axis_first(text, node)
    elif isinstance(node, ast.Call):
        rewritten = _call_axis_first(text, node)
    if rewritten is not None:
        return rewritten
    return f"{_atom(text, node)}.T" if rows_match else None


def drop_leading_axis(text: str) -> Optional[str]:
    """`text` without the axis of size 1 in front, where the text itself added it.

    `x[None]` / `x[None, :]` -> `x`, `np.expand_dims(x, 0)` -> `x`.
    """
    node = parse(text)
    if isinstance(node, ast.Subscript):
        keys = _keys(node)
        if keys and _is_newaxis(keys[0]) and all(_is_full(k) for k in keys[1:]):
            return segment(text, node.value)
    if isinstance(node, ast.Call) and _called(node) == "expand_dims" and node.args:
        if _axis_argument(node) == 0:
            return segment(text, node.args[0])
    return None


def _atom(text: str, node: Optional[ast.expr]) -> str:
    plain = (ast.Name, ast.Attribute, ast.Subscript, ast.Call, ast.List, ast.Tuple, ast.Dict)
    return text if isinstance(node, plain) else f"({text})"


def _keys(node: ast.Subscript) -> List[ast.expr]:
    key = node.slice
    if isinstance(key, getattr(ast, "Index", ())):  # Python 3.8 trees
        key = key.value  # type: ignore[attr-defined]
    return list(key.elts) if isinstance(key, ast.Tuple) else [key]


def _slice_last_int(text: str, node: ast.Subscript) -> Optional[str]:
    """The first int index of the subscript becomes a slice of one row."""
    keys = _keys(node)
    base = segment(text, node.value)
    if isinstance(node.value, ast.Attribute) and node.value.attr == "loc" and len(keys) == 1:
        return f"{base}[[{segment(text, keys[0])}]]"
    first = keys[0]
    if not _is_index(first):
        return None
    if any(isinstance(k, ast.Starred) or _is_newaxis(k) for k in keys):
        return None
    sliced = _one_row_slice(segment(text, first), first)
    return f"{base}[{', '.join([sliced] + [segment(text, k) for k in keys[1:]])}]"


def _is_index(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int) and not isinstance(node.value, bool)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        return _is_index(node.operand)
    # A name or arithmetic is an index where the result lost an axis, which the caller has seen.
    return isinstance(node, (ast.Name, ast.BinOp, ast.Attribute, ast.Call))


def _one_row_slice(text: str, node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return f"{text}:{int(node.value) + 1}"
    if isinstance(node, ast.UnaryOp) and isinstance(node.operand, ast.Constant):
        after = 1 - int(node.operand.value)
        return f"{text}:" if after == 0 else f"{text}:{after}"
    simple = isinstance(node, (ast.Name, ast.Attribute))
    return f"{text}:{text} + 1" if not simple else f"{text}:{text}+1"


def _is_newaxis(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return node.value is None
    return isinstance(node, ast.Attribute) and node.attr == "newaxis"


def _is_full(node: ast.expr) -> bool:
    if isinstance(node, ast.Constant):
        return node.value is Ellipsis
    return isinstance(node, ast.Slice) and not (node.lower or node.upper or node.step)


def _new_axis_first(text: str, node: ast.Subscript) -> Optional[str]:
    keys = _keys(node)
    base = segment(text, node.value)
    if len(keys) == 2 and _is_full(keys[0]) and _is_newaxis(keys[1]):
        inner = parse(base)
        if isinstance(inner, ast.Subscript):  # x[0][:, None] -> x[0:1]
            kept = _slice_last_int(base, inner)
            if kept is not None:
                return kept
        return f"{base}[{segment(text, keys[1])}, :]"
    return None


def _called(node: ast.Call) -> str:
    if isinstance(node.func, ast.Attribute):
        return node.func.attr
    return node.func.id if isinstance(node.func, ast.Name) else ""


def _axis_argument(node: ast.Call) -> Optional[int]:
    candidates = [k.value for k in node.keywords if k.arg in ("axis", "dim")] or node.args[1:2]
    try:
        return int(ast.literal_eval(candidates[0])) if candidates else None
    except (ValueError, TypeError, SyntaxError):
        return None


def _call_axis_first(text: str, node: ast.Call) -> Optional[str]:
    name = _called(node)
    func = segment(text, node.func)
    if name == "expand_dims" and node.args and _axis_argument(node) in (-1, 1):
        inner = segment(text, node.args[0])
        return f"{func}({inner}, 0)" if not node.keywords else f"{func}({inner}, axis=0)"
    if name == "reshape":
        sizes = [segment(text, a) for a in node.args]
        if sizes == ["-1", "1"]:
            return f"{func}(1, -1)"
        if sizes == ["(-1, 1)"]:
            return f"{func}((1, -1))"
        if len(sizes) == 2 and sizes[1] in ("(-1, 1)", "[-1, 1]"):  # np.reshape(x, (-1, 1))
            return f"{func}({sizes[0]}, (1, -1))"
    return None
