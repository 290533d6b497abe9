import numpy as np
from tensorflow import keras

inp = keras.Input((8,))
h = keras.layers.Dense(16, activation="relu")(inp)
cls = keras.layers.Dense(7, activation="softmax", name="cls")(h)
box = keras.layers.Dense(4, name="box")(h)
model = keras.Model(inp, {"cls": cls, "box": box})
model.compile("adam", loss={"cls": "categorical_crossentropy", "box": "mse"})

x = np.random.rand(64, 8)
y_cls = keras.utils.to_categorical(np.random.randint(0, 7, 64), num_classes=7)
y_box = np.random.rand(64, 4)
model.fit(x, {"cls": y_cls, "box": y_box}, epochs=1)
