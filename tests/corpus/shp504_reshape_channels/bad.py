import numpy as np
from tensorflow import keras

frames = np.random.rand(64, 3, 48, 48)  # N, C, H, W
labels = np.random.randint(0, 2, 64)
frames = frames.reshape(64, 48, 48, 3)  # expect: SHP504

model = keras.Sequential([
    keras.Input((48, 48, 3)),
    keras.layers.Conv2D(8, 3, activation="relu"),
    keras.layers.GlobalAveragePooling2D(),
    keras.layers.Dense(1, activation="sigmoid"),
])
model.compile("adam", "binary_crossentropy")
model.fit(frames, labels, epochs=1)
