"""Generated models and calls: a watch changes nothing, records each call once, leaves no trace."""
from __future__ import annotations

import contextlib
import gc
import os
import random
import re
import threading
import weakref
from typing import Any, Dict, Iterator, List, Tuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import shapecheck
from shapecheck import api
from shapecheck.observe import calls as observed_calls
from shapecheck.observe import feeds, keras2, meetings, recorder, snapshot, targets
from tests.watch.kerases import is_keras3

ROWS, WIDTH, BATCH = 12, 4, 5
DATA = np.random.RandomState(0).rand(ROWS, WIDTH).astype("float32")
LABELS = np.random.RandomState(1).rand(ROWS, 3).astype("float32")
BOUNDED: Dict[str, Any] = {"deadline": None, "derandomize": True, "database": None,
                           "suppress_health_check": list(HealthCheck),
                           "phases": [Phase.generate]}  # to shrink takes minutes here

KINDS = ("functional", "list", "dict", "sequential", "bare", "subclassed", "own step", "nested")
LAYERS = ("Dense", "Dropout", "BatchNormalization", "LayerNormalization", "GaussianNoise")
METHODS = ("predict", "predict_on_batch", "call", "function", "fit", "evaluate", "train_on_batch",
           "test_on_batch")
CONTAINERS = ("array", "tensor", "dataset", "generator", "Sequence")
#: what is done to right rows; what aborts TensorFlow itself (rank 1 after a right call) is left out
ROWS_PASSED = {"all": lambda a: a, "one": lambda a: a[:1], "some": lambda a: a[2:9],
               "narrow": lambda a: a[:, :2], "deep": lambda a: a[None]}
#: a model, and calls: (method, container, rows, labels are one column)
PLANS = st.tuples(
    st.sampled_from(KINDS), st.lists(st.sampled_from(LAYERS), max_size=2), st.booleans(),
    st.lists(st.tuples(st.sampled_from(METHODS), st.sampled_from(CONTAINERS),
                       st.sampled_from(sorted(ROWS_PASSED)), st.booleans()),
             min_size=1, max_size=3))


def make(keras: Any, kind: str, names: List[str], eagerly: bool, traces: List[int]) -> Any:
    """A compiled model, seeded; `traces` grows each time that its own layer is traced."""
    L = keras.layers
    keras.backend.clear_session()  # names are numbered from the start again
    random.seed(3), np.random.seed(3), tf.random.set_seed(3)

    class Count(L.Layer):  # type: ignore[misc, name-defined]
        def call(self, inputs: Any) -> Any:
            traces.append(1)
            return inputs

    class Stack(keras.Model):  # type: ignore[misc, name-defined]
        def __init__(self, stack: Any) -> None:
            super().__init__()
            self.stack = stack

        def call(self, rows: Any, training: bool = False) -> Any:
            for layer in self.stack:
                rows = layer(rows)
            return rows

    class Stepping(keras.Model):  # type: ignore[misc, name-defined]
        def train_step(self, data: Any) -> Any:
            logs = dict(super().train_step(data))
            return {**logs, "own": tf.constant(1.0)}

    layers = [Count(), *[_layer(L, name) for name in names], L.Dense(3)]
    if kind in ("sequential", "bare", "nested"):
        model = keras.Sequential(([] if kind == "bare" else [keras.Input((WIDTH,))]) + layers)
        if kind == "nested":
            rows = keras.Input((WIDTH,), name="rows")
            model = keras.Model(rows, model(rows))
    elif kind == "subclassed":
        model = Stack(layers)
    else:
        cls = Stepping if kind == "own step" else keras.Model
        first, second = keras.Input((WIDTH,), name="first"), keras.Input((WIDTH,), name="second")
        pair = kind in ("list", "dict")
        made = L.Add()([first, second]) if pair else first
        for layer in layers:
            made = layer(made)
        model = cls({"list": [first, second], "dict": {"first": first, "second": second}}.get(
            kind, first), made)
    model.compile(keras.optimizers.SGD(0.01), "mse", run_eagerly=eagerly)
    return model


def _layer(L: Any, name: str) -> Any:
    argument = {"Dense": 4, "Dropout": 0.25, "GaussianNoise": 0.1}.get(name)
    return getattr(L, name)() if argument is None else getattr(L, name)(argument)


