"""The truth of the tables: a program is run for real and read, and what the reader claims of its
names is held against what they are."""
from __future__ import annotations

import ast
import json
import random
import warnings
from typing import Any, Dict, List, Optional

import numpy as np

from shapecheck.read.reader import read
from shapecheck.read.values import (
    UNKNOWN,
    Arr,
    Bound,
    Const,
    Dim,
    Labels,
    Mapping,
    Obj,
    Seq,
    Size,
    Value,
)
from shapecheck.source.documents import read_document


class Wrong(AssertionError):
    """The reader claims what is not so."""


def interpreted(program: str) -> Dict[str, Value]:
    """The names that the program leaves, as the reader sees them."""
    # what the bytes mention decides whether a file is read at all
    document = read_document("program.py", f"import keras\n{program}".encode())
    assert document.cells[0].error is None, document.cells[0].error
    reading = read(document)
    assert reading.notes == [], reading.notes
    return reading.module.names


def executed(program: str) -> Optional[Dict[str, Any]]:
    """What they are; None where the program raises."""
    names: Dict[str, Any] = {}
    try:
        with np.errstate(all="ignore"):
            exec(compile(program, "program.py", "exec"), names)
    except Exception:
        return None
    return names


class Truth:
    """Claims against what is. `sizes`: what named dimensions stand for in this program."""

    def __init__(self) -> None:
        self.sizes: Dict[str, int] = {}
        self.known = 0
        self.unknown = 0

    def hold(self, program: str, *wanted: str) -> bool:
        """Checks all names of the program (or the wanted ones). False: the program raises."""
        real = executed(program)
        if real is None:
            return False
        self.sizes = {}
        claims = interpreted(program)
        for name in wanted or [n for n in claims if n != "keras"]:
            if name not in real:
                raise Wrong(f"{name} is not there\n{program}")
            self.check(claims.get(name, UNKNOWN), real[name], f"{program}\n{name}")
        return True

    def hold_each(self, setup: str, expressions: List[str]) -> List[str]:
        """Checks each expression after the setup; those that really raise are left out. Returns
        the ones of which the reader knows nothing."""
        names = executed(setup)
        assert names is not None, setup
        lines, values = [setup], []
        for number, expression in enumerate(expressions):
            line = f"r{number} = {expression}"
            try:
                with np.errstate(all="ignore"), warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    exec(line, names)
            except Exception:
                continue
            lines.append(line)
            values.append((f"r{number}", expression))
        self.sizes = {}
        claims = interpreted("\n".join(lines))
        silent = []
        for name, expression in values:
            before = self.known
            self.check(claims.get(name, UNKNOWN), names[name], f"{setup}\n{name} = {expression}")
            if self.known == before:
                silent.append(expression)
        return silent

    def check(self, claim: Any, real: Any, where: str) -> None:
        if isinstance(claim, Const):
            self._say(same_number(claim.value, real), where, claim, real)
            self.known += 1
        elif isinstance(claim, Size):
            self.dim(claim.name, int(real), where)
            self.known += 1
        elif isinstance(claim, Arr):
            self.array(claim, real, where)
        elif isinstance(claim, Seq):
            self.sequence(claim, real, where)
        elif isinstance(claim, Mapping):
            if claim.items is not None:
                self._say(set(claim.items) == set(real), where, claim, real)
                for key, value in claim.items.items():
                    self.check(value, real[key], f"{where}[{key!r}]")
        elif isinstance(claim, Obj) and claim.cls == "scipy.sparse.csr_matrix":
            self.array(claim.attrs["__of__"].but(kind="?"), real, where)
        elif claim is UNKNOWN or isinstance(claim, Bound):
            self.unknown += 1

    def dim(self, claim: Dim, real: int, where: str) -> None:
        if isinstance(claim, str):
            claim = self.sizes.setdefault(claim, real)
        if claim is not None:
            self._say(claim == real, where, claim, real)

    def array(self, claim: Arr, real: Any, where: str) -> None:
        shape = getattr(real, "shape", None)
        shape = tuple(np.shape(real)) if shape is None else tuple(shape)
        if claim.shape is None:
            self.unknown += 1
        else:
            self.known += 1
            self._say(len(claim.shape) == len(shape), where, claim, shape)
            for a, b in zip(claim.shape, shape):
                self.dim(a, b, f"{where}: {claim} {shape}")
        if claim.dtype is not None:
            dtype = str(getattr(real, "dtype", np.asarray(real).dtype))
            text = dtype.startswith(("<U", "|S", "object", "str"))
            self._say(claim.dtype == dtype or (text and claim.dtype in ("str", "object")),
                      where, claim.dtype, dtype)
        self._kind(claim, real, where)
        if claim.columns is not None:
            self._say(list(claim.columns) == list(real.columns), where, claim.columns, real)
        if claim.labels is not None:
            self.labels(claim.labels, real, where)

    def _kind(self, claim: Arr, real: Any, where: str) -> None:
        found = type(real).__name__
        if claim.kind in ("Series", "DataFrame") and claim.shape is not None:
            self._say(found == claim.kind, where, claim, found)
        elif claim.kind == "ndarray" and claim.shape is not None:
            self._say(found not in ("Series", "DataFrame", "list", "tuple", "dict"), where, claim,
                      found)
        elif claim.kind == "scalar":
            self._say(np.ndim(real) == 0, where, claim, found)

    def labels(self, claim: Labels, real: Any, where: str) -> None:
        numbers = np.asarray(real.toarray() if hasattr(real, "toarray") else real)
        if not numbers.size:
            return
        numbers = numbers.astype(float)
        where = f"{where}: labels"
        if claim.low is not None:
            self._say(numbers.min() >= claim.low - 1e-6, where, claim.low, numbers.min())
        if claim.high is not None:
            self._say(numbers.max() <= claim.high + 1e-6, where, claim.high, numbers.max())
        if claim.whole:
            self._say(bool((numbers == np.round(numbers)).all()), where, "whole", numbers)
        if claim.binary:
            self._say(set(np.unique(numbers)) <= {0.0, 1.0}, where, "binary", numbers)
        if claim.one_hot:
            self._say(bool((numbers.sum(-1) == 1).all() and (numbers.max(-1) == 1).all()), where,
                      "one-hot", numbers)
        if claim.classes is not None:
            count = numbers.shape[-1] if claim.one_hot else len(np.unique(numbers))
            self._say(count == claim.classes if claim.one_hot else count <= claim.classes, where,
                      claim.classes, count)

    def sequence(self, claim: Seq, real: Any, where: str) -> None:
        if claim.kind in ("list", "tuple"):
            self._say(isinstance(real, (list, tuple)), where, claim, type(real))
        if claim.kind not in ("list", "tuple", "generator"):
            return
        items: List[Any] = list(real)
        if claim.length is not None:
            self.known += 1
            self.dim(claim.length, len(items), where)
        for number, item in enumerate(items[:50]):
            self.check(claim.items[number] if claim.items is not None else claim.element, item,
                       f"{where}[{number}]")

    def _say(self, true: bool, where: str, claim: Any, real: Any) -> None:
        if not true:
            raise Wrong(f"claimed {claim!r}, is {real!r}\n{where}")


