import numpy as np
from tensorflow import keras
from tensorflow.keras import layers

LATENT = 16


def make_generator():
    return keras.Sequential([
        keras.Input((LATENT,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(2),
    ], name="generator")


def make_discriminator():
    d = keras.Sequential([
        keras.Input((2,)),
        layers.Dense(64, activation="relu"),
        layers.Dense(1, activation="sigmoid"),
    ], name="discriminator")
    d.compile("adam", "binary_crossentropy")
    return d


g, d = make_generator(), make_discriminator()
real = np.random.randn(64, 2)
fake = g.predict(np.random.randn(64, LATENT), verbose=0)
x = np.concatenate([real, fake])
y = np.concatenate([np.ones((64, 1)), np.zeros((64, 1))])
d.fit(x, y, epochs=1, verbose=0)
