# binary_crossentropy with one column, sigmoid; one-hot with two: both right.
import numpy as np
from tensorflow import keras

x = np.random.rand(60, 5)
y = np.random.randint(0, 2, 60)
a = keras.Sequential([keras.Input((5,)), keras.layers.Dense(1, activation="sigmoid")])
a.compile("adam", "binary_crossentropy")
a.fit(x, y.reshape(-1, 1), verbose=0)
b = keras.Sequential([keras.Input((5,)), keras.layers.Dense(2, activation="softmax")])
b.compile("adam", "categorical_crossentropy")
b.fit(x, keras.utils.to_categorical(y), verbose=0)
c = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3, activation="sigmoid")])
c.compile("adam", "binary_crossentropy")
c.fit(x, np.random.randint(0, 2, (60, 3)), verbose=0)
