# training=True at inference on purpose: MC dropout.
import numpy as np
import tensorflow as tf

inp = tf.keras.Input((10,))
x = tf.keras.layers.Dense(32, activation="relu")(inp)
x = tf.keras.layers.Dropout(0.5)(x, training=True)
model = tf.keras.Model(inp, tf.keras.layers.Dense(1)(x))
batch = np.random.rand(5, 10)
runs = np.stack([model.predict(batch, verbose=0) for _ in range(20)])
print(runs.mean(axis=0).ravel(), runs.std(axis=0).ravel())
