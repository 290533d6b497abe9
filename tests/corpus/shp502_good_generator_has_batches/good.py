# batch_size belongs to from_directory and to NumPy arrays; batch(n) to datasets.
import numpy as np
import tensorflow as tf

x, y = np.random.rand(50, 3), np.random.rand(50)
m = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(3,))])
m.compile("adam", "mse")
m.fit(x, y, batch_size=10, validation_data=tf.data.Dataset.from_tensor_slices((x, y)).batch(5), verbose=0)
m.fit(tf.data.Dataset.from_tensor_slices((x, y)).batch(10), epochs=2, verbose=0)
print(m.predict(x, batch_size=25).shape)
