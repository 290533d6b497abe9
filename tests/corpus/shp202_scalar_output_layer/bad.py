import numpy as np
import tensorflow as tf


class Energy(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = tf.keras.layers.Dense(16, activation="relu")
        self.out = tf.keras.layers.Dense(1)

    def call(self, x):
        return tf.reduce_mean(self.out(self.hidden(x)), axis=0)  # or: SHP202


x = np.random.rand(320, 8).astype("float32")
model = Energy()
energies = model.predict(x, batch_size=32)  # expect: SHP202
print(energies.shape)
