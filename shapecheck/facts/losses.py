"""Keras' names of losses, in one spelling."""
from __future__ import annotations

import re

#: losses that compare value by value, and broadcast where the shapes allow it
COMPARING = ("mean_squared_error", "mean_absolute_error", "binary_crossentropy",
             "categorical_crossentropy", "huber", "log_cosh", "kl_divergence",
             "mean_squared_logarithmic_error", "mean_absolute_percentage_error",
             "cosine_similarity", "poisson", "hinge", "categorical_hinge",
             "kullback_leibler_divergence")

_SHORT = {"mse": "mean_squared_error", "mae": "mean_absolute_error",
          "bce": "binary_crossentropy", "cross_entropy": "", "msle":
          "mean_squared_logarithmic_error", "mape": "mean_absolute_percentage_error"}


def canonical(name: str) -> str:
    """"mse", "MSE", "MeanSquaredError" -> "mean_squared_error"."""
    if name.isupper():
        name = name.lower()
    if not name.islower():
        name = re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower()
    return _SHORT.get(name, name)
