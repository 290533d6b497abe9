import numpy as np
import tensorflow as tf


def batches(n):
    for _ in range(n):
        yield np.random.rand(16, 10).astype("float32")


model = tf.keras.Sequential([
    tf.keras.layers.Dense(4, activation="relu", input_shape=(10,)),
    tf.keras.layers.Dense(1),
])
chunks = np.array(list(batches(5)))
model.predict(chunks)  # expect: SHP106
