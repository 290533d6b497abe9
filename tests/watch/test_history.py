"""What a report says of many calls: shapes in order, batches, traces; retracing of one's own."""
from __future__ import annotations

import numpy as np
import pytest

import shapecheck
from shapecheck.facts import Report
from shapecheck.render.text import text_of
from tests.watch.kerases import X, Y, build

pytestmark = pytest.mark.legacy

WIDE = np.zeros((40, 4), "float32")


@pytest.fixture
def model(keras):
    return build(keras, "single")


@pytest.fixture
def free(keras):
    a = keras.Input((None, 3))
    return keras.Model(a, keras.layers.GlobalAveragePooling1D()(a))


def lines(seen):
    return text_of(seen.report()).splitlines()


def line_of(seen, word):
    found = [line for line in lines(seen) if word in line]
    assert len(found) == 1, lines(seen)
    return found[0]


def test_shapes_are_told_in_order_with_the_first_that_differs(model):
    with shapecheck.watch(model, tell="never") as seen:
        for _ in range(3):
            model(X)
        model(X[:7])
        model(X)
    line = line_of(seen, "the first that differs")
    assert line.startswith("table of ")
    assert "(12, 4) x 4, then (7, 4) x 1 at " in line
    assert "test_history.py:" in line
    assert "(rows only)" in line


def test_another_width_is_told_by_its_axis(keras):
    model = keras.Sequential([keras.layers.GlobalAveragePooling1D()])
    with shapecheck.watch(model, tell="never") as seen:
        model(np.zeros((2, 5, 3), "float32"))
        model(np.zeros((2, 6, 3), "float32"))
    assert "(axis 1)" in line_of(seen, "the first that differs")


def test_one_shape_has_no_history(model):
    with shapecheck.watch(model, tell="never") as seen:
        model(X)
        model(X)
    assert not [line for line in lines(seen) if "differs" in line or "traced" in line]


@pytest.mark.parametrize(("rows", "size", "expected"), [
    (40, None, "40 rows in batches of 32, the last of 8"),
    (40, 10, "40 rows in batches of 10"),
    (12, 5, "12 rows in batches of 5, the last of 2"),
    (12, None, None),
])
def test_the_last_partial_batch_is_told(model, rows, size, expected):
    with shapecheck.watch(model, tell="never") as seen:
        model.predict(WIDE[:rows], batch_size=size, verbose=0)
    found = [line.strip() for line in lines(seen) if "rows in batches" in line]
    assert found == ([] if expected is None else [expected])


def test_rows_that_fit_splits_off_are_not_counted(model):
    with shapecheck.watch(model, tell="never") as seen:
        model.fit(WIDE, WIDE[:, :1], validation_split=0.5, verbose=0)
    assert not [line for line in lines(seen) if "rows in batches" in line]


def test_traces_are_counted_by_shape(free):
    model = free
    with shapecheck.watch(model, tell="never") as seen:
        for width in (3, 4):
            for _ in range(2):
                model.predict(np.zeros((2, width, 3), "float32"), verbose=0)
    first, second = seen.report().calls
    assert first.traces >= 1
    assert first.traces + second.traces == model.predict_function.experimental_get_tracing_count()
    line = line_of(seen, "was traced")
    assert line.startswith("predict of ")
    assert "for (2, 3, 3), " in line
    again = Report.from_json(seen.report().to_json())
    assert [c.traces for c in again.calls] == [first.traces, second.traces]


def test_a_function_traced_before_has_no_traces(model):
    model.predict(X, verbose=0)
    with shapecheck.watch(model, tell="never") as seen:
        model.predict(X, verbose=0)
    assert [c.traces for c in seen.report().calls] == [0]


def test_a_report_of_one_replica_says_nothing_of_replicas(model):
    with shapecheck.watch(model, tell="never") as seen:
        model.fit(X, Y, verbose=0)
    assert [c.replicas for c in seen.report().calls] == [1]
    assert not [line for line in lines(seen) if "replicas" in line]


# -- retracing of a function of one's own ------------------------------------------------------


def retracing(free, widths, **kwargs):
    import tensorflow as tf

    @tf.function(**kwargs)
    def step(batch):
        return free(batch)

    with shapecheck.watch(tell="never") as seen:
        for width in widths:
            step(tf.zeros((2, width, 3)))
    assert seen.fault is None
    return [f for f in seen.findings if f.code == "SHP505"]


def test_a_function_traced_for_each_shape_is_told_once(free):
    (finding,) = retracing(free, range(1, 14))
    assert finding.severity == "info"
    assert "batch is (2, 1, 3), then (2, 2, 3), then (2, 3, 3), ...: 8 shapes" in finding.headline
    assert "step was traced" in finding.headline
    assert finding.location.line is not None


def test_a_few_shapes_are_buckets(free):
    assert retracing(free, [1, 2, 3, 4] * 4) == []


def test_a_signature_with_none_is_traced_once(free):
    import tensorflow as tf

    signature = [tf.TensorSpec((2, None, 3), tf.float32)]
    assert retracing(free, range(1, 14), input_signature=signature) == []


def test_a_loop_inside_one_trace_is_no_retracing(free):
    import tensorflow as tf

    @tf.function
    def step(batch):
        return [free(batch[:, :n]) for n in range(1, 12)]

    with shapecheck.watch(tell="never") as seen:
        step(tf.zeros((2, 12, 3)))
    assert [f for f in seen.findings if f.code == "SHP505"] == []


# -- batch_size that has no effect -------------------------------------------------------------


def test_an_ignored_batch_size_is_told(model):
    import tensorflow as tf

    data = tf.data.Dataset.from_tensor_slices(X).batch(4)
    with shapecheck.watch(model, tell="never") as seen:
        try:
            model.predict(data, batch_size=8, verbose=0)
        except ValueError:  # Keras 2
            pass
    (finding,) = seen.findings
    assert (finding.code, finding.severity) == ("SHP502", "warning")
    assert finding.headline.startswith("batch_size=8 next to data, a Dataset")


def test_batches_of_a_generator_that_differ_in_their_rows(model):
    model.compile("sgd", "mse")
    outputs = model.output_shape[-1]

    def batches():
        for rows in (4, 4, 3):
            yield np.zeros((rows, X.shape[1]), "float32"), np.zeros((rows, outputs))

    with shapecheck.watch(model, tell="never") as seen:
        model.fit(batches(), verbose=0)
    assert "batches fetched: 2 of 4 rows, 1 of 3 rows" in line_of(seen, "fetched")
    report = Report.from_json(seen.report().to_json())
    assert report.calls[0].batches == ((4, 2), (3, 1))


def test_batches_that_are_equal_are_not_told(model):
    def batches():
        for _ in range(3):
            yield (X[:4],)

    with shapecheck.watch(model, tell="never") as seen:
        model.predict(batches(), verbose=0)
    assert not [line for line in lines(seen) if "fetched" in line]


def test_labels_of_a_dataset_are_the_datasets(model):
    tf = pytest.importorskip("tensorflow")
    model.compile("sgd", "mse")
    data = tf.data.Dataset.from_tensor_slices((X, np.zeros((len(X), model.output_shape[-1]))))
    with shapecheck.watch(model, tell="never") as seen:
        model.fit(data.batch(4), verbose=0)
    assert seen.calls[0].labels[0].passed.container == "Dataset"
