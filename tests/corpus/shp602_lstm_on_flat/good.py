import numpy as np
from tensorflow import keras

X = np.random.rand(100, 12)
y = np.random.rand(100)

inputs = keras.Input(shape=(X.shape[1], 1))
x = keras.layers.LSTM(20)(inputs)
model = keras.Model(inputs, keras.layers.Dense(1)(x))
model.compile("adam", "mse")
model.fit(X, y)
