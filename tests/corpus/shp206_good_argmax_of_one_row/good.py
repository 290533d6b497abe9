# argmax without an axis over one row is right.
import numpy as np
from tensorflow import keras

labels = ["cat", "dog", "bird"]
model = keras.Sequential([keras.Input((6,)), keras.layers.Dense(3, activation="softmax")])
sample = np.random.rand(1, 6)
print(labels[np.argmax(model.predict(sample))])
scores = model.predict(np.random.rand(10, 6))
print(labels[np.argmax(scores[0])], scores.mean(axis=0))
