"""The user's model, policy and generators after a check, after Ctrl-C and after an exception."""
from __future__ import annotations

import random
from typing import Any, Dict, List

import numpy as np
import pytest
import tensorflow as tf

import shapecheck
from shapecheck.consistency import state, twin
from shapecheck.consistency.noise import Perturbed
from shapecheck.facts.errors import UserError
from tests.consistency.healthy import policy
from tests.consistency.kerases import generations, load, seed
from tests.consistency.planted import BUGS, GLOBAL, mlp, op, subclassed, table

pytestmark = pytest.mark.legacy


@pytest.fixture(params=generations())
def keras(request: pytest.FixtureRequest) -> Any:
    seed()
    return load(request.param)


def _policy_name(keras: Any) -> str:
    policies = getattr(keras, "mixed_precision", None)
    if hasattr(policies, "global_policy"):
        return str(policies.global_policy().name)
    return str(keras.config.dtype_policy().name)


def _floatx(keras: Any) -> str:
    return str(keras.backend.floatx())


def fingerprint(keras: Any, model: Any) -> Dict[str, Any]:
    """Everything that a check may not change."""
    layers = [model, *model.layers]
    optimizer = getattr(model, "optimizer", None)
    of_optimizer = getattr(optimizer, "variables", []) if optimizer is not None else []
    of_optimizer = of_optimizer() if callable(of_optimizer) else of_optimizer
    return {
        "weights": [w.tobytes() for w in model.get_weights()],
        "variables": [np.asarray(v).tobytes() for v in model.variables],
        "optimizer": [np.asarray(v).tobytes() for v in of_optimizer],
        "policy": _policy_name(keras), "floatx": _floatx(keras),
        "python": random.getstate(), "numpy": np.random.get_state()[1].tobytes(),
        "trainable": [layer.trainable for layer in layers],
        "dtypes": [str(layer.compute_dtype) for layer in model.layers],
        "wrapped": [layer for layer in layers if "call" in vars(layer)],
        "predict_function": getattr(model, "predict_function", None),
    }


def same(before: Dict[str, Any], after: Dict[str, Any]) -> List[str]:
    return [key for key in before if before[key] != after[key]]


def trained(keras: Any) -> Any:
    """Dropout and batch norm, compiled, an optimizer with slots, a traced predict."""
    layers = keras.layers
    x = keras.Input((12,))
    hidden = layers.Dropout(0.3)(layers.BatchNormalization()(layers.Dense(16)(x)))
    model = keras.Model(x, layers.Dense(4)(hidden))
    model.compile("adam", "mse")
    model.fit(table(32), table(32, 4, seed=1), epochs=1, verbose=0)
    model.predict(table(4), verbose=0)
    return model


@pytest.mark.parametrize("mode", ["predict", "call", "function"])
def test_nothing_changes(keras: Any, mode: str) -> None:
    model = trained(keras)
    before = fingerprint(keras, model)
    found = shapecheck.check_consistency(model, table(), call=mode).consistency
    assert found is not None
    assert found.verdict in ("bit-identical", "float noise")
    assert not same(before, fingerprint(keras, model))


@pytest.mark.parametrize("name", ["stateful_lstm", "counter", "global_variable", "own_generator",
                                  "moving_statistics_updated_at_inference", "python_counter",
                                  "batch_norm_always_training", "dropout_always_on",
                                  "last_result_remembered", "the_same_draw_in_every_call",
                                  "counted_in_a_dict", "counted_in_a_closure",
                                  "counted_by_an_object", "numpy_generator_of_its_own",
                                  "nested_dict_of_state"])
def test_nothing_changes_where_calls_leave_something_behind(keras: Any, name: str) -> None:
    """Two programs with the same seeds, one of them checked on the way, go on alike."""
    planted = next(b for b in BUGS if b.name == name)

    def program(checked: bool) -> List[np.ndarray]:
        GLOBAL.assign(1.0)
        seed()
        model, inputs = planted.build(keras)
        rows = inputs[:4]
        for _ in range(2):
            model(tf.constant(rows))
        seed()
        if checked:
            found = shapecheck.check_consistency(model, inputs, call=planted.mode).consistency
            assert found is not None
            assert found.cause == planted.cause
        return [np.asarray(model(tf.constant(rows))) for _ in range(2)] + [
            np.asarray(tf.random.normal((3,))), np.random.rand(3), np.array(random.random())]

    for plain, after in zip(program(False), program(True)):
        assert plain.tobytes() == after.tobytes()


@pytest.mark.parametrize("at", [1, 2, 5, 9])
def test_ctrl_c_inside_the_model(keras: Any, at: int) -> None:
    calls: List[int] = []
    armed: List[bool] = []

    def interrupted(z: Any) -> Any:
        calls.extend(armed)
        if len(calls) == at:
            raise KeyboardInterrupt
        return z

    model = mlp(keras, op(keras, interrupted))
    model.compile("adam", "mse")
    before = fingerprint(keras, model)
    armed.append(True)
    with pytest.raises(KeyboardInterrupt):
        shapecheck.check_consistency(model, table(), call="call")
    assert not same(before, fingerprint(keras, model))


def test_ctrl_c_while_weights_are_perturbed(keras: Any) -> None:
    model = trained(keras)
    before = fingerprint(keras, model)
    with pytest.raises(KeyboardInterrupt), Perturbed(model, 2.0 ** -24) as moved:  # noqa: PT012
        moved.move(0)
        assert "weights" in same(before, fingerprint(keras, model))
        raise KeyboardInterrupt
    assert not same(before, fingerprint(keras, model))


def test_ctrl_c_in_a_twin_of_another_policy(keras: Any) -> None:
    with policy(keras, "mixed_float16"):
        model = mlp(keras, lambda h: h)
    before = fingerprint(keras, model)
    with pytest.raises(KeyboardInterrupt), twin.finer(  # noqa: PT012
            model, "float16") as found:
        assert found is not None
        assert {str(layer.compute_dtype) for layer in model.layers
                if type(layer).__name__ != "InputLayer"} == {"float32"}
        raise KeyboardInterrupt
    assert not same(before, fingerprint(keras, model))
    with pytest.raises(KeyboardInterrupt), twin.finer(mlp(keras, lambda h: h), "float32"):
        raise KeyboardInterrupt
    assert (_policy_name(keras), _floatx(keras)) == ("float32", "float32")


def test_a_model_that_raises(keras: Any) -> None:
    def refuses(s: Any, x: Any, _training: Any) -> Any:
        if x.shape[-1] != 3:
            raise ValueError("expected 3 columns: this is not a table of mine")
        return s.last(s.first(x))

    model = subclassed(keras, refuses)
    model(tf.zeros((2, 3)))
    before = fingerprint(keras, model)
    with pytest.raises(UserError, match="nothing could be checked"):
        shapecheck.check_consistency(model, table())
    assert not same(before, fingerprint(keras, model))


def test_names_of_later_layers_do_not_shift(keras: Any) -> None:
    """A twin is built of layers of its own: they take no names from the user's."""
    def later(checked: bool) -> str:
        keras.backend.clear_session()
        model = mlp(keras, lambda h: h)
        with state.untouched(model):
            if checked:
                with twin.finer(model, "float32") as found:
                    assert found is not None
        return str(keras.layers.Dense(1).name)

    assert later(False) == later(True)


def test_the_predict_function_is_the_users_own(keras: Any) -> None:
    model = trained(keras)
    traced = model.predict_function
    shapecheck.check_consistency(model, table())
    assert model.predict_function is traced
