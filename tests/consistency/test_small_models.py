"""Each planted bug is called inconsistent, with its cause and its layer; nothing healthy is."""
from __future__ import annotations

import itertools
import os
from typing import Any

import numpy as np
import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import shapecheck
from tests.consistency.small_models import HEALTHY, PLANTED, mlp, table
from tests.files.kerases import generations, keras_of

pytestmark = pytest.mark.legacy


@pytest.fixture(params=generations())
def generation(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_bug_has_its_cause_and_layer(generation: str, name: str) -> None:
    planted = PLANTED[name]
    if planted.only and planted.only != generation:
        pytest.skip(f"{planted.only} only")
    model, inputs = planted.make(keras_of(generation))
    report = shapecheck.check_consistency(model, inputs, planted.output, call=planted.call)
    found = report.consistency
    assert found is not None
    assert (found.verdict, found.cause) == ("inconsistent", planted.cause)
    if planted.layer is not None:
        assert found.layer is not None and found.layer.endswith(planted.layer)
    assert any(f.code == planted.cause for f in report.findings)
    assert found.forwards <= 60


@pytest.mark.parametrize("call", ["predict", "call", "function"])
@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_model_is_consistent(generation: str, name: str, call: str) -> None:
    model, inputs = HEALTHY[name](keras_of(generation))
    report = shapecheck.check_consistency(model, inputs, call=call)
    found = report.consistency
    assert found is not None
    assert found.verdict in ("bit-identical", "float noise"), found
    assert found.cause is None and found.layer is None and not report.findings
    assert found.forwards <= 60


def test_the_model_is_as_before(generation: str) -> None:
    keras = keras_of(generation)
    model, inputs = PLANTED["batch normalization, subclassed"].make(keras)
    model.predict(inputs, verbose=0)
    before = [np.array(w) for w in model.get_weights()]
    shapecheck.check_consistency(model, inputs)
    assert all((a == b).all() for a, b in zip(before, model.get_weights()))
    assert not any("call" in vars(layer) for layer in [model, *model.layers])


def test_ctrl_c_leaves_the_model_as_before(generation: str) -> None:
    keras = keras_of(generation)
    model = mlp(keras)
    calls = itertools.count(1)  # a list would be state of the model's, and put back as well

    class Interrupted(type(model)):  # type: ignore[misc]
        def predict(self, *arguments: Any, **options: Any) -> Any:
            if next(calls) == 4:
                raise KeyboardInterrupt
            return super().predict(*arguments, **options)

    before = [np.array(w) for w in model.get_weights()]
    kind = type(model)
    model.__class__ = Interrupted
    try:
        with pytest.raises(KeyboardInterrupt):
            shapecheck.check_consistency(model, table())
    finally:
        model.__class__ = kind
    assert next(calls) == 5
    assert all((a == b).all() for a, b in zip(before, model.get_weights()))
