"""How rows are held (containers) and how the model is called (forms), as text."""
from __future__ import annotations

from typing import Dict, List, NamedTuple, Tuple

BATCH = 5  # rows in a batch of a pipeline


class Container(NamedTuple):
    """each: holds one array. feed: makes a pipeline of the inputs, and of the labels where there
    are any. ranks: of the arrays that it can hold, () for all. codes: as of `Variant`.
    """

    name: str
    each: str = "{}"
    feed: str = ""
    ranks: Tuple[int, ...] = ()
    codes: Tuple[str, ...] = ()


#: `{}` is one array, or the inputs (and labels) as a tuple
CONTAINERS: Dict[str, Container] = {c.name: c for c in [
    Container("array"),
    Container("tensor", "tf.constant({})"),
    Container("list", "{}.tolist()", codes=("SHP119",)),
    Container("DataFrame", "pd.DataFrame({})", ranks=(2,)),
    Container("Series", "pd.Series({})", ranks=(1,)),
    Container("dataset", feed=f"slices({{}}).batch({BATCH})"),
    Container("dataset, not batched", feed="slices({})", codes=("SHP501",)),
    Container("generator", feed="feed({})"),
    Container("Sequence", feed="Batches({})"),
]}


class Form(NamedTuple):
    """code: `{x}` are the inputs, `{y}` the labels, `{feed}` a pipeline of both; it sets `out`.
    learns: the loss is compared, and the weights afterwards; else the result.
    holds: the containers it takes. checks: `check_inputs` can be asked about the inputs alone.
    """

    name: str
    code: str
    learns: bool = False
    holds: Tuple[str, ...] = ("array", "tensor")
    checks: bool = False


_HOST = ("array", "tensor", "list", "DataFrame", "Series")
_FEEDS = ("dataset", "dataset, not batched", "generator", "Sequence")
_QUIET = "verbose=0"

FORMS: List[Form] = [
    Form("predict", f"out = model.predict({{x}}, {_QUIET})", holds=_HOST, checks=True),
    Form("predict, batches", f"out = model.predict({{x}}, batch_size={BATCH}, {_QUIET})",
         checks=True),
    Form("predict, fed", f"out = model.predict({{feed}}, {_QUIET})", holds=_FEEDS, checks=True),
    Form("predict_on_batch", "out = model.predict_on_batch({x})"),
    Form("call", "out = model({x})"),
    Form("call, inference", "out = model({x}, training=False)"),
    Form("tf.function", "step = tf.function(lambda rows: model(rows))\nout = step({x})"),
    Form("predict, after a right one",
         f"model.predict({{right}}, {_QUIET})\nout = model.predict({{x}}, {_QUIET})"),
    Form("fit", f"out = model.fit({{x}}, {{y}}, shuffle=False, {_QUIET}).history", True, _HOST),
    Form("fit, batches",
         f"out = model.fit({{x}}, {{y}}, batch_size={BATCH}, shuffle=False, {_QUIET}).history",
         True),
    Form("fit, fed", f"out = model.fit({{feed}}, shuffle=False, {_QUIET}).history", True, _FEEDS),
    Form("fit, validated",
         "out = model.fit({right}, {right_y}, validation_data=({x}, {y}), shuffle=False, "
         f"{_QUIET}).history", True, ("array",)),
    Form("evaluate", f"out = model.evaluate({{x}}, {{y}}, {_QUIET})", True, _HOST),
    Form("evaluate, batches",
         f"out = model.evaluate({{x}}, {{y}}, batch_size={BATCH}, {_QUIET})", True),
    Form("evaluate, fed", f"out = model.evaluate({{feed}}, {_QUIET})", True, _FEEDS),
    Form("train_on_batch", "out = model.train_on_batch({x}, {y})", True),
    Form("test_on_batch", "out = model.test_on_batch({x}, {y})", True),
]
