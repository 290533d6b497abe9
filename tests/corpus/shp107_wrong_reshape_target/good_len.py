import numpy as np
from tensorflow import keras

digits_train = np.random.rand(500, 28, 28)
labels = np.random.randint(0, 10, 500)

model = keras.Sequential()
model.add(keras.layers.Dense(64, activation="relu", input_shape=(28 * 28,)))
model.add(keras.layers.Dense(10, activation="softmax"))
model.compile("sgd", "sparse_categorical_crossentropy")

flat = digits_train.reshape(len(digits_train), -1)
model.fit(flat, labels)
