import tensorflow as tf
from tensorflow.keras import layers

MAXLEN = 4
inp = tf.keras.Input((MAXLEN,))
emb = layers.Embedding(1000, 16)(inp)
branches = []
for size in (2, 3, 5):
    c = layers.Conv1D(8, size, activation="relu")(emb)  # expect: SHP605
    branches.append(layers.GlobalMaxPooling1D()(c))
out = layers.Dense(1, activation="sigmoid")(layers.concatenate(branches))
model = tf.keras.Model(inp, out)
