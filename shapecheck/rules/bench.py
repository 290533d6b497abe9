"""The names that examples may use: small real models and data, as source text.

Tests, docs and lessons run `SETUP` with `keras` bound to the Keras under test; nothing here
imports one.
"""
from __future__ import annotations

from typing import Dict

#: what a reader of the examples has to know of the names: shapes with the rows in front
NAMES: Dict[str, str] = {
    "x": "(12, 16) whole numbers: 12 texts of 16 token ids",
    "y": "(12, 4) numbers, labels for model",
    "data_x": "(2, 12, 16): data_x[0] ids and data_x[1] masks, for pair",
    "images": "(12, 8, 8, 3)",
    "grays": "(12, 8, 8), images without an axis for the channel",
    "series": "(12, 10, 3): 12 series of 10 steps of 3 values",
    "table": "(12, 4)",
    "model": "takes (None, 16) ids, the input is called ids; returns (None, 4)",
    "pair": "takes two inputs of (None, 16), input_ids and attention_mask; returns (None, 4)",
    "image": "takes (None, 8, 8, 3), the input is called pixels",
    "gray": "takes (None, 8, 8, 1)",
    "recurrent": "takes (None, 10, 3), an LSTM",
    "dense": "takes (None, 4), the input is called table; returns (None, 3)",
    "narrow": "takes (None, 1), a single number a row",
    "free": "takes (None, None) ids: texts of any length",
    "stacked": "a Sequential with an Input of (None, 16)",
    "steps_in": "keras.Input((10, 3))",
    "table_in": "keras.Input((4,))",
    "pixels_in": "keras.Input((8, 8, 3))",
    "ids_in": "keras.Input((16,)) of ids",
    "L": "keras.layers",
    "rng": "np.random.RandomState(0)",
}

SETUP = '''
import numpy as np

rng = np.random.RandomState(0)
L = keras.layers

# one text input: (12, 16) ids -> (12, 4)
ids_in = keras.Input((16,), dtype="int32", name="ids")
model = keras.Model(ids_in, L.Dense(4)(L.GlobalAveragePooling1D()(L.Embedding(100, 8)(ids_in))))
x = rng.randint(1, 100, (12, 16)).astype("int32")
y = rng.rand(12, 4).astype("float32")

# two inputs in a list, as in the founding question: data_x[0] are ids, data_x[1] masks
a_in = keras.Input((16,), dtype="int32", name="input_ids")
b_in = keras.Input((16,), dtype="int32", name="attention_mask")
both = L.Concatenate()([L.Embedding(100, 8)(a_in), L.Embedding(2, 8)(b_in)])
pair = keras.Model([a_in, b_in], L.Dense(4)(L.GlobalAveragePooling1D()(both)))
data_x = np.stack([x, np.ones_like(x)])

# images with and without a channel axis of size 1, sequences of vectors, tables, one number
pixels_in = keras.Input((8, 8, 3), name="pixels")
image = keras.Model(pixels_in, L.Dense(2)(L.GlobalAveragePooling2D()(L.Conv2D(4, 3)(pixels_in))))
images = rng.rand(12, 8, 8, 3).astype("float32")
gray_in = keras.Input((8, 8, 1), name="gray")
gray = keras.Model(gray_in, L.Dense(2)(L.GlobalAveragePooling2D()(L.Conv2D(4, 3)(gray_in))))
grays = rng.rand(12, 8, 8).astype("float32")
steps_in = keras.Input((10, 3), name="steps")
recurrent = keras.Model(steps_in, L.Dense(2)(L.LSTM(4)(steps_in)))
series = rng.rand(12, 10, 3).astype("float32")
table_in = keras.Input((4,), name="table")
dense = keras.Model(table_in, L.Dense(3)(table_in))
table = rng.rand(12, 4).astype("float32")
number_in = keras.Input((1,), name="number")
narrow = keras.Model(number_in, L.Dense(3)(number_in))

# any width
free_in = keras.Input((None,), dtype="int32", name="tokens")
free = keras.Model(free_in, L.Dense(4)(L.GlobalAveragePooling1D()(L.Embedding(100, 8)(free_in))))

# a Sequential with an Input, which Keras 3 does not check for width
stacked = keras.Sequential([keras.Input((16,), dtype="int32"), L.Embedding(100, 8),
                            L.GlobalAveragePooling1D(), L.Dense(4)])
for each in (model, pair, dense, narrow):
    each.compile(optimizer="sgd", loss="mse")
'''
