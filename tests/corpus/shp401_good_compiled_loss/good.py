# Under compile and fit Keras aligns (N,) labels with the (N, 1) output: right.
import numpy as np
import tensorflow as tf


def my_mse(y_true, y_pred):
    return tf.reduce_mean(tf.square(y_true - y_pred), axis=-1)


x = np.random.rand(100, 3)
y = np.random.rand(100)
model = tf.keras.Sequential([tf.keras.layers.Dense(4, input_shape=(3,)), tf.keras.layers.Dense(1)])
model.compile("adam", loss=my_mse, metrics=[my_mse])
model.fit(x, y, epochs=1, verbose=0)
