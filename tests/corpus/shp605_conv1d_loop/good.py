import keras
from keras import layers


def build(steps, filters=(16, 32, 64, 128)):
    inp = keras.Input((steps, 6))
    x = inp
    for f in filters:
        x = layers.Conv1D(f, kernel_size=5, activation="relu")(x)
        x = layers.MaxPooling1D(2)(x)
    x = layers.GlobalAveragePooling1D()(x)
    return keras.Model(inp, layers.Dense(1)(x))


model = build(480)
