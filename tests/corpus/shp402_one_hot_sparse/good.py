import numpy as np
import tensorflow as tf
from tensorflow.keras.utils import to_categorical

X = np.random.rand(600, 8)
labels = np.random.randint(0, 5, 600)
Y = to_categorical(labels, num_classes=5)

model = tf.keras.Sequential([
    tf.keras.layers.Dense(32, activation="relu", input_shape=(8,)),
    tf.keras.layers.Dense(5, activation="softmax"),
])
model.compile(optimizer="adam", loss=tf.keras.losses.CategoricalCrossentropy(), metrics=["accuracy"])
model.fit(X, Y, epochs=2)
