import numpy as np
import tensorflow as tf

day_offset = np.random.randint(-7, 8, size=(256,))
sales = np.random.rand(256)

inp = tf.keras.Input((1,))
day = tf.keras.layers.Embedding(15, 4)(inp)
model = tf.keras.Model(inp, tf.keras.layers.Dense(1)(tf.keras.layers.Flatten()(day)))
model.compile("adam", "mse")
model.fit(day_offset, sales, epochs=2)  # expect: SHP114
