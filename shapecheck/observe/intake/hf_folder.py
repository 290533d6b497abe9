"""A Hugging Face folder as a live TF model. Local files only, no code of the folder's own."""
from __future__ import annotations

import os
from typing import Any, Dict, List, Optional, Tuple

from shapecheck.facts.errors import MissingExtra, UserError
from shapecheck.facts.message import clean
from shapecheck.source.model_file import MAX_CONFIG_BYTES, first_line, parse

_TOKENIZER_FILES = ("tokenizer.json", "tokenizer_config.json", "vocab.txt", "vocab.json",
                    "spiece.model", "sentencepiece.bpe.model")
_NO_VALUES = "shapes are right, values are not"


def tokenizer_folder(path: str) -> Optional[str]:
    """The folder itself if it holds a tokenizer, else None."""
    there = any(os.path.isfile(os.path.join(path, name)) for name in _TOKENIZER_FILES)
    return path if there else None


def load(path: str, config: Dict[str, Any]) -> Tuple[Any, Tuple[str, ...]]:
    """(model, notes). Weights: tf_model.h5, else safetensors, else random ones with a note.

    PyTorch pickles are never opened. Raises UserError where there is no TF class for the
    architecture or the weights do not fit; MissingExtra without transformers.
    """
    try:
        import transformers
    except ImportError as exc:
        raise MissingExtra("a Hugging Face folder", "transformers") from exc
    try:
        if os.path.isfile(os.path.join(path, "tf_model.h5")):
            cls, notes = _tf_class(transformers, config, path)
            return cls.from_pretrained(path, local_files_only=True), tuple(notes)
        return _from_config(transformers, path, config)
    except UserError:
        raise
    except Exception as exc:
        raise UserError(f"{clean(path)}: transformers {transformers.__version__} cannot load it "
                        f"({type(exc).__name__}: {clean(first_line(exc), 200)})") from exc


def _tf_class(transformers: Any, config: Dict[str, Any], path: str) -> Tuple[Any, List[str]]:
    names = config.get("architectures")
    name = str(names[0]) if isinstance(names, list) and names else ""
    wanted = name if name.startswith("TF") else f"TF{name}"
    if name:
        cls = getattr(transformers, wanted, None) if wanted.isidentifier() else None
        if isinstance(cls, type) and hasattr(cls, "from_pretrained"):
            return cls, []
        raise UserError(f"{clean(path)}: transformers {transformers.__version__} has no TensorFlow "
                        f"class for {clean(name)} (looked for {clean(wanted)}); TF classes end "
                        "with transformers 4")
    auto = getattr(transformers, "TFAutoModel", None)
    if auto is None:
        raise UserError(f"{clean(path)}: transformers {transformers.__version__} has no TensorFlow "
                        "models; pip install 'transformers<5'")
    return auto, ["config.json names no architecture: loaded as the bare model (TFAutoModel)"]


def _from_config(transformers: Any, path: str,
                 config: Dict[str, Any]) -> Tuple[Any, Tuple[str, ...]]:
    settings = transformers.AutoConfig.from_pretrained(path, local_files_only=True,
                                                       trust_remote_code=False)
    cls, notes = _tf_class(transformers, config, path)
    model = cls.from_config(settings) if cls.__name__ == "TFAutoModel" else cls(settings)
    _build(model)
    files = _safetensors_files(path)
    if files:
        notes += _load_safetensors(model, files, path)
    else:
        pickle = os.path.isfile(os.path.join(path, "pytorch_model.bin"))
        what = "pytorch_model.bin is a pickle and was not opened" if pickle else (
            "no weights in the folder")
        notes.append(f"{what}: {_NO_VALUES}")
    return model, tuple(notes)


def _build(model: Any) -> None:
    if hasattr(model, "build_in_name_scope"):
        model.build_in_name_scope()
    else:  # transformers before 4.37
        model(model.dummy_inputs, training=False)


def _safetensors_files(path: str) -> List[str]:
    single = os.path.join(path, "model.safetensors")
    if os.path.isfile(single):
        return [single]
    index = os.path.join(path, "model.safetensors.index.json")
    if not os.path.isfile(index):
        return []
    with open(index, "rb") as file:
        raw = file.read(MAX_CONFIG_BYTES + 1)
    shards = parse(raw, path, "model.safetensors.index.json").get("weight_map")
    names = sorted(set(map(str, shards.values()))) if isinstance(shards, dict) else []
    for name in names:
        if os.path.basename(name) != name or not os.path.isfile(os.path.join(path, name)):
            raise UserError(f"{clean(path)}: weight file {clean(name)} is missing")
    return [os.path.join(path, name) for name in names]


def _load_safetensors(model: Any, files: List[str], path: str) -> List[str]:
    """Measured on transformers 4.57.6: `from_pretrained` reads these only if torch is there."""
    try:
        from safetensors.numpy import load_file
    except ImportError:
        return [f"safetensors is not installed, so the weights were not loaded: {_NO_VALUES}"]
    import tensorflow as tf
    from transformers.modeling_tf_pytorch_utils import load_pytorch_state_dict_in_tf2_model

    state = {key: tf.constant(value) for file in files for key, value in load_file(file).items()
             if not key.endswith("position_ids")}
    _, info = load_pytorch_state_dict_in_tf2_model(
        model, state, tf_inputs=False, allow_missing_keys=True, output_loading_info=True)
    missing = list(info["missing_keys"])
    if missing and len(missing) >= len(model.weights):
        raise UserError(f"{clean(path)}: none of the weights in model.safetensors belong to "
                        f"{type(model).__name__}")
    if missing:
        return [f"not in model.safetensors, so random: {clean(', '.join(missing[:3]))}"
                + (f" and {len(missing) - 3} more" if len(missing) > 3 else "")]
    return []
