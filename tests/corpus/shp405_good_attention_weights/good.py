# Dense(1) and then softmax over the time axis: attention, right.
import tensorflow as tf
from tensorflow.keras import layers

inp = layers.Input((20, 8))
h = layers.LSTM(16, return_sequences=True)(inp)
score = layers.Dense(1, activation="tanh")(h)
weights = layers.Softmax(axis=1)(score)
context = layers.Dot(axes=1)([weights, h])
model = tf.keras.Model(inp, layers.Dense(1, activation="sigmoid")(layers.Flatten()(context)))
model.summary()
