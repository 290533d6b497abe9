"""Which array goes to which input."""
from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Sequence, Tuple

from shapecheck.facts.errors import MissingExtra, UserError
from shapecheck.facts.message import clean
from shapecheck.facts.roles import role_of
from shapecheck.facts.shape import Spec
from shapecheck.observe import slicing
from shapecheck.observe.data_files import Item
from shapecheck.source.model_file import first_line
from shapecheck.source.usage import identifier

if TYPE_CHECKING:
    from shapecheck.observe.data import LoadedData


@dataclass(frozen=True)
class BoundArgument:
    """What is passed to one input, and the text by which the user knows it."""

    name: str
    expression: str
    value: Any


@dataclass(frozen=True)
class BoundData:
    """What to hand to the model. structure: "single", "list", "dict" or "pipeline"."""

    arguments: Tuple[BoundArgument, ...]
    structure: str
    notes: Tuple[str, ...] = ()

    @property
    def inputs(self) -> Any:
        """The array, the list, the dict or the pipeline itself."""
        if self.structure == "dict":
            return {argument.name: argument.value for argument in self.arguments}
        if self.structure == "list":
            return [argument.value for argument in self.arguments]
        return self.arguments[0].value

    @property
    def expression(self) -> str:
        """The whole argument as the user would write it."""
        if self.structure == "dict":
            return "{" + ", ".join(f'"{a.name}": {a.expression}' for a in self.arguments) + "}"
        if self.structure == "list":
            return "[" + ", ".join(a.expression for a in self.arguments) + "]"
        return self.arguments[0].expression


def bind(data: "LoadedData", specs: Sequence[Spec], structure: str,
         as_expr: Optional[str] = None) -> BoundData:
    """Each array to its input: by the name given, else by equal names or roles, else by order.

    One array of shape (k, rows, ...) for a model with k inputs is split as `data[0]`, `data[1]`.
    as_expr: pass this instead; see `slicing`. Shapes that do not fit are no error here. Raises
    UserError where inputs and arrays cannot be matched, for text, and for NaN among ids.
    """
    if data.pipeline is not None:
        if as_expr:
            raise UserError("--as works on arrays; a pipeline yields its batches itself")
        item = data.pipeline
        return BoundData((BoundArgument(item.name, item.expression, item.value),), "pipeline")
    notes: List[str] = list(data.notes)
    matched = _match(data, specs, notes)
    if as_expr and as_expr.strip():
        bound = _apply(as_expr, data, matched, specs, structure)
    else:
        bound = BoundData(tuple(matched), _structure(data, matched, specs, structure))
    by_name = {spec.name: spec for spec in specs}
    arguments = tuple(_checked(argument, by_name.get(argument.name), notes)
                      for argument in bound.arguments)
    return BoundData(arguments, bound.structure, tuple(notes))


def _structure(data: "LoadedData", arguments: Sequence[BoundArgument], specs: Sequence[Spec],
               structure: str) -> str:
    if not specs:  # a model that declares nothing: as the data came
        return "single" if len(arguments) == 1 else "dict" if data.named else "list"
    if structure == "nested":  # every Keras takes the flat list
        return "list"
    if structure == "list" and len(arguments) != len(specs):
        return "dict"  # optional inputs were left out
    return structure


# -- matching ----------------------------------------------------------------------------------


def _match(data: "LoadedData", specs: Sequence[Spec], notes: List[str]) -> List[BoundArgument]:
    items = list(data.items)
    if not specs:
        return [BoundArgument(i.name, i.expression, _whole(i, notes)) for i in items]
    items = _columns(items, specs)
    by_input = _by_name(items, specs)
    if by_input is None:
        by_input = _by_order(items, specs, notes)
    _all_there(by_input, items, specs)
    unused = [i.name for i in items if i not in by_input.values()]
    if unused and not _is_split(by_input):
        notes.append(f"not used: {clean(', '.join(unused))}")
    return [BoundArgument(s.name, by_input[s.name].expression, _whole(by_input[s.name], notes))
            for s in specs if s.name in by_input]


