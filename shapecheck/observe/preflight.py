"""The facts of a call that is not made."""
from __future__ import annotations

import dataclasses
from types import FrameType
from typing import Any, Optional

from shapecheck.facts import Call
from shapecheck.observe import feeds, snapshot
from shapecheck.observe.calls import Speller, arguments, place
from shapecheck.observe.callsite import Site, site_of
from shapecheck.observe.models import Declaration, require
from shapecheck.observe.snapshot import facts_of
from shapecheck.source.calls import CallText

#: where check_inputs(model, inputs) takes the inputs
_INPUTS = (1, ("inputs",))


def preflight(model: Any, inputs: Any, frame: FrameType) -> Call:
    """The facts as if `model.predict(inputs)` were called where `frame` is."""
    declaration = Declaration(model, require(model))
    site = site_of(frame)
    if site.text is not None:
        site = _as_predict(site)
    return planned(declaration, inputs, site, frame)


def planned(declaration: Declaration, inputs: Any, site: Site,
            frame: Optional[FrameType] = None, method: str = "predict") -> Call:
    """The facts of `method(inputs)` spelled as in `site`; `finished` is False."""
    pipeline = snapshot.pipeline_kind(inputs)
    if pipeline == "Dataset":
        seen = feeds.features(snapshot.element_leaves(inputs))
    elif pipeline:
        seen = ()  # looking at a generator's items would use them up
    else:
        seen = snapshot.leaves(inputs)
    speller = Speller(site, (0, ("x", "inputs")), frame)
    text, span, container = speller.container()
    info = dataclasses.replace(declaration.info,
                               expression=site.text.receiver if site.text else "model")
    values = {} if pipeline else facts_of(inputs, seen)
    return Call(
        model=info, method=method,
        inputs=arguments(place(seen, declaration), declaration, method, speller, values,
                         pipeline),
        location=site.location, source=site.text.text if site.text else "",
        container_expression=text, container_span=span, container_kind=container,
        pipeline=pipeline, takes=declaration.takes, finished=False)


def _as_predict(site: Site) -> Site:
    """`shapecheck.check_inputs(model, x)` read as `model.predict(x)`."""
    assert site.text is not None
    model = site.text.argument(0, ("model",))
    inputs = site.text.argument(*_INPUTS)
    if model is None or inputs is None:
        return Site(site.location)
    try:
        return Site(site.location, CallText(f"{model.text}.predict({inputs.text})"))
    except ValueError:
        return Site(site.location)


__all__ = ["facts_of", "planned", "preflight"]
