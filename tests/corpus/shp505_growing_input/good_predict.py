import numpy as np
import tensorflow as tf
from tensorflow import keras

model = keras.Sequential([
    keras.layers.Embedding(80, 16),
    keras.layers.LSTM(32),
    keras.layers.Dense(80, activation="softmax"),
])


def next_probs(ids):
    return model.predict(ids, verbose=0)[0]  # Keras relaxes the shape after two traces


generated = [1]
for _ in range(30):
    x = tf.constant([generated])
    probs = next_probs(x)
    generated.append(int(tf.argmax(probs)))
