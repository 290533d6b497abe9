import numpy as np
import tensorflow as tf


class Regressor(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.d1 = tf.keras.layers.Dense(8, activation="relu")
        self.d2 = tf.keras.layers.Dense(1)

    def call(self, inputs):
        return self.d2(self.d1(inputs))


X = np.random.rand(128, 3).astype("float32")
Y = np.random.rand(128, 1).astype("float32")
ds = tf.data.Dataset.from_tensor_slices((X, Y)).batch(16, drop_remainder=True)
model = Regressor()
sgd = tf.keras.optimizers.SGD()

for xb, yb in ds:
    with tf.GradientTape() as tape:
        out = model(xb)
        err = tf.abs(out - yb)
        loss = tf.reduce_mean(err)
    sgd.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
