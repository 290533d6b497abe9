import numpy as np
from tensorflow import keras

inp = keras.Input((10,))
h = keras.layers.Dense(16, activation="relu")(inp)
price = keras.layers.Dense(1, name="price")(h)
kind = keras.layers.Dense(4, activation="softmax", name="kind")(h)
model = keras.Model(inp, keras.layers.concatenate([price, keras.layers.Dense(1)(kind)]))

X_new = np.random.rand(30, 10)
first_row = model.predict(X_new)[0]
price_of_first, kind_of_first = first_row
print(price_of_first, kind_of_first)
