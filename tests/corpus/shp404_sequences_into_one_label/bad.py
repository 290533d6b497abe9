import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

X = np.random.rand(400, 30, 4)
y = np.random.rand(400, 1)

inputs = keras.Input(shape=(30, 4))
x = layers.LSTM(24, return_sequences=True)(inputs)  # expect: SHP404
outputs = layers.Dense(1)(x)
model = keras.Model(inputs, outputs)
model.compile("adam", "mse")
model.fit(X, y, epochs=1)  # or: SHP404
