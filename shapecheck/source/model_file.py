"""Model files as documents: which kind a MODEL is, and the configuration it holds.

Nothing is extracted, imported or executed; HDF5 is read in a process of its own.
"""
from __future__ import annotations

import importlib.util
import json
import os
import re
import zipfile
from dataclasses import dataclass
from typing import Any, Dict, Optional, Tuple

from shapecheck.facts.errors import MissingExtra, UserError
from shapecheck.facts.message import clean
from shapecheck.source.apart import apart
from shapecheck.source.bounds import require_plain_archive, require_plain_file

MAX_CONFIG_BYTES = 64 * 1024 * 1024
_MAX_DEPTH = 200  # real models nest about 30 deep
_MAX_PARTS = 4_000_000  # of a configuration: each takes about 100 bytes of memory
_MAX_DIGITS = 100
_KINDS = ("a .keras or .h5 file, a SavedModel or Hugging Face folder on this disk, "
          "FILE.py:NAME or MODULE:NAME")
_HDF5_SIGNATURE = b"\x89HDF\r\n\x1a\n"
_CODE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*$")


@dataclass(frozen=True)
class ModelFile:
    """What a model file says of itself.

    kind: "keras", "h5" or "huggingface". config: the JSON object that describes the model.
    keras_version: "" where the file does not say. names: the entries of a .keras archive.
    """

    path: str
    kind: str
    config: Dict[str, Any]
    keras_version: str = ""
    names: Tuple[str, ...] = ()

    @property
    def generation(self) -> str:
        """"keras2", "keras3", or "" where the file does not say. Also right for tf_keras."""
        if self.keras_version:
            return "keras2" if self.keras_version.split(".")[0] in ("1", "2") else "keras3"
        text = json.dumps(self.config)
        if '"batch_input_shape"' in text or '"tf_keras' in text:
            return "keras2"
        return "keras3" if '"batch_shape"' in text or '"keras.src.models' in text else ""


def is_code(text: str) -> bool:
    """True for `FILE.py:NAME` and `MODULE:NAME`."""
    path, _, name = text.rpartition(":")
    if path.endswith(".py"):
        return all(part.isidentifier() for part in name.split("."))
    return bool(_CODE.match(text)) and not os.path.exists(text)


def kind_of(text: str) -> str:
    """"keras", "h5", "savedmodel", "huggingface" or "code". Raises UserError for anything else."""
    if is_code(text):
        return "code"
    shown = clean(text)
    if not os.path.exists(text):
        raise UserError(f"{shown}: no such file; MODEL is {_KINDS}")
    require_plain_file(text)
    if os.path.isdir(text):
        return _kind_of_folder(text, shown)
    suffix = os.path.splitext(text)[1].lower()
    if suffix == ".keras":
        # Keras 2 before 2.12 wrote HDF5 (or a SavedModel) whatever the name
        if not _starts_with(text, _HDF5_SIGNATURE):
            return "keras"
        if zipfile.is_zipfile(text):  # Keras would load the zip, we would have read the other
            raise UserError(f"{shown}: an HDF5 file and a zip archive in one; no Keras wrote it")
        return "h5"
    if suffix in (".h5", ".hdf5"):
        return "h5"
    if suffix == ".py":
        raise UserError(f"{shown}: which model of this file? Write {shown}:NAME, where NAME is a "
                        "model or a function that returns one")
    if os.path.basename(text) == "saved_model.pb":
        raise UserError(f"{shown}: give the folder that holds it, not the file")
    if os.path.basename(text) == "config.json":
        raise UserError(f"{shown}: give the Hugging Face folder that holds it, not the file")
    what = suffix if suffix else "a file without an ending"
    raise UserError(f"{shown}: {clean(what)} is not a model file; MODEL is {_KINDS}")


def _kind_of_folder(path: str, shown: str) -> str:
    names = ("saved_model.pb", "saved_model.pbtxt")
    if any(os.path.isfile(os.path.join(path, name)) for name in names):
        return "savedmodel"
    if os.path.isfile(os.path.join(path, "config.json")):
        return "huggingface"
    raise UserError(f"{shown}: the folder holds neither saved_model.pb nor config.json; MODEL is "
                    f"{_KINDS}")


def _starts_with(path: str, signature: bytes) -> bool:
    try:
        with open(path, "rb") as file:
            return file.read(len(signature)) == signature
    except OSError as exc:
        raise _unreadable(path, exc) from exc


def read_model_file(path: str, kind: str) -> ModelFile:
    """The configuration in a .keras or HDF5 file, or in a Hugging Face folder.

    Raises UserError, in one line, for what cannot be read; MissingExtra where an HDF5 file
    needs h5py.
    """
    try:
        if kind == "keras":
            return _read_keras(path)
        if kind == "h5":
            return _read_hdf5(path)
        with open(os.path.join(path, "config.json"), "rb") as file:
            raw = file.read(MAX_CONFIG_BYTES + 1)
        return ModelFile(path, "huggingface", parse(raw, path, "config.json"))
    except OSError as exc:
        raise _unreadable(path, exc) from exc


