"""`--as EXPR` applied to the data: what would be passed, input by input."""
from __future__ import annotations

import ast
from typing import Any, Dict, List, Sequence

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.facts.shape import Spec
from shapecheck.observe.intake import slicing
from shapecheck.observe.intake.bound import BoundArgument, BoundData, LoadedData, structure_of
from shapecheck.observe.intake.data_files import Item
from shapecheck.observe.intake.matching import match, whole
from shapecheck.source.usage import identifier


def apply(expression: str, data: LoadedData, specs: Sequence[Spec], structure: str,
          notes: List[str]) -> BoundData:
    """What `expression` makes of the data.

    A bare `[0:1]`, and a chain that starts at `x` when the model has several inputs, is applied
    to each input; a list or dict display says itself what goes where. Raises UserError.
    """
    tree = slicing.parse(expression)
    bare = slicing.is_suffix(expression)
    root = "x" if bare else slicing.chain_root(tree)
    try:
        matched = match(data.items, specs, notes)
    except UserError:
        if bare or any(isinstance(n, ast.Name) and n.id == "x" for n in ast.walk(tree)):
            raise
        matched = []  # the expression itself may say what goes where
    if len(matched) > 1 and root == "x" and not isinstance(tree, ast.Name) \
            and not _by_input_name(tree):
        return _apply_to_each(expression, tree, matched, data, specs, structure, bare)
    value = slicing.evaluate(tree, _namespace(data, matched), expression)
    text = matched[0].expression + expression.strip() if bare else expression.strip()
    return _shaped(value, tree, text, expression, matched, data, specs, structure)


def _namespace(data: LoadedData, matched: List[BoundArgument]) -> Dict[str, Any]:
    names: Dict[str, Any] = {}
    for item in data.items:
        if item.expression.isidentifier():
            names[item.expression] = whole(item, [])
        else:  # data["ids"], data[0]: parts of one object of the user's
            head, _, _ = item.expression.partition("[")
            names.setdefault(head, _inputs_of(data.items))
    for argument in matched:
        if identifier(argument.name) == argument.name:
            names.setdefault(argument.name, argument.value)
    if matched:
        names["x"] = matched[0].value if len(matched) == 1 else slicing.Inputs(
            tuple(a.name for a in matched), tuple(a.value for a in matched))
    return names


def _inputs_of(items: Sequence[Item]) -> slicing.Inputs:
    return slicing.Inputs(tuple(i.name for i in items), tuple(i.value for i in items))


def _by_input_name(tree: ast.expr) -> bool:
    """`x["ids"][0]`: the chain picks one input itself."""
    node: Any = tree
    first = None
    while not isinstance(node, ast.Name):
        first = node
        node = node.func if isinstance(node, ast.Call) else node.value
    key = first.slice if isinstance(first, ast.Subscript) else None
    return isinstance(key, ast.Constant) and isinstance(key.value, str)


def _apply_to_each(expression: str, tree: ast.expr, matched: List[BoundArgument],
                   data: LoadedData, specs: Sequence[Spec], structure: str,
                   bare: bool) -> BoundData:
    suffix = expression.strip() if bare else expression.strip()[len("x"):]
    arguments = []
    for argument in matched:
        value = slicing.evaluate(tree, {"x": argument.value}, expression)
        arguments.append(BoundArgument(argument.name, argument.expression + suffix, value))
    return BoundData(tuple(arguments), structure_of(data.named, arguments, specs, structure))


def _shaped(value: Any, tree: ast.expr, text: str, expression: str,
            matched: List[BoundArgument], data: LoadedData, specs: Sequence[Spec],
            structure: str) -> BoundData:
    names = [spec.name for spec in specs] or [a.name for a in matched]
    required = [spec.name for spec in specs if not spec.optional] or names
    if isinstance(value, slicing.Inputs):
        return BoundData(tuple(matched), structure_of(data.named, matched, specs, structure))
    if isinstance(value, dict):
        unknown = [key for key in value if specs and key not in names]
        if unknown:
            raise UserError(f"--as: the model has no input {clean(unknown[0])!r}; it has "
                            f"{clean(', '.join(names))}")
        texts = _texts(text, tree.values) if isinstance(tree, ast.Dict) else [
            f'{text}["{key}"]' for key in value]
        return BoundData(tuple(BoundArgument(key, t, _passed(v, expression))
                               for (key, v), t in zip(value.items(), texts)), "dict")
    display = isinstance(tree, (ast.List, ast.Tuple))
    if isinstance(value, (list, tuple)) and (display or len(names) > 1):
        if len(value) == len(matched) < len(names):  # optional inputs were left out
            names = [argument.name for argument in matched]
        if len(value) != len(names):
            raise UserError(f"--as {clean(expression)!r} gives {len(value)} arrays, the model "
                            f"takes {len(names)} ({clean(', '.join(names))})")
        texts = _texts(text, tree.elts) if isinstance(tree, (ast.List, ast.Tuple)) else [
            f"{text}[{i}]" for i in range(len(value))]
        return BoundData(tuple(BoundArgument(n, t, _passed(v, expression))
                               for n, t, v in zip(names, texts, value)), "list")
    stacked = len(data.items) == 1 and slicing.chain_root(tree) == data.items[0].expression
    if len(required) > 1 and not stacked:
        each = ", ".join(f"{a.expression}[0:1]" for a in matched)
        hint = f"; write --as '[{clean(each)}]'" if each else ""
        raise UserError(f"--as {clean(expression)!r} gives one array, the model takes "
                        f"{len(required)} ({clean(', '.join(required))}){hint}")
    return BoundData((BoundArgument(names[0], text, _passed(value, expression)),), "single")


def _texts(text: str, nodes: Sequence[ast.expr]) -> List[str]:
    """The user's own text of each part."""
    return [ast.get_source_segment(text, node) or ast.unparse(node) for node in nodes]


def _passed(value: Any, expression: str) -> Any:
    if hasattr(value, "shape") or isinstance(value, (list, tuple)) or (
            isinstance(value, (int, float)) and not isinstance(value, bool)):
        return value
    raise UserError(f"--as {clean(expression)!r} gives {type(value).__name__}, expected an array")
