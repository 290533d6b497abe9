# An own loop over a dataset; the batch size of a generator of NumPy batches.
import numpy as np
import tensorflow as tf


def batches(x, y, batch_size):
    while True:
        idx = np.random.permutation(len(x))[:batch_size]
        yield x[idx], y[idx]


x, y = np.random.rand(90, 5), np.random.rand(90)
m = tf.keras.Sequential([tf.keras.Input((5,)), tf.keras.layers.Dense(1)])
m.compile("adam", "mse")
m.fit(batches(x, y, batch_size=30), steps_per_epoch=3, epochs=1, verbose=0)
for xb, yb in tf.data.Dataset.from_tensor_slices((x, y)).batch(30):
    m.train_on_batch(xb, yb)
