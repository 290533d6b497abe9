from tensorflow import keras
from tensorflow.keras import layers

encoder_in = keras.Input(shape=(20, 20, 3))
x = layers.Conv2D(16, 4, strides=2, activation="relu")(encoder_in)
x = layers.Conv2D(32, 4, strides=2, activation="relu")(x)
x = layers.Conv2D(64, 4, strides=2, padding="same", activation="relu")(x)
x = layers.Flatten()(x)
code = layers.Dense(8)(x)
encoder = keras.Model(encoder_in, code)
