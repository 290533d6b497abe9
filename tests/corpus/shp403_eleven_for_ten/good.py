import numpy as np
import keras

X = np.random.rand(300, 20)
y = keras.utils.to_categorical(np.random.randint(0, 3, 300), 3)

model = keras.Sequential([
    keras.Input(shape=(20,)),
    keras.layers.Dense(50, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile(loss="categorical_crossentropy", optimizer="adam")
model.fit(X, y, epochs=2)
