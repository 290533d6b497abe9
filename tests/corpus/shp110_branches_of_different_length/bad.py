import numpy as np
from tensorflow import keras

prices = np.random.rand(500, 20, 1)
news = np.random.rand(480, 50)
up = np.random.randint(0, 2, 500)

p = keras.Input((20, 1))
n = keras.Input((50,))
h = keras.layers.concatenate([keras.layers.LSTM(8)(p), keras.layers.Dense(8)(n)])
model = keras.Model([p, n], keras.layers.Dense(1, "sigmoid")(h))
model.compile("adam", "binary_crossentropy")
model.fit([prices, news], up, epochs=1)  # expect: SHP110
