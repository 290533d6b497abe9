# One sample for an interpreter that wants its batch axis by hand; map over single elements.
import numpy as np
import tensorflow as tf

inp = tf.keras.Input((6,))
model = tf.keras.Model(inp, tf.keras.layers.Dense(3)(inp))
samples = np.random.rand(5, 6).astype("float32")


def embed_one(sample):
    return model(sample[tf.newaxis])[0]


vectors = tf.map_fn(embed_one, tf.constant(samples))
print(vectors.shape)
ds = tf.data.Dataset.from_tensor_slices(samples).map(lambda s: model(tf.expand_dims(s, 0))[0])
print(next(iter(ds)).shape)
