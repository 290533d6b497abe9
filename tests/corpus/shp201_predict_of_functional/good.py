import numpy as np
import tensorflow as tf
import tf_keras
from transformers import TFDistilBertModel

N, T = 12, 48
ids_in = tf_keras.layers.Input((T,), dtype=tf.int32)
mask_in = tf_keras.layers.Input((T,), dtype=tf.int32)
distil = TFDistilBertModel.from_pretrained("distilbert-base-uncased")
model = tf_keras.Model([ids_in, mask_in], distil(ids_in, attention_mask=mask_in).last_hidden_state)

ids = np.random.randint(1000, 2000, (N, T))
mask = np.ones_like(ids)
labels = np.random.randint(0, 2, N)
hidden = model.predict([ids, mask])
cls = hidden[:, 0]

classifier = tf_keras.Sequential([tf_keras.layers.Dense(1, activation="sigmoid", input_shape=(768,))])
classifier.compile("adam", "binary_crossentropy")
