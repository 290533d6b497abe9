import numpy as np
import tensorflow as tf

(_, _), (x_test, y_test) = tf.keras.datasets.mnist.load_data()
x_test = x_test.reshape(10000, 784).astype("float32") / 255
model = tf.keras.models.Sequential()
model.add(tf.keras.layers.Dense(10, activation="softmax", input_shape=(784,)))
predictions = model.predict(x_test)
classes = np.argmax(predictions, axis=1)
print(classes[:20], y_test[:20])
