import numpy as np
import tensorflow as tf

images = np.zeros((300, 32, 32, 3), dtype="float32")
classes = np.random.randint(0, 5, 290)
ds = tf.data.Dataset.from_tensor_slices((images, classes)).batch(16)  # expect: SHP110
