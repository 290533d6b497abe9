"""What is said of calls that raised, and of no others: the exception is half of the proof."""
from __future__ import annotations

import functools

import pytest

from shapecheck.observe.models import generation_of
from shapecheck.rules.bench import SETUP
from tests.rules.runner import GENERATIONS, Program, applies, keras_of

pytestmark = pytest.mark.legacy

MODELS = SETUP + '''
class Own(keras.Model):
    def __init__(self):
        super().__init__()
        self.rows = L.LSTM(4)
    def call(self, rows):
        return self.rows(rows)
own, bare = Own(), keras.Sequential([L.Dense(2)])
own(series), bare(table)
for each in (own, bare):
    each.compile(optimizer="sgd", loss="mse")
'''


@functools.cache
def program(generation: str) -> Program:
    return Program(generation, MODELS)


def run(generation: str, code: str):
    mine = program(generation)
    for model in mine.models():
        generation_of(model).reset_traces(model)
    return mine.run(code)


@pytest.mark.parametrize("generation", GENERATIONS)
@pytest.mark.parametrize(("code", "told"), [
    ("own.predict(series[..., :2])", ["SHP107"]),
    ("own.predict(series[:, :7])", []),  # an LSTM takes any number of steps
    ("own.predict(series[..., None])", ["SHP107"]),
    ("bare.predict(table[..., None])", []),  # once built, it takes the 1 away
    ("bare.train_on_batch(table[:, :3], np.zeros((12, 2)))", ["SHP107"]),
    ("pair.predict(np.stack([x, x % 2]))", ["SHP109"]),
    ("pair.predict([x, x % 2])", []),
    ("pair.predict_on_batch([x[:5], x[:4] % 2])", ["SHP110"]),
], ids=str)
def test_what_did_not_fit_is_said(generation, code, told):
    if code.startswith("bare.predict") and applies("keras<2.7", generation,
                                                   keras_of(generation).__version__):
        told = ["SHP107"]  # its first layer refuses the axis there
    outcome = run(generation, code)
    assert bool(outcome.error) == bool(told)
    assert outcome.codes == told


@pytest.mark.parametrize("generation", GENERATIONS)
def test_an_error_of_the_users_own_is_not_explained_by_a_shape(generation):
    outcome = run(generation, "class Stop(keras.callbacks.Callback):\n"
                              "    def on_predict_begin(self, logs=None):\n"
                              "        raise RuntimeError('enough')\n"
                              "own.predict(series[:, :7], callbacks=[Stop()])")
    assert isinstance(outcome.error, RuntimeError)
    assert outcome.codes == []


@pytest.mark.parametrize("generation", GENERATIONS)
def test_lists_for_two_inputs(generation):
    outcome = run(generation, "pair.predict({'input_ids': x.tolist(), "
                              "'attention_mask': (x % 2).tolist()})")
    assert outcome.error is not None
    assert outcome.codes == ["SHP119"]


@pytest.mark.parametrize("generation", GENERATIONS)
def test_a_generator_of_unequal_rows(generation):
    code = "def feed():\n    yield ((x[:5], x[:4] % 2),)\npair.predict(feed(), steps=1)"
    outcome = run(generation, code)
    assert outcome.error is not None
    assert outcome.codes == ["SHP110"]
