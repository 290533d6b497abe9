import numpy as np
import tensorflow as tf

BATCH, UNITS = 24, 10


class Decoder(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.gru = tf.keras.layers.GRU(UNITS)
        self.out = tf.keras.layers.Dense(1)

    def call(self, x):
        state = tf.zeros((BATCH, UNITS))  # or: SHP503
        return self.out(self.gru(x, initial_state=state))


x = np.random.rand(100, 7, 3).astype("float32")
y = np.random.rand(100, 1).astype("float32")
model = Decoder()
model.compile("adam", "mse")
model.fit(x, y, batch_size=BATCH, epochs=1)  # expect: SHP503
