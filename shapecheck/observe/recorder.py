"""The watcher: one raw record a host call, facts when it is of a new kind.

The hot path compares tuples: a call that looks like one seen before (same model, method, place,
shapes) costs a dictionary look-up. No array, tensor or model is kept.
"""
from __future__ import annotations

import collections
import dataclasses
import math
import os
import threading
import traceback
import weakref
from types import CodeType
from typing import Any, Callable, Deque, Dict, List, Optional, Tuple

from shapecheck.facts import Call
from shapecheck.observe import feeds, meetings, snapshot, traces
from shapecheck.observe.calls import (
    TRAIN,
    gather,
    held_out,
    looked_at_again,
    looks_at_values,
    pick,
    rebatched,
    refused,
    returned,
    with_ids,
)
from shapecheck.observe.callsite import behind_autograph
from shapecheck.observe.models import Declaration, generation_of
from shapecheck.observe.samples import KEPT_PAIRS, MAX_BYTES, MAX_ROWS, SameRow, Samples
from shapecheck.observe.snapshot import facts_of
from shapecheck.observe.targets import as_met, completed
from shapecheck.observe.witness import Draft, Witness

KEPT_CALLS = 4096
KEPT_KINDS = 4096
_KEPT_VARIANTS = 64  # different results of one kind of call
_SYMBOLIC = "KerasTensor"  # the model is used as a building block, not called on data
_NOT_INPUTS = ("training", "mask", "return_dict", "output_attentions", "output_hidden_states")
_KEPT_MEETINGS = 16  # of one call
_SAMPLED = 8  # calls of one kind whose rows are compared with those of other calls
_BARE = ("__call__", "predict_on_batch")  # they take inputs, nothing else that is recorded
_GIVE_OUTPUTS = ("predict", "predict_on_batch", "__call__")  # the others give losses


class Variant:
    """All calls that look alike, results included."""

    __slots__ = ("call", "count")

    def __init__(self, call: Call) -> None:
        self.call = call
        self.count = 0


class Kind:
    """All calls that look alike as they begin: same model, method, place, shapes."""

    __slots__ = ("call", "code", "draft", "held", "sampled", "variants")

    def __init__(self, call: Call, code: CodeType, draft: Optional[Draft] = None) -> None:
        self.call = call
        self.draft = draft  # evidence, where this is the first kind of call of its place
        self.code = code  # keys hold its id, which must not be given to another one
        self.held: Optional[Call] = None  # what fit makes of its validation_data
        self.sampled = 0
        self.variants: "collections.OrderedDict[Any, Variant]" = collections.OrderedDict()


class Token:
    """One call in flight."""

    __slots__ = ("kind", "declaration", "feed", "value", "labels", "sampled", "traced", "met")

    def __init__(self, kind: Kind, declaration: Declaration, feed: Any, value: Any, labels: Any,
                 sampled: bool, traced: Optional[traces.Count] = None) -> None:
        self.kind = kind
        self.declaration = declaration
        self.feed = feed
        self.value = value  # the inputs and labels, while the call runs; None of a pipeline
        self.labels = labels
        self.sampled = sampled
        self.traced = traced  # traces before the first call of a kind
        self.met: List[meetings.Met] = []  # labels and outputs, as its loss was to compare them


