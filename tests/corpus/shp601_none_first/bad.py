import numpy as np
import keras

train = np.random.rand(150, 4)
labels = np.random.randint(0, 3, 150)
model = keras.Sequential([
    keras.layers.Input(shape=(None, 4)),  # expect: SHP601
    keras.layers.Dense(8, activation="relu"),
    keras.layers.Dense(3, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(train, labels, epochs=1)