class _Blur(ast.NodeTransformer):
    def __init__(self, rng: random.Random, share: float) -> None:
        self.rng = rng
        self.share = share

    def visit_Constant(self, node: ast.Constant) -> ast.expr:
        if not isinstance(node.value, (int, float, str, type(None))) \
                or self.rng.random() > self.share:
            return node
        return ast.Call(ast.Name("J", ast.Load()), [ast.Constant(json.dumps(node.value))], [])


def blurred(expression: str, rng: random.Random, share: float = 0.4) -> str:
    """The same expression, in which some constants are nothing that a reader can know: `J` is
    `json.loads`."""
    tree = _Blur(rng, share).visit(ast.parse(expression))
    return ast.unparse(ast.fix_missing_locations(tree))


def same_number(claim: Any, real: Any) -> bool:
    if isinstance(claim, float) and claim != claim:
        return bool(real != real)
    return bool(claim == real)


def shapes(program: str, name: str = "r") -> Any:
    """What the reader says of one name: its shape, or the shapes of its items."""
    def plain(value: Value) -> Any:
        if isinstance(value, Arr):
            return value.shape
        if isinstance(value, Seq) and value.items is not None:
            return [plain(item) for item in value.items]
        return value.value if isinstance(value, Const) else None
    return plain(interpreted(program)[name])
