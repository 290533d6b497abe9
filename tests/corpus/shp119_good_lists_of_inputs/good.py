# A list is right where the model has several inputs.
import numpy as np
from tensorflow import keras

a = keras.Input((3,))
b = keras.Input((2,))
model = keras.Model([a, b], keras.layers.Dense(1)(keras.layers.concatenate([a, b])))
model.compile("adam", "mse")
model.fit([np.random.rand(20, 3), np.random.rand(20, 2)], np.random.rand(20), verbose=0)
parts = [np.zeros((1, 3)), np.zeros((1, 2))]
print(model.predict(parts))
