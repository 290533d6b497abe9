"""The watcher: one raw record a host call, facts when somebody reads them.

The hot path compares tuples: a call that looks like one seen before (same model, method, place,
shapes) costs a dictionary look-up. No array, tensor or model is kept.
"""
from __future__ import annotations

import collections
import dataclasses
import threading
import weakref
from typing import Any, Deque, Dict, List, Optional, Tuple

from shapecheck.facts import Argument, Call, Location
from shapecheck.observe import feeds, snapshot
from shapecheck.observe.calls import PARAMETERS, Speller, arguments, pick, place, returned
from shapecheck.observe.callsite import Site, is_autograph, is_framework, site_of, user_frame
from shapecheck.observe.models import Declaration, generation_of
from shapecheck.observe.preflight import facts_of

KEPT_CALLS = 4096
_KEPT_KINDS = 4096
_NOT_INPUTS = ("training", "mask", "return_dict", "output_attentions", "output_hidden_states")


class Kind:
    """All calls that look alike: same model, method, place, shapes in and out."""

    __slots__ = ("call", "count", "returned", "placed")

    def __init__(self, call: Call) -> None:
        self.call = call
        self.count = 0
        self.returned: Dict[Any, Call] = {}
        self.placed: Any = None


class Token:
    """One call in flight."""

    __slots__ = ("kind", "declaration", "first", "feed", "rows")

    def __init__(self, kind: Kind, declaration: Declaration, first: bool, feed: Any) -> None:
        self.kind = kind
        self.declaration = declaration
        self.first = first
        self.feed = feed


class Recorder:
    """Records host calls of one model (or of all), and tells `listener` of new kinds of calls.

    listener: has `started(call)` before and `finished(call, error)` after a call that does not
    look like one seen before. A fault in here, or in the listener, never reaches the user's
    call: the first one is kept in `fault`.
    """

    def __init__(self, model: Any = None, listener: Any = None) -> None:
        self._target = None if model is None else weakref.ref(model)
        self._listener = listener
        self._declarations: Dict[int, Tuple[Any, Declaration]] = {}
        self._kinds: Dict[Any, Kind] = {}
        self._calls: Deque[Tuple[Kind, Any]] = collections.deque(maxlen=KEPT_CALLS)
        self._lock = threading.RLock()
        self.total = 0
        self.fault: Optional[BaseException] = None

    # -- read ----------------------------------------------------------------------------

    @property
    def calls(self) -> List[Call]:
        """The last `KEPT_CALLS` host calls, oldest first."""
        with self._lock:
            return [kind.returned.get(key, kind.call) for kind, key in self._calls]

    @property
    def kinds(self) -> List[Call]:
        """Each different call once, with its count."""
        with self._lock:
            found = []
            for kind in self._kinds.values():
                for call in list(kind.returned.values()) or [kind.call]:
                    found.append(dataclasses.replace(call, count=max(1, kind.count)))
            return found

    # -- observer protocol (hooks.py); nothing here may raise ------------------------------

    def wants(self, model: Any) -> bool:
        return self._target is None or self._target() is model

    def begin(self, model: Any, method: str, args: Any, kwargs: Any, frame: Any) -> Any:
        try:
            return self._begin(model, method, args, kwargs, frame)
        except Exception as error:
            self._failed(error)
            return None, args, kwargs

    def end(self, token: Token, result: Any) -> None:
        try:
            self._end(token, result)
        except Exception as error:
            self._failed(error)

    def fail(self, token: Token, error: BaseException) -> None:
        try:
            self._finish(token, type(error).__name__, (), None, error)
        except Exception as fault:
            self._failed(fault)

    def _failed(self, error: BaseException) -> None:
        if self.fault is None:
            self.fault = error

    # -- recording -------------------------------------------------------------------------

    def _begin(self, model: Any, method: str, args: Any, kwargs: Any, frame: Any) -> Any:
        value, own = _inputs(method, args, kwargs)
        pipeline = snapshot.pipeline_kind(value) if value is not None else ""
        feed = None
        if pipeline:
            seen: Tuple[Any, ...] = ()
            feed, args, kwargs = feeds.observe(value, pipeline, args, kwargs)
        else:
            seen = snapshot.leaves(value)
            if method == "__call__" and (not seen or any(map(snapshot.is_symbolic_keras, seen))):
                return None, args, kwargs
        labels = pick(method, "y", args, kwargs)
        weights = pick(method, "sample_weight", args, kwargs)
        label_leaves = snapshot.leaves(labels) if labels is not None else ()
        if weights is not None:
            label_leaves += tuple(
                ((("sample_weight",) + p), t, s, d)
                for p, t, s, d in snapshot.leaves(weights))
        batch_size = pick(method, "batch_size", args, kwargs)
        key: Any = (id(model), method, frame.f_code, frame.f_lasti, seen, label_leaves, pipeline,
                    batch_size)
        kind = self._kinds.get(key)
        declaration = self._declaration(model)
        first = kind is None
        if kind is None:
            call = self._call(declaration, method, value, seen, label_leaves, labels, weights,
                              pipeline, batch_size, frame, own)
            kind = self._remember(key, call)
            if self._listener is not None:
                self._listener.started(call)
        return Token(kind, declaration, first, feed), args, kwargs

    def _declaration(self, model: Any) -> Declaration:
        known = self._declarations.get(id(model))
        if known is not None and known[0]() is model:
            declaration = known[1]
            if declaration.specs and declaration.specs[0].source == "Input":
                return declaration
            # Nothing declared yet: a Sequential or subclassed model knows more once it is built.
            if getattr(model, "built", True) == getattr(declaration, "was_built", None):
                return declaration
        adapter = generation_of(model)
        declaration = Declaration(model, adapter)
        declaration.was_built = getattr(model, "built", True)  # type: ignore[attr-defined]
        if len(self._declarations) >= _KEPT_KINDS:
            self._declarations.clear()
        self._declarations[id(model)] = (weakref.ref(model), declaration)
        return declaration

    def _remember(self, key: Any, call: Call) -> Kind:
        with self._lock:
            if len(self._kinds) >= _KEPT_KINDS:
                self._kinds.clear()  # bounded; findings about them have been told already
            return self._kinds.setdefault(key, Kind(call))

    def _call(self, declaration: Declaration, method: str, value: Any, seen: Any,
              label_leaves: Any, labels: Any, weights: Any, pipeline: str, batch_size: Any,
              frame: Any, own: Any) -> Call:
        direct = not is_framework(frame) and not is_autograph(frame)
        user = frame if direct else user_frame(frame)
        site = site_of(user, direct) if user is not None else Site(Location())
        parameters = None if own is None else declaration.parameters or own
        speller = Speller(site, PARAMETERS[method]["x"], user, parameters)
        if own is not None and declaration.parameters:
            seen = tuple(_with_parameter_name(leaf, declaration.parameters) for leaf in seen)
        if pipeline == "Dataset":
            seen = feeds.features(snapshot.element_leaves(value))
        values = facts_of(value, seen) if not pipeline else {}
        placed = place(seen, declaration)
        text, span, container = speller.container() if own is None else ("", None, "arguments")
        info = dataclasses.replace(declaration.info,
                                   expression=site.text.receiver if site.text else "")
        if site.text and method != "__call__" and info.expression == site.text.callee:
            info = dataclasses.replace(info, expression="")
        return Call(
            model=info, method=method,
            inputs=arguments(placed, declaration, method, speller, values, pipeline),
            labels=_labels(label_leaves, site, method, user), location=site.location,
            source=site.text.text if site.text else "", container_expression=text,
            container_span=span, container_kind=container, pipeline=pipeline,
            batch_size=batch_size if isinstance(batch_size, int) else None,
            in_graph=any(map(snapshot.is_graph_tensor, seen)), finished=False)

    def _end(self, token: Token, result: Any) -> None:
        out = snapshot.leaves(result, ordered=True) if not _is_history(result) else ()
        if token.feed is None and out in token.kind.returned:
            with self._lock:
                token.kind.count += 1
                self.total += 1
                self._calls.append((token.kind, out))
            return
        self._finish(token, None, out, result, None)

    def _finish(self, token: Token, raised: Optional[str], out: Any, result: Any,
                error: Optional[BaseException]) -> None:
        kind, key = token.kind, out if raised is None else raised
        known = kind.returned.get(key) if token.feed is None else None
        call = known
        if call is None:
            call = kind.call
            if token.feed is not None:
                seen = token.feed.close(call.method)
                if seen:
                    placed = place(seen, token.declaration)
                    inputs = arguments(placed, token.declaration, call.method,
                                       Speller(Site(call.location), (0, ("x",))), {},
                                       call.pipeline)
                    inputs = tuple(dataclasses.replace(a, expression=call.container_expression)
                                   for a in inputs)
                    call = dataclasses.replace(call, inputs=inputs)
            outputs = returned(out, token.declaration, facts_of(result, out))
            call = dataclasses.replace(call, returned=outputs, raised=raised, finished=True)
        with self._lock:
            kind.count += 1
            self.total += 1
            kind.returned[key] = call
            self._calls.append((kind, key))
        if known is None and self._listener is not None:
            self._listener.finished(call, error)


