# return_sequences=True before Dense: a next-token model, one label per step.
import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

text = np.random.randint(0, 40, 2001)
x = np.stack([text[i:i + 20] for i in range(500)])
y = np.stack([text[i + 1:i + 21] for i in range(500)])
model = keras.Sequential([
    layers.Embedding(40, 8),
    layers.LSTM(16, return_sequences=True),
    layers.Dense(40, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(x, y, epochs=1, verbose=0)
