"""Right calls as code to paste: whatever the inputs are called, they are valid Python."""
from __future__ import annotations

import ast

import pytest

from shapecheck.facts import Spec
from shapecheck.source.usage import identifier, usage, variable_names

pytestmark = pytest.mark.legacy


def specs(*names):
    return [Spec.of(name, (None, 4)) for name in names]


@pytest.mark.parametrize("name", ["input_1", "input_layer", "input_layer_3", "keras_tensor_74",
                                  "dense_input", "embedding_2_input", "inputs", "args_0"])
def test_a_lone_input_that_nobody_named_is_x(name):
    assert usage(specs(name), "single") == ("model.predict(x[0:1])", "model.predict(x)")


@pytest.mark.parametrize(("name", "variable"), [
    ("ids", "ids"), ("serving_default_ids:0", "ids"), ("my input", "my_input"), ("class", "class_"),
    ("3d", "x_3d"), ("a/b", "a_b"), ("", "x"), ("été", "t"), ("\x1b[31m", "x_31m"),
])
def test_identifiers(name, variable):
    assert identifier(name) == variable


def test_two_inputs_never_share_a_variable():
    assert variable_names(specs("a b", "a/b", "a_b")) == ["a_b", "a_b_", "a_b__"]


@pytest.mark.parametrize("structure", ["single", "list", "dict"])
@pytest.mark.parametrize("names", [["a"], ["a", "b"], ['q"uote', "back\\slash"], ["\n", "\x1b"],
                                   ["lambda", "def"]])
def test_every_call_parses(names, structure):
    for call in usage(specs(*names), structure):
        ast.parse(call)
        assert call.isprintable()


def test_nested():
    found = usage(specs("ids", "mask"), "nested", nest={"x": "ids", "y": ["mask"]})
    assert found[0] == 'model.predict({"x": ids[0:1], "y": [mask[0:1]]})'
    assert usage(specs("ids", "mask"), "nested") == ()


def test_optional_inputs_are_left_out_but_for_the_mask():
    inputs = [Spec.of("input_ids", None, role="input_ids"),
              Spec.of("attention_mask", None, role="attention_mask", optional=True),
              Spec.of("token_type_ids", None, role="token_type_ids", optional=True)]
    assert usage(inputs, "dict", text=True) == (
        'model.predict({"input_ids": input_ids[0:1], "attention_mask": attention_mask[0:1]})',
        'model.predict({"input_ids": input_ids, "attention_mask": attention_mask})',
        'model.predict(dict(tokenizer(["a text", "a longer text"], padding=True, '
        'truncation=True, return_tensors="np")))')


def test_nothing_declared_nothing_shown():
    assert usage([], "single") == ()
