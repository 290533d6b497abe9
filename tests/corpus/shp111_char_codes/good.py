import numpy as np
import tensorflow as tf

text = "Greetings from Cologne"
codes = np.array([[ord(c) for c in text]])
model = tf.keras.Sequential([
    tf.keras.layers.Embedding(128, 8),
    tf.keras.layers.GRU(8),
])
print(model.predict(codes))
