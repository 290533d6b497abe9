import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

inp = keras.Input((64,))
left = layers.Dense(32, activation="relu")(inp)
right = layers.Dense(16, activation="relu")(inp)
head = keras.Sequential([keras.Input((32,)), layers.Dense(1)])
both = layers.Concatenate()([left, right])
out = head(both)  # expect: SHP107
model = keras.Model(inp, out)