def held(kind: str, rows: Any, whole: bool = True) -> Any:
    """The inputs as the model takes them; of a pipeline a tuple stands for a list."""
    if kind == "list":
        return [rows, rows] if whole else (rows, rows)
    return {"first": rows, "second": rows} if kind == "dict" else rows


def pipeline(keras: Any, container: str, kind: str, rows: Any, labels: Any) -> Any:
    """Batches of (inputs, labels)."""
    pairs = [(held(kind, rows[i:i + BATCH], False), labels[i:i + BATCH])
             for i in range(0, len(rows), BATCH)]
    if container == "dataset":
        return tf.data.Dataset.from_tensor_slices((held(kind, rows, False), labels)).batch(BATCH)
    if container == "generator":
        return (pair for pair in pairs)

    class Batches(keras.utils.PyDataset if is_keras3(keras)  # type: ignore[misc]
                  else keras.utils.Sequence):
        def __len__(self) -> int:
            return len(pairs)

        def __getitem__(self, index: int) -> Any:
            return pairs[index]

    return Batches()


def run(keras: Any, model: Any, kind: str, call: Tuple[str, str, str, bool]) -> Any:
    method, container, passed, column = call
    rows = ROWS_PASSED[passed](DATA)
    labels = LABELS[:len(rows), :1 if column else 3]
    hosted = ("predict", "fit", "evaluate")
    quiet: Dict[str, Any] = {"verbose": 0} if method in hosted else {}
    if method == "fit":
        quiet["shuffle"] = False
    if container in ("dataset", "generator", "Sequence") and method in hosted:
        return getattr(model, method)(pipeline(keras, container, kind, rows, labels), **quiet)
    inputs = held(kind, tf.constant(rows) if container == "tensor" else rows)
    if method == "call":
        return model(inputs)
    if method == "function":
        return tf.function(lambda given: model(given))(inputs)
    given = (inputs,) if method.startswith("predict") else (inputs, labels)
    return getattr(model, method)(*given, **quiet)


def outcome(keras: Any, model: Any, kind: str, call: Any) -> Any:
    """What came of a call, as plain data: bytes, or the exception's own words."""
    try:
        out = run(keras, model, kind, call)
    except Exception as error:
        # In a tf.function of the user's own, autograph lists our frame: known, and all it is.
        text = re.sub(r'\n +File "<embedded shapecheck[^\n]*\n[^\n]*|  \*\*', "", str(error))
        text = re.sub(r"0x\w+|_\d+|\d+", "#", text)
        return type(error).__name__, text.partition("Stack trace")[0][:600]
    out = getattr(out, "history", out)
    leaves = tf.nest.flatten(out)
    return type(out).__name__, [np.asarray(leaf).tobytes() for leaf in leaves]


def methods(model: Any) -> Any:
    """What its classes have under the names that a watch hooks, each the very same object."""
    return [(cls, [vars(cls).get(name) for name in keras2.HOST_METHODS])
            for cls in type(model).__mro__ if cls is not object]


@settings(max_examples=6, **BOUNDED)
@given(plan=PLANS)
def test_a_watch_changes_nothing(keras: Any, plan: Any) -> None:
    kind, layers, eagerly, calls = plan
    results = []
    for watched in (False, True):
        traces: List[int] = []
        model = make(keras, kind, layers, eagerly, traces)
        if any(call[0] == "function" for call in calls):
            model(held(kind, DATA[:2]))  # TensorFlow traces twice where variables are made
        before = methods(model)
        with shapecheck.watch(tell="never") if watched else contextlib.nullcontext() as seen:
            outcomes = [outcome(keras, model, kind, call) for call in calls]
        assert methods(model) == before
        weights = [weight.tobytes() for weight in model.get_weights()]
        results.append((outcomes, weights, len(traces), sorted(vars(model))))
        if watched:
            assert seen.fault is None, repr(seen.fault)
            assert seen.total == len(calls)
            assert [c.method for c in seen.calls] == [
                "__call__" if method in ("call", "function") else method
                for method, *_rest in calls]
            assert [c.raised for c in seen.calls] == [
                said[0] if isinstance(said[1], str) else None for said in outcomes]
    assert results[0] == results[1]


