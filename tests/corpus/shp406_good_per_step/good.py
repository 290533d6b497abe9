# Dense after Conv without Flatten where it belongs: one answer per pixel, per step.
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

seg = keras.Sequential([
    keras.Input((32, 32, 3)),
    layers.Conv2D(8, 3, padding="same", activation="relu"),
    layers.Dense(2, activation="softmax"),
])
seg.compile("adam", "sparse_categorical_crossentropy")
seg.fit(np.random.rand(8, 32, 32, 3), np.random.randint(0, 2, (8, 32, 32)), verbose=0)

steps = keras.Sequential([keras.Input((24, 3)), layers.Conv1D(8, 3, padding="causal"), layers.Dense(1)])
steps.compile("adam", "mse")
steps.fit(np.random.rand(16, 24, 3), np.random.rand(16, 24, 1), verbose=0)