class Recorder:
    """Records host calls of one model (or of all), and tells `listener` of new kinds of calls.

    listener: has `started(call)` before and `finished(call, error, model)` after a call that does
    not look like one seen before, or that raised, and `traced(tracing)`. A fault in here,
    or in the listener, never reaches the user's call: the first one is kept in `fault`, without
    its traceback, which would keep the user's arrays; `fault_trace` is its text where
    SHAPECHECK_DEBUG is set.
    """

    def __init__(self, model: Any = None, listener: Any = None) -> None:
        self._target = None if model is None else weakref.ref(model)
        self._listener = listener
        self._declarations: Dict[int, Tuple[Any, Declaration]] = {}
        self._kinds: "collections.OrderedDict[Any, Kind]" = collections.OrderedDict()
        self._calls: Deque[Variant] = collections.deque(maxlen=KEPT_CALLS)
        self._lock = threading.RLock()
        self._samples = Samples()
        self._training: Dict[int, List[Token]] = {}  # id of a model -> calls in flight
        self._met: Dict[Any, List[meetings.Met]] = {}  # by model and sizes of its inputs
        self._sites = traces.Sites()
        self.witness = Witness(_declare)
        self.same_rows: List[SameRow] = []
        self.total = 0
        self.forgotten = 0  # kinds of calls that `kinds` no longer lists
        self.fault: Optional[BaseException] = None
        self.fault_trace = ""

    # -- read ----------------------------------------------------------------------------

    @property
    def calls(self) -> List[Call]:
        """The last `KEPT_CALLS` host calls, oldest first."""
        with self._lock:
            return [variant.call for variant in self._calls]

    @property
    def kinds(self) -> List[Call]:
        """Each different call once, with its count; one that has not ended is not `finished`."""
        with self._lock:
            return [dataclasses.replace(variant.call, count=variant.count)
                    for kind in self._kinds.values()
                    for variant in list(kind.variants.values()) or [_unfinished(kind)]]

    # -- observer protocol (hooks.py); nothing here may raise ------------------------------

    def wants(self, model: Any) -> bool:
        return self._target is None or self._target() is model

    def begin(self, model: Any, method: str, args: Any, kwargs: Any, frame: Any) -> Any:
        try:
            return self._begin(model, method, args, kwargs, frame)
        except Exception as error:
            self.failed(error)
            return None, args, kwargs

    def end(self, token: Token, result: Any) -> None:
        try:
            self._landed(token)
            self._end(token, result)
        except Exception as error:
            self.failed(error)

    def fail(self, token: Token, error: BaseException) -> None:
        try:
            self._landed(token)
            self._finish(token, type(error).__name__, (), None, error)
        except Exception as fault:
            self.failed(fault)

    def met(self, model: Any, outputs: Any, labels: Any) -> None:
        """Outputs are about to be compared with labels, in whatever thread traces the step."""
        try:
            tokens = self._training.get(id(model))
            if not tokens or len(tokens[-1].met) >= _KEPT_MEETINGS:
                return
            declaration = tokens[-1].declaration
            known = tokens[-1].kind.call.predicted
            layers = [] if known else declaration.adapter.layers(model)
            met = meetings.met(outputs, labels, layers)
            for token in tokens:
                token.met.append(met)
        except Exception as fault:
            self.failed(fault)

    def failed(self, fault: BaseException) -> None:
        """Keep the first internal failure."""
        if self.fault is not None:
            return
        if os.environ.get("SHAPECHECK_DEBUG"):
            self.fault_trace = "".join(traceback.format_exception(
                type(fault), fault, fault.__traceback__))
        # What it chains to may be the user's own exception: that one stays as it is.
        fault.__context__ = fault.__cause__ = None
        self.fault = fault.with_traceback(None)

    # -- recording -------------------------------------------------------------------------

    def _begin(self, model: Any, method: str, args: Any, kwargs: Any, frame: Any) -> Any:
        declaration = self._declaration(model)
        if method == "__call__":
            frame = behind_autograph(frame)
            value, own = _inputs(args, kwargs, declaration.parameters)
            pipeline = ""
        else:
            value, own = pick(method, "x", args, kwargs), None
            pipeline = snapshot.pipeline_kind(value)
        seen = () if pipeline else snapshot.leaves(value)
        if method == "__call__" and (not seen or _SYMBOLIC in [leaf[1].__name__ for leaf in seen]):
            return None, args, kwargs
        labels, loss, held = None, 0, None
        label_leaves: Tuple[snapshot.Leaf, ...] = ()
        weight_leaves: Tuple[snapshot.Leaf, ...] = ()
        batch_size = None
        if method not in _BARE:
            labels = pick(method, "y", args, kwargs)
            weights = pick(method, "sample_weight", args, kwargs)
            loss = id(getattr(model, "loss", None))  # compiled anew, the labels are judged anew
            label_leaves = () if labels is None else snapshot.leaves(labels)
            weight_leaves = () if weights is None else snapshot.leaves(weights)
            held = pick(method, "validation_data", args, kwargs)
            batch_size = pick(method, "batch_size", args, kwargs)
            if type(batch_size) is not int:
                batch_size = None
        key = (declaration.serial, method, id(frame.f_code), frame.f_lasti, seen, label_leaves,
               weight_leaves, pipeline, batch_size, loss,
               None if held is None else snapshot.leaves(held))
        kind = self._kinds.get(key)
        traced = None
        if kind is None:
            call = gather(model, declaration, method, value, seen, labels, weight_leaves,
                          pipeline, batch_size, frame, own)
            kind = self._remember(key, Kind(call, frame.f_code, self._seen(frame, call)))
            if held is not None:
                kind.held = held_out(model, declaration, call, held, frame)
            self._tell("started", call)
            traced = traces.count(model, method)
            if call.in_graph and call.inputs:
                tracing = self._sites.saw(key[2:4], call, value, seen,
                                          frame.f_code.co_name.replace("tf__", ""))
                if tracing is not None:
                    self._tell("traced", tracing)
        feed = None
        if pipeline:  # last of all: from here on nothing may fail
            feed, args, kwargs = feeds.observe(value, pipeline, args, kwargs,
                                               declaration.adapter.ITERATORS,
                                               looks_at_values(declaration))
        sampled = kind.sampled < _SAMPLED and not pipeline and method in _GIVE_OUTPUTS
        token = Token(kind, declaration, feed, None if pipeline else value, labels, sampled, traced)
        if method in TRAIN and (not kind.variants or pipeline):
            with self._lock:
                self._training.setdefault(id(model), []).append(token)
        return token, args, kwargs

    def _landed(self, token: Token) -> None:
        if token.kind.call.method not in TRAIN:
            return
        with self._lock:
            for model, tokens in list(self._training.items()):
                if token in tokens:
                    tokens.remove(token)
                    if not tokens:
                        del self._training[model]

    def _seen(self, frame: Any, call: Call) -> Optional[Draft]:
        """What the code around the call holds. A fault costs this evidence only."""
        try:
            return self.witness.called(frame, call)
        except Exception as fault:
            self.failed(fault)
            return None

    def _declaration(self, model: Any) -> Declaration:
        known = self._declarations.get(id(model))
        if known is not None and known[0]() is model and known[1].is_of(model):
            return known[1]
        declaration = Declaration(model, generation_of(model))
        if known is not None and known[0]() is model:  # it was built meanwhile
            declaration.model_serial = known[1].model_serial
        if len(self._declarations) >= KEPT_KINDS:
            self._declarations.clear()
        self._declarations[id(model)] = (weakref.ref(model), declaration)
        return declaration

    def _remember(self, key: Any, kind: Kind) -> Kind:
        with self._lock:
            if len(self._kinds) >= KEPT_KINDS:
                self._kinds.popitem(last=False)  # findings about it have been told already
                self.forgotten += 1
            return self._kinds.setdefault(key, kind)

    def _end(self, token: Token, result: Any) -> None:
        kind = token.kind
        out = snapshot.leaves(result, True) if kind.call.method in _GIVE_OUTPUTS else ()
        if token.sampled:
            try:
                self._sample(token, result, out)
            except Exception as fault:  # costs the comparison, not the record
                self.failed(fault)
        if token.feed is None:
            variant = kind.variants.get(out)
            if variant is not None:
                with self._lock:
                    variant.count += 1
                    self.total += 1
                    self._calls.append(variant)
                return
        self._finish(token, None, out, result, None)

    def _sample(self, token: Token, result: Any, out: Any) -> None:
        """Rows that went in before, alone or in a batch, against what comes back now."""
        kind, value = token.kind, token.value
        kind.sampled += 1
        given = snapshot.leaves(value)
        if kind.call.in_graph or not all(map(_is_small, given + out)):
            return
        inputs = [snapshot.follow(value, leaf[0]) for leaf in given]
        outputs = [snapshot.follow(result, leaf[0]) for leaf in out]
        pairs = self._samples.add(token.declaration.model_serial, inputs, outputs,
                                  str(kind.call.location))
        with self._lock:
            self.same_rows = (self.same_rows + pairs)[:KEPT_PAIRS]

    def _finish(self, token: Token, raised: Optional[str], out: Any, result: Any,
                error: Optional[BaseException]) -> None:
        kind = token.kind
        fed = () if token.feed is None else token.feed.close()
        key = (raised or out, fed) if fed else raised or out
        variant = kind.variants.get(key)
        model = self._model_of(token.declaration)  # before it is looked at anew, built
        call = None
        if variant is None:
            call = rebatched(kind.call, fed, token.declaration, token.feed.ranges()) if fed \
                else kind.call
            if raised:
                call = refused(looked_at_again(call, token.value, token.labels,
                                               token.declaration), token.declaration)
            if not raised and call.labels and not call.predicted and model is not None:
                call = completed(call, model, self._declaration(model))
            if call.labels:
                call = with_ids(self._compared(token, call, token.labels, model), token.value)
            call = dataclasses.replace(
                call, raised=raised, finished=True,
                batches=() if token.feed is None else token.feed.rows(),
                traces=traces.added(token.traced, traces.count(model, call.method)),
                returned=returned(out, token.declaration, facts_of(result, out)))
        with self._lock:
            if variant is None:
                variant = kind.variants.get(key)  # another thread may have been quicker
            if variant is None:
                assert call is not None
                variant = kind.variants[key] = Variant(call)
                if len(kind.variants) > _KEPT_VARIANTS:
                    kind.variants.popitem(last=False)
            else:
                call = None if error is None else variant.call  # each exception gets its note
            variant.count += 1
            self.total += 1
            self._calls.append(variant)
        if call is not None:
            held = None if kind.held is None else dataclasses.replace(
                self._compared(token, kind.held, None, model), raised=raised, finished=True)
            self._tell("finished", call, error, None if error is None else model, held)
            if kind.draft is not None and kind.draft.open:
                self.witness.returned(kind.draft, call, result)

    def _compared(self, token: Token, call: Call, labels: Any, model: Any) -> Call:
        """With what its labels met, or those of an earlier call with inputs of these sizes did."""
        key = (token.declaration.model_serial, tuple(
            (a.name, None if a.passed.shape is None else a.passed.shape[1:]) for a in call.inputs))
        met = token.met or self._met.get(key)
        if not met or model is None:
            return call
        if len(self._met) < KEPT_KINDS:
            self._met[key] = met
        return as_met(call, met, snapshot.leaves(labels), model)

    def _model_of(self, declaration: Declaration) -> Any:
        """The model itself, as long as it is there."""
        return next((model() for model, known in list(self._declarations.values())
                     if known is declaration), None)

    def _tell(self, what: str, *facts: Any) -> None:
        """A fault of the listener's costs its findings, not the record."""
        if self._listener is None:
            return
        try:
            tell: Callable[..., None] = getattr(self._listener, what)
            tell(*facts)
        except Exception as fault:
            self.failed(fault)


