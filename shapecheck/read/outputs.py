"""What the saved outputs of a notebook prove: printed shapes, reprs, tracebacks, warnings.

Outputs can be stale: a cell may have been edited since. So an output is believed only where
nothing contradicts it: the name is still what the cell made it, and its shape is not known from
the source; a traceback only where it shows the very line that the cell has now.
"""
from __future__ import annotations

import ast
import re
from typing import Any, Iterator, List, NamedTuple, Optional, Tuple, Union

from shapecheck.facts import Failure, Location
from shapecheck.read.objects import Layer, Model, Produced
from shapecheck.read.values import UNKNOWN, Arr, Labels, Value
from shapecheck.source.messages import dims, plain, recognise, without_colours

_SHAPE = r"(?:TensorShape\()?[\(\[]\s*((?:\d+\s*,?\s*)*|None[\d,\s]*)[\)\]]\)?"
#: characters of an output that are looked at
LOOKED_AT = 200_000


def learn(interpreter: Any, cell: Any) -> None:
    """Shapes that the outputs of the cell show, for names whose shape is not known."""
    if not cell.outputs or cell.tree is None or not cell.tree.body:
        return
    _from_value(interpreter, cell)
    if "summary" in cell.code:
        _from_summary(interpreter, cell)
    if "print" in cell.code:
        _from_prints(interpreter, cell)


def failures(path: Optional[str], cell: Any) -> Iterator[Failure]:
    """Tracebacks and warnings that a rule explains, at the line of the cell that they name."""
    for output in cell.outputs:
        if not isinstance(output, dict):
            continue
        if output.get("output_type") in ("error", "pyerr"):
            text = "\n".join(t for t in output.get("traceback") or () if isinstance(t, str))
            text = (text + "\n" + str(output.get("evalue") or ""))[-LOOKED_AT:]
            found = recognise(text)
            line = _line_of(text, cell) if found is not None else None
            if found is not None and line is not None:
                yield _failure(path, cell, line, found)
        elif output.get("name") == "stderr" or output.get("stream") == "stderr":
            text = _joined(output.get("text"))[:LOOKED_AT]
            if "was constructed with shape" not in text or "map" in plain(text)[:200]:
                continue
            found = recognise(text)
            line = _host_call(cell)
            if found is not None and line is not None:
                yield _failure(path, cell, line, found)


def _failure(path: Optional[str], cell: Any, line: int, found: Any) -> Failure:
    lines = cell.source.split("\n")
    text = lines[line - 1] if line <= len(lines) else ""
    indent = len(text) - len(text.lstrip())
    return Failure(found.code, found.what, found.why, text.strip(), found.said,
                   Location(path, cell.index, line, indent + 1, line, len(text) + 1))


_ARROW = re.compile(r"^-+>\s*(\d+)\s(.*)$", re.M)


def _line_of(traceback: str, cell: Any) -> Optional[int]:
    """The line of the cell that the first frame of the traceback points to."""
    lines = cell.source.split("\n")
    for match in _ARROW.finditer(without_colours(traceback)):
        number, shown = int(match.group(1)), match.group(2).strip()
        if number <= len(lines) and shown and lines[number - 1].strip() == shown:
            return number
        return None  # the cell was edited since
    return None


_HOST = ("predict", "fit", "evaluate", "predict_on_batch", "train_on_batch", "call")


def _host_call(cell: Any) -> Optional[int]:
    """The only line of the cell with a host call of a model."""
    found = [node.lineno for node in ast.walk(cell.tree) if isinstance(node, ast.Call)
             and isinstance(node.func, ast.Attribute) and node.func.attr in _HOST] \
        if cell.tree is not None else []
    return found[0] if len(found) == 1 else None


# -- shapes ------------------------------------------------------------------------------------


