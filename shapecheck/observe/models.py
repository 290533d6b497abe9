"""One model, whatever made it: its generation, kind, declared specs."""
from __future__ import annotations

import inspect
import itertools
import platform
import sys
from typing import Any, List, Optional, Tuple

from shapecheck.facts import Array, Environment, ModelInfo, Spec, Truth, must_differ
from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.observe import keras2, keras3, transformers
from shapecheck.observe.anatomy import Anatomy, anatomy
from shapecheck.observe.intake.savedmodel import SavedModel

GENERATIONS = (keras3, keras2)
MODULE_NAMES = tuple({name: None for g in GENERATIONS for name in g.MODULE_NAMES})
_INSISTING = ("functional", "sequential")
_serials = itertools.count()
_PACKAGES = ("tensorflow", "keras", "tf_keras", "transformers", "keras_hub", "numpy", "pandas")


def generation_of(model: Any) -> Optional[Any]:
    """The adapter module that owns the model, None where it is no Keras model."""
    return next((g for g in GENERATIONS if g.owns(model)), None)


def model_classes() -> List[Tuple[Any, type]]:
    """(adapter, `Model` class) of every Keras in the process."""
    return [(g, c) for g in GENERATIONS for c in g.model_classes()]


def require(model: Any) -> Any:
    """The adapter of the model. Raises UserError where it is none of Keras'."""
    adapter = generation_of(model)
    if adapter is None:
        kind = type(model)
        raise UserError(f"expected a Keras model, got {kind.__module__}.{kind.__name__}: pass the "
                        "model itself (a keras.Model, tf_keras.Model or Hugging Face TF model)")
    return adapter


class Declaration:
    """What is known of a model before it is called; built once a model, never holds it."""

    def __init__(self, model: Any, adapter: Any) -> None:
        self.serial = next(_serials)  # unlike an id it is never given twice
        self.model_serial = self.serial  # stays when the model is built and declares more
        self.adapter = adapter
        self.hugging_face = transformers.owns(model)
        specs, structure = (transformers if self.hugging_face else adapter).declared(model)
        self.specs: Tuple[Spec, ...] = specs
        self.structure: str = structure
        kind = "transformers" if self.hugging_face else adapter.kind(model)
        #: the names of the inputs where each can be an argument of its own
        self.parameters = call_parameters(model) if kind in ("transformers", "subclassed") else ()
        self.built = bool(getattr(model, "built", True))
        self.outputs: Tuple[Spec, ...] = adapter.outputs(model)
        self.anatomy: Anatomy = anatomy(model, adapter, specs)
        self.info = ModelInfo(
            name=clean(getattr(model, "name", "model")), kind=kind,
            generation=adapter.GENERATION, keras_version=adapter.version(model),
            tf_version=str(getattr(sys.modules.get("tensorflow"), "__version__", "")),
            class_name=type(model).__name__, structure=structure,
            text_encoder=self._is_text_encoder(model, specs))
        #: the inputs that a call must have an array for
        self.takes = tuple(s for s in specs if s.source == "Input" and not s.optional
                           ) if kind in _INSISTING else ()

    def _is_text_encoder(self, model: Any, specs: Tuple[Spec, ...]) -> bool:
        if self.hugging_face:
            return transformers.is_text(model)
        if any(s.role == "input_ids" for s in specs):
            return True
        return self.adapter is keras2 and transformers.holds_text_model(model)

    def is_of(self, model: Any) -> bool:
        """Still true: a model that declares nothing is known better once it is built."""
        return ((bool(self.specs) and self.specs[0].source == "Input")
                or self.built == bool(getattr(model, "built", True)))

    def received(self, spec: Optional[Spec], passed: Array,
                 method: str) -> Tuple[Optional[Array], str]:
        kind = self.info.kind
        array, how = self.adapter.received(kind, spec, passed, method, self.info.keras_version)
        return array, how

    def refuses(self, spec: Optional[Spec], passed: Array) -> bool:
        """Where a call raised: it was the model's own check, a size is not as declared.

        As Keras compares (`assert_input_compatibility` with `allow_last_axis_squeeze`): without
        one trailing 1 on either side, axis by axis as far as both go. Said of calls that raised
        only: a function that was traced before may have lost the static shapes to check.
        """
        if (self.info.kind not in self.adapter.CHECKED or spec is None or spec.source != "Input"
                or spec.shape is None or passed.shape is None):
            return False
        declared, shape = (s[:-1] if s and s[-1] == 1 else s
                           for s in (tuple(spec.shape), tuple(passed.shape)))
        return any(must_differ(a, b) for a, b in zip(declared[1:], shape[1:]))


def call_parameters(model: Any) -> Tuple[str, ...]:
    """Names of the parameters of the model's own `call`, in order."""
    try:
        found = inspect.signature(type(model).call).parameters.values()
    except (AttributeError, TypeError, ValueError):
        return ()
    return tuple(p.name for p in found if p.name != "self"
                 and p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD, p.KEYWORD_ONLY))


def environment() -> Environment:
    """Versions of what the program has imported."""
    found = []
    for name in _PACKAGES:
        version = getattr(sys.modules.get(name), "__version__", None)
        if version is not None:
            found.append((name, str(version)))
    return Environment(platform.python_version(), tuple(found))


class SignatureDeclaration:
    """The declaration of a SavedModel: its signature. Nothing is adjusted on the way in."""

    hugging_face = False
    parameters: Tuple[str, ...] = ()
    takes: Tuple[Spec, ...] = ()
    anatomy = Anatomy()

    def __init__(self, model: SavedModel) -> None:
        self.specs: Tuple[Spec, ...] = model.inputs_spec()
        self.structure = model.structure
        self.outputs: Tuple[Spec, ...] = model.outputs_spec()
        self.info = ModelInfo(
            name=clean(model.name), kind="savedmodel", class_name="SavedModel",
            tf_version=str(getattr(sys.modules.get("tensorflow"), "__version__", "")),
            structure=self.structure,
            text_encoder=any(s.role == "input_ids" for s in self.specs))

    def received(self, spec: Optional[Spec], passed: Array,
                 method: str) -> Tuple[Optional[Array], str]:
        if spec is not None and spec.accepts(passed) is Truth.NO:
            return None, "rejected"
        return passed, "unchanged"


def declaration_of(model: Any) -> Any:
    """The declaration of a Keras model or a loaded SavedModel. Raises UserError for others."""
    if isinstance(model, SavedModel):
        return SignatureDeclaration(model)
    return Declaration(model, require(model))
