# np.array([row, row]) stacks rows, not inputs; from_tensor_slices of a list of rows too.
import numpy as np
import tensorflow as tf

row_a = np.random.rand(6)
row_b = np.random.rand(6)
model = tf.keras.Sequential([tf.keras.Input((6,)), tf.keras.layers.Dense(2)])
print(model.predict(np.array([row_a, row_b])))
ds = tf.data.Dataset.from_tensor_slices([row_a, row_b]).batch(2)
print(model.predict(ds))
