import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

inp = keras.Input(shape=(10, 4))
h = layers.Dense(6, activation="relu")(inp)
flat = layers.Lambda(lambda t: keras.ops.reshape(t, (-1, 6)))(h)  # or: SHP202
model = keras.Model(inp, layers.Dense(1)(flat))

x = np.random.rand(50, 10, 4)
risk = model.predict(x)  # expect: SHP202
for patient, r in zip(x, risk):
    print(patient.mean(), r[0])
