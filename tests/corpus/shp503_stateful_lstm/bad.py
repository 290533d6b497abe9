import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

batch_size = 32
X = np.random.rand(1000, 10, 1)
y = np.random.rand(1000, 1)

inp = keras.Input(batch_shape=(batch_size, 10, 1))
h = layers.LSTM(16, stateful=True)(inp)
model = keras.Model(inp, layers.Dense(1)(h))
model.compile("adam", "mse")
model.fit(X, y, batch_size=batch_size, epochs=1, shuffle=False)  # expect: SHP503