def _declare(model: Any) -> Declaration:
    """For evidence: a model that is looked at is not one that is recorded."""
    return Declaration(model, generation_of(model))


def _is_small(leaf: snapshot.Leaf) -> bool:
    """Worth bringing to the host to look at, if it is on another device."""
    shape = leaf[2]
    if not shape or None in shape or shape[0] > MAX_ROWS:  # type: ignore[operator]
        return False
    return math.prod(shape) <= MAX_BYTES  # type: ignore[arg-type]


def _unfinished(kind: Kind) -> Variant:
    variant = Variant(kind.call)
    variant.count = 1
    return variant


def _inputs(args: Any, kwargs: Any,
            parameters: Tuple[str, ...]) -> Tuple[Any, Optional[Tuple[str, ...]]]:
    """What `model(...)` was given, and the parameter names where each input has its own."""
    if len(args) == 1 and not kwargs:
        return args[0], None
    extra = {k: v for k, v in kwargs.items() if v is not None and type(v) not in (bool, str)
             and (k not in _NOT_INPUTS or (k == "mask" and k in parameters))}
    if len(args) == 1 and not extra:
        return args[0], None
    if not args and set(extra) == {"inputs"}:
        return extra["inputs"], None
    together: Dict[Any, Any] = {i: v for i, v in enumerate(args)
                                if v is not None and type(v) not in (bool, str)}
    together.update(extra)
    return together, tuple(extra)