def _columns(items: List[Item], specs: Sequence[Spec]) -> List[Item]:
    """A table with columns named like the inputs becomes those columns."""
    if len(items) != 1 or items[0].columns is None or items[0].bound_to is not None:
        return items
    table = items[0]
    columns = [Item(name, _column_expression(table, name), value, table.origin, parsed=table.parsed)
               for name, value in (table.columns or {}).items()]
    named = _by_name(columns, specs)
    if named is not None and all(s.name in named or s.optional for s in specs):
        return columns
    if len(specs) == 1:
        return items
    raise UserError(f"{clean(table.origin)}: its columns ({_names(columns)}) are not the model's "
                    f"inputs ({_names(specs)}); name them alike, or give one file an input as "
                    "NAME=FILE")


def _column_expression(table: Item, name: str) -> str:
    return f'{table.expression}["{name}"]'


def _names(things: Sequence[Any]) -> str:
    shown = ", ".join(clean(thing.name) for thing in things[:8])
    return shown + (", ..." if len(things) > 8 else "")


def _by_name(items: Sequence[Item], specs: Sequence[Spec]) -> Optional[Dict[str, Item]]:
    """input -> item by the names given or by equal names; None where no name says anything."""
    found: Dict[str, Item] = {}
    for item in items:
        if item.bound_to is not None:
            spec = _named(item.bound_to, specs, found)
            if spec is None:
                raise UserError(f"{clean(item.bound_to)}={clean(item.origin)}: the model has no "
                                f"input {clean(item.bound_to)!r}; it has {_names(specs)}")
            found[spec.name] = item
    for item in items:
        if item.bound_to is None:
            spec = _named(item.name, specs, found)
            if spec is not None:
                found[spec.name] = item
    if not found:
        return None
    # what is left of both sides, if one of each, belongs together
    rest = [s for s in specs if s.name not in found and not s.optional]
    left = [i for i in items if i not in found.values()]
    if len(rest) == 1 and len(left) == 1:
        found[rest[0].name] = left[0]
    return found


def _named(name: str, specs: Sequence[Spec], taken: Dict[str, Item]) -> Optional[Spec]:
    free = [spec for spec in specs if spec.name not in taken]
    tests = (lambda s: s.name == name, lambda s: s.name.lower() == name.lower(),
             lambda s: identifier(s.name).lower() == identifier(name).lower(),
             lambda s: role_of(name) is not None and (s.role or role_of(s.name)) == role_of(name))
    for test in tests:
        for spec in free:
            if test(spec):
                return spec
    return None


def _by_order(items: Sequence[Item], specs: Sequence[Spec], notes: List[str]) -> Dict[str, Item]:
    required = [spec for spec in specs if not spec.optional]
    for wanted in (list(specs), required):
        if len(items) == len(wanted):
            if len(items) > 1:
                notes.append("matched by order: " + ", ".join(
                    f"{clean(i.name)} to {clean(s.name)}" for i, s in zip(items, wanted)))
            return {spec.name: item for spec, item in zip(wanted, items)}
    if len(items) == 1:
        for wanted in (list(specs), required):
            parts = _split(items[0], len(wanted), wanted)
            if parts:
                return {spec.name: part for spec, part in zip(wanted, parts)}
    if len(required) == 1 and len(items) > 1:
        raise UserError(f"{len(items)} arrays ({_names(items)}) for one input "
                        f"({clean(required[0].name)}); choose with {clean(required[0].name)}=FILE "
                        f"or --as {clean(items[0].expression)}")
    raise UserError(f"{len(items)} array{'s' if len(items) > 1 else ''} ({_names(items)}) for "
                    f"{len(specs)} inputs ({_names(specs)}); give one each, as NAME=FILE or as an "
                    ".npz with these names")


def _split(item: Item, count: int, specs: Sequence[Spec]) -> List[Item]:
    """The parts of one stacked array (count, rows, ...), [] where it is none."""
    value = item.value
    if count < 2 or item.columns is not None or item.bound_to is not None:
        return []
    if isinstance(value, (list, tuple)):
        fits = len(value) == count
    else:
        shape = tuple(getattr(value, "shape", ()))
        ranks = {spec.rank for spec in specs if spec.rank is not None}
        fits = bool(shape) and shape[0] == count and (
            not ranks or any(len(shape) == rank + 1 for rank in ranks))
    if not fits:
        return []
    return [item._replace(name=f"{item.name}[{i}]", expression=f"{item.expression}[{i}]",
                          value=value[i]) for i in range(count)]


def _is_split(by_input: Dict[str, Item]) -> bool:
    return any(item.name.endswith("]") for item in by_input.values())


