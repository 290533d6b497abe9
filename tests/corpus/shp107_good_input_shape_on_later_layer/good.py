# input_shape of a layer that is not the first is ignored.
import numpy as np
from tensorflow.keras.models import Sequential
from tensorflow.keras.layers import Dense

model = Sequential()
model.add(Dense(8, input_shape=(5,), activation="relu"))
model.add(Dense(4, input_shape=(5,), activation="relu"))
model.add(Dense(1))
model.compile("adam", "mse")
model.fit(np.random.rand(30, 5), np.random.rand(30), verbose=0)
