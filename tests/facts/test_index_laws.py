"""Indexing a shape is what NumPy does to an array of that shape, or less is known; never else."""
from __future__ import annotations

from typing import Any, Optional, Tuple

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shapecheck.facts import Array, ObservedShape

sizes = st.integers(0, 4)
shapes = st.lists(sizes, max_size=4).map(tuple)
bounds = st.none() | st.integers(-6, 6)
slices = st.builds(slice, bounds, bounds, st.none() | st.sampled_from([-3, -2, -1, 1, 2, 3]))
keys = st.lists(
    st.integers(-5, 4) | slices | st.none() | st.just(Ellipsis), max_size=5).map(tuple)


def numpy_shape(shape: Tuple[int, ...], key: Tuple[Any, ...]) -> Optional[Tuple[int, ...]]:
    """The shape of x[key], None where NumPy refuses."""
    try:
        return np.empty(shape, np.int8)[key].shape
    except IndexError:
        return None


@given(shapes, keys)
@example((2, 3, 256), (0, 0))
@example((2, 3, 256), (0, slice(0, 1)))
@example((2, 3, 256), (Ellipsis, 0, None))
@example((3,), (Ellipsis, Ellipsis))
@example((), (0,))
@example((), (None,))
def test_a_known_shape_is_indexed_as_numpy_does(shape, key):
    expected = numpy_shape(shape, key)
    if expected is None:
        with pytest.raises(IndexError):
            Array.of(shape).index(key)
    else:
        assert Array.of(shape).index(key).shape == expected


@given(shapes, keys, st.lists(st.sampled_from(["known", "unknown", "named"]), min_size=4,
                              max_size=4))
def test_a_dimension_claimed_of_an_unknown_one_is_right(shape, key, knowledge):
    """Forgetting sizes may lose an answer or an error; what is still said is still true."""
    seen = [{"known": size, "unknown": None, "named": f"n{axis}"}[how]
            for axis, (size, how) in enumerate(zip(shape, knowledge))]
    named = {f"n{axis}": size for axis, size in enumerate(shape)}
    expected = numpy_shape(shape, key)
    try:
        claimed = Array.of(seen).index(key)
    except IndexError:
        assert expected is None
        return
    if expected is None:
        return
    assert claimed.rank == len(expected)
    for claim, size in zip(claimed.shape, expected):
        assert claim is None or named.get(claim, claim) == size


@given(keys.filter(lambda k: k.count(Ellipsis) < 2))
def test_nothing_is_known_of_an_array_of_unknown_rank(key):
    assert Array.of(None).index(key).shape is None


@given(shapes)
def test_an_empty_key_and_an_ellipsis_change_nothing(shape):
    array = Array.of(shape, "int32", "Tensor")
    assert array.index(()) == array == array.index((Ellipsis,))


def test_a_full_slice_keeps_a_name():
    assert Array.of(("batch", None)).index((slice(None),)).shape == ("batch", None)
    assert Array.of(("batch", None)).index((slice(0, 2),)).shape == (None, None)


@pytest.mark.parametrize("key", [True, "x", 1.0, [0, 1], np.array([0, 1]), np.ones((3, 2), bool)],
                         ids=["bool", "str", "float", "list", "array", "mask"])
def test_what_is_no_plain_index_is_refused_not_guessed(key):
    with pytest.raises(TypeError):
        Array.of((3, 2)).index((key,))


def test_indexing_keeps_dtype_and_container():
    row = Array.of((2, 256), "int32", "Tensor").index((0,))
    assert (row.dtype, row.container, type(row.shape)) == ("int32", "Tensor", ObservedShape)
