"""The facts of a call that is not made."""
from __future__ import annotations

import dataclasses
from types import FrameType
from typing import Any, Optional

from shapecheck.facts import Call, Failure
from shapecheck.observe import feeds, snapshot
from shapecheck.observe.anatomy import losses_of
from shapecheck.observe.calls import Given, arguments, labels_of
from shapecheck.observe.callsite import Site, site_of
from shapecheck.observe.models import Declaration, require
from shapecheck.observe.placing import sorted_out
from shapecheck.observe.refusals import refusal_of
from shapecheck.observe.snapshot import facts_of
from shapecheck.observe.spelling import Speller
from shapecheck.observe.targets import with_labels
from shapecheck.source.calls import CallText

#: of check_inputs
_PARAMETERS = ("model", "inputs", "labels")


def preflight(model: Any, inputs: Any, frame: FrameType, labels: Any = None) -> Call:
    """The facts as if `model.predict(inputs)`, or `model.fit(inputs, labels)`, were called where
    `frame` is."""
    declaration = Declaration(model, require(model))
    method = "predict" if labels is None else "fit"
    site = site_of(frame)
    if site.text is not None:
        site = _as_call(site, method)
    call = planned(declaration, inputs, site, frame, method)
    if labels is None:
        return call
    call = dataclasses.replace(call, losses=losses_of(model, [o.name for o in declaration.outputs]))
    return with_labels(call, snapshot.leaves(labels), labels_of(labels, site, frame), declaration)


def foreseen(model: Any, inputs: Any, call: Call) -> Optional[Failure]:
    """What will be refused of a call that is not made, though it fits what is declared."""
    return refusal_of(model, inputs, call, Declaration(model, require(model)))


def planned(declaration: Declaration, inputs: Any, site: Site,
            frame: Optional[FrameType] = None, method: str = "predict") -> Call:
    """The facts of `method(inputs)` spelled as in `site`; `finished` is False."""
    pipeline = snapshot.pipeline_kind(inputs)
    # looking at a generator's items would use them up
    seen = () if pipeline else snapshot.leaves(inputs)
    given = Given(inputs, seen, pipeline)
    if pipeline == "Dataset":
        seen, _ = feeds.parts(snapshot.element_leaves(inputs))
    speller = Speller(site, (0, ("x", "inputs")), frame)
    text, span, container = speller.container()
    info = dataclasses.replace(declaration.info,
                               expression=site.text.receiver if site.text else "model")
    seen, placed, kind = sorted_out(seen, declaration)
    container = kind or container
    anatomy = declaration.anatomy
    return Call(
        model=info, method=method,
        inputs=arguments(placed, declaration, method, speller, given, pipeline),
        location=site.location, source=site.text.text if site.text else "",
        container_expression=text, container_span=span, container_kind=container,
        pipeline=pipeline, takes=declaration.takes, finished=False,
        positions=anatomy.positions, fixed_batch=anatomy.fixed_batch, through=anatomy.through)


def _as_call(site: Site, method: str) -> Site:
    """`shapecheck.check_inputs(model, x, y)` read as `model.fit(x, y)`."""
    assert site.text is not None
    pieces = [site.text.argument(i, (name,)) for i, name in enumerate(_PARAMETERS)]
    model, inputs, labels = (None if piece is None else piece.text for piece in pieces)
    if model is None or inputs is None:
        return Site(site.location)
    given = inputs if method == "predict" or labels is None else f"{inputs}, {labels}"
    try:
        return Site(site.location, CallText(f"{model}.{method}({given})"))
    except ValueError:
        return Site(site.location)


__all__ = ["facts_of", "foreseen", "planned", "preflight"]
