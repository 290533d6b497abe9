import numpy as np
import tensorflow as tf

BATCH_SIZE = 64


class Mixer(tf.keras.layers.Layer):
    def call(self, x):
        return tf.reshape(x, (BATCH_SIZE, 6 * 4))  # or: SHP503


inp = tf.keras.Input((6, 4))
model = tf.keras.Model(inp, tf.keras.layers.Dense(1)(Mixer()(inp)))
model.compile("adam", "mse")
x = np.random.rand(500, 6, 4)
y = np.random.rand(500)
model.fit(x, y, batch_size=BATCH_SIZE, epochs=1)  # expect: SHP503
