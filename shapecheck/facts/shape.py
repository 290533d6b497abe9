"""Shapes: what is declared (`Spec`) and what was seen (`Array`) are different types.

Keras writes `None` for both "any size is right" and "not known". Here the first can
stand in a `DeclaredShape` only, the second in an `ObservedShape` only, and comparing one
with the other raises: rules ask three-valued questions instead. No proof, no finding.
"""
from __future__ import annotations

import enum
from typing import Any, Iterable, Mapping, Optional, Tuple, Union

from shapecheck.facts.records import dataclass, field, replace

Dim = Optional[Union[int, str]]  # an int, a name ("batch"), or None


class Truth(enum.Enum):
    """Answer to a question about shapes. It has no truth value on purpose: say which you mean."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"

    def __bool__(self) -> bool:
        raise TypeError("three-valued: compare with Truth.YES or Truth.NO")

    @staticmethod
    def every(answers: Iterable["Truth"]) -> "Truth":
        """YES if all are YES, NO if one is NO, else UNKNOWN."""
        result = Truth.YES
        for answer in answers:
            if answer is Truth.NO:
                return Truth.NO
            if answer is Truth.UNKNOWN:
                result = Truth.UNKNOWN
        return result


def must_equal(a: Dim, b: Dim) -> bool:
    """True only where it is proved: equal ints, or the same named dimension."""
    return a is not None and b is not None and a == b


def must_differ(a: Dim, b: Dim) -> bool:
    """True only where it is proved: two different ints. Names and None prove nothing."""
    return isinstance(a, int) and isinstance(b, int) and a != b


class _Shape(Tuple[Dim, ...]):
    """A tuple of dimensions that refuses comparison with the other kind of shape."""

    __slots__ = ()

    @property
    def rank(self) -> int:
        return len(self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, _Shape) and type(other) is not type(self):
            raise TypeError("a declared shape never equals an observed one: ask Spec.accepts")
        return tuple.__eq__(self, other) if isinstance(other, tuple) else NotImplemented

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return tuple.__hash__(self)

    def _show(self, none: str) -> str:
        dims = [none if d is None else str(d) for d in self]
        return "(" + ", ".join(dims) + ("," if len(dims) == 1 else "") + ")"


class DeclaredShape(_Shape):
    """A constraint; None is "any size is right". Axis 0 counts rows and is never compared."""

    __slots__ = ()

    def __str__(self) -> str:
        return self._show("None")


class ObservedShape(_Shape):
    """An observation; None is "not known"."""

    __slots__ = ()

    def __str__(self) -> str:
        return self._show("?")


@dataclass(frozen=True)
class ValueFacts:
    """Cheap facts about the values of an array; None where not looked at.

    `rows_differ`: axis 0 holds at least two different rows.
    `rows_same`: all rows along axis 0 are bit-identical, and a row is not trivially
    constant (fewer than three different numbers prove nothing: a saturated sigmoid).
    `rows_repeat`: the rows come in runs of so many bit-identical ones (all rows: one run); None
    where they do not. `row_is_telling`: the first row holds three different numbers at least.
    `has_nan`: one value at least is NaN.
    `one_hot`: each row has a single 1 among zeros. `whole`: all values are whole numbers.
    `classes`: how many different values there are. `low`, `high`: the least and the largest
    value that can be there. `padded`: rows end or begin with zeros that stand for nothing.
    `ragged`: an array of objects, each a row of its own.
    """

    rows_differ: Optional[bool] = None
    rows_same: Optional[bool] = None
    rows_repeat: Optional[int] = None
    row_is_telling: Optional[bool] = None
    has_nan: Optional[bool] = None
    sample: Optional[Tuple[float, ...]] = None
    one_hot: Optional[bool] = None
    whole: Optional[bool] = None
    classes: Optional[int] = None
    low: Optional[float] = None
    high: Optional[float] = None
    padded: Optional[bool] = None
    ragged: Optional[bool] = None


_NOT_LOOKED_AT = ValueFacts()


@dataclass(frozen=True)
class Array:
    """What was passed, received or returned.

    shape: None where even the rank is unknown. dtype: NumPy's name ("int32").
    container: the user's type: "ndarray", "Tensor", "Series", "DataFrame", "list", "Dataset",
    "generator", "Sequence", ... For pipelines the shape is that of one element (one batch).
    """

    shape: Optional[ObservedShape] = None
    dtype: Optional[str] = None
    container: str = "ndarray"
    values: ValueFacts = field(default_factory=ValueFacts)

    @staticmethod
    def of(shape: Optional[Iterable[Dim]], dtype: Optional[str] = None, container: str = "ndarray",
           values: Optional[ValueFacts] = None) -> "Array":
        return Array(None if shape is None else ObservedShape(shape), dtype, container,
                     values or _NOT_LOOKED_AT)

    @property
    def rank(self) -> Optional[int]:
        return None if self.shape is None else len(self.shape)

    @property
    def rows(self) -> Dim:
        """The size of axis 0, None where unknown or where there is no axis."""
        return self.shape[0] if self.shape else None

    def with_shape(self, shape: Optional[Iterable[Dim]]) -> "Array":
        return replace(self, shape=None if shape is None else ObservedShape(shape))

    def index(self, keys: Tuple[Any, ...]) -> "Array":
        """The array that `self[keys]` is; keys are ints, slices, None and Ellipsis.

        Raises IndexError where NumPy would (too many indices, index out of range) and
        TypeError for keys of another type.
        """
        if self.shape is None:
            return self.with_shape(None)
        return self.with_shape(_index(self.shape, keys))

    def __str__(self) -> str:
        return "?" if self.shape is None else str(self.shape)


def _index(shape: Tuple[Dim, ...], keys: Tuple[Any, ...]) -> Tuple[Dim, ...]:
    if sum(k is Ellipsis for k in keys) > 1:
        raise IndexError("an index can only have a single ellipsis ('...')")
    consumed = sum(1 for k in keys if k is not None and k is not Ellipsis)
    if consumed > len(shape):
        raise IndexError(f"too many indices: array is {len(shape)}-dimensional, "
                         f"but {consumed} were indexed")
    if not any(k is Ellipsis for k in keys):  # `in` would compare, which arrays cannot
        keys = keys + (Ellipsis,)
    result: list[Dim] = []
    axis = 0
    for key in keys:
        if key is None:
            result.append(1)
        elif key is Ellipsis:
            rest = len(shape) - consumed
            result.extend(shape[axis:axis + rest])
            axis += rest
        elif isinstance(key, slice):
            result.append(_sliced(shape[axis], key))
            axis += 1
        elif isinstance(key, int) and not isinstance(key, bool):
            size = shape[axis]
            if isinstance(size, int) and not -size <= key < size:
                raise IndexError(f"index {key} is out of bounds for axis {axis} with size {size}")
            axis += 1
        else:
            raise TypeError(f"cannot index a shape with {type(key).__name__}")
    return tuple(result)


def _sliced(size: Dim, key: slice) -> Dim:
    if isinstance(size, int):
        return len(range(*key.indices(size)))
    return size if key == slice(None) else None


@dataclass(frozen=True)
class Spec:
    """What a model declares for one input (or output).

    shape: None where nothing is declared, not even the rank. A dimension None is "any".
    source: where the declaration stands: "Input", "signature", "layer" (the first built
    layer), "config" (a model file, not loaded).
    """

    name: str
    shape: Optional[DeclaredShape] = None
    dtype: Optional[str] = None
    role: Optional[str] = None
    optional: bool = False
    source: str = "Input"

    @staticmethod
    def of(name: str, shape: Optional[Iterable[Dim]], dtype: Optional[str] = None, *,
           role: Optional[str] = None, optional: bool = False, source: str = "Input") -> "Spec":
        return Spec(name, None if shape is None else DeclaredShape(shape), dtype, role, optional,
                    source)

    @property
    def rank(self) -> Optional[int]:
        return None if self.shape is None else len(self.shape)

    def accepts(self, array: Array) -> Truth:
        """Does the array have the declared rank and sizes (axis 0, the rows, is free)?"""
        if self.shape is None or array.shape is None:
            return Truth.UNKNOWN
        return _fits(self.shape, array.shape)

    def tolerates(self, array: Array) -> Truth:
        """`accepts`, or one of the two equivalences that Keras makes on purpose.

        (N, ...) for a declared (None, ..., 1) and (N, ..., d, 1) for a declared (None, ..., d):
        keras/src/models/functional.py `_adjust_input_rank`, Keras 2 `_conform_to_reference_input`;
        measured in every generation.
        """
        if self.shape is None or array.shape is None:
            return Truth.UNKNOWN
        declared, shape = self.shape, array.shape
        if self.source == "signature" and len(shape) > len(declared):
            return Truth.NO  # no Functional model that would take an axis away
        adjusted = rank_adjusted(declared, shape)
        if adjusted is not None:
            return _fits(declared, adjusted)
        if len(shape) == len(declared) + 1 and not must_differ(shape[-1], 1):
            # Its last axis may be the 1 that is squeezed: no YES without proof, but no NO either.
            return Truth.every((_fits(declared, shape[:-1]), Truth.UNKNOWN))
        return Truth.NO

    def __str__(self) -> str:
        return "anything" if self.shape is None else str(self.shape)


def rank_adjusted(declared: DeclaredShape, shape: Tuple[Dim, ...]) -> Optional[Tuple[Dim, ...]]:
    """What the rank adjustment of a Functional model makes of `shape`; None where it has no answer.

    One trailing 1 too many is squeezed; one trailing 1 too few is expanded.
    """
    if len(shape) == len(declared):
        return shape
    if len(shape) == len(declared) + 1 and must_equal(shape[-1], 1):
        return shape[:-1]
    if len(shape) == len(declared) - 1 and must_equal(declared[-1], 1):
        return shape + (1,)
    return None


def _fits(declared: DeclaredShape, shape: Tuple[Dim, ...]) -> Truth:
    if len(declared) != len(shape):
        return Truth.NO
    answers = []
    for want, have in zip(declared[1:], shape[1:]):
        if want is None or must_equal(want, have):
            answers.append(Truth.YES)
        elif must_differ(want, have):
            answers.append(Truth.NO)
        else:
            answers.append(Truth.UNKNOWN)
    return Truth.every(answers)


def to_jsonable(shape: Optional[Iterable[Dim]]) -> Optional[list[Dim]]:
    return None if shape is None else list(shape)


def from_mapping(data: Optional[Mapping[str, Any]]) -> Optional[Array]:
    """The `Array` of its JSON form (see `report`)."""
    if data is None:
        return None
    return Array.of(data["shape"], data.get("dtype"), data.get("container", "ndarray"))
