import numpy as np
import tensorflow as tf
from tensorflow.keras import layers


class TokenAndPosition(layers.Layer):
    def __init__(self, maxlen, vocab, dim):
        super().__init__()
        self.tok = layers.Embedding(input_dim=vocab, output_dim=dim)
        self.pos = layers.Embedding(input_dim=maxlen, output_dim=dim)

    def call(self, x):
        n = tf.shape(x)[-1]
        return self.tok(x) + self.pos(tf.range(0, n, 1))


vocab_size = 20000
inputs = layers.Input(shape=(300,))
h = TokenAndPosition(300, vocab_size, 32)(inputs)
h = layers.GlobalAveragePooling1D()(h)
model = tf.keras.Model(inputs, layers.Dense(2, activation="softmax")(h))
model.predict(np.random.randint(0, vocab_size, (4, 300)))
