import argparse
from tensorflow.keras import layers, models


def vgg_like(size, blocks):
    m = models.Sequential()
    m.add(layers.Input((size, size, 3)))
    for filters, convs in blocks:
        for _ in range(convs):
            m.add(layers.Conv2D(filters, 3, activation="relu"))
        m.add(layers.MaxPooling2D(2))
    m.add(layers.Flatten())
    m.add(layers.Dense(10, activation="softmax"))
    return m


model = vgg_like(32, [(16, 2), (32, 2)])