def _all_there(by_input: Dict[str, Item], items: Sequence[Item], specs: Sequence[Spec]) -> None:
    missing = [spec for spec in specs if spec.name not in by_input and not spec.optional]
    if missing:
        raise UserError(f"no data for input {_names(missing)}; the data has {_names(items)}")


def _whole(item: Item, notes: List[str]) -> Any:
    """The value to pass; a table read from a file becomes its numeric columns, (rows, columns)."""
    if item.columns is None or item.value is not None:
        return item.value
    import numpy as np

    numeric = {n: v for n, v in item.columns.items() if v.dtype.kind in "biuf"}
    if not numeric:
        raise UserError(f"{clean(item.origin)}: has no column of numbers (columns: "
                        f"{clean(', '.join(item.columns))})")
    left_out = [n for n in item.columns if n not in numeric]
    if left_out:
        notes.append(f"left out of {clean(item.name)}, no numbers: {clean(', '.join(left_out))}")
    return np.stack(list(numeric.values()), axis=1)


# -- values ------------------------------------------------------------------------------------


def _checked(argument: BoundArgument, spec: Optional[Spec], notes: List[str]) -> BoundArgument:
    dtype = getattr(argument.value, "dtype", None)
    kind = getattr(dtype, "kind", "")
    name = clean(argument.expression)
    if kind == "O" and not hasattr(argument.value, "iloc"):
        raise UserError(f"{name} is an object array: give every row the same length, then "
                        "np.stack(rows) makes it numbers")
    if kind in ("U", "S") and spec is not None and spec.dtype not in (None, "string"):
        raise UserError(f"{name} holds text, the input wants {spec.dtype}; give numbers, or "
                        "the text with --text")
    if kind == "f" and getattr(argument.value, "size", 0):
        return _floats(argument, spec, name, notes)
    return argument


def _floats(argument: BoundArgument, spec: Optional[Spec], name: str,
            notes: List[str]) -> BoundArgument:
    import numpy as np

    value = np.asarray(argument.value)
    bad = np.isnan(value)
    wants_ints = spec is not None and (spec.dtype or "").startswith(("int", "uint"))
    if bad.any():
        place = ", ".join(str(int(i)) for i in np.argwhere(bad)[0])
        if wants_ints:
            raise UserError(f"{name} holds NaN (first at [{place}]) where input "
                            f"{clean(spec.name if spec else '')} wants whole numbers; fill or drop "
                            "those rows")
        notes.append(f"{name} holds NaN, first at [{place}]: the results will be NaN as well")
    return argument


def whole_numbers(value: Any, dtype: str) -> Any:
    """The array as `dtype` where every value is whole, else the array."""
    import numpy as np

    if value.size and np.isfinite(value).all() and (value == np.floor(value)).all():
        return value.astype(dtype)
    return value


# -- --as --------------------------------------------------------------------------------------


def _apply(expression: str, data: "LoadedData", matched: List[BoundArgument],
           specs: Sequence[Spec], structure: str) -> BoundData:
    tree = slicing.parse(expression)
    names = _namespace(data, matched)
    bare = slicing.is_suffix(expression)
    root = "x" if bare else slicing.chain_root(tree)
    if len(matched) > 1 and root == "x" and not isinstance(tree, ast.Name) \
            and not _by_input_name(tree):
        return _apply_to_each(expression, tree, matched, data, specs, structure, bare)
    value = slicing.evaluate(tree, names, expression)
    text = matched[0].expression + expression.strip() if bare and matched else expression.strip()
    return _shaped(value, tree, text, expression, matched, data, specs, structure)


def _namespace(data: "LoadedData", matched: List[BoundArgument]) -> Dict[str, Any]:
    names: Dict[str, Any] = {}
    for item in data.items:
        if item.expression.isidentifier():
            names[item.expression] = _whole(item, [])
        else:  # data["ids"], data[0]: parts of one object of the user's
            head, _, _ = item.expression.partition("[")
            names.setdefault(head, _inputs_of(data.items, matched))
    for argument in matched:
        if identifier(argument.name) == argument.name:
            names.setdefault(argument.name, argument.value)
    names["x"] = matched[0].value if len(matched) == 1 else slicing.Inputs(
        tuple(a.name for a in matched), tuple(a.value for a in matched))
    return names


