import numpy as np

clip = np.random.rand(10, 3, 24, 24)  # frames, channels, height, width


def to_channels_last(frames):
    n, c, h, w = frames.shape
    return np.reshape(frames, (n, h, w, c))  # expect: SHP504


import keras

model = keras.Sequential([keras.Input((24, 24, 3)), keras.layers.Conv2D(2, 3), keras.layers.GlobalMaxPooling2D()])
print(model.predict(to_channels_last(clip)).shape)
