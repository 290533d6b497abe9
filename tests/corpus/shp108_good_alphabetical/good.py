# Lists in the order of the model's inputs, dicts in any order.
import numpy as np
from tensorflow import keras

b = keras.Input((3,), name="b")
a = keras.Input((5,), name="a")
model = keras.Model([b, a], keras.layers.Dense(1)(keras.layers.concatenate([a, b])))
xa, xb = np.zeros((4, 5)), np.zeros((4, 3))
print(model.predict([xb, xa]).shape)
print(model.predict({"a": xa, "b": xb}).shape)
