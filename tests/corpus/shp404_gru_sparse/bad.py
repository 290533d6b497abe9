import numpy as np
import tensorflow as tf

vocab, length = 5000, 100
texts = np.random.randint(1, vocab, (256, length))
topic = np.random.randint(0, 8, 256)

model = tf.keras.Sequential()
model.add(tf.keras.Input(shape=(length,)))
model.add(tf.keras.layers.Embedding(vocab, 16))
model.add(tf.keras.layers.GRU(32, return_sequences=True))  # expect: SHP404
model.add(tf.keras.layers.Dense(8, activation="softmax"))
model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
model.fit(texts, topic, epochs=1)  # or: SHP404
