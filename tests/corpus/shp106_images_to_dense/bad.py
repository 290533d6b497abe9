import numpy as np
from keras.datasets import mnist
from keras.models import Sequential
from keras.layers import Input, Dense
from keras.utils import to_categorical

(train_images, train_labels), (test_images, test_labels) = mnist.load_data()
train_images = train_images.astype("float32") / 255
train_labels = to_categorical(train_labels)

network = Sequential()
network.add(Input(shape=(784,)))
network.add(Dense(512, activation="relu"))
network.add(Dense(10, activation="softmax"))
network.compile(optimizer="rmsprop", loss="categorical_crossentropy", metrics=["accuracy"])
network.fit(train_images, train_labels, epochs=1, batch_size=128)  # expect: SHP106
