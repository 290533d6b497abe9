import numpy as np
from tensorflow import keras
from tensorflow.keras.layers import Conv2D, Flatten, Dense

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_test = x_test.reshape(-1, 28, 28, 1) / 255.0

model = keras.Sequential()
model.add(Conv2D(8, (3, 3), input_shape=(28, 28, 1), activation="relu"))
model.add(Flatten())
model.add(Dense(10, activation="softmax"))

pred = model.predict(np.expand_dims(x_test[5], axis=0))
print(pred.argmax(-1))
