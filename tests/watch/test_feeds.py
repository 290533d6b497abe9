"""Generators, Sequences and datasets are seen as they pass: nothing is drawn twice."""
from __future__ import annotations

import contextlib
import io
import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest

import shapecheck
from tests.watch.kerases import X, Y, build, is_keras3

pytestmark = pytest.mark.legacy


@pytest.fixture(scope="module")
def model(keras):
    return build(keras, "single")


@pytest.fixture(scope="module")
def sequence(keras):
    """sequence(batches) -> a keras.utils.Sequence of (x, y) batches."""
    base = keras.utils.PyDataset if is_keras3(keras) else keras.utils.Sequence

    class Batches(base):
        def __init__(self, batches, **kwargs):
            super().__init__(**kwargs) if kwargs or is_keras3(keras) else super().__init__()
            self.batches = batches

        def __len__(self):
            return len(self.batches)

        def __getitem__(self, index):
            x = self.batches[index]
            return x, np.zeros((len(x), 1), "float32")

    return Batches


def _only(seen):
    assert seen.fault is None
    (call,) = seen.calls
    return call


def _shapes(call):
    return [(str(a.passed), a.passed.container) for a in call.inputs]


def test_a_generator_is_drawn_from_as_often_as_without(model):
    drawn = []

    def batches():
        for i in itertools.count():
            drawn.append(i)
            yield X[i % 8:i % 8 + 4], Y[i % 8:i % 8 + 4]

    def run():
        drawn.clear()
        model.fit(batches(), steps_per_epoch=3, epochs=2, verbose=0)
        return len(drawn)

    run()
    without = run()
    with shapecheck.watch(tell="never") as seen:
        inside = run()
    # TensorFlow reads ahead in a thread of its own, by a batch or two more or less.
    assert abs(inside - without) <= 3
    call = _only(seen)
    assert call.pipeline == "generator"
    assert _shapes(call) == [("(4, 4)", "generator")]
    assert call.inputs[0].expression == "batches()"
    assert call.source.startswith("model.fit(batches()")


def test_a_generator_goes_on_where_it_was(model):
    def numbers():
        for i in range(6):
            yield (np.full((2, 4), i, "float32"),)

    generator = numbers()
    with shapecheck.watch(tell="never"):
        model.predict(generator, steps=1, verbose=0)
    rest = list(generator)
    assert rest  # it was not closed
    assert len(rest) >= 2


def test_a_generator_closed_early_is_cleaned_up(model):
    done = threading.Event()

    def endless():
        try:
            while True:
                yield (X[:4],)
        finally:
            done.set()

    generator = endless()
    with shapecheck.watch(tell="never") as seen:
        model.predict(generator, steps=2, verbose=0)
        generator.close()
        del generator
    assert done.is_set()
    assert _only(seen).raised is None


def test_an_exception_of_the_generators(keras):
    model = build(keras, "single")

    def failing():
        yield (X[:4],)
        raise ZeroDivisionError("mine")

    def caught(watched):
        watch = shapecheck.watch(tell="never") if watched else contextlib.nullcontext()
        with watch, pytest.raises(Exception) as info:
            model.predict(failing(), steps=3, verbose=0)
        return info.value

    plain, watched = caught(False), caught(True)
    assert type(plain) is type(watched)
    assert ("ZeroDivisionError: mine" in str(plain)) == ("ZeroDivisionError: mine" in str(watched))


@pytest.mark.parametrize("first_is_bad", [True, False])
def test_a_bad_batch_among_good_ones_is_found(keras, first_is_bad):
    a = keras.Input((4,), name="table")
    model = keras.Model(a, keras.layers.Lambda(lambda z: z * 2)(a))
    batches = [(X[:4, :3],), (X[:4],)]
    if not first_is_bad:
        batches.reverse()
    # some Kerases check each batch
    with shapecheck.watch(tell="never") as seen, contextlib.suppress(Exception):
        model.predict((b for b in batches), steps=2, verbose=0)
    assert [f.code for f in seen.findings] == ["SHP107"]
    assert _shapes(_only(seen)) == [("(4, 3)", "generator")]


