# shape[0] where it belongs: steps of one window, rows of a batch_shape.
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

window = np.random.rand(24, 3)
a = keras.Sequential([layers.LSTM(4, input_shape=(window.shape[0], window.shape[1])), layers.Dense(1)])
b = keras.Sequential([layers.LSTM(4, input_shape=window.shape), layers.Dense(1)])
x = np.random.rand(10, 24, 3)
c = keras.Input(batch_shape=(x.shape[0],) + x.shape[1:])
d = keras.Input(shape=(None, 64))  # any number of vectors of 64
print(a.output_shape, b.output_shape, c.shape, layers.Dense(2)(d).shape)
