# return_state, stateful loops and TimeDistributed over images.
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

i = keras.Input((9, 4))
seq, h, c = layers.LSTM(6, return_sequences=True, return_state=True)(i)
last = layers.LSTM(6)(seq, initial_state=[h, c])
m = keras.Model(i, layers.Dense(1)(last))
m.compile("adam", "mse")
m.fit(np.random.rand(12, 9, 4), np.random.rand(12), verbose=0)

video = keras.Input((5, 16, 16, 3))
x = layers.TimeDistributed(layers.Conv2D(4, 3, activation="relu"))(video)
x = layers.TimeDistributed(layers.GlobalAveragePooling2D())(x)
x = layers.GRU(8)(x)
clip = keras.Model(video, layers.Dense(2, activation="softmax")(x))
print(clip.output_shape, m.output_shape)
