# None in Input means any size: windows of every length are right.
import numpy as np
from tensorflow import keras

inp = keras.Input(shape=(None, 3))
x = keras.layers.LSTM(8)(inp)
model = keras.Model(inp, keras.layers.Dense(1)(x))
for length in (5, 9, 20):
    print(model.predict(np.zeros((2, length, 3)), verbose=0).shape)