def test_two_generators_at_one_place_are_two_kinds(keras):
    model = build(keras, "undeclared")
    with shapecheck.watch(tell="never") as seen:
        for rows in (2, 3, 2):
            model.predict(iter_once(X[:rows]), steps=1, verbose=0)
    assert [_shapes(c) for c in seen.calls] == [
        [(f"({rows}, 4)", "generator")] for rows in (2, 3, 2)]
    assert sorted(c.count for c in seen.report().calls) == [1, 2]


def iter_once(batch):
    yield (batch,)


def test_any_iterator_where_keras_takes_it(keras, model):
    if is_keras3(keras):
        with shapecheck.watch(tell="never") as seen, pytest.raises(ValueError):
            model.predict(zip([X]), verbose=0)
        assert _only(seen).raised == "ValueError"
        return
    expected = model.predict(zip([X]), steps=1, verbose=0)
    with shapecheck.watch(tell="never") as seen:
        np.testing.assert_array_equal(model.predict(zip([X]), steps=1, verbose=0), expected)
    assert _shapes(_only(seen)) == [("(12, 4)", "generator")]


@pytest.mark.parametrize("method", ["fit", "evaluate", "predict"])
def test_a_sequence(model, sequence, method):
    data = sequence([X[:4], X[4:8], X[8:]])
    before = dict(vars(sequence))
    with shapecheck.watch(tell="never") as seen:
        getattr(model, method)(data, verbose=0)
    call = _only(seen)
    assert call.pipeline == "Sequence"
    assert _shapes(call) == [("(4, 4)", "Sequence")]
    assert call.inputs[0].expression == "data"
    assert dict(vars(sequence)) == before


def test_a_sequence_with_workers(keras, model, sequence):
    three = is_keras3(keras)
    data = sequence([X[:4], X[4:8], X[8:]], **({"workers": 2} if three else {}))
    with shapecheck.watch(tell="never") as seen:
        model.fit(data, verbose=0, **({} if three else {"workers": 2}))
    assert _shapes(_only(seen)) == [("(4, 4)", "Sequence")]


def test_sequences_of_one_class_in_several_threads(model, sequence):
    before = dict(vars(sequence))
    model.predict(sequence([X]), verbose=0)

    def work(rows):
        for _ in range(3):
            model.predict(sequence([X[:rows]]), verbose=0)

    with shapecheck.watch(tell="never") as seen, ThreadPoolExecutor(3) as pool:
        for done in [pool.submit(work, rows) for rows in (2, 3, 4)]:
            done.result()
    assert seen.fault is None
    assert sorted(str(c.inputs[0].passed) for c in seen.calls) == sorted(
        [f"({rows}, 4)" for rows in (2, 3, 4)] * 3)
    assert dict(vars(sequence)) == before


def test_a_sequence_without_its_own_getitem(model, sequence):
    class Inherits(sequence):
        pass

    with shapecheck.watch(tell="never") as seen:
        model.predict(Inherits([X]), verbose=0)
    assert _shapes(_only(seen)) == [("(12, 4)", "Sequence")]
    assert "__getitem__" not in vars(Inherits)


def test_a_sequence_that_raises(model, sequence):
    class Fails(sequence):
        def __getitem__(self, index):
            raise ZeroDivisionError("mine")

    before = dict(vars(Fails))
    with shapecheck.watch(tell="never") as seen, pytest.raises(ZeroDivisionError):
        model.predict(Fails([X]), verbose=0)
    assert _only(seen).raised == "ZeroDivisionError"
    assert dict(vars(Fails)) == before


@pytest.mark.parametrize("labelled", [True, False])
def test_a_dataset(model, labelled):
    import tensorflow as tf

    data = tf.data.Dataset.from_tensor_slices((X, Y) if labelled else X).batch(4)
    expected = model.predict(data, verbose=0)
    with shapecheck.watch(tell="never") as seen:
        np.testing.assert_array_equal(model.predict(data, verbose=0), expected)
    call = _only(seen)
    assert call.pipeline == "Dataset"
    assert _shapes(call) == [("(?, 4)", "Dataset")]
    assert seen.findings == ()


