import numpy as np
import tensorflow as tf
from tensorflow import keras

model = keras.Sequential([
    keras.layers.Embedding(80, 16),
    keras.layers.LSTM(32),
    keras.layers.Dense(80, activation="softmax"),
])


@tf.function(reduce_retracing=True)
def next_probs(ids):
    return model(ids, training=False)[0]


generated = [1]
for _ in range(30):
    x = tf.constant([generated])
    probs = next_probs(x)
    generated.append(int(tf.argmax(probs)))
