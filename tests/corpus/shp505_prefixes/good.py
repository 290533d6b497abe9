import numpy as np
import tensorflow as tf

inp = tf.keras.Input((None, 2))
out = tf.keras.layers.Dense(1)(tf.keras.layers.GRU(8)(inp))
model = tf.keras.Model(inp, out)
fast = model

track = np.random.rand(40, 2).astype("float32")
guesses = []
for t in range(2, len(track)):
    guesses.append(fast(tf.constant(track[None, :t]))[0, 0])
