"""A model file's interface, read without importing TensorFlow and without executing anything."""
from __future__ import annotations

from typing import Optional

from shapecheck.facts.errors import UserError
from shapecheck.facts.message import clean
from shapecheck.facts.report import Description
from shapecheck.read.huggingface import describe_folder
from shapecheck.read.keras_config import describe_config
from shapecheck.source.model_file import kind_of, read_model_file
from shapecheck.source.unsafe import scan_unsafe

__all__ = ["describe_file", "scan_unsafe"]


def describe_file(path: str) -> Optional[Description]:
    """What the model declares, from its file; None where it has to be loaded to be known.

    A `.keras` or HDF5 file and a Hugging Face folder can be read; a SavedModel and
    `FILE.py:NAME` cannot. Shapes have a batch axis of None; a shape is None where the file
    does not tell. Raises UserError for a file that is missing, damaged or no model, and
    MissingExtra where an HDF5 file needs h5py.
    """
    kind = kind_of(path)
    if kind in ("code", "savedmodel"):
        return None
    try:
        file = read_model_file(path, kind)
        return describe_folder(file) if kind == "huggingface" else describe_config(file)
    except UserError:
        raise
    except RecursionError as exc:
        raise UserError(f"{clean(path)}: nested too deep to be a model") from exc
    except (TypeError, ValueError, KeyError, AttributeError, IndexError) as exc:
        raise UserError(f"{clean(path)}: its configuration is not one that Keras writes "
                        f"({type(exc).__name__}); save it again with model.save") from exc
