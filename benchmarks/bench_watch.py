"""What watching costs: one recorded call, predict watched against not watched, memory.

Prints figures and judges nothing. All ratios come from alternating runs in one process; the
A/A line says how far two identical measurements differ on this machine now.
"""
from __future__ import annotations

import gc
import os
import resource
import statistics
import time
from typing import Any, Callable, List, Tuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

import shapecheck


def median_us(call: Callable[[], Any], calls: int = 2000, rounds: int = 15) -> List[float]:
    """Microseconds a call, one figure a round."""
    figures = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(calls):
            call()
        figures.append((time.perf_counter() - start) / calls * 1e6)
    return figures


def one_call(keras: Any) -> None:
    class Nothing(keras.Model):  # type: ignore[name-defined,misc]
        """A host method that does nothing: what is left is our own cost."""

        def predict_on_batch(self, x: Any) -> Any:
            return x

    model = Nothing()
    one = np.zeros((32, 256), "int32")
    two = [one, one]
    tensor = tf.constant(one)
    for label, data in (("one array", one), ("list of two arrays", two),
                        ("dict of two arrays", {"a": one, "b": one}), ("tf tensor", tensor)):
        bare, watched = [], []
        for _ in range(5):
            bare += median_us(lambda: model.predict_on_batch(data), rounds=3)  # noqa: B023
            with shapecheck.watch(model, tell="never"):
                watched += median_us(lambda: model.predict_on_batch(data), rounds=3)  # noqa: B023
        added = statistics.median(watched) - statistics.median(bare)
        print(f"  {keras.__name__:9} one recorded call, {label:20} adds {added:5.1f} us (median)")


def predict_ratio(keras: Any) -> None:
    inputs = keras.Input((64,))
    hidden = keras.layers.Dense(256, activation="relu")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(10)(hidden))
    data = np.random.rand(64, 64).astype("float32")
    model.predict(data, verbose=0)

    def bare() -> float:
        return min(timed() for _ in range(2))

    def watched() -> float:
        with shapecheck.watch(model, tell="never"):
            return min(timed() for _ in range(2))  # the first judges, the second only counts

    def timed() -> float:
        start = time.perf_counter()
        model.predict(data, verbose=0)
        return time.perf_counter() - start

    watched()
    rounds: List[Tuple[float, float, float]] = [(bare(), watched(), bare()) for _ in range(40)]
    same = [third / first for first, _, third in rounds]
    ratio = [second / first for first, second, _ in rounds]
    print(f"  {keras.__name__:9} predict: watched/bare {statistics.median(ratio):.3f}   "
          f"A/A {statistics.median(same):.3f}, quartiles "
          f"{statistics.quantiles(same, n=4)[0]:.3f}..{statistics.quantiles(same, n=4)[2]:.3f}")


def training_script(keras: Any, pairs: int = 7) -> None:
    """CPU time of a whole script: a model is made, trained, evaluated, asked; all rules are on."""
    rng = np.random.RandomState(0)
    rows, labels = rng.rand(8192, 64).astype("float32"), rng.rand(8192, 1).astype("float32")

    class Own(keras.Model):  # type: ignore[name-defined,misc]
        """It declares nothing: its outputs are seen as it trains."""

        def __init__(self) -> None:
            super().__init__()
            self.stack = [keras.layers.Dense(256, activation="relu"), keras.layers.Dense(1)]

        def call(self, inputs: Any) -> Any:
            for layer in self.stack:
                inputs = layer(inputs)
            return inputs

    def script() -> None:
        model = Own()
        model.compile("adam", "mse")
        model.fit(rows, labels, epochs=5, batch_size=32, validation_split=0.1, verbose=0)
        model.evaluate(rows, labels, verbose=0)
        for _ in range(20):
            model.predict(rows[:256], verbose=0)

    def seconds(watched: bool) -> float:
        start = time.process_time()
        if watched:
            with shapecheck.watch(tell="never") as seen:
                script()
            assert not seen.findings
        else:
            script()
        return time.process_time() - start

    script()
    with shapecheck.watch(tell="never"):
        script()  # rules are imported once
    plain, again, ratios = [], [], []
    for _ in range(pairs):
        first, watched, second = seconds(False), seconds(True), seconds(False)
        plain.append(first)
        again.append(second / first)
        ratios.append(watched / ((first + second) / 2))
    print(f"{keras.__name__}: a training script of {statistics.median(plain):.2f} s CPU, watched: "
          f"{100 * (statistics.median(ratios) - 1):+.1f} % (median of {pairs} pairs; "
          f"A/A {100 * (statistics.median(again) - 1):+.1f} %)")


def memory(keras: Any, total: int = 1_000_000) -> None:
    class Nothing(keras.Model):  # type: ignore[name-defined,misc]
        def predict_on_batch(self, x: Any) -> Any:
            return x

    model = Nothing()
    data = np.zeros((32, 8), "float32")
    marks = []
    with shapecheck.watch(model, tell="never") as seen:
        for step in range(10):
            for _ in range(total // 10):
                model.predict_on_batch(data)
            gc.collect()
            marks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
            if step == 0:
                first = marks[0]
        print(f"  {keras.__name__:9} {seen.total} recorded calls: peak memory {first:.0f} MiB "
              f"after {total // 10}, {marks[-1]:.0f} MiB after {total}; {len(seen.calls)} kept")


def main() -> None:
    import keras
    import tf_keras

    print(f"TF {tf.__version__}, Keras {keras.__version__}, tf_keras {tf_keras.__version__}")
    for generation in (keras, tf_keras):
        one_call(generation)
        predict_ratio(generation)
        training_script(generation)
        memory(generation)


if __name__ == "__main__":
    main()
