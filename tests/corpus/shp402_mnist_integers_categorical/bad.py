from tensorflow import keras
from tensorflow.keras import layers

(x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
x_train = x_train.reshape(60000, 784) / 255.0
x_test = x_test.reshape(10000, 784) / 255.0

model = keras.Sequential()
model.add(layers.Dense(256, activation="relu", input_shape=(784,)))
model.add(layers.Dense(10, activation="softmax"))
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])  # or: SHP402
model.fit(x_train, y_train, epochs=1, batch_size=128)  # expect: SHP402