def _from_value(interpreter: Any, cell: Any) -> None:
    """The cell's last expression, as the notebook showed it."""
    last = cell.tree.body[-1]
    if not isinstance(last, ast.Expr):
        return
    nodes = last.value.elts if isinstance(last.value, ast.Tuple) else [last.value]
    names = [_shaped(node) for node in nodes]
    shapes = all(name is not None for name in names)
    array = None if shapes else _array_name(last.value)
    asked = None if shapes or array is not None or len(nodes) > 1 else _extreme(last.value)
    if not shapes and array is None and asked is None:
        return
    text = None
    for output in cell.outputs:
        if isinstance(output, dict) and output.get("output_type") in ("execute_result", "pyout"):
            data = output.get("data")
            text = _joined(data.get("text/plain") if isinstance(data, dict)
                           else output.get("text"))[:5000]
    if not text:
        return
    if shapes:
        found = _tuples(text)
        if len(nodes) == 1:
            found = found[:1] if re.fullmatch(_SHAPE, text.strip()) else []
        if len(found) == len(names):
            for name, seen in zip(names, found):
                if name is not None:
                    _bind(interpreter, name, seen, last.lineno, cell)
        return
    if array is not None:
        shape = _of_repr(text)
        if shape is not None:
            _bind(interpreter, array, shape, last.lineno, cell)
        numbers = _numbers(_literal(text))
        if numbers:
            _bind_numbers(interpreter, array, _range(numbers), last.lineno, cell)
        return
    if asked is not None:
        _told(interpreter, asked, _NUMPY_SCALAR.sub(r"\1", text.strip()), last.lineno, cell)


def _of_repr(text: str) -> Optional[Tuple[Optional[int], ...]]:
    tensor = re.match(r"<tf\.(?:Tensor|Variable)[^>]{0,80}?shape=(\([\d, ]*\))", text)
    if tensor:
        return dims(tensor.group(1))
    if text.startswith("array("):
        said = re.search(r"shape=(\([\d, ]*\))[^)]*\)\s*$", text)
        if said:
            return dims(said.group(1))
        if "..." not in text:
            return _of_literal(text)
    return None


def _literal(text: str) -> Any:
    """The nested lists of `array([[1, 2], ...])` where it shows all of them; None for others."""
    inner = re.match(r"array\((.*?)(?:,\s*dtype=\w+)?\)\s*$", text, re.S)
    if inner is None or "..." in text:
        return None
    try:
        return ast.literal_eval(inner.group(1))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None


def _of_literal(text: str) -> Optional[Tuple[Optional[int], ...]]:
    value = _literal(text)
    if value is None:
        return None
    shape: List[Optional[int]] = []
    while isinstance(value, list):
        shape.append(len(value))
        if not value:
            break
        value = value[0]
    return tuple(shape)


def _from_prints(interpreter: Any, cell: Any) -> None:
    """`print(x.shape)` at the top level, found again in what the cell printed."""
    text = "".join(_joined(o.get("text")) for o in cell.outputs
                   if isinstance(o, dict) and (o.get("name") == "stdout"
                                               or o.get("stream") == "stdout"))[:LOOKED_AT]
    if not text:
        return
    position = 0
    for statement in cell.tree.body:
        if not isinstance(statement, ast.Expr) or not isinstance(statement.value, ast.Call):
            continue
        call = statement.value
        if not isinstance(call.func, ast.Name) or call.func.id != "print" or call.keywords:
            continue
        made = _pattern(call.args)
        if made is None:
            continue
        pattern, names = made
        match = re.compile(pattern, re.M).search(text, position)
        if match is None:
            return
        position = match.end()
        for name, group in zip(names, match.groups()):
            if isinstance(name, str):
                _bind(interpreter, name, dims(f"({group})"), statement.lineno, cell)
            else:
                _told(interpreter, name, group, statement.lineno, cell)


