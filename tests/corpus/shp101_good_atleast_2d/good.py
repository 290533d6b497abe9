# A helper that accepts one row or many.
import numpy as np
from tensorflow import keras

model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])


def ask(x):
    x = np.asarray(x, dtype="float32")
    if x.ndim == 1:
        x = x[None, :]
    return model.predict(x, verbose=0)


def ask_again(x):
    return model.predict(np.atleast_2d(x), verbose=0)


table = np.random.rand(6, 3)
print(ask(table).shape, ask(table[0]).shape, ask([1, 2, 3]).shape)
print(ask_again(table[0]).shape, ask_again(table).shape)
