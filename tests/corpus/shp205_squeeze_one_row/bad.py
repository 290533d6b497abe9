import numpy as np
from tensorflow import keras

model = keras.Sequential([keras.Input((5,)), keras.layers.Dense(3, activation="softmax")])
x = np.random.rand(1, 5)
probs = np.squeeze(model.predict(x))  # or: SHP205
print("class:", np.argmax(probs, axis=1))  # expect: SHP205
