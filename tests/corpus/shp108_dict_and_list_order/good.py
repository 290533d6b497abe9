import numpy as np
import tensorflow as tf

ids_in = tf.keras.Input((128,), dtype="int32", name="input_ids")
mask_in = tf.keras.Input((128,), dtype="int32", name="attention_mask")
emb = tf.keras.layers.Embedding(30522, 32)(ids_in)
weights = tf.keras.layers.Reshape((128, 1))(mask_in)
weights = tf.keras.layers.Lambda(lambda t: tf.cast(t, "float32"))(weights)
pooled = tf.keras.layers.GlobalAveragePooling1D()(tf.keras.layers.Multiply()([emb, weights]))
model = tf.keras.Model(inputs=[ids_in, mask_in], outputs=tf.keras.layers.Dense(2)(pooled))

input_ids = np.random.randint(1, 30522, (16, 128))
attention_mask = np.ones((16, 128), dtype="int32")
logits = model.predict([input_ids, attention_mask])
