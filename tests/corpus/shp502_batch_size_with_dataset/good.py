import tensorflow as tf

(x, y), (xt, yt) = tf.keras.datasets.mnist.load_data()
train = tf.data.Dataset.from_tensor_slices((x / 255.0, y)).shuffle(2048).batch(32)

model = tf.keras.Sequential([
    tf.keras.layers.Flatten(input_shape=(28, 28)),
    tf.keras.layers.Dense(10, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(train, epochs=1)
