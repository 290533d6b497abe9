"""Three-valued answers: an unknown never decides, and learning more never takes an answer back."""
from __future__ import annotations

import copy
import itertools
import pickle

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shapecheck.facts import (
    Array,
    DeclaredShape,
    ObservedShape,
    Spec,
    Truth,
    must_differ,
    must_equal,
)

YES, NO, UNKNOWN = Truth.YES, Truth.NO, Truth.UNKNOWN
sizes = st.integers(0, 3)
dims = st.none() | sizes | st.sampled_from(["batch", "width"])
declared_shapes = st.lists(st.none() | sizes, min_size=1, max_size=4).map(lambda s: [None, *s[1:]])
known_shapes = st.lists(sizes, max_size=5).map(tuple)
answers = st.lists(st.sampled_from(list(Truth)), max_size=5)


@st.composite
def shapes_with_less_known(draw):
    """(shape, the same shape with some sizes forgotten)"""
    shape = draw(known_shapes)
    forget = draw(st.lists(st.sampled_from(["no", "unknown", "name"]), min_size=len(shape),
                           max_size=len(shape)))
    return shape, tuple({"no": size, "unknown": None, "name": f"n{axis}"}[how]
                        for axis, (size, how) in enumerate(zip(shape, forget)))


# --- dimensions

@given(dims, dims)
def test_two_dimensions_never_both_equal_and_differ(a, b):
    assert not (must_equal(a, b) and must_differ(a, b))


@given(dims, dims)
def test_both_questions_are_symmetric(a, b):
    assert must_equal(a, b) == must_equal(b, a)
    assert must_differ(a, b) == must_differ(b, a)


@given(dims)
def test_unknown_is_not_equal_to_anything_and_differs_from_nothing(a):
    assert not must_equal(a, None)
    assert not must_differ(a, None)


@given(sizes, sizes)
def test_known_sizes_are_decided(a, b):
    assert must_equal(a, b) == (a == b)
    assert must_differ(a, b) == (a != b)


def test_a_name_equals_itself_and_proves_no_difference():
    assert must_equal("batch", "batch")
    assert not must_equal("batch", "width")
    assert not must_differ("batch", "width")
    assert not must_differ("batch", 3)


# --- truth

@pytest.mark.parametrize("truth", list(Truth))
def test_truth_has_no_truth_value(truth):
    with pytest.raises(TypeError, match="three-valued"):
        bool(truth)


@given(answers)
def test_every_is_the_weakest_of_its_answers(given_answers):
    expected = NO if NO in given_answers else UNKNOWN if UNKNOWN in given_answers else YES
    assert Truth.every(iter(given_answers)) is expected


@given(answers, answers)
def test_every_does_not_depend_on_order_or_grouping(a, b):
    assert Truth.every(a + b) is Truth.every(b + a)
    assert Truth.every(a + b) is Truth.every([Truth.every(a), Truth.every(b)])


# --- declared and observed

@given(st.lists(dims, max_size=4))
def test_a_declared_shape_is_never_compared_with_an_observed_one(shape):
    declared, observed = DeclaredShape(shape), ObservedShape(shape)
    for question in (lambda: declared == observed, lambda: observed == declared,
                     lambda: declared != observed, lambda: observed in [declared]):
        with pytest.raises(TypeError, match=r"Spec\.accepts"):
            question()


@given(st.lists(dims, max_size=4), st.lists(dims, max_size=4))
@pytest.mark.parametrize("kind", [DeclaredShape, ObservedShape])
def test_shapes_of_one_kind_compare_and_hash_as_tuples(kind, a, b):
    assert (kind(a) == kind(b)) is (tuple(a) == tuple(b))
    assert (kind(a) != kind(b)) is (tuple(a) != tuple(b))
    assert kind(a) == tuple(a)
    assert hash(kind(a)) == hash(tuple(a))


@pytest.mark.parametrize("kind", [DeclaredShape, ObservedShape])
def test_a_copied_shape_is_of_the_same_kind(kind):
    for copied in (copy.deepcopy(kind([None, 3])), pickle.loads(pickle.dumps(kind([None, 3])))):
        assert type(copied) is kind
        assert copied == (None, 3)


