import numpy as np


def load_batch(path):
    raw = np.random.randint(0, 256, (10000, 3072), dtype=np.uint8)  # stands for the pickle
    labels = np.random.randint(0, 10, 10000)
    images = raw.reshape(10000, 3, 32, 32)
    return images, labels


images, labels = load_batch("data_batch_1")
images = images.reshape((len(images), 32, 32, 3)).astype("float32") / 255  # expect: SHP504

from tensorflow.keras import layers, Sequential

model = Sequential([layers.Input((32, 32, 3)), layers.Conv2D(4, 3), layers.Flatten(), layers.Dense(10)])
model.predict(images[:10])