def test_a_dataset_that_was_never_batched(model):
    import tensorflow as tf

    data = tf.data.Dataset.from_tensor_slices(X)
    with shapecheck.watch(tell="never") as seen, contextlib.suppress(Exception):
        model.predict(data, verbose=0)
    assert [f.code for f in seen.findings] == ["SHP501"]
    assert str(seen.findings[0].fix) == "model.predict(data.batch(32), verbose=0)"


@pytest.mark.parametrize("container", ["DataFrame", "Tensor", "list"])
def test_other_containers(keras, model, container):
    import tensorflow as tf

    data = {"DataFrame": pd.DataFrame(X), "Tensor": tf.constant(X), "list": X.tolist()}[container]
    with shapecheck.watch(stream=io.StringIO()) as seen:
        try:
            model.predict(data, verbose=0)
        except ValueError:
            assert container == "list"
            assert is_keras3(keras)
    call = _only(seen)
    assert _shapes(call) == [("(12, 4)", container)]
    if not (container == "list" and is_keras3(keras)):
        assert str(call.inputs[0].received) == "(12, 4)"


def test_a_column_named_dtype(model):
    """`frame.dtype` is a column then, and must not be kept."""
    data = pd.DataFrame(X, columns=["dtype", "name", "values", "x"])
    with shapecheck.watch(tell="never") as seen:
        model.predict(data, verbose=0)
    assert _shapes(_only(seen)) == [("(12, 4)", "DataFrame")]


@pytest.fixture(scope="module")
def reader(keras):
    """A model of ids and a mask."""
    ids = keras.Input((6,), dtype="int32", name="input_ids")
    mask = keras.Input((6,), dtype="int32", name="attention_mask")
    words = keras.layers.Embedding(50, 4)(ids)
    weights = keras.layers.Reshape((6, 1))(keras.layers.Embedding(2, 1)(mask))
    words = keras.layers.Multiply()([words, weights])
    net = keras.Model([ids, mask], keras.layers.Dense(1)(keras.layers.Flatten()(words)))
    net.compile(loss="mse")
    return net


IDS = np.random.RandomState(0).randint(1, 50, (12, 6)).astype("int32")
MASK = (np.arange(6) < np.arange(1, 13)[:, None] % 6 + 1).astype("int32")


def _told(call):
    with shapecheck.watch(tell="never") as seen, contextlib.suppress(Exception):
        call()
    assert seen.fault is None
    return [f.code for f in seen.findings]


@pytest.mark.parametrize(("ids", "mask", "told"), [
    (IDS, MASK, []), (MASK, IDS, ["SHP108"]), (np.where(IDS[7, 0] == IDS, -1, IDS), MASK,
                                              ["SHP114"])])
def test_ids_and_masks_of_a_generator(keras, reader, ids, mask, told):
    """Whichever batch it is in, and with whatever number of rows."""
    def batches():
        for start in (0, 5, 10):
            yield (ids[start:start + 5], mask[start:start + 5]), Y[start:start + 5]

    assert _told(lambda: reader.fit(batches(), verbose=0)) == told
    assert _told(lambda: reader.evaluate(batches(), verbose=0)) == told


def test_no_more_than_so_many_bytes_are_looked_at(monkeypatch):
    from shapecheck.observe import feeds

    looked = []
    monkeypatch.setattr(feeds, "range_of", lambda value, known: looked.append(len(value)))
    feed = feeds.Feed(looks=True)
    for _ in range(20):
        feed.saw((np.zeros((1024, 16), "int32"), np.zeros(1024)))
    assert len(looked) == feeds._LOOKED_AT // (8 * 1024 * 16)
    feed = feeds.Feed()
    feed.saw(np.zeros((2, 2)))
    assert feed.ranges() == ({},)