def test_any_and_unknown_look_different():
    assert str(DeclaredShape([None, 256])) == "(None, 256)"
    assert str(ObservedShape([None, 256])) == "(?, 256)"
    assert str(ObservedShape([256])) == "(256,)"
    assert str(ObservedShape([])) == "()"
    assert str(Array.of(None)) == "?"
    assert str(Spec.of("x", None)) == "anything"


# --- what a model accepts

@given(declared_shapes, known_shapes)
def test_accepts_is_rank_and_every_declared_size(declared, shape):
    fits = len(shape) == len(declared) and all(
        want is None or want == have for want, have in zip(declared[1:], shape[1:]))
    assert Spec.of("x", declared).accepts(Array.of(shape)) is (YES if fits else NO)


def keras_adjusts(declared, shape):
    """Keras' own rule (functional.py `_adjust_input_rank`), on sizes that are known."""
    if len(shape) == len(declared) + 1 and shape[-1] == 1:
        return shape[:-1]
    if len(shape) == len(declared) - 1 and declared[-1] == 1:
        return shape + (1,)
    return shape


@given(declared_shapes, known_shapes)
@example([None, 1], (3,))
@example([None, 4], (3, 4, 1))
@example([None], ())
def test_tolerates_is_accepts_after_the_rank_adjustment_of_keras(declared, shape):
    spec = Spec.of("x", declared)
    adjusted = Array.of(keras_adjusts(declared, shape))
    assert spec.tolerates(Array.of(shape)) is spec.accepts(adjusted)


@given(declared_shapes, known_shapes)
def test_what_is_accepted_is_tolerated(declared, shape):
    spec, array = Spec.of("x", declared), Array.of(shape)
    if spec.accepts(array) is YES:
        assert spec.tolerates(array) is YES


@pytest.mark.parametrize("question", ["accepts", "tolerates"])
@given(declared_shapes, shapes_with_less_known())
@example([None, 256], ((2, 256, 1), (2, 256, None)))  # what Keras squeezes may be a 1
@example([None, 256], ((2, 256, 1), (2, 256, "n")))
def test_knowing_less_never_changes_a_yes_into_a_no_or_back(question, declared, pair):
    full, partial = (getattr(Spec.of("x", declared), question)(Array.of(s)) for s in pair)
    assert partial in (full, UNKNOWN)


@given(declared_shapes, known_shapes, st.integers(0, 9))
def test_the_number_of_rows_is_free(declared, shape, rows):
    spec = Spec.of("x", declared)
    if shape:
        other = Array.of((rows, *shape[1:]))
        assert spec.accepts(other) is spec.accepts(Array.of(shape))


@pytest.mark.parametrize(("declared", "shape"), [(None, (3, 4)), ([None, 4], None), (None, None)])
def test_nothing_declared_or_nothing_seen_is_unknown(declared, shape):
    spec, array = Spec.of("x", declared), Array.of(shape)
    assert spec.accepts(array) is UNKNOWN
    assert spec.tolerates(array) is UNKNOWN


def test_an_unknown_size_is_decided_by_nothing_but_another_axis():
    spec = Spec.of("x", [None, 4, 5])
    wants = {(2, None, 5): UNKNOWN, (2, 4, "n"): UNKNOWN, (2, None, 6): NO, (None, 4, 5): YES}
    assert {shape: spec.accepts(Array.of(shape)) for shape in wants} == wants


def test_one_axis_too_many_is_decided_where_the_rest_cannot_fit():
    spec = Spec.of("x", [None, 4])
    wants = {(2, 4, None): UNKNOWN, (2, 5, None): NO, (2, None, 1): UNKNOWN, (2, 4, 2): NO,
             (2, 4, None, None): NO}
    assert {shape: spec.tolerates(Array.of(shape)) for shape in wants} == wants


@given(st.lists(dims, max_size=4))
def test_rows_are_axis_0_and_rank_is_the_number_of_axes(shape):
    array = Array.of(shape)
    assert array.rank == len(shape)
    assert array.rows == (shape[0] if shape else None)
    assert Array.of(None).rank is None
    assert Array.of(None).rows is None


def test_arrays_and_specs_are_hashable_values():
    made = [Array.of((2, None), "int32") for _ in range(2)] + [Array.of((2, 3), "int32")]
    assert len(set(made)) == 2
    assert all(a == b for a, b in itertools.combinations(made[:2], 2))
    assert Spec.of("x", [None, 3]) == Spec.of("x", (None, 3))
