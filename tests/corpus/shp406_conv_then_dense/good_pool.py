import numpy as np
from tensorflow.keras import layers, models
from tensorflow.keras.utils import to_categorical

x = np.random.rand(100, 64, 64, 3)
y = to_categorical(np.random.randint(0, 4, 100), 4)

model = models.Sequential([
    layers.Conv2D(16, (3, 3), activation="relu", input_shape=(64, 64, 3)),
    layers.MaxPooling2D((2, 2)),
    layers.Conv2D(32, (3, 3), activation="relu"),
    layers.GlobalAveragePooling2D(),
    layers.Dense(64, activation="relu"),
    layers.Dense(4, activation="softmax"),
])
model.compile(loss="categorical_crossentropy", optimizer="adam", metrics=["accuracy"])
model.fit(x, y, epochs=1)