def _unreadable(path: str, exc: OSError) -> UserError:
    reason = exc.strerror or str(exc) or type(exc).__name__
    return UserError(f"{clean(path)}: cannot be read ({clean(reason)})")


def _read_keras(path: str) -> ModelFile:
    shown = clean(path)
    try:
        with zipfile.ZipFile(path) as archive:
            require_plain_archive(archive, path)
            names = tuple(info.filename for info in archive.infolist())
            if "config.json" not in names:
                raise UserError(f"{shown}: a zip without config.json, so no .keras model; "
                                "save it again with model.save")
            for name in ("config.json", "metadata.json"):
                if names.count(name) > 1:
                    raise UserError(f"{shown}: damaged archive, {name} is there twice")
            config = parse(_entry(archive, "config.json", shown), path, "config.json")
            version = ""
            if "metadata.json" in names:
                meta = parse(_entry(archive, "metadata.json", shown), path, "metadata.json")
                version = str(meta.get("keras_version") or "")
            return ModelFile(path, "keras", config, version, names)
    except UserError:
        raise
    except (zipfile.BadZipFile, zipfile.LargeZipFile) as exc:
        raise UserError(f"{shown}: damaged or not a .keras file (no readable zip, truncated?); "
                        "save it again with model.save") from exc
    except OSError:
        raise
    except Exception as exc:  # zlib, struct, NotImplementedError, ...: a damaged archive
        raise UserError(f"{shown}: damaged .keras file ({clean(first_line(exc))}); "
                        "save it again with model.save") from exc


def _entry(archive: zipfile.ZipFile, name: str, shown: str) -> bytes:
    if archive.getinfo(name).flag_bits & 1:
        raise UserError(f"{shown}: {name} is encrypted; a .keras file is not")
    with archive.open(name) as entry:  # the header's size may lie: read no more than the limit
        return entry.read(MAX_CONFIG_BYTES + 1)


def _read_hdf5(path: str) -> ModelFile:
    with open(path, "rb"):
        pass  # a plain message for what is missing or forbidden
    if importlib.util.find_spec("h5py") is None:
        raise MissingExtra("reading an HDF5 model", "h5py")
    shown = clean(path)
    kept = apart("shapecheck.source.hdf5", "attributes", path)
    config, version = kept["model_config"], kept["keras_version"] or ""
    if config is None:
        raise UserError(f"{shown}: holds weights but no model; save the whole model with "
                        "model.save, or give FILE.py:NAME that builds it and loads them")
    raw = config.encode("utf-8", "replace")
    return ModelFile(path, "h5", parse(raw, path, "model_config"), version)


def parse(raw: bytes, path: str, what: str) -> Dict[str, Any]:
    """The JSON object `what` of the file. Raises UserError for anything that is none."""
    shown = clean(path)
    if len(raw) > MAX_CONFIG_BYTES:
        raise UserError(f"{shown}: {what} is larger than {MAX_CONFIG_BYTES >> 20} MiB; "
                        "this is no model that Keras wrote")
    if sum(map(raw.count, (b",", b"[", b"{"))) > _MAX_PARTS:
        raise UserError(f"{shown}: {what} has more than {_MAX_PARTS:,} parts; this is no model "
                        "that Keras wrote")
    try:
        data = json.loads(raw.decode("utf-8"), parse_int=_integer)
    except RecursionError as exc:
        raise UserError(f"{shown}: {what} is nested too deep to be a model") from exc
    except ValueError as exc:
        raise UserError(f"{shown}: {what} is not valid JSON ({clean(first_line(exc))})") from exc
    if not isinstance(data, dict):
        raise UserError(f"{shown}: {what} is not a JSON object")
    if _too_deep(data):
        raise UserError(f"{shown}: {what} is nested too deep to be a model")
    return data


def _integer(text: str) -> int:
    if len(text) > _MAX_DIGITS:
        raise ValueError(f"a number of {len(text)} digits")
    return int(text)


def _too_deep(data: Any) -> bool:
    level = [data]
    for _ in range(_MAX_DEPTH):
        level = [child for node in level if isinstance(node, (dict, list))
                 for child in (node.values() if isinstance(node, dict) else node)]
        if not level:
            return False
    return True


def first_line(exc: BaseException) -> str:
    """The first line of an exception's text that says something, else its type."""
    lines = [line.strip() for line in str(exc).splitlines() if line.strip()]
    return lines[0] if lines else type(exc).__name__


def version_text(version: Optional[str], generation: str) -> str:
    """"Keras 3.15.1", "tf_keras 2.21.0"; the generation where the file does not say."""
    if not version:
        return f"Keras {generation[-1:] or '?'}"
    parts = version.split(".")
    # Keras 2 ends with 2.15; what follows is the package tf_keras
    legacy = parts[0] == "2" and len(parts) > 1 and parts[1].isdigit() and int(parts[1]) > 15
    return f"{'tf_keras' if legacy else 'Keras'} {clean(version)}"
