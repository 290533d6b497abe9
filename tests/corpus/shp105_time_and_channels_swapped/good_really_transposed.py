import numpy as np
from tensorflow.keras import layers, Sequential

# 9 sensors, 128 time steps
signals = np.random.randn(300, 9, 128)
activity = np.random.randint(0, 6, 300)

model = Sequential([
    layers.Input(shape=(128, 9)),
    layers.Conv1D(32, 5, activation="relu"),
    layers.GlobalAveragePooling1D(),
    layers.Dense(6, activation="softmax"),
])
model.compile("adam", "sparse_categorical_crossentropy")
model.fit(signals.transpose(0, 2, 1), activity, epochs=1, verbose=0)