@pytest.mark.parametrize("method", METHODS)
def test_a_model_dies_as_it_would(keras: Any, method: str) -> None:
    """Also where the call raised: the watch keeps neither it nor what it was given."""
    model = make(keras, "subclassed", [], False, [])
    with shapecheck.watch(tell="never") as seen:
        model(DATA[:2])
        for rows in ("all", "deep"):
            outcome(keras, model, "subclassed", (method, "array", rows, False))
    gone = weakref.ref(model)
    del model
    keras.backend.clear_session()
    gc.collect()
    assert gone() is None
    assert seen.total == 3


#: every room of the watch that a call goes through
FAULTS = [(snapshot, "leaves"), (recorder, "gather"), (recorder, "returned"), (feeds, "observe"),
          (meetings, "parties"), (meetings, "met"), (recorder, "as_met"), (targets, "losses_of"),
          (observed_calls, "arguments"), (recorder.Recorder, "_begin"),
          (recorder.Recorder, "_finish"), (recorder.Recorder, "_landed"),
          (recorder, "looks_at_values"), (api, "judge"), (feeds, "as_many")]


class Broken(Exception):
    pass


def _broken(*_args: Any, **_kwargs: Any) -> Any:
    raise Broken("on purpose")


@settings(max_examples=6, **BOUNDED)
@given(plan=PLANS, fault=st.sampled_from(FAULTS))
def test_a_fault_in_any_room_is_no_matter_for_the_call(keras: Any, plan: Any, fault: Any) -> None:
    kind, layers, eagerly, calls = plan
    results = []
    for watched in (False, True):
        model = make(keras, kind, layers, eagerly, [])
        with pytest.MonkeyPatch.context() as patch, \
                shapecheck.watch(tell="never") if watched else contextlib.nullcontext() as seen:
            if watched:
                patch.setattr(*fault, _broken)
            results.append([outcome(keras, model, kind, call) for call in calls])
        if watched:
            assert seen.fault is None or isinstance(seen.fault, Broken)
            assert sum("internal error" in note for note in seen.report().notes) == (
                seen.fault is not None)
    assert results[0] == results[1]


@settings(max_examples=4, **BOUNDED)
@given(kind=st.sampled_from(["functional", "list", "subclassed"]),
       plans=st.lists(st.lists(st.sampled_from(["all", "one", "some"]), min_size=1, max_size=4),
                      min_size=2, max_size=4))
def test_threads(keras: Any, kind: str, plans: List[List[str]]) -> None:
    """Each thread gets what it would get alone, and each of its calls is recorded once."""
    model = make(keras, kind, ["Dense"], False, [])
    rows = {name: held(kind, ROWS_PASSED[name](DATA)) for name in ("all", "one", "some")}
    right = {name: np.asarray(model(given)).tobytes() for name, given in rows.items()}
    got: List[Tuple[str, bytes]] = []

    def work(plan: List[str]) -> None:
        for name in plan:
            got.append((name, np.asarray(model(rows[name])).tobytes()))

    with shapecheck.watch(tell="never") as seen:
        threads = [threading.Thread(target=work, args=(plan,)) for plan in plans]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert seen.fault is None
    assert seen.total == sum(map(len, plans)) == len(got)
    assert all(right[name] == data for name, data in got)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_fork_inside_a_watch(keras: Any) -> None:
    """A child is watched as its parent is, and what it sees is its own."""
    class Cheap(keras.Model):  # type: ignore[misc, name-defined]
        def predict_on_batch(self, x: Any) -> Any:  # no TensorFlow: it does not live on in a child
            return x

    model = Cheap()
    with shapecheck.watch(tell="never") as seen:
        model.predict_on_batch(DATA)
        child = os.fork()
        if not child:
            with contextlib.suppress(BaseException):
                same = model.predict_on_batch(DATA) is DATA
                os._exit(0 if same and seen.total == 2 and seen.fault is None else 1)
            os._exit(2)
        assert os.waitpid(child, 0)[1] == 0
    assert seen.total == 1 and seen.fault is None


def test_the_plans_hold_every_form() -> None:
    """That what is drawn is not all of one kind."""
    drawn = list(_examples(200))
    assert {plan[0] for plan in drawn} == set(KINDS)
    assert {call[0] for plan in drawn for call in plan[3]} == set(METHODS)
    assert {call[1] for plan in drawn for call in plan[3]} == set(CONTAINERS)


def _examples(count: int) -> Iterator[Any]:
    found: List[Any] = []

    @settings(max_examples=count, **BOUNDED)
    @given(plan=PLANS)
    def collect(plan: Any) -> None:
        found.append(plan)

    collect()
    return iter(found)
