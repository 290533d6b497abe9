"""`all_rows=True`: every row alone and in a batch, in constant memory, honest when stopped."""
from __future__ import annotations

import tracemalloc
from typing import Any, List

import numpy as np
import pytest
import tensorflow as tf

import shapecheck
from shapecheck.consistency import every_row
from shapecheck.consistency.comparing import Check
from shapecheck.facts import Location
from shapecheck.facts.comparison import Comparison
from shapecheck.observe.callsite import Site
from shapecheck.observe.models import declaration_of
from shapecheck.observe.preflight import planned
from tests.consistency.kerases import generations, load, seed
from tests.consistency.planted import encoder, masked_mean, mlp, op, table, texts_and_mask

pytestmark = pytest.mark.legacy


@pytest.fixture(params=generations())
def keras(request: pytest.FixtureRequest) -> Any:
    seed()
    return load(request.param)


def check(model: Any, inputs: Any, **options: Any) -> Comparison:
    found = shapecheck.check_consistency(model, inputs, all_rows=True, **options).consistency
    assert found is not None
    return found


def ready(model: Any, inputs: Any, mode: str = "predict") -> Check:
    """A check whose default part is done."""
    run = Check(model, inputs, planned(declaration_of(model), inputs, Site(Location())),
                mode=mode)
    run.compare()
    return run


def two_inputs(keras: Any, pack: Any) -> Any:
    a, b = keras.Input((6,), name="left"), keras.Input((4,), name="right")
    joined = keras.layers.Concatenate()([a, b])
    return keras.Model(pack(a, b), [keras.layers.Dense(3)(joined), keras.layers.Dense(1)(joined)])


CASES = {
    "table": lambda k: (mlp(k, lambda h: h), table(100)),
    "list": lambda k: (two_inputs(k, lambda a, b: [a, b]), [table(70, 6), table(70, 4)]),
    "dict": lambda k: (two_inputs(k, lambda a, b: {"left": a, "right": b}),
                       {"left": table(70, 6), "right": table(70, 4)}),
    "padded": lambda k: (encoder(k, masked_mean), texts_and_mask(rows=70)),
}


@pytest.mark.parametrize(("name", "mode"), [
    ("table", "call"), ("list", "predict"), ("dict", "function"), ("dict", "call"),
    ("padded", "predict")])
def test_every_row_is_tested(keras: Any, name: str, mode: str) -> None:
    model, inputs = CASES[name](keras)
    found = check(model, inputs, call=mode)
    assert found.verdict in ("bit-identical", "float noise")
    assert len(found.rows) == found.total_rows
    assert not found.partial
    assert found.identical is not None
    assert found.forwards <= 60


@pytest.mark.parametrize(("name", "mode"), [
    ("table", "predict"), ("list", "function"), ("dict", "predict"), ("padded", "predict"),
    ("padded", "function")])
def test_the_bits_are_those_of_the_users_own_call(keras: Any, name: str, mode: str) -> None:
    model, inputs = CASES[name](keras)
    run = ready(model, inputs, mode)
    way = every_row.runner_of(run)
    rows = list(range(33, 65))
    alone, together = way.both(rows)
    if "one graph: each row alone" not in way.method:  # its bits were others: then it is looped
        assert "own call" in way.method
    singles = [run.run(run.batches.take([r]), 1)[0] for r in rows]
    batch = []
    for start in range(0, len(rows), way.size):
        group = rows[start:start + way.size]
        batch += run.run(run.batches.take(group), len(group))
    for left, right in zip(alone + together, singles + batch):
        assert [a.tobytes() for a in left] == [b.tobytes() for b in right]


@pytest.mark.parametrize("place", [17, 223, 411])
def test_one_bad_row_of_five_hundred_is_found(keras: Any, place: int) -> None:
    def mixed(z: Any) -> Any:
        special = tf.cast(z[:, :1] > 50.0, z.dtype)
        return z + special * tf.reduce_mean(z, 0, keepdims=True)

    x = keras.Input((12,))
    model = keras.Model(x, keras.layers.Dense(3)(op(keras, mixed)(x)))
    data = table(500)
    data[place, 0] = 99.0
    default = shapecheck.check_consistency(model, data).consistency
    assert default is not None
    if place not in default.rows:
        assert default.verdict != "inconsistent"
    found = check(model, data)
    assert found.verdict == "inconsistent"
    assert found.cause == "SHP302"
    assert found.layer == "bug"
    assert any(t.row == place for t in found.trials)


def test_stopped_by_ctrl_c(keras: Any) -> None:
    told: List[int] = []

    def progress(done: int, total: int) -> None:
        told.append(done)
        if done >= 64:
            raise KeyboardInterrupt

    found = check(mlp(keras, lambda h: h), table(300), progress=progress)
    assert found.partial
    assert len(found.rows) == told[-1] < found.total_rows == 300


def test_progress_is_told(keras: Any) -> None:
    told: List[Any] = []
    check(mlp(keras, lambda h: h), table(70), progress=lambda done, total: told.append(
        (done, total)))
    assert told[-1] == (70, 70)
    assert [done for done, _total in told] == sorted(done for done, _total in told)


def test_memory_does_not_grow_with_the_rows(keras: Any) -> None:
    peaks = []
    model = mlp(keras, lambda h: h)
    run = ready(model, table(64))
    way = every_row.runner_of(run)
    small = way._replace(both=lambda r: way.both([i % 64 for i in r]))
    for rows in (256, 2048):
        more = ready(model, table(rows))
        every_row.every_row(more, way=small)
        tracemalloc.start()
        every_row.every_row(more, way=small)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.5 + 100_000, peaks


def test_few_outputs_differ_from_the_graph(keras: Any) -> None:
    """A model of Python numbers cannot be mapped: the user's own call is looped."""
    model, inputs = CASES["table"](keras)
    run = ready(model, inputs)
    run.single = [[a + 1 for a in row] for row in run.single]
    assert every_row.runner_of(run).method.startswith("the user's own call, row by row")


def test_one_row_more_than_a_chunk(keras: Any) -> None:
    found = check(mlp(keras, lambda h: h), table(every_row.CHUNK + 1))
    assert len(found.rows) == every_row.CHUNK + 1
    assert found.verdict in ("bit-identical", "float noise")
    assert np.isfinite(found.difference)


def test_the_table_names_the_rows_that_it_shows(keras: Any) -> None:
    from shapecheck.render.consistency import consistency_blocks
    from shapecheck.render.svg import consistency_svg
    from shapecheck.render.text import blocks_text

    model, inputs = CASES["table"](keras)
    default = shapecheck.check_consistency(model, inputs).consistency
    found = check(model, inputs)
    assert default is not None
    assert found.table_rows == default.rows == default.table_rows
    assert len(found.rows) == 100 and len(found.table) == len(found.table_rows) == 8
    shown = blocks_text(consistency_blocks(found))
    assert f"row {max(found.table_rows)}" in consistency_svg(found)
    assert [int(line.split()[0]) for line in shown.splitlines() if line.strip()[:1].isdigit()] \
        == list(found.table_rows)
    assert "more for every row" in shown and "for the cause" not in shown
