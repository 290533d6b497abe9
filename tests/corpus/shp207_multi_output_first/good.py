import numpy as np
from tensorflow import keras

inp = keras.Input((10,))
h = keras.layers.Dense(16, activation="relu")(inp)
price = keras.layers.Dense(1, name="price")(h)
kind = keras.layers.Dense(4, activation="softmax", name="kind")(h)
model = keras.Model(inp, [price, kind])

X_new = np.random.rand(30, 10)
prices, kinds = model.predict(X_new)
price_of_first, kind_of_first = prices[0], kinds[0]
print(price_of_first, kind_of_first)
