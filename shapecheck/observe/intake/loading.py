"""A live model from what the user named as MODEL."""
from __future__ import annotations

import inspect
import os
from dataclasses import dataclass
from importlib import metadata
from typing import Any, Optional, Sequence, Tuple

from shapecheck.facts.errors import MissingExtra, UserError
from shapecheck.facts.message import clean
from shapecheck.observe.intake import hf_folder, savedmodel
from shapecheck.observe.intake.user_code import call_if_function, load_object
from shapecheck.observe.models import generation_of
from shapecheck.source.model_file import (
    ModelFile,
    first_line,
    kind_of,
    read_model_file,
    version_text,
)
from shapecheck.source.unsafe import scan_unsafe


@dataclass(frozen=True)
class LoadedModel:
    """A model on which `predict` and `__call__` work.

    kind: "keras", "transformers", "savedmodel" or "code". tokenizer_folder: where `--text` finds
    the model's own tokenizer, None where there is none.
    """

    model: Any
    expression: str = "model"
    origin: str = ""
    tokenizer_folder: Optional[str] = None
    notes: Tuple[str, ...] = ()
    kind: str = "keras"


def load_model(text: str, *, unsafe: bool = False) -> LoadedModel:
    """Load MODEL: a .keras or HDF5 file, a SavedModel or Hugging Face folder, or code.

    Without `unsafe` a file that would run or import code of its own is refused before any of it
    is loaded. Raises UserError for whatever the user can mend, MissingExtra where TensorFlow
    is not installed. The file is only read.
    """
    kind = kind_of(text)
    if kind == "code":
        return _from_code(text)
    if not unsafe:
        refuse_unsafe(text, kind)
    if _version("tensorflow") is None and not _importable("tensorflow"):
        raise MissingExtra("loading a model", "tensorflow")
    if kind == "savedmodel":
        name = os.path.basename(os.path.normpath(text))
        return LoadedModel(savedmodel.load(text, name), origin=text, kind="savedmodel",
                           notes=("called through its signature, as a server would",))
    if kind == "huggingface":
        config = read_model_file(text, kind).config
        model, notes = hf_folder.load(text, config)
        return LoadedModel(model, origin=text, notes=notes, kind="transformers",
                           tokenizer_folder=hf_folder.tokenizer_folder(text))
    return _from_keras_file(read_model_file(text, kind), unsafe)


def refuse_unsafe(path: str, kind: str) -> None:
    """Raises UserError, naming what was found, where the file holds or names code."""
    found = scan_unsafe(path)
    if not found:
        return
    shown = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
    if all(item.startswith("custom class ") for item in found):
        raise UserError(f"{clean(path)}: has {shown}, whose code is not in the file; give "
                        "FILE.py:NAME, a function that loads it with its classes")
    raise UserError(f"{clean(path)}: loading it can run code from the file ({shown}); if you "
                    "trust whoever made it, --unsafe runs it")


# -- .keras and .h5 ----------------------------------------------------------------------------


def _from_keras_file(file: ModelFile, unsafe: bool) -> LoadedModel:
    generation, notes = _generation_for(file)
    keras = _import_generation(generation)
    if "keras_hub" in str(file.config.get("module") or ""):
        _import_library("keras_hub", file)
    load = keras.models.load_model
    arguments = {"compile": False}
    if _takes_safe_mode(load):
        arguments["safe_mode"] = not unsafe
    try:
        model = load(file.path, **arguments)
    except Exception as exc:
        raise UserError(_load_failure(file, generation, exc)) from exc
    _require_inputs(model, file.path)
    return LoadedModel(model, origin=file.path, notes=notes, kind="keras")


def _generation_for(file: ModelFile) -> Tuple[str, Tuple[str, ...]]:
    """The Keras to load the file with. Raises UserError where it is not installed."""
    installed = _installed_generations()
    if not installed:
        raise MissingExtra("loading a model", "keras")
    if file.kind == "keras" and "keras3" not in installed and _keras2_version() < (2, 12):
        raise UserError(f"{clean(file.path)}: the .keras format begins with Keras 2.12, installed: "
                        f"{_installed_text()}; save it as .h5, or use a newer TensorFlow")
    wanted = file.generation
    if not wanted or wanted in installed:
        return wanted or installed[0], ()
    other = installed[0]
    written = version_text(file.keras_version, wanted)
    if file.kind == "h5" and wanted == "keras2":
        return other, (f"written by {written}, loaded with {_installed_text()}",)
    need = "'keras>=3'" if wanted == "keras3" else "tf-keras"
    raise UserError(f"{clean(file.path)}: written by {written}; installed: {_installed_text()}; "
                    f"pip install {need}")


