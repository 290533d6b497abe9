# Different numbers of rows in training and validation are right.
import numpy as np
from tensorflow import keras

x, y = np.random.rand(90, 4), np.random.randint(0, 2, 90)
xv, yv = np.random.rand(10, 4), np.random.randint(0, 2, 10)
m = keras.Sequential([keras.layers.Dense(1, activation="sigmoid", input_shape=(4,))])
m.compile("adam", "binary_crossentropy")
m.fit(x, y, validation_data=(xv, yv), class_weight={0: 1.0, 1: 3.0}, sample_weight=None, verbose=0)
