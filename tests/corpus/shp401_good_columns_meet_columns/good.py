# (N, 1) against (N, 1), (N, k) against (k,): broadcasting as it is meant.
import numpy as np
from tensorflow import keras

x = np.random.rand(60, 4)
y = x @ np.ones((4, 1))
two = np.random.rand(60, 2)
m1 = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
m2 = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
residual = y - m1.predict(x, verbose=0)
centred = m2.predict(x, verbose=0) - two.mean(axis=0)
scaled = m2.predict(x, verbose=0) * np.array([10.0, 100.0]) + 3
threshold = m1.predict(x, verbose=0) > 0.5
outer = m1.predict(x, verbose=0) - np.linspace(0, 1, 11)  # every prediction on a grid
print(residual.shape, centred.shape, scaled.shape, threshold.shape, outer.shape)