def _pattern(args: List[ast.expr]) -> Optional[Tuple[str, List[Union[str, _Asked]]]]:
    """What `print(args)` writes as a regular expression, and what its groups show: the names
    whose shapes, or extremes of names."""
    parts: List[str] = []
    names: List[Union[str, _Asked]] = []
    for node in args:
        pieces = node.values if isinstance(node, ast.JoinedStr) else [node]
        written = ""
        for piece in pieces:
            inner = piece.value if isinstance(piece, ast.FormattedValue) else piece
            name = _shaped(inner)
            plain_value = getattr(piece, "format_spec", None) is None
            asked = _extreme(inner) if plain_value else None
            if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                written += re.escape(inner.value).replace("\\\n", r"\s*")
            elif name is not None:
                written += _SHAPE
                names.append(name)
            elif asked is not None:
                written += r"(\[[\d\s-]*\])" if asked.what == "unique" else r"(-?[\d.]+)(?!\S)"
                names.append(asked)
            else:
                written += r".*?"
        parts.append(written)
    if not names:
        return None
    return "^" + r"\s+".join(parts) + r"\s*$", names


def _shaped(node: ast.AST) -> Optional[str]:
    """`x` for `x.shape` (and `np.shape(x)`)."""
    if isinstance(node, ast.Attribute) and node.attr == "shape" and isinstance(
            node.value, ast.Name):
        return node.value.id
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) \
            and node.func.attr == "shape" and len(node.args) == 1 and isinstance(
                node.args[0], ast.Name):
        return node.args[0].id
    return None


class _Asked(NamedTuple):
    """`x.max()` and the like: which extreme of what name."""

    name: str
    what: str  # "max", "min", "unique"


def _array_name(node: ast.AST) -> Optional[str]:
    """`x` for `x`, `x.values` and `x.to_numpy()`: the same numbers."""
    if isinstance(node, ast.Call) and not node.args and not node.keywords and isinstance(
            node.func, ast.Attribute) and node.func.attr in ("to_numpy", "numpy"):
        node = node.func.value
    elif isinstance(node, ast.Attribute) and node.attr == "values":
        node = node.value
    return node.id if isinstance(node, ast.Name) else None


def _extreme(node: ast.AST) -> Optional[_Asked]:
    """What `x.max()`, `np.min(x)`, `np.unique(x)` and `x.unique()` ask for."""
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) \
            or node.keywords or node.func.attr not in ("max", "min", "unique"):
        return None
    inside = node.args[0] if node.args else node.func.value
    name = _array_name(inside)
    numpy = isinstance(node.func.value, ast.Name) and node.func.value.id in ("np", "numpy")
    if name is None or len(node.args) > 1 or numpy is not bool(node.args):
        return None
    return _Asked(name, node.func.attr)


_NUMPY_SCALAR = re.compile(r"^np\.u?int\d*\((-?\d+)\)$")


def _told(interpreter: Any, asked: _Asked, text: str, line: int, cell: Any) -> None:
    """The text that answers what was asked for."""
    if asked.what == "unique":
        found = _literal(text) if text.startswith("array(") else _words(text)
        numbers = _numbers(found)
        known = _range(numbers) if numbers else None
    else:
        number = int(text) if re.fullmatch(r"-?\d{1,15}", text) else None
        known = None if number is None else Labels(
            whole=True, high=number if asked.what == "max" else None,
            low=number if asked.what == "min" else None)
    if known is not None:
        _bind_numbers(interpreter, asked.name, known, line, cell)


def _words(text: str) -> Any:
    """`[0 1 2]`"""
    words = text.strip()[1:-1].split()
    return [int(w) for w in words] if all(re.fullmatch(r"-?\d+", w) for w in words) else None


def _numbers(value: Any) -> List[int]:
    """The whole numbers in nested lists; none where one is no whole number."""
    found: List[int] = []
    stack = [value]
    while stack:
        one = stack.pop()
        if isinstance(one, list):
            stack.extend(one)
        elif type(one) is int:
            found.append(one)
        else:
            return []
    return found


def _range(numbers: List[int]) -> Labels:
    return Labels(whole=True, classes=len(set(numbers)), low=min(numbers), high=max(numbers))


