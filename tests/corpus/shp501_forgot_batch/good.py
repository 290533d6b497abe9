import numpy as np
import tensorflow as tf

x = np.random.rand(1000, 32).astype("float32")
y = np.random.randint(0, 2, 1000)

dataset = tf.data.Dataset.from_tensor_slices((x, y)).shuffle(1000).batch(32)

model = tf.keras.Sequential([
    tf.keras.layers.Dense(16, activation="relu", input_shape=(32,)),
    tf.keras.layers.Dense(1, activation="sigmoid"),
])
model.compile("adam", "binary_crossentropy")
model.fit(dataset, epochs=2)
