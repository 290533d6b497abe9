"""The names that examples may use: small real models and data, as source text.

Tests, docs and lessons run `SETUP` with `keras` bound to the Keras under test; nothing here
imports one.
"""
from __future__ import annotations

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