def _bind_numbers(interpreter: Any, name: str, known: Labels, line: int, cell: Any) -> None:
    """The extremes of an array's numbers, where nothing else is known of them."""
    if not _still(interpreter, name, line, cell):
        return
    scope = interpreter.module
    value: Value = scope.names.get(name, UNKNOWN)
    if value is UNKNOWN:
        scope.names[name] = Arr(None, None, "?", known)
    elif isinstance(value, Arr) and not (value.labels is not None and value.labels.one_hot):
        had = value.labels or Labels()
        scope.names[name] = value.but(labels=Labels(
            None, True, known.classes if had.classes is None else had.classes,
            known.low if had.low is None else had.low,
            known.high if had.high is None else had.high, had.binary, had.padded))


def _still(interpreter: Any, name: str, line: int, cell: Any) -> bool:
    """Is the name bound before the line that shows it, and not again behind it?"""
    place = interpreter.module.where.get(name)
    return place is not None and not (
        place.cell is cell and getattr(place.node, "lineno", 0) > line)


def _tuples(text: str) -> List[Tuple[Optional[int], ...]]:
    found = [dims(f"({m.group(1)})") for m in re.finditer(
        r"(?:TensorShape\(\[|\()((?:\d+\s*,?\s*)*)(?:\]\)|\))", text) if m.group(1).strip()]
    return [shape for shape in found if shape is not None]


def _bind(interpreter: Any, name: str, shape: Optional[Tuple[Optional[int], ...]], line: int,
          cell: Any) -> None:
    scope = interpreter.module
    if shape is None or not shape or not _still(interpreter, name, line, cell):
        return
    place = scope.where[name]
    value: Value = scope.names.get(name, UNKNOWN)
    if value is UNKNOWN:
        scope.names[name] = Arr(shape, None, "?", tag=_produced(place.node))
    elif isinstance(value, Arr):
        known = value.shape
        if known is None:
            scope.names[name] = value.but(shape=shape, tag=value.tag, columns=None)
        elif len(known) == len(shape) and all(
                not isinstance(a, int) or a == b for a, b in zip(known, shape)):
            filled = tuple(b if a is None else a for a, b in zip(known, shape))
            scope.names[name] = value.but(shape=filled, tag=value.tag, columns=value.columns)


def _produced(node: Any) -> Any:
    """The tag of `pred = model.predict(x)`, of whatever model."""
    call = getattr(node, "value", None)
    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) \
            and call.func.attr in ("predict", "predict_on_batch"):
        return Produced(None, call.func.attr, 0, 1)
    return None


_ROW = re.compile(r"^\s*([\w/.-]+)\s*\((\w+)\)\s*[│ ]+\s*[\[(]*(\([\d, None]+\))", re.M)


def _from_summary(interpreter: Any, cell: Any) -> None:
    """`model.summary()` of a model that is not known: its layers and what comes out."""
    names = [s.value.func.value.id for s in cell.tree.body
             if isinstance(s, ast.Expr) and isinstance(s.value, ast.Call) and isinstance(
                 s.value.func, ast.Attribute) and s.value.func.attr == "summary" and isinstance(
                 s.value.func.value, ast.Name)]
    if len(names) != 1 or interpreter.module.names.get(names[0], UNKNOWN) is not UNKNOWN:
        return
    text = "".join(_joined(o.get("text")) for o in cell.outputs if isinstance(o, dict)
                   and (o.get("name") == "stdout" or o.get("stream") == "stdout"))[:LOOKED_AT]
    if text.count("Model: ") != 1:
        return
    rows = [(m.group(2), dims(m.group(3))) for m in _ROW.finditer(text)]
    if not rows or any(shape is None for _cls, shape in rows):
        return
    model = Model("sequential")
    model.class_name = "Sequential"
    model.outputs = [rows[-1][1]]
    model.chain = tuple(Layer(cls, {}, None) for cls, _shape in reversed(rows))
    model.layers = list(reversed(model.chain))
    model.kind = "summary"
    interpreter.module.names[names[0]] = model


def _joined(text: Any) -> str:
    if isinstance(text, list):
        return "".join(part for part in text if isinstance(part, str))
    return text if isinstance(text, str) else ""
