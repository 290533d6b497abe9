# Without an Input the first call decides, and a second model has its own.
import numpy as np
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense


def net():
    return Sequential([Dense(8, activation="relu"), Dense(1)])


for width in (3, 7, 11):
    m = net()
    m.compile("adam", "mse")
    m.fit(np.random.rand(20, width), np.random.rand(20), verbose=0)
