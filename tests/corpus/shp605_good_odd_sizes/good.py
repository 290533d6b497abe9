# Small images, and still positive to the end.
from tensorflow.keras import Sequential, layers

m = Sequential([
    layers.Input((32, 32, 3)),
    layers.Conv2D(32, 3, activation="relu"),
    layers.MaxPooling2D(),
    layers.Conv2D(64, 3, activation="relu"),
    layers.MaxPooling2D(),
    layers.Conv2D(64, 3, activation="relu"),
    layers.Conv2D(64, 4, activation="relu"),
    layers.Flatten(),
    layers.Dense(10),
])
print(m.output_shape)