def _inputs(method: str, args: Any, kwargs: Any) -> Tuple[Any, Optional[Tuple[str, ...]]]:
    """The structure that holds the inputs, and the parameter names where each is its own argument."""
    if method != "__call__":
        return pick(method, "x", args, kwargs), None
    extra = {k: v for k, v in kwargs.items()
             if k not in _NOT_INPUTS and not isinstance(v, (bool, str)) and v is not None}
    if len(args) == 1 and not extra:
        return args[0], None
    if not args and set(extra) == {"inputs"}:
        return extra["inputs"], None
    together: Dict[Any, Any] = {}
    for i, value in enumerate(args):
        if isinstance(value, (bool, str)) or value is None:
            continue
        together[i] = value
    together.update(extra)
    return together, tuple(extra)


def _with_parameter_name(leaf: Any, parameters: Tuple[str, ...]) -> Any:
    path = leaf[0]
    if path and isinstance(path[0], int) and path[0] < len(parameters):
        return ((parameters[path[0]],) + path[1:],) + leaf[1:]
    return leaf


def _labels(leaves: Any, site: Site, method: str, frame: Any) -> Any:
    found = []
    for leaf in leaves:
        weight = bool(leaf[0]) and leaf[0][0] == "sample_weight"
        path = leaf[0][1:] if weight else leaf[0]
        name = "sample_weight" if weight else "y"
        parameter = PARAMETERS[method].get(name, (None, (name,)))
        text, span, indexed = Speller(site, parameter, frame).item(path)
        found.append(Argument(name, snapshot.to_array(leaf), expression=text or name, span=span,
                              indexed=indexed))
    return tuple(found)


def _is_history(result: Any) -> bool:
    return type(result).__name__ == "History"
