import numpy as np
import tensorflow as tf

movies = np.random.permutation(3000) + 1
likes = np.random.randint(0, 2, size=3000)

inp = tf.keras.Input(shape=(1,), dtype="int32")
e = tf.keras.layers.Flatten()(tf.keras.layers.Embedding(3000, 16)(inp))
model = tf.keras.Model(inp, tf.keras.layers.Dense(1, activation="sigmoid")(e))
model.compile(loss="binary_crossentropy", optimizer="adam")
model.fit(movies, likes, epochs=3)  # expect: SHP111
