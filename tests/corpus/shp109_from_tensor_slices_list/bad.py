import numpy as np
import tensorflow as tf

left = np.random.rand(400, 10).astype("float32")
right = np.random.rand(400, 10).astype("float32")
label = np.random.randint(0, 2, 400)

train = tf.data.Dataset.from_tensor_slices(([left, right], label))  # expect: SHP109
train = train.shuffle(400).batch(32)

a = tf.keras.Input((10,))
b = tf.keras.Input((10,))
d = tf.keras.layers.Subtract()([a, b])
model = tf.keras.Model([a, b], tf.keras.layers.Dense(1, activation="sigmoid")(d))
model.compile("adam", "binary_crossentropy")
model.fit(train, epochs=1)
