from tensorflow import keras
from keras.layers import Dense, Flatten, Input
from keras.models import Sequential

(X_train, y_train), (X_test, y_test) = keras.datasets.fashion_mnist.load_data()
X_train = X_train / 255.0
y_train = keras.utils.to_categorical(y_train, 10)

model = Sequential()
model.add(Input(shape=(28, 28)))
model.add(Flatten())
model.add(Dense(300, activation="relu"))
model.add(Dense(10, activation="sigmoid"))
model.compile(loss="binary_crossentropy", optimizer="sgd")
model.fit(X_train, y_train, epochs=1)
