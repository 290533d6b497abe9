"""Our records do what dataclasses do."""
from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from typing import Any, List

import pytest

import shapecheck.facts.comparison
import shapecheck.facts.program
from shapecheck import facts
from shapecheck.facts.records import dataclass, field, later, replace, settled


def pair(decorate: Any, make: Any, **options: Any) -> Any:
    class Point:
        x: int
        y: int = 2
        more: List[int] = make(default_factory=list)

    Point.__qualname__ = "Point"
    return decorate(Point) if not options else decorate(**options)(Point)


OURS, THEIRS = pair(dataclass, field), pair(dataclasses.dataclass, dataclasses.field)
FROZEN, THEIR_FROZEN = (pair(dataclass, field, frozen=True),
                        pair(dataclasses.dataclass, dataclasses.field, frozen=True))


@pytest.mark.parametrize(("arguments", "named"), [
    ((1,), {}), ((1, 5), {}), ((), {"x": 1}), ((1,), {"more": [3]}), ((1, 2, [3]), {})])
@pytest.mark.parametrize(("ours", "theirs"), [(OURS, THEIRS), (FROZEN, THEIR_FROZEN)])
def test_made_and_shown_alike(ours: Any, theirs: Any, arguments: Any, named: Any) -> None:
    one, other = ours(*arguments, **named), theirs(*arguments, **named)
    assert repr(one) == repr(other)
    assert one.__dict__ == other.__dict__
    assert one == ours(*arguments, **named) and one != ours(99) and one != other
    assert dataclasses.asdict(one) == dataclasses.asdict(other)
    assert [f.name for f in dataclasses.fields(one)] == ["x", "y", "more"]
    assert dataclasses.replace(one, x=7) == replace(one, x=7) == ours(7, one.y, one.more)


@pytest.mark.parametrize(("arguments", "named"), [
    ((), {}), ((1, 2, [], 4), {}), ((1,), {"x": 2}), ((1,), {"z": 2})])
def test_wrong_arguments_raise(arguments: Any, named: Any) -> None:
    for cls in (OURS, THEIRS):
        with pytest.raises(TypeError):
            cls(*arguments, **named)


def test_the_first_and_the_hundredth_are_made_alike() -> None:
    """An `__init__` is only compiled for a class of which there are many."""
    ours, theirs = pair(dataclass, field), pair(dataclasses.dataclass, dataclasses.field)
    made = [ours(n, more=[n]) for n in range(100)]
    assert [repr(one) for one in made] == [repr(theirs(n, more=[n])) for n in range(100)]
    assert list(made[0].__dict__) == list(made[99].__dict__)
    for cls in (ours, pair(dataclass, field)):
        with pytest.raises(TypeError, match="unexpected keyword argument 'z'"):
            cls(1, z=2)


def test_a_default_is_made_anew_each_time() -> None:
    assert OURS(1).more is not OURS(1).more


def test_frozen_records_stay_as_they_are() -> None:
    record = FROZEN(1, 2, ())
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.x = 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        del record.x
    assert hash(record) == hash(FROZEN(1, 2, ())) == hash(THEIR_FROZEN(1, 2, ()))
    with pytest.raises(TypeError):
        hash(OURS(1))


RECORDS = [cls for module in (facts, shapecheck.facts.comparison, shapecheck.facts.program)
           for cls in vars(module).values()
           if inspect.isclass(cls) and dataclasses.is_dataclass(cls)]


def test_facts_are_pickled_and_copied() -> None:
    assert len(RECORDS) > 15
    finding = facts.Finding("SHP101", "x", "error", *[facts.Message.of("a")] * 3)
    for record in (finding, facts.Report((finding,)), facts.Array.of((1, None))):
        assert pickle.loads(pickle.dumps(record)) == record
        assert copy.deepcopy(record) == copy.copy(record) == record


def test_fields_of_later_are_worked_out_when_one_is_looked_at() -> None:
    calls: List[int] = []

    def build() -> Any:
        calls.append(1)
        return {"y": 7, "more": (3,)}

    def made() -> Any:
        return later(FROZEN(1), build, "y", "more")

    record = made()
    assert record.x == 1 and isinstance(record, FROZEN) and not calls
    assert (record.y, record.more) == (7, (3,)) and len(calls) == 1
    assert type(record) is FROZEN and record == FROZEN(1, 7, (3,))
    assert made() == FROZEN(1, 7, (3,)) == made() and hash(made()) == hash(record)
    assert repr(made()) == repr(record)
    assert replace(made(), x=2) == dataclasses.replace(made(), x=2) == FROZEN(2, 7, (3,))
    assert settled(record) is record
    assert copy.copy(made()) == copy.deepcopy(made()) == record
