"""The Kerases of this environment."""
from __future__ import annotations

import importlib
from importlib import metadata
from typing import Any, List


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def generations() -> List[str]:
    """"keras3" and "keras2" as far as they are installed."""
    found = ["keras3"] if _version("keras").startswith("3.") else []
    if _version("tf_keras") or _version("keras").startswith("2."):
        found.append("keras2")
    return found


def load(generation: str) -> Any:
    if generation == "keras3":
        return importlib.import_module("keras")
    if _version("tf_keras"):
        return importlib.import_module("tf_keras")
    return importlib.import_module("tensorflow").keras


def seed() -> None:
    import random

    import numpy as np
    import tensorflow as tf

    random.seed(3)
    np.random.seed(3)
    tf.random.set_seed(3)