def _installed_generations() -> "list[str]":
    found = []
    keras = _version("keras")
    if keras and int(keras.split(".")[0]) >= 3:
        found.append("keras3")
    if _version("tf_keras") or (keras and keras.startswith("2.")):
        found.append("keras2")
    return found


def _keras2_version() -> Tuple[int, ...]:
    if _version("tf_keras"):
        return (2, 99)
    parts = (_version("keras") or "0").split(".")[:2]
    return tuple(int(p) if p.isdigit() else 0 for p in parts)


def _installed_text() -> str:
    names = [f"{name} {version}" for name in ("keras", "tf_keras")
             for version in [_version(name)] if version]
    return ", ".join(names)


def _version(package: str) -> Optional[str]:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _importable(package: str) -> bool:
    """tensorflow-cpu, -intel and the like install `tensorflow` under another name."""
    from importlib.util import find_spec

    return find_spec(package) is not None


def _import_generation(generation: str) -> Any:
    try:
        if generation == "keras3":
            import keras
            return keras
        if _version("tf_keras"):
            import tf_keras
            return tf_keras
        import tensorflow as tf
        return tf.keras
    except Exception as exc:
        raise UserError(f"Keras cannot be imported ({type(exc).__name__}: "
                        f"{clean(first_line(exc))})") from exc


def _import_library(name: str, file: ModelFile) -> None:
    import importlib

    try:
        importlib.import_module(name)
    except Exception as exc:
        raise UserError(f"{clean(file.path)}: needs {name}, which cannot be imported "
                        f"({type(exc).__name__}); pip install {name.replace('_', '-')}") from exc


def _takes_safe_mode(load: Any) -> bool:
    try:
        return "safe_mode" in inspect.signature(load).parameters
    except (TypeError, ValueError):
        return False


def _load_failure(file: ModelFile, generation: str, exc: BaseException) -> str:
    reason = clean(f"{type(exc).__name__}: {first_line(exc)}", 300)
    text = (f"{clean(file.path)}: {version_text(file.keras_version, file.generation)} wrote it and "
            f"{_name_of(generation)} cannot load it ({reason})")
    return text + "; FILE.py:NAME can name a function that loads it"


def _name_of(generation: str) -> str:
    package = "tf_keras" if generation == "keras2" and _version("tf_keras") else "keras"
    return f"{package} {_version(package)}"


# -- the user's code ---------------------------------------------------------------------------


def _from_code(text: str) -> LoadedModel:
    value = load_object(text)
    name = text.rpartition(":")[2]
    if not _is_model(value):
        value = call_if_function(value, text, "a model")
        name = "model"
    if not _is_model(value) and getattr(value, "signatures", None):
        value = savedmodel.SavedModel(value, name)
    if not _is_model(value):
        kind = type(value)
        hint = " (a layer, not a model)" if _is_layer(kind) else ""
        raise UserError(f"{clean(text)} is {clean(kind.__module__)}.{clean(kind.__name__)}{hint}; "
                        "a Keras model, or a function that returns one, was expected")
    _require_inputs(value, text)
    return LoadedModel(value, name, text, kind="savedmodel" if isinstance(
        value, savedmodel.SavedModel) else "code", tokenizer_folder=_folder_of(value))


def _is_model(value: Any) -> bool:
    return isinstance(value, savedmodel.SavedModel) or generation_of(value) is not None


def _is_layer(kind: type) -> bool:
    return any(c.__name__ == "Layer" and "keras" in c.__module__ for c in kind.__mro__)


def _require_inputs(model: Any, text: str) -> None:
    functional = any(kind.__name__ == "Functional" for kind in type(model).__mro__)
    # a subclassed or Sequential model that was never called has an empty list as well
    if (functional and getattr(model, "inputs", None) == []) or _call_takes_nothing(model):
        raise UserError(f"{clean(text)}: the model has no inputs, so there is nothing to check")


def _call_takes_nothing(model: Any) -> bool:
    try:
        parameters = inspect.signature(type(model).call).parameters
    except (AttributeError, TypeError, ValueError):
        return False
    return len(parameters) == 1  # self


def _folder_of(model: Any) -> Optional[str]:
    """The local folder that a Hugging Face model was read from, if it holds a tokenizer."""
    name = getattr(model, "name_or_path", None)
    if isinstance(name, str) and name and os.path.isdir(name):
        return hf_folder.tokenizer_folder(name)
    return None


__all__: Sequence[str] = ("LoadedModel", "load_model", "refuse_unsafe")