def _inputs_of(items: Sequence[Item], matched: List[BoundArgument]) -> slicing.Inputs:
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
                   data: "LoadedData", specs: Sequence[Spec], structure: str,
                   bare: bool) -> BoundData:
    suffix = expression.strip() if bare else expression.strip()[len("x"):]
    arguments = []
    for argument in matched:
        value = slicing.evaluate(tree, {"x": argument.value}, expression)
        arguments.append(BoundArgument(argument.name, argument.expression + suffix, value))
    return BoundData(tuple(arguments), _structure(data, arguments, specs, structure))


def _shaped(value: Any, tree: ast.expr, text: str, expression: str,
            matched: List[BoundArgument], data: "LoadedData", specs: Sequence[Spec],
            structure: str) -> BoundData:
    names = [spec.name for spec in specs] or [a.name for a in matched]
    if isinstance(value, slicing.Inputs):
        return BoundData(tuple(matched), _structure(data, matched, specs, structure))
    if isinstance(value, dict):
        unknown = [key for key in value if specs and key not in names]
        if unknown:
            raise UserError(f"--as: the model has no input {clean(unknown[0])!r}; it has "
                            f"{clean(', '.join(names))}")
        texts = [ast.unparse(node) for node in tree.values] if isinstance(tree, ast.Dict) else [
            f'{text}["{key}"]' for key in value]
        return BoundData(tuple(BoundArgument(key, t, _passed(v, expression))
                               for (key, v), t in zip(value.items(), texts)), "dict")
    display = isinstance(tree, (ast.List, ast.Tuple))
    if isinstance(value, (list, tuple)) and (display or len(names) > 1):
        if len(value) != len(names):
            raise UserError(f"--as {clean(expression)!r} gives {len(value)} arrays, the model "
                            f"takes {len(names)} ({clean(', '.join(names))})")
        texts = [ast.unparse(node) for node in tree.elts] if isinstance(
            tree, (ast.List, ast.Tuple)) else [f"{text}[{i}]" for i in range(len(value))]
        return BoundData(tuple(BoundArgument(n, t, _passed(v, expression))
                               for n, t, v in zip(names, texts, value)), "list")
    stacked = len(data.items) == 1 and slicing.chain_root(tree) == data.items[0].expression
    if len(names) > 1 and not stacked:
        each = ", ".join(f"{a.expression}[0:1]" for a in matched)
        raise UserError(f"--as {clean(expression)!r} gives one array, the model takes "
                        f"{len(names)}; write --as '[{clean(each)}]'")
    return BoundData((BoundArgument(names[0], text, _passed(value, expression)),), "single")


def _passed(value: Any, expression: str) -> Any:
    if hasattr(value, "shape") or isinstance(value, (list, tuple)) or (
            isinstance(value, (int, float)) and not isinstance(value, bool)):
        return value
    raise UserError(f"--as {clean(expression)!r} gives {type(value).__name__}, expected an array")


# -- --text ------------------------------------------------------------------------------------


def tokenize(texts: Sequence[str], folder: Optional[str], specs: Sequence[Spec]) -> BoundData:
    """`--text` through the model's own tokenizer: int32 arrays (texts, longest text), as a dict.

    Raises UserError where the model has no tokenizer of its own or none of what it makes is an
    input; MissingExtra without transformers.
    """
    if not folder:
        raise UserError("--text needs the model's own tokenizer, and this model has none beside "
                        "it; give a Hugging Face folder with tokenizer.json, or --inputs DATA")
    if not texts or not any(text.strip() for text in texts):
        raise UserError("--text is empty; give one text at least")
    try:
        from transformers import AutoTokenizer
    except ImportError as exc:
        raise MissingExtra("--text", "transformers") from exc
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True,
                                                  trust_remote_code=False)
        encoded = tokenizer(list(texts), padding=True, truncation=True, return_tensors="np")
    except Exception as exc:
        raise UserError(f"{clean(folder)}: its tokenizer cannot be used ({type(exc).__name__}: "
                        f"{clean(first_line(exc), 160)})") from exc
    names = [spec.name for spec in specs] or list(encoded)
    arguments = []
    for name in names:
        key = name if name in encoded else next(
            (k for k in encoded if role_of(name) and role_of(k) == role_of(name)), None)
        if key is not None:
            arguments.append(BoundArgument(name, identifier(key), encoded[key].astype("int32")))
    if not arguments:
        raise UserError(f"{clean(folder)}: its tokenizer makes {clean(', '.join(encoded))}, none "
                        f"of the model's inputs ({clean(', '.join(names))})")
    return BoundData(tuple(arguments), "dict" if len(arguments) > 1 or not specs else "dict")
