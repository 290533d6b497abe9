"""`model.fit(x, y, callbacks=[shapecheck.ShapeCheck()])`, for whoever has only a `fit` call.

It is made before `fit` begins, and so the watch sees the call whole. It is no subclass of Keras'
`Callback`: it must fit Keras 2 and 3, and import neither.
"""
from __future__ import annotations

import weakref
from typing import Any, Optional, TextIO, Tuple

from shapecheck.api import watch
from shapecheck.facts import Finding, Report


class ShapeCheck:
    """A Keras callback that tells what is wrong with the shapes of what is trained, at once.

    It watches every Keras model from when it is made until it is dropped or closed. stream: where
    findings go (standard error). Training is what it would be without it.
    """

    def __init__(self, stream: Optional[TextIO] = None) -> None:
        seen = watch(tell="now", stream=stream)
        seen.__enter__()
        self._seen = seen
        self._finalizer = weakref.finalize(self, _leave, seen)
        self.model: Any = None
        self.params: Any = None
        self.validation_data: Any = None

    @property
    def findings(self) -> Tuple[Finding, ...]:
        return self._seen.findings

    def report(self) -> Report:
        return self._seen.report()

    def close(self) -> None:
        """The end of the watch. Nothing happens the second time."""
        self._finalizer()

    def __enter__(self) -> "ShapeCheck":
        return self

    def __exit__(self, *_error: Any) -> None:
        self.close()

    def __deepcopy__(self, _memo: Any) -> "ShapeCheck":
        return self  # scikit-learn's wrappers copy callbacks: one watch is enough

    # -- what Keras asks of a callback -------------------------------------------------------

    def set_params(self, params: Any) -> None:
        self.params = params

    def set_model(self, model: Any) -> None:
        pass  # no model is kept

    def _implements_train_batch_hooks(self) -> bool:
        return False

    _implements_test_batch_hooks = _implements_train_batch_hooks
    _implements_predict_batch_hooks = _implements_train_batch_hooks

    def _nothing(self, *_arguments: Any, **_named: Any) -> None:
        """Of no interest: the calls themselves are watched."""

    on_batch_begin = on_batch_end = on_epoch_begin = on_epoch_end = _nothing
    on_train_begin = on_train_end = on_train_batch_begin = on_train_batch_end = _nothing
    on_test_begin = on_test_end = on_test_batch_begin = on_test_batch_end = _nothing
    on_predict_begin = on_predict_end = _nothing
    on_predict_batch_begin = on_predict_batch_end = _nothing


def _leave(seen: Any) -> None:
    if seen.active:
        seen.__exit__(None, None, None)
